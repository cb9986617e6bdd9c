// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clearing} from "../../../src/clearing/Clearing.sol";
import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {Assets, CollateralDecimalsAbove18} from "../../../src/types/Assets.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Size} from "../../../src/types/Size.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";
import {
    FeeOnSenderToken,
    FeeOnTransferToken,
    HookToken,
    LyingToken,
    ReturnsFalseToken
} from "../../utils/mocks/clearing/HostileTokens.sol";
import {MockCollateral} from "../../utils/mocks/clearing/MockCollateral.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// the collateral token
/// ├── when it takes a fee from the receiver, or more than told from the sender: reverts
/// ├── when it returns false, or lies: reverts
/// ├── when it has more than 18 decimals: cannot be cleared
/// └── when it calls back
///     ├── every money entry point is closed meanwhile
///     └── what it can read is already the state after the call
contract HostileTokensTest is ClearingFixture {
    uint256 private constant AMOUNT = 1000e6;

    function test_RevertGiven_FeeOnTransferIntoClearing() public {
        _deployWith(new FeeOnTransferToken());
        _fund(alice, AMOUNT);
        vm.expectRevert(_unexpected(AMOUNT, AMOUNT - 1));
        vm.prank(alice);
        clearing.deposit(alice, Assets.wrap(AMOUNT));
        vm.expectRevert(_unexpected(AMOUNT, AMOUNT - 1));
        _trade(alice, call2000, int256(ONE), 0, int256(AMOUNT));
    }

    function test_RevertGiven_FeeTakenFromTheSender() public {
        _deployWith(new FeeOnSenderToken());
        token.mint(address(clearing), AMOUNT);
        _fund(alice, AMOUNT + 2);
        vm.prank(alice);
        clearing.deposit(alice, Assets.wrap(AMOUNT));
        vm.expectRevert(_unexpected(10, 11));
        vm.prank(alice);
        clearing.withdraw(alice, Assets.wrap(10));
    }

    function test_RevertGiven_TokenReturnsFalse() public {
        _deployWith(new ReturnsFalseToken());
        _fund(alice, AMOUNT);
        bytes memory expected = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token));
        vm.expectRevert(expected);
        vm.prank(alice);
        clearing.deposit(alice, Assets.wrap(AMOUNT));
        vm.expectRevert(expected);
        _trade(alice, call2000, int256(ONE), 0, int256(AMOUNT));
    }

    function test_RevertGiven_TokenLies() public {
        _deployWith(new LyingToken());
        _fund(alice, AMOUNT);
        vm.expectRevert(_unexpected(AMOUNT, 0));
        vm.prank(alice);
        clearing.deposit(alice, Assets.wrap(AMOUNT));
    }

    function testFuzz_RevertGiven_MoreThan18Decimals(uint8 decimals) public {
        decimals = uint8(bound(decimals, 19, 77));
        MockCollateral token_ = new MockCollateral(decimals);
        vm.expectRevert(abi.encodeWithSelector(CollateralDecimalsAbove18.selector, decimals));
        this.deployWith(token_);
    }

    function deployWith(MockCollateral token_) external {
        _deployWith(token_);
    }

    /// @dev The token reenters every money entry point, out of every money entry point.
    function testFuzz_RevertWhen_Reentering(uint256 outer, uint256 inner) public {
        HookToken hook = new HookToken();
        _deployWith(hook);
        _deposit(vault, 10_000e6);
        _deposit(alice, AMOUNT);
        _fund(alice, 10 * AMOUNT);
        _trade(alice, put2000, int256(ONE), 0, 0);
        _trade(alice, call2000, int256(2 * ONE), 0, 0);
        oracle.setPrice(ETH, EXPIRY, Wad.wrap(2100e18), START);
        bytes[6] memory calls = [
            abi.encodeCall(Clearing.deposit, (alice, Assets.wrap(1))),
            abi.encodeCall(Clearing.withdraw, (alice, Assets.wrap(1))),
            abi.encodeCall(Clearing.redeem, (call2000, Size.wrap(1), alice)),
            abi.encodeCall(Clearing.redeemFor, (call2000, alice)),
            abi.encodeCall(Clearing.settle, (put2000)),
            abi.encodeCall(Clearing.retryNotice, (call2000))
        ];
        if (outer % 4 > 1) {
            vm.warp(EXPIRY);
            clearing.settle(call2000);
        }
        hook.arm(address(clearing), calls[inner % 6]);

        if (outer % 4 == 0) _trade(alice, call2000, int256(ONE), 0, 1e6);
        else if (outer % 4 == 1) _trade(alice, call2000, -int256(ONE), 0, -1e6);
        else if (outer % 4 == 2) clearing.redeemFor(call2000, alice);
        else _withdraw(alice, 1);

        assertTrue(hook.called(), "called back");
        assertFalse(hook.succeeded(), "closed");
        assertEq(
            hook.result(),
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
            "by the guard"
        );
    }

    /// @dev Read-only reentrancy: in the middle of a payment the balances are those after it.
    function test_ViewsAreFinalDuringATransfer() public {
        HookToken hook = new HookToken();
        _deployWith(hook);
        _deposit(alice, AMOUNT);
        hook.arm(address(clearing), abi.encodeCall(Clearing.free, (alice)));
        _withdraw(alice, 400e6);
        assertEq(abi.decode(hook.result(), (uint256)), 600e6, "after the withdrawal");
    }

    /// @dev A holder the token refuses cannot be paid by others, and redeems to somewhere else itself.
    function test_ABlockedHolderRedeemsElsewhere() public {
        _deploy(6);
        _deposit(vault, AMOUNT);
        _trade(alice, call2000, int256(ONE), 0, 0);
        _finalise(2100e18);
        clearing.settle(call2000);
        vm.mockCallRevert(address(token), abi.encodeWithSelector(token.transfer.selector, alice), "blocked");
        vm.expectRevert("blocked");
        clearing.redeemFor(call2000, alice);
        vm.prank(alice);
        clearing.redeem(call2000, Size.wrap(ONE), bob);
        assertEq(token.balanceOf(bob), 100e6, "paid elsewhere");
    }

    function _withdraw(address owner, uint256 amount) private {
        vm.prank(owner);
        clearing.withdraw(owner, Assets.wrap(amount));
    }

    function _unexpected(uint256 expected, uint256 moved) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IClearing.UnexpectedTokenBehaviour.selector, Assets.wrap(expected), Assets.wrap(moved)
            );
    }
}
