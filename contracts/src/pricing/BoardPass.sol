// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PricingInput} from "../interfaces/IPricer.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {Svi} from "../math/Svi.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {Wad} from "../types/Wad.sol";
import {BoardMargin} from "./BoardMargin.sol";
import {
    AFTER_VEGA,
    AFTER_VEGA_SQUARES,
    ANSWER_AFTER,
    ANSWER_BEFORE,
    BEFORE_VEGA,
    BEFORE_VEGA_SQUARES,
    BOARD_BOOK,
    BOARD_BOOK_AFTER,
    CHANGE_DELTA,
    CONTEXT_DECAY_TIME,
    CONTEXT_DELTA_SCALE,
    CONTEXT_DISCOUNT,
    CONTEXT_FORWARD,
    CONTEXT_SLICE,
    MARGIN_CALL_UPPER,
    MARGIN_PUT_UPPER,
    SLICE_CENTRE,
    SLICE_LEVEL,
    SLICE_SIGMA,
    SLICE_SIGMA_SQUARE,
    SLICE_SLOPE,
    SLICE_TILT,
    SUMS_CALL_MARGIN,
    SUMS_DELTA,
    SUMS_GAUSSIAN,
    SUMS_OVER_VOLATILITY,
    SUMS_PUT_MARGIN,
    SUMS_STRIKES,
    SUMS_TIME,
    SUMS_TIMES_VOLATILITY,
    WORK_EQUITY,
    WORK_INDEX,
    WORK_RATE,
    WORK_TOUCHED,
    WORK_VEGA_AFTER,
    WORK_VEGA_BEFORE,
    WORK_VEGA_SCALE,
    WORK_VEGA_WEIGHT
} from "./Desk.sol";
import {Context, ExpiryContext} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Potential} from "./Potential.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {SlicePrice} from "./SlicePrice.sol";
import {Spread} from "./Spread.sol";
import {StrikePass} from "./StrikePass.sol";
import {Workspace} from "./Workspace.sol";

