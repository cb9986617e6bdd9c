// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../../../../src/types/Assets.sol";
import {MockToken} from "./MockToken.sol";

/// @notice Clearing as the vault sees it: free cash and compartments of one owner, with levers for what trading does.
contract MockClearing {
    MockToken private immutable _ASSET;

    mapping(address owner => uint256) private _free;
    mapping(address owner => uint256) private _locked;

    constructor(MockToken asset) {
        _ASSET = asset;
    }

    function deposit(address owner, Assets amount) external {
        _ASSET.transferFrom(msg.sender, address(this), Assets.unwrap(amount));
        _free[owner] += Assets.unwrap(amount);
    }

    function withdraw(address receiver, Assets amount) external {
        _free[msg.sender] -= Assets.unwrap(amount);
        _ASSET.transfer(receiver, Assets.unwrap(amount));
    }

    function balances(address owner) external view returns (Assets free, Assets locked) {
        return (Assets.wrap(_free[owner]), Assets.wrap(_locked[owner]));
    }

    /// @notice Premiums and settlements move the free cash.
    function gain(address owner, uint256 amount) external {
        _ASSET.mint(address(this), amount);
        _free[owner] += amount;
    }

    function lose(address owner, uint256 amount) external {
        _free[owner] -= amount;
        _ASSET.burn(address(this), amount);
    }

    function lock(address owner, uint256 amount) external {
        _free[owner] -= amount;
        _locked[owner] += amount;
    }

    function release(address owner, uint256 amount) external {
        _locked[owner] -= amount;
        _free[owner] += amount;
    }
}
