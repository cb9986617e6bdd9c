// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    HedgePosition,
    HedgeRule,
    IHedger,
    RULE_BAND,
    RULE_FORCE,
    RULE_NONE,
    RULE_PERIOD
} from "../../../src/interfaces/IHedger.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {Vm} from "../../utils/Vm.sol";
import {HedgeFixture} from "../../utils/mocks/hedging/HedgeFixture.sol";

// rebalance
// ├── when the book was traded in this block or the one before: reverts
// ├── given rebalancing is paused: reverts
// ├── given there is no mark, or no parameters: does nothing
// ├── given net delta is inside the band and the period is not over: does nothing
// ├── given net delta is beyond the band at mark and averaged, same sign: BAND, the smaller of the two
// ├── given it is beyond at mark only, or with the other sign averaged: does nothing
// ├── given the period is over: PERIOD, the smaller of the two
// ├── given it is beyond force at mark and averaged: FORCE, the smaller of the two
// ├── given it is beyond force at mark alone
// │   ├── first observation: notes it and does nothing
// │   ├── second, before the delay: does nothing
// │   ├── second, after the delay: FORCE, net delta at mark
// │   ├── second, when the memory is over: starts again
// │   └── the breach ended or changed its sign in between: starts again
// ├── caps per order, block and day
// ├── given the vault cannot fund all: buys less
// ├── given net delta is positive
// │   ├── with hedges: sells, never below zero
// │   └── with nothing to sell: does nothing
// └── given the pool's price is beyond the bound: does nothing
contract RebalanceTest is HedgeFixture {
    uint256 private constant MOST_CONTRACTS = 1_000e18;

    function setUp() public {
        _deploy(6, true);
        market.setGamma(0.01e18); // band 7.211 underlying: cbrt(1.5 · 0.001 · 2500 · 0.0001 · 10 m / 10)
    }

    function test_RevertWhen_BookWasJustTraded() public {
        market.setDelta(-100e18, -100e18);
        market.trade();
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IHedger.BookJustTraded.selector, 1_000, vm.getBlockNumber()));
            hedger.rebalance(ETH);
            (HedgeRule none,,) = hedger.due(ETH);
            _assertRule(none, RULE_NONE, "nothing is due right after a trade");
            vm.roll(vm.getBlockNumber() + 1);
        }
        (HedgeRule rule,) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_BAND, "the block after next may hedge");
    }

    function test_RevertGiven_Paused() public {
        hedger.pauseRebalancing();
        vm.expectRevert(IHedger.RebalancingIsPaused.selector);
        hedger.rebalance(ETH);
        hedger.sync(ETH);
        hedger.unpauseRebalancing();
        hedger.rebalance(ETH);
    }

    function test_GivenNoMark_DoesNothing() public {
        market.setDelta(-100e18, -100e18);
        market.setMark(0);
        _assertNothing("no order without a mark");
        assertEq(_held(), 0, "nothing bought");
    }

    function test_GivenNoParameters_DoesNothing() public {
        market.setDelta(-100e18, -100e18);
        (HedgeRule rule,) = hedger.rebalance(_otherMarket());
        _assertRule(rule, RULE_NONE, "a market without parameters has no rule");
    }

    function test_GivenInsideBand_DoesNothing() public {
        _restartPeriod();
        market.setDelta(-7.2e18, -7.2e18);
        _assertNothing("7.2 is inside 7.211");
    }

    function test_GivenBeyondBand_BuysSmallerOfMarkAndAveraged() public {
        _restartPeriod();
        market.setDelta(-20e18, -10e18); // averaged 15
        (HedgeRule dueRule, SignedWad net, SignedWad size) = hedger.due(ETH);
        (HedgeRule rule, SignedWad filled) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_BAND, "beyond the band");
        _assertRule(dueRule, RULE_BAND, "due names the same rule");
        assertEq(SignedWad.unwrap(net), -20e18, "due gives net delta at mark");
        assertEq(SignedWad.unwrap(size), 15e18, "due gives the size");
        assertEq(SignedWad.unwrap(filled), 15e18, "the smaller of 20 and 15");
        assertEq(_held(), 15e18, "the reactor holds it");
        assertEq(_delta(), 15e18, "the cache says so");
    }

    function test_GivenBeyondBandAtMarkOnly_DoesNothing() public {
        _restartPeriod();
        market.setDelta(-14e18, 0); // averaged 7
        _assertNothing("the average does not breach");
        market.setDelta(-20e18, 60e18); // averaged +20
        _assertNothing("the average breaches with the other sign");
    }

    function test_GivenPeriodOver_LevelsInsideBand() public {
        _restartPeriod();
        market.setDelta(-3e18, -2e18);
        _assertNothing("the period is not over");
        skip(PERIOD);
        (HedgeRule rule, SignedWad filled) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_PERIOD, "the period is over");
        assertEq(SignedWad.unwrap(filled), 2.5e18, "the smaller of 3 and 2.5");
    }

    function test_GivenBeyondForceBoth_ForcesSmaller() public {
        market.setDelta(-130e18, -122e18);
        (HedgeRule rule,) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_FORCE, "130 and 126 are beyond 3 % of 10 m at 2500, which is 120");
    }

    function test_GivenBeyondForceAtMarkAlone_NeedsTwoObservations() public {
        _restartPeriod();
        market.setDelta(-130e18, 130e18);
        _assertNothing("first observation");
        skip(FORCE_DELAY - 1);
        _assertNothing("one second early");
        skip(1);
        (HedgeRule rule, SignedWad filled) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_FORCE, "confirmed");
        assertEq(SignedWad.unwrap(filled), int256(MAX_ORDER), "net delta at mark, capped per order");
    }

    function test_GivenForceObservationForgotten_StartsAgain() public {
        _restartPeriod();
        market.setDelta(-130e18, 130e18);
        _assertNothing("first observation");
        skip(FORCE_DELAY + 1 hours + 1);
        _assertNothing("too old to confirm: first again");
        skip(FORCE_DELAY);
        (HedgeRule rule,) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_FORCE, "confirmed by the second");
    }

    function test_GivenForceBreachEnded_StartsAgain() public {
        _restartPeriod();
        market.setDelta(-130e18, 130e18);
        _assertNothing("first observation");
        market.setDelta(-1e18, -1e18);
        _assertNothing("level: the observation is cleared");
        market.setDelta(-130e18, 130e18);
        skip(FORCE_DELAY);
        _assertNothing("first again");
    }

    function test_GivenForceBreachChangedSign_StartsAgain() public {
        _hold(10e18);
        _restartPeriod();
        market.setDelta(-140e18, 140e18);
        _assertNothing("short, first observation");
        skip(FORCE_DELAY);
        market.setDelta(140e18, -190e18);
        _assertNothing("long, first observation");
        skip(FORCE_DELAY);
        (HedgeRule rule, SignedWad filled) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_FORCE, "long, confirmed");
        assertEq(SignedWad.unwrap(filled), -10e18, "everything there was");
    }

    function test_CapPerBlock() public {
        market.setDelta(-200e18, -200e18);
        (, SignedWad first) = hedger.rebalance(ETH);
        (, SignedWad second) = hedger.rebalance(ETH);
        (, SignedWad third) = hedger.rebalance(ETH);
        assertEq(SignedWad.unwrap(first), 50e18, "per order");
        assertEq(SignedWad.unwrap(second), 30e18, "the rest of the block");
        assertEq(SignedWad.unwrap(third), 0, "the block is used up");
    }

    function test_CapPerDay() public {
        vm.warp(1_800_000_000 / 1 days * 1 days + 1);
        market.setDelta(-1_000e18, -1_000e18);
        uint256 bought;
        for (uint256 i; i < 10; ++i) {
            _nextBlock();
            venue.moveTo(_sqrtPrice(SPOT));
            (, SignedWad filled) = hedger.rebalance(ETH);
            bought += uint256(SignedWad.unwrap(filled));
        }
        assertEq(bought, MAX_PER_DAY, "no more than the day's cap");
        skip(1 days);
        (, SignedWad next) = hedger.rebalance(ETH);
        assertEq(SignedWad.unwrap(next), 50e18, "a new day");
    }

    function test_GivenVaultShortOfCash_BuysLess() public {
        uint256 cash = 25_000 * unit; // ten underlying at spot
        vault.setBuffer(collateral.balanceOf(address(vault)) - cash);
        market.setDelta(-40e18, -40e18);
        (, SignedWad filled) = hedger.rebalance(ETH);
        assertLt(SignedWad.unwrap(filled), 10e18, "no more than the cash buys");
        assertGt(SignedWad.unwrap(filled), 9.9e18, "nearly all the cash is used");
        assertGe(collateral.balanceOf(address(vault)), vault.buffer(), "the buffer is not touched");
    }

    function test_GivenVaultHasNoCash_DoesNothing() public {
        vault.setBuffer(type(uint256).max);
        market.setDelta(-40e18, -40e18);
        (, SignedWad filled) = hedger.rebalance(ETH);
        assertEq(SignedWad.unwrap(filled), 0, "no cash, no order");
    }

    function testFuzz_GivenLong_SellsNeverBelowZero(uint256 held, uint256 net) public {
        held = bound(held, 1e18, 60e18);
        _hold(held);
        uint256 before = _held();
        net = bound(net, MIN_ORDER, MOST_CONTRACTS);
        market.setDelta(int256(net), int256(net));
        (, SignedWad filled) = hedger.rebalance(ETH);
        int256 most = int256(before < MAX_ORDER ? before : MAX_ORDER);
        assertEq(SignedWad.unwrap(filled), -most, "sells all there is, up to the cap");
        assertEq(_held(), before - uint256(most), "long only");
    }

    function test_GivenLongWithNothingToSell_DoesNothing() public {
        market.setDelta(100e18, 100e18);
        _assertNothing("there is nothing to sell");
        HedgePosition memory position = hedger.sync(ETH);
        assertEq(Wad.unwrap(position.capacityDown), 0, "the venue can shed nothing");
        assertGt(Wad.unwrap(position.capacityUp), 0, "it can add");
    }

    function test_GivenPoolBeyondBound_DoesNothing() public {
        market.setDelta(-40e18, -40e18);
        venue.moveTo(_sqrtPrice(SPOT * 1.006e18 / 1e18));
        _assertNothing("dearer than the bound");
        assertEq(collateral.balanceOf(address(vault)), VAULT_CASH * unit, "no cash moved");
    }

    function testFuzz_CostsNoMoreThanTheBound(uint256 size, uint256 push) public {
        size = bound(size, MIN_ORDER, MAX_ORDER);
        push = bound(push, 0.99e18, 1.01e18);
        market.setDelta(-int256(size), -int256(size));
        venue.moveTo(_sqrtPrice(SPOT * push / 1e18));
        uint256 before = collateral.balanceOf(address(vault));
        (, SignedWad filled) = hedger.rebalance(ETH);
        uint256 paid = before - collateral.balanceOf(address(vault));
        uint256 bought = uint256(SignedWad.unwrap(filled));
        assertLe(paid, _value(bought) * (1e18 + SLIPPAGE) / 1e18 + 2, "INV-HDG-03 what a buy costs, fee included");
        assertLe(bought, size, "no more than net delta");
    }

    /// @dev A block's cap of fee · L · sqrt(P), here 200 thousand collateral, is what makes this hold at every push.
    function testFuzz_SandwichNeverPays(uint256 push) public {
        push = bound(push, 1_000, 3_000_000) * unit;
        market.setDelta(-1_000e18, -1_000e18);
        uint256 before = underlying.balanceOf(address(venue));
        venue.sell(!underlyingFirst, push);
        uint256 bought = underlying.balanceOf(address(venue)) - before;
        for (uint256 i; i < 3; ++i) {
            hedger.rebalance(ETH);
        }
        before = collateral.balanceOf(address(venue));
        venue.sell(underlyingFirst, bought);
        assertLe(collateral.balanceOf(address(venue)) - before, push, "push, rebalance, unwind loses money");
    }

    function test_NamesRuleAndFigures() public {
        _restartPeriod();
        market.setDelta(-20e18, -20e18);
        uint256 before = collateral.balanceOf(address(vault));
        vm.recordLogs();
        hedger.rebalance(ETH);

        int256 cash = int256(collateral.balanceOf(address(vault))) - int256(before);
        bytes32 expected = keccak256(abi.encode(int256(-20e18), int256(0), int256(20e18), cash));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 found;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IHedger.Rebalanced.selector) continue;
            ++found;
            assertEq(keccak256(logs[i].data), expected, "net delta before and after, fill and cash");
            assertEq(logs[i].topics[2], bytes32(uint256(uint160(address(reactor)))), "the reactor");
            assertEq(logs[i].topics[3], bytes32(uint256(HedgeRule.unwrap(RULE_BAND))), "the rule");
        }
        assertEq(found, 1, "one event");
    }

    function _assertNothing(string memory text) private {
        (HedgeRule rule, SignedWad filled) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_NONE, text);
        assertEq(SignedWad.unwrap(filled), 0, text);
    }

    /// @dev A fill now, back to where it was, so that the period starts here.
    function _restartPeriod() private {
        uint256 held = _held();
        market.setDelta(-int256(held) - 10e18, -int256(held) - 10e18);
        hedger.rebalance(ETH);
        market.setDelta(-int256(held), -int256(held));
        hedger.rebalance(ETH);
        assertApproxEqAbs(_held(), held, 0, "as before");
        venue.moveTo(_sqrtPrice(SPOT));
        _nextBlock();
    }

    function _otherMarket() private pure returns (MarketId) {
        return MarketId.wrap(2);
    }
}
