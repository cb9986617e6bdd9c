// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {
    BoardInput,
    BookValue,
    IPricer,
    LegInput,
    LegPrice,
    Priced,
    PricingInput,
    PricingParams,
    QuoteParts
} from "../interfaces/IPricer.sol";
import {ORACLE_WIDE, OracleMode} from "../interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Black76} from "../math/Black76.sol";
import {Sqrt} from "../math/Sqrt.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {BoardGreeks, BoardSums, BoardSumsLib} from "./BoardSums.sol";
import {Context, ExpiryContext, Unit} from "./ExpiryContext.sol";
import {Lots} from "./Lots.sol";
import {Node, nodeOf} from "./Node.sol";
import {Exposure, Potential} from "./Potential.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {Spread} from "./Spread.sol";

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
        int256[] boardVega; // nu_e before, one per board
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
        Context context;
        Context averageContext;
        uint256 uncertainty; // U(tau)
        uint256 spreadLevel;
        uint256 surcharge;
        uint256 vegaScale;
        int256 vegaWeight; // of nu, wad
        uint256 tau;
        BoardSums sums; // the positions as they are
        BoardSums change; // what the legs change
    }

    /// @dev What one leg alone would change.
    struct LegEffect {
        int256 x;
        int256 vega;
        int256 gamma;
        int256 margin;
    }

    /// @inheritdoc IPricer
    function quote(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Priced memory priced) {
        Tally memory t = _tally(input);
        LegEffect[] memory effects = new LegEffect[](legs.length);
        priced.legs = new LegPrice[](legs.length);
        priced.expiryVegaBefore = new SignedWad[](input.boards.length);
        priced.expiryVegaAfter = new SignedWad[](input.boards.length);
        for (uint256 b = 0; b < input.boards.length; ++b) {
            (priced.expiryVegaBefore[b], priced.expiryVegaAfter[b]) = _board(input, b, legs, t, priced.legs, effects);
        }
        (priced.before, priced.afterwards) = (t.before, t.afterwards);
        _finish(t.exposureBefore, t.before, input, t);
        _finish(t.exposureAfter, t.afterwards, input, t);
        _price(input, legs, t, effects, priced.parts);
    }

    /// @inheritdoc IPricer
    function value(PricingInput calldata input, Wad spot) external pure returns (BookValue memory) {
        Tally memory t = _tally(input);
        t.spot = Wad.unwrap(spot);
        _wholeBook(input, t);
        return t.before;
    }

    /// @inheritdoc IPricer
    function potential(PricingInput calldata input) external pure returns (Wad) {
        Tally memory t = _tally(input);
        _wholeBook(input, t);
        _finish(t.exposureBefore, t.before, input, t);
        return Wad.wrap(Potential.phi(input.params, t.exposureBefore, t.equity));
    }

    /// @inheritdoc IPricer
    function mark(
        uint40 timestamp,
        uint40 window,
        Wad spot,
        Wad averageSoFar,
        SurfaceSlice calldata slice,
        SeriesId series,
        SignedWad rate
    ) external pure returns (Wad) {
        SurfaceSlice memory s = slice;
        s.expiry = series.expiryOf();
        Context memory c = ExpiryContext.contextAt(
            s, Wad.unwrap(spot), Wad.unwrap(averageSoFar), timestamp, window, SignedWad.unwrap(rate)
        );
        Unit memory u = ExpiryContext.unit(c, nodeOf(series.strikeOf()));
        return Wad.wrap((series.isCall() ? u.call : u.put) * c.discount / WAD);
    }

    function _tally(PricingInput calldata input) private pure returns (Tally memory t) {
        uint256 equity = Wad.unwrap(input.equity);
        t.equity = equity < LEAST_EQUITY ? LEAST_EQUITY : equity;
        t.spot = Wad.unwrap(input.spot.mark);
        t.boardVega = new int256[](input.boards.length);
    }

    function _wholeBook(PricingInput calldata input, Tally memory t) private pure {
        LegInput[] calldata none;
        assembly ("memory-safe") {
            none.offset := 0
            none.length := 0
        }
        LegPrice[] memory noPrices;
        LegEffect[] memory noEffects;
        for (uint256 b = 0; b < input.boards.length; ++b) {
            _board(input, b, none, t, noPrices, noEffects);
        }
    }

    /// @dev Adds one board to the tally, with and without the legs on it.
    function _board(
        PricingInput calldata input,
        uint256 index,
        LegInput[] calldata legs,
        Tally memory t,
        LegPrice[] memory prices,
        LegEffect[] memory effects
    ) private pure returns (SignedWad vegaBefore, SignedWad vegaAfter) {
        uint256 touched = _touched(legs, index);
        BoardPass memory pass = _start(input, input.boards[index], t.spot, touched != 0);
        _sumBoard(input, index, touched, pass, legs, t, prices, effects);
        int256 rate = SignedWad.unwrap(input.params.rate);
        BoardGreeks memory g = BoardSumsLib.greeks(pass.sums, pass.context, rate);
        t.boardVega[index] = _account(t.before, t.exposureBefore, g, pass.sums.margin, pass.vegaWeight, t.equity);
        vegaBefore = SignedWad.wrap(g.vega);
        if (touched != 0) {
            BoardSumsLib.merge(pass.sums, pass.change);
            g = BoardSumsLib.greeks(pass.sums, pass.context, rate);
        }
        _account(t.afterwards, t.exposureAfter, g, pass.sums.margin, pass.vegaWeight, t.equity);
        vegaAfter = SignedWad.wrap(g.vega);
    }

    function _start(PricingInput calldata input, BoardInput calldata board, uint256 spot, bool traded)
        private
        pure
        returns (BoardPass memory pass)
    {
        SurfaceSlice memory slice = board.slice;
        slice.expiry = board.expiry;
        int256 rate = SignedWad.unwrap(input.params.rate);
        uint256 soFar = Wad.unwrap(board.averageSoFar);
        pass.tau = board.expiry - input.timestamp;
        pass.context = ExpiryContext.contextAt(slice, spot, soFar, input.timestamp, input.window, rate);
        pass.vegaScale = ExpiryContext.vegaScale(pass.context);
        pass.vegaWeight = _vegaWeight(input.params, pass.tau);
        pass.uncertainty = RequiredMargin.uncertainty(input.margin, pass.tau);
        if (!traded) return pass;
        (pass.spreadLevel, pass.surcharge) = Spread.ofExpiry(input.params, slice, spot, input.timestamp);
        uint256 average = Wad.unwrap(input.spot.average);
        pass.averageContext = average == spot
            ? pass.context
            : ExpiryContext.contextAt(slice, average, soFar, input.timestamp, input.window, rate);
    }

    /// @dev The loop over the strikes of a board. Strikes without a position or a leg cost next to nothing.
    function _sumBoard(
        PricingInput calldata input,
        uint256 index,
        uint256 touched,
        BoardPass memory pass,
        LegInput[] calldata legs,
        Tally memory t,
        LegPrice[] memory prices,
        LegEffect[] memory effects
    ) private pure {
        BoardInput calldata board = input.boards[index];
        uint256 nodes = board.nodes.length;
        for (uint256 i = 0; i < nodes; ++i) {
            (int256 calls, int256 puts) = Lots.pair(board.lots[Lots.wordOf(i)], i);
            bool hit = touched >> i & 1 != 0;
            if (calls == 0 && puts == 0 && !hit) continue;
            Node node = Node.wrap(board.nodes[i]);
            Unit memory u = ExpiryContext.unit(pass.context, node);
            BoardSumsLib.add(pass.sums, u, calls, puts);
            uint256 callMargin;
            uint256 putMargin;
            if (calls < 0 || hit) callMargin = _marginPerLot(input.margin, pass, t.spot, node, u, true);
            if (puts < 0 || hit) putMargin = _marginPerLot(input.margin, pass, t.spot, node, u, false);
            pass.sums.margin += _short(calls) * int256(callMargin) + _short(puts) * int256(putMargin);
            if (!hit) continue;
            for (uint256 l = 0; l < legs.length; ++l) {
                LegInput calldata leg = legs[l];
                if (leg.board != index || leg.node != i) continue;
                (int256 position, uint256 margin) = leg.call ? (calls, callMargin) : (puts, putMargin);
                int256 rise = (_short(position - leg.lots) - _short(position)) * int256(margin);
                _leg(input, pass, t, node, u, leg);
                _capital(input.params, pass, t, u, leg, position, margin);
                prices[l].callDelta = Wad.wrap(u.delta * WAD >> 64);
                prices[l].collateral = Wad.wrap(uint256(_short(position - leg.lots)) * margin);
                if (legs.length > 1) effects[l] = _effect(pass, t, u, leg, rise);
                BoardSumsLib.add(pass.change, u, leg.call ? -leg.lots : int256(0), leg.call ? int256(0) : -leg.lots);
                pass.change.margin += rise;
            }
        }
    }

    /// @dev Fair value, clamp, spread, latency and fee of one leg.
    function _leg(
        PricingInput calldata input,
        BoardPass memory pass,
        Tally memory t,
        Node node,
        Unit memory u,
        LegInput calldata leg
    ) private pure {
        (uint256 fair, uint256 least) = _fairPerLot(input.params, pass.context, node, u, leg);
        uint256 lower = fair;
        t.fairAtMark += leg.lots * int256(fair);
        t.leastAtMark += leg.lots * int256(least);
        if (pass.averageContext.forward != pass.context.forward) {
            Unit memory v = ExpiryContext.unit(pass.averageContext, node);
            (fair, least) = _fairPerLot(input.params, pass.averageContext, node, v, leg);
            if (fair < lower) lower = fair;
        }
        t.fairAtAverage += leg.lots * int256(fair);
        t.leastAtAverage += leg.lots * int256(least);

        uint256 lots = _magnitude(leg.lots);
        uint256 h = pass.spreadLevel * Spread.deltaFactor(input.params, u.delta) / WAD + pass.surcharge;
        t.spread += lots * _perLotUp(u.density * pass.vegaScale >> 64, h);
        t.latency += lots * _perLotUp(_deltaNotional(pass, t, u, leg.call), Wad.unwrap(input.params.latency));
        uint256 cap = lower / FEE_SHARE_OF_FAIR;
        uint256 fee = _perLotUp(t.spot, Wad.unwrap(input.params.feeRate));
        t.fee += lots * (fee < cap ? fee : cap);
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

    function _marginPerLot(
        MarginParams calldata p,
        BoardPass memory pass,
        uint256 spot,
        Node node,
        Unit memory u,
        bool call
    ) private pure returns (uint256) {
        uint256 discount = pass.context.discount;
        return call
            ? RequiredMargin.callPerLot(p, pass.uncertainty, spot, node.strike(), u.call * discount / WAD)
            : RequiredMargin.putPerLot(p, pass.uncertainty, spot, node.strike(), u.put * discount / WAD);
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

    function _effect(BoardPass memory pass, Tally memory t, Unit memory u, LegInput calldata leg, int256 margin)
        private
        pure
        returns (LegEffect memory e)
    {
        BoardSums memory s;
        BoardSumsLib.add(s, u, leg.call ? -leg.lots : int256(0), leg.call ? int256(0) : -leg.lots);
        BoardGreeks memory g = BoardSumsLib.greeks(s, pass.context, 0);
        e.x = _deltaRatio(g.delta, t);
        e.vega = Potential.ratio(g.vega * pass.vegaWeight / int256(WAD), t.equity);
        e.gamma = g.gamma;
        e.margin = margin;
    }

    /// @dev Adds a board's Greeks to a book's sums; its tenor-normalised vega over E is returned.
    function _account(
        BookValue memory book,
        Exposure memory e,
        BoardGreeks memory g,
        int256 margin,
        int256 vegaWeight,
        uint256 equity
    ) private pure returns (int256 nu) {
        book.value = book.value + SignedWad.wrap(g.value);
        book.delta = book.delta + SignedWad.wrap(g.delta);
        book.gamma = book.gamma + SignedWad.wrap(g.gamma);
        book.vega = book.vega + SignedWad.wrap(g.vega);
        book.theta = book.theta + SignedWad.wrap(g.theta);
        book.requiredMargin = book.requiredMargin + Wad.wrap(uint256(margin));
        nu = Potential.ratio(g.vega * vegaWeight / int256(WAD), equity);
        e.vega += nu;
        e.vegaSquares += uint256(nu * nu);
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
    function _price(
        PricingInput calldata input,
        LegInput[] calldata legs,
        Tally memory t,
        LegEffect[] memory effects,
        QuoteParts memory parts
    ) private pure {
        int256 fair = t.fairAtMark > t.fairAtAverage ? t.fairAtMark : t.fairAtAverage;
        if (OracleMode.unwrap(input.spot.mode) >= OracleMode.unwrap(ORACLE_WIDE)) {
            t.spread += _magnitude(t.fairAtMark - t.fairAtAverage);
        }
        (int256 change, uint256 skewAfter) = _potentialCharge(input, legs, t, effects);
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

    /// @dev Change of the potential as charged, with the discount held at Psi plus the venue cost saved; Psi afterwards.
    function _potentialCharge(
        PricingInput calldata input,
        LegInput[] calldata legs,
        Tally memory t,
        LegEffect[] memory effects
    ) private pure returns (int256 change, uint256 skewAfter) {
        uint256 before = Potential.phi(input.params, t.exposureBefore, t.equity);
        change = int256(Potential.phi(input.params, t.exposureAfter, t.equity)) - int256(before);
        int256 skew = SignedWad.unwrap(input.skew);
        // What is not a trade may have lowered the potential since: Psi follows it down, never up.
        uint256 held = skew < 0 ? 0 : uint256(skew) > before ? before : uint256(skew);
        if (change < 0) {
            int256 most = int256(held + _venueSaving(input, legs, t, effects, before));
            if (change < -most) change = -most;
        }
        int256 rest = int256(held) + change;
        skewAfter = rest > 0 ? uint256(rest) : 0;
    }

    /// @dev Venue cost of the delta saved by the order, and no more than by those of its legs that level the book alone.
    function _venueSaving(
        PricingInput calldata input,
        LegInput[] calldata legs,
        Tally memory t,
        LegEffect[] memory effects,
        uint256 phiBefore
    ) private pure returns (uint256 saving) {
        int256 x = t.exposureBefore.x;
        saving = Potential.venueSaving(input.params, x, t.exposureAfter.x, t.equity);
        if (legs.length == 1 || saving == 0) return saving;
        uint256 levelling;
        for (uint256 l = 0; l < legs.length; ++l) {
            LegEffect memory effect = effects[l];
            Exposure memory e;
            int256 nu = t.boardVega[legs[l].board];
            e.x = x + effect.x;
            e.vega = t.exposureBefore.vega + effect.vega;
            e.vegaSquares =
                t.exposureBefore.vegaSquares + uint256((nu + effect.vega) * (nu + effect.vega)) - uint256(nu * nu);
            e.gamma = _gammaRatio(SignedWad.unwrap(t.before.gamma) + effect.gamma, t);
            e.utilisation =
                uint256(Potential.ratio(int256(Wad.unwrap(t.before.requiredMargin)) + effect.margin, t.equity));
            if (Potential.phi(input.params, e, t.equity) >= phiBefore) continue;
            levelling += Potential.venueSaving(input.params, x, e.x, t.equity);
        }
        if (levelling < saving) saving = levelling;
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
