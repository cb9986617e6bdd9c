// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// deposit
/// ├── given no allowance: reverts
/// └── given allowance: credits the named owner, debits the caller, says so
/// withdraw
/// ├── when more than free: reverts
/// ├── when to clearing itself: reverts
/// └── when within free: pays the receiver, debits the caller
/// lock, release
/// └── when the caller is not the margin policy: reverts
contract CashTest is ClearingFixture {
    uint256 private constant MAX_AMOUNT = 1e30;

    function testFuzz_DepositCreditsTheNamedOwner(uint256 seed, uint256 amount) public {
        _deploy(_decimals(seed));
        amount = bound(amount, 0, MAX_AMOUNT);
        _fund(alice, amount);

        vm.expectEmit(address(clearing));
        emit IClearing.Deposited(bob, alice, Assets.wrap(amount));
        vm.prank(alice);
        clearing.deposit(bob, Assets.wrap(amount));

        assertEq(_free(bob), amount, "credited");
        assertEq(_free(alice), 0, "payer not credited");
        assertEq(token.balanceOf(alice), 0, "payer debited");
        assertEq(token.balanceOf(address(clearing)), amount, "held");
    }

    function test_RevertGiven_NoAllowance() public {
        _deploy(6);
        token.mint(alice, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(clearing), 0, 1)
        );
        vm.prank(alice);
        clearing.deposit(alice, Assets.wrap(1));
    }

    function test_RevertWhen_DepositNeeds129Bits() public {
        _deploy(18);
        _fund(alice, type(uint256).max);
        vm.expectPartialRevert(bytes4(keccak256("SafeCastOverflowedUintDowncast(uint8,uint256)")));
        vm.prank(alice);
        clearing.deposit(alice, Assets.wrap(uint256(type(uint128).max) + 1));
    }

    function testFuzz_WithdrawPaysTheReceiver(uint256 seed, uint256 amount, uint256 out) public {
        _deploy(_decimals(seed));
        amount = bound(amount, 0, MAX_AMOUNT);
        out = bound(out, 0, amount);
        _deposit(alice, amount);

        vm.expectEmit(address(clearing));
        emit IClearing.Withdrawn(alice, bob, Assets.wrap(out));
        vm.prank(alice);
        clearing.withdraw(bob, Assets.wrap(out));

        assertEq(_free(alice), amount - out, "debited");
        assertEq(token.balanceOf(bob), out, "paid");
    }

    function testFuzz_RevertWhen_WithdrawingMoreThanFree(uint256 amount, uint256 excess) public {
        _deploy(6);
        amount = bound(amount, 0, MAX_AMOUNT);
        excess = bound(excess, 1, type(uint256).max - amount);
        _deposit(alice, amount);
        _deposit(bob, MAX_AMOUNT);
        vm.expectRevert(_insufficientFree(alice, amount, amount + excess));
        vm.prank(alice);
        clearing.withdraw(alice, Assets.wrap(amount + excess));
    }

    function test_RevertWhen_WithdrawingToClearing() public {
        _deploy(6);
        _deposit(alice, 10);
        vm.expectRevert(
            abi.encodeWithSelector(IClearing.UnexpectedTokenBehaviour.selector, Assets.wrap(10), Assets.wrap(0))
        );
        vm.prank(alice);
        clearing.withdraw(address(clearing), Assets.wrap(10));
    }

    function test_RevertWhen_LockOrReleaseByAnyoneElse() public {
        _deploy(6);
        address[4] memory callers = [alice, vault, address(market), address(this)];
        for (uint256 i; i < callers.length; ++i) {
            bytes memory expected = abi.encodeWithSelector(IClearing.NotMarginPolicy.selector, callers[i]);
            vm.expectRevert(expected);
            vm.prank(callers[i]);
            clearing.lock(call2000, Assets.wrap(0));
            vm.expectRevert(expected);
            vm.prank(callers[i]);
            clearing.release(call2000, Assets.wrap(0));
        }
    }

    function test_RevertGiven_LockWithoutAShort() public {
        _deploy(6);
        _deposit(vault, 10);
        vm.expectPartialRevert(IClearing.VaultNotShort.selector);
        vm.prank(address(policy));
        clearing.lock(call2000, Assets.wrap(1));
    }

    function testFuzz_LockAndReleaseMoveBetweenFreeAndCompartment(uint256 cash, uint256 up, uint256 down) public {
        _deploy(6);
        cash = bound(cash, 1, MAX_AMOUNT);
        up = bound(up, 0, cash);
        down = bound(down, 0, up);
        _deposit(vault, cash);
        _trade(alice, call2000, 1e18, 0, 0);

        vm.startPrank(address(policy));
        vm.expectRevert(_insufficientFree(vault, cash, cash + 1));
        clearing.lock(call2000, Assets.wrap(cash + 1));
        clearing.lock(call2000, Assets.wrap(up));
        assertEq(_compartment(call2000), up, "locked in");
        assertEq(_free(vault), cash - up, "out of free");

        vm.expectRevert(
            abi.encodeWithSelector(
                IClearing.InsufficientCompartment.selector, call2000, Assets.wrap(up), Assets.wrap(up + 1)
            )
        );
        clearing.release(call2000, Assets.wrap(up + 1));
        clearing.release(call2000, Assets.wrap(down));
        vm.stopPrank();
        assertEq(_compartment(call2000), up - down, "released");
        assertEq(_locked(vault), up - down, "sum of compartments");
        assertEq(_free(vault), cash - up + down, "back in free");
        assertEq(token.balanceOf(address(clearing)), cash, "no token moved");
    }
}
