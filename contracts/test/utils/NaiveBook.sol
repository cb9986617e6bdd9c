// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib as F} from "solady/utils/FixedPointMathLib.sol";

/// @dev One position, with all that its value depends on. Wads; lots and amounts with the vault's sign.
struct NaivePosition {
    uint256 strike;
    bool call;
    int256 lots;
    uint256 left; // seconds to expiry
    uint256 window; // seconds that the payoff is averaged over
    uint256 averageSoFar; // inside the window
    uint256 ratio; // forward over spot
    uint256 reportAge; // seconds
    int256[5] svi; // a, b, rho, m, sigma
}

struct NaiveGreeks {
    int256 value;
    int256 delta;
    int256 gamma;
    int256 vega;
    int256 theta;
    int256 margin;
}

/// @dev What the averaging of the payoff leaves, wads.
struct NaiveAverage {
    int256 forward; // of the average
    int256 share; // of it that still moves with spot
    int256 left; // seconds of variance
    int256 decay; // seconds over which theta spreads
}

/// @dev What margin is made of, wads.
struct NaiveMargin {
    uint256 uncertainty; // U at the time left
    uint256 shock;
    uint256 markFactor;
    uint256 spotFloor;
    uint256 upper;
}

/// @notice The book as one would write it down from the formulas: every option alone, nothing shared, summed at the end.
/// Textbook expressions on Solady's exponential, logarithm and root; the normal distribution is Marsaglia's series
/// (2004, J. Stat. Software 11(4)). Nothing of the kernel is used.
library NaiveBook {
    int256 private constant ONE = 1e18;
    int256 private constant YEAR = 365 days;
    int256 private constant ROOT_2_PI = 2_506628274631000502;
    /// @dev Beyond it the distribution is 0 or 1 to 15 digits.
    int256 private constant FAR = 8e18;
    int256 private constant MORE = 40e18;
    int256 private constant LOTS = 1000;

    function add(NaiveGreeks memory sum, NaivePosition memory p, int256 spot, int256 rate, NaiveMargin memory m)
        internal
        pure
    {
        NaiveGreeks memory g = one(p, spot, rate);
        if (p.lots < 0) sum.margin -= int256(marginOf(p, uint256(spot), uint256(g.value), m)) * p.lots / LOTS;
        sum.value += g.value * p.lots / LOTS;
        sum.delta += g.delta * p.lots / LOTS;
        sum.gamma += g.gamma * p.lots / LOTS;
        sum.vega += g.vega * p.lots / LOTS;
        sum.theta += g.theta * p.lots / LOTS;
    }

    /// @notice One option, long.
    function one(NaivePosition memory p, int256 spot, int256 rate) internal pure returns (NaiveGreeks memory g) {
        NaiveAverage memory average = averaging(p, spot);
        int256 k = F.lnWad(int256(p.strike) * ONE / average.forward);
        int256 v = root(variance(p.svi, k) * (average.left / int256(p.left + p.reportAge)) / ONE);
        int256 d1 = v == 0 ? (k < 0 ? FAR : -FAR) : v / 2 - k * ONE / v;
        int256 discount = F.expWad(-rate * int256(p.left) / YEAR);

        int256 call = average.forward * cdf(d1) / ONE - int256(p.strike) * cdf(d1 - v) / ONE;
        int256 put = int256(p.strike) * cdf(v - d1) / ONE - average.forward * cdf(-d1) / ONE;
        g.value = discount * (p.call ? call : put) / ONE;
        if (g.value < 0) g.value = 0;
        g.delta = discount * average.share / ONE * (p.call ? cdf(d1) : cdf(d1) - ONE) / ONE;
        g.theta = rate * g.value / ONE;
        discount = discount * pdf(d1) / ONE; // from here on with the density
        g.gamma = v == 0 ? int256(0) : discount * average.share / ONE * average.share / average.forward * ONE / v;
        g.vega = discount * average.forward / ONE * root(average.left / YEAR) / ONE;
        g.theta -= discount * average.forward / ONE * v / 2 / average.decay * YEAR;
    }

    /// @notice The forward of an average of which a part may be known, and the seconds of variance left in it.
    function averaging(NaivePosition memory p, int256 spot) internal pure returns (NaiveAverage memory a) {
        int256 tau = int256(p.left);
        int256 w = int256(p.window);
        bool inside = tau < w;
        a.forward = spot * int256(p.ratio) / ONE;
        if (inside) a.forward = ((w - tau) * int256(p.averageSoFar) + tau * a.forward) / w;
        a.share = inside ? tau * int256(p.ratio) / w : int256(p.ratio);
        a.left = inside ? tau * ONE * tau / w * tau / w / 3 : (tau - w) * ONE + w * ONE / 3;
        a.decay = inside ? tau * ONE / 3 : a.left;
    }

    /// @dev w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)).
    function variance(int256[5] memory s, int256 k) internal pure returns (int256) {
        int256 x = k - s[3];
        return s[0] + s[1] * (s[2] * x / ONE + root((x * x + s[4] * s[4]) / ONE)) / ONE;
    }

    /// @dev Short margin of one option at the upper factor.
    function marginOf(NaivePosition memory p, uint256 spot, uint256 mark, NaiveMargin memory m)
        internal
        pure
        returns (uint256 margin)
    {
        (uint256 owed, uint256 covered) = p.call ? (spot, p.strike * m.shock / 1e18) : (p.strike, spot * m.shock / 1e18);
        margin = m.uncertainty * (owed < covered ? owed : covered) / 1e18 + (owed > covered ? owed - covered : 0);
        uint256 least = (mark * m.markFactor + spot * m.spotFloor) / 1e18;
        margin = (margin < least ? least : margin) * m.upper / 1e18;
    }

    function cdf(int256 x) internal pure returns (int256) {
        if (x >= FAR) return ONE;
        if (x <= -FAR) return 0;
        int256 term = x;
        int256 sum = x;
        for (int256 i = 3; term != 0; i += 2) {
            term = term * x / ONE * x / ONE / i;
            sum += term;
        }
        // The density with e^40 digits more: the sum is large where it is small
        return ONE / 2 + sum * F.expWad(MORE - x * x / ONE / 2) / (F.expWad(MORE) / ONE * ROOT_2_PI);
    }

    function pdf(int256 x) internal pure returns (int256) {
        return F.expWad(-x * x / ONE / 2) * ONE / ROOT_2_PI;
    }

    function root(int256 x) internal pure returns (int256) {
        return int256(F.sqrtWad(uint256(x)));
    }
}
