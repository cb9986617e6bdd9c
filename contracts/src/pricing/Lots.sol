// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Eight signed positions of whole lots in one word: for node i of a board, word i / 4, lane 2 (i mod 4) for the
/// call and the next for the put, 32 bits each from the low end, of which 31 are used. Positive when the vault is long.
library Lots {
    uint256 internal constant NODES_PER_WORD = 4;
    uint256 private constant LANE_BITS = 32;
    int256 private constant LIMIT = 1 << 30; // what `LotStore` can hold
    uint256 private constant LANE_MASK = type(uint32).max;
    /// @dev One in each lane, one in each pair of lanes, and the lower lane of each pair.
    uint256 private constant EACH_LANE = type(uint256).max / LANE_MASK;
    uint256 private constant EACH_WIDE_LANE = type(uint256).max / type(uint64).max;
    uint256 private constant WIDE_LANES = EACH_WIDE_LANE * LANE_MASK;

    error PositionOutOfRange(int256 lots);

    function wordOf(uint256 node) internal pure returns (uint256) {
        return node / NODES_PER_WORD;
    }

    function get(uint256 word, uint256 node, bool call) internal pure returns (int256 lots) {
        uint256 shift = _shift(node, call);
        assembly ("memory-safe") {
            lots := signextend(3, shr(shift, word)) // LANE_BITS
        }
    }

    function set(uint256 word, uint256 node, bool call, int256 lots) internal pure returns (uint256) {
        require(lots >= -LIMIT && lots < LIMIT, PositionOutOfRange(lots));
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

    /// @notice Sum of |position| over the four words of a board.
    /// @dev All lanes at once: the magnitudes of a word's even and odd lanes are added up in lanes of twice the width, and
    /// a product adds up those.
    function sumOfMagnitudes(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256) {
        unchecked {
            uint256 halves = _magnitudes(a) + _magnitudes(b);
            if (c | d != 0) halves += _magnitudes(c) + _magnitudes(d);
            return halves * EACH_WIDE_LANE >> 256 - 2 * LANE_BITS;
        }
    }

    /// @dev |even lane| + |odd lane|, four times in lanes of 64 bits.
    function _magnitudes(uint256 word) private pure returns (uint256) {
        unchecked {
            uint256 signs = word >> LANE_BITS - 1 & EACH_LANE;
            // What is negative has its bits turned over, and one added
            uint256 all = (word ^ signs * LANE_MASK) + signs;
            return (all & WIDE_LANES) + (all >> LANE_BITS & WIDE_LANES);
        }
    }

    function _shift(uint256 node, bool isCall) private pure returns (uint256 shift) {
        assembly ("memory-safe") {
            // Two lanes a node, NODES_PER_WORD of them; the put's above the call's
            shift := add(shl(6, and(node, 3)), shl(5, iszero(isCall)))
        }
    }
}
