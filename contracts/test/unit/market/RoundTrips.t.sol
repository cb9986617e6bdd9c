// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Quote} from "../../../src/interfaces/IMarket.sol";
import {BookValue, Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @notice Sequences of orders of several legs that return the book to where it was, over random books, parameters, marks,
/// averages and slices in grace, with rebalances and rolls between.
/// @dev No order is priced better than fair value, and at an unchanged market fair value is the same there and back: so it
/// does not matter what hedger and roll do to the potential in between, nor how large its charges are.
abstract contract RoundTripsTest is OpenMarket {
    uint256 private constant MOST = 10; // out, and as many back
    int256 private constant ONE = 1e18;
    uint256 private constant LEAST_LATENCY = 0.0001e18;
    uint256 private constant DEPLOYED_LATENCY = 0.0095e18;
    /// @dev Far above the deployed 0.05: half of E in the vault's net delta is charged at 50 times E.
    uint256 private constant HEAVY = 200e18;

    function _decimals() internal pure virtual returns (uint8);

    function setUp() public {
        _deployOpen(_decimals());
    }

    function test_Price2_RoundTripsOfSeveralLegsNeverPay(uint256 seed, uint256 count) public {
        seed = _randomMarket(seed);
        assertGe(_trip(seed, count, false), 0, "Price-2: a round trip never pays");
    }

    /// @dev What the laws below rest on. A mark is of the slice in force at mark; slices, average and wings can only make it
    /// dearer.
    function test_Price2_NoOrderIsBetterThanFairValue(uint256 seed, uint256 count) public {
        seed = _randomMarket(seed);
        PricingParams memory p = catalogue.pricingParams(ETH);
        p.deltaCharge = Wad.wrap(seed % HEAVY);
        _free(p);
        Leg[] memory legs = _randomLegs(_next(seed), bound(count, 1, 6));
        SeriesId[] memory all = new SeriesId[](legs.length);
        for (uint256 l = 0; l < legs.length; ++l) {
            all[l] = legs[l].series;
        }
        (, Wad[] memory marks) = market.marks(all);
        int256 atMark;
        for (uint256 l = 0; l < legs.length; ++l) {
            atMark += SignedSize.unwrap(legs[l].size) * int256(Wad.unwrap(marks[l])) / ONE;
        }
        Quote memory q = _quote(legs);
        assertGe(SignedWad.unwrap(q.parts.fair), atMark - int256(legs.length), "fair value is at least the mark's");
        assertGe(
            SignedWad.unwrap(q.parts.net), SignedWad.unwrap(q.parts.fair), "Price-2: and what is paid at least that"
        );
    }

    /// @dev With nothing charged but the potential and one basis point of delta.
    function test_Price2_NorWithoutSpreads(uint256 seed, uint256 count) public {
        seed = _randomMarket(seed);
        _free(catalogue.pricingParams(ETH));
        assertGe(_trip(seed, count, false), 0, "Price-2: a round trip without spreads never pays");
    }

    /// @dev The hedger brings net delta nearer to zero between the trades: what it undoes cannot be sold to the vault.
    function test_Price2_NorWithRebalancesBetween(uint256 seed, uint256 count) public {
        seed = _randomMarket(seed);
        PricingParams memory p = catalogue.pricingParams(ETH);
        p.deltaCharge = Wad.wrap(seed % HEAVY);
        _free(p);
        assertGe(_trip(seed, count, true), 0, "Price-2: nor with rebalances between");
    }

    /// @dev A vault that is only ever short, as it is where traders can only sell what they hold. Between the trades E is
    /// anything from 0.8 to 3 of what it was, and the hedger levels some of net delta.
    function test_Price2_NorWithRollsBetween(uint256 seed, uint256 count) public {
        seed = _next(seed);
        PricingParams memory p = _randomParams(seed);
        p.deltaCharge = Wad.wrap(_next(seed) % HEAVY);
        _free(p);
        for (uint256 i = 0; i < 3; ++i) {
            seed = _next(seed);
            _trade(_bought(_randomLegs(seed, 3)));
        }
        _setHedge(int256(_next(seed) % 400e18) - 200e18);
        seed = _randomPrices(seed);

        count = bound(count, 1, 4);
        Leg[][] memory done = new Leg[][](count);
        int256 paid;
        for (uint256 i = 0; i < 2 * count; ++i) {
            seed = _next(seed);
            if (i < count) done[i] = _bought(_randomLegs(seed, 1 + (seed >> 250) % 4));
            paid += _trade(i < count ? done[i] : _reversed(done[2 * count - 1 - i]));
            if (seed & 3 == 0) _setEquity(EQUITY * unit * (8 + (seed >> 16) % 23) / 10);
            if (seed & 4 == 0) _hedgeTowardsZero(seed >> 8 & 0xff);
        }
        assertGe(paid, 0, "Price-2: nor with rolls between");
    }

    function _bought(Leg[] memory legs) private pure returns (Leg[] memory) {
        for (uint256 l = 0; l < legs.length; ++l) {
            if (SignedSize.unwrap(legs[l].size) < 0) legs[l].size = -legs[l].size;
        }
        return legs;
    }

    /// @return paid by all trades, there and back
    function _trip(uint256 seed, uint256 count, bool rebalanced) private returns (int256 paid) {
        count = bound(count, 1, MOST);
        Leg[][] memory done = new Leg[][](count);
        for (uint256 i = 0; i < 2 * count; ++i) {
            seed = _next(seed);
            if (i < count) done[i] = _randomLegs(seed, 1 + (seed >> 250) % 4);
            paid += _trade(i < count ? done[i] : _reversed(done[2 * count - 1 - i]));
            if (seed & 3 == 0) market.settleSkew(ETH);
            if (rebalanced && seed & 4 == 0) _hedgeTowardsZero(seed >> 8 & 0xff);
            assertGe(_psi(), 0, "Psi is never negative");
        }
    }

    function _reversed(Leg[] memory legs) private pure returns (Leg[] memory) {
        for (uint256 l = 0; l < legs.length; ++l) {
            legs[l].size = -legs[l].size;
        }
        return legs;
    }

    /// @dev Net delta afterwards is `part` of 255 of what it was.
    function _hedgeTowardsZero(uint256 part) private {
        (BookValue memory b,) = market.bookValue(ETH);
        int256 options = SignedWad.unwrap(b.delta);
        int256 net = options + SignedWad.unwrap(hedger.position(ETH).delta);
        _setHedge(net * int256(part) / 255 - options);
    }

    function _free(PricingParams memory p) private {
        p.halfSpread = p.ageSpread = p.moveSpread = p.feeRate = Wad.wrap(0);
        p.hedgeCarry = p.collateralCarry = p.minimumPremium = Wad.wrap(0);
        p.latency = Wad.wrap(LEAST_LATENCY);
        catalogue.setPricingParams(ETH, p);
    }

    function _psi() private view returns (int256) {
        return SignedWad.unwrap(market.skew(ETH));
    }

    // What can pay, and what bounds it

    /// @dev Others paid for skew, then spot moved: the vault is long so much delta over E. The attacker levels a part of
    /// it just before the hedger levels the rest, and puts it back. Only delta is charged for.
    /// @return paid base units
    /// @return withheld of the discount, wad
    function _levelBeforeARebalance(uint256 x, uint256 latency) private returns (int256 paid, uint256 withheld) {
        _trade(_straddle(MIDDLE, 300 * ONE));
        PricingParams memory p = _params();
        p.vegaCharge = p.expiryVegaCharge = p.gammaCharge = p.utilisationCharge = Wad.wrap(0);
        _free(p);
        p = catalogue.pricingParams(ETH);
        p.latency = Wad.wrap(latency);
        catalogue.setPricingParams(ETH, p);
        _setHedge(0);
        (BookValue memory b,) = market.bookValue(ETH);
        _setHedge(int256(x * EQUITY / (SPOT / 1e18)) - SignedWad.unwrap(b.delta));
        assertGt(_psi(), 1000e18, "there is something to be had");
        withheld = Wad.unwrap(_quote(_legs(_leg(NEAR, 1800e18, true, 50 * ONE))).parts.clamp);
        paid = _trade(_legs(_leg(NEAR, 1800e18, true, 50 * ONE)));
        _hedgeTowardsZero(0);
        paid += _trade(_legs(_leg(NEAR, 1800e18, true, -50 * ONE)));
    }

    function _straddle(uint40 expiry, int256 size) private pure returns (Leg[] memory) {
        return _legs(_leg(expiry, 2000e18, true, size), _leg(expiry, 2000e18, false, size));
    }

    function test_LevellingBeforeARebalance_DoesNotPay() public {
        (int256 paid, uint256 withheld) = _levelBeforeARebalance(0.2e18, LEAST_LATENCY);
        assertGt(withheld, 0, "the discount would have been more than the charges");
        assertGe(paid, 0, "Price-2: levelling is free at best");
    }

    function test_LevellingBeforeARebalance_IsGivenItsDiscountInFullWithinTheCharges() public {
        // Half way home from the deployed limit of 0.2 a charge of 0.05 gives 0.75 % on average, and the venue's 0.1 comes back
        (int256 paid, uint256 withheld) = _levelBeforeARebalance(0.2e18, DEPLOYED_LATENCY);
        assertEq(withheld, 0, "the deployed charge on delta is within the latency charge");
        assertGt(paid, 0, "Price-2: the way back is not free");
    }

    /// @dev A roll pays redemptions and E falls between a purchase and its sale: the same position weighs twice as much,
    /// and yet nobody is paid more than fair value for bringing it back.
    function test_RollOfAShrinkingVault_PaysNobody() public {
        _free(_params());
        _trade(_straddle(MIDDLE, 200 * ONE));
        int256 paid = _trade(_straddle(MIDDLE, 80 * ONE));
        _setEquity(EQUITY * unit / 2);
        Leg[] memory back = _straddle(MIDDLE, -80 * ONE);
        Quote memory q = _quote(back);
        assertLt(SignedWad.unwrap(q.parts.potential), -5000e18, "the potential would give more than it took");
        assertEq(SignedWad.unwrap(q.parts.net), SignedWad.unwrap(q.parts.fair), "who sells gets fair value");
        assertGt(paid + _trade(back), 0, "Price-2: so the way there was paid for nothing");
    }
}

contract RoundTrips0Test is RoundTripsTest {
    function _decimals() internal pure override returns (uint8) {
        return 0;
    }
}

contract RoundTrips6Test is RoundTripsTest {
    function _decimals() internal pure override returns (uint8) {
        return 6;
    }
}

contract RoundTrips8Test is RoundTripsTest {
    function _decimals() internal pure override returns (uint8) {
        return 8;
    }
}

contract RoundTrips18Test is RoundTripsTest {
    function _decimals() internal pure override returns (uint8) {
        return 18;
    }
}
