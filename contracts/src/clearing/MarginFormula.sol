// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";

/// @title Minimum margin of a short option
/// @notice Per option, collateral = quote currency, spot S, strike K, shock s, share U(t):
///   put :  U min(K, sS) + max(K - sS, 0)        call:  U min(S, sK) + max(S - sK, 0)
/// and never below mark * markFactor + S * spotFloor. Every rounding is up: more margin.
/// @dev With U <= 1 both formulas fall as the shocked price rises, so the shocked price itself is rounded down.
library MarginFormula {
    /// @notice Minimum margin of one option that has `secondsLeft` to live.
    function perOption(MarginParams memory params, SeriesId series, uint256 secondsLeft, Wad spot, Wad mark)
        internal
        pure
        returns (Wad)
    {
        Wad u = shareAt(params, secondsLeft);
        Wad shocked = shockedMargin(series.isCall(), series.strikeOf(), spot, params.spotShock, u);
        Wad least = mark.mulUp(params.markFactor) + spot.mulUp(params.spotFloor);
        return shocked > least ? shocked : least;
    }

    /// @notice The spot-shocked part alone, with U given.
    function shockedMargin(bool call, Wad strike, Wad spot, Wad spotShock, Wad u) internal pure returns (Wad) {
        (Wad most, Wad shocked) = call ? (spot, strike.mulDown(spotShock)) : (strike, spot.mulDown(spotShock));
        return shocked < most ? u.mulUp(shocked) + (most - shocked) : u.mulUp(most);
    }

    /// @notice U(t): linear between the knots, held at the first below it and at the last beyond it, rounded up.
    function shareAt(MarginParams memory params, uint256 secondsLeft) internal pure returns (Wad) {
        uint256 last = params.knotTimes.length - 1;
        if (secondsLeft <= params.knotTimes[0]) return Wad.wrap(params.knotValues[0]);
        if (secondsLeft >= params.knotTimes[last]) return Wad.wrap(params.knotValues[last]);

        uint256 i = 1;
        while (secondsLeft > params.knotTimes[i]) ++i;
        uint256 from = params.knotTimes[i - 1];
        uint256 width = params.knotTimes[i] - from;
        uint256 low = params.knotValues[i - 1];
        uint256 rise = (params.knotValues[i] - low) * (secondsLeft - from);
        return Wad.wrap(low + (rise + width - 1) / width);
    }
}
