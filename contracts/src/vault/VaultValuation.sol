// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IClearing} from "../interfaces/IClearing.sol";
import {HedgePosition, IHedger} from "../interfaces/IHedger.sol";
import {Board, IMarket} from "../interfaces/IMarket.sol";
import {BookValue} from "../interfaces/IPricer.sol";
import {ISpotOracle, ORACLE_REDUCE_ONLY, OracleMode, SpotRead} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {IVault} from "../interfaces/IVault.sol";
import {
    AssetScale,
    Assets,
    SignedAssets,
    assetScale,
    toAssetsCeil,
    toAssetsFloor,
    toAssetsUp
} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SignedSize} from "../types/Size.sol";
import {SignedWad, Wad} from "../types/Wad.sol";

/// @notice The vault's worth, base units. `lower` and `upper` are the extremes over mark and average, rounded apart.
struct Valuation {
    uint256 free; // buffer included
    uint256 locked;
    int256 options; // at mark
    int256 hedges; // as cached
    int256 atMark;
    int256 atAverage;
    int256 lower;
    int256 upper;
    uint256 halfSpread;
    bool priced; // false when a market with something in it has no mark at all
}

/// @notice Sums over markets while a valuation is made. Wads of collateral.
struct MarketSums {
    int256 bookAtMark;
    int256 bookAtAverage;
    int256 hedgesAtAverage; // what the cached hedges gain when valued at the average instead of the mark
    uint256 vega; // sum of magnitudes
}

