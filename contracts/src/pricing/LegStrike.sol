// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    FIRST_STRIKE,
    FIRST_VOLATILITY,
    LAST_STRIKE,
    LAST_VOLATILITY,
    LEG_STRIKE,
    LEG_VOLATILITY,
    LOTS,
    SHORTS_ONE,
    SUMS_DELTA,
    SUMS_GAUSSIAN,
    SUMS_OVER_VOLATILITY,
    SUMS_SHORT_CALLS,
    SUMS_SHORT_PUTS,
    SUMS_STRIKES,
    SUMS_TIME,
    SUMS_TIMES_VOLATILITY,
    UNIT,
    WORK_RISK_ONLY
} from "./Desk.sol";

/// @notice The strike that a leg is priced at: what the vault has of it is summed from the leg's unit, so that the loop over
/// strikes does not price it again. One a board, the first that has a position.
library LegStrike {
    /// @notice Before the first leg of the board under way.
    function clear() internal pure {
        assembly ("memory-safe") {
            mstore(LEG_STRIKE, 0)
        }
    }

    /// @notice Takes the positions of a leg's strike out of LOTS and adds them to the sums: the integers of `StrikePass`.
    /// @param index of the strike, whose unit is on the desk
    function take(uint256 index, uint256 strike) internal pure {
        assembly ("memory-safe") {
            let place := add(LOTS, and(shl(3, index), not(0x1f)))
            let n := mload(place)
            let c := and(shr(shl(6, and(index, 3)), n), mul(0xffffffffffffffff, iszero(mload(LEG_STRIKE))))
            if c {
                mstore(place, xor(n, shl(shl(6, and(index, 3)), c)))
                let p := sar(32, signextend(7, c))
                c := signextend(3, c)
                n := add(c, p)
                let e := mload(add(UNIT, 0x80))
                let v := mload(add(UNIT, 0xa0))
                mstore(LEG_STRIKE, strike)
                mstore(LEG_VOLATILITY, v)
                mstore(SUMS_DELTA, sub(mul(n, mload(add(UNIT, 0xc0))), shl(192, p)))
                mstore(SUMS_OVER_VOLATILITY, mul(n, div(shl(32, e), v)))
                e := mul(e, n)
                mstore(SUMS_GAUSSIAN, e)
                if iszero(mload(WORK_RISK_ONLY)) {
                    mstore(SUMS_TIMES_VOLATILITY, mul(e, v))
                    mstore(SUMS_TIME, mul(n, mload(add(UNIT, 0x100))))
                    mstore(SUMS_STRIKES, sub(mul(n, mload(add(UNIT, 0xe0))), mul(p, strike)))
                }
                n := or(SHORTS_ONE, strike)
                mstore(SUMS_SHORT_CALLS, sub(0, mul(n, and(c, sar(255, c)))))
                mstore(SUMS_SHORT_PUTS, sub(0, mul(n, and(p, sar(255, p)))))
            }
        }
    }

    /// @notice After the other strikes: widens their range by this one, if there is one.
    function include() internal pure {
        assembly ("memory-safe") {
            let strike := mload(LEG_STRIKE)
            // Without others the last is zero, and the first of an earlier board
            if mul(strike, or(lt(strike, mload(FIRST_STRIKE)), iszero(mload(LAST_STRIKE)))) {
                mstore(FIRST_STRIKE, strike)
                mstore(FIRST_VOLATILITY, mload(LEG_VOLATILITY))
            }
            if gt(strike, mload(LAST_STRIKE)) {
                mstore(LAST_STRIKE, strike)
                mstore(LAST_VOLATILITY, mload(LEG_VOLATILITY))
            }
        }
    }
}
