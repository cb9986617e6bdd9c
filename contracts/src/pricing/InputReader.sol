// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegInput, PricingInput, PricingParams} from "../interfaces/IPricer.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {
    LOTS,
    WORK_AVERAGES,
    WORK_EXPIRY,
    WORK_FIRST_BOARD,
    WORK_INDEX,
    WORK_LOTS,
    WORK_NODE_COUNT,
    WORK_NODES,
    WORK_PARAMS,
    WORK_RATE,
    WORK_SLICES,
    WORK_TIMESTAMP,
    WORK_TOUCHED,
    WORK_WINDOW
} from "./Desk.sol";
import {Node} from "./Node.sol";
import {TermsLayout} from "./TermsLayout.sol";
import {Workspace} from "./Workspace.sol";

/// @notice What the pricer reads where it lies in calldata. Offsets are taken as they come, and what is read beyond calldata
/// is zero; a flag that is not zero is set. The pricer is pure, and an answer to nonsense harms only who asked.
library InputReader {
    /// @dev Of the input's head, the offsets of its dynamic members.
    uint256 private constant TERMS = 0x360;
    uint256 private constant SLICES = 0x380;
    uint256 private constant PREVIOUS = 0x3a0;
    uint256 private constant AVERAGES = 0x3c0;
    uint256 private constant POSITIONS = 0x3e0;

    /// @notice The arguments of a call, from their offsets behind its selector.
    function arguments(uint256 inputAt, uint256 legsAt)
        internal
        pure
        returns (PricingInput calldata input, LegInput[] calldata legs)
    {
        assembly ("memory-safe") {
            input := add(inputAt, 4)
            legs.offset := add(legsAt, 0x24)
            legs.length := calldataload(add(legsAt, 4))
        }
    }

    function boardCount(PricingInput calldata input) internal pure returns (uint256 count) {
        uint256 place = TermsLayout.BOARD_COUNT + 0x20;
        assembly ("memory-safe") {
            count := calldataload(add(add(input, calldataload(add(input, TERMS))), place))
        }
    }

    /// @notice Finds the parts of the input.
    function open(PricingInput calldata input) internal pure {
        uint256 params_ = TermsLayout.PARAMS + 0x20;
        uint256 window = TermsLayout.WINDOW + 0x20;
        uint256 boards = TermsLayout.BOARDS + 0x20;
        assembly ("memory-safe") {
            let terms := add(input, calldataload(add(input, TERMS)))
            mstore(WORK_FIRST_BOARD, add(terms, boards))
            mstore(WORK_WINDOW, calldataload(add(terms, window)))
            terms := add(terms, params_)
            mstore(WORK_PARAMS, terms)
            mstore(WORK_RATE, calldataload(terms))
            mstore(WORK_SLICES, add(add(input, 0x20), calldataload(add(input, SLICES))))
            mstore(WORK_AVERAGES, add(add(input, 0x20), calldataload(add(input, AVERAGES))))
            mstore(WORK_LOTS, add(add(input, 0x20), calldataload(add(input, POSITIONS))))
            mstore(WORK_TIMESTAMP, calldataload(input))
        }
    }

    function params(Workspace memory w) internal pure returns (PricingParams calldata p) {
        uint256 place = w.params;
        assembly ("memory-safe") {
            p := place
        }
    }

    /// @notice The slice in force of the board under way.
    function slice() internal pure returns (SliceWord word) {
        assembly ("memory-safe") {
            word := calldataload(add(mload(WORK_SLICES), shl(5, mload(WORK_INDEX))))
        }
    }

    /// @notice The slices that are still in grace.
    function previous(PricingInput calldata input) internal pure returns (SliceWord[] calldata slices) {
        assembly ("memory-safe") {
            let place := add(input, calldataload(add(input, PREVIOUS)))
            slices.offset := add(place, 0x20)
            slices.length := calldataload(place)
        }
    }

    /// @param l below the number of legs
    function legAt(LegInput[] calldata legs, uint256 l) internal pure returns (LegInput calldata leg) {
        assembly ("memory-safe") {
            leg := add(legs.offset, shl(7, l))
        }
    }

    function legIsCall(LegInput calldata leg) internal pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := calldataload(add(leg, 0x40))
        }
    }

    /// @notice Inside the averaging window of the board under way, spot's average since it began.
    function averageSoFar() internal pure returns (uint256 average) {
        assembly ("memory-safe") {
            average := calldataload(add(mload(WORK_AVERAGES), shl(5, mload(WORK_INDEX))))
        }
    }

    /// @notice Reads a board's head into the workspace.
    /// @return next where the next board starts
    function openBoard(uint256 index, uint256 offset) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore(WORK_INDEX, index)
            mstore(WORK_EXPIRY, calldataload(offset))
            let count := calldataload(add(offset, 0x20))
            mstore(WORK_NODE_COUNT, count)
            offset := add(offset, 0x40)
            mstore(WORK_NODES, offset)
            next := add(offset, shl(5, count))
        }
    }

    /// @notice A strike of the board under way.
    function node(Workspace memory w, uint256 index) internal pure returns (Node n) {
        uint256 offset = w.nodes;
        assembly ("memory-safe") {
            n := calldataload(add(offset, shl(5, index)))
        }
    }

    /// @notice Where the lots of the board under way start.
    function lotsOf(Workspace memory w) internal pure returns (uint256 offset) {
        offset = w.lots;
        uint256 index = w.index;
        assembly ("memory-safe") {
            offset := add(offset, shl(7, index)) // TermsLayout.LOT_WORDS
        }
    }

    /// @notice Copies the positions of the board under way to the desk.
    /// @param touched 1 where a leg is of the board, else 0
    /// @return idle whether the board counts for nothing: it has expired, or has neither a position nor a leg
    function takeLots(uint256 touched) internal pure returns (bool idle) {
        assembly ("memory-safe") {
            mstore(WORK_TOUCHED, touched)
            calldatacopy(LOTS, add(mload(WORK_LOTS), shl(7, mload(WORK_INDEX))), 0x80) // TermsLayout.LOT_WORDS
            let any := or(or(mload(LOTS), mload(add(LOTS, 0x20))), or(mload(add(LOTS, 0x40)), mload(add(LOTS, 0x60))))
            idle := or(iszero(or(any, touched)), iszero(gt(mload(WORK_EXPIRY), mload(WORK_TIMESTAMP))))
        }
    }

    /// @notice The vault's position in a series of the board under way, lots.
    /// @param offset from `lotsOf`
    function position(uint256 offset, uint256 index, bool isCall) internal pure returns (int256 lots) {
        assembly ("memory-safe") {
            // Four strikes a word, the first at its low end, call below put
            let lanes := calldataload(add(offset, and(shl(3, index), not(0x1f))))
            lots := signextend(3, shr(add(shl(6, and(index, 3)), shl(5, iszero(isCall))), lanes))
        }
    }
}
