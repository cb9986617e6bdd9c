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

/// @notice Governed pricing parameters of a market. Every ratio is a wad.
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
    Wad halfSpread; // h_0, in volatility
    Wad ageSpread; // z xi, volatility per sqrt(year) of slice age
    Wad moveSpread; // beta, volatility per unit of |ln(S / S_report)|
    Wad latency; // share of delta notional
    Wad carryRate; // per year on locked collateral and hedge notional
    Wad feeRate; // share of notional
    Wad minimumPremium; // collateral per option
}

/// @notice A board as stored: strikes ascending, with ln K cached; positions in lots, call and put of a strike together.
struct BoardInput {
    uint40 expiry;
    SurfaceSlice slice;
    uint256[] strikes; // packed nodes, see BookPass
    uint256[] positions; // packed lots, see BookPass
}

/// @notice Everything a price depends on. The pricer is pure in it.
struct PricingInput {
    uint40 timestamp;
    SpotRead spot;
    Wad equity; // E, set at the roll, floored
    SignedWad hedgeDelta; // underlying units held by the hedger
    SignedWad skew; // Psi, collateral
    PricingParams params;
    MarginParams margin;
    BoardInput[] boards;
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

/// @notice A price with its parts, positive when the trader pays.
struct QuoteParts {
    SignedWad fair;
    SignedWad potential; // change of the convex potential, after the discount cap
    Wad spread;
    Wad latency;
    Wad carry;
    Wad fee;
    Wad clamp; // what the clamps moved the price, in the vault's favour
    SignedWad net; // the sum of the above
    SignedWad skewAfter; // Psi after the trade
    Wad[] collateral; // per leg: what the compartment must hold for the vault's position after the trade
}

/// @title Pricer
/// @notice Owns nothing and calls nothing: kernel, book pass and potential. Replaceable behind the timelock.
interface IPricer {
    /// @notice Prices legs traded together against the book they meet.
    function quote(PricingInput calldata input, Leg[] calldata legs)
        external
        view
        returns (QuoteParts memory parts, BookValue memory before, BookValue memory afterwards);

    /// @notice Values the book at mark. Never reverts for a listed series because of moneyness, time or size.
    function value(PricingInput calldata input) external view returns (BookValue memory);

    /// @notice Mark of one option, in wad of collateral.
    function mark(uint40 timestamp, Wad spot, SurfaceSlice calldata slice, SeriesId series, SignedWad rate)
        external
        view
        returns (Wad);
}
