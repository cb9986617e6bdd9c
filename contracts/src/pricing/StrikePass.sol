// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";
import {B0, B1, B2, D1, D2, HALF_LOG2_E} from "../math/ExpCoefficients.sol";
import {A0, A1, A2, A4, A5, A6, C0, C2, C4, C5, C6, MINUS_A3, MINUS_C1, MINUS_C3} from "../math/MillsCoefficients.sol";
import {GAUSSIAN_LIMIT} from "../math/NormalCdf.sol";
import {ROOT_2_255} from "../math/Sqrt.sol";
import {
    CONTEXT_LN_FORWARD,
    CONTEXT_VARIANCE,
    FIRST_STRIKE,
    FIRST_VOLATILITY,
    LAST_STRIKE,
    LAST_VOLATILITY,
    SHORTS_ONE,
    SLICE_CENTRE,
    SLICE_LEVEL,
    SLICE_SIGMA,
    SLICE_SIGMA_SQUARE,
    SLICE_SLOPE,
    SLICE_TILT,
    SUMS_DELTA,
    SUMS_GAUSSIAN,
    SUMS_OVER_VOLATILITY,
    SUMS_SHORT_CALLS,
    SUMS_SHORT_PUTS,
    SUMS_STRIKES,
    SUMS_TIME,
    SUMS_TIMES_VOLATILITY
} from "./Desk.sol";

