// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EXPIRY_TIME_OF_DAY} from "../types/SeriesId.sol";

/// @dev Expiries a market's surface can hold.
uint256 constant MAX_EXPIRIES = 16;

/// @title Expiry list
/// @notice Up to sixteen expiries in one word, as 16-bit day numbers ascending from the low end; zeros behind the last.
/// Days are enough: every expiry falls at 08:00 UTC.
library ExpiryList {
    uint256 private constant BITS = 16;
    uint256 private constant MASK = 0xffff;

    function get(uint256 list, uint256 index) internal pure returns (uint40) {
        uint256 day = index < MAX_EXPIRIES ? list >> index * BITS & MASK : 0;
        return day == 0 ? 0 : uint40(day * 1 days + EXPIRY_TIME_OF_DAY);
    }

    function length(uint256 list) internal pure returns (uint256 n) {
        while (n < MAX_EXPIRIES && list >> n * BITS != 0) ++n;
    }

    /// @notice Drops what has passed.
    function prune(uint256 list, uint256 time) internal pure returns (uint256) {
        while (list != 0 && get(list, 0) <= time) list >>= BITS;
        return list;
    }

    /// @notice Index of the first expiry at or after `expiry`.
    function indexOf(uint256 list, uint40 expiry) internal pure returns (uint256 index) {
        uint256 day = expiry / 1 days;
        while (index < MAX_EXPIRIES) {
            uint256 found = list >> index * BITS & MASK;
            if (found == 0 || found >= day) return index;
            ++index;
        }
    }

    /// @notice Inserts at `index`, moving the rest up. The list must not be full.
    function insert(uint256 list, uint256 index, uint40 expiry) internal pure returns (uint256) {
        uint256 shift = index * BITS;
        uint256 low = list & ((1 << shift) - 1);
        return (list >> shift) << shift + BITS | uint256(expiry / 1 days) << shift | low;
    }
}
