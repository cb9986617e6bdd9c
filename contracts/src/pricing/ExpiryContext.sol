// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {Exp} from "../math/Exp.sol";
import {Ln} from "../math/Ln.sol";
import {NormalCdf} from "../math/NormalCdf.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {Svi} from "../math/Svi.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {Node} from "./Node.sol";
import {VarianceTime} from "./VarianceTime.sol";

/// @notice What all options of one expiry share at one spot.
struct Context {
    uint256 forward; // of the settlement price, wad
    int256 lnForward; // Q96
    uint256 discount; // wad
    uint256 deltaScale; // move of `forward` per move of the spot, wad
    uint256 variance; // total variance left over total variance of the slice, Q64
    uint256 rootTime; // square root of the variance time in years, Q96
    uint256 decayTime; // seconds, Q32, see VarianceTime.decay
    SviSlice slice;
}

/// @notice One option of a strike: prices undiscounted in wad, the rest Q64.
struct Unit {
    uint256 call;
    uint256 put;
    uint256 delta; // N(d1)
    uint256 density; // phi(d1)
    uint256 densityOverVolatility; // phi(d1) / (sigma sqrt(tau))
    uint256 densityTimesVolatility;
}

/// @notice Per-expiry and per-strike arithmetic of the book.
/// @dev Total variance at report is taken to run off evenly to expiry: iv^2 = w / (expiry - reportedAt), and the variance
/// left is iv^2 times the variance time. Inputs outside the kernel's domain are held at its border: nothing reverts.
library ExpiryContext {
    uint256 private constant MAX_PRICE = (1 << Black76.PRICE_BITS) - 1;
    /// @dev |rate * time| <= 2.9 keeps the discount below 2^64.
    int256 private constant MAX_RATE_TIME = 2.9e18;
    /// @dev Total volatility is held at 8: the call is the forward, within 1e-4 of it.
    uint256 private constant MAX_VOLATILITY = 8 << 64;
    /// @dev Below it gamma is that of 6e-8: the density over the volatility stays inside its word.
    uint256 private constant MIN_VOLATILITY = 1 << 40;
    /// @dev Variance left never exceeds the whole where the report is not from the future.
    uint256 private constant MAX_VARIANCE = 1 << 66;

    function contextAt(
        SurfaceSlice memory slice,
        uint256 spot,
        uint256 averageSoFar,
        uint256 timestamp,
        uint256 window,
        int256 rate
    ) internal pure returns (Context memory c) {
        unchecked {
            uint256 tau = slice.expiry - timestamp;
            spot = _held(spot);
            uint256 ratio = slice.reportedAt == 0 ? WAD : Wad.unwrap(slice.forwardRatio);
            (uint256 forward, uint256 share) =
                VarianceTime.forwardOfAverage(_held(spot * ratio / WAD), spot, averageSoFar, tau, window);
            c.forward = _held(forward);
            c.lnForward = Ln.ratioQ96(c.forward, WAD);
            c.discount = discount(rate, tau);
            c.deltaScale = ratio * share / WAD;
            if (slice.reportedAt == 0) return c;
            uint256 left = VarianceTime.left(tau, window);
            uint256 whole = slice.expiry > slice.reportedAt ? slice.expiry - slice.reportedAt : 1;
            c.variance = (left << 32) / whole;
            if (c.variance > MAX_VARIANCE) c.variance = MAX_VARIANCE;
            c.rootTime = Sqrt.near((left << 160) / Black76.YEAR);
            c.decayTime = VarianceTime.decay(tau, window);
            c.slice = slice.svi;
        }
    }

    function discount(int256 rate, uint256 tau) internal pure returns (uint256) {
        int256 x = rate * int256(tau) / int256(Black76.YEAR);
        if (x > MAX_RATE_TIME) x = MAX_RATE_TIME;
        if (x < -MAX_RATE_TIME) x = -MAX_RATE_TIME;
        return x == 0 ? WAD : Exp.expWad(-x);
    }

    /// @dev Fills in `u`, so that a loop needs one.
    function fill(Unit memory u, Context memory c, Node node) internal pure {
        unchecked {
            int256 x = c.lnForward - node.lnStrike();
            uint256 v = Svi.totalVarianceQ128(c.slice, -x >> 32) >> 32;
            v = Sqrt.near(v * c.variance >> 32);
            if (v > MAX_VOLATILITY) v = MAX_VOLATILITY;
            (uint256 callValue, uint256 putValue, int256 delta, uint256 e,) =
                Black76.core(c.forward, node.strike(), x, v << 32);
            e = (e >> 64) * NormalCdf.INVERSE_ROOT_2_PI >> 64;
            if (v < MIN_VOLATILITY) v = MIN_VOLATILITY;
            assembly ("memory-safe") {
                mstore(u, callValue)
                mstore(add(u, 0x20), putValue)
                mstore(add(u, 0x40), delta)
                mstore(add(u, 0x60), e)
                mstore(add(u, 0x80), div(shl(64, e), v))
                mstore(add(u, 0xa0), shr(64, mul(e, v)))
            }
        }
    }

    function unit(Context memory c, Node node) internal pure returns (Unit memory u) {
        fill(u, c, node);
    }

    /// @dev Vega of one option whose density is one, wad.
    function vegaScale(Context memory c) internal pure returns (uint256) {
        unchecked {
            return c.forward * c.discount / WAD * c.rootTime >> 96;
        }
    }

    function _held(uint256 price) private pure returns (uint256) {
        return price == 0 ? 1 : price > MAX_PRICE ? MAX_PRICE : price;
    }
}
