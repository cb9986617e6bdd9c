// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Grid, ICatalogue} from "../../../src/interfaces/ICatalogue.sol";
import {Board, IMarket} from "../../../src/interfaces/IMarket.sol";
import {ORACLE_OPEN, ORACLE_WIDE} from "../../../src/interfaces/ISpotOracle.sol";
import {BoardGrid} from "../../../src/market/BoardGrid.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// openBoard
/// ├── given no grid: nobody lists
/// ├── given a grid
/// │   ├── Fridays of its weeks and last Fridays of its months are listed by anyone; every other day reverts
/// │   ├── when listed already, or all eight places are taken: reverts
/// │   ├── when the spot oracle is not open: reverts
/// │   ├── strikes are what spot and time make them, whoever lists
/// │   └── at no moment does it hold more expiries than its own number of places
/// └── setGrid: boxes; the authority only
contract BoardGridTest is MarketFixture {
    address private constant ANYONE = address(0xa11);
    uint40 private constant SATURDAY = START + 1 days; // START is Friday, 15 January 2027
    /// @dev Days from START to the last Fridays of the year that follows, from a calendar.
    uint16[12] private LAST_FRIDAYS = [14, 42, 70, 105, 133, 161, 196, 224, 252, 287, 315, 350];

    function setUp() public {
        _deploy(6);
        // From a day on which nothing of the fixture is on the grid but the first Friday
        vm.warp(SATURDAY);
    }

    function _grid(uint8 fridays, uint8 lastFridays) private pure returns (Grid memory) {
        return
            Grid({
                tick: Wad.wrap(25e18), step: Wad.wrap(0.2e18), strikes: 9, fridays: fridays, lastFridays: lastFridays
            });
    }

    function _open(uint40 expiry) private {
        vm.prank(ANYONE);
        catalogue.openBoard(ETH, expiry);
    }

    function _refused(uint40 expiry) private {
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.NotOnGrid.selector, ETH, expiry));
        _open(expiry);
    }

    function test_RevertGiven_NoGrid() public {
        _refused(START + 14 days);
        catalogue.setGrid(ETH, _grid(2, 3));
        Grid memory none;
        catalogue.setGrid(ETH, none);
        _refused(START + 14 days);
    }

    /// @dev Every morning of more than a year against a calendar.
    function test_TheGridIsTheCalendars() public {
        Grid memory g = _grid(3, 2);
        uint256 found;
        for (uint256 d = 1; d < 400; ++d) {
            bool friday = d % 7 == 0 && d <= 3 * 7;
            bool last;
            for (uint256 i = 0; i < 12; ++i) {
                if (LAST_FRIDAYS[i] == d && START + d * 1 days <= block.timestamp + 2 * 28 days) last = true;
            }
            assertTrue(BoardGrid.has(g, START + d * 1 days) == (friday || last), vm.toString(d));
            if (friday || last) ++found;
        }
        assertEq(found, 4, "7, 14, 21 and 42 days");
        g.lastFridays = 13;
        g.fridays = 0;
        for (uint256 i = 0; i < 12; ++i) {
            assertTrue(BoardGrid.has(g, START + uint256(LAST_FRIDAYS[i]) * 1 days), "a year of last Fridays");
        }
        assertFalse(BoardGrid.has(g, START + 14 days + 1), "at eight");
        assertFalse(BoardGrid.has(g, START + 14 days - 1 hours), "at eight");
    }

    function test_AnyoneListsWhatIsOnTheGrid() public {
        catalogue.setGrid(ETH, _grid(3, 2));
        _refused(START + 15 days);
        _refused(START + 28 days);
        _refused(START + 70 days);
        _open(START + 14 days);
        _open(START + 42 days);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.BoardAlreadyListed.selector, ETH, START + 14 days));
        _open(START + 14 days);
        Board[] memory boards = market.boards(ETH);
        assertEq(boards.length, 5);
        assertEq(uint256(boards[3].expiry), START + 14 days);
        // 13 days: 0.2 · 2000 · sqrt(13/365) = 75.5, so 75 apart; 41 days: 134, so 125 apart
        for (uint256 i = 0; i < 9; ++i) {
            assertEq(Wad.unwrap(boards[3].strikes[i]), 1700e18 + i * 75e18);
            assertEq(Wad.unwrap(boards[4].strikes[i]), 1500e18 + i * 125e18);
        }
        _setSlice(START + 14 days, uint40(block.timestamp));
        _setHedge(0);
        _setSlice(MIDDLE, uint40(block.timestamp));
        _trade(_legs(_leg(START + 14 days, 1925e18, false, 1e18)));
        assertEq(market.boards(ETH).length, 5, "and it trades like any other");
    }

    function test_RevertGiven_SpotNotOpen() public {
        catalogue.setGrid(ETH, _grid(2, 0));
        _setSpot(SPOT, SPOT, ORACLE_WIDE);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.SpotNotOpen.selector, ETH));
        _open(START + 14 days);
    }

    function test_RevertGiven_EveryPlaceIsTaken() public {
        catalogue.setGrid(ETH, _grid(2, 0));
        for (uint40 d = 10; d < 14; ++d) {
            _list(START + d * 1 days);
        }
        _open(START + 14 days);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.TooManyBoards.selector, 8));
        _open(NEAR); // listed or not, there is no place
    }

    /// @dev Whoever lists all there is, at any time, has listed no more than the grid has places: the rest stays free.
    function test_NobodyExhaustsTheBoards(uint256 time, uint8 fridays, uint8 lastFridays) public {
        fridays = uint8(bound(fridays, 0, 6));
        lastFridays = uint8(bound(lastFridays, fridays == 0 ? 1 : 0, 6 - fridays));
        vm.warp(bound(time, START, START + 30 * 365 days));
        Grid memory g = _grid(fridays, lastFridays);
        uint256 first = block.timestamp / 1 days * 1 days + 8 hours;
        uint256 found;
        for (uint256 d = 0; d < 190; ++d) {
            if (BoardGrid.has(g, first + d * 1 days)) ++found;
        }
        assertLe(found, uint256(fridays) + lastFridays, "no more expiries than places");
        assertLt(found, catalogue.MAX_BOARDS() - 1, "two places at least are the lister's");
    }

    function test_StrikesFollowFromSpotAndTime(uint256 spot, uint256 tick, uint256 step, uint256 count, uint256 left)
        public
    {
        spot = bound(spot, 1e18, 1e24);
        count = bound(count, 1, 16);
        step = bound(step, 1, count < 2 ? 0.9e18 : 0.9e18 / (count / 2));
        tick = bound(tick, 1, spot / 20);
        left = bound(left, 1 days, 365 days);
        Grid memory g = Grid(Wad.wrap(tick), Wad.wrap(step), uint8(count), 1, 0);
        Wad[] memory strikes = BoardGrid.strikesOf(g, block.timestamp + left, spot);
        assertEq(strikes.length, count);
        uint256 middle = Wad.unwrap(strikes[count / 2]);
        assertLe(middle > spot ? middle - spot : spot - middle, tick / 2 + 1, "the middle one is the tick nearest spot");
        for (uint256 i = 0; i < count; ++i) {
            uint256 strike = Wad.unwrap(strikes[i]);
            assertTrue(strike != 0 && strike % tick == 0, "multiples of the tick");
            if (i < 2) continue;
            assertEq(
                strike - Wad.unwrap(strikes[i - 1]), Wad.unwrap(strikes[1]) - Wad.unwrap(strikes[0]), "evenly spaced"
            );
        }
    }

    function test_RevertGiven_StrikesWouldReachZero() public {
        Grid memory g = Grid(Wad.wrap(1000e18), Wad.wrap(0.1e18), 9, 1, 0);
        catalogue.setGrid(ETH, g);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.GridTooCoarse.selector, SPOT, g.tick));
        _open(NEAR);
    }

    function test_RevertWhen_GridOutOfBounds() public {
        Grid memory g = _grid(4, 3);
        _outOfBounds(g, "fridays", 7, 1, 6);
        g = _grid(0, 0);
        _outOfBounds(g, "fridays", 0, 1, 6);
        g = _grid(1, 1);
        g.strikes = 17;
        _outOfBounds(g, "strikes", 17, 1, 16);
        g.strikes = 9;
        g.step = Wad.wrap(0.225e18 + 1);
        g.tick = Wad.wrap(0);
        _outOfBounds(g, "tick", 0, 1, 1 << 96);
        g.tick = Wad.wrap(1);
        _outOfBounds(g, "step", 0.225e18 + 1, 1, 0.225e18);
        g = _grid(1, 1);
        g.strikes = 0;
        _outOfBounds(g, "fridays", 2, 0, 0);
        vm.prank(ANYONE);
        vm.expectRevert();
        catalogue.setGrid(ETH, _grid(1, 1));
        assertEq(uint256(catalogue.grid(ETH).strikes), 0);
    }

    function _outOfBounds(Grid memory g, bytes32 what, uint256 given, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.GridOutOfBounds.selector, what, given, least, most));
        catalogue.setGrid(ETH, g);
    }
}
