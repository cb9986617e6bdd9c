// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";
import {B0, B1, B2, D1, D2, HALF_LOG2_E} from "../math/ExpCoefficients.sol";
import {A0, A1, A2, A4, A5, A6, C0, C2, C4, C5, C6, MINUS_A3, MINUS_C1, MINUS_C3} from "../math/MillsCoefficients.sol";
import {ROOT_2_255} from "../math/Sqrt.sol";
import {CENTRED_ROOT} from "../math/Svi.sol";
import {
    CONTEXT_LN_FORWARD,
    FIRST_STRIKE,
    FIRST_VOLATILITY,
    LAST_STRIKE,
    LAST_VOLATILITY,
    LOTS,
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
    SUMS_TIMES_VOLATILITY,
    WORK_NODE_COUNT,
    WORK_NODES
} from "./Desk.sol";
import {LEAST_VARIANCE} from "./ExpiryContext.sol";

/// @notice All strikes of a board with a position, summed: the integers that `ExpiryContext.setUnit` and
/// `BoardSumsLib.add` give strike by strike, at two thirds of the gas.
/// @dev Everything in line: a call costs a strike some 30 gas, and there would be six. What all strikes share lies on the
/// desk (`Desk`), and so do the sums. Statements and operands stand in the order that makes the compiler move the least on the
/// stack: it was searched for, and is worth some 60 gas a strike.
library StrikePass {
    /// @notice Adds the strikes of the board under way, whose positions are in LOTS, to the sums on the desk.
    function add() internal pure {
        uint256 nodes; // where they start in calldata
        uint256 count; // of them, times eight
        assembly ("memory-safe") {
            nodes := mload(WORK_NODES)
            count := shl(3, mload(WORK_NODE_COUNT))
        }
        uint256 offset; // eight bytes of lots a strike
        uint256 lanes; // of a strike: put above call, 32 bits each
        uint256 strike;
        int256 c; // lots of its call
        int256 n; // of call and put
        int256 k; // ln(strike / forward), Q96
        uint256 v; // total variance, Q192
        uint256 first = 1; // until there was one with a position
        if (count == 0) return; // out of line by it: in line, these variables would share a stack with the caller's
        for (;;) {
            assembly ("memory-safe") {
                // Four strikes a word, the first at its low end; none beyond the board's, so that an empty one ends it
                lanes := shr(192, mload(add(LOTS, xor(offset, 24))))
            }
            if (lanes == 0) {
                if (offset >= count) break;
                assembly ("memory-safe") {
                    offset := add(offset, 8)
                }
                continue;
            }
            assembly ("memory-safe") {
                let puts := signextend(3, shr(32, lanes))
                let node := calldataload(add(shl(2, offset), nodes))
                k := sub(sar(112, node), mload(CONTEXT_LN_FORWARD))
                c := signextend(3, lanes)

                // What is short, for BoardMargin
                let short := and(puts, sar(255, puts))
                strike := and(0xffffffffffffffffffffffffffff, node)
                let calls := and(c, sar(255, c))
                let one := or(SHORTS_ONE, strike)
                mstore(SUMS_SHORT_CALLS, sub(mload(SUMS_SHORT_CALLS), mul(one, calls)))
                n := add(c, puts)
                mstore(SUMS_SHORT_PUTS, sub(mload(SUMS_SHORT_PUTS), mul(one, short)))

                // As Svi.totalVarianceQ128
                let z := sub(sar(32, k), mload(SLICE_CENTRE))
                let square := add(mload(SLICE_SIGMA_SQUARE), mul(z, z))
                let sign := sar(255, z)
                let root := add(mload(SLICE_SIGMA), sub(xor(sign, z), sign))
                root := shr(16, mul(CENTRED_ROOT, root))
                root := add(div(square, root), root)
                root := add(shr(2, root), div(square, root))
                root := add(div(square, root), root)
                root := add(shr(2, root), div(square, root))
                v := add(add(mul(mload(SLICE_SLOPE), root), mul(mload(SLICE_TILT), z)), mload(SLICE_LEVEL))
                v := add(mul(sgt(v, 0), v), LEAST_VARIANCE)
            }
            uint256 zeros = Clz.clz(v);
            assembly ("memory-safe") {
                // As Sqrt.near
                let root := shr(shr(1, zeros), ROOT_2_255)
                root := add(div(v, root), root)
                root := add(div(v, root), shr(2, root))
                root := add(div(v, root), root)
                root := add(shr(2, root), div(v, root))
                v := shr(33, add(div(v, root), root)) // from here on total volatility, Q64

                // As Exp.gaussianQ128 and, in t, NormalCdf.pair: e and t of d1, its sign (-1 below zero)
                let d1 := sub(shr(1, v), sdiv(shl(32, k), v))
                let d2 := sub(d1, v)
                let below := sar(255, d1)
                let x := sub(xor(d1, below), below)
                let z := mul(HALF_LOG2_E, shr(64, mul(x, x)))
                // n N(d1) - p is c - n N(-d1)
                d1 := shl(192, sub(c, and(below, n)))
                let t := add(add(x, C4), sdiv(A5, add(add(C5, x), sdiv(A6, add(x, C6)))))
                let f := sar(192, shl(126, z))
                let e := shr(64, mul(f, f))
                e := sub(B0, div(B1, sub(add(D1, e), div(B2, add(e, D2)))))
                t := sub(add(x, C2), sdiv(MINUS_A3, add(sdiv(A4, t), sub(x, MINUS_C3))))
                e := shr(shr(130, add(z, shl(129, 1))), sub(shl(128, 1), sdiv(shl(129, f), add(e, f))))
                mstore(SUMS_OVER_VOLATILITY, add(mul(n, div(shl(32, e), v)), mload(SUMS_OVER_VOLATILITY)))
                e := mul(e, n)
                t := sdiv(A0, add(sdiv(A1, add(sub(x, MINUS_C1), sdiv(A2, t))), add(x, C0)))
                t := sub(xor(t, below), below)
                mstore(SUMS_DELTA, add(sub(d1, mul(e, t)), mload(SUMS_DELTA)))

                // t of d2 and its sign: of F N(d1) - K N(d2) what is left
                below := sar(255, d2)
                mstore(SUMS_GAUSSIAN, add(e, mload(SUMS_GAUSSIAN)))
                x := sub(xor(below, d2), below)
                mstore(SUMS_TIMES_VOLATILITY, add(mload(SUMS_TIMES_VOLATILITY), mul(v, e)))
                t := sdiv(A5, add(sdiv(A6, add(C6, x)), add(C5, x)))
                t := add(sub(x, MINUS_C3), sdiv(A4, add(add(x, C4), t)))
                t := sdiv(A2, sub(add(C2, x), sdiv(MINUS_A3, t)))
                t := sdiv(A0, add(sdiv(A1, add(sub(x, MINUS_C1), t)), add(x, C0)))
                t := sub(xor(below, t), below)
                mstore(SUMS_TIME, add(mload(SUMS_TIME), mul(t, e)))
                mstore(SUMS_STRIKES, add(mload(SUMS_STRIKES), mul(strike, sub(c, and(n, below)))))

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
