// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeriesId} from "../types/SeriesId.sol";
import {SignedSize} from "../types/Size.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {MarginParams} from "./IClearing.sol";
import {SpotRead} from "./ISpotOracle.sol";

/// @notice One leg of an order. Size is positive when the trader buys.
struct Leg {
    SeriesId series;
    SignedSize size;
}

/// @notice Governed pricing parameters of a market. Every ratio is a wad; bounds are in `PricingBounds`.
struct PricingParams {
    SignedWad rate; // continuously compounded discount rate per year
    Wad hedgeCost; // c_h: unit cost of hedging delta, share of delta notional
    Wad deltaCharge; // kappa_Delta
    Wad vegaCharge; // kappa_nu
    Wad expiryVegaCharge; // kappa_T
    Wad gammaCharge; // kappa_Gamma
    Wad utilisationCharge; // kappa_u
    Wad utilisationKink; // u_0
    Wad referenceVolatility; // sigma_ref
    Wad halfSpread; // h_0, in volatility, before the two factors
    Wad ageSpread; // z xi, volatility per sqrt(year) of slice age
    Wad moveSpread; // beta, volatility per unit of |ln(S / S_report)|
    Wad latency; // share of delta notional
    Wad hedgeCarry; // per year on hedge notional that a leg opens
    Wad collateralCarry; // per year on margin that a leg adds
    Wad feeRate; // share of notional
    Wad minimumPremium; // collateral per option
    Wad flatDelta; // |own delta| up to which what is sold out of the money counts for no more than at flat volatility
    uint32[4] tenorKnots; // seconds to expiry, ascending
    Wad[4] tenorFactors; // on halfSpread, at the knots; linear between, held beyond both ends
    Wad[5] deltaFactors; // on halfSpread, at call delta 0, 1/4, 1/2, 3/4, 1; linear between
}

/// @notice Everything a price depends on. The pricer is pure in it.
struct PricingInput {
    uint40 timestamp;
    SpotRead spot;
    Wad equity; // E, set at the roll, floored
    SignedWad hedgeDelta; // underlying units held by the hedger
    SignedWad skew; // Psi, collateral
    MarginParams margin;
    bytes terms; // `Terms`: averaging window, parameters, boards with their strikes
    SliceWord[] slices; // in force, one per board of the terms, whatever their tags; zero where none was reported
    SliceWord[] previous; // replaced, still within the grace window; of boards with legs, in any order; a board's place as tag
    Wad[] averagesSoFar; // one per board: inside its averaging window, spot's average since it began, if known
    uint256[] lots; // `Lots`: four words per board, the vault's positions
}

/// @notice A leg resolved against the boards of the input. Lots are positive when the trader buys.
struct LegInput {
    uint256 board; // place in the terms
    uint256 node; // place among the board's strikes
    bool call;
    int256 lots;
}

/// @notice Sums over the vault's option book, vault's sign. Wads of collateral except delta (underlying) and
/// gamma (underlying per collateral).
struct BookValue {
    SignedWad value;
    SignedWad delta;
    SignedWad gamma;
    SignedWad vega; // per 1.00 of volatility
    SignedWad theta; // per year
    Wad requiredMargin; // of the short positions, at the upper health factors
}

/// @notice Of `BookValue` what prices and limits depend on.
struct BookRisk {
    SignedWad delta;
    SignedWad gamma;
    SignedWad vega;
    Wad requiredMargin;
}

/// @notice One option, held: mark and Greeks as the book sums them, whoever owns it. Units as in `BookValue`.
struct UnitGreeks {
    Wad mark; // discounted, on the slice in force
    SignedWad delta; // of the spot, underlying
    SignedWad gamma; // of the spot, underlying per collateral
    SignedWad vega; // per 1.00 of volatility
    SignedWad theta; // per year
}

/// @notice A price with its parts, positive when the trader pays; `net` is their sum, exactly.
struct QuoteParts {
    SignedWad fair; // the worse for the trader of mark and average
    SignedWad potential; // change of the convex potential, after the discount cap
    Wad spread; // half-spreads, and the divergence of mark and average where the oracle says so
    Wad latency;
    Wad carry;
    Wad fee;
    Wad clamp; // what the clamps moved the price, in the vault's favour
    SignedWad net;
    SignedWad skewAfter; // Psi after the trade
}

/// @notice The answer to a quote.
struct Priced {
    QuoteParts parts;
    BookValue before;
    BookValue afterwards;
    Wad[] callDelta; // per leg: N(d1) at mark
    Wad[] collateral; // per leg: what the compartment must hold for the vault's position after the trade
    SignedWad[] vegaBefore; // per board
    SignedWad[] vegaAfter;
}

/// @title Pricer
/// @notice Owns nothing and calls nothing: kernel, book pass and potential. Replaceable behind the timelock.
interface IPricer {
    error ParameterOutOfBounds(bytes32 name, uint256 given, uint256 least, uint256 most);
    error KnotsNotAscending(uint32 previous, uint32 next);

    /// @notice Prices legs traded together against the book they meet. Boards with legs are unexpired.
    function quote(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Priced memory);

    /// @notice The same for the market, which lays out the arguments and reads the answer where it lies: both are `quote`'s to
    /// the byte, and neither is declared or decoded. By its selector it is found early.
    /// @param input offset of the `PricingInput`, as ABI-encoded
    /// @param legs offset of the `LegInput[]`
    function priceAt(uint256 input, uint256 legs) external pure;

    /// @notice The same without value and theta of the book, on which no price depends: zeros are in their place.
    function priceRiskAt(uint256 input, uint256 legs) external pure;

    /// @notice Values the unexpired book at a spot. Never reverts because of moneyness, time or size.
    function value(PricingInput calldata input, Wad spot) external pure returns (BookValue memory);

    /// @notice The potential Phi of the unexpired book at a spot, wad of collateral.
    function potential(PricingInput calldata input, Wad spot) external pure returns (Wad);

    /// @notice Mark of one option of each leg's series, wad of collateral: intrinsic where there is no slice, zero for
    /// an expired board and for one beyond the terms.
    function marks(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Wad[] memory);

    /// @notice Mark and Greeks of one option of each leg's series at mark: zero for an expired board and for one beyond the
    /// terms. Positions times them are what `value` sums, up to rounding. Of the input it reads time, spot, terms, slices
    /// and averages; of a leg not its lots.
    function greeks(PricingInput calldata input, LegInput[] calldata legs) external pure returns (UnitGreeks[] memory);

    /// @notice Reverts when a parameter is outside its box.
    function check(PricingParams calldata params) external pure;
}
