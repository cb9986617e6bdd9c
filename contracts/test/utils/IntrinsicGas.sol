// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a transaction with such calldata costs before it runs: the base and the price of its bytes.
function intrinsicGas(bytes memory data) pure returns (uint256 gas) {
    gas = 21_000;
    for (uint256 i = 0; i < data.length; ++i) {
        gas += data[i] == 0 ? 4 : 16;
    }
}
