// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {HedgeParams, IHedger} from "../interfaces/IHedger.sol";
import {ReactorReport} from "../interfaces/IReactor.sol";
import {Assets, AssetScale, SignedAssets} from "../types/Assets.sol";
import {SignedWad, Wad, WAD} from "../types/Wad.sol";
import {DELTA_STEP} from "./HedgeStore.sol";

/// @title What a venue may do, and what a parameter may be
/// @notice Pure.
library HedgeChecks {
    /// @dev Two worths rounded down: an honest venue may seem to lose so many base units of collateral,
    uint256 internal constant ROUNDING = 2;
    /// @dev and so much underlying, wad: two base units of a token with eight decimals.
    uint256 internal constant DUST = 2e10;
    /// @dev A report beyond it is taken for no answer: nothing computed from it can overflow.
    uint256 internal constant MAX_FIGURE = 1 << 120;

    struct Bound {
        bytes32 name;
        uint256 value;
        uint256 least;
        uint256 most;
    }

    uint256 private constant ONE_PCT = WAD / 100;
    /// @dev Fits what usage is counted in, with room for a day's sum.
    uint256 private constant MAX_SIZE = 1e9 * WAD;

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

    /// @notice The box of every parameter.
    function box(HedgeParams memory p) internal pure {
        Bound[12] memory bounds = [
            Bound("hedgeCost", Wad.unwrap(p.hedgeCost), 0, 5 * ONE_PCT),
            Bound("riskAversion", Wad.unwrap(p.riskAversion), WAD / 10, 10_000 * WAD),
            Bound("bandOfEquity", Wad.unwrap(p.bandOfEquity), 0, 10 * ONE_PCT),
            Bound("force", Wad.unwrap(p.force), Wad.unwrap(p.bandOfEquity), 50 * ONE_PCT),
            Bound("averageWeight", Wad.unwrap(p.averageWeight), 0, WAD),
            Bound("maxSlippage", Wad.unwrap(p.maxSlippage), WAD / 10_000, 5 * ONE_PCT),
            Bound("minOrder", Wad.unwrap(p.minOrder), DELTA_STEP, MAX_SIZE),
            Bound("maxOrder", Wad.unwrap(p.maxOrder), Wad.unwrap(p.minOrder), MAX_SIZE),
            Bound("maxPerBlock", Wad.unwrap(p.maxPerBlock), Wad.unwrap(p.maxOrder), MAX_SIZE),
            Bound("maxPerDay", Wad.unwrap(p.maxPerDay), Wad.unwrap(p.maxPerBlock), MAX_SIZE),
            Bound("period", p.period, 10 minutes, 7 days),
            Bound("forceDelay", p.forceDelay, 1 minutes, 1 hours)
        ];
        for (uint256 i; i < bounds.length; ++i) {
            Bound memory b = bounds[i];
            require(b.value >= b.least && b.value <= b.most, IHedger.ParamOutOfBounds(b.name, b.value, b.least, b.most));
        }
    }

    /// @notice Reverts when a value is above the one that stands.
    function tighter(bytes32 name, Wad value, Wad current) internal pure returns (Wad) {
        require(value <= current, IHedger.NotTighter(name, Wad.unwrap(value), Wad.unwrap(current)));
        return value;
    }

    function _sane(int256 x) private pure returns (bool) {
        return x > -int256(MAX_FIGURE) && x < int256(MAX_FIGURE);
    }
}
