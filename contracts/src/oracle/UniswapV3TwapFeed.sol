// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Exp} from "../math/Exp.sol";
import {AggregatorV3} from "./AggregatorV3.sol";

/// @notice What the adapter asks of a Uniswap v3 pool.
interface IUniswapV3PoolObservations {
    function token0() external view returns (address);

    function token1() external view returns (address);

    function observe(uint32[] calldata secondsAgos)
        external
        view
        returns (int56[] memory tickCumulatives, uint160[] memory secondsPerLiquidityCumulativeX128s);
}

interface IDecimals {
    function decimals() external view returns (uint8);
}

/// @notice What the adapter is made of.
struct UniswapV3TwapConfig {
    IUniswapV3PoolObservations pool;
    address underlying; // priced
    address collateral; // in units of
    uint32 window; // seconds averaged over
    uint128 minimumLiquidity; // harmonic mean over the window below which there is no answer
}

/// @title UniswapV3TwapFeed
/// @notice A pool's time-weighted geometric mean price over a window, as a feed: collateral per one underlying, 18
/// decimals. It has no rounds, so it serves as a secondary and never proves a settlement. It reverts, and the spot oracle
/// goes on without it, while the pool's oracle is shorter than the window or its liquidity was below the minimum.
/// @dev The mean tick is rounded towards minus infinity, as Uniswap's own library does. 1.0001^tick to 1e-14 relative.
contract UniswapV3TwapFeed is AggregatorV3 {
    uint8 public constant override decimals = 18;
    uint32 private constant MIN_WINDOW = 5 minutes;
    uint32 private constant MAX_WINDOW = 4 hours;
    /// @dev ln(1.0001) and ln(10) with 36 decimals.
    int256 private constant LN_TICK = 99995000333308335333166680951131;
    int256 private constant LN_TEN = 2302585092994045684017991454684364208;
    int256 private constant TO_WAD = 1e18;

    IUniswapV3PoolObservations public immutable POOL;
    uint32 public immutable WINDOW;
    uint128 public immutable MINIMUM_LIQUIDITY;
    bool private immutable INVERTED; // the pool's price is of collateral in underlying
    int256 private immutable LN_UNITS; // ln of whole tokens over base units, 36 decimals

    error WindowOutOfBounds(uint32 window, uint32 least, uint32 most);
    error NotThePoolsTokens(address underlying, address collateral);
    error LiquidityTooLow(uint256 liquidity, uint128 minimum);
    error NoRounds();

    constructor(UniswapV3TwapConfig memory config) {
        require(
            config.window >= MIN_WINDOW && config.window <= MAX_WINDOW,
            WindowOutOfBounds(config.window, MIN_WINDOW, MAX_WINDOW)
        );
        (address token0, address token1) = (config.pool.token0(), config.pool.token1());
        INVERTED = token1 == config.underlying;
        require(
            INVERTED ? token0 == config.collateral : token0 == config.underlying && token1 == config.collateral,
            NotThePoolsTokens(config.underlying, config.collateral)
        );

        POOL = config.pool;
        WINDOW = config.window;
        MINIMUM_LIQUIDITY = config.minimumLiquidity;
        int256 up = int256(uint256(IDecimals(config.underlying).decimals()));
        int256 down = int256(uint256(IDecimals(config.collateral).decimals()));
        LN_UNITS = (up - down) * LN_TEN;
    }

    /// @inheritdoc AggregatorV3
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint32[] memory ago = new uint32[](2);
        ago[0] = WINDOW;
        (int56[] memory ticks, uint160[] memory perLiquidity) = POOL.observe(ago);
        uint256 spent = uint256(uint160(perLiquidity[1] - perLiquidity[0]));
        uint256 liquidity = spent == 0 ? type(uint128).max : (uint256(WINDOW) << 128) / spent;
        require(liquidity >= MINIMUM_LIQUIDITY, LiquidityTooLow(liquidity, MINIMUM_LIQUIDITY));

        int256 moved = int256(ticks[1]) - int256(ticks[0]);
        int256 window = int256(uint256(WINDOW));
        int256 tick = moved / window;
        if (moved < 0 && moved % window != 0) --tick;

        uint256 price = Exp.expWad(((INVERTED ? -tick : tick) * LN_TICK + LN_UNITS) / TO_WAD);
        uint80 id = uint80(block.timestamp);
        return (id, int256(price), block.timestamp - WINDOW, block.timestamp, id);
    }

    /// @inheritdoc AggregatorV3
    function getRoundData(uint80) external pure returns (uint80, int256, uint256, uint256, uint80) {
        revert NoRounds();
    }
}
