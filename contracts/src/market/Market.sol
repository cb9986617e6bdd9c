// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IClearing} from "../interfaces/IClearing.sol";
import {IHedger} from "../interfaces/IHedger.sol";
import {
    Board,
    IMarket,
    MarketConfig,
    Order,
    PAUSE_NEW_RISK,
    PAUSE_TRADING,
    PauseLevel,
    Quote
} from "../interfaces/IMarket.sol";
import {MarketLimits} from "../interfaces/ICatalogue.sol";
import {BookValue, IPricer, Leg, LegInput, Priced, QuoteParts} from "../interfaces/IPricer.sol";
import {ISettlementOracle} from "../interfaces/ISettlementOracle.sol";
import {ISpotOracle, ORACLE_ATTACH, ORACLE_REDUCE_ONLY, OracleMode, SpotRead} from "../interfaces/ISpotOracle.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Lots} from "../pricing/Lots.sol";
import {NODE_STRIKE_BITS, Node} from "../pricing/Node.sol";
import {TermsLayout} from "../pricing/TermsLayout.sol";
import {Assets, AssetScale, NO_ASSETS, SignedAssets, assetScale, toAssetsCeil, toAssetsUp} from "../types/Assets.sol";
import {MarketId, SeriesId, checkSeries} from "../types/SeriesId.sol";
import {LOT, SignedSize, sizeOfLots} from "../types/Size.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {DataContract} from "./DataContract.sol";
import {PostTrade, Verdict} from "./PostTrade.sol";
import {Scene, SceneBuilder} from "./Scene.sol";
import {Stops} from "./Stops.sol";
import {Terms} from "./Terms.sol";

using SceneBuilder for Scene;
using Terms for bytes;

