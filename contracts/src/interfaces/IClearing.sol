// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize, Size} from "../types/Size.sol";
import {Wad} from "../types/Wad.sol";
import {ISettlementOracle} from "./ISettlementOracle.sol";

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
    // What the vault's compartment is asked to hold for the short it is left with. A short that grows is filled up to
    // it; one that shrinks is released down to it, and pro rata to the lots in any case.
    Assets collateral;
}

/// @notice A settled series.
struct Settlement {
    Wad payoff; // per option, rounded down to a base unit; zero for a series that expired worthless
    Wad scale; // share of the payoff that is paid: 1e18 unless the waterfall ran dry
    bool settled;
}

/// @notice Everything clearing is wired to. All but the settlement oracle is fixed at construction.
struct ClearingConfig {
    address authority;
    address asset; // the collateral token: at most 18 decimals, no fee on transfer, no rebasing
    address market;
    address vault;
    address marginPolicy;
    address settlementOracle; // the first one
}

/// @title Clearinghouse
/// @notice Owns all option money: free[owner], compartment[owner][series], pot[series], the ERC-6909 longs and every
/// signed position of the vault. Calls: the collateral token; the settlement oracle; Market.onVaultPosition when it
/// changes the vault's position itself; Catalogue.takeMargin when it sets margin parameters.
/// Law INV-CLR-01: sum of free + compartments + pots == token balance less what was sent here without being asked
/// for, to the unit. Such a donation is credited to nobody and can never be spent.
/// Law INV-CLR-02: ERC-6909 supply of a series == the vault's short until it is settled, and the longs not yet
/// redeemed afterwards.
interface IClearing {
    event Deposited(address indexed owner, address indexed payer, Assets amount);
    event Withdrawn(address indexed owner, address indexed receiver, Assets amount);
    event Locked(address indexed owner, SeriesId indexed series, Assets amount);
    event Released(address indexed owner, SeriesId indexed series, Assets amount);
    /// @dev The vault's position and compartment after a leg of a trade, which emits no Locked or Released. Who traded
    /// is in Market.Trade, and whose longs moved in Transfer.
    event VaultPositionSet(SeriesId indexed series, SignedSize position, Assets compartment);
    /// @dev `owed` of the owner's short went to the pot as far as `paid`; the rest of the compartment, which is closed
    /// now, went back to free.
    event ShortCovered(
        address indexed owner, SeriesId indexed series, Size size, Assets owed, Assets paid, Assets compartment
    );
    event Settled(SeriesId indexed series, Wad payoff, Wad scale, Size longs);
    event Redeemed(address indexed owner, SeriesId indexed series, address receiver, Size size, Assets paid);
    event PotClosed(SeriesId indexed series, Assets dust);
    event NoticeFailed(SeriesId indexed series, SignedSize change);
    event NoticeDelivered(SeriesId indexed series, SignedSize change);
    event OrdersAllowed(address indexed trader, address indexed orders);
    event SettlementOracleSet(ISettlementOracle oracle);
    event MarginParamsSet(MarketId indexed market, MarginParams params);

    error NotMarket(address caller);
    error NotMarginPolicy(address caller);
    error InsufficientFree(address owner, Assets free, Assets needed);
    error InsufficientCompartment(SeriesId series, Assets compartment, Assets needed);
    /// @dev Zero, or not a multiple of a lot.
    error NotWholeLots(SignedSize size);
    error VaultNotShort(SeriesId series, SignedSize position);
    error NotExpired(SeriesId series);
    error SettlementNotFinal(SeriesId series, uint40 finalAt);
    error AlreadySettled(SeriesId series);
    error NotSettled(SeriesId series);
    /// @dev The vault cannot cover its short yet. From `retryAfter` on the holders are scaled instead.
    error CoverIncomplete(SeriesId series, Assets available, Assets owed, uint256 retryAfter);
    error NothingToRedeem(address owner, SeriesId series);
    error NoNoticePending(SeriesId series);
    error GasTooLowForNotice(uint256 left, uint256 needed);
    error NotAContract(address account);
    error MarginParamsNotSet(MarketId market);
    error SeriesExpired(SeriesId series);
    error TransferToVault();
    error UnexpectedTokenBehaviour(Assets expected, Assets received);
    error VaultHasNoLong(SeriesId series, SignedSize position, SignedSize change);

    // Cash

    /// @notice Credits `owner`'s free balance with tokens pulled from the caller.
    function deposit(address owner, Assets amount) external;

