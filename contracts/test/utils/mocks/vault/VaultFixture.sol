// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IClearing} from "../../../../src/interfaces/IClearing.sol";
import {IHedger} from "../../../../src/interfaces/IHedger.sol";
import {IMarket} from "../../../../src/interfaces/IMarket.sol";
import {ISpotOracle, ORACLE_OPEN} from "../../../../src/interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../../../../src/interfaces/ISurfaceOracle.sol";
import {Epoch, VaultParams} from "../../../../src/interfaces/IVault.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {Share} from "../../../../src/vault/Share.sol";
import {Vault, VaultConfig} from "../../../../src/vault/Vault.sol";
import {Assets} from "../../../../src/types/Assets.sol";
import {Wad} from "../../../../src/types/Wad.sol";
import {Test} from "../../Test.sol";
import {MockClearing} from "./MockClearing.sol";
import {MockHedger} from "./MockHedger.sol";
import {MockMarket} from "./MockMarket.sol";
import {MockSpotOracle, MockSurfaceOracle} from "./MockOracles.sol";
import {MockToken} from "./MockToken.sol";

/// @notice A vault among mocks of its neighbours. The test contract is its governor.
abstract contract VaultFixture is Test {
    uint256 internal constant START = 1_790_000_000; // a Monday, 13:33:20 UTC
    uint256 internal constant WAD = 1e18;
    uint256 internal constant SPOT = 3_000e18;
    uint8 internal constant USDC_DECIMALS = 6;
    uint256 internal constant MAX_MONEY_UNITS = 1_000_000;

    MockToken internal token;
    MockClearing internal clearing;
    MockMarket internal market;
    MockHedger internal hedger;
    MockSpotOracle internal spotOracle;
    MockSurfaceOracle internal surfaceOracle;
    AccessManager internal manager;
    Share internal share;
    Vault internal vault;
    uint256 internal unit;

    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");

    function setUp() public virtual {
        deploy(USDC_DECIMALS);
    }

    /// @dev Mocks from their artifacts: what gas is measured with is not compiled as tests are.
    function deploy(uint8 decimals) internal {
        vm.warp(START);
        unit = 10 ** decimals;
        token = MockToken(vm.deployCode("MockToken.sol:MockToken", abi.encode(decimals)));
        clearing = MockClearing(vm.deployCode("MockClearing.sol:MockClearing", abi.encode(token)));
        market = MockMarket(vm.deployCode("vault/MockMarket.sol:MockMarket"));
        hedger = MockHedger(vm.deployCode("MockHedger.sol:MockHedger"));
        spotOracle = MockSpotOracle(vm.deployCode("MockOracles.sol:MockSpotOracle"));
        surfaceOracle = MockSurfaceOracle(vm.deployCode("MockOracles.sol:MockSurfaceOracle"));
        manager = new AccessManager(address(this));

        address shareAddress = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        vault = new Vault(
            VaultConfig({
                authority: address(manager),
                asset: IERC20Metadata(address(token)),
                share: Share(shareAddress),
                clearing: IClearing(address(clearing)),
                market: IMarket(address(market)),
                hedger: IHedger(address(hedger)),
                spotOracle: ISpotOracle(address(spotOracle)),
                surfaceOracle: ISurfaceOracle(address(surfaceOracle))
            })
        );
        market.setVault(address(vault), unit);
        market.takeBacking(MarketId.wrap(1));
        share = new Share("Keel", "KEEL", address(vault), address(token));
        refresh();
    }

    // Levers

    /// @dev Gives every source an update of now.
    function refresh() internal {
        spotOracle.set(SPOT, SPOT, uint40(vm.getBlockTimestamp()), ORACLE_OPEN);
    }

    function ask(address who, uint256 assets) internal returns (uint256 id) {
        token.mint(who, assets);
        vm.startPrank(who);
        token.approve(address(vault), assets);
        id = vault.requestDeposit(assets, who, who);
        vm.stopPrank();
    }

    function askOut(address who, uint256 shares) internal returns (uint256 id) {
        vm.prank(who);
        return vault.requestRedeem(shares, who, who);
    }

    function passCutOff() internal {
        vm.warp(vault.cutOff());
        refresh();
    }

    function roll() internal returns (Epoch memory) {
        passCutOff();
        return vault.rollEpoch();
    }

    function claimShares(address who) internal returns (uint256) {
        uint256 assets = vault.maxDeposit(who);
        vm.prank(who);
        return vault.deposit(assets, who, who);
    }

    function claimAssets(address who) internal returns (uint256) {
        uint256 shares = vault.maxRedeem(who);
        vm.prank(who);
        return vault.redeem(shares, who, who);
    }

    /// @dev Deposits, rolls and claims.
    function enter(address who, uint256 assets) internal returns (uint256 shares) {
        ask(who, assets);
        roll();
        return claimShares(who);
    }

    /// @dev The book at mark and average, in whole units of collateral.
    function setBook(int256 atMarkUnits, int256 atAverageUnits, int256 vegaUnits) internal {
        market.setBook(atMarkUnits * 1e18, atAverageUnits * 1e18, vegaUnits * 1e18);
    }

    function setExitSpread(uint256 exitSpread) internal {
        VaultParams memory p = vault.params();
        p.exitSpread = Wad.wrap(exitSpread);
        vault.setParams(p);
    }

    function setBufferShare(uint256 bufferShare) internal {
        VaultParams memory p = vault.params();
        p.bufferShare = Wad.wrap(bufferShare);
        vault.setParams(p);
    }

    function setDepositCap(uint256 cap) internal {
        VaultParams memory p = vault.params();
        p.depositCap = Assets.wrap(cap);
        vault.setParams(p);
    }

    function free() internal view returns (uint256) {
        (Assets cash,) = clearing.balances(address(vault));
        return Assets.unwrap(cash);
    }
}
