// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Leading zero bits of a word, by bisection, for chains without the opcode of EIP-7939.
/// @dev One of two files with this name; the `clz/` remapping of the foundry profile picks it.
library Clz {
    /// @dev Names the build in snapshots.
    string internal constant BUILD = "cancun";

    /// @return zeros 0 to 255, and 256 for `x == 0`
    function clz(uint256 x) internal pure returns (uint256 zeros) {
        assembly ("memory-safe") {
            let top := shl(7, lt(0xffffffffffffffffffffffffffffffff, x))
            top := or(top, shl(6, lt(0xffffffffffffffff, shr(top, x))))
            top := or(top, shl(5, lt(0xffffffff, shr(top, x))))
            top := or(top, shl(4, lt(0xffff, shr(top, x))))
            top := or(top, shl(3, lt(0xff, shr(top, x))))
            // What is left is a byte. Its top bit is found in a table of 32 by its 5 high bits, or by its 3 low ones.
            let rest := shr(top, x)
            let high := shl(2, lt(0x0f, rest))
            rest := shr(high, rest)
            // 0, 0, 1, 1, 2, 2, 2, 2, 3 ×8: the position of the top bit of a nibble
            top := add(add(top, high), byte(rest, 0x0000010102020202030303030303030300000000000000000000000000000000))
            zeros := add(sub(255, top), iszero(x))
        }
    }
}
