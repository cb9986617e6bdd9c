// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {Shares} from "../types/Shares.sol";
import {Wad} from "../types/Wad.sol";

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

/// @notice One executed epoch.
struct Epoch {
    uint40 rolledAt;
    Wad depositPrice; // collateral per share, wad; zero when the epoch had no price for deposits and refunds them
    Wad redeemPrice;
    Assets deposited;
    Shares minted;
    Assets reserved; // for redemptions, at this roll
    Shares burned;
}

/// @title Vault: ERC-7540 asynchronous deposits and redemptions, ERC-7575 with a separate share token
/// @notice Owns epochs, pending and claimable cash, fees, and the stored equity E. Calls: Share; Clearing.deposit and
/// withdraw; reads Market.bookValue, Clearing.balances, Hedger.position. requestId = number of the epoch.
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
    event Funded(Assets amount);
    event Repaid(Assets amount);

    error NotController(address caller, address controller);
    error NotOwner(address caller, address owner);
    error BelowMinimumRequest(Assets given, Assets minimum);
    error DepositCapExceeded(Assets total, Assets cap);
    error EpochNotOver(uint40 cutOff, uint256 now_);
    error NothingToCancel(address controller, uint256 requestId);
    error NothingToClaim(address controller);
    error ClaimExceedsClaimable(uint256 asked, uint256 claimable);
    error PendingRedeemInOtherEpoch(address controller, uint256 epoch);
    error PreviewsAreAsync();
    error SpotNotFresh();
    error SurfaceNotFresh(uint40 expiry);
    error HedgerNotSynced(uint40 syncedAt);
    error NotHedger(address caller);
    error InsufficientFreeCash(Assets free, Assets needed);

    // ERC-7540 requests
    function requestDeposit(uint256 assets, address controller, address owner) external returns (uint256 requestId);
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function claimableDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
    function setOperator(address operator, bool approved) external returns (bool);
    function isOperator(address controller, address operator) external view returns (bool);

    // ERC-7540 / ERC-4626 claims
    function deposit(uint256 assets, address receiver, address controller) external returns (uint256 shares);
    function mint(uint256 shares, address receiver, address controller) external returns (uint256 assets);
    function withdraw(uint256 assets, address receiver, address controller) external returns (uint256 shares);
    function redeem(uint256 shares, address receiver, address controller) external returns (uint256 assets);
    function maxDeposit(address controller) external view returns (uint256 assets);
    function maxMint(address controller) external view returns (uint256 shares);
    function maxWithdraw(address controller) external view returns (uint256 assets);
    function maxRedeem(address controller) external view returns (uint256 shares);

    // ERC-7887 cancellation while the request's epoch is open
    function cancelDepositRequest(uint256 requestId, address controller) external;
    function cancelRedeemRequest(uint256 requestId, address controller) external;
    function claimCancelDepositRequest(uint256 requestId, address receiver, address controller)
        external
        returns (uint256 assets);
    function claimCancelRedeemRequest(uint256 requestId, address receiver, address controller)
        external
        returns (uint256 shares);
    function claimableCancelDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function claimableCancelRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    // ERC-7575 / ERC-4626 views
    function asset() external view returns (address);
    function share() external view returns (address);
    function totalAssets() external view returns (uint256);
    function convertToShares(uint256 assets) external view returns (uint256 shares);
    function convertToAssets(uint256 shares) external view returns (uint256 assets);

    // Epochs

    /// @notice Executes the open epoch once its cut-off has passed, with information from after it only. Anyone.
    function rollEpoch() external returns (Epoch memory);

    /// @notice Number of the epoch that takes requests now.
    function currentEpoch() external view returns (uint256);

    /// @notice When the open epoch can be rolled.
    function cutOff() external view returns (uint40);

    function epoch(uint256 number) external view returns (Epoch memory);

    // Money for the hedger

    /// @notice Sends free cash to the hedger, which alone may call.
    function fund(Assets amount) external;

    /// @notice Takes cash back from the hedger into Clearing.free[vault].
    function repay(Assets amount) external;

    // Value

    /// @notice E: equity stored at the last roll, floored. One slot.
    function equity() external view returns (Assets);

    function accounts() external view returns (Accounts memory);
}
