// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LotStore} from "../../../src/market/LotStore.sol";
import {Lots} from "../../../src/pricing/Lots.sol";
import {Test} from "../../utils/Test.sol";

/// @notice A board in storage gives back what was put into it, in one slot for eight nodes or in two.
contract LotStoreTest is Test {
    uint256 private constant NODES = 16;
    int256 private constant NARROW = 2 ** 14; // exclusive above
    int256 private constant MOST = 2 ** 30; // exclusive above

    LotStore private store;
    int256[2][NODES] private expected; // call and put

    /// @param seed of the positions: none, small, at the border of one slot, at the border of what a book holds
    function test_EveryPositionIsReadBack(uint256 seed, uint256 rounds) public {
        rounds = bound(rounds, 1, 24);
        store.open();
        _check();
        for (uint256 r = 0; r < rounds; ++r) {
            seed = uint256(keccak256(abi.encode(seed)));
            (uint256 node, bool isCall) = (seed % NODES, seed >> 8 & 1 == 0);
            int256 position = _draw(seed >> 16);
            int256 held = expected[node][isCall ? 0 : 1];
            store.add(node, isCall, position - held);
            expected[node][isCall ? 0 : 1] = position;
            _check();
        }
        for (uint256 i = 0; i < 2 * NODES; ++i) {
            store.add(i / 2, i % 2 == 0, -expected[i / 2][i % 2]);
        }
        assertTrue(store.isEmpty(), "nothing left");
    }

    function _draw(uint256 seed) private pure returns (int256) {
        int256[6] memory borders = [NARROW - 1, NARROW, -NARROW, -NARROW - 1, MOST - 1, -MOST];
        uint256 kind = seed % 4;
        seed >>= 2;
        if (kind == 0) return 0;
        if (kind == 1) return borders[seed % 6];
        int256 range = kind == 2 ? NARROW : MOST;
        return int256(seed % uint256(2 * range)) - range;
    }

    function _check() private view {
        bool any;
        for (uint256 i = 0; i < NODES; ++i) {
            (int256 call, int256 put) = store.pair(i);
            assertEq(call, expected[i][0], "the call");
            assertEq(put, expected[i][1], "the put");
            (uint256 a, uint256 b) = store.read(i / 8);
            assertEq(Lots.get(i % 8 < 4 ? a : b, i, true), call, "and so in its word");
            assertEq(Lots.get(i % 8 < 4 ? a : b, i, false), put, "and so in its word");
            any = any || call != 0 || put != 0;
        }
        assertEq(store.isEmpty(), !any, "empty when all are zero");
    }

    /// @dev What fits 15 bits takes one slot, and one lane that does not takes a second, for its eight nodes only.
    function test_OneSlotForEightNodesWhileTheyFit() public {
        store.open();
        uint256 filled = store.slots[2];
        assertTrue(filled != 0 && store.slots[3] == filled, "no slot is empty when it is needed");
        for (uint256 i = 0; i < NODES; ++i) {
            store.add(i, true, NARROW - 1);
            store.add(i, false, -NARROW);
        }
        assertTrue(store.slots[2] == filled && store.slots[3] == filled, "one slot each");
        store.add(11, false, -1);
        assertEq(store.slots[2], filled, "the first eight stay");
        assertTrue(store.slots[3] != filled, "the others take two");
        (int256 call, int256 put) = store.pair(11);
        assertTrue(call == NARROW - 1 && put == -NARROW - 1, "to the lot");
        uint256 stale = store.slots[3];
        store.add(11, false, 1);
        assertEq(store.slots[3], stale, "not written again");
        (call, put) = store.pair(11);
        assertTrue(call == NARROW - 1 && put == -NARROW, "nor read");
    }

    function test_RevertWhen_APositionLeavesItsLane() public {
        store.add(3, true, MOST - 1);
        vm.expectRevert(abi.encodeWithSelector(Lots.PositionOutOfRange.selector, MOST));
        this.add(3, true, 1);
        store.add(9, false, -MOST);
        vm.expectRevert(abi.encodeWithSelector(Lots.PositionOutOfRange.selector, -MOST - 1));
        this.add(9, false, -1);
    }

    function add(uint256 node, bool isCall, int256 lots) external {
        store.add(node, isCall, lots);
    }
}
