// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {LocalAggregator} from "../../local/LocalAggregator.sol";
import {TestToken} from "../../local/TestToken.sol";
import {Clearing} from "../../src/clearing/Clearing.sol";
import {Authority} from "../../src/governance/Authority.sol";
import {LISTER} from "../../src/governance/Roles.sol";
import {HedgePolicy} from "../../src/hedging/HedgePolicy.sol";
import {Hedger, HedgerConfig} from "../../src/hedging/Hedger.sol";
import {UniswapV3Reactor, UniswapV3ReactorConfig} from "../../src/hedging/UniswapV3Reactor.sol";
import {CatalogueConfig, ICatalogue, Modules} from "../../src/interfaces/ICatalogue.sol";
import {ClearingConfig, IClearing} from "../../src/interfaces/IClearing.sol";
import {IHedger} from "../../src/interfaces/IHedger.sol";
import {LensConfig} from "../../src/interfaces/ILens.sol";
import {MarginPolicyConfig} from "../../src/interfaces/IMarginPolicy.sol";
import {IMarket, MarketConfig} from "../../src/interfaces/IMarket.sol";
import {OrdersConfig} from "../../src/interfaces/IOrders.sol";
import {IShare} from "../../src/interfaces/IShare.sol";
import {ISpotOracle} from "../../src/interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../../src/interfaces/ISurfaceOracle.sol";
import {IVault} from "../../src/interfaces/IVault.sol";
import {Catalogue} from "../../src/market/Catalogue.sol";
import {Market} from "../../src/market/Market.sol";
import {Orders} from "../../src/market/Orders.sol";
import {SettlementOracle} from "../../src/oracle/SettlementOracle.sol";
import {SpotOracle} from "../../src/oracle/SpotOracle.sol";
import {SurfaceOracle} from "../../src/oracle/SurfaceOracle.sol";
import {Lens} from "../../src/periphery/Lens.sol";
import {Pricer} from "../../src/pricing/Pricer.sol";
import {MarginPolicy} from "../../src/risk/MarginPolicy.sol";
import {MarketId} from "../../src/types/SeriesId.sol";
import {Share} from "../../src/vault/Share.sol";
import {Vault, VaultConfig} from "../../src/vault/Vault.sol";
import {DeployedPool} from "./DeployedPool.sol";
import {DeployedTerms} from "./DeployedTerms.sol";
import {VM} from "./Vm.sol";

