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
import {WAD} from "../types/Wad.sol";
import {Node} from "./Node.sol";

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
    // For BoardSums
    int256 exactDelta; // N(d1), Q192
    uint256 reached; // the strike, if d2 >= 0
    int256 time; // (reached - K N(d2)) / F, Q192
}

/// @notice Per-expiry and per-strike arithmetic of the book.
/// @dev Total variance at report is taken to run off evenly to expiry: iv^2 = w / (expiry - reportedAt), and the variance
/// left is iv^2 times the variance time. Inputs outside the kernel's domain are held at its border: nothing reverts.
library ExpiryContext {
    /// @dev The largest price of Black76's domain, 2^112 - 1.
    uint256 private constant MAX_PRICE = 0xffffffffffffffffffffffffffff;
    uint256 private constant ONE = 1000000000000000000; // a wad, as assembly wants it
    uint256 private constant YEAR = 31536000; // Black76.YEAR
    /// @dev |rate * time| <= 2.9 keeps the discount below 2^64.
    int256 private constant MAX_RATE_TIME = 2.9e18;
    /// @dev Variance left never exceeds the whole where the report is not from the future.
    uint256 private constant MAX_VARIANCE = 0x40000000000000000; // 4 in Q64

    /// @notice Sets `c` for a slice of an expiry at a spot.
    /// @param averageSoFar inside the window, the average since it began; zero where it is not known
    function set(
        Context memory c,
        SurfaceSlice calldata slice,
        uint256 expiry,
        uint256 spot,
        uint256 averageSoFar,
        uint256 time,
        uint256 window,
        int256 rate
    ) internal pure {
        uint256 tau;
        uint256 forward;
        uint256 reportedAt;
        assembly ("memory-safe") {
            function held(price) -> h {
                h := or(price, iszero(price))
                if shr(112, h) { h := MAX_PRICE }
            }
            tau := sub(expiry, time)
            spot := held(spot)
            reportedAt := calldataload(add(slice, 0x80))
            let scale := calldataload(add(slice, 0x20))
            if iszero(reportedAt) { scale := ONE }
            forward := held(div(mul(spot, scale), ONE))
            if lt(tau, window) {
                // As VarianceTime.forwardOfAverage
                if iszero(averageSoFar) { averageSoFar := spot }
                forward := held(div(add(mul(sub(window, tau), averageSoFar), mul(tau, forward)), window))
                scale := div(mul(scale, div(mul(tau, ONE), window)), ONE)
            }
            mstore(c, forward)
            mstore(add(c, 0x60), scale)
        }
        int256 lnForward = Ln.ratioQ96(forward, WAD);
        uint256 factor = rate == 0 ? WAD : discount(rate, tau);
        assembly ("memory-safe") {
            mstore(add(c, 0x20), lnForward)
            mstore(add(c, 0x40), factor)
        }
        if (reportedAt == 0) {
            assembly ("memory-safe") {
                calldatacopy(add(c, 0x80), calldatasize(), 0x80) // no slice: variance and times are zero
            }
            return;
        }
        uint256 root;
        assembly ("memory-safe") {
            // As VarianceTime.left and decay
            let left := sub(shl(32, tau), div(shl(33, window), 3))
            let decay := left
            if lt(tau, window) {
                left := div(shl(32, mul(mul(tau, tau), tau)), mul(3, mul(window, window)))
                decay := div(shl(32, tau), 3)
            }
            let whole := sub(expiry, reportedAt)
            if iszero(gt(expiry, reportedAt)) { whole := 1 }
            whole := div(shl(32, left), whole)
            if gt(whole, MAX_VARIANCE) { whole := MAX_VARIANCE }
            mstore(add(c, 0x80), whole)
            mstore(add(c, 0xc0), decay)
            mstore(add(c, 0xe0), calldataload(slice))
            root := div(shl(160, left), YEAR)
        }
        root = Sqrt.near(root);
        assembly ("memory-safe") {
            mstore(add(c, 0xa0), root)
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
            (int256 d1, int256 d2, uint256 e, int256 t1, int256 t2) = Black76.terms(x, v << 32);
            (u.density, u.gaussian, u.volatility) = ((e >> 64) * NormalCdf.INVERSE_ROOT_2_PI >> 64, e, v);
            uint256 strike = node.strike();
            u.reached = d2 < 0 ? 0 : strike;
            u.time = int256(e) * t2;
            int256 delta;
            (u.call, u.put, delta) = Black76.values(c.forward, strike, d1, d2, e, t1, t2);
            u.delta = uint256(delta);
            u.exactDelta = (d1 < 0 ? int256(0) : int256(1) << 192) - int256(e) * t1;
        }
    }

    /// @dev Vega of one option whose density is one, wad.
    function vegaScale(Context memory c) internal pure returns (uint256) {
        unchecked {
            return c.forward * c.discount / WAD * c.rootTime >> 96;
        }
    }
}
