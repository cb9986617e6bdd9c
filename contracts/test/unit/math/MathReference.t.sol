// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../../../src/math/Black76.sol";
import {Exp} from "../../../src/math/Exp.sol";
import {Ln} from "../../../src/math/Ln.sol";
import {NormalCdf} from "../../../src/math/NormalCdf.sol";
import {Sqrt} from "../../../src/math/Sqrt.sol";
import {Svi} from "../../../src/math/Svi.sol";
import {SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Test} from "../../utils/Test.sol";

/// @notice The functions against 50-digit references: vectors/math-reference.json, where each table names its source and tolerance.
contract MathReferenceTest is Test {
    /// @dev What an output may lack by its own rounding.
    uint256 internal constant ROUNDING = 3;

    string internal json;

    function setUp() public {
        json = vm.readFile("vectors/math-reference.json");
    }

    function test_ExpIsWithin1e18OfItselfAndOneWei() public view {
        (int256[] memory x, int256[] memory y) = (column("exp", "x"), column("exp", "y"));
        for (uint256 i; i < x.length; ++i) {
            near(int256(Exp.expWad(x[i])), y[i], 1 + size(y[i]) / 1e18, "exp");
        }
    }

    function test_LnIsWithinOneWei() public view {
        (int256[] memory x, int256[] memory y) = (column("ln", "x"), column("ln", "y"));
        for (uint256 i; i < x.length; ++i) {
            near(Ln.lnWad(uint256(x[i])), y[i], 1, "ln");
        }
    }

    function test_SqrtIsWithinOneWeiAnd1e24OfItself() public view {
        (int256[] memory x, int256[] memory y) = (column("sqrt", "x"), column("sqrt", "y"));
        for (uint256 i; i < x.length; ++i) {
            near(int256(Sqrt.sqrtWad(uint256(x[i]))), y[i], 1 + size(y[i]) / 1e24, "sqrt");
        }
    }

    function test_CdfIsWithin5e17() public view {
        (int256[] memory x, int256[] memory y) = (column("cdf", "x"), column("cdf", "y"));
        for (uint256 i; i < x.length; ++i) {
            near(int256(NormalCdf.cdfWad(x[i])), y[i], 50, "cdf");
        }
    }

    function test_PriceIsWithin2e16OfTheGreaterOfForwardAndStrike() public view {
        (uint256[][] memory o, int256[][] memory y) = options();
        for (uint256 i; i < o[0].length; ++i) {
            (uint256 call, uint256 put) = Black76.price(o[0][i], o[1][i], o[2][i], o[3][i], o[4][i]);
            uint256 greater = o[0][i] > o[1][i] ? o[0][i] : o[1][i];
            near(int256(call), y[0][i], ROUNDING + greater / 5e15, "call");
            near(int256(put), y[1][i], ROUNDING + greater / 5e15, "put");
        }
    }

    /// @dev The ends of every input: prices of one wei and of 2^112 - 1, volatility and discount of 0 and of 18.4, no time and 136
    /// years. The same bound holds there, times the discount where it is above one.
    function test_PriceIsAsCloseAtTheCornersOfTheDomain() public view {
        uint256[][] memory o = inputs("black76Corners");
        (int256[] memory calls, int256[] memory puts) =
            (column("black76Corners", "call"), column("black76Corners", "put"));
        assertGt(o[0].length, 0, "rows");
        for (uint256 i; i < o[0].length; ++i) {
            (uint256 call, uint256 put) = Black76.price(o[0][i], o[1][i], o[2][i], o[3][i], o[4][i]);
            uint256 greater = o[0][i] > o[1][i] ? o[0][i] : o[1][i];
            uint256 scale = o[2][i] > 1e18 ? o[2][i] : 1e18;
            uint256 tolerance = (ROUNDING + greater / 5e15) * scale / 1e18;
            near(int256(call), calls[i], tolerance, "call");
            near(int256(put), puts[i], tolerance, "put");
        }
    }

    function test_GreeksAreWithinTheirTolerances() public view {
        (uint256[][] memory o, int256[][] memory y) = options();
        for (uint256 i; i < o[0].length; ++i) {
            int256[6] memory found = greeks(o[0][i], o[1][i], o[2][i], o[3][i], o[4][i]);
            uint256 forward = o[0][i];
            // 1e-15 for a delta, 1e-14 for vega and theta over the forward and for gamma times it, each times max(1, itself)
            near(found[0], y[2][i], ROUNDING + 1e3, "call delta");
            near(found[1], y[3][i], ROUNDING + 1e3, "put delta");
            near(found[2], y[4][i], ROUNDING + 1e22 / forward + size(y[4][i]) / 1e14, "gamma");
            near(found[3], y[5][i], ROUNDING + (forward + size(y[5][i])) / 1e14, "vega");
            near(found[4], y[6][i], ROUNDING + (forward + size(y[6][i])) / 1e14, "call theta");
            near(found[5], y[7][i], ROUNDING + (forward + size(y[7][i])) / 1e14, "put theta");
        }
    }

    function test_SviIsWithin1e16OfItsTerms() public view {
        int256[][] memory c = new int256[][](9);
        string[9] memory names = ["a", "b", "rho", "m", "sigma", "k", "tau", "variance", "volatility"];
        for (uint256 j; j < 9; ++j) {
            c[j] = column("svi", names[j]);
        }
        for (uint256 i; i < c[0].length; ++i) {
            SviSlice slice = sviSlice(c[0][i], c[1][i], c[2][i], c[3][i], c[4][i]);
            // The terms that may cancel: |a| and b(|k − m| + σ), here b(5 + σ) as |k| <= 4 and |m| <= 0.5
            uint256 terms = (size(c[0][i]) + size(c[1][i]) * (5 + size(c[4][i]) / 2 ** 40)) * 1e18 / 2 ** 40;
            uint256 variance = uint256(c[7][i]);
            near(int256(Svi.totalVariance(slice, c[5][i])), c[7][i], ROUNDING + terms / 1e16, "variance");
            uint256 share = (ROUNDING + terms / 1e16) * 1e18 / variance;
            near(
                int256(Svi.volatility(slice, c[5][i], uint256(c[6][i]))),
                c[8][i],
                2 + uint256(c[8][i]) * (share + 1e4) / 1e18,
                "volatility"
            );
        }
    }

    function greeks(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau)
        internal
        pure
        returns (int256[6] memory out)
    {
        uint256 gamma;
        uint256 vega;
        (,, out[0], out[1], gamma, vega, out[4], out[5]) =
            Black76.priceAndGreeks(forward, strike, discount, volatility, tau);
        (out[2], out[3]) = (int256(gamma), int256(vega));
    }

    function options() internal view returns (uint256[][] memory o, int256[][] memory y) {
        o = inputs("black76");
        y = new int256[][](8);
        string[8] memory outputs = ["call", "put", "callDelta", "putDelta", "gamma", "vega", "thetaCall", "thetaPut"];
        for (uint256 j; j < 8; ++j) {
            y[j] = column("black76", outputs[j]);
        }
    }

    function inputs(string memory table) internal view returns (uint256[][] memory o) {
        o = new uint256[][](5);
        string[5] memory names = ["forward", "strike", "discount", "volatility", "tau"];
        for (uint256 j; j < 5; ++j) {
            o[j] = vm.parseJsonUintArray(json, string.concat(".", table, ".", names[j]));
        }
    }

    function column(string memory table, string memory name) internal view returns (int256[] memory) {
        return vm.parseJsonIntArray(json, string.concat(".", table, ".", name));
    }

    function near(int256 found, int256 expected, uint256 tolerance, string memory text) internal pure {
        assertTrue(size(found - expected) <= tolerance, text);
    }

    function size(int256 x) internal pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
