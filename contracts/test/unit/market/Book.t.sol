// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Grid, ICatalogue, MarketLimits, Modules} from "../../../src/interfaces/ICatalogue.sol";
import {Board, IMarket, Order} from "../../../src/interfaces/IMarket.sol";
import {BookValue, IPricer, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_DOWN, ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {Lots} from "../../../src/pricing/Lots.sol";
import {NodeStrikeOutOfRange} from "../../../src/pricing/Node.sol";
import {MarketId, SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @dev A module of somebody else's, which says no.
contract RefusingPricer {
    error Refused();

    fallback() external {
        revert Refused();
    }
}

/// @notice Listing, settlement of positions, value of expired boards, governed values.
contract BookTest is MarketFixture {
    int256 private constant ONE = 1e18;

    function setUp() public {
        _deploy(6);
    }

    function test_BoardLivesAndIsRemoved() public {
        _trade(_legs(_leg(NEAR, 1900e18, true, ONE), _leg(MIDDLE, 2100e18, false, 2 * ONE)));
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.BoardStillOpen.selector, NEAR));
        catalogue.removeBoard(ETH, NEAR);
        vm.warp(NEAR);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.BoardHasPositions.selector, NEAR));
        catalogue.removeBoard(ETH, NEAR);
        clearing.change(_series(NEAR, 1900e18, true), SignedSize.wrap(ONE));
        catalogue.removeBoard(ETH, NEAR);
        Board[] memory left = market.boards(ETH);
        assertEq(left.length, 2);
        assertEq(uint256(left[0].expiry), MIDDLE);
        assertEq(SignedSize.unwrap(left[0].puts[5]), -2 * ONE, "other boards are not touched");
        assertEq(left[1].strikes.length, 8);
        _refreshSlices();
        _setHedge(0);
        _trade(_legs(_leg(MIDDLE, 2100e18, false, -2 * ONE)));
    }

    function test_ExpiredBoard_CountsAtTheWorseThenAtItsPrice(uint256 mark, uint256 average, uint256 price) public {
        _trade(_legs(_leg(NEAR, 1900e18, true, 3 * ONE), _leg(NEAR, 2100e18, false, 2 * ONE)));
        vm.warp(NEAR);
        mark = bound(mark, 1000e18, 4000e18);
        average = bound(average, 1000e18, 4000e18);
        price = bound(price, 1000e18, 4000e18);
        _setSpot(mark, average, ORACLE_OPEN);
        int256 worse = _owed(mark) > _owed(average) ? _owed(mark) : _owed(average);
        (BookValue memory atMark, BookValue memory atAverage) = market.bookValue(ETH);
        assertEq(SignedWad.unwrap(atMark.value), -worse, "the worse of both");
        assertEq(SignedWad.unwrap(atAverage.value), -worse, "the worse of both");
        assertEq(SignedWad.unwrap(atMark.delta), 0, "an expired board has no delta");
        settlementOracle.set(NEAR, Wad.wrap(price));
        (atMark,) = market.bookValue(ETH);
        assertEq(SignedWad.unwrap(atMark.value), -_owed(price), "its price once there is one");
        SeriesId[] memory one = new SeriesId[](1);
        one[0] = _series(NEAR, 1900e18, true);
        (, Wad[] memory marks) = market.marks(one);
        assertEq(Wad.unwrap(marks[0]), price > 1900e18 ? price - 1900e18 : 0);
    }

    function _owed(uint256 spot) private pure returns (int256) {
        uint256 call = spot > 1900e18 ? spot - 1900e18 : 0;
        uint256 put = spot < 2100e18 ? 2100e18 - spot : 0;
        return int256(3 * call + 2 * put);
    }

    function test_GivenSpotDown_ValueAndMarksDoNotRevert() public {
        _trade(_legs(_leg(MIDDLE, 1900e18, true, ONE)));
        _setSpot(0, SPOT, ORACLE_DOWN);
        (BookValue memory atMark,) = market.bookValue(ETH);
        assertLt(SignedWad.unwrap(atMark.value), 0, "the average stands in");
        SeriesId[] memory two = new SeriesId[](2);
        two[0] = _series(MIDDLE, 1900e18, true);
        two[1] = _series(MIDDLE, 1901e18, true);
        (Wad[] memory spot, Wad[] memory marks) = market.marks(two);
        assertEq(Wad.unwrap(spot[0]) + Wad.unwrap(marks[0]) + Wad.unwrap(marks[1]), 0);
    }

    function test_MarksOfTheUnlistedAreZero() public view {
        SeriesId[] memory three = new SeriesId[](3);
        three[0] = _series(MIDDLE, 1901e18, true);
        three[1] = _series(MIDDLE, 1900e18, true);
        three[2] = SeriesId.wrap(SeriesId.unwrap(three[1]) + (1 << 160));
        (Wad[] memory spot, Wad[] memory marks) = market.marks(three);
        assertEq(Wad.unwrap(marks[0]), 0);
        assertGt(Wad.unwrap(marks[1]), 100e18);
        assertEq(Wad.unwrap(spot[1]), SPOT);
        assertEq(Wad.unwrap(marks[2]) + Wad.unwrap(spot[2]), 0, "nor does an unknown market revert");
    }

    function test_RevertWhen_PositionNoticeIsNotClearings() public {
        SeriesId series = _series(MIDDLE, 1900e18, true);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotClearing.selector, address(this)));
        market.onVaultPosition(series, SignedSize.wrap(ONE));
    }

    /// @dev A liquidation takes options off the book: Psi follows the potential down.
    function test_PositionNotice_CutsSkew() public {
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 50 * ONE)));
        assertGt(SignedWad.unwrap(market.skew(ETH)), 0);
        clearing.change(_series(MIDDLE, 2000e18, true), SignedSize.wrap(50 * ONE));
        assertEq(SignedWad.unwrap(market.skew(ETH)), 0, "no book, no Psi");
    }

    /// @dev A position beyond what a lane holds is refused where clearing changes it: a trade meets `maxSeriesSize`, of one
    /// million options at most, before that.
    function test_RevertWhen_PositionOutOfRange() public {
        SeriesId series = _series(NEAR, 2000e18, true);
        vm.warp(NEAR); // no potential of it
        int256 most = 2 ** 30 - 1;
        clearing.change(series, SignedSize.wrap(most * ONE / 1000));
        vm.expectRevert(abi.encodeWithSelector(Lots.PositionOutOfRange.selector, most + 1));
        clearing.change(series, SignedSize.wrap(ONE / 1000));
        assertEq(SignedSize.unwrap(market.boards(ETH)[0].calls[4]), most * ONE / 1000, "it stays");
        clearing.change(series, SignedSize.wrap(-(2 * most + 1) * ONE / 1000));
        vm.expectRevert(abi.encodeWithSelector(Lots.PositionOutOfRange.selector, -most - 2));
        clearing.change(series, SignedSize.wrap(-ONE / 1000));
        assertEq(SignedSize.unwrap(market.boards(ETH)[0].calls[4]), -(most + 1) * ONE / 1000, "and so the other way");
    }

    function test_RevertWhen_ListingIsMalformed() public {
        Wad[] memory strikes = new Wad[](2);
        (strikes[0], strikes[1]) = (Wad.wrap(2e18), Wad.wrap(2e18));
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.StrikesNotAscending.selector, 2e18, 2e18));
        catalogue.listBoard(ETH, START + 14 days, strikes);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.NotAtEight.selector, START + 14 days + 1));
        catalogue.listBoard(ETH, START + 14 days + 1, strikes);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.BoardAlreadyListed.selector, ETH, NEAR));
        catalogue.listBoard(ETH, NEAR, strikes);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.TooManyStrikes.selector, 17, 16));
        catalogue.listBoard(ETH, START + 14 days, new Wad[](17));
        strikes[1] = Wad.wrap(3e18);
        for (uint40 d = 10; d < 15; ++d) {
            catalogue.listBoard(ETH, START + d * 1 days, strikes);
        }
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.TooManyBoards.selector, 8));
        catalogue.listBoard(ETH, START + 20 days, strikes);
    }

    /// @dev A node has 112 bits for its strike, and no logarithm of zero.
    function test_RevertWhen_AStrikeHasNoNode() public {
        Wad[] memory strikes = new Wad[](1);
        vm.expectRevert(abi.encodeWithSelector(NodeStrikeOutOfRange.selector, 0));
        catalogue.listBoard(ETH, START + 14 days, strikes);
        strikes[0] = Wad.wrap(1 << 112);
        vm.expectRevert(abi.encodeWithSelector(NodeStrikeOutOfRange.selector, 1 << 112));
        catalogue.listBoard(ETH, START + 14 days, strikes);
        strikes[0] = Wad.wrap((1 << 112) - 1);
        catalogue.listBoard(ETH, START + 14 days, strikes);
        strikes[0] = Wad.wrap(1);
        catalogue.listBoard(ETH, START + 15 days, strikes);
        assertEq(Wad.unwrap(market.boards(ETH)[3].strikes[0]), (1 << 112) - 1, "the largest is kept whole");
        assertEq(Wad.unwrap(market.boards(ETH)[4].strikes[0]), 1, "and the least");
    }

    function test_RevertWhen_AddingAMarketTwiceOrNone() public {
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.MarketExists.selector, ETH));
        catalogue.addMarket(ETH, _params(), _limits());
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.InvalidMarket.selector, 0));
        catalogue.addMarket(MarketId.wrap(0), _params(), _limits());
    }

    function test_RevertGiven_NoSuchMarket() public {
        MarketId none = MarketId.wrap(2);
        bytes memory refusal = abi.encodeWithSelector(ICatalogue.NoSuchMarket.selector, none);
        Wad[] memory strikes = new Wad[](1);
        strikes[0] = Wad.wrap(2000e18);
        vm.expectRevert(refusal);
        catalogue.listBoard(none, NEAR, strikes);
        vm.expectRevert(refusal);
        catalogue.openBoard(none, NEAR);
        vm.expectRevert(refusal);
        catalogue.removeBoard(none, NEAR);
        vm.expectRevert(refusal);
        catalogue.setLimits(none, _limits());
        vm.expectRevert(refusal);
        catalogue.setPricingParams(none, _params());
        Grid memory grid;
        vm.expectRevert(refusal);
        catalogue.setGrid(none, grid);
        vm.expectRevert(refusal);
        catalogue.pricingParams(none);
    }

    function test_GovernedValuesKeepTheirBoxes() public {
        PricingParams memory p = _params();
        p.latency = Wad.wrap(0);
        vm.expectRevert(
            abi.encodeWithSelector(IPricer.ParameterOutOfBounds.selector, bytes32("latency"), 0, 1e14, 0.05e18)
        );
        catalogue.setPricingParams(ETH, p);
        MarketLimits memory l = _limits();
        l.maxUtilisation = Wad.wrap(1e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.LimitOutOfBounds.selector, 6, 1e18 + 1, 0, 1e18));
        catalogue.setLimits(ETH, l);
        l = _limits();
        l.maxNetVega = Wad.wrap(0.6e18);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.LimitNotTighter.selector, 3, 0.6e18, 0.5e18));
        catalogue.tightenLimits(ETH, l);
        l.maxNetVega = Wad.wrap(0.3e18);
        l.bufferShare = Wad.wrap(0.2e18);
        catalogue.tightenLimits(ETH, l);
        assertEq(Wad.unwrap(catalogue.limits(ETH).maxNetVega), 0.3e18);
        assertEq(Wad.unwrap(catalogue.limits(ETH).bufferShare), 0.2e18);
        assertEq(Wad.unwrap(catalogue.pricingParams(ETH).deltaFactors[4]), 2e18);
        assertEq(catalogue.modules(ETH).pricer, address(pricer));
        settlementOracle.setWindow(20 minutes);
        Modules memory m = _modules(orders);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.WindowChanged.selector, 30 minutes, 20 minutes));
        catalogue.setModules(ETH, m);
        vm.prank(trader);
        vm.expectRevert();
        catalogue.setLimits(ETH, l);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotCatalogue.selector, address(this)));
        market.setTerms(ETH, 1, 0);
    }

    /// @dev C4: pricer, oracles and orders are modules; the governor puts another in their place and it is asked at once.
    function test_AReplacedModuleIsAsked() public {
        Modules memory m = _modules(orders);
        m.pricer = address(new RefusingPricer());
        catalogue.setModules(ETH, m);
        _expectRevert(_legs(_leg(MIDDLE, 2000e18, true, ONE)), abi.encodeWithSelector(RefusingPricer.Refused.selector));
        catalogue.setModules(ETH, _modules(orders));
        _trade(_legs(_leg(MIDDLE, 2000e18, true, ONE)));
    }

    function test_RevertWhen_VegaPerReportIsUsedUp() public {
        MarketLimits memory l = _limits();
        l.vegaPerReport = Wad.wrap(0.05e18);
        catalogue.setLimits(ETH, l);
        // One at-the-money call of 30 days has a vega of 227, E is a million: 0.045, and 0.011 more
        _setHedge(100 * ONE);
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 200 * ONE)));
        Order memory order = _order(_legs(_leg(MIDDLE, 2000e18, false, 50 * ONE)));
        vm.expectPartialRevert(IMarket.VegaPerReportExceeded.selector);
        market.trade(order);
        skip(60);
        _refreshSlices();
        _setHedge(100 * ONE);
        _trade(_legs(_leg(MIDDLE, 2000e18, false, 50 * ONE)));
    }

    function test_RevertGiven_OpeningStopped_ClosingPasses() public {
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 2 * ONE)));
        surfaceOracle.setStopped(true);
        _expectRevert(
            _legs(_leg(MIDDLE, 2000e18, true, ONE)), abi.encodeWithSelector(IMarket.OpeningStopped.selector, MIDDLE)
        );
        _trade(_legs(_leg(MIDDLE, 2000e18, true, -ONE)));
    }
}
