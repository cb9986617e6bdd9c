// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A leg of an order in the arguments for the pricer: where the four words of its `LegInput` lie in memory.
type LegPlace is uint256;

using {board, node, isCall, lots, set} for LegPlace global;

function board(LegPlace leg) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := mload(leg)
    }
}

function node(LegPlace leg) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := mload(add(leg, 0x20))
    }
}

function isCall(LegPlace leg) pure returns (bool value) {
    assembly ("memory-safe") {
        value := mload(add(leg, 0x40))
    }
}

function lots(LegPlace leg) pure returns (int256 value) {
    assembly ("memory-safe") {
        value := mload(add(leg, 0x60))
    }
}

function set(LegPlace leg, uint256 board_, uint256 node_, bool isCall_, int256 lots_) pure {
    assembly ("memory-safe") {
        mstore(leg, board_)
        mstore(add(leg, 0x20), node_)
        mstore(add(leg, 0x40), isCall_)
        mstore(add(leg, 0x60), lots_)
    }
}
