// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IUniswapV3Pool, IUniswapV3SwapCallback} from "../../src/hedging/IUniswapV3Pool.sol";
import {VM} from "./Vm.sol";

interface IPoolFactory {
    function createPool(address tokenA, address tokenB, uint24 fee) external returns (address);
}

interface IPoolLiquidity {
    function initialize(uint160 sqrtPriceX96) external;

    function mint(address recipient, int24 tickLower, int24 tickUpper, uint128 amount, bytes calldata data)
        external
        returns (uint256 amount0, uint256 amount1);
}

/// @notice Uniswap's own pool bytecode, its liquidity and an arbitrageur who keeps it at spot. Whoever deploys it gives
/// it money once; it makes none.
contract DeployedPool is IUniswapV3SwapCallback {
    uint24 private constant FEE = 500;
    int24 private constant EDGE = 887_270; // the widest range at a spacing of 10
    /// @dev sqrt(1.01) - 1
    uint256 private constant ONE_PCT_OF_SQRT = 0.004987562112089e18;

    IERC20 public immutable ASSET;
    IERC20 public immutable UNDERLYING;
    IUniswapV3Pool public immutable POOL;
    uint256 private immutable _UNIT; // of the asset; the underlying has 18 decimals

    constructor(IERC20 asset, IERC20 underlying, uint256 unit, uint256 price) {
        (ASSET, UNDERLYING, _UNIT) = (asset, underlying, unit);
        bytes memory code = VM.parseJsonBytes(
            VM.readFile("node_modules/@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json"),
            ".bytecode"
        );
        address factory;
        assembly ("memory-safe") {
            factory := create(0, add(code, 32), mload(code))
        }
        POOL = IUniswapV3Pool(IPoolFactory(factory).createPool(address(asset), address(underlying), FEE));
        IPoolLiquidity(address(POOL)).initialize(sqrtPrice(price));
    }

    /// @notice Liquidity such that buying for `depth` base units of the asset moves the price by 1 %.
    function addLiquidity(uint256 depth) external {
        (uint160 root,,,,,,) = POOL.slot0();
        uint256 liquidity = _underlyingFirst()
            ? Math.mulDiv(depth, uint256(1e18) << 96, uint256(root) * ONE_PCT_OF_SQRT)
            : Math.mulDiv(depth, uint256(root) * 1e18, ONE_PCT_OF_SQRT << 96);
        IPoolLiquidity(address(POOL)).mint(address(this), -EDGE, EDGE, uint128(liquidity), "");
    }

    /// @notice Trades until the pool's price is this one.
    function moveTo(uint256 price) external {
        uint160 target = sqrtPrice(price);
        (uint160 root,,,,,,) = POOL.slot0();
        if (root == target) return;
        POOL.swap(address(this), target < root, type(int128).max, target, "");
    }

    function sqrtPrice(uint256 price) public view returns (uint160) {
        return _underlyingFirst()
            ? uint160(Math.sqrt(Math.mulDiv(price * _UNIT, 1 << 192, 1e36)))
            : uint160(Math.sqrt(Math.mulDiv(1e36, 1 << 128, price * _UNIT)) << 32);
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata) external {
        _pay(int256(amount0), int256(amount1));
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata) external {
        _pay(amount0, amount1);
    }

    function _pay(int256 amount0, int256 amount1) private {
        require(msg.sender == address(POOL), "only the pool");
        (IERC20 token0, IERC20 token1) = _underlyingFirst() ? (UNDERLYING, ASSET) : (ASSET, UNDERLYING);
        if (amount0 > 0) token0.transfer(msg.sender, uint256(amount0));
        if (amount1 > 0) token1.transfer(msg.sender, uint256(amount1));
    }

    function _underlyingFirst() private view returns (bool) {
        return address(UNDERLYING) < address(ASSET);
    }
}
