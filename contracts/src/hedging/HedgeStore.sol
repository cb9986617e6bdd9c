// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {HedgeParams, HedgePosition} from "../interfaces/IHedger.sol";
import {ReactorReport} from "../interfaces/IReactor.sol";
import {AssetScale, SignedAssets} from "../types/Assets.sol";
import {BACKING_CAPACITY_STEP, BACKING_STEP} from "../types/Backing.sol";
import {SignedWad, Wad} from "../types/Wad.sol";

/// @dev Deltas, sizes and caps are stored in steps of 1e-6 underlying, capacities in steps of 0.001: those of the market's copy,
/// which is exact.
uint256 constant DELTA_STEP = BACKING_STEP;
uint256 constant CAPACITY_STEP = BACKING_CAPACITY_STEP;
/// @dev Worth is stored in steps of 1e-6 of one collateral unit.
int256 constant EQUITY_STEP = 1e12;

/// @notice HedgePosition in one slot.
struct StoredPosition {
    int64 delta;
    int64 equity;
    uint40 capacityUp;
    uint40 capacityDown;
    uint40 syncedAt;
}

/// @notice The last figures of one reactor, in one slot. A reactor belongs to one market; zero means to none.
struct StoredVenue {
    int64 delta;
    int64 inFlight;
    int64 equity;
    uint40 readAt;
    uint16 market;
    bool leaving;
}

/// @notice HedgeParams in three slots.
struct StoredParams {
    uint64 bandOfEquity;
    uint64 force;
    uint64 averageWeight;
    uint64 maxSlippage;
    uint64 minOrder; // this and the next three in DELTA_STEP
    uint64 maxOrder;
    uint64 maxPerBlock;
    uint64 maxPerDay;
    uint40 period;
    uint40 forceDelay;
    uint64 hedgeCost;
    uint96 riskAversion;
}

/// @title What the hedger keeps, packed
/// @notice Conversions between interface types and storage. Worth rounds down, capacity rounds down, deltas truncate;
/// what does not fit saturates, so that no figure of a venue can stop a write.
library HedgeStore {
    /// @dev Only what `HedgeChecks.box` let through: every value then fits.
    function pack(HedgeParams memory p) internal pure returns (StoredParams memory s) {
        s.bandOfEquity = uint64(Wad.unwrap(p.bandOfEquity));
        s.force = uint64(Wad.unwrap(p.force));
        s.averageWeight = uint64(Wad.unwrap(p.averageWeight));
        s.maxSlippage = uint64(Wad.unwrap(p.maxSlippage));
        s.minOrder = uint64(Wad.unwrap(p.minOrder) / DELTA_STEP);
        s.maxOrder = uint64(Wad.unwrap(p.maxOrder) / DELTA_STEP);
        s.maxPerBlock = uint64(Wad.unwrap(p.maxPerBlock) / DELTA_STEP);
        s.maxPerDay = uint64(Wad.unwrap(p.maxPerDay) / DELTA_STEP);
        s.period = p.period;
        s.forceDelay = p.forceDelay;
        s.hedgeCost = uint64(Wad.unwrap(p.hedgeCost));
        s.riskAversion = uint96(Wad.unwrap(p.riskAversion));
    }

    function unpack(StoredParams memory s) internal pure returns (HedgeParams memory p) {
        p.bandOfEquity = Wad.wrap(s.bandOfEquity);
        p.force = Wad.wrap(s.force);
        p.averageWeight = Wad.wrap(s.averageWeight);
        p.maxSlippage = Wad.wrap(s.maxSlippage);
        p.minOrder = Wad.wrap(uint256(s.minOrder) * DELTA_STEP);
        p.maxOrder = Wad.wrap(uint256(s.maxOrder) * DELTA_STEP);
        p.maxPerBlock = Wad.wrap(uint256(s.maxPerBlock) * DELTA_STEP);
        p.maxPerDay = Wad.wrap(uint256(s.maxPerDay) * DELTA_STEP);
        p.period = s.period;
        p.forceDelay = s.forceDelay;
        p.hedgeCost = Wad.wrap(s.hedgeCost);
        p.riskAversion = Wad.wrap(s.riskAversion);
    }

    function pack(HedgePosition memory p, AssetScale scale) internal pure returns (StoredPosition memory) {
        return StoredPosition({
            delta: storedDelta(p.delta),
            equity: storedEquity(p.equity, scale),
            capacityUp: storedCapacity(p.capacityUp),
            capacityDown: storedCapacity(p.capacityDown),
            syncedAt: p.syncedAt
        });
    }

    function unpack(StoredPosition memory s, AssetScale scale) internal pure returns (HedgePosition memory) {
        return HedgePosition({
            delta: loadedDelta(s.delta),
            equity: loadedEquity(s.equity, scale),
            capacityUp: Wad.wrap(uint256(s.capacityUp) * CAPACITY_STEP),
            capacityDown: Wad.wrap(uint256(s.capacityDown) * CAPACITY_STEP),
            syncedAt: s.syncedAt
        });
    }

    /// @notice The last figures as a report without capacity: what a venue that does not answer is taken for.
    function unpack(StoredVenue memory s, AssetScale scale) internal pure returns (ReactorReport memory report) {
        report.delta = loadedDelta(s.delta);
        report.inFlight = loadedDelta(s.inFlight);
        report.equity = loadedEquity(s.equity, scale);
    }

    function storedDelta(SignedWad delta) internal pure returns (int64) {
        return _saturate(SignedWad.unwrap(delta) / int256(DELTA_STEP));
    }

    function loadedDelta(int64 delta) internal pure returns (SignedWad) {
        return SignedWad.wrap(int256(delta) * int256(DELTA_STEP));
    }

    function storedCapacity(Wad capacity) internal pure returns (uint40) {
        return uint40(Math.min(Wad.unwrap(capacity) / CAPACITY_STEP, type(uint40).max));
    }

    function storedEquity(SignedAssets equity, AssetScale scale) internal pure returns (int64) {
        return _saturate(_floorDiv(SignedAssets.unwrap(equity) * int256(AssetScale.unwrap(scale)), EQUITY_STEP));
    }

    /// @dev Exact where the collateral has six decimals or more.
    function loadedEquity(int64 equity, AssetScale scale) internal pure returns (SignedAssets) {
        return SignedAssets.wrap(_floorDiv(int256(equity) * EQUITY_STEP, int256(AssetScale.unwrap(scale))));
    }

    function _floorDiv(int256 x, int256 y) private pure returns (int256) {
        unchecked {
            // 64 bits of storage times a step, or base units times a scale, over what is never -1
            return x / y - (x < 0 && x % y != 0 ? int256(1) : int256(0));
        }
    }

    function _saturate(int256 x) private pure returns (int64) {
        if (x > type(int64).max) return type(int64).max;
        if (x < type(int64).min) return type(int64).min;
        return int64(x);
    }
}
