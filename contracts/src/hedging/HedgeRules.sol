// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {HedgeParams, HedgeRule, RULE_BAND, RULE_FORCE, RULE_NONE, RULE_PERIOD} from "../interfaces/IHedger.sol";
import {Wad, WAD} from "../types/Wad.sol";

/// @notice Net delta and what it is held against. Deltas and sizes in wad of underlying.
struct RuleInput {
    int256 netAtMark;
    int256 netAveraged; // hedges + a Delta(mark) + (1 - a) Delta(average)
    uint256 band;
    uint256 force; // |net delta| at which mark alone suffices
    bool periodOver;
    bool forceConfirmed; // an earlier observation of the same breach is old enough
}

/// @title Hedging rules
/// @notice Pure. A rule fires only if net delta breaches it with the same sign at mark and averaged; the size is the
/// smaller of the two. Beyond the force limit mark alone suffices once an earlier observation confirms it.
library HedgeRules {
    /// @dev Its square fits a word; the cap of the band rules long before.
    uint256 private constant MAX_GAMMA = 1e36;

    /// @return rule what fires, the strictest first
    /// @return size signed order that brings net delta at mark towards zero and never across it
    /// @return forceAtMark whether net delta at mark breaches the force limit and the average does not bear it out
    function decide(RuleInput memory x) internal pure returns (HedgeRule rule, int256 size, bool forceAtMark) {
        uint256 mark = magnitude(x.netAtMark);
        uint256 averaged = sameSign(x.netAtMark, x.netAveraged) ? magnitude(x.netAveraged) : 0;
        uint256 smaller = Math.min(mark, averaged);
        forceAtMark = mark > x.force && averaged <= x.force;

        if (mark > x.force && averaged > x.force) (rule, size) = (RULE_FORCE, against(x.netAtMark, smaller));
        else if (forceAtMark && x.forceConfirmed) (rule, size) = (RULE_FORCE, against(x.netAtMark, mark));
        else if (smaller > x.band) (rule, size) = (RULE_BAND, against(x.netAtMark, smaller));
        else if (x.periodOver && smaller > 0) (rule, size) = (RULE_PERIOD, against(x.netAtMark, smaller));
        else rule = RULE_NONE;
    }

    /// @notice Half-width of the no-trade band in wad of underlying: the asymptotic band of Whalley and Wilmott (1997),
    /// (3/2 · lambda · S · Gamma² · E / a)^(1/3) with absolute risk aversion a / E, and never wider than
    /// `bandOfEquity` of E in delta notional.
    /// @param spot not zero; all wads
    /// @param gamma of the book, either sign, underlying per collateral
    function band(int256 gamma, uint256 spot, uint256 equity, HedgeParams memory p) internal pure returns (uint256) {
        uint256 widest = equity * Wad.unwrap(p.bandOfEquity) / spot;
        uint256 perGamma = spot * Wad.unwrap(p.hedgeCost) / WAD * 3 * equity / (2 * Wad.unwrap(p.riskAversion));
        // wads: the cube root of three of them is one
        uint256 square = Math.min(magnitude(gamma), MAX_GAMMA) ** 2;
        if (square != 0 && perGamma > type(uint256).max / square) return widest;
        return Math.min(FixedPointMathLib.cbrt(perGamma * square), widest);
    }

    /// @notice An order of so much against a net delta.
    function against(int256 net, uint256 size) internal pure returns (int256) {
        return net > 0 ? -int256(size) : int256(size);
    }

    /// @notice The part of an order that brings a net delta towards zero, not across it.
    function towardsZero(int256 net, int256 size) internal pure returns (int256) {
        return sameSign(-net, size) ? against(net, Math.min(magnitude(net), magnitude(size))) : int256(0);
    }

    function magnitude(int256 x) internal pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }

    function sameSign(int256 x, int256 y) internal pure returns (bool) {
        return (x > 0 && y > 0) || (x < 0 && y < 0);
    }
}
