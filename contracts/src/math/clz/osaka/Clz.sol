// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Leading zero bits of a word: the opcode of EIP-7939.
/// @dev One of two files with this name; the `clz/` remapping of the foundry profile picks it. The other is for chains without the opcode.
library Clz {
    /// @dev Names the build in snapshots.
    string internal constant BUILD = "osaka";

    /// @return zeros 0 to 255, and 256 for `x == 0`
    function clz(uint256 x) internal pure returns (uint256 zeros) {
        assembly ("memory-safe") {
            zeros := clz(x)
        }
    }
}
