// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title Authority
/// @notice The one authority of a deployment: OpenZeppelin's AccessManager as it is, under a name of ours so that it
/// is compiled and deployed with the core. Role ids are in Roles.sol.
contract Authority is AccessManager {
    constructor(address governor) AccessManager(governor) {}
}
