// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {
    SPOT_BITS,
    SliceWord,
    WORD_A,
    WORD_B,
    WORD_LIFETIME,
    WORD_M,
    WORD_RATIO,
    WORD_RHO,
    WORD_SIGMA,
    WORD_SPOT
} from "../types/SliceWord.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {WAD, Wad} from "../types/Wad.sol";

/// @title Slice rounding
/// @notice A report's numbers as a word can hold them, and the word. Numbers are rounded before they are checked, so
/// that what passed is what is stored and priced.
library SliceRounding {
    uint256 private constant RATIO_FRACTION_BITS = 27;
    uint256 private constant RATIO_LIMIT = 4e18; // exclusive: 29 bits
    uint256 private constant SPOT_LIMIT = 1 << 96; // exclusive: far below where a shift has no room
    uint256 private constant SHIFT_BITS = 7;
    /// @dev A field's 48 bits, at the low end and where the others lie.
    uint256 private constant FIELD = (1 << 48) - 1;
    uint256 private constant A = FIELD << 192;
    uint256 private constant B = FIELD << 144;
    uint256 private constant RHO = FIELD << 96;
    uint256 private constant M = FIELD << 48;

    /// @notice Each number to the nearest that is kept, halves up. One that leaves its 48 bits comes back negative, out of
    /// any range that it was in; what lies above the fields stays.
    function nearest(SviSlice slice) internal pure returns (SviSlice) {
        unchecked {
            uint256 x = SviSlice.unwrap(slice);
            uint256 a = ((x & A) + (1 << 198)) & (A - (0x7f << 192));
            uint256 b = ((x & B) + (1 << 156)) & (B - (0x1fff << 144));
            uint256 rho = ((x & RHO) + (1 << 111)) & (RHO - (0xffff << 96));
            uint256 m = ((x & M) + (1 << 61)) & (M - (0x3fff << 48));
            uint256 sigma = ((x & FIELD) + (1 << 14)) & (FIELD - 0x7fff);
            return SviSlice.wrap(x >> 240 << 240 | a | b | rho | m | sigma);
        }
    }

    /// @notice A ratio, wad, to the nearest that is kept; one that is out of all range as it is.
    function nearest(Wad ratio) internal pure returns (Wad) {
        unchecked {
            if (Wad.unwrap(ratio) >= RATIO_LIMIT) return ratio;
            return Wad.wrap(_steps(ratio) * WAD >> RATIO_FRACTION_BITS);
        }
    }

    /// @notice A spot, wad, to the nearest of 22 significant bits, halves up; one that is out of all range as it is.
    function nearestSpot(Wad spot) internal pure returns (Wad) {
        unchecked {
            uint256 x = Wad.unwrap(spot);
            if (x >= SPOT_LIMIT) return spot;
            uint256 shift = _shift(x);
            return Wad.wrap(x + (1 << shift >> 1) >> shift << shift);
        }
    }

    /// @param slice rounded, in range
    /// @param ratio rounded, in range
    /// @param spot rounded, in range
    /// @param lifetime seconds from report to expiry, in range
    /// @return with a tag of zero
    function pack(SviSlice slice, Wad ratio, Wad spot, uint256 lifetime) internal pure returns (SliceWord) {
        unchecked {
            uint256 x = SviSlice.unwrap(slice);
            uint256 wings = (x >> 157 & (1 << 29) - 1) << WORD_B | (x >> 112 & (1 << 25) - 1) << WORD_RHO;
            uint256 vertex = (x >> 62 & (1 << 30) - 1) << WORD_M | (x >> 15 & (1 << 29) - 1) << WORD_SIGMA;
            uint256 shift = _shift(Wad.unwrap(spot));
            uint256 rest = _steps(ratio) << WORD_RATIO | lifetime << WORD_LIFETIME;
            rest |= (Wad.unwrap(spot) >> shift << SHIFT_BITS | shift) << WORD_SPOT;
            return SliceWord.wrap(x >> 199 << WORD_A | wings | vertex | rest);
        }
    }

    /// @dev Bits of a spot that are not kept.
    function _shift(uint256 spot) private pure returns (uint256) {
        unchecked {
            uint256 last = Math.log2(spot);
            return last < SPOT_BITS ? 0 : last + 1 - SPOT_BITS;
        }
    }

    function _steps(Wad ratio) private pure returns (uint256) {
        unchecked {
            return ((Wad.unwrap(ratio) << RATIO_FRACTION_BITS) + WAD / 2) / WAD;
        }
    }
}
