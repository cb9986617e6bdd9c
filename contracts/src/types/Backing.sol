// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedWad} from "./Wad.sol";

/// @notice What stands behind a market's book, in one word from the low end: 64 bits of the hedges' delta in
/// BACKING_STEP; 40 and 40 of what the venues could add and shed, in CAPACITY_STEP; 40 of when they were last read; 72 of
/// E in BACKING_STEP. A copy of what hedger and vault say, in their own resolution, so that a trade asks neither.
type Backing is uint256;

using {hedgeDelta, capacity, syncedAt, equity} for Backing global;

/// @dev 1e-6 of one unit.
uint256 constant BACKING_STEP = 1e12;
/// @dev 0.001 of one underlying.
uint256 constant BACKING_CAPACITY_STEP = 1e15;
uint256 constant CAPACITY_UP_SHIFT = 64;
uint256 constant CAPACITY_DOWN_SHIFT = 104;
uint256 constant SYNCED_SHIFT = 144;
uint256 constant EQUITY_SHIFT = 184;

/// @notice Underlying units, positive long.
function hedgeDelta(Backing backing) pure returns (SignedWad) {
    unchecked {
        return SignedWad.wrap(int256(int64(uint64(Backing.unwrap(backing)))) * int256(BACKING_STEP));
    }
}

/// @notice Further underlying that the venues could shed where net delta is positive, or add where it is not.
function capacity(Backing backing, bool shed) pure returns (uint256) {
    unchecked {
        uint256 shift = shed ? CAPACITY_DOWN_SHIFT : CAPACITY_UP_SHIFT;
        return uint256(uint40(Backing.unwrap(backing) >> shift)) * BACKING_CAPACITY_STEP;
    }
}

/// @notice When the stalest venue with a position was last read.
function syncedAt(Backing backing) pure returns (uint256) {
    return uint40(Backing.unwrap(backing) >> SYNCED_SHIFT);
}

/// @notice E, wad.
function equity(Backing backing) pure returns (uint256) {
    unchecked {
        return (Backing.unwrap(backing) >> EQUITY_SHIFT) * BACKING_STEP;
    }
}

/// @notice What hedger and vault say, packed. The hedger's figures are multiples of the steps and inside the fields; E is
/// held at the largest its field takes.
/// @param hedge where the words of `HedgePosition` lie in memory
/// @param e wad
function toBacking(uint256 hedge, uint256 e) pure returns (Backing backing) {
    uint256 steps = e / BACKING_STEP;
    if (steps > type(uint72).max) steps = type(uint72).max;
    assembly ("memory-safe") {
        backing := and(sdiv(mload(hedge), BACKING_STEP), 0xffffffffffffffff)
        backing := or(backing, shl(CAPACITY_UP_SHIFT, div(mload(add(hedge, 0x40)), BACKING_CAPACITY_STEP)))
        backing := or(backing, shl(CAPACITY_DOWN_SHIFT, div(mload(add(hedge, 0x60)), BACKING_CAPACITY_STEP)))
        backing := or(backing, or(shl(SYNCED_SHIFT, mload(add(hedge, 0x80))), shl(EQUITY_SHIFT, steps)))
    }
}
