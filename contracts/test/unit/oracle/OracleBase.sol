// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {LocalAggregator} from "../../../local/LocalAggregator.sol";
import {SpotSources} from "../../../src/interfaces/ISpotOracle.sol";
import {SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SettlementOracle} from "../../../src/oracle/SettlementOracle.sol";
import {SpotOracle} from "../../../src/oracle/SpotOracle.sol";
import {SurfaceOracle} from "../../../src/oracle/SurfaceOracle.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Account, Test} from "../../utils/Test.sol";

/// @notice One market with a primary, a secondary and a sequencer feed, and a surface signed by three of five.
abstract contract OracleBase is Test {
    MarketId internal constant ETH = MarketId.wrap(1);
    uint256 internal constant START = 1_800_000_000 / uint256(1 days) * 1 days + 8 hours;
    uint32 internal constant HEARTBEAT = 1 hours + 5 minutes;
    uint256 internal constant ONE = 1e8; // of an eight-decimal feed

    AccessManager internal manager;
    LocalAggregator internal primary;
    LocalAggregator internal secondary;
    LocalAggregator internal sequencer;
    SpotOracle internal spot;
    SurfaceOracle internal surface;
    SettlementOracle internal settlement;
    Account[] internal signers; // ascending by address

    function setUp() public virtual {
        vm.warp(START);
        // From their artifacts: what `new` puts inside a gas test is optimized once more with it
        manager = AccessManager(vm.deployCode("AccessManager.sol:AccessManager", abi.encode(this)));
        primary = _feed(8);
        secondary = _feed(18);
        sequencer = _feed(0);
        spot = new SpotOracle(address(manager));
        surface = new SurfaceOracle(address(manager));
        settlement = new SettlementOracle(address(manager), spot);
        sequencer.pushAt(0, START - 1 days);
        spot.setMarket(ETH, defaults());
        _makeSigners(5);
        surface.setSigners(_addresses(5), 3, 4);
    }

    function defaults() internal view returns (SpotSources memory) {
        return SpotSources({
            primary: address(primary),
            heartbeat: HEARTBEAT,
            secondary: address(secondary),
            secondaryHeartbeat: HEARTBEAT,
            sequencer: address(sequencer),
            sequencerGrace: 1 hours,
            averageWindow: 30 minutes,
            checkpointAge: 15 minutes,
            maxGap: 10 minutes,
            wideBeyond: Wad.wrap(0.003e18),
            reduceBeyond: Wad.wrap(0.015e18),
            quick: address(0),
            quickAge: 0,
            quickOutage: 0
        });
    }

    /// @dev Both feeds at a price in whole collateral, now.
    function pushBoth(uint256 price) internal returns (uint80 round) {
        round = primary.push(int256(price * ONE));
        secondary.push(int256(price * 1e18));
    }

    function wad(uint256 whole) internal pure returns (Wad) {
        return Wad.wrap(whole * 1e18);
    }

    function list(uint40 expiry) internal pure returns (uint40[] memory one) {
        one = new uint40[](1);
        one[0] = expiry;
    }

    /// @dev A flat-ish smile: at-the-money volatility `vol` (wad), slope and curvature mild at every expiry.
    function smile(uint256 vol, uint40 expiry) internal view returns (SviSlice) {
        uint256 w = vol * vol / 1e18 * (expiry - vm.getBlockTimestamp()) / 365 days;
        int256 atm = int256(w * uint256(SVI_ONE) / 1e18);
        // a + b·sigma·sqrt(1 - rho²) is the least variance: 80 % of it in a, the rest in the vertex
        return sviSlice(atm * 8 / 10, atm, -SVI_ONE / 5, 0, SVI_ONE / 5);
    }

    function report(uint256 vol, uint40 expiry) internal view returns (SliceReport memory) {
        return
            SliceReport(ETH, expiry, uint40(vm.getBlockTimestamp()), smile(vol, expiry), Wad.wrap(1.001e18), wad(3000));
    }

    function reports(uint256 vol, uint40 expiry) internal view returns (SliceReport[] memory one) {
        one = new SliceReport[](1);
        one[0] = report(vol, expiry);
    }

    function relay(SliceReport[] memory r, uint256 count) internal returns (bool) {
        (address[] memory who, bytes[] memory signatures) = sign(r, count);
        return surface.relay(r, who, signatures);
    }

    function sign(SliceReport[] memory r, uint256 count)
        internal
        view
        returns (address[] memory who, bytes[] memory signatures)
    {
        bytes32 digest = surface.digest(r);
        who = _addresses(count);
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            signatures[i] = signature(signers[i].key, digest);
        }
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _addresses(uint256 count) internal view returns (address[] memory who) {
        who = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            who[i] = signers[i].addr;
        }
    }

    function _feed(uint8 decimals) private returns (LocalAggregator) {
        return LocalAggregator(vm.deployCode("LocalAggregator.sol:LocalAggregator", abi.encode(this, decimals)));
    }

    function _makeSigners(uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            Account memory next = makeAccount(string.concat("signer ", vm.toString(i)));
            signers.push(next);
            for (uint256 j = i; j > 0 && signers[j - 1].addr > signers[j].addr; --j) {
                Account memory lower = signers[j];
                signers[j] = signers[j - 1];
                signers[j - 1] = lower;
            }
        }
    }
}
