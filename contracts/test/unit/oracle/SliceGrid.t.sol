// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Svi} from "../../../src/math/Svi.sol";
import {GRID_POINTS, Grid, SliceGrid} from "../../../src/oracle/SliceGrid.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Test} from "../../utils/Test.sol";

/// @notice Behaviour.
/// build
/// └── total variance is Svi's at k = (i - 12) sqrt(w(0)) / 3
/// buildChecked
/// ├── finds the first point where Durrleman's g is negative, as double precision does
/// └── a flat smile, and the literature's arbitrage-free slice, pass
/// ordered
/// └── finds any point of either grid at which total variance falls with expiry
contract SliceGridTest is Test {
    /// @dev Random slices, and the first of the 25 points at which g < 0 in double precision (25: none), each with
    /// |g| >= 1e-4 at every point: (1 - k w'/2w)² - w'²/4 (1/w + 1/4) + w''/2 in closed form.
    function test_DurrlemanAgreesWithDoublePrecision() public pure {
        _row(9154281770, 66576920849, -217141824635, -151744800063, 49781198582, 25);
        _row(30996246248, 505553215666, 627666622718, 116619745882, 114715024242, 15);
        _row(48820076570, 160060850274, -683827396845, -173202419673, 111569824631, 25);
        _row(100382196392, 457584660020, 640618859679, 132138356807, 102810422826, 16);
        _row(18891803154, 348784929218, 484444764780, 155975997353, 389688125534, 25);
        _row(-10548505302, 337404299799, 358696721097, 2618498249, 96273530830, 15);
        _row(40495614145, 59131341232, 907886422867, 160741637954, 250801648430, 25);
        _row(17624609266, 500658707440, 151179465845, 168144900298, 376315280185, 25);
        _row(45085127994, 234012975248, 206635285279, -30327601720, 89392307803, 25);
        _row(18266617210, 448787920738, -954207767314, -199529694944, 283688605114, 0);
        _row(15010516682, 299028327444, -60081533487, -69118262820, 438667725504, 25);
        _row(3814007176, 233392653333, -621142518116, 58346676031, 137434376518, 25);
        _row(24958573709, 413418476163, -374635589587, 25741319204, 399826120891, 25);
        _row(-8666864511, 44188293259, -566411285895, 116619587034, 279126627185, 25);
        _row(9334920107, 189361001659, -673642827343, -18023743403, 39877364086, 7);
        _row(-15225105719, 510982917276, 136508745498, 215755281431, 190353593842, 17);
        _row(-3681818337, 206333411565, 558992840050, 10109478191, 26398704704, 0);
        _row(93718156, 482026672208, -676126215841, -154236428856, 228497193588, 0);
        _row(22683132813, 302929621132, 844136242456, 92584028303, 24314168166, 15);
        _row(25796243278, 367701395510, -766157272486, -183592004466, 82129717466, 0);
    }

    /// @dev Gatheral and Jacquier (2014), example 5.1: Vogt's slice repaired, in their natural-to-raw numbers.
    function test_TheLiteraturesRepairedSlicePasses() public pure {
        (, bool ok,) = SliceGrid.buildChecked(_slice(-0.0305199e18, 0.102717e18, 0.100718e18, 0.272344e18, 0.412398e18));
        assertTrue(ok, "free of butterflies");
    }

    function testFuzz_AFlatSmilePasses(uint256 w) public pure {
        w = bound(w, 1e10, 100e18); // from 0.03 % for a week to 1000 % for a year
        (, bool ok,) = SliceGrid.buildChecked(_slice(int256(w), 0, 0, 0, 0.1e18));
        assertTrue(ok, "flat is free of butterflies");
    }

    function testFuzz_GridIsSvis(uint256 seed) public {
        SviSlice svi = _random(seed);
        Grid memory grid = SliceGrid.build(svi);
        int256 deviation = int256(Svi.totalVolatilityQ64(svi, 0));
        for (uint256 i = 0; i < GRID_POINTS; ++i) {
            int256 k = deviation / 3 * (int256(i) - 12);
            assertEq(uint256(grid.w[i]), Svi.totalVarianceQ128(svi, k), "Svi's total variance");
        }
        (Grid memory checked, bool ok,) = SliceGrid.buildChecked(svi);
        if (ok) assertEq(keccak256(abi.encode(checked.w)), keccak256(abi.encode(grid.w)), "the same either way");
    }

    function testFuzz_OrderedFindsAnyCrossing(uint256 seed, uint256 other) public {
        Grid memory near = SliceGrid.build(_random(seed));
        Grid memory far = SliceGrid.build(_random(other));
        bool expected = true;
        for (uint256 i = 0; i < GRID_POINTS; ++i) {
            int256 kNear = near.step * (int256(i) - 12);
            int256 kFar = far.step * (int256(i) - 12);
            expected = expected && Svi.totalVarianceQ128(far.svi, kNear) >= Svi.totalVarianceQ128(near.svi, kNear)
                && Svi.totalVarianceQ128(far.svi, kFar) >= Svi.totalVarianceQ128(near.svi, kFar);
        }
        (bool ok, int256 k) = SliceGrid.ordered(near, far);
        assertEq(ok, expected, "crossing");
        if (!ok) {
            assertLt(Svi.totalVarianceQ128(far.svi, k), Svi.totalVarianceQ128(near.svi, k), "at the point it names");
        }
    }

    function test_OrderedLetsEqualSlicesBe() public pure {
        Grid memory grid = SliceGrid.build(sviSlice(SVI_ONE / 100, SVI_ONE / 50, -SVI_ONE / 3, 0, SVI_ONE / 5));
        (bool ok,) = SliceGrid.ordered(grid, grid);
        assertTrue(ok, "no variance falls");
    }

    function _row(int256 a, int256 b, int256 rho, int256 m, int256 sigma, uint256 first) private pure {
        SviSlice svi = sviSlice(a, b, rho, m, sigma);
        (Grid memory grid, bool ok, int256 k) = SliceGrid.buildChecked(svi);
        assertEq(ok, first == GRID_POINTS, "found or not");
        if (!ok) assertEq(k, grid.step * (int256(first) - 12), "the first point");
    }

    function _random(uint256 seed) private returns (SviSlice) {
        vm.setSeed(seed);
        int256 b = int256(vm.randomUint(1e9, 2e11));
        int256 sigma = int256(vm.randomUint(1e10, 4e11));
        int256 rho = int256(vm.randomUint(0, 1.8e12)) - 0.9e12;
        return sviSlice(int256(vm.randomUint(1e8, 2e11)), b, rho, int256(vm.randomUint(0, 4e11)) - 2e11, sigma);
    }

    function _slice(int256 a, int256 b, int256 rho, int256 m, int256 sigma) private pure returns (SviSlice) {
        return sviSlice(_q40(a), _q40(b), _q40(rho), _q40(m), _q40(sigma));
    }

    function _q40(int256 x) private pure returns (int256) {
        return x * SVI_ONE / 1e18;
    }
}
