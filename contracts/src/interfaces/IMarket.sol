// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedAssets} from "../types/Assets.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize} from "../types/Size.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {BookValue, Leg, PricingParams, QuoteParts} from "./IPricer.sol";

/// @notice An order against the vault. All legs are of one market and trade together or not at all.
struct Order {
    MarketId market;
    Leg[] legs;
    SignedAssets limit; // most the trader pays (positive) or least it receives (negative)
    uint40 deadline;
    address recipient; // of the longs and of the proceeds
}

/// @notice A price for an order as `trade` would charge it in this block.
struct Quote {
    SignedAssets netCash; // positive: the trader pays
    QuoteParts parts;
    BookValue before;
    BookValue afterwards;
}

/// @notice One listed expiry.
struct Board {
    uint40 expiry;
    Wad[] strikes; // ascending
    SignedSize[] calls; // the vault's positions
    SignedSize[] puts;
}

/// @notice Governed limits of a market.
struct MarketLimits {
    Wad minDelta; // opening needs |call delta| within [minDelta, maxDelta]
    Wad maxDelta;
    Wad maxNetDelta; // |net delta| x S over E
    Wad maxNetVega; // |net vega| over E per 1.00 of volatility
    Wad maxUtilisation; // required margin over E
    Wad bufferShare; // of locked collateral that must stay free after a trade that adds margin
    Wad minTradeSize; // options per leg
    Wad maxTradeSize;
    Wad maxSeriesSize; // |vault position| per series
    uint40 maxSyncAge; // hedger cache age beyond which only reducing trades pass
    uint40 maxSliceAge;
}

/// @title Market
/// @notice Owns boards, the packed book, limits, pricing parameters and the skew account Psi. Calls, per trade:
/// SpotOracle, SurfaceOracle, Pricer, Hedger.position, Vault.equity, then Clearing.trade.
interface IMarket {
    event BoardListed(MarketId indexed market, uint40 indexed expiry, Wad[] strikes);
    event BoardRemoved(MarketId indexed market, uint40 indexed expiry);
    event Trade(
        MarketId indexed market,
        address indexed trader,
        address indexed recipient,
        Leg[] legs,
        SignedAssets netCash,
        QuoteParts parts,
        SignedWad netDelta,
        Wad spot
    );
    event VaultPositionChanged(SeriesId indexed series, SignedSize change);

    error DeadlinePassed(uint40 deadline, uint256 now_);
    error NoLegs();
    error MixedMarkets(MarketId expected, MarketId found);
    error DuplicateLeg(SeriesId series);
    error BoardNotListed(MarketId market, uint40 expiry);
    error BoardAlreadyListed(MarketId market, uint40 expiry);
    error StrikeNotListed(SeriesId series);
    error StrikesNotAscending(Wad previous, Wad next);
    error TooManyBoards(uint256 most);
    error TooManyStrikes(uint256 given, uint256 most);
    error NotAtEight(uint40 expiry);
    error BoardStillOpen(uint40 expiry);
    error BoardHasPositions(uint40 expiry);
    error TradingClosed(uint40 expiry, uint256 closesAt);
    error SizeNotAllowed(SeriesId series, SignedSize size, Wad least, Wad most);
    error MoneynessNotAllowed(SeriesId series, Wad callDelta);
    error LimitExceeded(SignedAssets netCash, SignedAssets limit);
    error NoSurface(MarketId market, uint40 expiry);
    error SurfaceStale(uint40 expiry, uint40 reportedAt, uint40 maxAge);
    error SpotUnavailable(MarketId market);
    error ReduceOnly(MarketId market);
    error NetDeltaLimit(SignedWad netDelta, Wad limit);
    error NetVegaLimit(SignedWad netVega, Wad limit);
    error UtilisationLimit(Wad utilisation, Wad limit);
    error BufferLimit(Wad freeAfter, Wad buffer);
    error SeriesLimit(SeriesId series, SignedSize position, Wad limit);
    error NotClearing(address caller);

    /// @notice Trades against the vault at the price `quote` gives in this block, or reverts.
    /// @return netCash positive: what the trader paid; negative: what the recipient was paid
    function trade(Order calldata order) external returns (SignedAssets netCash);

    /// @notice The price `trade` would charge now, itemised. Ignores limit, deadline and allowances.
    function quote(MarketId market, Leg[] calldata legs) external view returns (Quote memory);

    /// @notice Lists a board. Strikes ascend; the expiry is at 08:00 UTC in the future.
    function listBoard(MarketId market, uint40 expiry, Wad[] calldata strikes) external;

    /// @notice Removes an expired board once clearing has taken the vault's positions off it. Anyone.
    function removeBoard(MarketId market, uint40 expiry) external;

    /// @notice Clearing's notice that it changed the vault's position itself (settlement, liquidation).
    function onVaultPosition(SeriesId series, SignedSize change) external;

    /// @notice Value and Greeks of the vault's options, at mark and at the averaged spot. An expired board counts at
    /// its settlement price, or at intrinsic on the worse of mark and average until there is one. Never reverts.
    function bookValue(MarketId market) external view returns (BookValue memory atMark, BookValue memory atAverage);

    function boards(MarketId market) external view returns (Board[] memory);

    function markets() external view returns (MarketId[] memory);

    function pricingParams(MarketId market) external view returns (PricingParams memory);

    function limits(MarketId market) external view returns (MarketLimits memory);

    /// @notice Psi: skew collected and not yet paid back, wad of collateral.
    function skew(MarketId market) external view returns (SignedWad);

    /// @notice Block in which a trade last changed the book.
    function lastTradeBlock(MarketId market) external view returns (uint256);
}
