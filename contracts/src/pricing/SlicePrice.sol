// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {Ln} from "../math/Ln.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {Svi} from "../math/Svi.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {Context, ExpiryContext} from "./ExpiryContext.sol";
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
            (uint256 tau, uint256 window, uint256 reportedAt) = (w.tau, w.window, slice.reportedAt);
            spot = _held(spot);
            uint256 forward = reportedAt == 0 ? spot : _held(spot * Wad.unwrap(slice.forwardRatio) / WAD);
            if (tau < window) {
                (forward,) = VarianceTime.forwardOfAverage(forward, spot, InputReader.averageSoFar(w), tau, window);
                forward = _held(forward);
            }
            (c.forward, c.lnForward) = (forward, forward == like.forward ? like.lnForward : Ln.ratioQ96(forward, WAD));
            if (reportedAt == 0) {
                (c.variance, c.slice) = (0, SviSlice.wrap(0));
                return;
            }
            uint256 expiry = w.expiry;
            uint256 variance = (VarianceTime.left(tau, window) << 32) / (expiry > reportedAt ? expiry - reportedAt : 1);
            (c.variance, c.slice) = (variance > MAX_VARIANCE ? MAX_VARIANCE : variance, slice.svi);
        }
    }

    /// @notice An option of a strike.
    /// @return value undiscounted, wad
    /// @return delta N(d1), Q64, of either kind
    function valueOf(Context memory c, Node node, bool call) internal pure returns (uint256 value, uint256 delta) {
        unchecked {
            int256 x = c.lnForward - node.lnStrike();
            return _valueAt(c, node, call, x, -x >> 32);
        }
    }

    /// @param k where the slice's volatility is taken, ln(strike / forward) in Q64
    function _valueAt(Context memory c, Node node, bool call, int256 x, int256 k)
        private
        pure
        returns (uint256 value, uint256 delta)
    {
        unchecked {
            uint256 v = Svi.totalVarianceQ128(c.slice, k) >> 32;
            v = Sqrt.near(v * c.variance >> 32);
            if (v > ExpiryContext.MAX_VOLATILITY) v = ExpiryContext.MAX_VOLATILITY;
            if (v == 0) v = 1;
            (uint256 callValue, uint256 putValue, int256 callDelta,,) =
                Black76.core(c.forward, node.strike(), x, v << 32);
            return (call ? callValue : putValue, uint256(callDelta));
        }
    }

    function _held(uint256 price) private pure returns (uint256) {
        return price == 0 ? 1 : price > MAX_PRICE ? MAX_PRICE : price;
    }
}
