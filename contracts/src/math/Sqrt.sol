// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";

/// @dev 2^127.5
uint256 constant ROOT_2_255 = 240615969168004511545033772477625056927;

/// @notice The square root.
/// @dev Let p be 2^127.5 shifted right by half the leading zeros of n: √n/p is within [√½, √2]. Newton's step (p + n/p)/2 is at most
///      6.1e-2 above the root, and each further step squares the relative error and halves it: 1.8e-3, 1.6e-6, 1.2e-12, 6.6e-25.
library Sqrt {
    /// @dev 0.4854·2^16: a first step scaled by it instead of a half is within 3 % on either side, and the next ones 4.4e-4, 9.5e-8, 4.5e-15.
    uint256 internal constant CENTRED_HALF = 31813;

    error SqrtInputOutsideDomain(uint256 x);

    /// @notice √x in wad for x in wad below 2^128: rounded down from at most 6.6e-25 above the root, so never below the floor.
    function sqrtWad(uint256 x) internal pure returns (uint256) {
        unchecked {
            if (x >> 128 != 0) revert SqrtInputOutsideDomain(x);
            return near(x * 1e18);
        }
    }

    /// @notice √n, at most 6.6e-25 above the root and then rounded down; any n.
    function near(uint256 n) internal pure returns (uint256 root) {
        uint256 zeros = Clz.clz(n);
        assembly ("memory-safe") {
            root := shr(shr(1, zeros), ROOT_2_255)
            // Two steps at a time: with t = r + n/r, half of t and then half of t/2 + 2n/t is t/4 + n/t.
            root := add(root, div(n, root))
            root := add(shr(2, root), div(n, root))
            root := add(root, div(n, root))
            root := add(shr(2, root), div(n, root))
            root := shr(1, add(root, div(n, root)))
        }
    }

    /// @notice √n within 4.5e-15 relative and one unit, any n: one step less.
    function close(uint256 n) internal pure returns (uint256 root) {
        uint256 zeros = Clz.clz(n);
        assembly ("memory-safe") {
            root := shr(shr(1, zeros), ROOT_2_255)
            root := shr(16, mul(add(root, div(n, root)), CENTRED_HALF))
            root := add(root, div(n, root))
            root := add(shr(2, root), div(n, root))
            root := shr(1, add(root, div(n, root)))
        }
    }
}
