// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {B0, B1, B2, D1, D2, HALF_LOG2_E} from "./ExpCoefficients.sol";

/// @notice The exponential.
/// @dev e^x = 2^n · 2^f with n the nearest integer to x·log2(e), so that |f| <= 1/2. With u = f²,
///      2^f = 1 + 2f/(g − f), g = b0 − b1/(u + d1 − b2/(u + d2)): a Jacobi fraction of f·coth(f·ln2/2), with half the divisions of
///      the fraction c0 + u/(c1 + … u/c4) that it equals. Its five coefficients are fitted by a Remez exchange to 8.4e-19 relative
///      (vectors/generate-math-fits.py). g − f stays above 2.3, the other two denominators above 687 and 95, so nothing divides by
///      zero. f, u, g, b0 and d in Q64, b1, b2 and other numerators in Q128: a quotient needs no shift.
library Exp {
    /// @dev e^134 is 3.4e76 wad, just inside a word.
    int256 internal constant MAX_INPUT = 134e18;
    /// @dev The least x whose product with log2(e) in Q246 fits a word.
    int256 internal constant MIN_PRODUCT = -300e18;

    /// @dev log2(e)/1e18 in Q246: a wad in natural units becomes Q246 in binary ones, its integer part in the top ten bits.
    int256 internal constant LOG2_E_PER_WAD = 163137375895359754143540650938718292956324885383917041163;

    /// @dev 1e18 · 2^66: the largest shift that keeps √2·2^128 times it inside a word.
    uint256 internal constant WAD_Q66 = 73786976294838206464000000000000000000;
    error ExpInputAboveMaximum(int256 x, int256 maximum);

    /// @notice e^x in wad, rounded down; relative error below 1e-18 on top of that rounding; 0 below −42.2.
    function expWad(int256 x) internal pure returns (uint256 result) {
        unchecked {
            // Far below zero the product z would leave its word; from −44 down the result is 0 anyway.
            if (uint256(x - MIN_PRODUCT) > uint256(MAX_INPUT - MIN_PRODUCT)) {
                if (x > 0) revert ExpInputAboveMaximum(x, MAX_INPUT);
                x = MIN_PRODUCT;
            }
        }
        assembly ("memory-safe") {
            let z := mul(x, LOG2_E_PER_WAD)
            let n := sar(246, add(z, shl(245, 1)))
            let f := sar(192, shl(10, z)) // the fraction, nearest integer taken away by the sign bit
            let u := shr(64, mul(f, f))
            let g := sub(B0, div(B1, sub(add(u, D1), div(B2, add(u, D2)))))
            let power := add(shl(128, 1), sdiv(shl(129, f), sub(g, f))) // 2^f in Q128
            result := shr(sub(194, n), mul(power, WAD_Q66))
        }
    }

    /// @notice exp(−d²/2) in Q128 for d in [0, 2^63) in Q64, within 2e-18 relative up to d = 9, and one unit.
    function gaussianQ128(uint256 d) internal pure returns (uint256 e) {
        assembly ("memory-safe") {
            let z := mul(shr(64, mul(d, d)), HALF_LOG2_E)
            let f := sar(192, shl(126, z)) // as in expWad; a shift by 256 or more leaves zero
            let u := shr(64, mul(f, f))
            let g := sub(B0, div(B1, sub(add(u, D1), div(B2, add(u, D2)))))
            e := shr(shr(130, add(z, shl(129, 1))), sub(shl(128, 1), sdiv(shl(129, f), add(g, f))))
        }
    }
}
