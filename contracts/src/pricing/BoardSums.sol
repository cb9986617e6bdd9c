// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Unit} from "./ExpiryContext.sol";

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

/// @notice Adds positions to the sums of a board. `BoardPass` turns them into money.
library BoardSumsLib {
    /// @notice Adds so many lots of the call and of the put of a strike, margin apart.
    function add(BoardSums memory s, Unit memory u, uint256 strike, int256 calls, int256 puts) internal pure {
        unchecked {
            int256 both = calls + puts;
            s.delta += both * u.exactDelta - (puts << 192);
            s.strikes += both * int256(u.reached) - puts * int256(strike);
            s.time += both * u.time;
            s.gaussianOverVolatility += both * int256((u.gaussian << 32) / u.volatility);
            both *= int256(u.gaussian);
            s.gaussian += both;
            s.gaussianTimesVolatility += both * int256(u.volatility);
        }
    }

    function clear(BoardSums memory s) internal pure {
        assembly ("memory-safe") {
            calldatacopy(s, calldatasize(), 0x100)
        }
    }
}
