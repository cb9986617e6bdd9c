// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Term structure
/// @notice Total variance between reported expiries: linear in time at equal forward moneyness, which keeps a surface
/// that has no calendar arbitrage at its expiries free of it between them. Flat in volatility beyond the ends.
library TermStructure {
    /// @param nearAt expiry at or before `time`; zero: none
    /// @param farAt expiry after `time`; zero: none
    function between(
        uint256 now_,
        uint256 time,
        uint256 nearAt,
        uint256 nearVariance,
        uint256 farAt,
        uint256 farVariance
    ) internal pure returns (uint256) {
        if (nearAt == 0) return farAt == 0 ? 0 : farVariance * (time - now_) / (farAt - now_);
        if (farAt == 0) return nearVariance * (time - now_) / (nearAt - now_);
        return (nearVariance * (farAt - time) + farVariance * (time - nearAt)) / (farAt - nearAt);
    }
}
