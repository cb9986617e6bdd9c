// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WAD} from "../types/Wad.sol";
import {Black76} from "../math/Black76.sol";
import {Context, ExpiryContext, Unit} from "./ExpiryContext.sol";

/// @notice Integer sums over a board's positions, lots times a strike's unit figures: exact, hence a function of the
/// positions alone, whatever the order in which they came about.
struct BoardSums {
    int256 value; // undiscounted wad * lots
    int256 delta; // Q64 * lots
    int256 density; // Q64 * lots
    int256 densityOverVolatility; // Q64 * lots
    int256 densityTimesVolatility; // Q64 * lots
    int256 margin; // wad, upper factors
}

/// @notice Greeks of a board, wad, as in `BookValue`.
struct BoardGreeks {
    int256 value;
    int256 delta;
    int256 gamma;
    int256 vega;
    int256 theta;
}

/// @notice Adds positions to the sums of a board, and turns the sums into money.
library BoardSumsLib {
    int256 private constant LOTS_PER_UNIT = 1000;
    int256 private constant LOT_WAD = 1e15;

    /// @notice Adds so many lots of the call and of the put of a strike, margin apart.
    function add(BoardSums memory s, Unit memory u, int256 calls, int256 puts) internal pure {
        unchecked {
            int256 both = calls + puts;
            s.value += calls * int256(u.call) + puts * int256(u.put);
            s.delta += both * int256(u.delta) - (puts << 64);
            s.density += both * int256(u.density);
            s.densityOverVolatility += both * int256(u.densityOverVolatility);
            s.densityTimesVolatility += both * int256(u.densityTimesVolatility);
        }
    }

    function merge(BoardSums memory s, BoardSums memory change) internal pure {
        unchecked {
            s.value += change.value;
            s.delta += change.delta;
            s.density += change.density;
            s.densityOverVolatility += change.densityOverVolatility;
            s.densityTimesVolatility += change.densityTimesVolatility;
            s.margin += change.margin;
        }
    }

    /// @dev Spot delta and gamma: the forward moves by `deltaScale` per move of the spot. Truncated towards zero.
    function greeks(BoardSums memory s, Context memory c, int256 rate) internal pure returns (BoardGreeks memory g) {
        unchecked {
            int256 discount = int256(c.discount);
            int256 scale = discount * int256(c.deltaScale) / int256(WAD);
            g.value = s.value * discount / (int256(WAD) * LOTS_PER_UNIT);
            g.delta = (s.delta * scale >> 64) * LOT_WAD / int256(WAD);
            scale = scale * int256(c.deltaScale) / int256(WAD);
            g.gamma = (s.densityOverVolatility * scale >> 64) * LOT_WAD / int256(c.forward);
            g.vega = (s.density * int256(ExpiryContext.vegaScale(c)) >> 64) / LOTS_PER_UNIT;
            g.theta = rate * g.value / int256(WAD);
            if (c.decayTime == 0) return g;
            int256 loss =
                (s.densityTimesVolatility * int256(c.forward) >> 64) * discount / (int256(WAD) * LOTS_PER_UNIT);
            g.theta -= loss * int256(Black76.YEAR << 31) / int256(c.decayTime);
        }
    }
}
