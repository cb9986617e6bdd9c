// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../math/Black76.sol";
import {Ln} from "../math/Ln.sol";
import {Svi} from "../math/Svi.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {AVERAGE_CONTEXT, CONTEXT_DELTA_SCALE, CONTEXT_SLICE, CONTEXT_VARIANCE} from "./Desk.sol";
import {Context, ExpiryContext} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Node} from "./Node.sol";
import {VarianceTime} from "./VarianceTime.sol";
import {Workspace} from "./Workspace.sol";

/// @notice Prices under slices besides the one in force at mark: the integers that `ExpiryContext` gives, without what only
/// a book needs.
library SlicePrice {
    uint256 private constant ONE = 1000000000000000000; // a wad, as assembly wants it
    /// @dev Of ExpiryContext.
    uint256 private constant MAX_VARIANCE = 1 << 66;

    /// @notice Sets forward, its logarithm, variance and slice of `c` for a slice that was replaced, at the spot of the board under
    /// way; leaves the rest as it is.
    function set(Workspace memory w, Context memory c, SliceWord slice) internal pure {
        unchecked {
            _setForward(w, c, slice, w.heldSpot);
            uint256 variance;
            uint256 whole = slice.lifetime();
            uint256 left = VarianceTime.left(w.tau, w.window);
            assembly ("memory-safe") {
                variance := div(shl(32, left), whole)
            }
            (c.variance, c.slice) = (variance > MAX_VARIANCE ? MAX_VARIANCE : variance, slice);
        }
    }

    /// @notice Sets the context at average, under the slice in force of the board under way.
    function setAverage(Workspace memory w, SliceWord slice, uint256 average) internal pure {
        average = ExpiryContext.held(average);
        if (w.tau < w.window) {
            _setForward(w, w.averageContext, slice, average);
        } else {
            assembly ("memory-safe") {
                // Outside the window the scale of delta is the forward ratio
                average := div(mul(average, mload(CONTEXT_DELTA_SCALE)), ONE)
            }
            average = ExpiryContext.held(average);
            int256 lnForward = Ln.ratioQ96(average, WAD);
            assembly ("memory-safe") {
                mstore(AVERAGE_CONTEXT, average)
                mstore(add(AVERAGE_CONTEXT, 0x20), lnForward)
            }
        }
        assembly ("memory-safe") {
            mstore(add(AVERAGE_CONTEXT, 0x80), mload(CONTEXT_VARIANCE))
            mstore(add(AVERAGE_CONTEXT, 0xe0), mload(CONTEXT_SLICE))
        }
    }

    /// @dev The forward of the settlement price and its logarithm, which the board's own saves where both forwards are the same.
    /// @param spot inside the kernel's domain
    function _setForward(Workspace memory w, Context memory c, SliceWord slice, uint256 spot) private pure {
        unchecked {
            uint256 forward = spot;
            if (!slice.isEmpty()) forward = ExpiryContext.held(spot * Wad.unwrap(slice.forwardRatio()) / WAD);
            (uint256 tau, uint256 window) = (w.tau, w.window);
            if (tau < window) {
                (forward,) = VarianceTime.forwardOfAverage(forward, spot, InputReader.averageSoFar(), tau, window);
                forward = ExpiryContext.held(forward);
            }
            c.forward = forward;
            c.lnForward = forward == w.context.forward ? w.context.lnForward : Ln.ratioQ96(forward, WAD);
        }
    }

    /// @notice An option of a strike.
    /// @return value undiscounted, wad
    /// @return callDelta N(d1), Q64
    function ofStrike(Context memory c, Node node, bool call) internal pure returns (uint256 value, uint256 callDelta) {
        unchecked {
            int256 x = c.lnForward - node.lnStrike();
            uint256 v = ExpiryContext.totalVolatility(c, _variance(c, -x >> 32));
            return _atVolatility(c, node, call, x, v);
        }
    }

    /// @notice The same under the slice in force of the board under way, at the forward of `c`.
    function ofStrikeInForce(Context memory c, Node node, bool call)
        internal
        pure
        returns (uint256 value, uint256 callDelta)
    {
        unchecked {
            int256 x = c.lnForward - node.lnStrike();
            return _atVolatility(c, node, call, x, ExpiryContext.totalVolatilityInForce(-x >> 32));
        }
    }

    /// @notice What an option of a strike counts for where the vault buys it. Out of the money, with a delta of at most
    /// `flatDelta`, the lesser of its price and that at the volatility at the money; from there to twice that delta the
    /// difference fades out in proportion; beyond, and in the money, its price.
    /// @param value undiscounted, wad; `callDelta` N(d1) in Q64; both from `ofStrike`
    /// @param flatDelta Q64; zero for the price alone
    function ofStrikeBought(Context memory c, Node node, bool call, uint256 value, uint256 callDelta, uint256 flatDelta)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            uint256 delta = call ? callDelta : (1 << 64) - callDelta;
            if (delta >= 2 * flatDelta) return value;
            uint256 strike = node.strike();
            if (call ? strike <= c.forward : strike >= c.forward) return value;
            uint256 v = ExpiryContext.totalVolatility(c, _variance(c, 0));
            (uint256 flat,) = _atVolatility(c, node, call, c.lnForward - node.lnStrike(), v);
            if (flat >= value) return value;
            uint256 excess = value - flat;
            if (delta > flatDelta) excess = (excess * (2 * flatDelta - delta) + flatDelta - 1) / flatDelta;
            return value - excess;
        }
    }

    /// @dev Of the slice's whole time, Q128.
    function _variance(Context memory c, int256 k) private pure returns (uint256) {
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = c.slice.unpack();
        return Svi.totalVarianceQ128(level, slope, tilt, centre, sigma, k);
    }

    /// @param x ln(forward / strike), Q96
    /// @param v sigma sqrt(tau), Q64
    function _atVolatility(Context memory c, Node node, bool call, int256 x, uint256 v)
        private
        pure
        returns (uint256 value, uint256 callDelta)
    {
        unchecked {
            (int256 d1, int256 d2, uint256 e, int256 t1, int256 t2) = Black76.terms(x, v << 32);
            int256 delta;
            uint256 putValue;
            (value, putValue, delta) = Black76.values(c.forward, node.strike(), d1, d2, e, t1, t2);
            return (call ? value : putValue, uint256(delta));
        }
    }
}
