// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";
import {Exp} from "../../../src/math/Exp.sol";
import {Ln} from "../../../src/math/Ln.sol";
import {NormalCdf} from "../../../src/math/NormalCdf.sol";
import {Sqrt} from "../../../src/math/Sqrt.sol";
import {Test} from "../../utils/Test.sol";

contract ElementaryHarness {
    function expWad(int256 x) external pure returns (uint256) {
        return Exp.expWad(x);
    }

    function lnWad(uint256 x) external pure returns (int256) {
        return Ln.lnWad(x);
    }

    function sqrtWad(uint256 x) external pure returns (uint256) {
        return Sqrt.sqrtWad(x);
    }
}

/// @notice exp, ln, √, Φ and the count of leading zeros below them.
contract ElementaryTest is Test {
    int256 internal constant MAX_EXP = 134e18;
    uint256 internal constant MAX_LN = type(uint128).max;

    ElementaryHarness internal harness = new ElementaryHarness();

    function testFuzz_ClzCountsTheZerosAboveTheTopBit(uint256 x, uint256 shift) public pure {
        x >>= bound(shift, 0, 255);
        uint256 zeros = Clz.clz(x);
        if (x == 0) assertEq(zeros, 256);
        else assertEq(x >> (255 - zeros), 1);
    }

    function test_ClzOfEveryPowerOfTwo() public pure {
        for (uint256 i; i < 256; ++i) {
            assertEq(Clz.clz(1 << i), 255 - i);
            assertEq(Clz.clz((1 << i) | ((1 << i) - 1)), 255 - i);
        }
        assertEq(Clz.clz(0), 256);
    }

    function testFuzz_ExpRises(int256 x, int256 step) public pure {
        x = bound(x, -50e18, MAX_EXP - 1e18);
        assertLe(Exp.expWad(x), Exp.expWad(x + bound(step, 10, 1e18)) + 1);
    }

    function testFuzz_ExpOfASumIsTheProduct(int256 x, int256 y) public pure {
        (x, y) = (bound(x, 0, 40e18), bound(y, 0, 40e18));
        uint256 product = Exp.expWad(x) * Exp.expWad(y) / 1e18;
        assertApproxEqAbs(Exp.expWad(x + y), product, product / 2e17 + 2);
    }

    function testFuzz_ExpFarBelowZeroIsZero(int256 x) public pure {
        assertEq(Exp.expWad(bound(x, type(int256).min, -43e18)), 0);
    }

    function testFuzz_RevertWhen_ExpIsAboveItsMaximum(int256 x) public {
        x = bound(x, MAX_EXP + 1, type(int256).max);
        vm.expectRevert(abi.encodeWithSelector(Exp.ExpInputAboveMaximum.selector, x, MAX_EXP));
        harness.expWad(x);
    }

    function testFuzz_LnUndoesExp(int256 x) public pure {
        x = bound(x, -20e18, 40e18);
        // A wei of e^x is 1e18/e^x of its logarithm
        assertApproxEqAbs(Ln.lnWad(Exp.expWad(x)), x, 3 + 1e18 / Exp.expWad(x));
    }

    function testFuzz_LnRises(uint256 x, uint256 step) public pure {
        x = bound(x, 1, MAX_LN / 2);
        assertLe(Ln.lnWad(x), Ln.lnWad(x + bound(step, 0, x)));
    }

    function testFuzz_LnOfARatioIsAntisymmetric(uint256 a, uint256 b) public pure {
        (a, b) = (bound(a, 1e6, 2 ** 112), bound(b, 1e6, 2 ** 112));
        int256 sum = Ln.ratioQ96(a, b) + Ln.ratioQ96(b, a);
        // Each ratio keeps 128 bits below its point: 2^96·2^-128·(a/b) and a few units
        uint256 tolerance = 2 ** 34 + (a > b ? a / b : b / a) / 2 ** 31;
        assertTrue(sum < int256(tolerance) && -sum < int256(tolerance));
    }

    function test_LnOfOneIsZero() public pure {
        assertEq(Ln.lnWad(1e18), 0);
        assertEq(Ln.ratioQ96(123e18, 123e18), 0);
    }

    function test_RevertWhen_LnIsOutsideItsDomain() public {
        vm.expectRevert(abi.encodeWithSelector(Ln.LnInputOutsideDomain.selector, 0));
        harness.lnWad(0);
        vm.expectRevert(abi.encodeWithSelector(Ln.LnInputOutsideDomain.selector, MAX_LN + 1));
        harness.lnWad(MAX_LN + 1);
    }

    function testFuzz_SqrtIsTheFloorOrBarelyAbove(uint256 x) public pure {
        x = bound(x, 0, MAX_LN);
        uint256 root = Sqrt.sqrtWad(x);
        // 1e-24 of root² is 2e-24 of it, and the floor
        assertTrue((root + 1) * (root + 1) > x * 1e18, "too low");
        assertLe(root * root, x * 1e18 + x * 1e18 / 5e23, "too high");
    }

    function testFuzz_CloseRootIsWithin45e16(uint256 x) public pure {
        x = bound(x, 2 ** 100, type(uint256).max);
        assertApproxEqAbs(Sqrt.close(x), Sqrt.near(x), Sqrt.near(x) / 2e14 + 1);
    }

    function testFuzz_RevertWhen_SqrtIsAboveItsMaximum(uint256 x) public {
        x = bound(x, MAX_LN + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(Sqrt.SqrtInputOutsideDomain.selector, x));
        harness.sqrtWad(x);
    }

    function testFuzz_CdfOfBothTailsIsOne(int256 x) public pure {
        x = bound(x, type(int256).min + 1, type(int256).max);
        assertEq(NormalCdf.cdfWad(x) + NormalCdf.cdfWad(-x), x == 0 ? 2 * NormalCdf.cdfWad(0) : 1e18);
        assertLe(NormalCdf.cdfWad(x), 1e18);
    }

    /// @dev Across zero the error of the fit changes its sign: a fall of at most 1e-16.
    function testFuzz_CdfRisesButForTheErrorOfTheFit(int256 x, int256 step) public pure {
        x = bound(x, -10e18, 10e18);
        assertLe(NormalCdf.cdfWad(x), NormalCdf.cdfWad(x + bound(step, 0, 1e18)) + 100);
    }

    function testFuzz_CdfRisesOnEitherSideOfZero(int256 x, int256 step) public pure {
        step = bound(step, 1e4, 1e18);
        x = bound(x, 0, 10e18);
        assertLe(NormalCdf.cdfWad(x), NormalCdf.cdfWad(x + step) + 1, "above");
        assertLe(NormalCdf.cdfWad(-x - step - 1), NormalCdf.cdfWad(-x - 1) + 1, "below");
    }

    /// @dev The shrunk case that showed the fall at zero.
    function test_CdfAcrossZeroFallsByLessThan1e16() public pure {
        assertLe(NormalCdf.cdfWad(-4), NormalCdf.cdfWad(64) + 100);
    }

    function testFuzz_MillsRatioFallsAndStaysPositive(uint256 x, uint256 step) public pure {
        x = bound(x, 0, 300 << 64);
        step = bound(step, 1 << 32, 1 << 64);
        uint256 r = NormalCdf.millsQ64(x);
        assertTrue(r > 0 && r <= 1 << 63 | 1 << 63 >> 50, "R' is at most a half");
        assertLe(NormalCdf.millsQ64(x + step), r, "R' falls");
    }
}
