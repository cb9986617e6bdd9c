// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";

/// @notice The natural logarithm.
/// @dev r = 2^n · m with m in [√½, √2), t = (m − 1)/(m + 1), u = t², ln r = n·ln 2 + 2t/(c0 + u/(c1 + … u/c5)): the continued
///      fraction of artanh, its six coefficients fitted by a Remez exchange to 2.2e-17 absolute. As t carries the sign and the
///      smallness of r − 1, the error near r = 1 is 8.4e-16 of ln r itself. For u <= 0.0295 every denominator is above 0.98 in size.
///      All in Q96, numerators in Q192.
library Ln {
    /// @dev The six coefficients, Q96: 1.0000000000000008…, −2.999999999999993…, 1.2500000029…, −3.1111078…, 1.2659195…, −3.0528289…
    int256 internal constant C0 = 79228162514264403628322268328;
    int256 internal constant C1 = -237684487542235796548309375052;
    int256 internal constant C2 = 99035203376249559110941102617;
    int256 internal constant C3 = -246487356824093203429591409193;
    int256 internal constant C4 = 100296475546028279509202899826;
    int256 internal constant C5 = -241870021877592256432065072688;

    /// @dev ln 2 in Q96
    int256 internal constant LN_2 = 54916777467707473351141471128;

    error LnInputOutsideDomain(uint256 x);

    /// @notice ln(x) in wad for x in wad, 0 < x < 2^128; within 23 wei, and within 1 wei where |ln x| < 1e-3; truncated towards zero.
    function lnWad(uint256 x) internal pure returns (int256 result) {
        if (x - 1 >= type(uint128).max) revert LnInputOutsideDomain(x);
        result = ratioQ96(x, 1e18);
        assembly ("memory-safe") {
            result := sdiv(mul(result, 1000000000000000000), shl(96, 1))
        }
    }

    /// @notice ln(a/b) in Q96 for a, b below 2^128, to nearest within the fit's error.
    /// @dev A zero on either side gives some number below −80 without reverting: a caller for whom that is not far enough must check.
    function ratioQ96(uint256 a, uint256 b) internal pure returns (int256 x) {
        uint256 r;
        assembly ("memory-safe") {
            r := div(shl(128, a), b)
        }
        // 181/128 stands for √2: after the shift m is in [2^255/181, 2^256/181), which is [√½, √2) of 2^248.
        uint256 shift;
        unchecked {
            shift = Clz.clz(r * 181);
        }
        assembly ("memory-safe") {
            let m := shl(shift, r)
            let one := shl(248, 1)
            let t := sdiv(sub(m, one), shr(96, add(m, one)))
            let u := mul(t, t)
            let y := add(C3, sdiv(u, add(C4, sdiv(u, C5))))
            y := add(C0, sdiv(u, add(C1, sdiv(u, add(C2, sdiv(u, y))))))
            x := add(mul(sub(120, shift), LN_2), sdiv(shl(97, t), y))
        }
    }
}
