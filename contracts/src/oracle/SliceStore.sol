// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ISurfaceOracle, LiveSlices, SliceReport, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {SliceRounding} from "./SliceRounding.sol";

/// @dev Replaced slices kept per expiry.
uint256 constant HISTORY_SIZE = 4;

// The tag of the slice in force, from the low end: 2 bits head, the place in the history of the slice before it; 5 earlier,
// in steps of 64 s after its report from when on the one before that is surely not live; 11 until, seconds after its report
// until when the one before it is live, or all ones once opening has stopped, when neither says anything.
uint256 constant EARLIER_SHIFT = 2;
uint256 constant UNTIL_SHIFT = 7;
uint256 constant HEAD_MASK = 3;
uint256 constant EARLIER_MASK = 31;
uint256 constant UNTIL_MASK = 2047;
uint256 constant EARLIER_STEP = 64;
/// @dev Until and earlier of a slice in force once opening has stopped.
uint256 constant STOPPED = UNTIL_MASK << UNTIL_SHIFT | EARLIER_MASK << EARLIER_SHIFT;

/// @notice Until when a replaced slice is live, from the low end: 40 bits until, unix seconds, exclusive; 40 earlierUntil,
/// from when on the one before it is surely not live.
type GraceEnds is uint256;

using {until, earlierUntil} for GraceEnds global;

uint256 constant ENDS_BITS = 40;

function until(GraceEnds ends) pure returns (uint40) {
    return uint40(GraceEnds.unwrap(ends));
}

function earlierUntil(GraceEnds ends) pure returns (uint40) {
    return uint40(GraceEnds.unwrap(ends) >> ENDS_BITS);
}

/// @notice A slice that was replaced.
struct PastSlice {
    SliceWord word; // its tag says nothing any more
    GraceEnds ends;
}

/// @notice Everything kept of one expiry.
struct SliceRecord {
    SliceWord inForce;
    uint256 stoppedAt; // once opening has stopped, time of the report that stopped it
    PastSlice[HISTORY_SIZE] history;
    uint256 trail; // see VolTrail
}

using SliceStore for SliceRecord global;

