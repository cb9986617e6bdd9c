// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A function given at ascending knots: linear between them, held at the first and the last beyond them.
library Interpolation {
    /// @param xs where the words of the knots start in calldata
    /// @param ys where the words of the values start in calldata
    function linear(uint256 xs, uint256 ys, uint256 count, uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            let shift := sub(ys, xs)
            let end := add(xs, shl(5, count))
            let x1 := calldataload(xs)
            switch gt(x, x1)
            case 0 { y := calldataload(ys) }
            default {
                // The first knot above x
                let x0
                for {} 1 {} {
                    xs := add(xs, 0x20)
                    if eq(xs, end) { break }
                    x0 := x1
                    x1 := calldataload(xs)
                    if gt(x1, x) { break }
                }
                ys := add(xs, shift)
                y := calldataload(sub(ys, 0x20))
                if lt(xs, end) {
                    y := add(y, sdiv(mul(sub(calldataload(ys), y), sub(x, x0)), sub(x1, x0)))
                }
            }
        }
    }
}