    /// @notice Pays from the caller's free balance.
    function withdraw(address receiver, Assets amount) external;

    // Signed quotes

    /// @notice Lets an orders module trade for the caller, in place of the one before; zero: none. The market refuses to
    /// trade for anybody by a module it has not allowed, so one that replaces another needs this again.
    function allowOrders(address orders) external;

    // Trading, for the market only

    /// @notice Books the legs of one trade against the vault: adjusts its positions and compartments, mints longs to
    /// `recipient` and burns those of `trader`, then pulls the net cash from `trader` (positive) or pays it to
    /// `recipient` (negative), to the unit. What the trader pays may back the short it opens. Refuses expired series.
    /// @dev The vault is the only writer, so longs outstanding equal its short: a sale beyond that cannot exist.
    /// @return freeBefore free cash of the vault
    /// @return lockedBefore sum of its compartments
    /// @return freeAfter free cash with the trade in
    /// @return lockedAfter sum of its compartments with the trade in
    function trade(address trader, address recipient, Fill[] calldata fills, SignedAssets netCash)
        external
        returns (Assets freeBefore, Assets lockedBefore, Assets freeAfter, Assets lockedAfter);

    // Margin, for the margin policy only and for the vault's compartments only

    /// @notice Moves free cash of the vault into the compartment of a short it has.
    function lock(SeriesId series, Assets amount) external;

    /// @notice Moves collateral of a compartment of the vault back to its free cash.
    function release(SeriesId series, Assets amount) external;

    // Expiry, for anyone

    /// @notice Fixes the payoff of an expired series with a final price, in O(1). The vault's short is covered from
    /// its compartment, then its free cash; the rest of the compartment goes back to free. If both together are not
    /// enough it reverts until a day after finality, for hedges to be brought home; from then on every holder of the
    /// series is paid the same share.
    function settle(SeriesId series) external returns (Settlement memory);

    /// @notice Tells the market again of a settlement whose notice it failed to take.
    function retryNotice(SeriesId series) external;

    /// @notice Burns longs of the caller for their payoff, rounded down. Any size, no deadline.
    function redeem(SeriesId series, Size size, address receiver) external returns (Assets paid);

    /// @notice Burns all of a holder's longs of a settled series and pays that holder: anyone may call for anyone.
    function redeemFor(SeriesId series, address owner) external returns (Assets paid);

    // Governance

    /// @notice Sets a market's margin parameters inside the box of `MarginBounds`. Ratios are multiples of
    /// 1e-6, knot times of an hour. The catalogue's copy, which trades read, follows at once.
    function setMarginParams(MarketId market, MarginParams calldata params) external;

    /// @notice The same, at once, where every parameter asks for at least as much margin as before.
    function tightenMarginParams(MarketId market, MarginParams calldata params) external;

    /// @notice Replaces the source of expiry prices. What is settled stays as it is.
    function setSettlementOracle(ISettlementOracle oracle) external;

    // Views

    function settlementOracle() external view returns (ISettlementOracle);

    /// @notice The orders module that may trade for an account.
    function ordersOf(address trader) external view returns (address);

    function asset() external view returns (address);

    function free(address owner) external view returns (Assets);

    /// @notice Sum of an owner's compartments.
    function locked(address owner) external view returns (Assets);

    /// @notice (free, locked) of an owner in one call.
    function balances(address owner) external view returns (Assets free_, Assets locked_);

    function compartment(address owner, SeriesId series) external view returns (Assets);

    /// @notice What is left to pay the holders of a settled series. Roundings stay in it until the last long is
    /// burned, and go to the vault then.
    function pot(SeriesId series) external view returns (Assets);

    /// @notice Longs of a series that exist.
    function outstanding(SeriesId series) external view returns (Size);

    /// @notice The vault's position: negative when it is short.
    function vaultPosition(SeriesId series) external view returns (SignedSize);

    function settlement(SeriesId series) external view returns (Settlement memory);

    /// @notice The change of the vault's position the market has not been told of yet; zero as a rule.
    function pendingNotice(SeriesId series) external view returns (SignedSize);

    function marginParams(MarketId market) external view returns (MarginParams memory);

    /// @notice Minimum margin of `size` short options at spot and mark, rounded up. Factor 1, no health factor.
    function minimumMargin(SeriesId series, Size size, Wad spot, Wad mark) external view returns (Assets);
}
