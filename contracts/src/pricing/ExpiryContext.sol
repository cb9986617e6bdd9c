// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../math/Black76.sol";
import {Exp} from "../math/Exp.sol";
import {Ln} from "../math/Ln.sol";
import {NormalCdf} from "../math/NormalCdf.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {Svi} from "../math/Svi.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {WAD} from "../types/Wad.sol";
import {
    CONTEXT_DECAY_TIME,
    CONTEXT_DELTA_SCALE,
    CONTEXT_DISCOUNT,
    CONTEXT_FORWARD,
    CONTEXT_LN_FORWARD,
    CONTEXT_VEGA_SCALE,
    SLICE_CENTRE,
    SLICE_LEVEL,
    SLICE_SIGMA,
    SLICE_SIGMA_SQUARE,
    SLICE_SLOPE,
    SLICE_TILT,
    CONTEXT_SLICE,
    CONTEXT_VARIANCE,
    UNIT,
    WORK_AVERAGES,
    WORK_EXPIRY,
    WORK_HELD_SPOT,
    WORK_INDEX,
    WORK_RATE,
    WORK_TAU,
    WORK_TIMESTAMP,
    WORK_WINDOW
} from "./Desk.sol";
import {Node} from "./Node.sol";

/// @notice What all options of one expiry share at one spot.
struct Context {
    uint256 forward; // of the settlement price, wad
    int256 lnForward; // Q96
    uint256 discount; // wad
    uint256 deltaScale; // move of `forward` per move of the spot, wad
    uint256 variance; // total variance left over total variance of the slice, Q64
    uint256 vegaScale; // vega of an option whose density is one, wad
    uint256 decayTime; // seconds, Q32, see VarianceTime.decay
    SliceWord slice;
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

/// @dev Added to every variance left, Q192: 2^-112, whose root is the least that `Black76.terms` takes.
uint256 constant LEAST_VARIANCE = 0x100000000000000000000;

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

    /// @notice A price inside the kernel's domain.
    function held(uint256 price) internal pure returns (uint256) {
        return price == 0 ? 1 : price > MAX_PRICE ? MAX_PRICE : price;
    }

    /// @notice Sets the context on the desk, and tau, for a slice of the board under way at the workspace's spot.
    function set(SliceWord slice) internal pure {
        uint256 forward;
        uint256 left;
        int256 rate;
        assembly ("memory-safe") {
            function held(price) -> h {
                // as above
                h := or(price, iszero(price))
                if shr(112, h) { h := MAX_PRICE }
            }
            let tau := sub(mload(WORK_EXPIRY), mload(WORK_TIMESTAMP))
            mstore(WORK_TAU, tau)
            let window := mload(WORK_WINDOW)
            // As SliceWord.forwardRatio
            let scale := shr(27, mul(and(shr(75, slice), 0x1fffffff), ONE))
            if iszero(slice) { scale := ONE }
            let spot := mload(WORK_HELD_SPOT)
            forward := held(div(mul(spot, scale), ONE))
            // As VarianceTime.left and decay
            left := sub(shl(32, tau), div(shl(33, window), 3))
            let decay := left
            if lt(tau, window) {
                left := div(shl(32, mul(mul(tau, tau), tau)), mul(3, mul(window, window)))
                decay := div(shl(32, tau), 3)
                // As VarianceTime.forwardOfAverage
                let soFar := calldataload(add(mload(WORK_AVERAGES), shl(5, mload(WORK_INDEX))))
                if iszero(soFar) { soFar := spot }
                forward := held(div(add(mul(sub(window, tau), soFar), mul(tau, forward)), window))
                scale := div(mul(scale, div(mul(tau, ONE), window)), ONE)
            }
            mstore(CONTEXT_DECAY_TIME, decay)
            mstore(CONTEXT_DELTA_SCALE, scale)
            mstore(CONTEXT_FORWARD, forward)
            mstore(CONTEXT_DISCOUNT, ONE)
            rate := mload(WORK_RATE)
        }
        int256 lnForward = Ln.ratioQ96(forward, WAD);
        assembly ("memory-safe") {
            mstore(CONTEXT_LN_FORWARD, lnForward)
        }
        if (rate != 0) _discount(rate);
        if (slice.isEmpty()) {
            assembly ("memory-safe") {
                calldatacopy(CONTEXT_VARIANCE, calldatasize(), 0x140) // no slice: it, variance and times are zero
            }
            return;
        }
        assembly ("memory-safe") {
            let variance := div(shl(32, left), and(shr(47, slice), 0xfffffff)) // its lifetime
            if gt(variance, MAX_VARIANCE) { variance := MAX_VARIANCE }
            mstore(CONTEXT_VARIANCE, variance)
            mstore(CONTEXT_SLICE, slice)
            // As SliceWord.unpack
            let part := shl(39, and(shr(104, slice), 0x1fffffff))
            mstore(SLICE_SIGMA, part)
            mstore(SLICE_SIGMA_SQUARE, mul(part, part))
            mstore(SLICE_CENTRE, shl(38, sar(226, shl(93, slice))))
            mstore(SLICE_LEVEL, mul(shl(95, sar(217, slice)), variance))
            part := mul(and(shr(188, slice), 0x1fffffff), variance)
            mstore(SLICE_TILT, shl(13, mul(part, sar(231, shl(68, slice)))))
            mstore(SLICE_SLOPE, shl(37, part))
            left := div(shl(160, left), YEAR)
        }
        left = Sqrt.near(left);
        assembly ("memory-safe") {
            let scale := div(mul(mload(CONTEXT_FORWARD), mload(CONTEXT_DISCOUNT)), ONE)
            mstore(CONTEXT_VEGA_SCALE, shr(96, mul(scale, left)))
        }
    }

