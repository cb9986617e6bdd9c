// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {Wad} from "../types/Wad.sol";

/// @notice Margin parameters as stored, in two slots.
/// factors: seven ratios of 24 bits in units of 1e-6, in the order of MarginParams, from the low end.
/// knots: six values of 24 bits in units of 1e-6, then six times of 16 bits in hours, from the low end.
struct PackedMarginParams {
    uint256 factors;
    uint256 knots;
}

using {unpack, isSet, answer} for PackedMarginParams global;
using {factor} for MarginParams;

uint256 constant MARGIN_FACTORS = 7;
uint256 constant MARGIN_KNOTS = 6;
/// @dev Resolution of a stored ratio and of a stored time.
uint256 constant MARGIN_UNIT = 1000000000000;
uint256 constant KNOT_UNIT = 3600; // an hour

uint256 constant RATIO_BITS = 24;
uint256 constant TIME_BITS = 16;
uint256 constant TIMES_AT = 144; // MARGIN_KNOTS * RATIO_BITS

/// @dev Not a whole number of units, or more of them than fit.
error MarginParamNotStorable(uint256 given, uint256 unit);

/// @notice The i-th ratio of the parameters, in the order of the struct.
function factor(MarginParams memory p, uint256 i) pure returns (Wad value) {
    assembly ("memory-safe") {
        value := mload(add(p, shl(5, i)))
    }
}

function pack(MarginParams memory p) pure returns (PackedMarginParams memory packed) {
    for (uint256 i; i < MARGIN_FACTORS; ++i) {
        packed.factors |= _field(Wad.unwrap(p.factor(i)), MARGIN_UNIT, RATIO_BITS) << i * RATIO_BITS;
    }
    for (uint256 i; i < MARGIN_KNOTS; ++i) {
        packed.knots |= _field(p.knotValues[i], MARGIN_UNIT, RATIO_BITS) << i * RATIO_BITS
        | _field(p.knotTimes[i], KNOT_UNIT, TIME_BITS) << TIMES_AT + i * TIME_BITS;
    }
}

function unpack(PackedMarginParams memory packed) pure returns (MarginParams memory p) {
    for (uint256 i; i < MARGIN_FACTORS; ++i) {
        uint256 value = (packed.factors >> i * RATIO_BITS & (1 << RATIO_BITS) - 1) * MARGIN_UNIT;
        assembly ("memory-safe") {
            mstore(add(p, shl(5, i)), value)
        }
    }
    for (uint256 i; i < MARGIN_KNOTS; ++i) {
        p.knotValues[i] = uint64((packed.knots >> i * RATIO_BITS & (1 << RATIO_BITS) - 1) * MARGIN_UNIT);
        p.knotTimes[i] = uint32((packed.knots >> TIMES_AT + i * TIME_BITS & (1 << TIME_BITS) - 1) * KNOT_UNIT);
    }
}

/// @notice Ends the call with the parameters, ABI-encoded. Asked for with every compartment that is adjusted, so nothing
/// here is a loop.
function answer(PackedMarginParams storage packed) view {
    assembly ("memory-safe") {
        function ratio(word, i) -> value {
            value := mul(and(shr(mul(i, RATIO_BITS), word), 0xffffff), MARGIN_UNIT)
        }
        function time(word, i) -> value {
            value := mul(and(shr(add(TIMES_AT, mul(i, TIME_BITS)), word), 0xffff), KNOT_UNIT)
        }
        let word := sload(packed.slot)
        let p := mload(0x40)
        mstore(p, ratio(word, 0))
        mstore(add(p, 0x20), ratio(word, 1))
        mstore(add(p, 0x40), ratio(word, 2))
        mstore(add(p, 0x60), ratio(word, 3))
        mstore(add(p, 0x80), ratio(word, 4))
        mstore(add(p, 0xa0), ratio(word, 5))
        mstore(add(p, 0xc0), ratio(word, 6))
        // Times before values
        word := sload(add(packed.slot, 1))
        mstore(add(p, 0xe0), time(word, 0))
        mstore(add(p, 0x100), time(word, 1))
        mstore(add(p, 0x120), time(word, 2))
        mstore(add(p, 0x140), time(word, 3))
        mstore(add(p, 0x160), time(word, 4))
        mstore(add(p, 0x180), time(word, 5))
        mstore(add(p, 0x1a0), ratio(word, 0))
        mstore(add(p, 0x1c0), ratio(word, 1))
        mstore(add(p, 0x1e0), ratio(word, 2))
        mstore(add(p, 0x200), ratio(word, 3))
        mstore(add(p, 0x220), ratio(word, 4))
        mstore(add(p, 0x240), ratio(word, 5))
        return(p, 0x260)
    }
}

/// @dev A spot shock of zero is out of bounds, so zero means never set.
function isSet(PackedMarginParams memory packed) pure returns (bool) {
    return packed.factors != 0;
}

function _field(uint256 given, uint256 unit, uint256 bits) pure returns (uint256 units) {
    units = given / unit;
    require(units >> bits == 0 && units * unit == given, MarginParamNotStorable(given, unit));
}
