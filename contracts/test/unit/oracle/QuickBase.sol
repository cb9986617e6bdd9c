// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {SpotSources} from "../../../src/interfaces/ISpotOracle.sol";
import {SignedFeed} from "../../../src/oracle/SignedFeed.sol";
import {OracleBase} from "./OracleBase.sol";

/// @notice The market of the other oracle tests, and a signed feed of eight decimals that two of five keys sign.
abstract contract QuickBase is OracleBase {
    uint32 internal constant QUICK_AGE = 5;
    uint32 internal constant QUICK_OUTAGE = 10 minutes;

    SignedFeed internal quick;

    function setUp() public virtual override {
        super.setUp();
        quick = new SignedFeed(address(manager), 8);
        quick.setSigners(signerAddresses(5), 2);
    }

    /// @dev The market's sources, the signed feed among them.
    function quickSources() internal view returns (SpotSources memory s) {
        s = defaults();
        (s.quick, s.quickAge, s.quickOutage) = (address(quick), QUICK_AGE, QUICK_OUTAGE);
    }

    /// @dev A price in whole collateral, signed and relayed now.
    function relayPrice(uint256 price) internal returns (bool) {
        PriceReport memory report = PriceReport(int256(price * ONE), uint40(vm.getBlockTimestamp()));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        return quick.relay(report, who, signatures);
    }

    function signPrice(PriceReport memory report, uint256 count)
        internal
        view
        returns (address[] memory who, bytes[] memory signatures)
    {
        bytes32 digest = quick.digest(report);
        who = signerAddresses(count);
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            signatures[i] = signature(signers[i].key, digest);
        }
    }

    function signerAddresses(uint256 count) internal view returns (address[] memory who) {
        who = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            who[i] = signers[i].addr;
        }
    }
}
