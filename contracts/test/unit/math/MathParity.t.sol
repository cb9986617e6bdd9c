// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../../../src/math/Black76.sol";
import {BoardPacking} from "../../../src/math/BoardPacking.sol";
import {BoardContext, BookPass, BookSums} from "../../../src/math/BookPass.sol";
import {Exp} from "../../../src/math/Exp.sol";
import {ImpliedVol} from "../../../src/math/ImpliedVol.sol";
import {Ln} from "../../../src/math/Ln.sol";
import {NormalCdf} from "../../../src/math/NormalCdf.sol";
import {Sqrt} from "../../../src/math/Sqrt.sol";
import {Svi} from "../../../src/math/Svi.sol";
import {SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Test} from "../../utils/Test.sol";

/// @notice The TypeScript model and the contracts return the same integers: vectors/math-exact.json holds the model's.
contract MathParityTest is Test {
    uint256 internal constant STRIKES = 8;

    string internal json;

    function setUp() public {
        json = vm.readFile("vectors/math-exact.json");
    }

    function test_ExpEqualsTheModel() public view {
        (int256[] memory x, int256[] memory y) = (column("exp", "x"), column("exp", "y"));
        for (uint256 i; i < x.length; ++i) {
            assertEq(int256(Exp.expWad(x[i])), y[i]);
        }
    }

    function test_LnEqualsTheModel() public view {
        (int256[] memory x, int256[] memory y) = (column("ln", "x"), column("ln", "y"));
        for (uint256 i; i < x.length; ++i) {
            assertEq(Ln.lnWad(uint256(x[i])), y[i]);
        }
    }

    function test_SqrtEqualsTheModel() public view {
        (int256[] memory x, int256[] memory y) = (column("sqrt", "x"), column("sqrt", "y"));
        for (uint256 i; i < x.length; ++i) {
            assertEq(int256(Sqrt.sqrtWad(uint256(x[i]))), y[i]);
        }
    }

    function test_CdfEqualsTheModel() public view {
        (int256[] memory x, int256[] memory y) = (column("cdf", "x"), column("cdf", "y"));
        for (uint256 i; i < x.length; ++i) {
            assertEq(int256(NormalCdf.cdfWad(x[i])), y[i]);
        }
    }

    function test_Black76EqualsTheModel() public view {
        uint256[][] memory o = new uint256[][](5);
        string[5] memory inputs = ["forward", "strike", "discount", "volatility", "tau"];
        for (uint256 j; j < 5; ++j) {
            o[j] = unsigned("black76", inputs[j]);
        }
        int256[][] memory y = new int256[][](8);
        string[8] memory outputs = ["call", "put", "callDelta", "putDelta", "gamma", "vega", "thetaCall", "thetaPut"];
        for (uint256 j; j < 8; ++j) {
            y[j] = column("black76", outputs[j]);
        }
        for (uint256 i; i < o[0].length; ++i) {
            int256[8] memory found = greeks(o[0][i], o[1][i], o[2][i], o[3][i], o[4][i]);
            for (uint256 j; j < 8; ++j) {
                assertEq(found[j], y[j][i], outputs[j]);
            }
            (uint256 call, uint256 put) = Black76.price(o[0][i], o[1][i], o[2][i], o[3][i], o[4][i]);
            assertEq(int256(call), y[0][i], "price's call");
            assertEq(int256(put), y[1][i], "price's put");
        }
    }

    function test_CoreEqualsTheModel() public view {
        int256[][] memory c = new int256[][](9);
        string[9] memory names = ["forward", "strike", "x", "v", "call", "put", "delta", "e", "total"];
        for (uint256 j; j < 9; ++j) {
            c[j] = column("core", names[j]);
        }
        for (uint256 i; i < c[0].length; ++i) {
            (uint256 call, uint256 put, int256 delta, uint256 e, uint256 total) =
                Black76.core(uint256(c[0][i]), uint256(c[1][i]), c[2][i], uint256(c[3][i]));
            assertEq(int256(call), c[4][i], "call");
            assertEq(int256(put), c[5][i], "put");
            assertEq(delta, c[6][i], "delta");
            assertEq(int256(e), c[7][i], "e");
            assertEq(int256(total), c[8][i], "total");
        }
    }

    function test_ImpliedVolEqualsTheModel() public view {
        uint256[][] memory o = new uint256[][](7);
        string[7] memory names = ["forward", "strike", "discount", "price", "tau", "isCall", "answer"];
        for (uint256 j; j < 7; ++j) {
            o[j] = unsigned("implied", names[j]);
        }
        for (uint256 i; i < o[0].length; ++i) {
            assertEq(ImpliedVol.solve(o[0][i], o[1][i], o[2][i], o[3][i], o[4][i], o[5][i] == 1), o[6][i], "answer");
        }
    }

    function test_SviEqualsTheModel() public view {
        int256[][] memory c = new int256[][](12);
        string[12] memory names =
            ["a", "b", "rho", "m", "sigma", "k", "tau", "forward", "strike", "variance", "volatility", "volatilityAt"];
        for (uint256 j; j < 12; ++j) {
            c[j] = column("svi", names[j]);
        }
        for (uint256 i; i < c[0].length; ++i) {
            SviSlice slice = sviSlice(c[0][i], c[1][i], c[2][i], c[3][i], c[4][i]);
            uint256 tau = uint256(c[6][i]);
            assertEq(int256(Svi.totalVariance(slice, c[5][i])), c[9][i], "variance");
            assertEq(int256(Svi.volatility(slice, c[5][i], tau)), c[10][i], "volatility");
            assertEq(int256(Svi.volatilityAt(slice, uint256(c[7][i]), uint256(c[8][i]), tau)), c[11][i], "volatilityAt");
        }
    }

    function test_BookPassEqualsTheModel() public view {
        int256[][] memory c = new int256[][](16);
        string[16] memory names = [
            "forward",
            "forwardRatio",
            "discount",
            "rate",
            "tau",
            "volatilityShift",
            "a",
            "b",
            "rho",
            "m",
            "sigma",
            "value",
            "delta",
            "gamma",
            "vega",
            "theta"
        ];
        for (uint256 j; j < 16; ++j) {
            c[j] = column("boards", names[j]);
        }
        uint256[] memory strikes = unsigned("boards", "strike");
        int256[] memory calls = column("boards", "callLots");
        int256[] memory puts = column("boards", "putLots");
        for (uint256 i; i < c[0].length; ++i) {
            uint256[] memory own = new uint256[](STRIKES);
            uint256[] memory lots = new uint256[](2);
            for (uint256 j; j < STRIKES; ++j) {
                uint256 place = i * STRIKES + j;
                own[j] = strikes[place];
                lots[j / 4] = BoardPacking.withLots(lots[j / 4], j % 4, int32(calls[place]), int32(puts[place]));
            }
            BookSums memory sums;
            BookPass.add(sums, context(c, i), BoardPacking.nodes(own), lots);
            assertEq(sums.value, c[11][i], "value");
            assertEq(sums.delta, c[12][i], "delta");
            assertEq(sums.gamma, c[13][i], "gamma");
            assertEq(sums.vega, c[14][i], "vega");
            assertEq(sums.theta, c[15][i], "theta");
        }
    }

    function context(int256[][] memory c, uint256 i) internal pure returns (BoardContext memory) {
        return BoardContext({
            forward: uint256(c[0][i]),
            forwardRatio: uint256(c[1][i]),
            discount: uint256(c[2][i]),
            rate: c[3][i],
            tau: uint256(c[4][i]),
            volatilityShift: c[5][i],
            slice: sviSlice(c[6][i], c[7][i], c[8][i], c[9][i], c[10][i])
        });
    }

    function greeks(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau)
        internal
        pure
        returns (int256[8] memory out)
    {
        uint256 call;
        uint256 put;
        uint256 gamma;
        uint256 vega;
        (call, put, out[2], out[3], gamma, vega, out[6], out[7]) =
            Black76.priceAndGreeks(forward, strike, discount, volatility, tau);
        (out[0], out[1], out[4], out[5]) = (int256(call), int256(put), int256(gamma), int256(vega));
    }

    function column(string memory table, string memory name) internal view returns (int256[] memory) {
        return vm.parseJsonIntArray(json, string.concat(".", table, ".", name));
    }

    function unsigned(string memory table, string memory name) internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(json, string.concat(".", table, ".", name));
    }
}
