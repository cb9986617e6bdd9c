// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedAssets} from "../../../src/types/Assets.sol";
import {Size} from "../../../src/types/Size.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";

/// gas, everything cold, as the callee alone sees it
/// ├── buying an existing series by an existing holder: 30k for clearing and the token id, 20k for the transfer
/// └── settle, redeem: O(1)
/// @dev Each test is one transaction with one measured call: `cool` empties the access list before it.
contract TradeGasTest is ClearingFixture {
    uint256 private constant CLEARING_CEILING = 30_000;
    uint256 private constant TRANSFER_CEILING = 20_000;
    uint256 private constant REDEEM_CEILING = 60_000;

    function setUp() public {
        _deploy(6);
        _deposit(vault, 1_000_000e6);
        _fund(alice, 1_000_000e6);
        _trade(alice, call2000, int256(5 * ONE), 5000e6, 500e6);
        _trade(bob, call2000, int256(5 * ONE), 10_000e6, 0);
    }

    function test_BuyWithoutCash() public {
        assertLe(_measure(int256(ONE), 11_000e6, 0, "buy without cash"), CLEARING_CEILING, "clearing and token id");
    }

    function test_BuyExistingSeriesExistingHolder() public {
        uint256 whole = _measure(int256(ONE), 11_000e6, 100e6, "buy");
        assertLe(whole, CLEARING_CEILING + TRANSFER_CEILING, "with one transfer");
    }

    function test_SellExistingSeries() public {
        uint256 whole = _measure(-int256(ONE), 9000e6, -100e6, "sell");
        assertLe(whole, CLEARING_CEILING + TRANSFER_CEILING, "with one transfer");
    }

    function test_Settle() public {
        _finalise(2100e18);
        _cool();
        clearing.settle(call2000);
        vm.snapshotGasLastCall("clearing", "settle");
    }

    function test_Redeem() public {
        _finalise(2100e18);
        clearing.settle(call2000);
        _cool();
        vm.prank(alice);
        clearing.redeem(call2000, Size.wrap(ONE), bob);
        assertLe(vm.snapshotGasLastCall("clearing", "redeem"), REDEEM_CEILING, "redeem");
    }

    function _measure(int256 size, uint256 collateral, int256 cash, string memory name) private returns (uint256) {
        _cool();
        vm.prank(address(market));
        clearing.trade(alice, alice, _fills(_fill(call2000, size, collateral)), SignedAssets.wrap(cash));
        return vm.snapshotGasLastCall("clearing", name);
    }

    function _cool() private {
        vm.cool(address(clearing));
        vm.cool(address(token));
        vm.cool(address(oracle));
        vm.cool(address(market));
    }
}
