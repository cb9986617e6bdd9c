// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {
    BOOK_MARGIN_CALL_SLOPE,
    BOOK_MARGIN_KEPT,
    BOOK_MARGIN_MARK_FACTOR,
    BOOK_MARGIN_PUT_OFFSET,
    BOOK_MARGIN_SHOCK,
    BOOK_MARGIN_SHOCKED_SPOT,
    CONTEXT_DISCOUNT,
    MARGIN_MARK_FACTOR,
    MARGIN_UNCERTAINTY,
    WORK_TAU
} from "./Desk.sol";
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
    uint256 spot; // wad
    uint256 shock; // s
    uint256 shockedSpot; // s * spot, wad
    uint256 spotFloor; // spot * floor, wad in Q64
    uint256 kept; // 1 - U
    uint256 callSlope; // (1 - U) s
    uint256 putOffset; // (1 - U) s * spot, wad in Q64
    uint256 markFactor; // on undiscounted prices
}

/// @notice Margin of short options at the vault's upper health factors, per lot, rounded up.
/// @dev put: U min(K, sS) + max(K - sS, 0); call: U min(S, sK) + max(S - sK, 0); at least mark * factor + S * floor.
library RequiredMargin {
    uint256 private constant KNOTS = 6;
    /// @dev Place of the knots in the words of `MarginParams`; the values follow.
    uint256 private constant KNOT_TIMES = 7 * 0x20;
    uint256 private constant ONE_Q64 = 1 << 64;
    uint256 private constant WAD = 1000000000000000000;
    uint256 private constant WAD_LOTS = 1000000000000000000000; // WAD times the lots of a unit

    /// @notice What does not depend on the expiry, of `m` and of `b`.
    function set(MarginContext memory m, BookMargin memory b, MarginParams calldata p, uint256 spot) internal pure {
        assembly ("memory-safe") {
            // spotShock, markFactor, spotFloor, callUpper, callLower, putUpper
            let shock := calldataload(p)
            let floor := mul(spot, calldataload(add(p, 0x40)))
            mstore(add(m, 0x20), shock)
            mstore(add(m, 0x40), spot)
            mstore(add(m, 0x60), div(mul(spot, shock), WAD))
            mstore(add(m, 0x80), floor)
            calldatacopy(add(m, 0xa0), add(p, 0x20), 0x20)
            calldatacopy(add(m, 0xc0), add(p, 0x60), 0x20)
            calldatacopy(add(m, 0xe0), add(p, 0xa0), 0x20)
            shock := div(shl(64, shock), WAD)
            mstore(b, spot)
            mstore(add(b, 0x20), shock)
            mstore(add(b, 0x40), shr(64, mul(spot, shock)))
            mstore(add(b, 0x60), div(shl(64, floor), WAD))
        }
    }

    /// @notice Sets what depends on the expiry, of the board under way.
    function setExpiry(MarginParams calldata p) internal pure {
        uint256 part;
        assembly ("memory-safe") {
            part := mload(WORK_TAU)
        }
        part = uncertainty(p, part);
        assembly ("memory-safe") {
            mstore(MARGIN_UNCERTAINTY, part)
            part := sub(shl(64, 1), div(shl(64, part), WAD))
            mstore(BOOK_MARGIN_KEPT, part)
            mstore(BOOK_MARGIN_CALL_SLOPE, shr(64, mul(part, mload(BOOK_MARGIN_SHOCK))))
            mstore(BOOK_MARGIN_PUT_OFFSET, mul(part, mload(BOOK_MARGIN_SHOCKED_SPOT)))
            part := div(mul(mload(MARGIN_MARK_FACTOR), mload(CONTEXT_DISCOUNT)), WAD)
            mstore(BOOK_MARGIN_MARK_FACTOR, div(shl(64, part), WAD))
        }
    }

    /// @notice Margin of one short call before the upper factor, wad in Q64: U S + max(0, (1 - U)(S - s K)), or the floor.
    /// @param value of the call, undiscounted
    function ofCall(BookMargin memory b, uint256 strike, uint256 value) internal pure returns (uint256) {
        unchecked {
            return _atLeast(b, (ONE_Q64 - b.kept) * b.spot, int256(b.kept * b.spot - b.callSlope * strike), value);
        }
    }

    /// @notice Margin of one short put before the upper factor, wad in Q64: U K + max(0, (1 - U)(K - s S)), or the floor.
    /// @param value of the put, undiscounted
    function ofPut(BookMargin memory b, uint256 strike, uint256 value) internal pure returns (uint256) {
        unchecked {
            return _atLeast(b, (ONE_Q64 - b.kept) * strike, int256(b.kept * strike - b.putOffset), value);
        }
    }

    function _atLeast(BookMargin memory b, uint256 covered, int256 excess, uint256 value)
        private
        pure
        returns (uint256 margin)
    {
        unchecked {
            margin = excess > 0 ? covered + uint256(excess) : covered;
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
            return Interpolation.linear(start + KNOT_TIMES, KNOTS, tau);
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
