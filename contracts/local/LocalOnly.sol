// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Contracts of the development chain: they refuse to exist on any other.
abstract contract LocalOnly {
    error NotALocalChain(uint256 chainId);

    constructor() {
        require(block.chainid == 31337 || block.chainid == 1337, NotALocalChain(block.chainid));
    }
}
