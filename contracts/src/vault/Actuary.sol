// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IClearing} from "../interfaces/IClearing.sol";
import {HedgePosition, IHedger} from "../interfaces/IHedger.sol";
import {Board, IMarket} from "../interfaces/IMarket.sol";
import {BookValue} from "../interfaces/IPricer.sol";
import {ISpotOracle, ORACLE_REDUCE_ONLY, OracleMode, SpotRead} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Accounts, IVault, VaultParams} from "../interfaces/IVault.sol";
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
import {EpochMath} from "./EpochMath.sol";
import {RollInput, RollMath, RollResult} from "./RollMath.sol";
import {PackedParams, VaultParamsStore} from "./VaultParamsStore.sol";

/// @notice What the vault knows when it rolls, or wonders what a roll would need.
struct RollRequest {
    PackedParams params;
    uint40 cutOff;
    uint256 supply;
    uint256 waiting; // shares in the redemption line
    uint256 deposits; // pending in the epoch
}

/// @notice What a roll does, the equity it does it at, and what the vault keeps of it.
struct RollPlan {
    int256 atMark;
    int256 atAverage;
    uint256 value; // the lower equity after the roll, at least zero
    uint256 equity; // the same with its floor: E; of 128 bits
    uint40 nextCutOff;
    RollResult result;
}

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

