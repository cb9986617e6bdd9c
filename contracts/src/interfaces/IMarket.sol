// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {Backing} from "../types/Backing.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize} from "../types/Size.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {IClearing} from "./IClearing.sol";
import {BookRisk, BookValue, Leg, QuoteParts} from "./IPricer.sol";

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
    BookRisk before;
    BookRisk afterwards;
}

/// @notice One listed expiry.
struct Board {
    uint40 expiry;
    Wad[] strikes; // ascending
    SignedSize[] calls; // the vault's positions
    SignedSize[] puts;
}

/// @notice Constructor arguments of the market.
struct MarketConfig {
    address authority;
    address asset;
    address clearing;
    address vault;
    address hedger;
    address catalogue;
}

/// @notice What a post-trade limit limits.
type Figure is uint8;

Figure constant FIGURE_DELTA = Figure.wrap(1); // net delta * S / E
Figure constant FIGURE_VENUES = Figure.wrap(2); // the same, against what venues can still take
Figure constant FIGURE_VEGA = Figure.wrap(3); // net vega / E
Figure constant FIGURE_EXPIRY_VEGA = Figure.wrap(4);
Figure constant FIGURE_GAMMA = Figure.wrap(5); // min(0, gamma * S^2 * 1 %) / E
Figure constant FIGURE_UTILISATION = Figure.wrap(6); // required margin / E
Figure constant FIGURE_EXPIRY_SIZE = Figure.wrap(7); // options

/// @notice How far a market is paused; only ever compared with `>=`.
type PauseLevel is uint8;

PauseLevel constant PAUSE_NONE = PauseLevel.wrap(0);
/// @dev No new risk: closing legs only.
PauseLevel constant PAUSE_NEW_RISK = PauseLevel.wrap(1);
/// @dev No trading.
PauseLevel constant PAUSE_TRADING = PauseLevel.wrap(2);

/// @title Market
/// @notice Owns the packed book and the skew account Psi. Boards, limits and parameters, clearing's margin parameters
/// among them, are the catalogue's, read from code. Keeps a copy of the hedger's position and the vault's E, which both
/// have renewed whenever they change them. Calls, per trade: SpotOracle, SurfaceOracle, Pricer, then Clearing.trade.
interface IMarket {
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
    event PauseSet(MarketId indexed market, PauseLevel level);
    event SkewSet(MarketId indexed market, Wad skew);
    event VaultPositionChanged(SeriesId indexed series, SignedSize change);

    error DeadlinePassed(uint40 deadline, uint256 now_);
    error NoLegs();
    error TooManyLegs(uint256 given, uint256 most);
    error MixedMarkets(MarketId expected, MarketId found);
    error DuplicateLeg(SeriesId series);
    error BoardNotListed(MarketId market, uint40 expiry);
    error StrikeNotListed(SeriesId series);
    error TradingClosed(uint40 expiry, uint256 closesAt);
    error SizeNotAllowed(SeriesId series, SignedSize size, Wad least, Wad most);
    error MoneynessNotAllowed(SeriesId series, Wad callDelta);
    error LimitExceeded(SignedAssets netCash, SignedAssets limit);
    error NoSurface(MarketId market, uint40 expiry);
    error SurfaceStale(uint40 expiry, uint40 reportedAt, uint40 maxAge);
    error SpotUnavailable(MarketId market);
    error ReduceOnly(MarketId market);
    error PostTradeLimit(Figure figure, SignedWad before, SignedWad afterwards, Wad limit);
    error BufferLimit(Assets freeAfter, Assets buffer);
    error SeriesLimit(SeriesId series, SignedSize position, Wad limit);
    error NotClearing(address caller);
    error NotCatalogue(address caller);
    error MarketPaused(MarketId market, PauseLevel level);
    error PauseLevelNotHigher(PauseLevel current, PauseLevel given);
    error UnknownMarket(MarketId market);
    error OpeningStopped(uint40 expiry);
    error SeriesStopped(SeriesId series);
    error VegaPerReportExceeded(Wad opened, Wad limit);
    error NotOrders(address caller);
    error OrdersNotAllowed(address trader, address orders);
    error QuoteTooFar(SignedAssets price, SignedAssets model, Assets distance);
    error ModuleFailed(address module);

