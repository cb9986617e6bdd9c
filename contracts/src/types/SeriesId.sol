// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Wad} from "./Wad.sol";

/// @notice One underlying against one collateral, numbered from 1 at deployment.
type MarketId is uint16;

/// @notice A series (market, expiry, strike, call or put), packed so that a person reads it in hex from the left:
/// 4 digits market, 10 digits expiry (unix seconds), 2 digits kind (ca call, bd put), 28 digits strike (wad). It is
/// the ERC-6909 id of the long side.
type SeriesId is uint256;

using {marketOf, expiryOf, strikeOf, isCall, eqSeries as ==, neSeries as !=} for SeriesId global;
using {eqMarket as ==, neMarket as !=} for MarketId global;

uint256 constant STRIKE_BITS = 112;
uint256 constant KIND_SHIFT = 112;
uint256 constant EXPIRY_SHIFT = 120;
uint256 constant MARKET_SHIFT = 160;
uint256 constant SERIES_BITS = 176;
uint256 constant CALL_KIND = 0xca;
uint256 constant PUT_KIND = 0xbd;

/// @dev Expiries fall at 08:00 UTC.
uint256 constant EXPIRY_TIME_OF_DAY = 8 hours;

error MalformedSeries(uint256 id);
error StrikeOutOfRange(uint256 strike);

/// @notice Packs a series. Reverts when the strike is zero or needs more than 112 bits.
function seriesId(MarketId market, uint40 expiry, Wad strike, bool call) pure returns (SeriesId) {
    uint256 k = Wad.unwrap(strike);
    require(k != 0 && k < 1 << STRIKE_BITS, StrikeOutOfRange(k));
    return SeriesId.wrap(
        uint256(MarketId.unwrap(market)) << MARKET_SHIFT | uint256(expiry) << EXPIRY_SHIFT
            | (call ? CALL_KIND : PUT_KIND) << KIND_SHIFT | k
    );
}

/// @notice Reverts unless the id has the shape that `seriesId` gives.
function checkSeries(SeriesId id) pure {
    bool ok;
    assembly ("memory-safe") {
        let kind := and(shr(KIND_SHIFT, id), 0xff)
        // No bit above, one kind or the other, and a strike
        let wrong := or(shr(SERIES_BITS, id), mul(sub(kind, CALL_KIND), sub(kind, PUT_KIND)))
        ok := and(iszero(wrong), gt(shl(144, id), 0))
    }
    require(ok, MalformedSeries(SeriesId.unwrap(id)));
}

function marketOf(SeriesId id) pure returns (MarketId) {
    return MarketId.wrap(uint16(SeriesId.unwrap(id) >> MARKET_SHIFT));
}

function expiryOf(SeriesId id) pure returns (uint40) {
    return uint40(SeriesId.unwrap(id) >> EXPIRY_SHIFT);
}

/// @notice Strike as a wad of collateral per one underlying.
function strikeOf(SeriesId id) pure returns (Wad) {
    return Wad.wrap(SeriesId.unwrap(id) & ((1 << STRIKE_BITS) - 1));
}

function isCall(SeriesId id) pure returns (bool) {
    return uint8(SeriesId.unwrap(id) >> KIND_SHIFT) == CALL_KIND;
}

function eqSeries(SeriesId x, SeriesId y) pure returns (bool) {
    return SeriesId.unwrap(x) == SeriesId.unwrap(y);
}

function neSeries(SeriesId x, SeriesId y) pure returns (bool) {
    return SeriesId.unwrap(x) != SeriesId.unwrap(y);
}

function eqMarket(MarketId x, MarketId y) pure returns (bool) {
    return MarketId.unwrap(x) == MarketId.unwrap(y);
}

function neMarket(MarketId x, MarketId y) pure returns (bool) {
    return MarketId.unwrap(x) != MarketId.unwrap(y);
}
