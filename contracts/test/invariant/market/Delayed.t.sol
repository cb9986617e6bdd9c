// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DelayedOrder} from "../../../src/interfaces/IDelayedOrders.sol";
import {Order} from "../../../src/interfaces/IMarket.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {FuzzSelector} from "../../utils/InvariantTargets.sol";
import {MockCollateral} from "../../utils/mocks/clearing/MockCollateral.sol";
import {DelayedFixture} from "../../utils/mocks/market/DelayedFixture.sol";

/// @notice Two people who ask for anything, anybody who executes, refunds and redeems, a market that charges anything up to
/// the limit or refuses, and an expiry that comes while orders wait.
/// INV-DLY-01: tokens and longs of the queue cover every order that waits, to the unit; until a series is settled they are
/// equal to what waits. What was put in is paid, tipped, returned or waiting.
/// INV-DLY-02: between calls the queue gives no price of the last minute.
contract DelayedInvariantsTest is DelayedFixture {
    int256 private constant PRICE = 2000e8;
    uint256 private constant MOST = 1000e6;
    uint256 private constant SETTLED_AT = 2100e18;

    bytes[] private _waiting; // (id, order), encoded
    uint256 private _taken; // by the market from escrow
    uint256 private _tipped;
    uint256 private _proceeds; // by the market to recipients
    bool private _settled;
    address private _runner;

    function setUp() public {
        _deployQueue(new MockCollateral(6));
        _runner = makeAddr("runner");
        _trade(alice, call2000, 100e18, 0, 0);
        _trade(bob, call2000, 100e18, 0, 0);
        bytes4[] memory selectors = new bytes4[](6);
        (selectors[0], selectors[1], selectors[2]) = (this.ask.selector, this.ask.selector, this.run.selector);
        (selectors[3], selectors[4], selectors[5]) = (this.back.selector, this.pass.selector, this.expire.selector);
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), selectors));
    }

    function ask(uint256 who, int256 size, int256 limit, uint256 tip) external {
        address trader = who % 2 == 0 ? alice : bob;
        int256 held = int256(_longs(trader, call2000));
        size = bound(size, -held, 20e18);
        limit = bound(limit, -int256(MOST), int256(MOST));
        if (token.balanceOf(trader) < 2 * MOST || size == 0) return;
        Order memory order = _order(who % 3 == 0 ? alice : bob, call2000, size - size % 1e15, limit);
        if (SignedSize.unwrap(order.legs[0].size) == 0) return;
        (uint256 id, DelayedOrder memory delayed) = _ask(trader, order, bound(tip, 0, 1e6));
        _waiting.push(abi.encode(id, delayed));
    }

    function run(uint256 which, uint256 charge, bool refuses) external {
        if (_waiting.length == 0) return;
        (uint256 id, DelayedOrder memory d) = _at(which %= _waiting.length);
        int256 cash = SignedAssets.unwrap(d.order.limit) - int256(bound(charge, 0, MOST));
        scripted.price(cash, refuses);
        uint256 now_ = vm.getBlockTimestamp();
        bytes memory data = _execution(id, d, PRICE);
        vm.prank(_runner);
        (bool ok,) = attempt(address(queue), data);
        // The vault is short whatever there is of longs, and has plenty of cash
        bool should = !refuses && !_settled && now_ >= d.pricedAt && now_ <= d.expiresAt;
        assertEq(ok, should, "an order executes when it can");
        if (!ok) return;
        assertEq(scripted.seenAt(), d.pricedAt, "INV-DLY-02: at the price of its second");
        if (cash > 0) _taken += uint256(cash);
        else _proceeds += uint256(-cash);
        _tipped += Assets.unwrap(d.tip);
        _forget(which);
    }

    function back(uint256 which) external {
        if (_waiting.length == 0) return;
        (uint256 id, DelayedOrder memory d) = _at(which %= _waiting.length);
        (bool ok,) = attempt(address(queue), abi.encodeCall(queue.refund, (id, d)));
        assertEq(ok, vm.getBlockTimestamp() > d.expiresAt, "INV-DLY-01: whatever expired can be had back");
        if (ok) _forget(which);
    }

    function pass(uint256 secs) external {
        skip(bound(secs, 0, 12));
    }

    /// @dev Once in a while: the series expires, is settled, and somebody redeems what the queue holds of it.
    function expire(uint256 seed) external {
        if (_settled || seed % 16 != 0 || _longs(alice, call2000) + _longs(bob, call2000) == 0) return;
        _finalise(SETTLED_AT);
        clearing.settle(call2000);
        _settled = true;
        if (seed % 32 == 0 && _longs(address(queue), call2000) != 0) clearing.redeemFor(call2000, address(queue));
    }

    function invariant_DLY_01() public view {
        (uint256 cash, uint256 longs, uint256 worth) = _owed();
        uint256 has = token.balanceOf(address(queue));
        uint256 held = _longs(address(queue), call2000);
        if (_settled) {
            assertGe(has + _payoff(held), cash + worth, "INV-DLY-01: covered, settled longs as cash");
        } else {
            assertEq(has, cash, "INV-DLY-01: tokens are what waits");
            assertEq(held, longs, "INV-DLY-01: longs are what waits");
        }
        if (_settled) return;
        uint256 people = token.balanceOf(alice) + token.balanceOf(bob) + token.balanceOf(_runner);
        assertEq(people + has + _taken, 2 * CASH + _proceeds, "INV-DLY-01: in = paid + returned + tips + waiting");
        assertEq(token.balanceOf(_runner), _tipped, "INV-DLY-01: tips are for executions");
    }

    /// @dev Once everything has expired, everything can be had, in any order.
    function invariant_DLY_01_EverybodyGetsOut() public {
        skip(1 days);
        for (uint256 i = _waiting.length; i > 0; --i) {
            (uint256 id, DelayedOrder memory d) = _at(i - 1);
            queue.refund(id, d);
        }
        assertLe(token.balanceOf(address(queue)), queue.requests(), "INV-DLY-01: at most a unit an order is left");
        if (!_settled) assertEq(token.balanceOf(address(queue)), 0, "INV-DLY-01: nothing is left");
        assertEq(_longs(address(queue), call2000), 0, "INV-DLY-01: nor longs");
    }

    function invariant_DLY_02() public view {
        _isClosed("INV-DLY-02: no price of the last minute");
    }

    function _owed() private view returns (uint256 cash, uint256 longs, uint256 worth) {
        for (uint256 i = 0; i < _waiting.length; ++i) {
            (, DelayedOrder memory d) = _at(i);
            int256 limit = SignedAssets.unwrap(d.order.limit);
            int256 size = SignedSize.unwrap(d.order.legs[0].size);
            cash += Assets.unwrap(d.tip) + (limit > 0 ? uint256(limit) : 0);
            if (size < 0) (longs, worth) = (longs + uint256(-size), worth + _payoff(uint256(-size)));
        }
    }

    function _at(uint256 place) private view returns (uint256, DelayedOrder memory) {
        return abi.decode(_waiting[place], (uint256, DelayedOrder));
    }

    /// @dev A call of 2,000 at 2,100, in six decimals.
    function _payoff(uint256 size) private pure returns (uint256) {
        return size * (SETTLED_AT - 2000e18) / 1e30;
    }

    function _forget(uint256 which) private {
        _waiting[which] = _waiting[_waiting.length - 1];
        _waiting.pop();
    }
}
