// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A function given at ascending knots: linear between them, held at the first and the last beyond them.
library Interpolation {
    /// @param xs where the words of the knots start in calldata
    /// @param ys where the words of the values start in calldata
    /// @param count of the knots, two at least
    function linear(uint256 xs, uint256 ys, uint256 count, uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            let place := add(xs, sub(shl(5, count), 0x20))
            ys := sub(ys, xs)
            switch lt(x, calldataload(place))
            case 0 { y := calldataload(add(ys, place)) }
            default {
                // To the last knot at or before x, or the first
                place := add(xs, 0x20)
                let x1 := calldataload(place)
                for {} iszero(lt(x, x1)) {} {
                    place := add(place, 0x20)
                    x1 := calldataload(place)
                }
                let x0 := calldataload(sub(place, 0x20))
                ys := add(ys, place)
                y := calldataload(sub(ys, 0x20))
                if gt(x, x0) { y := add(y, sdiv(mul(sub(calldataload(ys), y), sub(x, x0)), sub(x1, x0))) }
            }
        }
    }
}
