// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";

/// @notice The square root.
/// @dev Let 2^k be the power of two nearest below √(2n), so that n = r·4^k with r in [½, 2). (2^k + n/2^k)·0.4854 is √n within 3 %,
///      by a shift where Newton divides; each Newton step then squares the relative error and halves it: 4.4e-4, 9.5e-8, 4.5e-15, 1.0e-29.
library Sqrt {
    /// @dev 0.4854·2^16: half of 2/(1 + max over r of (√r + 1/√r)/2), which centres the error of the seed.
    uint256 internal constant SEED = 31813;

    error SqrtInputOutsideDomain(uint256 x);

    /// @notice √x in wad for x in wad below 2^128, rounded down.
    function sqrtWad(uint256 x) internal pure returns (uint256 root) {
        if (x >> 128 != 0) revert SqrtInputOutsideDomain(x);
        unchecked {
            uint256 n = x * 1e18;
            root = near(n);
            assembly ("memory-safe") {
                root := sub(root, lt(div(n, root), root)) // the last step can end one above
            }
        }
    }

    /// @notice √n within 1.0e-29 relative, or one unit above, for n below 2^254.
    function near(uint256 n) internal pure returns (uint256 root) {
        uint256 k;
        unchecked {
            k = (256 - Clz.clz(n)) >> 1;
        }
        assembly ("memory-safe") {
            root := shr(16, mul(add(shl(k, 1), shr(k, n)), SEED))
            root := shr(1, add(root, div(n, root)))
            root := shr(1, add(root, div(n, root)))
            root := shr(1, add(root, div(n, root)))
            root := shr(1, add(root, div(n, root)))
        }
    }
}
