// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginFormula} from "../../src/clearing/MarginFormula.sol";
import {MarginParams} from "../../src/interfaces/IClearing.sol";
import {
    BookValue,
    LegInput,
    Priced,
    PricingInput,
    PricingParams,
    QuoteParts,
    UnitGreeks
} from "../../src/interfaces/IPricer.sol";
import {OracleMode, SpotRead} from "../../src/interfaces/ISpotOracle.sol";
import {Lots} from "../../src/pricing/Lots.sol";
import {Node, nodeOf} from "../../src/pricing/Node.sol";
import {Pricer} from "../../src/pricing/Pricer.sol";
import {TermsLayout} from "../../src/pricing/TermsLayout.sol";
import {MarketId, SeriesId, seriesId} from "../../src/types/SeriesId.sol";
import {SliceWord} from "../../src/types/SliceWord.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";
import {termsHead} from "../utils/TermsHead.sol";
import {Test} from "../utils/Test.sol";

/// @dev A run of integers being read.
struct Reader {
    int256[] words;
    uint256 next;
}

/// @notice The pricer answers what the TypeScript model answers: vectors/quote.json holds the model's integers, in the
/// order in which `_scenario` and `_checkQuote` read them.
contract QuoteParityTest is Test {
    uint256 internal constant PARAM_WORDS = 31;
    uint256 internal constant MARGIN_WORDS = 19;
    uint256 internal constant LEG_WORDS = 4;

    Pricer internal pricer;

    function setUp() public {
        pricer = new Pricer();
    }

    function test_PricerEqualsTheModel() public view {
        (string memory json, int256[] memory params, int256[] memory margins, Reader memory inputs, uint256 count) =
            _open();
        Reader memory outputs = Reader(vm.parseJsonIntArray(json, ".outputs"), 0);
        for (uint256 i; i < count; ++i) {
            (PricingInput memory input, LegInput[] memory legs, Wad spot) = _scenario(inputs, params, margins);
            string memory name = string.concat("scenario ", vm.toString(i));
            _checkQuote(pricer.quote(input, legs), outputs, name);
            _checkBook(pricer.value(input, spot), outputs, name);
            _check(outputs, int256(Wad.unwrap(pricer.potential(input, spot))), name);
            Wad[] memory marks = pricer.marks(input, legs);
            for (uint256 l; l < marks.length; ++l) {
                _check(outputs, int256(Wad.unwrap(marks[l])), name);
                _check(outputs, int256(Wad.unwrap(_leastMargin(input, legs[l], spot, marks[l]))), name);
            }
            _checkUnits(pricer.greeks(input, legs), outputs, name);
        }
        assertEq(inputs.next, inputs.words.length, "all inputs were read");
        assertEq(outputs.next, outputs.words.length, "all outputs were compared");
    }

    /// @dev What the market reads to trade is `quote`'s, and so is what it reads to quote, but for value and theta.
    function test_TheMarketReadsWhatQuoteSays() public view {
        (, int256[] memory params, int256[] memory margins, Reader memory inputs, uint256 count) = _open();
        for (uint256 i; i < count; ++i) {
            (PricingInput memory input, LegInput[] memory legs,) = _scenario(inputs, params, margins);
            this.compareWords(input, legs, string.concat("scenario ", vm.toString(i)));
        }
        assertEq(inputs.next, inputs.words.length, "all inputs were read");
    }

    function test_NothingListedIsWorthNothing() public view {
        PricingInput memory input;
        input.terms = termsHead(0, 0);
        Priced memory priced = pricer.quote(input, new LegInput[](0));
        assertEq(SignedWad.unwrap(priced.parts.net), 0, "net");
        assertEq(SignedWad.unwrap(priced.afterwards.value), 0, "value");
        assertEq(priced.vegaAfter.length, 0, "boards");
    }

    function test_ParametersOfTheVectorsAreInsideTheirBoxes() public view {
        Reader memory r = Reader(vm.parseJsonIntArray(vm.readFile("vectors/quote.json"), ".params"), 0);
        while (r.next < r.words.length) {
            pricer.check(abi.decode(_take(r, PARAM_WORDS), (PricingParams)));
        }
        assertGt(r.next, 0, "there are parameters");
    }

    // What the model was given

    function _open()
        private
        view
        returns (
            string memory json,
            int256[] memory params,
            int256[] memory margins,
            Reader memory inputs,
            uint256 count
        )
    {
        json = vm.readFile("vectors/quote.json");
        params = vm.parseJsonIntArray(json, ".params");
        margins = vm.parseJsonIntArray(json, ".margins");
        inputs = Reader(vm.parseJsonIntArray(json, ".inputs"), 0);
        count = vm.parseJsonUint(json, ".scenarios");
        assertGt(count, 0, "there are scenarios");
    }

    function _scenario(Reader memory r, int256[] memory params, int256[] memory margins)
        internal
        pure
        returns (PricingInput memory input, LegInput[] memory legs, Wad spot)
    {
        bytes memory params_ = _take(Reader(params, _next(r) * PARAM_WORDS), PARAM_WORDS);
        bytes memory margin = _take(Reader(margins, _next(r) * MARGIN_WORDS), MARGIN_WORDS);
        input.margin = abi.decode(margin, (MarginParams));
        input.timestamp = uint40(_next(r));
        input.spot = SpotRead({
            mark: Wad.wrap(_next(r)),
            average: Wad.wrap(_next(r)),
            markUpdatedAt: input.timestamp,
            mode: OracleMode.wrap(uint8(_next(r)))
        });
        input.equity = Wad.wrap(_next(r));
        input.hedgeDelta = SignedWad.wrap(_nextSigned(r));
        input.skew = SignedWad.wrap(_nextSigned(r));
        uint256 window = _next(r);
        spot = Wad.wrap(_next(r));
        _boards(r, input, window, params_);
        input.previous = new SliceWord[](_next(r));
        for (uint256 i; i < input.previous.length; ++i) {
            input.previous[i] = SliceWord.wrap(uint256(_nextSigned(r)));
        }
        legs = new LegInput[](_next(r));
        for (uint256 l; l < legs.length; ++l) {
            legs[l] = abi.decode(_take(r, LEG_WORDS), (LegInput));
        }
    }

    function _boards(Reader memory r, PricingInput memory input, uint256 window, bytes memory params) internal pure {
        uint256 count = _next(r);
        input.slices = new SliceWord[](count);
        input.averagesSoFar = new Wad[](count);
        input.lots = new uint256[](count * TermsLayout.LOT_WORDS);
        input.terms = abi.encodePacked(termsHead(window, count), params);
        for (uint256 b; b < count; ++b) {
            uint256 expiry = _next(r);
            input.slices[b] = SliceWord.wrap(uint256(_nextSigned(r)));
            input.averagesSoFar[b] = Wad.wrap(_next(r));
            uint256[] memory nodes = new uint256[](_next(r));
            for (uint256 i; i < nodes.length; ++i) {
                nodes[i] = Node.unwrap(nodeOf(Wad.wrap(_next(r))));
                uint256 w = b * TermsLayout.LOT_WORDS + Lots.wordOf(i);
                input.lots[w] = Lots.set(input.lots[w], i, true, _nextSigned(r));
                input.lots[w] = Lots.set(input.lots[w], i, false, _nextSigned(r));
            }
            input.terms = abi.encodePacked(input.terms, expiry, nodes.length, nodes);
        }
    }

    function _expiryOf(bytes memory terms, uint256 board) internal pure returns (uint40 expiry) {
        uint256 place = TermsLayout.BOARDS;
        for (uint256 b; b <= board; ++b) {
            uint256 nodes;
            assembly ("memory-safe") {
                let head := add(add(terms, 0x20), place)
                expiry := mload(head)
                nodes := mload(add(head, 0x20))
            }
            place += TermsLayout.NODES + nodes * 0x20;
        }
    }

    // What the model answered

    /// @dev Of an option that has the leg's kind and expiry, and the other spot as its strike.
    function _leastMargin(PricingInput memory input, LegInput memory leg, Wad strike, Wad mark)
        internal
        pure
        returns (Wad)
    {
        uint40 expiry = _expiryOf(input.terms, leg.board);
        SeriesId series = seriesId(MarketId.wrap(1), expiry, strike, leg.call);
        return MarginFormula.perOption(input.margin, series, expiry - input.timestamp, input.spot.mark, mark);
    }

    function _checkQuote(Priced memory priced, Reader memory r, string memory name) internal pure {
        QuoteParts memory p = priced.parts;
        _check(r, SignedWad.unwrap(p.fair), name);
        _check(r, SignedWad.unwrap(p.potential), name);
        _check(r, int256(Wad.unwrap(p.spread)), name);
        _check(r, int256(Wad.unwrap(p.latency)), name);
        _check(r, int256(Wad.unwrap(p.carry)), name);
        _check(r, int256(Wad.unwrap(p.fee)), name);
        _check(r, int256(Wad.unwrap(p.clamp)), name);
        _check(r, SignedWad.unwrap(p.net), name);
        _check(r, SignedWad.unwrap(p.skewAfter), name);
        _checkBook(priced.before, r, name);
        _checkBook(priced.afterwards, r, name);
        _checkAll(priced.callDelta, r, name);
        _checkAll(priced.collateral, r, name);
        _checkAll(priced.vegaBefore, r, name);
        _checkAll(priced.vegaAfter, r, name);
    }

    /// @dev A call of its own for each scenario, whose memory ends with it.
    function compareWords(PricingInput calldata input, LegInput[] calldata legs, string calldata name) external view {
        Priced memory priced = pricer.quote(input, legs);
        bytes memory words = _ask(abi.encodeWithSelector(pricer.priceAt.selector, input, legs));
        assertTrue(keccak256(words) == keccak256(abi.encode(priced)), string.concat(name, ", what a trade reads"));
        (priced.before.value, priced.before.theta) = (SignedWad.wrap(0), SignedWad.wrap(0));
        (priced.afterwards.value, priced.afterwards.theta) = (SignedWad.wrap(0), SignedWad.wrap(0));
        words = _ask(abi.encodeWithSelector(pricer.priceRiskAt.selector, input, legs));
        assertTrue(keccak256(words) == keccak256(abi.encode(priced)), string.concat(name, ", what a quote reads"));
    }

    function _ask(bytes memory question) private view returns (bytes memory answer) {
        bool ok;
        (ok, answer) = address(pricer).staticcall(question);
        assertTrue(ok, "answered");
    }

    function _checkBook(BookValue memory book, Reader memory r, string memory name) internal pure {
        _check(r, SignedWad.unwrap(book.value), name);
        _check(r, SignedWad.unwrap(book.delta), name);
        _check(r, SignedWad.unwrap(book.gamma), name);
        _check(r, SignedWad.unwrap(book.vega), name);
        _check(r, SignedWad.unwrap(book.theta), name);
        _check(r, int256(Wad.unwrap(book.requiredMargin)), name);
    }

    function _checkUnits(UnitGreeks[] memory units, Reader memory r, string memory name) internal pure {
        for (uint256 i; i < units.length; ++i) {
            _check(r, int256(Wad.unwrap(units[i].mark)), name);
            _check(r, SignedWad.unwrap(units[i].delta), name);
            _check(r, SignedWad.unwrap(units[i].gamma), name);
            _check(r, SignedWad.unwrap(units[i].vega), name);
            _check(r, SignedWad.unwrap(units[i].theta), name);
        }
    }

    function _checkAll(Wad[] memory values, Reader memory r, string memory name) internal pure {
        for (uint256 i; i < values.length; ++i) {
            _check(r, int256(Wad.unwrap(values[i])), name);
        }
    }

    function _checkAll(SignedWad[] memory values, Reader memory r, string memory name) internal pure {
        for (uint256 i; i < values.length; ++i) {
            _check(r, SignedWad.unwrap(values[i]), name);
        }
    }

    function _check(Reader memory r, int256 found, string memory name) internal pure {
        int256 expected = r.words[r.next++];
        if (found == expected) return;
        assertEq(found, expected, string.concat(name, ", output ", vm.toString(r.next - 1), " of all"));
    }

    // Reading

    function _next(Reader memory r) internal pure returns (uint256) {
        return uint256(r.words[r.next++]);
    }

    function _nextSigned(Reader memory r) internal pure returns (int256) {
        return r.words[r.next++];
    }

    function _take(Reader memory r, uint256 count) internal pure returns (bytes memory words) {
        for (uint256 i; i < count; ++i) {
            words = abi.encodePacked(words, r.words[r.next++]);
        }
    }
}
