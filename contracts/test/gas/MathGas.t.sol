// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";
import {Black76} from "../../src/math/Black76.sol";
import {Exp} from "../../src/math/Exp.sol";
import {ImpliedVol} from "../../src/math/ImpliedVol.sol";
import {Ln} from "../../src/math/Ln.sol";
import {NormalCdf} from "../../src/math/NormalCdf.sol";
import {Sqrt} from "../../src/math/Sqrt.sol";
import {Svi} from "../../src/math/Svi.sol";
import {SviSlice, sviSlice} from "../../src/types/SviSlice.sol";
import {Test} from "../utils/Test.sol";

/// @dev Every contract below has one function of one shape, so that what two of them differ by is the body alone.
interface One {
    function run(int256 a, int256 b, int256 c, int256 d, int256 e, int256 f) external pure returns (int256);
}

contract NothingOne is One {
    function run(int256 a, int256, int256, int256, int256, int256) external pure returns (int256) {
        return a;
    }
}

contract ExpCost is One {
    function run(int256 a, int256, int256, int256, int256, int256) external pure returns (int256) {
        return int256(Exp.expWad(a));
    }
}

contract LnCost is One {
    function run(int256 a, int256, int256, int256, int256, int256) external pure returns (int256) {
        return Ln.lnWad(uint256(a));
    }
}

contract SqrtCost is One {
    function run(int256 a, int256, int256, int256, int256, int256) external pure returns (int256) {
        return int256(Sqrt.sqrtWad(uint256(a)));
    }
}

contract CdfCost is One {
    function run(int256 a, int256, int256, int256, int256, int256) external pure returns (int256) {
        return int256(NormalCdf.cdfWad(a));
    }
}

contract SviCachedCost is One {
    function run(int256 a, int256 b, int256 c, int256 d, int256 e, int256 f) external pure returns (int256) {
        return int256(Svi.totalVolatilityQ64(a, b, c, d, e, f));
    }
}

contract SviRawCost is One {
    function run(int256 a, int256 b, int256 c, int256 d, int256, int256) external pure returns (int256) {
        return int256(Svi.volatilityAt(SviSlice.wrap(uint256(a)), uint256(b), uint256(c), uint256(d)));
    }
}

contract ImpliedVolCost is One {
    function run(int256 a, int256 b, int256 c, int256 d, int256 e, int256 f) external pure returns (int256) {
        return int256(ImpliedVol.solve(uint256(a), uint256(b), uint256(c), uint256(d), uint256(e), f == 1));
    }
}

contract NothingTwo {
    function run(int256 a, int256 b, int256, int256, int256, int256) external pure returns (uint256, uint256) {
        return (uint256(a), uint256(b));
    }
}

contract PriceCost {
    function run(int256 a, int256 b, int256 c, int256 d, int256 e, int256) external pure returns (uint256, uint256) {
        return Black76.price(uint256(a), uint256(b), uint256(c), uint256(d), uint256(e));
    }
}

contract CoreCost {
    function run(int256 a, int256 b, int256 c, int256 d, int256, int256)
        external
        pure
        returns (uint256 call, uint256 put)
    {
        (call, put,,,) = Black76.core(uint256(a), uint256(b), c, uint256(d));
    }
}

contract NothingEight {
    function run(int256 a, int256 b, int256 c, int256 d, int256 e, int256 f)
        external
        pure
        returns (int256, int256, int256, int256, int256, int256, int256, int256)
    {
        return (a, b, c, d, e, f, a, b);
    }
}

contract GreeksCost {
    function run(int256 a, int256 b, int256 c, int256 d, int256 e, int256)
        external
        pure
        returns (uint256, uint256, int256, int256, uint256, uint256, int256, int256)
    {
        return Black76.priceAndGreeks(uint256(a), uint256(b), uint256(c), uint256(d), uint256(e));
    }
}

