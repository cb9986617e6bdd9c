// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Eight signed positions of whole lots in one word: for node i of a board, word i / 4, lane 2 (i mod 4) for the
/// call and the next for the put, 32 bits each from the low end. Positive when the vault is long.
library Lots {
    uint256 internal constant NODES_PER_WORD = 4;
    uint256 private constant LANE_BITS = 32;
    uint256 private constant LANE_MASK = type(uint32).max;

    error PositionOutOfRange(int256 lots);

    function wordOf(uint256 node) internal pure returns (uint256) {
        return node / NODES_PER_WORD;
    }

    function get(uint256 word, uint256 node, bool call) internal pure returns (int256) {
        return int32(uint32(word >> _shift(node, call)));
    }

    function set(uint256 word, uint256 node, bool call, int256 lots) internal pure returns (uint256) {
        require(lots == int32(lots), PositionOutOfRange(lots));
        uint256 shift = _shift(node, call);
        return word & ~(LANE_MASK << shift) | uint256(uint32(int32(lots))) << shift;
    }

    /// @notice Call and put of a node at once.
    function pair(uint256 word, uint256 node) internal pure returns (int256 call, int256 put) {
        unchecked {
            uint256 lanes = word >> (node % NODES_PER_WORD) * 2 * LANE_BITS;
            return (int32(uint32(lanes)), int32(uint32(lanes >> LANE_BITS)));
        }
    }

    /// @notice Sum of |position| over a word.
    function sumOfMagnitudes(uint256 word) internal pure returns (uint256 sum) {
        unchecked {
            for (; word != 0; word >>= LANE_BITS) {
                int256 lots = int32(uint32(word));
                int256 sign = lots >> 255;
                sum += uint256((lots ^ sign) - sign);
            }
        }
    }

    function _shift(uint256 node, bool call) private pure returns (uint256) {
        unchecked {
            return ((node % NODES_PER_WORD) * 2 + (call ? 0 : 1)) * LANE_BITS;
        }
    }
}
