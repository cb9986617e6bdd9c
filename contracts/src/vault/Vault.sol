// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Multicallable} from "solady/utils/Multicallable.sol";
import {IClearing} from "../interfaces/IClearing.sol";
import {IHedger} from "../interfaces/IHedger.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {IShare} from "../interfaces/IShare.sol";
import {ISpotOracle} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../interfaces/ISurfaceOracle.sol";
import {Accounts, Epoch, IVault, RedemptionQueue, VaultParams} from "../interfaces/IVault.sol";
import {Assets, SignedAssets, assetScale} from "../types/Assets.sol";
import {Shares} from "../types/Shares.sol";
import {Wad} from "../types/Wad.sol";
import {Actuary, RollPlan, RollRequest} from "./Actuary.sol";
import {Claim, ClaimMath} from "./ClaimMath.sol";
import {Line, RedemptionLine} from "./RedemptionLine.sol";
import {RollMath, Virtual} from "./RollMath.sol";
import {PackedParams, VaultParamsStore} from "./VaultParamsStore.sol";

struct VaultConfig {
    address authority;
    IERC20Metadata asset;
    IShare share;
    IClearing clearing;
    IMarket market;
    IHedger hedger;
    ISpotOracle spotOracle;
    ISurfaceOracle surfaceOracle;
}

/// @dev What the market copies, and the calendar. One slot.
struct VaultState {
    uint128 equity; // E, floored
    uint40 cutOff; // of `epoch`
    uint32 epoch; // the next to be rolled
}

/// @dev Cash that lies in this contract. One slot.
struct HeldCash {
    uint128 pending;
    uint128 claimable;
}

/// @dev What an epoch was asked for and gave. Three slots; the last two are written by its roll.
struct EpochRecord {
    uint128 deposited;
    uint128 redeemed;
    uint112 minted; // zero once rolled: its deposits are refundable
    uint128 lineStart;
    uint104 depositPrice;
    uint104 redeemPrice;
    uint40 rolledAt;
}

/// @dev A deposit asked for in one epoch. One slot.
struct DepositAsked {
    uint128 assets;
    uint32 epoch;
}

/// @dev A redemption asked for in one epoch, and how much of it has been moved to the claim. Two slots.
struct RedeemAsked {
    uint128 shares;
    uint32 epoch;
    uint128 sharesMoved;
    uint128 assetsMoved;
}

