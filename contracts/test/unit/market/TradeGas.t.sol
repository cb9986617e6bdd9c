// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {Order} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @notice Gas of the market and the pricer with 64 live series in four boards, everything cold. Neighbours are mocks:
/// the figure is the market's and the pricer's share of a trade, plus plain storage reads of the neighbours.
contract TradeGasTest is MarketFixture {
    uint40 private constant FOURTH = START + 60 days;
    /// @dev No worse than measured. The design's ceilings are 250,000 with the real neighbours, whose storage is packed
    /// where the mocks' is not, and 120,000 for a quote.
    uint256 private constant BUY = 430_000;
    uint256 private constant QUOTE = 220_000;
    uint256 private constant INTRINSIC = 21_000;

    function setUp() public {
        _deploy(6);
        MarketLimits memory l = _limits();
        l.minDelta = Wad.wrap(0);
        l.maxDelta = Wad.wrap(1e18);
        catalogue.setLimits(ETH, l);
        _list(FOURTH);
        uint40[4] memory expiries = [NEAR, MIDDLE, FAR, FOURTH];
        for (uint256 b = 0; b < 4; ++b) {
            for (uint256 half = 0; half < 2; ++half) {
                Leg[] memory legs = new Leg[](8);
                for (uint256 i = 0; i < 8; ++i) {
                    legs[i] = _leg(expiries[b], 1600e18 + i * 100e18, half == 0, 0.5e18);
                }
                _trade(legs);
            }
        }
        skip(12);
    }

    function _cool() private {
        vm.cool(address(market));
        vm.cool(address(pricer));
        vm.cool(address(clearing));
        vm.cool(address(vault));
        vm.cool(address(hedger));
        vm.cool(address(spotOracle));
        vm.cool(address(surfaceOracle));
        vm.cool(_termsAddress());
    }

    /// @dev The catalogue's newest data contract: one market, four boards, one change of limits after three boards.
    function _termsAddress() private view returns (address) {
        return vm.computeCreateAddress(address(catalogue), vm.getNonce(address(catalogue)) - 1);
    }

    function test_Buy64Live() public {
        Order memory order = _order(_legs(_leg(MIDDLE, 2000e18, true, 1e18)));
        uint256 calldataGas;
        bytes memory data = abi.encodeCall(market.trade, (order));
        for (uint256 i = 0; i < data.length; ++i) {
            calldataGas += data[i] == 0 ? 4 : 16;
        }
        _cool();
        vm.prank(trader);
        market.trade(order);
        uint256 used = vm.snapshotGasLastCall("market", "buy one existing series, 64 live, cold, neighbours mocked");
        assertLt(used + INTRINSIC + calldataGas, BUY, "a buy costs no more than it did");
    }

    function test_Quote64Live() public {
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, 1e18));
        _cool();
        market.quote(ETH, legs);
        vm.snapshotGasLastCall("market", "quote, 64 live, cold, neighbours mocked");
        market.quote(ETH, legs);
        assertLt(vm.snapshotGasLastCall("market", "quote, 64 live, warm, neighbours mocked"), QUOTE, "nor a quote");
    }
}
