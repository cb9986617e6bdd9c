// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PricingInput, PricingParams} from "../interfaces/IPricer.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Wad} from "../types/Wad.sol";
import {Node} from "./Node.sol";
import {TermsLayout} from "./TermsLayout.sol";
import {Workspace} from "./Workspace.sol";

/// @notice What the pricer reads where it lies in calldata. The places of arrays are checked once, in `open`; what is read
/// beyond calldata is zero.
library InputReader {
    uint256 private constant SLICE_BYTES = 5 * 0x20;

    function boardCount(PricingInput calldata input) internal pure returns (uint256 count) {
        bytes calldata terms = input.terms;
        uint256 place = TermsLayout.BOARD_COUNT;
        assembly ("memory-safe") {
            count := calldataload(add(terms.offset, place))
        }
    }

    /// @notice Finds the parts of the input.
    /// @return board where the first board starts
    function open(Workspace memory w, PricingInput calldata input) internal pure returns (uint256 board) {
        bytes calldata terms = input.terms;
        SurfaceSlice[] calldata slices = input.slices;
        Wad[] calldata averages = input.averagesSoFar;
        uint256[] calldata lots = input.lots;
        uint256 first;
        assembly ("memory-safe") {
            board := terms.offset
            first := slices.offset
        }
        w.slices = first;
        assembly ("memory-safe") {
            first := averages.offset
        }
        w.averages = first;
        assembly ("memory-safe") {
            first := lots.offset
        }
        w.lots = first;
        first = board + TermsLayout.PARAMS;
        w.params = first;
        w.timestamp = input.timestamp;
        uint256 window = board + TermsLayout.WINDOW;
        int256 rate;
        assembly ("memory-safe") {
            window := calldataload(window)
            rate := calldataload(first)
        }
        (w.window, w.rate) = (window, rate);
        board += TermsLayout.BOARDS;
    }

    function params(Workspace memory w) internal pure returns (PricingParams calldata p) {
        uint256 place = w.params;
        assembly ("memory-safe") {
            p := place
        }
    }

    /// @notice The slice in force of the board under way.
    function slice(Workspace memory w) internal pure returns (SurfaceSlice calldata s) {
        uint256 place = w.slices + w.index * SLICE_BYTES;
        assembly ("memory-safe") {
            s := place
        }
    }

    /// @notice Inside the averaging window of the board under way, spot's average since it began.
    function averageSoFar(Workspace memory w) internal pure returns (uint256 average) {
        uint256 place = w.averages + w.index * 0x20;
        assembly ("memory-safe") {
            average := calldataload(place)
        }
    }

    /// @notice Reads a board's head into the workspace.
    /// @return next where the next board starts
    function openBoard(Workspace memory w, uint256 index, uint256 offset) internal pure returns (uint256 next) {
        uint256 expiry;
        uint256 count;
        assembly ("memory-safe") {
            expiry := calldataload(offset)
            count := calldataload(add(offset, 0x20))
            offset := add(offset, 0x40)
            next := add(offset, shl(5, count))
        }
        (w.index, w.expiry, w.nodes, w.nodeCount) = (index, expiry, offset, count);
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

    /// @param offset from `lotsOf`
    function isEmpty(uint256 offset) internal pure returns (bool empty) {
        assembly ("memory-safe") {
            empty := or(calldataload(offset), calldataload(add(offset, 0x20)))
            empty := iszero(or(empty, or(calldataload(add(offset, 0x40)), calldataload(add(offset, 0x60)))))
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
