// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {Ln} from "../math/Ln.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {Svi} from "../math/Svi.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {Context} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Node} from "./Node.sol";
import {VarianceTime} from "./VarianceTime.sol";
import {Workspace} from "./Workspace.sol";

/// @notice Prices under slices besides the one in force at mark: the integers that `ExpiryContext` gives, without what only
/// a book needs.
library SlicePrice {
    uint256 private constant MAX_PRICE = (1 << Black76.PRICE_BITS) - 1;
    /// @dev Of ExpiryContext.
    uint256 private constant MAX_VARIANCE = 1 << 66;

    /// @notice Sets forward, its logarithm, variance and slice of `c`, for the board under way; leaves the rest as it is.
    /// @param like a context at the same spot, whose logarithm serves where the forward is the same
    function set(Workspace memory w, Context memory c, SurfaceSlice calldata slice, uint256 spot, Context memory like)
        internal
        pure
    {
        unchecked {
            (uint256 tau, uint256 window) = (w.tau, w.window);
            uint256 forward; // first the ratio
            uint256 reportedAt;
            SviSlice svi;
            assembly ("memory-safe") {
                svi := calldataload(slice)
                forward := calldataload(add(slice, 0x20))
                reportedAt := calldataload(add(slice, 0x80))
            }
            spot = _held(spot);
            forward = reportedAt == 0 ? spot : _held(spot * forward / WAD);
            if (tau < window) {
                (forward,) = VarianceTime.forwardOfAverage(forward, spot, InputReader.averageSoFar(), tau, window);
                forward = _held(forward);
            }
            c.forward = forward;
            c.lnForward = forward == like.forward ? like.lnForward : Ln.ratioQ96(forward, WAD);
            if (reportedAt == 0) {
                (c.variance, c.slice) = (0, SviSlice.wrap(0));
                return;
            }
            uint256 whole = w.expiry;
            whole = whole > reportedAt ? whole - reportedAt : 1;
            uint256 variance = (VarianceTime.left(tau, window) << 32) / whole;
            (c.variance, c.slice) = (variance > MAX_VARIANCE ? MAX_VARIANCE : variance, svi);
        }
    }

    /// @notice An option of a strike.
    /// @return value undiscounted, wad
    /// @return callDelta N(d1), Q64
    function ofStrike(Context memory c, Node node, bool call) internal pure returns (uint256 value, uint256 callDelta) {
        unchecked {
            int256 x = c.lnForward - node.lnStrike();
            return _atVariance(c, node, call, x, Svi.totalVarianceQ128(c.slice, -x >> 32));
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
            uint256 variance = Svi.totalVarianceQ128(c.slice, 0);
            (uint256 flat,) = _atVariance(c, node, call, c.lnForward - node.lnStrike(), variance);
            if (flat >= value) return value;
            uint256 excess = value - flat;
            if (delta > flatDelta) excess = (excess * (2 * flatDelta - delta) + flatDelta - 1) / flatDelta;
            return value - excess;
        }
    }

    /// @param x ln(forward / strike), Q96
    /// @param variance of the slice's whole time, Q128
    function _atVariance(Context memory c, Node node, bool call, int256 x, uint256 variance)
        private
        pure
        returns (uint256 value, uint256 callDelta)
    {
        unchecked {
            uint256 v = Sqrt.near((variance >> 32) * c.variance >> 32);
            if (v == 0) v = 1;
            int256 delta;
            uint256 putValue;
            (value, putValue, delta,,) = Black76.core(c.forward, node.strike(), x, v << 32);
            if (call) return (value, uint256(delta));
            return (putValue, uint256(delta));
        }
    }

    function _held(uint256 price) private pure returns (uint256) {
        return price == 0 ? 1 : price > MAX_PRICE ? MAX_PRICE : price;
    }
}
