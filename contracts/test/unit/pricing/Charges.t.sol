// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Arithmetic} from "../../../local/Arithmetic.sol";
import {Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @notice What each part of a price answers to.
contract ChargesTest is OpenMarket {
    int256 private constant ONE = 1e18;

    Arithmetic private arithmetic;

    function setUp() public {
        _deployOpen(18);
        // From its artifact: as tests are compiled the solver runs out of stack
        arithmetic = Arithmetic(vm.deployCode("Arithmetic.sol:Arithmetic"));
    }

    function _atm(int256 size) private pure returns (Leg[] memory) {
        return _legs(_leg(MIDDLE, 2000e18, true, size));
    }

    function _only() private pure returns (PricingParams memory p) {
        p = _params();
        p.hedgeCost = p.deltaCharge = p.vegaCharge = p.expiryVegaCharge = p.gammaCharge = Wad.wrap(0);
        p.utilisationCharge = p.ageSpread = p.moveSpread = p.feeRate = Wad.wrap(0);
        p.hedgeCarry = p.collateralCarry = p.minimumPremium = Wad.wrap(0);
        p.latency = Wad.wrap(0.0001e18);
    }

    function _potential(Leg[] memory legs) private view returns (int256) {
        return SignedWad.unwrap(_quote(legs).parts.potential);
    }

    // Spread

    /// @dev P3: bid and ask are two volatilities, a half-spread of 1 % either side of the slice's 60 %.
    function test_BidAndAsk_AreTwoVolatilities() public {
        PricingParams memory p = _only();
        p.rate = SignedWad.wrap(0);
        p.halfSpread = Wad.wrap(0.01e18);
        catalogue.setPricingParams(ETH, p);
        Quote memory ask = _quote(_atm(ONE));
        Quote memory bid = _quote(_atm(-ONE));
        // N(d1) is 0.5342, so the delta factor 1.0342
        assertApproxEqAbs(_impliedVol(ask), 0.610342e18, 1e13, "the ask");
        assertApproxEqAbs(_impliedVol(bid), 0.589658e18, 1e13, "the bid");
    }

    /// @dev Of the price without latency, over 30 days less the part of the window that is averaged.
    function _impliedVol(Quote memory q) private view returns (uint256) {
        int256 net = SignedWad.unwrap(q.parts.net) - int256(Wad.unwrap(q.parts.latency));
        Arithmetic.Priced[] memory option = new Arithmetic.Priced[](1);
        option[0] = Arithmetic.Priced({
            forward: SPOT,
            strike: 2000e18,
            discount: 1e18,
            price: uint256(net < 0 ? -net : net),
            tau: 30 days - 20 minutes,
            isCall: true
        });
        return arithmetic.impliedVols(option)[0];
    }

    /// @dev P12, T20: no step at a knot; the half-spread is largest in the last day, when only closing is left.
    function test_TenorFactor_IsInterpolated(uint256 time) public {
        PricingParams memory p = _only();
        p.halfSpread = Wad.wrap(0.02e18);
        p.tenorFactors = [Wad.wrap(4e18), Wad.wrap(2e18), Wad.wrap(1e18), Wad.wrap(3e18)];
        p.deltaFactors = [Wad.wrap(1e18), Wad.wrap(1e18), Wad.wrap(1e18), Wad.wrap(1e18), Wad.wrap(1e18)];
        catalogue.setPricingParams(ETH, p);
        uint256 left = bound(time, 31 minutes, 90 days);
        uint256 expected = left <= 1 days
            ? 4e18
            : left <= 7 days
                ? 4e18 - (left - 1 days) * 2e18 / 6 days
                : left <= 30 days ? 2e18 - (left - 7 days) * 1e18 / 23 days : 1e18 + (left - 30 days) * 2e18 / 150 days;
        vm.warp(FAR - left);
        _setSlice(FAR, uint40(block.timestamp));
        Quote memory q = _quote(_legs(_leg(FAR, 2000e18, true, ONE)));
        uint256 vega = uint256(-SignedWad.unwrap(q.afterwards.vega));
        assertApproxEqRel(Wad.unwrap(q.parts.spread), vega * expected / 1e18 * 2 / 100, 1e9, "vega * h_0 * factor");
    }

    function test_DeltaFactor_IsInterpolated(uint256 strike) public {
        PricingParams memory p = _only();
        p.halfSpread = Wad.wrap(0.02e18);
        catalogue.setPricingParams(ETH, p);
        strike = 1600e18 + bound(strike, 0, 7) * 100e18;
        Quote memory q = _quote(_legs(_leg(MIDDLE, strike, true, ONE)));
        // Of the call's delta, undiscounted: 2, 1.25, 1, 1.25, 2 at quarters
        int256 delta = -SignedWad.unwrap(q.afterwards.delta) * 1e18 / int256(0.9967176e18); // exp(-0.04 * 30 / 365)
        uint256 off = uint256(delta > 0.5e18 ? delta - 0.5e18 : 0.5e18 - delta);
        uint256 factor = off < 0.25e18 ? 1e18 + off : 1.25e18 + (off - 0.25e18) * 3;
        uint256 vega = uint256(-SignedWad.unwrap(q.afterwards.vega));
        assertApproxEqRel(Wad.unwrap(q.parts.spread), vega * factor / 1e18 * 2 / 100, 1e12, "no step between knots");
    }

    // Potential

    /// @dev P5: nothing below the kink, and ever more beyond it.
    function test_PriceRisesWithUtilisation() public {
        PricingParams memory p = _only();
        p.utilisationCharge = Wad.wrap(0.5e18);
        p.utilisationKink = Wad.wrap(0.2e18);
        catalogue.setPricingParams(ETH, p);
        // 1,477 of margin each: 135 options reach 20 % of a million
        assertEq(_potential(_atm(130 * ONE)), 0, "below the kink utilisation is free");
        _trade(_atm(140 * ONE));
        int256 first = _potential(_atm(10 * ONE));
        _trade(_atm(100 * ONE));
        int256 second = _potential(_atm(10 * ONE));
        assertGt(first, 0, "beyond it, it costs");
        assertGt(second, 2 * first, "and more the more there is");
    }

    /// @dev P6: what adds to net delta pays for it, what levels it is paid.
    function test_PriceMovesWithNetDelta(int256 hedge) public {
        PricingParams memory p = _only();
        p.hedgeCost = Wad.wrap(0.001e18);
        catalogue.setPricingParams(ETH, p);
        hedge = bound(hedge, 20e18, 200e18);
        _setHedge(hedge);
        int256 call = _potential(_atm(10 * ONE));
        int256 put = _potential(_legs(_leg(MIDDLE, 2000e18, false, 10 * ONE)));
        assertLt(call, 0, "long delta: a call sold levels it");
        assertGt(put, 0, "and a put sold adds to it");
        _setHedge(-hedge);
        assertGt(_potential(_atm(10 * ONE)), 0, "short delta: the call adds to it");
        assertLt(_potential(_legs(_leg(MIDDLE, 2000e18, false, 10 * ONE))), 0, "and the put levels it");
    }

    /// @dev P7: vega is charged as it grows and given back as it shrinks; the half-spread stays, by design.
    function test_PriceMovesWithNetVega() public {
        PricingParams memory p = _only();
        (p.vegaCharge, p.halfSpread) = (Wad.wrap(0.5e18), Wad.wrap(0.01e18));
        catalogue.setPricingParams(ETH, p);
        int256 first = _potential(_atm(10 * ONE));
        _trade(_atm(100 * ONE));
        assertGt(_potential(_atm(10 * ONE)), 10 * first, "the next vega is dearer");
        Quote memory back = _quote(_atm(-10 * ONE));
        assertLt(SignedWad.unwrap(back.parts.potential), 0, "vega that goes is paid for");
        assertGt(Wad.unwrap(back.parts.spread), 0, "the spread is never waived");
    }

    // Carry and fee

    /// @dev P9, P10: what is opened pays for its hedge, and what adds margin for the cash it locks; what closes pays neither.
    function test_CarryIsOfHedgeAndCollateral() public {
        PricingParams memory p = _only();
        (p.hedgeCarry, p.collateralCarry) = (Wad.wrap(0.1e18), Wad.wrap(0));
        catalogue.setPricingParams(ETH, p);
        Quote memory q = _quote(_atm(10 * ONE));
        uint256 notional = uint256(-SignedWad.unwrap(q.afterwards.delta)) * 2000;
        assertApproxEqRel(
            Wad.unwrap(q.parts.carry), notional / 10 * 30 / 365, 1e13, "10 % a year on the delta, 30 days"
        );
        (p.hedgeCarry, p.collateralCarry) = (Wad.wrap(0), Wad.wrap(0.1e18));
        catalogue.setPricingParams(ETH, p);
        q = _quote(_atm(10 * ONE));
        assertApproxEqRel(
            Wad.unwrap(q.parts.carry),
            Wad.unwrap(q.afterwards.requiredMargin) / 10 * 30 / 365,
            1e13,
            "10 % a year on the margin"
        );
        _trade(_atm(10 * ONE));
        assertEq(Wad.unwrap(_quote(_atm(-10 * ONE)).parts.carry), 0, "closing frees both");
    }

    /// @dev P15: at most an eighth of fair value, whatever the rate.
    function test_FeeIsAtMostAnEighthOfFair(uint256 index, uint256 lots, uint256 rate, bool sells) public {
        PricingParams memory p = _params();
        p.feeRate = Wad.wrap(bound(rate, 0, 0.01e18));
        catalogue.setPricingParams(ETH, p);
        int256 size = int256(bound(lots, 1, MAX_LOTS)) * LOTS;
        Quote memory q = _quote(_legs(_ofIndex(index % SERIES, sells ? -size : size)));
        int256 fair = SignedWad.unwrap(q.parts.fair);
        assertLe(Wad.unwrap(q.parts.fee), uint256(fair < 0 ? -fair : fair) / 8 + uint256(size) / 1e15, "12.5 % of fair");
        uint256 linear = uint256(size) * 2000 * Wad.unwrap(p.feeRate) / 1e18;
        assertLe(Wad.unwrap(q.parts.fee), linear + uint256(size) / 1e15, "nor more than the rate");
    }
}
