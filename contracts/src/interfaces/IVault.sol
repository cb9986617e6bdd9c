// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {Shares} from "../types/Shares.sol";
import {Wad} from "../types/Wad.sol";
import {OracleMode} from "./ISpotOracle.sol";

/// @notice The vault's cash by its four names, and what else makes equity.
struct Accounts {
    Assets free; // Clearing.free[vault] less the buffer
    Assets buffer; // share of locked collateral kept against top-ups
    Assets locked; // sum of compartments
    Assets pending; // requested deposits, in the vault contract
    Assets claimable; // matured redemptions and refunds, in the vault contract
    SignedAssets options; // the book at mark
    SignedAssets hedges; // the hedger's cache
    SignedAssets equityAtMark;
    SignedAssets equityAtAverage;
}

/// @notice One epoch: what was asked for in it, and what its roll did.
struct Epoch {
    uint40 rolledAt; // zero until it is rolled
    Wad depositPrice; // collateral per share, wad; zero when the epoch had no price for deposits and refunds them
    Wad redeemPrice; // zero when its roll had no price for redemptions and filled none
    Assets deposited; // requested in this epoch; refunded when `minted` is zero
    Shares minted;
    Shares redeemed; // requested in this epoch: its length in the redemption line
    Shares lineStart; // where it begins in the redemption line
    Assets reserved; // for redemptions of any epoch, at this roll
    Shares burned; // shares of the line, of any epoch, filled at this roll
}

/// @notice Governed values of the vault.
struct VaultParams {
    Assets minimumRequest; // least deposit, and least value of a redemption that leaves its owner some shares
    Assets depositCap; // most that value plus pending may come to by a request
    Assets equityFloor; // least E that `equity` reports, so that ratios over it stay finite
    Wad bufferShare; // of locked collateral that redemptions and hedges must leave free
    Wad exitSpread; // volatility: half-spread at which the whole book would be left, taken on |vega|
    uint40 period; // seconds between cut-offs
    uint40 phase; // cut-offs fall at times equal to it modulo the period
    uint40 maxInformationAge; // oldest report and hedge sync a roll may use
}

/// @notice The line of redemptions, measured in shares since the beginning.
struct RedemptionQueue {
    Shares end; // joined
    Shares filled; // executed, from the front
    Assets reserved; // set aside for them, claimed or not
}

/// @title Vault: ERC-7540 asynchronous deposits and redemptions, ERC-7575 with a separate share token
/// @notice Owns epochs, pending and claimable cash, fees, and the stored equity E. Calls: Share; Clearing.deposit and
/// withdraw; Market.takeBacking after a roll, through its actuary; reads Market.bookValue and boards, Clearing.balances,
/// Hedger.position, SpotOracle.read and SurfaceOracle.slices. requestId = number of the epoch. Claimable requests of a
/// controller merge: the id of a merged claim is the newest of those merged.
/// Law INV-03: pending and claimable never enter value and are never spendable by anything but their owners.
interface IVault {
    // ERC-7540
    event DepositRequest(
        address indexed controller, address indexed owner, uint256 indexed requestId, address sender, uint256 assets
    );
    event RedeemRequest(
        address indexed controller, address indexed owner, uint256 indexed requestId, address sender, uint256 shares
    );
    event OperatorSet(address indexed controller, address indexed operator, bool approved);
    // ERC-4626
    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    event Withdraw(
        address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares
    );
    // ERC-7887
    event CancelDepositRequest(address indexed controller, uint256 indexed requestId, address sender);
    event CancelRedeemRequest(address indexed controller, uint256 indexed requestId, address sender);
    event CancelDepositClaim(
        address indexed controller, address indexed receiver, uint256 indexed requestId, address sender, uint256 assets
    );
    event CancelRedeemClaim(
        address indexed controller, address indexed receiver, uint256 indexed requestId, address sender, uint256 shares
    );
    event EpochRolled(
        uint256 indexed epoch, Epoch result, SignedAssets equityAtMark, SignedAssets equityAtAverage, Shares supply
    );
    event DepositsRefundable(uint256 indexed epoch, Assets amount);
    event Funded(Assets amount);
    event Repaid(Assets amount);
    event ParamsSet(VaultParams params);

    error NotController(address caller, address controller);
    error NotOwner(address caller, address owner);
    error NoController();
    error BelowMinimumRequest(Assets given, Assets minimum);
    error DepositCapExceeded(Assets total, Assets cap);
    error EpochNotOver(uint40 cutOff, uint256 now_);
    error NothingToCancel(address controller, uint256 requestId);
    error RequestClosed(uint256 requestId, uint40 cutOff);
    error NothingToClaim(address controller);
    error ClaimExceedsClaimable(uint256 asked, uint256 claimable);
    error PendingRedeemInOtherEpoch(address controller, uint256 epoch);
    error PreviewsAreAsync();
    error SpotNotFresh(MarketId market, uint40 updatedAt, uint40 notBefore);
    error SpotUncertain(MarketId market, OracleMode mode);
    error SurfaceNotFresh(MarketId market, uint40 expiry, uint40 reportedAt, uint40 notBefore);
    error HedgerNotSynced(MarketId market, uint40 syncedAt, uint40 notBefore);
    error NotHedger(address caller);
    error InsufficientFreeCash(Assets spendable, Assets needed);
    error UnexpectedTokenBehaviour(Assets expected, Assets received);
    error ParamOutOfBounds(bytes32 name, uint256 value, uint256 least, uint256 most);

