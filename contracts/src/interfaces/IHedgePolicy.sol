// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedWad, Wad} from "../types/Wad.sol";
import {HedgeParams, HedgeRule} from "./IHedger.sol";

/// @notice Everything a decision depends on. Deltas in wad of underlying, positive long; E in wad of collateral.
struct PolicyInput {
    HedgeParams params;
    Wad mark; // not zero
    Wad equity;
    SignedWad deltaAtMark; // of the book
    SignedWad deltaAtAverage;
    SignedWad gamma; // of the book, underlying per collateral
    SignedWad hedges; // held, owed and in flight
    uint40 timestamp;
    uint40 lastFillAt;
    uint40 forceSeenAt; // first observation of a force breach at mark alone; zero for none
    bool forceLong; // its sign
}

/// @notice What to do. The hedger holds the size to net delta, caps and venues whatever the policy says.
struct PolicyDecision {
    HedgeRule rule;
    SignedWad size; // positive: buy
    uint40 forceSeenAt; // the observation to keep from now on
    bool forceLong;
}

/// @title Hedging policy
/// @notice Owns nothing and calls nothing: which rule fires and how much. Replaceable behind the timelock.
interface IHedgePolicy {
    error ParamOutOfBounds(bytes32 name, uint256 value, uint256 least, uint256 most);
    error NotTighter(bytes32 name, uint256 value, uint256 current);

    function decide(PolicyInput calldata input) external view returns (PolicyDecision memory);

    /// @notice Reverts unless every parameter is inside its box.
    function check(HedgeParams calldata params) external view;

    /// @notice Reverts when slippage or a cap is above the one that stands.
    function checkTighter(HedgeParams calldata current, HedgeParams calldata next) external view;
}