/// @title Slice store
/// @notice The slice in force in one slot, and the last few it replaced. A replaced slice stays live for the grace
/// window; an update that would push a live slice out of memory is refused.
library SliceStore {
    function load(SliceRecord storage record, uint40 expiry) internal view returns (SurfaceSlice memory) {
        return _slice(record.inForce, expiry);
    }

    /// @notice The slice in force, and the replaced ones that are still live, the newest first.
    function live(SliceRecord storage record, uint40 expiry) internal view returns (LiveSlices memory found) {
        SliceWord word = record.inForce;
        found.inForce = _slice(word, expiry);
        found.openingStopped = _isStopped(word);
        if (_isAlone(word, expiry)) return found;
        uint256 count = _liveCount(record, word.tag() & HEAD_MASK);
        found.previous = new SurfaceSlice[](count);
        for (uint256 i = 0; i < count; ++i) {
            found.previous[i] = _slice(_back(record, word.tag(), i).word, expiry);
        }
    }

    /// @notice Until when each of the replaced slices that are live is so, the newest first.
    function graceEnds(SliceRecord storage record) internal view returns (uint40[] memory ends) {
        uint256 newest = record.inForce.tag() & HEAD_MASK;
        ends = new uint40[](_liveCount(record, newest));
        for (uint256 i = 0; i < ends.length; ++i) {
            ends[i] = _back(record, newest, i).ends.until();
        }
    }

    /// @return time of the newest report seen, accepted or not
    /// @return stopped whether it stopped opening
    function newestSeen(SliceRecord storage record, uint40 expiry) internal view returns (uint40 time, bool stopped) {
        SliceWord word = record.inForce;
        stopped = _isStopped(word);
        time = uint40(stopped ? record.stoppedAt : word.reportedAt(expiry));
    }

    /// @notice Writes the replaced slices that are still live to unallocated memory, one after the other. Reads no slot of a
    /// slice that is not.
    /// @param word the slice in force
    /// @param tag_ of what is written
    /// @param place where the first goes
    /// @return end where the last ends
    /// @return stopped whether opening is stopped
    function writePrevious(SliceRecord storage record, SliceWord word, uint256 expiry, uint256 tag_, uint256 place)
        internal
        view
        returns (uint256 end, bool stopped)
    {
        unchecked {
            end = place;
            uint256 state = SliceWord.unwrap(word);
            uint256 age = block.timestamp + word.lifetime() - expiry;
            uint256 left = state >> UNTIL_SHIFT & UNTIL_MASK;
            stopped = left == UNTIL_MASK;
            if (left <= age && !stopped) return (end, stopped); // so it is where there is no slice
            uint256 steps;
            if (!stopped) {
                // The slice in force says this of the one before it
                end = _write(_back(record, state, 0).word, tag_, end);
                if ((state >> EARLIER_SHIFT & EARLIER_MASK) * EARLIER_STEP <= age) return (end, false);
                steps = 1;
            }
            for (; steps < HISTORY_SIZE; ++steps) {
                PastSlice storage past = _back(record, state, steps);
                GraceEnds ends = past.ends;
                if (ends.until() <= block.timestamp) break;
                end = _write(past.word, tag_, end);
                if (ends.earlierUntil() <= block.timestamp) break;
            }
        }
    }

    /// @notice Stops opening until a report newer than this one is put.
    function stop(SliceRecord storage record, uint40 time) internal {
        SliceWord word = record.inForce;
        record.inForce = word.withTag(word.tag() & HEAD_MASK | STOPPED);
        record.stoppedAt = time;
    }

    /// @notice Puts a report, its numbers rounded and in range, in force, and the slice before it into the history.
    /// @param grace at most 10 minutes, of a report at most 10 minutes old: `until` has room for both
    function put(SliceRecord storage record, SliceReport memory report, uint256 grace) internal {
        SliceWord word = record.inForce;
        uint256 tag_;
        if (!word.isEmpty()) {
            uint256 newest = (word.tag() + 1) & HEAD_MASK;
            PastSlice storage oldest = record.history[newest];
            uint40 freeAt = oldest.ends.until();
            require(freeAt <= block.timestamp, ISurfaceOracle.UpdateTooSoon(report.market, report.expiry, freeAt));
            // Once opening has stopped, the tag does not say until when the one before it is live
            uint256 earlier = _isStopped(word)
                ? uint256(_back(record, word.tag(), 0).ends.until())
                : word.reportedAt(report.expiry) + (word.tag() >> UNTIL_SHIFT);
            // No sooner than that one, whatever has become of `grace`: who looks back stops at the first that is not live
            uint256 end = Math.max(block.timestamp + grace, earlier);
            (oldest.word, oldest.ends) = (word, GraceEnds.wrap(earlier << ENDS_BITS | end));
            tag_ =
                (end - report.reportedAt) << UNTIL_SHIFT | _steps(earlier, report.reportedAt) << EARLIER_SHIFT | newest;
        }
        uint256 lifetime = report.expiry - report.reportedAt;
        record.inForce =
            SliceRounding.pack(report.svi, report.forwardRatio, report.spotAtReport, lifetime).withTag(tag_);
    }

    /// @dev From a report to a time, rounded up, as far as the tag reaches: that is further than any grace.
    function _steps(uint256 time, uint256 from) private pure returns (uint256) {
        if (time <= from) return 0;
        return Math.min(Math.ceilDiv(time - from, EARLIER_STEP), EARLIER_MASK);
    }

    /// @dev Whether no slice that it replaced is live, as far as the slice in force knows; so it is of no slice.
    function _isAlone(SliceWord word, uint256 expiry) private view returns (bool) {
        unchecked {
            uint256 left = word.tag() >> UNTIL_SHIFT;
            return left <= block.timestamp + word.lifetime() - expiry && left != UNTIL_MASK;
        }
    }

    function _isStopped(SliceWord word) private pure returns (bool) {
        return word.tag() >> UNTIL_SHIFT == UNTIL_MASK;
    }

    function _liveCount(SliceRecord storage record, uint256 newest) private view returns (uint256 count) {
        while (count < HISTORY_SIZE && _back(record, newest, count).ends.until() > block.timestamp) ++count;
    }

    /// @param head in its low bits
    function _back(SliceRecord storage record, uint256 head, uint256 steps)
        private
        view
        returns (PastSlice storage past)
    {
        unchecked {
            PastSlice[HISTORY_SIZE] storage history = record.history;
            uint256 place = (head + HISTORY_SIZE - steps) & HEAD_MASK;
            assembly ("memory-safe") {
                past.slot := add(history.slot, shl(1, place)) // two slots each
            }
        }
    }

    /// @return end of what is written
    function _write(SliceWord word, uint256 tag_, uint256 place) private pure returns (uint256 end) {
        word = word.withTag(tag_);
        assembly ("memory-safe") {
            mstore(place, word)
            end := add(place, 0x20)
        }
    }

    function _slice(SliceWord word, uint40 expiry) private pure returns (SurfaceSlice memory) {
        uint40 time = uint40(word.reportedAt(expiry));
        return SurfaceSlice(word.svi(), word.forwardRatio(), word.spotAtReport(), expiry, time);
    }
}
