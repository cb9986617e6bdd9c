// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Volatility trail
/// @notice At-the-money volatilities that came into force, in one word: four samples of 64 bits, the newest at the low
/// end, each a volatility (24 bits, 1e-6) and its time (40 bits). Samples are SPACING apart or more, so that the oldest
/// of four is LOOKBACK old or more however often reports come: no run of small steps hides where it started.
library VolTrail {
    uint256 internal constant LOOKBACK = 10 minutes;
    uint256 internal constant SPACING = LOOKBACK / 3;
    uint256 internal constant UNIT = 1e12; // wad per 1e-6
    uint256 private constant SAMPLES = 4;

    /// @notice Volatility, wad, of the newest sample at least LOOKBACK old, or of the oldest there is; zero: none.
    function before(uint256 trail, uint256 time) internal pure returns (uint256 volatility) {
        for (uint256 i = 0; i < SAMPLES; ++i) {
            uint256 sample = uint64(trail >> 64 * i);
            if (sample == 0) return volatility;
            volatility = (sample >> 40) * UNIT;
            if (uint40(sample) + LOOKBACK <= time) return volatility;
        }
    }

    /// @notice The trail with what now comes into force, sampled if the newest sample is SPACING old.
    function push(uint256 trail, uint256 time, uint256 volatility) internal pure returns (uint256) {
        if (uint40(trail) + SPACING > time) return trail;
        return trail << 64 | (volatility / UNIT) << 40 | time;
    }
}
