// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {HedgeParams} from "../interfaces/IHedger.sol";
import {Wad} from "../types/Wad.sol";
import {DELTA_STEP} from "./HedgeStore.sol";

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

/// @title Caps
/// @notice Pure. What is used rounds up and what is left rounds down, so that no cap is ever exceeded.
library HedgeUsages {
    /// @notice Underlying that may still be traded in this block and today, wad.
    function left(HedgeUsage memory u, HedgeParams memory p, uint256 blockNumber, uint256 timestamp)
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

    function _left(Wad cap, uint256 used) private pure returns (uint256) {
        uint256 spent = used * DELTA_STEP;
        return spent >= Wad.unwrap(cap) ? 0 : Wad.unwrap(cap) - spent;
    }
}
