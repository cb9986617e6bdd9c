// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPricer, LegInput, PricingInput} from "../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, SpotRead} from "../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../src/interfaces/ISurfaceOracle.sol";
import {Lots} from "../../src/pricing/Lots.sol";
import {Node, nodeOf} from "../../src/pricing/Node.sol";
import {Pricer} from "../../src/pricing/Pricer.sol";
import {TermsLayout} from "../../src/pricing/TermsLayout.sol";
import {SliceWord} from "../../src/types/SliceWord.sol";
import {SVI_ONE, sviSlice} from "../../src/types/SviSlice.sol";
import {Wad} from "../../src/types/Wad.sol";
import {DeployedTerms} from "../utils/DeployedTerms.sol";
import {SliceWords} from "../utils/SliceWords.sol";
import {termsHead} from "../utils/TermsHead.sol";
import {Test} from "../utils/Test.sol";

/// @notice What legs add to a call of the pricer: a board of eight strikes, each with a call and a put, thirty days from
/// expiry, at the deployed terms.
contract LegGasTest is Test {
    uint256 private constant STRIKES = 8;
    uint256 private constant SPOT = 2000e18;
    uint40 private constant NOW = 1_800_000_000;
    uint40 private constant EXPIRY = NOW + 30 days;
    uint256 private constant MIDDLE = 4; // of strike 2,000
    uint256 private constant FIRST_CEILING = 12_500;
    uint256 private constant FURTHER_CEILING = 9_000;

    Pricer private pricer;

    function setUp() public {
        pricer = new Pricer();
    }

    /// @dev With all that a board pays once because a leg touches it: spread, and its Greeks a second time.
    function test_GasOfALeg() public {
        uint256 none = _cost(_input(0, SPOT), new LegInput[](0));
        uint256 one = _cost(_input(1, SPOT), _legs(1, 1000)) - none;
        uint256 four = _cost(_input(1, SPOT), _legs(4, 1000)) - none;
        vm.snapshotValue("leg", "no slice in grace", _cost(_input(0, SPOT), _legs(1, 1000)) - none);
        vm.snapshotValue("leg", "one slice in grace", one);
        vm.snapshotValue("leg", "four slices in grace", _cost(_input(4, SPOT), _legs(1, 1000)) - none);
        vm.snapshotValue("leg", "one slice in grace, average apart", _cost(_input(1, 2004e18), _legs(1, 1000)) - none);
        vm.snapshotValue("leg", "a wing sold, one slice in grace", _cost(_input(1, SPOT), _wing()) - none);
        vm.snapshotValue("leg", "each of three more on the board", (four - one) / 3);
        assertLe(one, FIRST_CEILING, "the first leg of a board");
        assertLe((four - one) / 3, FURTHER_CEILING, "each further one");
    }

    function _cost(PricingInput memory input, LegInput[] memory legs) private view returns (uint256 used) {
        bytes memory data = abi.encodeCall(IPricer.quote, (input, legs));
        address target = address(pricer);
        bool ok;
        assembly ("memory-safe") {
            pop(staticcall(gas(), target, add(data, 0x20), mload(data), 0, 0)) // warm
            used := gas()
            ok := staticcall(gas(), target, add(data, 0x20), mload(data), 0, 0)
            used := sub(used, gas())
        }
        assertTrue(ok, "the pricer answers");
    }

    function _legs(uint256 count, int256 lots) private pure returns (LegInput[] memory legs) {
        legs = new LegInput[](count);
        for (uint256 l; l < count; ++l) {
            legs[l] = LegInput({board: 0, node: MIDDLE - l, call: l % 2 == 0, lots: lots});
        }
    }

    function _wing() private pure returns (LegInput[] memory legs) {
        legs = new LegInput[](1);
        legs[0] = LegInput({board: 0, node: 0, call: false, lots: -1000});
    }

    function _input(uint256 previous, uint256 average) private pure returns (PricingInput memory input) {
        input.timestamp = NOW;
        input.spot = SpotRead({mark: Wad.wrap(SPOT), average: Wad.wrap(average), markUpdatedAt: NOW, mode: ORACLE_OPEN});
        input.equity = Wad.wrap(1_000_000e18);
        input.margin = DeployedTerms.margin();
        uint256[] memory nodes = new uint256[](STRIKES);
        input.lots = new uint256[](TermsLayout.LOT_WORDS);
        for (uint256 i; i < STRIKES; ++i) {
            nodes[i] = Node.unwrap(nodeOf(Wad.wrap(1200e18 + i * 200e18)));
            uint256 word = Lots.set(input.lots[Lots.wordOf(i)], i, true, -int256(1000 * (i + 1)));
            input.lots[Lots.wordOf(i)] = Lots.set(word, i, false, -int256(2000 * (i + 1)));
        }
        bytes memory head = termsHead(30 minutes, 1);
        bytes memory board = abi.encodePacked(uint256(EXPIRY), STRIKES, nodes);
        input.terms = abi.encodePacked(head, abi.encode(DeployedTerms.pricing()), board, uint256(0));
        input.averagesSoFar = new Wad[](1);
        input.slices = new SliceWord[](1);
        input.slices[0] = _slice(NOW - 20, 0.03e18);
        input.previous = new SliceWord[](previous);
        for (uint256 i; i < previous; ++i) {
            input.previous[i] = _slice(uint40(NOW - 30 - i), 0.031e18 + i * 0.0001e18);
        }
    }

    /// @dev A smile about 60 % high, skewed towards puts.
    function _slice(uint40 reportedAt, uint256 level) private pure returns (SliceWord) {
        SurfaceSlice memory slice = SurfaceSlice({
            svi: sviSlice(int256(level * uint256(SVI_ONE) / 1e18), SVI_ONE / 20, -SVI_ONE / 3, 0, SVI_ONE / 8),
            forwardRatio: Wad.wrap(1e18),
            spotAtReport: Wad.wrap(1998e18),
            expiry: EXPIRY,
            reportedAt: reportedAt
        });
        return SliceWords.word(slice);
    }
}
