// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {BookValue, IPricer, LegInput, Priced, PricingInput, PricingParams, QuoteParts} from "../interfaces/IPricer.sol";
import {ORACLE_WIDE, OracleMode} from "../interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {BoardGreeks, BoardSums, BoardSumsLib} from "./BoardSums.sol";
import {Context, ExpiryContext, Unit} from "./ExpiryContext.sol";
import {Lots} from "./Lots.sol";
import {Node} from "./Node.sol";
import {PricingBounds} from "./PricingBounds.sol";
import {Exposure, Potential} from "./Potential.sol";
import {MarginContext, RequiredMargin} from "./RequiredMargin.sol";
import {Spread} from "./Spread.sol";
import {TermsLayout} from "./TermsLayout.sol";

/// @title Pricer
/// @notice
/// What is summed. Unit figures of a strike are rounded once; the book is integer lots times them. So a book has one
/// potential however it came about, and what trades pay for changing it cancels over any round trip.
///
/// Rounding. A leg's prices are per lot, rounded in the vault's favour; an order is integer lots times them. So an
/// order's parts do not depend on how it is split; only the last step to base units does, and it rounds up.
///
/// Worse of two. Fair values and the clamps are taken at mark and at average, each for the whole order, and the dearer
/// for the trader counts. Spread, latency, carry, margin and the potential are taken at mark.
contract Pricer is IPricer {
    uint256 private constant LOTS_PER_UNIT = 1000;
    /// @dev The fee is never above an eighth of fair value.
    uint256 private constant FEE_SHARE_OF_FAIR = 8;
    /// @dev Nothing is sold below 0.9 of fair value.
    uint256 private constant LEAST_SHARE_OF_FAIR = 0.9e18;
    /// @dev Gamma is charged on a move of 1 %.
    int256 private constant GAMMA_MOVE_DIVISOR = 100;
    /// @dev Vega is normalised to 30 days, and to no less than 7 days' weight.
    uint256 private constant VEGA_TENOR = 30 days;
    uint256 private constant LEAST_VEGA_TENOR = 7 days;
    /// @dev One collateral unit: E is never taken below it.
    uint256 private constant LEAST_EQUITY = WAD;

    /// @dev Running totals of a quote.
    struct Tally {
        uint256 equity;
        uint256 spot;
        BookValue before;
        BookValue afterwards;
        Exposure exposureBefore;
        Exposure exposureAfter;
        uint256 boards;
        int256 fairAtMark;
        int256 fairAtAverage;
        int256 leastAtMark; // the clamp's bound
        int256 leastAtAverage;
        uint256 spread;
        uint256 latency;
        uint256 carry;
        uint256 fee;
    }

    /// @dev One board under way.
    struct BoardPass {
        uint256 index; // in the terms
        uint256 expiry;
        uint256 nodes; // where they start in calldata
        uint256 nodeCount;
        uint256 touched; // one bit per node with a leg
        Context context;
        Context averageContext;
        SurfaceSlice slice;
        MarginContext margin;
        uint256 spreadLevel;
        uint256 surcharge;
        uint256 vegaScale;
        int256 vegaWeight; // of nu, wad
        uint256 tau;
        BoardSums sums; // the positions as they are
        BoardSums change; // what the legs change
    }

    /// @inheritdoc IPricer
    function quote(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Priced memory priced) {
        Tally memory t = _tally(input, Wad.unwrap(input.spot.mark));
        priced.callDelta = new Wad[](legs.length);
        priced.collateral = new Wad[](legs.length);
        priced.vegaBefore = new SignedWad[](t.boards);
        priced.vegaAfter = new SignedWad[](t.boards);
        _pass(input, legs, t, priced);
        (priced.before, priced.afterwards) = (t.before, t.afterwards);
        _finish(t.exposureBefore, t.before, input, t);
        _finish(t.exposureAfter, t.afterwards, input, t);
        _price(input, t, priced.parts);
    }

    /// @inheritdoc IPricer
    function value(PricingInput calldata input, Wad spot) external pure returns (BookValue memory) {
        Tally memory t = _tally(input, Wad.unwrap(spot));
        _pass(input, _noLegs(), t, _nothing(t));
        return t.before;
    }

    /// @inheritdoc IPricer
    function potential(PricingInput calldata input, Wad spot) external pure returns (Wad) {
        Tally memory t = _tally(input, Wad.unwrap(spot));
        _pass(input, _noLegs(), t, _nothing(t));
        _finish(t.exposureBefore, t.before, input, t);
        (uint256 venue, uint256 risk) = Potential.phi(_params(input), t.exposureBefore, t.equity);
        return Wad.wrap(venue + risk);
    }

    /// @inheritdoc IPricer
    function marks(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Wad[] memory values) {
        values = new Wad[](legs.length);
        Tally memory t = _tally(input, Wad.unwrap(input.spot.mark));
        BoardPass memory pass;
        uint256 current = type(uint256).max;
        for (uint256 l = 0; l < legs.length; ++l) {
            LegInput calldata leg = legs[l];
            if (leg.board >= t.boards) continue;
            if (leg.board != current) {
                current = leg.board;
                uint256 offset = _boardsOffset(input);
                for (uint256 b = 0; b <= current; ++b) {
                    offset = _open(pass, offset);
                }
                pass.index = current;
                if (pass.expiry > input.timestamp) _start(input, pass, t.spot);
            }
            if (pass.expiry <= input.timestamp) continue;
            Unit memory u = ExpiryContext.unit(pass.context, _node(pass, leg.node));
            values[l] = Wad.wrap((leg.call ? u.call : u.put) * pass.context.discount / WAD);
        }
    }

    /// @inheritdoc IPricer
    function check(PricingParams calldata params) external pure {
        PricingBounds.check(params);
    }

    // Reading the input

    function _tally(PricingInput calldata input, uint256 spot) private pure returns (Tally memory t) {
        uint256 equity = Wad.unwrap(input.equity);
        t.equity = equity < LEAST_EQUITY ? LEAST_EQUITY : equity;
        t.spot = spot;
        t.boards = _term(input, TermsLayout.BOARD_COUNT);
    }

    function _params(PricingInput calldata input) private pure returns (PricingParams calldata params) {
        bytes calldata terms = input.terms;
        uint256 place = TermsLayout.PARAMS;
        assembly ("memory-safe") {
            params := add(terms.offset, place)
        }
    }

    function _term(PricingInput calldata input, uint256 place) private pure returns (uint256 word) {
        bytes calldata terms = input.terms;
        assembly ("memory-safe") {
            word := calldataload(add(terms.offset, place))
        }
    }

    function _boardsOffset(PricingInput calldata input) private pure returns (uint256 offset) {
        bytes calldata terms = input.terms;
        offset = TermsLayout.BOARDS;
        assembly ("memory-safe") {
            offset := add(terms.offset, offset)
        }
    }

    /// @dev Reads a board's head; where the next board starts is returned.
    function _open(BoardPass memory pass, uint256 offset) private pure returns (uint256 next) {
        assembly ("memory-safe") {
            let count := calldataload(add(offset, 0x20))
            mstore(add(pass, 0x20), calldataload(offset))
            offset := add(offset, 0x40)
            mstore(add(pass, 0x40), offset)
            mstore(add(pass, 0x60), count)
            next := add(offset, shl(5, count))
        }
    }

    function _node(BoardPass memory pass, uint256 index) private pure returns (Node node) {
        uint256 offset = pass.nodes;
        assembly ("memory-safe") {
            node := calldataload(add(offset, shl(5, index)))
        }
    }

    function _noLegs() private pure returns (LegInput[] calldata none) {
        assembly ("memory-safe") {
            none.offset := 0
            none.length := 0
        }
    }

    function _nothing(Tally memory t) private pure returns (Priced memory priced) {
        priced.vegaBefore = new SignedWad[](t.boards);
        priced.vegaAfter = priced.vegaBefore;
    }

    // The book

    /// @dev All boards, with and without the legs.
    function _pass(PricingInput calldata input, LegInput[] calldata legs, Tally memory t, Priced memory priced)
        private
        pure
    {
        unchecked {
            uint256 offset = _boardsOffset(input);
            for (uint256 b = 0; b < t.boards; ++b) {
                BoardPass memory pass;
                pass.index = b;
                offset = _open(pass, offset);
                pass.touched = _touched(legs, b);
                if (pass.expiry <= input.timestamp || pass.touched == 0 && _isEmpty(input, b)) continue;
                _start(input, pass, t.spot);
                _sumBoard(pass, _lotsOffset(input, b));
                if (pass.touched != 0) _addLegs(input, pass, legs, t, priced);
                _closeBoard(_params(input), pass, t, priced);
            }
        }
    }

    /// @dev Where a board's lots start in calldata.
    function _lotsOffset(PricingInput calldata input, uint256 board) private pure returns (uint256 offset) {
        uint256[] calldata lots = input.lots;
        assembly ("memory-safe") {
            offset := add(lots.offset, shl(7, board)) // TermsLayout.LOT_WORDS
        }
    }

    function _isEmpty(PricingInput calldata input, uint256 board) private pure returns (bool empty) {
        uint256 offset = _lotsOffset(input, board);
        assembly ("memory-safe") {
            empty := iszero(
                or(
                    or(calldataload(offset), calldataload(add(offset, 0x20))),
                    or(calldataload(add(offset, 0x40)), calldataload(add(offset, 0x60)))
                )
            )
        }
    }

    function _start(PricingInput calldata input, BoardPass memory pass, uint256 spot) private pure {
        unchecked {
            PricingParams calldata p = _params(input);
            pass.slice = input.slices[pass.index];
            pass.slice.expiry = uint40(pass.expiry);
            int256 rate = SignedWad.unwrap(p.rate);
            uint256 soFar = Wad.unwrap(input.averagesSoFar[pass.index]);
            uint256 window = _term(input, TermsLayout.WINDOW);
            pass.tau = pass.expiry - input.timestamp;
            pass.context = ExpiryContext.contextAt(pass.slice, spot, soFar, input.timestamp, window, rate);
            pass.vegaScale = ExpiryContext.vegaScale(pass.context);
            pass.vegaWeight = _vegaWeight(p, pass.tau);
            pass.margin = RequiredMargin.contextAt(input.margin, pass.tau, spot);
            if (pass.touched == 0) return;
            (pass.spreadLevel, pass.surcharge) = Spread.ofExpiry(p, pass.slice, spot, input.timestamp);
            uint256 average = Wad.unwrap(input.spot.average);
            pass.averageContext = average == spot
                ? pass.context
                : ExpiryContext.contextAt(pass.slice, average, soFar, input.timestamp, window, rate);
        }
    }

    /// @dev The loop over the strikes of a board. Strikes without a position cost next to nothing.
    /// @param lots where the board's positions start in calldata
    function _sumBoard(BoardPass memory pass, uint256 lots) private pure {
        unchecked {
            Unit memory u;
            for (uint256 i = 0; i < pass.nodeCount; ++i) {
                int256 calls;
                int256 puts;
                assembly ("memory-safe") {
                    // Lots: word i / 4, lanes 2 (i mod 4) and the next
                    let lanes := shr(shl(6, and(i, 3)), calldataload(add(lots, shl(5, shr(2, i)))))
                    calls := signextend(3, lanes)
                    puts := signextend(3, shr(32, lanes))
                }
                if (calls | puts == 0) continue;
                Node node = _node(pass, i);
                ExpiryContext.fill(u, pass.context, node);
                BoardSumsLib.add(pass.sums, u, calls, puts);
                if (calls < 0) pass.sums.margin -= calls * int256(_marginPerLot(pass, node, u, true));
                if (puts < 0) pass.sums.margin -= puts * int256(_marginPerLot(pass, node, u, false));
            }
        }
    }

    /// @dev The legs on a board.
    function _addLegs(
        PricingInput calldata input,
        BoardPass memory pass,
        LegInput[] calldata legs,
        Tally memory t,
        Priced memory priced
    ) private pure {
        unchecked {
            for (uint256 l = 0; l < legs.length; ++l) {
                if (legs[l].board == pass.index) _addLeg(input, pass, legs[l], t, priced, l);
            }
        }
    }

    function _addLeg(
        PricingInput calldata input,
        BoardPass memory pass,
        LegInput calldata leg,
        Tally memory t,
        Priced memory priced,
        uint256 l
    ) private pure {
        unchecked {
            Node node = _node(pass, leg.node);
            Unit memory u = ExpiryContext.unit(pass.context, node);
            uint256 margin = _marginPerLot(pass, node, u, leg.call);
            int256 position =
                Lots.get(input.lots[pass.index * TermsLayout.LOT_WORDS + Lots.wordOf(leg.node)], leg.node, leg.call);
            int256 shortAfter = _short(position - leg.lots);
            int256 rise = (shortAfter - _short(position)) * int256(margin);
            _leg(input, pass, t, node, u, leg);
            _capital(_params(input), pass, t, u, leg, position, margin);
            priced.callDelta[l] = Wad.wrap(u.delta * WAD >> 64);
            priced.collateral[l] = Wad.wrap(uint256(shortAfter) * margin);
            BoardSumsLib.add(pass.change, u, leg.call ? -leg.lots : int256(0), leg.call ? int256(0) : -leg.lots);
            pass.change.margin += rise;
        }
    }

    /// @dev Turns the sums of a board into money and adds them to the book's, before and after.
    function _closeBoard(PricingParams calldata p, BoardPass memory pass, Tally memory t, Priced memory priced)
        private
        pure
    {
        unchecked {
            int256 rate = SignedWad.unwrap(p.rate);
            BoardGreeks memory g = BoardSumsLib.greeks(pass.sums, pass.context, rate);
            int256 nu = Potential.ratio(g.vega * pass.vegaWeight / int256(WAD), t.equity);
            priced.vegaBefore[pass.index] = SignedWad.wrap(g.vega);
            priced.vegaAfter[pass.index] = SignedWad.wrap(g.vega);
            _account(t.before, g, pass.sums.margin);
            t.exposureBefore.vega += nu;
            t.exposureBefore.vegaSquares += uint256(nu * nu);
            if (pass.touched == 0) {
                _account(t.afterwards, g, pass.sums.margin);
                t.exposureAfter.vega += nu;
                t.exposureAfter.vegaSquares += uint256(nu * nu);
                return;
            }
            BoardSumsLib.merge(pass.sums, pass.change);
            g = BoardSumsLib.greeks(pass.sums, pass.context, rate);
            nu = Potential.ratio(g.vega * pass.vegaWeight / int256(WAD), t.equity);
            priced.vegaAfter[pass.index] = SignedWad.wrap(g.vega);
            _account(t.afterwards, g, pass.sums.margin);
            t.exposureAfter.vega += nu;
            t.exposureAfter.vegaSquares += uint256(nu * nu);
        }
    }

    // Legs

    /// @dev Fair value, clamp, spread, latency and fee of one leg.
    function _leg(
        PricingInput calldata input,
        BoardPass memory pass,
        Tally memory t,
        Node node,
        Unit memory u,
        LegInput calldata leg
    ) private pure {
        unchecked {
            PricingParams calldata p = _params(input);
            (uint256 fair, uint256 least) = _fairPerLot(p, pass.context, node, u, leg);
            (uint256 lower, uint256 worst, uint256 worstLeast) =
                _worstOfPrevious(input, pass, t.spot, node, leg, fair, least);
            t.fairAtMark += leg.lots * int256(worst);
            t.leastAtMark += leg.lots * int256(worstLeast);
            if (pass.averageContext.forward != pass.context.forward) {
                Unit memory v = ExpiryContext.unit(pass.averageContext, node);
                (fair, least) = _fairPerLot(p, pass.averageContext, node, v, leg);
                (fair, worst, worstLeast) =
                    _worstOfPrevious(input, pass, Wad.unwrap(input.spot.average), node, leg, fair, least);
                if (fair < lower) lower = fair;
            }
            t.fairAtAverage += leg.lots * int256(worst);
            t.leastAtAverage += leg.lots * int256(worstLeast);

            uint256 lots = _magnitude(leg.lots);
            uint256 h = pass.spreadLevel * Spread.deltaFactor(p, u.delta) / WAD + pass.surcharge;
            t.spread += lots * _perLotUp(u.density * pass.vegaScale >> 64, h);
            t.latency += lots * _perLotUp(_deltaNotional(pass, t, u, leg.call), Wad.unwrap(p.latency));
            uint256 cap = lower / FEE_SHARE_OF_FAIR;
            uint256 fee = _perLotUp(t.spot, Wad.unwrap(p.feeRate));
            t.fee += lots * (fee < cap ? fee : cap);
        }
    }

    /// @dev The lowest fair value over all live slices, and the fair value and clamp that are worst for the trader.
    function _worstOfPrevious(
        PricingInput calldata input,
        BoardPass memory pass,
        uint256 spot,
        Node node,
        LegInput calldata leg,
        uint256 fair,
        uint256 least
    ) private pure returns (uint256 lower, uint256 worst, uint256 worstLeast) {
        (lower, worst, worstLeast) = (fair, fair, least);
        SurfaceSlice[] calldata previous = input.previous;
        for (uint256 i = 0; i < previous.length; ++i) {
            if (previous[i].expiry != pass.expiry) continue;
            PricingParams calldata p = _params(input);
            Context memory c = ExpiryContext.contextAt(
                previous[i],
                spot,
                Wad.unwrap(input.averagesSoFar[pass.index]),
                input.timestamp,
                _term(input, TermsLayout.WINDOW),
                SignedWad.unwrap(p.rate)
            );
            (fair, least) = _fairPerLot(p, c, node, ExpiryContext.unit(c, node), leg);
            if (fair < lower) lower = fair;
            if (leg.lots > 0 ? fair > worst : fair < worst) worst = fair;
            if (leg.lots > 0 ? least > worstLeast : least < worstLeast) worstLeast = least;
        }
    }

    /// @dev What hedging the part of a leg that opens, and the margin that it adds, is expected to cost to expiry.
    function _capital(
        PricingParams calldata p,
        BoardPass memory pass,
        Tally memory t,
        Unit memory u,
        LegInput calldata leg,
        int256 position,
        uint256 margin
    ) private pure {
        int256 afterwards = position - leg.lots;
        bool crosses = (position < 0) != (afterwards < 0);
        uint256 opened = _magnitude(afterwards);
        if (!crosses) opened = opened > _magnitude(position) ? opened - _magnitude(position) : 0;
        uint256 notional = _deltaNotional(pass, t, u, leg.call);
        t.carry += opened * _perLotUp(notional, Wad.unwrap(p.hedgeCarry) * pass.tau / Black76.YEAR);
        int256 rise = _short(afterwards) - _short(position);
        if (rise <= 0) return;
        t.carry += uint256(rise) * _ceil(margin * (Wad.unwrap(p.collateralCarry) * pass.tau / Black76.YEAR), WAD);
    }

    /// @dev Fair value of a lot, up when the trader buys and down when it sells, and the least it may count for.
    function _fairPerLot(PricingParams calldata p, Context memory c, Node node, Unit memory u, LegInput calldata leg)
        private
        pure
        returns (uint256 fair, uint256 least)
    {
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

    function _marginPerLot(BoardPass memory pass, Node node, Unit memory u, bool call) private pure returns (uint256) {
        unchecked {
            uint256 discount = pass.context.discount;
            return call
                ? RequiredMargin.callPerLot(pass.margin, node.strike(), u.call * discount / WAD)
                : RequiredMargin.putPerLot(pass.margin, node.strike(), u.put * discount / WAD);
        }
    }

    /// @dev |spot delta| * S of one option, wad.
    function _deltaNotional(BoardPass memory pass, Tally memory t, Unit memory u, bool call)
        private
        pure
        returns (uint256)
    {
        uint256 delta = call ? u.delta : (1 << 64) - u.delta;
        return (delta * pass.context.discount / WAD * pass.context.deltaScale >> 64) * t.spot / WAD;
    }

    /// @dev Adds a board's Greeks to a book's sums.
    function _account(BookValue memory book, BoardGreeks memory g, int256 margin) private pure {
        assembly ("memory-safe") {
            // Both structs start with value, delta, gamma, vega, theta
            for { let i := 0 } lt(i, 0xa0) { i := add(i, 0x20) } {
                mstore(add(book, i), add(mload(add(book, i)), mload(add(g, i))))
            }
            mstore(add(book, 0xa0), add(mload(add(book, 0xa0)), margin))
        }
    }

    /// @dev Fills in what depends on the whole book.
    function _finish(Exposure memory e, BookValue memory book, PricingInput calldata input, Tally memory t)
        private
        pure
    {
        e.x = _deltaRatio(SignedWad.unwrap(book.delta + input.hedgeDelta), t);
        e.gamma = _gammaRatio(SignedWad.unwrap(book.gamma), t);
        e.utilisation = uint256(Potential.ratio(int256(Wad.unwrap(book.requiredMargin)), t.equity));
    }

    /// @dev The sum of it all.
    function _price(PricingInput calldata input, Tally memory t, QuoteParts memory parts) private pure {
        int256 fair = t.fairAtMark > t.fairAtAverage ? t.fairAtMark : t.fairAtAverage;
        if (OracleMode.unwrap(input.spot.mode) >= OracleMode.unwrap(ORACLE_WIDE)) {
            t.spread += _magnitude(t.fairAtMark - t.fairAtAverage);
        }
        (int256 change, uint256 skewAfter) = _potentialCharge(input, t);
        int256 subtotal = fair + change + int256(t.spread + t.latency + t.carry);
        int256 least = t.leastAtMark > t.leastAtAverage ? t.leastAtMark : t.leastAtAverage;
        parts.fair = SignedWad.wrap(fair);
        parts.potential = SignedWad.wrap(change);
        parts.spread = Wad.wrap(t.spread);
        parts.latency = Wad.wrap(t.latency);
        parts.carry = Wad.wrap(t.carry);
        parts.fee = Wad.wrap(t.fee);
        if (least > subtotal) parts.clamp = Wad.wrap(uint256(least - subtotal));
        parts.net = SignedWad.wrap((least > subtotal ? least : subtotal) + int256(t.fee));
        parts.skewAfter = SignedWad.wrap(int256(skewAfter));
    }

    /// @dev Change of the potential as charged, and Psi afterwards. The venue part is charged and given in full; a fall of
    /// the rest is given as far as Psi goes. So Psi is exactly what was paid in and not yet out.
    function _potentialCharge(PricingInput calldata input, Tally memory t)
        private
        pure
        returns (int256 change, uint256 skewAfter)
    {
        PricingParams calldata p = _params(input);
        (uint256 venueBefore, uint256 riskBefore) = Potential.phi(p, t.exposureBefore, t.equity);
        (uint256 venueAfter, uint256 riskAfter) = Potential.phi(p, t.exposureAfter, t.equity);
        // What is not a trade may have lowered the potential since: Psi follows it down, never up.
        int256 held = SignedWad.unwrap(input.skew);
        if (held > int256(venueBefore + riskBefore)) held = int256(venueBefore + riskBefore);
        if (held < 0) held = 0;
        change = int256(riskAfter) - int256(riskBefore);
        if (change < -held) change = -held;
        skewAfter = uint256(held + change);
        change += int256(venueAfter) - int256(venueBefore);
    }

    function _deltaRatio(int256 delta, Tally memory t) private pure returns (int256) {
        return Potential.ratio(delta * int256(t.spot) / int256(WAD), t.equity);
    }

    /// @dev g = min(0, gamma * S^2 * 1 %) / E.
    function _gammaRatio(int256 gamma, Tally memory t) private pure returns (int256) {
        if (gamma >= 0) return 0;
        int256 spot = int256(t.spot);
        return Potential.ratio(gamma * spot / int256(WAD) * spot / int256(WAD) / GAMMA_MOVE_DIVISOR, t.equity);
    }

    /// @dev sqrt(30 d / max(tau, 7 d)) * sigma_ref, wad.
    function _vegaWeight(PricingParams calldata p, uint256 tau) private pure returns (int256) {
        uint256 root = Sqrt.sqrtWad(VEGA_TENOR * WAD / (tau < LEAST_VEGA_TENOR ? LEAST_VEGA_TENOR : tau));
        return int256(root * Wad.unwrap(p.referenceVolatility) / WAD);
    }

    /// @dev One bit per node that has a leg.
    function _touched(LegInput[] calldata legs, uint256 board) private pure returns (uint256 bits) {
        for (uint256 l = 0; l < legs.length; ++l) {
            if (legs[l].board == board) bits |= 1 << legs[l].node;
        }
    }

    function _short(int256 position) private pure returns (int256) {
        return position < 0 ? -position : int256(0);
    }

    function _magnitude(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }

    /// @dev A wad times a wad, per lot, rounded up.
    function _perLotUp(uint256 x, uint256 y) private pure returns (uint256) {
        return _ceil(x * y, WAD * LOTS_PER_UNIT);
    }

    function _ceil(uint256 x, uint256 y) private pure returns (uint256) {
        return x / y + (x % y == 0 ? 0 : 1);
    }
}
