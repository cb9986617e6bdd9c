// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../src/math/Black76.sol";
import {BoardPacking} from "../src/math/BoardPacking.sol";
import {BoardContext, BookPass, BookSums} from "../src/math/BookPass.sol";
import {Exp} from "../src/math/Exp.sol";
import {ImpliedVol} from "../src/math/ImpliedVol.sol";
import {Ln} from "../src/math/Ln.sol";
import {NormalCdf} from "../src/math/NormalCdf.sol";
import {Sqrt} from "../src/math/Sqrt.sol";
import {Svi} from "../src/math/Svi.sol";
import {SviSlice} from "../src/types/SviSlice.sol";
import {LocalOnly} from "./LocalOnly.sol";

/// @notice The functions of `src/math` behind entry points of their own, many points to a call: the parity test of the model asks it.
/// @dev An entry point takes columns of equal length or rows, and answers a word, or a row of words, for each.
contract Arithmetic is LocalOnly {
    struct Option {
        uint256 forward;
        uint256 strike;
        uint256 discount;
        uint256 volatility;
        uint256 tau;
    }

    struct Greeks {
        uint256 call;
        uint256 put;
        int256 callDelta;
        int256 putDelta;
        uint256 gamma;
        uint256 vega;
        int256 thetaCall;
        int256 thetaPut;
    }

    struct CoreInput {
        uint256 forward;
        uint256 strike;
        int256 x;
        uint256 v;
    }

    struct CoreOutput {
        uint256 call;
        uint256 put;
        int256 delta;
        uint256 e;
        uint256 total;
    }

    struct Priced {
        uint256 forward;
        uint256 strike;
        uint256 discount;
        uint256 price;
        uint256 tau;
        bool isCall;
    }

    struct Smile {
        SviSlice slice;
        int256 k;
        uint256 tau;
        uint256 forward;
        uint256 strike;
    }

    struct SmileAt {
        uint256 variance;
        uint256 volatility;
        uint256 volatilityAt;
    }

    function exp(int256[] calldata x) external pure returns (uint256[] memory y) {
        y = new uint256[](x.length);
        for (uint256 i; i < x.length; ++i) {
            y[i] = Exp.expWad(x[i]);
        }
    }

    function gaussian(uint256[] calldata d) external pure returns (uint256[] memory y) {
        y = new uint256[](d.length);
        for (uint256 i; i < d.length; ++i) {
            y[i] = Exp.gaussianQ128(d[i]);
        }
    }

    function ln(uint256[] calldata x) external pure returns (int256[] memory y) {
        y = new int256[](x.length);
        for (uint256 i; i < x.length; ++i) {
            y[i] = Ln.lnWad(x[i]);
        }
    }

    function lnRatio(uint256[] calldata a, uint256[] calldata b) external pure returns (int256[] memory y) {
        y = new int256[](a.length);
        for (uint256 i; i < a.length; ++i) {
            y[i] = Ln.ratioQ96(a[i], b[i]);
        }
    }

    function sqrt(uint256[] calldata x) external pure returns (uint256[] memory y) {
        y = new uint256[](x.length);
        for (uint256 i; i < x.length; ++i) {
            y[i] = Sqrt.sqrtWad(x[i]);
        }
    }

    function nearSqrt(uint256[] calldata n) external pure returns (uint256[] memory y) {
        y = new uint256[](n.length);
        for (uint256 i; i < n.length; ++i) {
            y[i] = Sqrt.near(n[i]);
        }
    }

    function closeSqrt(uint256[] calldata n) external pure returns (uint256[] memory y) {
        y = new uint256[](n.length);
        for (uint256 i; i < n.length; ++i) {
            y[i] = Sqrt.close(n[i]);
        }
    }

    function cdf(int256[] calldata x) external pure returns (uint256[] memory y) {
        y = new uint256[](x.length);
        for (uint256 i; i < x.length; ++i) {
            y[i] = NormalCdf.cdfWad(x[i]);
        }
    }

    function mills(uint256[] calldata x) external pure returns (uint256[] memory y) {
        y = new uint256[](x.length);
        for (uint256 i; i < x.length; ++i) {
            y[i] = NormalCdf.millsQ64(x[i]);
        }
    }

    function prices(Option[] calldata options) external pure returns (uint256[2][] memory y) {
        y = new uint256[2][](options.length);
        for (uint256 i; i < options.length; ++i) {
            Option calldata o = options[i];
            (y[i][0], y[i][1]) = Black76.price(o.forward, o.strike, o.discount, o.volatility, o.tau);
        }
    }

    function greeks(Option[] calldata options) external pure returns (Greeks[] memory y) {
        y = new Greeks[](options.length);
        for (uint256 i; i < options.length; ++i) {
            Option calldata o = options[i];
            Greeks memory g = y[i];
            (g.call, g.put, g.callDelta, g.putDelta, g.gamma, g.vega, g.thetaCall, g.thetaPut) =
                Black76.priceAndGreeks(o.forward, o.strike, o.discount, o.volatility, o.tau);
        }
    }

    function cores(CoreInput[] calldata inputs) external pure returns (CoreOutput[] memory y) {
        y = new CoreOutput[](inputs.length);
        for (uint256 i; i < inputs.length; ++i) {
            CoreInput calldata c = inputs[i];
            CoreOutput memory o = y[i];
            (o.call, o.put, o.delta, o.e, o.total) = Black76.core(c.forward, c.strike, c.x, c.v);
        }
    }

    function impliedVols(Priced[] calldata rows) external pure returns (uint256[] memory y) {
        y = new uint256[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            Priced calldata p = rows[i];
            y[i] = ImpliedVol.solve(p.forward, p.strike, p.discount, p.price, p.tau, p.isCall);
        }
    }

    function smiles(Smile[] calldata rows) external pure returns (SmileAt[] memory y) {
        y = new SmileAt[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            Smile calldata s = rows[i];
            y[i] = SmileAt({
                variance: Svi.totalVariance(s.slice, s.k),
                volatility: Svi.volatility(s.slice, s.k, s.tau),
                volatilityAt: Svi.volatilityAt(s.slice, s.forward, s.strike, s.tau)
            });
        }
    }

    /// @param lots of each strike, call then put
    function book(BoardContext calldata board, uint256[] calldata strikes, int32[2][] calldata lots)
        external
        pure
        returns (BookSums memory sums)
    {
        uint256[] memory words = new uint256[]((strikes.length + 3) / BoardPacking.LOTS_PER_WORD);
        for (uint256 i; i < strikes.length; ++i) {
            uint256 w = i / BoardPacking.LOTS_PER_WORD;
            words[w] = BoardPacking.withLots(words[w], i % BoardPacking.LOTS_PER_WORD, lots[i][0], lots[i][1]);
        }
        BookPass.add(sums, board, BoardPacking.nodes(strikes), words);
    }
}
