// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";
import {EXP_B0, EXP_B1, EXP_B2, EXP_B3, EXP_B4, HALF_LOG2_E} from "../math/Exp.sol";
import {
    GAUSSIAN_LIMIT,
    MILLS_A0,
    MILLS_A1,
    MILLS_A2,
    MILLS_A3,
    MILLS_A4,
    MILLS_A5,
    MILLS_A6,
    MILLS_C0,
    MILLS_C1,
    MILLS_C2,
    MILLS_C3,
    MILLS_C4,
    MILLS_C5,
    MILLS_C6
} from "../math/NormalCdf.sol";
import {ROOT_2_255} from "../math/Sqrt.sol";
import {
    CONTEXT_FORWARD,
    CONTEXT_LN_FORWARD,
    CONTEXT_VARIANCE,
    FIRST_VOLATILITY,
    LAST_STRIKE,
    LAST_VOLATILITY,
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
    SUMS_SHORT_CALL_STRIKES,
    SUMS_SHORT_PUTS,
    SUMS_SHORT_PUT_STRIKES,
    SUMS_TIMES_VOLATILITY,
    SUMS_VALUE
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
        uint256 place = FIRST_VOLATILITY; // then that of the last
        assembly ("memory-safe") {
            count := shl(3, count)
        }
        while (offset < count) {
            assembly ("memory-safe") {
                // Four strikes a word, the first at its low end
                lanes := shr(192, calldataload(add(lots, xor(offset, 24))))
            }
            if (lanes != 0) {
                assembly ("memory-safe") {
                    strike := calldataload(add(nodes, shl(2, offset)))
                    k := sub(sar(112, strike), mload(CONTEXT_LN_FORWARD))
                    strike := and(strike, 0xffffffffffffffffffffffffffff)

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
                    t2 := add(
                        add(x, MILLS_C3),
                        sdiv(
                            MILLS_A4,
                            add(
                                add(x, MILLS_C4),
                                sdiv(MILLS_A5, add(add(x, MILLS_C5), sdiv(MILLS_A6, add(x, MILLS_C6))))
                            )
                        )
                    )
                    t2 := sdiv(
                        MILLS_A0,
                        add(
                            add(x, MILLS_C0),
                            sdiv(
                                MILLS_A1,
                                add(add(x, MILLS_C1), sdiv(MILLS_A2, add(add(x, MILLS_C2), sdiv(MILLS_A3, t2))))
                            )
                        )
                    )
                    t2 := sub(xor(t2, below2), below2)
                    let below1 := sar(255, d1)
                    d1 := sub(xor(d1, below1), below1)
                    let t1 :=
                        add(
                            add(d1, MILLS_C3),
                            sdiv(
                                MILLS_A4,
                                add(
                                    add(d1, MILLS_C4),
                                    sdiv(MILLS_A5, add(add(d1, MILLS_C5), sdiv(MILLS_A6, add(d1, MILLS_C6))))
                                )
                            )
                        )
                    t1 := sdiv(
                        MILLS_A0,
                        add(
                            add(d1, MILLS_C0),
                            sdiv(
                                MILLS_A1,
                                add(add(d1, MILLS_C1), sdiv(MILLS_A2, add(add(d1, MILLS_C2), sdiv(MILLS_A3, t1))))
                            )
                        )
                    )
                    t1 := sub(xor(t1, below1), below1)

                    // As Exp.gaussianQ128
                    x := mul(mul(d1, d1), HALF_LOG2_E)
                    let f := sar(192, shl(8, x))
                    let e := mul(f, f)
                    e := add(EXP_B0, div(e, add(EXP_B1, div(e, add(EXP_B2, div(e, add(EXP_B3, div(e, EXP_B4))))))))
                    e := shr(shr(248, add(x, shl(247, 1))), sub(shl(128, 1), sdiv(shl(129, f), add(e, f))))
                    e := mul(e, lt(d1, GAUSSIAN_LIMIT))

                    // As Black76.core: the call, undiscounted
                    let forward := mload(CONTEXT_FORWARD)
                    let above := sub(forward, strike)
                    let intrinsic := mul(above, gt(forward, strike))
                    let value := sub(mul(strike, not(below2)), mul(forward, not(below1)))
                    value := sub(sub(value, intrinsic), sar(128, mul(shr(64, mul(forward, e)), sub(t1, t2))))
                    value := add(intrinsic, mul(value, sgt(value, 0)))

                    // n of both, p of the put alone: n C - p (F - K), n delta - p
                    let p := signextend(3, shr(32, lanes))
                    let n := add(signextend(3, lanes), p)
                    mstore(SUMS_VALUE, add(mload(SUMS_VALUE), sub(mul(n, value), mul(p, above))))
                    t1 := sub(shl(64, add(below1, 1)), sar(128, mul(e, t1)))
                    mstore(SUMS_DELTA, add(mload(SUMS_DELTA), sub(mul(n, t1), shl(64, p))))
                    mstore(SUMS_OVER_VOLATILITY, add(mload(SUMS_OVER_VOLATILITY), mul(n, div(shl(32, e), v))))
                    e := mul(n, e)
                    mstore(SUMS_GAUSSIAN, add(mload(SUMS_GAUSSIAN), e))
                    mstore(SUMS_TIMES_VOLATILITY, add(mload(SUMS_TIMES_VOLATILITY), mul(e, v)))

                    // What is short, for BoardMargin
                    n := sub(n, p)
                    n := mul(n, slt(n, 0))
                    mstore(SUMS_SHORT_CALLS, add(mload(SUMS_SHORT_CALLS), n))
                    mstore(SUMS_SHORT_CALL_STRIKES, add(mload(SUMS_SHORT_CALL_STRIKES), mul(n, strike)))
                    p := mul(p, slt(p, 0))
                    mstore(SUMS_SHORT_PUTS, add(mload(SUMS_SHORT_PUTS), p))
                    mstore(SUMS_SHORT_PUT_STRIKES, add(mload(SUMS_SHORT_PUT_STRIKES), mul(p, strike)))
                    mstore(place, v)
                    mstore(add(place, 0x20), strike)
                    place := LAST_VOLATILITY // written over
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
