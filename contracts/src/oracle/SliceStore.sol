// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISurfaceOracle, LiveSlices, SliceReport, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {Wad} from "../types/Wad.sol";
import {SliceRounding, SliceWord} from "./SliceWord.sol";

/// @dev Replaced slices kept per expiry.
uint256 constant HISTORY_SIZE = 4;
/// @dev Of an encoded slice.
uint256 constant SLICE_BYTES = 5 * 0x20;

/// @notice What of a slice only a trade of its own expiry asks, in one word from the low end: 40 bits until (of a replaced
/// slice: until when it is live; of the slice in force: until when the one before it is, or once opening has stopped the
/// time of the report that stopped it); 40 earlierUntil (of a replaced slice: from when on the one before it is surely not
/// live; of the slice in force: the same of the one that it replaced, zero once opening has stopped); 8 stopped (of the slice in force: zero or one); 8 head (of the slice in force: the place in the history of the
/// one before it); 96 spotAtReport.
type SliceMeta is uint256;

using {until, earlierUntil, isStopped, head, spotAtReport} for SliceMeta global;

uint256 constant EARLIER_SHIFT = 40;
uint256 constant STOP_SHIFT = 80;
uint256 constant HEAD_SHIFT = 88;
uint256 constant SPOT_SHIFT = 96;

function until(SliceMeta meta) pure returns (uint40) {
    return uint40(SliceMeta.unwrap(meta));
}

function earlierUntil(SliceMeta meta) pure returns (uint40) {
    return uint40(SliceMeta.unwrap(meta) >> EARLIER_SHIFT);
}

function isStopped(SliceMeta meta) pure returns (bool) {
    return uint8(SliceMeta.unwrap(meta) >> STOP_SHIFT) != 0;
}

function head(SliceMeta meta) pure returns (uint256) {
    return uint8(SliceMeta.unwrap(meta) >> HEAD_SHIFT);
}

function spotAtReport(SliceMeta meta) pure returns (uint256) {
    return SliceMeta.unwrap(meta) >> SPOT_SHIFT;
}

/// @notice A slice: two slots, of which prices of an expiry that is not traded need the first.
struct StoredSlice {
    SliceWord word;
    SliceMeta meta;
}

/// @notice Everything kept of one expiry.
struct SliceRecord {
    StoredSlice inForce;
    StoredSlice[HISTORY_SIZE] history;
    uint256 trail; // see VolTrail
}

using SliceStore for SliceRecord global;

