// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PricingParams} from "../interfaces/IPricer.sol";
import {WAD, Wad} from "../types/Wad.sol";

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
    int256 internal constant MAX_RATIO = 1e27;

    function ratio(int256 amount, uint256 equity) internal pure returns (int256) {
        unchecked {
            if (amount > type(int192).max || amount < type(int192).min) {
                return amount > 0 ? MAX_RATIO : -MAX_RATIO;
            }
            int256 r = amount * 1e18 / int256(equity);
            return r > MAX_RATIO ? MAX_RATIO : r < -MAX_RATIO ? -MAX_RATIO : r;
        }
    }

    /// @notice Phi in two parts, wad of collateral: what bringing net delta home costs at the venue, and the rest.
    function phi(PricingParams calldata p, Exposure memory e, uint256 equity)
        internal
        pure
        returns (uint256 venue, uint256 risk)
    {
        unchecked {
            uint256 kink = Wad.unwrap(p.utilisationKink);
            uint256 excess = e.utilisation > kink ? e.utilisation - kink : 0;
            uint256 halves = Wad.unwrap(p.deltaCharge) * _square(e.x) + Wad.unwrap(p.vegaCharge) * _square(e.vega)
                + Wad.unwrap(p.expiryVegaCharge) * e.vegaSquares + Wad.unwrap(p.gammaCharge) * _square(e.gamma)
                + Wad.unwrap(p.utilisationCharge) * excess * excess;
            risk = halves / (2 * WAD * WAD) * equity / WAD;
            venue = venueCost(p, e.x, equity);
        }
    }

    /// @notice c_h |x| E, wad of collateral.
    function venueCost(PricingParams calldata p, int256 x, uint256 equity) internal pure returns (uint256) {
        unchecked {
            return Wad.unwrap(p.hedgeCost) * uint256(x < 0 ? -x : x) / WAD * equity / WAD;
        }
    }

    function _square(int256 z) private pure returns (uint256) {
        unchecked {
            return uint256(z * z);
        }
    }
}
