// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Order} from "../../src/interfaces/IMarket.sol";
import {Leg} from "../../src/interfaces/IPricer.sol";
import {SignedAssets} from "../../src/types/Assets.sol";
import {SeriesId} from "../../src/types/SeriesId.sol";
import {SignedSize} from "../../src/types/Size.sol";
import {Wad} from "../../src/types/Wad.sol";
import {Scenario} from "../scenario/Scenario.sol";

/// a trade, whole, with every neighbour real
/// ├── 64 live series: 4 boards of 8 strikes, call and put of each
/// ├── every account and slot cold, intrinsic gas and calldata counted
/// └── buying a series that exists, by somebody who already holds it
/// @dev Each test is one transaction with one measured call: `cool` empties the access list before it.
contract TradeGasTest is Scenario {
    uint256 private constant BOARDS = 4;
    uint256 private constant STRIKES = 8;
    uint256 private constant FIRST_STRIKE = 2290;
    uint256 private constant STRIKE_STEP = 60;
    uint256 private constant BOUGHT = FIRST_STRIKE + 4 * STRIKE_STEP;
    int256 private constant SIZE = 0.1e18;
    uint256 private constant INTRINSIC = 21_000;
    /// @dev No worse than measured. The design asks for 250,000 and 120,000: see docs/known-issues.md, 33.
    uint256 private constant TRADE = 250_000;
    uint256 private constant NEIGHBOURS = 52_000;
    uint256 private constant QUOTE_COLD = 188_000;
    uint256 private constant QUOTE_WARM = 114_000;

    function setUp() public override {
        super.setUp();
        _openVault(1_000_000 * 1e6);
        uint256[BOARDS] memory days_ = [uint256(8), 15, 29, 57];
        for (uint256 b; b < BOARDS; ++b) {
            Wad[] memory strikes = new Wad[](STRIKES);
            for (uint256 i; i < STRIKES; ++i) {
                strikes[i] = Wad.wrap((FIRST_STRIKE + STRIKE_STEP * i) * 1e18);
            }
            expiries.push(uint40(_day(days_[b], 8 hours)));
            vm.prank(keeper);
            catalogue.listBoard(ETH, expiries[b], strikes);
        }
        _walk(vm.getBlockTimestamp() + 20 minutes, SPOT);
        for (uint256 b; b < BOARDS; ++b) {
            for (uint256 i; i < STRIKES; ++i) {
                uint256 strike = FIRST_STRIKE + STRIKE_STEP * i;
                _trade(tara, _legs(_series(expiries[b], strike, true), SIZE, _series(expiries[b], strike, false), SIZE));
            }
        }
        _walk(vm.getBlockTimestamp() + 20 minutes, SPOT);
        vm.roll(vm.getBlockNumber() + 1);
        skip(12);
    }

    function test_Buy() public {
        Order memory order = Order({
            market: ETH,
            legs: _leg(_series(expiries[1], BOUGHT, true), SIZE),
            limit: SignedAssets.wrap(1_000_000 * 1e6),
            deadline: uint40(vm.getBlockTimestamp()),
            recipient: tara
        });
        uint256 calldataGas = _calldataGas(abi.encodeCall(market.trade, (order)));
        _cool();
        vm.prank(tara);
        market.trade(order);
        uint256 used = vm.snapshotGasLastCall("market", "buy one existing series, 64 live, cold");
        vm.snapshotValue("market", "buy, intrinsic gas and calldata", INTRINSIC + calldataGas);
        assertLe(used + INTRINSIC + calldataGas, TRADE, "buying a series, all in");
    }

    function test_Quote() public {
        Leg[] memory legs = _leg(_series(expiries[1], BOUGHT, true), SIZE);
        _cool();
        market.quote(ETH, legs);
        assertLe(vm.snapshotGasLastCall("market", "quote, 64 live, cold"), QUOTE_COLD, "a quote, cold");
        market.quote(ETH, legs);
        assertLe(vm.snapshotGasLastCall("market", "quote, 64 live, warm"), QUOTE_WARM, "a quote, warm");
        market.potential(ETH);
        assertLe(vm.snapshotGasLastCall("market", "potential of the book, 64 live, warm"), QUOTE_WARM, "and no order");
    }

    /// @dev What a trade asks of its neighbours before it is priced, as they alone see it. What clearing does with it is in
    /// clearing.json; what is left of a trade is the market's and the pricer's.
    function test_Parts() public {
        _cool();
        spotOracle.read(ETH);
        uint256 parts = vm.snapshotGasLastCall("market", "of a trade: spot, one feed");
        surfaceOracle.tradeSlices(ETH, expiries, 1 << 1);
        parts += vm.snapshotGasLastCall("market", "of a trade: slices, one of them in grace");
        assertLe(parts, NEIGHBOURS, "what the neighbours answer");
    }

    function _calldataGas(bytes memory data) private pure returns (uint256 gas_) {
        for (uint256 i; i < data.length; ++i) {
            gas_ += data[i] == 0 ? 4 : 16;
        }
    }

    function _cool() private {
        address[13] memory all = [
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
            address(marginPolicy),
            reactor,
            vm.computeCreateAddress(address(catalogue), vm.getNonce(address(catalogue)) - 1)
        ];
        for (uint256 i; i < all.length; ++i) {
            vm.cool(all[i]);
        }
    }
}
