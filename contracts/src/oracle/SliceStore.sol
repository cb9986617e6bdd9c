// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISurfaceOracle, LiveSlices, SliceReport, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {Wad} from "../types/Wad.sol";

/// @dev Replaced slices kept per expiry.
uint256 constant HISTORY_SIZE = 4;
/// @dev Of an encoded slice.
uint256 constant SLICE_BYTES = 5 * 0x20;

/// @notice What of a slice is not SVI, in one word from the low end: 40 bits reportedAt; 40 graceUntil (of a replaced slice:
/// until when it is live; of the slice in force: until when the one before it is, or once opening has stopped the time of
/// the report that stopped it); 16 stopped (of the slice in force: zero or one) or lead (of a replaced one: seconds after
/// its report for which the one before it may be live); 96 spotAtReport; 64 forwardRatio.
type SliceMeta is uint256;

using {reportedAt, graceUntil, isStopped, newestSeen, earlierUntil} for SliceMeta global;

uint256 constant GRACE_SHIFT = 40;
uint256 constant STOP_SHIFT = 80;
uint256 constant SPOT_SHIFT = 96;
uint256 constant RATIO_SHIFT = 192;

function reportedAt(SliceMeta meta) pure returns (uint40) {
    return uint40(SliceMeta.unwrap(meta));
}

function graceUntil(SliceMeta meta) pure returns (uint40) {
    return uint40(SliceMeta.unwrap(meta) >> GRACE_SHIFT);
}

function isStopped(SliceMeta meta) pure returns (bool) {
    return uint16(SliceMeta.unwrap(meta) >> STOP_SHIFT) != 0;
}

/// @notice Time of the newest report seen, accepted or not.
function newestSeen(SliceMeta meta) pure returns (uint40) {
    return meta.isStopped() ? meta.graceUntil() : meta.reportedAt();
}

/// @notice Of a replaced slice: from when on the one before it is surely not live.
function earlierUntil(SliceMeta meta) pure returns (uint256) {
    unchecked {
        return uint256(meta.reportedAt()) + uint16(SliceMeta.unwrap(meta) >> STOP_SHIFT);
    }
}

/// @notice A slice: two slots. The top 16 bits of the shape's word are, of the slice in force, the place in the history
/// of the one before it.
struct StoredSlice {
    uint256 shape;
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
    uint256 private constant HEAD_SHIFT = 240;
    uint256 private constant MOST_LEAD = type(uint16).max;
    uint256 private constant SVI_MASK = (1 << 240) - 1;

    function load(SliceRecord storage record, uint40 expiry) internal view returns (SurfaceSlice memory) {
        return _slice(record.inForce.shape, record.inForce.meta, expiry);
    }

    /// @notice The slice in force, and the replaced ones that are still live, the newest first.
    function live(SliceRecord storage record, uint40 expiry) internal view returns (LiveSlices memory found) {
        (uint256 shape, SliceMeta meta) = (record.inForce.shape, record.inForce.meta);
        found.inForce = _slice(shape, meta, expiry);
        found.openingStopped = meta.isStopped();
        if (!found.openingStopped && meta.graceUntil() <= block.timestamp) return found;

        uint256 head = shape >> HEAD_SHIFT;
        uint256 count = _liveCount(record, head);
        found.previous = new SurfaceSlice[](count);
        for (uint256 i = 0; i < count; ++i) {
            StoredSlice storage past = _back(record, head, i);
            found.previous[i] = _slice(past.shape, past.meta, expiry);
        }
    }

    /// @notice Until when each of the replaced slices that are live is so, the newest first.
    function graceEnds(SliceRecord storage record) internal view returns (uint40[] memory ends) {
        uint256 head = record.inForce.shape >> HEAD_SHIFT;
        ends = new uint40[](_liveCount(record, head));
        for (uint256 i = 0; i < ends.length; ++i) {
            ends[i] = _back(record, head, i).meta.graceUntil();
        }
    }

    /// @notice Writes the slice in force to unallocated memory, as it is ABI-encoded.
    /// @return shape as stored
    /// @return meta as stored
    function writeInForce(SliceRecord storage record, uint256 place, uint256 expiry)
        internal
        view
        returns (uint256 shape, SliceMeta meta)
    {
        (shape, meta) = (record.inForce.shape, record.inForce.meta);
        _write(shape, meta, expiry, place);
    }

