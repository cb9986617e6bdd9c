// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISurfaceOracle, SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {Svi} from "../../../src/math/Svi.sol";
import {SliceRanges} from "../../../src/oracle/SliceRanges.sol";
import {SliceRounding} from "../../../src/oracle/SliceRounding.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {SliceWord} from "../../../src/types/SliceWord.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

contract SliceCheck {
    function check(SliceReport calldata r) external pure {
        SliceRanges.check(r);
    }
}

/// @notice Behaviour.
/// nearest
/// ├── moves a number by half of its step at the most, up where it is halfway
/// ├── leaves what a word holds as it is
/// └── a number that leaves its field falls out of its range
/// pack
/// ├── holds every slice that passes the checks of ranges, borders included
/// └── gives the kernel what it makes of the five fields
contract SliceWordTest is Test {
    // Of what is kept, half a step in Q40
    int256 private constant HALF_A = 2 ** 6;
    int256 private constant HALF_B = 2 ** 12;
    int256 private constant HALF_RHO = 2 ** 15;
    int256 private constant HALF_M = 2 ** 13;
    int256 private constant HALF_SIGMA = 2 ** 14;
    uint256 private constant RATIO_STEP = uint256(1e18) / 2 ** 27 + 1;
    uint256 private constant LAST = 2 ** 28 - 1;
    uint40 private constant NOW = 1_800_000_000;

    SliceCheck private _ranges = new SliceCheck();

    function test_TheBordersFit() public {
        int256 one = SVI_ONE;
        uint40 far = NOW + uint40(LAST);
        assertTrue(_fits(_report(sviSlice(16 * one, 2 * one, 0, 4 * one, 8 * one), 2e18, far)), "highest");
        assertTrue(_fits(_report(sviSlice(16 * one, one, one - 2 ** 16, -4 * one, 8 * one), 0.5e18, NOW + 1)), "tilted");
        assertTrue(_fits(_report(sviSlice(-16 * one + one / 1000, 2 * one, 0, 0, 8 * one), 1e18, far)), "lowest");
        assertTrue(_fits(_report(sviSlice(2 ** 7, 0, -one + 2 ** 16, 0, 34 << 15), 1e18, far)), "sharpest");
        SliceReport memory r = _report(sviSlice(one, one, 0, 0, one), 1e18, far);
        r.spotAtReport = Wad.wrap(uint256(2 ** 22 - 1) << 74); // the last below 2^96
        assertTrue(_fits(r), "dearest");
        r.spotAtReport = Wad.wrap(1);
        assertTrue(_fits(r), "cheapest");
        _refused(_report(sviSlice(one, one, 0, 0, one), 1e18, far + 1));
        _refused(_report(sviSlice(one, one, 0, 0, one), 1e18, NOW));
    }

    /// @dev Whatever is reported is either refused by its ranges or comes back from its word as it was checked.
    function testFuzz_WhatPassesTheRangesFits(uint256 seed) public {
        vm.setSeed(seed);
        SviSlice svi = sviSlice(
            _near(17 * SVI_ONE), _near(3 * SVI_ONE), _near(SVI_ONE + 2 ** 17), _near(5 * SVI_ONE), _near(9 * SVI_ONE)
        );
        if (seed % 8 == 0) svi = SviSlice.wrap(vm.randomUint());
        uint256 ratio = seed % 16 == 0 ? vm.randomUint() : vm.randomUint(0.45e18, 2.1e18);
        uint256 lifetime = seed % 4 == 0 ? vm.randomUint(LAST - 10, LAST + 10) : vm.randomUint(1, LAST);
        _fits(_report(svi, ratio, NOW + uint40(lifetime)));
    }

    /// @dev The same of slices that pass, but for what rounding brings over a border.
    function testFuzz_ASliceInRangeFits(uint256 seed) public {
        vm.setSeed(seed);
        SviSlice svi = SliceRounding.nearest(_valid());
        uint256 ratio = vm.randomUint(0.5e18, 2e18);
        assertTrue(_fits(_report(svi, ratio, NOW + uint40(vm.randomUint(1, LAST)))), "in range");
    }

    /// @dev The row of packages/model/test/packing.test.ts.
    function test_NearestOfARow() public pure {
        SviSlice svi = sviSlice(22683132813, 302929621132, 844136242456, 92584028303, -24314168166);
        SviSlice stored = sviSlice(22683132800, 302929625088, 844136251392, 92584034304, -24314183680);
        assertTrue(SliceRounding.nearest(svi) == stored, "shape");
        assertEq(Wad.unwrap(SliceRounding.nearest(Wad.wrap(1.001e18))), 1001000002026557922, "ratio");
    }

    function testFuzz_NearestIsWithinHalfAStep(uint256 seed) public {
        vm.setSeed(seed);
        SviSlice svi = _valid();
        SviSlice found = SliceRounding.nearest(svi);
        _assertNear(found.a(), svi.a(), HALF_A);
        _assertNear(found.b(), svi.b(), HALF_B);
        _assertNear(found.rho(), svi.rho(), HALF_RHO);
        _assertNear(found.m(), svi.m(), HALF_M);
        _assertNear(found.sigma(), svi.sigma(), HALF_SIGMA);
        assertTrue(SliceRounding.nearest(found) == found, "once and no more");

        Wad ratio = Wad.wrap(vm.randomUint(0.5e18, 2e18));
        Wad kept = SliceRounding.nearest(ratio);
        assertApproxEqAbs(Wad.unwrap(kept), Wad.unwrap(ratio), RATIO_STEP / 2, "ratio");
        assertEq(Wad.unwrap(SliceRounding.nearest(kept)), Wad.unwrap(kept), "once and no more");
    }

    /// @dev Within one part in 2^22 of it, at any size.
    function testFuzz_NearestSpotIsWithinHalfAStep(uint256 seed) public {
        vm.setSeed(seed);
        uint256 spot = vm.randomUint(1, type(uint96).max) >> vm.randomUint(0, 95);
        uint256 kept = Wad.unwrap(SliceRounding.nearestSpot(Wad.wrap(spot)));
        assertLe((kept > spot ? kept - spot : spot - kept) << 22, spot, "near");
        assertEq(Wad.unwrap(SliceRounding.nearestSpot(Wad.wrap(kept))), kept, "once and no more");
        if (spot < 2 ** 22) assertEq(kept, spot, "whole");
    }

    /// @dev Of the two that are kept on either side, none is nearer; what lies halfway goes up.
    function test_NearestSpotOfARow() public pure {
        uint256 least = uint256(1) << 21;
        assertEq(_spot(2345678912345678912345), 2345679036767646253056, "a price");
        assertEq(_spot((least << 10) + (1 << 9)), least + 1 << 10, "halfway, up");
        assertEq(_spot((least << 10) + (1 << 9) - 1), least << 10, "below, down");
        assertEq(_spot((1 << 40) - 1), 1 << 40, "over the next power of two");
        assertEq(_spot((1 << 96) - 1), 1 << 96, "out of range");
        assertEq(_spot(type(uint256).max), type(uint256).max, "as it is");
        assertEq(_spot(0), 0, "none");
    }

    function _spot(uint256 spot) private pure returns (uint256) {
        return Wad.unwrap(SliceRounding.nearestSpot(Wad.wrap(spot)));
    }

    /// @dev What prices read of the word is what the kernel makes of its five fields.
    function testFuzz_UnpacksAsTheKernelDoes(uint256 seed) public {
        vm.setSeed(seed);
        SviSlice svi = SliceRounding.nearest(_valid());
        SliceWord word = SliceRounding.pack(svi, Wad.wrap(2e18), Wad.wrap(1), LAST).withTag(seed & (1 << 18) - 1);
        (int256 a, int256 b, int256 c, int256 d, int256 e) = word.unpack();
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = Svi.unpack(svi);
        assertEq(a, level, "level");
        assertEq(b, slope, "slope");
        assertEq(c, tilt, "tilt");
        assertEq(d, centre, "centre");
        assertEq(e, sigma, "sigma");
    }

    function testFuzz_ATagLeavesTheRest(uint256 word, uint256 tag) public pure {
        tag = bound(tag, 0, (1 << 18) - 1);
        SliceWord tagged = SliceWord.wrap(word).withTag(tag);
        assertEq(tagged.tag(), tag, "tag");
        assertEq(SliceWord.unwrap(tagged) >> 18, word >> 18, "the rest");
    }

    function test_ANumberThatLeavesItsFieldFallsOutOfRange() public pure {
        int256 most = type(int48).max;
        SviSlice found = SliceRounding.nearest(sviSlice(most, most, most, most, most));
        int256 least = type(int48).min;
        assertTrue(found == sviSlice(least, least, least, least, least), "below any range");
        SviSlice dirty = SliceRounding.nearest(SviSlice.wrap(type(uint256).max));
        assertEq(SviSlice.unwrap(dirty) >> 240, 0xffff, "what lies above the fields is seen");
        assertEq(Wad.unwrap(SliceRounding.nearest(Wad.wrap(type(uint256).max))), type(uint256).max, "no ratio");
    }

    /// @dev A slice in range once rounded, of any size of total variance.
    function _valid() private view returns (SviSlice svi) {
        do {
            int256 deviation = SVI_ONE >> vm.randomUint(0, 10);
            deviation = _up(deviation, 4 * deviation);
            int256 variance = deviation * deviation / SVI_ONE;
            svi = sviSlice(
                _near(variance),
                _up(0, 2 * deviation),
                _near(SVI_ONE - 1),
                _near(2 * deviation),
                _up(deviation / 20, 3 * deviation)
            );
        } while (!_isInRange(_report(SliceRounding.nearest(svi), 1e18, NOW + 1)));
    }

    function _near(int256 most) private view returns (int256) {
        return _up(-most, most);
    }

    function _up(int256 least, int256 most) private view returns (int256) {
        return least + int256(vm.randomUint(0, uint256(most - least)));
    }

    /// @dev Asserts that what passes, once rounded, comes back from its word.
    /// @return ok whether it passed
    function _fits(SliceReport memory r) private view returns (bool ok) {
        (r.svi, r.forwardRatio) = (SliceRounding.nearest(r.svi), SliceRounding.nearest(r.forwardRatio));
        r.spotAtReport = SliceRounding.nearestSpot(r.spotAtReport);
        ok = _isInRange(r);
        if (!ok) return false;
        uint256 lifetime = r.expiry - r.reportedAt;
        SliceWord word = SliceRounding.pack(r.svi, r.forwardRatio, r.spotAtReport, lifetime);
        assertTrue(word.svi() == r.svi, "shape");
        assertEq(Wad.unwrap(word.forwardRatio()), Wad.unwrap(r.forwardRatio), "ratio");
        assertEq(Wad.unwrap(word.spotAtReport()), Wad.unwrap(r.spotAtReport), "spot");
        assertEq(word.reportedAt(r.expiry), r.reportedAt, "time");
        assertEq(word.lifetime(), lifetime, "time left");
        assertFalse(word.isEmpty(), "a slice");
    }

    function _isInRange(SliceReport memory r) private view returns (bool ok) {
        (ok,) = address(_ranges).staticcall(abi.encodeCall(_ranges.check, (r)));
    }

    function _assertNear(int256 found, int256 exact, int256 half) private pure {
        assertTrue(exact - found <= half && found - exact <= half, "half a step");
        assertEq(found % (2 * half), 0, "whole steps");
    }

    function _refused(SliceReport memory r) private {
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.SliceOutOfRange.selector, 1, r.expiry));
        _ranges.check(r);
    }

    function _report(SviSlice svi, uint256 ratio, uint40 expiry) private pure returns (SliceReport memory) {
        return SliceReport(MarketId.wrap(1), expiry, NOW, svi, Wad.wrap(ratio), Wad.wrap(3000e18));
    }
}
