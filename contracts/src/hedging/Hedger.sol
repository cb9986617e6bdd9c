// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBytes} from "solady/utils/LibBytes.sol";
import {LibCall} from "solady/utils/LibCall.sol";
import {
    HedgeParams,
    HedgePosition,
    HedgeRule,
    IHedger,
    RULE_FORCE,
    RULE_NONE,
    RULE_RAISE
} from "../interfaces/IHedger.sol";
import {IHedgePolicy, PolicyDecision, PolicyInput} from "../interfaces/IHedgePolicy.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {BookValue} from "../interfaces/IPricer.sol";
import {IReactor, ReactorReport} from "../interfaces/IReactor.sol";
import {ISpotOracle} from "../interfaces/ISpotOracle.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Assets, AssetScale, NO_ASSETS, SignedAssets, assetScale, min} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SignedWad, Wad, WAD} from "../types/Wad.sol";
import {HedgeChecks} from "./HedgeChecks.sol";
import {HedgeRules} from "./HedgeRules.sol";
import {HedgeStore, StoredParams, StoredPosition, StoredVenue} from "./HedgeStore.sol";
import {HedgeUsage, HedgeUsages} from "./HedgeUsage.sol";

/// @notice Addresses of the core, computed from deployer nonces, and the first policy, which is replaceable.
struct HedgerConfig {
    address authority;
    IERC20 asset;
    IVault vault;
    IMarket market;
    ISpotOracle spotOracle;
    IHedgePolicy policy;
}

