// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";

/// multicall: claims and requests in one call, as the caller; all or none; no power that its caller has not.
contract VaultBatchTest is VaultFixture {
    function test_ClaimsAndAsksAtOnce(uint256 assets) public {
        assets = bound(assets, 2 * unit, 1_000_000 * unit);
        ask(alice, assets);
        roll();
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeWithSignature("deposit(uint256,address)", assets, alice);
        calls[1] = abi.encodeCall(vault.requestRedeem, (assets * 1e18 / unit / 2, alice, alice));
        vm.prank(alice);
        bytes[] memory results = vault.multicall(calls);
        assertEq(abi.decode(results[0], (uint256)), assets * 1e18 / unit, "the claim's shares");
        assertEq(share.balanceOf(alice), assets * 1e18 / unit - assets * 1e18 / unit / 2, "and half of them asked out");
        assertEq(vault.pendingRedeemRequest(abi.decode(results[1], (uint256)), alice), assets * 1e18 / unit / 2);
    }

    function test_RevertWhen_ClaimingForAnother() public {
        ask(alice, 5 * unit);
        roll();
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeWithSignature("deposit(uint256,address,address)", 5 * unit, bob, alice);
        vm.expectRevert();
        vm.prank(bob);
        vault.multicall(calls);
        assertEq(vault.maxDeposit(alice), 5 * unit, "what is alice's stays hers");
    }

    function test_RevertWhen_SenderIsNoGovernor() public {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(vault.setParams, (vault.params()));
        vm.expectRevert();
        vm.prank(alice);
        vault.multicall(calls);
        vault.multicall(calls); // this contract is the governor
    }
}
