// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ExactTransfer} from "../clearing/ExactTransfer.sol";
import {SettlementMath} from "../clearing/SettlementMath.sol";
import {IClearing, Settlement} from "../interfaces/IClearing.sol";
import {DelayedConfig, DelayedOrder, DelayedTerms, IDelayedOrders} from "../interfaces/IDelayedOrders.sol";
import {IMarket, Order, Quote} from "../interfaces/IMarket.sol";
import {Leg} from "../interfaces/IPricer.sol";
import {ISignedFeed, PriceReport} from "../interfaces/ISignedFeed.sol";
import {AggregatorV3} from "../oracle/AggregatorV3.sol";
import {SpotLimits} from "../oracle/SpotLimits.sol";
import {AssetScale, Assets, NO_ASSETS, SignedAssets, assetScale} from "../types/Assets.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize, Size} from "../types/Size.sol";

/// @title DelayedOrders
/// @notice
/// Waiting. An order is priced at a second that lies `delay` ahead when it is asked for, so nobody knows its price. Its
/// trader has paid all it may cost and can neither take it back nor let it lapse: no deadline ends within the window.
///
/// Executing. By anyone, once, at the price that was signed for that very second and no other. Signers that left the
/// second out, or a market that refuses, leave the order to its refund.
///
/// Price. To the spot oracle this is a feed. While an order executes it answers with that order's price. At any other time
/// it answers with the signed feed's latest round, told older than any market trades on: nothing else trades, and how
/// long there has been no price stays as it is.
///
/// Escrow. What an order leaves goes to its trader, its tip to whoever executed it, its proceeds and longs to its
/// recipient. Nobody else can be paid from here. Tokens and longs that came without an order stay here for good.
contract DelayedOrders is IDelayedOrders, AggregatorV3, AccessManaged, ReentrancyGuardTransient {
    using ExactTransfer for IERC20;
    using SafeERC20 for IERC20;

    /// @dev One slot.
    struct Head {
        uint64 requests;
        uint16 delay;
        uint16 window;
        uint128 leastTip;
    }

    uint256 private constant MAX_LEGS = 8; // the market's own; an order of more could only be refunded
    uint256 private constant MIN_DELAY = 1 seconds;
    uint256 private constant MAX_DELAY = 1 minutes;
    uint256 private constant MIN_WINDOW = 1 seconds;
    uint256 private constant MAX_WINDOW = 1 minutes; // at most a market's shortest `quickOutage`: no price here is ever none
    uint256 private constant MAX_LEAST_TIP = 100; // whole collateral
    uint256 private constant CLOSED_AGE = SpotLimits.MAX_QUICK_AGE + 1;
    uint80 private constant OPEN_ROUND = 1 << 64 | 1; // of no feed: that price may be of no round

    /// @inheritdoc AggregatorV3
    uint8 public immutable override decimals;
    /// @inheritdoc IDelayedOrders
    IMarket public immutable market;
    /// @inheritdoc IDelayedOrders
    ISignedFeed public immutable feed;
    MarketId private immutable _id;
    IClearing private immutable _clearing;
    IERC20 private immutable _token;
    AssetScale private immutable _scale;

    Head private _head;
    /// @inheritdoc IDelayedOrders
    mapping(uint256 id => bytes32) public commitmentOf;
    int256 private transient _answer;
    uint256 private transient _signedAt; // zero: closed

    constructor(DelayedConfig memory config) AccessManaged(config.authority) {
        (market, feed, _id) = (config.market, config.feed, config.id);
        decimals = AggregatorV3(address(config.feed)).decimals();
        _clearing = config.market.clearing();
        _token = IERC20(_clearing.asset());
        _scale = assetScale(IERC20Metadata(address(_token)).decimals());
        _setTerms(config.terms);

        // Clearing pulls from whoever trades; a trade of this contract is checked to have cost no more than its limit
        _token.forceApprove(address(_clearing), type(uint256).max);
    }

    // For anyone

    /// @inheritdoc IDelayedOrders
    function request(Order calldata order, Assets tip) external nonReentrant returns (uint256 id) {
        Head memory head = _head;
        uint256 count = order.legs.length;
        require(order.market == _id, OtherMarket(order.market, _id));
        require(count != 0, IMarket.NoLegs());
        require(count <= MAX_LEGS, IMarket.TooManyLegs(count, MAX_LEGS));
        require(tip >= Assets.wrap(head.leastTip), TipTooLow(tip, Assets.wrap(head.leastTip)));
        address recipient = order.recipient;
        require(recipient != address(0) && recipient != address(this), RecipientNotAllowed(recipient));
        uint40 pricedAt = uint40(block.timestamp + head.delay);
        uint40 expiresAt = pricedAt + head.window;
        require(order.deadline >= expiresAt, DeadlineTooSoon(order.deadline, expiresAt));
        DelayedOrder memory delayed = DelayedOrder(msg.sender, pricedAt, expiresAt, tip, order);

        id = ++head.requests;
        _head = head;
        commitmentOf[id] = keccak256(abi.encode(delayed));
        emit Requested(id, msg.sender, delayed);

        Assets cash = _limitOf(order) + tip;
        if (cash != NO_ASSETS) _token.pullExactly(msg.sender, cash);
        for (uint256 l = 0; l < count; ++l) {
            (uint256 series, uint256 sold) = _soldBy(order.legs[l]);
            if (sold != 0) IERC6909(address(_clearing)).transferFrom(msg.sender, address(this), series, sold);
        }
    }

    /// @inheritdoc IDelayedOrders
    function execute(
        uint256 id,
        DelayedOrder calldata delayed,
        PriceReport calldata report,
        address[] calldata signers,
        bytes[] calldata signatures
    ) external nonReentrant returns (SignedAssets netCash) {
        require(report.signedAt == delayed.pricedAt, PriceOfAnotherSecond(report.signedAt, delayed.pricedAt));
        require(block.timestamp <= delayed.expiresAt, OrderExpired(delayed.expiresAt, block.timestamp));

        _take(id, delayed);
        _checkSigned(report, signers, signatures);
        Assets left;
        (netCash, left) = _trade(delayed.order, report);
        emit Executed(id, delayed.trader, msg.sender, report.answer, netCash, left);

        if (left != NO_ASSETS) _token.payExactly(delayed.trader, left);
        if (delayed.tip != NO_ASSETS) _token.payExactly(msg.sender, delayed.tip);
    }

    /// @inheritdoc IDelayedOrders
    function refund(uint256 id, DelayedOrder calldata delayed) external nonReentrant {
        require(block.timestamp > delayed.expiresAt, OrderNotExpired(delayed.expiresAt, block.timestamp));

        _take(id, delayed);
        Assets cash = _limitOf(delayed.order) + delayed.tip;
        for (uint256 l = 0; l < delayed.order.legs.length; ++l) {
            cash = cash + _returnLongs(delayed.order.legs[l], delayed.trader);
        }
        emit Refunded(id, delayed.trader, cash);

        if (cash != NO_ASSETS) _token.payExactly(delayed.trader, cash);
    }

    /// @inheritdoc IDelayedOrders
    function quoteAt(Leg[] calldata legs, PriceReport calldata report)
        external
        nonReentrant
        returns (Quote memory quoted)
    {
        (_answer, _signedAt) = (report.answer, report.signedAt);
        quoted = market.quote(_id, legs);
        _signedAt = 0;
    }

    // Governed

    /// @inheritdoc IDelayedOrders
    function setTerms(DelayedTerms calldata terms_) external restricted {
        _setTerms(terms_);
    }

    // Views

    /// @inheritdoc AggregatorV3
    /// @dev The price of the order that executes; or the feed's latest, too old to trade on and no older than it is.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint256 signedAt = _signedAt;
        if (signedAt != 0) return (OPEN_ROUND, _answer, signedAt, signedAt, OPEN_ROUND);

        (roundId, answer,, updatedAt, answeredInRound) = AggregatorV3(address(feed)).latestRoundData();
        updatedAt = Math.min(updatedAt, block.timestamp - CLOSED_AGE);
        startedAt = updatedAt;
    }

    /// @inheritdoc AggregatorV3
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        return AggregatorV3(address(feed)).getRoundData(roundId);
    }

    /// @inheritdoc IDelayedOrders
    function terms() external view returns (DelayedTerms memory) {
        return DelayedTerms(_head.delay, _head.window, _head.leastTip);
    }

    /// @inheritdoc IDelayedOrders
    function requests() external view returns (uint256) {
        return _head.requests;
    }

    /// @inheritdoc IDelayedOrders
    function hashOf(DelayedOrder calldata delayed) public pure returns (bytes32) {
        return keccak256(abi.encode(delayed));
    }

    // Internals

    /// @dev Ends the waiting of an order, before anything is paid for it.
    function _take(uint256 id, DelayedOrder calldata delayed) private {
        require(commitmentOf[id] == hashOf(delayed), NotWaiting(id));
        delete commitmentOf[id];
    }

    /// @dev Makes a report that is new to the feed its latest round, so that an execution counts as a sign of life. One that the
    /// feed passes over, or would refuse for its age, has its signatures checked alone.
    function _checkSigned(PriceReport calldata report, address[] calldata signers, bytes[] calldata signatures)
        private
    {
        bool stored =
            block.timestamp <= report.signedAt + feed.freshness() && feed.relay(report, signers, signatures);
        if (!stored) feed.verify(report, signers, signatures);
    }

    /// @return netCash as the market gives it
    /// @return left of the limit, by what the trade took from here
    function _trade(Order calldata order, PriceReport calldata report)
        private
        returns (SignedAssets netCash, Assets left)
    {
        Assets limit = _limitOf(order);
        uint256 before = _token.balanceOf(address(this));

        (_answer, _signedAt) = (report.answer, report.signedAt);
        netCash = market.trade(order);
        _signedAt = 0;

        Assets paid = Assets.wrap(Math.saturatingSub(before, _token.balanceOf(address(this))));
        require(paid <= limit, PaidBeyondLimit(paid, limit));
        left = limit - paid;
    }

    /// @dev Longs of a settled series are cash, and anybody may have redeemed them for this contract.
    /// @return cash in their place
    function _returnLongs(Leg calldata leg, address trader) private returns (Assets cash) {
        (uint256 series, uint256 sold) = _soldBy(leg);
        if (sold == 0) return cash;
        IERC6909 longs = IERC6909(address(_clearing));
        Settlement memory settled = _clearing.settlement(leg.series);
        if (!settled.settled) {
            longs.transfer(trader, series, sold);
            return cash;
        }
        if (longs.balanceOf(address(this), series) != 0) _clearing.redeemFor(leg.series, address(this));
        return SettlementMath.redeemed(Size.wrap(sold), settled.payoff, settled.scale, _scale);
    }

    function _setTerms(DelayedTerms memory t) private {
        _within("delay", t.delay, MIN_DELAY, MAX_DELAY);
        _within("window", t.window, MIN_WINDOW, MAX_WINDOW);
        uint256 unit = 1e18 / AssetScale.unwrap(_scale);
        _within("leastTip", t.leastTip, 0, MAX_LEAST_TIP * unit);

        (_head.delay, _head.window, _head.leastTip) = (t.delay, t.window, t.leastTip);
        emit TermsSet(t);
    }

    /// @dev The most that an order pays.
    function _limitOf(Order calldata order) private pure returns (Assets) {
        int256 limit = SignedAssets.unwrap(order.limit);
        return limit > 0 ? Assets.wrap(uint256(limit)) : NO_ASSETS;
    }

    /// @return series as its longs' id
    /// @return sold zero where the leg buys
    function _soldBy(Leg calldata leg) private pure returns (uint256 series, uint256 sold) {
        series = SeriesId.unwrap(leg.series);
        int256 size = SignedSize.unwrap(leg.size);
        if (size < 0) sold = uint256(-size);
    }

    function _within(bytes32 what, uint256 value, uint256 least, uint256 most) private pure {
        require(value >= least && value <= most, OutOfBounds(what, value, least, most));
    }
}
