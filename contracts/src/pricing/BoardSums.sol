// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Unit} from "./ExpiryContext.sol";

/// @notice Integer sums over a board's positions, lots times a strike's unit figures: exact, hence a function of the
/// positions alone, whatever the order in which they came about.
struct BoardSums {
    int256 value; // undiscounted wad * lots
    int256 delta; // Q64 * lots
    int256 gaussian; // Q128 * lots
    int256 gaussianOverVolatility; // Q96 * lots
    int256 gaussianTimesVolatility; // Q192 * lots
    int256 callMargin; // wad in Q64 * lots, before the upper factor
    int256 putMargin;
}

/// @notice Adds positions to the sums of a board. `BoardPass` turns them into money.
library BoardSumsLib {
    /// @notice Adds so many lots of the call and of the put of a strike, margin apart.
    function add(BoardSums memory s, Unit memory u, int256 calls, int256 puts) internal pure {
        unchecked {
            int256 both = calls + puts;
            s.value += calls * int256(u.call) + puts * int256(u.put);
            s.delta += both * int256(u.delta) - (puts << 64);
            s.gaussianOverVolatility += both * int256((u.gaussian << 32) / u.volatility);
            both *= int256(u.gaussian);
            s.gaussian += both;
            s.gaussianTimesVolatility += both * int256(u.volatility);
        }
    }

    function clear(BoardSums memory s) internal pure {
        assembly ("memory-safe") {
            calldatacopy(s, calldatasize(), 0xe0)
        }
    }
}
