// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SviSlice} from "../types/SviSlice.sol";
import {Black76} from "./Black76.sol";
import {Ln} from "./Ln.sol";
import {NormalCdf} from "./NormalCdf.sol";
import {Sqrt} from "./Sqrt.sol";
import {CENTRED_ROOT, Svi} from "./Svi.sol";

/// @notice What all strikes of a board share. Wads but for tau and the slice.
struct BoardContext {
    uint256 forward; // below 2^112
    uint256 forwardRatio; // forward over spot, below 2^64
    uint256 discount; // below 2^64
    int256 rate; // per year, −ln(discount)/τ
    uint256 tau; // seconds, in [1, 2^32)
    SviSlice slice;
    int256 volatilityShift; // added to every volatility, which stays above zero; zero at mark
}

/// @notice Sums over positions, the vault's sign, wad of collateral; delta in underlying, gamma in underlying per collateral.
struct BookSums {
    int256 value; // discounted
    int256 delta; // to spot, the forward moving with it
    int256 gamma; // to spot
    int256 vega; // per 1.00 of volatility
    int256 theta; // per year, forward and rate held
}

/// @notice Value and Greeks of a whole board in one loop over packed strikes and positions.
/// @dev Nodes and lots as `BoardPacking` lays them out. A strike without positions is skipped, so that padding at the end of either
///      array is harmless; there must be a word of lots for every four strikes.
///      With e = exp(−d1²/2) and t from `NormalCdf.pair`, n = call + put lots and p = put lots, a strike adds
///        to the delta n·Φ(d1) − p, to the value F·(n·Φ(d1) − p) − K·(n·Φ(d2) − p), and n·e, n·e/v, n·e·v to vega, gamma and decay.
library BookPass {
    /// @dev K = tick·1e10 wad.
    int256 internal constant WAD_PER_TICK = 10000000000;
    int256 internal constant LOTS_PER_OPTION = 1000;
    int256 internal constant WAD = 1000000000000000000;
    /// @dev Half a year of 365 days, in seconds.
    int256 internal constant HALF_YEAR = 15768000;
    /// @dev 1/√(2π) in Q64
    int256 internal constant INVERSE_ROOT_2_PI = 7359186146747302452;

    /// @dev 2^-40 in Q64, below any volatility of meaning: it bounds d1 so that R' never rounds to zero and t keeps the sign of d.
    uint256 internal constant V_FLOOR = 16777216;

    /// @notice Adds a board's sums to `sums`.
    function add(BookSums memory sums, BoardContext memory board, uint256[] memory nodes, uint256[] memory lots)
        internal
        pure
    {
        uint256 rootTau = Black76.rootYearsQ96(board.tau);
        _collect(sums, board, rootTau, _volatilities(board, rootTau, nodes, lots));
    }

    /// @notice The board under stress: spot and forward times `spotFactor` (wad), every volatility moved by `volatilityShift` (wad) more.
    ///         The smile moves with the forward: volatilities are read at the new log-moneyness.
    function shocked(BoardContext memory board, uint256 spotFactor, int256 volatilityShift)
        internal
        pure
        returns (BoardContext memory)
    {
        return BoardContext({
            forward: board.forward * spotFactor / 1e18,
            forwardRatio: board.forwardRatio,
            discount: board.discount,
            rate: board.rate,
            tau: board.tau,
            slice: board.slice,
            volatilityShift: board.volatilityShift + volatilityShift
        });
    }

    /// @dev Writes two words for each strike with a position, in unallocated memory: call lots, put lots, ticks and v = σ√τ in Q64
    ///      (32, 32, 64 and 128 bits), then k = ln(K/F) in Q64; a zero word ends them. Two loops instead of one keep either within reach of the stack.
    function _volatilities(BoardContext memory board, uint256 rootTau, uint256[] memory nodes, uint256[] memory lots)
        private
        pure
        returns (uint256 from)
    {
        int256 logForward;
        int256 shift;
        int256 centre;
        int256 sigma;
        int256 slope;
        int256 tilt;
        int256 level;
        uint256 place;
        uint256 node;
        uint256 end;
        uint256 to;
        assembly ("memory-safe") {
            from := mload(0x40)
            to := from
            place := add(lots, 8)
            node := add(nodes, 16)
            end := add(node, shl(5, mload(nodes)))
        }
        if (node == end) {
            assembly ("memory-safe") {
                mstore(to, 0)
            }
            return from;
        }
        // Set inside a condition that always holds, these stay variables: the optimizer would put their expressions into the loop.
        if (node < end) {
            unchecked {
                shift = board.volatilityShift * int256(rootTau) / 1e18 >> 32;
                logForward = Ln.ratioQ96(board.forward, 1e18) >> 32;
            }
            (level, slope, tilt, centre, sigma) = Svi.unpack(board.slice);
        }
        for (; node < end;) {
            uint256 record;
            assembly ("memory-safe") {
                record := shl(192, mload(place))
            }
            if (record != 0) {
                uint256 w;
                assembly ("memory-safe") {
                    let strike := mload(node)
                    record := or(record, and(shl(64, strike), 0xffffffffffffffff00000000000000000000000000000000))
                    // From here as in Svi.totalVarianceQ128, in line
                    let z := sub(shl(8, signextend(7, strike)), logForward)
                    mstore(add(to, 32), z)
                    z := sub(z, centre)
                    let square := add(mul(z, z), mul(sigma, sigma))
                    let sign := sar(255, z)
                    let root := add(sub(xor(z, sign), sign), sigma)
                    root := shr(16, mul(root, CENTRED_ROOT))
                    root := add(root, div(square, root)) // two steps in one, as in Sqrt, and once more
                    root := add(shr(2, root), div(square, root))
                    root := add(root, div(square, root))
                    root := add(shr(2, root), div(square, root))
                    w := add(level, add(mul(slope, root), mul(tilt, z)))
                    w := mul(w, sgt(w, 0))
                }
                w = Sqrt.close(w);
                assembly ("memory-safe") {
                    w := add(w, shift)
                    if slt(w, V_FLOOR) { w := V_FLOOR }
                    mstore(to, or(record, w))
                    to := add(to, 64)
                }
            }
            assembly ("memory-safe") {
                node := add(node, 16)
                place := add(place, 8)
            }
        }
        assembly ("memory-safe") {
            mstore(to, 0)
        }
    }

    /// @dev The early return is more than a shortcut: a function with one is not put in line, so that its caller's variables do not
    ///      push these out of the stack's reach. The same holds for `_volatilities`. And two of the sums lie in the scratch words 0x00 and
    ///      0x20, which nothing between these blocks of assembly touches.
    function _collect(BookSums memory sums, BoardContext memory board, uint256 rootTau, uint256 from) private pure {
        int256 valueSum; // Σ n·Φ(d1) − p + n·e·t2, Q192
        int256 strikeSum; // Σ K·(n·[d2 >= 0] − p) in ticks
        int256 deltaSum; // Σ n·Φ(d1) − p, Q192
        int256 densitySum; // Σ n·e, Q128
        int256 gammaSum; // Σ n·e/v, Q96
        int256 decaySum; // Σ n·e·v, Q192
        uint256 record;
        assembly ("memory-safe") {
            record := mload(from)
            mstore(0x00, 0)
            mstore(0x20, 0)
        }
        if (record == 0) return;
        for (; record != 0;) {
            int256 d1;
            int256 d2;
            uint256 v;
            assembly ("memory-safe") {
                v := and(record, 0xffffffffffffffffffffffffffffffff)
                d1 := sub(shr(1, v), sdiv(shl(64, mload(add(from, 32))), v))
                d2 := sub(d1, v)
            }
            (uint256 e, int256 t1, int256 t2) = NormalCdf.pair(d1, d2);
            assembly ("memory-safe") {
                let p := sar(224, shl(32, record))
                let n := add(sar(224, record), p)
                strikeSum := add(strikeSum, mul(and(shr(128, record), 0xffffffffffffffff), sub(mul(n, sgt(t2, 0)), p)))
                p := shl(192, sub(mul(n, sgt(t1, 0)), p))
                n := mul(n, e)
                valueSum := add(valueSum, sub(p, mul(n, sub(t1, t2))))
                deltaSum := add(deltaSum, sub(p, mul(n, t1)))
                densitySum := add(densitySum, n)
                mstore(0x00, add(mload(0x00), sdiv(shl(32, n), v)))
                mstore(0x20, add(mload(0x20), mul(n, v)))
                from := add(from, 64)
                record := mload(from)
            }
        }
        assembly ("memory-safe") {
            gammaSum := mload(0x00)
            decaySum := mload(0x20)
        }
        _scale(sums, board, rootTau, valueSum, strikeSum, deltaSum, densitySum, gammaSum, decaySum);
    }

    function _scale(
        BookSums memory sums,
        BoardContext memory board,
        uint256 rootTau,
        int256 valueSum,
        int256 strikeSum,
        int256 deltaSum,
        int256 densitySum,
        int256 gammaSum,
        int256 decaySum
    ) private pure {
        uint256 forward = board.forward;
        uint256 discount = board.discount;
        assembly ("memory-safe") {
            function accumulate(slot, amount) {
                mstore(slot, add(mload(slot), sdiv(amount, LOTS_PER_OPTION)))
            }
            // discounted value, wad
            let x := sub(sar(96, mul(forward, sar(96, valueSum))), mul(strikeSum, WAD_PER_TICK))
            x := sdiv(mul(x, discount), WAD)
            accumulate(sums, x)
            // rate·value less the decay F·Σ n·φ·v/2τ, discounted
            let rate := mload(add(board, 0x60))
            let tau := mload(add(board, 0x80))
            let decay := sar(64, mul(forward, sar(64, mul(sar(128, decaySum), INVERSE_ROOT_2_PI))))
            decay := sdiv(mul(sdiv(mul(decay, discount), WAD), HALF_YEAR), tau)
            accumulate(add(sums, 0x80), sub(sdiv(mul(x, rate), WAD), decay))
            // F·Σ n·φ·√τ, discounted
            x := sar(64, mul(forward, sar(64, mul(sar(64, densitySum), INVERSE_ROOT_2_PI))))
            accumulate(add(sums, 0x60), sar(96, mul(sdiv(mul(x, discount), WAD), rootTau)))
            // Per spot: discount·ratio·ΣΦ and discount·ratio²·Σ n·φ/v over F
            let ratio := mload(add(board, 0x20))
            discount := div(mul(discount, ratio), WAD)
            accumulate(add(sums, 0x20), sar(64, mul(sar(128, deltaSum), discount)))
            x := sar(64, mul(sar(32, gammaSum), INVERSE_ROOT_2_PI))
            x := sar(64, mul(x, div(mul(discount, ratio), WAD)))
            accumulate(add(sums, 0x40), sdiv(mul(x, WAD), forward))
        }
    }
}
