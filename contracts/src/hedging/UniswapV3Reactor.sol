// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IReactor, ReactorReport} from "../interfaces/IReactor.sol";
import {Assets, AssetScale, SignedAssets, assetScale} from "../types/Assets.sol";
import {SignedWad, Wad, WAD} from "../types/Wad.sol";
import {IUniswapV3Pool, IUniswapV3SwapCallback} from "./IUniswapV3Pool.sol";
import {PoolPair, UniswapV3Math} from "./UniswapV3Math.sol";

/// @notice One spot venue. The pool is chosen by the governor, who answers for it being Uniswap's.
struct UniswapV3ReactorConfig {
    address hedger;
    IUniswapV3Pool pool;
    IERC20 asset;
    IERC20 underlying;
}

/// @title Spot reactor on a Uniswap v3 pool
/// @notice The law of the spot venue.
///
/// # Long only
/// It holds the underlying and never owes any: a sale is at most what it holds, so delta is never below zero.
///
/// # Price
/// Slippage includes the pool's fee. The limit handed to the pool is spot·(1 + slippage)·(1 − fee) for a buy and
/// spot·(1 − slippage)/(1 − fee) for a sale: the last unit, fee paid, costs no more than the bound, and what lies beyond
/// is left. What was paid is checked against spot once more.
///
/// # Payment
/// Only the pool can ask, only during a swap of this contract, only the token sold, only up to what the order allows.
///
/// # Gifts
/// Tokens sent here belong to the vault. Underlying counts as delta and worth at once: the hedger sells it when a rule
/// fires. Collateral counts as worth and leaves with the next order. Neither can be taken out by who sent it.
///
/// # Capacity
/// An estimate from the liquidity in range, as if it reached to the price limit: a tick on the way may change it.
contract UniswapV3Reactor is IReactor, IUniswapV3SwapCallback {
    using SafeERC20 for IERC20;
    using UniswapV3Math for PoolPair;

    /// @dev The pool rounds what it is paid, and its fee, up to a base unit each.
    uint256 private constant ROUNDING = 2;

    error NotPool(address caller);
    error UnexpectedPayment(address token, uint256 owed, uint256 most);
    error PoolOfOtherTokens(address token0, address token1);

    address private immutable HEDGER;
    IUniswapV3Pool private immutable POOL;
    IERC20 private immutable ASSET;
    IERC20 private immutable UNDERLYING;
    AssetScale private immutable SCALE;
    uint24 private immutable FEE;
    bool private immutable UNDERLYING_IS_TOKEN0;
    uint256 private immutable UNDERLYING_UNIT;
    uint256 private immutable COLLATERAL_UNIT;

    /// @dev Token and most that the running swap may ask for.
    address private transient _payToken;
    uint256 private transient _payMost;

    modifier onlyHedger() {
        require(msg.sender == HEDGER, NotHedger(msg.sender));
        _;
    }

    constructor(UniswapV3ReactorConfig memory config) {
        (address token0, address token1) = (config.pool.token0(), config.pool.token1());
        (address asset, address underlying) = (address(config.asset), address(config.underlying));
        require(
            (token0 == asset && token1 == underlying) || (token0 == underlying && token1 == asset),
            PoolOfOtherTokens(token0, token1)
        );
        HEDGER = config.hedger;
        POOL = config.pool;
        ASSET = config.asset;
        UNDERLYING = config.underlying;
        FEE = config.pool.fee();
        UNDERLYING_IS_TOKEN0 = token0 == underlying;
        uint8 decimals = IERC20Metadata(asset).decimals();
        SCALE = assetScale(decimals);
        COLLATERAL_UNIT = 10 ** uint256(decimals);
        UNDERLYING_UNIT = 10 ** uint256(IERC20Metadata(underlying).decimals());
    }

    // For the hedger

    /// @inheritdoc IReactor
    function hedge(SignedWad amount, Wad spot, Wad maxSlippage)
        external
        onlyHedger
        returns (SignedWad filled, SignedWad inFlight)
    {
        int256 size = SignedWad.unwrap(amount);
        filled = size > 0
            ? SignedWad.wrap(int256(_buy(uint256(size), spot, maxSlippage)))
            : SignedWad.wrap(-int256(_sell(uint256(-size), spot, maxSlippage)));
        inFlight = SignedWad.wrap(0);
        _payOut(type(uint256).max);
    }

    /// @inheritdoc IReactor
    function unwind(Wad spot, Wad maxSlippage) external onlyHedger returns (Assets paid) {
        _sell(type(uint256).max, spot, maxSlippage);
        return _payOut(type(uint256).max);
    }

    /// @inheritdoc IReactor
    function withdraw(Assets amount) external onlyHedger returns (Assets paid) {
        return _payOut(Assets.unwrap(amount));
    }

    /// @inheritdoc IReactor
    /// @dev A pool owes a swapper nothing.
    function sync() external onlyHedger {}

    // For the pool

    /// @inheritdoc IUniswapV3SwapCallback
    function uniswapV3SwapCallback(int256 amount0Delta, int256 amount1Delta, bytes calldata) external {
        require(msg.sender == address(POOL), NotPool(msg.sender));
        (bool zero, int256 due) = amount0Delta > 0 ? (true, amount0Delta) : (false, amount1Delta);
        IERC20 token = zero == UNDERLYING_IS_TOKEN0 ? UNDERLYING : ASSET;
        uint256 owed = due > 0 ? uint256(due) : 0;
        require(
            address(token) == _payToken && owed <= _payMost && (!zero || amount1Delta <= 0),
            UnexpectedPayment(address(token), owed, _payMost)
        );

        _payMost -= owed;
        token.safeTransfer(msg.sender, owed);
    }

    // Views

    /// @inheritdoc IReactor
    function delta() public view returns (SignedWad) {
        return SignedWad.wrap(int256(_toWad(UNDERLYING.balanceOf(address(this)))));
    }

    /// @inheritdoc IReactor
    function equity(Wad spot) public view returns (SignedAssets) {
        uint256 worth = Math.mulDiv(UNDERLYING.balanceOf(address(this)), Wad.unwrap(spot), UNDERLYING_UNIT);
        uint256 cash = ASSET.balanceOf(address(this));
        return SignedAssets.wrap(int256(worth / AssetScale.unwrap(SCALE) + cash));
    }

    /// @inheritdoc IReactor
    function capacity(Wad spot, Wad maxSlippage) public view returns (Wad up, Wad down) {
        (uint160 price,,,,,,) = POOL.slot0();
        uint128 liquidity = POOL.liquidity();
        PoolPair memory pair = _pair();
        uint256 bought = pair.underlyingTo(liquidity, price, _limit(pair, spot, maxSlippage, true), true, FEE);
        uint256 sold = pair.underlyingTo(liquidity, price, _limit(pair, spot, maxSlippage, false), false, FEE);
        return (Wad.wrap(_toWad(bought)), Wad.wrap(_toWad(Math.min(sold, UNDERLYING.balanceOf(address(this))))));
    }

    /// @inheritdoc IReactor
    function report(Wad spot, Wad maxSlippage) external view returns (ReactorReport memory r) {
        r.delta = delta();
        r.equity = equity(spot);
        (r.capacityUp, r.capacityDown) = capacity(spot, maxSlippage);
    }

    /// @inheritdoc IReactor
    function cashFor(SignedWad amount, Wad spot, Wad maxSlippage) external view returns (Assets) {
        int256 size = SignedWad.unwrap(amount);
        return Assets.wrap(size > 0 ? _costUp(_fromWad(uint256(size)), spot, maxSlippage) : 0);
    }

    // Trading

    /// @dev Buys exactly so much, or what the price limit and the cash here allow. Wads.
    function _buy(uint256 size, Wad spot, Wad maxSlippage) private returns (uint256) {
        uint256 units = _fromWad(size);
        uint256 before = UNDERLYING.balanceOf(address(this));
        uint256 paid = _swap(-int256(units), ASSET, ASSET.balanceOf(address(this)), spot, maxSlippage);
        uint256 bought = UNDERLYING.balanceOf(address(this)) - before;

        uint256 most = _costUp(bought, spot, maxSlippage);
        require(paid <= most, SlippageExceeded(bought, paid));
        return _toWad(bought);
    }

    /// @dev Sells so much, what there is, or what the price limit allows, whichever is least. Wads.
    function _sell(uint256 size, Wad spot, Wad maxSlippage) private returns (uint256) {
        uint256 held = UNDERLYING.balanceOf(address(this));
        uint256 units = size > _toWad(held) ? held : _fromWad(size);
        uint256 before = ASSET.balanceOf(address(this));
        uint256 sold = _swap(int256(units), UNDERLYING, units, spot, maxSlippage);
        uint256 got = ASSET.balanceOf(address(this)) - before;

        uint256 counted = sold - Math.min(sold, ROUNDING);
        uint256 worth = Math.mulDiv(counted, Wad.unwrap(spot), UNDERLYING_UNIT) / AssetScale.unwrap(SCALE);
        uint256 least = Math.mulDiv(worth, WAD - Wad.unwrap(maxSlippage), WAD);
        require(got + ROUNDING >= least, SlippageExceeded(got, least));
        return _toWad(sold);
    }

    /// @param specified positive: exact input; negative: exact output
    /// @return paid of the token sold, by this contract's own balance
    function _swap(int256 specified, IERC20 sell, uint256 most, Wad spot, Wad maxSlippage)
        private
        returns (uint256 paid)
    {
        PoolPair memory pair = _pair();
        bool up = address(sell) == address(ASSET);
        uint160 limit = _limit(pair, spot, maxSlippage, up);
        (uint160 price,,,,,,) = POOL.slot0();
        if (specified == 0 || pair.beyond(price, limit, up)) return 0;

        uint256 before = sell.balanceOf(address(this));
        (_payToken, _payMost) = (address(sell), most);
        POOL.swap(address(this), up != UNDERLYING_IS_TOKEN0, specified, limit, "");
        (_payToken, _payMost) = (address(0), 0);
        return before - sell.balanceOf(address(this));
    }

    function _payOut(uint256 most) private returns (Assets) {
        uint256 amount = Math.min(ASSET.balanceOf(address(this)), most);
        if (amount != 0) ASSET.safeTransfer(HEDGER, amount);
        return Assets.wrap(amount);
    }

    /// @dev The pool price at which the next unit, fee paid, costs or brings the bound.
    function _limit(PoolPair memory pair, Wad spot, Wad maxSlippage, bool up) private view returns (uint160) {
        uint256 kept = UniswapV3Math.FEE_ONE - FEE;
        uint256 price = up
            ? Math.mulDiv(Wad.unwrap(spot), (WAD + Wad.unwrap(maxSlippage)) * kept, WAD * UniswapV3Math.FEE_ONE)
            : Math.mulDiv(Wad.unwrap(spot), (WAD - Wad.unwrap(maxSlippage)) * UniswapV3Math.FEE_ONE, WAD * kept);
        return pair.sqrtPriceAt(price, !up);
    }

    /// @dev What so many base units of underlying may cost at most.
    function _costUp(uint256 units, Wad spot, Wad maxSlippage) private view returns (uint256) {
        uint256 worth = Math.mulDiv(units, Wad.unwrap(spot), UNDERLYING_UNIT, Math.Rounding.Ceil);
        uint256 cost = Math.mulDiv(worth, WAD + Wad.unwrap(maxSlippage), WAD, Math.Rounding.Ceil);
        return Math.ceilDiv(cost, AssetScale.unwrap(SCALE)) + ROUNDING;
    }

    function _pair() private view returns (PoolPair memory) {
        return PoolPair(UNDERLYING_IS_TOKEN0, UNDERLYING_UNIT, COLLATERAL_UNIT);
    }

    function _toWad(uint256 units) private view returns (uint256) {
        return Math.mulDiv(units, WAD, UNDERLYING_UNIT);
    }

    function _fromWad(uint256 size) private view returns (uint256) {
        return Math.mulDiv(size, UNDERLYING_UNIT, WAD);
    }
}
