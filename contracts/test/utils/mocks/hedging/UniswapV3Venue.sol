// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUniswapV3Pool} from "../../../../src/hedging/IUniswapV3Pool.sol";
import {VM} from "../../Vm.sol";
import {HedgeToken} from "./HedgeToken.sol";

interface IUniswapV3Factory {
    function createPool(address tokenA, address tokenB, uint24 fee) external returns (address);
}

interface IUniswapV3PoolActions {
    function initialize(uint160 sqrtPriceX96) external;

    function mint(address recipient, int24 tickLower, int24 tickUpper, uint128 amount, bytes calldata data)
        external
        returns (uint256 amount0, uint256 amount1);

    function increaseObservationCardinalityNext(uint16 observationCardinalityNext) external;
}

/// @notice Uniswap's own pool bytecode with money for whoever moves its price: liquidity and swaps are paid with
/// freshly minted tokens.
contract UniswapV3Venue {
    uint160 private constant LEAST = 4295128739 + 1;
    uint160 private constant MOST = 1461446703485210103287273052203988822378723970342 - 1;

    HedgeToken public immutable TOKEN0;
    HedgeToken public immutable TOKEN1;
    IUniswapV3Pool public immutable POOL;

    constructor(HedgeToken tokenA, HedgeToken tokenB, uint24 fee, uint160 sqrtPriceX96) {
        (TOKEN0, TOKEN1) = address(tokenA) < address(tokenB) ? (tokenA, tokenB) : (tokenB, tokenA);
        string memory path =
            "node_modules/@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json";
        bytes memory code = VM.parseJsonBytes(VM.readFile(path), ".bytecode");
        address factory;
        assembly {
            factory := create(0, add(code, 32), mload(code))
        }
        POOL = IUniswapV3Pool(IUniswapV3Factory(factory).createPool(address(tokenA), address(tokenB), fee));
        IUniswapV3PoolActions(address(POOL)).initialize(sqrtPriceX96);
    }

    /// @notice Adds full-range liquidity of a fee tier of 0.05 % (spacing 10) or 0.3 % (60).
    function addLiquidity(uint128 liquidity, int24 spacing) external {
        int24 upper = 887272 / spacing * spacing;
        IUniswapV3PoolActions(address(POOL)).mint(address(this), -upper, upper, liquidity, "");
    }

    /// @notice Moves the pool to exactly this price.
    function moveTo(uint160 sqrtPriceX96) public {
        (uint160 price,,,,,,) = POOL.slot0();
        if (price == sqrtPriceX96) return;
        POOL.swap(address(this), sqrtPriceX96 < price, type(int128).max, sqrtPriceX96, "");
    }

    /// @notice Sells so much of one token.
    function sell(bool zeroForOne, uint256 amount) external {
        POOL.swap(address(this), zeroForOne, int256(amount), zeroForOne ? LEAST : MOST, "");
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata) external {
        TOKEN0.mint(msg.sender, amount0);
        TOKEN1.mint(msg.sender, amount1);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata) external {
        if (amount0 > 0) TOKEN0.mint(msg.sender, uint256(amount0));
        if (amount1 > 0) TOKEN1.mint(msg.sender, uint256(amount1));
    }
}
