// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHedger} from "../interfaces/IHedger.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {MarketLimits, Modules} from "../interfaces/ICatalogue.sol";
import {BookValue, IPricer, QuoteParts} from "../interfaces/IPricer.sol";
import {ISpotOracle, SpotRead} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../interfaces/ISurfaceOracle.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Lots} from "../pricing/Lots.sol";
import {TermsLayout} from "../pricing/TermsLayout.sol";
import {Backing} from "../types/Backing.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {SignedWad} from "../types/Wad.sol";
import {LegPlace} from "./LegPlace.sol";
import {LotStore} from "./LotStore.sol";
import {MarketState} from "./MarketState.sol";
import {Terms} from "./Terms.sol";

/// @dev Where the words of `PricingInput` lie in its ABI encoding, from the start of the struct.
uint256 constant INPUT_TIMESTAMP = 0;
uint256 constant INPUT_SPOT = 0x20;
uint256 constant INPUT_EQUITY = 0xa0;
uint256 constant INPUT_HEDGE_DELTA = 0xc0;
uint256 constant INPUT_SKEW = 0xe0;
uint256 constant INPUT_MARGIN = 0x100;
uint256 constant INPUT_OFFSETS = 0x360;
uint256 constant INPUT_TAIL = 0x400;

/// @dev Words of the structs that are copied as they come.
uint256 constant MARGIN_BYTES = 19 * 0x20;
uint256 constant LEG_BYTES = 4 * 0x20;

/// @dev From the limits in the terms to clearing's margin parameters.
uint256 constant MARGIN_FROM_LIMITS = 16 * 0x20; // TermsLayout.MARGIN - TermsLayout.LIMITS

/// @dev Slices of each expiry that the surface oracle remembers.
uint256 constant MAX_PREVIOUS = 4;

/// @notice What an order meets: the arguments of a call to the pricer, laid out once in memory, and views into them.
struct Scene {
    bytes terms;
    Modules modules; // in the terms
    MarketLimits limits; // in the terms
    uint256[] boards; // where each board starts in the terms
    uint256 lots; // where the words of the first board's positions start
    uint256 legs; // where the words of the first leg start
    SpotRead spot; // in the arguments
    Backing backing;
    uint256 input; // where the PricingInput starts; its selector and the two heads lie before it
    uint256 end; // of the arguments
    uint256 window;
    uint256 boardCount;
    uint256 slices; // where the first slice starts
    uint256 equity; // wad
    bool stopped; // some leg's expiry accepts no opening
    bool closing; // every leg closes
    uint256[] expiries; // of the boards, in the arguments of a call to the surface oracle
    uint256 traded; // bit b: a leg is of board b
    MarketState state; // as the order finds it
    uint256 legCount;
    uint256 positions; // where the vault's positions in the series of the legs lie, a word each
}

using SceneBuilder for Scene global;

/// @notice The pricer's answer where it lies: `Priced`, and where the words of its arrays start.
struct Answer {
    QuoteParts parts;
    BookValue before;
    BookValue afterwards;
    uint256 callDelta; // per leg
    uint256 collateral;
    uint256 vegaBefore; // per board
    uint256 vegaAfter;
}

