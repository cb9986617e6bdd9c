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
    WORK_NODE_COUNT,
    WORK_NODES
} from "./Desk.sol";
import {LEAST_VARIANCE} from "./ExpiryContext.sol";

/// @notice What `StrikePass` sums, but for what only value and theta need: strikes, time, and density times volatility. So
/// no strike asks for N(d2), which is a fifth of its gas.
/// @dev The same integers by the same expressions, for which see there; their order is the one searched for here.
library RiskPass {
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
                let node := calldataload(add(nodes, shl(2, offset)))
                k := sub(sar(112, node), mload(CONTEXT_LN_FORWARD))
                c := signextend(3, lanes)
                let z := sub(sar(32, k), mload(SLICE_CENTRE))

                // What is short, for BoardMargin
                let short := and(puts, sar(255, puts))
                strike := and(0xffffffffffffffffffffffffffff, node)
                let calls := and(sar(255, c), c)
                let one := or(strike, SHORTS_ONE)
                mstore(SUMS_SHORT_CALLS, sub(mload(SUMS_SHORT_CALLS), mul(one, calls)))
                mstore(SUMS_SHORT_PUTS, sub(mload(SUMS_SHORT_PUTS), mul(one, short)))
                n := add(puts, c)

                let square := add(mload(SLICE_SIGMA_SQUARE), mul(z, z))
                let sign := sar(255, z)
                let root := add(mload(SLICE_SIGMA), sub(xor(z, sign), sign))
                root := shr(16, mul(CENTRED_ROOT, root))
                root := add(div(square, root), root)
                root := add(div(square, root), shr(2, root))
                root := add(root, div(square, root))
                root := add(shr(2, root), div(square, root))
                v := add(add(mul(mload(SLICE_SLOPE), root), mul(z, mload(SLICE_TILT))), mload(SLICE_LEVEL))
                v := add(mul(sgt(v, 0), v), LEAST_VARIANCE)
            }
            uint256 zeros = Clz.clz(v);
            assembly ("memory-safe") {
                let root := shr(shr(1, zeros), ROOT_2_255)
                root := add(div(v, root), root)
                root := add(shr(2, root), div(v, root))
                root := add(root, div(v, root))
                root := add(div(v, root), shr(2, root))
                v := shr(33, add(div(v, root), root)) // from here on total volatility, Q64

                let d1 := sub(shr(1, v), sdiv(shl(32, k), v))
                let below := sar(255, d1)
                let x := sub(xor(d1, below), below)
                let t := add(add(C4, x), sdiv(A5, add(sdiv(A6, add(x, C6)), add(x, C5))))
                let z := mul(shr(64, mul(x, x)), HALF_LOG2_E)
                t := sub(add(C2, x), sdiv(MINUS_A3, add(sdiv(A4, t), sub(x, MINUS_C3))))
                let f := sar(192, shl(126, z))
                let e := shr(64, mul(f, f))
                t := sdiv(A0, add(add(C0, x), sdiv(A1, add(sub(x, MINUS_C1), sdiv(A2, t)))))
                e := sub(B0, div(B1, sub(add(e, D1), div(B2, add(D2, e)))))
                e := shr(shr(130, add(shl(129, 1), z)), sub(shl(128, 1), sdiv(shl(129, f), add(e, f))))
                mstore(SUMS_OVER_VOLATILITY, add(mload(SUMS_OVER_VOLATILITY), mul(n, div(shl(32, e), v))))
                e := mul(e, n)
                d1 := shl(192, sub(c, and(n, below)))
                mstore(SUMS_GAUSSIAN, add(e, mload(SUMS_GAUSSIAN)))
                t := sub(xor(t, below), below)
                mstore(SUMS_DELTA, add(mload(SUMS_DELTA), sub(d1, mul(e, t))))

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
