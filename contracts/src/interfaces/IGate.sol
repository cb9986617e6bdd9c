// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Gate
/// @notice Optional allow-list of a permissioned vault, asked on deposit, trade and share transfer. No gate at all
/// means permissionless. A gate that reverts or burns its gas refuses.
interface IGate {
    /// @param action first four bytes of the function the account is about to use
    function allows(address account, bytes4 action) external view returns (bool);
}
