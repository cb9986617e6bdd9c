// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Exp} from "./Exp.sol";
import {A0, A1, A2, A4, A5, A6, C0, C2, C4, C5, C6, MINUS_A3, MINUS_C1, MINUS_C3} from "./MillsCoefficients.sol";

/// @notice The normal distribution by its Mills ratio R(x) = Φ(−x)/φ(x).
/// @dev R is a0/(x + c0 + a1/(x + c1 + … a6/(x + c6))), a Jacobi fraction fitted on [0, 8.5] by a Remez exchange weighted with φ:
///      4.7e-17 in Φ (vectors/generate-math-fits.py). Every denominator keeps one sign and stays 0.76 away from zero for all x >= 0, and
///      the fit falls throughout, so it may be used beyond 8.5 as well. a0 carries 1/√(2π): what is evaluated is R' = R/√(2π), so that Φ(−x) = exp(−x²/2)·R'(x).
///      x, c and R' are Q64, a is Q128.
library NormalCdf {
    uint256 internal constant WAD = 1000000000000000000;
    /// @dev 1/√(2π) in Q64
    uint256 internal constant INVERSE_ROOT_2_PI = 7359186146747302452;

    /// @dev Φ(−9) is 0.11 of a wei.
    uint256 internal constant CDF_LIMIT = 9e18;

    /// @notice Φ(x) in wad for any x in wad, within 5e-17 of the truth, rounded down below zero and up above it, so that
    ///         `cdfWad(x) + cdfWad(-x)` is exactly one for x other than 0; 0 and 1 beyond 9 standard deviations. At zero, where the fit's error
    ///         changes its sign, it falls by 9e-17; elsewhere it rises.
    function cdfWad(int256 x) internal pure returns (uint256 result) {
        uint256 below; // all ones for x < 0
        uint256 d;
        assembly ("memory-safe") {
            below := sar(255, x)
            d := sub(xor(x, below), below)
        }
        if (d < CDF_LIMIT) {
            assembly ("memory-safe") {
                d := div(shl(64, d), WAD)
            }
            uint256 e = Exp.gaussianQ128(d);
            uint256 r = millsQ64(d);
            assembly ("memory-safe") {
                result := shr(128, mul(shr(64, mul(e, r)), WAD))
            }
        }
        assembly ("memory-safe") {
            // The tail, or for x >= 0 its complement to one
            let above := not(below)
            result := add(and(WAD, above), sub(xor(result, above), above))
        }
    }

    /// @notice R(x)/√(2π) in Q64 for x >= 0 in Q64: Φ(−x) = exp(−x²/2) times it.
    function millsQ64(uint256 x) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            r := add(sub(x, MINUS_C3), sdiv(A4, add(add(x, C4), sdiv(A5, add(add(x, C5), sdiv(A6, add(x, C6)))))))
            r := sdiv(
                A0,
                add(add(x, C0), sdiv(A1, add(sub(x, MINUS_C1), sdiv(A2, sub(add(x, C2), sdiv(MINUS_A3, r))))))
            )
        }
    }

    /// @notice What an option needs of the normal distribution, at once: e = exp(−d1²/2) in Q128 and
    ///         t = sign(d)·R'(|d|) in Q64 for both d, |d1| < 2^63, with Φ(d1) = [d1 >= 0] − e·t1, and K·Φ(d2) = K·[d2 >= 0] − F·e·t2.
    /// @dev The fraction stands here twice in full: a call would cost 22 gas each time.
    function pair(int256 d1, int256 d2) internal pure returns (uint256 e, int256 t1, int256 t2) {
        uint256 size;
        assembly ("memory-safe") {
            let sign := sar(255, d2)
            let x := sub(xor(d2, sign), sign)
            t2 := add(sub(x, MINUS_C3), sdiv(A4, add(add(x, C4), sdiv(A5, add(add(x, C5), sdiv(A6, add(x, C6)))))))
            t2 := sdiv(
                A0,
                add(add(x, C0), sdiv(A1, add(sub(x, MINUS_C1), sdiv(A2, sub(add(x, C2), sdiv(MINUS_A3, t2))))))
            )
            t2 := sub(xor(t2, sign), sign)

            sign := sar(255, d1)
            x := sub(xor(d1, sign), sign)
            t1 := add(sub(x, MINUS_C3), sdiv(A4, add(add(x, C4), sdiv(A5, add(add(x, C5), sdiv(A6, add(x, C6)))))))
            t1 := sdiv(
                A0,
                add(add(x, C0), sdiv(A1, add(sub(x, MINUS_C1), sdiv(A2, sub(add(x, C2), sdiv(MINUS_A3, t1))))))
            )
            t1 := sub(xor(t1, sign), sign)
            size := x
        }
        e = Exp.gaussianQ128(size);
    }
}