    function _discount(int256 rate) private pure {
        uint256 tau;
        assembly ("memory-safe") {
            tau := mload(WORK_TAU)
        }
        tau = discount(rate, tau);
        assembly ("memory-safe") {
            mstore(CONTEXT_DISCOUNT, tau)
        }
    }

    /// @notice sigma sqrt(tau) of the board under way at a log-moneyness, both Q64; above zero.
    function totalVolatilityInForce(int256 k) internal pure returns (uint256) {
        int256 level;
        int256 slope;
        int256 tilt;
        int256 centre;
        int256 sigma;
        assembly ("memory-safe") {
            level := mload(SLICE_LEVEL)
            slope := mload(SLICE_SLOPE)
            tilt := mload(SLICE_TILT)
            centre := mload(SLICE_CENTRE)
            sigma := mload(SLICE_SIGMA)
        }
        unchecked {
            // a, b and b rho carry the share of the variance that is left
            return Sqrt.near(Svi.totalVarianceQ128(level, slope, tilt, centre, sigma, k) + LEAST_VARIANCE) >> 32;
        }
    }

    /// @notice sigma sqrt(tau) of any context, Q64, above zero.
    /// @param variance of the slice's whole time, Q128
    function totalVolatility(Context memory c, uint256 variance) internal pure returns (uint256) {
        unchecked {
            return Sqrt.near(variance * c.variance + LEAST_VARIANCE) >> 32;
        }
    }

    function discount(int256 rate, uint256 tau) internal pure returns (uint256) {
        int256 x = rate * int256(tau) / int256(Black76.YEAR);
        if (x > MAX_RATE_TIME) x = MAX_RATE_TIME;
        if (x < -MAX_RATE_TIME) x = -MAX_RATE_TIME;
        return x == 0 ? WAD : Exp.expWad(-x);
    }

    /// @notice Sets the unit on the desk to the options of a strike of the board under way.
    function setUnit(Node node) internal pure {
        unchecked {
            uint256 forward;
            int256 x;
            assembly ("memory-safe") {
                forward := mload(CONTEXT_FORWARD)
                x := mload(CONTEXT_LN_FORWARD)
            }
            x -= node.lnStrike();
            uint256 v = totalVolatilityInForce(-x >> 32);
            (int256 d1, int256 d2, uint256 e, int256 t1, int256 t2) = Black76.terms(x, v << 32);
            uint256 strike = node.strike();
            (uint256 ofCall, uint256 ofPut, int256 delta) = Black76.values(forward, strike, d1, d2, e, t1, t2);
            uint256 density = NormalCdf.INVERSE_ROOT_2_PI;
            assembly ("memory-safe") {
                mstore(UNIT, ofCall)
                mstore(add(UNIT, 0x20), ofPut)
                mstore(add(UNIT, 0x40), delta)
                mstore(add(UNIT, 0x60), shr(64, mul(shr(64, e), density)))
                mstore(add(UNIT, 0x80), e)
                mstore(add(UNIT, 0xa0), v)
                mstore(add(UNIT, 0xc0), sub(shl(192, iszero(slt(d1, 0))), mul(e, t1)))
                mstore(add(UNIT, 0xe0), mul(strike, iszero(slt(d2, 0))))
                mstore(add(UNIT, 0x100), mul(e, t2))
            }
        }
    }
}
