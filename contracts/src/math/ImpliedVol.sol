// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "./Black76.sol";
import {Ln} from "./Ln.sol";
import {NormalCdf} from "./NormalCdf.sol";
import {Sqrt} from "./Sqrt.sol";

/// @notice The volatility at which Black-76 gives a price.
/// @dev Normalised as Jäckel does in "Let's be rational" (2015): x = |ln F/K|, s = σ√τ, the out-of-the-money value over √(FK) is
///      b(s) = e^(−x/2)·Φ(d1) − e^(x/2)·Φ(d2) with d1 = s/2 − x/s, d2 = −s/2 − x/s. Below the inflection (d1 <= 0) the root of
///      ln b(s) − ln b is sought, above it of ln c(s) − ln c with c = e^(−x/2) − b, what the value lacks of its bound. Both objectives
///      share their form: with q = R(−d1) − R(−d2), or q = −R(d1) − R(−d2), the value is |q|·b', so that
///        g = ln(b or c) − ln|q'| + (x²/s² + s²/4)/2 is what is missing (q' = q/√(2π)), g' = 1/q and b''/b' = x²/s³ − s/4,
///      and no exponential is needed. Householder's step of third order multiplies the error to its fourth power; the seed is a fit.
///      The loop ends after a step of less than 2^-12 of s, twice that from the third on. Up to σ√τ = 8 with the strike within 3 standard
///      deviations that is two steps as a rule and three at most, and what they leave is below 2e-14 of s; farther out up to 1e-11.
library ImpliedVol {
    /// @notice The answer when the price has no time value: at or below the discounted intrinsic value, or too near to it to tell.
    uint256 internal constant NO_TIME_VALUE = 0;
    /// @notice The answer when no volatility reaches the price: a call at the discounted forward, a put at the discounted strike.
    uint256 internal constant UNREACHABLE = type(uint256).max;

    /// @dev The seed is v + w + 0.77444808·√(vw), v = 3.01877799·b, w = x/√(2·ln(5.02812324 + 0.00156283711·x/b)): fitted to
    ///      converge in two steps for σ√τ up to 3. Q64, Q56, Q56 and Q64.
    uint256 internal constant SEED_SLOPE = 55686624996877332071;
    uint256 internal constant SEED_BASE = 362314463200590896;
    uint256 internal constant SEED_WING = 112614282019789;
    uint256 internal constant SEED_MIX = 14286045530135740727;

    uint256 internal constant MOST_STEPS = 8;
    /// @dev 2^-12 in Q64, of the first two steps; of each further two twice as much.
    uint256 internal constant SMALL_STEP = 4503599627370496;

    error ImpliedVolOutsideDomain(uint256 forward, uint256 strike, uint256 discount, uint256 price, uint256 tau);

    /// @notice The implied volatility in wad, rounded down from within the price's own resolution, or one of the two answers above.
    /// @param forward below 2^112, wad
    /// @param strike below 2^112, wad
    /// @param discount in [1, 2^64), wad
    /// @param price of the call or put, discounted, below 2^112, wad
    /// @param tau seconds in [1, 2^32)
    function solve(uint256 forward, uint256 strike, uint256 discount, uint256 price, uint256 tau, bool isCall)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            if (
                (forward | strike | price) >> Black76.PRICE_BITS | (discount - 1) >> Black76.RATE_BITS | (tau - 1)
                        >> Black76.TIME_BITS != 0
            ) {
                revert ImpliedVolOutsideDomain(forward, strike, discount, price, tau);
            }
            uint256 value; // undiscounted, of the out-of-the-money side
            uint256 missing; // what it lacks of its bound, the lesser of forward and strike
            assembly ("memory-safe") {
                value := div(mul(price, 1000000000000000000), discount)
                let ahead := sub(forward, strike)
                ahead := sub(mul(ahead, isCall), mul(ahead, iszero(isCall)))
                value := sub(value, mul(ahead, sgt(ahead, 0)))
                let forwardIsLess := lt(forward, strike)
                missing := sub(add(mul(forward, forwardIsLess), mul(strike, iszero(forwardIsLess))), value)
            }
            if (int256(value) <= 0) return NO_TIME_VALUE;
            if (int256(missing) <= 0) return UNREACHABLE;

            uint256 x = uint256(Ln.ratioQ96(forward, strike) >> 32);
            uint256 mean = Sqrt.near(forward * strike);
            assembly ("memory-safe") {
                let sign := sar(255, x)
                x := sub(xor(x, sign), sign)
                value := div(shl(120, value), mean)
                missing := div(shl(120, missing), mean)
            }
            uint256 s = _root(x, value, missing, _seed(x, value));
            return (s << 32) * 1e18 / Black76.rootYearsQ96(tau);
        }
    }

    /// @dev x Q64, value Q120; s in Q64.
    function _seed(uint256 x, uint256 value) private pure returns (uint256) {
        unchecked {
            uint256 v = value * SEED_SLOPE >> 120;
            uint256 w = Sqrt.near(uint256(Ln.ratioQ96((value * SEED_BASE >> 56) + x * SEED_WING, value)) << 97);
            assembly ("memory-safe") {
                w := div(shl(96, x), w)
            }
            return v + w + (Sqrt.near(v * w) * SEED_MIX >> 64);
        }
    }

    /// @dev x and s Q64; value and missing Q120.
    function _root(uint256 x, uint256 value, uint256 missing, uint256 s) private pure returns (uint256) {
        unchecked {
            for (uint256 step; step < MOST_STEPS; ++step) {
                uint256 a; // x/s
                int256 d1;
                uint256 far; // −d2
                assembly ("memory-safe") {
                    a := div(shl(64, x), s)
                    d1 := sub(shr(1, s), a)
                    far := add(shr(1, s), a)
                }
                int256 q;
                int256 g;
                far = NormalCdf.millsQ64(far);
                if (d1 > 0) {
                    q = -int256(NormalCdf.millsQ64(uint256(d1)) + far);
                    g = Ln.ratioQ96(missing, uint256(-q) << 56);
                } else {
                    q = int256(NormalCdf.millsQ64(uint256(-d1))) - int256(far);
                    if (q < 1) q = 1;
                    g = Ln.ratioQ96(value, uint256(q) << 56);
                }
                int256 change;
                uint256 next;
                assembly ("memory-safe") {
                    let square := shr(64, mul(a, a))
                    let quarter := shr(66, mul(s, s))
                    g := add(sar(32, g), shr(1, add(square, quarter)))
                    // All times powers of s: g'·s, then g''/g'·s and g'''/g'·s²
                    q := sdiv(mul(s, INVERSE_ROOT_2_PI), q)
                    let rho := sub(sub(square, quarter), q)
                    let third := sub(sar(64, mul(rho, sub(rho, q))), add(mul(3, square), quarter))
                    change := sdiv(shl(64, g), q)
                    rho := sar(64, mul(rho, change))
                    third := sdiv(sar(64, mul(sar(64, mul(third, change)), change)), 6)
                    let one := shl(64, 1)
                    next := add(s, sdiv(mul(sar(64, mul(s, change)), add(one, sar(1, rho))), add(add(one, rho), third)))
                }
                // A step out of [s/2, 4s] comes from a seed too far off; then a plain doubling or halving brings it nearer.
                if (next - (s >> 1) > s * 4 - (s >> 1)) next = change > 0 ? s * 2 : s >> 1;
                s = next;
                uint256 small = SMALL_STEP << (step >> 1);
                if (uint256(change) + small < small << 1) break; // -small <= change < small
            }
            return s;
        }
    }

    /// @dev 1/√(2π) in Q64
    uint256 private constant INVERSE_ROOT_2_PI = 7359186146747302452;
}
