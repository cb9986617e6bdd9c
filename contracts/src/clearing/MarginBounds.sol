// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {Wad} from "../types/Wad.sol";
import {MARGIN_FACTORS, MARGIN_KNOTS, factor} from "./MarginTable.sol";

/// @dev `index` counts the parameters in the order of MarginParams: the seven factors, then the six knot values.
error MarginParamOutOfBounds(uint256 index, uint256 given, uint256 least, uint256 most);
error MarginParamLoosened(uint256 index, uint256 given, uint256 before);
error KnotTimesNotAscending(uint32 previous, uint32 next);
error KnotTimesChanged(uint32 given, uint32 before);

/// @title The box of the margin parameters
/// @notice What the governor may set at all, and what counts as tightening for the risk council.
library MarginBounds {
    using {factor} for MarginParams;

    uint256 private constant SPOT_SHOCK = 0;
    uint256 private constant FIRST_HEALTH = 3; // upper of calls, lower of calls, upper of puts, lower of puts
    uint256 private constant FIRST_KNOT = MARGIN_FACTORS;

    /// @dev s: a shock of 5 % is no shock; one of 80 % is full collateral in all but name.
    uint256 internal constant MIN_SHOCK = 0.2e18;
    uint256 internal constant MAX_SHOCK = 0.95e18;
    /// @dev Below 1 the floor would let a short hold less than its own mark.
    uint256 internal constant MIN_MARK_FACTOR = 1e18;
    uint256 internal constant MAX_MARK_FACTOR = 2e18;
    uint256 internal constant MAX_SPOT_FLOOR = 0.2e18;
    /// @dev At a lower factor of 1 a compartment would be topped up only once it is liquidatable.
    uint256 internal constant MIN_LOWER = 1.02e18;
    uint256 internal constant MAX_UPPER = 4e18;
    /// @dev Room between top-up and target, lest every tick move collateral.
    uint256 internal constant MIN_GAP = 0.02e18;
    /// @dev U falling to zero at expiry multiplies bad debt; above 1 the formula would exceed full collateral.
    uint256 internal constant MIN_SHARE = 0.15e18;
    uint256 internal constant MAX_SHARE = 1e18;

    /// @notice Reverts unless every parameter lies in the governor's box.
    function check(MarginParams memory p) internal pure {
        for (uint256 i; i < MARGIN_FACTORS; ++i) {
            (uint256 least, uint256 most) = _box(p, i);
            _within(i, Wad.unwrap(p.factor(i)), least, most);
        }
        uint256 floor = MIN_SHARE;
        for (uint256 i; i < MARGIN_KNOTS; ++i) {
            _within(FIRST_KNOT + i, p.knotValues[i], floor, MAX_SHARE);
            floor = p.knotValues[i];
            if (i == 0) continue;
            (uint32 previous, uint32 next) = (p.knotTimes[i - 1], p.knotTimes[i]);
            require(next > previous, KnotTimesNotAscending(previous, next));
        }
    }

    /// @notice Reverts unless every change asks for more margin, at the same knot times.
    function checkTightened(MarginParams memory before, MarginParams memory p) internal pure {
        for (uint256 i; i < MARGIN_FACTORS; ++i) {
            (uint256 given, uint256 was) = (Wad.unwrap(p.factor(i)), Wad.unwrap(before.factor(i)));
            // the less of spot the shock leaves, the more margin
            require(i == SPOT_SHOCK ? given <= was : given >= was, MarginParamLoosened(i, given, was));
        }
        for (uint256 i; i < MARGIN_KNOTS; ++i) {
            (uint256 given, uint256 was) = (p.knotValues[i], before.knotValues[i]);
            require(given >= was, MarginParamLoosened(FIRST_KNOT + i, given, was));
            require(p.knotTimes[i] == before.knotTimes[i], KnotTimesChanged(p.knotTimes[i], before.knotTimes[i]));
        }
    }

    function _box(MarginParams memory p, uint256 i) private pure returns (uint256 least, uint256 most) {
        if (i == SPOT_SHOCK) return (MIN_SHOCK, MAX_SHOCK);
        if (i == 1) return (MIN_MARK_FACTOR, MAX_MARK_FACTOR);
        if (i == 2) return (0, MAX_SPOT_FLOOR);
        bool upper = (i - FIRST_HEALTH) % 2 == 0;
        if (!upper) return (MIN_LOWER, MAX_UPPER);
        uint256 lower = Wad.unwrap(p.factor(i + 1));
        return (lower > MAX_UPPER ? MAX_UPPER : lower + MIN_GAP, MAX_UPPER);
    }

    function _within(uint256 index, uint256 given, uint256 least, uint256 most) private pure {
        require(given >= least && given <= most, MarginParamOutOfBounds(index, given, least, most));
    }
}
