// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../types/SeriesId.sol";
import {SignedWad, Wad} from "../types/Wad.sol";

/// @notice States of the vault by capital adequacy, from the best to the worst; only ever compared with `>=`.
type RiskState is uint8;

RiskState constant RISK_NORMAL = RiskState.wrap(0);
RiskState constant RISK_RESTRICTED = RiskState.wrap(1);
RiskState constant RISK_DELEVERAGING = RiskState.wrap(2);
RiskState constant RISK_HALTED = RiskState.wrap(3);

/// @title Liquidation threshold engine
/// @notice Owns the stress state and the breaker. Reads Market, Hedger, Vault; moves no money.
interface IRiskEngine {
    event RiskStateChanged(RiskState before, RiskState afterwards, Wad adequacy);
    event BreakerTripped(uint40 until, bytes32 reason);

    /// @notice Recomputes the worst loss over the grid and moves the state. Anyone.
    function assess() external returns (RiskState state, Wad adequacy);

    function state() external view returns (RiskState);

    /// @notice Change of equity over a grid of spot factors and volatility shifts, row by row.
    function grid(MarketId market, Wad[] calldata spotFactors, SignedWad[] calldata volatilityShifts)
        external
        view
        returns (SignedWad[] memory changes);

    /// @notice No new risk before this time.
    function breakerUntil() external view returns (uint40);
}
