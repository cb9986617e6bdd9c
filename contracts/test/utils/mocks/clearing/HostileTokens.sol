// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockCollateral} from "./MockCollateral.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Burns one unit of each transfer: the receiver gets less than was sent.
contract FeeOnTransferToken is MockCollateral(6) {
    bool public charging = true;

    function setCharging(bool charging_) external {
        charging = charging_;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (charging && from != address(0) && to != address(0) && value != 0) super._update(to, address(0), 1);
    }
}

/// @notice Takes one unit more from the sender than it was told to.
contract FeeOnSenderToken is MockCollateral(6) {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(from, address(0), 1);
    }
}

/// @notice Does nothing and says so.
contract ReturnsFalseToken is MockCollateral(6) {
    function transfer(address, uint256) public pure override returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Does nothing and claims success.
contract LyingToken is MockCollateral(6) {
    function transfer(address, uint256) public pure override returns (bool) {
        return true;
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @notice Calls out in the middle of every transfer, once armed. What the call did is kept for the test to read.
contract HookToken is MockCollateral(6) {
    address public target;
    bytes public data;
    bool public called;
    bool public succeeded;
    bytes public result;

    function arm(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target == address(0)) return;
        address hook = target;
        target = address(0);
        called = true;
        (succeeded, result) = hook.call(data);
    }
}
