// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {DelayedOrder, IDelayedOrders} from "../../../src/interfaces/IDelayedOrders.sol";
import {Order} from "../../../src/interfaces/IMarket.sol";
import {PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {FeeOnTransferToken, HookToken} from "../../utils/mocks/clearing/HostileTokens.sol";
import {MockCollateral} from "../../utils/mocks/clearing/MockCollateral.sol";
import {DelayedFixture} from "../../utils/mocks/market/DelayedFixture.sol";
import {ScriptedMarket} from "../../utils/mocks/market/ScriptedMarket.sol";

/// @notice Behaviour.
/// a collateral token
/// ├── when it takes a fee: no order can be asked for
/// └── when it calls back, while an order executes: nothing of the queue can be entered, and no price is there afterwards
/// a market
/// ├── when it takes more than the limit: reverts, and nobody else's escrow pays for it
/// ├── when it refuses: no price is left behind
/// └── when it takes less: the rest goes back
contract DelayedHostileTest is DelayedFixture {
    int256 private constant PRICE = 2000e8;
    uint256 private constant LIMIT = 100e6;
    uint256 private constant TIP = 1e6;

    function test_RevertGiven_ATokenThatTakesAFee() public {
        FeeOnTransferToken fee = new FeeOnTransferToken();
        fee.setCharging(false);
        _deployQueue(fee);
        fee.setCharging(true);
        Order memory order = _order(alice, call2000, 1e18, int256(LIMIT));
        vm.expectRevert(
            abi.encodeWithSelector(IClearing.UnexpectedTokenBehaviour.selector, LIMIT + TIP, LIMIT + TIP - 1)
        );
        vm.prank(alice);
        queue.request(order, Assets.wrap(TIP));
    }

    function testFuzz_ATokenThatCallsBackEntersNothing(uint256 which) public {
        HookToken hook = new HookToken();
        _deployQueue(hook);
        (uint256 first, DelayedOrder memory one) = _ask(alice, _order(alice, call2000, 1e18, int256(LIMIT)), TIP);
        (uint256 second, DelayedOrder memory other) = _ask(bob, _order(bob, call2000, 1e18, int256(LIMIT)), TIP);
        skip(DELAY);
        scripted.price(int256(LIMIT), false);
        which = bound(which, 0, 3);
        bytes memory entry = _execution(second, other, PRICE);
        if (which == 1) entry = abi.encodeCall(queue.refund, (first, one));
        if (which == 2) entry = abi.encodeCall(queue.request, (one.order, Assets.wrap(0)));
        if (which == 3) {
            entry = abi.encodeCall(queue.quoteAt, (one.order.legs, PriceReport(PRICE, uint40(vm.getBlockTimestamp()))));
        }
        hook.arm(address(queue), entry);
        _run(first, one);
        assertTrue(hook.called() && !hook.succeeded(), "tried in vain");
        assertEq(
            bytes4(hook.result()),
            ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector,
            "it was being executed"
        );
        assertEq(scripted.trades(), 1, "one traded");
        assertEq(token.balanceOf(address(queue)), LIMIT + TIP, "the other waits, covered");
        _isClosed("INV-DLY-02: closed again");
    }

    /// @dev The trade moves no cash here, so the first transfer is what is left of the limit.
    function test_NoPriceIsThereWhenTheRestIsPaid() public {
        HookToken hook = new HookToken();
        _deployQueue(hook);
        (uint256 id, DelayedOrder memory delayed) = _ask(alice, _order(alice, call2000, 1e18, int256(LIMIT)), TIP);
        skip(DELAY);
        scripted.price(0, false);
        hook.arm(address(queue), abi.encodeCall(queue.latestRoundData, ()));
        _run(id, delayed);
        assertTrue(hook.succeeded(), "it answers");
        (,,, uint256 updatedAt,) = abi.decode(hook.result(), (uint80, int256, uint256, uint256, uint80));
        assertEq(updatedAt, vm.getBlockTimestamp() - 61, "INV-DLY-02: as if nothing executed");
        assertEq(scripted.seenAnswer(), PRICE, "while the trade saw the price");
        assertEq(scripted.seenAt(), delayed.pricedAt, "of its second");
    }

    function testFuzz_RevertGiven_AMarketThatTakesMoreThanTheLimit(uint256 more) public {
        _deployQueue(new MockCollateral(6));
        (uint256 id, DelayedOrder memory delayed) = _ask(alice, _order(alice, call2000, 1e18, int256(LIMIT)), TIP);
        _ask(bob, _order(bob, call2000, 1e18, 1000e6), TIP);
        skip(DELAY);
        more = bound(more, 1, 1000e6 + 2 * TIP);
        scripted.price(int256(LIMIT + more), false);
        (bool ok, bytes memory result) = attempt(address(queue), _execution(id, delayed, PRICE));
        assertFalse(ok, "refused");
        assertEq(
            result,
            abi.encodeWithSelector(IDelayedOrders.PaidBeyondLimit.selector, LIMIT + more, LIMIT),
            "by what was taken"
        );
        assertEq(token.balanceOf(address(queue)), LIMIT + 1000e6 + 2 * TIP, "INV-DLY-01: both are covered");
    }

    /// @dev An order that must be paid has no escrow a market could take.
    function test_RevertGiven_AMarketThatTakesFromASeller() public {
        _deployQueue(new MockCollateral(6));
        _trade(alice, call2000, 1e18, 0, 0);
        (uint256 id, DelayedOrder memory delayed) = _ask(alice, _order(alice, call2000, -1e18, -5e6), TIP);
        skip(DELAY);
        scripted.price(1, false);
        (, bytes memory result) = attempt(address(queue), _execution(id, delayed, PRICE));
        assertEq(result, abi.encodeWithSelector(IDelayedOrders.PaidBeyondLimit.selector, 1, 0), "nothing to take");
    }

    function test_NoPriceIsLeftBehindByARefusal() public {
        _deployQueue(new MockCollateral(6));
        (uint256 id, DelayedOrder memory delayed) = _ask(alice, _order(alice, call2000, 1e18, int256(LIMIT)), TIP);
        skip(DELAY);
        scripted.price(0, true);
        (bool ok, bytes memory result) = attempt(address(queue), _execution(id, delayed, PRICE));
        assertFalse(ok, "refused");
        assertEq(bytes4(result), ScriptedMarket.MarketRefuses.selector, "in the market's words");
        _isClosed("INV-DLY-02: closed");
        scripted.price(0, false);
        _run(id, delayed);
        _isClosed("INV-DLY-02: closed again");
    }

    function test_NoPriceIsLeftBehindByAQuote() public {
        _deployQueue(new MockCollateral(6));
        Order memory order = _order(alice, call2000, 1e18, 0);
        PriceReport memory report = PriceReport(PRICE, uint40(vm.getBlockTimestamp()));
        int256 quoted = abi.decode(abi.encode(queue.quoteAt(order.legs, report).netCash), (int256));
        assertEq(quoted, PRICE, "any price, signed or not, for a quote");
        vm.expectRevert(); // there is no round, so no price at all
        queue.latestRoundData();
    }

    function _run(uint256 id, DelayedOrder memory delayed) private {
        (bool ok,) = attempt(address(queue), _execution(id, delayed, PRICE));
        assertTrue(ok, "executed");
    }
}
