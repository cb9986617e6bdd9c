// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Collateral with any decimals, and a fee on transfers when a test asks for one.
contract MockToken is ERC20 {
    uint8 private immutable _DECIMALS;

    uint256 public feeOnTransfer;

    constructor(uint8 decimals_) ERC20("Collateral", "COL") {
        _DECIMALS = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _DECIMALS;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }

    function setFeeOnTransfer(uint256 fee) external {
        feeOnTransfer = fee;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (feeOnTransfer != 0 && from != address(0) && to != address(0)) super._update(to, address(0), feeOnTransfer);
    }
}
