// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Exp} from "./Exp.sol";

int256 constant MILLS_A0 = 135754751557717611977067900524129300720; // 1.000012729866618003…/√(2π)
int256 constant MILLS_A1 = 331583731923898099636373311079532232268; // 0.974437009252785016…
int256 constant MILLS_A2 = 3727487388463400572929689161758750970959; // 10.954100919750122177…
int256 constant MILLS_A3 = -1214967392563993954127663624063277559042; // −3.570468265980648540…
int256 constant MILLS_A4 = 607070636570090918710472918368353969280083; // 1784.020259595579637…
int256 constant MILLS_A5 = 159963463467631176341796362635615103841; // 0.470090369104119533…
int256 constant MILLS_A6 = 6922953510521328029918967192667229901470; // 20.344731856557862109…
int256 constant MILLS_C0 = 14928111510954205; // 0.000809254546564120…
int256 constant MILLS_C1 = -10148228524366943658; // −0.550136570649900259…
int256 constant MILLS_C2 = 199781022958150845235; // 10.830150955630179199…
int256 constant MILLS_C3 = -722636013144109140448; // −39.174176768355333381…
int256 constant MILLS_C4 = 823635690096603299004; // 44.649380226966748307…
int256 constant MILLS_C5 = 56944849723971981484; // 3.086986489129549991…
int256 constant MILLS_C6 = 14252949395187170963; // 0.772653934929394361…
/// @dev 18 in Q64, where exp(−d²/2) is 2^-233
uint256 constant GAUSSIAN_LIMIT = 0x120000000000000000;

/// @notice The normal distribution by its Mills ratio R(x) = Φ(−x)/φ(x).
/// @dev R is a0/(x + c0 + a1/(x + c1 + … a6/(x + c6))), a Jacobi fraction fitted on [0, 8.5] by a Remez exchange weighted with φ:
///      4.7e-17 in Φ. Every denominator keeps one sign and stays 0.76 away from zero for all x >= 0, and the fit falls throughout,
///      so it may be used beyond 8.5 as well. a0 carries 1/√(2π): what is evaluated is R' = R/√(2π), so that Φ(−x) = exp(−x²/2)·R'(x).
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
            r := add(
                add(x, MILLS_C3),
                sdiv(
                    MILLS_A4,
                    add(add(x, MILLS_C4), sdiv(MILLS_A5, add(add(x, MILLS_C5), sdiv(MILLS_A6, add(x, MILLS_C6)))))
                )
            )
            r := sdiv(
                MILLS_A0,
                add(
                    add(x, MILLS_C0),
                    sdiv(MILLS_A1, add(add(x, MILLS_C1), sdiv(MILLS_A2, add(add(x, MILLS_C2), sdiv(MILLS_A3, r)))))
                )
            )
        }
    }

    /// @notice What an option needs of the normal distribution, at once: e = exp(−d1²/2) in Q128 and
    ///         t = sign(d)·R'(|d|) in Q64 for both d, with Φ(d1) = [d1 >= 0] − e·t1, and K·Φ(d2) = K·[d2 >= 0] − F·e·t2.
    /// @dev The fraction stands here twice in full: a call would cost 22 gas each time.
    function pair(int256 d1, int256 d2) internal pure returns (uint256 e, int256 t1, int256 t2) {
        uint256 size;
        assembly ("memory-safe") {
            let sign := sar(255, d2)
            let x := sub(xor(d2, sign), sign)
            t2 := add(
                add(x, MILLS_C3),
                sdiv(
                    MILLS_A4,
                    add(add(x, MILLS_C4), sdiv(MILLS_A5, add(add(x, MILLS_C5), sdiv(MILLS_A6, add(x, MILLS_C6)))))
                )
            )
            t2 := sdiv(
                MILLS_A0,
                add(
                    add(x, MILLS_C0),
                    sdiv(MILLS_A1, add(add(x, MILLS_C1), sdiv(MILLS_A2, add(add(x, MILLS_C2), sdiv(MILLS_A3, t2)))))
                )
            )
            t2 := sub(xor(t2, sign), sign)

            sign := sar(255, d1)
            x := sub(xor(d1, sign), sign)
            t1 := add(
                add(x, MILLS_C3),
                sdiv(
                    MILLS_A4,
                    add(add(x, MILLS_C4), sdiv(MILLS_A5, add(add(x, MILLS_C5), sdiv(MILLS_A6, add(x, MILLS_C6)))))
                )
            )
            t1 := sdiv(
                MILLS_A0,
                add(
                    add(x, MILLS_C0),
                    sdiv(MILLS_A1, add(add(x, MILLS_C1), sdiv(MILLS_A2, add(add(x, MILLS_C2), sdiv(MILLS_A3, t1)))))
                )
            )
            t1 := sub(xor(t1, sign), sign)
            size := x
        }
        e = Exp.gaussianQ128(size);
        assembly ("memory-safe") {
            e := mul(e, lt(size, GAUSSIAN_LIMIT))
        }
    }
}
