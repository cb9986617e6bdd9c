// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Fill, IClearing} from "../interfaces/IClearing.sol";
import {HedgePosition, IHedger} from "../interfaces/IHedger.sol";
import {
    Board,
    IMarket,
    MarketConfig,
    MarketLimits,
    Modules,
    Order,
    PAUSE_NEW_RISK,
    PAUSE_NONE,
    PAUSE_TRADING,
    PauseLevel,
    Quote
} from "../interfaces/IMarket.sol";
import {
    BoardInput,
    BookValue,
    IPricer,
    Leg,
    LegInput,
    Priced,
    PricingInput,
    PricingParams
} from "../interfaces/IPricer.sol";
import {ISettlementOracle} from "../interfaces/ISettlementOracle.sol";
import {ISpotOracle, ORACLE_DOWN, ORACLE_REDUCE_ONLY, OracleMode, SpotRead} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Lots} from "../pricing/Lots.sol";
import {Node, nodeOf} from "../pricing/Node.sol";
import {Assets, AssetScale, SignedAssets, assetScale, toAssetsCeil, toAssetsUp} from "../types/Assets.sol";
import {EXPIRY_TIME_OF_DAY, MarketId, SeriesId, checkSeries} from "../types/SeriesId.sol";
import {LOT, SignedSize, sizeOfLots} from "../types/Size.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {MarketBounds} from "./MarketBounds.sol";
import {PostTrade, Verdict} from "./PostTrade.sol";
import {BoardTerms, Terms, TermsStore} from "./Terms.sol";

