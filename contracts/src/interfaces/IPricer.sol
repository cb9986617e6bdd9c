// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeriesId} from "../types/SeriesId.sol";
import {SignedSize} from "../types/Size.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {MarginParams} from "./IClearing.sol";
import {SpotRead} from "./ISpotOracle.sol";
import {SurfaceSlice} from "./ISurfaceOracle.sol";

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
    uint32[4] tenorKnots; // seconds to expiry, ascending
    Wad[4] tenorFactors; // on halfSpread, at the knots; linear between, held beyond both ends
    Wad[5] deltaFactors; // on halfSpread, at call delta 0, 1/4, 1/2, 3/4, 1; linear between
}

/// @notice A board as stored: nodes by ascending strike, positions in lots, call and put of a strike side by side.
struct BoardInput {
    uint40 expiry;
    SurfaceSlice slice;
    Wad averageSoFar; // inside the averaging window, spot's average since it began, if known
    uint256[] nodes; // `Node`: strike and ln K
    uint256[] lots; // `Lots`: eight int32 a word
}

/// @notice Everything a price depends on. The pricer is pure in it.
struct PricingInput {
    uint40 timestamp;
    uint40 window; // W, the averaging window before an expiry
    SpotRead spot;
    Wad equity; // E, set at the roll, floored
    SignedWad hedgeDelta; // underlying units held by the hedger
    SignedWad skew; // Psi, collateral
    PricingParams params;
    MarginParams margin;
    BoardInput[] boards;
}

/// @notice A leg resolved against the boards of the input. Lots are positive when the trader buys.
struct LegInput {
    uint256 board;
    uint256 node;
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

/// @notice What a market needs of one leg beside its price.
struct LegPrice {
    Wad callDelta; // N(d1) at mark
    Wad collateral; // what the compartment must hold for the vault's position after the trade
}

/// @notice The answer to a quote.
struct Priced {
    QuoteParts parts;
    BookValue before;
    BookValue afterwards;
    SignedWad[] expiryVegaBefore; // one per board of the input
    SignedWad[] expiryVegaAfter;
    LegPrice[] legs;
}

/// @title Pricer
/// @notice Owns nothing and calls nothing: kernel, book pass and potential. Replaceable behind the timelock.
interface IPricer {
    /// @notice Prices legs traded together against the book they meet. The boards of the input are unexpired.
    function quote(PricingInput calldata input, LegInput[] calldata legs) external pure returns (Priced memory);

    /// @notice Values the book at a spot. Never reverts for a listed series because of moneyness, time or size.
    function value(PricingInput calldata input, Wad spot) external pure returns (BookValue memory);

    /// @notice The potential Phi of the input's book, wad of collateral.
    function potential(PricingInput calldata input) external pure returns (Wad);

    /// @notice Mark of one option at a spot, wad of collateral. Intrinsic where there is no slice.
    /// @param averageSoFar see `BoardInput`
    function mark(
        uint40 timestamp,
        uint40 window,
        Wad spot,
        Wad averageSoFar,
        SurfaceSlice calldata slice,
        SeriesId series,
        SignedWad rate
    ) external pure returns (Wad);
}
