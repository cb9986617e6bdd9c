// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {Interpolation} from "./Interpolation.sol";

/// @notice What margin has in common for one expiry at one spot.
struct MarginContext {
    uint256 uncertainty; // U(tau), wad
    uint256 shock; // s, wad
    uint256 spot;
    uint256 shockedSpot; // s * spot
    uint256 spotFloor; // spot * floor, wad squared
    uint256 markFactor; // wad
    uint256 callUpper; // wad
    uint256 putUpper; // wad
}

/// @notice Margin of short options at the vault's upper health factors, per lot, rounded up.
/// @dev put: U min(K, sS) + max(K - sS, 0); call: U min(S, sK) + max(S - sK, 0); at least mark * factor + S * floor.
library RequiredMargin {
    uint256 private constant KNOTS = 6;
    /// @dev Places of the knots in the words of `MarginParams`.
    uint256 private constant KNOT_TIMES = 7 * 0x20;
    uint256 private constant KNOT_VALUES = 13 * 0x20;
    uint256 private constant LOTS_PER_UNIT = 1000;

    function contextAt(MarginParams calldata p, uint256 tau, uint256 spot)
        internal
        pure
        returns (MarginContext memory m)
    {
        unchecked {
            m.uncertainty = uncertainty(p, tau);
            m.shock = Wad.unwrap(p.spotShock);
            m.spot = spot;
            m.shockedSpot = spot * m.shock / WAD;
            m.spotFloor = spot * Wad.unwrap(p.spotFloor);
            m.markFactor = Wad.unwrap(p.markFactor);
            m.callUpper = Wad.unwrap(p.callUpper);
            m.putUpper = Wad.unwrap(p.putUpper);
        }
    }

    /// @notice U at so many seconds to expiry: linear between the knots, held beyond both ends.
    function uncertainty(MarginParams calldata p, uint256 tau) internal pure returns (uint256) {
        uint256 start;
        assembly ("memory-safe") {
            start := p
        }
        unchecked {
            return Interpolation.linear(start + KNOT_TIMES, start + KNOT_VALUES, KNOTS, tau);
        }
    }

    /// @param mark of the call, wad
    function callPerLot(MarginContext memory m, uint256 strike, uint256 mark) internal pure returns (uint256) {
        unchecked {
            return _perLot(m, m.spot, strike * m.shock / WAD, mark, m.callUpper);
        }
    }

    /// @param mark of the put, wad
    function putPerLot(MarginContext memory m, uint256 strike, uint256 mark) internal pure returns (uint256) {
        return _perLot(m, strike, m.shockedSpot, mark, m.putUpper);
    }

    /// @dev U min(owed, covered) + max(owed - covered, 0), where `owed` is the side that grows against the short.
    function _perLot(MarginContext memory m, uint256 owed, uint256 covered, uint256 mark, uint256 factor)
        private
        pure
        returns (uint256)
    {
        unchecked {
            uint256 margin = owed > covered ? m.uncertainty * covered + (owed - covered) * WAD : m.uncertainty * owed;
            uint256 floor = mark * m.markFactor + m.spotFloor;
            if (margin < floor) margin = floor;
            return (margin / WAD * factor + factor) / (WAD * LOTS_PER_UNIT) + 1;
        }
    }
}
