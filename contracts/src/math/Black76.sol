// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ln} from "./Ln.sol";
import {NormalCdf} from "./NormalCdf.sol";
import {Sqrt} from "./Sqrt.sol";

/// @notice European options on a forward: Black (1976), "The pricing of commodity contracts", J. Financial Economics 3, 167–179.
/// @dev With F·φ(d1) = K·φ(d2) one exponential serves both normal terms and every Greek (the idea of Jäckel, "By Implication", 2006).
///      The price is insensitive to d1 in first order as long as d2 = d1 − v exactly, so only v and ln(F/K) need full precision.
///      Prices are in the unit of forward and strike, wad, rounded down after discounting; both stand on one undiscounted value, so that
///      call − put = discount·(F − K) to one wei. Inside the domain nothing reverts and no price is below its discounted intrinsic value.
library Black76 {
    /// @dev The domain: forward and strike below 2^112, volatility and discount below 2^64 (18.4 in wad), tau below 2^32 seconds.
    uint256 internal constant PRICE_BITS = 112;
    uint256 internal constant RATE_BITS = 64;
    uint256 internal constant TIME_BITS = 32;

    /// @dev A year of 365 days, in seconds.
    uint256 internal constant YEAR = 31536000;
    uint256 internal constant HALF_YEAR = 15768000;

    uint256 internal constant WAD = 1000000000000000000;
    uint256 internal constant WAD_Q32 = 4294967296000000000000000000;
    /// @dev A σ√τ below 2^-56 counts as one between it and twice that: d1 stays below 2^63, and a price within 1.2e-17 of the forward.
    uint256 internal constant LEAST_TOTAL_BIT = 40; // of Q96
    /// @dev 1/√(2π) in Q64
    uint256 internal constant INVERSE_ROOT_2_PI = 7359186146747302452;

    error OptionOutsideDomain(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau);

    /// @notice Call and put.
    /// @param forward the forward price at expiry, wad
    /// @param strike wad
    /// @param discount value now of one unit paid at expiry, wad
    /// @param volatility per square root of a year, wad
    /// @param tau seconds to expiry
    function price(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau)
        internal
        pure
        returns (uint256 call, uint256 put)
    {
        _checkDomain(forward, strike, discount, volatility, tau);
        unchecked {
            uint256 v = volatility * rootYearsQ96(tau) / 1e18;
            (call, put,,,) = core(forward, strike, Ln.ratioQ96(forward, strike), v);
            call = call * discount / 1e18;
            put = put * discount / 1e18;
        }
    }

    /// @notice Call, put and their Greeks, all rounded down.
    /// @return call price
    /// @return put price
    /// @return callDelta ∂call/∂forward = discount·Φ(d1); times forward/spot it is the spot delta
    /// @return putDelta ∂put/∂forward = callDelta − discount; never positive
    /// @return gamma ∂²/∂forward², the same for both; times (forward/spot)² it is the spot gamma
    /// @return vega per 1.00 of volatility, the same for both
    /// @return thetaCall per year of time passing with the forward and the rate −ln(discount)/tau held
    /// @return thetaPut likewise
    function priceAndGreeks(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau)
        internal
        pure
        returns (
            uint256 call,
            uint256 put,
            int256 callDelta,
            int256 putDelta,
            uint256 gamma,
            uint256 vega,
            int256 thetaCall,
            int256 thetaPut
        )
    {
        _checkDomain(forward, strike, discount, volatility, tau);
        unchecked {
            uint256 rootTau = rootYearsQ96(tau);
            uint256 v = volatility * rootTau / 1e18;
            uint256 e;
            (call, put, callDelta, e, v) = core(forward, strike, Ln.ratioQ96(forward, strike), v);
            (gamma, vega, thetaCall) = _densityGreeks(forward, discount, tau, rootTau, e, v);
            call = call * discount / 1e18;
            put = put * discount / 1e18;
            callDelta = int256(uint256(callDelta) * discount >> 64);
            putDelta = callDelta - int256(discount);
            int256 rate = _rateQ96(discount, tau);
            thetaPut = (rate * int256(put) >> 96) - thetaCall;
            thetaCall = (rate * int256(call) >> 96) - thetaCall;
        }
    }

    /// @dev Gamma, vega and the decay discount·F·φ(d1)·v/(2τ) from e = exp(−d1²/2) in Q128.
    function _densityGreeks(uint256 forward, uint256 discount, uint256 tau, uint256 rootTau, uint256 e, uint256 v)
        private
        pure
        returns (uint256 gamma, uint256 vega, int256 decay)
    {
        assembly ("memory-safe") {
            // The density φ(d1), discounted: Q128 of a wad
            e := mul(shr(64, mul(e, INVERSE_ROOT_2_PI)), discount)
            gamma := div(mul(shr(92, div(shl(60, e), v)), WAD), forward)
            // Times the forward, Q32
            e := div(mul(forward, shr(64, e)), WAD_Q32)
            vega := shr(128, mul(e, rootTau))
            // F·φ·v/(2τ); nothing for a τ of zero
            decay := shr(32, div(mul(shr(96, mul(e, v)), HALF_YEAR), tau))
        }
    }

    /// @notice Undiscounted call and put from the log-moneyness and the total volatility.
    /// @param x ln(forward/strike), Q96
    /// @param v σ√τ, Q96
    /// @return callValue rounded to nearest within the error of the fit, never below intrinsic value
    /// @return putValue exactly `callValue − forward + strike`
    /// @return delta Φ(d1), Q64
    /// @return e exp(−d1²/2), Q128
    /// @return total v, or where it is below 2^-56 what it counts as
    function core(uint256 forward, uint256 strike, int256 x, uint256 v)
        internal
        pure
        returns (uint256 callValue, uint256 putValue, int256 delta, uint256 e, uint256 total)
    {
        assembly ("memory-safe") {
            total := or(v, shl(LEAST_TOTAL_BIT, iszero(shr(LEAST_TOTAL_BIT, v))))
        }
        int256 d1;
        int256 d2;
        int256 t1;
        int256 t2;
        (d1, d2, e, t1, t2) = terms(x, total);
        (callValue, putValue, delta) = values(forward, strike, d1, d2, e, t1, t2);
    }

    /// @notice What `values` needs of the log-moneyness and the total volatility, both Q96, the latter at least 2^-56.
    /// @return d1 Q64
    /// @return d2 Q64
    /// @return e exp(−d1²/2), Q128
    /// @return t1 with Φ(d1) = [d1 >= 0] − e·t1, Q64
    /// @return t2 with K·Φ(d2) = K·[d2 >= 0] − F·e·t2, Q64
    function terms(int256 x, uint256 v) internal pure returns (int256 d1, int256 d2, uint256 e, int256 t1, int256 t2) {
        assembly ("memory-safe") {
            d1 := add(sdiv(shl(64, x), v), shr(33, v))
            d2 := sub(d1, shr(32, v))
        }
        (e, t1, t2) = NormalCdf.pair(d1, d2);
    }

    /// @notice Undiscounted call and put, and Φ(d1), from the terms: see `core`.
    function values(uint256 forward, uint256 strike, int256 d1, int256 d2, uint256 e, int256 t1, int256 t2)
        internal
        pure
        returns (uint256 callValue, uint256 putValue, int256 delta)
    {
        assembly ("memory-safe") {
            let above1 := sgt(d1, not(0))
            delta := sub(shl(64, above1), sar(128, mul(e, t1)))
            let reached := sub(mul(forward, above1), mul(strike, sgt(d2, not(0))))
            let forwardValue := sub(forward, strike)
            let intrinsic := mul(forwardValue, gt(forward, strike))
            let timeValue := sub(sub(reached, intrinsic), sar(128, mul(shr(64, mul(forward, e)), sub(t1, t2))))
            callValue := add(intrinsic, mul(timeValue, sgt(timeValue, 0)))
            putValue := sub(callValue, forwardValue)
        }
    }

    /// @notice √(tau in years) in Q96, within 1e-27 relative.
    function rootYearsQ96(uint256 tau) internal pure returns (uint256) {
        unchecked {
            return Sqrt.near((tau << 192) / YEAR);
        }
    }

    /// @dev −ln(discount)/tau per year, Q96.
    function _rateQ96(uint256 discount, uint256 tau) private pure returns (int256 rate) {
        rate = Ln.ratioQ96(1e18, discount);
        assembly ("memory-safe") {
            rate := sdiv(mul(rate, YEAR), tau)
        }
    }

    function _checkDomain(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau)
        private
        pure
    {
        if ((forward | strike) >> PRICE_BITS | (discount | volatility) >> RATE_BITS | tau >> TIME_BITS != 0) {
            revert OptionOutsideDomain(forward, strike, discount, volatility, tau);
        }
    }
}
