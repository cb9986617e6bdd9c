// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SpotSources} from "../interfaces/ISpotOracle.sol";
import {Wad} from "../types/Wad.sol";

/// @dev Resolution in which divergence tiers are stored: 0.001 %.
uint256 constant TIER_UNIT = 1e13;

/// @notice What a trade reads of a market's configuration, in one word from the low end: 160 bits primary feed; 24
/// heartbeat; 24 checkpoint age; 16 first tier; 16 second tier, in TIER_UNIT; 8 of 18 less the feed's decimals; 8 quick
/// age (zero: no quick source).
type TradeLimits is uint256;

/// @notice What a trade reads of the past, in one word from the low end: 96 bits average; 96 secondary (zero: none or
/// unusable); 40 time; 8 faults (FAULT_SECONDARY, FAULT_SEQUENCER); 16 head of the ring.
type Checkpoint is uint256;

/// @notice What a trade reads of a market, a slot each.
struct TradeSlots {
    TradeLimits limits;
    Checkpoint checkpoint;
}

using {primary, heartbeat, checkpointAge, wideBeyond, reduceBeyond, exponent, quickAge, scale} for TradeLimits global;
using {average, secondary, takenAt, faults, head} for Checkpoint global;

/// @dev Values are inside their boxes, see SpotLimits.
function tradeLimits(SpotSources memory s, uint256 exponent_) pure returns (TradeLimits) {
    return TradeLimits.wrap(
        uint256(uint160(s.primary)) | uint256(s.heartbeat) << 160 | uint256(s.checkpointAge) << 184
            | Wad.unwrap(s.wideBeyond) / TIER_UNIT << 208 | Wad.unwrap(s.reduceBeyond) / TIER_UNIT << 224 | exponent_
            << 240 | uint256(s.quickAge) << 248
    );
}

function primary(TradeLimits limits) pure returns (address) {
    return address(uint160(TradeLimits.unwrap(limits)));
}

function heartbeat(TradeLimits limits) pure returns (uint256) {
    return uint24(TradeLimits.unwrap(limits) >> 160);
}

function checkpointAge(TradeLimits limits) pure returns (uint256) {
    return uint24(TradeLimits.unwrap(limits) >> 184);
}

/// @notice First tier, wad.
function wideBeyond(TradeLimits limits) pure returns (uint256) {
    unchecked {
        return uint16(TradeLimits.unwrap(limits) >> 208) * TIER_UNIT;
    }
}

/// @notice Second tier, wad.
function reduceBeyond(TradeLimits limits) pure returns (uint256) {
    unchecked {
        return uint16(TradeLimits.unwrap(limits) >> 224) * TIER_UNIT;
    }
}

/// @notice 18 less the primary's decimals.
function exponent(TradeLimits limits) pure returns (uint256) {
    return uint8(TradeLimits.unwrap(limits) >> 240);
}

/// @notice Seconds a quick price may be old; zero without a quick source.
function quickAge(TradeLimits limits) pure returns (uint256) {
    return TradeLimits.unwrap(limits) >> 248;
}

/// @notice Factor from the primary's answer to a wad.
function scale(TradeLimits limits) pure returns (uint256) {
    unchecked {
        return 10 ** limits.exponent();
    }
}

/// @dev Prices below 2^96.
function checkpoint(uint256 average_, uint256 secondary_, uint256 time, uint256 faults_, uint256 head_)
    pure
    returns (Checkpoint)
{
    return Checkpoint.wrap(average_ | secondary_ << 96 | time << 192 | faults_ << 232 | head_ << 240);
}

function average(Checkpoint point) pure returns (uint256) {
    return uint96(Checkpoint.unwrap(point));
}

function secondary(Checkpoint point) pure returns (uint256) {
    return uint96(Checkpoint.unwrap(point) >> 96);
}

function takenAt(Checkpoint point) pure returns (uint256) {
    return uint40(Checkpoint.unwrap(point) >> 192);
}

function faults(Checkpoint point) pure returns (uint8) {
    return uint8(Checkpoint.unwrap(point) >> 232);
}

function head(Checkpoint point) pure returns (uint256) {
    return Checkpoint.unwrap(point) >> 240;
}
