// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PricingParams} from "../interfaces/IPricer.sol";
import {Black76} from "../math/Black76.sol";
import {Ln} from "../math/Ln.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {Interpolation} from "./Interpolation.sol";

/// @notice Half-spread in volatility: h = h_0 * tenor factor * delta factor + z xi sqrt(age) + beta |ln(S / S_report)|.
library Spread {
    uint256 private constant LEAST_BEYOND = 1 << Black76.PRICE_BITS; // the kernel's domain
    /// @dev Places of the knots, whose values follow, and of the factors in the words of `PricingParams`.
    uint256 private constant TENOR_TIMES = 18 * 0x20;
    uint256 private constant DELTA_FACTORS = 26 * 0x20;

    /// @notice The part that an expiry shares, without the delta factor: (h_0 * tenor factor, the rest), wad.
    function ofExpiry(PricingParams calldata p, SliceWord slice, uint256 expiry, uint256 spot, uint256 timestamp)
        internal
        pure
        returns (uint256 level, uint256 surcharge)
    {
        unchecked {
            level = Wad.unwrap(p.halfSpread);
            if (level != 0) level = level * tenorFactor(p, expiry - timestamp) / WAD;
            uint256 rate = Wad.unwrap(p.ageSpread);
            uint256 reportedAt = slice.reportedAt(expiry);
            if (rate != 0 && timestamp > reportedAt) {
                surcharge = rate * Black76.rootYearsQ96(timestamp - reportedAt) >> 96;
            }
            rate = Wad.unwrap(p.moveSpread);
            uint256 fitted = Wad.unwrap(slice.spotAtReport());
            if (rate == 0 || fitted - 1 >= LEAST_BEYOND - 1) return (level, surcharge);
            int256 move = Ln.ratioQ96(spot, fitted);
            surcharge += rate * uint256(move < 0 ? -move : move) >> 96;
        }
    }

    /// @notice Factor on h_0 at so many seconds to expiry: linear between the knots, held beyond both ends, wad.
    function tenorFactor(PricingParams calldata p, uint256 tau) internal pure returns (uint256) {
        uint256 start;
        assembly ("memory-safe") {
            start := p
        }
        unchecked {
            return Interpolation.linear4(start + TENOR_TIMES, tau);
        }
    }

    /// @notice Factor on h_0 at a call delta in Q64, wad: linear between the five knots.
    function deltaFactor(PricingParams calldata p, uint256 callDelta) internal pure returns (uint256 factor) {
        uint256 place = DELTA_FACTORS;
        assembly ("memory-safe") {
            // The four steps are a quarter of 2^64 wide; the last knot is reached at delta 1 alone
            place := add(add(p, place), shl(5, shr(62, callDelta)))
            factor := calldataload(place)
            let part := and(shl(2, callDelta), 0xffffffffffffffff)
            if part {
                factor := add(factor, sdiv(mul(sub(calldataload(add(place, 0x20)), factor), part), shl(64, 1)))
            }
        }
    }
}
