// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3} from "./AggregatorV3.sol";

/// @notice One round as a feed gave it.
struct FeedRound {
    bool ok; // the call returned a complete round: five words, a time, an answer of this round
    uint80 id;
    int256 answer;
    uint256 startedAt;
    uint256 updatedAt;
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
    function latest(address feed) internal view returns (FeedRound memory) {
        return _read(feed, AggregatorV3.latestRoundData.selector, 0, 4);
    }

    function round(address feed, uint80 id) internal view returns (FeedRound memory r) {
        r = _read(feed, AggregatorV3.getRoundData.selector, id, 36);
        r.ok = r.ok && r.id == id;
    }

    /// @notice The price of a round as a wad: zero unless it is complete, positive, in range, neither from the
    /// future nor older than `maxAge`.
    function price(FeedRound memory r, uint256 scale, uint256 maxAge) internal view returns (uint256) {
        if (!r.ok || r.answer <= 0 || r.updatedAt > block.timestamp) return 0;
        if (block.timestamp - r.updatedAt > maxAge) return 0;
        uint256 answer = uint256(r.answer);
        return answer > MAX_PRICE / scale ? 0 : answer * scale;
    }

    function phaseOf(uint80 id) internal pure returns (uint16) {
        return uint16(id >> PHASE_SHIFT);
    }

    function _read(address feed, bytes4 selector, uint256 argument, uint256 length)
        private
        view
        returns (FeedRound memory r)
    {
        uint256 left = gasleft();
        bool success;
        uint256 id;
        uint256 answeredIn;
        assembly ("memory-safe") {
            // The 160 bytes past the free pointer are scratch for this block only.
            let p := mload(0x40)
            mstore(p, selector)
            mstore(add(p, 4), argument)
            success := staticcall(FEED_GAS, feed, p, length, p, 160)
            if success {
                success := gt(returndatasize(), 159)
                id := mload(p)
                mstore(add(r, 0x40), mload(add(p, 0x20)))
                mstore(add(r, 0x60), mload(add(p, 0x40)))
                mstore(add(r, 0x80), mload(add(p, 0x60)))
                answeredIn := mload(add(p, 0x80))
            }
        }
        if (!success) {
            uint256 needed = FEED_GAS + FEED_GAS / 32;
            require(left > needed, NotEnoughGas(left, needed));
            return FeedRound(false, 0, 0, 0, 0);
        }
        r.id = uint80(id);
        r.ok = id <= type(uint80).max && r.updatedAt != 0 && answeredIn >= id;
    }
}
