// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVault} from "../../../src/interfaces/IVault.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract VaultRequestsTest is VaultFixture {
    uint256 private constant RESCUE_DELAY = 3 days;

    // requestDeposit

    function testFuzz_RequestDepositBecomesPending(uint256 assets) public {
        assets = bound(assets, unit, MAX_MONEY_UNITS * unit);
        token.mint(alice, assets);
        vm.startPrank(alice);
        token.approve(address(vault), assets);

        vm.expectEmit(address(vault));
        emit IVault.DepositRequest(bob, alice, 1, alice, assets);
        uint256 id = vault.requestDeposit(assets, bob, alice);
        vm.stopPrank();

        assertEq(id, 1);
        assertEq(vault.pendingDepositRequest(id, bob), assets);
        assertEq(vault.pendingDepositRequest(id, alice), 0);
        assertEq(vault.claimableDepositRequest(id, bob), 0);
        assertEq(Assets.unwrap(vault.accounts().pending), assets);
        assertEq(token.balanceOf(address(vault)), assets);
        assertEq(vault.totalAssets(), 0, "pending is in no value");
        assertEq(free(), 0, "pending is not spendable");
    }

    function testFuzz_RequestDepositsOfOneEpochAddUp(uint256 first, uint256 second) public {
        first = bound(first, unit, MAX_MONEY_UNITS * unit);
        second = bound(second, unit, MAX_MONEY_UNITS * unit);

        ask(alice, first);
        ask(alice, second);

        assertEq(vault.pendingDepositRequest(1, alice), first + second);
    }

    function test_RequestDepositAfterTheCutOffJoinsTheNextEpoch() public {
        ask(alice, 5 * unit);
        passCutOff();

        uint256 id = ask(alice, 7 * unit);

        assertEq(id, 2);
        assertEq(vault.currentEpoch(), 2);
        assertEq(vault.pendingDepositRequest(1, alice), 5 * unit);
        assertEq(vault.pendingDepositRequest(2, alice), 7 * unit);

        vault.rollEpoch();
        assertEq(vault.claimableDepositRequest(1, alice), 5 * unit);
        assertEq(vault.pendingDepositRequest(2, alice), 7 * unit, "the roll takes the closed epoch only");
    }

    function test_RequestDepositOverAnUnclaimedOneKeepsBoth() public {
        for (uint256 i; i < 5; ++i) {
            ask(alice, 10 * unit);
            roll();
        }

        assertEq(vault.maxDeposit(alice), 50 * unit);
        assertEq(claimShares(alice), 50e18);
    }

    function test_RequestDepositByAnOperator() public {
        token.mint(alice, unit);
        vm.startPrank(alice);
        token.approve(address(vault), unit);
        vault.setOperator(bob, true);
        vm.stopPrank();

        vm.prank(bob);
        vault.requestDeposit(unit, bob, alice);

        assertEq(vault.pendingDepositRequest(1, bob), unit);
    }

    function test_RevertWhen_RequestDepositOfAnothersAssets() public {
        token.mint(alice, unit);
        vm.prank(alice);
        token.approve(address(vault), unit);

        vm.expectRevert(abi.encodeWithSelector(IVault.NotOwner.selector, bob, alice));
        vm.prank(bob);
        vault.requestDeposit(unit, bob, alice);
    }

    function testFuzz_RevertWhen_RequestDepositBelowTheMinimum(uint256 assets) public {
        assets = bound(assets, 0, unit - 1);
        vm.expectRevert(abi.encodeWithSelector(IVault.BelowMinimumRequest.selector, assets, unit));
        vm.prank(alice);
        vault.requestDeposit(assets, alice, alice);
    }

    function test_RevertWhen_RequestDepositForNobody() public {
        vm.expectRevert(IVault.NoController.selector);
        vm.prank(alice);
        vault.requestDeposit(unit, address(0), alice);
    }

    function test_RevertWhen_RequestDepositBeyondTheCap() public {
        setDepositCap(100 * unit);
        enter(alice, 60 * unit);
        ask(alice, 30 * unit);

        vm.expectRevert(abi.encodeWithSelector(IVault.DepositCapExceeded.selector, 100 * unit + 1, 100 * unit));
        vm.prank(bob);
        vault.requestDeposit(10 * unit + 1, bob, bob);

        ask(bob, 10 * unit);
    }

    function test_RevertGiven_TokenTakesAFee() public {
        token.setFeeOnTransfer(1);
        token.mint(alice, unit);
        vm.startPrank(alice);
        token.approve(address(vault), unit);

        vm.expectRevert(abi.encodeWithSelector(IVault.UnexpectedTokenBehaviour.selector, unit, unit - 1));
        vault.requestDeposit(unit, alice, alice);
    }

    // requestRedeem

    function testFuzz_RequestRedeemMovesSharesToTheVault(uint256 shares) public {
        enter(alice, 1_000 * unit);
        shares = bound(shares, 1e18, 1_000e18);

        vm.expectEmit(address(vault));
        emit IVault.RedeemRequest(alice, alice, 2, alice, shares);
        uint256 id = askOut(alice, shares);

        assertEq(vault.pendingRedeemRequest(id, alice), shares);
        assertEq(vault.claimableRedeemRequest(id, alice), 0);
        assertEq(share.balanceOf(alice), 1_000e18 - shares);
        assertEq(share.totalSupply(), 1_000e18, "shares in the line keep their risk");
    }

    function test_RequestRedeemWithAnAllowanceOfShares() public {
        enter(alice, 10 * unit);
        vm.prank(alice);
        share.approve(bob, 4e18);

        vm.prank(bob);
        vault.requestRedeem(4e18, bob, alice);

        assertEq(vault.pendingRedeemRequest(2, bob), 4e18);
        assertEq(share.allowance(alice, bob), 0);
    }

    function test_RequestRedeemByAnOperatorNeedsNoAllowance() public {
        enter(alice, 10 * unit);
        vm.prank(alice);
        vault.setOperator(bob, true);

        vm.prank(bob);
        vault.requestRedeem(10e18, alice, alice);

        assertEq(vault.pendingRedeemRequest(2, alice), 10e18);
    }

    function test_RevertWhen_RequestRedeemOfAnothersShares() public {
        enter(alice, 10 * unit);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 0, 10e18));
        vm.prank(bob);
        vault.requestRedeem(10e18, bob, alice);
    }

    function test_RevertWhen_RequestRedeemForAControllerWhoDidNotAgree() public {
        enter(alice, 10 * unit);

        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, alice, bob));
        vm.prank(alice);
        vault.requestRedeem(10e18, bob, alice);
    }

    function test_RevertGiven_ARedemptionPendsInAnotherEpoch() public {
        enter(alice, 10 * unit);
        askOut(alice, 4e18);
        passCutOff();

        vm.expectRevert(abi.encodeWithSelector(IVault.PendingRedeemInOtherEpoch.selector, alice, 2));
        vm.prank(alice);
        vault.requestRedeem(4e18, alice, alice);

        vault.rollEpoch();
        assertEq(askOut(alice, 4e18), 3, "a filled redemption does not stand in the way, claimed or not");
        roll();
        assertEq(claimAssets(alice), 8 * unit, "nor is it lost");
    }

    function test_RequestRedeemBelowTheMinimumOnlyOfAllThereIs() public {
        enter(alice, 10 * unit);
        vm.startPrank(alice);
        share.transfer(bob, 1e17);

        vm.expectRevert(abi.encodeWithSelector(IVault.BelowMinimumRequest.selector, unit / 10, unit));
        vault.requestRedeem(1e17, alice, alice);
        vm.stopPrank();

        askOut(bob, 1e17);
        roll();
        assertEq(claimAssets(bob), unit / 10);
    }

    function test_RevertWhen_RequestRedeemOfNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.BelowMinimumRequest.selector, 0, unit));
        vm.prank(alice);
        vault.requestRedeem(0, alice, alice);
    }

    // Cancellation

    function testFuzz_CancelDepositMakesItClaimable(uint256 assets) public {
        assets = bound(assets, unit, MAX_MONEY_UNITS * unit);
        ask(bob, 3 * unit);
        ask(alice, assets);

        vm.prank(alice);
        vault.cancelDepositRequest(1, alice);

        assertEq(vault.pendingDepositRequest(1, alice), 0);
        assertEq(vault.claimableCancelDepositRequest(1, alice), assets);
        assertEq(Assets.unwrap(vault.accounts().claimable), assets);
        assertEq(Assets.unwrap(vault.accounts().pending), 3 * unit);

        vm.prank(alice);
        vault.claimCancelDepositRequest(1, carol, alice);
        assertEq(token.balanceOf(carol), assets);
        assertEq(vault.claimableCancelDepositRequest(1, alice), 0);

        roll();
        assertEq(vault.maxMint(bob), 3e18, "who stays in the epoch has it alone");
        assertEq(vault.maxMint(alice), 0);
    }

    function test_CancelRedeemMakesItClaimable() public {
        enter(alice, 10 * unit);
        askOut(alice, 4e18);

        vm.startPrank(alice);
        vault.cancelRedeemRequest(2, alice);
        assertEq(vault.pendingRedeemRequest(2, alice), 0);
        assertEq(vault.claimableCancelRedeemRequest(2, alice), 4e18);
        vault.claimCancelRedeemRequest(2, bob, alice);
        vm.stopPrank();

        assertEq(share.balanceOf(bob), 4e18);
        roll();
        assertEq(share.totalSupply(), 10e18);
    }

    function test_RevertGiven_TheCutOffHasPassed_Cancel() public {
        enter(alice, 10 * unit);
        ask(alice, unit);
        askOut(alice, 4e18);
        uint40 cutOff = vault.cutOff();
        passCutOff();

        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.RequestClosed.selector, 2, cutOff));
        vault.cancelDepositRequest(2, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.RequestClosed.selector, 2, cutOff));
        vault.cancelRedeemRequest(2, alice);
    }

    function test_RevertGiven_TheEpochIsRolled_Cancel() public {
        ask(alice, unit);
        roll();

        vm.expectRevert(abi.encodeWithSelector(IVault.RequestClosed.selector, 1, vault.cutOff()));
        vm.prank(alice);
        vault.cancelDepositRequest(1, alice);
    }

    function test_CancelAgainOnceARollHasFailedForDays() public {
        enter(alice, 10 * unit);
        ask(alice, unit);
        askOut(alice, 4e18);

        vm.warp(vault.cutOff() + RESCUE_DELAY);
        vm.startPrank(alice);
        vault.cancelDepositRequest(2, alice);
        vault.cancelRedeemRequest(2, alice);

        assertEq(vault.claimCancelDepositRequest(2, alice, alice), unit);
        assertEq(vault.claimCancelRedeemRequest(2, alice, alice), 4e18);
    }

    function test_CancelARequestOfTheNextEpochWhileTheClosedOneWaits() public {
        passCutOff();
        ask(alice, unit);

        vm.startPrank(alice);
        vault.cancelDepositRequest(2, alice);

        assertEq(vault.claimCancelDepositRequest(2, alice, alice), unit);
    }

    function test_RevertWhen_CancelByAStranger() public {
        ask(alice, unit);

        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, bob, alice));
        vault.cancelDepositRequest(1, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, bob, alice));
        vault.cancelRedeemRequest(1, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, bob, alice));
        vault.claimCancelDepositRequest(1, bob, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, bob, alice));
        vault.claimCancelRedeemRequest(1, bob, alice);
    }

    function test_RevertGiven_NothingIsThere_Cancel() public {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToCancel.selector, alice, 1));
        vault.cancelDepositRequest(1, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToCancel.selector, alice, 1));
        vault.cancelRedeemRequest(1, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToClaim.selector, alice));
        vault.claimCancelDepositRequest(1, alice, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToClaim.selector, alice));
        vault.claimCancelRedeemRequest(1, alice, alice);
    }

    function test_RequestAgainAfterACancellation() public {
        ask(alice, unit);
        vm.prank(alice);
        vault.cancelDepositRequest(1, alice);
        ask(alice, 2 * unit);

        assertEq(vault.pendingDepositRequest(1, alice), 2 * unit);
        assertEq(vault.claimableCancelDepositRequest(1, alice), unit);
    }

    // Operators

    function test_SetOperator() public {
        vm.startPrank(alice);
        assertTrue(vault.setOperator(bob, true));
        assertTrue(vault.isOperator(alice, bob));
        assertFalse(vault.isOperator(bob, alice));
        vault.setOperator(bob, false);
        assertFalse(vault.isOperator(alice, bob));
    }
}
