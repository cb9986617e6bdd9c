// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISurfaceOracle, SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {ExpiryList} from "../../../src/oracle/ExpiryList.sol";
import {SliceRanges} from "../../../src/oracle/SliceRanges.sol";
import {TermStructure} from "../../../src/oracle/TermStructure.sol";
import {VolTrail} from "../../../src/oracle/VolTrail.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

contract Ranges {
    function check(SliceReport calldata r) external pure {
        SliceRanges.check(r);
    }
}

contract OracleLibrariesTest is Test {
    using ExpiryList for uint256;

    uint256 internal constant NOW = 1_800_000_000;

    // Ranges

    /// @dev b (1 + |rho|) <= 2, to the last digit.
    function testFuzz_LeesBoundToTheLastDigit(int256 rho) public {
        Ranges ranges = new Ranges();
        rho = bound(rho, -SVI_ONE + 1, SVI_ONE - 1);
        int256 most = 2 * SVI_ONE * SVI_ONE / (SVI_ONE + (rho < 0 ? -rho : rho));
        SliceReport memory r = _report(sviSlice(SVI_ONE, most, rho, 0, SVI_ONE));
        ranges.check(r);
        r.svi = sviSlice(SVI_ONE, most + 1, rho, 0, SVI_ONE);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.SliceOutOfRange.selector, 1, uint40(NOW)));
        ranges.check(r);
    }

    function _report(SviSlice svi) private pure returns (SliceReport memory) {
        return SliceReport(MarketId.wrap(1), uint40(NOW), uint40(NOW - 1), svi, Wad.wrap(1e18), Wad.wrap(3000e18));
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
