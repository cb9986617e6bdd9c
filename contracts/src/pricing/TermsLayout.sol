// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where things lie in the terms of a market, a run of words:
///   5 modules | W | number of boards | limits | margin parameters | pricing parameters | boards | stops, a word a board
/// where the limits and parameters are ABI-encoded static structs, and a board is its expiry, its number of strikes and
/// one `Node` per strike. The margin parameters are a copy of clearing's. The pricer reads W, the pricing parameters and
/// the boards; the rest is the market's.
library TermsLayout {
    uint256 internal constant MODULES = 0;
    uint256 internal constant WINDOW = 0xa0;
    uint256 internal constant BOARD_COUNT = 0xc0;
    uint256 internal constant LIMITS = 0xe0;
    uint256 internal constant MARGIN = LIMITS + 16 * 0x20;
    uint256 internal constant PARAMS = MARGIN + 19 * 0x20;
    uint256 internal constant BOARDS = PARAMS + 31 * 0x20;

    /// @dev Of a board.
    uint256 internal constant EXPIRY = 0;
    uint256 internal constant NODE_COUNT = 0x20;
    uint256 internal constant NODES = 0x40;

    /// @dev Words of `lots` per board.
    uint256 internal constant LOT_WORDS = 4;
}
