// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DelayedConfig, DelayedOrder, DelayedTerms} from "../../../../src/interfaces/IDelayedOrders.sol";
import {IMarket, Order} from "../../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../../src/interfaces/IPricer.sol";
import {PriceReport} from "../../../../src/interfaces/ISignedFeed.sol";
import {DelayedOrders} from "../../../../src/market/DelayedOrders.sol";
import {AggregatorV3} from "../../../../src/oracle/AggregatorV3.sol";
import {SignedFeed} from "../../../../src/oracle/SignedFeed.sol";
import {Assets, SignedAssets} from "../../../../src/types/Assets.sol";
import {SeriesId} from "../../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../../src/types/Size.sol";
import {Account} from "../../Test.sol";
import {ClearingFixture} from "../clearing/ClearingFixture.sol";
import {MockCollateral} from "../clearing/MockCollateral.sol";
import {ScriptedMarket} from "./ScriptedMarket.sol";

/// @notice Orders that wait, real clearing, a market that does as it is told, and one signer.
abstract contract DelayedFixture is ClearingFixture {
    uint16 internal constant DELAY = 3;
    uint16 internal constant ORDER_WINDOW = 20;
    uint256 internal constant VAULT_CASH = 1_000_000e6;
    uint256 internal constant CASH = 1_000_000e6;

    ScriptedMarket internal scripted;
    SignedFeed internal feed;
    DelayedOrders internal queue;
    Account internal signer;

    function _deployQueue(MockCollateral token_) internal {
        _deployWith(token_);
        signer = makeAccount("signer");
        scripted = new ScriptedMarket(market);
        feed = new SignedFeed(address(authority), 8);
        address[] memory set = new address[](1);
        set[0] = signer.addr;
        feed.setSigners(set, 1);
        queue = new DelayedOrders(
            DelayedConfig({
                authority: address(authority),
                market: IMarket(address(scripted)),
                feed: feed,
                id: ETH,
                terms: DelayedTerms(DELAY, ORDER_WINDOW, 0)
            })
        );
        scripted.set(AggregatorV3(address(queue)));
        _deposit(vault, VAULT_CASH);
        _endow(alice);
        _endow(bob);
    }

    function _endow(address who) private {
        token.mint(who, CASH);
        vm.startPrank(who);
        token.approve(address(queue), type(uint256).max);
        token.approve(address(clearing), type(uint256).max);
        clearing.setOperator(address(queue), true);
        vm.stopPrank();
    }

    function _order(address recipient, SeriesId series, int256 size, int256 limit)
        internal
        view
        returns (Order memory)
    {
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(series, SignedSize.wrap(size));
        uint40 deadline = uint40(vm.getBlockTimestamp() + DELAY + ORDER_WINDOW);
        return Order(ETH, legs, SignedAssets.wrap(limit), deadline, recipient);
    }

    function _ask(address who, Order memory order, uint256 tip)
        internal
        returns (uint256 id, DelayedOrder memory delayed)
    {
        uint40 pricedAt = uint40(vm.getBlockTimestamp() + DELAY);
        delayed = DelayedOrder(who, pricedAt, pricedAt + ORDER_WINDOW, Assets.wrap(tip), order);
        vm.prank(who);
        id = queue.request(order, Assets.wrap(tip));
    }

    /// @return data of a call that executes an order at a price of its second
    function _execution(uint256 id, DelayedOrder memory delayed, int256 answer) internal view returns (bytes memory) {
        PriceReport memory report = PriceReport(answer, delayed.pricedAt);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(signer.key, feed.digest(report));
        address[] memory who = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        (who[0], signatures[0]) = (signer.addr, abi.encodePacked(r, s, v));
        return abi.encodeCall(queue.execute, (id, delayed, report, who, signatures));
    }

    function _isClosed(string memory text) internal view {
        (bool ok, bytes memory result) = address(queue).staticcall(abi.encodeCall(queue.latestRoundData, ()));
        if (!ok) return; // no round yet
        (,,, uint256 updatedAt,) = abi.decode(result, (uint80, int256, uint256, uint256, uint80));
        assertLt(updatedAt + 60, vm.getBlockTimestamp(), text);
    }
}
