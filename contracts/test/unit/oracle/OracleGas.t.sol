// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {SpotSources} from "../../../src/interfaces/ISpotOracle.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {ChainlinkShapedAggregator, ChainlinkShapedProxy} from "../../utils/mocks/oracle/ChainlinkShaped.sol";
import {QuickBase} from "./QuickBase.sol";
import {intrinsicGas} from "../../utils/IntrinsicGas.sol";

/// @notice What spot and settlement cost on a chain that has been running, every account and slot cold: on the local
/// feed, and on one that reads as many slots as Chainlink's proxy and aggregator.
contract OracleGasTest is QuickBase {
    MarketId internal constant SHAPED = MarketId.wrap(2);
    MarketId internal constant QUICK = MarketId.wrap(3);
    uint256 internal constant READ_CEILING = 20_000;
    uint256 internal constant OWN_CEILING = 10_500; // of a read without its feed: two slots and a cold account are 6,800
    uint256 internal constant FEED = 17_211; // measured below
    uint256 internal constant QUICK_READ_CEILING = 28_500;
    uint256 internal constant RELAY_CEILING = 70_000;
    uint256 internal constant ROUND_CEILING = 5_000;
    uint256 internal constant ROUNDS = 101;

    ChainlinkShapedProxy internal proxy;
    ChainlinkShapedAggregator internal aggregator;

    function setUp() public override {
        super.setUp();
        proxy = ChainlinkShapedProxy(vm.deployCode("ChainlinkShaped.sol:ChainlinkShapedProxy"));
        aggregator = ChainlinkShapedAggregator(
            vm.deployCode("ChainlinkShaped.sol:ChainlinkShapedAggregator", abi.encode(proxy))
        );
        proxy.confirm(aggregator);
        SpotSources memory s = defaults();
        s.primary = address(proxy);
        s.sequencer = address(0);
        aggregator.transmit(3000e8, uint64(START));
        spot.setMarket(SHAPED, s);
        for (uint256 i = 0; i < 2100; ++i) {
            vm.warp(START + i * 30);
            if (i % 60 == 0) pushBoth(3000);
            if (i % 60 == 0) aggregator.transmit(3000e8, uint64(START + i * 30));
            if (i % 2 == 0) (spot.observe(ETH), spot.observe(SHAPED));
            if (i > 1000) relayPrice(3000); // more rounds than are kept
        }
        spot.setMarket(QUICK, quickSources());
        spot.observe(QUICK);
    }

    function test_ReadOnTheLocalFeed() public {
        uint256 used = _read(ETH);
        vm.snapshotValue("oracles", "spot: read, cold, local feed", used);
        assertLe(used, READ_CEILING, "a trade's whole spot read within 20k");
    }

    /// @dev A feed of that shape takes FEED alone: with the oracle's cold account there are 189 left of 20,000, and nothing of
    /// ours has been read yet.
    function test_ReadOnAFeedShapedAsChainlinks() public {
        uint256 used = _read(SHAPED);
        vm.snapshotValue("oracles", "spot: read, cold, Chainlink-shaped feed", used);
        vm.snapshotValue("oracles", "spot: of which ours", used - FEED);
        assertLe(used - FEED, OWN_CEILING, "ours on top of the feed");
    }

    /// @dev Two cold accounts and five cold slots are 15,700 of it. A second call in one test would find them warm.
    function test_TheFeedShapedAsChainlinksItself() public {
        _cool();
        address feed = address(proxy);
        bytes4 selector = proxy.latestRoundData.selector;
        bool ok;
        uint256 used;
        assembly ("memory-safe") {
            mstore(0, selector)
            used := gas()
            ok := staticcall(gas(), feed, 0, 4, 0, 0)
            used := sub(used, gas())
        }
        assertTrue(ok, "it answers");
        vm.snapshotValue("oracles", "spot: of which the feed itself", used);
        assertApproxEqAbs(used, FEED, 50, "what a read is held to have paid for it");
    }

    function test_AReadTakesTwoSlots() public {
        vm.record();
        spot.read(ETH);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(spot));
        assertEq(writes.length, 0, "none written");
        assertEq(reads.length, 2, "the limits and the checkpoint, once each");
    }

    function test_ReadWithAQuickSource() public {
        uint256 used = _read(QUICK);
        vm.snapshotValue("oracles", "spot: read, cold, local feed and a signed feed", used);
        assertLe(used, QUICK_READ_CEILING, "with a price attached");
    }

    function test_AQuickSourceIsOneSlotMore() public {
        vm.record();
        assertEq(Wad.unwrap(spot.read(QUICK).mark), 3000e18, "the signed price");
        (bytes32[] memory reads,) = vm.accesses(address(spot));
        assertEq(reads.length, 3, "the limits, the checkpoint and the quick source, once each");
        (reads,) = vm.accesses(address(quick));
        assertEq(reads.length, 1, "the latest round");
    }

    /// @dev Calldata and intrinsic gas in; two of five keys; every slot used before.
    function test_RelayOfAPrice() public {
        skip(1);
        PriceReport memory report = PriceReport(3000e8, uint40(vm.getBlockTimestamp()));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        bytes memory data = abi.encodeCall(quick.relay, (report, who, signatures));
        uint256 intrinsic = intrinsicGas(data);
        _cool();
        vm.record();
        uint256 before = gasleft();
        (bool ok, bytes memory result) = address(quick).call(data);
        uint256 used = before - gasleft();
        (, bytes32[] memory writes) = vm.accesses(address(quick));
        assertTrue(ok && abi.decode(result, (bool)), "stored");
        for (uint256 i = 0; i < writes.length; ++i) {
            bool known = writes[i] == writes[0] || writes[i] == writes[writes.length - 1];
            assertTrue(known, "two slots: the latest round, and the one before");
        }
        vm.snapshotValue("oracles", "signed feed: relay, 2 keys, cold", used + intrinsic);
        vm.snapshotValue("oracles", "signed feed: of which execution", used);
        assertLe(used + intrinsic, RELAY_CEILING, "a relay is cheap beside the trade it comes with");
    }

    function test_Observe() public {
        skip(30);
        _cool();
        uint256 before = gasleft();
        spot.observe(SHAPED);
        vm.snapshotValue("oracles", "spot: observe, cold, Chainlink-shaped feed", before - gasleft());
    }

    function test_ProofPerRound() public {
        uint40 expiry = uint40(vm.getBlockTimestamp() + 1 hours);
        vm.warp(expiry - 30 minutes);
        uint80 first = _transmit(ROUNDS, expiry);
        vm.warp(expiry);
        uint256 snapshot = vm.snapshotState();
        uint256 two = _prove(expiry, first, 2);
        vm.revertToState(snapshot);
        uint256 all = _prove(expiry, first, ROUNDS);
        uint256 perRound = (all - two) / (ROUNDS - 2);
        vm.snapshotValue("oracles", "settlement: prove, each round, Chainlink-shaped feed", perRound);
        vm.snapshotValue("oracles", "settlement: prove, 101 rounds to a price", all);
        assertLe(perRound, ROUND_CEILING, "within 5k a round");
    }

    function _transmit(uint256 count, uint40 expiry) private returns (uint80 first) {
        aggregator.transmit(3000e8, uint64(expiry - 30 minutes));
        (first,,,,) = proxy.latestRoundData();
        for (uint256 i = 1; i < count - 1; ++i) {
            aggregator.transmit(3000e8, uint64(expiry - 30 minutes + i));
        }
        vm.warp(expiry);
        aggregator.transmit(3000e8, uint64(expiry));
    }

    function _prove(uint40 expiry, uint80 first, uint256 rounds) private returns (uint256) {
        _cool();
        uint256 before = gasleft();
        settlement.prove(SHAPED, expiry, first, rounds);
        return before - gasleft();
    }

    function _read(MarketId market) private returns (uint256) {
        _cool();
        uint256 before = gasleft();
        spot.read(market);
        return before - gasleft();
    }

    function _cool() private {
        vm.cool(address(spot));
        vm.cool(address(settlement));
        vm.cool(address(primary));
        vm.cool(address(secondary));
        vm.cool(address(quick));
        vm.cool(address(sequencer));
        vm.cool(address(proxy));
        vm.cool(address(aggregator));
    }
}
