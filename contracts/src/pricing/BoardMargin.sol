// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    BOOK_MARGIN_CALL_SLOPE,
    BOOK_MARGIN_KEPT,
    BOOK_MARGIN_MARK_FACTOR,
    BOOK_MARGIN_PUT_OFFSET,
    BOOK_MARGIN_SPOT,
    BOOK_MARGIN_SPOT_FLOOR,
    CONTEXT_FORWARD,
    FIRST_STRIKE,
    FIRST_VOLATILITY,
    LAST_STRIKE,
    LAST_VOLATILITY,
    SLICE_SLOPE,
    SUMS_CALL_MARGIN,
    SUMS_PUT_MARGIN,
    SUMS_SHORT_CALL_STRIKES,
    SUMS_SHORT_CALLS,
    SUMS_SHORT_PUT_STRIKES,
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
/// the strikes, since an SVI slice is convex. So margin less bound is concave in the strike, linear but for one kink at F,
/// and least at one end. Where that does not settle it, every strike is asked.
library BoardMargin {
    /// @notice Writes the two margins of the board under way to the desk.
    /// @param lots where its positions start in calldata
    function set(Workspace memory w, uint256 lots) internal pure {
        bool calls;
        bool puts;
        assembly ("memory-safe") {
            function least(forward, strike, factor, floor) -> x {
                x := sub(forward, strike)
                x := add(mul(mul(x, sgt(x, 0)), factor), floor)
            }
            let first := mload(FIRST_STRIKE)
            let last := mload(LAST_STRIKE)
            let forward := mload(CONTEXT_FORWARD)
            let factor := mload(BOOK_MARGIN_MARK_FACTOR)
            let kept := mload(BOOK_MARGIN_KEPT)
            // The floor at the most that time is worth: 2/5 is 0.27 % above 1 / sqrt(2 pi), and 2^-32 F far above any
            // error of a price
            let floor := mload(FIRST_VOLATILITY)
            let v := mload(LAST_VOLATILITY)
            if gt(v, floor) { floor := v }
            floor := add(div(shr(63, mul(forward, floor)), 5), add(shr(32, forward), 1))
            floor := add(mul(floor, factor), mload(BOOK_MARGIN_SPOT_FLOOR))
            let convex := sgt(mload(SLICE_SLOPE), not(0))

            let spot := mload(BOOK_MARGIN_SPOT)
            let slope := mload(BOOK_MARGIN_CALL_SLOPE)
            let short := mload(SUMS_SHORT_CALLS)
            let ok := iszero(gt(mul(slope, last), mul(kept, spot)))
            spot := shl(64, spot)
            ok := and(ok, iszero(slt(sub(spot, mul(slope, first)), least(forward, first, factor, floor))))
            ok := and(ok, iszero(slt(sub(spot, mul(slope, last)), least(forward, last, factor, floor))))
            calls := or(iszero(short), and(ok, convex))
            mstore(SUMS_CALL_MARGIN, sub(mul(slope, mload(SUMS_SHORT_CALL_STRIKES)), mul(spot, short)))

            let offset := mload(BOOK_MARGIN_PUT_OFFSET)
            short := mload(SUMS_SHORT_PUTS)
            ok := iszero(lt(mul(kept, first), offset))
            ok := and(ok, iszero(slt(sub(shl(64, first), offset), least(first, forward, factor, floor))))
            ok := and(ok, iszero(slt(sub(shl(64, last), offset), least(last, forward, factor, floor))))
            puts := or(iszero(short), and(ok, convex))
            mstore(SUMS_PUT_MARGIN, sub(mul(offset, short), shl(64, mload(SUMS_SHORT_PUT_STRIKES))))
        }
        if (!(calls && puts)) _strikeByStrike(w, lots);
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
                ExpiryContext.setUnit(u, w.context, node);
                if (calls < 0) ofCalls += uint256(-calls) * RequiredMargin.ofCall(w.bookMargin, node.strike(), u.call);
                if (puts < 0) ofPuts += uint256(-puts) * RequiredMargin.ofPut(w.bookMargin, node.strike(), u.put);
            }
            assembly ("memory-safe") {
                mstore(SUMS_CALL_MARGIN, ofCalls)
                mstore(SUMS_PUT_MARGIN, ofPuts)
            }
        }
    }
}
