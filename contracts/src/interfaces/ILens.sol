// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {HedgePosition, HedgeRule} from "./IHedger.sol";
import {Board} from "./IMarket.sol";
import {BookValue} from "./IPricer.sol";
import {SpotHealth} from "./ISpotOracle.sol";
import {SurfaceSlice} from "./ISurfaceOracle.sol";
import {Accounts} from "./IVault.sol";

/// @notice Constructor arguments of the lens.
struct LensConfig {
    address market;
    address clearing;
    address vault;
    address share;
    address hedger;
    address spotOracle;
    address surfaceOracle;
    address settlementOracle;
}

/// @notice One board with all that is known of its expiry.
struct BoardView {
    Board board;
    SurfaceSlice slice;
    Wad settlementPrice; // zero until proposed
    uint40 settlementFinalAt;
    bool[] callsSettled; // per strike, in clearing
    bool[] putsSettled;
}

/// @notice A market as a screen or a keeper wants it, in one call.
struct MarketView {
    SpotHealth spot;
    BoardView[] boards;
    BookValue bookAtMark;
    BookValue bookAtAverage;
    SignedWad skew;
    HedgePosition hedge;
    SignedWad netDelta; // book at mark plus hedges
    HedgeRule due; // what a rebalance would do now
    SignedWad dueSize;
    uint256 lastTradeBlock;
}

/// @notice The vault as a screen or a keeper wants it, in one call.
struct VaultView {
    Accounts accounts;
    Assets equity; // E
    uint256 supply; // shares, 18 decimals
    Wad sharePrice; // equity at mark per share; zero while there are none or equity is negative
    uint256 epoch;
    uint40 cutOff;
    Assets cashWanted; // what the redemption line lacks
}

/// @title Lens
/// @notice Owns nothing; views only. Not part of the trusted core.
interface ILens {
    function viewMarket(MarketId market) external view returns (MarketView memory);

    function viewVault() external view returns (VaultView memory);
}
