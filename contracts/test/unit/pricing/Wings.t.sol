// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Quote} from "../../../src/interfaces/IMarket.sol";
import {IPricer, Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SliceRounding} from "../../../src/oracle/SliceRounding.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {NaiveBook, NaiveGreeks, NaivePosition} from "../../utils/NaiveBook.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @notice What the vault pays for options far out of the money: never more than at the volatility at the money.
/// @dev Expected prices are `NaiveBook`'s, which has nothing of the kernel; a seven-day board, 60 % at the money, skewed so
/// that the put at 1,600 has 91 %.
contract WingsTest is OpenMarket {
    int256 private constant ONE = 1e18;
    uint256 private constant WING = 1600e18;
    uint256 private constant WINDOW = 30 minutes;
    /// @dev Relative.
    uint256 private constant TOLERANCE = 1e9;

    function setUp() public {
        _deployOpen(18);
        surfaceOracle.set(_steep(1e18));
    }

    /// @dev A smile times so much, wad: w(k) = a + b (rho k + sqrt(k^2 + sigma^2)), its level at the money w(0).
    function _steep(uint256 times) private view returns (SurfaceSlice memory slice) {
        slice = _slice(NEAR, VOLATILITY_SQUARED);
        slice.svi = _stored(times);
    }

    /// @dev As the oracle stores it.
    function _stored(uint256 times) private pure returns (SviSlice) {
        int256 w = int256(VOLATILITY_SQUARED * 7 days / YEAR * times / 1e18) * SVI_ONE / 1e18;
        return SliceRounding.nearest(sviSlice(w / 2, w * 5, -SVI_ONE / 2, 0, SVI_ONE / 10));
    }

    /// @dev In wads.
    function _svi(uint256 times) private pure returns (int256[5] memory svi) {
        SviSlice kept = _stored(times);
        svi = [kept.a(), kept.b(), kept.rho(), int256(0), kept.sigma()];
        for (uint256 i = 0; i < 5; ++i) {
            svi[i] = svi[i] * 1e18 / SVI_ONE;
        }
    }

    /// @dev The put or call of the steep board; `flat` with the volatility at the money everywhere.
    function _naive(uint256 strike, bool call, uint256 spot, uint256 times, bool flat)
        private
        pure
        returns (NaiveGreeks memory)
    {
        int256[5] memory svi = _svi(times);
        if (flat) svi = [svi[0] + svi[1] * svi[4] / 1e18, int256(0), int256(0), int256(0), int256(0.1e18)];
        NaivePosition memory p = NaivePosition({
            strike: strike,
            call: call,
            lots: 1000,
            left: 7 days,
            window: WINDOW,
            averageSoFar: 0,
            ratio: 1e18,
            reportAge: 0,
            svi: svi
        });
        return NaiveBook.one(p, int256(spot), 0.04e18);
    }

    function _setFlatDelta(uint256 flatDelta) private {
        PricingParams memory p = _params();
        p.flatDelta = Wad.wrap(flatDelta);
        catalogue.setPricingParams(ETH, p);
    }

    function _paid(uint256 strike, bool call) private view returns (int256) {
        return -SignedWad.unwrap(_quote(_legs(_leg(NEAR, strike, call, -ONE))).parts.fair);
    }

    function test_AWingSoldCountsAtFlatVolatility() public view {
        int256 smile = _naive(WING, false, SPOT, 1e18, false).value;
        int256 flat = _naive(WING, false, SPOT, 1e18, true).value;
        assertGt(smile, 3 * flat, "on the smile it is worth three times as much and more");
        assertLt(-_naive(WING, false, SPOT, 1e18, false).delta, 0.05e18, "inside flatDelta");
        assertApproxEqRel(_paid(WING, false), flat, TOLERANCE, "the flat price, neither more nor less");
        assertLe(_paid(WING, false), flat + flat / 1e9, "not more");
    }

    function test_Zero_SwitchesItOff() public {
        _setFlatDelta(0);
        assertApproxEqRel(
            _paid(WING, false), _naive(WING, false, SPOT, 1e18, false).value, TOLERANCE, "the price on the smile"
        );
    }

    /// @dev Half-way between flatDelta and twice of it half of the difference counts.
    function test_BeyondFlatDelta_TheDifferenceFadesOut() public {
        NaiveGreeks memory smile = _naive(WING, false, SPOT, 1e18, false);
        int256 flat = _naive(WING, false, SPOT, 1e18, true).value;
        uint256 delta = uint256(-smile.delta) * 1e18 / 0.999233171e18; // undiscounted: exp(-0.04 * 7 / 365)
        _setFlatDelta(delta * 2 / 3);
        assertApproxEqRel(_paid(WING, false), (smile.value + flat) / 2, 1e11, "half");
        _setFlatDelta(delta * 4 / 5);
        assertApproxEqRel(_paid(WING, false), flat + (smile.value - flat) / 4, 1e11, "a quarter of it paid");
        _setFlatDelta(delta / 2 - 1e12);
        assertApproxEqRel(_paid(WING, false), smile.value, TOLERANCE, "nothing beyond twice flatDelta");
        _setFlatDelta(delta + 1e12);
        assertApproxEqRel(_paid(WING, false), flat, TOLERANCE, "all of it at flatDelta");
    }

    /// @dev At the money the two volatilities are one; in the money, and beyond twice flatDelta, the smile's price counts.
    function test_NothingChanges_NearTheMoneyOrIn() public {
        Leg[4] memory sold = [
            _leg(NEAR, 2000e18, true, -ONE), // at the money
            _leg(NEAR, 2000e18, false, -ONE),
            _leg(NEAR, 1600e18, true, -ONE), // deep in, the wing's own call
            _leg(NEAR, 2300e18, false, -ONE)
        ];
        for (uint256 i = 0; i < 4; ++i) {
            _setFlatDelta(0);
            bytes memory before = abi.encode(_quote(_legs(sold[i])));
            _setFlatDelta(i < 2 ? 0.05e18 : 0.5e18);
            assertEq(abi.encode(_quote(_legs(sold[i]))), before, "the same");
        }
    }

    function test_BuyingIsUnchanged(uint256 index, uint256 lots, uint256 flatDelta) public {
        Leg[] memory legs = _legs(_ofIndex(index % SERIES, int256(bound(lots, 1, MAX_LOTS)) * LOTS));
        _setFlatDelta(0);
        bytes memory before = abi.encode(_quote(legs));
        _setFlatDelta(bound(flatDelta, 0, 0.5e18));
        assertEq(abi.encode(_quote(legs)), before, "what the vault sells is priced on the smile");
    }

    /// @dev The lower of mark and average, and of all live slices, each at its own flat volatility.
    function test_AverageAndReplacedSlices_CountAlike() public {
        _setSpot(SPOT, 2020e18, ORACLE_OPEN);
        int256 atAverage = _naive(WING, false, 2020e18, 1e18, true).value;
        assertApproxEqRel(_paid(WING, false), atAverage, TOLERANCE, "flat at the average, where it is worth less");
        _setSpot(SPOT, 1980e18, ORACLE_OPEN);
        int256 atMark = _naive(WING, false, SPOT, 1e18, true).value;
        assertApproxEqRel(_paid(WING, false), atMark, TOLERANCE, "flat at the mark");
        surfaceOracle.setPrevious(_steep(0.9e18));
        int256 replaced = _naive(WING, false, SPOT, 0.9e18, true).value;
        assertLt(replaced, atMark, "a slice that was lower");
        assertApproxEqRel(_paid(WING, false), replaced, TOLERANCE, "flat on the slice in grace");
    }

    /// @dev No step: a move of the spot by a part in 1e9 moves the price by no more than a few times a delta of one would.
    function test_NoStep(uint256 spot, uint256 flatDelta, bool call) public {
        _setFlatDelta(bound(flatDelta, 0.001e18, 0.5e18));
        spot = bound(spot, 1400e18, 2600e18);
        uint256 strike = call ? 2300e18 : WING;
        _setSpot(spot, spot, ORACLE_OPEN);
        int256 before = _paid(strike, call);
        spot += spot / 1e9;
        _setSpot(spot, spot, ORACLE_OPEN);
        // Over the fade, from flatDelta on, the difference of the prices comes back: at most 50 of them per unit of delta
        assertApproxEqAbs(_paid(strike, call), before, 100 * spot / 1e9, "continuous");
    }

    /// @dev It only ever lowers what a seller gets: every order costs at least what it would without, fee apart, and an
    /// order of one leg fee included.
    function test_NeverInTheTradersFavour(uint256 seed, uint256 count) public {
        surfaceOracle.setPrevious(_steep(0.9e18 + seed % 0.2e18));
        seed = _randomMarket(seed);
        PricingParams memory p = catalogue.pricingParams(ETH);
        p.flatDelta = Wad.wrap(seed % 0.5e18);
        catalogue.setPricingParams(ETH, p);
        Leg[] memory legs = _randomLegs(_next(seed), bound(count, 1, 4));
        Quote memory with = _quote(legs);
        p.flatDelta = Wad.wrap(0);
        catalogue.setPricingParams(ETH, p);
        Quote memory without = _quote(legs);
        assertGe(_beforeFee(with), _beforeFee(without), "before the fee");
        assertGe(SignedWad.unwrap(with.parts.fair), SignedWad.unwrap(without.parts.fair), "fair");
        assertLe(Wad.unwrap(with.parts.fee), Wad.unwrap(without.parts.fee), "the fee follows fair value down");
        if (legs.length == 1) assertGe(SignedWad.unwrap(with.parts.net), SignedWad.unwrap(without.parts.net), "net");
        assertEq(
            SignedWad.unwrap(with.parts.potential), SignedWad.unwrap(without.parts.potential), "the book is not touched"
        );
    }

    function _beforeFee(Quote memory q) private pure returns (int256) {
        return SignedWad.unwrap(q.parts.net) - int256(Wad.unwrap(q.parts.fee));
    }

    function test_RevertWhen_OutsideItsBox() public {
        PricingParams memory p = _params();
        p.flatDelta = Wad.wrap(0.5e18 + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IPricer.ParameterOutOfBounds.selector, bytes32("flatDelta"), 0.5e18 + 1, 0, 0.5e18)
        );
        catalogue.setPricingParams(ETH, p);
    }
}
