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
    PAUSE_NONE,
    PauseLevel,
    Quote
} from "../interfaces/IMarket.sol";
import {BookValue, IPricer, Leg, QuoteParts} from "../interfaces/IPricer.sol";
import {IVault} from "../interfaces/IVault.sol";
import {TermsLayout} from "../pricing/TermsLayout.sol";
import {AssetScale, Assets, NO_ASSETS, SignedAssets, assetScale, toAssetsCeil} from "../types/Assets.sol";
import {Backing, toBacking} from "../types/Backing.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize, sizeOfLots} from "../types/Size.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {DataContract} from "./DataContract.sol";
import {ExpiredBoards} from "./ExpiredBoards.sol";
import {LegPlace} from "./LegPlace.sol";
import {LotStore} from "./LotStore.sol";
import {MarketState, VEGA_UNIT} from "./MarketState.sol";
import {Openings} from "./Openings.sol";
import {OrderLegs} from "./OrderLegs.sol";
import {Answer, Scene, SceneBuilder} from "./Scene.sol";
import {NOT_LISTED, Terms} from "./Terms.sol";
import {TradeLimits} from "./TradeLimits.sol";

using OrderLegs for Leg[];
using Terms for bytes;

/// @notice What is kept of a market.
struct MarketSlots {
    MarketState state;
    Backing backing;
    mapping(uint40 expiry => LotStore) lots;
}

