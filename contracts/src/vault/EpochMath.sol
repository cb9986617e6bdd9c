// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The calendar of cut-offs
/// @notice Cut-offs fall at the times t with t = phase modulo period.
library EpochMath {
    /// @notice The first cut-off strictly after `now_`.
    function nextCutOff(uint256 now_, uint256 period, uint256 phase) internal pure returns (uint40) {
        if (now_ < phase) return uint40(now_ + (phase - now_ - 1) % period + 1);
        return uint40(now_ + period - (now_ - phase) % period);
    }
}
