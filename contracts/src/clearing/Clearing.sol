// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICatalogue} from "../interfaces/ICatalogue.sol";
import {ClearingConfig, Fill, IClearing, MarginParams, Settlement} from "../interfaces/IClearing.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {ISettlementOracle} from "../interfaces/ISettlementOracle.sol";
import {AssetScale, Assets, SignedAssets, assetScale, toAssetsUp} from "../types/Assets.sol";
import {MarketId, SeriesId, checkSeries} from "../types/SeriesId.sol";
import {LOT, SignedSize, Size, sizeOfLots} from "../types/Size.sol";
import {Wad} from "../types/Wad.sol";
import {CompartmentMath} from "./CompartmentMath.sol";
import {ExactTransfer} from "./ExactTransfer.sol";
import {MarginBounds} from "./MarginBounds.sol";
import {MarginFormula} from "./MarginFormula.sol";
import {PackedMarginParams, pack} from "./MarginTable.sol";
import {SettlementMath} from "./SettlementMath.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Multicallable} from "solady/utils/Multicallable.sol";

/// @title Clearinghouse
///
/// MONEY
/// - Every unit that backs an option is in exactly one of: free[owner], compartment[owner][series], pot[series].
/// - The three sums equal the token balance less donations. Tokens sent here without being asked for are credited to
///   nobody: no path pays them out, none counts them.
/// - A transfer moves exactly what was asked or the call reverts. It is the last thing a call does.
///
/// SHORTS AND LONGS
/// - A position belongs to (owner, series) and has its own compartment: a loss in one never touches another. So far the
///   vault is the only owner. It is short or flat, in whole lots.
/// - Longs are ERC-6909, in any fraction once they exist. Those of a series equal its short, to the unit.
/// - Option tokens never lie with the vault, the market or here: the vault's book counts positions, not balances.
///
/// TRADES
/// - Only the market trades. The premium of a trade may back the short it opens; free cash never ends below zero.
/// - A short that grows is filled up to what the market demands; one that shrinks releases, and never asks for cash.
///
/// EXPIRY
/// - Price, payoff and scale of a series are fixed together, once, before the first redemption, by anyone.
/// - The payoff of an option is rounded down, what the short owes is rounded up, what a holder gets is rounded down:
///   a pot is never overdrawn. What rounding leaves goes to the vault with the burn of the last long.
/// - A vault that cannot cover its short in full delays the settlement by a day at most.
/// - A market that fails to hear of a settlement does not stop it. It is told again by anyone.
///
/// POWERS
/// - Who calls several functions at once (`multicall`) has no more power than by calling each.
/// - The market books trades, the margin policy moves the vault's cash between free and compartments, the governor
///   sets margin parameters inside a box and replaces the settlement oracle. Nobody can move what belongs to somebody
///   else, pause or upgrade.
contract Clearing is IClearing, ERC6909, AccessManaged, ReentrancyGuardTransient, Multicallable {
    using ExactTransfer for IERC20;
    using SafeCast for uint256;
    using SafeCast for int256;

    /// @dev Cash of one owner, one slot.
    struct Cash {
        uint128 free;
        uint128 locked; // sum of the owner's compartments
    }

    /// @dev One owner's position in a series with its compartment, one slot. Lots are positive when the owner is long.
    struct Position {
        int64 lots;
        uint128 collateral;
    }

    /// @dev A settled series, two slots.
    struct Expired {
        uint128 payoff;
        uint64 scale;
        bool settled;
        uint128 pot;
        uint128 longs; // not yet redeemed
    }

    /// @dev How long a settlement waits for a vault that cannot cover its short: for hedges and yield to come home.
    uint256 public constant COVER_GRACE = 1 days;
    /// @dev Gas the market gets to take a notice. A settlement that could not pass it on reverts, lest a caller starve it.
    uint256 public constant NOTICE_GAS = 1_000_000;

    IERC20 private immutable _token;
    AssetScale private immutable _scale;
    address public immutable market;
    address public immutable vault;
    address public immutable marginPolicy;

    mapping(address owner => Cash) private _cash;
    mapping(address owner => mapping(SeriesId series => Position)) private _positions;
    mapping(SeriesId series => Expired) private _expired;
    mapping(SeriesId series => int64 lots) private _notices;
    mapping(MarketId market => PackedMarginParams) private _margin;
    /// @inheritdoc IClearing
    ISettlementOracle public settlementOracle;
    /// @inheritdoc IClearing
    mapping(address trader => address) public ordersOf;

    constructor(ClearingConfig memory config) AccessManaged(config.authority) {
        _token = IERC20(config.asset);
        _scale = assetScale(IERC20Metadata(config.asset).decimals());
        market = config.market;
        vault = config.vault;
        marginPolicy = config.marginPolicy;
        settlementOracle = ISettlementOracle(config.settlementOracle);
    }

    // Cash

    /// @inheritdoc IClearing
    function deposit(address owner, Assets amount) external nonReentrant {
        _cash[owner].free += Assets.unwrap(amount).toUint128();

        emit Deposited(owner, msg.sender, amount);

        _token.pullExactly(msg.sender, amount);
    }

    /// @inheritdoc IClearing
    function withdraw(address receiver, Assets amount) external nonReentrant {
        Cash storage cash = _cash[msg.sender];
        _requireFree(msg.sender, cash.free, amount);

        cash.free -= uint128(Assets.unwrap(amount));

        emit Withdrawn(msg.sender, receiver, amount);

        _token.payExactly(receiver, amount);
    }

    // Signed quotes

    /// @inheritdoc IClearing
    function allowOrders(address orders) external {
        ordersOf[msg.sender] = orders;

        emit OrdersAllowed(msg.sender, orders);
    }

    // Trading

    /// @inheritdoc IClearing
    function trade(address trader, address recipient, Fill[] calldata fills, SignedAssets netCash)
        external
        nonReentrant
        returns (Assets freeBefore, Assets lockedBefore, Assets freeAfter, Assets lockedAfter)
    {
        require(msg.sender == market, NotMarket(msg.sender));
        Cash memory cash = _cash[vault];
        (uint256 had, uint256 held) = (cash.free, cash.locked);
        int256 net = SignedAssets.unwrap(netCash).toInt128();

        int256 locking;
        for (uint256 i; i < fills.length; ++i) {
            locking += _book(trader, recipient, fills[i]);
        }

        unchecked {
            // Sums of a few values of 128 bits
            int256 has = int256(had) + net - locking;
            require(has >= 0, InsufficientFree(vault, Assets.wrap(had), Assets.wrap(uint256(locking - net))));
            int256 holds = int256(held) + locking;
            _cash[vault] = Cash({free: uint256(has).toUint128(), locked: holds.toUint256().toUint128()});
            (freeBefore, lockedBefore) = (Assets.wrap(had), Assets.wrap(held));
            (freeAfter, lockedAfter) = (Assets.wrap(uint256(has)), Assets.wrap(uint256(holds)));
        }

        if (net > 0) _token.pullExactly(trader, Assets.wrap(uint256(net)));
        else if (net < 0) _token.payExactly(recipient, Assets.wrap(uint256(-net)));
    }

    // Margin

    /// @inheritdoc IClearing
    function lock(SeriesId series, Assets amount) external {
        require(msg.sender == marginPolicy, NotMarginPolicy(msg.sender));
        Cash storage cash = _cash[vault];
        Position storage position = _positions[vault][series];
        require(position.lots < 0, VaultNotShort(series, sizeOfLots(position.lots)));
        _requireFree(vault, cash.free, amount);

        uint128 moved = uint128(Assets.unwrap(amount));
        cash.free -= moved;
        cash.locked += moved;
        position.collateral += moved;

        emit Locked(vault, series, amount);
    }

    /// @inheritdoc IClearing
    function release(SeriesId series, Assets amount) external {
        require(msg.sender == marginPolicy, NotMarginPolicy(msg.sender));
        Cash storage cash = _cash[vault];
        Position storage position = _positions[vault][series];
        Assets held = Assets.wrap(position.collateral);
        require(amount <= held, InsufficientCompartment(series, held, amount));

        uint128 moved = uint128(Assets.unwrap(amount));
        cash.free += moved;
        cash.locked -= moved;
        position.collateral -= moved;

        emit Released(vault, series, amount);
    }

    // Expiry

    /// @inheritdoc IClearing
    function settle(SeriesId series) external nonReentrant returns (Settlement memory result) {
        checkSeries(series);
        require(block.timestamp >= series.expiryOf(), NotExpired(series));
        Expired storage expired = _expired[series];
        require(!expired.settled, AlreadySettled(series));
        (Wad price, uint40 finalAt) = settlementOracle.price(series.marketOf(), series.expiryOf());
        require(finalAt != 0 && block.timestamp >= finalAt, SettlementNotFinal(series, finalAt));

        uint256 short = uint256(-int256(_positions[vault][series].lots));
        Wad payoff = SettlementMath.payoff(series, price, _scale);
        Assets owed = SettlementMath.owed(short, payoff, _scale);

        Assets paid = _cover(series, short, owed, uint256(finalAt) + COVER_GRACE);
        result = Settlement({payoff: payoff, scale: SettlementMath.payableShare(paid, owed), settled: true});
        expired.payoff = uint128(Wad.unwrap(payoff));
        expired.scale = uint64(Wad.unwrap(result.scale));
        expired.settled = true;
        expired.pot = uint128(Assets.unwrap(paid));
        expired.longs = uint128(short * LOT);

        emit Settled(series, payoff, result.scale, Size.wrap(short * LOT));

        if (short != 0) _notify(series, int64(int256(short)));
    }

    /// @inheritdoc IClearing
    function retryNotice(SeriesId series) external nonReentrant {
        int64 lots = _notices[series];
        require(lots != 0, NoNoticePending(series));

        delete _notices[series];

        emit NoticeDelivered(series, sizeOfLots(lots));

        IMarket(market).onVaultPosition(series, sizeOfLots(lots));
    }

    /// @inheritdoc IClearing
    function redeem(SeriesId series, Size size, address receiver) external nonReentrant returns (Assets) {
        return _redeem(series, msg.sender, size, receiver);
    }

    /// @inheritdoc IClearing
    function redeemFor(SeriesId series, address owner) external nonReentrant returns (Assets) {
        return _redeem(series, owner, Size.wrap(balanceOf(owner, SeriesId.unwrap(series))), owner);
    }

    // Governance

    /// @inheritdoc IClearing
    function setMarginParams(MarketId market_, MarginParams calldata params) external restricted {
        _setMarginParams(market_, params);
    }

    /// @inheritdoc IClearing
    function tightenMarginParams(MarketId market_, MarginParams calldata params) external restricted {
        MarginBounds.checkTightened(_packedMarginParams(market_).unpack(), params);
        _setMarginParams(market_, params);
    }

    /// @inheritdoc IClearing
    function setSettlementOracle(ISettlementOracle oracle) external restricted {
        require(address(oracle).code.length != 0, NotAContract(address(oracle)));

        settlementOracle = oracle;

        emit SettlementOracleSet(oracle);
    }

    // Views

    /// @inheritdoc IClearing
    function asset() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IClearing
    function free(address owner) external view returns (Assets) {
        return Assets.wrap(_cash[owner].free);
    }

    /// @inheritdoc IClearing
    function locked(address owner) external view returns (Assets) {
        return Assets.wrap(_cash[owner].locked);
    }

    /// @inheritdoc IClearing
    function balances(address owner) external view returns (Assets free_, Assets locked_) {
        Cash memory cash = _cash[owner];
        return (Assets.wrap(cash.free), Assets.wrap(cash.locked));
    }

    /// @inheritdoc IClearing
    function compartment(address owner, SeriesId series) external view returns (Assets) {
        return Assets.wrap(_positions[owner][series].collateral);
    }

    /// @inheritdoc IClearing
    function pot(SeriesId series) external view returns (Assets) {
        return Assets.wrap(_expired[series].pot);
    }

    /// @inheritdoc IClearing
    function outstanding(SeriesId series) external view returns (Size) {
        Expired storage expired = _expired[series];
        if (expired.settled) return Size.wrap(expired.longs);
        return vaultPosition(series).magnitude();
    }

    /// @inheritdoc IClearing
    function vaultPosition(SeriesId series) public view returns (SignedSize) {
        return sizeOfLots(_positions[vault][series].lots);
    }

    /// @inheritdoc IClearing
    function settlement(SeriesId series) external view returns (Settlement memory) {
        Expired storage expired = _expired[series];
        return Settlement({payoff: Wad.wrap(expired.payoff), scale: Wad.wrap(expired.scale), settled: expired.settled});
    }

    /// @inheritdoc IClearing
    function pendingNotice(SeriesId series) external view returns (SignedSize) {
        return sizeOfLots(_notices[series]);
    }

    /// @inheritdoc IClearing
    /// @dev The result is declared in calldata, where none is, because one in memory would be allocated and filled with
    /// zeros first; `answer` ends the call.
    function marginParams(MarketId market_) external view returns (MarginParams calldata none) {
        assembly ("memory-safe") {
            none := 0
        }
        PackedMarginParams storage packed = _margin[market_];
        require(packed.factors != 0, MarginParamsNotSet(market_)); // as in isSet, without a copy
        packed.answer();
    }

    /// @inheritdoc IClearing
    function minimumMargin(SeriesId series, Size size, Wad spot, Wad mark) external view returns (Assets) {
        uint256 expiry = series.expiryOf();
        uint256 left = expiry > block.timestamp ? expiry - block.timestamp : 0;
        Wad each = MarginFormula.perOption(_packedMarginParams(series.marketOf()).unpack(), series, left, spot, mark);
        return toAssetsUp(each.mulUp(Wad.wrap(Size.unwrap(size))), _scale);
    }

    // Internals

    /// @dev Books one leg. Returns by how much the vault's compartments grew.
    function _book(address trader, address recipient, Fill calldata fill) private returns (int256 locking) {
        SeriesId series = fill.series;
        int256 size = SignedSize.unwrap(fill.size);
        require(block.timestamp < series.expiryOf(), SeriesExpired(series));
        require(size != 0 && size % int256(LOT) == 0, NotWholeLots(fill.size));

        Position storage position = _positions[vault][series];
        (int256 before, uint256 held) = (position.lots, position.collateral);
        unchecked {
            // Positions of 64 bits, sizes of 256 in lots of 1e15, collateral of 128
            int256 left = before - size / int256(LOT);
            require(left <= 0, VaultHasNoLong(series, sizeOfLots(before), -fill.size));
            Assets holds =
                CompartmentMath.afterTrade(Assets.wrap(held), fill.collateral, uint256(-before), uint256(-left));

            (int64 lots, uint128 collateral) = (-(-left).toInt64(), Assets.unwrap(holds).toUint128());
            position.lots = lots;
            position.collateral = collateral;
            if (size > 0) _mint(recipient, SeriesId.unwrap(series), uint256(size));
            else _burn(trader, SeriesId.unwrap(series), uint256(-size));

            emit VaultPositionSet(series, sizeOfLots(left), holds);

            return int256(uint256(collateral)) - int256(held);
        }
    }

    /// @dev Closes the vault's short of an expired series and moves what it owes out of its compartment and free cash.
    function _cover(SeriesId series, uint256 short, Assets owed, uint256 graceEnd) private returns (Assets paid) {
        if (short == 0) return paid;
        Cash memory cash = _cash[vault];
        uint256 held = _positions[vault][series].collateral;
        Assets available = Assets.wrap(held + cash.free);
        paid = owed.min(available);
        require(paid == owed || block.timestamp >= graceEnd, CoverIncomplete(series, available, owed, graceEnd));

        delete _positions[vault][series];
        _cash[vault] = Cash({free: Assets.unwrap(available - paid).toUint128(), locked: cash.locked - uint128(held)});

        emit ShortCovered(vault, series, Size.wrap(short * LOT), owed, paid, Assets.wrap(held));
    }

    /// @dev Tells the market that the vault's position changed by so many lots. A failure is kept for a retry. Nothing
    /// of what the market returns is copied.
    function _notify(SeriesId series, int64 lots) private {
        SignedSize change = sizeOfLots(lots);
        bytes memory notice = abi.encodeCall(IMarket.onVaultPosition, (series, change));
        // 1/64 of the gas stays here, and enough to record a failure
        uint256 needed = NOTICE_GAS + NOTICE_GAS / 63 + 60_000;
        require(gasleft() >= needed, GasTooLowForNotice(gasleft(), needed));

        address target = market;
        uint256 budget = NOTICE_GAS;
        bool ok;
        assembly ("memory-safe") {
            ok := call(budget, target, 0, add(notice, 0x20), mload(notice), 0, 0)
        }
        if (ok) return;

        _notices[series] = lots;

        emit NoticeFailed(series, change);
    }

    function _redeem(SeriesId series, address owner, Size size, address receiver) private returns (Assets paid) {
        Expired storage expired = _expired[series];
        require(expired.settled, NotSettled(series));
        require(Size.unwrap(size) != 0, NothingToRedeem(owner, series));

        _burn(owner, SeriesId.unwrap(series), Size.unwrap(size));
        paid = SettlementMath.redeemed(size, Wad.wrap(expired.payoff), Wad.wrap(expired.scale), _scale);

        uint128 left = expired.pot - uint128(Assets.unwrap(paid));
        uint128 longs = expired.longs - uint128(Size.unwrap(size));
        if (longs == 0 && left != 0) {
            _cash[vault].free += left;
            emit PotClosed(series, Assets.wrap(left));
            left = 0;
        }
        (expired.pot, expired.longs) = (left, longs);

        emit Redeemed(owner, series, receiver, size, paid);

        if (Assets.unwrap(paid) != 0) _token.payExactly(receiver, paid);
    }

    function _setMarginParams(MarketId market_, MarginParams memory params) private {
        MarginBounds.check(params);

        _margin[market_] = pack(params);

        emit MarginParamsSet(market_, params);

        // Trades read the catalogue's copy
        ICatalogue(IMarket(market).catalogue()).takeMargin(market_);
    }

    function _packedMarginParams(MarketId market_) private view returns (PackedMarginParams memory packed) {
        packed = _margin[market_];
        require(packed.isSet(), MarginParamsNotSet(market_));
    }

    function _requireFree(address owner, uint256 free_, Assets amount) private pure {
        require(Assets.unwrap(amount) <= free_, InsufficientFree(owner, Assets.wrap(free_), amount));
    }

    /// @dev Every movement of longs passes here: minting, burning, transfers.
    function _update(address from, address to, uint256 id, uint256 amount) internal override {
        require(to != vault && to != market && to != address(this), TransferToVault());
        super._update(from, to, id, amount);
    }
}
