// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Modules} from "../../../../src/interfaces/ICatalogue.sol";
import {SliceReport} from "../../../../src/interfaces/ISurfaceOracle.sol";
import {SurfaceOracle} from "../../../../src/oracle/SurfaceOracle.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../../src/types/SviSlice.sol";
import {Wad} from "../../../../src/types/Wad.sol";
import {Account} from "../../Test.sol";
import {MarketFixture} from "./MarketFixture.sol";
import {MockAuthority} from "./MarketMocks.sol";

/// @notice The market of the fixture on a real surface oracle: two of three sign a report, all three one beyond the step.
abstract contract SurfaceFixture is MarketFixture {
    uint256 internal constant SIGNERS = 3;
    uint256 internal constant THRESHOLD = 2;
    uint256 internal constant GRACE = 2 minutes;

    SurfaceOracle internal surface;
    Account[] internal signers; // ascending

    function _deployOnSurface(uint8 decimals, uint256 volatility) internal {
        _deploy(decimals);
        surface = new SurfaceOracle(address(new MockAuthority(address(this))));
        surface.setSigners(_makeSigners(), THRESHOLD, SIGNERS);
        Modules memory m = _modules(orders);
        m.surfaceOracle = address(surface);
        catalogue.setModules(ETH, m);
        assertTrue(_report([volatility, volatility, volatility], THRESHOLD), "the first report");
    }

    /// @dev Volatilities at the money of the three boards, fitted at the mark of now, reported now.
    function _report(uint256[3] memory volatility, uint256 count) internal returns (bool) {
        return _relay(_reports(volatility, 0), count);
    }

    function _reports(uint256[3] memory volatility, uint40 age) internal view returns (SliceReport[] memory r) {
        r = new SliceReport[](3);
        uint40[3] memory expiries = [NEAR, MIDDLE, FAR];
        for (uint256 i = 0; i < 3; ++i) {
            r[i] = SliceReport({
                market: ETH,
                expiry: expiries[i],
                reportedAt: uint40(vm.getBlockTimestamp()) - age,
                svi: _smile(volatility[i], expiries[i]),
                forwardRatio: Wad.wrap(1e18),
                spotAtReport: spotOracle.read(ETH).mark
            });
        }
    }

    /// @dev Of one board alone.
    function _reportOne(uint256 board, uint256 volatility, uint256 count) internal returns (bool) {
        SliceReport[] memory one = new SliceReport[](1);
        one[0] = _reports([volatility, volatility, volatility], 0)[board];
        return _relay(one, count);
    }

    function _relay(SliceReport[] memory r, uint256 count) internal returns (bool) {
        (address[] memory who, bytes[] memory signatures) = _sign(r, count);
        return surface.relay(r, who, signatures);
    }

    function _sign(SliceReport[] memory r, uint256 count)
        internal
        view
        returns (address[] memory who, bytes[] memory signatures)
    {
        bytes32 digest = surface.digest(r);
        (who, signatures) = (new address[](count), new bytes[](count));
        for (uint256 i = 0; i < count; ++i) {
            (uint8 v, bytes32 r_, bytes32 s) = vm.sign(signers[i].key, digest);
            (who[i], signatures[i]) = (signers[i].addr, abi.encodePacked(r_, s, v));
        }
    }

    function _smile(uint256 volatility, uint40 expiry) internal view returns (SviSlice) {
        uint256 w = volatility * volatility / 1e18 * (expiry - vm.getBlockTimestamp()) / YEAR;
        int256 atm = int256(w * uint256(SVI_ONE) / 1e18);
        return sviSlice(atm * 8 / 10, atm, -SVI_ONE / 5, 0, SVI_ONE / 5);
    }

    function _makeSigners() private returns (address[] memory who) {
        who = new address[](SIGNERS);
        for (uint256 i = 0; i < SIGNERS; ++i) {
            signers.push(makeAccount(string.concat("signer ", vm.toString(i))));
            for (uint256 j = i; j > 0 && signers[j - 1].addr > signers[j].addr; --j) {
                Account memory higher = signers[j - 1];
                signers[j - 1] = signers[j];
                signers[j] = higher;
            }
        }
        for (uint256 i = 0; i < SIGNERS; ++i) {
            who[i] = signers[i].addr;
        }
    }
}
