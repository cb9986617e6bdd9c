// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {ExpiryList} from "../../../src/oracle/ExpiryList.sol";
import {HalfSpread} from "../../../src/oracle/HalfSpread.sol";
import {TermStructure} from "../../../src/oracle/TermStructure.sol";
import {VolTrail} from "../../../src/oracle/VolTrail.sol";
import {SviSlice} from "../../../src/types/SviSlice.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

contract OracleLibrariesTest is Test {
    using ExpiryList for uint256;

    uint256 internal constant NOW = 1_800_000_000;

    // Half-spread: h0 + z·xi·sqrt(age) + beta·|ln(S / S_report)|

    function test_HalfSpreadAddsAgeAndMove() public pure {
        SurfaceSlice memory s = SurfaceSlice(SviSlice.wrap(0), Wad.wrap(1e18), Wad.wrap(3000e18), 0, uint40(NOW));
        Wad h = HalfSpread.halfSpread(s, Wad.wrap(3000e18), NOW, Wad.wrap(0.005e18), Wad.wrap(2e18), Wad.wrap(0.5e18));
        assertEq(Wad.unwrap(h), 0.005e18, "fresh and unmoved: the base");
        h = HalfSpread.halfSpread(
            s, Wad.wrap(3000e18), NOW + 31_536, Wad.wrap(0.005e18), Wad.wrap(2e18), Wad.wrap(0.5e18)
        );
        // a thousandth of a year: 2 · sqrt(0.001) = 0.0632455532…
        assertApproxEqAbs(Wad.unwrap(h), 0.005e18 + 63_245_553_203_367_586, 10, "age");
        h = HalfSpread.halfSpread(s, Wad.wrap(3300e18), NOW, Wad.wrap(0.005e18), Wad.wrap(2e18), Wad.wrap(0.5e18));
        // ln 1.1 = 0.0953101798…
        assertApproxEqAbs(Wad.unwrap(h), 0.005e18 + 47_655_089_902_162_430, 100, "move up");
    }

    function testFuzz_HalfSpreadIsSymmetricAndNeverBelowTheBase(uint256 spot, uint256 age) public pure {
        spot = bound(spot, 1e18, 1e24);
        age = bound(age, 0, 365 days);
        SurfaceSlice memory s = SurfaceSlice(SviSlice.wrap(0), Wad.wrap(1e18), Wad.wrap(3000e18), 0, uint40(NOW));
        SurfaceSlice memory mirror = SurfaceSlice(SviSlice.wrap(0), Wad.wrap(1e18), Wad.wrap(spot), 0, uint40(NOW));
        uint256 there = Wad.unwrap(
            HalfSpread.halfSpread(s, Wad.wrap(spot), NOW + age, Wad.wrap(1e15), Wad.wrap(1e18), Wad.wrap(1e18))
        );
        uint256 back = Wad.unwrap(
            HalfSpread.halfSpread(mirror, Wad.wrap(3000e18), NOW + age, Wad.wrap(1e15), Wad.wrap(1e18), Wad.wrap(1e18))
        );
        assertApproxEqAbs(there, back, 1e5, "up and down cost the same");
        assertGe(there, 1e15, "never below the base");
    }

    // Volatility trail

    function testFuzz_TheTrailReachesBackTenMinutesHoweverOftenItIsPushed(uint256 seed) public {
        vm.setSeed(seed);
        uint256 trail;
        uint256[] memory times = new uint256[](300);
        uint256 time = NOW;
        for (uint256 i = 0; i < 300; ++i) {
            times[i] = time;
            trail = VolTrail.push(trail, time, i * 1e12 + 1e12);
            if (time >= NOW + 15 minutes) {
                uint256 index = VolTrail.before(trail, time) / 1e12 - 1;
                assertLe(times[index], time - 10 minutes, "in force ten minutes ago or before");
                uint256 next = index;
                while (next < i && times[next] <= time - 10 minutes - VolTrail.SPACING) ++next;
                assertLe(next, index + 1 + _within(times, index, i), "and no older than a sample before that");
            }
            time += vm.randomUint(1, 60);
        }
    }

    function test_TheTrailOfOneSampleIsThatSample() public pure {
        assertEq(VolTrail.before(0, NOW), 0, "none");
        uint256 trail = VolTrail.push(0, NOW, 0.6e18);
        assertEq(VolTrail.before(trail, NOW), 0.6e18, "even when it is young");
        assertEq(VolTrail.before(VolTrail.push(trail, NOW + 1, 0.9e18), NOW + 1), 0.6e18, "not the newest");
        assertEq(VolTrail.before(VolTrail.push(trail, NOW + 1 days, 0.9e18), NOW + 1 days), 0.6e18, "the one before");
    }

    // Expiries

    function testFuzz_ExpiriesStayAscendingAndPrune(uint256 seed) public {
        vm.setSeed(seed);
        uint256 list;
        uint256 start = NOW / 1 days * 1 days + 8 hours;
        uint256 count;
        for (uint256 i = 0; i < 16; ++i) {
            uint40 expiry = uint40(start + vm.randomUint(0, 40) * 1 days);
            uint256 index = list.indexOf(expiry);
            if (list.get(index) == expiry) continue;
            list = list.insert(index, expiry);
            ++count;
            assertEq(list.get(list.indexOf(expiry)), expiry, "found again");
        }
        assertEq(list.length(), count, "as many as were put in");
        for (uint256 i = 1; i < count; ++i) {
            assertGt(list.get(i), list.get(i - 1), "ascending");
        }
        uint256 cut = start + vm.randomUint(0, 45) * 1 days;
        uint256 left;
        for (uint256 i = 0; i < count; ++i) {
            if (list.get(i) > cut) ++left;
        }
        assertEq(list.prune(cut).length(), left, "what has passed is gone");
    }

    // Term structure

    function testFuzz_BetweenStaysBetweenAndMeetsTheEnds(uint256 time, uint256 near, uint256 far) public pure {
        near = bound(near, 0, 1e20);
        far = bound(far, near, 2e20);
        time = bound(time, NOW + 7 days, NOW + 14 days);
        uint256 w = TermStructure.between(NOW, time, NOW + 7 days, near, NOW + 14 days, far);
        assertGe(w, near, "not below the nearer");
        assertLe(w, far, "not above the farther");
        assertEq(
            TermStructure.between(NOW, NOW + 7 days, NOW + 7 days, near, NOW + 14 days, far), near, "at the nearer"
        );
        assertEq(
            TermStructure.between(NOW, NOW + 14 days, NOW + 7 days, near, NOW + 14 days, far), far, "at the farther"
        );
    }

    /// @dev How many pushes after `index` fell within one spacing of it.
    function _within(uint256[] memory times, uint256 index, uint256 last) private pure returns (uint256 n) {
        for (uint256 i = index + 1; i <= last && times[i] < times[index] + VolTrail.SPACING + 60; ++i) {
            ++n;
        }
    }
}
