// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVault} from "../../../../src/interfaces/IVault.sol";
import {Assets} from "../../../../src/types/Assets.sol";

/// @notice The vault as the hedger knows it: cash above a buffer, and E.
contract HedgeVaultMock {
    IERC20 public immutable TOKEN;
    address public hedger;
    uint256 public equityStored;
    uint256 public buffer;
    uint256 public funded;
    uint256 public repaid;
    uint256 private _wanted; // with what had been repaid when it was wanted

    constructor(IERC20 token) {
        TOKEN = token;
    }

    function setHedger(address hedger_) external {
        hedger = hedger_;
    }

    function setEquity(uint256 equity_) external {
        equityStored = equity_;
    }

    function setBuffer(uint256 buffer_) external {
        buffer = buffer_;
    }

    function setWanted(uint256 wanted) external {
        _wanted = wanted + repaid;
    }

    function cashWanted() external view returns (Assets) {
        return Assets.wrap(_wanted > repaid ? _wanted - repaid : 0);
    }

    function equity() external view returns (Assets) {
        return Assets.wrap(equityStored);
    }

    function fund(Assets amount) external {
        require(msg.sender == hedger, IVault.NotHedger(msg.sender));
        uint256 balance = TOKEN.balanceOf(address(this));
        Assets free = Assets.wrap(balance > buffer ? balance - buffer : 0);
        require(amount <= free, IVault.InsufficientFreeCash(free, amount));
        funded += Assets.unwrap(amount);
        TOKEN.transfer(msg.sender, Assets.unwrap(amount));
    }

    function repay(Assets amount) external {
        require(msg.sender == hedger, IVault.NotHedger(msg.sender));
        repaid += Assets.unwrap(amount);
        TOKEN.transferFrom(msg.sender, address(this), Assets.unwrap(amount));
    }
}
