// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUniswapV3SwapCallback} from "../../../../src/hedging/IUniswapV3Pool.sol";

/// @notice A pool that asks for what the test says, and may call somewhere else while it has control.
contract HostilePool {
    address public token0;
    address public token1;
    uint24 public fee = 500;
    uint160 public sqrtPriceX96;
    uint128 public liquidity = 1e24;
    int256 public ask0;
    int256 public ask1;
    address public target;
    bytes public call;
    bool public reentered;
    bytes public answer;

    constructor(address token0_, address token1_, uint160 sqrtPriceX96_) {
        (token0, token1, sqrtPriceX96) = (token0_, token1_, sqrtPriceX96_);
    }

    function setAsk(int256 ask0_, int256 ask1_) external {
        (ask0, ask1) = (ask0_, ask1_);
    }

    function setReentry(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function slot0() external view returns (uint160, int24, uint16, uint16, uint16, uint8, bool) {
        return (sqrtPriceX96, 0, 0, 0, 0, 0, true);
    }

    function swap(address, bool, int256, uint160, bytes calldata) external returns (int256, int256) {
        if (target != address(0)) (reentered, answer) = target.call(call);
        IUniswapV3SwapCallback(msg.sender).uniswapV3SwapCallback(ask0, ask1, "");
        return (ask0, ask1);
    }

    function callBack(IUniswapV3SwapCallback victim) external {
        victim.uniswapV3SwapCallback(ask0, ask1, "");
    }
}
