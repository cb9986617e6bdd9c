// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A function given at ascending knots: linear between them, held at the first and the last beyond them.
library Interpolation {
    /// @param knots where the words of the four knots start in calldata, and behind them the words of the values
    function linear4(uint256 knots, uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            // To the last but one at most, past each inner knot that is not after x
            let after := add(lt(x, calldataload(add(knots, 0x20))), lt(x, calldataload(add(knots, 0x40))))
            knots := add(knots, sub(0x40, shl(5, after)))
            y := calldataload(add(knots, 0x80))
            let rise := sub(calldataload(add(knots, 0xa0)), y)
            let x0 := calldataload(knots)
            let width := sub(calldataload(add(knots, 0x20)), x0)
            x := mul(sub(x, x0), gt(x, x0))
            if gt(x, width) { x := width }
            y := add(y, sdiv(mul(rise, x), width))
        }
    }

    /// @notice The same of six knots.
    function linear6(uint256 knots, uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            let after := add(lt(x, calldataload(add(knots, 0x20))), lt(x, calldataload(add(knots, 0x40))))
            after := add(add(after, lt(x, calldataload(add(knots, 0x60)))), lt(x, calldataload(add(knots, 0x80))))
            knots := add(knots, sub(0x80, shl(5, after)))
            y := calldataload(add(knots, 0xc0))
            let rise := sub(calldataload(add(knots, 0xe0)), y)
            let x0 := calldataload(knots)
            let width := sub(calldataload(add(knots, 0x20)), x0)
            x := mul(sub(x, x0), gt(x, x0))
            if gt(x, width) { x := width }
            y := add(y, sdiv(mul(rise, x), width))
        }
    }
}