/// @title Market
/// @notice
/// The book. Positions of the vault, whole lots, packed eight to a slot by board; call and put of a strike lie side by
/// side. What no trade changes (modules, limits, parameters, boards and strikes with their logarithms) lies in a data
/// contract per market, so that a trade reads it at once. The packed positions equal clearing's, to the lot.
///
/// Trading. An order's legs trade together at the price that `quote` gives in the same block, or not at all. A leg
/// closes when it brings the vault's position in its series nearer to zero without crossing it; every other leg opens.
/// Opening needs a call delta in the window, a size in bounds, a fresh slice and 2W to expiry; closing needs W. When the
/// spot oracle is unsure or the hedger's figures are old, only orders pass that close, or that worsen no risk figure
/// and improve one.
///
/// Limits. Every figure of the book must be within its limit after a trade; see `PostTrade` for what a trade that
/// reduces a breached one may do. The delta limits do not stop an order that only closes.
///
/// Skew. Psi rises by what trades pay for the potential and falls by the discounts they get. Everything else that moves
/// the book can only cut it to the potential.
contract Market is IMarket, AccessManaged, ReentrancyGuardTransient {
    uint256 public constant MAX_BOARDS = 8;
    uint256 public constant MAX_STRIKES = 16;
    uint256 public constant MAX_LEGS = 8;
    uint256 private constant WORDS_PER_BOARD = 4; // MAX_STRIKES / Lots.NODES_PER_WORD
    /// @dev No leg may be larger, whatever the limits: sums of it stay inside a word.
    uint256 private constant MAX_LEG_LOTS = 1 << 40;
    /// @dev Options are listed for at most five years.
    uint256 private constant MAX_TENOR = 5 * 365 days;

    /// @dev One slot.
    struct State {
        uint32 terms; // nonce of the data contract; zero for an unknown market
        uint48 tradeBlock;
        PauseLevel pause;
        uint128 skew; // Psi, wad
    }

    /// @dev What an order meets.
    struct Scene {
        State state;
        Terms terms;
        PricingInput input;
        HedgePosition hedge;
        uint256[] boardOf; // per board of the input, its place in the terms
        bool closing; // every leg closes
    }

    address public immutable asset;
    IClearing public immutable clearing;
    IVault public immutable vault;
    IHedger public immutable hedger;
    AssetScale private immutable _scale;

    Modules private _initialModules;
    MarketId[] private _markets;
    mapping(MarketId => State) private _states;
    mapping(MarketId => mapping(uint40 expiry => uint256[WORDS_PER_BOARD])) private _lots;

    constructor(MarketConfig memory config) AccessManaged(config.authority) {
        asset = config.asset;
        clearing = IClearing(config.clearing);
        vault = IVault(config.vault);
        hedger = IHedger(config.hedger);
        _scale = assetScale(IERC20Metadata(config.asset).decimals());
        _initialModules = Modules(config.pricer, config.spotOracle, config.surfaceOracle, config.settlementOracle);
    }

    // Trading

    /// @inheritdoc IMarket
    function trade(Order calldata order) external nonReentrant returns (SignedAssets netCash) {
        require(block.timestamp <= order.deadline, DeadlinePassed(order.deadline, block.timestamp));
        Scene memory scene = _scene(order.market);
        LegInput[] memory legs = _resolve(order.market, order.legs, scene);
        _checkOpening(order.market, order.legs, legs, scene);

        Priced memory priced = IPricer(scene.terms.modules.pricer).quote(scene.input, legs);
        netCash = toAssetsCeil(priced.parts.net, _scale);
        require(SignedAssets.unwrap(netCash) <= SignedAssets.unwrap(order.limit), LimitExceeded(netCash, order.limit));
        _checkMoneyness(order.legs, legs, scene, priced);
        _checkLimits(order.market, order.legs, legs, scene, priced);

        Fill[] memory fills = _book(order.market, order.legs, legs, scene, priced);
        State storage state = _states[order.market];
        (state.tradeBlock, state.skew) = (uint48(block.number), _toSkew(priced.parts.skewAfter));
        emit Trade(
            order.market,
            msg.sender,
            order.recipient,
            order.legs,
            netCash,
            priced.parts,
            priced.afterwards.delta + scene.hedge.delta,
            scene.input.spot.mark
        );

        bool adds = priced.afterwards.requiredMargin > priced.before.requiredMargin;
        Assets shortfall = adds ? _bufferShortfall(scene.terms.limits) : Assets.wrap(0);
        clearing.trade(msg.sender, order.recipient, fills, netCash);
        if (adds) _checkBuffer(scene.terms.limits, shortfall);
    }

    /// @inheritdoc IMarket
    function quote(MarketId market, Leg[] calldata legs) external view returns (Quote memory q) {
        Scene memory scene = _scene(market);
        Priced memory priced = IPricer(scene.terms.modules.pricer).quote(scene.input, _resolve(market, legs, scene));
        q.netCash = toAssetsCeil(priced.parts.net, _scale);
        (q.parts, q.before, q.afterwards) = (priced.parts, priced.before, priced.afterwards);
    }

    // The book

    /// @inheritdoc IMarket
    function removeBoard(MarketId market, uint40 expiry) external {
        Terms memory terms = _terms(market);
        uint256 index = _boardIndex(market, terms.boards, expiry);
        require(block.timestamp >= expiry, BoardStillOpen(expiry));
        uint256[WORDS_PER_BOARD] storage words = _lots[market][expiry];
        for (uint256 w = 0; w < WORDS_PER_BOARD; ++w) {
            require(words[w] == 0, BoardHasPositions(expiry));
        }

        BoardTerms[] memory rest = new BoardTerms[](terms.boards.length - 1);
        for (uint256 b = 0; b < rest.length; ++b) {
            rest[b] = terms.boards[b < index ? b : b + 1];
        }
        terms.boards = rest;
        _writeTerms(market, terms);
        emit BoardRemoved(market, expiry);
    }

    /// @inheritdoc IMarket
    function onVaultPosition(SeriesId series, SignedSize change) external {
        require(msg.sender == address(clearing), NotClearing(msg.sender));
        MarketId market = series.marketOf();
        uint40 expiry = series.expiryOf();
        BoardTerms[] memory boards_ = _terms(market).boards;
        uint256 node = _nodeIndex(boards_[_boardIndex(market, boards_, expiry)], series);

        uint256[WORDS_PER_BOARD] storage words = _lots[market][expiry];
        uint256 w = Lots.wordOf(node);
        int256 lots = Lots.get(words[w], node, series.isCall()) + change.toLots();
        words[w] = Lots.set(words[w], node, series.isCall(), lots);
        emit VaultPositionChanged(series, change);

        // An expired position is in no potential.
        if (block.timestamp < expiry) _settleSkew(market);
    }

    /// @inheritdoc IMarket
    function settleSkew(MarketId market) external {
        _settleSkew(market);
    }

    // Governed

    /// @inheritdoc IMarket
    function addMarket(MarketId market, PricingParams calldata params, MarketLimits calldata limits_)
        external
        restricted
    {
        require(MarketId.unwrap(market) != 0, UnknownMarket(market));
        require(_states[market].terms == 0, MarketExists(market));
        MarketBounds.check(params);
        MarketBounds.check(limits_);

        Terms memory terms;
        terms.modules = _initialModules;
        terms.window = ISettlementOracle(terms.modules.settlementOracle).window();
        terms.limits = limits_;
        terms.pricing = params;
        _writeTerms(market, terms);
        _markets.push(market);
        emit MarketAdded(market);
        emit PricingParamsSet(market, params);
        emit LimitsSet(market, limits_);
    }

    /// @inheritdoc IMarket
    function listBoard(MarketId market, uint40 expiry, Wad[] calldata strikes) external restricted {
        Terms memory terms = _terms(market);
        require(expiry % 1 days == EXPIRY_TIME_OF_DAY, NotAtEight(expiry));
        require(expiry > block.timestamp && expiry < block.timestamp + MAX_TENOR, BoardExpired(expiry));
        uint256 count = terms.boards.length;
        require(count < MAX_BOARDS, TooManyBoards(MAX_BOARDS));
        require(strikes.length != 0 && strikes.length <= MAX_STRIKES, TooManyStrikes(strikes.length, MAX_STRIKES));

        BoardTerms[] memory listed = new BoardTerms[](count + 1);
        for (uint256 b = 0; b < count; ++b) {
            listed[b] = terms.boards[b];
            require(listed[b].expiry != expiry, BoardAlreadyListed(market, expiry));
        }
        uint256[] memory nodes = new uint256[](strikes.length);
        for (uint256 i = 0; i < strikes.length; ++i) {
            if (i != 0) require(strikes[i - 1] < strikes[i], StrikesNotAscending(strikes[i - 1], strikes[i]));
            nodes[i] = Node.unwrap(nodeOf(strikes[i]));
        }
        listed[count] = BoardTerms(expiry, nodes);
        terms.boards = listed;
        _writeTerms(market, terms);
        emit BoardListed(market, expiry, strikes);
    }

    /// @inheritdoc IMarket
    function setPricingParams(MarketId market, PricingParams calldata params) external restricted {
        MarketBounds.check(params);
        Terms memory terms = _terms(market);
        terms.pricing = params;
        _writeTerms(market, terms);
        emit PricingParamsSet(market, params);
    }

    /// @inheritdoc IMarket
    function setLimits(MarketId market, MarketLimits calldata limits_) external restricted {
        MarketBounds.check(limits_);
        Terms memory terms = _terms(market);
        terms.limits = limits_;
        _writeTerms(market, terms);
        emit LimitsSet(market, limits_);
    }

    /// @inheritdoc IMarket
    function setModules(MarketId market, Modules calldata modules_) external restricted {
        Terms memory terms = _terms(market);
        uint40 window = ISettlementOracle(modules_.settlementOracle).window();
        require(window == terms.window || terms.boards.length == 0, WindowChanged(terms.window, window));
        (terms.modules, terms.window) = (modules_, window);
        _writeTerms(market, terms);
        emit ModulesSet(market, modules_);
    }

    /// @inheritdoc IMarket
    function pause(MarketId market, PauseLevel level) external restricted {
        State storage state = _states[market];
        require(state.terms != 0, UnknownMarket(market));
        require(PauseLevel.unwrap(level) > PauseLevel.unwrap(state.pause), PauseLevelNotHigher(state.pause, level));
        state.pause = level;
        emit PauseSet(market, level);
    }

    /// @inheritdoc IMarket
    function unpause(MarketId market, PauseLevel level) external restricted {
        State storage state = _states[market];
        require(state.terms != 0, UnknownMarket(market));
        state.pause = level;
        emit PauseSet(market, level);
    }

    // Views

    /// @inheritdoc IMarket
    function bookValue(MarketId market) external view returns (BookValue memory atMark, BookValue memory atAverage) {
        Scene memory scene = _scene(market);
        SpotRead memory spot = scene.input.spot;
        if (Wad.unwrap(spot.mark) == 0) spot.mark = spot.average;
        if (Wad.unwrap(spot.average) == 0) spot.average = spot.mark;
        if (Wad.unwrap(spot.mark) != 0) {
            IPricer pricer = IPricer(scene.terms.modules.pricer);
            atMark = pricer.value(scene.input, spot.mark);
            atAverage = spot.average == spot.mark
                ? pricer.value(scene.input, spot.mark)
                : pricer.value(scene.input, spot.average);
        }
        SignedWad expired = _expiredValue(market, scene);
        atMark.value = atMark.value + expired;
        atAverage.value = atAverage.value + expired;
    }

    /// @inheritdoc IMarket
    function marks(SeriesId[] calldata series) external view returns (Wad[] memory spot, Wad[] memory value) {
        spot = new Wad[](series.length);
        value = new Wad[](series.length);
        Scene memory scene;
        MarketId current;
        for (uint256 i = 0; i < series.length; ++i) {
            MarketId market = series[i].marketOf();
            if (_states[market].terms == 0) continue;
            if (market != current) {
                scene = _scene(market);
                current = market;
            }
            spot[i] = scene.input.spot.mark;
            value[i] = _mark(market, scene, series[i]);
        }
    }

    /// @inheritdoc IMarket
    function boards(MarketId market) external view returns (Board[] memory listed) {
        BoardTerms[] memory terms = _terms(market).boards;
        listed = new Board[](terms.length);
        for (uint256 b = 0; b < terms.length; ++b) {
            uint256 count = terms[b].nodes.length;
            uint256[] memory words = _words(market, terms[b]);
            Board memory board = listed[b];
            board.expiry = terms[b].expiry;
            board.strikes = new Wad[](count);
            board.calls = new SignedSize[](count);
            board.puts = new SignedSize[](count);
            for (uint256 i = 0; i < count; ++i) {
                (int256 calls, int256 puts) = Lots.pair(words[Lots.wordOf(i)], i);
                board.strikes[i] = Wad.wrap(Node.wrap(terms[b].nodes[i]).strike());
                (board.calls[i], board.puts[i]) = (sizeOfLots(calls), sizeOfLots(puts));
            }
        }
    }

    /// @inheritdoc IMarket
    function markets() external view returns (MarketId[] memory) {
        return _markets;
    }

    /// @inheritdoc IMarket
    function pricingParams(MarketId market) external view returns (PricingParams memory) {
        return _terms(market).pricing;
    }

    /// @inheritdoc IMarket
    function limits(MarketId market) external view returns (MarketLimits memory) {
        return _terms(market).limits;
    }

    /// @inheritdoc IMarket
    function modules(MarketId market) external view returns (Modules memory) {
        return _terms(market).modules;
    }

    /// @inheritdoc IMarket
    function potential(MarketId market) external view returns (Wad) {
        Scene memory scene = _scene(market);
        if (Wad.unwrap(scene.input.spot.mark) == 0) return Wad.wrap(0);
        return IPricer(scene.terms.modules.pricer).potential(scene.input);
    }

    /// @inheritdoc IMarket
    function skew(MarketId market) external view returns (SignedWad) {
        return SignedWad.wrap(int256(uint256(_states[market].skew)));
    }

    /// @inheritdoc IMarket
    function lastTradeBlock(MarketId market) external view returns (uint256) {
        return _states[market].tradeBlock;
    }

    /// @inheritdoc IMarket
    function pauseLevel(MarketId market) external view returns (PauseLevel) {
        return _states[market].pause;
    }

    // Reading

    /// @dev Everything a price depends on, apart from the legs.
    function _scene(MarketId market) private view returns (Scene memory scene) {
        scene.state = _states[market];
        require(scene.state.terms != 0, UnknownMarket(market));
        Terms memory terms = TermsStore.read(scene.state.terms);
        scene.terms = terms;
        scene.hedge = hedger.position(market);
        PricingInput memory input = scene.input;
        input.timestamp = uint40(block.timestamp);
        input.window = terms.window;
        input.spot = ISpotOracle(terms.modules.spotOracle).read(market);
        input.equity = vault.equity().toWad(_scale);
        input.hedgeDelta = scene.hedge.delta;
        input.skew = SignedWad.wrap(int256(uint256(scene.state.skew)));
        input.params = terms.pricing;
        input.margin = clearing.marginParams(market);
        _readBoards(market, scene);
    }

    /// @dev The boards that have not expired, with positions and slices.
    function _readBoards(MarketId market, Scene memory scene) private view {
        Terms memory terms = scene.terms;
        uint256 live;
        uint40[] memory expiries = new uint40[](terms.boards.length);
        scene.boardOf = new uint256[](terms.boards.length);
        for (uint256 b = 0; b < terms.boards.length; ++b) {
            if (terms.boards[b].expiry <= block.timestamp) continue;
            expiries[live] = terms.boards[b].expiry;
            scene.boardOf[live++] = b;
        }
        assembly ("memory-safe") {
            mstore(expiries, live)
        }
        BoardInput[] memory inputs = new BoardInput[](live);
        scene.input.boards = inputs;
        if (live == 0) return;
        SurfaceSlice[] memory slices = ISurfaceOracle(terms.modules.surfaceOracle).slices(market, expiries);
        for (uint256 i = 0; i < live; ++i) {
            BoardTerms memory board = terms.boards[scene.boardOf[i]];
            BoardInput memory input = inputs[i];
            input.expiry = board.expiry;
            input.slice = slices[i];
            input.nodes = board.nodes;
            input.lots = _words(market, board);
            if (board.expiry - block.timestamp < terms.window) {
                input.averageSoFar = ISpotOracle(terms.modules.spotOracle)
                    .averageOver(market, board.expiry - terms.window, uint40(block.timestamp));
            }
        }
    }

    function _words(MarketId market, BoardTerms memory board) private view returns (uint256[] memory words) {
        uint256 count = (board.nodes.length + Lots.NODES_PER_WORD - 1) / Lots.NODES_PER_WORD;
        words = new uint256[](count);
        uint256[WORDS_PER_BOARD] storage stored = _lots[market][board.expiry];
        for (uint256 w = 0; w < count; ++w) {
            words[w] = stored[w];
        }
    }

    /// @dev Legs against the boards of the scene: listed, priced, still open, each series once, whole lots.
    function _resolve(MarketId market, Leg[] calldata legs, Scene memory scene)
        private
        view
        returns (LegInput[] memory resolved)
    {
        require(legs.length != 0 && legs.length <= MAX_LEGS, NoLegs());
        require(OracleMode.unwrap(scene.input.spot.mode) < OracleMode.unwrap(ORACLE_DOWN), SpotUnavailable(market));
        resolved = new LegInput[](legs.length);
        scene.closing = true;
        for (uint256 l = 0; l < legs.length; ++l) {
            SeriesId series = legs[l].series;
            checkSeries(series);
            require(series.marketOf() == market, MixedMarkets(market, series.marketOf()));
            for (uint256 k = 0; k < l; ++k) {
                require(legs[k].series != series, DuplicateLeg(series));
            }
            LegInput memory leg = resolved[l];
            leg.board = _liveBoard(market, scene, series.expiryOf());
            BoardInput memory board = scene.input.boards[leg.board];
            uint256 closesAt = board.expiry - scene.input.window;
            require(block.timestamp < closesAt, TradingClosed(board.expiry, closesAt));
            require(board.slice.reportedAt != 0, NoSurface(market, board.expiry));
            leg.node = _nodeIndex(scene.terms.boards[scene.boardOf[leg.board]], series);
            leg.call = series.isCall();
            leg.lots = _wholeLots(series, legs[l].size);
            if (!_closes(board, leg)) scene.closing = false;
        }
    }

    function _wholeLots(SeriesId series, SignedSize size) private pure returns (int256 lots) {
        uint256 magnitude = Wad.unwrap(Wad.wrap(_size(SignedSize.unwrap(size))));
        require(
            magnitude != 0 && magnitude % LOT == 0 && magnitude / LOT <= MAX_LEG_LOTS,
            SizeNotAllowed(series, size, Wad.wrap(LOT), Wad.wrap(MAX_LEG_LOTS * LOT))
        );
        return size.toLots();
    }

    /// @dev A leg closes when the vault's position comes nearer to zero without crossing it.
    function _closes(BoardInput memory board, LegInput memory leg) private pure returns (bool) {
        int256 position = Lots.get(board.lots[Lots.wordOf(leg.node)], leg.node, leg.call);
        return position < 0 ? leg.lots < 0 && leg.lots >= position : leg.lots > 0 && leg.lots <= position;
    }

    function _liveBoard(MarketId market, Scene memory scene, uint40 expiry) private view returns (uint256) {
        for (uint256 b = 0; b < scene.input.boards.length; ++b) {
            if (scene.input.boards[b].expiry == expiry) return b;
        }
        require(expiry > block.timestamp, TradingClosed(expiry, expiry - scene.input.window));
        revert BoardNotListed(market, expiry);
    }

    function _boardIndex(MarketId market, BoardTerms[] memory listed, uint40 expiry) private pure returns (uint256) {
        for (uint256 b = 0; b < listed.length; ++b) {
            if (listed[b].expiry == expiry) return b;
        }
        revert BoardNotListed(market, expiry);
    }

    function _nodeIndex(BoardTerms memory board, SeriesId series) private pure returns (uint256) {
        uint256 strike = Wad.unwrap(series.strikeOf());
        for (uint256 i = 0; i < board.nodes.length; ++i) {
            if (Node.wrap(board.nodes[i]).strike() == strike) return i;
        }
        revert StrikeNotListed(series);
    }

    // Guards

    /// @dev What opening needs beside a price: no pause, size, time, a fresh slice.
    function _checkOpening(MarketId market, Leg[] calldata given, LegInput[] memory legs, Scene memory scene)
        private
        view
    {
        PauseLevel level = scene.state.pause;
        require(PauseLevel.unwrap(level) < PauseLevel.unwrap(PAUSE_TRADING), MarketPaused(market, level));
        require(PauseLevel.unwrap(level) == PauseLevel.unwrap(PAUSE_NONE) || scene.closing, MarketPaused(market, level));
        if (scene.closing) return;
        MarketLimits memory l = scene.terms.limits;
        for (uint256 i = 0; i < legs.length; ++i) {
            BoardInput memory board = scene.input.boards[legs[i].board];
            if (_closes(board, legs[i])) continue;
            uint256 opensUntil = board.expiry - 2 * scene.input.window;
            require(block.timestamp < opensUntil, TradingClosed(board.expiry, opensUntil));
            uint40 reported = board.slice.reportedAt;
            require(block.timestamp <= reported + l.maxSliceAge, SurfaceStale(board.expiry, reported, l.maxSliceAge));
            uint256 size = _size(SignedSize.unwrap(given[i].size));
            require(
                size >= Wad.unwrap(l.minTradeSize) && size <= Wad.unwrap(l.maxTradeSize),
                SizeNotAllowed(given[i].series, given[i].size, l.minTradeSize, l.maxTradeSize)
            );
        }
    }

    function _checkMoneyness(Leg[] calldata given, LegInput[] memory legs, Scene memory scene, Priced memory priced)
        private
        pure
    {
        if (scene.closing) return;
        MarketLimits memory l = scene.terms.limits;
        for (uint256 i = 0; i < legs.length; ++i) {
            if (_closes(scene.input.boards[legs[i].board], legs[i])) continue;
            Wad delta = priced.legs[i].callDelta;
            require(delta >= l.minDelta && delta <= l.maxDelta, MoneynessNotAllowed(given[i].series, delta));
        }
    }

    /// @dev Figures of the book after the trade, and the reduce-only rule.
    function _checkLimits(
        MarketId market,
        Leg[] calldata given,
        LegInput[] memory legs,
        Scene memory scene,
        Priced memory priced
    ) private view {
        uint256 equity = Wad.unwrap(scene.input.equity);
        if (equity < WAD) equity = WAD;
        Verdict memory v;
        MarketLimits memory l = scene.terms.limits;
        PostTrade.holdBook(
            v,
            l,
            priced.before,
            priced.afterwards,
            scene.hedge,
            Wad.unwrap(scene.input.spot.mark),
            equity,
            scene.closing
        );
        for (uint256 b = 0; b < scene.input.boards.length; ++b) {
            (int256 sizeBefore, int256 sizeAfter) = _expirySize(scene.input.boards[b], b, legs);
            if (sizeAfter < 0) continue;
            PostTrade.holdExpiry(
                v, l, priced.expiryVegaBefore[b], priced.expiryVegaAfter[b], sizeBefore, sizeAfter, equity
            );
        }
        PostTrade.conclude(v);
        for (uint256 i = 0; i < legs.length; ++i) {
            BoardInput memory board = scene.input.boards[legs[i].board];
            if (_closes(board, legs[i])) continue;
            int256 position = Lots.get(board.lots[Lots.wordOf(legs[i].node)], legs[i].node, legs[i].call) - legs[i].lots;
            require(
                _size(position) * LOT <= Wad.unwrap(l.maxSeriesSize),
                SeriesLimit(given[i].series, sizeOfLots(position), l.maxSeriesSize)
            );
        }
        bool unsure = OracleMode.unwrap(scene.input.spot.mode) >= OracleMode.unwrap(ORACLE_REDUCE_ONLY)
            || block.timestamp > uint256(scene.hedge.syncedAt) + l.maxSyncAge;
        require(!unsure || scene.closing || (v.improved && !v.worsened), ReduceOnly(market));
    }

    /// @dev Sum of |position| of a board in wad before and after; (0, -1) for a board without legs.
    function _expirySize(BoardInput memory board, uint256 index, LegInput[] memory legs)
        private
        pure
        returns (int256 before, int256 afterwards)
    {
        int256 change;
        bool touched;
        for (uint256 i = 0; i < legs.length; ++i) {
            if (legs[i].board != index) continue;
            touched = true;
            int256 position = Lots.get(board.lots[Lots.wordOf(legs[i].node)], legs[i].node, legs[i].call);
            change += int256(_size(position - legs[i].lots)) - int256(_size(position));
        }
        if (!touched) return (0, -1);
        for (uint256 i = 0; i < board.nodes.length; ++i) {
            (int256 calls, int256 puts) = Lots.pair(board.lots[Lots.wordOf(i)], i);
            before += int256(_size(calls) + _size(puts));
        }
        afterwards = (before + change) * int256(LOT);
        before *= int256(LOT);
    }

    /// @dev What free cash of the vault lacks to the buffer.
    function _bufferShortfall(MarketLimits memory l) private view returns (Assets) {
        (Assets free, Assets locked) = clearing.balances(address(vault));
        Assets buffer = _buffer(l, locked);
        return free >= buffer ? Assets.wrap(0) : buffer - free;
    }

    /// @dev A trade that adds margin leaves the buffer whole, or whatever it lacked no larger.
    function _checkBuffer(MarketLimits memory l, Assets shortfall) private view {
        (Assets free, Assets locked) = clearing.balances(address(vault));
        Assets buffer = _buffer(l, locked);
        require(free + shortfall >= buffer, BufferLimit(free, buffer));
    }

    function _buffer(MarketLimits memory l, Assets locked) private pure returns (Assets) {
        return Assets.wrap((Assets.unwrap(locked) * Wad.unwrap(l.bufferShare) + WAD - 1) / WAD);
    }

    // Writing

    /// @dev Writes the positions and says what clearing has to book.
    function _book(
        MarketId market,
        Leg[] calldata given,
        LegInput[] memory legs,
        Scene memory scene,
        Priced memory priced
    ) private returns (Fill[] memory fills) {
        fills = new Fill[](legs.length);
        for (uint256 i = 0; i < legs.length; ++i) {
            LegInput memory leg = legs[i];
            uint256 w = Lots.wordOf(leg.node);
            uint256[] memory words = scene.input.boards[leg.board].lots;
            int256 position = Lots.get(words[w], leg.node, leg.call) - leg.lots;
            words[w] = Lots.set(words[w], leg.node, leg.call, position);
            _lots[market][scene.input.boards[leg.board].expiry][w] = words[w];
            fills[i] = Fill(given[i].series, given[i].size, toAssetsUp(priced.legs[i].collateral, _scale));
        }
    }

    function _settleSkew(MarketId market) private {
        State storage state = _states[market];
        uint256 most;
        try this.potential(market) returns (Wad phi) {
            most = Wad.unwrap(phi);
        } catch {}
        if (state.skew <= most) return;
        state.skew = uint128(most);
        emit SkewSet(market, Wad.wrap(most));
    }

    function _writeTerms(MarketId market, Terms memory terms) private {
        _states[market].terms = TermsStore.write(terms);
    }

    function _terms(MarketId market) private view returns (Terms memory) {
        uint32 nonce = _states[market].terms;
        require(nonce != 0, UnknownMarket(market));
        return TermsStore.read(nonce);
    }

    function _toSkew(SignedWad value) private pure returns (uint128) {
        uint256 v = uint256(SignedWad.unwrap(value));
        return v > type(uint128).max ? type(uint128).max : uint128(v);
    }

    // Value

    /// @dev The vault's expired options that clearing has not taken off the book.
    function _expiredValue(MarketId market, Scene memory scene) private view returns (SignedWad) {
        int256 total;
        for (uint256 b = 0; b < scene.terms.boards.length; ++b) {
            BoardTerms memory board = scene.terms.boards[b];
            if (board.expiry > block.timestamp) continue;
            uint256[] memory words = _words(market, board);
            Wad settled = _settlementPrice(market, scene, board.expiry);
            if (Wad.unwrap(settled) != 0) {
                total += _intrinsic(board, words, Wad.unwrap(settled));
                continue;
            }
            int256 atMark = _intrinsic(board, words, Wad.unwrap(scene.input.spot.mark));
            int256 atAverage = _intrinsic(board, words, Wad.unwrap(scene.input.spot.average));
            total += atMark < atAverage ? atMark : atAverage;
        }
        return SignedWad.wrap(total);
    }

    function _settlementPrice(MarketId market, Scene memory scene, uint40 expiry) private view returns (Wad price) {
        (price,) = ISettlementOracle(scene.terms.modules.settlementOracle).price(market, expiry);
    }

    function _intrinsic(BoardTerms memory board, uint256[] memory words, uint256 spot)
        private
        pure
        returns (int256 total)
    {
        for (uint256 i = 0; i < board.nodes.length; ++i) {
            (int256 calls, int256 puts) = Lots.pair(words[Lots.wordOf(i)], i);
            uint256 strike = Node.wrap(board.nodes[i]).strike();
            total += spot > strike ? calls * int256(spot - strike) : puts * int256(strike - spot);
        }
        total /= int256(WAD / LOT);
    }

    /// @dev Mark of one option; zero for what is not listed or has no price.
    function _mark(MarketId market, Scene memory scene, SeriesId series) private view returns (Wad) {
        uint256 spot = Wad.unwrap(scene.input.spot.mark);
        uint256 strike = Wad.unwrap(series.strikeOf());
        uint40 expiry = series.expiryOf();
        for (uint256 b = 0; b < scene.terms.boards.length; ++b) {
            if (scene.terms.boards[b].expiry != expiry || expiry > block.timestamp) continue;
            uint256 settled = Wad.unwrap(_settlementPrice(market, scene, expiry));
            if (settled != 0) spot = settled;
            if (series.isCall()) return Wad.wrap(spot > strike ? spot - strike : 0);
            return Wad.wrap(strike > spot && spot != 0 ? strike - spot : 0);
        }
        if (spot == 0) return Wad.wrap(0);
        for (uint256 b = 0; b < scene.input.boards.length; ++b) {
            BoardInput memory board = scene.input.boards[b];
            if (board.expiry != expiry || !_lists(board, strike)) continue;
            return IPricer(scene.terms.modules.pricer)
                .mark(
                    scene.input.timestamp,
                    scene.input.window,
                    Wad.wrap(spot),
                    board.averageSoFar,
                    board.slice,
                    series,
                    scene.terms.pricing.rate
                );
        }
        return Wad.wrap(0);
    }

    function _lists(BoardInput memory board, uint256 strike) private pure returns (bool) {
        for (uint256 i = 0; i < board.nodes.length; ++i) {
            if (Node.wrap(board.nodes[i]).strike() == strike) return true;
        }
        return false;
    }

    function _size(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
