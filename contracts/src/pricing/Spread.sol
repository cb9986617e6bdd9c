// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PricingParams} from "../interfaces/IPricer.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {Ln} from "../math/Ln.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {Interpolation} from "./Interpolation.sol";

/// @notice Half-spread in volatility: h = h_0 * tenor factor * delta factor + z xi sqrt(age) + beta |ln(S / S_report)|.
library Spread {
    uint256 private constant TENOR_KNOTS = 4;
    /// @dev Places of the knots in the words of `PricingParams`.
    uint256 private constant TENOR_TIMES = 17 * 0x20;
    uint256 private constant TENOR_FACTORS = 21 * 0x20;
    uint256 private constant DELTA_STEPS = 4;

    /// @notice The part that an expiry shares, without the delta factor: (h_0 * tenor factor, the rest), wad.
    function ofExpiry(
        PricingParams calldata p,
        SurfaceSlice calldata slice,
        uint256 expiry,
        uint256 spot,
        uint256 timestamp
    ) internal pure returns (uint256 level, uint256 surcharge) {
        unchecked {
            level = Wad.unwrap(p.halfSpread) * tenorFactor(p, expiry - timestamp) / WAD;
            uint256 age = timestamp > slice.reportedAt ? timestamp - slice.reportedAt : 0;
            surcharge = Wad.unwrap(p.ageSpread) * Black76.rootYearsQ96(age) >> 96;
            uint256 fitted = Wad.unwrap(slice.spotAtReport);
            if (fitted == 0 || fitted >> Black76.PRICE_BITS != 0) return (level, surcharge);
            int256 move = Ln.ratioQ96(spot, fitted);
            surcharge += Wad.unwrap(p.moveSpread) * uint256(move < 0 ? -move : move) >> 96;
        }
    }

    /// @notice Factor on h_0 at so many seconds to expiry: linear between the knots, held beyond both ends, wad.
    function tenorFactor(PricingParams calldata p, uint256 tau) internal pure returns (uint256) {
        uint256 start;
        assembly ("memory-safe") {
            start := p
        }
        unchecked {
            return Interpolation.linear(start + TENOR_TIMES, start + TENOR_FACTORS, TENOR_KNOTS, tau);
        }
    }

    /// @notice Factor on h_0 at a call delta in Q64, wad: linear between the five knots.
    function deltaFactor(PricingParams calldata p, uint256 callDelta) internal pure returns (uint256) {
        unchecked {
            uint256 step = callDelta * DELTA_STEPS >> 64;
            if (step >= DELTA_STEPS) return Wad.unwrap(p.deltaFactors[DELTA_STEPS]);
            return _between(
                Wad.unwrap(p.deltaFactors[step]),
                Wad.unwrap(p.deltaFactors[step + 1]),
                callDelta * DELTA_STEPS & type(uint64).max,
                1 << 64
            );
        }
    }

    function _between(uint256 from, uint256 to, uint256 part, uint256 whole) private pure returns (uint256) {
        unchecked {
            return uint256(int256(from) + (int256(to) - int256(from)) * int256(part) / int256(whole));
        }
    }
}
