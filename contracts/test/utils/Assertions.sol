// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VM, Vm} from "./Vm.sol";

/// @title Assertions
/// @notice A failed assertion reverts with both values and the text. State the broken law in the text, not the values.
/// @dev Inside an invariant handler a revert only fails the run under `fail_on_revert = true`, which is this repository's setting.
abstract contract Assertions {
    Vm internal constant vm = VM;

    function fail(string memory text) internal pure {
        vm.assertTrue(false, text);
    }

    function assertTrue(bool condition) internal pure {
        vm.assertTrue(condition, "");
    }

    function assertTrue(bool condition, string memory text) internal pure {
        vm.assertTrue(condition, text);
    }

    function assertFalse(bool condition) internal pure {
        vm.assertFalse(condition, "");
    }

    function assertFalse(bool condition, string memory text) internal pure {
        vm.assertFalse(condition, text);
    }

    function assertEq(bool left, bool right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(bool left, bool right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(uint256 left, uint256 right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(uint256 left, uint256 right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(int256 left, int256 right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(int256 left, int256 right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(address left, address right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(address left, address right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(bytes32 left, bytes32 right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(bytes32 left, bytes32 right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(string memory left, string memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(string memory left, string memory right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(bytes memory left, bytes memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(bytes memory left, bytes memory right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(uint256[] memory left, uint256[] memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(uint256[] memory left, uint256[] memory right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(int256[] memory left, int256[] memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(int256[] memory left, int256[] memory right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(address[] memory left, address[] memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(address[] memory left, address[] memory right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertEq(bytes32[] memory left, bytes32[] memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(bytes32[] memory left, bytes32[] memory right, string memory text) internal pure {
        vm.assertEq(left, right, text);
    }

    function assertNotEq(bool left, bool right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(bool left, bool right, string memory text) internal pure {
        vm.assertNotEq(left, right, text);
    }

    function assertNotEq(uint256 left, uint256 right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(uint256 left, uint256 right, string memory text) internal pure {
        vm.assertNotEq(left, right, text);
    }

    function assertNotEq(int256 left, int256 right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(int256 left, int256 right, string memory text) internal pure {
        vm.assertNotEq(left, right, text);
    }

    function assertNotEq(address left, address right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(address left, address right, string memory text) internal pure {
        vm.assertNotEq(left, right, text);
    }

    function assertNotEq(bytes32 left, bytes32 right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(bytes32 left, bytes32 right, string memory text) internal pure {
        vm.assertNotEq(left, right, text);
    }

    function assertNotEq(string memory left, string memory right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(string memory left, string memory right, string memory text) internal pure {
        vm.assertNotEq(left, right, text);
    }

    function assertNotEq(bytes memory left, bytes memory right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(bytes memory left, bytes memory right, string memory text) internal pure {
        vm.assertNotEq(left, right, text);
    }

    function assertLt(uint256 left, uint256 right) internal pure {
        vm.assertLt(left, right, "");
    }

    function assertLt(uint256 left, uint256 right, string memory text) internal pure {
        vm.assertLt(left, right, text);
    }

    function assertLt(int256 left, int256 right) internal pure {
        vm.assertLt(left, right, "");
    }

    function assertLt(int256 left, int256 right, string memory text) internal pure {
        vm.assertLt(left, right, text);
    }

    function assertLe(uint256 left, uint256 right) internal pure {
        vm.assertLe(left, right, "");
    }

    function assertLe(uint256 left, uint256 right, string memory text) internal pure {
        vm.assertLe(left, right, text);
    }

    function assertLe(int256 left, int256 right) internal pure {
        vm.assertLe(left, right, "");
    }

    function assertLe(int256 left, int256 right, string memory text) internal pure {
        vm.assertLe(left, right, text);
    }

    function assertGt(uint256 left, uint256 right) internal pure {
        vm.assertGt(left, right, "");
    }

    function assertGt(uint256 left, uint256 right, string memory text) internal pure {
        vm.assertGt(left, right, text);
    }

    function assertGt(int256 left, int256 right) internal pure {
        vm.assertGt(left, right, "");
    }

    function assertGt(int256 left, int256 right, string memory text) internal pure {
        vm.assertGt(left, right, text);
    }

    function assertGe(uint256 left, uint256 right) internal pure {
        vm.assertGe(left, right, "");
    }

    function assertGe(uint256 left, uint256 right, string memory text) internal pure {
        vm.assertGe(left, right, text);
    }

    function assertGe(int256 left, int256 right) internal pure {
        vm.assertGe(left, right, "");
    }

    function assertGe(int256 left, int256 right, string memory text) internal pure {
        vm.assertGe(left, right, text);
    }

    function assertApproxEqAbs(uint256 left, uint256 right, uint256 maxDelta) internal pure {
        vm.assertApproxEqAbs(left, right, maxDelta, "");
    }

    function assertApproxEqAbs(uint256 left, uint256 right, uint256 maxDelta, string memory text) internal pure {
        vm.assertApproxEqAbs(left, right, maxDelta, text);
    }

    function assertApproxEqAbs(int256 left, int256 right, uint256 maxDelta) internal pure {
        vm.assertApproxEqAbs(left, right, maxDelta, "");
    }

    function assertApproxEqAbs(int256 left, int256 right, uint256 maxDelta, string memory text) internal pure {
        vm.assertApproxEqAbs(left, right, maxDelta, text);
    }

    /// @param maxRelative Largest |left - right| / |right|, 1e18 = 100 %.
    function assertApproxEqRel(uint256 left, uint256 right, uint256 maxRelative) internal pure {
        vm.assertApproxEqRel(left, right, maxRelative, "");
    }

    /// @param maxRelative Largest |left - right| / |right|, 1e18 = 100 %.
    function assertApproxEqRel(uint256 left, uint256 right, uint256 maxRelative, string memory text) internal pure {
        vm.assertApproxEqRel(left, right, maxRelative, text);
    }

    /// @param maxRelative Largest |left - right| / |right|, 1e18 = 100 %.
    function assertApproxEqRel(int256 left, int256 right, uint256 maxRelative) internal pure {
        vm.assertApproxEqRel(left, right, maxRelative, "");
    }

    /// @param maxRelative Largest |left - right| / |right|, 1e18 = 100 %.
    function assertApproxEqRel(int256 left, int256 right, uint256 maxRelative, string memory text) internal pure {
        vm.assertApproxEqRel(left, right, maxRelative, text);
    }
}
