// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "../../../local/TestToken.sol";
import {
    IUniswapV3PoolObservations,
    UniswapV3TwapConfig,
    UniswapV3TwapFeed
} from "../../../src/oracle/UniswapV3TwapFeed.sol";
import {Test} from "../../utils/Test.sol";

/// @notice A pool that has been at one tick with one liquidity for as long as is asked.
contract SteadyPool is IUniswapV3PoolObservations {
    address public immutable token0;
    address public immutable token1;
    int56 public cumulativeThen;
    int56 public cumulativeNow;
    uint160 public perLiquidity;
    bool public old;

    constructor(address token0_, address token1_) {
        (token0, token1) = (token0_, token1_);
    }

    function set(int56 then_, int56 now_, uint128 liquidity, uint32 window) external {
        (cumulativeThen, cumulativeNow) = (then_, now_);
        perLiquidity = uint160((uint256(window) << 128) / liquidity);
    }

    function setOld() external {
        old = true;
    }

    function observe(uint32[] calldata) external view returns (int56[] memory ticks, uint160[] memory seconds_) {
        require(!old, "OLD");
        (ticks, seconds_) = (new int56[](2), new uint160[](2));
        (ticks[0], ticks[1], seconds_[1]) = (cumulativeThen, cumulativeNow, perLiquidity);
    }
}

/// @notice Prices against 1.0001^tick computed with forty digits.
contract UniswapV3TwapFeedTest is Test {
    uint32 internal constant WINDOW = 30 minutes;
    TestToken internal weth;
    TestToken internal usdc;

    function setUp() public {
        vm.warp(1_800_000_000);
        weth = new TestToken("Wrapped ether", "WETH", 18);
        usdc = new TestToken("USD coin", "USDC", 6);
    }

    function test_UnderlyingIsToken0() public {
        // 1.0001^-196256 · 1e12
        _priceIs(address(weth), address(usdc), -196_256, 3000.104290406328548e18);
    }

    function test_UnderlyingIsToken1() public {
        _priceIs(address(usdc), address(weth), 196_256, 3000.104290406328548e18);
    }

    function test_TheMeanTickIsRoundedDown() public {
        (SteadyPool pool, UniswapV3TwapFeed feed) = _feed(address(weth), address(usdc), 0);
        pool.set(0, -int56(uint56(196_256 * uint256(WINDOW))) - 1, 1e18, WINDOW);
        (, int256 answer,,,) = feed.latestRoundData();
        assertApproxEqRel(uint256(answer), 2999.804309975331015e18, 1e4, "one tick lower: 1.0001^-196257");
    }

    function test_RoundIsCompleteAndNow() public {
        (SteadyPool pool, UniswapV3TwapFeed feed) = _feed(address(weth), address(usdc), 0);
        pool.set(0, 0, 1e18, WINDOW);
        (uint80 id,, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = feed.latestRoundData();
        assertEq(startedAt, vm.getBlockTimestamp() - WINDOW, "the window's start");
        assertEq(updatedAt, vm.getBlockTimestamp(), "now");
        assertEq(id, answeredIn, "complete");
        assertEq(id >> 64, 0, "no phase: it proves no settlement");
    }

    function test_RevertGiven_ThinLiquidityOrAShortOracle() public {
        (SteadyPool pool, UniswapV3TwapFeed feed) = _feed(address(weth), address(usdc), 1e15);
        pool.set(0, 0, 1e15 / 2, WINDOW);
        vm.expectPartialRevert(UniswapV3TwapFeed.LiquidityTooLow.selector);
        feed.latestRoundData();
        pool.set(0, 0, 2e15, WINDOW);
        feed.latestRoundData();
        pool.setOld();
        vm.expectRevert(bytes("OLD"));
        feed.latestRoundData();
        vm.expectRevert(UniswapV3TwapFeed.NoRounds.selector);
        feed.getRoundData(1);
    }

    function test_RevertWhen_MisConfigured() public {
        SteadyPool pool = new SteadyPool(address(weth), address(usdc));
        vm.expectPartialRevert(UniswapV3TwapFeed.WindowOutOfBounds.selector);
        new UniswapV3TwapFeed(UniswapV3TwapConfig(pool, address(weth), address(usdc), 1 minutes, 0));
        vm.expectPartialRevert(UniswapV3TwapFeed.NotThePoolsTokens.selector);
        new UniswapV3TwapFeed(UniswapV3TwapConfig(pool, address(weth), address(this), WINDOW, 0));
    }

    function _priceIs(address token0, address token1, int256 tick, uint256 expected) private {
        (SteadyPool pool, UniswapV3TwapFeed feed) = _feed(token0, token1, 0);
        pool.set(77, 77 + int56(tick * int256(uint256(WINDOW))), 1e18, WINDOW);
        (, int256 answer,,,) = feed.latestRoundData();
        assertApproxEqRel(uint256(answer), expected, 1e4, "to 1e-14");
    }

    function _feed(address token0, address token1, uint128 liquidity)
        private
        returns (SteadyPool pool, UniswapV3TwapFeed feed)
    {
        pool = new SteadyPool(token0, token1);
        feed = new UniswapV3TwapFeed(UniswapV3TwapConfig(pool, address(weth), address(usdc), WINDOW, liquidity));
    }
}
