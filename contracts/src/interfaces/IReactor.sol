// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {SignedWad, Wad} from "../types/Wad.sol";

/// @notice A venue in one reading.
struct ReactorReport {
    SignedWad delta; // underlying held or owed, positive long
    SignedWad inFlight; // underlying ordered and not yet filled (asynchronous venues)
    SignedAssets equity; // signed worth at the spot asked with, costs of leaving not deducted
    Wad capacityUp; // underlying that could be added now within the slippage asked with
    Wad capacityDown; // underlying that could be shed
}

/// @title Hedging venue
/// @notice Holds only hedge assets. Every state-changing function is for the hedger only; whoever else calls is refused.
/// Slippage is a share of the order's notional at `spot` and includes the venue's fees: what an order costs, all in.
/// The hedger measures every order by `report` before and after and by its own balance, and undoes an order that cost
/// more, moved the wrong way or moved too far.
interface IReactor {
    error NotHedger(address caller);
    error SlippageExceeded(uint256 got, uint256 least);

    /// @notice Trades towards `amount` of underlying, positive buys; as much of it as slippage allows. The cash that
    /// `cashFor` asks has been transferred in before the call; all collateral not used, and the proceeds of a sale, go
    /// back to the hedger.
    /// @param spot price the slippage bound is measured against, collateral per underlying
    /// @return filled underlying traded, same sign, |filled| <= |amount|
    /// @return inFlight underlying ordered and not yet filled (asynchronous venues)
    function hedge(SignedWad amount, Wad spot, Wad maxSlippage) external returns (SignedWad filled, SignedWad inFlight);

    /// @notice Underlying held or owed. Never reverts.
    function delta() external view returns (SignedWad);

    /// @notice Signed worth at `spot`, costs of leaving not deducted. Never reverts.
    function equity(Wad spot) external view returns (SignedAssets);

    /// @notice Underlying that could be added and shed now within the slippage bound. Never reverts.
    function capacity(Wad spot, Wad maxSlippage) external view returns (Wad up, Wad down);

    /// @notice Everything the hedger keeps, in one call. Never reverts.
    function report(Wad spot, Wad maxSlippage) external view returns (ReactorReport memory);

    /// @notice Collateral the hedger must bring for an order, rounded up; what is not used comes back.
    function cashFor(SignedWad amount, Wad spot, Wad maxSlippage) external view returns (Assets);

    /// @notice Pays idle collateral to the hedger, at most `amount`.
    function withdraw(Assets amount) external returns (Assets paid);

    /// @notice Closes what slippage allows, at best everything, and pays the hedger.
    function unwind(Wad spot, Wad maxSlippage) external returns (Assets paid);

    /// @notice Collects what is due from the venue (fees, filled orders).
    function sync() external;
}
