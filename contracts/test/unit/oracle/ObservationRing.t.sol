// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RING_SIZE, RING_SPACING, Ring} from "../../../src/oracle/ObservationRing.sol";
import {Test} from "../../utils/Test.sol";

/// @notice Behaviour.
/// append
/// ├── when the last entry is younger than the spacing: nothing
/// └── else: a new entry that credits the previous price
/// average, averageCovered
/// ├── equal the plain integral of the step function of the entries, divided by the window
/// ├── given no entry: zero
/// ├── given entries from the middle of the window only: average over what there is; covered gives zero
/// ├── given no entry at or after its end, or a gap above the limit: covered gives zero
/// └── given the ring has wrapped: the same, as far back as it remembers
contract ObservationRingTest is Test {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant MAX_STEPS = 40;
    uint256 internal constant MAX_PRICE = type(uint96).max;

    Ring internal ring;
    uint256 internal head;
    uint256[] internal times;
    uint256[] internal prices;

    function test_RevertlessWhenEmpty() public view {
        assertEq(ring.average(0, START - 100, START), 0, "no average");
        assertEq(ring.averageCovered(0, START - 100, START, 3600), 0, "no coverage");
    }

    function test_AnEntryWeighsNothingWhenItIsFirstSeen() public {
        _append(START, 3000);
        _append(START + 1 hours, 9000);
        assertEq(ring.average(head, START + 30 minutes, START + 1 hours), 3000, "the previous price is credited");
    }

    function test_WithinTheSpacingNothingIsAppended() public {
        _append(START, 3000);
        uint256 before = head;
        _append(START + RING_SPACING - 1, 9000);
        assertEq(head, before, "same head");
        assertEq(ring.average(head, START, START + RING_SPACING), 3000, "the wick is not seen");
    }

    function testFuzz_AverageIsTheIntegral(uint256 seed, uint256 steps, uint256 from, uint256 to) public {
        steps = bound(steps, 1, MAX_STEPS);
        _random(seed, steps, 20 minutes, MAX_PRICE);
        uint256 last = times[times.length - 1];
        from = bound(from, START, last + 1 hours);
        to = bound(to, from + 1, last + 2 hours);
        assertEq(ring.average(head, from, to), _integral(from, to) / (to - from), "the plain integral");
    }

    function testFuzz_CoveredNeedsBothEndsAndNoGap(uint256 seed, uint256 steps, uint256 from, uint256 to, uint256 gap)
        public
    {
        steps = bound(steps, 2, MAX_STEPS);
        _random(seed, steps, 20 minutes, MAX_PRICE);
        uint256 last = times[times.length - 1];
        from = bound(from, START - 1 hours, last + 1 hours);
        to = bound(to, from + 1, last + 2 hours);
        gap = bound(gap, 1 minutes, 30 minutes);
        uint256 expected = _covered(from, to, gap) ? _integral(from, to) / (to - from) : 0;
        assertEq(ring.averageCovered(head, from, to, gap), expected, "covered or nothing");
    }

    function test_WrapsAndRemembersEightHoursAtTheDensest() public {
        for (uint256 i = 0; i < RING_SIZE + 100; ++i) {
            _append(START + i * RING_SPACING, 1e18 + i * 1e15);
        }
        uint256 last = times[times.length - 1];
        uint256 oldest = last - (RING_SIZE - 1) * RING_SPACING;
        assertGe(last - oldest, 8 hours, "eight hours of memory");
        assertEq(
            ring.averageCovered(head, oldest, oldest + 30 minutes, 60),
            _integral(oldest, oldest + 30 minutes) / 30 minutes,
            "the oldest window"
        );
        assertEq(ring.averageCovered(head, oldest - 1, oldest + 30 minutes, 60), 0, "beyond memory");
        assertEq(
            ring.average(head, oldest - 1 hours, oldest + 30 minutes),
            _integral(oldest, oldest + 30 minutes) / 30 minutes,
            "an average starts where memory does"
        );
    }

    function testFuzz_LastAt(uint256 seed, uint256 steps, uint256 time) public {
        steps = bound(steps, 1, MAX_STEPS);
        _random(seed, steps, 20 minutes, MAX_PRICE);
        time = bound(time, START - 1 hours, times[times.length - 1] + 1 hours);
        (uint256 price, uint256 seenAt) = ring.lastAt(head, time);
        if (time < START) {
            assertEq(price + seenAt, 0, "nothing before the first");
            return;
        }
        uint256 i = times.length - 1;
        while (times[i] > time) --i;
        assertEq(price, prices[i], "price");
        assertEq(seenAt, times[i], "time");
    }

    function _random(uint256 seed, uint256 steps, uint256 maxStep, uint256 maxPrice) private {
        vm.setSeed(seed);
        uint256 time = START;
        for (uint256 i = 0; i < steps; ++i) {
            _append(time, vm.randomUint(1, maxPrice));
            time += vm.randomUint(RING_SPACING, maxStep);
        }
    }

    function _append(uint256 time, uint256 price) private {
        uint256 next = ring.append(head, time, price);
        if (next != head) {
            times.push(time);
            prices.push(price);
        }
        head = next;
    }

    function _integral(uint256 from, uint256 to) private view returns (uint256 sum) {
        for (uint256 i = 0; i < times.length; ++i) {
            uint256 start = times[i] > from ? times[i] : from;
            uint256 end = i + 1 == times.length || times[i + 1] > to ? to : times[i + 1];
            if (end > start) sum += prices[i] * (end - start);
        }
    }

    function _covered(uint256 from, uint256 to, uint256 gap) private view returns (bool) {
        if (from < times[0] || to > times[times.length - 1]) return false;
        for (uint256 i = 1; i < times.length; ++i) {
            if (times[i] > from && times[i - 1] < to && times[i] - times[i - 1] > gap) return false;
        }
        return true;
    }
}
