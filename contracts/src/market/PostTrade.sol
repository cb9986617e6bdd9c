// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {MarketLimits} from "../interfaces/ICatalogue.sol";
import {
    FIGURE_DELTA,
    FIGURE_EXPIRY_SIZE,
    FIGURE_EXPIRY_VEGA,
    FIGURE_GAMMA,
    FIGURE_UTILISATION,
    FIGURE_VEGA,
    FIGURE_VENUES,
    Figure,
    IMarket
} from "../interfaces/IMarket.sol";
import {BookValue} from "../interfaces/IPricer.sol";
import {Potential} from "../pricing/Potential.sol";
import {Backing} from "../types/Backing.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";

/// @notice What is known after some figures of the book, each before and after a trade.
struct Verdict {
    bool improved; // some figure moved towards zero
    bool worsened; // some figure moved away from it
    bool reduced; // one beyond its limit did so
    bool over; // one is beyond its limit, no worse than before: the first of them follows
    Figure figure;
    int256 before;
    int256 afterwards;
    uint256 limit;
    Figure weighed; // the one under way, and what it is divided by: as arguments they would make a copy of the code for each
    uint256 scale;
}

using SignedMath for int256;

/// @notice The risk limits that a trade must leave satisfied.
/// @dev A figure beyond its limit after a trade is allowed only if it was beyond it before, on the same side, and is not
/// larger now; and if any is, some breached figure must be strictly smaller. So reducing one excess lets a trade through
/// that one limit alone. Nearly every trade leaves every figure within its limit, which is seen at less expense.
library PostTrade {
    int256 private constant GAMMA_MOVE_DIVISOR = 100;

    /// @notice The figures of the book as a whole. Reverts when one is refused.
    function addBook(
        Verdict memory v,
        MarketLimits memory limits,
        BookValue memory before,
        BookValue memory afterwards,
        Backing backing,
        uint256 spot,
        uint256 equity,
        bool closing
    ) internal pure {
        unchecked {
            (int256 from, int256 to) = (_exposure(before, backing, spot), _exposure(afterwards, backing, spot));
            // Closing is never refused for its delta: the vault hedges what is left.
            uint256 limit = closing ? type(uint256).max : Wad.unwrap(limits.maxNetDelta);
            if (!closing) _holdVenues(backing, from, to, spot, equity, limit);
            (v.weighed, v.scale) = (FIGURE_DELTA, equity);
            _add(v, from, to, limit);
            v.weighed = FIGURE_VEGA;
            _add(v, SignedWad.unwrap(before.vega), SignedWad.unwrap(afterwards.vega), Wad.unwrap(limits.maxNetVega));
            v.weighed = FIGURE_GAMMA;
            _add(
                v,
                _gamma(SignedWad.unwrap(before.gamma), int256(spot)),
                _gamma(SignedWad.unwrap(afterwards.gamma), int256(spot)),
                Wad.unwrap(limits.maxGamma)
            );
            v.weighed = FIGURE_UTILISATION;
            _add(
                v,
                int256(Wad.unwrap(before.requiredMargin)),
                int256(Wad.unwrap(afterwards.requiredMargin)),
                Wad.unwrap(limits.maxUtilisation)
            );
        }
    }

    /// @notice Whether the figures of the book as a whole are within their limits, so that `addBook` refuses none.
    function bookWithin(
        MarketLimits memory limits,
        BookValue memory before,
        BookValue memory afterwards,
        Backing backing,
        uint256 spot,
        uint256 equity,
        bool closing
    ) internal pure returns (bool) {
        unchecked {
            if (!closing) {
                int256 to = _exposure(afterwards, backing, spot);
                if (!_within(to.abs(), equity, limits.maxNetDelta)) return false;
                uint256 capacity = backing.capacity(to > 0) * spot / WAD;
                if (to.abs() > capacity) {
                    if (to.abs() > _exposure(before, backing, spot).abs()) return false;
                }
            }
            return _within(SignedWad.unwrap(afterwards.vega).abs(), equity, limits.maxNetVega)
                && _within(_gamma(SignedWad.unwrap(afterwards.gamma), int256(spot)).abs(), equity, limits.maxGamma)
                && _within(Wad.unwrap(afterwards.requiredMargin), equity, limits.maxUtilisation);
        }
    }

    /// @notice Whether one expiry's vega and size are within their limits, so that `addExpiry` refuses neither.
    /// @param vega its magnitude
    function expiryWithin(MarketLimits memory limits, uint256 vega, uint256 size, uint256 equity)
        internal
        pure
        returns (bool)
    {
        return size <= Wad.unwrap(limits.maxExpirySize) && _within(vega, equity, limits.maxExpiryVega);
    }

    /// @notice One expiry's vega and size. Reverts when one is refused.
    function addExpiry(
        Verdict memory v,
        MarketLimits memory limits,
        SignedWad vegaBefore,
        SignedWad vegaAfter,
        int256 sizeBefore,
        int256 sizeAfter,
        uint256 equity
    ) internal pure {
        (v.weighed, v.scale) = (FIGURE_EXPIRY_VEGA, equity);
        _add(v, SignedWad.unwrap(vegaBefore), SignedWad.unwrap(vegaAfter), Wad.unwrap(limits.maxExpiryVega));
        (v.weighed, v.scale) = (FIGURE_EXPIRY_SIZE, WAD);
        _add(v, sizeBefore, sizeAfter, Wad.unwrap(limits.maxExpirySize));
    }

    /// @notice Reverts when a figure stays beyond its limit and no such figure became smaller.
    function close(Verdict memory v) internal pure {
        if (v.over && !v.reduced) _refuse(v.figure, v.before, v.afterwards, v.limit);
    }

    /// @dev A trade that adds net delta must leave it within the limit less what venues could not take.
    /// @param from net delta times spot before, in collateral
    /// @param to the same afterwards
    function _holdVenues(Backing backing, int256 from, int256 to, uint256 spot, uint256 equity, uint256 limit)
        private
        pure
    {
        unchecked {
            if (to.abs() <= from.abs()) return;
            uint256 capacity = backing.capacity(to > 0) * spot / WAD;
            if (to.abs() <= capacity) return;
            uint256 stuck = uint256(Potential.ratio(int256(to.abs() - capacity), equity));
            int256 x = Potential.ratio(to, equity);
            uint256 left = limit > stuck ? limit - stuck : 0;
            if (x.abs() > left) _refuse(FIGURE_VENUES, Potential.ratio(from, equity), x, left);
        }
    }

    /// @dev Amounts of the figure under way, before and after.
    function _add(Verdict memory v, int256 before, int256 afterwards, uint256 limit) private pure {
        unchecked {
            before = Potential.ratio(before, v.scale);
            afterwards = Potential.ratio(afterwards, v.scale);
            uint256 was = before.abs();
            uint256 now_ = afterwards.abs();
            if (now_ > was) {
                v.worsened = true;
            } else if (now_ < was) {
                v.improved = true;
                if (was > limit) v.reduced = true;
            }
            if (now_ <= limit) return;
            if (was <= limit || now_ > was || (before < 0) != (afterwards < 0)) {
                _refuse(v.weighed, before, afterwards, limit);
            }
            if (v.over) return;
            (v.over, v.figure, v.before, v.afterwards, v.limit) = (true, v.weighed, before, afterwards, limit);
        }
    }

    /// @dev Whether an amount over E, rounded down, is within a limit: amounts from 2^192 on are not, and E and limits are far
    /// below it.
    function _within(uint256 amount, uint256 equity, Wad limit) private pure returns (bool) {
        unchecked {
            return amount < 1 << 192 && amount * WAD < (Wad.unwrap(limit) + 1) * equity;
        }
    }

    /// @dev Net delta, collateral, wad.
    function _exposure(BookValue memory book, Backing backing, uint256 spot) private pure returns (int256) {
        unchecked {
            return (SignedWad.unwrap(book.delta) + SignedWad.unwrap(backing.hedgeDelta())) * int256(spot) / int256(WAD);
        }
    }

    function _gamma(int256 gamma, int256 spot) private pure returns (int256) {
        unchecked {
            return gamma >= 0 ? int256(0) : gamma * spot / int256(WAD) * spot / int256(WAD) / GAMMA_MOVE_DIVISOR;
        }
    }

    function _refuse(Figure figure, int256 before, int256 afterwards, uint256 limit) private pure {
        revert IMarket.PostTradeLimit(figure, SignedWad.wrap(before), SignedWad.wrap(afterwards), Wad.wrap(limit));
    }
}
