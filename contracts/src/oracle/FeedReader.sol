// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3} from "./AggregatorV3.sol";

/// @notice One round as a feed gave it: the five words of its answer, the last replaced.
struct FeedRound {
    uint80 id;
    int256 answer;
    uint256 startedAt;
    uint256 updatedAt;
    bool ok; // the call returned a complete round: five words, a time, an answer of this round. If not, all is zero
}

/// @dev The phase of a proxy's round id.
uint256 constant PHASE_SHIFT = 64;

/// @dev Gas a feed may use. A Chainlink proxy needs 15k cold; a Uniswap v3 observation search up to 150k.
uint256 constant FEED_GAS = 200_000;

/// @dev Prices are kept in 96 bits: up to 7.9e10 collateral per underlying.
uint256 constant MAX_PRICE = type(uint96).max;

/// @dev So little gas was left that a failing call proves nothing about the feed.
error NotEnoughGas(uint256 left, uint256 needed);

/// @title Feed reader
/// @notice Reads feeds that may revert, return anything, return megabytes or burn what they get. A failure is a value;
/// the caller loses at most FEED_GAS. A caller that supplies too little gas on purpose is reverted, so that nobody
/// else than the feed decides that a feed failed.
library FeedReader {
    function latest(address feed) internal view returns (FeedRound memory r) {
        _readInto(r, feed, AggregatorV3.latestRoundData.selector, 0, 4);
    }

    function round(address feed, uint80 id) internal view returns (FeedRound memory r) {
        roundInto(r, feed, id);
    }

    /// @notice The same into a round that is there already.
    function roundInto(FeedRound memory r, address feed, uint256 id) internal view {
        _readInto(r, feed, AggregatorV3.getRoundData.selector, id, 36);
        assembly ("memory-safe") {
            let ok := add(r, 0x80)
            mstore(ok, and(mload(ok), eq(mload(r), id)))
        }
    }

    /// @notice The price of the latest round.
    /// @param scale factor from the answer to a wad
    /// @return price wad: zero unless the round is complete, positive, in range, neither from the future nor older than
    /// `maxAge`
    /// @return updatedAt zero unless the round is complete, as is its `id`
    function live(address feed, uint256 scale, uint256 maxAge)
        internal
        view
        returns (uint256 price, uint256 updatedAt, uint80 id)
    {
        uint256 place;
        assembly ("memory-safe") {
            place := mload(0x40) // and left unallocated: a struct would be zeroed first
        }
        _read(place, feed, AggregatorV3.latestRoundData.selector, 0, 4);
        uint256 most = MAX_PRICE;
        assembly ("memory-safe") {
            id := mload(place)
            price := mload(add(place, 0x20))
            updatedAt := mload(add(place, 0x60))
            // A negative answer is large, and so is the age of one from the future
            let good := iszero(or(gt(price, div(most, scale)), gt(sub(timestamp(), updatedAt), maxAge)))
            price := mul(mul(price, scale), good)
        }
    }

    function phaseOf(uint80 id) internal pure returns (uint16) {
        return uint16(id >> PHASE_SHIFT);
    }

    function _readInto(FeedRound memory r, address feed, bytes4 selector, uint256 argument, uint256 length)
        private
        view
    {
        uint256 place;
        assembly ("memory-safe") {
            place := r
        }
        _read(place, feed, selector, argument, length);
    }

    /// @param place of the five words of a `FeedRound`
    function _read(uint256 place, address feed, bytes4 selector, uint256 argument, uint256 length) private view {
        uint256 left = gasleft();
        bool called;
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, argument)
            called := staticcall(FEED_GAS, feed, 0, length, place, 160)
            called := and(called, gt(returndatasize(), 159))
            // complete: an id of 80 bits, a time, and answered in this round or after
            let id := mload(place)
            let ok := and(and(called, iszero(shr(80, id))), gt(mload(add(place, 0x60)), 0))
            ok := gt(ok, lt(mload(add(place, 0x80)), id))
            mstore(add(place, 0x80), ok)
            if iszero(ok) { calldatacopy(place, calldatasize(), 160) } // zeros
        }
        if (!called) {
            uint256 needed = FEED_GAS + FEED_GAS / 32;
            require(left > needed, NotEnoughGas(left, needed));
        }
    }
}
