// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";
import {MarginParams} from "./IClearing.sol";
import {PricingParams} from "./IPricer.sol";

/// @notice Governed limits of a market.
struct MarketLimits {
    Wad minDelta; // opening needs |call delta| within [minDelta, maxDelta]
    Wad maxDelta;
    Wad maxNetDelta; // |net delta| x S over E
    Wad maxNetVega; // |net vega| over E per 1.00 of volatility
    Wad maxExpiryVega; // the same for each expiry
    Wad maxGamma; // loss of gamma: short gamma x S^2 x 1 % over E
    Wad maxUtilisation; // required margin over E
    Wad bufferShare; // of locked collateral that must stay free after a trade that adds margin
    Wad minTradeSize; // options per leg
    Wad maxTradeSize;
    Wad maxSeriesSize; // |vault position| per series
    Wad maxExpirySize; // sum of |vault position| over an expiry
    Wad vegaPerReport; // vega that may be opened between two reports, over E
    Wad quoteDistance; // of a signed price from the model's, share of notional
    uint40 maxSyncAge; // hedger cache age beyond which only reducing trades pass
    uint40 maxSliceAge; // beyond it only closing legs pass
}

/// @notice The replaceable modules of a market.
struct Modules {
    address pricer;
    address spotOracle;
    address surfaceOracle;
    address settlementOracle;
    address orders; // may trade at signed prices; zero: nobody
}

/// @notice Which boards anyone may list, see `BoardGrid`. No strikes: nobody.
struct Grid {
    Wad tick; // every strike is a multiple
    Wad step; // between two strikes, share of spot per square root of a year to expiry
    uint8 strikes; // per board
    uint8 fridays; // weekly boards: Fridays of so many weeks
    uint8 lastFridays; // monthly boards: last Fridays of so many times 28 days
}

/// @notice Constructor arguments of the catalogue. The modules are those that new markets start with.
struct CatalogueConfig {
    address authority;
    address market;
    Modules modules;
}

/// @title Catalogue
/// @notice Owns what is listed and on which terms: modules, limits, pricing parameters, boards and strikes of each market.
/// Keeps a copy of clearing's margin parameters beside them. Calls Market.setTerms, Clearing.marginParams and
/// SpotOracle.read, and asks modules about themselves.
/// Law: the copy of a market's margin parameters equals clearing's at every moment.
interface ICatalogue {
    event BoardListed(MarketId indexed market, uint40 indexed expiry, Wad[] strikes);
    event BoardRemoved(MarketId indexed market, uint40 indexed expiry);
    event MarketAdded(MarketId indexed market);
    event PricingParamsSet(MarketId indexed market, PricingParams params);
    event LimitsSet(MarketId indexed market, MarketLimits limits);
    event StopsSet(MarketId indexed market, uint40 indexed expiry, uint256 stops);
    event GridSet(MarketId indexed market, Grid grid);
    event ModulesSet(MarketId indexed market, Modules modules);
    error BoardAlreadyListed(MarketId market, uint40 expiry);
    error StrikesNotAscending(Wad previous, Wad next);
    error TooManyBoards(uint256 most);
    error TooManyStrikes(uint256 given, uint256 most);
    error NotAtEight(uint40 expiry);
    error BoardStillOpen(uint40 expiry);
    error BoardHasPositions(uint40 expiry);
    error MarketExists(MarketId market);
    error LimitOutOfBounds(uint256 index, uint256 given, uint256 least, uint256 most);
    error LimitNotTighter(uint256 index, uint256 given, uint256 current);
    error BoardExpired(uint40 expiry);
    error WindowChanged(uint40 before, uint40 afterwards);
    error InvalidMarket(MarketId market);
    error NoSuchMarket(MarketId market);
    error NoSuchBoard(MarketId market, uint40 expiry);
    error NotOnGrid(MarketId market, uint40 expiry);
    error GridTooCoarse(Wad spot, Wad tick);
    error GridOutOfBounds(bytes32 what, uint256 given, uint256 least, uint256 most);
    error SpotNotOpen(MarketId market);

    // For anyone

    /// @notice Removes an expired board once clearing has taken the vault's positions off it.
    function removeBoard(MarketId market, uint40 expiry) external;

    /// @notice Lists a board of the market's grid around the spot, while the spot oracle is open.
    function openBoard(MarketId market, uint40 expiry) external;

    /// @notice Copies a market's margin parameters from clearing, which asks for it when it sets them. Leaves a market that
    /// is not added yet.
    function takeMargin(MarketId market) external;

    // Governed

    /// @notice Opens a market on the constructor's modules. Reverts with MarginParamsNotSet until clearing has margin
    /// parameters for it.
    function addMarket(MarketId market, PricingParams calldata params, MarketLimits calldata limits) external;

    /// @notice Lists a board. Strikes ascend; the expiry is at 08:00 UTC in the future.
    function listBoard(MarketId market, uint40 expiry, Wad[] calldata strikes) external;

    function setPricingParams(MarketId market, PricingParams calldata params) external;

    function setLimits(MarketId market, MarketLimits calldata limits) external;

    /// @notice The same, at once, where every limit is at least as strict as before. For the risk council.
    function tightenLimits(MarketId market, MarketLimits calldata limits) external;

    /// @notice Says which series of a board may be opened, by side: a bit of `Stops` set means not. Closing always may.
    function setStops(MarketId market, uint40 expiry, uint256 stops) external;

    /// @notice Stops more, at once; what is stopped stays so. For the risk council.
    function addStops(MarketId market, uint40 expiry, uint256 stops) external;

    /// @notice Sets which boards anyone may list. Those that are listed stay.
    function setGrid(MarketId market, Grid calldata grid) external;

    /// @notice Replaces the modules of a market. The settlement window must be what it was while boards are listed.
    function setModules(MarketId market, Modules calldata modules) external;

    // Views

    function pricingParams(MarketId market) external view returns (PricingParams memory);

    function limits(MarketId market) external view returns (MarketLimits memory);

    /// @notice Clearing's margin parameters as a trade reads them.
    function marginParams(MarketId market) external view returns (MarginParams memory);

    function modules(MarketId market) external view returns (Modules memory);

    /// @notice Which series of a board may not be opened: see `Stops`.
    function stops(MarketId market, uint40 expiry) external view returns (uint256);

    function grid(MarketId market) external view returns (Grid memory);
}
