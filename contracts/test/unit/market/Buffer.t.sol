// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {IMarket, Order, Quote} from "../../../src/interfaces/IMarket.sol";
import {BookValue, Leg} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @notice The buffer: a trade that adds margin leaves free cash of at least `bufferShare` of all compartments, or lacking
/// no more of it than before. Nothing else is asked for it, and no other limit makes up for it.
/// @dev What a trade does to both balances is measured with a share of zero, as clearing moves it; what the buffer then is
/// follows from the balances here.
contract BufferTest is OpenMarket {
    int256 private constant ONE = 1e18;
    uint256 private constant TENTH = 0.1e18;

    /// @dev What clearing holds for the vault, in base units.
    struct Balances {
        uint256 free;
        uint256 locked;
    }

    function setUp() public {
        _deployOpen(6);
    }

    // The rule

    function test_RevertWhen_LeavesFreeCashBelowTheBuffer() public {
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, 20 * ONE));
        (Balances memory before, Balances memory left, bool adds) = _effect(legs);
        assertTrue(adds, "it adds margin");
        uint256 buffer = _buffer(left, TENTH);
        uint256 costs = before.free - left.free; // what goes to the compartment beyond what was paid
        _setShare(TENTH);

        _setBalances(costs + buffer - 1, 0);
        _expectRevert(legs, abi.encodeWithSelector(IMarket.BufferLimit.selector, buffer - 1, buffer));
        assertTrue(market.isFlat(ETH, MIDDLE), "nothing was booked");
        _setBalances(costs, 0);
        _expectRevert(legs, abi.encodeWithSelector(IMarket.BufferLimit.selector, 0, buffer));

        _setBalances(costs + buffer, 0);
        _trade(legs);
        assertEq(_balances().free, buffer, "exactly the buffer is left");
    }

    /// @dev The buffer is a share of every compartment, not of those that the order touches.
    function test_RevertWhen_OtherCompartmentsNeedTheBuffer(uint256 others) public {
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, 20 * ONE));
        (Balances memory before, Balances memory left,) = _effect(legs);
        others = bound(others, 1, 1e9 * unit);
        left.locked += others;
        uint256 buffer = _buffer(left, TENTH);
        _setShare(TENTH);
        uint256 costs = before.free - left.free;
        _setBalances(costs + buffer - 1, others);
        _expectRevert(legs, abi.encodeWithSelector(IMarket.BufferLimit.selector, buffer - 1, buffer));
        _setBalances(costs + buffer, others);
        _trade(legs);
    }

    /// @dev Spot fell since the compartment was filled: the next purchase adds margin and lacks less than before, for what
    /// comes back of the compartment.
    function test_GivenTheBufferIsShort_OneThatLacksLessPasses() public {
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 20 * ONE)));
        _setSpot(1800e18, 1800e18, ORACLE_OPEN);
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, ONE / 10));
        uint256 locked = _balances().locked + EQUITY * unit; // and other compartments
        _setBalances(0, locked);
        _setShare(TENTH);
        uint256 lacked = _lacks(_balances(), TENTH);
        Quote memory q = _quote(legs);
        assertGt(
            Wad.unwrap(q.afterwards.requiredMargin),
            _requiredBefore(),
            "it adds margin, so that the buffer is asked for"
        );
        _trade(legs);
        Balances memory left = _balances();
        assertLt(left.locked, locked, "the compartment gave back what it no longer needs");
        uint256 lacking = _lacks(left, TENTH);
        assertGt(lacking, 0, "the buffer is still short");
        assertLt(lacking, lacked, "by less");
    }

    /// @dev At one share a purchase lacks exactly as much as before and passes; at the least share above, one base unit more.
    function test_GivenTheBufferIsShort_OneThatLacksMoreIsRefused() public {
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 20 * ONE)));
        _setSpot(1900e18, 1900e18, ORACLE_OPEN);
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, 2.05e18));
        _setBalances(0, _balances().locked);
        (Balances memory before, Balances memory left, bool adds) = _effect(legs);
        assertTrue(adds, "it adds margin");
        assertGt(left.locked, before.locked, "the compartments rise");
        assertGt(left.free, before.free, "but by less than was paid");
        (uint256 as_, uint256 above) = _sharesAround(before, left);
        assertTrue(as_ != 0 && above <= 1e18, "shares there may be");
        assertGt(_lacks(before, as_), 0, "short before");

        assertEq(_lacks(left, above), _lacks(before, above) + 1, "one more");
        _setShare(above);
        _expectRevert(legs, abi.encodeWithSelector(IMarket.BufferLimit.selector, left.free, _buffer(left, above)));
        assertEq(_lacks(left, as_), _lacks(before, as_), "as much");
        _setShare(as_);
        _trade(legs);
    }

    /// @dev What adds no margin is not asked for the buffer, however short it is.
    function test_GivenTheBufferIsShort_WhatAddsNoMarginPasses() public {
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 20 * ONE)));
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, -ONE));
        _setBalances(0, 1e9 * unit);
        _setShare(1e18);
        _trade(legs);
        assertLt(_balances().free, _buffer(_balances(), 1e18), "it is short");
        legs[0].size = SignedSize.wrap(ONE);
        Order memory order = _order(legs);
        vm.expectPartialRevert(IMarket.BufferLimit.selector);
        vm.prank(trader);
        market.trade(order);
    }

    // No bypass

    /// @dev Net delta is beyond its limit, and puts bring it nearer to zero: that lets them through the limit on delta alone.
    function test_RevertWhen_ReducesABreachedDeltaWithTheBufferShort() public {
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 100 * ONE)));
        int256 delta = _netDelta();
        assertLt(delta, 0, "short calls");
        MarketLimits memory l = _noLimits();
        l.maxNetDelta = Wad.wrap(0.01e18); // about a tenth of what it is
        catalogue.setLimits(ETH, l);
        Order memory order = _order(_legs(_leg(MIDDLE, 2000e18, true, ONE)));
        vm.expectPartialRevert(IMarket.PostTradeLimit.selector);
        vm.prank(trader);
        market.trade(order);

        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, false, 20 * ONE));
        uint256 snapshot = vm.snapshotState();
        (Balances memory before, Balances memory left, bool adds) = _effect(legs);
        vm.revertToStateAndDelete(snapshot);
        assertTrue(adds, "puts add margin");
        l.bufferShare = Wad.wrap(TENTH);
        catalogue.setLimits(ETH, l);
        uint256 buffer = _buffer(left, TENTH);
        uint256 costs = before.free - left.free;
        assertGe(costs + buffer - 1, _buffer(before, TENTH), "whole before, so it would be newly short");
        _setBalances(costs + buffer - 1, before.locked);
        _expectRevert(legs, abi.encodeWithSelector(IMarket.BufferLimit.selector, buffer - 1, buffer));

        _setBalances(costs + buffer, before.locked);
        _trade(legs);
        assertGt(_netDelta(), delta, "with the buffer whole it passes, as it reduces");
        assertLt(_netDelta() * int256(SPOT / 1e18) / int256(EQUITY), -0.01e18, "and is still beyond the limit");
    }

    /// @dev Whatever the order and the cash: refused if and only if it adds margin, is short afterwards, and lacks more.
    function test_RefusesExactlyWhatAddsMarginAndLacksMore(uint256 seed, uint256 count, uint256 cash) public {
        seed = _randomMarket(seed);
        Leg[] memory legs = _randomLegs(seed, bound(count, 1, 4));
        uint256 share = 1 + (seed >> 64) % 1e18;
        Balances memory has = _balances();
        (Balances memory before, Balances memory left, bool adds) = _effect(legs);
        // Free cash from what the trade needs up to twice the buffer beyond it
        int256 change = int256(left.free) - int256(before.free);
        uint256 least = change < 0 ? uint256(-change) : 0;
        before.free = least + cash % (2 * _buffer(left, share) + 1);
        left.free = uint256(int256(before.free) + change);
        _setShare(share);
        _setBalances(before.free, has.locked);

        bool short = adds && left.free < _buffer(left, share) && _lacks(left, share) > _lacks(before, share);
        if (short) {
            _expectRevert(legs, abi.encodeWithSelector(IMarket.BufferLimit.selector, left.free, _buffer(left, share)));
            return;
        }
        _trade(legs);
        assertEq(_balances().free, left.free, "as measured");
        assertEq(_balances().locked, left.locked, "as measured");
    }

    // Measuring

    /// @dev What the trade would do if no buffer were asked for, with cash for anything; state is as before.
    function _effect(Leg[] memory legs) private returns (Balances memory before, Balances memory left, bool adds) {
        uint256 snapshot = vm.snapshotState();
        MarketLimits memory l = catalogue.limits(ETH);
        l.bufferShare = Wad.wrap(0);
        catalogue.setLimits(ETH, l);
        before = _balances();
        uint256 added = 1e12 * unit;
        _setBalances(before.free + added, before.locked);
        uint256 required = _requiredBefore();
        _trade(legs);
        left = _balances();
        adds = _requiredBefore() > required;
        vm.revertToStateAndDelete(snapshot);
        if (left.free >= added) {
            left.free -= added;
            return (before, left, adds);
        }
        // It costs more than there is: count as if there were so much more before
        before.free += added;
    }

    /// @dev The shares between which a purchase that raises free cash by less than its compartments begins to lack more.
    function _sharesAround(Balances memory before, Balances memory left)
        private
        pure
        returns (uint256 as_, uint256 above)
    {
        uint256 raised = left.locked - before.locked;
        above = (left.free - before.free) * 1e18 / raised;
        uint256 step = 1e18 / raised / 8 + 1;
        above -= 32 * step;
        for (uint256 i = 0; i < 128; ++i) {
            if (_lacks(left, above) == _lacks(before, above) + 1) return (as_, above);
            if (_lacks(left, above) == _lacks(before, above)) as_ = above;
            above += step;
        }
        revert("no such share");
    }

    function _buffer(Balances memory b, uint256 share) private pure returns (uint256) {
        uint256 exact = b.locked * share;
        return exact / 1e18 + (exact % 1e18 == 0 ? 0 : 1);
    }

    function _lacks(Balances memory b, uint256 share) private pure returns (uint256) {
        uint256 buffer = _buffer(b, share);
        return buffer > b.free ? buffer - b.free : 0;
    }

    function _balances() private view returns (Balances memory b) {
        (Assets free, Assets locked) = clearing.balances(address(vault));
        (b.free, b.locked) = (Assets.unwrap(free), Assets.unwrap(locked));
    }

    function _setBalances(uint256 free, uint256 locked) private {
        clearing.setBalances(Assets.wrap(free), Assets.wrap(locked));
    }

    function _setShare(uint256 share) private {
        MarketLimits memory l = catalogue.limits(ETH);
        l.bufferShare = Wad.wrap(share);
        catalogue.setLimits(ETH, l);
    }

    function _requiredBefore() private view returns (uint256) {
        (BookValue memory b,) = market.bookValue(ETH);
        return Wad.unwrap(b.requiredMargin);
    }

    function _netDelta() private view returns (int256) {
        (BookValue memory b,) = market.bookValue(ETH);
        return SignedWad.unwrap(b.delta) + SignedWad.unwrap(hedger.position(ETH).delta);
    }
}