/// @notice Keel as the SDK deploys and configures it: the same contracts at the same nonces in the same order, the same
/// calls of the governor, the same term sheet. This contract is deployer and governor; the keeper feeds and lists.
contract DeployedKeel {
    MarketId private constant ETH = MarketId.wrap(1);
    uint256 private constant POOL_DEPTH = 5_000_000; // whole units of collateral per 1 %
    uint8 private constant FEED_DECIMALS = 8;
    uint256 private constant THRESHOLD = 2;

    error DeployedElsewhere(uint256 place, address deployed, address expected);

    // What the SDK calls CORE_CONTRACTS, by place
    uint256 private constant AUTHORITY = 0;
    uint256 private constant SPOT_ORACLE = 1;
    uint256 private constant SURFACE_ORACLE = 2;
    uint256 private constant SETTLEMENT_ORACLE = 3;
    uint256 private constant PRICER = 4;
    uint256 private constant SHARE = 5;
    uint256 private constant CLEARING = 6;
    uint256 private constant MARGIN_POLICY = 7;
    uint256 private constant CATALOGUE = 8;
    uint256 private constant ORDERS = 9;
    uint256 private constant MARKET = 10;
    uint256 private constant HEDGE_POLICY = 11;
    uint256 private constant HEDGER = 12;
    uint256 private constant VAULT = 13;
    uint256 private constant LENS = 14;
    uint256 private constant CORE = 15;

    TestToken public usdc;
    TestToken public weth;
    LocalAggregator public feed;
    DeployedPool public pool;

    Authority public authority;
    SpotOracle public spotOracle;
    SurfaceOracle public surfaceOracle;
    SettlementOracle public settlementOracle;
    Pricer public pricer;
    Share public share;
    Clearing public clearing;
    MarginPolicy public marginPolicy;
    Catalogue public catalogue;
    Orders public orders;
    Market public market;
    HedgePolicy public hedgePolicy;
    Hedger public hedger;
    Vault public vault;
    Lens public lens;
    UniswapV3Reactor public reactor;

    address[] private _at;

    /// @param spot wad of collateral per underlying
    /// @param equity whole units of collateral the terms are made for
    /// @param signers of surface reports, ascending
    /// @param decimals of the collateral; the SDK's chain has 6
    function deploy(uint256 spot, uint256 equity, address[] calldata signers, address keeper, uint8 decimals) external {
        uint256 unit = 10 ** decimals;
        // From their artifacts: what gas is measured with is not compiled as tests are
        usdc = _token("USD Coin (local)", "USDC", decimals);
        weth = _token("Wrapped Ether (local)", "WETH", 18);
        feed = LocalAggregator(VM.deployCode("LocalAggregator.sol:LocalAggregator", abi.encode(keeper, FEED_DECIMALS)));
        pool = new DeployedPool(usdc, weth, unit, spot);
        usdc.mint(address(pool), 200_000_000_000 * unit);
        weth.mint(address(pool), 80_000_000e18);
        pool.addLiquidity(POOL_DEPTH * unit);

        _deployOracles();
        _deployBooks();
        _deployMarket();
        _deployVault();
        reactor = new UniswapV3Reactor(UniswapV3ReactorConfig(address(hedger), pool.POOL(), IERC20(usdc), IERC20(weth)));
        _configure(spot, equity, signers, keeper, unit);
    }

    /// @dev Addresses of the core from the nonce on, then its first part.
    function _deployOracles() private {
        uint256 nonce = VM.getNonce(address(this));
        for (uint256 i; i < CORE; ++i) {
            _at.push(VM.computeCreateAddress(address(this), nonce + i));
        }
        authority = new Authority(address(this));
        spotOracle = new SpotOracle(_at[AUTHORITY]);
        surfaceOracle = new SurfaceOracle(_at[AUTHORITY]);
        settlementOracle = new SettlementOracle(_at[AUTHORITY], ISpotOracle(_at[SPOT_ORACLE]));
        pricer = new Pricer();
        _deployedAt(address(authority), AUTHORITY);
        _deployedAt(address(spotOracle), SPOT_ORACLE);
        _deployedAt(address(surfaceOracle), SURFACE_ORACLE);
        _deployedAt(address(settlementOracle), SETTLEMENT_ORACLE);
        _deployedAt(address(pricer), PRICER);
    }

    function _deployBooks() private {
        share = new Share("Keel ETH Vault", "kETH", _at[VAULT], address(usdc));
        clearing = new Clearing(
            ClearingConfig({
                authority: _at[AUTHORITY],
                asset: address(usdc),
                market: _at[MARKET],
                vault: _at[VAULT],
                marginPolicy: _at[MARGIN_POLICY],
                settlementOracle: _at[SETTLEMENT_ORACLE]
            })
        );
        marginPolicy =
            new MarginPolicy(MarginPolicyConfig({clearing: _at[CLEARING], market: _at[MARKET], vault: _at[VAULT]}));
        _deployedAt(address(share), SHARE);
        _deployedAt(address(clearing), CLEARING);
        _deployedAt(address(marginPolicy), MARGIN_POLICY);
    }

    function _deployMarket() private {
        catalogue = new Catalogue(
            CatalogueConfig({
                authority: _at[AUTHORITY],
                market: _at[MARKET],
                modules: Modules({
                    pricer: _at[PRICER],
                    spotOracle: _at[SPOT_ORACLE],
                    surfaceOracle: _at[SURFACE_ORACLE],
                    settlementOracle: _at[SETTLEMENT_ORACLE],
                    orders: _at[ORDERS]
                })
            })
        );
        orders = new Orders(OrdersConfig({authority: _at[AUTHORITY], market: _at[MARKET], catalogue: _at[CATALOGUE]}));
        market = new Market(
            MarketConfig({
                authority: _at[AUTHORITY],
                asset: address(usdc),
                clearing: _at[CLEARING],
                vault: _at[VAULT],
                hedger: _at[HEDGER],
                catalogue: _at[CATALOGUE]
            })
        );
        _deployedAt(address(catalogue), CATALOGUE);
        _deployedAt(address(orders), ORDERS);
        _deployedAt(address(market), MARKET);
    }

    function _deployVault() private {
        hedgePolicy = new HedgePolicy();
        hedger = new Hedger(
            HedgerConfig({
                authority: _at[AUTHORITY],
                asset: IERC20(usdc),
                vault: IVault(_at[VAULT]),
                market: IMarket(_at[MARKET]),
                spotOracle: ISpotOracle(_at[SPOT_ORACLE]),
                policy: hedgePolicy
            })
        );
        vault = new Vault(
            VaultConfig({
                authority: _at[AUTHORITY],
                asset: IERC20Metadata(address(usdc)),
                share: IShare(_at[SHARE]),
                clearing: IClearing(_at[CLEARING]),
                market: IMarket(_at[MARKET]),
                hedger: IHedger(_at[HEDGER]),
                spotOracle: ISpotOracle(_at[SPOT_ORACLE]),
                surfaceOracle: ISurfaceOracle(_at[SURFACE_ORACLE])
            })
        );
        lens = new Lens(
            LensConfig({
                market: _at[MARKET],
                clearing: _at[CLEARING],
                vault: _at[VAULT],
                share: _at[SHARE],
                hedger: _at[HEDGER],
                spotOracle: _at[SPOT_ORACLE],
                surfaceOracle: _at[SURFACE_ORACLE],
                settlementOracle: _at[SETTLEMENT_ORACLE]
            })
        );
        _deployedAt(address(hedgePolicy), HEDGE_POLICY);
        _deployedAt(address(hedger), HEDGER);
        _deployedAt(address(vault), VAULT);
        _deployedAt(address(lens), LENS);
    }

    function _token(string memory name, string memory symbol, uint8 decimals) private returns (TestToken) {
        return TestToken(VM.deployCode("TestToken.sol:TestToken", abi.encode(name, symbol, decimals)));
    }

    /// @dev The governor's calls, in the SDK's order.
    function _configure(uint256 spot, uint256 equity, address[] calldata signers, address keeper, uint256 unit)
        private
    {
        bytes4[] memory listing = new bytes4[](1);
        listing[0] = ICatalogue.listBoard.selector;

        spotOracle.setMarket(ETH, DeployedTerms.spot(address(feed)));
        surfaceOracle.setSigners(signers, THRESHOLD, signers.length);
        surfaceOracle.setParams(DeployedTerms.surface());
        clearing.setMarginParams(ETH, DeployedTerms.margin());
        catalogue.addMarket(ETH, DeployedTerms.pricing(), DeployedTerms.limits(spot, equity));
        catalogue.setGrid(ETH, DeployedTerms.grid(spot));
        hedger.setHedgeParams(ETH, DeployedTerms.hedge(spot, equity));
        hedger.addReactor(ETH, reactor);
        vault.setParams(DeployedTerms.vault(equity, unit));
        authority.setTargetFunctionRole(address(catalogue), listing, LISTER);
        authority.grantRole(LISTER, keeper, 0);
    }

    function _deployedAt(address deployed, uint256 place) private view {
        require(deployed == _at[place], DeployedElsewhere(place, deployed, _at[place]));
    }
}