/// @title Slice store
/// @notice The slice in force in two slots, and the last few it replaced. A replaced slice stays live for the grace
/// window; an update that would push a live slice out of memory is refused.
library SliceStore {
    function load(SliceRecord storage record, uint40 expiry) internal view returns (SurfaceSlice memory) {
        return _slice(record.inForce, expiry);
    }

    /// @notice The slice in force, and the replaced ones that are still live, the newest first.
    function live(SliceRecord storage record, uint40 expiry) internal view returns (LiveSlices memory found) {
        SliceMeta meta = record.inForce.meta;
        found.inForce = _slice(record.inForce, expiry);
        found.openingStopped = meta.isStopped();
        if (!found.openingStopped && meta.until() <= block.timestamp) return found;

        uint256 count = _liveCount(record, meta.head());
        found.previous = new SurfaceSlice[](count);
        for (uint256 i = 0; i < count; ++i) {
            found.previous[i] = _slice(_back(record, meta.head(), i), expiry);
        }
    }

    /// @notice Until when each of the replaced slices that are live is so, the newest first.
    function graceEnds(SliceRecord storage record) internal view returns (uint40[] memory ends) {
        uint256 newest = record.inForce.meta.head();
        ends = new uint40[](_liveCount(record, newest));
        for (uint256 i = 0; i < ends.length; ++i) {
            ends[i] = _back(record, newest, i).meta.until();
        }
    }

    /// @return time of the newest report seen, accepted or not
    /// @return stopped whether it stopped opening
    function newestSeen(SliceRecord storage record, uint40 expiry) internal view returns (uint40 time, bool stopped) {
        SliceMeta meta = record.inForce.meta;
        stopped = meta.isStopped();
        time = stopped ? meta.until() : uint40(record.inForce.word.reportedAt(expiry));
    }

    /// @notice Writes what prices need of the slice in force to unallocated memory, as it is ABI-encoded, its spotAtReport
    /// zero. Reads one slot.
    function writePriced(SliceRecord storage record, uint256 place, uint256 expiry) internal view {
        _write(record.inForce.word, 0, expiry, place);
    }

    /// @notice Writes the slice in force to unallocated memory, and elsewhere the replaced ones that are still live, one
    /// after the other, their spotAtReport zero. Reads no slot of a slice that is not.
    /// @param place of the slice in force
    /// @param end where the replaced ones begin
    /// @return where the last ends
    /// @return stopped whether opening is stopped
    function writeTraded(SliceRecord storage record, uint256 place, uint256 end, uint256 expiry)
        internal
        view
        returns (uint256, bool stopped)
    {
        unchecked {
            SliceMeta meta = record.inForce.meta;
            _write(record.inForce.word, meta.spotAtReport(), expiry, place);
            stopped = meta.isStopped();
            if (!stopped && meta.until() <= block.timestamp) return (end, stopped);
            uint256 newest = meta.head();
            for (uint256 i = 0; i < HISTORY_SIZE; ++i) {
                StoredSlice storage past = _back(record, newest, i);
                // The slice in force says this of the one before it
                if (stopped || i != 0) {
                    meta = past.meta;
                    if (meta.until() <= block.timestamp) break;
                }
                _write(past.word, 0, expiry, end);
                end += SLICE_BYTES;
                if (meta.earlierUntil() <= block.timestamp) break;
            }
            return (end, stopped);
        }
    }

    /// @notice Stops opening until a report newer than this one is put.
    function stop(SliceRecord storage record, uint40 time) internal {
        SliceMeta meta = record.inForce.meta;
        record.inForce.meta = _meta(meta.spotAtReport(), meta.head() << HEAD_SHIFT | 1 << STOP_SHIFT | time);
    }

    /// @notice Puts a report, its numbers rounded and in range, in force, and the slice before it into the history.
    function put(SliceRecord storage record, SliceReport memory report, uint256 grace) internal {
        SliceWord word = record.inForce.word;
        uint256 newest;
        uint256 ends; // of the slice before the new one, and of the one before that
        if (!word.isEmpty()) {
            SliceMeta meta = record.inForce.meta;
            newest = (meta.head() + 1) % HISTORY_SIZE;
            StoredSlice storage oldest = record.history[newest];
            uint40 freeAt = oldest.meta.until();
            require(freeAt <= block.timestamp, ISurfaceOracle.UpdateTooSoon(report.market, report.expiry, freeAt));
            oldest.word = word;
            // Where opening is stopped nobody knows any more until when the one before it is live
            uint256 earlier = meta.isStopped() ? type(uint40).max : meta.until();
            ends = earlier << EARLIER_SHIFT | block.timestamp + grace;
            oldest.meta = _meta(meta.spotAtReport(), ends);
        }
        record.inForce.word = SliceRounding.pack(report.svi, report.forwardRatio, report.expiry - report.reportedAt);
        record.inForce.meta = _meta(Wad.unwrap(report.spotAtReport), newest << HEAD_SHIFT | ends);
    }

    function _meta(uint256 spot, uint256 rest) private pure returns (SliceMeta) {
        return SliceMeta.wrap(spot << SPOT_SHIFT | rest);
    }

    function _liveCount(SliceRecord storage record, uint256 newest) private view returns (uint256 count) {
        while (count < HISTORY_SIZE && _back(record, newest, count).meta.until() > block.timestamp) ++count;
    }

    function _back(SliceRecord storage record, uint256 newest, uint256 steps)
        private
        view
        returns (StoredSlice storage)
    {
        unchecked {
            return record.history[(newest + HISTORY_SIZE - steps) % HISTORY_SIZE];
        }
    }

    function _write(SliceWord word, uint256 spot, uint256 expiry, uint256 place) private pure {
        uint256 svi = SviSlice.unwrap(word.svi());
        uint256 ratio = Wad.unwrap(word.forwardRatio());
        uint256 time = word.reportedAt(expiry);
        assembly ("memory-safe") {
            mstore(place, svi)
            mstore(add(place, 0x20), ratio)
            mstore(add(place, 0x40), spot)
            mstore(add(place, 0x60), expiry)
            mstore(add(place, 0x80), time)
        }
    }

    function _slice(StoredSlice storage stored, uint40 expiry) private view returns (SurfaceSlice memory) {
        SliceWord word = stored.word;
        uint40 time = uint40(word.reportedAt(expiry));
        return SurfaceSlice(word.svi(), word.forwardRatio(), Wad.wrap(stored.meta.spotAtReport()), expiry, time);
    }
}
