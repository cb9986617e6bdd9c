// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BookValue, IPricer, LegInput, Priced, PricingInput, PricingParams, UnitGreeks} from "../interfaces/IPricer.sol";
import {ORACLE_WIDE, OracleMode} from "../interfaces/ISpotOracle.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {BoardMargin} from "./BoardMargin.sol";
import {BoardPass} from "./BoardPass.sol";
import {BoardSumsLib} from "./BoardSums.sol";
import {
    AFTER_X,
    ANSWER_AFTER,
    ANSWER_BEFORE,
    ANSWER_PARTS,
    BEFORE_X,
    WORK,
    WORK_APART,
    WORK_CARRY,
    WORK_EQUITY,
    WORK_FAIR_AT_AVERAGE,
    WORK_FAIR_AT_MARK,
    WORK_FEE,
    WORK_LATENCY,
    WORK_LEAST_AT_AVERAGE,
    WORK_LEAST_AT_MARK,
    WORK_RISK_ONLY,
    WORK_SPOT,
    WORK_SPREAD
} from "./Desk.sol";
import {ExpiryContext} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {LegPrice} from "./LegPrice.sol";
import {LegStrike} from "./LegStrike.sol";
import {PricingBounds} from "./PricingBounds.sol";
import {Potential} from "./Potential.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {SeriesGreeks} from "./SeriesGreeks.sol";
import {Workspace, Workspaces} from "./Workspace.sol";

