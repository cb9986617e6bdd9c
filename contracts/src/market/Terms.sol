// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits, Modules} from "../interfaces/ICatalogue.sol";
import {MarginParams} from "../interfaces/IClearing.sol";
import {PricingParams} from "../interfaces/IPricer.sol";
import {Node} from "../pricing/Node.sol";
import {TermsLayout} from "../pricing/TermsLayout.sol";
import {Wad} from "../types/Wad.sol";

/// @dev The place of a board or a strike that is not there.
uint256 constant NOT_LISTED = type(uint256).max;

/// @notice Everything about a market that no trade changes, as the run of words of `TermsLayout`.
/// @dev Kept in the code of a data contract: a trade reads it all for the price of one cold account instead of two
/// thousand gas a slot, and hands it to the pricer as it is.
library Terms {
    function create(
        Modules memory modules_,
        uint40 window,
        MarketLimits calldata limits_,
        MarginParams memory margin,
        PricingParams calldata params
    ) internal pure returns (bytes memory) {
        return abi.encode(modules_, uint256(window), uint256(0), limits_, margin, params);
    }

    function setModules(bytes memory terms, Modules calldata modules_, uint40 window) internal pure {
        _overwrite(terms, TermsLayout.MODULES, abi.encode(modules_, uint256(window)));
    }

    function setLimits(bytes memory terms, MarketLimits calldata limits_) internal pure {
        _overwrite(terms, TermsLayout.LIMITS, abi.encode(limits_));
    }

    function setMargin(bytes memory terms, MarginParams memory margin) internal pure {
        _overwrite(terms, TermsLayout.MARGIN, abi.encode(margin));
    }

    function setParams(bytes memory terms, PricingParams calldata params) internal pure {
        _overwrite(terms, TermsLayout.PARAMS, abi.encode(params));
    }

    /// @dev The last board, with nothing stopped.
    function addBoard(bytes memory terms, uint256 expiry, uint256[] memory nodes)
        internal
        pure
        returns (bytes memory longer)
    {
        uint256 count = boardCount(terms);
        bytes memory board = abi.encodePacked(expiry, nodes.length, nodes);
        longer = abi.encodePacked(terms, board, uint256(0));
        uint256 end = terms.length - count * 0x20;
        assembly ("memory-safe") {
            let to := add(add(longer, 0x20), end)
            mcopy(to, add(board, 0x20), mload(board))
            mcopy(add(to, mload(board)), add(add(terms, 0x20), end), shl(5, count))
        }
        _setCount(longer, count + 1);
    }

    /// @param start of the board, from `findBoard`
    function removeBoard(bytes memory terms, uint256 start) internal pure {
        _cut(terms, _placeOfStops(terms, indexOf(terms, start)), 0x20);
        _cut(terms, start, TermsLayout.NODES + word(terms, start + TermsLayout.NODE_COUNT) * 0x20);
        _setCount(terms, boardCount(terms) - 1);
    }

    /// @notice What of a board may not be opened: see `Stops`.
    /// @param board its place among the boards
    function stopsOf(bytes memory terms, uint256 board) internal pure returns (uint256) {
        return word(terms, _placeOfStops(terms, board));
    }

    function setStops(bytes memory terms, uint256 board, uint256 stops) internal pure {
        uint256 place = _placeOfStops(terms, board) + 0x20;
        assembly ("memory-safe") {
            mstore(add(terms, place), stops)
        }
    }

    /// @notice The place among the boards of the one that starts there.
    function indexOf(bytes memory terms, uint256 start) internal pure returns (uint256 board) {
        unchecked {
            for (uint256 at_ = TermsLayout.BOARDS; at_ != start; at_ = nextBoard(terms, at_)) {
                ++board;
            }
        }
    }

    /// @notice Where the board of an expiry starts; zero when there is none.
    function findBoard(bytes memory terms, uint256 expiry) internal pure returns (uint256 start) {
        unchecked {
            uint256 count = boardCount(terms);
            uint256 at_ = TermsLayout.BOARDS;
            for (uint256 b = 0; b < count; ++b) {
                if (word(terms, at_ + TermsLayout.EXPIRY) == expiry) return at_;
                at_ = nextBoard(terms, at_);
            }
        }
    }

    /// @notice The place of a strike on the board that starts there; NOT_LISTED when it has none.
    function findNode(bytes memory terms, uint256 start, Wad strike) internal pure returns (uint256 index) {
        uint256 nodes = TermsLayout.NODES + 0x20;
        assembly ("memory-safe") {
            let first := add(terms, add(start, nodes))
            let place := add(first, shl(5, mload(sub(first, 0x20))))
            for {} 1 {} {
                place := sub(place, 0x20)
                // A node's strike is its low 112 bits
                if or(lt(place, first), iszero(shl(144, xor(mload(place), strike)))) { break }
            }
            index := sar(5, sub(place, first)) // before the first: NOT_LISTED
        }
    }

    function node(bytes memory terms, uint256 start, uint256 index) internal pure returns (Node) {
        unchecked {
            return Node.wrap(word(terms, start + TermsLayout.NODES + index * 0x20));
        }
    }

    function nextBoard(bytes memory terms, uint256 start) internal pure returns (uint256) {
        unchecked {
            return start + TermsLayout.NODES + word(terms, start + TermsLayout.NODE_COUNT) * 0x20;
        }
    }

    function boardCount(bytes memory terms) internal pure returns (uint256) {
        return word(terms, TermsLayout.BOARD_COUNT);
    }

    function word(bytes memory terms, uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(terms, 0x20), place))
        }
    }

    /// @dev The modules as they lie in the terms: shared, not copied.
    function modules(bytes memory terms) internal pure returns (Modules memory m) {
        assembly ("memory-safe") {
            m := add(terms, 0x20) // TermsLayout.MODULES is zero
        }
    }

    /// @dev The limits as they lie in the terms: shared, not copied.
    function limits(bytes memory terms) internal pure returns (MarketLimits memory l) {
        uint256 place = TermsLayout.LIMITS + 0x20;
        assembly ("memory-safe") {
            l := add(terms, place)
        }
    }

    function _placeOfStops(bytes memory terms, uint256 board) private pure returns (uint256) {
        unchecked {
            return terms.length - (boardCount(terms) - board) * 0x20;
        }
    }

    /// @dev Takes so many bytes out.
    function _cut(bytes memory terms, uint256 start, uint256 size) private pure {
        assembly ("memory-safe") {
            let to := add(add(terms, 0x20), start)
            mcopy(to, add(to, size), sub(mload(terms), add(start, size)))
            mstore(terms, sub(mload(terms), size))
        }
    }

    function _setCount(bytes memory terms, uint256 count) private pure {
        uint256 place = TermsLayout.BOARD_COUNT + 0x20;
        assembly ("memory-safe") {
            mstore(add(terms, place), count)
        }
    }

    function _overwrite(bytes memory terms, uint256 place, bytes memory part) private pure {
        assembly ("memory-safe") {
            mcopy(add(add(terms, 0x20), place), add(part, 0x20), mload(part))
        }
    }
}
