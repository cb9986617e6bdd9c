// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A function given at ascending knots: linear between them, held at the first and the last beyond them.
library Interpolation {
    /// @param knots where the words of the knots start in calldata, and behind them the words of the values
    /// @param count of the knots, an even number
    function linear(uint256 knots, uint256 count, uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            let span := shl(5, count)
            let place := add(knots, sub(span, 0x20))
            switch lt(x, calldataload(place))
            case 0 { y := calldataload(add(place, span)) }
            default {
                // To the last knot at or before x, or the first; from the middle one on where x is not before it
                place := add(knots, shr(1, span))
                if lt(x, calldataload(place)) { place := knots }
                let next := add(place, 0x20)
                let x1 := calldataload(next)
                for {} iszero(lt(x, x1)) {} {
                    next := add(next, 0x20)
                    x1 := calldataload(next)
                }
                place := sub(next, 0x20)
                let x0 := calldataload(place)
                y := calldataload(add(place, span))
                x := mul(sub(x, x0), gt(x, x0))
                y := add(y, sdiv(mul(sub(calldataload(add(next, span)), y), x), sub(x1, x0)))
            }
        }
    }
}
