// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {
    Board,
    IMarket,
    Order,
    PAUSE_NEW_RISK,
    PAUSE_NONE,
    PAUSE_TRADING,
    Quote
} from "../../../src/interfaces/IMarket.sol";
import {BookValue, Leg} from "../../../src/interfaces/IPricer.sol";
import {
    ORACLE_ATTACH,
    ORACLE_DOWN,
    ORACLE_OPEN,
    ORACLE_REDUCE_ONLY,
    ORACLE_WIDE
} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {MarketId, MalformedSeries, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SviSlice} from "../../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

abstract contract TradeTest is MarketFixture {
    int256 private constant ONE = 1e18;
    uint256 private constant DELTA_OF_2300 = 56957049975906519; // N(d1) in seven days, wad
    uint256 private constant ROUNDING = 1e3; // wei of a wad: margin is summed per lot

    function _decimals() internal pure virtual returns (uint8);

    function setUp() public {
        _deploy(_decimals());
    }

    function _atm(int256 size) private pure returns (Leg[] memory) {
        return _legs(_leg(MIDDLE, 2000e18, true, size));
    }

    // Order

    function test_RevertWhen_DeadlinePassed() public {
        Order memory order = _order(_atm(ONE));
        order.deadline = uint40(block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.DeadlinePassed.selector, order.deadline, block.timestamp));
        market.trade(order);
    }

    function test_RevertWhen_NoLegs() public {
        _expectRevert(new Leg[](0), abi.encodeWithSelector(IMarket.NoLegs.selector));
    }

    function test_RevertWhen_TooManyLegs() public {
        _expectRevert(new Leg[](9), abi.encodeWithSelector(IMarket.TooManyLegs.selector, 9, 8));
    }

    function test_RevertWhen_LegOfOtherMarket() public {
        Leg[] memory legs = _atm(ONE);
        legs[0].series = seriesId(MarketId.wrap(2), MIDDLE, Wad.wrap(2000e18), true);
        _expectRevert(legs, abi.encodeWithSelector(IMarket.MixedMarkets.selector, ETH, MarketId.wrap(2)));
    }

    function test_RevertWhen_SeriesMalformed() public {
        Leg[] memory legs = _atm(ONE);
        legs[0].series = SeriesId.wrap(SeriesId.unwrap(legs[0].series) | 1 << 200);
        _expectRevert(legs, abi.encodeWithSelector(MalformedSeries.selector, SeriesId.unwrap(legs[0].series)));
    }

    function test_RevertWhen_LegTwice() public {
        Leg memory leg = _leg(MIDDLE, 2000e18, true, ONE);
        _expectRevert(_legs(leg, leg), abi.encodeWithSelector(IMarket.DuplicateLeg.selector, leg.series));
    }

    function test_RevertWhen_StrikeNotListed() public {
        Leg memory leg = _leg(MIDDLE, 2001e18, true, ONE);
        _expectRevert(_legs(leg), abi.encodeWithSelector(IMarket.StrikeNotListed.selector, leg.series));
    }

    function test_RevertWhen_BoardNotListed() public {
        _expectRevert(
            _legs(_leg(MIDDLE + 1 days, 2000e18, true, ONE)),
            abi.encodeWithSelector(IMarket.BoardNotListed.selector, ETH, MIDDLE + 1 days)
        );
    }

    function test_RevertWhen_NotWholeLots(uint256 part) public {
        int256 size = int256(bound(part, 1, 1e15 - 1)) + ONE;
        Leg[] memory legs = _atm(size);
        Order memory order = _order(legs);
        vm.expectPartialRevert(IMarket.SizeNotAllowed.selector);
        market.trade(order);
    }

    function test_RevertWhen_SizeZero() public {
        Order memory order = _order(_atm(0));
        vm.expectPartialRevert(IMarket.SizeNotAllowed.selector);
        market.trade(order);
    }

    function test_RevertWhen_LimitExceeded() public {
        int256 cash = _quoteCash(_atm(ONE));
        Order memory order = _order(_atm(ONE));
        order.limit = SignedAssets.wrap(cash - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.LimitExceeded.selector, cash, cash - 1));
        market.trade(order);
        order.limit = SignedAssets.wrap(cash);
        market.trade(order);
    }

    function test_RevertWhen_SaleBringsLessThanTheLimit() public {
        _trade(_atm(2 * ONE));
        int256 cash = _quoteCash(_atm(-ONE));
        assertLt(cash, 0, "who sells is paid");
        Order memory order = _order(_atm(-ONE));
        order.limit = SignedAssets.wrap(cash - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.LimitExceeded.selector, cash, cash - 1));
        market.trade(order);
        order.limit = SignedAssets.wrap(cash);
        market.trade(order);
    }

    /// @dev One leg that may not trade takes the others with it.
    function test_RevertWhen_OneLegMayNotTrade_NoneDoes(uint256 bad) public {
        Leg[] memory legs = new Leg[](4);
        for (uint256 i = 0; i < 4; ++i) {
            legs[i] = _leg(MIDDLE, 1800e18 + i * 100e18, true, ONE);
        }
        legs[bound(bad, 0, 3)].size = SignedSize.wrap(1001 * ONE);
        Order memory order = _order(legs);
        vm.expectPartialRevert(IMarket.SizeNotAllowed.selector);
        market.trade(order);
        assertTrue(market.isFlat(ETH, MIDDLE), "nothing was booked");
        assertEq(clearing.paid(address(this)), 0, "and nothing paid");
    }

    function test_RevertWhen_SeriesIsFull_ClosingPasses() public {
        MarketLimits memory l = _limits();
        l.maxSeriesSize = Wad.wrap(20e18);
        catalogue.setLimits(ETH, l);
        _trade(_atm(20 * ONE));
        _expectRevert(
            _atm(0.01e18),
            abi.encodeWithSelector(
                IMarket.SeriesLimit.selector, _atm(ONE)[0].series, SignedSize.wrap(-20.01e18), l.maxSeriesSize
            )
        );
        _trade(_legs(_leg(MIDDLE, 2100e18, true, ONE))); // the next strike has room of its own
        _trade(_atm(-ONE));
        _trade(_atm(ONE));
    }

    // Oracles and time

    function test_RevertGiven_SpotDown() public {
        _setSpot(0, SPOT, ORACLE_DOWN);
        _expectRevert(_atm(ONE), abi.encodeWithSelector(IMarket.SpotUnavailable.selector, ETH));
    }

    /// @dev Opening, closing and quoting wait for a price; valuing, and handing over what is owned, do not.
    function test_RevertGiven_APriceMustBeAttached() public {
        _trade(_atm(2 * ONE));
        _setSpot(SPOT, SPOT, ORACLE_ATTACH);
        bytes memory refusal = abi.encodeWithSelector(IMarket.SpotUnavailable.selector, ETH);
        _expectRevert(_atm(ONE), refusal);
        _expectRevert(_atm(-ONE), refusal);
        Leg[] memory legs = _atm(ONE);
        vm.expectRevert(refusal);
        market.quote(ETH, legs);
        (BookValue memory attach,) = market.bookValue(ETH);
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        (BookValue memory open,) = market.bookValue(ETH);
        assertEq(SignedWad.unwrap(attach.value), SignedWad.unwrap(open.value), "the book is valued all the same");
        _trade(_atm(-ONE));
    }

    function test_RevertGiven_NoSlice() public {
        SurfaceSlice memory none;
        none.expiry = MIDDLE;
        surfaceOracle.set(none);
        _expectRevert(_atm(ONE), abi.encodeWithSelector(IMarket.NoSurface.selector, ETH, MIDDLE));
    }

    function test_RevertWhen_OpeningOnStaleSlice_ClosingPasses() public {
        _trade(_atm(2 * ONE));
        skip(15 minutes + 1);
        _setHedge(0);
        _expectRevert(
            _atm(ONE), abi.encodeWithSelector(IMarket.SurfaceStale.selector, MIDDLE, START, uint40(15 minutes))
        );
        _trade(_atm(-ONE));
    }

    function test_RevertWhen_OpeningInsideTwoWindows_ClosingPasses() public {
        _trade(_legs(_leg(NEAR, 2000e18, true, 3 * ONE)));
        vm.warp(NEAR - 1 hours);
        _refreshSlices();
        _setHedge(0);
        Leg[] memory legs = _legs(_leg(NEAR, 2000e18, true, ONE));
        _expectRevert(legs, abi.encodeWithSelector(IMarket.TradingClosed.selector, NEAR, NEAR - 1 hours));
        _trade(_legs(_leg(NEAR, 2000e18, true, -ONE)));

        vm.warp(NEAR - 30 minutes - 1);
        _refreshSlices();
        _setHedge(0);
        _trade(_legs(_leg(NEAR, 2000e18, true, -ONE)));
        vm.warp(NEAR - 30 minutes);
        legs = _legs(_leg(NEAR, 2000e18, true, -ONE));
        _expectRevert(legs, abi.encodeWithSelector(IMarket.TradingClosed.selector, NEAR, NEAR - 30 minutes));
    }

    function test_RevertWhen_SizeOutOfBounds_ClosingPasses() public {
        Order memory order = _order(_atm(0.009e18));
        vm.expectPartialRevert(IMarket.SizeNotAllowed.selector);
        market.trade(order);
        order = _order(_atm(1001e18));
        vm.expectPartialRevert(IMarket.SizeNotAllowed.selector);
        market.trade(order);
        _trade(_atm(ONE));
        _trade(_atm(-0.001e18));
    }

    function test_RevertWhen_MoneynessOutsideWindow_ClosingPasses() public {
        Leg[] memory legs = _legs(_leg(NEAR, 1600e18, true, ONE));
        _setSpot(2600e18, 2600e18, ORACLE_OPEN);
        Order memory order = _order(legs);
        vm.expectPartialRevert(IMarket.MoneynessNotAllowed.selector);
        market.trade(order);
        _setSpot(1750e18, 1750e18, ORACLE_OPEN);
        _trade(legs);
        _setSpot(2600e18, 2600e18, ORACLE_OPEN);
        _trade(_legs(_leg(NEAR, 1600e18, true, -ONE)));
    }

    /// @dev T16: the lower end of the band. N(d1) of the call of 2,300 in seven days less two thirds of a window, from Black's
    /// formula and the fixture's smile with 40 digits, is where the least delta begins to refuse it.
    function test_RevertWhen_DeltaBelowTheLeast_ClosingPasses() public {
        Leg[] memory legs = _legs(_leg(NEAR, 2300e18, true, ONE));
        MarketLimits memory l = _limits();
        l.minDelta = Wad.wrap(DELTA_OF_2300 + 1e6);
        catalogue.setLimits(ETH, l);
        Order memory order = _order(legs);
        vm.prank(trader);
        (bool ok, bytes memory reason) = attempt(address(market), abi.encodeCall(market.trade, (order)));
        assertFalse(ok, "below the least");
        (SeriesId series, uint256 delta) = _moneynessOf(reason);
        assertTrue(series == legs[0].series, "says which series");
        assertApproxEqAbs(delta, DELTA_OF_2300, 1e6, "and its delta");
        l.minDelta = Wad.wrap(DELTA_OF_2300 - 1e6);
        catalogue.setLimits(ETH, l);
        _trade(legs);

        // The put of the same strike stands at the same delta of its call
        legs = _legs(_leg(NEAR, 2300e18, false, ONE));
        l.minDelta = Wad.wrap(DELTA_OF_2300 + 1e6);
        catalogue.setLimits(ETH, l);
        order = _order(legs);
        vm.expectPartialRevert(IMarket.MoneynessNotAllowed.selector);
        market.trade(order);

        // Further out of the money than when it was opened: no more of it, but out of it
        legs = _legs(_leg(NEAR, 2300e18, true, ONE));
        catalogue.setLimits(ETH, _limits());
        _setSpot(1900e18, 1900e18, ORACLE_OPEN);
        order = _order(legs);
        vm.prank(trader);
        (ok, reason) = attempt(address(market), abi.encodeCall(market.trade, (order)));
        assertFalse(ok, "0.05 is the least");
        (, delta) = _moneynessOf(reason);
        assertLt(delta, 0.05e18, "and it is below");
        _trade(_legs(_leg(NEAR, 2300e18, true, -ONE)));
        assertEq(clearing.position(legs[0].series), 0, "closed");
    }

    function _moneynessOf(bytes memory reason) private pure returns (SeriesId series, uint256 delta) {
        assertTrue(bytes4(reason) == IMarket.MoneynessNotAllowed.selector, "for its moneyness");
        assertEq(reason.length, 0x44, "two words");
        assembly ("memory-safe") {
            series := mload(add(reason, 0x24))
            delta := mload(add(reason, 0x44))
        }
    }

    function test_RevertGiven_OracleUnsure_ReducingPasses() public {
        _trade(_atm(10 * ONE));
        _setSpot(SPOT, SPOT * 98 / 100, ORACLE_REDUCE_ONLY);
        _expectRevert(_atm(ONE), abi.encodeWithSelector(IMarket.ReduceOnly.selector, ETH));
        _trade(_atm(-ONE));
    }

    function test_RevertGiven_HedgerStale_ReducingPasses() public {
        _trade(_atm(10 * ONE));
        skip(1 hours + 1);
        _refreshSlices();
        _expectRevert(_atm(ONE), abi.encodeWithSelector(IMarket.ReduceOnly.selector, ETH));
        _trade(_atm(-ONE));
    }

    function test_GivenDivergence_DifferenceIsChargedTwice() public {
        _setSpot(SPOT, SPOT * 1004 / 1000, ORACLE_OPEN);
        Quote memory open = _quote(_atm(ONE));
        _setSpot(SPOT, SPOT * 1004 / 1000, ORACLE_WIDE);
        Quote memory wide = _quote(_atm(ONE));
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        Quote memory level = _quote(_atm(ONE));
        int256 difference = SignedWad.unwrap(open.parts.fair - level.parts.fair);
        assertGt(difference, 0, "the worse of mark and average is charged");
        assertEq(SignedWad.unwrap(wide.parts.fair), SignedWad.unwrap(open.parts.fair));
        assertEq(
            Wad.unwrap(wide.parts.spread),
            Wad.unwrap(open.parts.spread) + uint256(difference),
            "beyond the first tier the difference is added once more"
        );
    }

    // Pause

    function test_RevertGiven_NewRiskPaused_ClosingPasses() public {
        _trade(_atm(2 * ONE));
        market.pause(ETH, PAUSE_NEW_RISK);
        _expectRevert(_atm(ONE), abi.encodeWithSelector(IMarket.MarketPaused.selector, ETH, PAUSE_NEW_RISK));
        _trade(_atm(-ONE));
        market.pause(ETH, PAUSE_TRADING);
        _expectRevert(_atm(-ONE), abi.encodeWithSelector(IMarket.MarketPaused.selector, ETH, PAUSE_TRADING));
        vm.expectRevert(abi.encodeWithSelector(IMarket.PauseLevelNotHigher.selector, PAUSE_TRADING, PAUSE_NEW_RISK));
        market.pause(ETH, PAUSE_NEW_RISK);
        market.unpause(ETH, PAUSE_NONE);
        _trade(_atm(ONE));
    }

    function test_RevertWhen_Reentered() public {
        clearing.setReentry(abi.encodeCall(market.trade, (_order(_atm(ONE)))));
        _expectRevert(_atm(ONE), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
    }

    // Effects

    function test_ChargesTheQuote(uint256 size, bool call, uint256 strike, uint256 expiry) public {
        Leg[] memory legs = _legs(
            _leg(
                [NEAR, MIDDLE, FAR][bound(expiry, 0, 2)],
                1800e18 + bound(strike, 0, 4) * 100e18,
                call,
                int256(bound(size, 10, 30_000)) * 1e15
            )
        );
        Quote memory q = _quote(legs);
        uint256 blockNumber = block.number;
        int256 paid = _trade(legs);
        assertEq(paid, SignedAssets.unwrap(q.netCash), "Price-3: the quote is what the trade charges");
        assertEq(clearing.paid(trader), paid, "clearing moves what was charged");
        assertEq(SignedWad.unwrap(market.skew(ETH)), SignedWad.unwrap(q.parts.skewAfter), "Psi is what the quote said");
        assertEq(market.lastTradeBlock(ETH), blockNumber, "the trade block is kept");
        assertEq(clearing.position(legs[0].series), -SignedSize.unwrap(legs[0].size), "clearing books the other side");
        Board[] memory boards = market.boards(ETH);
        for (uint256 b = 0; b < boards.length; ++b) {
            for (uint256 i = 0; i < boards[b].strikes.length; ++i) {
                SeriesId c = _series(boards[b].expiry, Wad.unwrap(boards[b].strikes[i]), true);
                SeriesId p = _series(boards[b].expiry, Wad.unwrap(boards[b].strikes[i]), false);
                assertEq(SignedSize.unwrap(boards[b].calls[i]), clearing.position(c), "INV-MKT-01: book == clearing");
                assertEq(SignedSize.unwrap(boards[b].puts[i]), clearing.position(p), "INV-MKT-01: book == clearing");
            }
        }
    }

    function test_PartsAddUp(uint256 size) public view {
        Leg[] memory legs = _legs(
            _leg(MIDDLE, 2000e18, true, int256(bound(size, 10, 30_000)) * 1e15), _leg(FAR, 1900e18, false, 2 * ONE)
        );
        Quote memory q = _quote(legs);
        int256 sum = SignedWad.unwrap(q.parts.fair) + SignedWad.unwrap(q.parts.potential)
            + int256(
                Wad.unwrap(q.parts.spread) + Wad.unwrap(q.parts.latency) + Wad.unwrap(q.parts.carry)
                    + Wad.unwrap(q.parts.fee) + Wad.unwrap(q.parts.clamp)
            );
        assertEq(sum, SignedWad.unwrap(q.parts.net), "the parts add up to the price");
        int256 scale = int256(1e18 / unit);
        assertEq(SignedAssets.unwrap(q.netCash), (sum + scale - 1) / scale, "Price-9: rounded up to a base unit");
    }

    /// @dev Price-9, capability P16: what the trader pays is rounded up, what it gets is rounded down, what the compartment holds is rounded up.
    function test_RoundsTowardsTheVault(uint256 size, bool call, uint256 strike) public {
        Leg[] memory legs =
            _legs(_leg(MIDDLE, 1800e18 + bound(strike, 0, 4) * 100e18, call, int256(bound(size, 10, 30_000)) * 1e15));
        int256 scale = int256(1e18 / unit);
        for (uint256 i = 0; i < 2; ++i) {
            Quote memory q = _quote(legs);
            int256 paid = _trade(legs) * scale;
            assertGe(paid, SignedWad.unwrap(q.parts.net), "Price-9: never less than the price");
            assertLt(paid, SignedWad.unwrap(q.parts.net) + scale, "Price-9: and within a base unit of it");
            assertGe(
                clearing.compartment(legs[0].series) * uint256(scale) + ROUNDING,
                Wad.unwrap(q.afterwards.requiredMargin),
                "Price-9: the compartment covers the margin"
            );
            legs[0].size = -legs[0].size;
        }
    }
}

contract Trade0Test is TradeTest {
    function _decimals() internal pure override returns (uint8) {
        return 0;
    }
}

contract Trade6Test is TradeTest {
    function _decimals() internal pure override returns (uint8) {
        return 6;
    }
}

contract Trade8Test is TradeTest {
    function _decimals() internal pure override returns (uint8) {
        return 8;
    }
}

contract Trade18Test is TradeTest {
    function _decimals() internal pure override returns (uint8) {
        return 18;
    }
}
