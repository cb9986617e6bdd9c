// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVault} from "../../../src/interfaces/IVault.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";

contract VaultClaimsTest is VaultFixture {
    uint256 private constant MAX_PARTS = 6;

    // deposit and mint

    function testFuzz_DepositClaimsSharesInParts(uint256 assets, uint256 first) public {
        assets = bound(assets, unit, MAX_MONEY_UNITS * unit);
        first = bound(first, 1, assets);
        ask(alice, assets);
        roll();

        vm.startPrank(alice);
        vm.expectEmit(address(vault));
        emit IVault.Deposit(alice, bob, first, first * 1e18 / unit);
        uint256 shares = vault.deposit(first, bob);
        assertEq(vault.maxDeposit(alice), assets - first);
        assertEq(vault.claimableDepositRequest(1, alice), assets - first);
        if (first != assets) shares += vault.deposit(assets - first, bob, alice);
        vm.stopPrank();

        assertEq(shares, assets * 1e18 / unit, "parts add up to the whole");
        assertEq(share.balanceOf(bob), shares);
        assertEq(vault.maxMint(alice), 0);
    }

    function testFuzz_MintClaimsExactShares(uint256 assets, uint256 shares) public {
        assets = bound(assets, unit, MAX_MONEY_UNITS * unit);
        ask(alice, assets);
        roll();
        shares = bound(shares, 1, vault.maxMint(alice));

        vm.prank(alice);
        uint256 used = vault.mint(shares, alice);

        assertEq(share.balanceOf(alice), shares);
        assertGe(used * 1e18 / unit, shares, "assets used up are rounded up");
        assertEq(vault.maxDeposit(alice), assets - used);
        assertEq(vault.maxMint(alice), assets * 1e18 / unit - shares);
    }

    function testFuzz_EpochIsSharedInProportion(uint256 first, uint256 second) public {
        enter(carol, 777 * unit);
        setBook(123, 123, 0);
        first = bound(first, unit, MAX_MONEY_UNITS * unit);
        second = bound(second, unit, MAX_MONEY_UNITS * unit);
        ask(alice, first);
        ask(bob, second);
        roll();

        (uint256 a, uint256 b) = (vault.maxMint(alice), vault.maxMint(bob));

        assertApproxEqAbs(a * second, b * first, first + second, "same price for everybody");
    }

    function test_RevertGiven_NothingIsClaimable() public {
        ask(alice, unit);
        bytes memory nothing = abi.encodeWithSelector(IVault.NothingToClaim.selector, alice);
        vm.startPrank(alice);
        vm.expectRevert(nothing);
        vault.deposit(1, alice, alice);
        vm.expectRevert(nothing);
        vault.mint(1, alice, alice);
        vm.expectRevert(nothing);
        vault.redeem(1, alice, alice);
        vm.expectRevert(nothing);
        vault.withdraw(1, alice, alice);
    }

    function test_RevertWhen_ClaimExceedsWhatIsClaimable() public {
        enter(alice, 10 * unit);
        askOut(alice, 4e18);
        ask(alice, 3 * unit);
        roll();

        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.ClaimExceedsClaimable.selector, 3 * unit + 1, 3 * unit));
        vault.deposit(3 * unit + 1, alice, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.ClaimExceedsClaimable.selector, 3e18 + 1, 3e18));
        vault.mint(3e18 + 1, alice, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.ClaimExceedsClaimable.selector, 4e18 + 1, 4e18));
        vault.redeem(4e18 + 1, alice, alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.ClaimExceedsClaimable.selector, 4 * unit + 1, 4 * unit));
        vault.withdraw(4 * unit + 1, alice, alice);
    }

    function test_RevertWhen_ClaimByAStranger() public {
        enter(alice, 10 * unit);
        askOut(alice, 4e18);
        ask(alice, 3 * unit);
        roll();
        bytes memory refused = abi.encodeWithSelector(IVault.NotController.selector, bob, alice);

        vm.startPrank(bob);
        vm.expectRevert(refused);
        vault.deposit(unit, bob, alice);
        vm.expectRevert(refused);
        vault.mint(1e18, bob, alice);
        vm.expectRevert(refused);
        vault.redeem(1e18, bob, alice);
        vm.expectRevert(refused);
        vault.withdraw(unit, bob, alice);
    }

    function test_OperatorClaimsForItsController() public {
        enter(alice, 10 * unit);
        askOut(alice, 4e18);
        roll();
        vm.prank(alice);
        vault.setOperator(bob, true);

        vm.prank(bob);
        vault.redeem(4e18, carol, alice);

        assertEq(token.balanceOf(carol), 4 * unit);
    }

    // redeem and withdraw

    function testFuzz_RedeemClaimsAssetsInParts(uint256 shares, uint256 first) public {
        enter(alice, 1_000 * unit);
        shares = bound(shares, 1e18, 1_000e18);
        askOut(alice, shares);
        roll();
        first = bound(first, 1, shares);
        uint256 owed = vault.maxWithdraw(alice);

        vm.startPrank(alice);
        uint256 assets = vault.redeem(first, alice, alice);
        if (first != shares) assets += vault.redeem(shares - first, alice, alice);
        vm.stopPrank();

        assertEq(assets, owed, "parts add up to the whole");
        assertEq(token.balanceOf(alice), owed);
        assertEq(vault.maxRedeem(alice), 0);
        assertLe(Assets.unwrap(vault.accounts().claimable), 1, "nothing but dust stays");
    }

    function testFuzz_WithdrawClaimsExactAssets(uint256 assets) public {
        enter(alice, 1_000 * unit);
        setBook(37, 11, 0);
        askOut(alice, 500e18);
        roll();
        (uint256 most, uint256 all) = (vault.maxWithdraw(alice), vault.maxRedeem(alice));
        assets = bound(assets, 1, most);

        vm.prank(alice);
        uint256 used = vault.withdraw(assets, bob, alice);

        assertEq(token.balanceOf(bob), assets);
        assertGe(used * most, assets * all, "shares used up are rounded up");
        assertEq(vault.maxWithdraw(alice), most - assets);
        assertEq(vault.maxRedeem(alice), all - used);
    }

    function testFuzz_ClaimsBetweenFillsDoNotChangeWhatIsOwed(uint256 seed) public {
        setBufferShare(0);
        enter(alice, 1_000 * unit);
        vm.prank(alice);
        share.transfer(bob, 500e18);
        clearing.lock(address(vault), 1_000 * unit);
        askOut(alice, 500e18);
        askOut(bob, 500e18);
        roll();

        uint256 got;
        for (uint256 i; i < MAX_PARTS; ++i) {
            (, Assets locked) = clearing.balances(address(vault));
            clearing.release(address(vault), bound(uint256(keccak256(abi.encode(seed, i))), 0, Assets.unwrap(locked)));
            roll();
            if (vault.maxRedeem(alice) != 0) got += claimAssets(alice);
        }
        (, Assets rest) = clearing.balances(address(vault));
        clearing.release(address(vault), Assets.unwrap(rest));
        roll();
        if (vault.maxRedeem(alice) != 0) got += claimAssets(alice);

        assertEq(got, vault.maxWithdraw(bob), "who claims often gets what who waits gets");
        assertApproxEqAbs(got, 500 * unit, 1);
    }

    function test_ClaimableRequestsMergeUnderTheNewestId() public {
        enter(alice, 10 * unit);
        askOut(alice, 2e18);
        roll();
        askOut(alice, 3e18); // moves the first to the claim
        assertEq(vault.claimableRedeemRequest(2, alice), 2e18);
        roll();
        vm.prank(alice);
        vault.redeem(1e18, alice, alice); // merges both

        assertEq(vault.claimableRedeemRequest(2, alice), 0);
        assertEq(vault.claimableRedeemRequest(3, alice), 4e18);
        assertEq(vault.maxRedeem(alice), 4e18);
    }

    /// @dev Years of rolls between a request and its claim.
    function test_OldClaimsStayExactAndCheap() public {
        enter(alice, 1_000 * unit);
        askOut(alice, 400e18);
        roll();
        vm.prank(alice);
        share.transfer(bob, 600e18);
        for (uint256 i; i < 40; ++i) {
            askOut(bob, 2e18);
            roll();
            claimAssets(bob);
        }

        assertEq(claimAssets(alice), 400 * unit);
    }
}
