// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A function given at ascending knots: linear between them, held at the first and the last beyond them.
library Interpolation {
    /// @param xs where the words of the knots start in calldata
    /// @param ys where the words of the values start in calldata
    function linear(uint256 xs, uint256 ys, uint256 count, uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            let x0 := calldataload(xs)
            y := calldataload(ys)
            if gt(x, x0) {
                for { let i := 0x20 } lt(i, shl(5, count)) { i := add(i, 0x20) } {
                    let x1 := calldataload(add(xs, i))
                    let y1 := calldataload(add(ys, i))
                    if lt(x, x1) {
                        y := add(y, sdiv(mul(sub(y1, y), sub(x, x0)), sub(x1, x0)))
                        break
                    }
                    x0 := x1
                    y := y1
                }
            }
        }
    }
}
