// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    FIGURE_DELTA,
    FIGURE_EXPIRY_SIZE,
    FIGURE_EXPIRY_VEGA,
    FIGURE_GAMMA,
    FIGURE_UTILISATION,
    FIGURE_VEGA,
    FIGURE_VENUES,
    Figure,
    IMarket,
    MarketLimits
} from "../interfaces/IMarket.sol";
import {HedgePosition} from "../interfaces/IHedger.sol";
import {BookValue} from "../interfaces/IPricer.sol";
import {Potential} from "../pricing/Potential.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";

/// @notice What the limits have seen of a trade so far.
struct Verdict {
    bool reduced; // a figure beyond its limit came closer to it, or back inside
    bool worsened; // some figure moved away from zero
    bool improved; // some figure moved towards zero
    bool over; // a figure is still beyond its limit; the four below are the first such
    Figure figure;
    int256 before;
    int256 afterwards;
    uint256 limit;
}

/// @notice The risk limits that a trade must leave satisfied.
/// @dev A figure beyond its limit after a trade is allowed only if it was beyond it before, on the same side, and is not
/// larger now; and if any is, some breached figure must be strictly smaller. So reducing one excess lets a trade through
/// that one limit alone.
library PostTrade {
    int256 private constant GAMMA_MOVE_DIVISOR = 100;

    /// @notice Holds a figure against its limit.
    function hold(Verdict memory v, Figure figure, int256 before, int256 afterwards, uint256 limit) internal pure {
        uint256 was = _size(before);
        uint256 is_ = _size(afterwards);
        if (is_ > was) v.worsened = true;
        if (is_ < was) v.improved = true;
        if (was > limit && is_ < was) v.reduced = true;
        if (is_ <= limit) return;
        bool inherited = was > limit && is_ <= was && (before < 0) == (afterwards < 0);
        if (!inherited) _refuse(figure, before, afterwards, limit);
        if (v.over) return;
        (v.over, v.figure, v.before, v.afterwards, v.limit) = (true, figure, before, afterwards, limit);
    }

    /// @notice The figures of the book as a whole.
    function holdBook(
        Verdict memory v,
        MarketLimits memory limits,
        BookValue memory before,
        BookValue memory afterwards,
        HedgePosition memory hedge,
        uint256 spot,
        uint256 equity,
        bool closing
    ) internal pure {
        int256 s = int256(spot);
        int256 from = SignedWad.unwrap(before.delta + hedge.delta);
        int256 to = SignedWad.unwrap(afterwards.delta + hedge.delta);
        // Closing is never refused for its delta: the vault hedges what is left.
        uint256 limit = closing ? type(uint256).max : Wad.unwrap(limits.maxNetDelta);
        hold(v, FIGURE_DELTA, _over(from, s, equity), _over(to, s, equity), limit);
        if (!closing) _holdVenues(hedge, from, to, s, equity, limit);

        hold(
            v,
            FIGURE_VEGA,
            Potential.ratio(SignedWad.unwrap(before.vega), equity),
            Potential.ratio(SignedWad.unwrap(afterwards.vega), equity),
            Wad.unwrap(limits.maxNetVega)
        );
        hold(
            v,
            FIGURE_GAMMA,
            _gamma(SignedWad.unwrap(before.gamma), s, equity),
            _gamma(SignedWad.unwrap(afterwards.gamma), s, equity),
            Wad.unwrap(limits.maxGamma)
        );
        hold(
            v,
            FIGURE_UTILISATION,
            Potential.ratio(int256(Wad.unwrap(before.requiredMargin)), equity),
            Potential.ratio(int256(Wad.unwrap(afterwards.requiredMargin)), equity),
            Wad.unwrap(limits.maxUtilisation)
        );
    }

    /// @notice One expiry's vega and size.
    function holdExpiry(
        Verdict memory v,
        MarketLimits memory limits,
        SignedWad vegaBefore,
        SignedWad vegaAfter,
        int256 sizeBefore,
        int256 sizeAfter,
        uint256 equity
    ) internal pure {
        hold(
            v,
            FIGURE_EXPIRY_VEGA,
            Potential.ratio(SignedWad.unwrap(vegaBefore), equity),
            Potential.ratio(SignedWad.unwrap(vegaAfter), equity),
            Wad.unwrap(limits.maxExpiryVega)
        );
        hold(v, FIGURE_EXPIRY_SIZE, sizeBefore, sizeAfter, Wad.unwrap(limits.maxExpirySize));
    }

    /// @notice The last word, once every figure was held.
    function conclude(Verdict memory v) internal pure {
        if (v.over && !v.reduced) _refuse(v.figure, v.before, v.afterwards, v.limit);
    }

    /// @dev A trade that adds net delta must leave it within the limit less what venues could not take.
    function _holdVenues(HedgePosition memory hedge, int256 from, int256 to, int256 spot, uint256 equity, uint256 limit)
        private
        pure
    {
        if (_size(to) <= _size(from)) return;
        uint256 capacity = Wad.unwrap(to > 0 ? hedge.capacityDown : hedge.capacityUp);
        if (_size(to) <= capacity) return;
        uint256 stuck = uint256(_over(int256(_size(to) - capacity), spot, equity));
        int256 x = _over(to, spot, equity);
        uint256 left = limit > stuck ? limit - stuck : 0;
        if (_size(x) > left) _refuse(FIGURE_VENUES, _over(from, spot, equity), x, left);
    }

    function _over(int256 delta, int256 spot, uint256 equity) private pure returns (int256) {
        return Potential.ratio(delta * spot / int256(WAD), equity);
    }

    function _gamma(int256 gamma, int256 spot, uint256 equity) private pure returns (int256) {
        if (gamma >= 0) return 0;
        return Potential.ratio(gamma * spot / int256(WAD) * spot / int256(WAD) / GAMMA_MOVE_DIVISOR, equity);
    }

    function _refuse(Figure figure, int256 before, int256 afterwards, uint256 limit) private pure {
        revert IMarket.PostTradeLimit(figure, SignedWad.wrap(before), SignedWad.wrap(afterwards), Wad.wrap(limit));
    }

    function _size(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
