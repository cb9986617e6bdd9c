// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {SignedAssets} from "../../../src/types/Assets.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @notice What docs/peers.md says of splitting orders. Figures are written to contracts/snapshots/peers.json.
contract PeersTest is MarketFixture {
    uint256 private constant PARTS = 40;
    uint256 private constant MAX_LOTS = 2000; // of one part

    function setUp() public {
        _deploy(6);
        MarketLimits memory l = _limits();
        l.maxNetDelta = l.maxNetVega = l.maxExpiryVega = l.maxGamma = l.vegaPerReport = Wad.wrap(100e18);
        l.maxUtilisation = l.maxDelta = Wad.wrap(1e18);
        l.minDelta = l.minTradeSize = l.bufferShare = Wad.wrap(0);
        catalogue.setLimits(ETH, l);
    }

    /// @dev The mark-up is what is paid above fair value, in base units. Of one order, and of so many that make it up.
    function _markups(SeriesId series, int256 part, uint256 parts) private returns (int256 whole, int256 split) {
        Quote memory q = _quote(_legs(Leg(series, SignedSize.wrap(part * int256(parts)))));
        int256 fair = SignedWad.unwrap(q.parts.fair);
        whole = SignedAssets.unwrap(q.netCash) * 1e12 - fair;
        for (uint256 i = 0; i < parts; ++i) {
            split += _trade(_legs(Leg(series, SignedSize.wrap(part))));
        }
        split = split * 1e12 - fair;
    }

    /// @dev Forty parts avoid nothing of the mark-up, at any book, series, side and size.
    function test_Splitting40Ways_AvoidsNothing(uint256 seed, uint256 lots, bool call, bool sells) public {
        _trade(_legs(_leg(NEAR, 1900e18, false, int256(bound(seed, 1, 60_000)) * 1e15)));
        int256 part = int256(bound(lots, 1, MAX_LOTS)) * 1e15;
        uint256 strike = 1600e18 + seed % 8 * 100e18;
        (int256 whole, int256 split) =
            _markups(_series(seed % 2 == 0 ? MIDDLE : FAR, strike, call), sells ? -part : part, PARTS);
        assertLe(whole - split, 0, "what splitting avoids of the mark-up");
    }

    /// @dev The figures of the table: forty at-the-money calls of thirty days from an empty book.
    function test_Splitting40Ways_Measured() public {
        (int256 whole, int256 split) = _markups(_series(MIDDLE, 2000e18, true), 1e18, PARTS);
        assertGt(whole, 0);
        assertGe(split, whole, "splitting avoids none of it");
        assertLe(split, whole + int256(PARTS) * 1e12, "and adds at most a base unit an order");
        vm.snapshotValue("peers", "40 calls in one order: mark-up, 1e-6 collateral", uint256(whole) / 1e12);
        vm.snapshotValue("peers", "40 calls in 40 orders: mark-up, 1e-6 collateral", uint256(split) / 1e12);
    }

    /// @dev Twenty options in one slice cost what they cost in five.
    function test_TwentyInOneSliceOrFive_Measured() public {
        uint256 id = vm.snapshotState();
        int256 once = _trade(_legs(_leg(MIDDLE, 2000e18, true, 20e18)));
        assertTrue(vm.revertToState(id));
        int256 five;
        for (uint256 i = 0; i < 5; ++i) {
            five += _trade(_legs(_leg(MIDDLE, 2000e18, true, 4e18)));
        }
        assertLe(once, five, "one slice costs no more than five");
        assertLe(five - once, 5, "and five but a base unit an order more");
        vm.snapshotValue("peers", "20 calls in one slice, 1e-6 collateral", uint256(once));
        vm.snapshotValue("peers", "20 calls in five slices, 1e-6 collateral", uint256(five));
    }
}