/// @title Market
/// @notice
/// The book. Positions of the vault, whole lots, packed by board: see `LotStore`. They equal clearing's, to the lot. What no
/// trade changes is the catalogue's.
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
    uint256 public constant MAX_LEGS = OrderLegs.MAX_LEGS;

    address public immutable asset;
    /// @inheritdoc IMarket
    IClearing public immutable clearing;
    IVault public immutable vault;
    IHedger public immutable hedger;
    /// @inheritdoc IMarket
    address public immutable catalogue;
    AssetScale private immutable _scale;

    MarketId[] private _markets;
    mapping(MarketId => MarketSlots) private _slots;

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
        return _trade(order, msg.sender, order.limit);
    }

    /// @inheritdoc IMarket
    function tradeAt(Order calldata order, address trader, SignedAssets price) external nonReentrant {
        _trade(order, trader, price);
    }

    /// @inheritdoc IMarket
    /// @dev `calldata`, because a `Quote` in memory would be allocated and zeroed first.
    function quote(MarketId market, Leg[] calldata legs) external view returns (Quote calldata quoted) {
        legs.checkCount();
        Scene memory scene = SceneBuilder.allocate(legs.length)[0];
        _read(scene, market);
        legs.read(scene, market);
        uint256 place = scene.callLast(IPricer.priceRiskAt.selector);
        SignedWad net;
        assembly ("memory-safe") {
            quoted := 0
            place := add(place, mload(place))
            net := mload(add(place, 0xe0))
        }
        SignedAssets netCash = toAssetsCeil(net, _scale);
        assembly ("memory-safe") {
            // Parts and both books follow each other as the pricer returned them: nine words, and two times six, of which the
            // first and the fifth are left out; `netCash` before them
            mstore(sub(place, 0x20), netCash)
            mcopy(add(place, 0x120), add(place, 0x140), 0x60)
            mcopy(add(place, 0x180), add(place, 0x1c0), 0x20)
            mcopy(add(place, 0x1a0), add(place, 0x200), 0x60)
            mcopy(add(place, 0x200), add(place, 0x280), 0x20)
            return(sub(place, 0x20), 0x240)
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
        uint256 node = terms.findNode(start, series.strikeOf());
        require(node != NOT_LISTED, StrikeNotListed(series));
        bool isCall = series.isCall();
        _slots[market].lots[expiry].add(node, isCall, change.toLots());
        emit VaultPositionChanged(series, change);

        // An expired position is in no potential.
        if (block.timestamp < expiry) settleSkew(market);
    }

    /// @inheritdoc IMarket
    function settleSkew(MarketId market) public {
        uint256 most = type(uint256).max;
        bytes32 selector = IMarket.potential.selector;
        assembly ("memory-safe") {
            // A call of its own: where there is no potential to be had, Psi waits for the next trade
            mstore(0x00, selector)
            mstore(0x04, market)
            if staticcall(gas(), address(), 0x00, 0x24, 0x00, 0x20) { most := mload(0x00) }
        }
        MarketState state = _slots[market].state;
        if (state.skew() <= most) return;
        _slots[market].state = state.withSkew(most);
        emit SkewSet(market, Wad.wrap(most));
    }

    // What stands behind it

    /// @inheritdoc IMarket
    function takeBacking(MarketId market) public {
        (uint256 hedge, uint256 e) = SceneBuilder.askBacking(market, address(hedger), address(vault));
        _slots[market].backing = toBacking(hedge, Wad.unwrap(Assets.wrap(e).toWad(_scale)));
    }

    // Governed

    /// @inheritdoc IMarket
    function setTerms(MarketId market, uint32 nonce, uint40 listed) external {
        require(msg.sender == catalogue, NotCatalogue(msg.sender));
        if (listed != 0) _slots[market].lots[listed].open();
        (, uint256 size) = DataContract.source(catalogue, nonce);
        MarketState state = _slots[market].state;
        _slots[market].state = state.withTerms(nonce, size);
        if (state.terms() != 0) return;
        _markets.push(market);
        takeBacking(market);
    }

    /// @inheritdoc IMarket
    function pause(MarketId market, PauseLevel level) external restricted {
        PauseLevel current = _slots[market].state.pauseLevel();
        require(PauseLevel.unwrap(level) > PauseLevel.unwrap(current), PauseLevelNotHigher(current, level));
        _slots[market].state = _slots[market].state.withPause(level);
        emit PauseSet(market, level);
    }

    /// @inheritdoc IMarket
    function unpause(MarketId market, PauseLevel level) external restricted {
        _slots[market].state = _slots[market].state.withPause(level);
        emit PauseSet(market, level);
    }

    // Views

    /// @inheritdoc IMarket
    function bookValue(MarketId market) external view returns (BookValue memory, BookValue memory) {
        Scene memory scene = SceneBuilder.allocate(0)[0];
        _read(scene, market);
        scene.readSlices(market);
        (uint256 mark, uint256 average) = (Wad.unwrap(scene.spot.mark), Wad.unwrap(scene.spot.average));
        if (mark == 0) mark = average;
        if (average == 0) average = mark;
        BookValue[2] memory books;
        if (mark != 0) {
            for (uint256 i = 0; i < 2; ++i) {
                uint256 place = scene.callAt(IPricer.value.selector, i == 0 ? mark : average);
                assembly ("memory-safe") {
                    mstore(add(books, shl(5, i)), place) // six words, as returned
                }
            }
        }
        SignedWad expired = ExpiredBoards.value(scene, market, _slots[market].lots, mark, average);
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
                if (_slots[market].state.terms() != 0) _marks(market, series[i:end], i, spot, value);
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
                    (int256 calls, int256 puts) = _slots[market].lots[board.expiry].pair(i);
                    board.strikes[i] = Wad.wrap(terms.node(start, i).strike());
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
        return _slots[market].lots[expiry].isEmpty();
    }

    /// @inheritdoc IMarket
    function potential(MarketId market) external view returns (Wad phi) {
        Scene memory scene = SceneBuilder.allocate(0)[0];
        _read(scene, market);
        scene.readSlices(market);
        uint256 spot = Wad.unwrap(scene.spot.mark);
        require(spot != 0, SpotUnavailable(market));
        uint256 place = scene.callAt(IPricer.potential.selector, spot);
        assembly ("memory-safe") {
            phi := mload(place)
        }
    }

    /// @inheritdoc IMarket
    function skew(MarketId market) external view returns (SignedWad) {
        return SignedWad.wrap(int256(_slots[market].state.skew()));
    }

    /// @inheritdoc IMarket
    function backing(MarketId market) external view returns (Backing) {
        return _slots[market].backing;
    }

    /// @inheritdoc IMarket
    function lastTradeBlock(MarketId market) external view returns (uint256) {
        return _slots[market].state.tradeBlock();
    }

    /// @inheritdoc IMarket
    function pauseLevel(MarketId market) external view returns (PauseLevel) {
        return _slots[market].state.pauseLevel();
    }

    /// @inheritdoc IMarket
    function vegaOpened(MarketId market) external view returns (uint40 since, Wad opened) {
        MarketState state = _slots[market].state;
        return (uint40(state.vegaSince()), Wad.wrap(state.vegaOpened() * VEGA_UNIT));
    }

    // Reading

    /// @dev Everything a price depends on, apart from the legs and the slices.
    function _read(Scene memory scene, MarketId market) private view {
        MarketSlots storage slots = _slots[market];
        MarketState state = slots.state;
        uint32 nonce = state.terms();
        require(nonce != 0, UnknownMarket(market));
        scene.state = state;
        scene.open(DataContract.locate(catalogue, nonce), state.termsSize());
        uint256 averaging = scene.readBoards(slots.lots);
        scene.observe(market, slots.backing);
        scene.readAverages(market, averaging);
    }

    // Guards

    /// @dev Pause 2 stops every order, pause 1 all but those that only close.
    function _checkPause(MarketId market, Scene memory scene) private pure {
        PauseLevel level = scene.state.pauseLevel();
        uint8 most = PauseLevel.unwrap(scene.closing ? PAUSE_NEW_RISK : PAUSE_NONE);
        require(PauseLevel.unwrap(level) <= most, MarketPaused(market, level));
    }

    /// @param price the most to pay, or the signed price
    function _trade(Order calldata order, address trader, SignedAssets price) private returns (SignedAssets netCash) {
        bool isSigned = msg.sig == IMarket.tradeAt.selector; // as an argument it would make a copy of all this for each caller
        require(block.timestamp <= order.deadline, DeadlinePassed(order.deadline, block.timestamp));
        MarketId market = order.market;
        Leg[] calldata legs = order.legs;
        legs.checkCount();
        Scene memory scene = SceneBuilder.allocate(legs.length)[0];
        _read(scene, market);
        legs.read(scene, market);
        _checkPause(market, scene);
        if (isSigned) {
            require(msg.sender == scene.modules.orders, NotOrders(msg.sender));
            require(msg.sender == clearing.ordersOf(trader), OrdersNotAllowed(trader, msg.sender));
        }
        Answer memory priced = scene.price()[0];
        netCash = toAssetsCeil(priced.parts.net, _scale);
        int256 skewAfter = SignedWad.unwrap(priced.parts.skewAfter);
        if (isSigned) {
            TradeLimits.checkDistance(scene, price, netCash, _scale);
            netCash = price;
            int256 skewBefore = int256(scene.state.skew());
            if (skewAfter > skewBefore) skewAfter = skewBefore;
        } else {
            require(SignedAssets.unwrap(netCash) <= SignedAssets.unwrap(price), LimitExceeded(netCash, price));
        }
        Openings.check(scene, legs, priced);
        uint256 opened = TradeLimits.check(scene, market, priced);

        _writeBook(market, scene);
        _writeState(market, uint256(skewAfter), scene, opened);
        _clear(order, legs, trader, netCash, scene, priced);
    }

    // Writing

    /// @dev Says what was traded, and calls `clearing.trade` with a fill a leg: its series, its size, and what the
    /// compartment must hold. Both are laid out as their declarations encode them; the legs go from calldata as they lie
    /// there. A trade that adds margin leaves the buffer whole, or lacking no more than before.
    function _clear(
        Order calldata order,
        Leg[] calldata legs,
        address trader,
        SignedAssets netCash,
        Scene memory scene,
        Answer memory priced
    ) private {
        unchecked {
            address recipient = order.recipient;
            _emitTrade(order.market, legs, trader, recipient, netCash, scene, priced);
            bytes32 selector = IClearing.trade.selector;
            address to = address(clearing);
            uint256 scale = AssetScale.unwrap(_scale);
            uint256 collateral = priced.collateral;
            uint256 data;
            uint256 size;
            assembly ("memory-safe") {
                data := mload(0x40)
                mstore(data, selector)
                mstore(add(data, 0x04), trader)
                mstore(add(data, 0x24), recipient)
                mstore(add(data, 0x44), 0x80)
                mstore(add(data, 0x64), netCash)
                mstore(add(data, 0x84), legs.length)
                let place := add(data, 0xa4)
                let end := add(legs.offset, shl(6, legs.length))
                for { let leg := legs.offset } lt(leg, end) { leg := add(leg, 0x40) } {
                    calldatacopy(place, leg, 0x40)
                    // In base units, rounded up
                    let demanded := mload(collateral)
                    mstore(add(place, 0x40), add(div(demanded, scale), iszero(iszero(mod(demanded, scale)))))
                    collateral := add(collateral, 0x20)
                    place := add(place, 0x60)
                }
                // Its answer of four words takes the place of the question
                if iszero(call(gas(), to, 0, data, sub(place, data), data, 0x80)) {
                    returndatacopy(data, 0, returndatasize())
                    revert(data, returndatasize())
                }
                mstore(0x40, add(data, 0x80))
                size := returndatasize()
            }
            require(size >= 0x80, ModuleFailed(to));
            if (priced.afterwards.requiredMargin <= priced.before.requiredMargin) return;
            Wad share = scene.limits.bufferShare;
            (Assets lacks, Assets buffer) = _shortfall(data + 0x40, share);
            if (lacks == NO_ASSETS) return;
            (Assets lacked,) = _shortfall(data, share);
            require(lacks <= lacked, BufferLimit(Assets.wrap(SceneBuilder.wordAt(data, 2)), buffer));
        }
    }

    /// @dev What free cash of the vault lacks to the buffer, and the buffer.
    /// @param balances where free cash and the sum of compartments stand
    function _shortfall(uint256 balances, Wad share) private pure returns (Assets lacking, Assets buffer) {
        (uint256 free, uint256 locked) = (SceneBuilder.wordAt(balances, 0), SceneBuilder.wordAt(balances, 1));
        unchecked {
            uint256 least = (locked * Wad.unwrap(share) + WAD - 1) / WAD; // 128 bits times a share of at most one
            buffer = Assets.wrap(least);
            lacking = free >= least ? NO_ASSETS : Assets.wrap(least - free);
        }
    }

    function _emitTrade(
        MarketId market,
        Leg[] calldata legs,
        address trader,
        address recipient,
        SignedAssets netCash,
        Scene memory scene,
        Answer memory priced
    ) private {
        bytes32 topic = IMarket.Trade.selector;
        QuoteParts memory parts = priced.parts;
        (SignedWad delta, SignedWad hedge) = (priced.afterwards.delta, scene.backing.hedgeDelta());
        Wad spot = scene.spot.mark;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, 0x1a0)
            mstore(add(data, 0x20), netCash)
            mcopy(add(data, 0x40), parts, 0x120)
            mstore(add(data, 0x160), add(delta, hedge))
            mstore(add(data, 0x180), spot)
            mstore(add(data, 0x1a0), legs.length)
            calldatacopy(add(data, 0x1c0), legs.offset, shl(6, legs.length))
            log4(data, add(0x1c0, shl(6, legs.length)), topic, market, trader, recipient)
        }
    }

    function _writeBook(MarketId market, Scene memory scene) private {
        unchecked {
            mapping(uint40 => LotStore) storage books = _slots[market].lots;
            uint256 count = scene.legCount;
            for (uint256 i = 0; i < count; ++i) {
                LegPlace leg = scene.legAt(i);
                (uint256 board, uint256 node) = (leg.board(), leg.node());
                // In the scene, because another leg's position may lie in the same slot
                scene.setHeld(board, node, leg.isCall(), scene.positionOf(i) - leg.lots());
                (uint256 half, uint256 a, uint256 b) = scene.slotOf(board, node);
                books[uint40(scene.expiryOf(board))].write(half, a, b);
            }
        }
    }

    /// @dev Psi, the trade block, and the vega opened since its count began. The count starts anew once every expiry in
    /// which options can be opened has a report newer than all there were when it last began. So no expiry's reports,
    /// however frequent, free what another's slice may be used for.
    /// @param opened vega
    function _writeState(MarketId market, uint256 skewAfter, Scene memory scene, uint256 opened) private {
        unchecked {
            MarketState state = scene.state.withSkew(skewAfter).traded();
            if (opened != 0 && !scene.closing) {
                (uint256 since, uint256 counted) = (state.vegaSince(), state.vegaOpened());
                (uint256 oldest, uint256 newest) =
                    scene.reports(block.timestamp + 2 * scene.window, scene.limits.maxSliceAge);
                if (oldest > since) (since, counted) = (uint32(newest), 0);
                opened = opened * WAD / (scene.equity < WAD ? WAD : scene.equity);
                opened = opened / VEGA_UNIT + 1 + counted;
                Wad limit = scene.limits.vegaPerReport;
                require(
                    opened * VEGA_UNIT <= Wad.unwrap(limit), VegaPerReportExceeded(Wad.wrap(opened * VEGA_UNIT), limit)
                );
                state = state.withVega(since, uint48(opened));
            }
            _slots[market].state = state;
        }
    }

    function _terms(MarketId market) private view returns (bytes memory) {
        uint32 nonce = _slots[market].state.terms();
        require(nonce != 0, UnknownMarket(market));
        return DataContract.read(catalogue, nonce);
    }

    // Value

    /// @dev Marks of a run of series of one market, into the places from `first` on.
    function _marks(MarketId market, SeriesId[] calldata series, uint256 first, Wad[] memory spot, Wad[] memory value)
        private
        view
    {
        unchecked {
            Scene memory scene = SceneBuilder.allocate(series.length)[0];
            _read(scene, market);
            scene.readSlices(market);
            Wad mark = scene.spot.mark;
            for (uint256 i = 0; i < series.length; ++i) {
                spot[first + i] = mark;
                (uint256 board, uint256 node) = _find(scene, series[i]);
                scene.legAt(i).set(board, node, series[i].isCall(), 0);
            }
            uint256 place = Wad.unwrap(mark) == 0 ? 0 : scene.call(IPricer.marks.selector);
            for (uint256 i = 0; i < series.length; ++i) {
                uint256 found;
                if (place != 0) {
                    assembly ("memory-safe") {
                        found := mload(add(add(place, 0x40), shl(5, i)))
                    }
                }
                bool expired = series[i].expiryOf() <= block.timestamp && scene.legAt(i).board() < scene.boardCount;
                if (expired) found = ExpiredBoards.payoff(scene, market, series[i]);
                value[first + i] = Wad.wrap(found);
            }
        }
    }

    /// @dev Board and node of a series; a board beyond the terms when it is not listed.
    function _find(Scene memory scene, SeriesId series) private pure returns (uint256 board, uint256 node) {
        board = scene.boardOf(series.expiryOf());
        if (board == NOT_LISTED) return (NOT_LISTED, 0);
        node = scene.terms.findNode(scene.startOf(board), series.strikeOf());
        if (node == NOT_LISTED) board = NOT_LISTED;
    }
}
