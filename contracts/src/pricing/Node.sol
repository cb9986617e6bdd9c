// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ln} from "../math/Ln.sol";
import {WAD, Wad} from "../types/Wad.sol";

/// @notice A strike with its logarithm in one word, so that pricing takes none per strike: ln K in Q96 (K in units of
/// collateral, signed) above, K in wad in the low 112 bits. Call and put of the strike share it.
type Node is uint256;

uint256 constant NODE_STRIKE_BITS = 112;

using {strike, lnStrike} for Node global;

error NodeStrikeOutOfRange(Wad strike);

/// @notice The node of a strike in (0, 2^112).
function nodeOf(Wad strike_) pure returns (Node) {
    uint256 k = Wad.unwrap(strike_);
    require(k != 0 && k >> NODE_STRIKE_BITS == 0, NodeStrikeOutOfRange(strike_));
    return Node.wrap(uint256(Ln.ratioQ96(k, WAD)) << NODE_STRIKE_BITS | k);
}

/// @notice K, wad.
function strike(Node node) pure returns (uint256) {
    return Node.unwrap(node) & ((1 << NODE_STRIKE_BITS) - 1);
}

/// @notice ln K, Q96.
function lnStrike(Node node) pure returns (int256) {
    return int256(Node.unwrap(node)) >> NODE_STRIKE_BITS;
}
