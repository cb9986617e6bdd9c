// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TestToken} from "../../../local/TestToken.sol";
import {
    FAULT_PRIMARY,
    FAULT_SECONDARY,
    ORACLE_OPEN,
    ORACLE_REDUCE_ONLY,
    OracleMode,
    SpotFault,
    SpotRead,
    SpotSources
} from "../../../src/interfaces/ISpotOracle.sol";
import {FEED_GAS} from "../../../src/oracle/FeedReader.sol";
import {
    IUniswapV3PoolObservations,
    UniswapV3TwapConfig,
    UniswapV3TwapFeed
} from "../../../src/oracle/UniswapV3TwapFeed.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {DeployedPool} from "../../utils/DeployedPool.sol";
import {OracleBase} from "./OracleBase.sol";

interface IPoolCardinality {
    function increaseObservationCardinalityNext(uint16 next) external;

    function liquidity() external view returns (uint128);
}

/// @notice The adapter on Uniswap's own pool: decimals and order of tokens, a short history, one observation only, a
/// price pushed for a moment, liquidity added for a moment, the longest history there can be; and as the secondary of a
/// market.
contract UniswapV3TwapOnPoolTest is OracleBase {
    uint32 internal constant WINDOW = 30 minutes;
    uint256 internal constant BLOCK = 12 seconds;
    uint256 internal constant PRICE = 3000e18;
    uint256 internal constant ONE_TICK = 1.0001e14; // relative, a wad: the mean tick is rounded down
    /// @dev Where a pool keeps its first slot and its observations.
    bytes32 internal constant SLOT0 = bytes32(0);
    uint256 internal constant OBSERVATIONS = 8;
    uint256 internal constant MOST_OBSERVATIONS = 65_535;

    DeployedPool internal pool;
    UniswapV3TwapFeed internal feed;

    // Decimals and order

    function testFuzz_ThePoolsPriceAtAnyDecimalsAndOrder(uint256 price, uint256 which, bool underlyingFirst) public {
        price = bound(price, 0.5e18, 200_000e18);
        uint8 underlyingDecimals = which & 1 == 0 ? 18 : 8;
        uint8 assetDecimals = which & 2 == 0 ? 6 : 18;
        _deploy(price, underlyingDecimals, assetDecimals, underlyingFirst, 0);
        skip(WINDOW);
        assertApproxEqRel(_answer(), price, ONE_TICK, "collateral per one underlying, 18 decimals");
    }

    // History

    function test_RevertGiven_AHistoryShorterThanTheWindow() public {
        _deploy();
        skip(WINDOW - 1);
        vm.expectRevert(bytes("OLD"));
        feed.latestRoundData();
        skip(1);
        assertApproxEqRel(_answer(), PRICE, ONE_TICK, "the whole window");
    }

    /// @dev A pool starts with room for one observation: every swap throws the history away.
    function test_GivenRoomForOneObservation_ASwapBlindsItForAWindow() public {
        _deploy();
        _asSecondary();
        skip(WINDOW);
        primary.push(3000e8);
        _mode(spot.observe(ETH), ORACLE_OPEN);

        pool.moveTo(3001e18);
        skip(BLOCK);
        vm.expectRevert(bytes("OLD"));
        feed.latestRoundData();
        SpotRead memory read = spot.observe(ETH);
        _mode(read, ORACLE_REDUCE_ONLY);
        assertEq(Wad.unwrap(read.mark), PRICE, "the primary goes on");
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_SECONDARY), "said why");

        skip(WINDOW);
        primary.push(3000e8);
        _mode(spot.observe(ETH), ORACLE_OPEN);
    }

    function test_GivenRoomForMore_SwapsDoNotBlindIt() public {
        _deploy();
        _makeRoom(200);
        for (uint256 i = 0; i < 150; ++i) {
            skip(BLOCK);
            pool.moveTo(i % 2 == 0 ? 3003e18 : 2997e18);
            if (i * BLOCK < WINDOW) continue;
            assertApproxEqRel(_answer(), PRICE, 2 * ONE_TICK, "the mean of both");
        }
    }

    // Manipulation

    function test_APricePushedWithinABlockCountsNothing() public {
        _deploy();
        _makeRoom(10);
        skip(WINDOW);
        uint256 before = _answer();
        pool.moveTo(2 * PRICE);
        assertEq(_answer(), before, "in the block of the push");
        pool.moveTo(PRICE);
        assertEq(_answer(), before, "and back");
        skip(BLOCK);
        assertApproxEqRel(_answer(), before, ONE_TICK, "nor afterwards");
    }

    /// @dev The mean is geometric: doubled for one block of a window of 150, the answer is 2^(1/150) times what it was.
    function test_APricePushedForABlockCountsForThatBlock() public {
        _deploy();
        _makeRoom(10);
        _asSecondary();
        skip(WINDOW);
        uint256 before = _answer();
        pool.moveTo(2 * PRICE);
        skip(BLOCK);
        uint256 pushed = _answer();
        assertApproxEqRel(pushed, before * 1.004631_673e9 / 1e9, 2 * ONE_TICK, "one block of 150");
        primary.push(3000e8);
        SpotRead memory read = spot.observe(ETH);
        _mode(read, ORACLE_OPEN);
        assertEq(Wad.unwrap(read.mark), PRICE, "the mark is the primary's");

        // Held for four blocks it is beyond 1.5 %: the market reduces only, at the primary's mark.
        skip(3 * BLOCK);
        primary.push(3000e8);
        read = spot.observe(ETH);
        _mode(read, ORACLE_REDUCE_ONLY);
        assertEq(Wad.unwrap(read.mark), PRICE, "still the primary's");
        assertEq(Wad.unwrap(read.average), PRICE, "nor does it move the average");
    }

    function test_LiquidityAddedForAMomentDoesNotMakeAThinPoolTrusted() public {
        _deploy();
        uint128 thin = IPoolCardinality(address(pool.POOL())).liquidity();
        feed = _feed(10 * thin);
        _makeRoom(10);
        skip(WINDOW);
        vm.expectPartialRevert(UniswapV3TwapFeed.LiquidityTooLow.selector);
        feed.latestRoundData();

        pool.addLiquidity(1_000 * 5_000_000e6);
        vm.expectPartialRevert(UniswapV3TwapFeed.LiquidityTooLow.selector);
        feed.latestRoundData();
        skip(WINDOW / 2); // thin for half of the window: the harmonic mean is twice the thin
        vm.expectPartialRevert(UniswapV3TwapFeed.LiquidityTooLow.selector);
        feed.latestRoundData();
        skip(WINDOW / 2);
        assertApproxEqRel(_answer(), PRICE, ONE_TICK, "deep throughout");
    }

    // As the secondary of a market

    function test_GivenThePrimaryFails_TheMarkIsThePools() public {
        _deploy();
        _asSecondary();
        skip(WINDOW);
        primary.push(0);
        SpotRead memory read = spot.observe(ETH);
        _mode(read, ORACLE_REDUCE_ONLY);
        assertEq(Wad.unwrap(read.mark), _answer(), "the pool's mean");
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_PRIMARY), "said why");
    }

    /// @dev The pool searches its observations by halves; with all 65,535 the search must fit what a feed may use.
    function test_TheLongestHistoryFitsTheGasOfAFeed() public {
        _deploy();
        skip(MOST_OBSERVATIONS);
        _fill(-196_256);
        vm.cool(address(pool.POOL()));
        vm.cool(address(feed));
        uint256 answer = _answer();
        uint256 used = vm.snapshotGasLastCall("oracles", "spot: Uniswap v3 feed, 65,535 observations, cold");

        assertApproxEqRel(answer, 3000.104290406328548e18, 1e4, "1.0001^-196256 times 1e12");
        assertLt(used, FEED_GAS, "within what a feed may use");
    }

    /// @dev One observation a second at one tick and one liquidity, as swaps would have left them.
    function _fill(int256 tick) private {
        address target = address(pool.POOL());
        uint256 start = vm.getBlockTimestamp() - MOST_OBSERVATIONS + 1;
        uint256 perSecond = (1 << 128) / uint256(IPoolCardinality(target).liquidity());
        for (uint256 i = 0; i < MOST_OBSERVATIONS; ++i) {
            uint256 word = uint32(start + i) | uint256(uint56(int56(tick * int256(i)))) << 32
                | uint256(uint160(perSecond * i)) << 88 | 1 << 248;
            vm.store(target, bytes32(OBSERVATIONS + i), bytes32(word));
        }
        uint256 slot0 = uint256(vm.load(target, SLOT0)) & ~(uint256(type(uint48).max) << 184);
        slot0 |= (MOST_OBSERVATIONS - 1) << 184 | MOST_OBSERVATIONS << 200 | MOST_OBSERVATIONS << 216;
        vm.store(target, SLOT0, bytes32(slot0));
    }

    function _deploy() private {
        _deploy(PRICE, 18, 6, true, 0);
    }

    /// @dev DeployedPool takes 18 decimals of the underlying for granted: fewer are a price so many powers of ten higher.
    function _deploy(uint256 price, uint8 underlyingDecimals, uint8 assetDecimals, bool underlyingFirst, uint128 least)
        private
    {
        TestToken asset = new TestToken("Collateral", "C", assetDecimals);
        TestToken underlying = new TestToken("Underlying", "U", underlyingDecimals);
        while (address(underlying) < address(asset) != underlyingFirst) {
            underlying = new TestToken("Underlying", "U", underlyingDecimals);
        }
        pool = new DeployedPool(
            IERC20(asset), IERC20(underlying), 10 ** assetDecimals, price * 10 ** (18 - underlyingDecimals)
        );
        asset.mint(address(pool), type(uint128).max);
        underlying.mint(address(pool), type(uint128).max);
        pool.addLiquidity(5_000_000 * 10 ** assetDecimals);
        feed = _feed(least);
    }

    function _feed(uint128 least) private returns (UniswapV3TwapFeed) {
        return new UniswapV3TwapFeed(
            UniswapV3TwapConfig(
                IUniswapV3PoolObservations(address(pool.POOL())),
                address(pool.UNDERLYING()),
                address(pool.ASSET()),
                WINDOW,
                least
            )
        );
    }

    function _makeRoom(uint16 observations) private {
        IPoolCardinality(address(pool.POOL())).increaseObservationCardinalityNext(observations);
    }

    function _asSecondary() private {
        SpotSources memory s = defaults();
        s.secondary = address(feed);
        spot.setMarket(ETH, s);
    }

    function _answer() private view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        return uint256(answer);
    }

    function _mode(SpotRead memory read, OracleMode expected) private pure {
        assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(expected), "mode");
    }
}
