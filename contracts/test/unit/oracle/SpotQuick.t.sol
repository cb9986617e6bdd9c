// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {
    FAULT_DIVERGED,
    FAULT_PRIMARY,
    FAULT_QUICK,
    FAULT_QUICK_OUTAGE,
    FAULT_WIDE,
    ISpotOracle,
    ORACLE_ATTACH,
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
import {FEED_GAS, NotEnoughGas} from "../../../src/oracle/FeedReader.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {HostileFeed} from "../../utils/mocks/oracle/HostileFeed.sol";
import {QuickBase} from "./QuickBase.sol";

/// @notice Behaviour.
/// read, given a quick source
/// ├── given its price at most `quickAge` old and within the second tier of the pushed mark: that is the mark
/// │   └── and tiers, checkpoint and a dead primary count as they do without it
/// ├── given it older, or further away: attach, at the pushed mark
/// ├── given none of the last `quickOutage`, or none that is one: reduce-only at the pushed mark
/// └── given no pushed mark, or the sequencer down: down
/// pushedMode: as without a quick source, whatever that one does
/// observe: the quick price never enters ring, average or settlement
/// setMarket, tightenQuickAge
/// └── when a value is outside its box, or looser, or there is no quick source: reverts
contract SpotQuickTest is QuickBase {
    uint256 internal constant READ_BOUND = 3 * FEED_GAS + 50_000;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i <= 90; ++i) {
            vm.warp(START + i * 30);
            if (i % 20 == 0 || i == 90) pushBoth(3000);
            if (i % 2 == 0) spot.observe(ETH);
        }
        spot.setMarket(ETH, quickSources());
    }

    // Which price

    function test_AFreshPriceNearThePushedOneIsTheMark() public {
        relayPrice(3006);
        _is(ORACLE_OPEN, 3006, 0);
        assertEq(spot.read(ETH).markUpdatedAt, vm.getBlockTimestamp(), "when it was signed");
        skip(QUICK_AGE);
        _is(ORACLE_OPEN, 3006, 0);
    }

    function test_AnOlderOneMeansAttach() public {
        relayPrice(3006);
        skip(QUICK_AGE + 1);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_QUICK));
        assertEq(spot.read(ETH).markUpdatedAt, START + 45 minutes, "the primary's time");
        relayPrice(3009);
        _is(ORACLE_OPEN, 3009, 0);
    }

    function test_AfterAnOutageTheMarketGoesOnReduceOnly() public {
        relayPrice(3006);
        skip(QUICK_OUTAGE);
        spot.observe(ETH);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_QUICK));
        skip(1);
        _is(ORACLE_REDUCE_ONLY, 3000, SpotFault.unwrap(FAULT_QUICK_OUTAGE));
        relayPrice(3006);
        _is(ORACLE_OPEN, 3006, 0);
    }

    function test_BeforeAnyPriceTheMarketIsReduceOnly() public view {
        _is(ORACLE_REDUCE_ONLY, 3000, SpotFault.unwrap(FAULT_QUICK_OUTAGE));
    }

    /// @dev Signers move the mark by the second tier at most; beyond it nothing trades at either price.
    function test_APriceBeyondTheSecondTierFromThePushedOneTradesNothing() public {
        relayPrice(3045);
        assertEq(Wad.unwrap(spot.read(ETH).mark), 3045e18, "1.5 % away");
        skip(1);
        relayPrice(3046);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_QUICK));
        skip(1);
        relayPrice(2954);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_QUICK));
        skip(1);
        primary.push(2990e8);
        _is(ORACLE_REDUCE_ONLY, 2954, SpotFault.unwrap(FAULT_WIDE) | SpotFault.unwrap(FAULT_DIVERGED)); // of the average
    }

    function testFuzz_TheMarkIsEitherPriceAndNeverFarFromThePushedOne(uint256 price, uint256 pushed, uint256 age)
        public
    {
        pushed = bound(pushed, 1, 1e6);
        price = bound(price, pushed * 97 / 100 + 1, pushed * 103 / 100 + 1);
        age = bound(age, 0, 2 * QUICK_OUTAGE);
        primary.push(int256(pushed * ONE));
        relayPrice(price);
        skip(age);
        SpotRead memory read = spot.read(ETH);
        uint256 apart = (price > pushed ? price - pushed : pushed - price) * 1e18 / pushed;
        bool taken = age <= QUICK_AGE && apart <= 0.015e18;
        assertEq(Wad.unwrap(read.mark), (taken ? price : pushed) * 1e18, "the mark");
        if (age > QUICK_OUTAGE) {
            assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(ORACLE_REDUCE_ONLY), "outage");
        } else {
            assertEq(_attaches(read), !taken, "nothing trades exactly when it is not taken");
        }
    }

    // With the other sources

    function test_TiersLookAtTheMarkThatTrades() public {
        relayPrice(3012); // 0.4 % from the average
        _is(ORACLE_WIDE, 3012, SpotFault.unwrap(FAULT_WIDE));
        secondary.push(2960e18);
        skip(30);
        spot.observe(ETH);
        relayPrice(3012); // 1.76 % from the secondary, of which the primary is 1.35
        _is(ORACLE_REDUCE_ONLY, 3012, SpotFault.unwrap(FAULT_WIDE) | SpotFault.unwrap(FAULT_DIVERGED));
        skip(QUICK_AGE + 1);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_QUICK));
    }

    function test_WithADeadPrimaryTheSecondaryIsThePushedMark() public {
        primary.push(0);
        relayPrice(3006);
        _is(ORACLE_REDUCE_ONLY, 3006, SpotFault.unwrap(FAULT_PRIMARY));
        skip(QUICK_AGE + 1);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_PRIMARY) | SpotFault.unwrap(FAULT_QUICK));
    }

    function test_WithoutAPushedMarkNoQuickPriceHelps() public {
        primary.push(0);
        secondary.push(0);
        relayPrice(3000);
        assertEq(OracleMode.unwrap(spot.read(ETH).mode), OracleMode.unwrap(ORACLE_DOWN), "down");
        assertEq(Wad.unwrap(spot.read(ETH).mark), 0, "no mark");
    }

    function test_WithTheSequencerDownNoQuickPriceHelps() public {
        sequencer.push(1);
        spot.observe(ETH);
        relayPrice(3000);
        assertEq(OracleMode.unwrap(spot.read(ETH).mode), OracleMode.unwrap(ORACLE_DOWN), "down");
    }

    function test_ThePushedModeIsThatWithoutIt() public {
        _pushed(ORACLE_OPEN); // never relayed
        relayPrice(3012);
        _pushed(ORACLE_OPEN); // the mark is wide, the primary not
        skip(QUICK_AGE + 1);
        _pushed(ORACLE_OPEN); // attach
        primary.push(3012e8);
        _pushed(ORACLE_WIDE);
        primary.push(3060e8);
        _pushed(ORACLE_REDUCE_ONLY);
        primary.push(0);
        _pushed(ORACLE_REDUCE_ONLY);
        secondary.push(0);
        _pushed(ORACLE_DOWN);
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.UnknownMarket.selector, 9));
        spot.pushedMode(MarketId.wrap(9));
    }

    function testFuzz_NoQuickPriceEntersTheRing(uint256 seed) public {
        for (uint256 i = 0; i < 8; ++i) {
            skip(30);
            seed = uint256(keccak256(abi.encode(seed)));
            relayPrice(2960 + seed % 80);
            spot.observe(ETH);
        }
        uint40 now_ = uint40(vm.getBlockTimestamp());
        assertEq(Wad.unwrap(spot.averageOver(ETH, now_ - 240, now_)), 3000e18, "the primary's average");
        assertEq(Wad.unwrap(spot.read(ETH).average), 3000e18, "of the checkpoint");
        (Wad seen,) = spot.observedAt(ETH, now_);
        assertEq(Wad.unwrap(seen), 3000e18, "what a rescue would go by");
    }

    function test_HealthAndSourcesShowIt() public {
        relayPrice(3006);
        SpotHealth memory h = spot.health(ETH);
        assertEq(Wad.unwrap(h.quick), 3006e18, "price");
        assertEq(h.quickUpdatedAt, vm.getBlockTimestamp(), "time");
        assertEq(Wad.unwrap(h.primary), 3000e18, "beside the primary");
        skip(QUICK_OUTAGE + 1);
        h = spot.health(ETH);
        assertEq(Wad.unwrap(h.quick), 0, "none of the last outage");
        assertEq(h.quickUpdatedAt, vm.getBlockTimestamp() - QUICK_OUTAGE - 1, "and since when");
        SpotSources memory s = spot.sources(ETH);
        assertEq(s.quick, address(quick), "source");
        assertEq(s.quickAge, QUICK_AGE, "age");
        assertEq(s.quickOutage, QUICK_OUTAGE, "outage");
        spot.setMarket(ETH, defaults());
        h = spot.health(ETH);
        assertEq(Wad.unwrap(h.quick) + h.quickUpdatedAt + h.faults, 0, "none configured");
    }

    // A hostile source

    function testFuzz_AnyFaultOfTheQuickSource(uint256 fault) public {
        HostileFeed feed = _hostile();
        feed.setFault(bound(fault, 1, feed.FAULTS() - 1));
        uint256 before = gasleft();
        SpotRead memory read = spot.read(ETH);
        assertLe(before - gasleft(), READ_BOUND, "read in bounded gas");
        assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(ORACLE_REDUCE_ONLY), "an outage");
        assertEq(Wad.unwrap(read.mark), 3000e18, "at the pushed mark");
        assertEq(
            OracleMode.unwrap(spot.observe(ETH).mode), OracleMode.unwrap(ORACLE_REDUCE_ONLY), "observed all the same"
        );
        assertEq(Wad.unwrap(spot.health(ETH).quick), 0, "health survives it");
    }

    function testFuzz_AnyAnswerAtAll(uint80 id, int256 answer, uint256 updatedAt, uint80 answeredIn) public {
        HostileFeed feed = _hostile();
        if (updatedAt % 2 == 0) updatedAt = vm.getBlockTimestamp() - updatedAt % 700;
        if (answer > 0 && answer % 2 == 0) answer = bound(answer, 2990e8, 3060e8);
        feed.set(id, answer, updatedAt, answeredIn);
        SpotRead memory read = spot.read(ETH);
        uint256 now_ = vm.getBlockTimestamp();
        bool some = answer > 0 && uint256(answer) <= type(uint96).max / 1e10 && updatedAt != 0 && updatedAt <= now_
            && now_ - updatedAt <= QUICK_OUTAGE && answeredIn >= id;
        bool taken = some && now_ - updatedAt <= QUICK_AGE && answer >= 2955e8 && answer <= 3045e8;
        assertEq(Wad.unwrap(read.mark), taken ? uint256(answer) * 1e10 : 3000e18, "taken or not");
        assertEq(_attaches(read), some && !taken, "attach");
        if (!some) assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(ORACLE_REDUCE_ONLY), "outage");
    }

    /// @dev A caller with little gas must not turn attach into reduce-only by starving the source.
    function testFuzz_RevertWhen_TheCallerStarvesTheQuickSource(uint256 gas) public {
        HostileFeed feed = _hostile();
        feed.setFault(feed.BURNS_GAS());
        gas = bound(gas, 30_000, FEED_GAS);
        (bool ok, bytes memory result) = address(spot).staticcall{gas: gas}(abi.encodeCall(spot.read, (ETH)));
        assertFalse(ok, "starved reads revert");
        if (result.length != 0) assertEq(bytes32(result), bytes32(NotEnoughGas.selector), "and say so");
    }

    function testFuzz_AnHonestQuickSourceIsNeverTakenForBroken(uint256 gas) public {
        relayPrice(3006);
        gas = bound(gas, 5_000, 3 * FEED_GAS);
        (bool ok, bytes memory result) = address(spot).staticcall{gas: gas}(abi.encodeCall(spot.read, (ETH)));
        if (ok) assertEq(Wad.unwrap(abi.decode(result, (SpotRead)).mark), 3006e18, "the mark");
    }

    // Governed

    function test_RevertWhen_OutsideTheBox() public {
        SpotSources memory s = quickSources();
        s.quickAge = 0;
        _outside(s, "quickAge", 0, 1, 60);
        s.quickAge = 61;
        _outside(s, "quickAge", 61, 1, 60);
        s.quickAge = 60;
        s.quickOutage = 59;
        _outside(s, "quickOutage", 59, 60, 3600);
        s.quickOutage = 3601;
        _outside(s, "quickOutage", 3601, 60, 3600);
        s = defaults();
        s.quickAge = 5;
        _outside(s, "quickAge", 5, 0, 0);
        (s.quickAge, s.quickOutage) = (0, 60);
        _outside(s, "quickOutage", 60, 0, 0);
    }

    function test_TheAgeIsTightenedAndNotLoosened() public {
        spot.tightenQuickAge(ETH, 2);
        assertEq(spot.sources(ETH).quickAge, 2, "shorter");
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.NotTighter.selector, bytes32("quickAge"), 3, 2));
        spot.tightenQuickAge(ETH, 3);
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.OutOfBounds.selector, bytes32("quickAge"), 0, 1, 60));
        spot.tightenQuickAge(ETH, 0);
        relayPrice(3006);
        skip(3);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_QUICK));
        vm.prank(address(0xbad));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbad)));
        spot.tightenQuickAge(ETH, 1);
    }

    function test_RevertWhen_TighteningWhatIsNotThere() public {
        spot.setMarket(ETH, defaults());
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.NotTighter.selector, bytes32("quickAge"), 1, 0));
        spot.tightenQuickAge(ETH, 1);
    }

    function test_TighteningTheRestKeepsIt() public {
        spot.tightenMarket(ETH, 2 hours, 10 minutes, Wad.wrap(0.002e18), Wad.wrap(0.01e18));
        assertEq(spot.sources(ETH).quickAge, QUICK_AGE, "still there");
        relayPrice(3031);
        _is(ORACLE_ATTACH, 3000, SpotFault.unwrap(FAULT_QUICK));
    }

    function _hostile() private returns (HostileFeed feed) {
        feed = new HostileFeed(8);
        feed.set(1, 3006e8, vm.getBlockTimestamp(), 1);
        SpotSources memory s = quickSources();
        s.quick = address(feed);
        spot.setMarket(ETH, s);
        assertEq(Wad.unwrap(spot.read(ETH).mark), 3006e18, "taken while honest");
    }

    function _outside(SpotSources memory s, bytes32 what, uint256 value, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(ISpotOracle.OutOfBounds.selector, what, value, least, most));
        spot.setMarket(ETH, s);
    }

    function _attaches(SpotRead memory read) private pure returns (bool) {
        return OracleMode.unwrap(read.mode) == OracleMode.unwrap(ORACLE_ATTACH);
    }

    function _pushed(OracleMode mode) private view {
        assertEq(OracleMode.unwrap(spot.pushedMode(ETH)), OracleMode.unwrap(mode), "pushed mode");
    }

    function _is(OracleMode mode, uint256 mark, uint8 faults) private view {
        SpotHealth memory h = spot.health(ETH);
        SpotRead memory read = spot.read(ETH);
        assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(mode), "mode");
        assertEq(Wad.unwrap(read.mark), mark * 1e18, "mark");
        assertEq(h.faults, faults, "faults");
        assertEq(OracleMode.unwrap(h.read.mode), OracleMode.unwrap(mode), "health has the same mode");
        assertEq(Wad.unwrap(h.read.mark), mark * 1e18, "and the same mark");
    }
}
