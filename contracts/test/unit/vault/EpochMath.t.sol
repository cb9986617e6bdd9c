// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochMath} from "../../../src/vault/EpochMath.sol";
import {Test} from "../../utils/Test.sol";

contract EpochMathTest is Test {
    uint256 private constant MAX_TIME = type(uint40).max / 2;
    uint256 private constant MIN_PERIOD = 1 hours;
    uint256 private constant MAX_PERIOD = 28 days;

    /// @dev 20 November 2026 is a Friday; 08:30 UTC of that day.
    uint256 private constant FRIDAY_0830 = 1_795_163_400;

    function test_DailyCutOffIsTheNextOneAtItsTimeOfDay() public pure {
        assertEq(EpochMath.nextCutOff(FRIDAY_0830 - 1, 1 days, 8.5 hours), FRIDAY_0830);
        assertEq(EpochMath.nextCutOff(FRIDAY_0830, 1 days, 8.5 hours), FRIDAY_0830 + 1 days, "not the present instant");
        assertEq(EpochMath.nextCutOff(FRIDAY_0830 + 5 hours, 1 days, 8.5 hours), FRIDAY_0830 + 1 days);
    }

    function test_WeeklyCutOffFallsOnFriday() public pure {
        // 1 January 1970 was a Thursday.
        assertEq(EpochMath.nextCutOff(FRIDAY_0830 - 6 days, 7 days, 1 days + 8.5 hours), FRIDAY_0830);
    }

    function test_NextCutOffBeforeTheFirstPhase() public pure {
        assertEq(EpochMath.nextCutOff(0, 10 hours, 3 hours), 3 hours);
        assertEq(EpochMath.nextCutOff(0, 10 hours, 0), 10 hours);
    }

    function testFuzz_NextCutOffIsTheFirstOfItsPhaseAfterNow(uint256 now_, uint256 period, uint256 phase) public pure {
        now_ = bound(now_, 0, MAX_TIME);
        period = bound(period, MIN_PERIOD, MAX_PERIOD);
        phase = bound(phase, 0, period - 1);

        uint256 next = EpochMath.nextCutOff(now_, period, phase);

        assertEq(next % period, phase, "on the phase");
        assertGt(next, now_, "in the future");
        assertLe(next - now_, period, "the first one");
    }
}
