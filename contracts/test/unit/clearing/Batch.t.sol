// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {Size} from "../../../src/types/Size.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";

/// multicall
/// ├── several redemptions and a withdrawal in one call, as the caller
/// ├── when one of them fails: nothing happens, and its error comes through
/// ├── gives no power that its caller has not
/// └── when value is sent: reverts
contract BatchTest is ClearingFixture {
    function _hold() private {
        _deploy(6);
        _deposit(vault, 10_000 * unit);
        _fund(alice, 1_000 * unit);
        _trade(alice, call2000, 1e18, 1_000 * unit, int256(100 * unit));
        _trade(alice, put2000, 2e18, 1_000 * unit, int256(100 * unit));
        _deposit(alice, 7 * unit);
        _finalise(2300e18);
        clearing.settle(call2000);
        clearing.settle(put2000);
    }

    function test_RedeemsAllAtOnce() public {
        _hold();
        uint256 before = token.balanceOf(alice);
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(clearing.redeem, (call2000, Size.wrap(1e18), alice));
        calls[1] = abi.encodeCall(clearing.redeem, (put2000, Size.wrap(2e18), alice));
        calls[2] = abi.encodeCall(clearing.withdraw, (alice, Assets.wrap(7 * unit)));
        vm.prank(alice);
        bytes[] memory results = clearing.multicall(calls);
        assertEq(token.balanceOf(alice), before + 307 * unit, "the call pays 300, the put nothing, and 7 come back");
        assertEq(abi.decode(results[0], (uint256)), 300 * unit, "each result in its place");
        assertEq(abi.decode(results[1], (uint256)), 0);
        assertEq(_longs(alice, call2000) + _longs(alice, put2000), 0);
    }

    function test_RevertWhen_OneFails() public {
        _hold();
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(clearing.redeem, (call2000, Size.wrap(1e18), alice));
        calls[1] = abi.encodeCall(clearing.redeem, (put2000, Size.wrap(0), alice));
        vm.expectRevert(abi.encodeWithSelector(IClearing.NothingToRedeem.selector, alice, put2000));
        vm.prank(alice);
        clearing.multicall(calls);
        assertEq(_longs(alice, call2000), 1e18, "all or nothing");
    }

    function test_RevertWhen_CallerLacksThePower() public {
        _hold();
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(clearing.setMarginParams, (ETH, _params()));
        vm.expectRevert();
        vm.prank(alice);
        clearing.multicall(calls);
        clearing.multicall(calls); // this contract is the governor

        calls[0] = abi.encodeCall(clearing.lock, (call2000, Assets.wrap(1)));
        vm.expectRevert(abi.encodeWithSelector(IClearing.NotMarginPolicy.selector, alice));
        vm.prank(alice);
        clearing.multicall(calls);
        calls[0] = abi.encodeCall(clearing.withdraw, (alice, Assets.wrap(8 * unit)));
        vm.expectRevert(_insufficientFree(alice, 7 * unit, 8 * unit));
        vm.prank(alice);
        clearing.multicall(calls);
    }

    /// @dev Whose trades an orders module may make is each trader's own to say, also in a batch.
    function test_OrdersAreAllowedByTheirTraderAlone(address orders, address other) public {
        _deploy(6);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(clearing.allowOrders, (other));
        calls[1] = abi.encodeCall(clearing.allowOrders, (orders));
        vm.expectEmit(address(clearing));
        emit IClearing.OrdersAllowed(alice, other);
        vm.expectEmit(address(clearing));
        emit IClearing.OrdersAllowed(alice, orders);
        vm.prank(alice);
        clearing.multicall(calls);
        assertEq(clearing.ordersOf(alice), orders, "the last one");
        assertEq(clearing.ordersOf(bob), address(0), "and nobody else's");
        vm.prank(alice);
        clearing.allowOrders(address(0));
        assertEq(clearing.ordersOf(alice), address(0));
    }

    function test_RevertWhen_ValueIsSent() public {
        _hold();
        vm.deal(alice, 1 ether);
        vm.prank(alice);
        (bool ok,) = address(clearing).call{value: 1}(abi.encodeCall(clearing.multicall, (new bytes[](0))));
        assertFalse(ok, "nothing here takes the chain's own coin");
        assertEq(address(clearing).balance, 0);
    }
}
