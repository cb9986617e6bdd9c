// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {Wad} from "../types/Wad.sol";
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

/// @notice What the margin of a book's strikes has in common, the same values as factors in Q64.
struct BookMargin {
    uint256 uncertainty; // U(tau)
    uint256 shock; // s
    uint256 spot; // wad
    uint256 shockedSpot; // s * spot, wad
    uint256 spotFloor; // spot * floor, wad in Q64
    uint256 markFactor; // on undiscounted prices
}

/// @notice Margin of short options at the vault's upper health factors, per lot, rounded up.
/// @dev put: U min(K, sS) + max(K - sS, 0); call: U min(S, sK) + max(S - sK, 0); at least mark * factor + S * floor.
library RequiredMargin {
    uint256 private constant KNOTS = 6;
    /// @dev Places of the knots in the words of `MarginParams`.
    uint256 private constant KNOT_TIMES = 7 * 0x20;
    uint256 private constant KNOT_VALUES = 13 * 0x20;
    uint256 private constant WAD = 1000000000000000000;
    uint256 private constant WAD_LOTS = 1000000000000000000000; // WAD times the lots of a unit

    function contextAt(MarginParams calldata p, uint256 tau, uint256 spot)
        internal
        pure
        returns (MarginContext memory m)
    {
        set(m, p, spot);
        m.uncertainty = uncertainty(p, tau);
    }

    /// @notice What does not depend on the expiry.
    function set(MarginContext memory m, MarginParams calldata p, uint256 spot) internal pure {
        unchecked {
            m.shock = Wad.unwrap(p.spotShock);
            m.spot = spot;
            m.shockedSpot = spot * m.shock / WAD;
            m.spotFloor = spot * Wad.unwrap(p.spotFloor);
            m.markFactor = Wad.unwrap(p.markFactor);
            m.callUpper = Wad.unwrap(p.callUpper);
            m.putUpper = Wad.unwrap(p.putUpper);
        }
    }

    /// @notice Sets `b` to the factors of `m` for prices that are still to be discounted.
    function setBook(BookMargin memory b, MarginContext memory m, uint256 discount) internal pure {
        unchecked {
            b.uncertainty = (m.uncertainty << 64) / WAD;
            b.shock = (m.shock << 64) / WAD;
            b.spot = m.spot;
            b.shockedSpot = m.spot * b.shock >> 64;
            b.spotFloor = (m.spotFloor << 64) / WAD;
            b.markFactor = (m.markFactor * discount / WAD << 64) / WAD;
        }
    }

    /// @notice Margin of one short call before the upper factor, wad in Q64.
    /// @param value of the call, undiscounted
    function ofCall(BookMargin memory b, uint256 strike, uint256 value) internal pure returns (uint256) {
        unchecked {
            return _ofBook(b, b.spot, strike * b.shock >> 64, value);
        }
    }

    /// @notice Margin of one short put before the upper factor, wad in Q64.
    /// @param value of the put, undiscounted
    function ofPut(BookMargin memory b, uint256 strike, uint256 value) internal pure returns (uint256) {
        return _ofBook(b, strike, b.shockedSpot, value);
    }

    function _ofBook(BookMargin memory b, uint256 owed, uint256 covered, uint256 value)
        private
        pure
        returns (uint256 margin)
    {
        unchecked {
            uint256 excess = owed > covered ? owed - covered : 0;
            margin = b.uncertainty * (owed - excess) + (excess << 64);
            uint256 least = value * b.markFactor + b.spotFloor;
            if (margin < least) margin = least;
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
        returns (uint256 perLot)
    {
        assembly ("memory-safe") {
            let excess := mul(sub(owed, covered), gt(owed, covered))
            let margin := add(mul(mload(m), sub(owed, excess)), mul(excess, WAD))
            let floor := add(mul(mark, mload(add(m, 0xa0))), mload(add(m, 0x80)))
            margin := xor(margin, mul(xor(margin, floor), lt(margin, floor)))
            perLot := add(div(add(mul(div(margin, WAD), factor), factor), WAD_LOTS), 1)
        }
    }
}