/// @title What the vault is worth, and whether that may be acted on
/// @notice Law. equity = free + compartments + hedge equity + option book; pending and claimable are in none of them.
/// Both prices value the whole: at the average, hedges move with the options they hedge. A roll at cut-off c takes a
/// market with anything in it at a spot updated, a surface reported and hedges synced at or after c, or not at all.
/// Reads only.
abstract contract VaultValuation is IVault {
    IERC20Metadata internal immutable _ASSET;
    AssetScale internal immutable _SCALE;
    IClearing internal immutable _CLEARING;
    IMarket internal immutable _MARKET;
    IHedger internal immutable _HEDGER;
    ISpotOracle private immutable _SPOT;
    ISurfaceOracle private immutable _SURFACE;

    constructor(
        IERC20Metadata asset_,
        IClearing clearing_,
        IMarket market_,
        IHedger hedger_,
        ISpotOracle spot_,
        ISurfaceOracle surface_
    ) {
        (_ASSET, _CLEARING, _MARKET, _HEDGER, _SPOT, _SURFACE) = (asset_, clearing_, market_, hedger_, spot_, surface_);
        _SCALE = assetScale(asset_.decimals());
    }

    /// @dev Values the vault; reverts when a market's information is older than asked for.
    /// @param exitSpread volatility at which |vega| is charged for leaving
    /// @param cutOff_ oldest spot; zero takes any information, and any mode of the oracle
    /// @param notBefore oldest surface report and hedge sync
    function _value(Wad exitSpread, uint40 cutOff_, uint40 notBefore) internal view returns (Valuation memory v) {
        v.priced = true;
        MarketSums memory sums;
        MarketId[] memory ids = _MARKET.markets();
        for (uint256 i; i < ids.length; ++i) {
            _addMarket(ids[i], sums, v, cutOff_, notBefore);
        }

        (Assets free, Assets locked) = _CLEARING.balances(address(this));
        (v.free, v.locked) = (Assets.unwrap(free), Assets.unwrap(locked));
        int256 cash = int256(v.free + v.locked) + v.hedges;
        SignedWad atMark = SignedWad.wrap(sums.bookAtMark);
        SignedWad atAverage = SignedWad.wrap(sums.bookAtAverage + sums.hedgesAtAverage);

        v.options = _floor(atMark);
        v.atMark = cash + v.options;
        v.atAverage = cash + _floor(atAverage);
        v.lower = v.atMark < v.atAverage ? v.atMark : v.atAverage;
        v.upper = cash + _ceil(sums.bookAtMark > SignedWad.unwrap(atAverage) ? atMark : atAverage);
        Wad spread = Wad.wrap(sums.vega).mulUp(exitSpread);
        v.halfSpread = Assets.unwrap(toAssetsUp(Wad.wrap(Math.ceilDiv(Wad.unwrap(spread), 2)), _SCALE));
    }

    /// @dev The buffer that `locked` asks for, whether or not the cash is there.
    function _buffer(uint256 locked, Wad bufferShare) internal view returns (uint256) {
        return Assets.unwrap(toAssetsUp(Assets.wrap(locked).toWad(_SCALE).mulUp(bufferShare), _SCALE));
    }

    function _addMarket(MarketId id, MarketSums memory sums, Valuation memory v, uint40 cutOff_, uint40 notBefore)
        private
        view
    {
        (BookValue memory atMark, BookValue memory atAverage) = _MARKET.bookValue(id);
        HedgePosition memory hedge = _HEDGER.position(id);
        SpotRead memory spot = _SPOT.read(id);
        (uint256 mark, uint256 average) = (Wad.unwrap(spot.mark), Wad.unwrap(spot.average));
        int256 delta = SignedWad.unwrap(hedge.delta);

        sums.bookAtMark += SignedWad.unwrap(atMark.value);
        sums.bookAtAverage += SignedWad.unwrap(atAverage.value);
        if (mark != 0 && average != 0) sums.hedgesAtAverage += delta * (int256(average) - int256(mark)) / 1e18;
        sums.vega += Math.max(_magnitude(atMark.vega), _magnitude(atAverage.vega));
        v.hedges += SignedAssets.unwrap(hedge.equity);

        bool hedged = delta != 0 || SignedAssets.unwrap(hedge.equity) != 0;
        uint256 marketPositions = _positions(id, notBefore);
        if (!hedged && marketPositions == 0) return;
        if (mark == 0) v.priced = false;
        if (cutOff_ == 0) return;
        require(spot.markUpdatedAt >= cutOff_, SpotNotFresh(id, spot.markUpdatedAt, cutOff_));
        require(OracleMode.unwrap(spot.mode) < OracleMode.unwrap(ORACLE_REDUCE_ONLY), SpotUncertain(id, spot.mode));
        require(!hedged || hedge.syncedAt >= notBefore, HedgerNotSynced(id, hedge.syncedAt, notBefore));
    }

    /// @dev Number of boards with a position of the vault; reverts when an open one has no report since `notBefore`.
    function _positions(MarketId id, uint40 notBefore) private view returns (uint256 boards) {
        Board[] memory listed = _MARKET.boards(id);
        uint40[] memory expiries = new uint40[](listed.length);
        uint256 open;
        for (uint256 i; i < listed.length; ++i) {
            if (!_holds(listed[i])) continue;
            ++boards;
            if (listed[i].expiry > block.timestamp) expiries[open++] = listed[i].expiry;
        }
        if (open == 0 || notBefore == 0) return boards;

        assembly ("memory-safe") {
            mstore(expiries, open)
        }
        SurfaceSlice[] memory slices = _SURFACE.slices(id, expiries);
        for (uint256 i; i < open; ++i) {
            uint40 reportedAt = slices[i].reportedAt;
            require(reportedAt >= notBefore, SurfaceNotFresh(id, expiries[i], reportedAt, notBefore));
        }
    }

    function _holds(Board memory board) private pure returns (bool) {
        for (uint256 i; i < board.strikes.length; ++i) {
            if (SignedSize.unwrap(board.calls[i]) != 0 || SignedSize.unwrap(board.puts[i]) != 0) return true;
        }
        return false;
    }

    function _floor(SignedWad x) private view returns (int256) {
        return SignedAssets.unwrap(toAssetsFloor(x, _SCALE));
    }

    function _ceil(SignedWad x) private view returns (int256) {
        return SignedAssets.unwrap(toAssetsCeil(x, _SCALE));
    }

    function _magnitude(SignedWad x) private pure returns (uint256) {
        int256 v = SignedWad.unwrap(x);
        return uint256(v < 0 ? -v : v);
    }
}
