// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IClearing} from "../interfaces/IClearing.sol";
import {ICatalogue, Modules} from "../interfaces/ICatalogue.sol";
import {IHedger} from "../interfaces/IHedger.sol";
import {
    BoardSnapshot,
    BoardView,
    BookView,
    ILens,
    LensConfig,
    MarketSnapshot,
    MarketView,
    Observation,
    SeriesView,
    VaultView
} from "../interfaces/ILens.sol";
import {Board, IMarket} from "../interfaces/IMarket.sol";
import {IPricer, LegInput, UnitGreeks} from "../interfaces/IPricer.sol";
import {ISettlementOracle} from "../interfaces/ISettlementOracle.sol";
import {ISpotOracle, SpotRead} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId, SeriesId, seriesId} from "../types/SeriesId.sol";
import {Wad, WAD} from "../types/Wad.sol";
import {BookInput} from "./BookInput.sol";

/// @title Lens
/// @notice Reads what a screen, a keeper or a simulator needs in one call. Nothing depends on it.
contract Lens is ILens {
    IMarket private immutable MARKET;
    IClearing private immutable CLEARING;
    IVault private immutable VAULT;
    IERC20Metadata private immutable SHARE;
    IHedger private immutable HEDGER;
    ISpotOracle private immutable SPOT;
    ISurfaceOracle private immutable SURFACE;
    ISettlementOracle private immutable SETTLEMENT;

    constructor(LensConfig memory config) {
        MARKET = IMarket(config.market);
        CLEARING = IClearing(config.clearing);
        VAULT = IVault(config.vault);
        SHARE = IERC20Metadata(config.share);
        HEDGER = IHedger(config.hedger);
        SPOT = ISpotOracle(config.spotOracle);
        SURFACE = ISurfaceOracle(config.surfaceOracle);
        SETTLEMENT = ISettlementOracle(config.settlementOracle);
    }

    /// @inheritdoc ILens
    function viewMarket(MarketId market) external view returns (MarketView memory result) {
        result.spot = SPOT.health(market);
        result.boards = _boards(market);
        (result.bookAtMark, result.bookAtAverage) = MARKET.bookValue(market);
        result.skew = MARKET.skew(market);
        result.hedge = HEDGER.position(market);
        result.netDelta = result.bookAtMark.delta + result.hedge.delta;
        (result.due,, result.dueSize) = HEDGER.due(market);
        result.lastTradeBlock = MARKET.lastTradeBlock(market);
    }

    /// @inheritdoc ILens
    function snapshot(MarketId market) external view returns (MarketSnapshot memory s) {
        (s.chainId, s.blockNumber, s.timestamp) = (block.chainid, block.number, uint40(block.timestamp));
        s.market = market;
        ICatalogue catalogue = ICatalogue(MARKET.catalogue());
        _addTerms(s, catalogue);
        _addSpot(s, ISpotOracle(s.modules.spotOracle));
        _addBook(s);
        s.boards = _snapshots(catalogue, ISurfaceOracle(s.modules.surfaceOracle), market);
    }

    /// @inheritdoc ILens
    function viewBook(MarketId market) external view returns (BookView memory result) {
        ICatalogue catalogue = ICatalogue(MARKET.catalogue());
        Modules memory modules = catalogue.modules(market);
        Board[] memory boards = MARKET.boards(market);
        SpotRead memory spot = ISpotOracle(modules.spotOracle).read(market);
        (result.timestamp, result.spot) = (uint40(block.timestamp), spot);
        (result.atMark, result.atAverage) = MARKET.bookValue(market);
        LegInput[] memory legs = BookInput.everySeries(boards);
        result.series = _positions(market, boards, legs);
        _addPayoffs(result.series);
        if (Wad.unwrap(spot.mark) == 0) spot = SpotRead(spot.average, spot.average, spot.markUpdatedAt, spot.mode);
        if (Wad.unwrap(spot.mark) == 0) return result;
        UnitGreeks[] memory units =
            IPricer(modules.pricer).greeks(BookInput.read(market, catalogue, modules, boards, spot), legs);
        for (uint256 i = 0; i < units.length; ++i) {
            if (boards[legs[i].board].expiry > block.timestamp) result.series[i].one = units[i];
        }
    }

    /// @inheritdoc ILens
    function viewVault() external view returns (VaultView memory result) {
        result.accounts = VAULT.accounts();
        result.equity = VAULT.equity();
        result.supply = SHARE.totalSupply();
        int256 worth = SignedAssets.unwrap(result.accounts.equityAtMark);
        if (worth > 0 && result.supply != 0) {
            uint256 unit = 10 ** IERC20Metadata(VAULT.asset()).decimals();
            // collateral per whole share: assets / unit over shares / 1e18
            result.sharePrice = Wad.wrap(uint256(worth) * WAD / unit * WAD / result.supply);
        }
        result.epoch = VAULT.currentEpoch();
        result.cutOff = VAULT.cutOff();
        result.cashWanted = VAULT.cashWanted();
    }

    function _boards(MarketId market) private view returns (BoardView[] memory views) {
        Board[] memory boards = MARKET.boards(market);
        views = new BoardView[](boards.length);
        uint40[] memory expiries = new uint40[](boards.length);
        for (uint256 i; i < boards.length; ++i) {
            expiries[i] = boards[i].expiry;
        }
        SurfaceSlice[] memory slices = SURFACE.slices(market, expiries);
        for (uint256 i; i < boards.length; ++i) {
            views[i] = _board(market, boards[i], slices[i]);
        }
    }

    function _positions(MarketId market, Board[] memory boards, LegInput[] memory legs)
        private
        pure
        returns (SeriesView[] memory list)
    {
        list = new SeriesView[](legs.length);
        for (uint256 i = 0; i < legs.length; ++i) {
            (Board memory board, uint256 node, bool call) = (boards[legs[i].board], legs[i].node, legs[i].call);
            list[i].series = seriesId(market, board.expiry, board.strikes[node], call);
            list[i].position = call ? board.calls[node] : board.puts[node];
        }
    }

    /// @dev What the market says that each option is worth: of those that have expired, their payoff.
    function _addPayoffs(SeriesView[] memory list) private view {
        SeriesId[] memory series = new SeriesId[](list.length);
        for (uint256 i = 0; i < list.length; ++i) {
            series[i] = list[i].series;
        }
        (, Wad[] memory marks) = MARKET.marks(series);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i].one.mark = marks[i];
        }
    }

    function _addTerms(MarketSnapshot memory s, ICatalogue catalogue) private view {
        s.modules = catalogue.modules(s.market);
        s.window = ISettlementOracle(s.modules.settlementOracle).window();
        s.params = catalogue.pricingParams(s.market);
        s.limits = catalogue.limits(s.market);
        s.margin = CLEARING.marginParams(s.market);
    }

    function _addSpot(MarketSnapshot memory s, ISpotOracle oracle) private view {
        s.spot = oracle.health(s.market);
        s.sources = oracle.sources(s.market);
        s.observations = _observations(oracle, s.market, s.window);
    }

    function _addBook(MarketSnapshot memory s) private view {
        s.pause = MARKET.pauseLevel(s.market);
        s.skew = MARKET.skew(s.market);
        (s.vegaSince, s.vegaOpened) = MARKET.vegaOpened(s.market);
        s.equity = VAULT.equity();
        s.hedge = HEDGER.position(s.market);
        (s.free, s.locked) = CLEARING.balances(address(VAULT));
    }

    /// @dev Back to the last one at or before the last `window` seconds.
    function _observations(ISpotOracle oracle, MarketId market, uint256 window)
        private
        view
        returns (Observation[] memory list)
    {
        uint256 first = block.timestamp - window;
        uint256 count;
        // Twice over: to count, then to keep
        for (uint256 pass; pass < 2; ++pass) {
            if (pass == 1) list = new Observation[](count);
            count = 0;
            for (uint256 time = block.timestamp;;) {
                (Wad price, uint40 seenAt) = oracle.observedAt(market, uint40(time));
                if (seenAt == 0) break;
                if (pass == 1) list[count] = Observation(price, seenAt);
                ++count;
                if (seenAt <= first) break;
                time = seenAt - 1;
            }
        }
    }

    function _snapshots(ICatalogue catalogue, ISurfaceOracle oracle, MarketId market)
        private
        view
        returns (BoardSnapshot[] memory list)
    {
        Board[] memory boards = MARKET.boards(market);
        list = new BoardSnapshot[](boards.length);
        uint40[] memory one = new uint40[](1);
        for (uint256 b; b < boards.length; ++b) {
            one[0] = boards[b].expiry;
            list[b].board = boards[b];
            list[b].slices = oracle.liveSlices(market, one)[0];
            list[b].graceEnds = oracle.graceEnds(market, one[0]);
            list[b].stops = catalogue.stops(market, one[0]);
            list[b].callCompartments = _compartments(market, boards[b], true);
            list[b].putCompartments = _compartments(market, boards[b], false);
        }
    }

    function _compartments(MarketId market, Board memory board, bool call) private view returns (Assets[] memory held) {
        held = new Assets[](board.strikes.length);
        for (uint256 i; i < held.length; ++i) {
            held[i] = CLEARING.compartment(address(VAULT), seriesId(market, board.expiry, board.strikes[i], call));
        }
    }

    function _board(MarketId market, Board memory board, SurfaceSlice memory slice)
        private
        view
        returns (BoardView memory result)
    {
        uint256 strikes = board.strikes.length;
        (result.settlementPrice, result.settlementFinalAt) = SETTLEMENT.price(market, board.expiry);
        result.callsSettled = new bool[](strikes);
        result.putsSettled = new bool[](strikes);
        for (uint256 i; board.expiry <= block.timestamp && i < strikes; ++i) {
            Wad strike = board.strikes[i];
            result.callsSettled[i] = CLEARING.settlement(seriesId(market, board.expiry, strike, true)).settled;
            result.putsSettled[i] = CLEARING.settlement(seriesId(market, board.expiry, strike, false)).settled;
        }
        result.board = board;
        result.slice = slice;
    }
}
