// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgeFixture} from "../../utils/mocks/hedging/HedgeFixture.sol";

/// @notice What a keeper pays with one spot venue on Uniswap, mocks for the market and the vault, storage cold.
contract HedgingGasTest is HedgeFixture {
    function setUp() public {
        _deploy(6, true);
        _hold(10e18);
        _nextBlock();
    }

    function test_Gas_RebalanceBuys() public {
        market.setDelta(-30e18, -30e18);
        _cool();
        hedger.rebalance(ETH);
        vm.snapshotGasLastCall("hedging", "rebalance, buy on one spot venue");
        assertEq(_held(), 30e18, "bought");
    }

    function test_Gas_RebalanceSells() public {
        market.setDelta(-2e18, -2e18);
        _cool();
        hedger.rebalance(ETH);
        vm.snapshotGasLastCall("hedging", "rebalance, sale on one spot venue");
        assertEq(_held(), 2e18, "sold");
    }

    function test_Gas_RebalanceNotDue() public {
        _cool();
        hedger.rebalance(ETH);
        vm.snapshotGasLastCall("hedging", "rebalance, nothing due");
        assertEq(_held(), 10e18, "nothing");
    }

    function test_Gas_Sync() public {
        _cool();
        hedger.sync(ETH);
        vm.snapshotGasLastCall("hedging", "sync, one spot venue");
        assertEq(_delta(), 10e18, "read");
    }

    function test_Gas_Position() public {
        _cool();
        hedger.position(ETH);
        vm.snapshotGasLastCall("hedging", "position, one slot");
        assertEq(_delta(), 10e18, "read");
    }

    function _cool() private {
        vm.cool(address(hedger));
        vm.cool(address(hedger.policy()));
        vm.cool(address(reactor));
        vm.cool(address(venue.POOL()));
        vm.cool(address(collateral));
        vm.cool(address(underlying));
        vm.cool(address(market));
        vm.cool(address(vault));
    }
}
