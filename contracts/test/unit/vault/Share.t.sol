// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IShare} from "../../../src/interfaces/IShare.sol";
import {Share} from "../../../src/vault/Share.sol";
import {Shares} from "../../../src/types/Shares.sol";
import {Account, Test} from "../../utils/Test.sol";

contract ShareTest is Test {
    address private constant ASSET = address(0xA55E7);
    bytes32 private constant PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    Share private share;
    address private vault = makeAddr("vault");
    address private bob = makeAddr("bob");
    Account private alice;

    function setUp() public {
        alice = makeAccount("alice");
        share = new Share("Keel", "KEEL", vault, ASSET);
        vm.prank(vault);
        share.mint(alice.addr, Shares.wrap(10e18));
    }

    function test_VaultMintsAndBurns() public {
        vm.prank(vault);
        share.burn(alice.addr, Shares.wrap(4e18));
        assertEq(share.balanceOf(alice.addr), 6e18);
        assertEq(share.totalSupply(), 6e18);
        assertEq(uint256(share.decimals()), 18);
    }

    function testFuzz_RevertWhen_NotTheVault(address caller) public {
        vm.assume(caller != vault);
        bytes memory refused = abi.encodeWithSelector(IShare.NotVault.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refused);
        share.mint(caller, Shares.wrap(1));
        vm.expectRevert(refused);
        share.burn(alice.addr, Shares.wrap(1));
        vm.expectRevert(refused);
        share.collect(alice.addr, alice.addr, Shares.wrap(1));
    }

    function test_CollectForTheOwnerNeedsNoAllowance() public {
        vm.prank(vault);
        share.collect(alice.addr, alice.addr, Shares.wrap(3e18));
        assertEq(share.balanceOf(vault), 3e18);
    }

    function test_CollectForAnotherSpendsItsAllowance() public {
        vm.prank(alice.addr);
        share.approve(bob, 5e18);
        vm.prank(vault);
        share.collect(alice.addr, bob, Shares.wrap(3e18));
        assertEq(share.allowance(alice.addr, bob), 2e18);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 2e18, 3e18));
        vm.prank(vault);
        share.collect(alice.addr, bob, Shares.wrap(3e18));
    }

    function test_PermitGivesAnAllowance() public {
        bytes32 message = keccak256(abi.encode(PERMIT, alice.addr, bob, 7e18, 0, type(uint256).max));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", share.DOMAIN_SEPARATOR(), message));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(alice.key, digest);

        share.permit(alice.addr, bob, 7e18, type(uint256).max, v, r, s);

        assertEq(share.allowance(alice.addr, bob), 7e18);
        assertEq(share.nonces(alice.addr), 1);
    }

    function test_KnowsItsVaultByItsAsset() public view {
        assertEq(share.vault(ASSET), vault);
        assertEq(share.vault(vault), address(0));
        assertTrue(share.supportsInterface(0xf815c03d), "ERC-7575 share");
        assertTrue(share.supportsInterface(0x01ffc9a7), "ERC-165");
        assertFalse(share.supportsInterface(0xffffffff));
    }
}
