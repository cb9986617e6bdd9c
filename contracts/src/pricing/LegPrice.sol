// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegInput, PricingInput, PricingParams} from "../interfaces/IPricer.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {BoardSums, BoardSumsLib} from "./BoardSums.sol";
import {Context, ExpiryContext, Unit} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
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
    /// @dev Nothing is sold below 0.9 of fair value.
    uint256 private constant LEAST_SHARE_OF_FAIR = 0.9e18;

    /// @notice Adds leg `l`, of the board under way.
    function add(Workspace memory w, PricingInput calldata input, LegInput calldata leg, uint256 l) internal pure {
        unchecked {
            Node node = InputReader.node(w, leg.node);
            Unit memory u = w.unit;
            ExpiryContext.setUnit(u, w.context, node);
            _write(w.callDelta, l, u.delta * WAD >> 64);
            _chargeValue(w, input, leg, node, u);
            int256 rise = _chargeRisk(w, leg, l, node, u);
            _change(w, leg, node, u, rise);
        }
    }

    /// @dev Fair value, clamp and fee.
    function _chargeValue(
        Workspace memory w,
        PricingInput calldata input,
        LegInput calldata leg,
        Node node,
        Unit memory u
    ) private pure {
        unchecked {
            PricingParams calldata p = InputReader.params(w);
            int256 lots = leg.lots;
            bool call = leg.call;
            (uint256 worst, uint256 lowest, uint256 forward) =
                _overSlices(w, input, leg, node, w.context, call ? u.call : u.put, w.spot);
            (int256 fair, int256 least) = _perLot(w, p, node, call, lots, worst, forward);
            (w.fairAtMark, w.leastAtMark) = (w.fairAtMark + lots * fair, w.leastAtMark + lots * least);
            if (w.wide && w.averageContext.forward != w.context.forward) {
                Context memory c = w.averageContext;
                (uint256 value,) = SlicePrice.valueOf(c, node, call);
                uint256 low;
                (worst, low, forward) = _overSlices(w, input, leg, node, c, value, Wad.unwrap(input.spot.average));
                (fair, least) = _perLot(w, p, node, call, lots, worst, forward);
                if (low < lowest) lowest = low;
            }
            (w.fairAtAverage, w.leastAtAverage) = (w.fairAtAverage + lots * fair, w.leastAtAverage + lots * least);

            lowest *= w.context.discount;
            lowest = lots < 0 ? lowest / WAD_LOTS : _ceil(lowest, WAD_LOTS);
            lowest /= FEE_SHARE_OF_FAIR;
            uint256 fee = _ceil(w.spot * Wad.unwrap(p.feeRate), WAD_LOTS);
            w.fee += _magnitude(lots) * (fee < lowest ? fee : lowest);
        }
    }

    /// @dev One option at one spot, under the slice of `c` and all that it replaced and that are still in grace.
    /// @param value under the slice of `c`
    /// @return worst of the values for the trader, undiscounted, wad
    /// @return lowest of them
    /// @return forward the one of greatest intrinsic value
    function _overSlices(
        Workspace memory w,
        PricingInput calldata input,
        LegInput calldata leg,
        Node node,
        Context memory c,
        uint256 value,
        uint256 spot
    ) private pure returns (uint256 worst, uint256 lowest, uint256 forward) {
        unchecked {
            (worst, lowest, forward) = (value, value, c.forward);
            SurfaceSlice[] calldata previous = input.previous;
            if (previous.length == 0) return (worst, lowest, forward);
            Context memory other = w.otherContext;
            bool sells = leg.lots < 0;
            bool call = leg.call;
            for (uint256 i = 0; i < previous.length; ++i) {
                SurfaceSlice calldata slice = previous[i];
                if (slice.expiry != w.expiry) continue;
                SlicePrice.set(w, other, slice, spot, c);
                (value,) = SlicePrice.valueOf(other, node, call);
                if (value < lowest) lowest = value;
                if (sells ? value < worst : value > worst) worst = value;
                if (call ? other.forward > forward : other.forward < forward) forward = other.forward;
            }
        }
    }

    /// @dev Fair value of a lot, up when the trader buys and down when it sells, and the least it may count for.
    function _perLot(
        Workspace memory w,
        PricingParams calldata p,
        Node node,
        bool call,
        int256 lots,
        uint256 value,
        uint256 forward
    ) private pure returns (int256, int256) {
        unchecked {
            uint256 discount = w.context.discount;
            uint256 fair = value * discount;
            if (lots < 0) {
                fair /= WAD_LOTS;
                return (int256(fair), int256(fair));
            }
            fair = _ceil(fair, WAD_LOTS);
            uint256 least = _ceil(fair * LEAST_SHARE_OF_FAIR, WAD);
            (uint256 from, uint256 to) = call ? (node.strike(), forward) : (forward, node.strike());
            if (to > from) {
                uint256 intrinsic = _ceil((to - from) * discount, WAD_LOTS);
                if (intrinsic > least) least = intrinsic;
            }
            uint256 minimum = _ceil(Wad.unwrap(p.minimumPremium), LOTS_PER_UNIT);
            if (minimum > least) least = minimum;
            return (int256(fair), int256(least));
        }
    }

    /// @dev Spread, latency, carry, and what the compartment must hold.
    /// @return rise of the lots that are short
    function _chargeRisk(Workspace memory w, LegInput calldata leg, uint256 l, Node node, Unit memory u)
        private
        pure
        returns (int256 rise)
    {
        unchecked {
            PricingParams calldata p = InputReader.params(w);
            int256 lots = leg.lots;
            bool call = leg.call;
            uint256 notional = _deltaNotional(w, u, call);
            uint256 h = w.spreadLevel * Spread.deltaFactor(p, u.delta) / WAD + w.surcharge;
            w.spread += _magnitude(lots) * _ceil((u.density * w.vegaScale >> 64) * h, WAD_LOTS);
            w.latency += _magnitude(lots) * _ceil(notional * Wad.unwrap(p.latency), WAD_LOTS);

            int256 position = InputReader.position(InputReader.lotsOf(w), leg.node, call);
            int256 afterwards = position - lots;
            int256 shortAfter = afterwards < 0 ? -afterwards : int256(0);
            rise = shortAfter - (position < 0 ? -position : int256(0));
            uint256 margin = _marginPerLot(w, node, u, call);
            _write(w.collateral, l, uint256(shortAfter) * margin);
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
            if (opened != 0) {
                opened *= _ceil(notional * (Wad.unwrap(p.hedgeCarry) * w.tau / Black76.YEAR), WAD_LOTS);
            }
            if (rise > 0) {
                opened += uint256(rise) * _ceil(margin * (Wad.unwrap(p.collateralCarry) * w.tau / Black76.YEAR), WAD);
            }
            w.carry += opened;
        }
    }

    /// @dev What the leg changes in the board's sums.
    function _change(Workspace memory w, LegInput calldata leg, Node node, Unit memory u, int256 rise) private pure {
        unchecked {
            bool call = leg.call;
            BoardSums memory s = w.change;
            BoardSumsLib.add(s, u, call ? -leg.lots : int256(0), call ? int256(0) : -leg.lots);
            if (rise == 0) return; // out of line by it, which leaves the book's loop its place on the stack
            if (call) s.callMargin += rise * int256(RequiredMargin.ofCall(w.bookMargin, node.strike(), u.call));
            else s.putMargin += rise * int256(RequiredMargin.ofPut(w.bookMargin, node.strike(), u.put));
        }
    }

    /// @dev Margin of a short lot at the upper factor, as clearing holds it, wad.
    function _marginPerLot(Workspace memory w, Node node, Unit memory u, bool call) private pure returns (uint256) {
        unchecked {
            uint256 discount = w.context.discount;
            return call
                ? RequiredMargin.callPerLot(w.margin, node.strike(), u.call * discount / WAD)
                : RequiredMargin.putPerLot(w.margin, node.strike(), u.put * discount / WAD);
        }
    }

    /// @dev |spot delta| * S of one option, wad.
    function _deltaNotional(Workspace memory w, Unit memory u, bool call) private pure returns (uint256) {
        unchecked {
            uint256 delta = call ? u.delta : (1 << 64) - u.delta;
            return (delta * w.context.discount / WAD * w.context.deltaScale >> 64) * w.spot / WAD;
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
