// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BookValue, PricingInput, PricingParams} from "../interfaces/IPricer.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {BoardGreeks, BoardSums, BoardSumsLib} from "./BoardSums.sol";
import {Context, ExpiryContext} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Exposure, Potential} from "./Potential.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {Spread} from "./Spread.sol";
import {StrikePass} from "./StrikePass.sol";
import {Workspace} from "./Workspace.sol";

/// @notice One board: what its strikes share, its sums, and what they add to the book.
library BoardPass {
    /// @dev Vega is normalised to 30 days, and to no less than 7 days' weight.
    uint256 private constant VEGA_TENOR = 30 days;
    uint256 private constant LEAST_VEGA_TENOR = 7 days;

    /// @notice Sets what the strikes of the board under way share, at the workspace's spot.
    function start(Workspace memory w, PricingInput calldata input) internal pure {
        unchecked {
            PricingParams calldata p = InputReader.params(w);
            uint256 tau = w.expiry - w.timestamp;
            SurfaceSlice calldata slice = InputReader.slice(w);
            Context memory c = w.context;
            setContext(w, c, slice, w.spot);
            w.tau = tau;
            w.vegaScale = ExpiryContext.vegaScale(c);
            w.vegaWeight = _vegaWeight(p, tau);
            w.margin.uncertainty = RequiredMargin.uncertainty(input.margin, tau);
            RequiredMargin.setBook(w.bookMargin, w.margin, c.discount);
            if (!w.touched) return;
            (w.spreadLevel, w.surcharge) = Spread.ofExpiry(p, slice, w.expiry, w.spot, w.timestamp);
            if (w.wide) setContext(w, w.averageContext, slice, Wad.unwrap(input.spot.average));
        }
    }

    function setContext(Workspace memory w, Context memory c, SurfaceSlice calldata slice, uint256 spot) internal pure {
        ExpiryContext.set(c, slice, w.expiry, spot, InputReader.averageSoFar(w), w.timestamp, w.window, w.rate);
    }

    /// @notice Sums the positions of the board under way.
    function sum(Workspace memory w, uint256 lots) internal pure {
        BoardSums memory sums = w.sums;
        BoardSumsLib.clear(sums);
        StrikePass.add(sums, w.context, w.bookMargin, w.nodes, w.nodeCount, lots);
    }

    /// @notice Turns the sums into money and adds them to the book's; what the legs change, to what comes afterwards.
    function close(Workspace memory w) internal pure {
        unchecked {
            BoardGreeks memory g = w.greeks;
            BoardSums memory sums = w.sums;
            BoardSumsLib.greeks(sums, g, w.context, w.rate, w.vegaScale);
            int256 margin = BoardSumsLib.margin(sums, w.margin);
            _account(w.before, g, margin);
            int256 nu = _nu(w, g.vega);
            _expose(w.exposureBefore, nu, nu * nu);
            _writeVega(w.vegaBefore, w.index, g.vega);
            if (!w.touched) {
                _writeVega(w.vegaAfter, w.index, g.vega);
                return;
            }
            BoardSumsLib.merge(sums, w.change);
            BoardGreeks memory h = w.greeksAfter;
            BoardSumsLib.greeks(sums, h, w.context, w.rate, w.vegaScale);
            _writeVega(w.vegaAfter, w.index, h.vega);
            int256 nuAfter = _nu(w, h.vega);
            _expose(w.exposureAfter, nuAfter - nu, nuAfter * nuAfter - nu * nu);
            BoardSumsLib.subtract(h, g);
            _account(w.afterwards, h, BoardSumsLib.margin(sums, w.margin) - margin);
        }
    }

    /// @notice With the last board in, what the legs change becomes what the book is afterwards.
    function addChange(Workspace memory w) internal pure {
        unchecked {
            Exposure memory before = w.exposureBefore;
            _expose(w.exposureAfter, before.vega, int256(before.vegaSquares));
            (BookValue memory to, BookValue memory from) = (w.afterwards, w.before);
            assembly ("memory-safe") {
                for { let i := 0 } lt(i, 0xc0) { i := add(i, 0x20) } {
                    mstore(add(to, i), add(mload(add(to, i)), mload(add(from, i))))
                }
            }
        }
    }

    function _nu(Workspace memory w, int256 vega) private pure returns (int256) {
        unchecked {
            return Potential.ratio(vega * w.vegaWeight / int256(WAD), w.equity);
        }
    }

    function _expose(Exposure memory e, int256 nu, int256 square) private pure {
        unchecked {
            e.vega += nu;
            e.vegaSquares += uint256(square);
        }
    }

    function _writeVega(uint256 place, uint256 board, int256 vega) private pure {
        assembly ("memory-safe") {
            mstore(add(place, shl(5, board)), vega)
        }
    }

    /// @dev Adds a board's Greeks to a book's sums. Both structs start with value, delta, gamma, vega, theta.
    function _account(BookValue memory book, BoardGreeks memory g, int256 margin) private pure {
        assembly ("memory-safe") {
            mstore(book, add(mload(book), mload(g)))
            mstore(add(book, 0x20), add(mload(add(book, 0x20)), mload(add(g, 0x20))))
            mstore(add(book, 0x40), add(mload(add(book, 0x40)), mload(add(g, 0x40))))
            mstore(add(book, 0x60), add(mload(add(book, 0x60)), mload(add(g, 0x60))))
            mstore(add(book, 0x80), add(mload(add(book, 0x80)), mload(add(g, 0x80))))
            mstore(add(book, 0xa0), add(mload(add(book, 0xa0)), margin))
        }
    }

    /// @dev sqrt(30 d / max(tau, 7 d)) * sigma_ref, wad.
    function _vegaWeight(PricingParams calldata p, uint256 tau) private pure returns (int256) {
        uint256 root = Sqrt.sqrtWad(VEGA_TENOR * WAD / (tau < LEAST_VEGA_TENOR ? LEAST_VEGA_TENOR : tau));
        return int256(root * Wad.unwrap(p.referenceVolatility) / WAD);
    }
}
