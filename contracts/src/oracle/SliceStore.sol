// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISurfaceOracle, SliceReport, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {Wad} from "../types/Wad.sol";

/// @dev Replaced slices kept per expiry.
uint256 constant HISTORY_SIZE = 4;

/// @notice What of a slice is not SVI: one slot.
struct SliceMeta {
    uint64 forwardRatio;
    uint96 spotAtReport;
    uint40 reportedAt;
    uint40 graceUntil; // in force: until when the slice before it is live; replaced: until when it is itself
    uint16 stoppedAfter; // seconds after reportedAt of the report that stopped opening; zero: not stopped
}

/// @notice A slice with the place in the history of the one before it.
struct StoredSlice {
    uint240 svi;
    uint16 head;
    SliceMeta meta;
}

/// @notice Everything kept of one expiry.
struct SliceRecord {
    StoredSlice inForce;
    StoredSlice[HISTORY_SIZE] history;
    uint256 trail; // see VolTrail
}

/// @title Slice store
/// @notice The slice in force in two slots, and the last few it replaced. A replaced slice stays live for the grace
/// window; an update that would push a live slice out of memory is refused.
library SliceStore {
    function load(SliceRecord storage record, uint40 expiry) internal view returns (SurfaceSlice memory) {
        return _slice(record.inForce, expiry);
    }

    /// @notice Replaced slices that are still live, the newest first.
    function live(SliceRecord storage record, uint40 expiry) internal view returns (SurfaceSlice[] memory slices) {
        StoredSlice storage current = record.inForce;
        if (current.meta.graceUntil <= block.timestamp) return slices;

        uint256 count;
        uint256 head = current.head;
        while (count < HISTORY_SIZE && _at(record, head, count).meta.graceUntil > block.timestamp) ++count;
        slices = new SurfaceSlice[](count);
        for (uint256 i = 0; i < count; ++i) {
            slices[i] = _slice(_at(record, head, i), expiry);
        }
    }

    function stopped(SliceRecord storage record) internal view returns (bool) {
        return record.inForce.meta.stoppedAfter != 0;
    }

    /// @notice The newest report seen, accepted or not.
    function newest(SliceMeta memory meta) internal pure returns (uint40) {
        return meta.reportedAt + meta.stoppedAfter;
    }

    function stop(SliceRecord storage record, uint40 reportedAt) internal {
        SliceMeta storage meta = record.inForce.meta;
        uint256 delta = reportedAt - meta.reportedAt;
        meta.stoppedAfter = delta > type(uint16).max ? type(uint16).max : uint16(delta);
    }

    /// @notice Puts a report in force and the slice before it into the history.
    function put(SliceRecord storage record, SliceReport memory report, uint256 grace) internal {
        StoredSlice memory current = record.inForce;
        uint40 graceUntil = uint40(block.timestamp + grace);
        if (current.meta.reportedAt != 0) {
            current.head = uint16((current.head + 1) % HISTORY_SIZE);
            StoredSlice storage oldest = record.history[current.head];
            uint40 freeAt = oldest.meta.graceUntil;
            require(freeAt <= block.timestamp, ISurfaceOracle.UpdateTooSoon(report.market, report.expiry, freeAt));
            oldest.svi = current.svi;
            oldest.meta =
                SliceMeta(current.meta.forwardRatio, current.meta.spotAtReport, current.meta.reportedAt, graceUntil, 0);
        } else {
            graceUntil = 0;
        }
        record.inForce = StoredSlice(
            uint240(SviSlice.unwrap(report.svi)),
            current.head,
            SliceMeta(
                uint64(Wad.unwrap(report.forwardRatio)),
                uint96(Wad.unwrap(report.spotAtReport)),
                report.reportedAt,
                graceUntil,
                0
            )
        );
    }

    function _at(SliceRecord storage record, uint256 head, uint256 back) private view returns (StoredSlice storage) {
        return record.history[(head + HISTORY_SIZE - back) % HISTORY_SIZE];
    }

    function _slice(StoredSlice storage stored, uint40 expiry) private view returns (SurfaceSlice memory) {
        SliceMeta memory meta = stored.meta;
        return SurfaceSlice(
            SviSlice.wrap(stored.svi), Wad.wrap(meta.forwardRatio), Wad.wrap(meta.spotAtReport), expiry, meta.reportedAt
        );
    }
}
