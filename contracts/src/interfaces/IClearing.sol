// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize, Size} from "../types/Size.sol";
import {Wad} from "../types/Wad.sol";

/// @notice Governed margin parameters of a market.
/// put:  U min(K, sS) + max(K - sS, 0)
/// call: U min(S, sK) + max(S - sK, 0), backed by the collateral
/// and never below mark * markFactor + spot * spotFloor. U(time to expiry) is linear between the knots.
struct MarginParams {
    Wad spotShock; // s: share of spot (put) or of strike (call) left by the shock
    Wad markFactor; // 1.15: floor on the mark
    Wad spotFloor; // 0.02: floor on spot
    Wad callUpper; // health factors of the vault's compartments
    Wad callLower;
    Wad putUpper;
    Wad putLower;
    uint32[6] knotTimes; // seconds, ascending
    uint64[6] knotValues; // wad, ascending: U at the knots, linear between, held beyond both ends
}

/// @notice One leg of a trade as clearing books it: size positive when the trader buys.
struct Fill {
    SeriesId series;
    SignedSize size;
    Assets collateral; // what the vault's compartment must hold afterwards at least, if the vault is left short
}

/// @notice A settled series.
struct Settlement {
    Wad payoff; // per option, rounded down; zero for a series that expired worthless
    Wad scale; // share of the payoff that is paid: 1e18 unless the waterfall ran dry
    bool settled;
}

/// @title Clearinghouse
/// @notice Owns all option money: free[owner], compartment[owner][series], pot[series], the ERC-6909 longs and every
/// signed position of the vault. Calls: the collateral token; the pricer in a gas-capped try for the mark floor; the
/// settlement oracle; Market.onVaultPosition when it changes the vault's position itself.
/// Law INV-01: sum of free + compartments + pots == token balance, to the unit (donations apart, see INV-01).
/// Law INV-02: ERC-6909 supply of a series == the shorts of the series, less what the vault holds long.
interface IClearing {
    event Deposited(address indexed owner, address indexed payer, Assets amount);
    event Withdrawn(address indexed owner, address indexed receiver, Assets amount);
    event Locked(address indexed owner, SeriesId indexed series, Assets amount);
    event Released(address indexed owner, SeriesId indexed series, Assets amount);
    event Traded(
        address indexed trader, SeriesId indexed series, SignedSize size, SignedSize vaultPosition, Assets compartment
    );
    event Settled(SeriesId indexed series, Wad payoff, Wad scale, Size longs);
    event Redeemed(address indexed owner, SeriesId indexed series, address receiver, Size size, Assets paid);

    error NotMarket(address caller);
    error NotVault(address caller);
    error NotMarginPolicy(address caller);
    error InsufficientFree(address owner, Assets free, Assets needed);
    error InsufficientCompartment(SeriesId series, Assets compartment, Assets needed);
    error NotWholeLots(Size size);
    error NotExpired(SeriesId series);
    error SettlementNotFinal(SeriesId series, uint40 finalAt);
    error AlreadySettled(SeriesId series);
    error NotSettled(SeriesId series);
    error SeriesExpired(SeriesId series);
    error TransferToVault();
    error UnexpectedTokenBehaviour(Assets expected, Assets received);
    error VaultHasNoLong(SeriesId series, SignedSize position, SignedSize change);

    // Cash

    /// @notice Credits `owner`'s free balance with tokens pulled from the caller.
    function deposit(address owner, Assets amount) external;

    /// @notice Pays from the caller's free balance.
    function withdraw(address receiver, Assets amount) external;

    // Trading, for the market only

    /// @notice Books the legs of one trade against the vault. Pulls or pays the net cash (positive: the trader pays),
    /// adjusts the vault's compartments, mints or burns longs of `recipient`/`trader`.
    function trade(address trader, address recipient, Fill[] calldata fills, SignedAssets netCash) external;

    // Margin, for the margin policy only and for the vault's compartments only

    function lock(SeriesId series, Assets amount) external;

    function release(SeriesId series, Assets amount) external;

    // Expiry, for anyone

    /// @notice Fixes the payoff of an expired series with a final price, in O(1); the vault's short is covered in full
    /// from its compartment, then its free cash.
    function settle(SeriesId series) external returns (Settlement memory);

    /// @notice Burns longs of the caller for their payoff, rounded down. No deadline.
    function redeem(SeriesId series, Size size, address receiver) external returns (Assets paid);

    /// @notice Burns all of a holder's longs of a settled series and pays that holder: anyone may call for anyone.
    function redeemFor(SeriesId series, address owner) external returns (Assets paid);

    // Views

    function free(address owner) external view returns (Assets);

    /// @notice Sum of an owner's compartments.
    function locked(address owner) external view returns (Assets);

    /// @notice (free, locked) of an owner in one call.
    function balances(address owner) external view returns (Assets free_, Assets locked_);

    function compartment(address owner, SeriesId series) external view returns (Assets);

    function pot(SeriesId series) external view returns (Assets);

    /// @notice The vault's position: negative when it is short.
    function vaultPosition(SeriesId series) external view returns (SignedSize);

    function settlement(SeriesId series) external view returns (Settlement memory);

    function marginParams(MarketId market) external view returns (MarginParams memory);

    /// @notice Minimum margin of `size` short options at spot and mark, rounded up. Factor 1, no health factor.
    function minimumMargin(SeriesId series, Size size, Wad spot, Wad mark) external view returns (Assets);
}
