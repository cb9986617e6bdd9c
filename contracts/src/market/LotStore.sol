// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lots} from "../pricing/Lots.sol";

/// @notice A board's positions as they are stored: sixteen to a slot while each of them fits 15 bits, twice that when one does not.
/// Slot h holds nodes 8h to 8h + 7, of each position its low 15 bits: of the first four nodes, a word of `Lots`, in the
/// lower halves of its lanes, of the other four in the upper halves. Where a position does not fit, the bit above the first
/// 15 is set, and slot h + 2 holds the 16 bits above the low ones of each, laid out alike; else that slot counts for nothing.
struct LotStore {
    uint256[4] slots;
}

using LotPacking for LotStore global;

/// @title Lot packing
/// @notice Packs two words of `Lots` into a slot, and unpacks them. All lanes at once: a lane's low bits stay where they are.
library LotPacking {
    /// @dev One in each lane of 32 bits.
    uint256 private constant EACH_LANE = type(uint256).max / type(uint32).max;

    /// @notice Fills the upper slots of a board that is listed, which hold nothing yet: so no trade pays for the first position
    /// that needs one what a slot costs that was empty.
    function open(LotStore storage store) internal {
        (store.slots[2], store.slots[3]) = (1, 1);
    }

    /// @notice Whether every position is zero.
    function isEmpty(LotStore storage store) internal view returns (bool) {
        return store.slots[0] | store.slots[1] == 0;
    }

    /// @notice Call and put of a node at once.
    function pair(LotStore storage store, uint256 node) internal view returns (int256 call, int256 put) {
        (uint256 a, uint256 b) = read(store, node >> 3);
        return Lots.pair(node & 4 == 0 ? a : b, node);
    }

    /// @param lots added to the position
    function add(LotStore storage store, uint256 node, bool isCall, int256 lots) internal {
        (uint256 a, uint256 b) = read(store, node >> 3);
        if (node & 4 == 0) a = Lots.set(a, node, isCall, Lots.get(a, node, isCall) + lots);
        else b = Lots.set(b, node, isCall, Lots.get(b, node, isCall) + lots);
        write(store, node >> 3, a, b);
    }

    /// @notice The words of eight nodes.
    /// @param half which eight: 0 or 1
    /// @return a of the first four nodes
    /// @return b of the other four
    function read(LotStore storage store, uint256 half) internal view returns (uint256 a, uint256 b) {
        copy(store, half, 0x00); // to scratch space
        assembly ("memory-safe") {
            a := mload(0x00)
            b := mload(0x20)
        }
    }

    /// @notice Writes the same to memory.
    function copy(LotStore storage store, uint256 half, uint256 place) internal view {
        uint256 each = EACH_LANE;
        assembly ("memory-safe") {
            let low := sload(add(store.slot, half))
            let mask := mul(each, 0x7fff)
            let a := and(low, mask)
            let b := and(shr(16, low), mask)
            switch and(low, 0x8000)
            // What is above repeats a position's sign, its fifteenth bit
            case 0 {
                a := or(a, mul(and(shr(14, a), each), 0xffff8000))
                b := or(b, mul(and(shr(14, b), each), 0xffff8000))
            }
            default {
                let high := sload(add(store.slot, add(half, 2)))
                mask := mul(each, 0xffff)
                a := or(a, shl(15, and(high, mask)))
                b := or(b, shl(15, and(shr(16, high), mask)))
                // And here its thirty-first
                mask := shl(30, each)
                a := or(a, shl(1, and(a, mask)))
                b := or(b, shl(1, and(b, mask)))
            }
            mstore(place, a)
            mstore(add(place, 0x20), b)
        }
    }

    /// @param a of the first four nodes, each position within 31 bits
    /// @param b of the other four
    function write(LotStore storage store, uint256 half, uint256 a, uint256 b) internal {
        uint256 each = EACH_LANE;
        assembly ("memory-safe") {
            let mask := mul(each, 0x7fff)
            let low := or(and(a, mask), shl(16, and(b, mask)))
            // A position fits where the bits above the fourteenth are equal
            if and(or(xor(a, shl(1, a)), xor(b, shl(1, b))), mul(each, 0xffff8000)) {
                low := or(low, 0x8000)
                mask := mul(each, 0xffff)
                sstore(add(store.slot, add(half, 2)), or(and(shr(15, a), mask), shl(16, and(shr(15, b), mask))))
            }
            sstore(add(store.slot, half), low)
        }
    }
}
