// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DelayedOrder} from "../../../src/interfaces/IDelayedOrders.sol";
import {Order} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {DelayedBase} from "./DelayedBase.sol";
import {intrinsicGas} from "../../utils/IntrinsicGas.sol";

/// @notice What an order that waits costs whom: every account and slot cold, calldata and intrinsic gas in, another order
/// waiting, so that no balance of the queue begins at nothing. One board of five strikes, two series held.
contract DelayedGasTest is DelayedBase {
    uint256 private constant REQUEST = 150_000;
    uint256 private constant EXECUTE = 350_000;
    uint256 private constant REFUND = 100_000;
    int256 private constant SIZE = 0.1e18;
    int256 private constant LIMIT = 40e6;

    function setUp() public override {
        super.setUp();
        usdc.mint(runner, 1e6);
        people.pop();
        _request(theo, _leg(put, -SIZE), LIMIT);
        _request(theo, _leg(call, -SIZE), LIMIT);
        for (uint256 i = 0; i < 1100; ++i) {
            skip(1);
            _relay(SPOT); // every slot of the feed used before
        }
    }

    function test_RequestToBuy() public {
        Order memory order = _order(theo, _leg(call, SIZE), LIMIT);
        bytes memory data = abi.encodeCall(queue.request, (order, Assets.wrap(TIP)));
        uint256 used = _measure(theo, address(queue), data);
        vm.snapshotValue("delayed", "request, one leg to buy, cold", used);
        assertLe(used, REQUEST, "asking to buy");
    }

    function test_RequestToSell() public {
        Order memory order = _order(theo, _leg(call, -SIZE), -1e6);
        bytes memory data = abi.encodeCall(queue.request, (order, Assets.wrap(TIP)));
        uint256 used = _measure(theo, address(queue), data);
        vm.snapshotValue("delayed", "request, one leg to sell, cold", used);
        assertLe(used, REQUEST, "asking to sell");
    }

    function test_ExecuteAPurchase() public {
        (uint256 id, DelayedOrder memory delayed) = _request(theo, _leg(call, SIZE), LIMIT);
        skip(DELAY);
        PriceReport memory report = _report(SPOT, delayed.pricedAt);
        (address[] memory who, bytes[] memory signatures) = _sign(report, 2);
        bytes memory data = abi.encodeCall(queue.execute, (id, delayed, report, who, signatures));
        uint256 used = _measure(runner, address(queue), data);
        vm.snapshotValue("delayed", "execute, one leg bought, 2 keys, cold", used);
        assertLe(used, EXECUTE, "executing a purchase");
    }

    function test_ExecuteASale() public {
        (uint256 id, DelayedOrder memory delayed) = _request(theo, _leg(call, -SIZE), -1e6);
        skip(DELAY);
        PriceReport memory report = _report(SPOT, delayed.pricedAt);
        (address[] memory who, bytes[] memory signatures) = _sign(report, 2);
        bytes memory data = abi.encodeCall(queue.execute, (id, delayed, report, who, signatures));
        uint256 used = _measure(runner, address(queue), data);
        vm.snapshotValue("delayed", "execute, one leg sold, 2 keys, cold", used);
        assertLe(used, EXECUTE, "executing a sale");
    }

    /// @dev The same trade with a price that comes with the order, its relay apart.
    function test_TheTradeAlone() public {
        _useQuick(address(signed));
        skip(1);
        _relay(SPOT);
        Order memory order = _order(theo, _leg(call, SIZE), LIMIT);
        uint256 used = _measure(theo, address(market), abi.encodeCall(market.trade, (order)));
        vm.snapshotValue("delayed", "beside it: the trade at a price relayed before, cold", used);
    }

    function test_Refund() public {
        (uint256 id, DelayedOrder memory delayed) = _request(theo, _leg(call, SIZE), LIMIT);
        skip(DELAY + ORDER_WINDOW + 1);
        uint256 used = _measure(runner, address(queue), abi.encodeCall(queue.refund, (id, delayed)));
        vm.snapshotValue("delayed", "refund, one leg to buy, cold", used);
        assertLe(used, REFUND, "giving it back");
    }

    /// @dev The call alone, so that it does not matter how this is compiled.
    function _measure(address who, address to, bytes memory data) private returns (uint256 used) {
        bool ok;
        _cool();
        vm.prank(who);
        assembly ("memory-safe") {
            used := gas()
            ok := call(gas(), to, 0, add(data, 0x20), mload(data), 0, 0)
            used := sub(used, gas())
        }
        assertTrue(ok, "done");
        used += intrinsicGas(data);
    }

    function _cool() private {
        address[14] memory all = [
            address(queue),
            address(signed),
            address(market),
            address(keel.pricer()),
            address(clearing),
            address(vault),
            address(hedger),
            address(spotOracle),
            address(surfaceOracle),
            address(catalogue),
            address(feed),
            address(usdc),
            address(keel.authority()),
            vm.computeCreateAddress(address(catalogue), vm.getNonce(address(catalogue)) - 1)
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            vm.cool(all[i]);
        }
    }
}