    // ERC-7540 requests

    /// @notice Asks to deposit in the epoch that is open now. Assets leave `owner`, who calls or has made the caller its
    /// operator; anyone may be the controller.
    function requestDeposit(uint256 assets, address controller, address owner) external returns (uint256 requestId);

    /// @notice Asks to redeem in the epoch that is open now. Shares leave `owner`, who calls, has made the caller its
    /// operator or has allowed it the shares. The controller calls or has made the caller its operator, and has no
    /// unfilled redemption in another epoch.
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function claimableDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
    function setOperator(address operator, bool approved) external returns (bool);
    function isOperator(address controller, address operator) external view returns (bool);

    // ERC-7540 / ERC-4626 claims: never asset in, never price now. Without a controller: the caller's own.
    function deposit(uint256 assets, address receiver) external returns (uint256 shares);
    function mint(uint256 shares, address receiver) external returns (uint256 assets);
    function deposit(uint256 assets, address receiver, address controller) external returns (uint256 shares);
    function mint(uint256 shares, address receiver, address controller) external returns (uint256 assets);
    function withdraw(uint256 assets, address receiver, address controller) external returns (uint256 shares);
    function redeem(uint256 shares, address receiver, address controller) external returns (uint256 assets);
    function maxDeposit(address controller) external view returns (uint256 assets);
    function maxMint(address controller) external view returns (uint256 shares);
    function maxWithdraw(address controller) external view returns (uint256 assets);
    function maxRedeem(address controller) external view returns (uint256 shares);

    // ERC-7575 previews: always revert with PreviewsAreAsync
    function previewDeposit(uint256 assets) external view returns (uint256 shares);
    function previewMint(uint256 shares) external view returns (uint256 assets);
    function previewWithdraw(uint256 assets) external view returns (uint256 shares);
    function previewRedeem(uint256 shares) external view returns (uint256 assets);

    // ERC-7887 cancellation, immediate, of a whole request while its epoch is open: until the cut-off, and again once
    // the epoch should have been rolled three days ago. Deposits of an epoch without a price are claimed here too.
    function cancelDepositRequest(uint256 requestId, address controller) external;
    function cancelRedeemRequest(uint256 requestId, address controller) external;
    function pendingCancelDepositRequest(uint256 requestId, address controller) external view returns (bool);
    function pendingCancelRedeemRequest(uint256 requestId, address controller) external view returns (bool);
    function claimCancelDepositRequest(uint256 requestId, address receiver, address controller)
        external
        returns (uint256 assets);
    function claimCancelRedeemRequest(uint256 requestId, address receiver, address controller)
        external
        returns (uint256 shares);
    function claimableCancelDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function claimableCancelRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    // ERC-7575 / ERC-4626 views, at the price of the last roll: for information, nothing executes at it
    function asset() external view returns (address);
    function share() external view returns (address);
    function totalAssets() external view returns (uint256);
    function convertToShares(uint256 assets) external view returns (uint256 shares);
    function convertToAssets(uint256 shares) external view returns (uint256 assets);

    // Epochs

    /// @notice Executes the closed epoch once its cut-off has passed, with information from after it only. Anyone.
    /// Redemptions first, as far as cash goes, then deposits. A breaker of the oracles delays it by 24 hours at most.
    function rollEpoch() external returns (Epoch memory);

    /// @notice Number of the epoch that takes requests now: one more than the next to be rolled when that is closed.
    function currentEpoch() external view returns (uint256);

    /// @notice When the next epoch to be rolled closes, or closed.
    function cutOff() external view returns (uint40);

    function epoch(uint256 number) external view returns (Epoch memory);

    function redemptionQueue() external view returns (RedemptionQueue memory);

    /// @notice What the redemption line, with an epoch that is closed but not rolled, lacks in cash at this moment's
    /// price after that epoch's deposits: what `Hedger.raise` may sell hedges for.
    function cashWanted() external view returns (Assets);

    // Money for the hedger

    /// @notice Sends free cash above the buffer to the hedger, which alone may call.
    function fund(Assets amount) external;

    /// @notice Pulls cash the hedger has approved into Clearing.free[vault]. The hedger only.
    function repay(Assets amount) external;

    // Value

    /// @notice E: equity stored at the last roll, the lower of mark and average, floored, then rounded down to 1e-6 of a
    /// unit. One slot; the market keeps a copy.
    function equity() external view returns (Assets);

    function accounts() external view returns (Accounts memory);

    // Governance

    /// @notice Sets all governed values, each within bounds in code. A new schedule holds from the next roll.
    function setParams(VaultParams calldata) external;

    function params() external view returns (VaultParams memory);
}
