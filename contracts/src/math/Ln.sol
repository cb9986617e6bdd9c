// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";

/// @notice The natural logarithm.
/// @dev r = 2^n · m with m in [√½, √2), t = (m − 1)/(m + 1), u = t², ln r = n·ln 2 + 2t/(c0 + u/(c1 + … u/c6)): the continued
///      fraction of artanh, its seven coefficients fitted by an exchange to 4.2e-20 absolute: the greatest errors are level within
///      3e-4, and the best of this form lies less than that below (vectors/generate-math-fits.py). A ratio takes 181/128 for √2, so
///      that m goes on for 1.1e-4 of itself, and there the error reaches 4.5e-20. t carries the sign and the smallness of r − 1, so
///      that near r = 1 it is 1.8e-18 of ln r itself. For the u that occur, up to 0.0295, every denominator is above 0.99 in size.
///      All in Q96, numerators in Q192.
library Ln {
    /// @dev The seven coefficients in Q96: 0.9999999999999999982, −3.0000000000000203, 1.2499999999885206, −3.1111111288497051,
    ///      1.2656226685798912, −3.1298944673201838, 1.2339891743762550; the three below zero are kept as what is taken away
    int256 internal constant C0 = 79228162514264337450545569513;
    int256 internal constant MINUS_C1 = 237684487542794621558808844429;
    int256 internal constant C2 = 99035203141920930755769561177;
    int256 internal constant MINUS_C3 = 246487618116440813184138250537;
    int256 internal constant C4 = 100272958467984532992676952546;
    int256 internal constant MINUS_C5 = 247975787509340333634318286905;
    int256 internal constant C6 = 97766694848324805282877225104;

    /// @dev 1.0 of the shifted mantissa: after the shift by `clz(181·r)` it lies in [2^255/181, 2^256/181), and 181/128 stands for √2.
    uint256 internal constant MANTISSA_ONE = 0x100000000000000000000000000000000000000000000000000000000000000;
    /// @dev ln 2 in Q96
    int256 internal constant LN_2 = 54916777467707473351141471128;

    /// @dev 2e18, ln 2 and 255.5·ln 2 − ln 1e18 plus half a wei, each as wad in Q96: the logarithm comes out in wad and rounded.
    int256 internal constant WAD_TWICE = 158456325028528675187087900672000000000000000000;
    int256 internal constant WAD_LN_2 = 54916777467707473351141471128015426080500174288;
    int256 internal constant WAD_OFFSET = 10747504095887474587633921059556279177240396400371;
    /// @dev √2·2^255, in the middle of the words whose top bit is set, and the same shifted right by 96
    uint256 internal constant ROOT_2 = 81877371507464127617551201542979628307507432471243237061821853600756754782485;
    uint256 internal constant ROOT_2_SHIFTED = 1033437718471923706666374484006904511252097097914;

    error LnInputOutsideDomain(uint256 x);

    /// @notice ln(x) in wad for x in wad, 0 < x < 2^128, rounded to nearest; at most 0.55 wei from the truth, and ln 1 is 0.
    function lnWad(uint256 x) internal pure returns (int256 result) {
        uint256 shift;
        unchecked {
            if (x - 1 > type(uint128).max - 1) revert LnInputOutsideDomain(x);
            shift = Clz.clz(x);
        }
        assembly ("memory-safe") {
            let m := shl(shift, x)
            let t := sdiv(sub(m, ROOT_2), add(shr(96, m), ROOT_2_SHIFTED))
            let u := mul(t, t)
            let y := add(C2, sdiv(u, sub(sdiv(u, add(C4, sdiv(u, sub(sdiv(u, C6), MINUS_C5)))), MINUS_C3)))
            y := add(C0, sdiv(u, sub(sdiv(u, y), MINUS_C1)))
            result := sar(96, add(sub(WAD_OFFSET, mul(shift, WAD_LN_2)), sdiv(mul(t, WAD_TWICE), y)))
        }
    }

    /// @notice ln(a/b) in Q96 for a, b below 2^128, to nearest within the fit's error as long as a/b is above 2^-60 and below 2^120:
    ///         from 2^120.5 on its product with 181 leaves the word.
    /// @dev A zero on either side gives some number below −80 without reverting: a caller for whom that is not far enough must check.
    function ratioQ96(uint256 a, uint256 b) internal pure returns (int256 x) {
        uint256 r;
        assembly ("memory-safe") {
            r := div(shl(128, a), b)
        }
        uint256 shift;
        unchecked {
            shift = Clz.clz(r * 181);
        }
        assembly ("memory-safe") {
            let m := shl(shift, r)
            let t := sdiv(sub(m, MANTISSA_ONE), shr(96, add(m, MANTISSA_ONE)))
            let u := mul(t, t)
            let y := add(C2, sdiv(u, sub(sdiv(u, add(C4, sdiv(u, sub(sdiv(u, C6), MINUS_C5)))), MINUS_C3)))
            y := add(C0, sdiv(u, sub(sdiv(u, y), MINUS_C1)))
            x := add(mul(sub(120, shift), LN_2), sdiv(shl(97, t), y))
        }
    }
}
