// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WAD} from "../types/Wad.sol";
import {Black76} from "../math/Black76.sol";
import {NormalCdf} from "../math/NormalCdf.sol";
import {Context, Unit} from "./ExpiryContext.sol";
import {MarginContext} from "./RequiredMargin.sol";

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
    int256 private constant INVERSE_ROOT_2_PI = int256(NormalCdf.INVERSE_ROOT_2_PI);

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

    /// @notice Takes `h` from `g`.
    function subtract(BoardGreeks memory g, BoardGreeks memory h) internal pure {
        unchecked {
            g.value -= h.value;
            g.delta -= h.delta;
            g.gamma -= h.gamma;
            g.vega -= h.vega;
            g.theta -= h.theta;
        }
    }

    function merge(BoardSums memory s, BoardSums memory change) internal pure {
        unchecked {
            s.value += change.value;
            s.delta += change.delta;
            s.gaussian += change.gaussian;
            s.gaussianOverVolatility += change.gaussianOverVolatility;
            s.gaussianTimesVolatility += change.gaussianTimesVolatility;
            s.callMargin += change.callMargin;
            s.putMargin += change.putMargin;
        }
    }

    /// @notice Required margin at the upper health factors, wad.
    function margin(BoardSums memory s, MarginContext memory m) internal pure returns (int256) {
        unchecked {
            return ((s.callMargin >> 64) * int256(m.callUpper) + (s.putMargin >> 64) * int256(m.putUpper))
                / (int256(WAD) * LOTS_PER_UNIT);
        }
    }

    /// @notice Writes the board's Greeks to `g`. Spot delta and gamma: the forward moves by `deltaScale` per move of the
    /// spot. Each is truncated towards zero.
    /// @param vegaScale of the context, from `ExpiryContext.vegaScale`
    function greeks(BoardSums memory s, BoardGreeks memory g, Context memory c, int256 rate, uint256 vegaScale)
        internal
        pure
    {
        unchecked {
            int256 discount = int256(c.discount);
            int256 scale = discount * int256(c.deltaScale) / int256(WAD);
            int256 sum = s.value * discount / (int256(WAD) * LOTS_PER_UNIT);
            g.value = sum;
            int256 theta = rate * sum / int256(WAD);
            g.delta = (s.delta * scale >> 64) / LOTS_PER_UNIT;
            scale = scale * int256(c.deltaScale) / int256(WAD);
            sum = (s.gaussianOverVolatility >> 32) * INVERSE_ROOT_2_PI >> 64;
            g.gamma = (sum * scale >> 64) * LOT_WAD / int256(c.forward);
            sum = (s.gaussian >> 64) * INVERSE_ROOT_2_PI >> 64;
            g.vega = (sum * int256(vegaScale) >> 64) / LOTS_PER_UNIT;
            if (c.decayTime != 0) {
                sum = (s.gaussianTimesVolatility >> 128) * INVERSE_ROOT_2_PI >> 64;
                sum = (sum * int256(c.forward) >> 64) * discount / (int256(WAD) * LOTS_PER_UNIT);
                theta -= sum * int256(Black76.YEAR << 31) / int256(c.decayTime);
            }
            g.theta = theta;
        }
    }
}
