// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICatalogue, MarketLimits} from "../interfaces/ICatalogue.sol";
import {WAD, Wad} from "../types/Wad.sol";

/// @notice The boxes of the governed limits of a market, and what tightening means.
/// @dev Limits are a run of words; an error names a limit by its place in the struct.
library LimitBounds {
    uint256 private constant COUNT = 16;
    uint256 private constant MIN_DELTA = 0;
    uint256 private constant BUFFER_SHARE = 7;
    uint256 private constant MIN_TRADE_SIZE = 8;

    uint256 private constant MAX_RATIO = 100 * WAD;
    /// @dev A million options: a position of 2^30 lots is the most that a book can hold.
    uint256 private constant MAX_SIZE = 1_000_000 * WAD;
    uint256 private constant MAX_EXPIRY_SIZE = 2_000_000 * WAD;
    uint256 private constant MAX_AGE = 1 days;
    /// @dev A signed price may lie this share of notional away from the model's.
    uint256 private constant MAX_DISTANCE = WAD / 20;

    function check(MarketLimits calldata l) internal pure {
        _within(l, 0, Wad.unwrap(l.maxDelta)); // minDelta
        _within(l, 1, WAD); // maxDelta
        _within(l, 2, MAX_RATIO); // maxNetDelta
        _within(l, 3, MAX_RATIO); // maxNetVega
        _within(l, 4, MAX_RATIO); // maxExpiryVega
        _within(l, 5, MAX_RATIO); // maxGamma
        _within(l, 6, WAD); // maxUtilisation
        _within(l, BUFFER_SHARE, WAD);
        _within(l, MIN_TRADE_SIZE, Wad.unwrap(l.maxTradeSize));
        _within(l, 9, MAX_SIZE); // maxTradeSize
        _within(l, 10, MAX_SIZE); // maxSeriesSize
        _within(l, 11, MAX_EXPIRY_SIZE); // maxExpirySize
        _within(l, 12, MAX_RATIO); // vegaPerReport
        _within(l, 13, MAX_DISTANCE); // quoteDistance
        _within(l, 14, MAX_AGE); // maxSyncAge
        _within(l, 15, MAX_AGE); // maxSliceAge
    }

    /// @dev A larger least delta, least size or buffer is stricter; of everything else, a smaller value.
    function checkTighter(MarketLimits memory current, MarketLimits calldata l) internal pure {
        for (uint256 i = 0; i < COUNT; ++i) {
            uint256 was;
            assembly ("memory-safe") {
                was := mload(add(current, shl(5, i)))
            }
            uint256 given = _word(l, i);
            bool larger = i == MIN_DELTA || i == BUFFER_SHARE || i == MIN_TRADE_SIZE;
            require(larger ? given >= was : given <= was, ICatalogue.LimitNotTighter(i, given, was));
        }
    }

    function _within(MarketLimits calldata l, uint256 index, uint256 most) private pure {
        uint256 given = _word(l, index);
        require(given <= most, ICatalogue.LimitOutOfBounds(index, given, 0, most));
    }

    function _word(MarketLimits calldata l, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(l, shl(5, index)))
        }
    }
}
