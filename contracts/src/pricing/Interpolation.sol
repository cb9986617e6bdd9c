// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A function given at ascending knots: linear between them, held at the first and the last beyond them.
library Interpolation {
    /// @param xs where the words of the knots start in calldata
    /// @param ys where the words of the values start in calldata
    function linear(uint256 xs, uint256 ys, uint256 count, uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            // To the last knot at or before x, or the first
            let last := add(xs, sub(shl(5, count), 0x20))
            let place := xs
            let x0 := calldataload(xs)
            let x1
            for {} lt(place, last) {} {
                x1 := calldataload(add(place, 0x20))
                if lt(x, x1) { break }
                place := add(place, 0x20)
                x0 := x1
            }
            ys := add(ys, sub(place, xs))
            y := calldataload(ys)
            if and(lt(place, last), gt(x, x0)) {
                y := add(y, sdiv(mul(sub(calldataload(add(ys, 0x20)), y), sub(x, x0)), sub(x1, x0)))
            }
        }
    }
}
