// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {Wad} from "../types/Wad.sol";

error MarginParamOutOfBounds(bytes32 name, Wad given, Wad least, Wad most);
error MarginParamLoosened(bytes32 name, Wad given, Wad before);
error KnotTimesNotAscending(uint32 previous, uint32 next);
error KnotTimesChanged(uint32 given, uint32 before);

/// @title The box of the margin parameters
/// @notice What the governor may set at all, and what counts as tightening for the risk council.
library MarginBounds {
    /// @dev s: a shock of 5 % is no shock; one of 80 % is full collateral in all but name.
    Wad internal constant MIN_SHOCK = Wad.wrap(0.2e18);
    Wad internal constant MAX_SHOCK = Wad.wrap(0.95e18);
    /// @dev Below 1 the floor would let a short hold less than its own mark.
    Wad internal constant MIN_MARK_FACTOR = Wad.wrap(1e18);
    Wad internal constant MAX_MARK_FACTOR = Wad.wrap(2e18);
    Wad internal constant MIN_SPOT_FLOOR = Wad.wrap(0);
    Wad internal constant MAX_SPOT_FLOOR = Wad.wrap(0.2e18);
    /// @dev At a lower factor of 1 a compartment would be topped up only once it is liquidatable.
    Wad internal constant MIN_LOWER = Wad.wrap(1.02e18);
    Wad internal constant MAX_UPPER = Wad.wrap(4e18);
    /// @dev Room between top-up and target, lest every tick move collateral.
    Wad internal constant MIN_GAP = Wad.wrap(0.02e18);
    /// @dev U falling to zero at expiry multiplies bad debt; above 1 the formula would exceed full collateral.
    Wad internal constant MIN_SHARE = Wad.wrap(0.15e18);
    Wad internal constant MAX_SHARE = Wad.wrap(1e18);

    /// @notice Reverts unless every parameter lies in the governor's box.
    function check(MarginParams memory p) internal pure {
        _within("spotShock", p.spotShock, MIN_SHOCK, MAX_SHOCK);
        _within("markFactor", p.markFactor, MIN_MARK_FACTOR, MAX_MARK_FACTOR);
        _within("spotFloor", p.spotFloor, MIN_SPOT_FLOOR, MAX_SPOT_FLOOR);
        _within("callLower", p.callLower, MIN_LOWER, MAX_UPPER);
        _within("callUpper", p.callUpper, p.callLower + MIN_GAP, MAX_UPPER);
        _within("putLower", p.putLower, MIN_LOWER, MAX_UPPER);
        _within("putUpper", p.putUpper, p.putLower + MIN_GAP, MAX_UPPER);
        _within("knotValue", Wad.wrap(p.knotValues[0]), MIN_SHARE, MAX_SHARE);
        for (uint256 i = 1; i < p.knotTimes.length; ++i) {
            _within("knotValue", Wad.wrap(p.knotValues[i]), Wad.wrap(p.knotValues[i - 1]), MAX_SHARE);
            require(p.knotTimes[i] > p.knotTimes[i - 1], KnotTimesNotAscending(p.knotTimes[i - 1], p.knotTimes[i]));
        }
    }

    /// @notice Reverts unless every change asks for more margin, at the same knot times.
    function checkTightened(MarginParams memory before, MarginParams memory p) internal pure {
        require(p.spotShock <= before.spotShock, MarginParamLoosened("spotShock", p.spotShock, before.spotShock));
        _raised("markFactor", p.markFactor, before.markFactor);
        _raised("spotFloor", p.spotFloor, before.spotFloor);
        _raised("callUpper", p.callUpper, before.callUpper);
        _raised("callLower", p.callLower, before.callLower);
        _raised("putUpper", p.putUpper, before.putUpper);
        _raised("putLower", p.putLower, before.putLower);
        for (uint256 i; i < p.knotTimes.length; ++i) {
            require(p.knotTimes[i] == before.knotTimes[i], KnotTimesChanged(p.knotTimes[i], before.knotTimes[i]));
            _raised("knotValue", Wad.wrap(p.knotValues[i]), Wad.wrap(before.knotValues[i]));
        }
    }

    function _within(bytes32 name, Wad given, Wad least, Wad most) private pure {
        require(given >= least && given <= most, MarginParamOutOfBounds(name, given, least, most));
    }

    function _raised(bytes32 name, Wad given, Wad before) private pure {
        require(given >= before, MarginParamLoosened(name, given, before));
    }
}
