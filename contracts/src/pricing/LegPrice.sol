// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegInput, PricingInput, PricingParams} from "../interfaces/IPricer.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {WAD, Wad} from "../types/Wad.sol";
import {BoardPass} from "./BoardPass.sol";
import {BoardSums, BoardSumsLib} from "./BoardSums.sol";
import {Context, ExpiryContext, Unit} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Node} from "./Node.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {Spread} from "./Spread.sol";
import {Workspace} from "./Workspace.sol";

/// @notice What a leg adds to an order, apart from the potential: fair value, clamp, spread, latency, carry and fee.
/// @dev A leg's prices are per lot, rounded in the vault's favour; an order is integer lots times them. So an order's
/// parts do not depend on how it is split.
library LegPrice {
    uint256 private constant LOTS_PER_UNIT = 1000;
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
            uint256 margin = marginPerLot(w, node, u, leg.call);
            int256 position = InputReader.position(InputReader.lotsOf(w), leg.node, leg.call);
            int256 shortAfter = _short(position - leg.lots);
            uint256 notional = _deltaNotional(w, u, leg.call);
            PricingParams calldata p = InputReader.params(w);
            _charge(w, input, p, node, u, leg, notional);
            _carry(w, p, leg.lots, position, margin, notional);
            _write(w.callDelta, l, u.delta * WAD >> 64);
            _write(w.collateral, l, uint256(shortAfter) * margin);
            _change(w, node, u, leg, shortAfter - _short(position));
        }
    }

    /// @notice Margin of a short lot at the upper factor, as clearing holds it, wad.
    function marginPerLot(Workspace memory w, Node node, Unit memory u, bool call) internal pure returns (uint256) {
        unchecked {
            uint256 discount = w.context.discount;
            return call
                ? RequiredMargin.callPerLot(w.margin, node.strike(), u.call * discount / WAD)
                : RequiredMargin.putPerLot(w.margin, node.strike(), u.put * discount / WAD);
        }
    }

    /// @dev What the leg changes in the board's sums.
    /// @param rise of the lots that are short
    function _change(Workspace memory w, Node node, Unit memory u, LegInput calldata leg, int256 rise) private pure {
        unchecked {
            BoardSums memory s = w.change;
            if (leg.call) {
                BoardSumsLib.add(s, u, -leg.lots, 0);
                s.callMargin += rise * int256(RequiredMargin.ofCall(w.bookMargin, node.strike(), u.call));
            } else {
                BoardSumsLib.add(s, u, 0, -leg.lots);
                s.putMargin += rise * int256(RequiredMargin.ofPut(w.bookMargin, node.strike(), u.put));
            }
        }
    }

    /// @dev Fair value, clamp, spread, latency and fee.
    function _charge(
        Workspace memory w,
        PricingInput calldata input,
        PricingParams calldata p,
        Node node,
        Unit memory u,
        LegInput calldata leg,
        uint256 notional
    ) private pure {
        unchecked {
            (uint256 fair, uint256 least) = _fairPerLot(p, w.context, node, u, leg);
            (uint256 lower, uint256 worst, uint256 worstLeast) =
                _worstOfPrevious(w, input, p, node, leg, w.spot, fair, least);
            w.fairAtMark += leg.lots * int256(worst);
            w.leastAtMark += leg.lots * int256(worstLeast);
            if (w.wide && w.averageContext.forward != w.context.forward) {
                ExpiryContext.setUnit(w.otherUnit, w.averageContext, node);
                (fair, least) = _fairPerLot(p, w.averageContext, node, w.otherUnit, leg);
                (fair, worst, worstLeast) =
                    _worstOfPrevious(w, input, p, node, leg, Wad.unwrap(input.spot.average), fair, least);
                if (fair < lower) lower = fair;
            }
            w.fairAtAverage += leg.lots * int256(worst);
            w.leastAtAverage += leg.lots * int256(worstLeast);

            uint256 lots = _magnitude(leg.lots);
            uint256 h = w.spreadLevel * Spread.deltaFactor(p, u.delta) / WAD + w.surcharge;
            w.spread += lots * _perLotUp(u.density * w.vegaScale >> 64, h);
            w.latency += lots * _perLotUp(notional, Wad.unwrap(p.latency));
            uint256 cap = lower / FEE_SHARE_OF_FAIR;
            uint256 fee = _perLotUp(w.spot, Wad.unwrap(p.feeRate));
            w.fee += lots * (fee < cap ? fee : cap);
        }
    }

    /// @dev The lowest fair value over all live slices, and the fair value and clamp that are worst for the trader.
    function _worstOfPrevious(
        Workspace memory w,
        PricingInput calldata input,
        PricingParams calldata p,
        Node node,
        LegInput calldata leg,
        uint256 spot,
        uint256 fair,
        uint256 least
    ) private pure returns (uint256 lower, uint256 worst, uint256 worstLeast) {
        unchecked {
            (lower, worst, worstLeast) = (fair, fair, least);
            SurfaceSlice[] calldata previous = input.previous;
            for (uint256 i = 0; i < previous.length; ++i) {
                if (previous[i].expiry != w.expiry) continue;
                BoardPass.setContext(w, w.otherContext, previous[i], spot);
                ExpiryContext.setUnit(w.otherUnit, w.otherContext, node);
                (fair, least) = _fairPerLot(p, w.otherContext, node, w.otherUnit, leg);
                if (fair < lower) lower = fair;
                if (leg.lots > 0 ? fair > worst : fair < worst) worst = fair;
                if (leg.lots > 0 ? least > worstLeast : least < worstLeast) worstLeast = least;
            }
        }
    }

    /// @dev What hedging the part of a leg that opens, and the margin that it adds, is expected to cost to expiry.
    function _carry(
        Workspace memory w,
        PricingParams calldata p,
        int256 lots,
        int256 position,
        uint256 margin,
        uint256 notional
    ) private pure {
        unchecked {
            int256 afterwards = position - lots;
            bool crosses = (position < 0) != (afterwards < 0);
            uint256 opened = _magnitude(afterwards);
            if (!crosses) opened = opened > _magnitude(position) ? opened - _magnitude(position) : 0;
            uint256 carry = opened * _perLotUp(notional, Wad.unwrap(p.hedgeCarry) * w.tau / Black76.YEAR);
            int256 rise = _short(afterwards) - _short(position);
            if (rise > 0) {
                carry += uint256(rise) * _ceil(margin * (Wad.unwrap(p.collateralCarry) * w.tau / Black76.YEAR), WAD);
            }
            w.carry += carry;
        }
    }

    /// @dev Fair value of a lot, up when the trader buys and down when it sells, and the least it may count for.
    function _fairPerLot(PricingParams calldata p, Context memory c, Node node, Unit memory u, LegInput calldata leg)
        private
        pure
        returns (uint256 fair, uint256 least)
    {
        unchecked {
            fair = (leg.call ? u.call : u.put) * c.discount;
            if (leg.lots < 0) {
                fair /= WAD * LOTS_PER_UNIT;
                return (fair, fair);
            }
            fair = _ceil(fair, WAD * LOTS_PER_UNIT);
            least = _ceil(fair * LEAST_SHARE_OF_FAIR, WAD);
            (uint256 from, uint256 to) = leg.call ? (node.strike(), c.forward) : (c.forward, node.strike());
            uint256 intrinsic = to > from ? _ceil((to - from) * c.discount, WAD * LOTS_PER_UNIT) : 0;
            if (intrinsic > least) least = intrinsic;
            uint256 minimum = _ceil(Wad.unwrap(p.minimumPremium), LOTS_PER_UNIT);
            if (minimum > least) least = minimum;
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

    function _short(int256 position) private pure returns (int256) {
        unchecked {
            return position < 0 ? -position : int256(0);
        }
    }

    function _magnitude(int256 x) private pure returns (uint256) {
        unchecked {
            return uint256(x < 0 ? -x : x);
        }
    }

    /// @dev A wad times a wad, per lot, rounded up.
    function _perLotUp(uint256 x, uint256 y) private pure returns (uint256) {
        unchecked {
            return _ceil(x * y, WAD * LOTS_PER_UNIT);
        }
    }

    function _ceil(uint256 x, uint256 y) private pure returns (uint256) {
        unchecked {
            return x / y + (x % y == 0 ? 0 : 1);
        }
    }
}