/// @title Pricer
/// @notice
/// What is summed. Figures of a strike are integers; the book is whole lots times them. So a book has one potential however
/// it came about, and what trades pay for changing it cancels over any round trip.
///
/// Rounding. A leg's prices are per lot, rounded in the vault's favour; an order is integer lots times them. So an
/// order's parts do not depend on how it is split; only the last step to base units does, and it rounds up.
///
/// Worse of two. Fair values and the clamps are taken at mark, under all live slices, and at average, under the one in
/// force, each for the whole order, and the dearer for the trader counts. No order is better for the trader than its fair
/// value, which is no better than that of its legs at mark. Spread, latency, carry, margin and the potential are taken at
/// mark.
contract Pricer is IPricer {
    /// @dev Gamma is charged on a move of 1 %.
    int256 private constant GAMMA_MOVE_DIVISOR = 100;
    int256 private constant MAX_RATIO = 1000000000000000000000000000; // Potential.MAX_RATIO
    int256 private constant TWICE_MAX_RATIO = 2000000000000000000000000000;
    int256 private constant MOST_GAMMA = -0x800000000000000000000000000000000000000000000000; // -2^191
    int256 private constant ONE = 1000000000000000000; // a wad, as assembly wants it
    /// @dev One collateral unit: E is never taken below it.
    uint256 private constant LEAST_EQUITY = WAD;

    // What is returned is declared as `calldata` where the call ends within: in memory it would be allocated and zeroed first.

    /// @inheritdoc IPricer
    function quote(PricingInput calldata input, LegInput[] calldata legs)
        external
        pure
        returns (Priced calldata quoted)
    {
        assembly ("memory-safe") {
            quoted := 0
        }
        _quote(input, legs);
    }

    /// @inheritdoc IPricer
    function priceAt(uint256 input, uint256 legs) external pure {
        (PricingInput calldata found, LegInput[] calldata order) = InputReader.arguments(input, legs);
        _quote(found, order);
    }

    /// @inheritdoc IPricer
    function priceRiskAt(uint256 input, uint256 legs) external pure {
        (PricingInput calldata found, LegInput[] calldata order) = InputReader.arguments(input, legs);
        _leaveValueOut();
        _quote(found, order);
    }

    /// @inheritdoc IPricer
    function value(PricingInput calldata input, Wad spot) external pure returns (BookValue calldata found) {
        _pass(_workspace(input, Wad.unwrap(spot), 0)[0], input, _noLegs(), 0);
        assembly ("memory-safe") {
            found := 0
            return(ANSWER_BEFORE, 0xc0)
        }
    }

    /// @inheritdoc IPricer
    function potential(PricingInput calldata input, Wad spot) external pure returns (Wad) {
        _leaveValueOut();
        Workspace memory w = _workspace(input, Wad.unwrap(spot), 0)[0];
        _pass(w, input, _noLegs(), 0);
        _finish(ANSWER_BEFORE, BEFORE_X, input);
        (uint256 venue, uint256 risk) = Potential.phi(BEFORE_X);
        return Wad.wrap(venue + risk);
    }

    /// @inheritdoc IPricer
    function marks(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Wad[] memory values) {
        Workspace memory w = _workspace(input, Wad.unwrap(input.spot.mark), 0)[0];
        values = new Wad[](legs.length);
        uint256 current = SeriesGreeks.NONE;
        for (uint256 l = 0; l < legs.length; ++l) {
            bool found;
            (current, found) = SeriesGreeks.seek(w, input, legs[l], current);
            if (!found) continue;
            values[l] = Wad.wrap((legs[l].call ? w.unit.call : w.unit.put) * w.context.discount / WAD);
        }
    }

    /// @inheritdoc IPricer
    function greeks(PricingInput calldata input, LegInput[] calldata legs) external pure returns (UnitGreeks[] memory) {
        return SeriesGreeks.ofLegs(_workspace(input, Wad.unwrap(input.spot.mark), 0)[0], input, legs);
    }

    /// @inheritdoc IPricer
    function check(PricingParams calldata params) external pure {
        PricingBounds.check(params);
    }

    /// @dev Ends the call with the answer.
    function _quote(PricingInput calldata input, LegInput[] calldata legs) private pure {
        Workspace memory w = _workspace(input, Wad.unwrap(input.spot.mark), legs.length)[0];
        assembly ("memory-safe") {
            w := WORK // where it lies, as a constant
        }
        if (w.boards == 0) Workspaces.answer(); // zeros
        w.atAverage = Wad.unwrap(input.spot.mark) != Wad.unwrap(input.spot.average);
        uint256 traded;
        assembly ("memory-safe") {
            // Bit b for a board with legs; a leg is four words
            let end := add(legs.offset, shl(7, legs.length))
            for { let leg := legs.offset } lt(leg, end) { leg := add(leg, 0x80) } {
                traded := or(traded, shl(calldataload(leg), 1))
            }
        }
        _pass(w, input, legs, traded);
        BoardPass.addChange();
        _finish(ANSWER_BEFORE, BEFORE_X, input);
        _finish(ANSWER_AFTER, AFTER_X, input);
        _price(input);
        Workspaces.answer();
    }

    /// @dev Before all else: what lays out the workspace takes its memory to be zero, and leaves this word.
    function _leaveValueOut() private pure {
        assembly ("memory-safe") {
            mstore(WORK_RISK_ONLY, 1)
        }
    }

    function _workspace(PricingInput calldata input, uint256 spot, uint256 legs)
        private
        pure
        returns (Workspace[] memory holder)
    {
        uint256 boards = InputReader.boardCount(input);
        holder = Workspaces.allocate(legs, boards);
        Workspace memory w = holder[0];
        assembly ("memory-safe") {
            w := WORK // where it lies, as a constant
        }
        uint256 equity = Wad.unwrap(input.equity);
        (w.equity, w.spot, w.boards) = (equity < LEAST_EQUITY ? LEAST_EQUITY : equity, spot, boards);
        w.heldSpot = ExpiryContext.held(spot);
        InputReader.open(input);
        if (boards == 0) return holder; // out of line by it: one copy serves every function
        RequiredMargin.set(input.margin, spot);
    }

    function _noLegs() private pure returns (LegInput[] calldata none) {
        assembly ("memory-safe") {
            none.offset := 0
            none.length := 0
        }
    }

    /// @dev All boards, with and without the legs.
    /// @param traded bit b for a board with legs
    function _pass(Workspace memory w, PricingInput calldata input, LegInput[] calldata legs, uint256 traded)
        private
        pure
    {
        unchecked {
            assembly ("memory-safe") {
                w := WORK // where it lies, as a constant
            }
            uint256 offset = w.firstBoard;
            uint256 boards = w.boards;
            if (boards == 0) return; // out of line by it, as `_workspace`
            for (uint256 b = 0; b < boards; ++b) {
                offset = InputReader.openBoard(b, offset);
                uint256 touched = traded >> b & 1;
                if (InputReader.takeLots(touched)) continue;
                BoardPass.start(w, input);
                BoardPass.clear();
                if (touched != 0) _addLegs(w, input, legs);
                BoardPass.sum();
                if (touched != 0) LegStrike.include();
                BoardMargin.set(w);
                (int256 vega, int256 vegaAfter) = BoardPass.close();
                BoardPass.weigh(vega, vegaAfter);
            }
        }
    }

    function _addLegs(Workspace memory w, PricingInput calldata input, LegInput[] calldata legs) private pure {
        unchecked {
            BoardSumsLib.clear();
            LegStrike.clear();
            for (uint256 l = 0; l < legs.length; ++l) {
                LegInput calldata leg = InputReader.legAt(legs, l);
                if (leg.board == w.index) LegPrice.add(w, input, leg, l);
            }
        }
    }

    /// @dev Fills in what depends on the whole book.
    /// @param book where its BookValue is
    /// @param exposure where its Exposure is
    function _finish(uint256 book, uint256 exposure, PricingInput calldata input) private pure {
        int256 hedge = SignedWad.unwrap(input.hedgeDelta);
        assembly ("memory-safe") {
            let spot := mload(WORK_SPOT)
            let equity := mload(WORK_EQUITY)
            // Each as Potential.ratio, without its call
            let amount := sdiv(mul(add(mload(add(book, 0x20)), hedge), spot), ONE)
            let r := sdiv(mul(amount, ONE), equity)
            if gt(add(r, MAX_RATIO), TWICE_MAX_RATIO) { r := mul(MAX_RATIO, sub(1, shl(1, slt(amount, 0)))) }
            mstore(exposure, r)
            // g = min(0, gamma * S^2 * 1 %) / E
            amount := mload(add(book, 0x40))
            amount := mul(amount, slt(amount, 0))
            amount := sdiv(sdiv(mul(sdiv(mul(amount, spot), ONE), spot), ONE), GAMMA_MOVE_DIVISOR)
            // Just before an expiry it is beyond all that a ratio takes, and held at its border whatever E
            if slt(amount, MOST_GAMMA) { amount := MOST_GAMMA }
            r := sdiv(mul(amount, ONE), equity)
            if slt(r, sub(0, MAX_RATIO)) { r := sub(0, MAX_RATIO) }
            mstore(add(exposure, 0x60), r)
            r := sdiv(mul(mload(add(book, 0xa0)), ONE), equity)
            if sgt(r, MAX_RATIO) { r := MAX_RATIO } // margin is never negative
            mstore(add(exposure, 0x80), r)
        }
    }

    /// @dev The sum of it all.
    function _price(PricingInput calldata input) private pure {
        unchecked {
            uint256 spread;
            int256 fair;
            int256 least;
            assembly ("memory-safe") {
                spread := mload(WORK_SPREAD)
                fair := mload(WORK_FAIR_AT_MARK)
                let other := mload(WORK_FAIR_AT_AVERAGE)
                if slt(fair, other) { fair := other }
                least := mload(WORK_LEAST_AT_MARK)
                other := mload(WORK_LEAST_AT_AVERAGE)
                if slt(least, other) { least := other }
            }
            if (OracleMode.unwrap(input.spot.mode) >= OracleMode.unwrap(ORACLE_WIDE)) {
                assembly ("memory-safe") {
                    let apart := mload(WORK_APART)
                    let sign := sar(255, apart)
                    spread := add(spread, sub(xor(apart, sign), sign))
                }
            }
            (int256 change, uint256 skewAfter) = _potentialCharge(input);
            assembly ("memory-safe") {
                mstore(ANSWER_PARTS, fair)
                mstore(add(ANSWER_PARTS, 0x20), change)
                mstore(add(ANSWER_PARTS, 0x40), spread)
                mcopy(add(ANSWER_PARTS, 0x60), WORK_LATENCY, 0x60) // latency, carry and fee
                let subtotal := add(add(fair, change), add(spread, add(mload(WORK_LATENCY), mload(WORK_CARRY))))
                if sgt(least, subtotal) {
                    mstore(add(ANSWER_PARTS, 0xc0), sub(least, subtotal))
                    subtotal := least
                }
                mstore(add(ANSWER_PARTS, 0xe0), add(subtotal, mload(WORK_FEE)))
                mstore(add(ANSWER_PARTS, 0x100), skewAfter)
            }
        }
    }

    /// @dev Change of the potential as charged, and Psi afterwards. The venue part is charged and given in full; a fall of
    /// the rest is given as far as Psi goes. So Psi is exactly what was paid in and not yet out.
    function _potentialCharge(PricingInput calldata input) private pure returns (int256 change, uint256 skewAfter) {
        unchecked {
            (uint256 venueBefore, uint256 riskBefore) = Potential.phi(BEFORE_X);
            (uint256 venueAfter, uint256 riskAfter) = Potential.phi(AFTER_X);
            // What is not a trade may have lowered the potential since: Psi follows it down, never up.
            int256 held = SignedWad.unwrap(input.skew);
            if (held > int256(venueBefore + riskBefore)) held = int256(venueBefore + riskBefore);
            if (held < 0) held = 0;
            change = int256(riskAfter) - int256(riskBefore);
            if (change < -held) change = -held;
            skewAfter = uint256(held + change);
            change += int256(venueAfter) - int256(venueBefore);
        }
    }
}