/// @notice One board: what its strikes share, its sums, and what they add to the book.
library BoardPass {
    /// @dev Vega is normalised to 30 days, and to no less than 7 days' weight.
    uint256 private constant VEGA_TENOR_WAD = 2592000000000000000000000; // 30 days, in wad
    uint256 private constant LEAST_VEGA_TENOR = 604800; // 7 days
    int256 private constant LOTS_PER_UNIT = 1000;
    int256 private constant LOT_WAD = 1000000000000000; // 1e15
    int256 private constant ONE = 1000000000000000000; // a wad, as assembly wants it
    int256 private constant WAD_LOTS = 1000000000000000000000; // ONE times the lots of a unit
    int256 private constant HALF_YEAR_Q32 = 67723044323328000; // Black76.HALF_YEAR << 32
    int256 private constant INVERSE_ROOT_2_PI = 7359186146747302452; // NormalCdf.INVERSE_ROOT_2_PI
    /// @dev Potential.MAX_RATIO
    int256 private constant MAX_RATIO = 1000000000000000000000000000;

    /// @notice Sets what the strikes of the board under way share, at the workspace's spot.
    function start(Workspace memory w, PricingInput calldata input) internal pure {
        unchecked {
            uint256 tau = w.expiry - w.timestamp;
            SurfaceSlice calldata slice = InputReader.slice();
            Context memory c = w.context;
            setContext(w, c, slice, w.spot);
            w.tau = tau;
            w.vegaScale = ExpiryContext.vegaScale(c);
            w.vegaWeight = _vegaWeight(Wad.unwrap(InputReader.params(w).referenceVolatility), tau);
            uint256 uncertainty = RequiredMargin.uncertainty(input.margin, tau);
            w.margin.uncertainty = uncertainty;
            RequiredMargin.setExpiry(w.bookMargin, uncertainty, w.margin.markFactor, c.discount);
            if (!w.touched) return;
            (w.spreadLevel, w.surcharge) = Spread.ofExpiry(InputReader.params(w), slice, w.expiry, w.spot, w.timestamp);
            if (w.atAverage) {
                SlicePrice.set(w, w.averageContext, slice, Wad.unwrap(input.spot.average), c);
            }
        }
    }

    function setContext(Workspace memory w, Context memory c, SurfaceSlice calldata slice, uint256 spot) internal pure {
        ExpiryContext.set(c, slice, w.expiry, spot, InputReader.averageSoFar(), w.timestamp, w.window, w.rate);
    }

    /// @notice Sums the positions of the board under way.
    function sum(Workspace memory w, uint256 lots) internal pure {
        SviSlice packed;
        assembly ("memory-safe") {
            packed := mload(CONTEXT_SLICE)
            calldatacopy(SUMS_DELTA, calldatasize(), 0x140) // zeros
        }
        (int256 level, int256 slope, int256 tilt, int256 centre, int256 sigma) = Svi.unpack(packed);
        assembly ("memory-safe") {
            mstore(SLICE_LEVEL, level)
            mstore(SLICE_SLOPE, slope)
            mstore(SLICE_TILT, tilt)
            mstore(SLICE_CENTRE, centre)
            mstore(SLICE_SIGMA, sigma)
            mstore(SLICE_SIGMA_SQUARE, mul(sigma, sigma))
        }
        StrikePass.add(w.nodes, w.nodeCount, lots);
        BoardMargin.set(w, lots);
    }

    /// @notice Turns the sums into money and adds them to the book's; what the legs change, to what comes afterwards.
    function close() internal pure {
        _money(BOARD_BOOK);
        int256 nu;
        bool touched;
        assembly ("memory-safe") {
            mstore(ANSWER_BEFORE, add(mload(ANSWER_BEFORE), mload(BOARD_BOOK)))
            mstore(add(ANSWER_BEFORE, 0x20), add(mload(add(ANSWER_BEFORE, 0x20)), mload(add(BOARD_BOOK, 0x20))))
            mstore(add(ANSWER_BEFORE, 0x40), add(mload(add(ANSWER_BEFORE, 0x40)), mload(add(BOARD_BOOK, 0x40))))
            mstore(add(ANSWER_BEFORE, 0x60), add(mload(add(ANSWER_BEFORE, 0x60)), mload(add(BOARD_BOOK, 0x60))))
            mstore(add(ANSWER_BEFORE, 0x80), add(mload(add(ANSWER_BEFORE, 0x80)), mload(add(BOARD_BOOK, 0x80))))
            mstore(add(ANSWER_BEFORE, 0xa0), add(mload(add(ANSWER_BEFORE, 0xa0)), mload(add(BOARD_BOOK, 0xa0))))
            touched := mload(WORK_TOUCHED)
        }
        nu = _nu(BOARD_BOOK);
        assembly ("memory-safe") {
            mstore(BEFORE_VEGA, add(mload(BEFORE_VEGA), nu))
            mstore(BEFORE_VEGA_SQUARES, add(mload(BEFORE_VEGA_SQUARES), mul(nu, nu)))
            let place := shl(5, mload(WORK_INDEX))
            let vega := mload(add(BOARD_BOOK, 0x60))
            mstore(add(mload(WORK_VEGA_BEFORE), place), vega)
            mstore(add(mload(WORK_VEGA_AFTER), place), vega)
        }
        if (!touched) return;
        assembly ("memory-safe") {
            mstore(SUMS_DELTA, add(mload(SUMS_DELTA), mload(CHANGE_DELTA)))
            mstore(add(SUMS_DELTA, 0x20), add(mload(add(SUMS_DELTA, 0x20)), mload(add(CHANGE_DELTA, 0x20))))
            mstore(add(SUMS_DELTA, 0x40), add(mload(add(SUMS_DELTA, 0x40)), mload(add(CHANGE_DELTA, 0x40))))
            mstore(add(SUMS_DELTA, 0x60), add(mload(add(SUMS_DELTA, 0x60)), mload(add(CHANGE_DELTA, 0x60))))
            mstore(add(SUMS_DELTA, 0x80), add(mload(add(SUMS_DELTA, 0x80)), mload(add(CHANGE_DELTA, 0x80))))
            mstore(add(SUMS_DELTA, 0xa0), add(mload(add(SUMS_DELTA, 0xa0)), mload(add(CHANGE_DELTA, 0xa0))))
            mstore(add(SUMS_DELTA, 0xc0), add(mload(add(SUMS_DELTA, 0xc0)), mload(add(CHANGE_DELTA, 0xc0))))
            mstore(add(SUMS_DELTA, 0xe0), add(mload(add(SUMS_DELTA, 0xe0)), mload(add(CHANGE_DELTA, 0xe0))))
        }
        _money(BOARD_BOOK_AFTER);
        int256 nuAfter = _nu(BOARD_BOOK_AFTER);
        assembly ("memory-safe") {
            mstore(add(mload(WORK_VEGA_AFTER), shl(5, mload(WORK_INDEX))), mload(add(BOARD_BOOK_AFTER, 0x60)))
            mstore(AFTER_VEGA, add(mload(AFTER_VEGA), sub(nuAfter, nu)))
            let squares := sub(mul(nuAfter, nuAfter), mul(nu, nu))
            mstore(AFTER_VEGA_SQUARES, add(mload(AFTER_VEGA_SQUARES), squares))
            function addRise(sum, from, to) {
                mstore(sum, add(mload(sum), sub(mload(to), mload(from))))
            }
            addRise(ANSWER_AFTER, BOARD_BOOK, BOARD_BOOK_AFTER)
            addRise(add(ANSWER_AFTER, 0x20), add(BOARD_BOOK, 0x20), add(BOARD_BOOK_AFTER, 0x20))
            addRise(add(ANSWER_AFTER, 0x40), add(BOARD_BOOK, 0x40), add(BOARD_BOOK_AFTER, 0x40))
            addRise(add(ANSWER_AFTER, 0x60), add(BOARD_BOOK, 0x60), add(BOARD_BOOK_AFTER, 0x60))
            addRise(add(ANSWER_AFTER, 0x80), add(BOARD_BOOK, 0x80), add(BOARD_BOOK_AFTER, 0x80))
            addRise(add(ANSWER_AFTER, 0xa0), add(BOARD_BOOK, 0xa0), add(BOARD_BOOK_AFTER, 0xa0))
        }
    }

    /// @notice With the last board in, what the legs change becomes what the book is afterwards.
    function addChange() internal pure {
        assembly ("memory-safe") {
            mstore(AFTER_VEGA, add(mload(AFTER_VEGA), mload(BEFORE_VEGA)))
            mstore(AFTER_VEGA_SQUARES, add(mload(AFTER_VEGA_SQUARES), mload(BEFORE_VEGA_SQUARES)))
            for { let i := 0 } lt(i, 0xc0) { i := add(i, 0x20) } {
                mstore(add(ANSWER_AFTER, i), add(mload(add(ANSWER_AFTER, i)), mload(add(ANSWER_BEFORE, i))))
            }
        }
    }

    /// @dev Writes the sums of the board as a `BookValue`. Spot delta and gamma: the forward moves by the context's
    /// `deltaScale` per move of the spot. Each figure is truncated towards zero or shifted down.
    /// @param to where; a branch below keeps this out of line, where two copies would not pay
    function _money(uint256 to) private pure {
        int256 decay;
        int256 theta;
        assembly ("memory-safe") {
            let discount := mload(CONTEXT_DISCOUNT)
            let scale := div(mul(discount, mload(CONTEXT_DELTA_SCALE)), ONE)
            let x := mul(mload(CONTEXT_FORWARD), sar(96, add(mload(SUMS_DELTA), mload(SUMS_TIME))))
            x := sdiv(mul(sub(sar(96, x), mload(SUMS_STRIKES)), discount), WAD_LOTS)
            mstore(to, x)
            theta := sdiv(mul(mload(WORK_RATE), x), ONE)
            mstore(add(to, 0x20), sdiv(sar(64, mul(sar(128, mload(SUMS_DELTA)), scale)), LOTS_PER_UNIT))
            scale := div(mul(scale, mload(CONTEXT_DELTA_SCALE)), ONE)
            x := sar(64, mul(sar(32, mload(SUMS_OVER_VOLATILITY)), INVERSE_ROOT_2_PI))
            mstore(add(to, 0x40), sdiv(mul(sar(64, mul(x, scale)), LOT_WAD), mload(CONTEXT_FORWARD)))
            x := sar(64, mul(sar(64, mload(SUMS_GAUSSIAN)), INVERSE_ROOT_2_PI))
            mstore(add(to, 0x60), sdiv(sar(64, mul(x, mload(WORK_VEGA_SCALE))), LOTS_PER_UNIT))
            x := mul(sar(64, mload(SUMS_CALL_MARGIN)), mload(MARGIN_CALL_UPPER))
            x := add(x, mul(sar(64, mload(SUMS_PUT_MARGIN)), mload(MARGIN_PUT_UPPER)))
            mstore(add(to, 0xa0), sdiv(x, WAD_LOTS))
            decay := mload(CONTEXT_DECAY_TIME)
        }
        if (decay == 0) {
            assembly ("memory-safe") {
                mstore(add(to, 0x80), theta)
            }
            return;
        }
        assembly ("memory-safe") {
            let x := sar(64, mul(sar(128, mload(SUMS_TIMES_VOLATILITY)), INVERSE_ROOT_2_PI))
            x := sar(64, mul(x, mload(CONTEXT_FORWARD)))
            x := sdiv(mul(x, mload(CONTEXT_DISCOUNT)), WAD_LOTS)
            mstore(add(to, 0x80), sub(theta, sdiv(mul(x, HALF_YEAR_Q32), decay)))
        }
    }

    /// @dev Tenor-normalised vega over E, as Potential.ratio holds it.
    /// @param book of the board
    function _nu(uint256 book) private pure returns (int256 nu) {
        int256 amount;
        uint256 equity;
        assembly ("memory-safe") {
            amount := sdiv(mul(mload(add(book, 0x60)), mload(WORK_VEGA_WEIGHT)), ONE)
            equity := mload(WORK_EQUITY)
        }
        return Potential.ratio(amount, equity);
    }

    /// @dev sqrt(30 d / max(tau, 7 d)) * sigma_ref, wad.
    function _vegaWeight(uint256 referenceVolatility, uint256 tau) private pure returns (int256 weight) {
        assembly ("memory-safe") {
            if lt(tau, LEAST_VEGA_TENOR) { tau := LEAST_VEGA_TENOR }
            tau := mul(div(VEGA_TENOR_WAD, tau), ONE)
        }
        uint256 root = Sqrt.near(tau);
        assembly ("memory-safe") {
            weight := div(mul(root, referenceVolatility), ONE)
        }
    }
}
