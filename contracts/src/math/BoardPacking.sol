// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ln} from "./Ln.sol";

/// @notice How a board's strikes and positions lie in words, in storage and in memory alike.
/// @dev First strike in the highest bits. A word of nodes holds two strikes: 64 bits of K in ticks of 1e-8, then ln K as int64 in Q56.
///      A word of lots holds four strikes: int32 of call lots, then int32 of put lots. So a board of 8 strikes has 4 words of nodes,
///      which never change and may stand in a data contract, and 2 words of lots; 32 strikes cost 8 cold slots of lots to read.
library BoardPacking {
    uint256 internal constant WAD_PER_TICK = 1e10;
    uint256 internal constant NODES_PER_WORD = 2;
    uint256 internal constant LOTS_PER_WORD = 4;

    error StrikeNotOnTick(uint256 strike, uint256 wadPerTick);
    error StrikeOutsideNode(uint256 strike);

    /// @notice The node of a strike: a positive multiple of 1e-8 below 2^64 ticks (1.8e11), wad. ln K is rounded to nearest.
    function node(uint256 strike) internal pure returns (uint128) {
        uint256 ticks = strike / WAD_PER_TICK;
        require(strike % WAD_PER_TICK == 0, StrikeNotOnTick(strike, WAD_PER_TICK));
        require(ticks != 0 && ticks >> 64 == 0, StrikeOutsideNode(strike));
        int256 log = (Ln.ratioQ96(strike, 1e18) + (1 << 39)) >> 40;
        return uint128(ticks << 64 | uint64(int64(log)));
    }

    /// @notice The words of several strikes, padded with empty nodes.
    function nodes(uint256[] memory strikes) internal pure returns (uint256[] memory words) {
        words = new uint256[]((strikes.length + NODES_PER_WORD - 1) / NODES_PER_WORD);
        for (uint256 i; i < strikes.length; ++i) {
            words[i / NODES_PER_WORD] |= uint256(node(strikes[i])) << (i % NODES_PER_WORD == 0 ? 128 : 0);
        }
    }

    /// @notice The i-th strike of a board, wad; zero for padding.
    function strikeAt(uint256[] memory nodeWords, uint256 i) internal pure returns (uint256) {
        return uint64(nodeWords[i / NODES_PER_WORD] >> (i % NODES_PER_WORD == 0 ? 192 : 64)) * WAD_PER_TICK;
    }

    /// @notice Call and put lots at place `i` (0 to 3) of a word.
    function lotsAt(uint256 word, uint256 i) internal pure returns (int32 callLots, int32 putLots) {
        uint256 pair = word >> (192 - 64 * i);
        return (int32(uint32(pair >> 32)), int32(uint32(pair)));
    }

    /// @notice The word with the lots at place `i` (0 to 3) replaced.
    function withLots(uint256 word, uint256 i, int32 callLots, int32 putLots) internal pure returns (uint256) {
        uint256 shift = 192 - 64 * i;
        uint256 pair = uint256(uint32(callLots)) << 32 | uint32(putLots);
        return word & ~(uint256(type(uint64).max) << shift) | pair << shift;
    }
}
