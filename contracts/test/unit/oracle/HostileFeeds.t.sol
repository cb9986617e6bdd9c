// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ORACLE_DOWN,
    ORACLE_OPEN,
    ORACLE_REDUCE_ONLY,
    OracleMode,
    SpotRead,
    SpotSources
} from "../../../src/interfaces/ISpotOracle.sol";
import {FEED_GAS, NotEnoughGas} from "../../../src/oracle/FeedReader.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {HostileFeed} from "../../utils/mocks/oracle/HostileFeed.sol";
import {OracleBase} from "./OracleBase.sol";

/// @notice A source that reverts, returns garbage or burns gas degrades to the documented mode, within bounded gas, and
/// nobody but the source decides that it failed.
contract HostileFeedsTest is OracleBase {
    uint256 internal constant READ_BOUND = 2 * FEED_GAS + 50_000;
    uint256 internal constant OBSERVE_BOUND = 4 * FEED_GAS + 250_000;

    HostileFeed internal first;
    HostileFeed internal second;
    HostileFeed internal third;

    function setUp() public override {
        super.setUp();
        (first, second, third) = (new HostileFeed(8), new HostileFeed(18), new HostileFeed(0));
        SpotSources memory s = defaults();
        (s.primary, s.secondary, s.sequencer) = (address(first), address(second), address(third));
        spot.setMarket(ETH, s);
        first.set(1 << 64 | 1, 3000e8, START, 1 << 64 | 1);
        second.set(1 << 64 | 1, 3000e18, START, 1 << 64 | 1);
        third.set(1 << 64 | 1, 0, START - 1 days, 1 << 64 | 1);
        assertEq(OracleMode.unwrap(spot.observe(ETH).mode), OracleMode.unwrap(ORACLE_OPEN), "open while honest");
    }

    function testFuzz_AnyFaultOfThePrimary(uint256 fault) public {
        first.setFault(bound(fault, 1, first.FAULTS() - 1));
        SpotRead memory read = _read();
        _mode(read, ORACLE_REDUCE_ONLY);
        assertEq(Wad.unwrap(read.mark), 3000e18, "the secondary's price");
        _mode(_observe(), ORACLE_REDUCE_ONLY);
    }

    function testFuzz_AnyFaultOfTheSecondary(uint256 fault) public {
        second.setFault(bound(fault, 1, second.FAULTS() - 1));
        _mode(_read(), ORACLE_OPEN); // a trade does not touch it
        _mode(_observe(), ORACLE_REDUCE_ONLY);
        _mode(_read(), ORACLE_REDUCE_ONLY);
    }

    function testFuzz_AnyFaultOfTheSequencerFeed(uint256 fault) public {
        third.setFault(bound(fault, 1, third.FAULTS() - 1));
        _mode(_read(), ORACLE_OPEN);
        _mode(_observe(), ORACLE_DOWN);
        _mode(_read(), ORACLE_DOWN);
    }

    function testFuzz_AnyFaultsOfAll(uint256 a, uint256 b, uint256 c) public {
        first.setFault(bound(a, 1, first.FAULTS() - 1));
        second.setFault(bound(b, 1, second.FAULTS() - 1));
        third.setFault(bound(c, 0, third.FAULTS() - 1));
        _mode(_read(), ORACLE_DOWN);
        _mode(_observe(), ORACLE_DOWN);
        assertEq(Wad.unwrap(spot.read(ETH).average), 3000e18, "the average is kept");
    }

    function test_AFeedWithoutCode() public {
        vm.etch(address(first), "");
        _mode(_read(), ORACLE_REDUCE_ONLY);
        vm.etch(address(second), "");
        _mode(_read(), ORACLE_DOWN);
    }

    function testFuzz_AnyAnswerAtAll(uint80 id, int256 answer, uint256 updatedAt, uint80 answeredIn) public {
        first.set(id, answer, updatedAt, answeredIn);
        SpotRead memory read = _observe();
        uint256 now_ = vm.getBlockTimestamp();
        bool usable = answer > 0 && uint256(answer) <= type(uint96).max / 1e10 && updatedAt != 0 && updatedAt <= now_
            && now_ - updatedAt <= HEARTBEAT && answeredIn >= id;
        assertEq(Wad.unwrap(read.mark), usable ? uint256(answer) * 1e10 : 3000e18, "usable, or the secondary");
    }

    function test_IncompleteFutureAndCarriedOverAnswers() public {
        first.set(5, 2000e8, 0, 5);
        assertEq(Wad.unwrap(_read().mark), 3000e18, "no time: incomplete");
        first.set(5, 2000e8, START + 1, 5);
        assertEq(Wad.unwrap(_read().mark), 3000e18, "from the future");
        first.set(5, 2000e8, START, 4);
        assertEq(Wad.unwrap(_read().mark), 3000e18, "answered in an earlier round");
    }

    /// @dev With a sixty-fourth held back, a caller could starve the primary and pick the secondary's price.
    function testFuzz_RevertWhen_TheCallerStarvesAFeed(uint256 gas) public {
        first.setFault(first.BURNS_GAS());
        gas = bound(gas, 30_000, FEED_GAS);
        (bool ok, bytes memory result) = address(spot).staticcall{gas: gas}(abi.encodeCall(spot.read, (ETH)));
        assertFalse(ok, "starved reads revert");
        if (result.length != 0) assertEq(bytes32(result), bytes32(NotEnoughGas.selector), "and say so");
    }

    function testFuzz_AnHonestFeedIsNeverTakenForBroken(uint256 gas) public view {
        gas = bound(gas, 5_000, 2 * FEED_GAS);
        (bool ok, bytes memory result) = address(spot).staticcall{gas: gas}(abi.encodeCall(spot.read, (ETH)));
        if (ok) _mode(abi.decode(result, (SpotRead)), ORACLE_OPEN);
    }

    function _read() private view returns (SpotRead memory read) {
        uint256 before = gasleft();
        read = spot.read(ETH);
        assertLe(before - gasleft(), READ_BOUND, "read in bounded gas");
    }

    function _observe() private returns (SpotRead memory read) {
        uint256 before = gasleft();
        read = spot.observe(ETH);
        assertLe(before - gasleft(), OBSERVE_BOUND, "observe in bounded gas");
    }

    function _mode(SpotRead memory read, OracleMode expected) private pure {
        assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(expected), "mode");
    }
}
