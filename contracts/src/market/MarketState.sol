// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PauseLevel} from "../interfaces/IMarket.sol";

/// @dev Unit of `vegaOpened`.
uint256 constant VEGA_UNIT = 1e9;

/// @notice What a market keeps besides its book, in one word from the low end: 32 bits nonce of the data contract with its
/// terms (zero for an unknown market); 12 their length in words; 32 block of the last trade; 8 pause level; 92 Psi, wad, held
/// at its largest value in the vault's favour; 32 the newest report of when the count of vega began; 48 vega opened since,
/// over E, in VEGA_UNIT.
type MarketState is uint256;

using {
    terms,
    termsSize,
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

uint256 constant TERMS_BITS = 44;
uint256 constant WORDS_SHIFT = 32;
uint256 constant WORDS_MASK = 0xfff;
uint256 constant BLOCK_SHIFT = 44;
uint256 constant PAUSE_SHIFT = 76;
uint256 constant SKEW_SHIFT = 84;
uint256 constant SKEW_MASK = (1 << 92) - 1;
uint256 constant SINCE_SHIFT = 176;
uint256 constant OPENED_SHIFT = 208;

function terms(MarketState state) pure returns (uint32) {
    return uint32(MarketState.unwrap(state));
}

/// @return size bytes
function termsSize(MarketState state) pure returns (uint256 size) {
    unchecked {
        return (MarketState.unwrap(state) >> WORDS_SHIFT & WORDS_MASK) * 0x20;
    }
}

function tradeBlock(MarketState state) pure returns (uint256) {
    return uint32(MarketState.unwrap(state) >> BLOCK_SHIFT);
}

function pauseLevel(MarketState state) pure returns (PauseLevel) {
    return PauseLevel.wrap(uint8(MarketState.unwrap(state) >> PAUSE_SHIFT));
}

function skew(MarketState state) pure returns (uint256) {
    return MarketState.unwrap(state) >> SKEW_SHIFT & SKEW_MASK;
}

function vegaSince(MarketState state) pure returns (uint256) {
    return uint32(MarketState.unwrap(state) >> SINCE_SHIFT);
}

function vegaOpened(MarketState state) pure returns (uint256) {
    return MarketState.unwrap(state) >> OPENED_SHIFT;
}

/// @param size bytes, whole words: sixteen boards of sixteen strikes are 377
function withTerms(MarketState state, uint32 nonce, uint256 size) pure returns (MarketState) {
    uint256 words = size / 0x20;
    assert(words * 0x20 == size && words <= WORDS_MASK);
    return MarketState.wrap(MarketState.unwrap(state) >> TERMS_BITS << TERMS_BITS | words << WORDS_SHIFT | nonce);
}

function withPause(MarketState state, PauseLevel level) pure returns (MarketState) {
    uint256 others = MarketState.unwrap(state) & ~(uint256(type(uint8).max) << PAUSE_SHIFT);
    return MarketState.wrap(others | uint256(PauseLevel.unwrap(level)) << PAUSE_SHIFT);
}

function withSkew(MarketState state, uint256 skew_) pure returns (MarketState) {
    if (skew_ > SKEW_MASK) skew_ = SKEW_MASK;
    return MarketState.wrap(MarketState.unwrap(state) & ~(SKEW_MASK << SKEW_SHIFT) | skew_ << SKEW_SHIFT);
}

/// @notice With this block as that of the last trade: its low 32 bits, which are all of it for 34 years at four blocks a second.
function traded(MarketState state) view returns (MarketState) {
    uint256 others = MarketState.unwrap(state) & ~(uint256(type(uint32).max) << BLOCK_SHIFT);
    return MarketState.wrap(others | uint256(uint32(block.number)) << BLOCK_SHIFT);
}

/// @param since below 2^32
/// @param opened below 2^48, in VEGA_UNIT
function withVega(MarketState state, uint256 since, uint256 opened) pure returns (MarketState) {
    uint256 others = MarketState.unwrap(state) & (1 << SINCE_SHIFT) - 1;
    return MarketState.wrap(others | since << SINCE_SHIFT | opened << OPENED_SHIFT);
}