/// @notice The marginal gas of each function: a call to it less the same call to a function that does nothing.
/// @dev Written to contracts/snapshots/math-<build>.json. The ceilings lie a little above what the build with CLZ takes; the portable build may add its bisections.
contract MathGasTest is Test {
    int256 internal constant Q40 = 2 ** 40;
    /// @dev What the bisection adds for each logarithm and root.
    uint256 internal constant PER_CLZ = 200;

    bool internal hasClz = keccak256(bytes(Clz.BUILD)) == keccak256("osaka");
    address internal nothingOne = address(new NothingOne());
    address internal nothingTwo = address(new NothingTwo());
    address internal nothingEight = address(new NothingEight());
    address internal implied = address(new ImpliedVolCost());
    address internal price = address(new PriceCost());

    function test_GasOfElementaryFunctions() public {
        record("exp", nothingOne, address(new ExpCost()), [int256(0.7e18), 0, 0, 0, 0, 0], 190, 0);
        record("ln", nothingOne, address(new LnCost()), [int256(0.7e18), 0, 0, 0, 0, 0], 190, 1);
        record("sqrt", nothingOne, address(new SqrtCost()), [int256(0.7e18), 0, 0, 0, 0, 0], 157, 1);
        record("normal cdf", nothingOne, address(new CdfCost()), [int256(0.7e18), 0, 0, 0, 0, 0], 440, 0);
    }

    function test_GasOfPrices() public {
        int256[6] memory option = [int256(2000e18), 2100e18, 0.99e18, 0.6e18, 30 days, 0];
        record("call and put", nothingTwo, price, option, 1200, 2);
        record("call, put and all Greeks", nothingEight, address(new GreeksCost()), option, 1600, 3);
        int256[6] memory given = [int256(2000e18), 2100e18, -3865e24, 13e27, 0, 0];
        record(
            "call and put from log-moneyness and total volatility", nothingTwo, address(new CoreCost()), given, 710, 0
        );
    }

    function test_GasOfSvi() public {
        SviSlice slice = sviSlice(Q40 / 200, Q40 / 25, -Q40 / 3, Q40 / 50, Q40 / 8);
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = Svi.unpack(slice);
        int256 k = int256(2 ** 61);
        record(
            "SVI, logs cached", nothingOne, address(new SviCachedCost()), [level, slope, tilt, centre, sigma, k], 320, 1
        );
        int256[6] memory raw = [int256(SviSlice.unwrap(slice)), 2000e18, 2300e18, 30 days, 0, 0];
        record("SVI from raw inputs", nothingOne, address(new SviRawCost()), raw, 750, 2);
    }

    /// @dev The mean of 287 options over σ√τ from 0.0005 to 8, the strike within 3 standard deviations, whose value is not below
    ///      1e-12 of F. The most of these and of 3,000 drawn from the same region, half of them from its far end, where the seed is worst.
    function test_GasOfImpliedVolatility() public {
        uint256 sum;
        uint256 most;
        uint256 count;
        uint256[6] memory taus = [uint256(1 hours), 1 days, 30 days, 365 days, 1825 days, 9125 days];
        uint256[7] memory vols = [uint256(0.05e18), 0.2e18, 0.5e18, 0.9e18, 1.3e18, 1.6e18, 3e18];
        for (uint256 i; i < 42; ++i) {
            uint256 v = vols[i % 7] * (Black76.rootYearsQ96(taus[i / 7]) >> 32) >> 64;
            if (v > 8e18) continue;
            for (int256 z = -3; z <= 3; ++z) {
                int256 x = z * int256(v);
                uint256 cost = solvingCost(x < 6e18 ? x : int256(6e18), vols[i % 7], taus[i / 7]);
                if (cost == 0) continue;
                sum += cost;
                ++count;
                if (cost > most) most = cost;
            }
        }
        assertEq(count, 287, "options solved");
        keep("implied volatility, mean", sum / count, 3750, 12);
        vm.setSeed(1);
        for (uint256 i; i < 3000; ++i) {
            uint256 v =
                i % 2 == 0 ? vm.randomUint(7e18, 8e18) : uint256(Exp.expWad(-int256(vm.randomUint(0, 9.6e18)))) * 8;
            uint256 tau = vm.randomUint(240 days, 9125 days);
            int256 z = int256(vm.randomUint(0, 6e18)) - 3e18;
            uint256 cost = solvingCost(z * int256(v) / 1e18, (v << 96) / Black76.rootYearsQ96(tau), tau);
            if (cost > most) most = cost;
        }
        keep("implied volatility, most", most, 4800, 14);
    }

    /// @param x ln(K / F), wad
    /// @return gas of solving for the option that is out of the money; zero where its value is below 1e-12 of F
    function solvingCost(int256 x, uint256 volatility, uint256 tau) internal view returns (uint256) {
        uint256 strike = 2000 * Exp.expWad(x);
        if (strike == 0) return 0;
        (uint256 call, uint256 put) = Black76.price(2000e18, strike, 0.99e18, volatility, tau);
        uint256 value = x < 0 ? put : call;
        if (value < 2e9) return 0;
        int256[6] memory args =
            [int256(2000e18), int256(strike), 0.99e18, int256(value), int256(tau), x < 0 ? int256(0) : int256(1)];
        return gasOf(implied, args) - gasOf(nothingOne, args);
    }

    /// @param nothing the contract with the same shape that does nothing
    /// @param clzs how many counts of leading zeros the function takes
    function record(
        string memory name,
        address nothing,
        address target,
        int256[6] memory args,
        uint256 ceiling,
        uint256 clzs
    ) internal {
        keep(name, gasOf(target, args) - gasOf(nothing, args), ceiling, clzs);
    }

    function keep(string memory name, uint256 cost, uint256 ceiling, uint256 clzs) internal {
        vm.snapshotValue(string.concat("math-", Clz.BUILD), name, cost);
        assertLe(cost, hasClz ? ceiling : ceiling + clzs * PER_CLZ, name);
    }

    /// @dev The second of two calls, so that the address is warm.
    function gasOf(address target, int256[6] memory args) internal view returns (uint256 used) {
        bytes memory data = abi.encodeCall(One.run, (args[0], args[1], args[2], args[3], args[4], args[5]));
        bool ok;
        for (uint256 i; i < 2; ++i) {
            assembly ("memory-safe") {
                used := gas()
                ok := staticcall(gas(), target, add(data, 0x20), mload(data), 0, 0)
                used := sub(used, gas())
            }
        }
        assertTrue(ok, "the call");
    }
}
