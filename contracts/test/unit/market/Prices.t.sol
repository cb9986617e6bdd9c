// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {Quote} from "../../../src/interfaces/IMarket.sol";
import {
    BookRisk,
    BookValue,
    Leg,
    LegInput,
    Priced,
    PricingInput,
    PricingParams
} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, ORACLE_REDUCE_ONLY} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SliceRounding} from "../../../src/oracle/SliceRounding.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketInput} from "../../utils/MarketInput.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @notice The laws of prices, over random books, for any size. The decimals of the collateral are one of 0, 6, 8, 18.
abstract contract PricesTest is MarketFixture {
    uint256 private constant MAX_LOTS = 20_000;
    uint256 private constant MOST_TRADES = 20;
    uint256 private constant WINDOW = 30 minutes;

    function _decimals() internal pure virtual returns (uint8);

    function setUp() public {
        _deploy(_decimals());
        catalogue.setLimits(ETH, _open());
    }

    function _open() private pure returns (MarketLimits memory l) {
        l = _limits();
        l.maxNetDelta = l.maxNetVega = l.maxExpiryVega = l.maxGamma = l.vegaPerReport = Wad.wrap(100e18);
        l.maxSeriesSize = l.maxExpirySize = l.maxTradeSize = Wad.wrap(1_000_000e18);
        l.maxUtilisation = Wad.wrap(1e18);
        l.bufferShare = l.minDelta = l.minTradeSize = Wad.wrap(0);
        l.maxDelta = Wad.wrap(1e18);
    }

    function _any(uint256 seed, int256 size) private pure returns (Leg memory) {
        uint40 expiry = [NEAR, MIDDLE, FAR][seed % 3];
        return _leg(expiry, 1600e18 + seed / 3 % 8 * 100e18, seed / 24 % 2 == 0, size);
    }

    function _next(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _randomBook(uint256 seed) private {
        for (uint256 i = 0; i < 4; ++i) {
            seed = _next(seed);
            int256 lots = int256(seed % MAX_LOTS) - int256(MAX_LOTS / 3);
            _trade(_legs(_any(seed >> 8, (lots == 0 ? int256(1) : lots) * 1e15))); // an order of nothing is refused
        }
        _setHedge(int256(_next(seed) % 200e18) - 100e18);
    }

    /// @dev Price-1.
    function test_Price1_SplittingNeverHelps(uint256 seed, uint256 parts, uint256 lots, bool sells) public {
        _randomBook(seed);
        parts = bound(parts, 2, 10);
        int256 size = int256(bound(lots, 1, MAX_LOTS)) * 1e15;
        if (sells) size = -size;
        Leg[] memory whole = _legs(_any(_next(seed) >> 4, size * int256(parts)));
        Quote memory q = _quote(whole);
        int256 once = SignedAssets.unwrap(q.netCash);
        Leg[] memory part = _legs(Leg(whole[0].series, SignedSize.wrap(size)));
        int256 paid;
        bool clamped = Wad.unwrap(q.parts.clamp) != 0;
        bool capped;
        int256 potential;
        for (uint256 i = 0; i < parts; ++i) {
            Quote memory p = _quote(part);
            if (Wad.unwrap(p.parts.clamp) != 0) clamped = true;
            potential += SignedWad.unwrap(p.parts.potential);
            paid += _trade(part);
        }
        capped = potential != SignedWad.unwrap(q.parts.potential);
        assertGe(paid, once, "Price-1: splitting never costs less");
        if (!clamped && !capped) {
            assertLe(paid, once + int256(parts), "Price-1: it costs the same but for one base unit an order");
        }
    }

    /// @dev Price-2, with settling of Psi between the trades, and the extraction bound.
    function test_Price2_RoundTripsNeverPay(uint256 seed, uint256 count) public {
        _randomBook(seed);
        count = bound(count, 1, MOST_TRADES / 2);
        uint256 s = _next(seed);
        uint256 psi = uint256(SignedWad.unwrap(market.skew(ETH)));
        int256 paid;
        int256 potential;
        Leg[][] memory done = new Leg[][](count);
        for (uint256 i = 0; i < count; ++i) {
            s = _next(s);
            done[i] = _legs(_any(s >> 8, (int256(s % (2 * MAX_LOTS)) - int256(MAX_LOTS)) * 1e15 + 5e14 + 5e14));
            if (SignedSize.unwrap(done[i][0].size) == 0) done[i][0].size = SignedSize.wrap(1e15);
            potential += SignedWad.unwrap(_quote(done[i]).parts.potential);
            paid += _trade(done[i]);
            if (s >> 200 & 3 == 0) market.settleSkew(ETH);
        }
        for (uint256 i = count; i != 0; --i) {
            done[i - 1][0].size = -done[i - 1][0].size;
            potential += SignedWad.unwrap(_quote(done[i - 1]).parts.potential);
            paid += _trade(done[i - 1]);
        }
        assertGe(potential, 0, "Price-2: the potential pays nobody over a round trip");
        assertGe(paid, 0, "Price-2: a round trip at an unchanged market never pays");
        assertGe(int256(psi) + potential, SignedWad.unwrap(market.skew(ETH)), "Psi holds no more than was paid in");
    }

    /// @dev Whatever the hedger does between two trades, discounts are bounded by Psi and the venue cost of what they save.
    function test_Price2_DiscountIsBounded(uint256 seed, int256 hedge, uint256 lots, bool sells) public {
        _randomBook(seed);
        _setHedge(bound(hedge, -500e18, 500e18));
        int256 size = int256(bound(lots, 1, MAX_LOTS)) * 1e15;
        Quote memory q = _quote(_legs(_any(_next(seed), sells ? -size : size)));
        uint256 psi = uint256(SignedWad.unwrap(market.skew(ETH)));
        // c_h = 0.1 % of the delta that the order can save: at most one a unit of size
        uint256 venue = uint256(size) * SPOT / 1e18 / 1000;
        assertGe(
            SignedWad.unwrap(q.parts.potential), -int256(psi + venue), "extraction never exceeds Psi plus venue cost"
        );
        assertGe(SignedWad.unwrap(q.parts.skewAfter), 0, "Psi is never negative");
    }

    /// @dev Price-4: any spot, age and size is valued, and quoted while the board is open.
    function test_Price4_NeverReverts(uint256 spot, uint256 average, uint256 time, uint256 size, uint256 seed) public {
        _randomBook(seed);
        spot = bound(spot, 1, 1e30);
        average = bound(average, 1, 1e30);
        _setSpot(spot, average, ORACLE_REDUCE_ONLY);
        vm.warp(START + bound(time, 0, 90 days));
        Leg memory leg = _any(_next(seed), int256(bound(size, 1, 1 << 40)) * 1e15);
        if (leg.series.expiryOf() > block.timestamp + 30 minutes) _quote(_legs(leg));
        market.bookValue(ETH);
        SeriesId[] memory one = new SeriesId[](1);
        one[0] = leg.series;
        market.marks(one);
        market.potential(ETH);
    }

    /// @dev Price-5: call - put = discount (F - K), within 1e-12 of spot. F is of the average that settles: inside its window
    /// what has been averaged counts as fixed.
    function test_Price5_Parity(uint256 spot, uint256 ratio, uint256 left, uint256 average, uint256 seed) public {
        spot = bound(spot, 100e18, 50_000e18);
        ratio = Wad.unwrap(SliceRounding.nearest(Wad.wrap(bound(ratio, 0.9e18, 1.1e18))));
        Leg memory leg = _any(seed, 1e18);
        uint40 expiry = leg.series.expiryOf();
        SurfaceSlice memory slice = _slice(expiry, VOLATILITY_SQUARED);
        slice.forwardRatio = Wad.wrap(ratio);
        surfaceOracle.set(slice);
        _setSpot(spot, spot, ORACLE_OPEN);
        // Half of the time inside the window
        left = bound(left, 1, seed >> 128 & 1 == 0 ? WINDOW - 1 : expiry - START);
        vm.warp(expiry - left);
        average = bound(average, spot * 8 / 10, spot * 12 / 10);
        spotOracle.setAverageOver(Wad.wrap(average));

        uint256 forward = spot * ratio / 1e18;
        if (left < WINDOW) forward = ((WINDOW - left) * average + left * forward) / WINDOW;
        uint256 strike = Wad.unwrap(leg.series.strikeOf());
        int256 right = (int256(forward) - int256(strike)) * _discount(left) / 1e18;
        assertApproxEqAbs(_callLessPut(expiry, strike), right, spot / 1e12, "Price-5: put-call parity");
    }

    function _callLessPut(uint40 expiry, uint256 strike) private view returns (int256) {
        SeriesId[] memory both = new SeriesId[](2);
        (both[0], both[1]) = (_series(expiry, strike, true), _series(expiry, strike, false));
        (, Wad[] memory m) = market.marks(both);
        return int256(Wad.unwrap(m[0])) - int256(Wad.unwrap(m[1]));
    }

    /// @dev At 4 % by its series to the fifth power: below 1e-15 of it for 90 days.
    function _discount(uint256 time) private pure returns (int256) {
        int256 x = -0.04e18 * int256(time) / int256(YEAR);
        return 1e18 + x + x * x / 2e18 + x * x / 1e18 * x / 6e18 + x * x / 1e18 * x / 1e18 * x / 24e18 + x * x / 1e18
            * x / 1e18 * x / 1e18 * x / 120e18;
    }

    /// @dev The book pass against one quote per series: the sums are those of the parts.
    function test_BookIsTheSumOfItsSeries(uint256 seed) public {
        int256 value;
        int256 delta;
        int256 vega;
        uint256 s = seed;
        BookValue memory none = _bookAtMark();
        assertEq(SignedWad.unwrap(none.value), 0);
        for (uint256 i = 0; i < 6; ++i) {
            s = _next(s);
            Leg[] memory one = _legs(_any(s >> 8, (int256(s % MAX_LOTS) + 1) * 1e15));
            (PricingInput memory input, LegInput[] memory legs) = MarketInput.read(market, catalogue, ETH, one[0]);
            Priced memory q = pricer.quote(input, legs);
            value += SignedWad.unwrap(q.afterwards.value - q.before.value);
            delta += SignedWad.unwrap(q.afterwards.delta - q.before.delta);
            vega += SignedWad.unwrap(q.afterwards.vega - q.before.vega);
            _requireSame(_quote(one), q);
            SeriesId[] memory series = new SeriesId[](1);
            series[0] = one[0].series;
            (, Wad[] memory m) = market.marks(series);
            int256 lots = SignedSize.unwrap(one[0].size) / 1e15;
            assertApproxEqAbs(
                SignedWad.unwrap(q.before.value - q.afterwards.value),
                int256(Wad.unwrap(m[0])) * lots / 1000,
                uint256(lots),
                "a position changes the book by its mark"
            );
            _trade(one);
        }
        BookValue memory b = _bookAtMark();
        assertApproxEqAbs(SignedWad.unwrap(b.value), value, 20, "value");
        assertApproxEqAbs(SignedWad.unwrap(b.delta), delta, 20, "delta");
        assertApproxEqAbs(SignedWad.unwrap(b.vega), vega, 20, "vega");
    }

    /// @dev What the market says of an order is what its pricer says, to the unit.
    function _requireSame(Quote memory quoted, Priced memory priced) private pure {
        assertEq(SignedWad.unwrap(quoted.parts.net), SignedWad.unwrap(priced.parts.net), "price");
        _requireSame(quoted.before, priced.before);
        _requireSame(quoted.afterwards, priced.afterwards);
    }

    function _requireSame(BookRisk memory risk, BookValue memory book) private pure {
        assertEq(SignedWad.unwrap(risk.delta), SignedWad.unwrap(book.delta), "delta");
        assertEq(SignedWad.unwrap(risk.gamma), SignedWad.unwrap(book.gamma), "gamma");
        assertEq(SignedWad.unwrap(risk.vega), SignedWad.unwrap(book.vega), "vega");
        assertEq(Wad.unwrap(risk.requiredMargin), Wad.unwrap(book.requiredMargin), "required margin");
    }

    function _bookAtMark() private view returns (BookValue memory b) {
        (b,) = market.bookValue(ETH);
    }

    /// @dev Price-7. What a lot does to another's price is what the other's trade does to the lot's: nothing beyond its own effect.
    function test_DustChangesNothingForOthers(uint256 seed, uint256 lots) public {
        _randomBook(seed);
        Leg[] memory other = _legs(_any(_next(seed), int256(bound(lots, 1, MAX_LOTS)) * 1e15));
        Leg[] memory dust = _legs(_any(_next(seed) >> 100, 1e15));
        if (other[0].series == dust[0].series) return;
        int256 alone = _freeNet(other);
        int256 dustAlone = _freeNet(dust);
        bool limited = _limited(other) || _limited(dust); // a discount cut short goes to whoever comes first
        uint256 snapshot = vm.snapshotState();
        _trade(dust);
        limited = limited || _limited(other);
        int256 change = _freeNet(other) - alone;
        vm.revertToStateAndDelete(snapshot);
        assertApproxEqAbs(change, int256(0), 0.05e18, "Price-7: what a dust trade changes for others is nearly nothing");
        _trade(other);
        if (limited || _limited(dust)) return;
        assertApproxEqAbs(
            change,
            _freeNet(dust) - dustAlone,
            1e7,
            "Price-7: a dust trade changes nothing for others beyond its own effect"
        );
    }

    /// @dev A price before clamps.
    function _freeNet(Leg[] memory legs) private view returns (int256) {
        Quote memory q = _quote(legs);
        return SignedWad.unwrap(q.parts.net) - int256(Wad.unwrap(q.parts.clamp));
    }

    /// @dev Whether Psi pays for any of it: it may be too small for the whole.
    function _limited(Leg[] memory legs) private view returns (bool) {
        return SignedWad.unwrap(_quote(legs).parts.skewAfter) < SignedWad.unwrap(market.skew(ETH));
    }

    /// @dev Price-6. One potential for all: buying a series raises the price of its neighbours in strike and in expiry.
    function test_NeighboursFeelEachOther(uint256 strike, uint256 expiry, bool call, uint256 lots) public {
        strike = 1700e18 + bound(strike, 0, 5) * 100e18;
        expiry = bound(expiry, 0, 2);
        int256 size = int256(bound(lots, 10_000, 200_000)) * 1e15;
        Leg[] memory next = _legs(_leg([NEAR, MIDDLE, FAR][expiry], strike + 100e18, call, 1e18));
        Leg[] memory below = _legs(_leg([NEAR, MIDDLE, FAR][expiry], strike - 100e18, call, 1e18));
        Leg[] memory later = _legs(_leg([MIDDLE, FAR, NEAR][expiry], strike, call, 1e18));
        (int256 a, int256 b, int256 c) = (_freeNet(next), _freeNet(below), _freeNet(later));
        _trade(_legs(_leg([NEAR, MIDDLE, FAR][expiry], strike, call, size)));
        assertGt(_freeNet(next), a, "Price-6: the strike above is dearer");
        assertGt(_freeNet(below), b, "Price-6: and the strike below");
        assertGt(_freeNet(later), c, "Price-6: and another expiry");
    }

    /// @dev Price-8. However far from the money, full the skew account and small the size; with no least premium as well.
    function test_NoOptionIsFree(uint256 seed, uint256 spot, uint256 lots, bool least) public {
        _randomBook(seed);
        PricingParams memory p = _params();
        p.feeRate = p.halfSpread = p.ageSpread = p.moveSpread = p.hedgeCarry = p.collateralCarry = Wad.wrap(0);
        p.deltaCharge = Wad.wrap(100e18);
        if (!least) p.minimumPremium = Wad.wrap(0);
        catalogue.setPricingParams(ETH, p);
        spot = bound(spot, 1200e18, 3500e18);
        _setSpot(spot, spot, ORACLE_OPEN);
        Leg[] memory legs = _legs(_any(seed, int256(bound(lots, 1, 1000)) * 1e15));
        SeriesId[] memory one = new SeriesId[](1);
        one[0] = legs[0].series;
        (, Wad[] memory mark) = market.marks(one);
        Quote memory q = _quote(legs);
        if (Wad.unwrap(mark[0]) != 0) {
            assertGt(SignedAssets.unwrap(q.netCash), 0, "Price-8: nothing with time value is free");
        }
        int256 size = SignedSize.unwrap(legs[0].size);
        int256 net = SignedWad.unwrap(q.parts.net);
        assertGe(net, int256(Wad.unwrap(mark[0])) * size / 1e18, "Price-8: nor sold below its mark");
        if (least) assertGe(net, size / 2, "Price-8: nor below the least premium of 0.5 an option");
    }

    function test_GraceWindow_WorstSliceCounts(uint256 volatility, bool sells) public {
        int256 size = sells ? -int256(1e18) : int256(1e18);
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, size));
        int256 alone = _quoteCash(legs);
        surfaceOracle.setPrevious(_slice(MIDDLE, bound(volatility, 0.2e18, 0.6e18)));
        assertGe(_quoteCash(legs), alone, "a replaced slice never makes a price better for the trader");
        assertGe(_quoteCash(legs) + _quoteCash(_legs(_leg(MIDDLE, 2000e18, true, -size))), 0, "flat and flat again");
    }
}

contract Prices0Test is PricesTest {
    function _decimals() internal pure override returns (uint8) {
        return 0;
    }
}

contract Prices6Test is PricesTest {
    function _decimals() internal pure override returns (uint8) {
        return 6;
    }
}

contract Prices8Test is PricesTest {
    function _decimals() internal pure override returns (uint8) {
        return 8;
    }
}

contract Prices18Test is PricesTest {
    function _decimals() internal pure override returns (uint8) {
        return 18;
    }
}
