// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPricer, PricingParams} from "../interfaces/IPricer.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";

/// @notice The boxes of the governed pricing parameters.
library PricingBounds {
    uint256 private constant ONE_PCT = WAD / 100;
    uint256 private constant ONE_BP = WAD / 10_000;

    uint256 private constant MAX_RATE = 50 * ONE_PCT;
    /// @dev Venue fee plus slippage.
    uint256 private constant MAX_HEDGE_COST = 5 * ONE_PCT;
    /// @dev Keeps every product of the potential inside its word.
    uint256 private constant MAX_CHARGE = 1000 * WAD;
    uint256 private constant LEAST_REFERENCE_VOLATILITY = 10 * ONE_PCT;
    uint256 private constant MOST_REFERENCE_VOLATILITY = 3 * WAD;
    uint256 private constant MAX_HALF_SPREAD = 50 * ONE_PCT;
    uint256 private constant MAX_AGE_SPREAD = 100 * WAD;
    uint256 private constant MAX_MOVE_SPREAD = 10 * WAD;
    /// @dev Zero would let the vault be traded as a free spot exchange on a lagging feed.
    uint256 private constant LEAST_LATENCY = ONE_BP;
    uint256 private constant MAX_LATENCY = 5 * ONE_PCT;
    uint256 private constant MAX_CARRY = WAD;
    uint256 private constant MAX_FEE = ONE_PCT;
    uint256 private constant MAX_FACTOR = 10 * WAD;
    uint256 private constant MAX_PREMIUM = 1 << 112;
    /// @dev It fades out at twice this, which is every option.
    uint256 private constant MAX_FLAT_DELTA = 50 * ONE_PCT;

    function check(PricingParams calldata p) internal pure {
        int256 rate = SignedWad.unwrap(p.rate);
        _within("rate", uint256(rate < 0 ? -rate : rate), 0, MAX_RATE);
        _within("hedgeCost", Wad.unwrap(p.hedgeCost), 0, MAX_HEDGE_COST);
        _within("deltaCharge", Wad.unwrap(p.deltaCharge), 0, MAX_CHARGE);
        _within("vegaCharge", Wad.unwrap(p.vegaCharge), 0, MAX_CHARGE);
        _within("expiryVegaCharge", Wad.unwrap(p.expiryVegaCharge), 0, MAX_CHARGE);
        _within("gammaCharge", Wad.unwrap(p.gammaCharge), 0, MAX_CHARGE);
        _within("utilisationCharge", Wad.unwrap(p.utilisationCharge), 0, MAX_CHARGE);
        _within("utilisationKink", Wad.unwrap(p.utilisationKink), 0, WAD);
        _within(
            "referenceVolatility",
            Wad.unwrap(p.referenceVolatility),
            LEAST_REFERENCE_VOLATILITY,
            MOST_REFERENCE_VOLATILITY
        );
        _within("halfSpread", Wad.unwrap(p.halfSpread), 0, MAX_HALF_SPREAD);
        _within("ageSpread", Wad.unwrap(p.ageSpread), 0, MAX_AGE_SPREAD);
        _within("moveSpread", Wad.unwrap(p.moveSpread), 0, MAX_MOVE_SPREAD);
        _within("latency", Wad.unwrap(p.latency), LEAST_LATENCY, MAX_LATENCY);
        _within("hedgeCarry", Wad.unwrap(p.hedgeCarry), 0, MAX_CARRY);
        _within("collateralCarry", Wad.unwrap(p.collateralCarry), 0, MAX_CARRY);
        _within("feeRate", Wad.unwrap(p.feeRate), 0, MAX_FEE);
        _within("minimumPremium", Wad.unwrap(p.minimumPremium), 0, MAX_PREMIUM);
        _within("flatDelta", Wad.unwrap(p.flatDelta), 0, MAX_FLAT_DELTA);
        for (uint256 i = 0; i < p.tenorKnots.length; ++i) {
            uint32 previous = i == 0 ? 0 : p.tenorKnots[i - 1];
            require(p.tenorKnots[i] > previous, IPricer.KnotsNotAscending(previous, p.tenorKnots[i]));
            _within("tenorFactors", Wad.unwrap(p.tenorFactors[i]), 0, MAX_FACTOR);
        }
        for (uint256 i = 0; i < p.deltaFactors.length; ++i) {
            _within("deltaFactors", Wad.unwrap(p.deltaFactors[i]), 0, MAX_FACTOR);
        }
    }

    function _within(bytes32 name, uint256 given, uint256 least, uint256 most) private pure {
        require(given >= least && given <= most, IPricer.ParameterOutOfBounds(name, given, least, most));
    }
}
