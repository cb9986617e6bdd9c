// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SviSlice} from "../types/SviSlice.sol";
import {Ln} from "./Ln.sol";
import {Sqrt} from "./Sqrt.sol";

/// @dev 2^-1/4 in Q16: what |z| + σ is scaled by before Newton's first step.
uint256 constant CENTRED_ROOT = 55109;

/// @notice The raw SVI slice of Gatheral (2004): w(k) = a + b(ρ(k − m) + √((k − m)² + σ²)), total variance at k = ln(K/F).
/// @dev Arithmetic is Q64, a slice's fields are Q40. Where rounding, or a slice that no oracle would accept, makes w negative, it
///      counts as zero. σ is at least zero. Inside the domain nothing reverts.
library Svi {
    /// @dev |k| below 100: beyond ln(2^112), the widest that two prices of the domain can be apart.
    uint256 internal constant K_LIMIT = 100e18;
    uint256 internal constant PRICE_BITS = 112;
    uint256 internal constant TIME_BITS = 32;

    /// @dev A year of 365 days, in seconds.
    uint256 internal constant YEAR = 31536000;

    error LogMoneynessOutsideDomain(int256 k, uint256 limit);
    error TimeToExpiryOutsideDomain(uint256 tau);
    error PriceOutsideDomain(uint256 forward, uint256 strike);

    /// @notice Total variance in wad at log-moneyness k = ln(strike/forward) in wad, |k| < 100; rounded down from an error of 1e-16 of its terms.
    function totalVariance(SviSlice slice, int256 k) internal pure returns (uint256) {
        unchecked {
            return (totalVarianceQ128(slice, _toQ64(k)) >> 50) * 1e18 >> 78;
        }
    }

    /// @notice Volatility in wad, √(w/tau), at log-moneyness k in wad, |k| < 100, and tau seconds in [1, 2^32]; rounded down likewise.
    function volatility(SviSlice slice, int256 k, uint256 tau) internal pure returns (uint256) {
        return _volatility(slice, _toQ64(k), tau);
    }

    /// @notice The same from forward and strike in wad, both in [1, 2^112] of a wad's least unit.
    function volatilityAt(SviSlice slice, uint256 forward, uint256 strike, uint256 tau)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            if ((forward - 1 | strike - 1) >> PRICE_BITS != 0) {
                revert PriceOutsideDomain(forward, strike);
            }
            return _volatility(slice, Ln.ratioQ96(strike, forward) >> 32, tau);
        }
    }

    /// @notice A slice's fields as the arithmetic wants them: a in Q128; b, b·ρ, m and σ in Q64.
    function unpack(SviSlice slice)
        internal
        pure
        returns (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma)
    {
        // From the high end of the low 240 bits a, b, rho, m, sigma: 48 bits each, Q40
        assembly ("memory-safe") {
            level := shl(88, signextend(5, shr(192, slice)))
            slope := signextend(5, shr(144, slice))
            tilt := sar(16, mul(slope, signextend(5, shr(96, slice))))
            slope := shl(24, slope)
            centre := shl(24, signextend(5, shr(48, slice)))
            sigma := shl(24, signextend(5, slice))
        }
    }

    /// @notice σ√τ in Q64, all that pricing needs, from unpacked fields and k in Q64.
    function totalVolatilityQ64(int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma, int256 k)
        internal
        pure
        returns (uint256)
    {
        return Sqrt.close(totalVarianceQ128(level, slope, tilt, centre, sigma, k));
    }

    /// @notice Total variance in Q128 from unpacked fields and k in Q64, |k| < 2^71.
    function totalVarianceQ128(int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma, int256 k)
        internal
        pure
        returns (uint256 w)
    {
        assembly ("memory-safe") {
            let z := sub(k, centre)
            let square := add(mul(z, z), mul(sigma, sigma))
            // |z| + σ is between the root and √2 times it, and 2^-1/4 of that within 19 % on either side. Each of Newton's steps
            // squares the error and halves it: at most 1.6e-2, 1.2e-4, 6.8e-9, 2.3e-17.
            let sign := sar(255, z)
            let root := add(sub(xor(z, sign), sign), sigma)
            root := shr(16, mul(root, CENTRED_ROOT))
            root := add(root, div(square, root)) // two steps in one, as in Sqrt, and once more
            root := add(shr(2, root), div(square, root))
            root := add(root, div(square, root))
            root := add(shr(2, root), div(square, root))
            w := add(level, add(mul(slope, root), mul(tilt, z)))
            w := mul(w, sgt(w, 0))
        }
    }

    /// @notice Total variance in Q128 of a packed slice at k in Q64, |k| < 2^71.
    function totalVarianceQ128(SviSlice slice, int256 k) internal pure returns (uint256) {
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = unpack(slice);
        return totalVarianceQ128(level, slope, tilt, centre, sigma, k);
    }

    /// @notice σ√τ in Q64 of a packed slice at k in Q64, |k| < 2^71.
    function totalVolatilityQ64(SviSlice slice, int256 k) internal pure returns (uint256) {
        return Sqrt.close(totalVarianceQ128(slice, k));
    }

    function _volatility(SviSlice slice, int256 k, uint256 tau) private pure returns (uint256) {
        unchecked {
            if ((tau - 1) >> TIME_BITS != 0) revert TimeToExpiryOutsideDomain(tau);
            return Sqrt.close(totalVarianceQ128(slice, k) * YEAR / tau) * 1e18 >> 64;
        }
    }

    function _toQ64(int256 k) private pure returns (int256 q) {
        unchecked {
            if (uint256(k) + K_LIMIT - 1 >= 2 * K_LIMIT - 1) revert LogMoneynessOutsideDomain(k, K_LIMIT);
            return (k << 64) / 1e18;
        }
    }
}
