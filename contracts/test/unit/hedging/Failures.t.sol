// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUniswapV3Pool} from "../../../src/hedging/IUniswapV3Pool.sol";
import {Hedger} from "../../../src/hedging/Hedger.sol";
import {UniswapV3Reactor} from "../../../src/hedging/UniswapV3Reactor.sol";
import {HedgePosition, HedgeRule, IHedger, RULE_BAND} from "../../../src/interfaces/IHedger.sol";
import {IReactor, ReactorReport} from "../../../src/interfaces/IReactor.sol";
import {SignedAssets} from "../../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {HedgeFixture} from "../../utils/mocks/hedging/HedgeFixture.sol";
import {HostilePool} from "../../utils/mocks/hedging/HostilePool.sol";
import {HostileReactor} from "../../utils/mocks/hedging/HostileReactor.sol";
import {Vm} from "../../utils/Vm.sol";

// a venue that fails
// ├── in its order (reverts, burns gas, floods return data, claims a fill, overfills, fills backwards, keeps change):
// │   undone as a whole, reported, the next venue serves
// ├── in its report (reverts, burns gas, absurd, short): counts with its last figures, keeps syncedAt, next venue serves
// ├── in its sync: reported, the report still counts
// ├── re-enters: refused
// └── cannot be made to fail by bringing too little gas
contract FailuresTest is HedgeFixture {
    uint256 private constant FIRST_ORDER_MODE = 1;
    uint256 private constant LAST_ORDER_MODE = 7;
    uint256 private constant FIRST_REPORT_MODE = 8;
    uint256 private constant LAST_REPORT_MODE = 11;

    HostileReactor private hostile;

    function setUp() public {
        _deploy(6, true);
        hedger.removeReactor(ETH, reactor);
        hostile = new HostileReactor(collateral, 1e12);
        hedger.addReactor(ETH, hostile);
        hedger.addReactor(ETH, reactor);
        market.setDelta(-20e18, -20e18);
        market.setGamma(0.01e18);
    }

    function testFuzz_GivenOrderFails_UndoesItAndTriesNext(uint256 mode) public {
        mode = bound(mode, FIRST_ORDER_MODE, LAST_ORDER_MODE);
        hostile.set(hedger, mode);
        vm.recordLogs();
        (HedgeRule rule, SignedWad filled) = hedger.rebalance(ETH);
        assertEq(_failures(), 1, "reported once");
        _assertRule(rule, RULE_BAND, "the rule fired");
        assertEq(SignedWad.unwrap(filled), 20e18, "the next venue took it all");
        assertEq(_held(), 20e18, "on the pool");
        assertEq(hostile.held(), 0, "nothing at the failed one");
        assertEq(collateral.balanceOf(address(hostile)), 0, "and no cash either");
        _assertCashConserved();
    }

    function testFuzz_GivenReportFails_CountsLastFigures(uint256 mode) public {
        mode = bound(mode, FIRST_REPORT_MODE, LAST_REPORT_MODE);
        hedger.rebalance(ETH);
        assertEq(hostile.held(), 20e18, "the first venue took it");
        uint40 read = uint40(vm.getBlockTimestamp());

        _nextBlock();
        hostile.set(hedger, mode);
        market.setDelta(-35e18, -35e18);
        vm.recordLogs();
        (, SignedWad filled) = hedger.rebalance(ETH);
        assertEq(_failures(), 1, "reported once");
        assertEq(SignedWad.unwrap(filled), 15e18, "net of the last figures");
        HedgePosition memory p = hedger.position(ETH);
        assertEq(SignedWad.unwrap(p.delta), 35e18, "last figures and the fill");
        assertEq(p.syncedAt, read, "as old as the venue that does not answer");
        (ReactorReport memory last, uint40 readAt) = hedger.lastReport(hostile);
        assertEq(SignedWad.unwrap(last.delta), 20e18, "its last delta");
        assertEq(SignedAssets.unwrap(last.equity), int256(50_000e6), "its last worth");
        assertEq(readAt, read, "and when");

        hostile.set(hedger, hostile.HONEST());
        _nextBlock();
        assertEq(hedger.sync(ETH).syncedAt, vm.getBlockTimestamp(), "fresh once it answers");
    }

    function test_GivenReportFailsWithNothingHeld_StaysFresh() public {
        hostile.set(hedger, hostile.REPORT_REVERTS());
        skip(1 hours);
        assertEq(hedger.sync(ETH).syncedAt, vm.getBlockTimestamp(), "an empty venue makes nothing stale");
    }

    function test_GivenSyncFails_StillReads() public {
        hedger.rebalance(ETH);
        skip(1 hours);
        hostile.set(hedger, hostile.SYNC_REVERTS());
        vm.recordLogs();
        assertEq(hedger.sync(ETH).syncedAt, vm.getBlockTimestamp(), "the report was read");
        assertEq(_failures(), 1, "and the failure reported");
    }

    function test_GivenEveryVenueFails_DoesNotRevert() public {
        HostileReactor second = new HostileReactor(collateral, 1e12);
        hedger.removeReactor(ETH, reactor);
        hedger.addReactor(ETH, second);
        hostile.set(hedger, hostile.BURNS_GAS());
        second.set(hedger, second.BOMBS());
        (HedgeRule rule, SignedWad filled) = hedger.rebalance(ETH);
        _assertRule(rule, RULE_BAND, "a rule fired");
        assertEq(SignedWad.unwrap(filled), 0, "nobody filled");
        assertEq(collateral.balanceOf(address(vault)), VAULT_CASH * unit, "all cash is back");
    }

    function test_GivenVenueReenters_IsRefused() public {
        hostile.set(hedger, hostile.REENTERS());
        (, SignedWad filled) = hedger.rebalance(ETH);
        assertEq(hostile.reentryError(), -1, "INV-HDG-06 neither rebalance nor sync can be entered");
        assertEq(SignedWad.unwrap(filled), 20e18, "the order itself stands");
    }

    function test_GivenPoolReenters_IsRefused() public {
        HostilePool pool = new HostilePool(address(venue.TOKEN0()), address(venue.TOKEN1()), _sqrtPrice(SPOT));
        UniswapV3Reactor victim = _newReactor(IUniswapV3Pool(address(pool)));
        hedger.removeReactor(ETH, hostile);
        hedger.removeReactor(ETH, reactor);
        hedger.addReactor(ETH, victim);
        bytes[4] memory calls = [
            abi.encodeCall(IHedger.rebalance, (ETH)),
            abi.encodeCall(IHedger.sync, (ETH)),
            abi.encodeCall(IReactor.hedge, (SignedWad.wrap(1e18), Wad.wrap(SPOT), Wad.wrap(SLIPPAGE))),
            abi.encodeCall(IReactor.unwind, (Wad.wrap(SPOT), Wad.wrap(SLIPPAGE)))
        ];
        for (uint256 i; i < calls.length; ++i) {
            pool.setReentry(i < 2 ? address(hedger) : address(victim), calls[i]);
            // it also takes the money of the order and gives nothing, so that the order is undone
            pool.setAsk(underlyingFirst ? int256(0) : int256(1e6), underlyingFirst ? int256(1e6) : int256(0));
            hedger.rebalance(ETH);
            assertEq(collateral.balanceOf(address(vault)), VAULT_CASH * unit, "INV-HDG-06 the order is undone");
        }
        // alone, with the answer visible
        pool.setAsk(0, 0);
        pool.setReentry(address(hedger), calls[0]);
        hedger.rebalance(ETH);
        assertFalse(pool.reentered(), "INV-HDG-06 no way in");
    }

    function testFuzz_RevertWhen_TooLittleGas(uint256 gas) public {
        gas = bound(gas, 200_000, 1_500_000);
        (bool ok, bytes memory reason) = address(hedger).call{gas: gas}(abi.encodeCall(IHedger.rebalance, (ETH)));
        assertFalse(ok, "a caller with too little gas gets nothing done");
        assertEq(bytes4(reason), IHedger.NotEnoughGas.selector, "and is told");
    }

    function test_RevertWhen_ExecuteIsCalledByAnyoneElse() public {
        Hedger.Instruction memory order;
        vm.expectRevert(abi.encodeWithSelector(IHedger.NotSelf.selector, address(this)));
        hedger.execute(order);
    }

    function _failures() private view returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == IHedger.ReactorFailed.selector) ++count;
        }
    }

    function _assertCashConserved() private view {
        uint256 paid = VAULT_CASH * unit - collateral.balanceOf(address(vault));
        assertEq(vault.funded() - vault.repaid(), paid, "INV-HDG-04 what the vault is short of is what it funded net");
        assertEq(collateral.balanceOf(address(hedger)), 0, "INV-HDG-05 no cash stays with the hedger");
    }
}
