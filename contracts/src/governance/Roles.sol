// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Role ids of the one AccessManager. GOVERNOR is OpenZeppelin's ADMIN_ROLE: token votes behind a timelock.
uint64 constant GOVERNOR = 0;
/// @dev Moves bounded values towards safe, at once, inside the governor's box.
uint64 constant RISK_COUNCIL = 1;
/// @dev Pauses at once; cannot unpause.
uint64 constant GUARDIAN = 2;
/// @dev Lists boards inside the grid rules. No power over money.
uint64 constant LISTER = 3;
