// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DelayedConfig, DelayedOrder, DelayedTerms, IDelayedOrders} from "../../../src/interfaces/IDelayedOrders.sol";
import {IMarket, Order, Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {SpotSources} from "../../../src/interfaces/ISpotOracle.sol";
import {DelayedOrders} from "../../../src/market/DelayedOrders.sol";
import {SignedFeed} from "../../../src/oracle/SignedFeed.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {Scenario} from "../../scenario/Scenario.sol";

/// @notice A whole market whose trades wait for a price signed after them, by two of its three signers.
abstract contract DelayedBase is Scenario {
    uint16 internal constant DELAY = 4;
    uint16 internal constant ORDER_WINDOW = 10; // of the order, within which the oracle takes a price of QUICK_AGE
    uint128 internal constant LEAST_TIP = 0.05e6;
    uint32 internal constant QUICK_AGE = 6;
    uint32 internal constant QUICK_OUTAGE = 10 minutes;
    uint256 internal constant CASH = 1_000_000e6;
    uint256 internal constant TIP = 0.2e6;

    DelayedOrders internal queue;
    SignedFeed internal signed;
    address internal runner;
    uint40 internal expiry;
    SeriesId internal call;
    SeriesId internal put;

    function setUp() public virtual override {
        super.setUp();
        runner = makeAddr("runner");
        _openVault(CASH);
        expiry = _list(15, [uint256(2300), 2400, 2500, 2600, 2700]);
        (call, put) = (_series(expiry, 2500, true), _series(expiry, 2500, false));
        _walk(vm.getBlockTimestamp() + 20 minutes, SPOT);
        _trade(theo, _legs(call, 3e18, put, 3e18));

        signed = new SignedFeed(address(keel.authority()), 8);
        queue = new DelayedOrders(
            DelayedConfig({
                authority: address(keel.authority()),
                market: IMarket(address(market)),
                feed: signed,
                id: ETH,
                terms: DelayedTerms(DELAY, ORDER_WINDOW, LEAST_TIP)
            })
        );
        _useQuick(address(queue));
        address[] memory who = new address[](SIGNERS);
        for (uint256 i = 0; i < SIGNERS; ++i) {
            who[i] = signers[i].addr;
        }
        vm.prank(address(keel));
        signed.setSigners(who, 2);
        _relay(SPOT);
        for (uint256 i = 0; i < people.length; ++i) {
            vm.startPrank(people[i]);
            usdc.approve(address(queue), type(uint256).max);
            clearing.setOperator(address(queue), true);
            vm.stopPrank();
        }
        people.push(address(queue));
        people.push(runner);
        skip(12);
    }

    function _useQuick(address source) internal {
        SpotSources memory s = spotOracle.sources(ETH);
        (s.quick, s.quickAge, s.quickOutage) = (source, QUICK_AGE, QUICK_OUTAGE);
        vm.prank(address(keel));
        spotOracle.setMarket(ETH, s);
    }

    // Prices

    /// @dev Wad, signed for a second.
    function _report(uint256 price_, uint256 at) internal pure returns (PriceReport memory) {
        return PriceReport(int256(price_ / 1e10), uint40(at));
    }

    function _sign(PriceReport memory report, uint256 count)
        internal
        view
        returns (address[] memory who, bytes[] memory signatures)
    {
        bytes32 digest = signed.digest(report);
        (who, signatures) = (new address[](count), new bytes[](count));
        for (uint256 i = 0; i < count; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(signers[i].key, digest);
            (who[i], signatures[i]) = (signers[i].addr, abi.encodePacked(r, s, v));
        }
    }

    function _relay(uint256 price_) internal returns (bool) {
        PriceReport memory report = _report(price_, vm.getBlockTimestamp());
        (address[] memory who, bytes[] memory signatures) = _sign(report, 2);
        return signed.relay(report, who, signatures);
    }

    // Orders

    /// @dev To its trader, with room in its limit, for as long as it may wait.
    function _order(address who, Leg[] memory legs, int256 limit) internal view returns (Order memory) {
        return Order({
            market: ETH,
            legs: legs,
            limit: SignedAssets.wrap(limit),
            deadline: uint40(vm.getBlockTimestamp() + DELAY + ORDER_WINDOW),
            recipient: who
        });
    }

    function _request(address who, Order memory order, uint256 tip)
        internal
        returns (uint256 id, DelayedOrder memory delayed)
    {
        delayed = _delayed(who, order, tip);
        vm.prank(who);
        id = queue.request(order, Assets.wrap(tip));
        assertEq(queue.commitmentOf(id), keccak256(abi.encode(delayed)), "what was asked is what waits");
    }

    function _request(address who, Leg[] memory legs, int256 limit) internal returns (uint256, DelayedOrder memory) {
        return _request(who, _order(who, legs, limit), TIP);
    }

    function _delayed(address who, Order memory order, uint256 tip) internal view returns (DelayedOrder memory) {
        uint40 pricedAt = uint40(vm.getBlockTimestamp() + DELAY);
        return DelayedOrder(who, pricedAt, pricedAt + ORDER_WINDOW, Assets.wrap(tip), order);
    }

    /// @dev At a wad price of the order's second.
    function _execute(uint256 id, DelayedOrder memory delayed, uint256 price_) internal returns (int256) {
        return _executeWith(id, delayed, _report(price_, delayed.pricedAt));
    }

    function _executeWith(uint256 id, DelayedOrder memory delayed, PriceReport memory report)
        internal
        returns (int256)
    {
        (address[] memory who, bytes[] memory signatures) = _sign(report, 2);
        vm.prank(runner);
        return SignedAssets.unwrap(queue.execute(id, delayed, report, who, signatures));
    }

    function _refuse(uint256 id, DelayedOrder memory delayed, PriceReport memory report, bytes memory reason) internal {
        (address[] memory who, bytes[] memory signatures) = _sign(report, 2);
        vm.expectRevert(reason);
        vm.prank(runner);
        queue.execute(id, delayed, report, who, signatures);
        assertNotEq(queue.commitmentOf(id), bytes32(0), "it waits on");
    }

    function _refuseRequest(address who, Order memory order, uint256 tip, bytes memory reason) internal {
        vm.expectRevert(reason);
        vm.prank(who);
        queue.request(order, Assets.wrap(tip));
    }

    /// @dev What the same trade costs in the same block where the market takes this price from a signed feed alone: another
    /// way to the same mark. Leaves nothing behind.
    function _costAt(address who, Leg[] memory legs, uint256 price_) internal returns (int256 cash) {
        uint256 snapshot = vm.snapshotState();
        _useQuick(address(signed));
        assertTrue(_relay(price_), "relayed");
        Order memory order = Order(ETH, legs, SignedAssets.wrap(type(int256).max), uint40(vm.getBlockTimestamp()), who);
        vm.prank(who);
        cash = SignedAssets.unwrap(market.trade(order));
        vm.revertToState(snapshot);
    }

    function _longsOf(address who, SeriesId series) internal view returns (uint256) {
        return clearing.balanceOf(who, SeriesId.unwrap(series));
    }

    function _isClosed(Leg[] memory legs) internal {
        bytes memory reason = abi.encodeWithSelector(IMarket.SpotUnavailable.selector, ETH);
        vm.expectRevert(reason);
        market.quote(ETH, legs);
        Order memory order = _order(theo, legs, type(int128).max);
        vm.expectRevert(reason);
        vm.prank(theo);
        market.trade(order);
    }
}
