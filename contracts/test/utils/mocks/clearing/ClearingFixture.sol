// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clearing} from "../../../../src/clearing/Clearing.sol";
import {ClearingConfig, Fill, IClearing, MarginParams} from "../../../../src/interfaces/IClearing.sol";
import {MarginPolicyConfig} from "../../../../src/interfaces/IMarginPolicy.sol";
import {MarginPolicy} from "../../../../src/risk/MarginPolicy.sol";
import {Assets, SignedAssets} from "../../../../src/types/Assets.sol";
import {MarketId, SeriesId, seriesId} from "../../../../src/types/SeriesId.sol";
import {SignedSize, Size} from "../../../../src/types/Size.sol";
import {Wad} from "../../../../src/types/Wad.sol";
import {Test} from "../../Test.sol";
import {MockCollateral} from "./MockCollateral.sol";
import {MockMarket} from "./MockMarket.sol";
import {MockSettlementOracle} from "./MockSettlementOracle.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @notice Clearing and the margin policy on mocks. The vault is a plain address that the test speaks for.
abstract contract ClearingFixture is Test {
    MarketId internal constant ETH = MarketId.wrap(1);
    /// @dev 08:00 UTC of a day, and the start of the tests four weeks before it.
    uint40 internal constant EXPIRY = 1_800_000_000 - 1_800_000_000 % 1 days + 8 hours;
    uint40 internal constant START = EXPIRY - 28 days;
    uint40 internal constant DISPUTE = 2 hours;
    uint256 internal constant ONE = 1e18;
    uint256 internal constant LOT_ = 1e15;

    AccessManager internal authority;
    MockCollateral internal token;
    MockMarket internal market;
    MockSettlementOracle internal oracle;
    Clearing internal clearing;
    MarginPolicy internal policy;

    address internal vault;
    address internal alice;
    address internal bob;
    uint256 internal unit; // one whole collateral token

    SeriesId internal call2000;
    SeriesId internal put2000;

    /// @dev Mocks from their artifacts: what gas is measured with is not compiled as tests are.
    function _deploy(uint8 decimals) internal {
        _deployWith(MockCollateral(vm.deployCode("MockCollateral.sol:MockCollateral", abi.encode(decimals))));
    }

    function _deployWith(MockCollateral token_) internal {
        vm.warp(START);
        (vault, alice, bob) = (makeAddr("vault"), makeAddr("alice"), makeAddr("bob"));
        token = token_;
        unit = 10 ** token_.decimals();
        authority = new AccessManager(address(this));
        market = MockMarket(vm.deployCode("clearing/MockMarket.sol:MockMarket"));
        oracle = MockSettlementOracle(vm.deployCode("MockSettlementOracle.sol:MockSettlementOracle"));
        address policyAt = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        clearing = new Clearing(
            ClearingConfig({
                authority: address(authority),
                asset: address(token_),
                market: address(market),
                vault: vault,
                marginPolicy: policyAt,
                settlementOracle: address(oracle)
            })
        );
        policy =
            new MarginPolicy(MarginPolicyConfig({clearing: address(clearing), market: address(market), vault: vault}));
        assertEq(address(policy), policyAt, "policy where clearing expects it");
        market.setClearing(clearing);
        clearing.setMarginParams(ETH, _params());
        call2000 = seriesId(ETH, EXPIRY, Wad.wrap(2000e18), true);
        put2000 = seriesId(ETH, EXPIRY, Wad.wrap(2000e18), false);
    }

    function _params() internal pure returns (MarginParams memory) {
        return MarginParams({
            spotShock: Wad.wrap(0.6e18),
            markFactor: Wad.wrap(1.15e18),
            spotFloor: Wad.wrap(0.02e18),
            callUpper: Wad.wrap(1.3e18),
            callLower: Wad.wrap(1.1e18),
            putUpper: Wad.wrap(1.2e18),
            putLower: Wad.wrap(1.1e18),
            knotTimes: [uint32(7 days), 14 days, 28 days, 42 days, 56 days, 84 days],
            knotValues: [uint64(0.1678e18), 0.237e18, 0.3326e18, 0.4032e18, 0.4603e18, 0.5e18]
        });
    }

    function _decimals(uint256 seed) internal pure returns (uint8) {
        return uint8([uint256(0), 6, 8, 18][seed % 4]);
    }

    /// @dev Mints to `payer`, approves and deposits for `owner`.
    function _deposit(address owner, uint256 amount) internal {
        token.mint(owner, amount);
        vm.startPrank(owner);
        token.approve(address(clearing), amount);
        clearing.deposit(owner, Assets.wrap(amount));
        vm.stopPrank();
    }

    function _fund(address trader, uint256 amount) internal {
        token.mint(trader, amount);
        vm.prank(trader);
        token.approve(address(clearing), type(uint256).max);
    }

    function _fill(SeriesId series, int256 size, uint256 collateral) internal pure returns (Fill memory) {
        return Fill({series: series, size: SignedSize.wrap(size), collateral: Assets.wrap(collateral)});
    }

    function _fills(Fill memory only) internal pure returns (Fill[] memory fills) {
        fills = new Fill[](1);
        fills[0] = only;
    }

    /// @dev One leg by `trader` for itself.
    function _trade(address trader, SeriesId series, int256 size, uint256 collateral, int256 netCash) internal {
        market.trade(trader, trader, _fills(_fill(series, size, collateral)), SignedAssets.wrap(netCash));
    }

    /// @dev A price that is final, and the time at which it is.
    function _finalise(uint256 price) internal {
        oracle.setPrice(ETH, EXPIRY, Wad.wrap(price), EXPIRY + DISPUTE);
        vm.warp(EXPIRY + DISPUTE);
    }

    function _free(address owner) internal view returns (uint256) {
        return Assets.unwrap(clearing.free(owner));
    }

    function _locked(address owner) internal view returns (uint256) {
        return Assets.unwrap(clearing.locked(owner));
    }

    function _compartment(SeriesId series) internal view returns (uint256) {
        return Assets.unwrap(clearing.compartment(vault, series));
    }

    function _pot(SeriesId series) internal view returns (uint256) {
        return Assets.unwrap(clearing.pot(series));
    }

    function _position(SeriesId series) internal view returns (int256) {
        return SignedSize.unwrap(clearing.vaultPosition(series));
    }

    function _longs(address owner, SeriesId series) internal view returns (uint256) {
        return clearing.balanceOf(owner, SeriesId.unwrap(series));
    }

    function _outstanding(SeriesId series) internal view returns (uint256) {
        return Size.unwrap(clearing.outstanding(series));
    }

    function _insufficientFree(address owner, uint256 free, uint256 needed) internal pure returns (bytes memory) {
        return
            abi.encodeWithSelector(IClearing.InsufficientFree.selector, owner, Assets.wrap(free), Assets.wrap(needed));
    }
}
