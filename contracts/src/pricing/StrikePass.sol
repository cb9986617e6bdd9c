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
/// desk (`Desk`), and so do the sums. Statements and operands stand in the order that makes the compiler move the least on the
/// stack: it was searched for, and is worth 42 gas a strike.
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
                let node := calldataload(add(nodes, shl(2, offset)))
                k := sub(sar(112, node), mload(CONTEXT_LN_FORWARD))
                let calls := signextend(3, lanes)
                strike := and(node, 0xffffffffffffffffffffffffffff)
                let puts := signextend(3, shr(32, lanes))
                let z := sub(sar(32, k), mload(SLICE_CENTRE))

                // What is short, for BoardMargin
                calls := mul(slt(calls, 0), calls)
                puts := mul(slt(puts, 0), puts)
                let square := add(mload(SLICE_SIGMA_SQUARE), mul(z, z))
                let sign := sar(255, z)
                let one := or(SHORTS_ONE, strike)
                mstore(SUMS_SHORT_PUTS, sub(mload(SUMS_SHORT_PUTS), mul(puts, one)))
                mstore(SUMS_SHORT_CALLS, sub(mload(SUMS_SHORT_CALLS), mul(calls, one)))

                // As Svi.totalVarianceQ128
                let root := add(mload(SLICE_SIGMA), sub(xor(sign, z), sign))
                root := shr(16, mul(add(root, div(square, root)), 31813))
                root := add(root, div(square, root))
                root := add(div(square, root), shr(2, root))
                root := shr(1, add(root, div(square, root)))
                v := add(add(mul(mload(SLICE_SLOPE), root), mul(z, mload(SLICE_TILT))), mload(SLICE_LEVEL))
                v := shr(32, mul(mload(CONTEXT_VARIANCE), shr(32, mul(sgt(v, 0), v))))
            }
            uint256 zeros = Clz.clz(v);
            assembly ("memory-safe") {
                // As Sqrt.near
                let root := shr(shr(1, zeros), ROOT_2_255)
                root := add(div(v, root), root)
                root := add(div(v, root), shr(2, root))
                root := add(root, div(v, root))
                root := add(shr(2, root), div(v, root))
                root := shr(1, add(div(v, root), root))
                let p := signextend(3, shr(32, lanes)) // of the put alone
                v := or(iszero(root), root)

                // As NormalCdf.pair and, in e, Exp.gaussianQ128: t of d1 and d2, signs of both (-1 below zero)
                let d1 := sub(shr(1, v), sdiv(shl(32, k), v))
                let below1 := sar(255, d1)
                let x1 := sub(xor(below1, d1), below1)
                let n := add(signextend(3, lanes), p) // of both
                let d2 := sub(d1, v)
                let t1 := add(sdiv(A5, add(add(x1, C5), sdiv(A6, add(x1, C6)))), add(C4, x1))
                let below2 := sar(255, d2)
                let x2 := sub(xor(d2, below2), below2)
                t1 := sub(add(x1, C2), sdiv(MINUS_A3, add(sdiv(A4, t1), sub(x1, MINUS_C3))))
                let z := mul(HALF_LOG2_E, mul(x1, x1))
                let f := sar(192, shl(8, z))
                let t2 := sdiv(A5, add(sdiv(A6, add(x2, C6)), add(C5, x2)))
                t2 := add(sdiv(A4, add(add(C4, x2), t2)), sub(x2, MINUS_C3))
                let e := shr(64, mul(f, f))
                e := sub(B0, div(B1, sub(add(e, D1), div(B2, add(D2, e)))))
                e := shr(shr(248, add(z, shl(247, 1))), sub(shl(128, 1), sdiv(shl(129, f), add(e, f))))
                e := mul(lt(x1, GAUSSIAN_LIMIT), e)
                t2 := sdiv(A2, sub(add(x2, C2), sdiv(MINUS_A3, t2)))
                t2 := sdiv(A0, add(sdiv(A1, add(t2, sub(x2, MINUS_C1))), add(x2, C0)))
                t1 := sdiv(A0, add(add(C0, x1), sdiv(A1, add(sub(x1, MINUS_C1), sdiv(A2, t1)))))

                // n N(d1) - p, and of F N(d1) - K N(d2) what is left
                mstore(SUMS_OVER_VOLATILITY, add(mload(SUMS_OVER_VOLATILITY), mul(div(shl(32, e), v), n)))
                t2 := sub(xor(t2, below2), below2)
                e := mul(e, n)
                mstore(SUMS_GAUSSIAN, add(e, mload(SUMS_GAUSSIAN)))
                t1 := sub(xor(below1, t1), below1)
                mstore(SUMS_TIME, add(mload(SUMS_TIME), mul(e, t2)))
                mstore(SUMS_TIMES_VOLATILITY, add(mload(SUMS_TIMES_VOLATILITY), mul(e, v)))
                mstore(SUMS_STRIKES, add(mload(SUMS_STRIKES), mul(sub(and(n, not(below2)), p), strike)))
                n := shl(192, sub(and(not(below1), n), p))
                mstore(SUMS_DELTA, add(mload(SUMS_DELTA), sub(n, mul(t1, e))))

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
