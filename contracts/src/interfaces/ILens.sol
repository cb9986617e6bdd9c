// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {HedgePosition, HedgeRule} from "./IHedger.sol";
import {Board} from "./IMarket.sol";
import {BookValue} from "./IPricer.sol";
import {SpotRead} from "./ISpotOracle.sol";
import {SurfaceSlice} from "./ISurfaceOracle.sol";
import {Accounts} from "./IVault.sol";

/// @notice A market as a screen or a keeper wants it, in one call.
struct MarketView {
    SpotRead spot;
    Board[] boards;
    SurfaceSlice[] slices;
    BookValue book;
    SignedWad skew;
    HedgePosition hedge;
    SignedWad netDelta; // book at mark plus hedges
    HedgeRule due;
    SignedWad dueSize;
}

/// @notice The vault as a screen or a keeper wants it, in one call.
struct VaultView {
    Accounts accounts;
    Assets equity; // E
    uint256 supply;
    Wad sharePrice; // equity at mark per share
    uint256 epoch;
    uint40 cutOff;
}

/// @title Lens
/// @notice Owns nothing; views only. Not part of the trusted core.
interface ILens {
    function viewMarket(MarketId market) external view returns (MarketView memory);

    function viewVault() external view returns (VaultView memory);
}
