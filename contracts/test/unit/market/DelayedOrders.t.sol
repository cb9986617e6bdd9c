// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {DelayedConfig, DelayedOrder, DelayedTerms, IDelayedOrders} from "../../../src/interfaces/IDelayedOrders.sol";
import {IMarket, Order, PAUSE_NONE, PAUSE_TRADING, Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {ISignedFeed, PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {ISignerSet} from "../../../src/interfaces/ISignerSet.sol";
import {ORACLE_ATTACH, ORACLE_REDUCE_ONLY, OracleMode} from "../../../src/interfaces/ISpotOracle.sol";
import {DelayedOrders} from "../../../src/market/DelayedOrders.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {MarketId, SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {DelayedBase} from "./DelayedBase.sol";

/// @notice Behaviour.
/// request
/// ├── takes a positive limit, the tip and the longs it sells, and keeps a hash
/// ├── given no allowance for tokens, or for longs: reverts, and takes nothing
/// └── when of another market, without legs, of too many, tipped too little, due before it expires, or to nobody: reverts
/// execute
/// ├── given the report of its second, by anyone: the very price a signed feed would give; longs and proceeds to the
/// │   recipient, what is left to the trader, the tip to whoever executed
/// ├── given newer rounds, or a report too old to relay: the price of its second all the same
/// ├── given no report of its second, or a market that refuses: reverts, and waits on
/// ├── when told otherwise than asked, done before, or expired: reverts
/// └── when the report is of another second, of the future, or signed by too few: reverts
/// refund
/// ├── when it may still execute: reverts
/// ├── gives all of it back, once
/// └── given a series that was settled, and redeemed by somebody else: its payoff
/// as a feed
/// ├── given an order that executes: its price
/// └── otherwise: nothing trades until an outage, counted from the signed feed's rounds
contract DelayedOrdersTest is DelayedBase {
    int256 private constant SIZE = 1e18;
    int256 private constant LIMIT = 400e6; // a call at the money of 15 days at 60 % costs some 120

    // request

    function test_TakesWhatItMayCost() public {
        Order memory order = _order(tara, _leg(call, SIZE), LIMIT);
        DelayedOrder memory delayed = _delayed(tara, order, TIP);
        uint256 before = usdc.balanceOf(tara);
        vm.expectEmit(address(queue));
        emit IDelayedOrders.Requested(1, tara, delayed);
        _request(tara, order, TIP);
        assertEq(usdc.balanceOf(tara), before - uint256(LIMIT) - TIP, "the limit and the tip");
        assertEq(usdc.balanceOf(address(queue)), uint256(LIMIT) + TIP, "lie in escrow");
        assertEq(queue.requests(), 1, "the first");
        assertEq(queue.commitmentOf(1), queue.hashOf(delayed), "kept as a hash");
    }

    function test_TakesTheLongsItSells() public {
        uint256 before = usdc.balanceOf(theo);
        _request(theo, _legs(call, -SIZE, put, -2 * SIZE), -1);
        assertEq(_longsOf(theo, call), 2e18, "one of three");
        assertEq(_longsOf(address(queue), call), 1e18, "lies in escrow");
        assertEq(_longsOf(address(queue), put), 2e18, "with the puts");
        assertEq(usdc.balanceOf(theo), before - TIP, "and only the tip");
    }

    function test_TwiceTheSameAreTwo() public {
        (uint256 first, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        (uint256 second,) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY);
        _execute(first, delayed, SPOT);
        _execute(second, delayed, SPOT);
        assertEq(_longsOf(tara, call), 2e18, "each traded");
    }

    function test_RevertGiven_NoAllowance() public {
        vm.prank(tara);
        usdc.approve(address(queue), uint256(LIMIT) + TIP - 1);
        Order memory order = _order(tara, _leg(call, SIZE), LIMIT);
        vm.expectRevert();
        vm.prank(tara);
        queue.request(order, Assets.wrap(TIP));

        vm.prank(theo);
        clearing.setOperator(address(queue), false);
        order = _order(theo, _leg(call, -SIZE), 0);
        vm.expectRevert();
        vm.prank(theo);
        queue.request(order, Assets.wrap(TIP));
        assertEq(queue.requests(), 0, "none waits");
        vm.prank(theo);
        clearing.approve(address(queue), SeriesId.unwrap(call), 1e18);
        _request(theo, order, TIP);
    }

    function test_RevertWhen_TheOrderIsGarbage() public {
        Leg[] memory legs = _leg(call, SIZE);
        Order memory order = _order(tara, legs, LIMIT);
        order.market = MarketId.wrap(2);
        _refuseRequest(
            tara, order, TIP, abi.encodeWithSelector(IDelayedOrders.OtherMarket.selector, MarketId.wrap(2), ETH)
        );
        order = _order(tara, new Leg[](0), LIMIT);
        _refuseRequest(tara, order, TIP, abi.encodeWithSelector(IMarket.NoLegs.selector));
        order = _order(tara, new Leg[](9), LIMIT);
        _refuseRequest(tara, order, TIP, abi.encodeWithSelector(IMarket.TooManyLegs.selector, 9, 8));
        order = _order(tara, legs, LIMIT);
        _refuseRequest(
            tara,
            order,
            LEAST_TIP - 1,
            abi.encodeWithSelector(IDelayedOrders.TipTooLow.selector, LEAST_TIP - 1, LEAST_TIP)
        );
        order.recipient = address(0);
        bytes4 refused = IDelayedOrders.RecipientNotAllowed.selector;
        _refuseRequest(tara, order, TIP, abi.encodeWithSelector(refused, address(0)));
        order.recipient = address(queue);
        _refuseRequest(tara, order, TIP, abi.encodeWithSelector(refused, address(queue)));
    }

    /// @dev Whoever could let it lapse had an option.
    function testFuzz_RevertWhen_ItsDeadlineIsWithinTheWindow(uint40 deadline) public {
        uint40 earliest = uint40(vm.getBlockTimestamp()) + DELAY + ORDER_WINDOW;
        deadline = uint40(bound(deadline, 0, earliest - 1));
        Order memory order = _order(tara, _leg(call, SIZE), LIMIT);
        order.deadline = deadline;
        _refuseRequest(
            tara, order, TIP, abi.encodeWithSelector(IDelayedOrders.DeadlineTooSoon.selector, deadline, earliest)
        );
    }

    // execute

    function test_BuysAtThePriceOfItsSecond() public {
        uint256 before = usdc.balanceOf(tara);
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY);
        int256 cost = _costAt(tara, delayed.order.legs, 2_511e18);
        assertEq(_execute(id, delayed, 2_511e18), cost, "as a signed feed alone would price it");
        assertEq(usdc.balanceOf(tara), before - uint256(cost) - TIP, "the rest of the limit came back");
        assertEq(usdc.balanceOf(runner), TIP, "the tip went to whoever executed");
        assertEq(usdc.balanceOf(address(queue)), 0, "nothing is left");
        assertEq(_longsOf(tara, call), 1e18, "the option is the recipient's");
        assertEq(queue.commitmentOf(id), bytes32(0), "and nothing waits");
        (, int256 answer,, uint256 updatedAt,) = signed.latestRoundData();
        assertEq(answer, 2_511e8, "its report is the feed's latest round");
        assertEq(updatedAt, delayed.pricedAt, "of its second");
        _isClosed(delayed.order.legs);
        _audit();
    }

    function test_SellsAtThePriceOfItsSecond() public {
        Order memory order = _order(theo, _legs(call, -SIZE, put, -SIZE), -100e6);
        order.recipient = tara;
        (uint256 id, DelayedOrder memory delayed) = _request(theo, order, TIP);
        skip(DELAY);
        uint256 before = usdc.balanceOf(tara);
        int256 proceeds = -_costAtOfEscrowed(delayed.order.legs, 2_490e18);
        assertEq(_execute(id, delayed, 2_490e18), -proceeds, "as a signed feed alone would price it");
        assertEq(usdc.balanceOf(tara), before + uint256(proceeds), "to the recipient");
        assertEq(usdc.balanceOf(runner), TIP, "and the tip");
    }

    function testFuzz_EveryUnitIsPaidReturnedOrATip(uint256 price_, uint256 tip, uint256 size, uint256 slack) public {
        price_ = bound(price_, 2_480e8, 2_520e8) * 1e10;
        tip = bound(tip, LEAST_TIP, 1_000e6);
        Leg[] memory legs = _leg(call, int256(bound(size, 10, 2_000) * 1e15));
        uint256 cost = _costLater(legs, price_);
        uint256 limit = cost + bound(slack, 0, 500e6);
        uint256 before = usdc.balanceOf(tara);
        uint256 cleared = usdc.balanceOf(address(clearing));

        (uint256 id, DelayedOrder memory delayed) = _request(tara, _order(tara, legs, int256(limit)), tip);
        assertEq(before - usdc.balanceOf(tara), limit + tip, "INV-DLY-01: in");
        skip(DELAY);
        assertEq(_execute(id, delayed, price_), int256(cost), "one report, one price");

        assertEq(usdc.balanceOf(address(clearing)) - cleared, cost, "INV-DLY-01: paid");
        assertEq(before - usdc.balanceOf(tara), cost + tip, "INV-DLY-01: the rest returned");
        assertEq(usdc.balanceOf(runner), tip, "INV-DLY-01: tipped");
        assertEq(usdc.balanceOf(address(queue)), 0, "INV-DLY-01: nothing left");
    }

    function test_AnOlderReportThanTheFeedsIsItsPriceAllTheSame() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY + 1);
        int256 cost = _costAt(tara, delayed.order.legs, 2_505e18); // of the same second: a quote ages
        _relay(2_515e18);
        assertEq(_execute(id, delayed, 2_505e18), cost, "at its own second's price");
        (, int256 answer,,,) = signed.latestRoundData();
        assertEq(answer, 2_515e8, "the feed keeps the newer");
    }

    function test_AReportTooOldToRelayServes() public {
        vm.prank(address(keel));
        signed.setFreshness(1);
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY + 3);
        (uint80 round,,,,) = signed.latestRoundData();
        _execute(id, delayed, 2_505e18);
        (uint80 latest,,,,) = signed.latestRoundData();
        assertEq(latest, round, "and is not relayed");
        assertEq(_longsOf(tara, call), 1e18, "traded");
    }

    function testFuzz_RevertWhen_TheReportIsOfAnotherSecond(uint40 at) public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY + 1);
        at = uint40(bound(at, delayed.pricedAt - DELAY, delayed.pricedAt + 1));
        if (at == delayed.pricedAt) ++at;
        _refuse(
            id,
            delayed,
            _report(SPOT, at),
            abi.encodeWithSelector(IDelayedOrders.PriceOfAnotherSecond.selector, at, delayed.pricedAt)
        );
    }

    function test_RevertWhen_ItsSecondHasNotCome() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY - 1);
        _refuse(
            id,
            delayed,
            _report(SPOT, delayed.pricedAt),
            abi.encodeWithSelector(ISignedFeed.ReportFromFuture.selector, delayed.pricedAt, vm.getBlockTimestamp())
        );
    }

    function testFuzz_RevertWhen_TooFewSigned(bool newer) public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY + 1);
        if (newer) _relay(SPOT); // the feed then looks at no signature of an older one
        PriceReport memory report = _report(2_400e18, delayed.pricedAt);
        (address[] memory who, bytes[] memory signatures) = _sign(report, 1);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.TooFewSignatures.selector, 1, 2));
        queue.execute(id, delayed, report, who, signatures);
        (who, signatures) = _sign(_report(SPOT, delayed.pricedAt), 2);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        queue.execute(id, delayed, report, who, signatures);
    }

    function test_RevertWhen_DoneBefore() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        _request(tara, _leg(call, SIZE), LIMIT); // somebody else's escrow to be had
        skip(DELAY);
        _execute(id, delayed, SPOT);
        PriceReport memory report = _report(SPOT, delayed.pricedAt);
        (address[] memory who, bytes[] memory signatures) = _sign(report, 2);
        bytes memory done = abi.encodeWithSelector(IDelayedOrders.NotWaiting.selector, id);
        vm.expectRevert(done);
        queue.execute(id, delayed, report, who, signatures);
        skip(ORDER_WINDOW + 1);
        vm.expectRevert(done);
        queue.refund(id, delayed);
    }

    function testFuzz_RevertWhen_ToldOtherwise(uint256 what) public {
        (uint256 id, DelayedOrder memory d) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY);
        what = bound(what, 0, 7);
        if (what == 0) d.trader = theo;
        if (what == 1) d.expiresAt += 1;
        if (what == 2) d.tip = d.tip + Assets.wrap(1);
        if (what == 3) d.order.limit = SignedAssets.wrap(LIMIT + 1);
        if (what == 4) d.order.recipient = theo;
        if (what == 5) d.order.legs[0].size = SignedSize.wrap(2 * SIZE);
        if (what == 6) d.order.deadline += 1;
        if (what == 7) id += 1;
        PriceReport memory report = _report(SPOT, d.pricedAt);
        (address[] memory who, bytes[] memory signatures) = _sign(report, 2);
        vm.expectRevert(abi.encodeWithSelector(IDelayedOrders.NotWaiting.selector, id));
        queue.execute(id, d, report, who, signatures);
        skip(ORDER_WINDOW + 2);
        vm.expectRevert(abi.encodeWithSelector(IDelayedOrders.NotWaiting.selector, id));
        queue.refund(id, d);
    }

    function test_AnOrderTheMarketRefusesWaitsOn() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        vm.prank(address(keel));
        market.pause(ETH, PAUSE_TRADING);
        skip(DELAY);
        PriceReport memory report = _report(SPOT, delayed.pricedAt);
        _refuse(id, delayed, report, abi.encodeWithSelector(IMarket.MarketPaused.selector, ETH, PAUSE_TRADING));
        vm.prank(address(keel));
        market.unpause(ETH, PAUSE_NONE);
        _executeWith(id, delayed, report);
        assertEq(_longsOf(tara, call), 1e18, "within its window it may yet");
    }

    function test_RevertWhen_ItCostsMoreThanItsLimit() public {
        Leg[] memory legs = _leg(call, SIZE);
        int256 cost = int256(_costLater(legs, SPOT));
        (uint256 id, DelayedOrder memory delayed) = _request(tara, legs, cost - 1);
        skip(DELAY);
        _refuse(
            id,
            delayed,
            _report(SPOT, delayed.pricedAt),
            abi.encodeWithSelector(IMarket.LimitExceeded.selector, cost, cost - 1)
        );
        skip(ORDER_WINDOW + 1);
        uint256 before = usdc.balanceOf(tara);
        queue.refund(id, delayed);
        assertEq(usdc.balanceOf(tara), before + uint256(cost - 1) + TIP, "whole, the tip included");
    }

    function test_RevertWhen_ThePriceLeftThePushedOne() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY);
        _refuse(
            id,
            delayed,
            _report(SPOT * 1016 / 1000, delayed.pricedAt),
            abi.encodeWithSelector(IMarket.SpotUnavailable.selector, ETH)
        );
    }

    function test_RevertWhen_ThePriceIsOlderThanTheMarketTakes() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY + QUICK_AGE + 1);
        PriceReport memory report = _report(SPOT, delayed.pricedAt);
        _refuse(id, delayed, report, abi.encodeWithSelector(IMarket.SpotUnavailable.selector, ETH));
        skip(ORDER_WINDOW - QUICK_AGE);
        _refuse(
            id,
            delayed,
            report,
            abi.encodeWithSelector(IDelayedOrders.OrderExpired.selector, delayed.expiresAt, vm.getBlockTimestamp())
        );
    }

    function test_AReplacedSignerSetPricesWhatWaits() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        address[] memory set = new address[](1);
        set[0] = signers[2].addr;
        vm.prank(address(keel));
        signed.setSigners(set, 1);
        skip(DELAY);
        PriceReport memory report = _report(SPOT, delayed.pricedAt);
        _refuse(id, delayed, report, abi.encodeWithSelector(ISignerSet.NotASigner.selector, signers[0].addr));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(signers[2].key, signed.digest(report));
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(r, s, v);
        queue.execute(id, delayed, report, set, signatures);
        assertEq(_longsOf(tara, call), 1e18, "by the new ones");
    }

    // refund

    function testFuzz_RevertWhen_ItMayStillExecute(uint256 later) public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(bound(later, 0, DELAY + ORDER_WINDOW));
        vm.expectRevert(
            abi.encodeWithSelector(IDelayedOrders.OrderNotExpired.selector, delayed.expiresAt, vm.getBlockTimestamp())
        );
        queue.refund(id, delayed);
    }

    function test_RefundsAllOfItOnce() public {
        uint256 before = usdc.balanceOf(theo);
        (uint256 id, DelayedOrder memory delayed) = _request(theo, _legs(call, -SIZE, put, SIZE), LIMIT);
        skip(DELAY + ORDER_WINDOW + 1);
        vm.expectEmit(address(queue));
        emit IDelayedOrders.Refunded(id, theo, Assets.wrap(uint256(LIMIT) + TIP));
        vm.prank(runner);
        queue.refund(id, delayed);
        assertEq(usdc.balanceOf(theo), before, "limit and tip");
        assertEq(_longsOf(theo, call), 3e18, "and longs");
        vm.expectRevert(abi.encodeWithSelector(IDelayedOrders.NotWaiting.selector, id));
        queue.refund(id, delayed);
    }

    /// @dev Anybody may redeem for anybody, this contract included, and the longs are gone then.
    function testFuzz_LongsThatWereSettledMeanwhileArePaidFor(bool redeemed, bool worthless) public {
        (uint256 id, DelayedOrder memory delayed) = _request(theo, _legs(call, -SIZE, put, -2 * SIZE), -100e6);
        _walkToExpiry(worthless ? 2_500e18 : 2_540e18);
        if (redeemed) {
            clearing.redeemFor(call, address(queue));
            clearing.redeemFor(put, address(queue));
        }
        uint256 before = usdc.balanceOf(theo);
        queue.refund(id, delayed);
        assertEq(
            usdc.balanceOf(theo) - before,
            TIP + _payoff(call) + 2 * _payoff(put),
            "the tip, and the payoff of a call and two puts"
        );
        assertEq(_longsOf(address(queue), call) + _longsOf(address(queue), put), 0, "no long is left");
        assertEq(usdc.balanceOf(address(queue)), 0, "nor anything else");
    }

    // As a feed

    function test_NothingElseTradesUntilAnOutage() public {
        Leg[] memory legs = _leg(call, SIZE);
        uint256 relayed = vm.getBlockTimestamp();
        _relay(SPOT);
        _isClosed(legs);
        skip(1);
        _isClosed(legs);
        vm.warp(relayed + QUICK_OUTAGE);
        _isClosed(legs);
        assertEq(OracleMode.unwrap(spotOracle.read(ETH).mode), OracleMode.unwrap(ORACLE_ATTACH), "attach");
        vm.warp(relayed + QUICK_OUTAGE + 1);
        assertEq(OracleMode.unwrap(spotOracle.read(ETH).mode), OracleMode.unwrap(ORACLE_REDUCE_ONLY), "an outage");
        spotOracle.observe(ETH);
        _trade(theo, _leg(call, -SIZE));
        _relay(SPOT);
        _isClosed(legs);
    }

    function testFuzz_ALateRoundIsToldAsItIsAndAYoungOneOlder(uint256 secs) public {
        uint256 at = vm.getBlockTimestamp();
        _relay(SPOT);
        skip(bound(secs, 0, 2 hours));
        uint256 age = vm.getBlockTimestamp() - at;
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = queue.latestRoundData();
        assertEq(answer, int256(SPOT / 1e10), "the latest round's answer");
        assertEq(updatedAt, age > 61 ? at : vm.getBlockTimestamp() - 61, "INV-DLY-02: never of the last minute");
        assertEq(startedAt, updatedAt, "at once");
        assertEq(answeredIn, id, "complete");
        (,,, uint256 signedAt,) = queue.getRoundData(id);
        assertEq(signedAt, at, "rounds are the feed's");
        assertEq(queue.decimals(), 8, "and its decimals");
    }

    function testFuzz_AQuoteIsWhatAnOrderThenCosts(uint256 price_) public {
        price_ = bound(price_, 2_480e8, 2_520e8) * 1e10;
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        skip(DELAY);
        PriceReport memory report = _report(price_, delayed.pricedAt);
        Quote memory quoted = queue.quoteAt(delayed.order.legs, report);
        _isClosed(delayed.order.legs);
        assertEq(_executeWith(id, delayed, report), SignedAssets.unwrap(quoted.netCash), "quoted == executed");
    }

    function test_RevertWhen_AQuoteHasNoPrice() public {
        Leg[] memory legs = _leg(call, SIZE);
        vm.expectRevert(abi.encodeWithSelector(IMarket.SpotUnavailable.selector, ETH));
        queue.quoteAt(legs, _report(SPOT, vm.getBlockTimestamp() - QUICK_AGE - 1));
        _isClosed(legs);
    }

    // Governed

    function test_RevertWhen_OutsideTheBox() public {
        vm.startPrank(address(keel));
        _outside(DelayedTerms(0, ORDER_WINDOW, 0), "delay", 0, 1, 60);
        _outside(DelayedTerms(61, ORDER_WINDOW, 0), "delay", 61, 1, 60);
        _outside(DelayedTerms(DELAY, 0, 0), "window", 0, 1, 60);
        _outside(DelayedTerms(DELAY, 61, 0), "window", 61, 1, 60);
        _outside(DelayedTerms(DELAY, ORDER_WINDOW, 100e6 + 1), "leastTip", 100e6 + 1, 0, 100e6);
        queue.setTerms(DelayedTerms(60, 60, 100e6));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, tara));
        vm.prank(tara);
        queue.setTerms(DelayedTerms(DELAY, ORDER_WINDOW, 0));
    }

    function test_NewTermsLeaveWhatWaitsAlone() public {
        (uint256 id, DelayedOrder memory delayed) = _request(tara, _leg(call, SIZE), LIMIT);
        vm.prank(address(keel));
        queue.setTerms(DelayedTerms(60, 60, 100e6));
        DelayedTerms memory t = queue.terms();
        assertEq(uint256(t.delay) + t.window + t.leastTip, 60 + 60 + 100e6, "set");
        assertEq(queue.requests(), 1, "and the count kept");
        skip(DELAY);
        _execute(id, delayed, SPOT);
        assertEq(_longsOf(tara, call), 1e18, "as asked");
    }

    function _outside(DelayedTerms memory t, bytes32 what, uint256 given, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(IDelayedOrders.OutOfBounds.selector, what, given, least, most));
        queue.setTerms(t);
    }

    /// @dev What a purchase costs at a price of `DELAY` later.
    function _costLater(Leg[] memory legs, uint256 price_) private returns (uint256 cost) {
        uint256 snapshot = vm.snapshotState();
        skip(DELAY);
        cost = uint256(_costAt(tara, legs, price_));
        vm.revertToState(snapshot);
    }

    /// @dev What the longs in escrow bring where theo still held them.
    function _costAtOfEscrowed(Leg[] memory legs, uint256 price_) private returns (int256 cash) {
        uint256 snapshot = vm.snapshotState();
        for (uint256 l = 0; l < legs.length; ++l) {
            vm.prank(address(queue));
            clearing.transfer(theo, SeriesId.unwrap(legs[l].series), uint256(-SignedSize.unwrap(legs[l].size)));
        }
        cash = _costAt(theo, legs, price_);
        vm.revertToState(snapshot);
    }

    function _walkToExpiry(uint256 last) private {
        while (vm.getBlockTimestamp() + 12 hours < expiry) {
            _walk(vm.getBlockTimestamp() + 12 hours, last);
        }
        _walk(expiry + 20 minutes, last);
        _prove(expiry);
        skip(2 hours);
        clearing.settle(call);
        clearing.settle(put);
    }
}
