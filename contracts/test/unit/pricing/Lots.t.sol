// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lots} from "../../../src/pricing/Lots.sol";
import {Test} from "../../utils/Test.sol";

contract LotsHarness {
    function set(uint256 word, uint256 node, bool call, int256 lots) external pure returns (uint256) {
        return Lots.set(word, node, call, lots);
    }
}

/// @notice A lane of the book holds what 31 bits hold, and leaves the other seven alone.
contract LotsTest is Test {
    int256 private constant MOST = 2 ** 30 - 1;
    int256 private constant LEAST = -(2 ** 30);

    LotsHarness private lots = new LotsHarness();

    function test_ALaneHoldsItsPositionAndNoOther(uint256 word, uint256 node, bool call, int256 position) public view {
        node = bound(node, 0, 15);
        position = bound(position, LEAST, MOST);
        uint256 after_ = lots.set(word, node, call, position);
        uint256 shift = (node % 4) * 64 + (call ? 0 : 32);
        assertEq(int256(int32(uint32(after_ >> shift))), position, "its own lane");
        uint256 lane = uint256(type(uint32).max) << shift;
        assertEq(after_ & ~lane, word & ~lane, "the others are as they were");
        assertEq(Lots.get(after_, node, call), position, "and it is read back");
    }

    function test_RevertWhen_PositionOutOfRange(uint256 word, uint256 beyond) public {
        int256 above = int256(bound(beyond, uint256(MOST + 1), uint256(type(int256).max)));
        int256[5] memory wrong = [above, -above - 1, MOST + 1, LEAST - 1, type(int256).min];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Lots.PositionOutOfRange.selector, wrong[i]));
            lots.set(word, i, i % 2 == 0, wrong[i]);
        }
        lots.set(word, 0, true, MOST);
        lots.set(word, 0, true, LEAST);
    }
}
