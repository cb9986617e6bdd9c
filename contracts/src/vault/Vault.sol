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
import {IClearing} from "../interfaces/IClearing.sol";
import {IHedger} from "../interfaces/IHedger.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {IShare} from "../interfaces/IShare.sol";
import {ISpotOracle} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../interfaces/ISurfaceOracle.sol";
import {Accounts, Epoch, IVault, RedemptionQueue, VaultParams} from "../interfaces/IVault.sol";
import {Assets, SignedAssets} from "../types/Assets.sol";
import {Shares} from "../types/Shares.sol";
import {Wad} from "../types/Wad.sol";
import {Claim, ClaimMath} from "./ClaimMath.sol";
import {EpochMath} from "./EpochMath.sol";
import {Line, RedemptionLine} from "./RedemptionLine.sol";
import {RollInput, RollMath, RollResult, Virtual} from "./RollMath.sol";
import {PackedParams, VaultParamsStore} from "./VaultParamsStore.sol";
import {Valuation, VaultValuation} from "./VaultValuation.sol";

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

/// @dev What a trade needs, and the calendar. One slot.
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
contract Vault is VaultValuation, AccessManaged, ReentrancyGuardTransient, IERC165 {
    using ClaimMath for Claim;
    using RedemptionLine for Line;
    using SafeCast for uint256;
    using SafeERC20 for IERC20Metadata;

    /// @dev Breakers of the oracles delay a roll by so much at most; then it goes on what there is.
    uint256 private constant MAX_ROLL_DELAY = 24 hours;
    /// @dev A closed epoch that was not rolled for so long can be cancelled again.
    uint256 private constant RESCUE_DELAY = 3 days;

    bytes4 private constant ERC7540_OPERATOR = 0xe3bc4e65;
    bytes4 private constant ERC7540_DEPOSIT = 0xce3bbe50;
    bytes4 private constant ERC7540_REDEEM = 0x620ee8e4;
    bytes4 private constant ERC7575 = 0x2f0a18c5;
    bytes4 private constant ERC7887_DEPOSIT = 0x8bf840e3;
    bytes4 private constant ERC7887_REDEEM = 0xe76cffc7;

    IShare private immutable _SHARE;
    uint256 private immutable _UNIT;
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
        require(msg.sender == address(_HEDGER), NotHedger(msg.sender));
        _;
    }

    modifier onlyFor(address controller) {
        require(_mayActFor(controller), NotController(msg.sender, controller));
        _;
    }

    constructor(VaultConfig memory config)
        VaultValuation(
            config.asset, config.clearing, config.market, config.hedger, config.spotOracle, config.surfaceOracle
        )
        AccessManaged(config.authority)
    {
        _SHARE = config.share;
        _UNIT = 10 ** config.asset.decimals();
        Virtual memory v = RollMath.virtualOf(_SCALE);
        (_VIRTUAL_SHARES, _VIRTUAL_ASSETS) = (v.shares, v.assets);

        PackedParams memory p = _setParams(VaultParamsStore.defaults(_UNIT));
        _state = VaultState({
            equity: p.equityFloor, cutOff: EpochMath.nextCutOff(block.timestamp, p.period, p.phase), epoch: 1
        });
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
        require(assets >= _params.minimumRequest, BelowMinimumRequest(Assets.wrap(assets), _minimumRequest()));
        uint256 total = _lastValue + _cash.pending + assets;
        require(total <= _params.depositCap, DepositCapExceeded(Assets.wrap(total), Assets.wrap(_params.depositCap)));

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
        uint256 value = convertToAssets(shares);
        require(
            value >= _params.minimumRequest || shares != 0 && shares == _SHARE.balanceOf(owner),
            BelowMinimumRequest(Assets.wrap(value), _minimumRequest())
        );

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
        PackedParams memory p = _params;
        require(block.timestamp >= state.cutOff, EpochNotOver(state.cutOff, block.timestamp));
        EpochRecord memory record = _epochs[state.epoch];
        record.lineStart = _line.join(record.redeemed);

        Valuation memory v = _valueForRoll(state.cutOff, p);
        RollInput memory input = _rollInput(v, p, state.epoch, record.deposited);
        RollResult memory roll = RollMath.roll(input, _SCALE);

        record.minted = uint112(roll.minted);
        record.depositPrice = uint104(roll.depositPrice);
        record.redeemPrice = uint104(roll.redeemPrice);
        record.rolledAt = uint40(block.timestamp);
        _epochs[state.epoch] = record;
        _line.fill(state.epoch, roll.filled, roll.paid);
        _cash.pending -= record.deposited;
        _cash.claimable = (_cash.claimable + roll.paid + record.deposited - roll.accepted).toUint128();

        int256 value = v.lower + int256(roll.accepted) - int256(roll.paid);
        _lastValue = value > 0 ? uint256(value) : 0;
        _state = VaultState({
            equity: Math.max(_lastValue, p.equityFloor).toUint128(),
            cutOff: EpochMath.nextCutOff(block.timestamp, p.period, p.phase),
            epoch: state.epoch + 1
        });

        result = _describe(record, roll.filled, roll.paid);
        uint256 supply = input.supply - roll.filled + roll.minted;
        emit EpochRolled(
            state.epoch, result, SignedAssets.wrap(v.atMark), SignedAssets.wrap(v.atAverage), Shares.wrap(supply)
        );
        if (roll.accepted != record.deposited) emit DepositsRefundable(state.epoch, Assets.wrap(record.deposited));

        if (roll.filled != 0) _SHARE.burn(address(this), Shares.wrap(roll.filled));
        if (roll.minted != 0) _SHARE.mint(address(this), Shares.wrap(roll.minted));
        _net(roll.accepted, roll.paid);
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
        (Assets free, Assets locked) = _CLEARING.balances(address(this));
        uint256 needed = Assets.unwrap(amount) + _buffer(Assets.unwrap(locked), Wad.wrap(_params.bufferShare));
        require(Assets.unwrap(free) >= needed, InsufficientFreeCash(free, Assets.wrap(needed)));

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
        _setParams(params_);
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
    function epoch(uint256 number) external view returns (Epoch memory) {
        EpochRecord memory record = _epochs[number];
        if (record.rolledAt == 0) return _describe(record, 0, 0);
        (uint256 burned, uint256 reserved) = _line.filledAt(number);
        return _describe(record, burned, reserved);
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
        PackedParams memory p = _params;
        EpochRecord memory closed;
        if (block.timestamp >= state.cutOff) closed = _epochs[state.epoch];

        RollInput memory input = _rollInput(_value(Wad.wrap(p.exitSpread), 0, 0), p, state.epoch, closed.deposited);
        input.waiting += closed.redeemed;
        return Assets.wrap(RollMath.shortfall(input, _SCALE));
    }

    // Views: value

    /// @inheritdoc IVault
    function equity() external view returns (Assets) {
        return Assets.wrap(_state.equity);
    }

    /// @inheritdoc IVault
    function accounts() external view returns (Accounts memory) {
        PackedParams memory p = _params;
        Valuation memory v = _value(Wad.wrap(p.exitSpread), 0, 0);
        uint256 buffer = Math.min(_buffer(v.locked, Wad.wrap(p.bufferShare)), v.free);
        return Accounts({
            free: Assets.wrap(v.free - buffer),
            buffer: Assets.wrap(buffer),
            locked: Assets.wrap(v.locked),
            pending: Assets.wrap(_cash.pending),
            claimable: Assets.wrap(_cash.claimable),
            options: SignedAssets.wrap(v.options),
            hedges: SignedAssets.wrap(v.hedges),
            equityAtMark: SignedAssets.wrap(v.atMark),
            equityAtAverage: SignedAssets.wrap(v.atAverage)
        });
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
        return VaultParamsStore.unpack(_params);
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

    /// @dev The open epoch can be cancelled, and one whose roll has failed for days.
    function _requireCancellable(uint256 requestId) private view {
        VaultState memory state = _state;
        bool closed = requestId == state.epoch && block.timestamp >= state.cutOff;
        require(
            requestId >= state.epoch && (!closed || block.timestamp >= state.cutOff + RESCUE_DELAY),
            RequestClosed(requestId, state.cutOff)
        );
    }

    // Inside: the roll

    /// @dev With information from after the cut-off, or past the longest delay with any.
    function _valueForRoll(uint40 cutOff_, PackedParams memory p) private view returns (Valuation memory) {
        Wad exitSpread = Wad.wrap(p.exitSpread);
        if (block.timestamp >= cutOff_ + MAX_ROLL_DELAY) return _value(exitSpread, 0, 0);
        uint256 oldest = Math.max(cutOff_, block.timestamp - Math.min(p.maxInformationAge, block.timestamp));
        return _value(exitSpread, cutOff_, uint40(oldest));
    }

    function _rollInput(Valuation memory v, PackedParams memory p, uint256 number, uint256 deposits)
        private
        view
        returns (RollInput memory)
    {
        return RollInput({
            lower: v.lower,
            upper: v.upper,
            halfSpread: v.halfSpread,
            priced: v.priced,
            supply: _SHARE.totalSupply(),
            waiting: _line.waiting(number - 1),
            deposits: deposits,
            free: v.free,
            buffer: _buffer(v.locked, Wad.wrap(p.bufferShare))
        });
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

    function _describe(EpochRecord memory record, uint256 burned, uint256 reserved)
        private
        pure
        returns (Epoch memory)
    {
        return Epoch({
            rolledAt: record.rolledAt,
            depositPrice: Wad.wrap(record.depositPrice),
            redeemPrice: Wad.wrap(record.redeemPrice),
            deposited: Assets.wrap(record.deposited),
            minted: Shares.wrap(record.minted),
            redeemed: Shares.wrap(record.redeemed),
            lineStart: Shares.wrap(record.lineStart),
            reserved: Assets.wrap(reserved),
            burned: Shares.wrap(burned)
        });
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

    // Inside: governance

    function _minimumRequest() private view returns (Assets) {
        return Assets.wrap(_params.minimumRequest);
    }

    function _setParams(VaultParams memory params_) private returns (PackedParams memory packed) {
        packed = VaultParamsStore.pack(params_, _UNIT);
        _params = packed;
        emit ParamsSet(params_);
    }
}
