// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SviSlice} from "../types/SviSlice.sol";
import {WAD, Wad} from "../types/Wad.sol";

/// @notice What prices under a slice need of it, in one word. From the high end, with the bits of fraction that are kept:
/// 46 bits a (Q40), 38 b (Q36), 38 rho (Q37), 36 m (Q32), 36 sigma (Q32), 34 forward ratio (Q32), 28 lifetime: seconds
/// from report to expiry. Zero where there is no slice; a slice in range has a lifetime.
/// @dev Widths are those of the ranges that SliceRanges leaves, at its borders too. Fractions go where prices feel them: at
/// the money total variance w moves by what `a` does, but by b, about sqrt(w), times what m and sigma do.
type SliceWord is uint256;

using {isEmpty, reportedAt, svi, forwardRatio} for SliceWord global;

/// @dev Exclusive: 8.5 years.
uint256 constant MAX_LIFETIME = 1 << 28;

// Where each number but the lifetime starts in the word
uint256 constant WORD_RATIO = 28;
uint256 constant WORD_SIGMA = 62;
uint256 constant WORD_M = 98;
uint256 constant WORD_RHO = 134;
uint256 constant WORD_B = 172;
uint256 constant WORD_A = 210;

function isEmpty(SliceWord word) pure returns (bool) {
    return SliceWord.unwrap(word) == 0;
}

/// @return time unix seconds; zero where there is no slice
function reportedAt(SliceWord word, uint256 expiry) pure returns (uint256 time) {
    assembly ("memory-safe") {
        let lifetime := and(word, 0xfffffff)
        time := mul(sub(expiry, lifetime), iszero(iszero(lifetime)))
    }
}

/// @return packed five fields of 48 bits, Q40: a's 46 bits sign-extended, four bits put behind b's, three behind rho's, eight
/// behind those of m and sigma
function svi(SliceWord word) pure returns (SviSlice packed) {
    assembly ("memory-safe") {
        packed := shl(192, sar(210, word))
        packed := or(packed, shr(24, and(word, shl(172, 0x3fffffffff))))
        packed := or(packed, shl(96, and(sar(215, shl(84, word)), 0xfffffffffff8)))
        packed := or(packed, shl(48, and(sar(212, shl(122, word)), 0xffffffffff00)))
        packed := or(packed, shr(54, and(word, shl(62, 0xfffffffff))))
        packed := and(packed, sub(shl(240, 1), 1))
    }
}

/// @return ratio wad, rounded down
function forwardRatio(SliceWord word) pure returns (Wad ratio) {
    assembly ("memory-safe") {
        ratio := shr(32, mul(and(shr(28, word), 0x3ffffffff), 1000000000000000000))
    }
}

/// @title Slice rounding
/// @notice A report's numbers as a word can hold them, and the word. Numbers are rounded before they are checked, so
/// that what passed is what is stored and priced.
library SliceRounding {
    uint256 private constant RATIO_FRACTION_BITS = 32;
    uint256 private constant RATIO_LIMIT = 4e18; // exclusive: 34 bits
    /// @dev A field's 48 bits, at the low end and where the others lie.
    uint256 private constant FIELD = (1 << 48) - 1;
    uint256 private constant B = FIELD << 144;
    uint256 private constant RHO = FIELD << 96;
    uint256 private constant M = FIELD << 48;

    /// @notice Each number to the nearest that is kept, halves up. One that leaves its 48 bits comes back negative, out of
    /// any range that it was in; what lies above the fields stays.
    function nearest(SviSlice slice) internal pure returns (SviSlice) {
        unchecked {
            uint256 x = SviSlice.unwrap(slice);
            uint256 b = ((x & B) + (8 << 144)) & (B - (15 << 144));
            uint256 rho = ((x & RHO) + (4 << 96)) & (RHO - (7 << 96));
            uint256 m = ((x & M) + (128 << 48)) & (M - (255 << 48));
            uint256 sigma = ((x & FIELD) + 128) & (FIELD - 255);
            return SviSlice.wrap(x >> 192 << 192 | b | rho | m | sigma);
        }
    }

    /// @notice A ratio, wad, to the nearest that is kept; one that is out of all range as it is.
    function nearest(Wad ratio) internal pure returns (Wad) {
        unchecked {
            if (Wad.unwrap(ratio) >= RATIO_LIMIT) return ratio;
            return Wad.wrap(_steps(ratio) * WAD >> RATIO_FRACTION_BITS);
        }
    }

    /// @param slice rounded, in range
    /// @param ratio rounded, in range
    /// @param lifetime seconds from report to expiry, in range
    function pack(SviSlice slice, Wad ratio, uint256 lifetime) internal pure returns (SliceWord) {
        unchecked {
            uint256 x = SviSlice.unwrap(slice);
            uint256 wings = (x >> 148 & (1 << 38) - 1) << WORD_B | (x >> 99 & (1 << 38) - 1) << WORD_RHO;
            uint256 vertex = (x >> 56 & (1 << 36) - 1) << WORD_M | (x >> 8 & (1 << 36) - 1) << WORD_SIGMA;
            return SliceWord.wrap(x >> 192 << WORD_A | wings | vertex | _steps(ratio) << WORD_RATIO | lifetime);
        }
    }

    function _steps(Wad ratio) private pure returns (uint256) {
        unchecked {
            return ((Wad.unwrap(ratio) << RATIO_FRACTION_BITS) + WAD / 2) / WAD;
        }
    }
}
