// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {SignedWad, Wad} from "../types/Wad.sol";

/// @title Hedging venue
/// @notice Holds only hedge assets. Every state-changing function is for the hedger only; whoever else calls is refused.
interface IReactor {
    error NotHedger(address caller);
    error SlippageExceeded(uint256 got, uint256 least);

    /// @notice Trades towards `amount` of underlying, positive buys. Cash for a buy has been transferred in before the
    /// call; all collateral not used, and the proceeds of a sale, go back to the hedger.
    /// @param spot price the slippage bound is measured against, collateral per underlying
    /// @return filled underlying traded, same sign, |filled| <= |amount|
    /// @return inFlight underlying ordered and not yet filled (asynchronous venues)
    function hedge(SignedWad amount, Wad spot, Wad maxSlippage) external returns (SignedWad filled, SignedWad inFlight);

    /// @notice Underlying held or owed. Never reverts.
    function delta() external view returns (SignedWad);

    /// @notice Signed worth at `spot`, costs of leaving not deducted. Never reverts.
    function equity(Wad spot) external view returns (SignedAssets);

    /// @notice Underlying that could be added and shed now within the slippage bound.
    function capacity(Wad spot, Wad maxSlippage) external view returns (Wad up, Wad down);

    /// @notice Pays idle collateral to the hedger, at most `amount`.
    function withdraw(Assets amount) external returns (Assets paid);

    /// @notice Closes everything and pays the hedger.
    function unwind(Wad spot, Wad maxSlippage) external returns (Assets paid);

    /// @notice Collects what is due from the venue (fees, filled orders).
    function sync() external;
}
