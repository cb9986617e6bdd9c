// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {FuzzSelector} from "../../utils/InvariantTargets.sol";
import {Account, Test} from "../../utils/Test.sol";

contract TestBaseTest is Test {
    /// @dev Forge reports a failed assertion's values itself, so these go through an external call.
    function boundExternally(uint256 x, uint256 min, uint256 max) external pure returns (uint256) {
        return bound(x, min, max);
    }

    function testFuzz_BoundStaysInside(uint256 x, uint256 a, uint256 b) public pure {
        (uint256 min, uint256 max) = a < b ? (a, b) : (b, a);
        uint256 bounded = bound(x, min, max);
        assertGe(bounded, min, "below the range");
        assertLe(bounded, max, "above the range");
    }

    function testFuzz_BoundSignedStaysInside(int256 x, int256 a, int256 b) public pure {
        (int256 min, int256 max) = a < b ? (a, b) : (b, a);
        int256 bounded = bound(x, min, max);
        assertGe(bounded, min, "below the range");
        assertLe(bounded, max, "above the range");
    }

    function testFuzz_BoundKeepsWhatIsInside(uint256 x) public pure {
        assertEq(bound(x, 0, type(uint256).max), x);
    }

    function test_BoundReachesBothEnds() public pure {
        assertEq(bound(uint256(0), 10, 20), 10, "the least input gives the least");
        assertEq(bound(type(uint256).max, 10, 20), 20, "the greatest input gives the greatest");
        assertEq(bound(type(int256).min, -5, 5), -5, "the least signed input gives the least");
        assertEq(bound(type(int256).max, -5, 5), 5, "the greatest signed input gives the greatest");
    }

    function test_RevertWhen_BoundRangeIsEmpty() public {
        vm.expectRevert(abi.encodeWithSelector(EmptyUintRange.selector, 2, 1));
        this.boundExternally(0, 2, 1);
    }

    function test_AccountSigns() public {
        Account memory alice = makeAccount("alice");
        bytes32 digest = keccak256("digest");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(alice.key, digest);
        assertEq(ecrecover(digest, v, r, s), alice.addr);
        assertEq(vm.getLabel(alice.addr), "alice");
    }

    function test_SkipMovesTimeAndBlock() public {
        (uint256 time, uint256 number) = (vm.getBlockTimestamp(), vm.getBlockNumber());
        skip(1 hours);
        assertEq(vm.getBlockTimestamp(), time + 1 hours);
        assertEq(vm.getBlockNumber(), number + 1);
    }
}

contract Counter {
    uint256 public count;
    address public lastSender;

    function increment() external {
        ++count;
        lastSender = msg.sender;
    }

    function breakIt() external {
        count = type(uint256).max;
    }
}

contract InvariantTargetsTest is Test {
    Counter private counter;
    address private excluded;

    function setUp() public {
        counter = new Counter();
        excluded = makeAddr("excluded");
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = Counter.increment.selector;
        targetContract(address(counter));
        targetSelector(FuzzSelector(address(counter), selectors));
        excludeSender(excluded);
    }

    function invariant_OnlyTargetedSelectorsAreCalled() public view {
        assertLt(counter.count(), type(uint256).max, "a selector that is no target was called");
    }

    function invariant_ExcludedSendersNeverCall() public view {
        assertNotEq(counter.lastSender(), excluded, "an excluded sender called");
    }
}