/// @title Market
/// @notice
/// The book. Positions of the vault, whole lots, packed eight to a slot by board; call and put of a strike lie side by
/// side. What no trade changes is the catalogue's. The packed positions equal clearing's, to the lot.
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
/// Signed quotes. The orders module may trade at another price, within a governed distance of the model's, for traders
/// that have allowed that very module.
///
/// Skew. Psi rises by what trades pay for the potential and falls by the discounts they get. Everything else that moves
/// the book can only cut it to the potential.
contract Market is IMarket, AccessManaged, ReentrancyGuardTransient {
    uint256 public constant MAX_LEGS = 8;
    /// @dev No leg may be larger, whatever the limits: sums of it stay inside a word.
    uint256 private constant MAX_LEG_LOTS = 1 << 40;
    uint256 private constant NOT_LISTED = type(uint256).max;
    uint256 private constant NODE_STRIKE_MASK = (1 << NODE_STRIKE_BITS) - 1;
    /// @dev Unit of `vegaOpened`.
    uint256 private constant VEGA_UNIT = 1e9;

    /// @dev One slot.
    struct State {
        uint32 terms; // nonce of the data contract; zero for an unknown market
        uint40 tradeBlock;
        PauseLevel pause;
        uint96 skew; // Psi, wad; held at its largest value, in the vault's favour
        uint32 vegaSince; // the newest report of when the count of vega began
        uint48 vegaOpened; // vega opened since, over E
    }

    address public immutable asset;
    IClearing public immutable clearing;
    IVault public immutable vault;
    IHedger public immutable hedger;
    /// @inheritdoc IMarket
    address public immutable catalogue;
    AssetScale private immutable _scale;

    MarketId[] private _markets;
    mapping(MarketId => State) private _states;
    mapping(MarketId => mapping(uint40 expiry => uint256[4])) private _lots; // TermsLayout.LOT_WORDS

    constructor(MarketConfig memory config) AccessManaged(config.authority) {
        asset = config.asset;
        clearing = IClearing(config.clearing);
        vault = IVault(config.vault);
        hedger = IHedger(config.hedger);
        catalogue = config.catalogue;
        _scale = assetScale(IERC20Metadata(config.asset).decimals());
    }

    // Trading

    /// @inheritdoc IMarket
    function trade(Order calldata order) external nonReentrant returns (SignedAssets) {
        return _trade(order, msg.sender, order.limit, false);
    }

    /// @inheritdoc IMarket
    function tradeAt(Order calldata order, address trader, SignedAssets price) external nonReentrant {
        _trade(order, trader, price, true);
    }

    /// @inheritdoc IMarket
    function quote(MarketId market, Leg[] calldata legs) external view returns (Quote memory) {
        Scene memory scene = SceneBuilder.allocate()[0];
        _readOrder(scene, market, legs);
        Priced memory priced = _price(scene)[0];
        SignedAssets netCash = toAssetsCeil(priced.parts.net, _scale);
        assembly ("memory-safe") {
            // Parts and both books follow each other as the pricer returned them: 21 words, `netCash` before them
            let from := sub(mload(priced), 0x20)
            mstore(from, netCash)
            return(from, 0x2c0)
        }
    }

    // The book

    /// @inheritdoc IMarket
    function onVaultPosition(SeriesId series, SignedSize change) external {
        require(msg.sender == address(clearing), NotClearing(msg.sender));
        MarketId market = series.marketOf();
        uint40 expiry = series.expiryOf();
        bytes memory terms = _terms(market);
        uint256 start = terms.findBoard(expiry);
        require(start != 0, BoardNotListed(market, expiry));
        uint256 node = _nodeIndex(terms, start, series);
        require(node != NOT_LISTED, StrikeNotListed(series));
        uint256[4] storage words = _lots[market][expiry];
        uint256 w = Lots.wordOf(node);
        int256 lots = Lots.get(words[w], node, series.isCall()) + change.toLots();

        words[w] = Lots.set(words[w], node, series.isCall(), lots);
        emit VaultPositionChanged(series, change);

        // An expired position is in no potential.
        if (block.timestamp < expiry) settleSkew(market);
    }

    /// @inheritdoc IMarket
    function settleSkew(MarketId market) public {
        State storage state = _states[market];
        uint256 most = type(uint256).max;
        bytes32 selector = IMarket.potential.selector;
        assembly ("memory-safe") {
            // A call of its own: where there is no potential to be had, Psi waits for the next trade
            mstore(0x00, selector)
            mstore(0x04, market)
            if staticcall(gas(), address(), 0x00, 0x24, 0x00, 0x20) { most := mload(0x00) }
        }
        if (state.skew <= most) return;
        state.skew = uint96(most);
        emit SkewSet(market, Wad.wrap(most));
    }

    // Governed

    /// @inheritdoc IMarket
    function setTerms(MarketId market, uint32 nonce) external {
        require(msg.sender == catalogue, NotCatalogue(msg.sender));
        State storage state = _states[market];
        if (state.terms == 0) _markets.push(market);
        state.terms = nonce;
    }

    /// @inheritdoc IMarket
    function pause(MarketId market, PauseLevel level) external restricted {
        PauseLevel current = _states[market].pause;
        require(PauseLevel.unwrap(level) > PauseLevel.unwrap(current), PauseLevelNotHigher(current, level));
        _states[market].pause = level;
        emit PauseSet(market, level);
    }

    /// @inheritdoc IMarket
    function unpause(MarketId market, PauseLevel level) external restricted {
        _states[market].pause = level;
        emit PauseSet(market, level);
    }

    // Views

    /// @inheritdoc IMarket
    function bookValue(MarketId market) external view returns (BookValue memory, BookValue memory) {
        Scene memory scene = _view(market, 0)[0];
        SpotRead memory spot = scene.spot;
        if (Wad.unwrap(spot.mark) == 0) spot.mark = spot.average;
        if (Wad.unwrap(spot.average) == 0) spot.average = spot.mark;
        BookValue[2] memory books;
        if (Wad.unwrap(spot.mark) != 0) {
            for (uint256 i = 0; i < 2; ++i) {
                uint256 place = scene.call(IPricer.value.selector, Wad.unwrap(i == 0 ? spot.mark : spot.average));
                assembly ("memory-safe") {
                    mstore(add(books, shl(5, i)), place) // six words, as returned
                }
            }
        }
        SignedWad expired = _expiredValue(market, scene);
        books[0].value = books[0].value + expired;
        books[1].value = books[1].value + expired;
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mcopy(answer, mload(books), 0xc0)
            mcopy(add(answer, 0xc0), mload(add(books, 0x20)), 0xc0)
            return(answer, 0x180)
        }
    }

    /// @inheritdoc IMarket
    function marks(SeriesId[] calldata series) external view returns (Wad[] memory spot, Wad[] memory value) {
        unchecked {
            spot = new Wad[](series.length);
            value = new Wad[](series.length);
            uint256 end;
            for (uint256 i = 0; i < series.length; i = end) {
                MarketId market = series[i].marketOf();
                for (end = i + 1; end < series.length && series[end].marketOf() == market;) {
                    ++end;
                }
                if (_states[market].terms != 0) _marks(market, series[i:end], i, spot, value);
            }
        }
    }

    /// @inheritdoc IMarket
    function boards(MarketId market) external view returns (Board[] memory listed) {
        unchecked {
            bytes memory terms = _terms(market);
            listed = new Board[](terms.boardCount());
            uint256 start = TermsLayout.BOARDS;
            for (uint256 b = 0; b < listed.length; ++b) {
                uint256 count = terms.word(start + TermsLayout.NODE_COUNT);
                Board memory board = listed[b];
                board.expiry = uint40(terms.word(start));
                board.strikes = new Wad[](count);
                board.calls = new SignedSize[](count);
                board.puts = new SignedSize[](count);
                for (uint256 i = 0; i < count; ++i) {
                    (int256 calls, int256 puts) = Lots.pair(_lots[market][board.expiry][Lots.wordOf(i)], i);
                    board.strikes[i] = Wad.wrap(_node(terms, start, i).strike());
                    (board.calls[i], board.puts[i]) = (sizeOfLots(calls), sizeOfLots(puts));
                }
                start = terms.nextBoard(start);
            }
        }
    }

    /// @inheritdoc IMarket
    function markets() external view returns (MarketId[] memory) {
        return _markets;
    }

    /// @inheritdoc IMarket
    function isFlat(MarketId market, uint40 expiry) external view returns (bool) {
        uint256[4] storage words = _lots[market][expiry];
        return words[0] | words[1] | words[2] | words[3] == 0;
    }

    /// @inheritdoc IMarket
    function potential(MarketId market) external view returns (Wad phi) {
        Scene memory scene = _view(market, 0)[0];
        uint256 spot = Wad.unwrap(scene.spot.mark);
        require(spot != 0, SpotUnavailable(market));
        uint256 place = scene.call(IPricer.potential.selector, spot);
        assembly ("memory-safe") {
            phi := mload(place)
        }
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

    /// @inheritdoc IMarket
    function vegaOpened(MarketId market) external view returns (uint40 since, Wad opened) {
        State storage state = _states[market];
        return (state.vegaSince, Wad.wrap(state.vegaOpened * VEGA_UNIT));
    }

    // Reading

    /// @dev Everything a price depends on, apart from the legs and the slices.
    function _read(Scene memory scene, MarketId market, uint256 legs) private view {
        State storage state = _states[market];
        uint32 nonce = state.terms;
        require(nonce != 0, UnknownMarket(market));
        scene.open(catalogue, nonce, legs);
        scene.observe(
            market,
            ISpotOracle(scene.modules.spotOracle).read(market),
            hedger.position(market),
            Wad.unwrap(vault.equity().toWad(_scale)),
            state.skew,
            address(clearing)
        );
        // The early return keeps this function out of line, where several copies would not fit.
        if (scene.boardCount == 0) return;
        scene.readBoards(market, _lots[market]);
    }

    /// @dev A scene outside any trade.
    function _view(MarketId market, uint256 legs) private view returns (Scene[] memory holder) {
        holder = SceneBuilder.allocate();
        _read(holder[0], market, legs);
        holder[0].readSlices(market, 0);
    }

    /// @dev A scene with the legs of an order: listed, priced, still open, each series once, whole lots.
    function _readOrder(Scene memory scene, MarketId market, Leg[] calldata legs) private view {
        unchecked {
            require(legs.length != 0, NoLegs());
            require(legs.length <= MAX_LEGS, TooManyLegs(legs.length, MAX_LEGS));
            _read(scene, market, legs.length);
            require(OracleMode.unwrap(scene.spot.mode) < OracleMode.unwrap(ORACLE_ATTACH), SpotUnavailable(market));
            uint256 traded;
            scene.closing = true;
            for (uint256 l = 0; l < legs.length; ++l) {
                _checkSeries(market, legs, l);
                uint40 expiry = legs[l].series.expiryOf();
                uint256 board = _boardIndex(scene, expiry);
                require(board != NOT_LISTED, BoardNotListed(market, expiry));
                require(block.timestamp + scene.window < expiry, TradingClosed(expiry, expiry - scene.window));
                _readLeg(scene, board, legs[l], scene.legs[l]);
                traded |= 1 << board;
            }
            scene.readSlices(market, traded);
            for (uint256 l = 0; l < legs.length; ++l) {
                require(scene.reportedAt(scene.legs[l].board) != 0, NoSurface(market, legs[l].series.expiryOf()));
            }
        }
    }

    function _checkSeries(MarketId market, Leg[] calldata legs, uint256 l) private pure {
        unchecked {
            SeriesId series = legs[l].series;
            checkSeries(series);
            require(series.marketOf() == market, MixedMarkets(market, series.marketOf()));
            for (uint256 k = 0; k < l; ++k) {
                require(legs[k].series != series, DuplicateLeg(series));
            }
        }
    }

    function _readLeg(Scene memory scene, uint256 board, Leg calldata given, LegInput memory leg) private pure {
        uint256 node = _nodeIndex(scene.terms, scene.boards[board], given.series);
        require(node != NOT_LISTED, StrikeNotListed(given.series));
        (leg.board, leg.node, leg.call, leg.lots) = (board, node, given.series.isCall(), _wholeLots(given));
        if (!_closes(scene.position(leg), leg.lots)) scene.closing = false;
    }

    function _price(Scene memory scene) private view returns (Priced[] memory holder) {
        return SceneBuilder.priced(scene.call(IPricer.quote.selector, 0));
    }

    function _wholeLots(Leg calldata leg) private pure returns (int256) {
        unchecked {
            uint256 size = _magnitude(SignedSize.unwrap(leg.size));
            require(
                size != 0 && size % LOT == 0 && size / LOT <= MAX_LEG_LOTS,
                SizeNotAllowed(leg.series, leg.size, Wad.wrap(LOT), Wad.wrap(MAX_LEG_LOTS * LOT))
            );
            return leg.size.toLots();
        }
    }

    /// @dev A leg closes when the vault's position comes nearer to zero without crossing it.
    function _closes(int256 position, int256 lots) private pure returns (bool) {
        return position < 0 ? lots < 0 && lots >= position : lots > 0 && lots <= position;
    }

    /// @dev The place of the board of an expiry; NOT_LISTED when there is none.
    function _boardIndex(Scene memory scene, uint256 expiry) private pure returns (uint256 board) {
        uint256[] memory places = scene.boards;
        bytes memory terms = scene.terms;
        assembly ("memory-safe") {
            board := not(0) // NOT_LISTED
            terms := add(terms, 0x20) // where a board starts, its expiry stands
            for { let b := shl(5, mload(places)) } b { b := sub(b, 0x20) } {
                if eq(mload(add(terms, mload(add(places, b)))), expiry) {
                    board := sub(shr(5, b), 1)
                    break
                }
            }
        }
    }

    /// @dev The place of a series' strike on a board; NOT_LISTED when it has none.
    function _nodeIndex(bytes memory terms, uint256 start, SeriesId series) private pure returns (uint256 index) {
        uint256 strike = Wad.unwrap(series.strikeOf());
        uint256 first = start + TermsLayout.NODES + 0x20;
        uint256 mask = NODE_STRIKE_MASK;
        assembly ("memory-safe") {
            index := not(0) // NOT_LISTED
            first := add(terms, first)
            for { let i := mload(sub(first, 0x20)) } i {} {
                i := sub(i, 1)
                if eq(and(mload(add(first, shl(5, i))), mask), strike) {
                    index := i
                    break
                }
            }
        }
    }

    function _node(bytes memory terms, uint256 start, uint256 index) private pure returns (Node) {
        unchecked {
            return Node.wrap(terms.word(start + TermsLayout.NODES + index * 0x20));
        }
    }

    // Guards

    /// @dev What an order needs before it is priced.
    function _enter(Scene memory scene, Order calldata order) private view {
        require(block.timestamp <= order.deadline, DeadlinePassed(order.deadline, block.timestamp));
        _readOrder(scene, order.market, order.legs);
        PauseLevel level = _states[order.market].pause;
        uint8 paused = PauseLevel.unwrap(level);
        require(paused < PauseLevel.unwrap(PAUSE_TRADING), MarketPaused(order.market, level));
        require(scene.closing || paused < PauseLevel.unwrap(PAUSE_NEW_RISK), MarketPaused(order.market, level));
    }

    /// @dev What an opening leg needs: time, a fresh slice, size, moneyness, room in its series.
    function _checkOpening(Leg calldata given, LegInput memory leg, Wad callDelta, Scene memory scene) private view {
        unchecked {
            MarketLimits memory l = scene.limits;
            uint40 expiry = given.series.expiryOf();
            require(block.timestamp + 2 * scene.window < expiry, TradingClosed(expiry, expiry - 2 * scene.window));
            uint40 reported = scene.reportedAt(leg.board);
            require(block.timestamp <= uint256(reported) + l.maxSliceAge, SurfaceStale(expiry, reported, l.maxSliceAge));
            require(!scene.stopped, OpeningStopped(expiry));
            uint256 stops = scene.terms.stopsOf(leg.board);
            require(!Stops.stopped(stops, leg.node, leg.call, leg.lots > 0), SeriesStopped(given.series));
            Wad size = Wad.wrap(_magnitude(SignedSize.unwrap(given.size)));
            require(
                size >= l.minTradeSize && size <= l.maxTradeSize,
                SizeNotAllowed(given.series, given.size, l.minTradeSize, l.maxTradeSize)
            );
            require(callDelta >= l.minDelta && callDelta <= l.maxDelta, MoneynessNotAllowed(given.series, callDelta));
            int256 position = scene.position(leg) - leg.lots;
            require(
                _magnitude(position) * LOT <= Wad.unwrap(l.maxSeriesSize),
                SeriesLimit(given.series, sizeOfLots(position), l.maxSeriesSize)
            );
        }
    }

    /// @dev Figures of the book after the trade, and the reduce-only rule.
    function _checkLimits(MarketId market, Scene memory scene, Priced memory priced) private view {
        unchecked {
            uint256 equity = scene.equity < WAD ? WAD : scene.equity;
            MarketLimits memory l = scene.limits;
            Verdict memory v;
            PostTrade.addBook(
                v, l, priced.before, priced.afterwards, scene.hedge, Wad.unwrap(scene.spot.mark), equity, scene.closing
            );
            for (uint256 b = 0; b < scene.boardCount; ++b) {
                (bool touched, int256 sizeBefore, int256 sizeAfter) = _expirySize(scene, b);
                if (!touched) continue;
                PostTrade.addExpiry(v, l, priced.vegaBefore[b], priced.vegaAfter[b], sizeBefore, sizeAfter, equity);
            }
            PostTrade.close(v);
            bool unsure = OracleMode.unwrap(scene.spot.mode) >= OracleMode.unwrap(ORACLE_REDUCE_ONLY)
                || block.timestamp > uint256(scene.hedge.syncedAt) + l.maxSyncAge;
            require(!unsure || scene.closing || (v.improved && !v.worsened), ReduceOnly(market));
        }
    }

    /// @dev Sum of |position| of a board in wad, before and after.
    function _expirySize(Scene memory scene, uint256 board)
        private
        pure
        returns (bool touched, int256 before, int256 afterwards)
    {
        unchecked {
            for (uint256 i = 0; i < scene.legs.length; ++i) {
                LegInput memory leg = scene.legs[i];
                if (leg.board != board) continue;
                touched = true;
                int256 position = scene.position(leg);
                afterwards += int256(_magnitude(position - leg.lots)) - int256(_magnitude(position));
            }
            if (!touched) return (false, 0, 0);
            uint256 first = board * TermsLayout.LOT_WORDS;
            for (uint256 w = first; w < first + TermsLayout.LOT_WORDS; ++w) {
                before += int256(Lots.sumOfMagnitudes(scene.lots[w]));
            }
            return (true, before * int256(LOT), (before + afterwards) * int256(LOT));
        }
    }

    function _vegaOpened(SignedWad before, SignedWad afterwards) private pure returns (uint256) {
        unchecked {
            uint256 was = _magnitude(SignedWad.unwrap(before));
            uint256 is_ = _magnitude(SignedWad.unwrap(afterwards));
            return is_ > was ? is_ - was : 0;
        }
    }

    /// @dev A signed price stays within a share of notional of the model's.
    function _checkDistance(Scene memory scene, SignedAssets price, SignedAssets model) private view {
        unchecked {
            uint256 lots;
            for (uint256 i = 0; i < scene.legs.length; ++i) {
                lots += _magnitude(scene.legs[i].lots);
            }
            Wad notional = Wad.wrap(lots * LOT).mulDown(scene.spot.mark);
            Assets distance = toAssetsUp(notional.mulDown(scene.limits.quoteDistance), _scale);
            require(
                _magnitude(SignedAssets.unwrap(price - model)) <= Assets.unwrap(distance),
                QuoteTooFar(price, model, distance)
            );
        }
    }

    /// @dev What free cash of the vault lacks to the buffer, and the buffer.
    function _shortfall(MarketLimits memory l) private view returns (Assets lacking, Assets free, Assets buffer) {
        Assets locked;
        (free, locked) = clearing.balances(address(vault));
        buffer = Assets.wrap((Assets.unwrap(locked) * Wad.unwrap(l.bufferShare) + WAD - 1) / WAD);
        lacking = free >= buffer ? NO_ASSETS : buffer - free;
    }

    /// @param price the most to pay, or the signed price
    function _trade(Order calldata order, address trader, SignedAssets price, bool isSigned)
        private
        returns (SignedAssets netCash)
    {
        Scene memory scene = SceneBuilder.allocate()[0];
        _enter(scene, order);
        if (isSigned) {
            require(msg.sender == scene.modules.orders, NotOrders(msg.sender));
            require(msg.sender == clearing.ordersOf(trader), OrdersNotAllowed(trader, msg.sender));
        }
        Priced memory priced = _price(scene)[0];
        netCash = toAssetsCeil(priced.parts.net, _scale);
        int256 skewAfter = SignedWad.unwrap(priced.parts.skewAfter);
        if (isSigned) {
            _checkDistance(scene, price, netCash);
            netCash = price;
            int256 skewBefore = int256(uint256(_states[order.market].skew));
            if (skewAfter > skewBefore) skewAfter = skewBefore;
        } else {
            require(SignedAssets.unwrap(netCash) <= SignedAssets.unwrap(price), LimitExceeded(netCash, price));
        }
        _execute(order, trader, netCash, skewAfter, scene, priced);
    }

    // Writing

    /// @dev Everything after the price: limits, the book, Psi, clearing.
    function _execute(
        Order calldata order,
        address trader,
        SignedAssets netCash,
        int256 skewAfter,
        Scene memory scene,
        Priced memory priced
    ) private {
        unchecked {
            for (uint256 i = 0; i < scene.legs.length; ++i) {
                LegInput memory leg = scene.legs[i];
                if (_closes(scene.position(leg), leg.lots)) continue;
                _checkOpening(order.legs[i], leg, priced.callDelta[i], scene);
            }
            _checkLimits(order.market, scene, priced);

            _writeBook(order.market, scene);
            _writeState(order.market, skewAfter, scene, priced);
            _emitTrade(order, trader, netCash, scene, priced);

            // A trade that adds margin leaves the buffer whole, or lacking no more than before.
            (Assets lacked,,) = _shortfall(scene.limits);
            _clear(order, trader, netCash, priced);
            if (priced.afterwards.requiredMargin <= priced.before.requiredMargin) return;
            (Assets lacks, Assets free, Assets buffer) = _shortfall(scene.limits);
            require(lacks <= lacked, BufferLimit(free, buffer));
        }
    }

    /// @dev The event as its declaration encodes it; the legs go from calldata as they lie there.
    function _emitTrade(
        Order calldata order,
        address trader,
        SignedAssets netCash,
        Scene memory scene,
        Priced memory priced
    ) private {
        bytes32 topic = IMarket.Trade.selector;
        Leg[] calldata legs = order.legs;
        QuoteParts memory parts = priced.parts;
        SignedWad netDelta = priced.afterwards.delta + scene.hedge.delta;
        Wad spot = scene.spot.mark;
        MarketId market = order.market;
        address recipient = order.recipient;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, 0x1a0)
            mstore(add(data, 0x20), netCash)
            mcopy(add(data, 0x40), parts, 0x120)
            mstore(add(data, 0x160), netDelta)
            mstore(add(data, 0x180), spot)
            mstore(add(data, 0x1a0), legs.length)
            calldatacopy(add(data, 0x1c0), legs.offset, shl(6, legs.length))
            log4(data, add(0x1c0, shl(6, legs.length)), topic, market, trader, recipient)
        }
    }

    /// @dev Calls `clearing.trade` with a fill a leg: its series, its size, and what the compartment must hold.
    function _clear(Order calldata order, address trader, SignedAssets netCash, Priced memory priced) private {
        unchecked {
            bytes32 selector = IClearing.trade.selector;
            address to = address(clearing);
            Leg[] calldata legs = order.legs;
            address recipient = order.recipient;
            uint256 data;
            assembly ("memory-safe") {
                data := mload(0x40)
                mstore(data, selector)
                mstore(add(data, 0x04), trader)
                mstore(add(data, 0x24), recipient)
                mstore(add(data, 0x44), 0x80)
                mstore(add(data, 0x64), netCash)
                mstore(add(data, 0x84), legs.length)
            }
            uint256 place = data + 0xa4;
            for (uint256 i = 0; i < legs.length; ++i) {
                Assets collateral = toAssetsUp(priced.collateral[i], _scale);
                assembly ("memory-safe") {
                    calldatacopy(place, add(legs.offset, shl(6, i)), 0x40)
                    mstore(add(place, 0x40), collateral)
                    place := add(place, 0x60)
                }
            }
            assembly ("memory-safe") {
                if iszero(call(gas(), to, 0, data, sub(place, data), 0, 0)) {
                    returndatacopy(data, 0, returndatasize())
                    revert(data, returndatasize())
                }
            }
        }
    }

    function _writeBook(MarketId market, Scene memory scene) private {
        unchecked {
            for (uint256 i = 0; i < scene.legs.length; ++i) {
                LegInput memory leg = scene.legs[i];
                uint256 w = Lots.wordOf(leg.node);
                uint256 place = leg.board * TermsLayout.LOT_WORDS + w;
                uint256 word = Lots.set(scene.lots[place], leg.node, leg.call, scene.position(leg) - leg.lots);
                scene.lots[place] = word;
                _lots[market][uint40(scene.expiryOf(leg.board))][w] = word;
            }
        }
    }

    /// @dev Psi, the trade block, and the vega opened since its count began.
    function _writeState(MarketId market, int256 skewAfter, Scene memory scene, Priced memory priced) private {
        unchecked {
            State memory state = _states[market];
            state.skew = skewAfter > int256(uint256(type(uint96).max)) ? type(uint96).max : uint96(uint256(skewAfter));
            state.tradeBlock = uint40(block.number);
            uint256 opened;
            for (uint256 b = 0; b < scene.boardCount; ++b) {
                opened += _vegaOpened(priced.vegaBefore[b], priced.vegaAfter[b]);
            }
            if (opened != 0 && !scene.closing) {
                _countAnew(state, scene);
                opened = opened * WAD / (scene.equity < WAD ? WAD : scene.equity);
                opened = opened / VEGA_UNIT + 1 + state.vegaOpened;
                Wad limit = scene.limits.vegaPerReport;
                require(
                    opened * VEGA_UNIT <= Wad.unwrap(limit), VegaPerReportExceeded(Wad.wrap(opened * VEGA_UNIT), limit)
                );
                state.vegaOpened = uint48(opened);
            }
            _states[market] = state;
        }
    }

    /// @dev Starts the count of vega anew once every expiry in which options can be opened has a report newer than all
    /// there were when it last began. So no expiry's reports, however frequent, free what another's slice may be used for.
    function _countAnew(State memory state, Scene memory scene) private view {
        unchecked {
            uint256 oldest = type(uint256).max;
            uint256 newest;
            for (uint256 b = 0; b < scene.boardCount; ++b) {
                uint256 reported = scene.reportedAt(b);
                bool opens = block.timestamp + 2 * scene.window < scene.expiryOf(b)
                    && block.timestamp <= reported + scene.limits.maxSliceAge;
                if (!opens) continue;
                if (reported < oldest) oldest = reported;
                if (reported > newest) newest = reported;
            }
            if (oldest > state.vegaSince) (state.vegaSince, state.vegaOpened) = (uint32(newest), 0);
        }
    }

    function _terms(MarketId market) private view returns (bytes memory) {
        uint32 nonce = _states[market].terms;
        require(nonce != 0, UnknownMarket(market));
        return DataContract.read(catalogue, nonce);
    }

    // Value

    /// @dev The vault's expired options that clearing has not taken off the book.
    function _expiredValue(MarketId market, Scene memory scene) private view returns (SignedWad) {
        unchecked {
            int256 total;
            for (uint256 b = 0; b < scene.boardCount; ++b) {
                uint40 expiry = uint40(scene.expiryOf(b));
                if (expiry > block.timestamp) continue;
                uint256 settled = _settlementPrice(market, scene, expiry);
                if (settled != 0) {
                    total += _intrinsic(market, scene, b, settled);
                    continue;
                }
                int256 atMark = _intrinsic(market, scene, b, Wad.unwrap(scene.spot.mark));
                int256 atAverage = _intrinsic(market, scene, b, Wad.unwrap(scene.spot.average));
                total += atMark < atAverage ? atMark : atAverage;
            }
            return SignedWad.wrap(total);
        }
    }

    function _settlementPrice(MarketId market, Scene memory scene, uint40 expiry) private view returns (uint256) {
        (Wad price,) = ISettlementOracle(scene.modules.settlementOracle).price(market, expiry);
        return Wad.unwrap(price);
    }

    function _intrinsic(MarketId market, Scene memory scene, uint256 board, uint256 spot)
        private
        view
        returns (int256 total)
    {
        unchecked {
            uint256[4] storage words = _lots[market][uint40(scene.expiryOf(board))];
            uint256 count = scene.nodeCount(board);
            for (uint256 i = 0; i < count; ++i) {
                (int256 calls, int256 puts) = Lots.pair(words[Lots.wordOf(i)], i);
                int256 above = int256(spot) - int256(_node(scene.terms, scene.boards[board], i).strike());
                total += above > 0 ? calls * above : -puts * above;
            }
            total /= int256(WAD / LOT);
        }
    }

    /// @dev Marks of a run of series of one market, into the places from `first` on.
    function _marks(MarketId market, SeriesId[] calldata series, uint256 first, Wad[] memory spot, Wad[] memory value)
        private
        view
    {
        unchecked {
            Scene memory scene = _view(market, series.length)[0];
            Wad mark = scene.spot.mark;
            for (uint256 i = 0; i < series.length; ++i) {
                spot[first + i] = mark;
                (scene.legs[i].board, scene.legs[i].node) = _find(scene, series[i]);
                scene.legs[i].call = series[i].isCall();
                scene.legs[i].lots = 0;
            }
            uint256 place = Wad.unwrap(mark) == 0 ? 0 : scene.call(IPricer.marks.selector, 0);
            for (uint256 i = 0; i < series.length; ++i) {
                uint256 found;
                if (place != 0) {
                    assembly ("memory-safe") {
                        found := mload(add(add(place, 0x40), shl(5, i)))
                    }
                }
                bool expired = series[i].expiryOf() <= block.timestamp && scene.legs[i].board < scene.boardCount;
                if (expired) found = _payoff(market, scene, series[i]);
                value[first + i] = Wad.wrap(found);
            }
        }
    }

    /// @dev Board and node of a series; a board beyond the terms when it is not listed.
    function _find(Scene memory scene, SeriesId series) private pure returns (uint256 board, uint256 node) {
        board = _boardIndex(scene, series.expiryOf());
        if (board == NOT_LISTED) return (NOT_LISTED, 0);
        node = _nodeIndex(scene.terms, scene.boards[board], series);
        if (node == NOT_LISTED) board = NOT_LISTED;
    }

    /// @dev Of an expired option at its settlement price, or at mark until there is one.
    function _payoff(MarketId market, Scene memory scene, SeriesId series) private view returns (uint256) {
        unchecked {
            uint256 spot = _settlementPrice(market, scene, series.expiryOf());
            if (spot == 0) spot = Wad.unwrap(scene.spot.mark);
            uint256 strike = Wad.unwrap(series.strikeOf());
            if (series.isCall()) return spot > strike ? spot - strike : 0;
            return strike > spot && spot != 0 ? strike - spot : 0;
        }
    }

    function _magnitude(int256 x) private pure returns (uint256) {
        unchecked {
            int256 sign = x >> 255;
            return uint256((x ^ sign) - sign);
        }
    }
}
