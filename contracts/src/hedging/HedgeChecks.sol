// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IHedger} from "../interfaces/IHedger.sol";
import {ReactorReport} from "../interfaces/IReactor.sol";
import {Assets, AssetScale, SignedAssets} from "../types/Assets.sol";
import {SignedWad, Wad, WAD} from "../types/Wad.sol";

/// @title What a venue may do
/// @notice Pure.
library HedgeChecks {
    /// @dev Two worths rounded down: an honest venue may seem to lose so many base units of collateral,
    uint256 internal constant ROUNDING = 2;
    /// @dev and so much underlying, wad: two base units of a token with eight decimals.
    uint256 internal constant DUST = 2e10;
    /// @dev A report beyond it is taken for no answer: nothing computed from it can overflow.
    uint256 internal constant MAX_FIGURE = 1 << 120;

    /// @notice Whether a venue holds, owes and has ordered nothing.
    function empty(ReactorReport memory r) internal pure returns (bool) {
        return SignedWad.unwrap(r.delta) == 0 && SignedWad.unwrap(r.inFlight) == 0 && SignedAssets.unwrap(r.equity) == 0;
    }

    /// @notice Whether every figure is small enough to reckon with.
    function sane(ReactorReport memory r) internal pure returns (bool) {
        return _sane(SignedWad.unwrap(r.delta)) && _sane(SignedWad.unwrap(r.inFlight))
            && _sane(SignedAssets.unwrap(r.equity)) && Wad.unwrap(r.capacityUp) < MAX_FIGURE
            && Wad.unwrap(r.capacityDown) < MAX_FIGURE;
    }

    /// @notice Reverts unless an order moved between nothing and what was asked, and cost no more than the bound.
    /// @param cash what the hedger's own balance gained
    /// @return moved underlying, in flight included
    function verify(
        ReactorReport memory before,
        ReactorReport memory afterwards,
        int256 cash,
        int256 asked,
        Wad mark,
        Wad maxSlippage,
        AssetScale scale
    ) internal pure returns (int256 moved) {
        moved = exposure(afterwards) - exposure(before);
        require(
            moved == 0 || (asked > 0 ? moved > 0 && moved <= asked : moved < 0 && moved >= asked),
            IHedger.MovedWrongly(SignedWad.wrap(moved), SignedWad.wrap(asked))
        );

        int256 cost = SignedAssets.unwrap(before.equity) - SignedAssets.unwrap(afterwards.equity) - cash;
        uint256 most = notionalUp(uint256(moved < 0 ? -moved : moved), mark, maxSlippage, scale)
            + notionalUp(DUST, mark, Wad.wrap(WAD), scale) + ROUNDING;
        require(cost <= int256(most), IHedger.CostTooHigh(SignedAssets.wrap(cost), Assets.wrap(most)));
    }

    /// @notice size · mark · factor in base units, rounded up.
    function notionalUp(uint256 size, Wad mark, Wad factor, AssetScale scale) internal pure returns (uint256) {
        uint256 notional = Math.ceilDiv(size * Wad.unwrap(mark), WAD);
        return Math.ceilDiv(notional * Wad.unwrap(factor), WAD * AssetScale.unwrap(scale));
    }

    /// @notice Underlying held, owed and ordered.
    function exposure(ReactorReport memory r) internal pure returns (int256) {
        return SignedWad.unwrap(r.delta) + SignedWad.unwrap(r.inFlight);
    }

    function _sane(int256 x) private pure returns (bool) {
        return x > -int256(MAX_FIGURE) && x < int256(MAX_FIGURE);
    }
}
