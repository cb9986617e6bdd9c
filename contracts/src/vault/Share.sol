// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IShare} from "../interfaces/IShare.sol";
import {Shares} from "../types/Shares.sol";

/// @title Share of a vault
/// @notice Law. Supply changes by the vault's hand only, and the vault moves shares only when their owner, its operator
/// or one it allowed asks for a redemption.
contract Share is IShare, ERC20Permit, IERC165 {
    /// @dev ERC-7575: the id of `vault(address)` alone.
    bytes4 private constant ERC7575_SHARE = 0xf815c03d;

    address private immutable _VAULT;
    address private immutable _ASSET;

    modifier onlyVault() {
        require(msg.sender == _VAULT, NotVault(msg.sender));
        _;
    }

    constructor(string memory name_, string memory symbol_, address vault_, address asset_)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
    {
        (_VAULT, _ASSET) = (vault_, asset_);
    }

    /// @inheritdoc IShare
    function mint(address to, Shares amount) external onlyVault {
        _mint(to, Shares.unwrap(amount));
    }

    /// @inheritdoc IShare
    function burn(address from, Shares amount) external onlyVault {
        _burn(from, Shares.unwrap(amount));
    }

    /// @inheritdoc IShare
    function collect(address owner, address spender, Shares amount) external onlyVault {
        if (spender != owner) _spendAllowance(owner, spender, Shares.unwrap(amount));
        _transfer(owner, _VAULT, Shares.unwrap(amount));
    }

    /// @inheritdoc IShare
    function vault(address asset_) external view returns (address) {
        return asset_ == _ASSET ? _VAULT : address(0);
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == type(IERC165).interfaceId || id == ERC7575_SHARE;
    }

    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }
}
