// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SurfaceSlice} from "../../src/interfaces/ISurfaceOracle.sol";
import {SliceRounding} from "../../src/oracle/SliceRounding.sol";
import {SliceWord} from "../../src/types/SliceWord.sol";

/// @notice Slices as the surface oracle stores them.
library SliceWords {
    using SliceRounding for *;

    /// @notice With its numbers rounded; of one that was never reported nothing is left.
    function rounded(SurfaceSlice memory slice) internal pure returns (SurfaceSlice memory found) {
        found.expiry = slice.expiry;
        if (slice.reportedAt == 0) return found;
        found.reportedAt = slice.reportedAt;
        (found.svi, found.forwardRatio) = (slice.svi.nearest(), slice.forwardRatio.nearest());
        found.spotAtReport = slice.spotAtReport.nearestSpot();
    }

    /// @notice The word of a slice, its numbers rounded; zero of one that was never reported.
    function word(SurfaceSlice memory slice) internal pure returns (SliceWord) {
        if (slice.reportedAt == 0) return SliceWord.wrap(0);
        SurfaceSlice memory s = rounded(slice);
        return SliceRounding.pack(s.svi, s.forwardRatio, s.spotAtReport, s.expiry - s.reportedAt);
    }
}