    /// @notice Writes the replaced slices that are still live to unallocated memory, one after the other. Reads no slot of
    /// a slice that is not.
    /// @param shape of the slice in force, as stored
    /// @param meta of the slice in force, as stored
    /// @return end where the last ends
    /// @return stopped whether opening is stopped
    function writeLive(SliceRecord storage record, uint256 place, uint256 expiry, uint256 shape, SliceMeta meta)
        internal
        view
        returns (uint256 end, bool stopped)
    {
        unchecked {
            (end, stopped) = (place, meta.isStopped());
            if (!stopped && meta.graceUntil() <= block.timestamp) return (end, stopped);
            uint256 head = shape >> HEAD_SHIFT;
            for (uint256 i = 0; i < HISTORY_SIZE; ++i) {
                StoredSlice storage past = _back(record, head, i);
                meta = past.meta;
                if (meta.graceUntil() <= block.timestamp) break;
                _write(past.shape, meta, expiry, end);
                end += SLICE_BYTES;
                if (meta.earlierUntil() <= block.timestamp) break;
            }
        }
    }

    /// @notice Stops opening until a report newer than this one is put.
    function stop(SliceRecord storage record, uint40 time) internal {
        uint256 meta = SliceMeta.unwrap(record.inForce.meta);
        record.inForce.meta = SliceMeta.wrap(
            meta >> SPOT_SHIFT << SPOT_SHIFT | 1 << STOP_SHIFT | uint256(time) << GRACE_SHIFT | uint40(meta)
        );
    }

    /// @notice Puts a report, its fields in range, in force, and the slice before it into the history.
    function put(SliceRecord storage record, SliceReport calldata report, uint256 grace) internal {
        uint256 shape = record.inForce.shape;
        uint256 meta = SliceMeta.unwrap(record.inForce.meta);
        uint256 head = shape >> HEAD_SHIFT;
        uint256 until;
        if (meta != 0) {
            head = (head + 1) % HISTORY_SIZE;
            StoredSlice storage oldest = record.history[head];
            uint40 freeAt = oldest.meta.graceUntil();
            require(freeAt <= block.timestamp, ISurfaceOracle.UpdateTooSoon(report.market, report.expiry, freeAt));
            until = block.timestamp + grace;
            oldest.shape = shape & SVI_MASK;
            oldest.meta = SliceMeta.wrap(
                meta >> SPOT_SHIFT << SPOT_SHIFT | _lead(SliceMeta.wrap(meta)) << STOP_SHIFT | until << GRACE_SHIFT
                    | uint40(meta)
            );
        }
        record.inForce.shape = SviSlice.unwrap(report.svi) | head << HEAD_SHIFT;
        record.inForce.meta = SliceMeta.wrap(
            Wad.unwrap(report.forwardRatio) << RATIO_SHIFT | Wad.unwrap(report.spotAtReport) << SPOT_SHIFT | until
                << GRACE_SHIFT | report.reportedAt
        );
    }

    /// @dev Of a slice in force: seconds after its report for which the one before it is live. A report is relayed within
    /// ten minutes and grace is no longer than ten, so they fit. Where opening is stopped nobody knows any more: the most.
    function _lead(SliceMeta meta) private pure returns (uint256) {
        unchecked {
            if (meta.isStopped()) return MOST_LEAD;
            (uint256 until, uint256 from) = (meta.graceUntil(), meta.reportedAt());
            if (until <= from) return 0;
            return until - from < MOST_LEAD ? until - from : MOST_LEAD;
        }
    }

    function _liveCount(SliceRecord storage record, uint256 head) private view returns (uint256 count) {
        while (count < HISTORY_SIZE && _back(record, head, count).meta.graceUntil() > block.timestamp) ++count;
    }

    function _back(SliceRecord storage record, uint256 head, uint256 steps) private view returns (StoredSlice storage) {
        unchecked {
            return record.history[(head + HISTORY_SIZE - steps) % HISTORY_SIZE];
        }
    }

    function _write(uint256 shape, SliceMeta meta, uint256 expiry, uint256 place) private pure {
        uint256 mask = SVI_MASK;
        assembly ("memory-safe") {
            mstore(place, and(shape, mask))
            mstore(add(place, 0x20), shr(RATIO_SHIFT, meta))
            mstore(add(place, 0x40), shr(160, shl(64, meta))) // 96 bits from SPOT_SHIFT on
            mstore(add(place, 0x60), expiry)
            mstore(add(place, 0x80), and(meta, 0xffffffffff))
        }
    }

    function _slice(uint256 shape, SliceMeta meta, uint40 expiry) private pure returns (SurfaceSlice memory) {
        uint256 word = SliceMeta.unwrap(meta);
        return SurfaceSlice(
            SviSlice.wrap(shape & SVI_MASK),
            Wad.wrap(word >> RATIO_SHIFT),
            Wad.wrap(uint96(word >> SPOT_SHIFT)),
            expiry,
            meta.reportedAt()
        );
    }
}
