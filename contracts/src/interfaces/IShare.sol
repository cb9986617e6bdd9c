// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Shares} from "../types/Shares.sol";

/// @title Vault share
/// @notice Owns the ERC-20 with ERC-2612 permits. Minted and burned by the vault only.
interface IShare is IERC20Metadata, IERC20Permit {
    error NotVault(address caller);

    function mint(address to, Shares amount) external;

    function burn(address from, Shares amount) external;

    /// @notice Moves `owner`'s shares to the vault, for a redemption request. No allowance to the vault is needed.
    /// @param spender whose allowance over `owner`'s shares is used up; `owner` itself when none is needed
    function collect(address owner, address spender, Shares amount) external;

    /// @notice ERC-7575: the vault of an asset; zero for any other asset.
    function vault(address asset) external view returns (address);
}
