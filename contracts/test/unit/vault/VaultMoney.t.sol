// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Accounts, IVault, RedemptionQueue, VaultParams} from "../../../src/interfaces/IVault.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {Shares} from "../../../src/types/Shares.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";

contract VaultMoneyTest is VaultFixture {
    // fund and repay

    function testFuzz_FundNeverTakesTheBuffer(uint256 locked, uint256 amount) public {
        enter(alice, 1_000 * unit);
        locked = bound(locked, 0, 1_000 * unit);
        clearing.lock(address(vault), locked);
        uint256 buffer = (locked + 9) / 10;
        uint256 spendable = 1_000 * unit - locked > buffer ? 1_000 * unit - locked - buffer : 0;
        amount = bound(amount, 0, 1_000 * unit);

        if (amount > spendable) {
            vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientFreeCash.selector, spendable, amount));
        }
        hedger.draw(vault, amount);

        assertEq(token.balanceOf(address(hedger)), amount > spendable ? 0 : amount);
    }

    function test_FundNeverTakesPendingOrClaimable() public {
        enter(alice, 1_000 * unit);
        askOut(alice, 300e18);
        roll();
        ask(bob, 500 * unit);

        vm.expectRevert(abi.encodeWithSelector(IVault.InsufficientFreeCash.selector, 700 * unit, 700 * unit + 1));
        hedger.draw(vault, 700 * unit + 1);
        hedger.draw(vault, 700 * unit);

        assertEq(token.balanceOf(address(vault)), 800 * unit);
    }

    function testFuzz_RepayGoesToClearing(uint256 amount) public {
        enter(alice, 1_000 * unit);
        hedger.draw(vault, 400 * unit);
        amount = bound(amount, 0, 400 * unit);

        vm.expectEmit(address(vault));
        emit IVault.Repaid(Assets.wrap(amount));
        hedger.giveBack(vault, token, amount);

        assertEq(free(), 600 * unit + amount);
        assertEq(token.balanceOf(address(vault)), 0);
        assertEq(token.allowance(address(vault), address(clearing)), 0, "clearing can reach nothing else");
    }

    function test_RevertWhen_NotTheHedger() public {
        enter(alice, 1_000 * unit);
        vm.expectRevert(abi.encodeWithSelector(IVault.NotHedger.selector, address(this)));
        vault.fund(Assets.wrap(1));
        vm.expectRevert(abi.encodeWithSelector(IVault.NotHedger.selector, address(this)));
        vault.repay(Assets.wrap(1));
    }

    // What the line wants

    function test_CashWantedCountsAClosedEpochOnly() public {
        enter(alice, 1_000 * unit);
        clearing.lock(address(vault), 900 * unit); // 100 free, 90 buffer
        askOut(alice, 200e18);
        assertEq(Assets.unwrap(vault.cashWanted()), 0, "an open epoch wants nothing yet");

        ask(bob, 50 * unit);
        passCutOff();
        assertEq(Assets.unwrap(vault.cashWanted()), (200 - 10 - 50) * unit);

        vault.rollEpoch();
        assertEq(Assets.unwrap(vault.cashWanted()), 140 * unit, "the same after the roll");

        clearing.release(address(vault), 900 * unit);
        assertEq(Assets.unwrap(vault.cashWanted()), 0);
    }

    function test_CashRaisedAfterTheCutOffFillsTheLine() public {
        enter(alice, 1_000 * unit);
        hedger.draw(vault, 900 * unit);
        askOut(alice, 500e18);
        passCutOff();
        hedger.setPosition(0, int256(900 * unit), uint40(vm.getBlockTimestamp()));

        uint256 wanted = Assets.unwrap(vault.cashWanted());
        assertEq(wanted, 400 * unit);
        hedger.giveBack(vault, token, wanted);
        hedger.setPosition(0, int256(500 * unit), uint40(vm.getBlockTimestamp()));
        vault.rollEpoch();

        assertEq(claimAssets(alice), 500 * unit);
    }

    // Views

    function test_AccountsNameAllCash() public {
        enter(alice, 1_000 * unit);
        askOut(alice, 100e18);
        roll();
        clearing.lock(address(vault), 500 * unit);
        hedger.draw(vault, 200 * unit);
        hedger.setPosition(0, int256(210 * unit), 0);
        setBook(-30, -40, 0);
        ask(bob, 70 * unit);

        Accounts memory a = vault.accounts();

        assertEq(Assets.unwrap(a.free), 150 * unit);
        assertEq(Assets.unwrap(a.buffer), 50 * unit);
        assertEq(Assets.unwrap(a.locked), 500 * unit);
        assertEq(Assets.unwrap(a.pending), 70 * unit);
        assertEq(Assets.unwrap(a.claimable), 100 * unit);
        assertEq(SignedAssets.unwrap(a.options), -int256(30 * unit));
        assertEq(SignedAssets.unwrap(a.hedges), int256(210 * unit));
        assertEq(SignedAssets.unwrap(a.equityAtMark), int256((200 + 500 + 210 - 30) * unit));
        assertEq(SignedAssets.unwrap(a.equityAtAverage), int256((200 + 500 + 210 - 40) * unit));
    }

    function test_RedemptionQueueAdvances() public {
        enter(alice, 1_000 * unit);
        clearing.lock(address(vault), 900 * unit);
        askOut(alice, 200e18);
        roll();

        RedemptionQueue memory line = vault.redemptionQueue();
        assertEq(Shares.unwrap(line.end), 200e18);
        assertEq(Shares.unwrap(line.filled), 10e18);
        assertEq(Assets.unwrap(line.reserved), 10 * unit);
    }

    function testFuzz_ConversionsUseTheLastRollsPrice(uint256 amount) public {
        amount = bound(amount, 0, MAX_MONEY_UNITS * unit);
        assertEq(vault.convertToShares(amount), amount * 1e18 / unit, "at par before the first roll");
        enter(alice, 1_000 * unit);
        setBook(1_000, 1_000, 0);
        assertEq(vault.totalAssets(), 1_000 * unit, "unchanged until the next roll");
        roll();

        assertEq(vault.totalAssets(), 2_000 * unit);
        assertApproxEqRel(vault.convertToAssets(amount * 1e18 / unit), amount * 2, 1e12 + (amount < 1e12 ? 1e18 : 0));
    }

    function test_RevertWhen_Preview() public {
        vm.expectRevert(IVault.PreviewsAreAsync.selector);
        vault.previewDeposit(1);
        vm.expectRevert(IVault.PreviewsAreAsync.selector);
        vault.previewMint(1);
        vm.expectRevert(IVault.PreviewsAreAsync.selector);
        vault.previewWithdraw(1);
        vm.expectRevert(IVault.PreviewsAreAsync.selector);
        vault.previewRedeem(1);
    }

    /// @dev The ids as the standards print them, beside the selectors they are made of.
    function test_SupportsTheStandards() public view {
        bytes4 deposits = IVault.requestDeposit.selector ^ IVault.pendingDepositRequest.selector
            ^ IVault.claimableDepositRequest.selector ^ bytes4(keccak256("deposit(uint256,address,address)"))
            ^ bytes4(keccak256("mint(uint256,address,address)"));
        bytes4 redeems = IVault.requestRedeem.selector ^ IVault.pendingRedeemRequest.selector
            ^ IVault.claimableRedeemRequest.selector;
        bytes4 cancelledDeposits = IVault.cancelDepositRequest.selector ^ IVault.pendingCancelDepositRequest.selector
            ^ IVault.claimableCancelDepositRequest.selector ^ IVault.claimCancelDepositRequest.selector;
        bytes4 cancelledRedeems = IVault.cancelRedeemRequest.selector ^ IVault.pendingCancelRedeemRequest.selector
            ^ IVault.claimableCancelRedeemRequest.selector ^ IVault.claimCancelRedeemRequest.selector;
        assertTrue(deposits == 0xce3bbe50 && redeems == 0x620ee8e4, "ERC-7540");
        assertTrue(cancelledDeposits == 0x8bf840e3 && cancelledRedeems == 0xe76cffc7, "ERC-7887");

        assertTrue(vault.supportsInterface(deposits));
        assertTrue(vault.supportsInterface(redeems));
        assertTrue(vault.supportsInterface(cancelledDeposits));
        assertTrue(vault.supportsInterface(cancelledRedeems));
        assertTrue(vault.supportsInterface(IVault.setOperator.selector ^ IVault.isOperator.selector));
        assertTrue(vault.supportsInterface(0x2f0a18c5), "ERC-7575");
        assertTrue(vault.supportsInterface(type(IERC165).interfaceId));
        assertFalse(vault.supportsInterface(0xffffffff));
        assertEq(vault.share(), address(share));
        assertEq(vault.asset(), address(token));
    }

    // Governance

    function testFuzz_SetParams(VaultParams memory p) public {
        p.minimumRequest = Assets.wrap(bound(Assets.unwrap(p.minimumRequest), 1, 10_000 * unit));
        p.depositCap = Assets.wrap(bound(Assets.unwrap(p.depositCap), 0, type(uint104).max));
        p.equityFloor = Assets.wrap(bound(Assets.unwrap(p.equityFloor), unit, 1_000_000 * unit));
        p.bufferShare = Wad.wrap(bound(Wad.unwrap(p.bufferShare), 0, 1e18));
        p.exitSpread = Wad.wrap(bound(Wad.unwrap(p.exitSpread), 0, 0.1e18));
        p.period = uint40(bound(p.period, 1 hours, 28 days));
        p.phase = uint40(bound(p.phase, 0, p.period - 1));
        p.maxInformationAge = uint40(bound(p.maxInformationAge, 5 minutes, 6 hours));
        uint40 cutOff = vault.cutOff();

        vault.setParams(p);

        assertEq(abi.encode(vault.params()), abi.encode(p), "stored and read back");
        assertEq(uint256(vault.cutOff()), cutOff, "a schedule holds from the next roll");
        roll();
        assertEq((vault.cutOff() - p.phase) % p.period, 0);
    }

    function test_RevertWhen_ParamsAreOutsideTheirBox() public {
        VaultParams memory p = vault.params();
        p.minimumRequest = Assets.wrap(0);
        _expectOutOfBounds(p, "minimumRequest");
        p.minimumRequest = Assets.wrap(10_000 * unit + 1);
        _expectOutOfBounds(p, "minimumRequest");

        p = vault.params();
        p.depositCap = Assets.wrap(uint256(type(uint104).max) + 1);
        _expectOutOfBounds(p, "depositCap");

        p = vault.params();
        p.equityFloor = Assets.wrap(unit - 1);
        _expectOutOfBounds(p, "equityFloor");
        p.equityFloor = Assets.wrap(1_000_000 * unit + 1);
        _expectOutOfBounds(p, "equityFloor");

        p = vault.params();
        p.bufferShare = Wad.wrap(1e18 + 1);
        _expectOutOfBounds(p, "bufferShare");

        p = vault.params();
        p.exitSpread = Wad.wrap(0.1e18 + 1);
        _expectOutOfBounds(p, "exitSpread");

        p = vault.params();
        p.period = 1 hours - 1;
        _expectOutOfBounds(p, "period");
        p.period = 28 days + 1;
        _expectOutOfBounds(p, "period");

        p = vault.params();
        p.phase = p.period;
        _expectOutOfBounds(p, "phase");

        p = vault.params();
        p.maxInformationAge = 5 minutes - 1;
        _expectOutOfBounds(p, "maxInformationAge");
        p.maxInformationAge = 6 hours + 1;
        _expectOutOfBounds(p, "maxInformationAge");
    }

    function test_RevertWhen_SetParamsByAnyoneElse() public {
        VaultParams memory p = vault.params();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        vm.prank(alice);
        vault.setParams(p);
    }

    function _expectOutOfBounds(VaultParams memory p, bytes32 name) private {
        (bool ok, bytes memory reason) = attempt(address(vault), abi.encodeCall(IVault.setParams, (p)));
        assertFalse(ok, "accepted");
        bytes4 selector;
        bytes32 named;
        assembly ("memory-safe") {
            selector := mload(add(reason, 32))
            named := mload(add(reason, 36))
        }
        assertTrue(selector == IVault.ParamOutOfBounds.selector);
        assertEq(named, name);
    }
}
