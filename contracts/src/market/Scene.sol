// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing} from "../interfaces/IClearing.sol";
import {HedgePosition} from "../interfaces/IHedger.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {MarketLimits, Modules} from "../interfaces/ICatalogue.sol";
import {LegInput, Priced} from "../interfaces/IPricer.sol";
import {ISpotOracle, SpotRead} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Lots} from "../pricing/Lots.sol";
import {TermsLayout} from "../pricing/TermsLayout.sol";
import {MarketId} from "../types/SeriesId.sol";
import {DataContract} from "./DataContract.sol";
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
uint256 constant SLICE_BYTES = 5 * 0x20;
uint256 constant LEG_BYTES = 4 * 0x20;

/// @dev Eight legs, and four slices of each expiry that the surface oracle remembers.
uint256 constant MAX_PREVIOUS = 32;

/// @notice What an order meets: the arguments of a call to the pricer, laid out once in memory, and views into them.
struct Scene {
    uint256 input; // where the PricingInput starts; its selector and the two heads lie before it
    uint256 end; // of the arguments
    bytes terms;
    Modules modules;
    MarketLimits limits;
    uint256 window;
    uint256 boardCount;
    uint256[] boards; // where each board starts in the terms
    uint256 slices; // where the first slice starts
    uint256[] lots;
    LegInput[] legs;
    SpotRead spot;
    HedgePosition hedge;
    uint256 equity; // wad
    bool stopped; // some leg's expiry accepts no opening
    bool closing; // every leg closes
}

