// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {
    ISettlementOracle,
    SETTLEMENT_FROZEN,
    SETTLEMENT_OPEN,
    SETTLEMENT_PROPOSED,
    SETTLEMENT_REPLACED,
    SETTLEMENT_ROUNDS_FAILED,
    SettlementParams,
    SettlementState
} from "../../../src/interfaces/ISettlementOracle.sol";
import {SpotSources} from "../../../src/interfaces/ISpotOracle.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {RoundTable} from "../../utils/mocks/oracle/HostileFeed.sol";
import {OracleBase} from "./OracleBase.sol";

/// @notice Behaviour.
/// prove
/// ├── given not expired, or a price already: reverts
/// ├── when the first round is not the last at or before the window's start: reverts
/// ├── when the rounds are of a phase that was not current throughout the window: reverts
/// ├── when no round is at or after expiry
/// │   ├── and more follow in the phase: keeps the progress
/// │   ├── and none does yet, inside a heartbeat of expiry: reverts
/// │   └── and none does, a heartbeat later: the latest holds to expiry
/// ├── when an answer was held beyond the heartbeat, is not positive, or a round is missing: records that rounds fail
/// └── else: the plain time-weighted average, the same whoever proves it, however late, in whatever chunks
/// proveFromRing
/// ├── given the rounds can serve: reverts
/// ├── given the ring does not cover the window: reverts
/// └── else: the ring's average
/// freeze, replace, rescue
/// └── only before finality, once, inside their bounds
contract SettlementOracleTest is OracleBase {
    uint40 internal constant EXPIRY = uint40(START + 8 hours);
    uint40 internal constant FROM = EXPIRY - 30 minutes;
    uint256 internal constant MAX_ROUNDS = 60;

    // The average

    function test_HandComputedAverage() public {
        // 3000 until ten minutes into the window, 3060 for five, 3030 for the last fifteen
        _observeAt(FROM - 20 minutes);
        uint80 first = _round(3000, FROM - 10 minutes);
        _round(3060, FROM + 10 minutes);
        _round(3030, FROM + 15 minutes);
        _round(9999, EXPIRY + 1);
        settlement.prove(ETH, EXPIRY, first, 4);
        _priceIs(3025e18); // (3000·10 + 3060·5 + 3030·15) / 30
    }

    function testFuzz_ThePlainIntegralInAnyChunksHoweverLate(uint256 seed, uint256 chunk, uint256 late) public {
        vm.setSeed(seed);
        _observeAt(START);
        uint256 time = FROM - vm.randomUint(0, 50 minutes);
        uint80 first;
        uint256 sum;
        uint256 price;
        uint256 count;
        while (true) {
            uint80 id = _round(price = vm.randomUint(1, 100_000), time);
            ++count;
            uint256 next = time + vm.randomUint(0, count > MAX_ROUNDS ? 30 minutes : 3 minutes);
            if (time <= FROM && next > FROM) (first, count) = (id, 1);
            uint256 start = time > FROM ? time : FROM;
            uint256 end = next < EXPIRY ? next : EXPIRY;
            if (end > start) sum += price * (end - start);
            if (time >= EXPIRY) break;
            time = next;
        }
        skip(bound(late, 0, 30 days));
        // Rounds after the proof's end change nothing.
        _round(1, vm.getBlockTimestamp());

        chunk = bound(chunk, 1, 10);
        uint256 calls;
        for (uint80 next = first; !_proposed(); next = settlement.settlement(ETH, EXPIRY).nextRound) {
            settlement.prove(ETH, EXPIRY, next == 0 ? first : next, chunk + 1);
            assertLe(++calls, 200, "the proof ends");
        }
        _priceIs(sum * 1e18 / 30 minutes);
    }

    function test_NoRoundInTheWindow() public {
        _observeAt(START);
        uint80 first = _round(3100, FROM - 29 minutes);
        _round(3400, EXPIRY + 3 minutes);
        settlement.prove(ETH, EXPIRY, first, 2);
        _priceIs(3100e18);
    }

    function test_NoSuccessorYet() public {
        _observeAt(START);
        uint80 first = _round(3100, FROM - 29 minutes);
        vm.warp(EXPIRY + HEARTBEAT - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementOracle.SuccessorStillPossible.selector, EXPIRY + HEARTBEAT - 1, EXPIRY + HEARTBEAT
            )
        );
        settlement.prove(ETH, EXPIRY, first, 2);

        vm.warp(EXPIRY + HEARTBEAT);
        settlement.prove(ETH, EXPIRY, first, 2);
        _priceIs(3100e18);
    }

    function test_AWickAtExpiryCountsForTheMinutesItLasted() public {
        _observeAt(START);
        uint80 first = _round(3000, FROM - 1 minutes);
        _round(4500, EXPIRY - 5 minutes); // half up for the last five minutes
        _round(3000, EXPIRY);
        settlement.prove(ETH, EXPIRY, first, 3);
        _priceIs(3250e18);
    }

    function test_LateIsTheSameAsOnTime() public {
        _observeAt(START);
        uint80 first = _round(3000, FROM - 1 minutes);
        _round(3600, FROM + 20 minutes);
        _round(3700, EXPIRY);
        vm.warp(EXPIRY);
        uint256 onTime = vm.snapshotState();
        settlement.prove(ETH, EXPIRY, first, 3);
        (Wad price,) = settlement.price(ETH, EXPIRY);

        vm.revertToState(onTime);
        _round(1, EXPIRY + 40 days);
        settlement.prove(ETH, EXPIRY, first, 4);
        _priceIs(Wad.unwrap(price));
    }

    // Wrong proofs

    function test_RevertWhen_BeforeExpiry() public {
        _observeAt(START);
        uint80 first = _round(3000, FROM - 1 minutes);
        vm.warp(EXPIRY - 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.NotExpired.selector, EXPIRY, EXPIRY - 1));
        settlement.prove(ETH, EXPIRY, first, 2);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.NotExpired.selector, EXPIRY, EXPIRY - 1));
        settlement.proveFromRing(ETH, EXPIRY);
    }

    function test_RevertWhen_ALaterRoundComesFirst() public {
        (, uint80 second) = _fourRounds();
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementOracle.ProofStartsLate.selector, second, FROM + 5 minutes, FROM)
        );
        settlement.prove(ETH, EXPIRY, second, 3);
    }

    function test_RevertWhen_AnEarlierRoundComesFirst() public {
        _observeAt(START);
        uint80 early = _round(2000, FROM - 40 minutes);
        _round(3000, FROM - 10 minutes);
        _round(3000, EXPIRY);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementOracle.ProofStartsEarly.selector, early, FROM - 10 minutes, FROM)
        );
        settlement.prove(ETH, EXPIRY, early, 3);
    }

    function test_RevertWhen_AChunkSkipsRounds() public {
        (uint80 first,) = _fourRounds();
        settlement.prove(ETH, EXPIRY, first, 2);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.ProofNotConsecutive.selector, first + 2));
        settlement.prove(ETH, EXPIRY, first + 2, 2);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.ProofNotConsecutive.selector, first));
        settlement.prove(ETH, EXPIRY, first, 4);
        settlement.prove(ETH, EXPIRY, first + 1, 2);
        assertTrue(_proposed(), "in order it ends");
    }

    function test_RevertWhen_TheRoundDoesNotExist() public {
        _fourRounds();
        uint80 none = uint80(1) << 64 | 77;
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.RoundMissing.selector, none));
        settlement.prove(ETH, EXPIRY, none, 2);
    }

    function test_RevertWhen_ALoneRoundOrTooMany() public {
        (uint80 first,) = _fourRounds();
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.ProofNotConsecutive.selector, first));
        settlement.prove(ETH, EXPIRY, first, 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.TooManyRounds.selector, 257, 256));
        settlement.prove(ETH, EXPIRY, first, 257);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.TooManyRounds.selector, 0, 256));
        settlement.prove(ETH, EXPIRY, first, 0);
    }

    function test_RevertWhen_AlreadyProposed() public {
        (uint80 first,) = _fourRounds();
        settlement.prove(ETH, EXPIRY, first, 4);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyProposed.selector, 1, EXPIRY));
        settlement.prove(ETH, EXPIRY, first, 4);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyProposed.selector, 1, EXPIRY));
        settlement.proveFromRing(ETH, EXPIRY);
    }

    function test_RevertWhen_RoundsAreOutOfOrder() public {
        RoundTable feed = _table();
        feed.set(1 << 64 | 1, 3000e8, FROM - 1 minutes);
        feed.set(1 << 64 | 2, 3100e8, FROM + 10 minutes);
        feed.set(1 << 64 | 3, 3200e8, FROM + 5 minutes);
        feed.set(1 << 64 | 4, 3200e8, EXPIRY);
        vm.warp(EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.ProofNotConsecutive.selector, (1 << 64) + 3));
        settlement.prove(ETH, EXPIRY, 1 << 64 | 1, 4);
    }

    // Phases

    function test_RevertWhen_AReplacedAggregatorGoesOnReporting() public {
        _observeAt(START);
        _round(3000, FROM - 2 hours);
        primary.nextPhase();
        uint80 current = _round(3300, FROM - 90 minutes);
        spot.observe(ETH);
        current = _round(3300, FROM - 10 minutes);
        uint80 old = primary.pushTo(1, 1000e8, FROM - 10 minutes);
        vm.warp(EXPIRY + 1);
        primary.pushTo(1, 1000e8, EXPIRY + 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.RoundOfOtherPhase.selector, old, 2));
        settlement.prove(ETH, EXPIRY, old, 2);

        _round(3300, EXPIRY + 2);
        settlement.prove(ETH, EXPIRY, current, 2);
        _priceIs(3300e18);
    }

    function test_APhaseChangeInsideTheWindowMeansTheRing() public {
        _dense(FROM - 2 hours, FROM + 10 minutes, 3000);
        primary.nextPhase();
        _dense(FROM + 11 minutes, EXPIRY, 3300);
        uint80 latest = _round(3300, EXPIRY + 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.WindowNotCovered.selector, FROM, EXPIRY));
        settlement.prove(ETH, EXPIRY, latest - 1, 2);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.WindowNotCovered.selector, FROM, EXPIRY));
        settlement.prove(ETH, EXPIRY, uint80(1) << 64 | 1, 2);

        settlement.proveFromRing(ETH, EXPIRY);
        _priceIs(3190e18); // eleven minutes at 3000, nineteen at 3300
    }

    function test_APhaseChangeAfterExpiryChangesNothing() public {
        (uint80 first,) = _fourRounds();
        spot.observe(ETH); // somebody observed at or after expiry
        primary.nextPhase();
        _round(5000, EXPIRY + 1 hours);
        settlement.prove(ETH, EXPIRY, first, 4);
        assertTrue(_proposed(), "the phase was current throughout");
    }

    function test_ADeadPhasesLatestHoldsToExpiry() public {
        _observeAt(START);
        uint80 first = _round(3100, FROM - 5 minutes);
        _observeAt(EXPIRY);
        primary.nextPhase();
        vm.warp(EXPIRY + HEARTBEAT);
        settlement.prove(ETH, EXPIRY, first, 2);
        _priceIs(3100e18);
    }

    function test_RevertGiven_AMarketFirstObservedInsideTheWindow() public {
        uint80 first = _round(3000, FROM - 1 minutes);
        _observeAt(FROM + 1);
        _round(3000, EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.WindowNotCovered.selector, FROM, EXPIRY));
        settlement.prove(ETH, EXPIRY, first, 2);
    }

    // Rounds that cannot serve

    function test_ZeroAndNegativeAnswersMeanTheRing() public {
        for (int256 answer = -1; answer <= 0; ++answer) {
            uint256 state = vm.snapshotState();
            _dense(FROM - 1 hours, FROM + 14 minutes, 3000);
            vm.warp(FROM + 15 minutes);
            primary.push(answer);
            spot.observe(ETH);
            _dense(FROM + 16 minutes, EXPIRY + 2 minutes, 3000);
            _failsThenRing();
            vm.revertToState(state);
        }
    }

    function test_AnAnswerHeldBeyondTheHeartbeatMeansTheRing() public {
        _observeAt(START);
        uint80 first = _round(3000, FROM - 40 minutes);
        secondary.pushAt(3500e18, vm.getBlockTimestamp());
        for (uint256 t = FROM - 1 minutes; t <= EXPIRY + 2 minutes; t += 1 minutes) {
            vm.warp(t);
            secondary.push(3500e18);
            spot.observe(ETH);
        }
        _round(3500, EXPIRY + 3 minutes);
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_OPEN), "open");
        settlement.prove(ETH, EXPIRY, first, 2);
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_ROUNDS_FAILED), "recorded");
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.WindowNotCovered.selector, FROM, EXPIRY));
        settlement.prove(ETH, EXPIRY, first, 2);

        settlement.proveFromRing(ETH, EXPIRY);
        // Held from FROM - 40 min: too old from FROM + 25 min on, and from the next observation on the secondary counts.
        _priceIs((uint256(3000e18) * 26 + uint256(3500e18) * 4) / 30);
    }

    function test_AGapInTheRoundsMeansTheRing() public {
        RoundTable feed = _table();
        feed.set(1 << 64 | 1, 3000e8, FROM - 1 minutes);
        feed.set(1 << 64 | 2, 3000e8, FROM + 10 minutes);
        feed.set(1 << 64 | 4, 3000e8, EXPIRY);
        vm.warp(EXPIRY);
        settlement.prove(ETH, EXPIRY, 1 << 64 | 1, 4);
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_ROUNDS_FAILED), "recorded");
    }

    function test_RevertWhen_AnOldGapIsPassedOffAsTheLatest() public {
        // Rounds 2 and 3 exist; the feed lost round 5 long before the window. Nobody can begin there.
        RoundTable feed = _table();
        feed.set(1 << 64 | 4, 2000e8, FROM - 20 minutes);
        feed.set(1 << 64 | 6, 3000e8, FROM - 10 minutes);
        feed.set(1 << 64 | 7, 3000e8, EXPIRY);
        vm.warp(EXPIRY + 1 days);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.RoundMissing.selector, (1 << 64) + 5));
        settlement.prove(ETH, EXPIRY, 1 << 64 | 4, 4);
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_OPEN), "nothing recorded");
    }

    // Ring

    function test_RevertWhen_TheRoundsStillServe() public {
        _dense(FROM - 1 hours, EXPIRY + 1 minutes, 3000);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.RoundsStillServe.selector, 1, EXPIRY));
        settlement.proveFromRing(ETH, EXPIRY);
    }

    function test_ASequencerOutageAcrossExpiry() public {
        _dense(FROM - 1 hours, FROM + 10 minutes, 3000);
        // Down from there to long after expiry; when it is back, the feed's first round is at another price.
        vm.warp(EXPIRY + 20 minutes);
        sequencer.pushAt(1, FROM + 12 minutes);
        sequencer.pushAt(0, EXPIRY + 19 minutes);
        uint80 last = _round(2000, EXPIRY + 20 minutes);
        spot.observe(ETH);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.WindowNotCovered.selector, FROM, EXPIRY));
        settlement.prove(ETH, EXPIRY, last - 1, 2);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.WindowNotCovered.selector, FROM, EXPIRY));
        settlement.proveFromRing(ETH, EXPIRY);

        vm.warp(EXPIRY + 6 hours);
        settlement.rescue(ETH, EXPIRY, wad(2900));
        _priceIs(2900e18);
    }

    function test_AShortOutageMeansTheRing() public {
        _dense(FROM - 2 hours, EXPIRY + 2 minutes, 3000);
        sequencer.pushAt(1, FROM + 12 minutes);
        sequencer.pushAt(0, FROM + 13 minutes);
        settlement.proveFromRing(ETH, EXPIRY);
        _priceIs(3000e18);
    }

    function testFuzz_OutagesAfterExpiryChangeNothing(uint256 outages) public {
        (uint80 first,) = _fourRounds();
        vm.warp(EXPIRY + 1 days);
        outages = bound(outages, 0, 15);
        for (uint256 i = 0; i < outages; ++i) {
            sequencer.pushAt(1, EXPIRY + i * 10 minutes);
            sequencer.pushAt(0, EXPIRY + i * 10 minutes + 5 minutes);
        }
        settlement.prove(ETH, EXPIRY, first, 4);
        assertTrue(_proposed(), "the window was up");
    }

    // Finality

    function test_NothingIsFinalBeforeTheDisputeWindow() public {
        (uint80 first,) = _fourRounds();
        (Wad none, uint40 never) = settlement.price(ETH, EXPIRY);
        assertEq(Wad.unwrap(none) + never, 0, "no price before the proof");
        settlement.prove(ETH, EXPIRY, first, 4);
        (, uint40 finalAt) = settlement.price(ETH, EXPIRY);
        assertEq(finalAt, vm.getBlockTimestamp() + 2 hours, "two hours");
    }

    function test_FreezeThenReplace() public {
        uint40 finalAt = _prove();
        settlement.freeze(ETH, EXPIRY);
        (, uint40 frozenUntil) = settlement.price(ETH, EXPIRY);
        assertEq(frozenUntil, vm.getBlockTimestamp() + 7 days, "a week at most");
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_FROZEN), "frozen");
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyFrozen.selector, 1, EXPIRY));
        settlement.freeze(ETH, EXPIRY);

        skip(10 minutes);
        settlement.replace(ETH, EXPIRY, wad(3060));
        (Wad price, uint40 replacedFinal) = settlement.price(ETH, EXPIRY);
        assertEq(Wad.unwrap(price), 3060e18, "replaced");
        assertEq(replacedFinal, finalAt, "what was left of the window before the freeze");
        assertEq(Wad.unwrap(settlement.settlement(ETH, EXPIRY).average), 3000e18, "the average stays on record");
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyReplaced.selector, 1, EXPIRY));
        settlement.replace(ETH, EXPIRY, wad(3000));
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyFrozen.selector, 1, EXPIRY));
        settlement.freeze(ETH, EXPIRY);
    }

    function test_AFreezeEndsByItself() public {
        _prove();
        settlement.freeze(ETH, EXPIRY);
        skip(7 days);
        (Wad price, uint40 finalAt) = settlement.price(ETH, EXPIRY);
        assertEq(Wad.unwrap(price), 3000e18, "the proven price");
        assertLe(finalAt, vm.getBlockTimestamp(), "is final");
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyFinal.selector, 1, EXPIRY));
        settlement.replace(ETH, EXPIRY, wad(3001));
    }

    function test_RevertWhen_FinalOrNotProposed() public {
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.NotProposed.selector, 1, EXPIRY));
        settlement.freeze(ETH, EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.NotProposed.selector, 1, EXPIRY));
        settlement.replace(ETH, EXPIRY, wad(3000));
        vm.warp(_prove());
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyFinal.selector, 1, EXPIRY));
        settlement.freeze(ETH, EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyFinal.selector, 1, EXPIRY));
        settlement.replace(ETH, EXPIRY, wad(3000));
    }

    function testFuzz_ReplacementIsBounded(uint256 price) public {
        _prove();
        price = bound(price, 0, 10_000e18);
        if (price < 2940e18 || price > 3060e18) {
            vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.TooFar.selector, price, 3000e18, uint256(0.02e18)));
        }
        settlement.replace(ETH, EXPIRY, Wad.wrap(price));
    }

    function test_RescueOnlyAfterSixHoursAndNearTheLastObservation() public {
        _observeAt(START);
        _round(3000, FROM - 1 minutes);
        spot.observe(ETH);
        vm.warp(EXPIRY + 6 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.RescueTooEarly.selector, EXPIRY, EXPIRY + 6 hours));
        settlement.rescue(ETH, EXPIRY, wad(3000));
        vm.warp(EXPIRY + 6 hours);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.TooFar.selector, 2249e18, 3000e18, uint256(0.25e18)));
        settlement.rescue(ETH, EXPIRY, wad(2249));
        settlement.rescue(ETH, EXPIRY, wad(2250));
        _priceIs(2250e18);
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_PROPOSED), "and can be disputed");
        settlement.freeze(ETH, EXPIRY);
        settlement.replace(ETH, EXPIRY, wad(2295));
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_REPLACED), "within the bound of the rescue price");
    }

    function test_RescueDoesNotCloseTheWayToAProof() public {
        (uint80 first,) = _fourRounds();
        vm.warp(EXPIRY + 7 hours);
        settlement.prove(ETH, EXPIRY, first, 4);
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.AlreadyProposed.selector, 1, EXPIRY));
        settlement.rescue(ETH, EXPIRY, wad(3000));
    }

    function test_RevertWhen_CallerHasNoRole() public {
        _prove();
        bytes memory denied = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbeef));
        vm.startPrank(address(0xbeef));
        vm.expectRevert(denied);
        settlement.freeze(ETH, EXPIRY);
        vm.expectRevert(denied);
        settlement.replace(ETH, EXPIRY, wad(3000));
        vm.expectRevert(denied);
        settlement.rescue(ETH, EXPIRY, wad(3000));
        vm.expectRevert(denied);
        settlement.setParams(SettlementParams(2 hours, Wad.wrap(0), Wad.wrap(0)));
        vm.stopPrank();
    }

    function test_RevertWhen_AParameterIsOutsideItsBox() public {
        _refused(SettlementParams(1 minutes - 1, Wad.wrap(0), Wad.wrap(0)), "disputeWindow", 59, 60, 1 days);
        _refused(SettlementParams(1 days + 1, Wad.wrap(0), Wad.wrap(0)), "disputeWindow", 1 days + 1, 60, 1 days);
        _refused(SettlementParams(1 hours, Wad.wrap(0.11e18), Wad.wrap(0)), "replaceBound", 0.11e18, 0, 0.1e18);
        _refused(SettlementParams(1 hours, Wad.wrap(0), Wad.wrap(0.51e18)), "rescueBound", 0.51e18, 0, 0.5e18);
        settlement.setParams(SettlementParams(1 minutes, Wad.wrap(0.1e18), Wad.wrap(0.5e18)));
        assertEq(settlement.params().disputeWindow, 1 minutes, "set");
    }

    function test_TighteningOnlyTightens() public {
        _looser(
            SettlementParams(2 hours - 1, Wad.wrap(0.02e18), Wad.wrap(0.25e18)), "disputeWindow", 2 hours - 1, 2 hours
        );
        _looser(SettlementParams(2 hours, Wad.wrap(0.03e18), Wad.wrap(0.25e18)), "replaceBound", 0.03e18, 0.02e18);
        _looser(SettlementParams(2 hours, Wad.wrap(0.02e18), Wad.wrap(0.26e18)), "rescueBound", 0.26e18, 0.25e18);
        _prove();
        uint40 finalAt = settlement.settlement(ETH, EXPIRY).finalAt;
        settlement.tightenParams(SettlementParams(1 days, Wad.wrap(0), Wad.wrap(0.1e18)));
        assertEq(
            keccak256(abi.encode(settlement.params())), keccak256(abi.encode(1 days, uint256(0), 0.1e18)), "as given"
        );
        assertEq(settlement.settlement(ETH, EXPIRY).finalAt, finalAt, "a price already proposed keeps its time");
        vm.prank(address(0xbeef));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbeef)));
        settlement.tightenParams(SettlementParams(1 days, Wad.wrap(0), Wad.wrap(0.1e18)));
    }

    // Helpers

    function _looser(SettlementParams memory p, bytes32 what, uint256 given, uint256 current) private {
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.NotTighter.selector, what, given, current));
        settlement.tightenParams(p);
    }

    /// @dev The feed rounds of a market whose rounds are a table; observed long before the window.
    function _table() private returns (RoundTable feed) {
        feed = new RoundTable();
        SpotSources memory s = defaults();
        s.primary = address(feed);
        spot.setMarket(ETH, s);
        feed.set(uint80(1) << 64, 3000e8, START);
        spot.observe(ETH);
        vm.warp(EXPIRY);
    }

    /// @return first the last round before the window
    /// @return second the next one
    function _fourRounds() private returns (uint80 first, uint80 second) {
        _observeAt(START);
        first = _round(3000, FROM - 10 minutes);
        second = _round(3000, FROM + 5 minutes);
        _round(3000, EXPIRY);
        _round(3000, EXPIRY + 1);
    }

    function _prove() private returns (uint40 finalAt) {
        (uint80 first,) = _fourRounds();
        settlement.prove(ETH, EXPIRY, first, 4);
        (, finalAt) = settlement.price(ETH, EXPIRY);
    }

    /// @dev One round and one observation a minute.
    function _dense(uint256 from, uint256 to, uint256 price) private {
        for (uint256 t = from; t <= to; t += 1 minutes) {
            _round(price, t);
            secondary.push(int256(price * 1e18));
            spot.observe(ETH);
        }
    }

    function _failsThenRing() private {
        uint80 first;
        for (uint80 id = uint80(1) << 64 | 1;; ++id) {
            (,,, uint256 updatedAt,) = primary.getRoundData(id);
            if (updatedAt > FROM) break;
            first = id;
        }
        settlement.prove(ETH, EXPIRY, first, 60);
        assertEq(_state(), SettlementState.unwrap(SETTLEMENT_ROUNDS_FAILED), "recorded");
        settlement.proveFromRing(ETH, EXPIRY);
        _priceIs(3000e18);
    }

    function _observeAt(uint256 time) private {
        if (primary.latestRound(primary.phaseId()) == 0) primary.pushAt(3000e8, START);
        vm.warp(time);
        spot.observe(ETH);
    }

    function _round(uint256 price, uint256 time) private returns (uint80) {
        if (time > vm.getBlockTimestamp()) vm.warp(time);
        return primary.pushAt(int256(price * ONE), time);
    }

    function _state() private view returns (uint256) {
        return SettlementState.unwrap(settlement.settlement(ETH, EXPIRY).state);
    }

    function _proposed() private view returns (bool) {
        return _state() >= SettlementState.unwrap(SETTLEMENT_PROPOSED);
    }

    function _priceIs(uint256 expected) private view {
        (Wad price, uint40 finalAt) = settlement.price(ETH, EXPIRY);
        assertEq(Wad.unwrap(price), expected, "settlement price");
        assertEq(finalAt, vm.getBlockTimestamp() + 2 hours, "final after the dispute window");
    }

    function _refused(SettlementParams memory p, bytes32 what, uint256 value, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(ISettlementOracle.OutOfBounds.selector, what, value, least, most));
        settlement.setParams(p);
    }
}
