// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Slots of a ring: at least RING_SIZE x RING_SPACING = 8.5 hours of memory, however often somebody observes.
uint256 constant RING_SIZE = 1024;

/// @dev Seconds between two entries.
uint256 constant RING_SPACING = 30;

/// @notice Observations of one market. An entry is (time, price from then on, cumulative price x seconds up to then):
/// 40, 96 and 120 bits from the high end. The cumulative wraps; differences are taken modulo 2^120, which is exact
/// while price x seconds of a window stays below it (194 days at the largest price).
struct Ring {
    uint256[RING_SIZE] entries;
}

using ObservationRing for Ring global;

/// @title Observation ring
/// @notice Time-weighted averages from entries that each credit the previous price for the time that passed: a price
/// weighs nothing at the instant it is first seen, so no single observation can move an average.
library ObservationRing {
    uint256 private constant CUMULATIVE_MASK = (1 << 120) - 1;

    /// @notice Adds an entry after `head`, unless the last is younger than RING_SPACING.
    /// @return the new head
    function append(Ring storage ring, uint256 head, uint256 time, uint256 price) internal returns (uint256) {
        uint256 last = ring.entries[head];
        if (last != 0 && time < timeOf(last) + RING_SPACING) return head;

        head = (head + 1) % RING_SIZE;
        ring.entries[head] = time << 216 | price << 120 | (last == 0 ? 0 : _cumulative(last, time));
        return head;
    }

    /// @notice Average over [from, to], or from the first entry there ever was if that is later. The last price is
    /// credited up to `to`. The first price while no time has passed since it; zero when there is no entry.
    function average(Ring storage ring, uint256 head, uint256 from, uint256 to) internal view returns (uint256) {
        uint256 start = ring.entries[_find(ring, head, from)];
        if (start == 0) {
            start = ring.entries[1]; // not yet wrapped: the first entry is at index 1
            if (start == 0) return 0;
        }
        if (timeOf(start) > from) from = timeOf(start);
        if (from >= to) return priceOf(start);
        return _between(start, from, ring.entries[_find(ring, head, to)], to);
    }

    /// @notice Average over [from, to] if entries reach from `from` or before to `to` or after with no two further
    /// apart than `maxGap`; zero otherwise.
    function averageCovered(Ring storage ring, uint256 head, uint256 from, uint256 to, uint256 maxGap)
        internal
        view
        returns (uint256)
    {
        if (from >= to || timeOf(ring.entries[head]) < to) return 0;
        uint256 index = _find(ring, head, from);
        uint256 start = ring.entries[index];
        if (start == 0 || timeOf(start) > from) return 0;

        uint256 end = start;
        while (timeOf(end) < to) {
            index = (index + 1) % RING_SIZE;
            uint256 next = ring.entries[index];
            if (timeOf(next) - timeOf(end) > maxGap) return 0;
            if (timeOf(next) > to) break;
            end = next;
        }
        return _between(start, from, end, to);
    }

    /// @notice The last entry at or before `time`; zeros when there is none.
    function lastAt(Ring storage ring, uint256 head, uint256 time)
        internal
        view
        returns (uint256 price, uint256 seenAt)
    {
        uint256 entry = ring.entries[_find(ring, head, time)];
        return timeOf(entry) > time ? (0, 0) : (priceOf(entry), timeOf(entry));
    }

    function timeOf(uint256 entry) internal pure returns (uint256) {
        return entry >> 216;
    }

    function priceOf(uint256 entry) internal pure returns (uint256) {
        return uint96(entry >> 120);
    }

    function _between(uint256 start, uint256 from, uint256 end, uint256 to) private pure returns (uint256) {
        unchecked {
            return ((_cumulative(end, to) - _cumulative(start, from)) & CUMULATIVE_MASK) / (to - from);
        }
    }

    function _cumulative(uint256 entry, uint256 time) private pure returns (uint256) {
        unchecked {
            return ((entry & CUMULATIVE_MASK) + priceOf(entry) * (time - timeOf(entry))) & CUMULATIVE_MASK;
        }
    }

    /// @dev Index of the last entry at or before `time`. When there is none: of an unused slot, or of the oldest entry
    /// once every slot is used.
    function _find(Ring storage ring, uint256 head, uint256 time) private view returns (uint256) {
        uint256 near = 0; // entries back from the head: times fall, then unused slots
        uint256 far = RING_SIZE - 1;
        while (near < far) {
            uint256 middle = (near + far) / 2;
            if (timeOf(ring.entries[(head + RING_SIZE - middle) % RING_SIZE]) <= time) far = middle;
            else near = middle + 1;
        }
        return (head + RING_SIZE - near) % RING_SIZE;
    }
}
