// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {WAD, Wad} from "../types/Wad.sol";

/// @notice Margin of short options at the vault's upper health factors, per lot, rounded up.
/// @dev put: U min(K, sS) + max(K - sS, 0); call: U min(S, sK) + max(S - sK, 0); at least mark * factor + S * floor.
library RequiredMargin {
    uint256 private constant KNOTS = 6;
    /// @dev A unit in wad over a lot of 0.001, with the square of a wad in between.
    uint256 private constant LOTS_PER_UNIT = 1000;

    /// @notice U at so many seconds to expiry: linear between the knots, held beyond both ends.
    function uncertainty(MarginParams calldata p, uint256 tau) internal pure returns (uint256) {
        unchecked {
            uint256 time = p.knotTimes[0];
            uint256 value = p.knotValues[0];
            if (tau <= time) return value;
            for (uint256 i = 1; i < KNOTS; ++i) {
                uint256 nextTime = p.knotTimes[i];
                uint256 nextValue = p.knotValues[i];
                if (tau < nextTime) {
                    int256 rise = (int256(nextValue) - int256(value)) * int256(tau - time);
                    return uint256(int256(value) + rise / int256(nextTime - time));
                }
                (time, value) = (nextTime, nextValue);
            }
            return value;
        }
    }

    /// @param u from `uncertainty`
    /// @param mark of the option, wad
    function callPerLot(MarginParams calldata p, uint256 u, uint256 spot, uint256 strike, uint256 mark)
        internal
        pure
        returns (uint256)
    {
        return _perLot(p, u, spot, strike * Wad.unwrap(p.spotShock) / WAD, spot, mark, Wad.unwrap(p.callUpper));
    }

    function putPerLot(MarginParams calldata p, uint256 u, uint256 spot, uint256 strike, uint256 mark)
        internal
        pure
        returns (uint256)
    {
        return _perLot(p, u, strike, spot * Wad.unwrap(p.spotShock) / WAD, spot, mark, Wad.unwrap(p.putUpper));
    }

    /// @dev U min(owed, covered) + max(owed - covered, 0), where `owed` is the side that grows against the short.
    function _perLot(
        MarginParams calldata p,
        uint256 u,
        uint256 owed,
        uint256 covered,
        uint256 spot,
        uint256 mark,
        uint256 factor
    ) private pure returns (uint256) {
        unchecked {
            uint256 margin = owed > covered ? u * covered + (owed - covered) * WAD : u * owed;
            uint256 floor = mark * Wad.unwrap(p.markFactor) + spot * Wad.unwrap(p.spotFloor);
            if (margin < floor) margin = floor;
            return (margin / WAD * factor + factor) / (WAD * LOTS_PER_UNIT) + 1;
        }
    }
}
