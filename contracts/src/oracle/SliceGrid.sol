// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CENTRED_ROOT, Svi} from "../math/Svi.sol";
import {SviSlice} from "../types/SviSlice.sol";

/// @dev Points of a grid: a third of a standard deviation apart, |z| <= 4.
uint256 constant GRID_POINTS = 25;
int256 constant GRID_MIDDLE = 12;
int256 constant GRID_STEPS_PER_DEVIATION = 3;

/// @notice A slice on its own grid k = step · (i - 12), step = sqrt(w(0)) / 3.
struct Grid {
    SviSlice svi;
    int256 step; // of log-moneyness, Q64
    int256[GRID_POINTS] w; // total variance, Q128
}

/// @title Slice grid
/// @notice The slice on its grid, and the two checks that look at it there. The arithmetic of a point is Svi's, to the bit,
/// written out inside the loops so that an update of several slices stays cheap.
/// @dev Durrleman's g of Gatheral and Jacquier (2014), "Arbitrage-free SVI volatility surfaces", equation 2.1: the
/// density of the underlying is non-negative where g is.
library SliceGrid {
    /// @dev 2^-40 of total variance, in Q64: 1 % for twenty minutes is four thousand times that. Below it g is not computed.
    int256 private constant LEAST = 0x1000000;

    /// @notice The slice on its grid, without a check: for a slice that was checked when it came into force.
    function build(SviSlice svi) internal pure returns (Grid memory grid) {
        _begin(svi, grid);
        _fill(grid);
    }

    /// @notice The slice on its grid, whether w > 0 and g >= 0 at every point, and the first k (Q64) where not.
    function buildChecked(SviSlice svi) internal pure returns (Grid memory grid, bool ok, int256 k) {
        _begin(svi, grid);
        uint256 index = _fillChecked(grid);
        return (grid, index == GRID_POINTS, _k(grid, index));
    }

    /// @notice Whether total variance does not fall from the nearer expiry to the farther at any point of either grid,
    /// and the first k (Q64) where it does.
    function ordered(Grid memory near, Grid memory far) internal pure returns (bool, int256 k) {
        uint256 index = _firstAbove(near, far.svi, -1);
        if (index != GRID_POINTS) return (false, _k(near, index));
        index = _firstAbove(far, near.svi, 1);
        return (index == GRID_POINTS, _k(far, index));
    }

    function _begin(SviSlice svi, Grid memory grid) private pure {
        unchecked {
            grid.svi = svi;
            grid.step = int256(Svi.totalVolatilityQ64(svi, 0)) / GRID_STEPS_PER_DEVIATION;
        }
    }

    function _k(Grid memory grid, uint256 index) private pure returns (int256) {
        unchecked {
            return grid.step * (int256(index) - GRID_MIDDLE);
        }
    }

    function _fill(Grid memory grid) private pure {
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = Svi.unpack(grid.svi);
        assembly ("memory-safe") {
            let step := mload(add(grid, 0x20))
            let out := mload(add(grid, 0x40))
            let end := add(out, 800) // 25 words
            let z := sub(mul(step, not(11)), centre) // k - m, from k = -12 steps
            for {} lt(out, end) { out := add(out, 0x20) } {
                let square := add(mul(z, z), mul(sigma, sigma))
                let sign := sar(255, z)
                let r := add(sub(xor(z, sign), sign), sigma)
                r := shr(16, mul(r, CENTRED_ROOT))
                r := add(r, div(square, r))
                r := add(shr(2, r), div(square, r))
                r := add(r, div(square, r))
                r := add(shr(2, r), div(square, r))
                mstore(out, add(level, add(mul(slope, r), mul(tilt, z))))
                z := add(z, step)
            }
        }
    }

    /// @dev First index at which sign · w(svi) > sign · grid.w.
    function _firstAbove(Grid memory grid, SviSlice svi, int256 sign_) private pure returns (uint256 index) {
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = Svi.unpack(svi);
        assembly ("memory-safe") {
            let step := mload(add(grid, 0x20))
            let w := mload(add(grid, 0x40))
            let z := sub(mul(step, not(11)), centre)
            for {} lt(index, GRID_POINTS) { index := add(index, 1) } {
                let square := add(mul(z, z), mul(sigma, sigma))
                let sign := sar(255, z)
                let r := add(sub(xor(z, sign), sign), sigma)
                r := shr(16, mul(r, CENTRED_ROOT))
                r := add(r, div(square, r))
                r := add(shr(2, r), div(square, r))
                r := add(r, div(square, r))
                r := add(shr(2, r), div(square, r))
                let above := sub(add(level, add(mul(slope, r), mul(tilt, z))), mload(w))
                if sgt(mul(above, sign_), 0) { break }
                z := add(z, step)
                w := add(w, 0x20)
            }
        }
    }

    /// @dev Fills w and returns the first index at which g = (1 - k w'/2w)² - w'²/4 (1/w + 1/4) + w''/2 is negative or w
    /// below LEAST. With it and the oracle's ranges (|k| < 2^70, |w'| <= 2, w'' <= 2^21) nothing overflows.
    function _fillChecked(Grid memory grid) private pure returns (uint256 index) {
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = Svi.unpack(grid.svi);
        assembly ("memory-safe") {
            let step := mload(add(grid, 0x20))
            let out := mload(add(grid, 0x40))
            let k := mul(step, not(11)) // -12 steps
            for {} lt(index, GRID_POINTS) { index := add(index, 1) } {
                let z := sub(k, centre)
                let square := add(mul(z, z), mul(sigma, sigma))
                let sign := sar(255, z)
                let r := add(sub(xor(z, sign), sign), sigma)
                r := shr(16, mul(r, CENTRED_ROOT))
                r := add(r, div(square, r))
                r := add(shr(2, r), div(square, r))
                r := add(r, div(square, r))
                r := add(shr(2, r), div(square, r))
                let w := add(level, add(mul(slope, r), mul(tilt, z)))
                mstore(out, w)
                w := sar(64, w)
                if slt(w, LEAST) { break }
                // w' = b (rho + z/R) and w'' = b sigma²/R³, both Q64
                let first := add(tilt, sdiv(mul(slope, z), r))
                let second := div(mul(slope, div(shl(64, mul(sigma, sigma)), square)), r)
                let near := sub(shl(64, 1), sdiv(mul(k, first), shl(1, w)))
                let steep := mul(first, first)
                let g := add(sub(mul(near, near), add(div(shl(62, steep), w), shr(4, steep))), shl(63, second))
                if slt(g, 0) { break }
                k := add(k, step)
                out := add(out, 0x20)
            }
        }
    }
}
