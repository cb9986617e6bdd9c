// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BookValue, QuoteParts} from "../interfaces/IPricer.sol";
import {BoardGreeks, BoardSums} from "./BoardSums.sol";
import {Context, Unit} from "./ExpiryContext.sol";
import {Exposure} from "./Potential.sol";
import {BookMargin, MarginContext} from "./RequiredMargin.sol";

/// @notice Everything that the pricer computes in one call. What `Workspaces.allocate` places comes first.
struct Workspace {
    QuoteParts parts;
    BookValue before;
    BookValue afterwards; // until the last board is in, only what the legs change
    Exposure exposureBefore;
    Exposure exposureAfter; // likewise
    Context context; // of the board under way
    Context averageContext; // with spot at its average
    Context otherContext; // of a slice that was replaced
    MarginContext margin;
    BookMargin bookMargin;
    BoardSums sums; // the positions as they are
    BoardSums change; // what the legs change
    BoardGreeks greeks;
    BoardGreeks greeksAfter;
    Unit unit;
    Unit otherUnit;
    // The answer's arrays: places of their first words
    uint256 callDelta;
    uint256 collateral;
    uint256 vegaBefore;
    uint256 vegaAfter;
    // The order
    uint256 equity; // floored
    uint256 spot;
    uint256 boards;
    bool wide; // whether average differs from mark
    // Where things start in calldata, and words that every board reads
    uint256 firstBoard;
    uint256 params;
    uint256 slices;
    uint256 averages;
    uint256 lots;
    uint256 timestamp;
    uint256 window;
    int256 rate;
    int256 fairAtMark;
    int256 fairAtAverage;
    int256 leastAtMark; // the clamp's bound
    int256 leastAtAverage;
    uint256 spread;
    uint256 latency;
    uint256 carry;
    uint256 fee;
    // The board under way
    uint256 index; // in the terms
    uint256 expiry;
    uint256 nodes; // where they start in calldata
    uint256 nodeCount;
    uint256 tau;
    bool touched; // by a leg
    uint256 spreadLevel;
    uint256 surcharge;
    uint256 vegaScale;
    int256 vegaWeight; // of nu, wad
}

/// @notice Lays a workspace out in memory, its `parts`, `before` and `afterwards` inside the bytes that the pricer
/// returns: the ABI encoding of `Priced`.
/// @dev A local struct would be zeroed member by member, and encoded word by word.
library Workspaces {
    /// @dev Of the answer: its offset, 21 words of structs, four offsets; then the arrays.
    uint256 private constant ANSWER_HEAD = 26 * 0x20;
    uint256 private constant WORDS = 16 + 4 + 20 + 10;

    /// @notice Only before any other use of memory: what is not set counts on memory being zero.
    /// @return holder an array of one, because a variable of the struct's own type would be allocated
    function allocate(uint256 legs, uint256 boards) internal pure returns (Workspace[] memory holder) {
        assembly ("memory-safe") {
            let w := mload(0x40)
            let parts := add(add(w, mul(WORDS, 0x20)), 0x20)
            let place := add(w, mul(WORDS, 0x20))
            mstore(place, 0x20)
            mstore(w, parts)
            mstore(add(w, 0x20), add(parts, 0x120))
            mstore(add(w, 0x40), add(parts, 0x1e0))
            // The arrays, and where they lie
            place := add(place, ANSWER_HEAD)
            let head := add(parts, 0x2a0)
            let field := add(w, 0x200)
            for { let i := 0 } lt(i, 4) { i := add(i, 1) } {
                let count := boards
                if lt(i, 2) { count := legs }
                mstore(head, sub(place, parts))
                mstore(place, count)
                place := add(place, 0x20)
                mstore(field, place)
                place := add(place, shl(5, count))
                head := add(head, 0x20)
                field := add(field, 0x20)
            }
            // Exposures of five words, contexts of eight, margins of eight and six, sums of seven, Greeks of five, units of six
            mstore(add(w, 0x60), place)
            mstore(add(w, 0x80), add(place, 0x0a0))
            mstore(add(w, 0xa0), add(place, 0x140))
            mstore(add(w, 0xc0), add(place, 0x240))
            mstore(add(w, 0xe0), add(place, 0x340))
            mstore(add(w, 0x100), add(place, 0x440))
            mstore(add(w, 0x120), add(place, 0x540))
            mstore(add(w, 0x140), add(place, 0x600))
            mstore(add(w, 0x160), add(place, 0x6e0))
            mstore(add(w, 0x180), add(place, 0x7c0))
            mstore(add(w, 0x1a0), add(place, 0x860))
            mstore(add(w, 0x1c0), add(place, 0x900))
            mstore(add(w, 0x1e0), add(place, 0x9c0))
            holder := add(place, 0xa80)
            mstore(holder, 1)
            mstore(add(holder, 0x20), w)
            mstore(0x40, add(holder, 0x40))
        }
    }

    /// @notice Ends the call with the answer.
    function answer(Workspace memory w) internal pure {
        assembly ("memory-safe") {
            let from := sub(mload(w), 0x20)
            let vegaAfter := mload(add(w, 0x260))
            let end := add(vegaAfter, shl(5, mload(sub(vegaAfter, 0x20))))
            return(from, sub(end, from))
        }
    }
}