/// @title Hedger
/// @notice The law of the hedger.
///
/// # Target
/// Minus the delta of the book at mark. Net delta is the book's plus every venue's, ordered and unfilled included.
///
/// # When
/// The policy names a rule, the book was not traded in this block or the one before, spot has a mark.
///
/// # How much
/// What the policy asks, but never more than net delta, so that each call brings |net delta| down and cannot cross zero;
/// never more than the caps per order, block and UTC day; nothing below the least order; no more than the vault's free
/// cash buys.
///
/// # At what cost
/// Every order is measured by the venue's report before and after and by this contract's own balance. What it cost,
/// worth at mark against cash, is within maxSlippage of the notional that moved, or the whole order is undone.
///
/// # Venues are not trusted to answer
/// Each call to a venue has a gas cap and a bounded answer; whoever calls brings that much gas, so a failure is the
/// venue's own. A failed venue is reported, counts with its last figures and keeps `syncedAt` where it was.
///
/// # Cash
/// None stays here: what the vault funded and a venue did not use, what a sale brought, and what anyone sends by
/// mistake goes to Vault.repay at the end of a call that trades or syncs.
contract Hedger is IHedger, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using HedgeStore for HedgeParams;
    using HedgeStore for HedgePosition;
    using HedgeStore for StoredParams;
    using HedgeStore for StoredPosition;
    using HedgeStore for StoredVenue;
    using HedgeUsages for HedgeUsage;

    uint256 public constant MAX_REACTORS = 4;
    /// @dev A perps order with its price update needs under 1.2 m.
    uint256 public constant ORDER_GAS = 1_600_000;
    uint256 public constant SYNC_GAS = 800_000;
    uint256 public constant READ_GAS = 250_000;
    uint16 private constant MAX_COPY = 256;

    struct MarketHedges {
        StoredPosition position;
        HedgeUsage usage;
        StoredParams params;
        IReactor[] reactors;
    }

    /// @dev One venue during a call.
    struct Venue {
        IReactor reactor;
        ReactorReport report; // the last figures when it did not answer
        StoredVenue stored;
        bool answered;
        bytes reason; // why it did not
    }

    /// @dev Everything a decision depends on.
    struct Assessment {
        HedgeParams params;
        HedgeUsage usage;
        Wad mark;
        Venue[] venues;
        HedgeRule rule;
        int256 net; // at mark
        int256 size; // signed order within caps and capacity
        bool noted; // the observation of a force breach changed
    }

    /// @dev One instruction to a venue with the bounds it is held to.
    struct Instruction {
        IReactor reactor;
        ReactorReport before;
        bytes4 selector; // of IReactor, and its arguments
        uint256 first;
        uint256 second;
        uint256 third;
        uint256 cash; // transferred first
        int256 asked; // most the exposure may move
        Wad mark;
        Wad maxSlippage;
    }

    IERC20 private immutable ASSET;
    IVault private immutable VAULT;
    IMarket private immutable MARKET;
    ISpotOracle private immutable SPOT_ORACLE;
    AssetScale private immutable SCALE;

    mapping(MarketId => MarketHedges) private _markets;
    mapping(IReactor => StoredVenue) private _venues;
    /// @inheritdoc IHedger
    IHedgePolicy public policy;
    bool private _paused;

    constructor(HedgerConfig memory config) AccessManaged(config.authority) {
        ASSET = config.asset;
        VAULT = config.vault;
        MARKET = config.market;
        SPOT_ORACLE = config.spotOracle;
        SCALE = assetScale(IERC20Metadata(address(config.asset)).decimals());
        policy = config.policy;
        config.asset.forceApprove(address(config.vault), type(uint256).max); // for Vault.repay
    }

    // For anyone

    /// @inheritdoc IHedger
    function rebalance(MarketId market) external nonReentrant returns (HedgeRule rule, SignedWad filled) {
        require(!_paused, RebalancingIsPaused());
        uint256 tradedAt = MARKET.lastTradeBlock(market);
        require(block.number > tradedAt + 1, BookJustTraded(tradedAt, block.number));

        Assessment memory a = _assess(market);
        if (a.noted && a.usage.forceSeenAt != 0) emit ForceObserved(market, SignedWad.wrap(a.net));
        if (a.rule == RULE_NONE) {
            if (a.noted) _markets[market].usage = a.usage;
            return (RULE_NONE, filled);
        }

        filled = SignedWad.wrap(_trade(market, a));
        _repay();
        return (a.rule, filled);
    }

    /// @inheritdoc IHedger
    function sync(MarketId market) external nonReentrant returns (HedgePosition memory) {
        _callAll(market, abi.encodeCall(IReactor.sync, ()));
        _refresh(market);
        return _markets[market].position.unpack(SCALE);
    }

    /// @inheritdoc IHedger
    function raise(MarketId market, Assets amount) external nonReentrant returns (Assets repaid) {
        amount = min(amount, VAULT.cashWanted());
        if (amount == NO_ASSETS) return amount;
        _callAll(market, abi.encodeCall(IReactor.withdraw, (amount)));
        Assessment memory a = _load(market);
        require(Wad.unwrap(a.mark) != 0, NoMark(market));

        uint256 perUnit = Wad.unwrap(a.mark) * (WAD - Wad.unwrap(a.params.maxSlippage)) / WAD;
        Assets lacking = amount - min(amount, Assets.wrap(ASSET.balanceOf(address(this))));
        uint256 size = Math.ceilDiv(Wad.unwrap(lacking.toWad(SCALE)) * WAD, perUnit);
        a.rule = RULE_RAISE;
        a.net = SignedWad.unwrap(_exposure(a.venues));
        a.size = _capped(a, HedgeRules.towardsZero(a.net, HedgeRules.against(a.net, size)));
        _trade(market, a);
        return _repay();
    }

    // For the authority

    /// @inheritdoc IHedger
    function setPolicy(IHedgePolicy policy_) external restricted {
        policy = policy_;
        emit PolicySet(policy_);
    }

    /// @inheritdoc IHedger
    function setHedgeParams(MarketId market, HedgeParams memory params) external restricted {
        _setParams(market, params);
    }

    /// @inheritdoc IHedger
    function tightenHedge(MarketId market, Wad maxSlippage, Wad maxOrder, Wad maxPerBlock, Wad maxPerDay)
        external
        restricted
    {
        HedgeParams memory p = hedgeParams(market);
        (p.maxSlippage, p.maxOrder, p.maxPerBlock, p.maxPerDay) = (maxSlippage, maxOrder, maxPerBlock, maxPerDay);
        policy.checkTighter(hedgeParams(market), p);
        _setParams(market, p);
    }

    /// @inheritdoc IHedger
    function pauseRebalancing() external restricted {
        _setPaused(true);
    }

    /// @inheritdoc IHedger
    function unpauseRebalancing() external restricted {
        _setPaused(false);
    }

    /// @inheritdoc IHedger
    function addReactor(MarketId market, IReactor reactor) external restricted nonReentrant {
        MarketHedges storage m = _markets[market];
        require(_venues[reactor].market == 0, ReactorExists(reactor));
        require(m.reactors.length < MAX_REACTORS, TooManyReactors(MAX_REACTORS));

        _venues[reactor].market = MarketId.unwrap(market);
        m.reactors.push(reactor);
        emit ReactorAdded(market, reactor);
    }

    /// @inheritdoc IHedger
    function removeReactor(MarketId market, IReactor reactor) external restricted nonReentrant returns (bool removed) {
        _needKnown(market, reactor);
        Wad mark = SPOT_ORACLE.read(market).mark;
        require(Wad.unwrap(mark) != 0, NoMark(market));
        Wad slippage = hedgeParams(market).maxSlippage;
        (bool ok, ReactorReport memory report,) = _report(reactor, mark, slippage);
        require(ok, ReactorUnreadable(reactor));

        (report,,) = _execute(
            Instruction({
                reactor: reactor,
                before: report,
                selector: IReactor.unwind.selector,
                first: Wad.unwrap(mark),
                second: Wad.unwrap(slippage),
                third: 0,
                cash: 0,
                asked: -HedgeChecks.exposure(report),
                mark: mark,
                maxSlippage: slippage
            })
        );
        removed = HedgeChecks.empty(report);
        if (removed) {
            _drop(market, reactor);
            emit ReactorRemoved(market, reactor);
        } else {
            _venues[reactor].leaving = true;
            emit ReactorLeaving(market, reactor, report.delta);
        }
        _refresh(market);
    }

    /// @inheritdoc IHedger
    function abandonReactor(MarketId market, IReactor reactor) external restricted nonReentrant {
        _needKnown(market, reactor);
        ReactorReport memory last = _venues[reactor].unpack(SCALE);
        _drop(market, reactor);
        emit ReactorAbandoned(market, reactor, last.delta, last.equity);
        _refresh(market);
    }

    // Views

    /// @inheritdoc IHedger
    function position(MarketId market) external view returns (HedgePosition memory) {
        return _markets[market].position.unpack(SCALE);
    }

    /// @inheritdoc IHedger
    function due(MarketId market) external view returns (HedgeRule rule, SignedWad netDelta, SignedWad size) {
        if (_paused || block.number <= MARKET.lastTradeBlock(market) + 1) return (rule, netDelta, size);
        Assessment memory a = _assess(market);
        return (a.rule, SignedWad.wrap(a.net), SignedWad.wrap(a.size));
    }

    /// @inheritdoc IHedger
    function hedgeParams(MarketId market) public view returns (HedgeParams memory) {
        return _markets[market].params.unpack();
    }

    /// @inheritdoc IHedger
    function reactors(MarketId market) external view returns (IReactor[] memory) {
        return _markets[market].reactors;
    }

    /// @inheritdoc IHedger
    function lastReport(IReactor reactor) external view returns (ReactorReport memory report, uint40 readAt) {
        return (_venues[reactor].unpack(SCALE), _venues[reactor].readAt);
    }

    // For this contract, so that one venue's order is undone as a whole

    /// @notice Carries out one instruction and reverts unless it kept its bounds. Called by this contract only.
    function execute(Instruction memory order)
        external
        returns (ReactorReport memory afterwards, int256 moved, int256 cash)
    {
        require(msg.sender == address(this), NotSelf(msg.sender));
        return _execute(order);
    }

    // Deciding

    /// @dev Rule and size. No rule without a mark, or when nothing could be traded.
    function _assess(MarketId market) private view returns (Assessment memory a) {
        a = _load(market);
        if (Wad.unwrap(a.mark) == 0 || Wad.unwrap(a.params.maxOrder) == 0) return a;

        PolicyInput memory x;
        (BookValue memory atMark, BookValue memory atAverage) = MARKET.bookValue(market);
        x.params = a.params;
        x.mark = a.mark;
        x.equity = VAULT.equity().toWad(SCALE);
        (x.deltaAtMark, x.deltaAtAverage, x.gamma) = (atMark.delta, atAverage.delta, atMark.gamma);
        x.hedges = _exposure(a.venues);
        x.timestamp = uint40(block.timestamp);
        (x.lastFillAt, x.forceSeenAt, x.forceLong) = (a.usage.lastFillAt, a.usage.forceSeenAt, a.usage.forceLong);
        PolicyDecision memory d = policy.decide(x);

        a.net = SignedWad.unwrap(atMark.delta + x.hedges);
        a.size = _capped(a, HedgeRules.towardsZero(a.net, SignedWad.unwrap(d.size)));
        a.rule = a.size == 0 ? RULE_NONE : d.rule;
        a.noted = d.forceSeenAt != x.forceSeenAt;
        (a.usage.forceSeenAt, a.usage.forceLong) = (d.forceSeenAt, d.forceLong);
    }

    /// @dev The part of a size that caps and venues allow; zero below the least order.
    function _capped(Assessment memory a, int256 size) private view returns (int256) {
        (uint256 inBlock, uint256 today) = a.usage.left(a.params, block.number, block.timestamp);
        uint256 room;
        for (uint256 i; i < a.venues.length; ++i) {
            room += _room(a.venues[i], size > 0);
        }
        uint256 most = Math.min(Math.min(Wad.unwrap(a.params.maxOrder), inBlock), Math.min(today, room));
        uint256 capped = Math.min(HedgeRules.magnitude(size), most);
        if (capped < Wad.unwrap(a.params.minOrder)) return 0;
        return HedgeRules.against(-size, capped);
    }

    /// @dev What a venue could take in a direction; one that is leaving only what brings it to zero.
    function _room(Venue memory v, bool up) private pure returns (uint256) {
        if (!v.answered) return 0;
        uint256 room = Wad.unwrap(up ? v.report.capacityUp : v.report.capacityDown);
        if (!v.stored.leaving) return room;
        int256 exposure = HedgeChecks.exposure(v.report);
        return up == (exposure < 0) ? Math.min(room, HedgeRules.magnitude(exposure)) : 0;
    }

    // Trading

    /// @dev Works the order through the venues in their order, and stores what came of it.
    function _trade(MarketId market, Assessment memory a) private returns (int256 total) {
        for (uint256 i; i < a.venues.length; ++i) {
            int256 rest = a.size - total;
            uint256 amount = Math.min(HedgeRules.magnitude(rest), _room(a.venues[i], rest > 0));
            if (amount < Wad.unwrap(a.params.minOrder)) continue;
            (int256 moved, int256 cash) = _order(market, a, i, HedgeRules.against(-rest, amount));
            if (moved == 0) continue;
            emit Rebalanced(
                market,
                a.venues[i].reactor,
                a.rule,
                SignedWad.wrap(a.net + total),
                SignedWad.wrap(a.net + total + moved),
                SignedWad.wrap(moved),
                SignedAssets.wrap(cash)
            );
            total += moved;
        }
        if (total != 0) {
            a.usage.spend(HedgeRules.magnitude(total), block.number, block.timestamp);
            if (a.rule != RULE_RAISE) a.usage.lastFillAt = uint40(block.timestamp);
            if (a.rule == RULE_FORCE) a.usage.forceSeenAt = 0;
        }
        _markets[market].usage = a.usage;
        _write(market, a.venues);
    }

    /// @dev One order at one venue, funded as far as the vault's free cash goes.
    function _order(MarketId market, Assessment memory a, uint256 i, int256 amount)
        private
        returns (int256 moved, int256 cash)
    {
        Venue memory v = a.venues[i];
        Wad slippage = a.params.maxSlippage;
        uint256 needed = _cashFor(v.reactor, amount, a.mark, slippage);
        uint256 had = _fund(needed);
        if (had < needed) amount = amount * int256(had) / int256(needed);
        if (HedgeRules.magnitude(amount) < Wad.unwrap(a.params.minOrder)) return (0, 0);
        return _instruct(
            market,
            v,
            Instruction({
                reactor: v.reactor,
                before: v.report,
                selector: IReactor.hedge.selector,
                first: uint256(amount),
                second: Wad.unwrap(a.mark),
                third: Wad.unwrap(slippage),
                cash: had,
                asked: amount,
                mark: a.mark,
                maxSlippage: slippage
            })
        );
    }

    /// @dev The same call to every venue; one that fails is reported.
    function _callAll(MarketId market, bytes memory call) private {
        IReactor[] memory list = _markets[market].reactors;
        for (uint256 i; i < list.length; ++i) {
            _needGas(SYNC_GAS);
            (bool ok,, bytes memory reason) = LibCall.tryCall(address(list[i]), 0, SYNC_GAS, MAX_COPY, call);
            if (!ok) emit ReactorFailed(market, list[i], reason);
        }
    }

    /// @dev Lets this contract call itself so that a venue's failure undoes its order and nothing else.
    function _instruct(MarketId market, Venue memory v, Instruction memory order)
        private
        returns (int256 moved, int256 cash)
    {
        _needGas(ORDER_GAS);
        (bool ok,, bytes memory result) =
            LibCall.tryCall(address(this), 0, ORDER_GAS, MAX_COPY, abi.encodeCall(this.execute, (order)));
        if (!ok) {
            emit ReactorFailed(market, v.reactor, result);
            return (0, 0);
        }
        (v.report, moved, cash) = abi.decode(result, (ReactorReport, int256, int256));
    }

    function _execute(Instruction memory order)
        private
        returns (ReactorReport memory afterwards, int256 moved, int256 cash)
    {
        uint256 before = ASSET.balanceOf(address(this));
        if (order.cash != 0) ASSET.safeTransfer(address(order.reactor), order.cash);
        bytes memory call = abi.encodeWithSelector(order.selector, order.first, order.second, order.third);
        (bool ok,, bytes memory result) = LibCall.tryCall(address(order.reactor), 0, gasleft(), MAX_COPY, call);
        if (!ok) LibCall.bubbleUpRevert(result);

        cash = int256(ASSET.balanceOf(address(this))) - int256(before);
        (ok, afterwards,) = _report(order.reactor, order.mark, order.maxSlippage);
        require(ok, ReactorUnreadable(order.reactor));
        moved = HedgeChecks.verify(order.before, afterwards, cash, order.asked, order.mark, order.maxSlippage, SCALE);
    }

    // Money

    /// @dev What of `needed` is here after asking the vault; what its free cash allows when that is less.
    function _fund(uint256 needed) private returns (uint256) {
        uint256 had = ASSET.balanceOf(address(this));
        if (had >= needed) return needed;
        try VAULT.fund(Assets.wrap(needed - had)) {}
        catch (bytes memory reason) {
            // InsufficientFreeCash(free, needed) says how much there is
            if (reason.length == 68 && bytes4(reason) == IVault.InsufficientFreeCash.selector) {
                uint256 free = uint256(LibBytes.load(reason, 4));
                if (free != 0) VAULT.fund(Assets.wrap(free));
            }
        }
        return Math.min(ASSET.balanceOf(address(this)), needed);
    }

    function _repay() private returns (Assets) {
        uint256 balance = ASSET.balanceOf(address(this));
        if (balance != 0) VAULT.repay(Assets.wrap(balance));
        return Assets.wrap(balance);
    }

    // Reading venues

    /// @dev A market's parameters and its venues, which are read only when there is a mark.
    function _load(MarketId market) private view returns (Assessment memory a) {
        MarketHedges storage m = _markets[market];
        a.params = hedgeParams(market);
        a.usage = m.usage;
        a.mark = SPOT_ORACLE.read(market).mark;
        if (Wad.unwrap(a.mark) == 0) return a;

        a.venues = new Venue[](m.reactors.length);
        for (uint256 i; i < a.venues.length; ++i) {
            Venue memory v = a.venues[i];
            v.reactor = m.reactors[i];
            v.stored = _venues[v.reactor];
            (v.answered, v.report, v.reason) = _report(v.reactor, a.mark, a.params.maxSlippage);
            if (!v.answered) v.report = v.stored.unpack(SCALE);
        }
    }

    function _report(IReactor reactor, Wad mark, Wad maxSlippage)
        private
        view
        returns (bool ok, ReactorReport memory report, bytes memory answer)
    {
        (ok, answer) = _ask(reactor, abi.encodeCall(IReactor.report, (mark, maxSlippage)), 160);
        if (!ok) return (ok, report, answer);
        report = abi.decode(answer, (ReactorReport));
        ok = HedgeChecks.sane(report);
    }

    /// @dev What an order needs; nothing asked beyond its notional and slippage is given.
    function _cashFor(IReactor reactor, int256 amount, Wad mark, Wad slippage) private view returns (uint256) {
        (bool ok, bytes memory answer) =
            _ask(reactor, abi.encodeCall(IReactor.cashFor, (SignedWad.wrap(amount), mark, slippage)), 32);
        if (!ok) return 0;
        uint256 most =
            HedgeChecks.notionalUp(HedgeRules.magnitude(amount), mark, Wad.wrap(WAD + Wad.unwrap(slippage)), SCALE);
        return Math.min(abi.decode(answer, (uint256)), most + HedgeChecks.ROUNDING);
    }

    function _ask(IReactor reactor, bytes memory call, uint256 length)
        private
        view
        returns (bool ok, bytes memory answer)
    {
        _needGas(READ_GAS);
        (ok,, answer) = LibCall.tryStaticCall(address(reactor), READ_GAS, MAX_COPY, call);
        ok = ok && answer.length >= length;
    }

    /// @dev A call is given 63/64 of what is left at most: with less than that here, its failure would be the caller's.
    function _needGas(uint256 needed) private view {
        uint256 left = gasleft();
        require(left - left / 64 > needed + 10_000, NotEnoughGas(left, needed));
    }

    // Writing

    /// @dev Reads the venues once more and stores what they say; nothing without a mark.
    function _refresh(MarketId market) private {
        Assessment memory a = _load(market);
        if (Wad.unwrap(a.mark) != 0) _write(market, a.venues);
        _repay();
    }

    /// @dev Stores what was read and their sum, and reports who did not answer. `syncedAt` is that of the stalest venue that
    /// holds anything.
    function _write(MarketId market, Venue[] memory venues) private {
        HedgePosition memory sum;
        sum.syncedAt = uint40(block.timestamp);
        for (uint256 i; i < venues.length; ++i) {
            Venue memory v = venues[i];
            ReactorReport memory r = v.report;
            if (v.answered) {
                v.stored.readAt = uint40(block.timestamp);
                v.stored.delta = HedgeStore.storedDelta(r.delta);
                v.stored.inFlight = HedgeStore.storedDelta(r.inFlight);
                v.stored.equity = HedgeStore.storedEquity(r.equity, SCALE);
                _venues[v.reactor] = v.stored;
                sum.capacityUp = sum.capacityUp + Wad.wrap(_room(v, true));
                sum.capacityDown = sum.capacityDown + Wad.wrap(_room(v, false));
            } else {
                emit ReactorFailed(market, v.reactor, v.reason);
                if (!HedgeChecks.empty(r) && v.stored.readAt < sum.syncedAt) sum.syncedAt = v.stored.readAt;
            }
            sum.delta = sum.delta + r.delta;
            sum.equity = sum.equity + r.equity;
        }
        _markets[market].position = sum.pack(SCALE);
        MARKET.takeBacking(market);
        emit Synced(market, sum.delta, sum.equity, sum.capacityUp, sum.capacityDown);
    }

    function _setPaused(bool paused) private {
        _paused = paused;
        emit RebalancingPaused(paused);
    }

    function _setParams(MarketId market, HedgeParams memory p) private {
        policy.check(p);
        _markets[market].params = p.pack();
        emit HedgeParamsSet(market, p);
    }

    function _needKnown(MarketId market, IReactor reactor) private view {
        require(_venues[reactor].market == MarketId.unwrap(market), UnknownReactor(market, reactor));
    }

    /// @dev Keeps the order of the others.
    function _drop(MarketId market, IReactor reactor) private {
        delete _venues[reactor];
        IReactor[] storage list = _markets[market].reactors;
        uint256 kept;
        for (uint256 i; i < list.length; ++i) {
            if (address(list[i]) != address(reactor)) list[kept++] = list[i];
        }
        list.pop();
    }

    function _exposure(Venue[] memory venues) private pure returns (SignedWad) {
        int256 sum;
        for (uint256 i; i < venues.length; ++i) {
            sum += HedgeChecks.exposure(venues[i].report);
        }
        return SignedWad.wrap(sum);
    }
}
