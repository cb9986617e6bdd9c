// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";

/// @notice The natural logarithm.
/// @dev r = 2^n · m with m in [√½, √2), t = (m − 1)/(m + 1), u = t², ln r = n·ln 2 + t·(a0 + a1/(c1 − u − a2/(c2 − u − a3/(c3 − u)))):
///      a Jacobi fraction of 2·artanh(t)/t, with half the divisions of the fraction b0 + u/(b1 + … u/b6) that it equals. Its seven
///      coefficients are fitted by an exchange to 4.2e-20 absolute: the greatest errors are level within 4e-4, and the best of this form
///      lies less than that below (vectors/generate-math-fits.py). A ratio takes 181/128 for √2, so that m goes on for 1.1e-4 of itself,
///      and there the error reaches 4.5e-20. t carries the sign and the smallness of r − 1, so that near r = 1 it is 1.9e-18 of ln r
///      itself. For the u that occur, up to 0.0295, the three denominators are above 3.68, 2.43 and 1.27; all but t and ln is positive.
///      t, u, a0 and c in Q96, the other a in Q192.
library Ln {
    /// @dev The seven coefficients: a0 = 0.42108704166444872, a1 = 5.8853412991872077, c1 = 5.0448776856460561, a2 = 3.2449325663324955,
    ///      c2 = 2.5584537132648850, a3 = 0.12469136116926562, c3 = 1.3077868747663087
    int256 internal constant A0 = 33361952569641741730572686110;
    int256 internal constant A1 = 36942886082470923778123338967512509696180230553558026324989;
    int256 internal constant C1 = 399696389142951490036287999577;
    int256 internal constant A2 = 20368771843338463170205776731025487987960533457261509365046;
    int256 internal constant C2 = 202701586579773361011828236794;
    int256 internal constant A3 = 782700359583324603440214161424298939745736948137661167374;
    int256 internal constant C3 = 103613551048006966376230100699;

    /// @dev 1.0 of the shifted mantissa: after the shift by `clz(181·r)` it lies in [2^255/181, 2^256/181), and 181/128 stands for √2.
    uint256 internal constant MANTISSA_ONE = 0x100000000000000000000000000000000000000000000000000000000000000;
    /// @dev ln 2 in Q96
    int256 internal constant LN_2 = 54916777467707473351141471128;

    /// @dev a0 and a1 as wad in Q84 and Q180, ln 2 and 255.5·ln 2 − ln 1e18 plus half a wei as wad in Q180: the logarithm comes out in
    ///      wad and rounded.
    int256 internal constant WAD_A0 = 8145007951572690852190597194709680896808150;
    int256 internal constant WAD_A1 = 9019259297478252875518393302615358812544001599989752520749162892454551296;
    int256 internal constant WAD_LN_2 = 1062244963371879310175186301324412638028404515790072203386117983949335760;
    int256 internal constant WAD_OFFSET = 207886963166917589124857440708260533608819918297232413532207372514292027392;
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
            let u := shr(96, mul(t, t))
            let y := sub(sub(C1, u), div(A2, sub(sub(C2, u), div(A3, sub(C3, u)))))
            result := sar(180, add(sub(WAD_OFFSET, mul(shift, WAD_LN_2)), mul(t, add(WAD_A0, div(WAD_A1, y)))))
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
            let u := shr(96, mul(t, t))
            let y := sub(sub(C1, u), div(A2, sub(sub(C2, u), div(A3, sub(C3, u)))))
            x := add(mul(sub(120, shift), LN_2), sar(96, mul(t, add(A0, div(A1, y)))))
        }
    }
}
