// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CHANGE_DELTA, UNIT, WORK_RISK_ONLY} from "./Desk.sol";

/// @notice Integer sums over a board's positions, lots times a strike's unit figures: exact, hence a function of the
/// positions alone, whatever the order in which they came about. Their undiscounted value is F (delta + time) - strikes.
struct BoardSums {
    int256 delta; // N(d1) of calls and N(d1) - 1 of puts, Q192 * lots
    int256 strikes; // what of it would be paid in strikes if d2 >= 0 were certainty, wad * lots
    int256 time; // what is wrong about that, in units of the forward, Q192 * lots
    int256 gaussian; // Q128 * lots
    int256 gaussianOverVolatility; // Q96 * lots
    int256 gaussianTimesVolatility; // Q192 * lots
    int256 callMargin; // wad in Q64 * lots, before the upper factor
    int256 putMargin;
}

/// @notice What the legs change in the sums of the board under way. `BoardPass` turns sums into money.
library BoardSumsLib {
    /// @notice Before the first leg.
    function clear() internal pure {
        assembly ("memory-safe") {
            calldatacopy(CHANGE_DELTA, calldatasize(), 0x100) // zeros
        }
    }

    /// @notice Adds so many lots of the call and of the put of the strike whose unit is on the desk, margin apart: the integers
    /// of `StrikePass`.
    /// @param calls lots of the call
    /// @param puts lots of the put
    function add(uint256 strike, int256 calls, int256 puts) internal pure {
        assembly ("memory-safe") {
            let n := add(calls, puts)
            let e := mload(add(UNIT, 0x80))
            let v := mload(add(UNIT, 0xa0))
            mstore(CHANGE_DELTA, add(mload(CHANGE_DELTA), sub(mul(n, mload(add(UNIT, 0xc0))), shl(192, puts))))
            let to := add(CHANGE_DELTA, 0x80)
            mstore(to, add(mload(to), mul(n, div(shl(32, e), v))))
            if iszero(mload(WORK_RISK_ONLY)) {
                to := add(CHANGE_DELTA, 0x20)
                mstore(to, add(mload(to), sub(mul(n, mload(add(UNIT, 0xe0))), mul(puts, strike))))
                to := add(CHANGE_DELTA, 0x40)
                mstore(to, add(mload(to), mul(n, mload(add(UNIT, 0x100)))))
                to := add(CHANGE_DELTA, 0xa0)
                mstore(to, add(mload(to), mul(mul(e, n), v)))
            }
            to := add(CHANGE_DELTA, 0x60)
            mstore(to, add(mload(to), mul(e, n)))
        }
    }

    /// @notice Adds margin before the upper factor, wad in Q64 times lots.
    function addMargin(int256 margin, bool isCall) internal pure {
        assembly ("memory-safe") {
            let to := add(CHANGE_DELTA, add(0xc0, shl(5, iszero(isCall))))
            mstore(to, add(mload(to), margin))
        }
    }
}
