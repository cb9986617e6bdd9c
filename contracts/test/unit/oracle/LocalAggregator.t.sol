// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {LocalAggregator} from "../../../local/LocalAggregator.sol";
import {LocalOnly} from "../../../local/LocalOnly.sol";
import {TestToken} from "../../../local/TestToken.sol";
import {Test} from "../../utils/Test.sol";

contract LocalAggregatorTest is Test {
    LocalAggregator internal feed;

    function setUp() public {
        vm.warp(1_800_000_000);
        feed = new LocalAggregator(address(this), 8);
    }

    function test_RevertGiven_APublicChain() public {
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(LocalOnly.NotALocalChain.selector, 1));
        new LocalAggregator(address(this), 8);
        vm.chainId(8453);
        vm.expectRevert(abi.encodeWithSelector(LocalOnly.NotALocalChain.selector, 8453));
        new TestToken("t", "t", 6);
    }

    function test_RoundIdsCarryThePhase() public {
        assertEq(feed.push(1), (uint256(1) << 64) + 1, "first round of phase 1");
        assertEq(feed.push(2), (uint256(1) << 64) + 2, "second");
        feed.nextPhase();
        vm.expectRevert(LocalAggregator.NoDataPresent.selector);
        feed.latestRoundData();
        assertEq(feed.push(3), (uint256(2) << 64) + 1, "a new phase starts at one");
        assertEq(feed.pushTo(1, 4, vm.getBlockTimestamp()), (uint256(1) << 64) + 3, "the old phase goes on reporting");
        (uint80 id, int256 answer,,,) = feed.latestRoundData();
        assertEq(id, (uint256(2) << 64) + 1, "but is not the latest");
        assertEq(answer, 3, "answer");
        (, answer,,,) = feed.getRoundData((1 << 64) + 3);
        assertEq(answer, 4, "though its rounds can be read");
    }

    function test_SparseRoundsAtGivenTimes() public {
        uint256 t = vm.getBlockTimestamp();
        feed.pushAt(1, t - 2 hours);
        (,,, uint256 updatedAt,) = feed.latestRoundData();
        assertEq(updatedAt, t - 2 hours, "its own time");
        vm.expectRevert(abi.encodeWithSelector(LocalAggregator.RoundOutOfOrder.selector, t - 3 hours, t - 2 hours));
        feed.pushAt(2, t - 3 hours);
        vm.expectRevert(abi.encodeWithSelector(LocalAggregator.RoundFromFuture.selector, t + 1, t));
        feed.pushAt(2, t + 1);
    }

    function test_DeviationAndHeartbeat() public {
        assertTrue(feed.update(3000e8, 0.005e18, 1 hours), "the first");
        skip(10 minutes);
        assertFalse(feed.update(3015e8 - 1, 0.005e18, 1 hours), "below half a per cent");
        assertTrue(feed.update(3015e8, 0.005e18, 1 hours), "at it");
        assertTrue(feed.update(2990e8, 0.005e18, 1 hours), "and downwards");
        skip(1 hours - 1);
        assertFalse(feed.update(2990e8, 0.005e18, 1 hours), "before the heartbeat");
        skip(1);
        assertTrue(feed.update(2990e8, 0.005e18, 1 hours), "at the heartbeat");
    }

    function test_RevertWhen_AnotherThanTheFeederPushes() public {
        vm.startPrank(address(0xbeef));
        bytes memory denied = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(0xbeef));
        vm.expectRevert(denied);
        feed.push(1);
        vm.expectRevert(denied);
        feed.update(1, 0, 0);
        vm.expectRevert(denied);
        feed.nextPhase();
        vm.stopPrank();
    }

    function testFuzz_TokenOfAnyDecimals(uint8 decimals, uint128 amount) public {
        TestToken token = new TestToken("Test", "T", decimals);
        token.mint(address(this), amount);
        assertEq(token.decimals(), decimals, "decimals");
        assertEq(token.balanceOf(address(this)), amount, "minted");
    }
}
