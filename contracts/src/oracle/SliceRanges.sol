// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISurfaceOracle, SliceReport} from "../interfaces/ISurfaceOracle.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {MAX_LIFETIME} from "../types/SliceWord.sol";
import {SVI_ONE, SviSlice} from "../types/SviSlice.sol";
import {Wad} from "../types/Wad.sol";

/// @title Slice ranges
/// @notice What a slice's numbers may be at all, each alone and in Lee's bound on the wings. SliceWord's widths are theirs.
library SliceRanges {
    uint256 private constant MIN_RATIO = 0.5e18;
    uint256 private constant MAX_RATIO = 2e18;
    int256 private constant MAX_A = 16 * SVI_ONE; // 400 % volatility for a year
    int256 private constant MAX_B = 2 * SVI_ONE; // Lee: the wings' slopes b (1 +- rho) are at most 2
    int256 private constant MAX_SHIFT = 4 * SVI_ONE;
    int256 private constant MAX_SIGMA = 8 * SVI_ONE;
    int256 private constant MIN_SIGMA = SVI_ONE / 1e6; // a vertex no sharper than 1e-6 in log-moneyness

    function check(SliceReport memory r) internal pure {
        require(_valid(r), ISurfaceOracle.SliceOutOfRange(r.market, r.expiry));
    }

    function _valid(SliceReport memory r) private pure returns (bool) {
        uint256 ratio = Wad.unwrap(r.forwardRatio);
        uint256 spot = Wad.unwrap(r.spotAtReport);
        if (SviSlice.unwrap(r.svi) >> 240 != 0) return false;
        if (ratio < MIN_RATIO || ratio > MAX_RATIO || spot == 0 || spot > type(uint96).max) return false;

        if (r.reportedAt >= r.expiry || r.expiry - r.reportedAt >= MAX_LIFETIME) return false;

        (int256 a, int256 b, int256 rho) = (r.svi.a(), r.svi.b(), r.svi.rho());
        (int256 m, int256 sigma) = (r.svi.m(), r.svi.sigma());
        if (a < -MAX_A || a > MAX_A || b < 0 || b > MAX_B) return false;
        if (rho <= -SVI_ONE || rho >= SVI_ONE) return false;
        if (m < -MAX_SHIFT || m > MAX_SHIFT || sigma < MIN_SIGMA || sigma > MAX_SIGMA) return false;
        if (b * (SVI_ONE + (rho < 0 ? -rho : rho)) > MAX_B * SVI_ONE) return false;
        // the least variance there is, at the vertex: a + b·sigma·sqrt(1 - rho²), in Q80
        int256 depth = int256(Sqrt.near(uint256(SVI_ONE * SVI_ONE - rho * rho)));
        return a * SVI_ONE + (b * sigma / SVI_ONE) * depth > 0;
    }
}
