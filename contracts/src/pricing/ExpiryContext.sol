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

/// @notice The options of one strike.
struct Unit {
    uint256 call; // undiscounted, wad
    uint256 put; // undiscounted, wad
    uint256 delta; // N(d1), Q64
    uint256 density; // phi(d1), Q64
    uint256 gaussian; // exp(-d1^2 / 2), Q128
    uint256 volatility; // sigma sqrt(tau), Q64
}

/// @notice Per-expiry and per-strike arithmetic of the book.
/// @dev Total variance at report is taken to run off evenly to expiry: iv^2 = w / (expiry - reportedAt), and the variance
/// left is iv^2 times the variance time. Inputs outside the kernel's domain are held at its border: nothing reverts.
library ExpiryContext {
    uint256 private constant MAX_PRICE = (1 << Black76.PRICE_BITS) - 1;
    /// @dev |rate * time| <= 2.9 keeps the discount below 2^64.
    int256 private constant MAX_RATE_TIME = 2.9e18;
    /// @dev Total volatility is held at 8: the call is the forward, within 1e-4 of it.
    uint256 internal constant MAX_VOLATILITY = 8 << 64;
    /// @dev Variance left never exceeds the whole where the report is not from the future.
    uint256 private constant MAX_VARIANCE = 1 << 66;

    /// @notice Sets `c` for a slice of an expiry at a spot.
    /// @param averageSoFar inside the window, the average since it began; zero where it is not known
    function set(
        Context memory c,
        SurfaceSlice calldata slice,
        uint256 expiry,
        uint256 spot,
        uint256 averageSoFar,
        uint256 timestamp,
        uint256 window,
        int256 rate
    ) internal pure {
        unchecked {
            uint256 tau = expiry - timestamp;
            spot = _held(spot);
            uint256 reportedAt = slice.reportedAt;
            uint256 ratio = reportedAt == 0 ? WAD : Wad.unwrap(slice.forwardRatio);
            (uint256 forward, uint256 share) =
                VarianceTime.forwardOfAverage(_held(spot * ratio / WAD), spot, averageSoFar, tau, window);
            forward = _held(forward);
            c.forward = forward;
            c.lnForward = Ln.ratioQ96(forward, WAD);
            c.discount = discount(rate, tau);
            c.deltaScale = ratio * share / WAD;
            if (reportedAt == 0) {
                (c.variance, c.rootTime, c.decayTime, c.slice) = (0, 0, 0, SviSlice.wrap(0));
                return;
            }
            uint256 left = VarianceTime.left(tau, window);
            uint256 whole = expiry > reportedAt ? expiry - reportedAt : 1;
            uint256 variance = (left << 32) / whole;
            c.variance = variance > MAX_VARIANCE ? MAX_VARIANCE : variance;
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

    /// @notice Sets `u` to the options of a strike.
    function setUnit(Unit memory u, Context memory c, Node node) internal pure {
        unchecked {
            int256 x = c.lnForward - node.lnStrike();
            uint256 v = Svi.totalVarianceQ128(c.slice, -x >> 32) >> 32;
            v = Sqrt.near(v * c.variance >> 32);
            if (v == 0) v = 1;
            if (v > MAX_VOLATILITY) v = MAX_VOLATILITY;
            (uint256 callValue, uint256 putValue, int256 delta, uint256 e,) =
                Black76.core(c.forward, node.strike(), x, v << 32);
            (u.call, u.put, u.delta) = (callValue, putValue, uint256(delta));
            (u.density, u.gaussian, u.volatility) = ((e >> 64) * NormalCdf.INVERSE_ROOT_2_PI >> 64, e, v);
        }
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
