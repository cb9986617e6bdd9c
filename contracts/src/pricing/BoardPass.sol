// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PricingInput} from "../interfaces/IPricer.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {Wad} from "../types/Wad.sol";
import {
    AFTER_VEGA,
    AFTER_VEGA_SQUARES,
    ANSWER_AFTER,
    ANSWER_BEFORE,
    BEFORE_VEGA,
    BEFORE_VEGA_SQUARES,
    CHANGE_DELTA,
    CONTEXT_DECAY_TIME,
    CONTEXT_DELTA_SCALE,
    CONTEXT_DISCOUNT,
    CONTEXT_FORWARD,
    CONTEXT_VEGA_SCALE,
    MARGIN_CALL_UPPER,
    MARGIN_PUT_UPPER,
    OTHER_CONTEXT,
    SUMS_CALL_MARGIN,
    SUMS_DELTA,
    SUMS_GAUSSIAN,
    SUMS_OVER_VOLATILITY,
    SUMS_PUT_MARGIN,
    SUMS_STRIKES,
    SUMS_TIME,
    SUMS_TIMES_VOLATILITY,
    UNIT,
    WORK_EQUITY,
    WORK_INDEX,
    WORK_PARAMS,
    WORK_RATE,
    WORK_RISK_ONLY,
    WORK_TOUCHED,
    WORK_TAU,
    WORK_VEGA_AFTER,
    WORK_VEGA_BEFORE
} from "./Desk.sol";
import {ExpiryContext} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Potential} from "./Potential.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {RiskPass} from "./RiskPass.sol";
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
    /// @dev The book without the board under way and with it, while its legs are added: words that are free once they are priced.
    uint256 private constant WITHOUT = UNIT;
    uint256 private constant WITH = OTHER_CONTEXT;
    int256 private constant MAX_RATIO = 1000000000000000000000000000; // Potential.MAX_RATIO
    int256 private constant TWICE_MAX_RATIO = 2000000000000000000000000000;
    /// @dev Place in the words of `PricingParams`.
    uint256 private constant REFERENCE_VOLATILITY = 8 * 0x20;

    /// @notice Sets what the strikes of the board under way share, at the workspace's spot.
    function start(Workspace memory w, PricingInput calldata input) internal pure {
        SliceWord slice = InputReader.slice();
        ExpiryContext.set(slice);
        RequiredMargin.setExpiry(input.margin);
        bool touched;
        assembly ("memory-safe") {
            touched := mload(WORK_TOUCHED)
        }
        if (!touched) return;
        (w.spreadLevel, w.surcharge) = Spread.ofExpiry(InputReader.params(w), slice, w.expiry, w.spot, w.timestamp);
        if (w.atAverage) SlicePrice.setAverage(w, slice, Wad.unwrap(input.spot.average));
    }

    /// @notice Clears the sums of the board under way.
    function clear() internal pure {
        assembly ("memory-safe") {
            calldatacopy(SUMS_DELTA, calldatasize(), 0x140) // zeros
        }
    }

    /// @notice Adds the positions of the board under way, as far as they are in LOTS.
    function sum() internal pure {
        bool riskOnly;
        assembly ("memory-safe") {
            riskOnly := mload(WORK_RISK_ONLY)
        }
        if (riskOnly) RiskPass.add();
        else StrikePass.add();
    }

    /// @notice Turns the sums into money and adds them to the book's; what the legs change, to what comes afterwards.
    /// @return vega of the board
    /// @return vegaAfter with the legs
    function close() internal pure returns (int256 vega, int256 vegaAfter) {
        bool touched;
        assembly ("memory-safe") {
            touched := mload(WORK_TOUCHED)
        }
        if (touched) _copy(WITHOUT, ANSWER_BEFORE);
        vega = _money();
        assembly ("memory-safe") {
            let place := shl(5, mload(WORK_INDEX))
            mstore(add(mload(WORK_VEGA_BEFORE), place), vega)
            mstore(add(mload(WORK_VEGA_AFTER), place), vega)
        }
        if (!touched) return (vega, vega);
        _copy(WITH, ANSWER_BEFORE);
        _copy(ANSWER_BEFORE, WITHOUT);
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
        vegaAfter = _money();
        assembly ("memory-safe") {
            mstore(add(mload(WORK_VEGA_AFTER), shl(5, mload(WORK_INDEX))), vegaAfter)
            function addRise(sum, from, to) {
                mstore(sum, add(mload(sum), sub(mload(to), mload(from))))
            }
            addRise(ANSWER_AFTER, WITH, ANSWER_BEFORE)
            addRise(add(ANSWER_AFTER, 0x20), add(WITH, 0x20), add(ANSWER_BEFORE, 0x20))
            addRise(add(ANSWER_AFTER, 0x40), add(WITH, 0x40), add(ANSWER_BEFORE, 0x40))
            addRise(add(ANSWER_AFTER, 0x60), add(WITH, 0x60), add(ANSWER_BEFORE, 0x60))
            addRise(add(ANSWER_AFTER, 0x80), add(WITH, 0x80), add(ANSWER_BEFORE, 0x80))
            addRise(add(ANSWER_AFTER, 0xa0), add(WITH, 0xa0), add(ANSWER_BEFORE, 0xa0))
        }
        _copy(ANSWER_BEFORE, WITH);
    }

    /// @dev Copies a `BookValue`.
    function _copy(uint256 to, uint256 from) private pure {
        assembly ("memory-safe") {
            mcopy(to, from, 0xc0)
        }
    }

    /// @notice Adds what the potential sees of the board's vega to the exposures: nu, its vega times
    /// sqrt(30 d / max(tau, 7 d)) * sigma_ref over E, and the square.
    /// @param vega of the board
    /// @param vegaAfter with the legs
    function weigh(int256 vega, int256 vegaAfter) internal pure {
        uint256 weight;
        uint256 equity;
        assembly ("memory-safe") {
            let tenor := mload(WORK_TAU)
            if lt(tenor, LEAST_VEGA_TENOR) { tenor := LEAST_VEGA_TENOR }
            weight := mul(div(VEGA_TENOR_WAD, tenor), ONE)
            equity := mload(WORK_EQUITY)
        }
        weight = Sqrt.near(weight);
        int256 nu;
        assembly ("memory-safe") {
            weight := div(mul(weight, calldataload(add(mload(WORK_PARAMS), REFERENCE_VOLATILITY))), ONE)
            // As Potential.ratio, without its call
            nu := sdiv(mul(sdiv(mul(vega, weight), ONE), ONE), equity)
            if gt(add(nu, MAX_RATIO), TWICE_MAX_RATIO) { nu := mul(MAX_RATIO, sub(1, shl(1, slt(vega, 0)))) }
            mstore(BEFORE_VEGA, add(mload(BEFORE_VEGA), nu))
            mstore(BEFORE_VEGA_SQUARES, add(mload(BEFORE_VEGA_SQUARES), mul(nu, nu)))
        }
        if (vegaAfter == vega) return;
        assembly ("memory-safe") {
            vegaAfter := sdiv(mul(vegaAfter, weight), ONE)
        }
        vegaAfter = Potential.ratio(vegaAfter, equity);
        assembly ("memory-safe") {
            mstore(AFTER_VEGA, add(mload(AFTER_VEGA), sub(vegaAfter, nu)))
            mstore(AFTER_VEGA_SQUARES, add(mload(AFTER_VEGA_SQUARES), sub(mul(vegaAfter, vegaAfter), mul(nu, nu))))
        }
    }

    /// @notice With the last board in, what the legs change becomes what the book is afterwards.
    function addChange() internal pure {
        assembly ("memory-safe") {
            mstore(AFTER_VEGA, add(mload(AFTER_VEGA), mload(BEFORE_VEGA)))
            mstore(AFTER_VEGA_SQUARES, add(mload(AFTER_VEGA_SQUARES), mload(BEFORE_VEGA_SQUARES)))
            mstore(ANSWER_AFTER, add(mload(ANSWER_AFTER), mload(ANSWER_BEFORE)))
            mstore(add(ANSWER_AFTER, 0x20), add(mload(add(ANSWER_AFTER, 0x20)), mload(add(ANSWER_BEFORE, 0x20))))
            mstore(add(ANSWER_AFTER, 0x40), add(mload(add(ANSWER_AFTER, 0x40)), mload(add(ANSWER_BEFORE, 0x40))))
            mstore(add(ANSWER_AFTER, 0x60), add(mload(add(ANSWER_AFTER, 0x60)), mload(add(ANSWER_BEFORE, 0x60))))
            mstore(add(ANSWER_AFTER, 0x80), add(mload(add(ANSWER_AFTER, 0x80)), mload(add(ANSWER_BEFORE, 0x80))))
            mstore(add(ANSWER_AFTER, 0xa0), add(mload(add(ANSWER_AFTER, 0xa0)), mload(add(ANSWER_BEFORE, 0xa0))))
        }
    }

    /// @dev Adds the sums of the board to the book. Spot delta and gamma: the forward moves by the context's
    /// `deltaScale` per move of the spot. Each figure is truncated towards zero or shifted down.
    /// @return vega of the board
    function _money() private pure returns (int256 vega) {
        assembly ("memory-safe") {
            let forward := mload(CONTEXT_FORWARD)
            let discount := mload(CONTEXT_DISCOUNT)
            let change := mload(CONTEXT_DELTA_SCALE)
            let scale := div(mul(discount, change), ONE)
            let x := mload(SUMS_DELTA)
            mstore(
                add(ANSWER_BEFORE, 0x20),
                add(mload(add(ANSWER_BEFORE, 0x20)), sdiv(sar(64, mul(sar(128, x), scale)), LOTS_PER_UNIT))
            )
            if iszero(mload(WORK_RISK_ONLY)) {
                x := sub(sar(96, mul(forward, sar(96, add(x, mload(SUMS_TIME))))), mload(SUMS_STRIKES))
                x := sdiv(mul(x, discount), WAD_LOTS)
                mstore(ANSWER_BEFORE, add(mload(ANSWER_BEFORE), x))
                // Nothing decays where there is no slice: a quotient by zero is zero
                let decay := sar(64, mul(sar(128, mload(SUMS_TIMES_VOLATILITY)), INVERSE_ROOT_2_PI))
                decay := sdiv(mul(sar(64, mul(decay, forward)), discount), WAD_LOTS)
                decay := sdiv(mul(decay, HALF_YEAR_Q32), mload(CONTEXT_DECAY_TIME))
                x := sub(sdiv(mul(mload(WORK_RATE), x), ONE), decay)
                mstore(add(ANSWER_BEFORE, 0x80), add(mload(add(ANSWER_BEFORE, 0x80)), x))
            }
            scale := div(mul(scale, change), ONE)
            x := sar(64, mul(sar(32, mload(SUMS_OVER_VOLATILITY)), INVERSE_ROOT_2_PI))
            x := sdiv(mul(sar(64, mul(x, scale)), LOT_WAD), forward)
            mstore(add(ANSWER_BEFORE, 0x40), add(mload(add(ANSWER_BEFORE, 0x40)), x))
            x := mul(sar(64, mload(SUMS_CALL_MARGIN)), mload(MARGIN_CALL_UPPER))
            x := add(x, mul(sar(64, mload(SUMS_PUT_MARGIN)), mload(MARGIN_PUT_UPPER)))
            mstore(add(ANSWER_BEFORE, 0xa0), add(mload(add(ANSWER_BEFORE, 0xa0)), sdiv(x, WAD_LOTS)))
            x := sar(64, mul(sar(64, mload(SUMS_GAUSSIAN)), INVERSE_ROOT_2_PI))
            vega := sdiv(sar(64, mul(x, mload(CONTEXT_VEGA_SCALE))), LOTS_PER_UNIT)
            mstore(add(ANSWER_BEFORE, 0x60), add(mload(add(ANSWER_BEFORE, 0x60)), vega))
        }
    }
}