/// @notice Builds scenes and asks the pricer about them.
/// @dev The arguments are laid out by hand: what oracles return goes into the call as it comes, and the
/// terms are copied once from code. The struct is encoded as the interface declares it: its head, then terms, slices,
/// averages, lots, legs and previous slices.
library SceneBuilder {
    uint256 private constant SCENE_BYTES = 21 * 0x20;
    uint256 private constant HEDGE_BYTES = 5 * 0x20;
    uint256 private constant SPOT_BYTES = 4 * 0x20;

    /// @param legCount for so many legs
    /// @return holder an array of one, because a variable of the struct's own type would be allocated with all it holds
    function allocate(uint256 legCount) internal pure returns (Scene[] memory holder) {
        assembly ("memory-safe") {
            holder := mload(0x40)
            mstore(holder, 1)
            mstore(add(holder, 0x20), add(holder, 0x40))
            calldatacopy(add(holder, 0x40), calldatasize(), SCENE_BYTES) // zeros
            mstore(0x40, add(holder, add(0x40, SCENE_BYTES)))
        }
        holder[0].legCount = legCount;
    }

    /// @notice Reads the terms and lays out the arguments.
    /// @param code the data contract with the terms
    /// @param size of the terms, bytes
    function open(Scene memory s, address code, uint256 size) internal view {
        uint256 input;
        uint256 place;
        assembly ("memory-safe") {
            // A word for the selector, two for the heads of the arguments
            input := add(mload(0x40), 0x60)
            place := add(input, INPUT_TAIL)
            mstore(place, size)
            place := add(place, 0x20)
            extcodecopy(code, place, 1, size)
            mstore(s, sub(place, 0x20))
            mstore(add(s, 0x20), place) // TermsLayout.MODULES is zero
        }
        uint256 limits = TermsLayout.LIMITS;
        uint256 count = Terms.boardCount(s.terms);
        uint256 legCount = s.legCount;
        (s.input, s.boardCount, s.window) = (input, count, Terms.word(s.terms, TermsLayout.WINDOW));
        bytes32 selector = ISurfaceOracle.surfaceOf.selector;
        assembly ("memory-safe") {
            limits := add(place, limits)
            mstore(add(s, 0x40), limits)
            mstore(add(s, 0xc0), add(input, INPUT_SPOT))
            let to := sub(input, 0x40)
            mstore(to, 0x40)
            mstore(add(input, INPUT_TIMESTAMP), timestamp())
            mcopy(add(input, INPUT_MARGIN), add(limits, MARGIN_FROM_LIMITS), MARGIN_BYTES)
            mstore(add(input, INPUT_OFFSETS), INPUT_TAIL)

            place := add(place, size) // slices
            mstore(add(input, add(INPUT_OFFSETS, 0x20)), sub(place, input))
            mstore(place, count)
            mstore(add(s, 0x180), add(place, 0x20))
            place := add(add(place, 0x20), shl(5, count))

            mstore(add(input, add(INPUT_OFFSETS, 0x60)), sub(place, input)) // averages
            mstore(place, count)
            calldatacopy(add(place, 0x20), calldatasize(), shl(5, count)) // zeros
            place := add(add(place, 0x20), shl(5, count))

            mstore(add(input, add(INPUT_OFFSETS, 0x80)), sub(place, input)) // lots
            mstore(add(s, 0x80), add(place, 0x20))
            mstore(place, shl(2, count)) // TermsLayout.LOT_WORDS each
            calldatacopy(add(place, 0x20), calldatasize(), shl(7, count))
            place := add(add(place, 0x20), shl(7, count))

            mstore(sub(input, 0x20), sub(place, to)) // legs
            mstore(place, legCount)
            place := add(place, 0x20)
            mstore(add(s, 0xa0), place)
            place := add(place, mul(legCount, LEG_BYTES))

            mstore(add(input, add(INPUT_OFFSETS, 0x40)), sub(place, input)) // previous slices
            mstore(place, 0)
            place := add(place, 0x20)
            mstore(add(s, 0x120), place)

            // Beyond the arguments: room for previous slices, positions
            place := add(place, shl(5, mul(legCount, MAX_PREVIOUS)))
            mstore(add(s, 0x280), place)
            place := add(place, shl(5, legCount))

            // The call to the surface oracle: market, offset of the expiries, boards of legs; the expiries
            mstore(place, shr(224, selector))
            mstore(add(place, 0x40), 0x60)
            let expiries := add(place, 0x80)
            mstore(add(s, 0x200), expiries)
            mstore(expiries, count)

            // Places of the boards
            let boards := add(add(expiries, 0x20), shl(5, count))
            mstore(add(s, 0x60), boards)
            mstore(boards, count)
            mstore(0x40, add(add(boards, 0x20), shl(5, count)))
        }
    }

    /// @notice Walks the boards, which follow each other in the terms: their places, expiries, and positions of those that
    /// have not expired.
    /// @return averaging bit b: board b is inside its averaging window
    function readBoards(Scene memory s, mapping(uint40 => LotStore) storage books)
        internal
        view
        returns (uint256 averaging)
    {
        unchecked {
            uint256 start = _start(s.terms);
            uint256 to = _start(s.boards);
            uint256 apart = _start(s.expiries) - to;
            uint256 last = to + (s.boardCount << 5);
            uint256 place = s.lots;
            uint256 window = s.window;
            uint256 board = start + TermsLayout.BOARDS;
            uint256 head = TermsLayout.NODES;
            while (to != last) {
                LotStore storage store;
                uint256 expiry;
                assembly ("memory-safe") {
                    expiry := mload(board)
                    mstore(to, sub(board, start))
                    mstore(add(to, apart), expiry)
                    to := add(to, 0x20)
                    mstore(0x00, expiry)
                    mstore(0x20, books.slot)
                    store.slot := keccak256(0x00, 0x40)
                }
                if (expiry > block.timestamp) store.copy(0, place);
                bool more;
                assembly ("memory-safe") {
                    let nodes := mload(add(board, 0x20))
                    more := or(gt(nodes, 8), lt(sub(expiry, timestamp()), window))
                    board := add(add(board, head), shl(5, nodes))
                    place := add(place, 0x80) // TermsLayout.LOT_WORDS
                }
                if (more) averaging |= _readRest(s, store, expiry) << s.boardCount - 1 - (last - to >> 5);
            }
        }
    }

    /// @dev The strikes beyond the first eight, of a board that has not expired.
    /// @return averages 1 inside its averaging window
    function _readRest(Scene memory s, LotStore storage store, uint256 expiry) private view returns (uint256 averages) {
        unchecked {
            if (expiry <= block.timestamp) return 0;
            uint256 board = boardOf(s, expiry);
            if (nodeCount(s, board) > 8) store.copy(1, _lotsOf(s, board) + 0x40);
            if (expiry - block.timestamp < s.window) averages = 1;
        }
    }

    /// @notice Fills in what the spot oracle says, and what stands behind the book.
    function observe(Scene memory s, MarketId market, Backing backing) internal view {
        uint256 input = s.input;
        SpotRead memory spot = s.spot;
        address oracle = s.modules.spotOracle;
        uint256 place;
        bool ok;
        assembly ("memory-safe") {
            place := spot
        }
        _ask(oracle, ISpotOracle.latest.selector, market, place, SPOT_BYTES);
        assembly ("memory-safe") {
            // Prices of 112 bits, 40 of time, 8 of mode
            ok := or(shr(112, or(mload(spot), mload(add(spot, 0x20)))), shr(40, mload(add(spot, 0x40))))
            ok := iszero(or(ok, shr(8, mload(add(spot, 0x60)))))
        }
        require(ok, IMarket.ModuleFailed(oracle));
        uint256 equity = backing.equity();
        SignedWad delta = backing.hedgeDelta();
        (s.backing, s.equity) = (backing, equity);
        uint256 skew = s.state.skew();
        assembly ("memory-safe") {
            mstore(add(input, INPUT_EQUITY), equity)
            mstore(add(input, INPUT_HEDGE_DELTA), delta)
            mstore(add(input, INPUT_SKEW), skew)
        }
    }

    /// @notice What hedger and vault say stands behind a market.
    /// @return hedge where the words of `HedgePosition` lie, in unallocated memory
    /// @return e of the vault, in base units
    function askBacking(MarketId market, address hedger, address vault)
        internal
        view
        returns (uint256 hedge, uint256 e)
    {
        assembly ("memory-safe") {
            hedge := mload(0x40)
        }
        _ask(vault, IVault.equity.selector, market, hedge, 0x20); // what follows its selector is ignored
        e = wordAt(hedge, 0);
        _ask(hedger, IHedger.position.selector, market, hedge, HEDGE_BYTES);
    }

    /// @notice Asks a module about a market. Its answer, of so many bytes, goes where it is needed; its failure is passed
    /// on, and what is shorter is one.
    function _ask(address module, bytes4 selector, MarketId market, uint256 place, uint256 size) private view {
        assembly ("memory-safe") {
            mstore(0x00, selector)
            mstore(0x04, market)
            // The last argument is evaluated first
            if iszero(and(iszero(lt(returndatasize(), size)), staticcall(gas(), module, 0x00, 0x24, place, size))) {
                place := mload(0x40)
                returndatacopy(place, 0, returndatasize())
                revert(place, returndatasize())
            }
        }
    }

    /// @notice The average so far of each board inside its averaging window.
    /// @param averaging as `readBoards` returns it
    function readAverages(Scene memory s, MarketId market, uint256 averaging) internal view {
        unchecked {
            for (uint256 b = 0; averaging != 0; ++b) {
                if (averaging & 1 != 0) _readAverage(s, market, b, expiryOf(s, b) - s.window);
                averaging >>= 1;
            }
        }
    }

    /// @notice The slices in force, and those of the traded boards that were replaced but are still within the grace
    /// window.
    function readSlices(Scene memory s, MarketId market) internal view {
        uint256 count = s.boardCount;
        if (count == 0) return;
        uint256 traded = s.traded;
        address oracle = s.modules.surfaceOracle;
        uint256[] memory expiries = s.expiries;
        uint256 legCount = s.legCount;
        bool ok;
        assembly ("memory-safe") {
            mstore(sub(expiries, 0x60), market)
            mstore(sub(expiries, 0x20), traded)
            let answered := staticcall(gas(), oracle, sub(expiries, 0x64), add(0x84, shl(5, count)), 0, 0)
            let size := returndatasize()
            let bytesOfAll := shl(5, count)
            // Offsets of both arrays, the flag, then the arrays: what is too short is refused
            if and(answered, iszero(lt(size, add(0xa0, bytesOfAll)))) {
                let head := mload(0x40)
                returndatacopy(head, 0, 0x80)
                returndatacopy(add(head, 0x80), add(0x80, bytesOfAll), 0x20)
                let found := mload(add(head, 0x80))
                let bytesFound := shl(5, found)
                ok := and(eq(mload(head), 0x60), eq(mload(add(head, 0x60)), count))
                ok := and(
                    ok,
                    and(
                        eq(mload(add(head, 0x20)), add(0x80, bytesOfAll)),
                        iszero(gt(found, mul(MAX_PREVIOUS, legCount)))
                    )
                )
                ok := and(ok, iszero(lt(size, add(add(0xa0, bytesOfAll), bytesFound))))
                if ok {
                    returndatacopy(mload(add(s, 0x180)), 0x80, bytesOfAll)
                    let end := mload(add(s, 0x120))
                    mstore(sub(end, 0x20), found)
                    returndatacopy(end, add(0xa0, bytesOfAll), bytesFound)
                    mstore(add(s, 0x120), add(end, bytesFound))
                    mstore(add(s, 0x1c0), mload(add(head, 0x40)))
                }
            }
        }
        require(ok, IMarket.ModuleFailed(oracle));
    }

    // Views into the arguments

    function expiryOf(Scene memory s, uint256 board) internal pure returns (uint256) {
        return wordAt(_start(s.expiries), board);
    }

    /// @notice The place of the board of an expiry; NOT_LISTED when there is none.
    function boardOf(Scene memory s, uint256 expiry) internal pure returns (uint256 board) {
        uint256[] memory expiries = s.expiries;
        assembly ("memory-safe") {
            let place := add(expiries, shl(5, mload(expiries)))
            for {} xor(mload(place), expiry) { place := sub(place, 0x20) } { if eq(place, expiries) { break } }
            board := sub(shr(5, sub(place, expiries)), 1) // before the first: NOT_LISTED
        }
    }

    /// @notice Where a board starts in the terms.
    function startOf(Scene memory s, uint256 board) internal pure returns (uint256) {
        return wordAt(_start(s.boards), board);
    }

    function nodeCount(Scene memory s, uint256 board) internal pure returns (uint256) {
        unchecked {
            return Terms.word(s.terms, startOf(s, board) + TermsLayout.NODE_COUNT);
        }
    }

    function isReported(Scene memory s, uint256 board) internal pure returns (bool) {
        return wordAt(s.slices, board) != 0;
    }

    /// @notice When a board's slice was reported; zero if it never was.
    function reportedAt(Scene memory s, uint256 board) internal pure returns (uint40 time) {
        unchecked {
            return uint40(SliceWord.wrap(wordAt(s.slices, board)).reportedAt(expiryOf(s, board)));
        }
    }

    /// @notice When the slices of expiries were reported in which options can be opened: the oldest and the newest.
    /// @param opensFrom expiries after this time
    /// @param maxAge of a slice
    /// @return oldest the largest number when there is none
    /// @return newest zero when there is none
    function reports(Scene memory s, uint256 opensFrom, uint256 maxAge)
        internal
        view
        returns (uint256 oldest, uint256 newest)
    {
        uint256 place = s.slices;
        uint256[] memory expiries = s.expiries;
        assembly ("memory-safe") {
            oldest := not(0)
            for { let left := mload(expiries) } left { left := sub(left, 1) } {
                expiries := add(expiries, 0x20)
                let expiry := mload(expiries)
                // As SliceWord.reportedAt
                let lifetime := and(shr(47, mload(place)), 0xfffffff)
                let reported := mul(sub(expiry, lifetime), iszero(iszero(lifetime)))
                place := add(place, 0x20)
                if lt(opensFrom, mul(expiry, iszero(gt(timestamp(), add(reported, maxAge))))) {
                    if lt(reported, oldest) { oldest := reported }
                    if gt(reported, newest) { newest := reported }
                }
            }
        }
    }

    function legAt(Scene memory s, uint256 leg) internal pure returns (LegPlace) {
        unchecked {
            return LegPlace.wrap(s.legs + leg * LEG_BYTES);
        }
    }

    /// @notice The vault's position in a leg's series, lots.
    function positionOf(Scene memory s, uint256 leg) internal pure returns (int256) {
        return int256(wordAt(s.positions, leg));
    }

    function setPosition(Scene memory s, uint256 leg, int256 lots) internal pure {
        uint256 place = s.positions;
        assembly ("memory-safe") {
            mstore(add(place, shl(5, leg)), lots)
        }
    }

    /// @notice The vault's position in a series as the scene has it, lots.
    function heldAt(Scene memory s, uint256 board, uint256 node, bool isCall) internal pure returns (int256) {
        return Lots.get(wordAt(_lotsOf(s, board), Lots.wordOf(node)), node, isCall);
    }

    function setHeld(Scene memory s, uint256 board, uint256 node, bool isCall, int256 lots) internal pure {
        uint256 place = _lotsOf(s, board);
        uint256 w = Lots.wordOf(node);
        uint256 word = Lots.set(wordAt(place, w), node, isCall, lots);
        assembly ("memory-safe") {
            mstore(add(place, shl(5, w)), word)
        }
    }

    /// @notice The positions that share a slot of `LotStore` with those of a node.
    function slotOf(Scene memory s, uint256 board, uint256 node)
        internal
        pure
        returns (uint256 half, uint256 a, uint256 b)
    {
        half = node >> 3;
        uint256 place = _lotsOf(s, board) + (half << 6);
        (a, b) = (wordAt(place, 0), wordAt(place, 1));
    }

    /// @notice Sum of |position| over a board, lots.
    function lotsOnBoard(Scene memory s, uint256 board) internal pure returns (uint256) {
        uint256 place = _lotsOf(s, board);
        return Lots.sumOfMagnitudes(wordAt(place, 0), wordAt(place, 1), wordAt(place, 2), wordAt(place, 3));
    }

    /// @notice The i-th of the words that start at a place.
    function wordAt(uint256 place, uint256 i) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(place, shl(5, i)))
        }
    }

    // Calls

    /// @notice Calls the pricer with the scene.
    /// @return place of the returned bytes in memory
    function call(Scene memory s, bytes4 selector) internal view returns (uint256 place) {
        uint256 input = s.input;
        assembly ("memory-safe") {
            mstore(sub(input, 0x60), shr(224, selector))
        }
        return _call(s);
    }

    /// @notice The same, where nothing else is asked of the scene: the answer takes the place of the arguments.
    function callLast(Scene memory s, bytes4 selector) internal view returns (uint256 place) {
        uint256 input = s.input;
        assembly ("memory-safe") {
            mstore(0x40, sub(input, 0x60))
        }
        return call(s, selector);
    }

    /// @notice Calls the pricer with the scene and a spot, in the place of the legs. No legs from then on.
    /// @return place of the returned bytes in memory
    function callAt(Scene memory s, bytes4 selector, uint256 spot) internal view returns (uint256 place) {
        uint256 input = s.input;
        assembly ("memory-safe") {
            mstore(sub(input, 0x20), spot)
        }
        return call(s, selector);
    }

    /// @notice Asks the pricer for the price of the legs, and finds the parts of what it returns.
    /// @return holder an array of one, as of `allocate`
    function price(Scene memory s) internal view returns (Answer[] memory holder) {
        uint256 place = call(s, IPricer.priceAt.selector);
        assembly ("memory-safe") {
            place := add(place, mload(place))
            holder := mload(0x40)
            mstore(0x40, add(holder, 0x120))
            mstore(holder, 1)
            let p := add(holder, 0x40)
            mstore(add(holder, 0x20), p)
            mstore(p, place) // parts, 9 words
            mstore(add(p, 0x20), add(place, 0x120)) // before, 6 words
            mstore(add(p, 0x40), add(place, 0x1e0)) // afterwards, 6 words
            // Four arrays, each behind its length
            let words := add(place, 0x20)
            mstore(add(p, 0x60), add(words, mload(add(place, 0x2a0))))
            mstore(add(p, 0x80), add(words, mload(add(place, 0x2c0))))
            mstore(add(p, 0xa0), add(words, mload(add(place, 0x2e0))))
            mstore(add(p, 0xc0), add(words, mload(add(place, 0x300))))
        }
    }

    /// @dev The selector is in place: as an argument it would make a copy of this function for each.
    function _call(Scene memory s) private view returns (uint256 place) {
        address pricer = s.modules.pricer;
        uint256 input = s.input;
        uint256 end = s.end;
        bool ok;
        assembly ("memory-safe") {
            let from := sub(input, 0x44)
            ok := staticcall(gas(), pricer, from, sub(end, from), 0, 0)
            place := mload(0x40)
            mstore(0x40, add(place, and(add(returndatasize(), 0x1f), not(0x1f))))
            returndatacopy(place, 0, returndatasize())
        }
        if (ok) return place;
        assembly ("memory-safe") {
            revert(place, returndatasize())
        }
    }

    function _readAverage(Scene memory s, MarketId market, uint256 board, uint256 from) private view {
        address oracle = s.modules.spotOracle;
        bytes memory question = abi.encodeCall(ISpotOracle.averageOver, (market, uint40(from), uint40(block.timestamp)));
        uint256 place = s.slices + (s.boardCount + 1 + board) * 0x20;
        bool ok;
        assembly ("memory-safe") {
            ok := staticcall(gas(), oracle, add(question, 0x20), mload(question), place, 0x20)
            ok := and(ok, iszero(lt(returndatasize(), 0x20)))
        }
        require(ok, IMarket.ModuleFailed(oracle));
    }

    /// @dev Where a board's positions start.
    function _lotsOf(Scene memory s, uint256 board) private pure returns (uint256) {
        unchecked {
            return s.lots + board * (TermsLayout.LOT_WORDS * 0x20);
        }
    }

    /// @dev Where the words of the terms start.
    function _start(bytes memory terms) private pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := add(terms, 0x20)
        }
    }

    function _start(uint256[] memory words) private pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := add(words, 0x20)
        }
    }
}
