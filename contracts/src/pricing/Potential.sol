// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WORK_EQUITY, WORK_PARAMS} from "./Desk.sol";

/// @notice What the potential sees of a book, each over E and in wad.
struct Exposure {
    int256 x; // net delta * S
    int256 vega; // nu: tenor-normalised vega times the reference volatility, summed over expiries
    uint256 vegaSquares; // sum over expiries of nu_e^2, wad^2
    int256 gamma; // g <= 0: loss of short gamma to a 1 % move
    uint256 utilisation; // u: required margin
}

/// @notice The convex potential of the vault's book, and what a trade pays for changing it.
/// Phi = E [ c_h |x| + kD x^2 / 2 + kV nu^2 / 2 + kT sum nu_e^2 / 2 + kG g^2 / 2 + kU max(0, u - u0)^2 / 2 ]
/// @dev A function of the book alone, rounded always in the same way: over any round trip its changes cancel to the wei.
library Potential {
    /// @dev Ratios to E are held at a thousand million, so that no product below overflows: far beyond every limit.
    uint256 private constant ONE = 1000000000000000000; // a wad, as assembly wants it
    uint256 private constant TWO_SQUARED_WADS = 2000000000000000000000000000000000000;
    int256 internal constant MAX_RATIO = 1000000000000000000000000000; // 1e27

    /// @param amount of magnitude up to 2^191: inside the domain of prices and positions all but gamma is far below
    function ratio(int256 amount, uint256 equity) internal pure returns (int256 r) {
        assembly ("memory-safe") {
            r := sdiv(mul(amount, 1000000000000000000), equity)
            if gt(add(r, MAX_RATIO), shl(1, MAX_RATIO)) { r := mul(MAX_RATIO, sub(1, shl(1, slt(amount, 0)))) }
        }
    }

    /// @notice Phi in two parts, wad of collateral: what bringing net delta home costs at the venue, and the rest.
    /// @dev At the order's parameters and E.
    /// @param exposure where an `Exposure` is in memory
    function phi(uint256 exposure) internal pure returns (uint256 venue, uint256 risk) {
        assembly ("memory-safe") {
            let params := mload(WORK_PARAMS)
            let equity := mload(WORK_EQUITY)
            let x := mload(exposure)
            // In the order of PricingParams from the second word on: c_h, kD, kV, kT, kG, kU, u0
            risk := mul(calldataload(add(params, 0x40)), mul(x, x))
            let sign := sar(255, x)
            venue := mul(calldataload(add(params, 0x20)), sub(xor(x, sign), sign))
            venue := div(mul(div(venue, ONE), equity), ONE)
            x := mload(add(exposure, 0x20))
            risk := add(risk, mul(calldataload(add(params, 0x60)), mul(x, x)))
            risk := add(risk, mul(calldataload(add(params, 0x80)), mload(add(exposure, 0x40))))
            x := mload(add(exposure, 0x60))
            risk := add(risk, mul(calldataload(add(params, 0xa0)), mul(x, x)))
            x := mload(add(exposure, 0x80))
            let kink := calldataload(add(params, 0xe0))
            x := mul(sub(x, kink), gt(x, kink))
            risk := add(risk, mul(mul(calldataload(add(params, 0xc0)), x), x))
            risk := div(mul(div(risk, TWO_SQUARED_WADS), equity), ONE)
        }
    }
}
