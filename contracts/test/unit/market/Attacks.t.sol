// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {IMarket, Order, Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SVI_ONE, sviSlice} from "../../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @notice The attacks that the design was made against, each with the number its author found.
contract AttacksTest is MarketFixture {
    int256 private constant ONE = 1e18;

    function setUp() public {
        _deploy(6);
    }

    function _loose() private pure returns (MarketLimits memory l) {
        l = _limits();
        l.maxNetDelta = l.maxNetVega = l.maxExpiryVega = l.maxGamma = l.vegaPerReport = Wad.wrap(100e18);
        l.maxSeriesSize = l.maxExpirySize = l.maxTradeSize = Wad.wrap(1_000_000e18);
        l.maxUtilisation = Wad.wrap(1e18);
        l.bufferShare = Wad.wrap(0);
    }

    function _free(uint256 latency) private pure returns (PricingParams memory p) {
        p = _params();
        p.hedgeCost = p.deltaCharge = p.vegaCharge = p.expiryVegaCharge = p.gammaCharge = Wad.wrap(0);
        p.utilisationCharge = p.halfSpread = p.ageSpread = p.moveSpread = Wad.wrap(0);
        p.hedgeCarry = p.collateralCarry = p.feeRate = Wad.wrap(0);
        p.latency = Wad.wrap(latency);
    }

    /// @dev Buys deep in-the-money calls while the feed still shows a price 0.5 % too low, sells once it has caught up.
    function _laggingFeedProfit(uint256 latency) private returns (int256 profit) {
        catalogue.setPricingParams(ETH, _free(latency));
        int256 paid = _trade(_legs(_leg(NEAR, 1800e18, true, ONE)));
        _setSpot(SPOT * 1005 / 1000, SPOT * 1005 / 1000, ORACLE_OPEN);
        profit = -paid - _trade(_legs(_leg(NEAR, 1800e18, true, -ONE)));
    }

    function test_LaggingFeed_PaysWithoutLatency_NotWithIt() public {
        // One basis point a side is the least that the box allows: of the move's 50, over 40 are left
        int256 profit = _laggingFeedProfit(0.0001e18);
        assertGt(profit, int256(8 * unit), "the attack is real: over 40 basis points of 2,000");
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        assertLt(_laggingFeedProfit(0.006e18), 0, "latency charge: no profit from a lag of the threshold");
    }

    function test_GammaForNothing_IsCharged() public {
        catalogue.setLimits(ETH, _loose());
        Leg[] memory legs = _legs(_leg(FAR, 2000e18, true, 100 * ONE), _leg(FAR, 2000e18, false, 100 * ONE));
        Quote memory far = _quote(legs);
        legs = _legs(_leg(NEAR, 2000e18, true, 100 * ONE), _leg(NEAR, 2000e18, false, 100 * ONE));
        Quote memory near = _quote(legs);
        // Sell so much of the far one that raw vega cancels, and enough for gamma of about 4 % of equity per 1 %
        int256 near100 = SignedWad.unwrap(near.afterwards.vega);
        int256 far100 = SignedWad.unwrap(far.afterwards.vega);
        int256 size = 1200;
        Leg[] memory four = new Leg[](4);
        four[0] = _leg(NEAR, 2000e18, true, size * ONE);
        four[1] = _leg(NEAR, 2000e18, false, size * ONE);
        four[2] = _leg(FAR, 2000e18, true, -(size * near100 / far100) * ONE);
        four[3] = _leg(FAR, 2000e18, false, -(size * near100 / far100) * ONE);
        Quote memory q = _quote(four);
        int256 gamma = SignedWad.unwrap(q.afterwards.gamma) * 4e6 / 100; // gamma S^2 1 %, wad
        assertLt(gamma, -0.04e18 * int256(EQUITY), "at least 4 % of equity per 1 %");
        assertLt(
            SignedWad.unwrap(q.afterwards.vega) * 100, -SignedWad.unwrap(near.afterwards.vega), "hardly any net vega"
        );
        // Half of kappa_Gamma = 5 times (4 %)^2 of a million: 4,000
        assertGt(SignedWad.unwrap(q.parts.potential), 4000e18, "short gamma is paid for");
        catalogue.setLimits(ETH, _limits());
        Order memory order = _order(four);
        vm.expectPartialRevert(IMarket.SizeNotAllowed.selector);
        market.trade(order);
    }

    /// @dev A market-made imbalance, levelled through a deep in-the-money option, used to sell it for 10 % of its price.
    function test_DeepInTheMoneyLevelling_IsNeverBelowNineTenths() public {
        catalogue.setLimits(ETH, _loose());
        PricingParams memory p = _params();
        p.deltaCharge = Wad.wrap(100e18);
        catalogue.setPricingParams(ETH, p);
        _setHedge(200e18);
        _trade(_legs(_leg(MIDDLE, 1600e18, true, -100 * ONE))); // the vault is long: Psi is full
        assertGt(SignedWad.unwrap(market.skew(ETH)), 100_000e18, "there is a large discount to be had");
        Quote memory q = _quote(_legs(_leg(MIDDLE, 1600e18, true, ONE)));
        int256 fair = SignedWad.unwrap(q.parts.fair);
        assertLt(SignedWad.unwrap(q.parts.potential), -fair / 2, "levelling is worth more than half the price");
        int256 least = SignedWad.unwrap(q.parts.net) - int256(Wad.unwrap(q.parts.fee));
        assertGe(least, fair * 9 / 10, "never below 0.9 of fair");
        assertGe(least, 398e18, "never below intrinsic"); // 400 discounted 30 days at 4 % is 398.7
    }

    function _boxed(Leg memory leg, int256 size) private pure returns (Leg[] memory legs) {
        legs = new Leg[](5);
        legs[0] = leg;
        legs[1] = _leg(FAR, 1900e18, true, size);
        legs[2] = _leg(FAR, 2100e18, true, -size);
        legs[3] = _leg(FAR, 2100e18, false, size);
        legs[4] = _leg(FAR, 1900e18, false, -size);
    }

    /// @dev Zero-risk boxes used to widen a cap on discounts from 544 to 25,544.
    function test_BoxesDoNotWidenTheDiscount(uint256 size) public {
        catalogue.setLimits(ETH, _loose());
        _setHedge(150e18); // an imbalance that nobody paid for: Psi is zero, only the venue cost may be given
        Leg memory levelling = _leg(MIDDLE, 2000e18, true, 50 * ONE);
        int256 alone = SignedWad.unwrap(_quote(_legs(levelling)).parts.potential);
        assertLt(alone, 0, "levelling earns a discount");
        int256 boxed = SignedWad.unwrap(_quote(_boxed(levelling, int256(bound(size, 1, 10_000)) * ONE)).parts.potential);
        assertGe(boxed, alone, "a box adds nothing to a discount");
    }

    /// @dev Net delta 0.1 % over its limit used to let 20,000 straddles through.
    function test_BreachedDelta_IsNoBypassOfOtherLimits() public {
        MarketLimits memory l = _loose();
        l.maxNetDelta = Wad.wrap(0.5e18);
        l.maxNetVega = Wad.wrap(0.5e18);
        catalogue.setLimits(ETH, l);
        clearing.setBalances(_assets(1_000_000_000), _assets(0));
        _setHedge(250.25e18); // 0.5005 of E at 2,000
        Leg[] memory straddles =
            _legs(_leg(MIDDLE, 2000e18, true, 20_000 * ONE), _leg(MIDDLE, 2000e18, false, 20_000 * ONE));
        Order memory order = _order(straddles);
        vm.expectPartialRevert(IMarket.PostTradeLimit.selector);
        market.trade(order);
        // A call levels it: that passes the delta limit while still beyond it
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 0.1e18)));
        // A put makes it worse
        order = _order(_legs(_leg(MIDDLE, 2000e18, false, 0.1e18)));
        vm.expectPartialRevert(IMarket.PostTradeLimit.selector);
        market.trade(order);
    }

    /// @dev Thirty minutes before expiry, 2,000 at 60 %: 7.23 by Black-Scholes, 4.18 as the payoff is an average.
    function test_StraddleAtTheWindow_IsPricedAsAnAverage() public {
        vm.warp(NEAR - 30 minutes);
        int256 w = 0.36e18 * 1800 / int256(YEAR) * SVI_ONE / 1e18;
        surfaceOracle.set(
            SurfaceSlice({
                svi: sviSlice(w, 0, 0, 0, SVI_ONE),
                forwardRatio: Wad.wrap(1e18),
                spotAtReport: Wad.wrap(SPOT),
                expiry: NEAR,
                reportedAt: uint40(block.timestamp)
            })
        );
        SeriesId[] memory both = new SeriesId[](2);
        both[0] = _series(NEAR, 2000e18, true);
        both[1] = _series(NEAR, 2000e18, false);
        (, Wad[] memory marks) = market.marks(both);
        uint256 straddle = Wad.unwrap(marks[0] + marks[1]);
        // 2 * 2,000 * 0.6 * sqrt(600 s / year) / sqrt(2 pi) = 4.17634
        assertApproxEqAbs(straddle, 4.176e18, 0.001e18, "the straddle of the average");
        uint256 before = straddle;

        // Half the window later, at the same average: (1/2)^3 of the variance
        skip(15 minutes);
        spotOracle.setAverageOver(Wad.wrap(SPOT));
        (, marks) = market.marks(both);
        straddle = Wad.unwrap(marks[0] + marks[1]);
        assertApproxEqRel(straddle, before * 353553 / 1e6, 1e13, "remaining^3 / (3 W^2)");
    }

    function _assets(uint256 whole) private view returns (Assets) {
        return Assets.wrap(whole * unit);
    }
}