    // Trading, for anyone

    /// @notice Trades against the vault at the price `quote` gives in this block, or reverts.
    /// @return netCash positive: what the trader paid; negative: what the recipient was paid
    function trade(Order calldata order) external returns (SignedAssets netCash);

    /// @notice The price `trade` would charge now, itemised. Ignores limit, deadline and allowances, and what opening
    /// needs: moneyness, size, time to expiry, post-trade limits. Reverts only where nothing can trade: an unlisted
    /// series, a closed board, no spot, no slice.
    function quote(MarketId market, Leg[] calldata legs) external view returns (Quote memory);

    /// @notice Trades for `trader` at a signed price, held to the governed distance from the model's. For `orders` only,
    /// and only for traders that have allowed this very module in clearing; everything else is as in `trade`. Psi pays for the discount
    /// in it, and gains nothing by it.
    function tradeAt(Order calldata order, address trader, SignedAssets price) external;

    // The book

    /// @notice Clearing's notice that it changed the vault's position itself (settlement, liquidation).
    function onVaultPosition(SeriesId series, SignedSize change) external;

    /// @notice Cuts Psi to the potential of the book as it stands; leaves it while there is none to be had. Trades do so
    /// themselves. Anyone.
    function settleSkew(MarketId market) external;

    /// @notice Copies the hedger's position and the vault's E, the latter rounded down to 1e-6. Called whenever either
    /// changes: by the hedger, and by the vault's actuary for each market of a roll. Otherwise it changes nothing that a
    /// trade reads. Anyone.
    function takeBacking(MarketId market) external;

    // Governed

    /// @notice The catalogue's notice of new terms; zero nonce never. For the catalogue only.
    /// @param nonce the creation nonce, at the catalogue, of the data contract that holds them
    /// @param listed expiry of a board that is new in them; zero for none
    function setTerms(MarketId market, uint32 nonce, uint40 listed) external;

    /// @notice Raises the pause level. For guardians.
    function pause(MarketId market, PauseLevel level) external;

    /// @notice Sets any pause level. For the governor.
    function unpause(MarketId market, PauseLevel level) external;

    // Views

    /// @notice Value and Greeks of the vault's options, at mark and at the averaged spot. An expired board counts at
    /// its settlement price, or at intrinsic on the worse of mark and average until there is one. Never reverts.
    function bookValue(MarketId market) external view returns (BookValue memory atMark, BookValue memory atAverage);

    /// @notice Spot mark of a market and the mark value of one option of each series, for margin. Never reverts for a
    /// listed series; a series that is not listed, or has no price, gives zero.
    function marks(SeriesId[] calldata series) external view returns (Wad[] memory spot, Wad[] memory value);

    function boards(MarketId market) external view returns (Board[] memory);

    function markets() external view returns (MarketId[] memory);

    /// @notice Whether the vault has no position on a board.
    function isFlat(MarketId market, uint40 expiry) external view returns (bool);

    /// @notice Potential of the book as it stands, wad of collateral. Reverts with SpotUnavailable while there is no mark.
    function potential(MarketId market) external view returns (Wad);

    /// @notice Psi: skew collected and not yet paid back, wad of collateral.
    function skew(MarketId market) external view returns (SignedWad);

    /// @notice What stands behind the book: the copy of the hedger's position and of E that trades are priced with.
    function backing(MarketId market) external view returns (Backing);

    /// @notice Block in which a trade last changed the book.
    function lastTradeBlock(MarketId market) external view returns (uint256);

    function pauseLevel(MarketId market) external view returns (PauseLevel);

    /// @notice Vega opened since the newest report among those traded on, over E; and the time of that report.
    function vegaOpened(MarketId market) external view returns (uint40 since, Wad opened);

    function clearing() external view returns (IClearing);

    function catalogue() external view returns (address);
}
