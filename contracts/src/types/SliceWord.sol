// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SviSlice} from "./SviSlice.sol";
import {Wad} from "./Wad.sol";

/// @notice A slice, all that prices under it need, in one word. From the high end, with the bits of fraction that are kept:
/// 39 bits a (Q33), 29 b (Q27), 25 rho (Q24), 30 m (Q26), 29 sigma (Q25), 29 forward ratio (Q27), 28 lifetime: seconds from
/// report to expiry, 29 spotAtReport: 22 significant bits above a shift of 7, 18 tag: whose meaning is its keeper's. Zero where
/// there is no slice; a slice in range has a lifetime.
/// @dev Widths are those of the ranges that SliceRanges leaves, at its borders too. Fractions go where prices feel them: at
/// the money total variance w moves by what `a` does, but by b, about sqrt(w), times what m and sigma do, and by what b and
/// rho do only times a log-moneyness.
type SliceWord is uint256;

using {isEmpty, lifetime, reportedAt, svi, unpack, forwardRatio, spotAtReport, tag, withTag} for SliceWord global;

/// @dev Exclusive: 8.5 years.
uint256 constant MAX_LIFETIME = 1 << 28;
/// @dev Of the spot at report.
uint256 constant SPOT_BITS = 22;

// Where each number but the tag starts in the word
uint256 constant WORD_SPOT = 18;
uint256 constant WORD_LIFETIME = 47;
uint256 constant WORD_RATIO = 75;
uint256 constant WORD_SIGMA = 104;
uint256 constant WORD_M = 133;
uint256 constant WORD_RHO = 163;
uint256 constant WORD_B = 188;
uint256 constant WORD_A = 217;

function isEmpty(SliceWord word) pure returns (bool) {
    return SliceWord.unwrap(word) == 0;
}

/// @return seconds_ from report to expiry; zero where there is no slice
function lifetime(SliceWord word) pure returns (uint256 seconds_) {
    assembly ("memory-safe") {
        seconds_ := and(shr(47, word), 0xfffffff)
    }
}

/// @return time unix seconds; zero where there is no slice
function reportedAt(SliceWord word, uint256 expiry) pure returns (uint256 time) {
    assembly ("memory-safe") {
        let seconds_ := and(shr(47, word), 0xfffffff)
        time := mul(sub(expiry, seconds_), iszero(iszero(seconds_)))
    }
}

/// @return packed five fields of 48 bits, Q40: signed ones sign-extended, and behind each the bits of fraction that are not
/// kept, as zeros
function svi(SliceWord word) pure returns (SviSlice packed) {
    assembly ("memory-safe") {
        packed := shl(199, sar(217, word))
        packed := or(packed, shl(157, and(shr(188, word), 0x1fffffff)))
        packed := or(packed, shl(96, and(sar(215, shl(68, word)), 0xffffffff0000)))
        packed := or(packed, shl(48, and(sar(212, shl(93, word)), 0xffffffffc000)))
        packed := or(packed, shl(15, and(shr(104, word), 0x1fffffff)))
        packed := and(packed, sub(shl(240, 1), 1))
    }
}

/// @notice The same as the arithmetic wants it: what `Svi.unpack` makes of `svi`. a in Q128; b, b rho, m and sigma in Q64.
function unpack(SliceWord word) pure returns (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) {
    assembly ("memory-safe") {
        level := shl(95, sar(217, word))
        slope := and(shr(188, word), 0x1fffffff)
        tilt := shl(13, mul(slope, sar(231, shl(68, word))))
        slope := shl(37, slope)
        centre := shl(38, sar(226, shl(93, word)))
        sigma := shl(39, and(shr(104, word), 0x1fffffff))
    }
}

/// @return ratio wad, rounded down
function forwardRatio(SliceWord word) pure returns (Wad ratio) {
    assembly ("memory-safe") {
        ratio := shr(27, mul(and(shr(75, word), 0x1fffffff), 1000000000000000000))
    }
}

/// @return spot wad
function spotAtReport(SliceWord word) pure returns (Wad spot) {
    assembly ("memory-safe") {
        spot := shl(and(shr(18, word), 0x7f), and(shr(25, word), 0x3fffff))
    }
}

function tag(SliceWord word) pure returns (uint256) {
    return SliceWord.unwrap(word) & (1 << WORD_SPOT) - 1;
}

/// @param tag_ below 2^18
function withTag(SliceWord word, uint256 tag_) pure returns (SliceWord) {
    return SliceWord.wrap(SliceWord.unwrap(word) >> WORD_SPOT << WORD_SPOT | tag_);
}
