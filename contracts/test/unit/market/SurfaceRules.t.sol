// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {IMarket, Order, Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceParams} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SignedAssets} from "../../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {SurfaceFixture} from "../../utils/mocks/market/SurfaceFixture.sol";

/// @notice What the market makes of a real surface oracle: the worst live slice, the stop of opening, the spread of an
/// old slice, and the vega that may be opened between two reports.
contract SurfaceRulesTest is SurfaceFixture {
    int256 private constant ONE = 1e18;
    uint256 private constant VOL = 0.6e18;
    uint256 private constant MAX_STEP = 0.1e18;
    uint256 private constant VEGA_LIMIT = 0.01e18; // some 90 options at the money for a week

    uint256 private _opened; // vega over E that the fuzzer opened in NEAR since its last report

    function setUp() public {
        _deployOnSurface(6, VOL);
        skip(10 minutes);
    }

    // The worst live slice

    function testFuzz_TheWorstOfAllLiveSlicesIsCharged(uint256 seed, uint256 updates, bool sells, bool call) public {
        vm.setSeed(seed);
        updates = bound(updates, 1, 4);
        Leg[] memory legs = _legs(_leg(MIDDLE, 1800e18 + vm.randomUint(0, 4) * 100e18, call, sells ? -ONE : ONE));
        uint256[] memory volatility = new uint256[](updates);
        int256 worst = _fair(legs);
        for (uint256 i = 0; i < updates; ++i) {
            volatility[i] = vm.randomUint(VOL - MAX_STEP, VOL + MAX_STEP);
            uint256 state = vm.snapshotState();
            surface.setParams(SurfaceParams(60, 0, Wad.wrap(MAX_STEP)));
            _update(volatility[i], updates - i);
            int256 alone = _fair(legs);
            if (alone > worst) worst = alone;
            vm.revertToState(state);
        }
        for (uint256 i = 0; i < updates; ++i) {
            _update(volatility[i], updates - i);
        }
        assertEq(_fair(legs), worst, "the worst for the trader of all live slices");
        surface.setParams(SurfaceParams(60, 0, Wad.wrap(MAX_STEP)));
        skip(GRACE);
        int256 after_ = _fair(legs);
        skip(1);
        _update(volatility[updates - 1], 0);
        // Two minutes of a month: less than a ten-thousandth of time value
        assertApproxEqRel(after_, _fair(legs), 1e15, "and after the grace the newest alone");
    }

    function test_AnUpdatePausesNothing() public {
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, ONE));
        _trade(legs);
        _update(VOL + 0.05e18, 0);
        _trade(legs);
        legs[0].size = -legs[0].size;
        _trade(legs);
    }

    // The stop of opening

    function test_AValidReportBeyondTheStepStopsOpeningAndNothingElse() public {
        Leg[] memory legs = _legs(_leg(NEAR, 2000e18, true, ONE));
        _trade(legs);
        int256 before = _fair(legs);
        assertFalse(_reportOne(0, VOL + 0.15e18, THRESHOLD), "fifteen points by two of three: not stored");

        assertEq(_fair(legs), before, "the old slice is still in force");
        _expectRevert(legs, abi.encodeWithSelector(IMarket.OpeningStopped.selector, NEAR));
        Order memory order = _order(legs);
        SignedAssets price = SignedAssets.wrap(_quoteCash(legs));
        vm.prank(trader);
        clearing.allowOrders(orders);
        vm.expectRevert(abi.encodeWithSelector(IMarket.OpeningStopped.selector, NEAR));
        vm.prank(orders);
        market.tradeAt(order, trader, price);
        _trade(_legs(_leg(MIDDLE, 2000e18, true, ONE)));
        _trade(_legs(_leg(NEAR, 2000e18, true, -ONE)));

        skip(1);
        assertTrue(_reportOne(0, VOL + 0.15e18, SIGNERS), "stored by all three");
        _trade(legs);
        skip(GRACE);
        assertGt(_fair(legs), before, "at the new volatility");
    }

    // Age

    function test_AnOldSliceClosesButDoesNotOpen() public {
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, ONE));
        _trade(legs);
        uint40 reported = surface.slices(ETH, _expiries(MIDDLE))[0].reportedAt;
        vm.warp(reported + _limits().maxSliceAge);
        _trade(legs);
        skip(1);
        _expectRevert(
            legs, abi.encodeWithSelector(IMarket.SurfaceStale.selector, MIDDLE, reported, _limits().maxSliceAge)
        );
        legs[0].size = -legs[0].size;
        _trade(legs);
    }

    /// @dev h = 0.5 · sqrt(age in years) + 0.5 · |ln(spot / spot at report)|, the base set to nothing.
    function test_HalfSpreadGrowsWithAgeAndMove() public {
        PricingParams memory p = _params();
        p.halfSpread = Wad.wrap(0);
        catalogue.setPricingParams(ETH, p);
        _update(VOL, 0);
        // The spot at report is stored to 22 significant bits
        int256 high = int256(Wad.unwrap(surface.slices(ETH, _expiries(MIDDLE))[0].spotAtReport)) - int256(SPOT);
        high = high * 1e18 / int256(SPOT);
        uint256 base = uint256(high < 0 ? -high : high);
        assertLe(base, uint256(1e18) >> 22, "half a step at the most");
        assertApproxEqAbs(_spreadOverVega(), base / 2, 1e8, "fresh and unmoved: the base");
        _setSpot(2200e18, 2200e18, ORACLE_OPEN);
        int256 half = 0.04765508990216243e18; // of ln 1.1
        assertApproxEqRel(_spreadOverVega(), uint256(half - high / 2), 1e9, "half of the move");
        _setSpot(SPOT * 10 / 11, SPOT * 10 / 11, ORACLE_OPEN);
        assertApproxEqRel(_spreadOverVega(), uint256(half + high / 2), 1e9, "the same down");
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        skip(31_536); // a thousandth of a year
        assertApproxEqRel(_spreadOverVega(), 0.015811388300841897e18 + base / 2, 1e9, "half of sqrt(0.001)");
    }

    function _spreadOverVega() private view returns (uint256) {
        Quote memory q = _quote(_legs(_leg(MIDDLE, 2000e18, true, 1000 * ONE)));
        int256 vega = SignedWad.unwrap(q.before.vega - q.afterwards.vega);
        return Wad.unwrap(q.parts.spread) * 1e18 / uint256(vega);
    }

    // Vega between two reports

    function test_VegaOpenedBetweenTwoReportsIsCapped() public {
        _capVega();
        _trade(_legs(_leg(NEAR, 2000e18, true, 80 * ONE)));
        _refused(NEAR);
        _trade(_legs(_leg(NEAR, 2000e18, true, -80 * ONE))); // closing is never counted
        _refused(NEAR);
        skip(1);
        _update(VOL, 0);
        _trade(_legs(_leg(NEAR, 2000e18, true, 80 * ONE)));
        _refused(NEAR);
    }

    function test_AnotherExpirysReportFreesNothing() public {
        _capVega();
        _trade(_legs(_leg(NEAR, 2000e18, true, 80 * ONE)));
        for (uint256 i = 0; i < 5; ++i) {
            skip(30);
            _reportOne(1, VOL, THRESHOLD);
            _reportOne(2, VOL, THRESHOLD);
            _trade(_legs(_leg(MIDDLE, 2000e18, true, ONE / 100)));
            _refused(NEAR);
        }
        _reportOne(0, VOL, THRESHOLD);
        _trade(_legs(_leg(NEAR, 2000e18, true, 80 * ONE)));
    }

    function test_AnExpiryTooOldToOpenHoldsNoCount() public {
        _capVega();
        _trade(_legs(_leg(NEAR, 2000e18, true, 80 * ONE)));
        skip(_limits().maxSliceAge + 1);
        _reportOne(0, VOL, THRESHOLD);
        _refusedStale(FAR);
        _trade(_legs(_leg(NEAR, 2000e18, true, 80 * ONE)));
    }

    /// @dev Expiries reported apart: between two reports of one, at most one new count begins.
    function testFuzz_NoExpiryOpensMoreThanTwiceTheLimitBetweenItsReports(uint256 seed) public {
        vm.setSeed(seed);
        _capVega();
        for (uint256 i = 0; i < 40; ++i) {
            skip(vm.randomUint(40, 90)); // four slices of an expiry are remembered, and each is live for two minutes
            uint256 which = vm.randomUint(0, 5);
            if (which < 3) {
                if (which == 0) _opened = 0;
                _reportOne(which, VOL, THRESHOLD);
            }
            _openNear(int256(vm.randomUint(1, 90)) * ONE);
            assertLe(_opened, 2 * VEGA_LIMIT, "at most twice the limit between two reports of an expiry");
        }
    }

    function _openNear(int256 size) private {
        Leg[] memory legs = _legs(_leg(NEAR, 2000e18, true, size));
        Quote memory q = _quote(legs);
        Order memory order = _order(legs);
        vm.prank(trader);
        (bool ok, bytes memory result) = attempt(address(market), abi.encodeCall(market.trade, (order)));
        if (ok) {
            _opened += uint256(SignedWad.unwrap(q.before.vega - q.afterwards.vega)) / EQUITY;
            _trade(_legs(_leg(NEAR, 2000e18, true, -size)));
        } else {
            bool refused = bytes4(result) == IMarket.VegaPerReportExceeded.selector
                || bytes4(result) == IMarket.SurfaceStale.selector;
            assertTrue(refused, "for the vega opened, or an old slice");
        }
    }

    function _capVega() private {
        MarketLimits memory l = _limits();
        l.vegaPerReport = Wad.wrap(VEGA_LIMIT);
        l.maxTradeSize = Wad.wrap(100e18);
        catalogue.setLimits(ETH, l);
        _update(VOL, 0);
    }

    /// @dev Twenty more are too many after eighty.
    function _refused(uint40 expiry) private {
        Order memory order = _order(_legs(_leg(expiry, 2000e18, true, 20 * ONE)));
        vm.expectPartialRevert(IMarket.VegaPerReportExceeded.selector);
        vm.prank(trader);
        market.trade(order);
    }

    function _refusedStale(uint40 expiry) private {
        Order memory order = _order(_legs(_leg(expiry, 2000e18, true, ONE)));
        vm.expectPartialRevert(IMarket.SurfaceStale.selector);
        vm.prank(trader);
        market.trade(order);
    }

    function _update(uint256 volatility, uint256 age) private {
        assertTrue(
            _relay(_reports([volatility, volatility, volatility], uint40(age)), SIGNERS), "all three sign: stored"
        );
    }

    function _fair(Leg[] memory legs) private view returns (int256) {
        return SignedWad.unwrap(_quote(legs).parts.fair);
    }

    function _expiries(uint40 expiry) private pure returns (uint40[] memory one) {
        one = new uint40[](1);
        one[0] = expiry;
    }
}
