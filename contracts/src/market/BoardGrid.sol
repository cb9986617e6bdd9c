// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DateTimeLib} from "solady/utils/DateTimeLib.sol";
import {Grid, ICatalogue} from "../interfaces/ICatalogue.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {EXPIRY_TIME_OF_DAY} from "../types/SeriesId.sol";
import {WAD, Wad} from "../types/Wad.sol";

/// @notice The boards that anyone may list, and their strikes. Both follow from the grid, the time and the spot alone, so
/// who lists chooses nothing but the moment, and never more boards than the grid has places.
/// @dev Expiries: each Friday of the next `fridays` weeks, and each month's last Friday of the next 28 · `lastFridays`
/// days. Last Fridays are at least 28 days apart, so at no time are there more than `fridays + lastFridays` of both.
/// Strikes: multiples of the tick around the spot, `step · spot · sqrt(years to expiry)` apart, to the tick.
library BoardGrid {
    /// @dev Boards that anyone may list at most; the others of a market stay the lister's.
    uint256 internal constant MAX_BOARDS = 6;
    uint256 internal constant MAX_STRIKES = 16;
    /// @dev A year less a day: the last Friday in it is never further away than 365 days.
    uint256 internal constant MAX_LAST_FRIDAYS = 13;
    /// @dev Half the width of a board over spot, at most, a year from expiry.
    uint256 internal constant MAX_REACH = 0.9e18;
    /// @dev Nearer to expiry a board is not worth a place.
    uint256 internal constant LEAST_TENOR = 1 days;

    uint256 private constant YEAR = 365 days;

    function check(Grid calldata grid) internal pure {
        uint256 boards = uint256(grid.fridays) + grid.lastFridays;
        if (grid.strikes == 0) {
            require(boards == 0, ICatalogue.GridOutOfBounds("fridays", boards, 0, 0));
            return;
        }
        _within("strikes", grid.strikes, 1, MAX_STRIKES);
        _within("fridays", boards, 1, MAX_BOARDS);
        _within("lastFridays", grid.lastFridays, 0, MAX_LAST_FRIDAYS);
        _within("tick", Wad.unwrap(grid.tick), 1, 1 << 96);
        uint256 half = grid.strikes / 2;
        _within("step", Wad.unwrap(grid.step), 1, half == 0 ? MAX_REACH : MAX_REACH / half);
    }

    /// @notice Whether the grid has an expiry, now.
    function has(Grid memory grid, uint256 expiry) internal view returns (bool) {
        uint256 now_ = block.timestamp;
        uint256 day = expiry / 1 days;
        if (expiry % 1 days != EXPIRY_TIME_OF_DAY || expiry < now_ + LEAST_TENOR) return false;
        // The first of January 1970 was a Thursday
        if (day % 7 != 1) return false;
        if (expiry <= now_ + uint256(grid.fridays) * 7 days) return true;
        return expiry <= now_ + uint256(grid.lastFridays) * 28 days && _month(day) != _month(day + 7);
    }

    /// @notice Ascending, all above zero.
    function strikesOf(Grid memory grid, uint256 expiry, uint256 spot) internal view returns (Wad[] memory strikes) {
        uint256 tick = Wad.unwrap(grid.tick);
        uint256 rootYears = Sqrt.sqrtWad((expiry - block.timestamp) * WAD / YEAR);
        uint256 step = spot * Wad.unwrap(grid.step) / WAD * rootYears / WAD / tick * tick;
        if (step == 0) step = tick;
        uint256 middle = (spot + tick / 2) / tick * tick;
        uint256 below = grid.strikes / 2 * step;
        require(middle > below, ICatalogue.GridTooCoarse(Wad.wrap(spot), grid.tick));
        strikes = new Wad[](grid.strikes);
        for (uint256 i = 0; i < strikes.length; ++i) {
            strikes[i] = Wad.wrap(middle - below + i * step);
        }
    }

    function _month(uint256 day) private pure returns (uint256 month) {
        (, month,) = DateTimeLib.epochDayToDate(day);
    }

    function _within(bytes32 what, uint256 given, uint256 least, uint256 most) private pure {
        require(given >= least && given <= most, ICatalogue.GridOutOfBounds(what, given, least, most));
    }
}
