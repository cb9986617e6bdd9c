// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegInput, PricingInput, PricingParams} from "../interfaces/IPricer.sol";
import {Black76} from "../math/Black76.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {BoardSumsLib} from "./BoardSums.sol";
import {
    CONTEXT_FORWARD,
    UNIT,
    WORK_APART,
    WORK_CARRY,
    WORK_FAIR_AT_AVERAGE,
    WORK_FAIR_AT_MARK,
    WORK_FEE,
    WORK_LATENCY,
    WORK_LEAST_AT_AVERAGE,
    WORK_LEAST_AT_MARK,
    WORK_SPREAD
} from "./Desk.sol";
import {Context, ExpiryContext, Unit} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {LegStrike} from "./LegStrike.sol";
import {Node} from "./Node.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {SlicePrice} from "./SlicePrice.sol";
import {Spread} from "./Spread.sol";
import {Workspace} from "./Workspace.sol";

/// @notice What a leg adds to an order, apart from the potential: fair value, clamp, spread, latency, carry and fee.
/// @dev A leg's prices are per lot, rounded in the vault's favour; an order is integer lots times them. So an order's
/// parts do not depend on how it is split.
library LegPrice {
    uint256 private constant LOTS_PER_UNIT = 1000;
    uint256 private constant WAD_LOTS = 1000000000000000000000; // WAD times the lots of a unit
    /// @dev The fee is never above an eighth of fair value.
    uint256 private constant FEE_SHARE_OF_FAIR = 8;

    /// @notice Adds leg `l`, of the board under way.
    function add(Workspace memory w, PricingInput calldata input, LegInput calldata leg, uint256 l) internal pure {
        unchecked {
            Node node = InputReader.node(w, leg.node);
            (Unit memory u, Context memory c) = (w.unit, w.context);
            assembly ("memory-safe") {
                // As constants: what is reached through a pointer costs twice as much
                u := UNIT
                c := CONTEXT_FORWARD
            }
            ExpiryContext.setUnit(node);
            LegStrike.take(leg.node, node.strike());
            _write(w.callDelta, l, u.delta * WAD >> 64);
            _chargeFee(w, leg.lots < 0 ? _sell(w, c, input, leg, node, u) : _buy(w, c, input, leg, node, u), leg.lots);
            int256 rise = _chargeRisk(w, c, leg, l, node, u);
            _change(leg, node, u, rise);
        }
    }

    /// @dev Fair value and clamp where the trader buys: at mark under all live slices, at average under the one in force.
    /// @return lowest fair value of a lot among them
    function _buy(
        Workspace memory w,
        Context memory c,
        PricingInput calldata input,
        LegInput calldata leg,
        Node node,
        Unit memory u
    ) private pure returns (uint256 lowest) {
        unchecked {
            (int256 lots, bool call) = (leg.lots, InputReader.legIsCall(leg));
            uint256 value = call ? u.call : u.put;
            (uint256 high, uint256 low, uint256 forward) = _asked(w, c, input, node, call, value);
            (int256 fair, int256 least) = _askedPerLot(w, c, node, call, high, forward);
            _addTo(WORK_FAIR_AT_MARK, lots * fair);
            _addTo(WORK_LEAST_AT_MARK, lots * least);
            if (w.atAverage) {
                Context memory a = w.averageContext;
                fair = int256(_ceil(value * c.discount, WAD_LOTS));
                (value,) = SlicePrice.ofStrikeInForce(a, node, call);
                if (value < low) low = value;
                int256 atMark = fair;
                (fair, least) = _askedPerLot(w, c, node, call, value, a.forward);
                _addTo(WORK_APART, lots * (atMark - fair));
            }
            _addTo(WORK_FAIR_AT_AVERAGE, lots * fair);
            _addTo(WORK_LEAST_AT_AVERAGE, lots * least);
            return _ceil(low * c.discount, WAD_LOTS);
        }
    }

    /// @dev Fair value where the trader sells, likewise, which is also the clamp.
    /// @return lowest fair value of a lot
    function _sell(
        Workspace memory w,
        Context memory c,
        PricingInput calldata input,
        LegInput calldata leg,
        Node node,
        Unit memory u
    ) private pure returns (uint256 lowest) {
        unchecked {
            (int256 lots, bool call) = (leg.lots, InputReader.legIsCall(leg));
            uint256 value = call ? u.call : u.put;
            lowest = _lotDown(c, _bid(w, input, node, call, value, u.delta));
            int256 fair = lots * int256(lowest);
            _addTo(WORK_FAIR_AT_MARK, fair);
            _addTo(WORK_LEAST_AT_MARK, fair);
            if (w.atAverage) {
                Context memory a = w.averageContext;
                int256 atMark = int256(_lotDown(c, value));
                uint256 delta;
                (value, delta) = SlicePrice.ofStrikeInForce(a, node, call);
                _addTo(WORK_APART, lots * (atMark - int256(_lotDown(c, value))));
                value = _lotDown(c, SlicePrice.ofStrikeBought(a, node, call, value, delta, _flatDelta(w)));
                if (value < lowest) lowest = value;
                fair = lots * int256(value);
            }
            _addTo(WORK_FAIR_AT_AVERAGE, fair);
            _addTo(WORK_LEAST_AT_AVERAGE, fair);
        }
    }

    /// @dev Q64
    function _flatDelta(Workspace memory w) private pure returns (uint256) {
        unchecked {
            return (Wad.unwrap(InputReader.params(w).flatDelta) << 64) / WAD;
        }
    }

    /// @dev A value, undiscounted, for a lot; wad, rounded down.
    function _lotDown(Context memory c, uint256 value) private pure returns (uint256) {
        unchecked {
            return value * c.discount / WAD_LOTS;
        }
    }

    /// @dev What a buyer may be asked for one option at mark, under the slice in force and all that it replaced and that are
    /// still in grace, undiscounted, wad.
    /// @param value under the slice in force
    /// @return high the highest of the values
    /// @return low the lowest
    /// @return forward the one of greatest intrinsic value
    function _asked(
        Workspace memory w,
        Context memory c,
        PricingInput calldata input,
        Node node,
        bool call,
        uint256 value
    ) private pure returns (uint256 high, uint256 low, uint256 forward) {
        unchecked {
            (high, low, forward) = (value, value, c.forward);
            SliceWord[] calldata previous = InputReader.previous(input);
            if (previous.length == 0) return (high, low, forward);
            Context memory other = w.otherContext;
            for (uint256 i = 0; i < previous.length; ++i) {
                SliceWord slice = _sliceAt(previous, i);
                if (slice.tag() != w.index) continue;
                SlicePrice.set(w, other, slice);
                (value,) = SlicePrice.ofStrike(other, node, call);
                if (value > high) high = value;
                if (value < low) low = value;
                if (call ? other.forward > forward : other.forward < forward) forward = other.forward;
            }
        }
    }

    /// @param i below the number of slices
    function _sliceAt(SliceWord[] calldata slices, uint256 i) private pure returns (SliceWord slice) {
        assembly ("memory-safe") {
            slice := calldataload(add(slices.offset, shl(5, i)))
        }
    }

    /// @dev What a seller may be bid for one option at mark, likewise; undiscounted, wad.
    /// @param value under the slice in force; `delta` N(d1) under it
    /// @return counted the lowest of what counts
    function _bid(Workspace memory w, PricingInput calldata input, Node node, bool call, uint256 value, uint256 delta)
        private
        pure
        returns (uint256 counted)
    {
        unchecked {
            uint256 flatDelta = _flatDelta(w);
            // Not `c`: for a constant the compiler would make a copy of all this
            counted = SlicePrice.ofStrikeBought(w.context, node, call, value, delta, flatDelta);
            SliceWord[] calldata previous = InputReader.previous(input);
            Context memory other = w.otherContext;
            for (uint256 i = 0; i < previous.length; ++i) {
                SliceWord slice = _sliceAt(previous, i);
                if (slice.tag() != w.index) continue;
                SlicePrice.set(w, other, slice);
                (value, delta) = SlicePrice.ofStrike(other, node, call);
                value = SlicePrice.ofStrikeBought(other, node, call, value, delta, flatDelta);
                if (value < counted) counted = value;
            }
        }
    }

    /// @dev Fair value of a lot and the least that it may count for, where the trader buys; wad, rounded up.
    /// @param value the highest, undiscounted
    /// @param forward the one of greatest intrinsic value
    function _askedPerLot(Workspace memory w, Context memory c, Node node, bool call, uint256 value, uint256 forward)
        private
        pure
        returns (int256, int256)
    {
        unchecked {
            uint256 discount = c.discount;
            uint256 fair = _ceil(value * discount, WAD_LOTS);
            // Nothing for less than fair value: so who returns the book has paid, whatever E and hedges did meanwhile
            uint256 least = fair;
            (uint256 from, uint256 to) = call ? (node.strike(), forward) : (forward, node.strike());
            if (to > from) {
                uint256 intrinsic = _ceil((to - from) * discount, WAD_LOTS);
                if (intrinsic > least) least = intrinsic;
            }
            uint256 minimum = _ceil(Wad.unwrap(InputReader.params(w).minimumPremium), LOTS_PER_UNIT);
            if (minimum > least) least = minimum;
            return (int256(fair), int256(least));
        }
    }

    /// @param lowest fair value of a lot
    function _chargeFee(Workspace memory w, uint256 lowest, int256 lots) private pure {
        unchecked {
            uint256 cap = lowest / FEE_SHARE_OF_FAIR;
            uint256 fee = _ceil(w.spot * Wad.unwrap(InputReader.params(w).feeRate), WAD_LOTS);
            _addTo(WORK_FEE, int256(_magnitude(lots) * (fee < cap ? fee : cap)));
        }
    }

    /// @dev Spread, latency, carry, and what the compartment must hold.
    /// @return rise of the lots that are short
    function _chargeRisk(
        Workspace memory w,
        Context memory c,
        LegInput calldata leg,
        uint256 l,
        Node node,
        Unit memory u
    ) private pure returns (int256 rise) {
        unchecked {
            PricingParams calldata p = InputReader.params(w);
            int256 lots = leg.lots;
            bool call = InputReader.legIsCall(leg);
            int256 position = InputReader.position(InputReader.lotsOf(w), leg.node, call);
            int256 afterwards = position - lots;
            uint256 size = _magnitude(lots);
            uint256 notional = _deltaNotional(w, c, u, call);
            uint256 h = w.spreadLevel * Spread.deltaFactor(p, u.delta) / WAD + w.surcharge;
            _addTo(WORK_SPREAD, int256(size * _ceil((u.density * c.vegaScale >> 64) * h, WAD_LOTS)));
            _addTo(WORK_LATENCY, int256(size * _ceil(notional * Wad.unwrap(p.latency), WAD_LOTS)));

            int256 shortAfter = afterwards < 0 ? -afterwards : int256(0);
            rise = shortAfter - (position < 0 ? -position : int256(0));
            uint256 margin;
            if (shortAfter != 0) {
                margin = _marginPerLot(c, node, u, call);
                _write(w.collateral, l, uint256(shortAfter) * margin);
            }
            _carry(w, p, position, afterwards, rise, margin, notional);
        }
    }

    /// @dev What hedging the part of a leg that opens, and the margin that it adds, is expected to cost to expiry.
    /// @param rise of the lots that are short
    function _carry(
        Workspace memory w,
        PricingParams calldata p,
        int256 position,
        int256 afterwards,
        int256 rise,
        uint256 margin,
        uint256 notional
    ) private pure {
        unchecked {
            uint256 opened = _magnitude(afterwards);
            if ((position < 0) == (afterwards < 0)) {
                uint256 before = _magnitude(position);
                opened = opened > before ? opened - before : 0;
            }
            if (opened == 0) return; // nor does margin grow
            opened *= _ceil(notional * (Wad.unwrap(p.hedgeCarry) * w.tau / Black76.YEAR), WAD_LOTS);
            if (rise > 0) {
                opened += uint256(rise) * _ceil(margin * (Wad.unwrap(p.collateralCarry) * w.tau / Black76.YEAR), WAD);
            }
            _addTo(WORK_CARRY, int256(opened));
        }
    }

    /// @dev What the leg changes in the board's sums.
    function _change(LegInput calldata leg, Node node, Unit memory u, int256 rise) private pure {
        unchecked {
            bool call = InputReader.legIsCall(leg);
            uint256 strike = node.strike();
            BoardSumsLib.add(strike, call ? -leg.lots : int256(0), call ? int256(0) : -leg.lots);
            if (rise == 0) return; // out of line by it, which leaves the book's loop its place on the stack
            uint256 one = call ? RequiredMargin.ofCall(strike, u.call) : RequiredMargin.ofPut(strike, u.put);
            BoardSumsLib.addMargin(rise * int256(one), call);
        }
    }

    /// @dev Margin of a short lot at the upper factor, as clearing holds it, wad.
    function _marginPerLot(Context memory c, Node node, Unit memory u, bool call) private pure returns (uint256) {
        unchecked {
            uint256 discount = c.discount;
            return call
                ? RequiredMargin.callPerLot(node.strike(), u.call * discount / WAD)
                : RequiredMargin.putPerLot(node.strike(), u.put * discount / WAD);
        }
    }

    /// @dev |spot delta| * S of one option, wad.
    function _deltaNotional(Workspace memory w, Context memory c, Unit memory u, bool call)
        private
        pure
        returns (uint256)
    {
        unchecked {
            uint256 delta = call ? u.delta : (1 << 64) - u.delta;
            return (delta * c.discount / WAD * c.deltaScale >> 64) * w.spot / WAD;
        }
    }

    /// @param place on the desk
    function _addTo(uint256 place, int256 amount) private pure {
        assembly ("memory-safe") {
            mstore(place, add(mload(place), amount))
        }
    }

    function _write(uint256 place, uint256 index, uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(add(place, shl(5, index)), value)
        }
    }

    function _magnitude(int256 x) private pure returns (uint256 size) {
        assembly ("memory-safe") {
            let sign := sar(255, x)
            size := sub(xor(x, sign), sign)
        }
    }

    /// @dev Quotient rounded up; the dividend is far below 2^256 - y.
    function _ceil(uint256 x, uint256 y) private pure returns (uint256 z) {
        assembly ("memory-safe") {
            z := div(add(x, sub(y, 1)), y)
        }
    }
}
