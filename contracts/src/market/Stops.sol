// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What of a board may not be opened, one bit a series and side: of strike i the call's is bit 2i and the put's
/// 2i + 1 for buying, 128 bits higher for selling. A word of zero stops nothing. Closing is never stopped.
library Stops {
    uint256 internal constant SELLS = 128;

    /// @param node place of the strike on its board
    /// @param buys the trader buys
    function stopped(uint256 stops, uint256 node, bool call, bool buys) internal pure returns (bool) {
        unchecked {
            return stops >> (2 * node + (call ? 0 : 1) + (buys ? 0 : SELLS)) & 1 != 0;
        }
    }
}
