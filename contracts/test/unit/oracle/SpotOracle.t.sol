// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {
    FAULT_CHECKPOINT,
    FAULT_DIVERGED,
    FAULT_PRIMARY,
    FAULT_SECONDARY,
    FAULT_SEQUENCER,
    FAULT_WIDE,
    ISpotOracle,
    ORACLE_DOWN,
    ORACLE_OPEN,
    ORACLE_REDUCE_ONLY,
    ORACLE_WIDE,
    OracleMode,
    SpotFault,
    SpotHealth,
    SpotRead,
    SpotSources
} from "../../../src/interfaces/ISpotOracle.sol";
import {LocalAggregator} from "../../../local/LocalAggregator.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {OracleBase} from "./OracleBase.sol";

/// @notice Behaviour.
/// read
/// ├── given an unknown market: reverts
/// ├── given a fresh primary and checkpoint, all sources near: open; the mark is the primary's answer at any decimals
/// ├── given mark and average beyond the first tier: wide; beyond the second: reduce-only
/// ├── given mark and secondary beyond the second tier: reduce-only
/// ├── given a checkpoint older than its limit: reduce-only until anyone observes
/// ├── given a primary older than its heartbeat, not positive, incomplete, from the future
/// │   ├── and a secondary that answers: reduce-only at the secondary's price, read live
/// │   └── and none: down, mark zero, the average kept
/// └── given the sequencer down, or within its grace, at the last checkpoint: down
/// observe
/// ├── credits the price before, so what is first seen now moves no average
/// ├── given the primary or the sequencer down: refreshes the checkpoint; only a valid mark enters the ring
/// └── when the primary's phase changes: keeps when each phase was seen
/// setMarket
/// ├── when called by another than the governor: reverts
/// └── when a value is outside its box: reverts
contract SpotOracleTest is OracleBase {
    uint256 internal constant MAX_DECIMALS = 18;

    function setUp() public override {
        super.setUp();
        _quiet(3000, 45 minutes);
    }

    function test_RevertGiven_AnUnknownMarket() public {
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.UnknownMarket.selector, 2));
        spot.read(MarketId.wrap(2));
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.UnknownMarket.selector, 2));
        spot.observe(MarketId.wrap(2));
    }

    function test_OpenGivenFreshAndNear() public view {
        SpotRead memory read = spot.read(ETH);
        _mode(read, ORACLE_OPEN);
        assertEq(Wad.unwrap(read.mark), 3000e18, "mark");
        assertEq(Wad.unwrap(read.average), 3000e18, "average");
        assertEq(read.markUpdatedAt, vm.getBlockTimestamp(), "the feed's own time");
        assertEq(abi.encode(spot.latest(MarketId.unwrap(ETH))), abi.encode(read), "as the market asks");
    }

    function testFuzz_MarkAtAnyDecimals(uint8 decimals, uint256 answer) public {
        decimals = uint8(bound(decimals, 0, MAX_DECIMALS));
        uint256 scale = 10 ** (18 - decimals);
        answer = bound(answer, 1, type(uint96).max / scale);
        LocalAggregator feed = new LocalAggregator(address(this), decimals);
        feed.push(int256(answer));
        SpotSources memory s = defaults();
        s.primary = address(feed);
        s.secondary = address(0);
        spot.setMarket(MarketId.wrap(7), s);
        assertEq(Wad.unwrap(spot.observe(MarketId.wrap(7)).mark), answer * scale, "18 decimals");
    }

    function test_RevertWhen_FeedHasMoreThan18Decimals() public {
        SpotSources memory s = defaults();
        s.primary = address(new LocalAggregator(address(this), 19));
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.FeedDecimalsAbove18.selector, s.primary, 19));
        spot.setMarket(ETH, s);
    }

    // Tiers

    function test_WideBeyondTheFirstTier() public {
        primary.push(3009e8); // exactly 0.3 %
        _mode(spot.read(ETH), ORACLE_OPEN);
        primary.push(3009e8 + 1);
        _mode(spot.read(ETH), ORACLE_WIDE);
        primary.push(2991e8 - 1);
        _mode(spot.read(ETH), ORACLE_WIDE);
    }

    function test_ReduceOnlyBeyondTheSecondTier() public {
        primary.push(3045e8); // exactly 1.5 %
        _mode(spot.read(ETH), ORACLE_WIDE);
        primary.push(3045e8 + 1);
        _mode(spot.read(ETH), ORACLE_REDUCE_ONLY);
        assertEq(Wad.unwrap(spot.read(ETH).mark), 3045.00000001e18, "the mark is still there");
    }

    function test_ReduceOnlyGivenTheSecondaryDisagrees() public {
        secondary.push(3045e18 + 3045e18 / 60);
        spot.observe(ETH);
        _mode(spot.read(ETH), ORACLE_REDUCE_ONLY);
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_DIVERGED), "said why");
    }

    function test_AFeedFrozenAtTheLastPriceDuringTheCrash() public {
        // The primary stays at 3000, inside its heartbeat; the secondary falls by a tenth.
        skip(10 minutes);
        secondary.push(2700e18);
        spot.observe(ETH);
        _mode(spot.read(ETH), ORACLE_REDUCE_ONLY);

        // Past its heartbeat the frozen feed is no price at all.
        skip(1 hours);
        secondary.push(2650e18);
        SpotRead memory read = spot.observe(ETH);
        _mode(read, ORACLE_REDUCE_ONLY);
        assertEq(Wad.unwrap(read.mark), 2650e18, "the secondary, live");
    }

    // Checkpoint

    function test_ReduceOnlyGivenAnOldCheckpoint() public {
        skip(15 minutes);
        _mode(spot.read(ETH), ORACLE_OPEN);
        skip(1);
        _mode(spot.read(ETH), ORACLE_REDUCE_ONLY);
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_CHECKPOINT), "said why");

        vm.prank(address(0xbeef));
        spot.observe(ETH);
        _mode(spot.read(ETH), ORACLE_OPEN);
    }

    function test_ReduceOnlyGivenTheSecondaryIsLost() public {
        skip(2 hours);
        primary.push(3000e8);
        _mode(spot.observe(ETH), ORACLE_REDUCE_ONLY);
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_SECONDARY), "said why");
        secondary.push(3000e18);
        _mode(spot.observe(ETH), ORACLE_OPEN);
    }

    function test_AMarketWithoutSecondaryOrSequencerIsOpen() public {
        SpotSources memory s = defaults();
        (s.secondary, s.sequencer) = (address(0), address(0));
        spot.setMarket(ETH, s);
        _mode(spot.observe(ETH), ORACLE_OPEN);
    }

    // Primary

    function test_HeartbeatToTheSecond() public {
        SpotSources memory s = defaults();
        s.secondary = address(0);
        spot.setMarket(ETH, s);
        vm.warp(primaryTime() + HEARTBEAT);
        _mode(spot.observe(ETH), ORACLE_OPEN);
        vm.warp(primaryTime() + HEARTBEAT + 1);
        SpotRead memory read = spot.read(ETH);
        _mode(read, ORACLE_DOWN);
        assertEq(Wad.unwrap(read.mark), 0, "no mark");
        assertEq(Wad.unwrap(read.average), 3000e18, "the average is kept");
        assertEq(read.markUpdatedAt, 0, "no time");
    }

    function test_ZeroAndNegativeAnswers() public {
        primary.push(0);
        _fallsBack();
        primary.push(-1);
        _fallsBack();
        primary.push(type(int192).min);
        _fallsBack();
    }

    function test_DownGivenNeitherSource() public {
        primary.push(0);
        secondary.push(-3000e18);
        _mode(spot.read(ETH), ORACLE_DOWN);
        _mode(spot.observe(ETH), ORACLE_DOWN);
        assertEq(
            spot.health(ETH).faults, SpotFault.unwrap(FAULT_PRIMARY) | SpotFault.unwrap(FAULT_SECONDARY), "said why"
        );
        assertEq(Wad.unwrap(spot.read(ETH).mark), 0, "zero exactly in ORACLE_DOWN");
    }

    // Sequencer

    function test_SequencerDownAndItsGrace() public {
        sequencer.push(1);
        _mode(spot.read(ETH), ORACLE_OPEN); // as last checkpointed
        _mode(spot.observe(ETH), ORACLE_DOWN);
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_SEQUENCER), "said why");
        (, uint40 seen) = spot.observedAt(ETH, type(uint40).max);

        skip(10 minutes);
        sequencer.push(0);
        skip(1 hours - 1);
        pushBoth(3000);
        _mode(spot.observe(ETH), ORACLE_DOWN);
        (, uint40 still) = spot.observedAt(ETH, type(uint40).max);
        assertEq(still, seen, "nothing enters the ring meanwhile");

        skip(1);
        _mode(spot.observe(ETH), ORACLE_OPEN);
    }

    // Average

    function test_OnePokeAfterAQuietHourDoesNotTurnAWickIntoTheAverage() public {
        skip(1 hours);
        secondary.push(3000e18);
        primary.push(3600e8); // the wick, a fifth up
        SpotRead memory read = spot.observe(ETH);
        assertEq(Wad.unwrap(read.average), 3000e18, "the quiet hour counts at its own price");
        _mode(read, ORACLE_REDUCE_ONLY);

        skip(RING_SPACING_TEST);
        pushBoth(3000);
        read = spot.observe(ETH);
        assertEq(
            Wad.unwrap(read.average),
            (3000e18 * (30 minutes - RING_SPACING_TEST) + 3600e18 * RING_SPACING_TEST) / 30 minutes,
            "the wick counts for the seconds it lasted"
        );
    }

    uint256 internal constant RING_SPACING_TEST = 30;

    function test_ManyPokesInOneBlockAreOne() public {
        primary.push(3300e8);
        for (uint256 i = 0; i < 50; ++i) {
            spot.observe(ETH);
        }
        assertEq(Wad.unwrap(spot.read(ETH).average), 3000e18, "no time, no weight");
    }

    function testFuzz_AverageStaysBetweenItsPrices(uint256 seed) public {
        vm.setSeed(seed);
        uint256 low = type(uint256).max;
        uint256 high;
        for (uint256 i = 0; i < 40; ++i) {
            uint256 price = vm.randomUint(2000, 4000);
            pushBoth(price);
            SpotRead memory read = spot.observe(ETH);
            if (i > 31) {
                assertGe(Wad.unwrap(read.average), low * 1e18, "not below the lowest credited");
                assertLe(Wad.unwrap(read.average), high * 1e18, "not above the highest credited");
            }
            (low, high) = (price < low ? price : low, price > high ? price : high);
            skip(1 minutes);
        }
    }

    // Phases

    function test_PhaseThrough() public {
        uint40 t0 = uint40(vm.getBlockTimestamp());
        assertEq(spot.phaseThrough(ETH, t0, t0), 1, "seen now");
        assertEq(spot.phaseThrough(ETH, t0, t0 + 1 hours), 1, "still the live one");
        assertEq(spot.phaseThrough(ETH, uint40(START - 1), t0), 0, "not seen before the market was observed");

        skip(1 hours);
        primary.nextPhase();
        primary.push(3000e8);
        assertEq(spot.phaseThrough(ETH, t0, t0 + 30 minutes), 0, "replaced, and not seen after the window");
        spot.observe(ETH);
        uint40 t1 = uint40(vm.getBlockTimestamp());
        assertEq(spot.phaseThrough(ETH, t0, t0), 1, "the old one until it was last seen");
        assertEq(spot.phaseThrough(ETH, t0, t1), 0, "no phase through the change");
        skip(1 hours);
        assertEq(spot.phaseThrough(ETH, t1, t1 + 30 minutes), 2, "the new one since");
    }

    // Governance

    function test_RevertWhen_NotTheGovernorSetsAMarket() public {
        vm.prank(address(0xbeef));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbeef)));
        spot.setMarket(ETH, defaults());
    }

    function test_RevertWhen_AValueIsOutsideItsBox() public {
        SpotSources memory s = defaults();
        s.primary = address(0);
        vm.expectRevert(ISpotOracle.NoPrimary.selector);
        spot.setMarket(ETH, s);
        s = defaults();
        s.heartbeat = 59;
        _refused(s, "heartbeat", 59, 1 minutes, 2 days);
        s = defaults();
        s.averageWindow = 5 minutes - 1;
        _refused(s, "averageWindow", 5 minutes - 1, 5 minutes, 4 hours);
        s = defaults();
        s.checkpointAge = 1 days + 1;
        _refused(s, "checkpointAge", 1 days + 1, 1 minutes, 1 days);
        s = defaults();
        s.wideBeyond = Wad.wrap(0.016e18);
        _refused(s, "wideBeyond", 0.016e18, 1e13, 0.015e18);
        s = defaults();
        s.reduceBeyond = Wad.wrap(0.21e18);
        _refused(s, "reduceBeyond", 0.21e18, 1e13, 0.2e18);
    }

    function test_TighteningOnlyTightens() public {
        _looser(1 hours - 1, 15 minutes, 0.003e18, 0.015e18, "sequencerGrace", 1 hours - 1, 1 hours);
        _looser(1 hours, 15 minutes + 1, 0.003e18, 0.015e18, "checkpointAge", 15 minutes + 1, 15 minutes);
        _looser(1 hours, 15 minutes, 0.004e18, 0.015e18, "wideBeyond", 0.004e18, 0.003e18);
        _looser(1 hours, 15 minutes, 0.003e18, 0.016e18, "reduceBeyond", 0.016e18, 0.015e18);
        vm.expectRevert(
            abi.encodeWithSelector(ISpotOracle.OutOfBounds.selector, bytes32("checkpointAge"), 59, 60, 1 days)
        );
        spot.tightenMarket(ETH, 1 hours, 59, Wad.wrap(0.003e18), Wad.wrap(0.015e18));
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.UnknownMarket.selector, 2));
        spot.tightenMarket(MarketId.wrap(2), 1 hours, 60, Wad.wrap(0.003e18), Wad.wrap(0.015e18));
        vm.prank(address(0xbeef));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbeef)));
        spot.tightenMarket(ETH, 1 hours, 60, Wad.wrap(0.003e18), Wad.wrap(0.015e18));

        spot.tightenMarket(ETH, 2 hours, 5 minutes, Wad.wrap(0.001e18), Wad.wrap(0.01e18));
        SpotSources memory s = defaults();
        (s.sequencerGrace, s.checkpointAge) = (2 hours, 5 minutes);
        (s.wideBeyond, s.reduceBeyond) = (Wad.wrap(0.001e18), Wad.wrap(0.01e18));
        assertEq(keccak256(abi.encode(spot.sources(ETH))), keccak256(abi.encode(s)), "these four and nothing else");
        primary.push(3003e8 + 1);
        _mode(spot.read(ETH), ORACLE_WIDE);
        primary.push(3030e8 + 1);
        _mode(spot.read(ETH), ORACLE_REDUCE_ONLY);
    }

    function test_SourcesReadBackAsSet() public view {
        assertEq(keccak256(abi.encode(spot.sources(ETH))), keccak256(abi.encode(defaults())), "as set");
    }

    function test_HealthShowsEverySource() public {
        skip(5 minutes);
        secondary.push(3001e18);
        SpotHealth memory h = spot.health(ETH);
        assertEq(Wad.unwrap(h.primary), 3000e18, "primary");
        assertEq(h.primaryUpdatedAt, vm.getBlockTimestamp() - 5 minutes, "and its time");
        assertEq(Wad.unwrap(h.secondary), 3001e18, "secondary");
        assertEq(h.secondaryUpdatedAt, vm.getBlockTimestamp(), "and its time");
        assertTrue(h.sequencerUp, "sequencer");
        assertEq(h.sequencerSince, START - 1 days, "since");
        assertEq(h.checkpointAt, vm.getBlockTimestamp() - 5 minutes, "checkpoint");
        assertEq(h.lastObservation, vm.getBlockTimestamp() - 5 minutes, "ring");
        assertEq(h.faults, 0, "no fault");
        primary.push(3010e8);
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_WIDE), "wide");
    }

    function primaryTime() internal view returns (uint256 updatedAt) {
        (,,, updatedAt,) = primary.latestRoundData();
    }

    function _fallsBack() private view {
        SpotRead memory read = spot.read(ETH);
        _mode(read, ORACLE_REDUCE_ONLY);
        assertEq(Wad.unwrap(read.mark), 3000e18, "the secondary's price");
        assertEq(spot.health(ETH).faults, SpotFault.unwrap(FAULT_PRIMARY), "said why");
    }

    function _refused(SpotSources memory s, bytes32 what, uint256 value, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.OutOfBounds.selector, what, value, least, most));
        spot.setMarket(ETH, s);
    }

    function _looser(
        uint32 grace,
        uint32 age,
        uint256 wide,
        uint256 reduce,
        bytes32 what,
        uint256 given,
        uint256 current
    ) private {
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.NotTighter.selector, what, given, current));
        spot.tightenMarket(ETH, grace, age, Wad.wrap(wide), Wad.wrap(reduce));
    }

    function _mode(SpotRead memory read, OracleMode expected) private pure {
        assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(expected), "mode");
    }

    /// @dev A steady price, observed every five minutes, the last time now.
    function _quiet(uint256 price, uint256 time) private {
        for (uint256 t = 0; t <= time; t += 5 minutes) {
            if (t != 0) skip(5 minutes);
            pushBoth(price);
            spot.observe(ETH);
        }
    }
}