/// @title Values the vault, plans its rolls, checks its governed values
/// @notice Deployed by the vault and a part of it: owns nothing, changes nothing but the market's copy of E, and anyone
/// may ask.
/// Law. equity = free + compartments + hedge equity + option book; pending and claimable are in none of them.
/// Both prices value the whole: at the average, hedges move with the options they hedge. A roll at cut-off c takes a
/// market with anything in it at a spot updated, a surface reported and hedges synced at or after c. Once it is a day
/// late it takes what there is, and without any mark it moves nobody.
contract Actuary {
    using VaultParamsStore for PackedParams;
    using VaultParamsStore for VaultParams;
    using VaultParamsStore for uint256;
    using SafeCast for uint256;

    /// @dev Breakers of the oracles delay a roll by so much at most.
    uint256 private constant MAX_ROLL_DELAY = 24 hours;

    AssetScale private immutable _SCALE;
    uint256 private immutable _UNIT;
    uint256 private immutable _EQUITY_STEP; // 1e-6 of a unit: what the market keeps of E
    address private immutable _VAULT;
    IClearing private immutable _CLEARING;
    IMarket private immutable _MARKET;
    IHedger private immutable _HEDGER;
    ISpotOracle private immutable _SPOT;
    ISurfaceOracle private immutable _SURFACE;

    constructor(
        uint8 decimals,
        IClearing clearing,
        IMarket market,
        IHedger hedger,
        ISpotOracle spot,
        ISurfaceOracle surface
    ) {
        (_SCALE, _UNIT, _VAULT) = (assetScale(decimals), 10 ** decimals, msg.sender);
        _EQUITY_STEP = decimals > 6 ? 10 ** (decimals - 6) : 1;
        (_CLEARING, _MARKET, _HEDGER, _SPOT, _SURFACE) = (clearing, market, hedger, spot, surface);
    }

    /// @notice The roll that would execute now. Reverts when information is older than it may be.
    function planRoll(RollRequest calldata request) external view returns (RollPlan memory plan) {
        VaultParams memory p = request.params.unpack();
        (uint40 spotSince, uint40 reportsSince) = _oldestInformation(request.cutOff, p.maxInformationAge);
        Valuation memory v = _value(p.exitSpread, spotSince, reportsSince);
        RollResult memory result = RollMath.roll(_input(request, v, p.bufferShare), _SCALE);

        (plan.atMark, plan.atAverage, plan.result) = (v.atMark, v.atAverage, result);
        int256 value = v.lower + int256(result.accepted) - int256(result.paid);
        plan.value = value > 0 ? uint256(value) : 0;
        uint256 equity = Math.max(plan.value, Assets.unwrap(p.equityFloor));
        plan.equity = (equity - equity % _EQUITY_STEP).toUint128();
        plan.nextCutOff = EpochMath.nextCutOff(block.timestamp, p.period, p.phase);
    }

    /// @notice Has each market copy the vault's equity, as it is now. Anyone.
    function tellEquity() external {
        MarketId[] memory ids = _MARKET.markets();
        for (uint256 i; i < ids.length; ++i) {
            _MARKET.takeBacking(ids[i]);
        }
    }

    /// @notice Cash that the line lacks above the buffer and the deposits, at this moment's price.
    function shortfall(RollRequest calldata request) external view returns (Assets) {
        VaultParams memory p = request.params.unpack();
        return Assets.wrap(RollMath.shortfall(_input(request, _value(p.exitSpread, 0, 0), p.bufferShare), _SCALE));
    }

    /// @notice The vault's accounts, with the cash that it says lies in the vault itself.
    function accounts(PackedParams calldata params, Assets pending, Assets claimable)
        external
        view
        returns (Accounts memory a)
    {
        VaultParams memory p = params.unpack();
        Valuation memory v = _value(p.exitSpread, 0, 0);
        uint256 buffer = Math.min(_buffer(v.locked, p.bufferShare), v.free);
        (a.free, a.buffer, a.locked) = (Assets.wrap(v.free - buffer), Assets.wrap(buffer), Assets.wrap(v.locked));
        (a.pending, a.claimable) = (pending, claimable);
        (a.options, a.hedges) = (SignedAssets.wrap(v.options), SignedAssets.wrap(v.hedges));
        (a.equityAtMark, a.equityAtAverage) = (SignedAssets.wrap(v.atMark), SignedAssets.wrap(v.atAverage));
    }

    /// @notice What the vault may let go of without touching the buffer.
    function spendable(uint256 packedRoll) external view returns (Assets) {
        (Assets free, Assets locked) = _CLEARING.balances(_VAULT);
        uint256 buffer = _buffer(Assets.unwrap(locked), packedRoll.bufferShare());
        return Assets.wrap(Math.saturatingSub(Assets.unwrap(free), buffer));
    }

    /// @notice Governed values as the vault stores them. Reverts outside their box.
    function pack(VaultParams calldata params) external view returns (PackedParams memory) {
        return params.pack(_UNIT);
    }

    function unpack(PackedParams calldata params) external pure returns (VaultParams memory) {
        return params.unpack();
    }

    /// @notice What a new vault starts with, and its first cut-off.
    function initial() external view returns (VaultParams memory p, uint40 cutOff) {
        p = VaultParamsStore.defaults(_UNIT);
        cutOff = EpochMath.nextCutOff(block.timestamp, p.period, p.phase);
    }

    /// @dev Nothing from before the cut-off; past the longest delay anything.
    function _oldestInformation(uint40 cutOff, uint256 maxAge) private view returns (uint40 spot, uint40 reports) {
        if (block.timestamp >= cutOff + MAX_ROLL_DELAY) return (0, 0);
        return (cutOff, uint40(Math.max(cutOff, Math.saturatingSub(block.timestamp, maxAge))));
    }

    /// @dev The buffer that `locked` asks for, whether or not the cash is there. Rounded up.
    function _buffer(uint256 locked, Wad share) private pure returns (uint256) {
        return Math.mulDiv(locked, Wad.unwrap(share), 1e18, Math.Rounding.Ceil);
    }

    function _input(RollRequest calldata request, Valuation memory v, Wad bufferShare)
        private
        pure
        returns (RollInput memory)
    {
        return RollInput({
            lower: v.lower,
            upper: v.upper,
            halfSpread: v.halfSpread,
            priced: v.priced,
            supply: request.supply,
            waiting: request.waiting,
            deposits: request.deposits,
            free: v.free,
            buffer: _buffer(v.locked, bufferShare)
        });
    }

    /// @dev Values the vault; reverts when a market's information is older than asked for.
    function _value(Wad exitSpread, uint40 cutOff, uint40 notBefore) private view returns (Valuation memory v) {
        v.priced = true;
        MarketSums memory sums;
        MarketId[] memory ids = _MARKET.markets();
        for (uint256 i; i < ids.length; ++i) {
            _addMarket(ids[i], sums, v, cutOff, notBefore);
        }

        (Assets free, Assets locked) = _CLEARING.balances(_VAULT);
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

    function _addMarket(MarketId id, MarketSums memory sums, Valuation memory v, uint40 cutOff, uint40 notBefore)
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
        if (_boardsHeld(id, notBefore) == 0 && !hedged) return;
        if (mark == 0) v.priced = false;
        if (cutOff == 0) return;
        require(spot.markUpdatedAt >= cutOff, IVault.SpotNotFresh(id, spot.markUpdatedAt, cutOff));
        require(_certain(spot.mode) || _certain(_SPOT.pushedMode(id)), IVault.SpotUncertain(id, spot.mode));
        require(!hedged || hedge.syncedAt >= notBefore, IVault.HedgerNotSynced(id, hedge.syncedAt, notBefore));
    }

    function _certain(OracleMode mode) private pure returns (bool) {
        return OracleMode.unwrap(mode) < OracleMode.unwrap(ORACLE_REDUCE_ONLY);
    }

    /// @dev Number of boards with a position of the vault; reverts when an open one has no report since `notBefore`.
    function _boardsHeld(MarketId id, uint40 notBefore) private view returns (uint256 held) {
        Board[] memory listed = _MARKET.boards(id);
        uint40[] memory expiries = new uint40[](listed.length);
        uint256 open;
        for (uint256 i; i < listed.length; ++i) {
            if (!_holds(listed[i])) continue;
            ++held;
            if (listed[i].expiry > block.timestamp) expiries[open++] = listed[i].expiry;
        }
        if (open == 0 || notBefore == 0) return held;

        assembly ("memory-safe") {
            mstore(expiries, open)
        }
        SurfaceSlice[] memory slices = _SURFACE.slices(id, expiries);
        for (uint256 i; i < open; ++i) {
            uint40 reportedAt = slices[i].reportedAt;
            require(reportedAt >= notBefore, IVault.SurfaceNotFresh(id, expiries[i], reportedAt, notBefore));
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
