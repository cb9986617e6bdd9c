// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IUniswapV3Pool} from "../../../../src/hedging/IUniswapV3Pool.sol";
import {Hedger, HedgerConfig} from "../../../../src/hedging/Hedger.sol";
import {HedgePolicy} from "../../../../src/hedging/HedgePolicy.sol";
import {UniswapV3Reactor, UniswapV3ReactorConfig} from "../../../../src/hedging/UniswapV3Reactor.sol";
import {HedgeParams, HedgeRule} from "../../../../src/interfaces/IHedger.sol";
import {IMarket} from "../../../../src/interfaces/IMarket.sol";
import {ISpotOracle} from "../../../../src/interfaces/ISpotOracle.sol";
import {IVault} from "../../../../src/interfaces/IVault.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {SignedWad, Wad} from "../../../../src/types/Wad.sol";
import {Test} from "../../Test.sol";
import {HedgeMarketMock} from "./HedgeMarketMock.sol";
import {HedgeToken} from "./HedgeToken.sol";
import {HedgeVaultMock} from "./HedgeVaultMock.sol";
import {UniswapV3Venue} from "./UniswapV3Venue.sol";

/// @notice A hedger with one spot venue on a real pool: 2500 collateral per underlying, two million collateral of depth
/// per 1 %, fee 0.05 %, a vault with ten million.
abstract contract HedgeFixture is Test {
    MarketId internal constant ETH = MarketId.wrap(1);
    uint256 internal constant SPOT = 2_500e18;
    uint256 internal constant DEPTH = 2_000_000; // collateral units per 1 %
    uint256 internal constant VAULT_CASH = 10_000_000;
    uint24 internal constant FEE = 500;
    /// @dev sqrt(1.01) - 1, from the series x/2 - x²/8 + x³/16.
    uint256 internal constant ONE_PCT_OF_SQRT = 0.004987562112089e18;

    uint256 internal constant MIN_ORDER = 0.01e18;
    uint256 internal constant MAX_ORDER = 50e18;
    uint256 internal constant MAX_PER_BLOCK = 80e18;
    uint256 internal constant MAX_PER_DAY = 300e18;
    uint256 internal constant SLIPPAGE = 0.005e18;
    uint40 internal constant PERIOD = 2 hours;
    uint40 internal constant FORCE_DELAY = 5 minutes;

    uint256 internal unit; // 10^decimals of the collateral
    bool internal underlyingFirst;
    HedgeToken internal collateral;
    HedgeToken internal underlying;
    HedgeMarketMock internal market;
    HedgeVaultMock internal vault;
    UniswapV3Venue internal venue;
    Hedger internal hedger;
    UniswapV3Reactor internal reactor;

    /// @dev Mocks from their artifacts: what gas is measured with is not compiled as tests are.
    function _deploy(uint8 decimals, bool underlyingFirst_) internal {
        vm.warp(1_800_000_000);
        vm.roll(1_000);
        unit = 10 ** uint256(decimals);
        underlyingFirst = underlyingFirst_;
        underlying = _newToken("WETH", 18);
        do {
            collateral = _newToken("USDC", decimals);
        } while (address(underlying) < address(collateral) != underlyingFirst);

        market = HedgeMarketMock(vm.deployCode("HedgeMarketMock.sol:HedgeMarketMock"));
        market.setMark(SPOT);
        vault = HedgeVaultMock(vm.deployCode("HedgeVaultMock.sol:HedgeVaultMock", abi.encode(collateral)));
        vault.setEquity(VAULT_CASH * unit);
        collateral.mint(address(vault), VAULT_CASH * unit);
        hedger = new Hedger(
            HedgerConfig({
                authority: address(new AccessManager(address(this))),
                asset: collateral,
                vault: IVault(address(vault)),
                market: IMarket(address(market)),
                spotOracle: ISpotOracle(address(market)),
                policy: new HedgePolicy()
            })
        );
        vault.setHedger(address(hedger));

        venue = new UniswapV3Venue(collateral, underlying, FEE, _sqrtPrice(SPOT));
        venue.addLiquidity(_liquidity(DEPTH), 10);
        reactor = _newReactor(venue.POOL());
        hedger.addReactor(ETH, reactor);
        hedger.setHedgeParams(ETH, _params());
    }

    function _newToken(string memory name, uint8 decimals) private returns (HedgeToken) {
        return HedgeToken(vm.deployCode("HedgeToken.sol:HedgeToken", abi.encode(name, decimals)));
    }

    function _newReactor(IUniswapV3Pool pool) internal returns (UniswapV3Reactor) {
        return new UniswapV3Reactor(
            UniswapV3ReactorConfig({hedger: address(hedger), pool: pool, asset: collateral, underlying: underlying})
        );
    }

    function _params() internal pure returns (HedgeParams memory p) {
        p.hedgeCost = Wad.wrap(0.001e18);
        p.riskAversion = Wad.wrap(10e18);
        p.bandOfEquity = Wad.wrap(0.01e18); // 40 underlying at 10 m and 2500
        p.force = Wad.wrap(0.03e18); // 120 underlying
        p.averageWeight = Wad.wrap(0.5e18);
        p.maxSlippage = Wad.wrap(SLIPPAGE);
        p.minOrder = Wad.wrap(MIN_ORDER);
        p.maxOrder = Wad.wrap(MAX_ORDER);
        p.maxPerBlock = Wad.wrap(MAX_PER_BLOCK);
        p.maxPerDay = Wad.wrap(MAX_PER_DAY);
        p.period = PERIOD;
        p.forceDelay = FORCE_DELAY;
    }

    /// @dev Square root price of a market price, the collateral's and the underlying's units and order taken in.
    function _sqrtPrice(uint256 price) internal view returns (uint160) {
        return underlyingFirst
            ? uint160(Math.sqrt(Math.mulDiv(price * unit, 1 << 192, 1e36)))
            : uint160(Math.sqrt(Math.mulDiv(1e36, 1 << 128, price * unit)) << 32);
    }

    /// @dev L such that buying for so much collateral moves the price up by 1 %.
    function _liquidity(uint256 depth) internal view returns (uint128) {
        uint256 root = Math.sqrt(Math.mulDiv(SPOT * unit, 1 << 128, 1e36)); // Q64, collateral as token1
        return uint128(Math.mulDiv(depth * unit, 1e18 << 64, root * ONE_PCT_OF_SQRT));
    }

    /// @dev Fills a bought position of about so much so that there is something to sell.
    function _hold(uint256 size) internal {
        market.setDelta(-int256(size), -int256(size));
        while (_held() + MIN_ORDER < size) {
            _nextBlock();
            (, SignedWad filled) = hedger.rebalance(ETH);
            require(SignedWad.unwrap(filled) > 0, "the fixture could not buy");
            venue.moveTo(_sqrtPrice(SPOT));
            skip(1 days);
        }
    }

    /// @dev The next block, and past the one after a trade.
    function _nextBlock() internal {
        vm.roll(vm.getBlockNumber() + 2);
        vm.warp(vm.getBlockTimestamp() + 24);
    }

    function _held() internal view returns (uint256) {
        return underlying.balanceOf(address(reactor));
    }

    function _delta() internal view returns (int256) {
        return SignedWad.unwrap(hedger.position(ETH).delta);
    }

    /// @dev Notional in base units.
    function _value(uint256 size) internal view returns (uint256) {
        return size * SPOT / 1e18 * unit / 1e18;
    }

    function _assertRule(HedgeRule got, HedgeRule expected, string memory text) internal pure {
        assertEq(HedgeRule.unwrap(got), HedgeRule.unwrap(expected), text);
    }
}
