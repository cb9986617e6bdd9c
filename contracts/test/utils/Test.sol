// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Assertions} from "./Assertions.sol";
import {InvariantTargets} from "./InvariantTargets.sol";

/// @dev A person in a test: a labelled address that can sign.
struct Account {
    address addr;
    uint256 key;
}

/// @title The base of every test
/// @notice `Vm`, assertions, invariant targets, bounded inputs and named accounts; nothing of the project's own.
abstract contract Test is Assertions, InvariantTargets {
    error EmptyRange(int256 min, int256 max);
    error EmptyUintRange(uint256 min, uint256 max);

    /// @dev How far from a type's end the fuzzer's edge values are mapped to the range's end.
    uint256 private constant EDGE = 3;

    /// @notice `x` moved into [min, max]. Values inside stay; the fuzzer's favourites 0.. and ..max become the range's ends.
    function bound(uint256 x, uint256 min, uint256 max) internal pure returns (uint256) {
        require(min <= max, EmptyUintRange(min, max));
        if (x >= min && x <= max) return x;
        uint256 last = max - min;
        if (x <= EDGE && last > x) return min + x;
        if (x >= type(uint256).max - EDGE && last > type(uint256).max - x) return max - (type(uint256).max - x);
        unchecked {
            return last == type(uint256).max ? x : min + x % (last + 1);
        }
    }

    /// @notice The same for signed values.
    function bound(int256 x, int256 min, int256 max) internal pure returns (int256) {
        require(min <= max, EmptyRange(min, max));
        return _signed(bound(_ordered(x), _ordered(min), _ordered(max)));
    }

    /// @notice A labelled account whose key follows from its name.
    function makeAccount(string memory name) internal returns (Account memory account) {
        account.key = uint256(keccak256(bytes(name)));
        account.addr = vm.addr(account.key);
        vm.label(account.addr, name);
    }

    function makeAddr(string memory name) internal returns (address) {
        return makeAccount(name).addr;
    }

    /// @notice Lets time pass. The block number follows, so that block-based guards see another block.
    function skip(uint256 secs) internal {
        vm.warp(vm.getBlockTimestamp() + secs);
        vm.roll(vm.getBlockNumber() + 1);
    }

    /// @notice Calls and returns instead of reverting: for handlers and for asserting on error data.
    function attempt(address target, bytes memory data) internal returns (bool ok, bytes memory result) {
        return target.call(data);
    }

    /// @dev Order-preserving: the lowest int256 is 0.
    function _ordered(int256 x) private pure returns (uint256) {
        return uint256(x) ^ (1 << 255);
    }

    function _signed(uint256 x) private pure returns (int256) {
        return int256(x ^ (1 << 255));
    }
}
