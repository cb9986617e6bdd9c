// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ANSWER,
    ANSWER_ARRAYS,
    ANSWER_OFFSETS,
    ANSWER_PARTS,
    AVERAGE_CONTEXT,
    CONTEXT_FORWARD,
    DESK,
    OTHER_CONTEXT,
    UNIT,
    WORK,
    WORK_CALL_DELTA,
    WORK_COLLATERAL,
    WORK_VEGA_AFTER,
    WORK_VEGA_BEFORE
} from "./Desk.sol";
import {Context, Unit} from "./ExpiryContext.sol";

/// @notice What the pricer computes in one call, as far as more than one library needs it: at the place that `Desk` gives.
struct Workspace {
    Context context; // of the board under way
    Context averageContext; // with spot at its average
    Context otherContext; // of a slice that was replaced
    Unit unit;
    // The answer's arrays: places of their first words
    uint256 callDelta;
    uint256 collateral;
    uint256 vegaBefore;
    uint256 vegaAfter;
    // The order
    uint256 equity; // floored
    uint256 spot;
    uint256 heldSpot; // inside the kernel's domain
    uint256 boards;
    bool atAverage; // whether legs are priced at average besides mark
    // Where things start in calldata, and words that every board reads
    uint256 firstBoard;
    uint256 params;
    uint256 slices;
    uint256 averages;
    uint256 lots;
    uint256 timestamp;
    uint256 window;
    int256 rate;
    int256 fairAtMark;
    int256 fairAtAverage;
    int256 leastAtMark; // the clamp's bound
    int256 leastAtAverage;
    uint256 spread;
    uint256 latency;
    uint256 carry;
    uint256 fee;
    // The board under way
    uint256 index; // in the terms
    uint256 expiry;
    uint256 nodes; // where they start in calldata
    uint256 nodeCount;
    uint256 tau;
    bool touched; // by a leg
    uint256 spreadLevel;
    uint256 surcharge;
    int256 apart; // prices at mark less those at average, under the slice in force
    bool riskOnly; // the book's value and theta are left out
}

/// @notice Lays the desk out in memory.
/// @dev A local struct would be zeroed member by member, and an answer encoded word by word.
library Workspaces {
    /// @notice Before anything else is allocated: what is not set counts on memory being zero.
    /// @return holder an array of one, because a variable of the struct's own type would be allocated
    function allocate(uint256 legs, uint256 boards) internal pure returns (Workspace[] memory holder) {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        assert(free <= DESK);
        assembly ("memory-safe") {
            mstore(WORK, CONTEXT_FORWARD)
            mstore(add(WORK, 0x20), AVERAGE_CONTEXT)
            mstore(add(WORK, 0x40), OTHER_CONTEXT)
            mstore(add(WORK, 0x60), UNIT)
            // The answer's arrays, and where they lie: two of a word a leg, two of a word a board
            mstore(ANSWER, 0x20)
            function array(head, field, place, count) -> next {
                mstore(head, sub(place, ANSWER_PARTS))
                mstore(place, count)
                place := add(place, 0x20)
                mstore(field, place)
                next := add(place, shl(5, count))
            }
            let place := array(ANSWER_OFFSETS, WORK_CALL_DELTA, ANSWER_ARRAYS, legs)
            place := array(add(ANSWER_OFFSETS, 0x20), WORK_COLLATERAL, place, legs)
            place := array(add(ANSWER_OFFSETS, 0x40), WORK_VEGA_BEFORE, place, boards)
            place := array(add(ANSWER_OFFSETS, 0x60), WORK_VEGA_AFTER, place, boards)
            holder := place
            mstore(holder, 1)
            mstore(add(holder, 0x20), WORK)
            mstore(0x40, add(holder, 0x40))
        }
    }

    /// @notice Ends the call with the answer.
    function answer() internal pure {
        assembly ("memory-safe") {
            let last := mload(WORK_VEGA_AFTER)
            return(ANSWER, sub(add(last, shl(5, mload(sub(last, 0x20)))), ANSWER))
        }
    }
}
