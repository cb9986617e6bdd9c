// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../types/Assets.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize} from "../types/Size.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {MarketLimits, Modules} from "./ICatalogue.sol";
import {MarginParams} from "./IClearing.sol";
import {HedgePosition, HedgeRule} from "./IHedger.sol";
import {Board, PauseLevel} from "./IMarket.sol";
import {BookValue, PricingParams, UnitGreeks} from "./IPricer.sol";
import {SpotHealth, SpotRead, SpotSources} from "./ISpotOracle.sol";
import {LiveSlices, SurfaceSlice} from "./ISurfaceOracle.sol";
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

/// @notice One series of a market's book.
struct SeriesView {
    SeriesId series;
    SignedSize position; // the vault's, positive when it is long
    UnitGreeks one; // of one option; of an expired one only its payoff, at the settlement price or else at mark
}

/// @notice A market's book, series by series and summed.
struct BookView {
    uint40 timestamp;
    SpotRead spot;
    SeriesView[] series; // board by board, strike by strike, the call before the put
    BookValue atMark; // sums over positions, expired boards in the value
    BookValue atAverage;
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

/// @notice An entry of the spot oracle's ring: a price from its time on.
struct Observation {
    Wad price;
    uint40 seenAt;
}

/// @notice One board as an order on it meets it.
struct BoardSnapshot {
    Board board;
    Assets[] callCompartments; // per strike: what the vault's compartment holds
    Assets[] putCompartments;
    LiveSlices slices;
    uint40[] graceEnds; // of `slices.previous`
    uint256 stops; // see `Stops`
}

/// @notice Everything that decides what an order on a market costs and whether it passes, apart from the order and the
/// trader's own balances.
struct MarketSnapshot {
    uint256 chainId;
    uint256 blockNumber;
    uint40 timestamp;
    MarketId market;
    PauseLevel pause;
    Modules modules;
    uint40 window; // W
    PricingParams params;
    MarketLimits limits;
    MarginParams margin;
    SpotHealth spot;
    SpotSources sources;
    Observation[] observations; // the newest first, back to one at or before the last W seconds
    Assets equity; // E
    HedgePosition hedge;
    SignedWad skew; // Psi
    uint40 vegaSince;
    Wad vegaOpened;
    Assets free; // the vault's, in clearing
    Assets locked;
    BoardSnapshot[] boards; // in the order of the terms
}

/// @title Lens
/// @notice Owns nothing; views only. Not part of the trusted core.
interface ILens {
    function viewMarket(MarketId market) external view returns (MarketView memory);

    /// @notice Everything a price of the market depends on, and every limit of a trade, in one call: what an order would
    /// cost can be computed from it without the chain, to the unit.
    function snapshot(MarketId market) external view returns (MarketSnapshot memory);

    /// @notice The vault's position, mark and Greeks of every listed series, and their sums, in one call. Greeks are of one
    /// option at mark, or at average where there is no mark; zero without either.
    function viewBook(MarketId market) external view returns (BookView memory);

    function viewVault() external view returns (VaultView memory);
}
