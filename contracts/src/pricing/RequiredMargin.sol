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
    BOOK_MARGIN_SPOT,
    BOOK_MARGIN_SPOT_FLOOR,
    CONTEXT_DISCOUNT,
    MARGIN_CALL_UPPER,
    MARGIN_MARK_FACTOR,
    MARGIN_PUT_UPPER,
    MARGIN_SHOCK,
    MARGIN_SHOCKED_SPOT,
    MARGIN_SPOT,
    MARGIN_SPOT_FLOOR,
    MARGIN_UNCERTAINTY,
    WORK_RATE,
    WORK_TAU
} from "./Desk.sol";
import {Interpolation} from "./Interpolation.sol";

/// @notice Margin of short options at the vault's upper health factors, per lot, rounded up.
/// @dev put: U min(K, sS) + max(K - sS, 0); call: U min(S, sK) + max(S - sK, 0); at least mark * factor + S * floor.
library RequiredMargin {
    /// @dev Place of the knots in the words of `MarginParams`; the values follow.
    uint256 private constant KNOT_TIMES = 7 * 0x20;
    uint256 private constant WAD = 1000000000000000000;
    uint256 private constant WAD_LOTS = 1000000000000000000000; // WAD times the lots of a unit

    /// @notice Sets what does not depend on the expiry: see MARGIN_SPOT and its neighbours, and BOOK_MARGIN_SPOT and its.
    function set(MarginParams calldata p, uint256 spot) internal pure {
        assembly ("memory-safe") {
            // spotShock, markFactor, spotFloor, callUpper, callLower, putUpper
            let shock := calldataload(p)
            let floor := mul(spot, calldataload(add(p, 0x40)))
            mstore(MARGIN_SHOCK, shock)
            mstore(MARGIN_SPOT, spot)
            mstore(MARGIN_SHOCKED_SPOT, div(mul(spot, shock), WAD))
            mstore(MARGIN_SPOT_FLOOR, floor)
            let factor := calldataload(add(p, 0x20))
            mstore(MARGIN_MARK_FACTOR, factor)
            mstore(MARGIN_CALL_UPPER, calldataload(add(p, 0x60)))
            mstore(MARGIN_PUT_UPPER, calldataload(add(p, 0xa0)))
            shock := div(shl(64, shock), WAD)
            mstore(BOOK_MARGIN_SPOT, spot)
            mstore(BOOK_MARGIN_SHOCK, shock)
            mstore(BOOK_MARGIN_SHOCKED_SPOT, shr(64, mul(spot, shock)))
            mstore(BOOK_MARGIN_SPOT_FLOOR, div(shl(64, floor), WAD))
            mstore(BOOK_MARGIN_MARK_FACTOR, div(shl(64, factor), WAD)) // where nothing is discounted
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
            if mload(WORK_RATE) {
                part := div(mul(mload(MARGIN_MARK_FACTOR), mload(CONTEXT_DISCOUNT)), WAD)
                mstore(BOOK_MARGIN_MARK_FACTOR, div(shl(64, part), WAD))
            }
        }
    }

    /// @notice Margin of one short call before the upper factor, wad in Q64: U S + max(0, (1 - U)(S - s K)), or the floor.
    /// @param value of the call, undiscounted
    function ofCall(uint256 strike, uint256 value) internal pure returns (uint256 margin) {
        assembly ("memory-safe") {
            let spot := mload(BOOK_MARGIN_SPOT)
            let excess := sub(mul(mload(BOOK_MARGIN_KEPT), spot), mul(mload(BOOK_MARGIN_CALL_SLOPE), strike))
            margin := add(mul(sub(shl(64, 1), mload(BOOK_MARGIN_KEPT)), spot), mul(excess, sgt(excess, 0)))
            let least := add(mul(value, mload(BOOK_MARGIN_MARK_FACTOR)), mload(BOOK_MARGIN_SPOT_FLOOR))
            if lt(margin, least) { margin := least }
        }
    }

    /// @notice Margin of one short put before the upper factor, wad in Q64: U K + max(0, (1 - U)(K - s S)), or the floor.
    /// @param value of the put, undiscounted
    function ofPut(uint256 strike, uint256 value) internal pure returns (uint256 margin) {
        assembly ("memory-safe") {
            let kept := mload(BOOK_MARGIN_KEPT)
            let excess := sub(mul(kept, strike), mload(BOOK_MARGIN_PUT_OFFSET))
            margin := add(mul(sub(shl(64, 1), kept), strike), mul(excess, sgt(excess, 0)))
            let least := add(mul(value, mload(BOOK_MARGIN_MARK_FACTOR)), mload(BOOK_MARGIN_SPOT_FLOOR))
            if lt(margin, least) { margin := least }
        }
    }

    /// @notice U at so many seconds to expiry: linear between the knots, held beyond both ends.
    function uncertainty(MarginParams calldata p, uint256 tau) internal pure returns (uint256) {
        uint256 start;
        assembly ("memory-safe") {
            start := p
        }
        unchecked {
            return Interpolation.linear6(start + KNOT_TIMES, tau);
        }
    }

    /// @param mark of the call, wad
    function callPerLot(uint256 strike, uint256 mark) internal pure returns (uint256 perLot) {
        uint256 owed;
        uint256 covered;
        uint256 factor;
        assembly ("memory-safe") {
            owed := mload(MARGIN_SPOT)
            covered := div(mul(strike, mload(MARGIN_SHOCK)), WAD)
            factor := mload(MARGIN_CALL_UPPER)
        }
        return _perLot(owed, covered, mark, factor);
    }

    /// @param mark of the put, wad
    function putPerLot(uint256 strike, uint256 mark) internal pure returns (uint256 perLot) {
        uint256 covered;
        uint256 factor;
        assembly ("memory-safe") {
            covered := mload(MARGIN_SHOCKED_SPOT)
            factor := mload(MARGIN_PUT_UPPER)
        }
        return _perLot(strike, covered, mark, factor);
    }

    /// @dev U min(owed, covered) + max(owed - covered, 0), where `owed` is the side that grows against the short.
    function _perLot(uint256 owed, uint256 covered, uint256 mark, uint256 factor)
        private
        pure
        returns (uint256 perLot)
    {
        assembly ("memory-safe") {
            let excess := mul(sub(owed, covered), gt(owed, covered))
            let margin := add(mul(mload(MARGIN_UNCERTAINTY), sub(owed, excess)), mul(excess, WAD))
            let floor := add(mul(mark, mload(MARGIN_MARK_FACTOR)), mload(MARGIN_SPOT_FLOOR))
            if lt(margin, floor) { margin := floor }
            perLot := add(div(add(mul(div(margin, WAD), factor), factor), WAD_LOTS), 1)
        }
    }
}
