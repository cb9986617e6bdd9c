// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where things lie in the terms of a market, a run of words:
///   5 modules | W | number of boards | limits | pricing parameters | boards | one word of stops per board
/// where the limits and parameters are ABI-encoded static structs, and a board is its expiry, its number of strikes and
/// one `Node` per strike. The pricer reads up to the boards; stops are the market's.
library TermsLayout {
    uint256 internal constant MODULES = 0;
    uint256 internal constant WINDOW = 0xa0;
    uint256 internal constant BOARD_COUNT = 0xc0;
    uint256 internal constant LIMITS = 0xe0;
    uint256 internal constant PARAMS = LIMITS + 16 * 0x20;
    uint256 internal constant BOARDS = PARAMS + 31 * 0x20;

    /// @dev Of a board.
    uint256 internal constant EXPIRY = 0;
    uint256 internal constant NODE_COUNT = 0x20;
    uint256 internal constant NODES = 0x40;

    /// @dev Words of `lots` per board.
    uint256 internal constant LOT_WORDS = 4;
}
