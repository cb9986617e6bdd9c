// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PauseLevel} from "../interfaces/IMarket.sol";

/// @dev Unit of `vegaOpened`.
uint256 constant VEGA_UNIT = 1e9;

/// @notice What a market keeps besides its book, in one word from the low end: 32 bits nonce of the data contract with its
/// terms (zero for an unknown market); 40 block of the last trade; 8 pause level; 96 Psi, wad, held at its largest value
/// in the vault's favour; 32 the newest report of when the count of vega began; 48 vega opened since, over E, in VEGA_UNIT.
type MarketState is uint256;

using {
    terms,
    tradeBlock,
    pauseLevel,
    skew,
    vegaSince,
    vegaOpened,
    withTerms,
    withPause,
    withSkew,
    traded,
    withVega
} for MarketState global;

uint256 constant BLOCK_SHIFT = 32;
uint256 constant PAUSE_SHIFT = 72;
uint256 constant SKEW_SHIFT = 80;
uint256 constant SINCE_SHIFT = 176;
uint256 constant OPENED_SHIFT = 208;

function terms(MarketState state) pure returns (uint32) {
    return uint32(MarketState.unwrap(state));
}

function tradeBlock(MarketState state) pure returns (uint256) {
    return uint40(MarketState.unwrap(state) >> BLOCK_SHIFT);
}

function pauseLevel(MarketState state) pure returns (PauseLevel) {
    return PauseLevel.wrap(uint8(MarketState.unwrap(state) >> PAUSE_SHIFT));
}

function skew(MarketState state) pure returns (uint256) {
    return uint96(MarketState.unwrap(state) >> SKEW_SHIFT);
}

function vegaSince(MarketState state) pure returns (uint256) {
    return uint32(MarketState.unwrap(state) >> SINCE_SHIFT);
}

function vegaOpened(MarketState state) pure returns (uint256) {
    return MarketState.unwrap(state) >> OPENED_SHIFT;
}

function withTerms(MarketState state, uint32 nonce) pure returns (MarketState) {
    return MarketState.wrap(MarketState.unwrap(state) & ~uint256(type(uint32).max) | nonce);
}

function withPause(MarketState state, PauseLevel level) pure returns (MarketState) {
    uint256 others = MarketState.unwrap(state) & ~(uint256(type(uint8).max) << PAUSE_SHIFT);
    return MarketState.wrap(others | uint256(PauseLevel.unwrap(level)) << PAUSE_SHIFT);
}

function withSkew(MarketState state, uint256 skew_) pure returns (MarketState) {
    if (skew_ > type(uint96).max) skew_ = type(uint96).max;
    return
        MarketState.wrap(MarketState.unwrap(state) & ~(uint256(type(uint96).max) << SKEW_SHIFT) | skew_ << SKEW_SHIFT);
}

/// @notice With this block as that of the last trade.
function traded(MarketState state) view returns (MarketState) {
    uint256 others = MarketState.unwrap(state) & ~(uint256(type(uint40).max) << BLOCK_SHIFT);
    return MarketState.wrap(others | uint256(uint40(block.number)) << BLOCK_SHIFT);
}

/// @param since below 2^32
/// @param opened below 2^48, in VEGA_UNIT
function withVega(MarketState state, uint256 since, uint256 opened) pure returns (MarketState) {
    uint256 others = MarketState.unwrap(state) & (1 << SINCE_SHIFT) - 1;
    return MarketState.wrap(others | since << SINCE_SHIFT | opened << OPENED_SHIFT);
}
