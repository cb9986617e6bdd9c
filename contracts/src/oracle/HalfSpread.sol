// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Ln} from "../math/Ln.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {Wad} from "../types/Wad.sol";

/// @title Half-spread
/// @notice h = base + perRootYear · sqrt(age) + perMove · |ln(S / S_report)|, in volatility: what a slice may be wrong by
/// because it is old (z·xi: how far volatility itself wanders) and because spot has left the point it was fitted at.
library HalfSpread {
    uint256 private constant YEAR = 365 days;

    function halfSpread(SurfaceSlice memory slice, Wad spot, uint256 time, Wad base, Wad perRootYear, Wad perMove)
        internal
        pure
        returns (Wad)
    {
        uint256 age = time > slice.reportedAt ? time - slice.reportedAt : 0;
        uint256 rootAge = Sqrt.sqrtWad(age * 1e18 / YEAR);
        uint256 moved = _distance(Wad.unwrap(spot), Wad.unwrap(slice.spotAtReport));
        return Wad.wrap(
            Wad.unwrap(base) + (Wad.unwrap(perRootYear) * rootAge + Wad.unwrap(perMove) * moved + 1e18 - 1) / 1e18
        );
    }

    /// @dev |ln(a / b)|, wad; prices below 2^96.
    function _distance(uint256 a, uint256 b) private pure returns (uint256) {
        int256 x = Ln.lnWad(a * 1e18 / b);
        return uint256(x < 0 ? -x : x);
    }
}