/// @notice Builds scenes and asks the pricer about them.
/// @dev The arguments are laid out by hand: what oracles and clearing return goes into the call as it comes, and the
/// terms are copied once from code. The struct is encoded as the interface declares it.
library SceneBuilder {
    /// @param creator of the data contract with the terms
    /// @param nonce of its creation
    function open(address creator, uint32 nonce) internal view returns (Scene memory s) {
        (address code, uint256 size) = DataContract.source(creator, nonce);
        uint256 input;
        bytes memory terms;
        assembly ("memory-safe") {
            // A word for the selector, two for the heads of the arguments
            input := add(mload(0x40), 0x60)
            terms := add(input, INPUT_TAIL)
            mstore(terms, size)
            extcodecopy(code, add(terms, 0x20), 1, size)
        }
        uint256 count = Terms.boardCount(terms);
        uint256 slices;
        uint256[] memory lots;
        uint256 end;
        assembly ("memory-safe") {
            slices := add(add(terms, 0x20), size)
            mstore(slices, count)
            let averages := add(add(slices, 0x20), mul(count, SLICE_BYTES))
            mstore(averages, count)
            calldatacopy(add(averages, 0x20), calldatasize(), shl(5, count)) // zeros
            lots := add(add(averages, 0x20), shl(5, count))
            mstore(lots, shl(2, count)) // TermsLayout.LOT_WORDS each
            let previous := add(add(lots, 0x20), shl(7, count))
            calldatacopy(add(lots, 0x20), calldatasize(), shl(7, count))
            mstore(previous, 0) // no previous slices, and no legs, until there are
            end := add(previous, 0x20)
            mstore(0x40, end)

            mstore(sub(input, 0x40), 0x40)
            mstore(sub(input, 0x20), sub(previous, sub(input, 0x40)))
            mstore(add(input, INPUT_OFFSETS), INPUT_TAIL)
            mstore(add(input, add(INPUT_OFFSETS, 0x20)), sub(slices, input))
            mstore(add(input, add(INPUT_OFFSETS, 0x40)), sub(previous, input))
            mstore(add(input, add(INPUT_OFFSETS, 0x60)), sub(averages, input))
            mstore(add(input, add(INPUT_OFFSETS, 0x80)), sub(lots, input))
            mstore(add(input, INPUT_TIMESTAMP), timestamp())
        }
        (s.input, s.end, s.terms, s.lots, s.boardCount) = (input, end, terms, lots, count);
        s.modules = Terms.modules(terms);
        s.limits = Terms.limits(terms);
        s.window = Terms.word(terms, TermsLayout.WINDOW);
        s.slices = slices + 0x20;
        s.boards = new uint256[](count);
        unchecked {
            uint256 start = TermsLayout.BOARDS;
            for (uint256 b = 0; b < count; ++b) {
                s.boards[b] = start;
                start = Terms.nextBoard(terms, start);
            }
        }
    }

    /// @notice Makes room for so many legs, and for the previous slices of their expiries, behind the rest.
    function openLegs(Scene memory s, uint256 count) internal pure {
        uint256 input = s.input;
        uint256 end;
        LegInput[] memory views;
        assembly ("memory-safe") {
            // An array of pointers into the arguments
            views := mload(0x40)
            let legs := add(add(views, 0x20), shl(5, count))
            let previous := add(add(legs, 0x20), mul(count, LEG_BYTES))
            end := add(previous, 0x20)
            mstore(0x40, add(end, mul(MAX_PREVIOUS, SLICE_BYTES)))
            mstore(views, count)
            mstore(legs, count)
            mstore(previous, 0)
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                mstore(add(add(views, 0x20), shl(5, i)), add(add(legs, 0x20), mul(i, LEG_BYTES)))
            }
            mstore(sub(input, 0x20), sub(legs, sub(input, 0x40)))
            mstore(add(input, add(INPUT_OFFSETS, 0x40)), sub(previous, input))
        }
        (s.legs, s.end) = (views, end);
    }

    /// @notice Fills in what oracles, hedger, vault and clearing say.
    function observe(
        Scene memory s,
        MarketId market,
        SpotRead memory spot,
        HedgePosition memory hedge,
        uint256 equity,
        uint256 skew,
        address clearing
    ) internal view {
        (s.spot, s.hedge, s.equity) = (spot, hedge, equity);
        setSpot(s, spot);
        uint256 input = s.input;
        assembly ("memory-safe") {
            mstore(add(input, INPUT_EQUITY), equity)
            mstore(add(input, INPUT_HEDGE_DELTA), mload(hedge))
            mstore(add(input, INPUT_SKEW), skew)
        }
        bytes memory question = abi.encodeCall(IClearing.marginParams, (market));
        bool ok;
        assembly ("memory-safe") {
            ok := staticcall(
                gas(),
                clearing,
                add(question, 0x20),
                mload(question),
                add(input, INPUT_MARGIN),
                MARGIN_BYTES
            )
            ok := and(ok, iszero(lt(returndatasize(), MARGIN_BYTES)))
        }
        require(ok, IMarket.ModuleFailed(clearing));
        if (s.boardCount != 0) _readSlices(s, market);
    }

    /// @notice The spot that the pricer sees.
    function setSpot(Scene memory s, SpotRead memory spot) internal pure {
        uint256 input = s.input;
        assembly ("memory-safe") {
            mcopy(add(input, INPUT_SPOT), spot, 0x80)
        }
    }

    /// @notice Positions and, inside its averaging window, the average so far, of each unexpired board.
    function readBoards(Scene memory s, MarketId market, mapping(uint40 => uint256[4]) storage stored) internal view {
        unchecked {
            uint256[] memory lots = s.lots;
            for (uint256 b = 0; b < s.boardCount; ++b) {
                uint256 left = expiryOf(s, b);
                if (left <= block.timestamp) continue;
                uint256[4] storage words = stored[uint40(left)];
                uint256 first = b * TermsLayout.LOT_WORDS;
                uint256 count = (nodeCount(s, b) + Lots.NODES_PER_WORD - 1) / Lots.NODES_PER_WORD;
                for (uint256 w = 0; w < count; ++w) {
                    lots[first + w] = words[w];
                }
                left -= block.timestamp;
                if (left >= s.window) continue;
                uint256 from = block.timestamp + left - s.window;
                bytes memory question =
                    abi.encodeCall(ISpotOracle.averageOver, (market, uint40(from), uint40(block.timestamp)));
                bytes32 average = _word(s.modules.spotOracle, question);
                uint256 place = s.slices + s.boardCount * SLICE_BYTES + 0x20 + b * 0x20;
                assembly ("memory-safe") {
                    mstore(place, average)
                }
            }
        }
    }

    /// @notice Slices of these boards that were replaced but are still within the grace window.
    /// @param expiries of boards with legs, each once
    function readPrevious(Scene memory s, MarketId market, uint40[] memory expiries) internal view {
        bytes memory question = abi.encodeCall(ISurfaceOracle.liveSlices, (market, expiries));
        address oracle = s.modules.surfaceOracle;
        bool ok;
        uint256 answer;
        assembly ("memory-safe") {
            ok := staticcall(gas(), oracle, add(question, 0x20), mload(question), 0, 0)
            answer := mload(0x40)
            mstore(0x40, add(answer, returndatasize()))
            returndatacopy(answer, 0, returndatasize())
            ok := and(ok, gt(returndatasize(), 0x3f))
        }
        require(ok, IMarket.ModuleFailed(oracle));
        // LiveSlices[]: a head, the count, an offset each; each with five words of the slice in force, the offset of
        // the previous ones, the flag
        uint256 found;
        uint256 place = s.end;
        bool stopped;
        assembly ("memory-safe") {
            answer := add(answer, 0x40)
            for { let i := 0 } lt(i, mload(expiries)) { i := add(i, 1) } {
                let live := add(answer, mload(add(answer, shl(5, i))))
                stopped := or(stopped, mload(add(live, 0xc0)))
                let previous := add(live, mload(add(live, 0xa0)))
                let count := mload(previous)
                found := add(found, count)
                if gt(found, MAX_PREVIOUS) { invalid() }
                mcopy(place, add(previous, 0x20), mul(count, SLICE_BYTES))
                place := add(place, mul(count, SLICE_BYTES))
            }
        }
        s.stopped = stopped;
        uint256 head = s.end - 0x20;
        assembly ("memory-safe") {
            mstore(head, found)
        }
        s.end = place;
    }

    // Views into the arguments

    function expiryOf(Scene memory s, uint256 board) internal pure returns (uint256) {
        unchecked {
            return Terms.word(s.terms, s.boards[board] + TermsLayout.EXPIRY);
        }
    }

    function nodeCount(Scene memory s, uint256 board) internal pure returns (uint256) {
        unchecked {
            return Terms.word(s.terms, s.boards[board] + TermsLayout.NODE_COUNT);
        }
    }

    function sliceOf(Scene memory s, uint256 board) internal pure returns (SurfaceSlice memory slice) {
        unchecked {
            uint256 place = s.slices + board * SLICE_BYTES;
            assembly ("memory-safe") {
                slice := place
            }
        }
    }

    function position(Scene memory s, LegInput memory leg) internal pure returns (int256) {
        unchecked {
            return Lots.get(s.lots[leg.board * TermsLayout.LOT_WORDS + Lots.wordOf(leg.node)], leg.node, leg.call);
        }
    }

    // Calls

    /// @notice Calls the pricer with the scene; with `second` in the place of the legs' head where it is not zero.
    /// @return place of the returned bytes in memory
    function call(Scene memory s, bytes4 selector, uint256 second) internal view returns (uint256 place) {
        address pricer = s.modules.pricer;
        uint256 input = s.input;
        uint256 end = s.end;
        bool ok;
        assembly ("memory-safe") {
            let head := sub(input, 0x20)
            let legs := mload(head)
            if second { mstore(head, second) }
            mstore(sub(input, 0x60), shr(224, selector))
            let from := sub(input, 0x44)
            ok := staticcall(gas(), pricer, from, sub(end, from), 0, 0)
            mstore(head, legs)
            place := mload(0x40)
            mstore(0x40, add(place, and(add(returndatasize(), 0x1f), not(0x1f))))
            returndatacopy(place, 0, returndatasize())
            if iszero(ok) { revert(place, returndatasize()) }
        }
    }

    /// @dev Reads the returned `Priced` where it lies.
    function priced(uint256 place) internal pure returns (Priced memory p) {
        assembly ("memory-safe") {
            place := add(place, mload(place))
            mstore(p, place) // parts, 9 words
            mstore(add(p, 0x20), add(place, 0x120)) // before, 6 words
            mstore(add(p, 0x40), add(place, 0x1e0)) // afterwards, 6 words
            mstore(add(p, 0x60), add(place, mload(add(place, 0x2a0)))) // four arrays of words
            mstore(add(p, 0x80), add(place, mload(add(place, 0x2c0))))
            mstore(add(p, 0xa0), add(place, mload(add(place, 0x2e0))))
            mstore(add(p, 0xc0), add(place, mload(add(place, 0x300))))
        }
    }

    function _readSlices(Scene memory s, MarketId market) private view {
        unchecked {
            uint256 count = s.boardCount;
            uint40[] memory expiries = new uint40[](count);
            for (uint256 b = 0; b < count; ++b) {
                expiries[b] = uint40(expiryOf(s, b));
            }
            address oracle = s.modules.surfaceOracle;
            bytes memory question = abi.encodeCall(ISurfaceOracle.slices, (market, expiries));
            uint256 place = s.slices;
            bool ok;
            assembly ("memory-safe") {
                ok := staticcall(gas(), oracle, add(question, 0x20), mload(question), 0, 0x40)
                let size := mul(count, SLICE_BYTES)
                ok := and(ok, and(iszero(lt(returndatasize(), add(size, 0x40))), eq(mload(0x20), count)))
                if ok { returndatacopy(place, 0x40, size) }
            }
            require(ok, IMarket.ModuleFailed(oracle));
        }
    }

    function _word(address module, bytes memory question) private view returns (bytes32 word) {
        bool ok;
        assembly ("memory-safe") {
            ok := staticcall(gas(), module, add(question, 0x20), mload(question), 0, 0x20)
            ok := and(ok, iszero(lt(returndatasize(), 0x20)))
            word := mload(0)
        }
        require(ok, IMarket.ModuleFailed(module));
    }
}
