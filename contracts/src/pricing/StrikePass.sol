// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NormalCdf} from "../math/NormalCdf.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {Svi} from "../math/Svi.sol";
import {BoardSums} from "./BoardSums.sol";
import {Context} from "./ExpiryContext.sol";
import {BookMargin} from "./RequiredMargin.sol";

/// @notice All strikes of a board with a position, summed: the integers that `ExpiryContext.unit` and `BoardSumsLib.add`
/// give strike by strike, for less than half the gas.
/// @dev Two loops instead of one keep either within reach of the stack. The first leaves three words a strike in
/// unallocated memory: puts, calls and total volatility (32, 32 and 128 bits, from the high end), then d1, then the strike;
/// a zero word ends them.
library StrikePass {
    /// @param nodes where the board's nodes start in calldata
    /// @param lots where its positions start in calldata, as `Lots` packs them
    function add(
        BoardSums memory sums,
        Context memory c,
        BookMargin memory margin,
        uint256 nodes,
        uint256 count,
        uint256 lots
    ) internal pure {
        uint256 records = _volatilities(c, nodes, count, lots);
        _collect(sums, c.forward, records);
        _addMargin(sums, c.forward, margin, records);
    }

    function _volatilities(Context memory c, uint256 nodes, uint256 count, uint256 lots)
        private
        pure
        returns (uint256 from)
    {
        int256 lnForward;
        uint256 variance;
        int256 level;
        int256 slope;
        int256 tilt;
        int256 centre;
        int256 sigma;
        uint256 to;
        uint256 offset; // eight bytes of lots a strike
        assembly ("memory-safe") {
            from := mload(0x40)
            to := from
            count := shl(3, count)
            mstore(to, 0)
        }
        if (count == 0) return from; // keeps this out of line, where the loop has the stack to itself
        // Set inside a condition, these stay variables: the optimizer would put their expressions into the loop.
        if (offset < count) {
            (lnForward, variance) = (c.lnForward, c.variance);
            (level, slope, tilt, centre, sigma) = Svi.unpack(c.slice);
        }
        for (; offset < count;) {
            uint256 record;
            assembly ("memory-safe") {
                // Four strikes a word, the first at its low end
                record := shl(192, shr(192, calldataload(add(lots, xor(offset, 24)))))
            }
            if (record != 0) {
                uint256 v;
                assembly ("memory-safe") {
                    let node := calldataload(add(nodes, shl(2, offset)))
                    mstore(add(to, 0x40), and(node, 0xffffffffffffffffffffffffffff))
                    node := sub(lnForward, sar(112, node))
                    mstore(add(to, 0x20), node)
                    // From here as in Svi.totalVarianceQ128, in line
                    let z := sub(sar(32, sub(0, node)), centre)
                    let square := add(mul(z, z), mul(sigma, sigma))
                    let sign := sar(255, z)
                    let root := add(sub(xor(z, sign), sign), sigma)
                    root := shr(16, mul(add(root, div(square, root)), 31813))
                    root := add(root, div(square, root))
                    root := add(shr(2, root), div(square, root))
                    root := shr(1, add(root, div(square, root)))
                    v := add(level, add(mul(slope, root), mul(tilt, z)))
                    v := shr(32, mul(shr(32, mul(v, sgt(v, 0))), variance))
                }
                v = Sqrt.near(v);
                assembly ("memory-safe") {
                    v := or(v, iszero(v))
                    if gt(v, 0x80000000000000000) { v := 0x80000000000000000 } // ExpiryContext.MAX_VOLATILITY
                    mstore(to, or(record, v))
                    to := add(to, 0x20)
                    mstore(to, add(sdiv(shl(32, mload(to)), v), shr(1, v)))
                    to := add(to, 0x40)
                }
            }
            assembly ("memory-safe") {
                offset := add(offset, 8)
            }
        }
        assembly ("memory-safe") {
            mstore(to, 0)
        }
    }

    /// @dev The early return keeps this out of line, and two of the sums lie in scratch words, as in `BookPass`.
    function _collect(BoardSums memory sums, uint256 forward, uint256 from) private pure {
        int256 value;
        int256 delta;
        int256 density;
        uint256 record;
        assembly ("memory-safe") {
            record := mload(from)
            mstore(0x00, 0)
            mstore(0x20, 0)
        }
        if (record == 0) return;
        for (; record != 0;) {
            int256 d1;
            int256 d2;
            assembly ("memory-safe") {
                d1 := mload(add(from, 0x20))
                d2 := sub(d1, and(record, 0xffffffffffffffffffffffffffffffff))
            }
            (uint256 e, int256 t1, int256 t2) = NormalCdf.pair(d1, d2);
            uint256 callValue;
            assembly ("memory-safe") {
                let strike := mload(add(from, 0x40))
                let forwardValue := sub(forward, strike)
                let intrinsic := mul(forwardValue, gt(forward, strike))
                d1 := sgt(d1, not(0))
                callValue := sub(sub(mul(forward, d1), mul(strike, sgt(d2, not(0)))), intrinsic)
                callValue := sub(callValue, sar(128, mul(shr(64, mul(forward, e)), sub(t1, t2))))
                callValue := add(intrinsic, mul(callValue, sgt(callValue, 0)))

                // n of both, p of the put alone: n C - p (F - K), n delta - p
                let p := sar(224, record)
                let n := add(sar(224, shl(32, record)), p)
                value := add(value, sub(mul(n, callValue), mul(p, forwardValue)))
                delta := add(delta, sub(mul(n, sub(shl(64, d1), sar(128, mul(e, t1)))), shl(64, p)))
                let v := and(record, 0xffffffffffffffffffffffffffffffff)
                mstore(0x00, add(mload(0x00), mul(n, div(shl(32, e), v))))
                n := mul(n, e)
                density := add(density, n)
                mstore(0x20, add(mload(0x20), mul(n, v)))
            }
            assembly ("memory-safe") {
                mstore(add(from, 0x20), callValue)
                from := add(from, 0x60)
                record := mload(from)
            }
        }
        assembly ("memory-safe") {
            mstore(sums, add(mload(sums), value))
            value := add(sums, 0x20)
            mstore(value, add(mload(value), delta))
            value := add(sums, 0x40)
            mstore(value, add(mload(value), density))
            value := add(sums, 0x60)
            mstore(value, add(mload(value), mload(0x00)))
            value := add(sums, 0x80)
            mstore(value, add(mload(value), mload(0x20)))
        }
    }

    /// @dev Margin of what is short: `RequiredMargin.ofCall` and `ofPut`, in line.
    function _addMargin(BoardSums memory sums, uint256 forward, BookMargin memory margin, uint256 from) private pure {
        uint256 record;
        assembly ("memory-safe") {
            record := mload(from)
        }
        if (record == 0) return;
        uint256 uncertainty = margin.uncertainty;
        uint256 shock = margin.shock;
        uint256 spot = margin.spot;
        uint256 shockedSpot = margin.shockedSpot;
        uint256 spotFloor = margin.spotFloor;
        uint256 markFactor = margin.markFactor;
        int256 ofCalls;
        int256 ofPuts;
        for (; record != 0;) {
            assembly ("memory-safe") {
                let strike := mload(add(from, 0x40))
                let value := mload(add(from, 0x20))
                let lots := sar(224, shl(32, record))
                if slt(lots, 0) {
                    let covered := shr(64, mul(strike, shock))
                    let amount := mul(uncertainty, spot)
                    if gt(spot, covered) {
                        amount := add(amount, mul(sub(spot, covered), sub(shl(64, 1), uncertainty)))
                    }
                    let least := add(mul(value, markFactor), spotFloor)
                    if lt(amount, least) { amount := least }
                    ofCalls := sub(ofCalls, mul(lots, amount))
                }
                lots := sar(224, record)
                if slt(lots, 0) {
                    let amount := mul(uncertainty, strike)
                    if gt(strike, shockedSpot) {
                        amount := add(amount, mul(sub(strike, shockedSpot), sub(shl(64, 1), uncertainty)))
                    }
                    let least := add(mul(sub(add(value, strike), forward), markFactor), spotFloor)
                    if lt(amount, least) { amount := least }
                    ofPuts := sub(ofPuts, mul(lots, amount))
                }
                from := add(from, 0x60)
                record := mload(from)
            }
        }
        sums.callMargin = ofCalls;
        sums.putMargin = ofPuts;
    }
}
