// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    BookValue,
    IPricer,
    LegInput,
    Priced,
    PricingInput,
    PricingParams,
    QuoteParts,
    UnitGreeks
} from "../interfaces/IPricer.sol";
import {ORACLE_WIDE, OracleMode} from "../interfaces/ISpotOracle.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {BoardPass} from "./BoardPass.sol";
import {BoardSumsLib} from "./BoardSums.sol";
import {ExpiryContext, Unit} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {LegPrice} from "./LegPrice.sol";
import {PricingBounds} from "./PricingBounds.sol";
import {Exposure, Potential} from "./Potential.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {SeriesGreeks} from "./SeriesGreeks.sol";
import {Workspace, Workspaces} from "./Workspace.sol";

/// @title Pricer
/// @notice
/// What is summed. Figures of a strike are rounded once; the book is integer lots times them. So a book has one potential
/// however it came about, and what trades pay for changing it cancels over any round trip.
///
/// Rounding. A leg's prices are per lot, rounded in the vault's favour; an order is integer lots times them. So an
/// order's parts do not depend on how it is split; only the last step to base units does, and it rounds up.
///
/// Worse of two. Fair values and the clamps are taken at mark and at average, each for the whole order, and the dearer
/// for the trader counts. Spread, latency, carry, margin and the potential are taken at mark.
contract Pricer is IPricer {
    /// @dev Gamma is charged on a move of 1 %.
    int256 private constant GAMMA_MOVE_DIVISOR = 100;
    /// @dev One collateral unit: E is never taken below it.
    uint256 private constant LEAST_EQUITY = WAD;

    /// @inheritdoc IPricer
    function quote(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Priced memory) {
        Workspace memory w = _workspace(input, Wad.unwrap(input.spot.mark), legs.length)[0];
        w.wide = input.spot.average != input.spot.mark;
        _pass(w, input, legs);
        BoardPass.addChange(w);
        _finish(w, w.exposureBefore, w.before, input);
        _finish(w, w.exposureAfter, w.afterwards, input);
        _price(w, input);
        Workspaces.answer(w);
    }

    /// @inheritdoc IPricer
    function value(PricingInput calldata input, Wad spot) external pure returns (BookValue memory) {
        Workspace memory w = _workspace(input, Wad.unwrap(spot), 0)[0];
        _pass(w, input, _noLegs());
        return w.before;
    }

    /// @inheritdoc IPricer
    function potential(PricingInput calldata input, Wad spot) external pure returns (Wad) {
        Workspace memory w = _workspace(input, Wad.unwrap(spot), 0)[0];
        _pass(w, input, _noLegs());
        _finish(w, w.exposureBefore, w.before, input);
        (uint256 venue, uint256 risk) = Potential.phi(InputReader.params(w), w.exposureBefore, w.equity);
        return Wad.wrap(venue + risk);
    }

    /// @inheritdoc IPricer
    function marks(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Wad[] memory values) {
        Workspace memory w = _workspace(input, Wad.unwrap(input.spot.mark), 0)[0];
        values = new Wad[](legs.length);
        uint256 current = type(uint256).max;
        for (uint256 l = 0; l < legs.length; ++l) {
            LegInput calldata leg = legs[l];
            if (leg.board >= w.boards) continue;
            if (leg.board != current) {
                current = leg.board;
                uint256 offset = w.firstBoard;
                for (uint256 b = 0; b <= current; ++b) {
                    offset = InputReader.openBoard(w, b, offset);
                }
                if (w.expiry > w.timestamp) BoardPass.start(w, input);
            }
            if (w.expiry <= w.timestamp) continue;
            Unit memory u = w.unit;
            ExpiryContext.setUnit(u, w.context, InputReader.node(w, leg.node));
            values[l] = Wad.wrap((leg.call ? u.call : u.put) * w.context.discount / WAD);
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

    function _workspace(PricingInput calldata input, uint256 spot, uint256 legs)
        private
        pure
        returns (Workspace[] memory holder)
    {
        uint256 boards = InputReader.boardCount(input);
        holder = Workspaces.allocate(legs, boards);
        Workspace memory w = holder[0];
        uint256 equity = Wad.unwrap(input.equity);
        (w.equity, w.spot, w.boards) = (equity < LEAST_EQUITY ? LEAST_EQUITY : equity, spot, boards);
        w.firstBoard = InputReader.open(w, input);
        RequiredMargin.set(w.margin, input.margin, spot);
    }

    function _noLegs() private pure returns (LegInput[] calldata none) {
        assembly ("memory-safe") {
            none.offset := 0
            none.length := 0
        }
    }

    /// @dev All boards, with and without the legs.
    function _pass(Workspace memory w, PricingInput calldata input, LegInput[] calldata legs) private pure {
        unchecked {
            uint256 offset = w.firstBoard;
            for (uint256 b = 0; b < w.boards; ++b) {
                offset = InputReader.openBoard(w, b, offset);
                if (w.expiry <= w.timestamp) continue;
                bool touched = _touched(legs, b);
                uint256 lots = InputReader.lotsOf(w);
                if (!touched && InputReader.isEmpty(lots)) continue;
                w.touched = touched;
                BoardPass.start(w, input);
                BoardPass.sum(w, lots);
                if (touched) _addLegs(w, input, legs);
                BoardPass.close(w);
            }
        }
    }

    function _addLegs(Workspace memory w, PricingInput calldata input, LegInput[] calldata legs) private pure {
        unchecked {
            BoardSumsLib.clear(w.change);
            for (uint256 l = 0; l < legs.length; ++l) {
                if (legs[l].board == w.index) LegPrice.add(w, input, legs[l], l);
            }
        }
    }

    /// @dev Whether an order has a leg on a board.
    function _touched(LegInput[] calldata legs, uint256 board) private pure returns (bool) {
        unchecked {
            for (uint256 l = 0; l < legs.length; ++l) {
                if (legs[l].board == board) return true;
            }
            return false;
        }
    }

    /// @dev Fills in what depends on the whole book.
    function _finish(Workspace memory w, Exposure memory e, BookValue memory book, PricingInput calldata input)
        private
        pure
    {
        unchecked {
            int256 spot = int256(w.spot);
            int256 equity = int256(w.equity);
            int256 delta = SignedWad.unwrap(book.delta) + SignedWad.unwrap(input.hedgeDelta);
            e.x = Potential.ratio(delta * spot / int256(WAD), uint256(equity));
            e.utilisation = uint256(Potential.ratio(int256(Wad.unwrap(book.requiredMargin)), uint256(equity)));
            // g = min(0, gamma * S^2 * 1 %) / E
            int256 gamma = SignedWad.unwrap(book.gamma);
            if (gamma >= 0) return;
            gamma = gamma * spot / int256(WAD) * spot / int256(WAD) / GAMMA_MOVE_DIVISOR;
            e.gamma = Potential.ratio(gamma, uint256(equity));
        }
    }

    /// @dev The sum of it all.
    function _price(Workspace memory w, PricingInput calldata input) private pure {
        unchecked {
            uint256 spread = w.spread;
            if (OracleMode.unwrap(input.spot.mode) >= OracleMode.unwrap(ORACLE_WIDE)) {
                int256 apart = w.fairAtMark - w.fairAtAverage;
                spread += uint256(apart < 0 ? -apart : apart);
            }
            int256 fair = w.fairAtMark > w.fairAtAverage ? w.fairAtMark : w.fairAtAverage;
            int256 least = w.leastAtMark > w.leastAtAverage ? w.leastAtMark : w.leastAtAverage;
            (int256 change, uint256 skewAfter) = _potentialCharge(w, input);
            int256 subtotal = fair + change + int256(spread + w.latency + w.carry);
            QuoteParts memory parts = w.parts;
            parts.fair = SignedWad.wrap(fair);
            parts.potential = SignedWad.wrap(change);
            parts.spread = Wad.wrap(spread);
            parts.latency = Wad.wrap(w.latency);
            parts.carry = Wad.wrap(w.carry);
            parts.fee = Wad.wrap(w.fee);
            if (least > subtotal) {
                parts.clamp = Wad.wrap(uint256(least - subtotal));
                subtotal = least;
            }
            parts.net = SignedWad.wrap(subtotal + int256(w.fee));
            parts.skewAfter = SignedWad.wrap(int256(skewAfter));
        }
    }

    /// @dev Change of the potential as charged, and Psi afterwards. The venue part is charged and given in full; a fall of
    /// the rest is given as far as Psi goes. So Psi is exactly what was paid in and not yet out.
    function _potentialCharge(Workspace memory w, PricingInput calldata input)
        private
        pure
        returns (int256 change, uint256 skewAfter)
    {
        unchecked {
            PricingParams calldata p = InputReader.params(w);
            (uint256 venueBefore, uint256 riskBefore) = Potential.phi(p, w.exposureBefore, w.equity);
            (uint256 venueAfter, uint256 riskAfter) = Potential.phi(p, w.exposureAfter, w.equity);
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