/// @title Vault
/// @notice Law.
///
/// Epochs. A request joins the epoch that is open; at the cut-off the epoch closes and the next one opens, whether or
/// not it has been rolled. A closed epoch takes no request and no cancellation: who asks does not know the price, who
/// knows the price does not ask. A roll acts on information from after the cut-off only, and needs nobody's leave.
///
/// Money. Pending deposits, and cash claimable by whom it was reserved for, lie in this contract. They are no part of
/// equity and nothing spends them but the roll that executes them and their owners. Free cash, buffer and compartments
/// lie in clearing. A token sent here unasked belongs to nobody.
///
/// Shares. Those of executed deposits, of redemptions in the line and of cancelled redemptions are held here. Shares in
/// the line keep their risk until they are filled.
///
/// Cost. A roll does not depend on the number of holders or requests, nor a claim on their age but by its logarithm.
contract Vault is IVault, AccessManaged, ReentrancyGuardTransient, Multicallable, IERC165 {
    using ClaimMath for Claim;
    using RedemptionLine for Line;
    using SafeCast for uint256;
    using SafeERC20 for IERC20Metadata;
    using VaultParamsStore for uint256;

    /// @dev A closed epoch that was not rolled for so long can be cancelled again.
    uint256 private constant RESCUE_DELAY = 3 days;

    bytes4 private constant ERC7540_OPERATOR = 0xe3bc4e65;
    bytes4 private constant ERC7540_DEPOSIT = 0xce3bbe50;
    bytes4 private constant ERC7540_REDEEM = 0x620ee8e4;
    bytes4 private constant ERC7575 = 0x2f0a18c5;
    bytes4 private constant ERC7887_DEPOSIT = 0x8bf840e3;
    bytes4 private constant ERC7887_REDEEM = 0xe76cffc7;

    IERC20Metadata private immutable _ASSET;
    IShare private immutable _SHARE;
    IClearing private immutable _CLEARING;
    address private immutable _HEDGER;
    Actuary private immutable _ACTUARY;
    uint256 private immutable _VIRTUAL_SHARES;
    uint256 private immutable _VIRTUAL_ASSETS;

    VaultState private _state;
    HeldCash private _cash;
    uint256 private _lastValue; // the lower equity after the last roll, at least zero
    PackedParams private _params;
    Line private _line;

    mapping(uint256 epoch => EpochRecord) private _epochs;
    /// @dev Two epochs at most await their roll, so an epoch's parity finds its place.
    mapping(address controller => DepositAsked[2]) private _depositsAsked;
    mapping(address controller => RedeemAsked) private _redeemAsked;
    mapping(address controller => Claim) private _depositClaims;
    mapping(address controller => Claim) private _redeemClaims;
    mapping(uint256 epoch => mapping(address controller => uint256)) private _depositsCancelled;
    mapping(uint256 epoch => mapping(address controller => uint256)) private _redeemsCancelled;
    mapping(address controller => mapping(address operator => bool)) private _operators;

    modifier onlyHedger() {
        require(msg.sender == _HEDGER, NotHedger(msg.sender));
        _;
    }

    modifier onlyFor(address controller) {
        require(_mayActFor(controller), NotController(msg.sender, controller));
        _;
    }

    constructor(VaultConfig memory config) AccessManaged(config.authority) {
        (_ASSET, _SHARE, _CLEARING) = (config.asset, config.share, config.clearing);
        _HEDGER = address(config.hedger);
        uint8 decimals = config.asset.decimals();
        Virtual memory v = RollMath.virtualOf(assetScale(decimals));
        (_VIRTUAL_SHARES, _VIRTUAL_ASSETS) = (v.shares, v.assets);
        Actuary actuary = new Actuary(
            decimals, config.clearing, config.market, config.hedger, config.spotOracle, config.surfaceOracle
        );
        _ACTUARY = actuary;

        (VaultParams memory params_, uint40 cutOff_) = actuary.initial();
        _params = actuary.pack(params_);
        _state = VaultState({equity: Assets.unwrap(params_.equityFloor).toUint128(), cutOff: cutOff_, epoch: 1});
        emit ParamsSet(params_);
    }

    // Requests

    /// @inheritdoc IVault
    function requestDeposit(uint256 assets, address controller, address owner)
        external
        nonReentrant
        returns (uint256 requestId)
    {
        require(_mayActFor(owner), NotOwner(msg.sender, owner));
        require(controller != address(0), NoController());
        uint256 packed = _params.requests;
        _requireMinimum(assets, packed);
        Assets total = Assets.wrap(_lastValue + _cash.pending + assets);
        Assets cap = packed.depositCap();
        require(total <= cap, DepositCapExceeded(total, cap));

        requestId = currentEpoch();
        _settleDeposit(controller, requestId & 1);

        DepositAsked storage asked = _depositsAsked[controller][requestId & 1];
        (asked.assets, asked.epoch) = (asked.assets + uint128(assets), uint32(requestId));
        _epochs[requestId].deposited += uint128(assets);
        _cash.pending += uint128(assets);

        emit DepositRequest(controller, owner, requestId, msg.sender, assets);
        _pull(owner, assets);
    }

    /// @inheritdoc IVault
    function requestRedeem(uint256 shares, address controller, address owner)
        external
        nonReentrant
        onlyFor(controller)
        returns (uint256 requestId)
    {
        require(controller != address(0), NoController());
        if (shares == 0 || shares != _SHARE.balanceOf(owner)) {
            _requireMinimum(convertToAssets(shares), _params.requests);
        }

        requestId = currentEpoch();
        _settleRedeem(controller);

        RedeemAsked storage asked = _redeemAsked[controller];
        require(asked.shares == 0 || asked.epoch == requestId, PendingRedeemInOtherEpoch(controller, asked.epoch));
        (asked.shares, asked.epoch) = ((asked.shares + shares).toUint128(), uint32(requestId));
        _epochs[requestId].redeemed = (_epochs[requestId].redeemed + shares).toUint128();

        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
        _SHARE.collect(owner, _mayActFor(owner) ? owner : msg.sender, Shares.wrap(shares));
    }

    // Cancellation

    /// @inheritdoc IVault
    function cancelDepositRequest(uint256 requestId, address controller) external nonReentrant onlyFor(controller) {
        _requireCancellable(requestId);
        DepositAsked memory asked = _depositsAsked[controller][requestId & 1];
        require(asked.epoch == requestId && asked.assets != 0, NothingToCancel(controller, requestId));

        delete _depositsAsked[controller][requestId & 1];
        _epochs[requestId].deposited -= asked.assets;
        _depositsCancelled[requestId][controller] += asked.assets;
        _cash.pending -= asked.assets;
        _cash.claimable += asked.assets;

        emit CancelDepositRequest(controller, requestId, msg.sender);
    }

    /// @inheritdoc IVault
    function cancelRedeemRequest(uint256 requestId, address controller) external nonReentrant onlyFor(controller) {
        _requireCancellable(requestId);
        RedeemAsked memory asked = _redeemAsked[controller];
        require(asked.epoch == requestId && asked.shares != 0, NothingToCancel(controller, requestId));

        delete _redeemAsked[controller];
        _epochs[requestId].redeemed -= asked.shares;
        _redeemsCancelled[requestId][controller] += asked.shares;

        emit CancelRedeemRequest(controller, requestId, msg.sender);
    }

    /// @inheritdoc IVault
    function claimCancelDepositRequest(uint256 requestId, address receiver, address controller)
        external
        nonReentrant
        onlyFor(controller)
        returns (uint256 assets)
    {
        _settleDeposit(controller, requestId & 1);
        assets = _depositsCancelled[requestId][controller];
        require(assets != 0, NothingToClaim(controller));

        delete _depositsCancelled[requestId][controller];
        _cash.claimable -= assets.toUint128();

        emit CancelDepositClaim(controller, receiver, requestId, msg.sender, assets);
        _ASSET.safeTransfer(receiver, assets);
    }

    /// @inheritdoc IVault
    function claimCancelRedeemRequest(uint256 requestId, address receiver, address controller)
        external
        nonReentrant
        onlyFor(controller)
        returns (uint256 shares)
    {
        shares = _redeemsCancelled[requestId][controller];
        require(shares != 0, NothingToClaim(controller));

        delete _redeemsCancelled[requestId][controller];

        emit CancelRedeemClaim(controller, receiver, requestId, msg.sender, shares);
        _sendShares(receiver, shares);
    }

    // The roll

    /// @inheritdoc IVault
    function rollEpoch() external nonReentrant returns (Epoch memory result) {
        VaultState memory state = _state;
        require(block.timestamp >= state.cutOff, EpochNotOver(state.cutOff, block.timestamp));
        EpochRecord storage record = _epochs[state.epoch];
        uint256 deposited = record.deposited;
        record.lineStart = _line.join(record.redeemed);

        RollRequest memory request = _rollRequest(state, deposited);
        RollPlan memory plan = _ACTUARY.planRoll(request);
        (uint256 filled, uint256 paid) = (plan.result.filled, plan.result.paid);
        (uint256 accepted, uint256 minted) = (plan.result.accepted, plan.result.minted);

        record.minted = uint112(minted);
        record.depositPrice = uint104(plan.result.depositPrice);
        record.redeemPrice = uint104(plan.result.redeemPrice);
        record.rolledAt = uint40(block.timestamp);
        _line.fill(state.epoch, filled, paid);
        _cash.pending -= uint128(deposited);
        _cash.claimable = (_cash.claimable + paid + deposited - accepted).toUint128();
        _lastValue = plan.value;
        _state = VaultState({equity: uint128(plan.equity), cutOff: plan.nextCutOff, epoch: state.epoch + 1});
        _tellEquity();

        result = epoch(state.epoch);
        emit EpochRolled(
            state.epoch,
            result,
            SignedAssets.wrap(plan.atMark),
            SignedAssets.wrap(plan.atAverage),
            Shares.wrap(request.supply - filled + minted)
        );
        if (accepted != deposited) emit DepositsRefundable(state.epoch, Assets.wrap(deposited));

        if (filled != 0) _SHARE.burn(address(this), Shares.wrap(filled));
        if (minted != 0) _SHARE.mint(address(this), Shares.wrap(minted));
        _net(accepted, paid);
    }

    // Claims

    /// @inheritdoc IVault
    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        return deposit(assets, receiver, msg.sender);
    }

    /// @inheritdoc IVault
    function mint(uint256 shares, address receiver) external returns (uint256 assets) {
        return mint(shares, receiver, msg.sender);
    }

    /// @inheritdoc IVault
    function deposit(uint256 assets, address receiver, address controller)
        public
        nonReentrant
        onlyFor(controller)
        returns (uint256 shares)
    {
        Claim memory claim = _openDepositClaim(controller);
        shares = claim.takeAssets(assets, Math.Rounding.Floor);
        _depositClaims[controller] = claim;

        emit Deposit(controller, receiver, assets, shares);
        _sendShares(receiver, shares);
    }

    /// @inheritdoc IVault
    function mint(uint256 shares, address receiver, address controller)
        public
        nonReentrant
        onlyFor(controller)
        returns (uint256 assets)
    {
        Claim memory claim = _openDepositClaim(controller);
        assets = claim.takeShares(shares, Math.Rounding.Ceil);
        _depositClaims[controller] = claim;

        emit Deposit(controller, receiver, assets, shares);
        _sendShares(receiver, shares);
    }

    /// @inheritdoc IVault
    function withdraw(uint256 assets, address receiver, address controller)
        external
        nonReentrant
        onlyFor(controller)
        returns (uint256 shares)
    {
        Claim memory claim = _openRedeemClaim(controller);
        shares = claim.takeAssets(assets, Math.Rounding.Ceil);
        _redeemClaims[controller] = claim;

        _payOut(receiver, controller, assets, shares);
    }

    /// @inheritdoc IVault
    function redeem(uint256 shares, address receiver, address controller)
        external
        nonReentrant
        onlyFor(controller)
        returns (uint256 assets)
    {
        Claim memory claim = _openRedeemClaim(controller);
        assets = claim.takeShares(shares, Math.Rounding.Floor);
        _redeemClaims[controller] = claim;

        _payOut(receiver, controller, assets, shares);
    }

    /// @inheritdoc IVault
    function setOperator(address operator, bool approved) external returns (bool) {
        _operators[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    // Money for the hedger

    /// @inheritdoc IVault
    function fund(Assets amount) external nonReentrant onlyHedger {
        Assets spendable = _ACTUARY.spendable(_params.roll);
        require(amount <= spendable, InsufficientFreeCash(spendable, amount));

        emit Funded(amount);
        _CLEARING.withdraw(msg.sender, amount);
    }

    /// @inheritdoc IVault
    function repay(Assets amount) external nonReentrant onlyHedger {
        emit Repaid(amount);
        _pull(msg.sender, Assets.unwrap(amount));
        _toClearing(Assets.unwrap(amount));
    }

    // Governance

    /// @inheritdoc IVault
    function setParams(VaultParams calldata params_) external restricted {
        _params = _ACTUARY.pack(params_);
        emit ParamsSet(params_);
    }

    // Views: requests

    /// @inheritdoc IVault
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets) {
        return _isRolled(requestId) ? 0 : _depositAsked(requestId, controller);
    }

    /// @inheritdoc IVault
    function claimableDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets) {
        Claim memory claim = _depositClaims[controller];
        if (claim.id == requestId) assets = claim.assets;
        if (_isRolled(requestId) && _epochs[requestId].minted != 0) assets += _depositAsked(requestId, controller);
    }

    /// @inheritdoc IVault
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares) {
        RedeemAsked memory asked = _redeemAsked[controller];
        if (asked.epoch != requestId) return 0;
        (uint256 filled,) = _filledOf(asked);
        return asked.shares - filled;
    }

    /// @inheritdoc IVault
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares) {
        Claim memory claim = _redeemClaims[controller];
        if (claim.id == requestId) shares = claim.shares;
        RedeemAsked memory asked = _redeemAsked[controller];
        if (asked.epoch != requestId) return shares;
        (uint256 filled,) = _filledOf(asked);
        return shares + filled - asked.sharesMoved;
    }

    /// @inheritdoc IVault
    function claimableCancelDepositRequest(uint256 requestId, address controller)
        external
        view
        returns (uint256 assets)
    {
        assets = _depositsCancelled[requestId][controller];
        if (_isRolled(requestId) && _epochs[requestId].minted == 0) assets += _depositAsked(requestId, controller);
    }

    /// @inheritdoc IVault
    function claimableCancelRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        return _redeemsCancelled[requestId][controller];
    }

    /// @inheritdoc IVault
    function pendingCancelDepositRequest(uint256, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IVault
    function pendingCancelRedeemRequest(uint256, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IVault
    function isOperator(address controller, address operator) external view returns (bool) {
        return _operators[controller][operator];
    }

    /// @inheritdoc IVault
    function maxDeposit(address controller) external view returns (uint256 assets) {
        return _depositClaim(controller).assets;
    }

    /// @inheritdoc IVault
    function maxMint(address controller) external view returns (uint256 shares) {
        return _depositClaim(controller).shares;
    }

    /// @inheritdoc IVault
    function maxWithdraw(address controller) external view returns (uint256 assets) {
        return _redeemClaim(controller).assets;
    }

    /// @inheritdoc IVault
    function maxRedeem(address controller) external view returns (uint256 shares) {
        return _redeemClaim(controller).shares;
    }

    /// @inheritdoc IVault
    function previewDeposit(uint256) external pure returns (uint256) {
        revert PreviewsAreAsync();
    }

    /// @inheritdoc IVault
    function previewMint(uint256) external pure returns (uint256) {
        revert PreviewsAreAsync();
    }

    /// @inheritdoc IVault
    function previewWithdraw(uint256) external pure returns (uint256) {
        revert PreviewsAreAsync();
    }

    /// @inheritdoc IVault
    function previewRedeem(uint256) external pure returns (uint256) {
        revert PreviewsAreAsync();
    }

    // Views: epochs

    /// @inheritdoc IVault
    function currentEpoch() public view returns (uint256) {
        VaultState memory state = _state;
        return block.timestamp < state.cutOff ? state.epoch : state.epoch + 1;
    }

    /// @inheritdoc IVault
    function cutOff() external view returns (uint40) {
        return _state.cutOff;
    }

    /// @inheritdoc IVault
    function epoch(uint256 number) public view returns (Epoch memory result) {
        EpochRecord memory record = _epochs[number];
        result.rolledAt = record.rolledAt;
        result.depositPrice = Wad.wrap(record.depositPrice);
        result.redeemPrice = Wad.wrap(record.redeemPrice);
        result.deposited = Assets.wrap(record.deposited);
        result.minted = Shares.wrap(record.minted);
        result.redeemed = Shares.wrap(record.redeemed);
        result.lineStart = Shares.wrap(record.lineStart);
        if (record.rolledAt == 0) return result;
        (uint256 burned, uint256 reserved) = _line.filledAt(number);
        (result.burned, result.reserved) = (Shares.wrap(burned), Assets.wrap(reserved));
    }

    /// @inheritdoc IVault
    function redemptionQueue() external view returns (RedemptionQueue memory) {
        uint256 last = _state.epoch - 1;
        return RedemptionQueue({
            end: Shares.wrap(_line.end),
            filled: Shares.wrap(_line.points[last].shares),
            reserved: Assets.wrap(_line.points[last].assets)
        });
    }

    /// @inheritdoc IVault
    function cashWanted() external view returns (Assets) {
        VaultState memory state = _state;
        bool closed = block.timestamp >= state.cutOff;
        RollRequest memory request = _rollRequest(state, closed ? _epochs[state.epoch].deposited : 0);
        if (closed) request.waiting += _epochs[state.epoch].redeemed;
        _answer(abi.encodeCall(Actuary.shortfall, (request)));
    }

    // Views: value

    /// @inheritdoc IVault
    function equity() external view returns (Assets) {
        return Assets.wrap(_state.equity);
    }

    /// @inheritdoc IVault
    function accounts() external view returns (Accounts memory) {
        _answer(abi.encodeCall(Actuary.accounts, (_params, Assets.wrap(_cash.pending), Assets.wrap(_cash.claimable))));
    }

    /// @inheritdoc IVault
    function totalAssets() external view returns (uint256) {
        return _lastValue;
    }

    /// @inheritdoc IVault
    function convertToShares(uint256 assets) external view returns (uint256 shares) {
        return Math.mulDiv(assets, _SHARE.totalSupply() + _VIRTUAL_SHARES, _lastValue + _VIRTUAL_ASSETS);
    }

    /// @inheritdoc IVault
    function convertToAssets(uint256 shares) public view returns (uint256 assets) {
        return Math.mulDiv(shares, _lastValue + _VIRTUAL_ASSETS, _SHARE.totalSupply() + _VIRTUAL_SHARES);
    }

    /// @inheritdoc IVault
    function params() external view returns (VaultParams memory) {
        _answer(abi.encodeCall(Actuary.unpack, (_params)));
    }

    /// @inheritdoc IVault
    function asset() external view returns (address) {
        return address(_ASSET);
    }

    /// @inheritdoc IVault
    function share() external view returns (address) {
        return address(_SHARE);
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == type(IERC165).interfaceId || id == ERC7540_OPERATOR || id == ERC7540_DEPOSIT
            || id == ERC7540_REDEEM || id == ERC7575 || id == ERC7887_DEPOSIT || id == ERC7887_REDEEM;
    }

    // Inside: who and when

    function _mayActFor(address account) private view returns (bool) {
        return msg.sender == account || _operators[account][msg.sender];
    }

    function _isRolled(uint256 number) private view returns (bool) {
        return number < _state.epoch;
    }

    function _requireMinimum(uint256 assets, uint256 packed) private pure {
        Assets minimum = packed.minimumRequest();
        require(Assets.wrap(assets) >= minimum, BelowMinimumRequest(Assets.wrap(assets), minimum));
    }

    /// @dev The open epoch can be cancelled, and one whose roll has failed for days.
    function _requireCancellable(uint256 requestId) private view {
        VaultState memory state = _state;
        bool closed = requestId == state.epoch && block.timestamp >= state.cutOff;
        require(
            requestId >= state.epoch && (!closed || block.timestamp >= state.cutOff + RESCUE_DELAY),
            RequestClosed(requestId, state.cutOff)
        );
    }

    /// @dev Ends the call with the actuary's answer, or its revert, as it is: what it returns is what we return.
    function _answer(bytes memory question) private view {
        address actuary = address(_ACTUARY);
        assembly ("memory-safe") {
            let ok := staticcall(gas(), actuary, add(question, 32), mload(question), 0, 0)
            let answer := mload(0x40)
            returndatacopy(answer, 0, returndatasize())
            if ok { return(answer, returndatasize()) }
            revert(answer, returndatasize())
        }
    }

    // Inside: the roll

    function _rollRequest(VaultState memory state, uint256 deposits) private view returns (RollRequest memory) {
        return RollRequest({
            params: _params,
            cutOff: state.cutOff,
            supply: _SHARE.totalSupply(),
            waiting: _line.waiting(state.epoch - 1),
            deposits: deposits
        });
    }

    /// @dev No trade is priced with what E was before the roll.
    function _tellEquity() private {
        (address actuary, uint256 selector) = (address(_ACTUARY), uint32(Actuary.tellEquity.selector));
        assembly ("memory-safe") {
            mstore(0x00, selector)
            if iszero(call(gas(), actuary, 0, 0x1c, 0x04, 0, 0)) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    /// @dev Only the difference moves: the deposits of a roll pay its redemptions here.
    function _net(uint256 accepted, uint256 paid) private {
        if (accepted > paid) {
            _toClearing(accepted - paid);
        } else if (paid > accepted) {
            uint256 before = _ASSET.balanceOf(address(this));
            _CLEARING.withdraw(address(this), Assets.wrap(paid - accepted));
            _requireReceived(before, paid - accepted);
        }
    }

    // Inside: claims

    function _depositAsked(uint256 requestId, address controller) private view returns (uint256) {
        DepositAsked memory asked = _depositsAsked[controller][requestId & 1];
        return asked.epoch == requestId ? asked.assets : 0;
    }

    /// @dev Adds an executed deposit to the claim; leaves a refundable or a pending one alone.
    function _addDeposit(Claim memory claim, DepositAsked memory asked) private view returns (bool added) {
        if (asked.assets == 0 || !_isRolled(asked.epoch)) return false;
        EpochRecord memory record = _epochs[asked.epoch];
        if (record.minted == 0) return false;
        claim.merge(asked.assets, Math.mulDiv(asked.assets, record.minted, record.deposited), asked.epoch);
        return true;
    }

    function _depositClaim(address controller) private view returns (Claim memory claim) {
        claim = _depositClaims[controller];
        _addDeposit(claim, _depositsAsked[controller][0]);
        _addDeposit(claim, _depositsAsked[controller][1]);
    }

    /// @dev The claim with everything executed in it; the caller stores it.
    function _openDepositClaim(address controller) private returns (Claim memory claim) {
        claim = _depositClaims[controller];
        if (_addDeposit(claim, _depositsAsked[controller][0])) delete _depositsAsked[controller][0];
        if (_addDeposit(claim, _depositsAsked[controller][1])) delete _depositsAsked[controller][1];
        require(claim.shares | claim.assets != 0, NothingToClaim(controller));
    }

    /// @dev Empties one place of a rolled request, into the claim or into the refunds.
    function _settleDeposit(address controller, uint256 place) private {
        DepositAsked memory asked = _depositsAsked[controller][place];
        if (asked.assets == 0 || !_isRolled(asked.epoch)) return;
        delete _depositsAsked[controller][place];

        Claim memory claim = _depositClaims[controller];
        if (_addDeposit(claim, asked)) _depositClaims[controller] = claim;
        else _depositsCancelled[asked.epoch][controller] += asked.assets;
    }

    /// @dev How much of a redemption the line has filled, and for what, since it was asked.
    function _filledOf(RedeemAsked memory asked) private view returns (uint256 shares, uint256 assets) {
        if (asked.shares == 0 || !_isRolled(asked.epoch)) return (0, 0);
        EpochRecord memory record = _epochs[asked.epoch];
        (shares, assets) = _line.filled(asked.epoch, record.lineStart, record.redeemed, _state.epoch - 1);
        shares = Math.mulDiv(asked.shares, shares, record.redeemed);
        assets = Math.mulDiv(asked.shares, assets, record.redeemed);
    }

    function _redeemClaim(address controller) private view returns (Claim memory claim) {
        (claim,) = _redeemClaimOf(controller, _redeemAsked[controller]);
    }

    /// @dev The claim with everything filled in it, and `asked` with what was moved.
    function _redeemClaimOf(address controller, RedeemAsked memory asked)
        private
        view
        returns (Claim memory claim, bool moved)
    {
        claim = _redeemClaims[controller];
        (uint256 shares, uint256 assets) = _filledOf(asked);
        if (shares <= asked.sharesMoved && assets <= asked.assetsMoved) return (claim, false);
        claim.merge(assets - asked.assetsMoved, shares - asked.sharesMoved, asked.epoch);
        (asked.sharesMoved, asked.assetsMoved) = (uint128(shares), uint128(assets));
        return (claim, true);
    }

    function _openRedeemClaim(address controller) private returns (Claim memory claim) {
        claim = _settleRedeem(controller);
        require(claim.shares | claim.assets != 0, NothingToClaim(controller));
    }

    /// @dev Moves what the line has filled to the claim, and forgets a redemption that is filled to the end.
    function _settleRedeem(address controller) private returns (Claim memory claim) {
        RedeemAsked memory asked = _redeemAsked[controller];
        bool moved;
        (claim, moved) = _redeemClaimOf(controller, asked);
        if (!moved) return claim;
        _redeemClaims[controller] = claim;
        if (asked.sharesMoved == asked.shares) delete _redeemAsked[controller];
        else _redeemAsked[controller] = asked;
    }

    // Inside: money

    function _payOut(address receiver, address controller, uint256 assets, uint256 shares) private {
        _cash.claimable -= assets.toUint128();

        emit Withdraw(msg.sender, receiver, controller, assets, shares);
        _ASSET.safeTransfer(receiver, assets);
    }

    function _pull(address from, uint256 amount) private {
        uint256 before = _ASSET.balanceOf(address(this));
        _ASSET.safeTransferFrom(from, address(this), amount);
        _requireReceived(before, amount);
    }

    function _requireReceived(uint256 before, uint256 amount) private view {
        uint256 received = _ASSET.balanceOf(address(this)) - before;
        require(received == amount, UnexpectedTokenBehaviour(Assets.wrap(amount), Assets.wrap(received)));
    }

    /// @dev Clearing is allowed what it is given, never more: what is pending or claimable stays out of its reach.
    function _toClearing(uint256 amount) private {
        _ASSET.forceApprove(address(_CLEARING), amount);
        _CLEARING.deposit(address(this), Assets.wrap(amount));
    }

    function _sendShares(address receiver, uint256 shares) private {
        IERC20(address(_SHARE)).transfer(receiver, shares);
    }
}
