// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DELTA_STEP, StoredParams} from "./HedgeStore.sol";

/// @notice What a market's caps have left and when its rules last spoke, in one slot. Sizes in DELTA_STEP.
struct HedgeUsage {
    uint56 usedInBlock;
    uint56 usedToday;
    uint40 blockNumber; // of usedInBlock
    uint16 day; // of usedToday, since 1970, UTC
    uint40 lastFillAt;
    uint40 forceSeenAt; // first observation of a force breach at mark alone; zero for none
    bool forceLong; // its sign
}

/// @title Caps and observations
/// @notice Pure. What is used rounds up and what is left rounds down, so that no cap is ever exceeded.
library HedgeUsages {
    /// @dev An observation confirms a later one for so long after the delay.
    uint256 internal constant FORCE_MEMORY = 1 hours;

    /// @notice Underlying that may still be traded in this block and today, wad.
    function left(HedgeUsage memory u, StoredParams memory p, uint256 blockNumber, uint256 timestamp)
        internal
        pure
        returns (uint256 thisBlock, uint256 today)
    {
        thisBlock = _left(p.maxPerBlock, u.blockNumber == blockNumber ? u.usedInBlock : 0);
        today = _left(p.maxPerDay, u.day == timestamp / 1 days ? u.usedToday : 0);
    }

    /// @notice Notes a fill of so much underlying, wad, within what was left.
    function spend(HedgeUsage memory u, uint256 size, uint256 blockNumber, uint256 timestamp) internal pure {
        uint256 steps = Math.ceilDiv(size, DELTA_STEP);
        if (u.blockNumber != blockNumber) (u.blockNumber, u.usedInBlock) = (uint40(blockNumber), 0);
        if (u.day != timestamp / 1 days) (u.day, u.usedToday) = (uint16(timestamp / 1 days), 0);
        u.usedInBlock += uint56(steps);
        u.usedToday += uint56(steps);
    }

    /// @notice Whether an earlier observation of the same breach is old enough, and not too old.
    function forceConfirmed(HedgeUsage memory u, bool long, uint256 delay, uint256 timestamp)
        internal
        pure
        returns (bool)
    {
        uint256 age = timestamp - u.forceSeenAt;
        return forceOpen(u, long, delay, timestamp) && age >= delay;
    }

    /// @notice Whether there is an observation that will confirm or confirms.
    function forceOpen(HedgeUsage memory u, bool long, uint256 delay, uint256 timestamp) internal pure returns (bool) {
        return u.forceSeenAt != 0 && u.forceLong == long && timestamp - u.forceSeenAt <= delay + FORCE_MEMORY;
    }

    function _left(uint256 cap, uint256 used) private pure returns (uint256) {
        return used >= cap ? 0 : (cap - used) * DELTA_STEP;
    }
}
