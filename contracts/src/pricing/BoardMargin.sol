// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    BOOK_MARGIN_CALL_SLOPE,
    BOOK_MARGIN_KEPT,
    BOOK_MARGIN_MARK_FACTOR,
    BOOK_MARGIN_PUT_OFFSET,
    BOOK_MARGIN_SHOCKED_SPOT,
    BOOK_MARGIN_SPOT,
    BOOK_MARGIN_SPOT_FLOOR,
    CONTEXT_FORWARD,
    FIRST_STRIKE,
    FIRST_VOLATILITY,
    LAST_STRIKE,
    LAST_VOLATILITY,
    SHORTS_MASK,
    SHORTS_SHIFT,
    SUMS_CALL_MARGIN,
    SUMS_PUT_MARGIN,
    SUMS_SHORT_CALLS,
    SUMS_SHORT_PUTS
} from "./Desk.sol";
import {ExpiryContext, Unit} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Node} from "./Node.sol";
import {RequiredMargin} from "./RequiredMargin.sol";
import {Workspace} from "./Workspace.sol";

/// @notice Margin of the shorts of a board, summed: the integers that `RequiredMargin.ofCall` and `ofPut` give strike by
/// strike.
/// @dev Between s S and S / s a call's margin is S - (1 - U) s K and a put's K - (1 - U) s S, unless the floor on the mark
/// is more: linear in the strike, so that two sums over the shorts of a kind are enough. Whether the floor is more
/// anywhere is asked of a bound. An option is worth at most its intrinsic value and F v / sqrt(2 pi): at K = F it is worth less
/// than that, and as K moves away its value grows by no more than its intrinsic value does. v is largest at one end of
/// the strikes, since an SVI slice is convex: no word holds a negative b. So margin less bound is concave in the strike, linear but for one kink at F,
/// and least at one end. Where that does not settle it, every strike is asked.
library BoardMargin {
    uint256 private constant SLACK = 0x400000000; // 2^-30 of total volatility, Q64

    /// @notice Writes the two margins of the board under way to the desk.
    function set(Workspace memory w) internal pure {
        uint256 doubtful; // whether some short is not proven to be above its floor
        assembly ("memory-safe") {
            let forward := mload(CONTEXT_FORWARD)
            let factor := mload(BOOK_MARGIN_MARK_FACTOR)
            // The floor at the most that time is worth: 13/32 is 1.8 % above 1 / sqrt(2 pi), and what SLACK adds far above any
            // error of a price
            let floor := mload(FIRST_VOLATILITY)
            if lt(floor, mload(LAST_VOLATILITY)) { floor := mload(LAST_VOLATILITY) }
            floor := add(shr(69, mul(mul(forward, add(floor, SLACK)), 13)), 1)
            floor := add(mul(floor, factor), mload(BOOK_MARGIN_SPOT_FLOOR))

            // At either end, margin less bound, of a call and of a put. A put's intrinsic value is a call's less F - K
            let part := mload(BOOK_MARGIN_CALL_SLOPE)
            let offset := mload(BOOK_MARGIN_PUT_OFFSET)
            let spot := mload(BOOK_MARGIN_SPOT)
            let whole := shl(64, spot)
            let most := sub(whole, floor)
            let least := add(offset, floor)
            let strike := mload(LAST_STRIKE)
            let x := mul(factor, sub(forward, strike))
            let ahead := mul(x, sgt(x, 0))
            let puts := sub(add(shl(64, strike), sub(x, ahead)), least)
            let margin := mul(part, strike)
            // The first is below zero where K is beyond S / s
            let calls := or(sub(mul(mload(BOOK_MARGIN_KEPT), spot), margin), sub(most, add(margin, ahead)))
            strike := mload(FIRST_STRIKE)
            x := mul(factor, sub(forward, strike))
            ahead := mul(x, sgt(x, 0))
            calls := or(calls, sub(most, add(mul(part, strike), ahead)))
            puts := or(puts, sub(add(shl(64, strike), sub(x, ahead)), least))
            puts := or(puts, sub(strike, mload(BOOK_MARGIN_SHOCKED_SPOT))) // below zero where K is below s S

            strike := mload(SUMS_SHORT_CALLS)
            x := shr(SHORTS_SHIFT, strike)
            mstore(SUMS_CALL_MARGIN, sub(mul(whole, x), mul(part, and(strike, SHORTS_MASK))))
            doubtful := mul(shr(255, calls), x)
            strike := mload(SUMS_SHORT_PUTS)
            x := shr(SHORTS_SHIFT, strike)
            mstore(SUMS_PUT_MARGIN, sub(shl(64, and(strike, SHORTS_MASK)), mul(offset, x)))
            doubtful := or(doubtful, mul(shr(255, puts), x))
        }
        if (doubtful != 0) _strikeByStrike(w, InputReader.lotsOf(w));
    }

    function _strikeByStrike(Workspace memory w, uint256 lots) private pure {
        unchecked {
            (uint256 ofCalls, uint256 ofPuts) = (0, 0);
            Unit memory u = w.unit;
            for (uint256 i = 0; i < w.nodeCount; ++i) {
                int256 calls = InputReader.position(lots, i, true);
                int256 puts = InputReader.position(lots, i, false);
                if (calls >= 0 && puts >= 0) continue;
                Node node = InputReader.node(w, i);
                ExpiryContext.setUnit(node);
                if (calls < 0) ofCalls += uint256(-calls) * RequiredMargin.ofCall(node.strike(), u.call);
                if (puts < 0) ofPuts += uint256(-puts) * RequiredMargin.ofPut(node.strike(), u.put);
            }
            assembly ("memory-safe") {
                mstore(SUMS_CALL_MARGIN, ofCalls)
                mstore(SUMS_PUT_MARGIN, ofPuts)
            }
        }
    }
}
