// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice How far the line was filled after a roll, cumulative since the beginning.
struct LinePoint {
    uint128 shares; // F
    uint128 assets; // C
}

/// @notice All redemptions ever asked for, in one line measured in cumulative shares.
struct Line {
    mapping(uint256 epoch => LinePoint) points; // one a roll; none before the first is (0, 0)
    uint128 end; // shares that have joined
}

/// @title The redemption line
/// @notice Law. At its roll epoch e joins the line at [start, start + length). Every roll appends one point (F, C).
/// C is linear between points, so each part of an epoch is paid at the price of the roll that filled it, oldest first,
/// and pro rata within an epoch: who asked for s of its shares is owed s / length * (C(min(F, end)) - C(start)).
/// Rounding: C is rounded up where an epoch starts and down where it ends, so the epochs share no unit.
library RedemptionLine {
    using SafeCast for uint256;

    /// @notice Shares of the line not filled as of the roll of epoch `last`.
    function waiting(Line storage line, uint256 last) internal view returns (uint256) {
        return line.end - line.points[last].shares;
    }

    /// @notice Lets an epoch join at the end.
    /// @return start where it begins
    function join(Line storage line, uint256 length) internal returns (uint128 start) {
        start = line.end;
        if (length != 0) line.end = (start + length).toUint128();
    }

    /// @notice Appends the point of the roll of `epoch`.
    function fill(Line storage line, uint256 epoch, uint256 shares, uint256 assets) internal {
        LinePoint memory before = line.points[epoch - 1];
        line.points[epoch] =
            LinePoint({shares: (before.shares + shares).toUint128(), assets: (before.assets + assets).toUint128()});
    }

    /// @notice What the roll of `epoch` filled, of any epoch's shares.
    function filledAt(Line storage line, uint256 epoch) internal view returns (uint256 shares, uint256 assets) {
        (LinePoint memory before, LinePoint memory tip) = (line.points[epoch - 1], line.points[epoch]);
        return (tip.shares - before.shares, tip.assets - before.assets);
    }

    /// @notice What an epoch of the line has been filled so far.
    /// @param epoch the epoch at whose roll it joined; its point is where the search begins
    /// @param last the last epoch rolled
    function filled(Line storage line, uint256 epoch, uint256 start, uint256 length, uint256 last)
        internal
        view
        returns (uint256 shares, uint256 assets)
    {
        LinePoint memory tip = line.points[last];
        if (tip.shares <= start) return (0, 0);
        uint256 upTo = Math.min(tip.shares, start + length);

        (uint256 found, uint256 from, bool exact) = _assetsAt(line, epoch - 1, last, start);
        if (!exact) ++from;
        uint256 to = tip.assets;
        if (upTo != tip.shares) (, to,) = _assetsAt(line, found, last, upTo);
        return (upTo - start, Math.saturatingSub(to, from));
    }

    /// @dev C(x), rounded down, and the first point at or beyond x. The point `low` is known to lie at or before x, or to be that
    /// first point; `last` lies at or beyond it. Steps double from `low`, so a point k rolls away costs log k reads.
    function _assetsAt(Line storage line, uint256 low, uint256 last, uint256 x)
        private
        view
        returns (uint256 found, uint256 assets, bool exact)
    {
        found = low;
        for (uint256 step = 1; found < last && line.points[found].shares < x; step <<= 1) {
            low = found;
            found = Math.min(found + step, last);
        }
        while (found - low > 1) {
            uint256 middle = (low + found) / 2;
            if (line.points[middle].shares < x) low = middle;
            else found = middle;
        }

        LinePoint memory right = line.points[found];
        if (right.shares == x) return (found, right.assets, true);
        LinePoint memory left = line.points[found - 1];
        (uint256 rise, uint256 part, uint256 run) =
            (right.assets - left.assets, x - left.shares, right.shares - left.shares);
        assets = left.assets + Math.mulDiv(rise, part, run);
        exact = mulmod(rise, part, run) == 0;
    }
}