/// @notice All strikes of a board with a position, summed: the integers that `ExpiryContext.setUnit` and
/// `BoardSumsLib.add` give strike by strike, at two thirds of the gas.
/// @dev Everything in line: a call costs a strike some 30 gas, and there would be six. What all strikes share lies on the
/// desk (`Desk`), and so do the sums.
library StrikePass {
    /// @notice Adds the strikes of a board to the sums on the desk.
    /// @param nodes where the board's nodes start in calldata
    /// @param count of the nodes
    /// @param lots where its positions start in calldata, as `Lots` packs them
    function add(uint256 nodes, uint256 count, uint256 lots) internal pure {
        uint256 offset; // eight bytes of lots a strike
        uint256 lanes; // of a strike: put above call, 32 bits each
        uint256 strike;
        int256 k; // ln(strike / forward), Q96
        uint256 v; // total variance, Q128
        uint256 first = 1; // until there was one with a position
        assembly ("memory-safe") {
            count := shl(3, count)
        }
        while (offset < count) {
            assembly ("memory-safe") {
                // Four strikes a word, the first at its low end
                lanes := shr(192, calldataload(add(lots, xor(offset, 24))))
            }
            if (lanes == 0) {
                assembly ("memory-safe") {
                    offset := add(offset, 8)
                }
                continue;
            }
            assembly ("memory-safe") {
                strike := calldataload(add(nodes, shl(2, offset)))
                k := sub(sar(112, strike), mload(CONTEXT_LN_FORWARD))
                strike := and(strike, 0xffffffffffffffffffffffffffff)

                // What is short, for BoardMargin
                let one := or(strike, SHORTS_ONE)
                let n := signextend(3, lanes)
                n := and(n, sar(255, n))
                mstore(SUMS_SHORT_CALLS, sub(mload(SUMS_SHORT_CALLS), mul(n, one)))
                n := signextend(3, shr(32, lanes))
                n := and(n, sar(255, n))
                mstore(SUMS_SHORT_PUTS, sub(mload(SUMS_SHORT_PUTS), mul(n, one)))

                // As Svi.totalVarianceQ128
                let z := sub(sar(32, k), mload(SLICE_CENTRE))
                let square := add(mul(z, z), mload(SLICE_SIGMA_SQUARE))
                let root := sar(255, z)
                root := add(sub(xor(z, root), root), mload(SLICE_SIGMA))
                root := shr(16, mul(add(root, div(square, root)), 31813))
                root := add(root, div(square, root))
                root := add(shr(2, root), div(square, root))
                root := shr(1, add(root, div(square, root)))
                v := add(mload(SLICE_LEVEL), add(mul(mload(SLICE_SLOPE), root), mul(mload(SLICE_TILT), z)))
                v := shr(32, mul(shr(32, mul(v, sgt(v, 0))), mload(CONTEXT_VARIANCE)))
            }
            uint256 zeros = Clz.clz(v);
            assembly ("memory-safe") {
                // As Sqrt.near
                let root := shr(shr(1, zeros), ROOT_2_255)
                root := add(root, div(v, root))
                root := add(shr(2, root), div(v, root))
                root := add(root, div(v, root))
                root := add(shr(2, root), div(v, root))
                v := shr(1, add(root, div(v, root)))
                v := or(v, iszero(v))

                // As NormalCdf.pair: t of d1 and d2, signs of both (-1 below zero)
                let d1 := sub(shr(1, v), sdiv(shl(32, k), v))
                let t2 := sub(d1, v)
                let below2 := sar(255, t2)
                let x := sub(xor(t2, below2), below2)
                t2 := add(sub(x, MINUS_C3), sdiv(A4, add(add(x, C4), sdiv(A5, add(add(x, C5), sdiv(A6, add(x, C6)))))))
                t2 := sdiv(
                    A0,
                    add(add(x, C0), sdiv(A1, add(sub(x, MINUS_C1), sdiv(A2, sub(add(x, C2), sdiv(MINUS_A3, t2))))))
                )
                t2 := sub(xor(t2, below2), below2)
                let below1 := sar(255, d1)
                x := sub(xor(d1, below1), below1)
                let t1 := add(add(x, C4), sdiv(A5, add(add(x, C5), sdiv(A6, add(x, C6)))))
                t1 := sub(add(x, C2), sdiv(MINUS_A3, add(sub(x, MINUS_C3), sdiv(A4, t1))))
                t1 := sdiv(A0, add(add(x, C0), sdiv(A1, add(sub(x, MINUS_C1), sdiv(A2, t1)))))
                t1 := sub(xor(t1, below1), below1)

                // As Exp.gaussianQ128
                d1 := mul(mul(x, x), HALF_LOG2_E)
                let f := sar(192, shl(8, d1))
                let e := shr(64, mul(f, f))
                e := sub(B0, div(B1, sub(add(e, D1), div(B2, add(e, D2)))))
                e := shr(shr(248, add(d1, shl(247, 1))), sub(shl(128, 1), sdiv(shl(129, f), add(e, f))))
                e := mul(e, lt(x, GAUSSIAN_LIMIT))

                // n of both, p of the put alone; n N(d1) - p, and of F N(d1) - K N(d2) what is left
                let p := signextend(3, shr(32, lanes))
                let n := add(signextend(3, lanes), p)
                mstore(SUMS_OVER_VOLATILITY, add(mload(SUMS_OVER_VOLATILITY), mul(n, div(shl(32, e), v))))
                e := mul(n, e)
                mstore(SUMS_GAUSSIAN, add(mload(SUMS_GAUSSIAN), e))
                mstore(SUMS_TIMES_VOLATILITY, add(mload(SUMS_TIMES_VOLATILITY), mul(e, v)))
                mstore(SUMS_DELTA, add(mload(SUMS_DELTA), sub(shl(192, sub(and(n, not(below1)), p)), mul(e, t1))))
                mstore(SUMS_TIME, add(mload(SUMS_TIME), mul(e, t2)))
                mstore(SUMS_STRIKES, add(mload(SUMS_STRIKES), mul(strike, sub(and(n, not(below2)), p))))

                if first {
                    mstore(FIRST_VOLATILITY, v)
                    mstore(FIRST_STRIKE, strike)
                    first := 0
                }
            }
            assembly ("memory-safe") {
                offset := add(offset, 8)
            }
        }
        assembly ("memory-safe") {
            mstore(LAST_VOLATILITY, v)
            mstore(LAST_STRIKE, strike)
        }
    }
}
