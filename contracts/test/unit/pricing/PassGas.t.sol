// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BookValue, PricingInput} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, SpotRead} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {DataContract} from "../../../src/market/DataContract.sol";
import {LotStore} from "../../../src/market/LotStore.sol";
import {BoardPass} from "../../../src/pricing/BoardPass.sol";
import {ANSWER_BEFORE} from "../../../src/pricing/Desk.sol";
import {ExpiryContext} from "../../../src/pricing/ExpiryContext.sol";
import {InputReader} from "../../../src/pricing/InputReader.sol";
import {Lots} from "../../../src/pricing/Lots.sol";
import {Node, nodeOf} from "../../../src/pricing/Node.sol";
import {Pricer} from "../../../src/pricing/Pricer.sol";
import {TermsLayout} from "../../../src/pricing/TermsLayout.sol";
import {Workspace, Workspaces} from "../../../src/pricing/Workspace.sol";
import {SliceWord} from "../../../src/types/SliceWord.sol";
import {SVI_ONE, sviSlice} from "../../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {DeployedTerms} from "../../utils/DeployedTerms.sol";
import {SliceWords} from "../../utils/SliceWords.sol";
import {termsHead} from "../../utils/TermsHead.sol";
import {Test} from "../../utils/Test.sol";

/// @notice The pricer's own loops, value and four Greeks, over what a market reads for them: positions and slices in slots, the
/// strikes in a data contract. Required margin and the weights of the potential, which a trade needs besides, are left out.
contract GreeksOfTheBook {
    uint256 private constant BOARDS = 4;
    uint256 private constant BOARD_BYTES = 1280; // expiry, number and eight strikes of each
    uint256 private constant LAST = 1248;

    address private immutable TERMS;
    LotStore[BOARDS] private lots;
    uint256[BOARDS] private slices;

    error NotTheInput();

    constructor(PricingInput memory input) {
        TERMS = DataContract.locate(address(this), DataContract.write(input.terms));
        for (uint256 b; b < BOARDS; ++b) {
            slices[b] = SliceWord.unwrap(input.slices[b]);
            uint256 first = TermsLayout.LOT_WORDS * b;
            lots[b].write(0, input.lots[first], input.lots[first + 1]);
        }
    }

    /// @return book with no margin
    /// @return used gas from the first read to the last sum
    function value(PricingInput calldata input, Wad spot) external view returns (BookValue memory book, uint256 used) {
        used = gasleft();
        Workspace memory w = Workspaces.allocate(0, BOARDS)[0];
        _read(input);
        (w.equity, w.spot, w.heldSpot, w.boards) = (1e18, Wad.unwrap(spot), Wad.unwrap(spot), BOARDS);
        InputReader.open(input);
        uint256 offset = w.firstBoard;
        unchecked {
            for (uint256 b = 0; b < BOARDS; ++b) {
                offset = InputReader.openBoard(b, offset);
                if (InputReader.takeLots(0)) continue;
                ExpiryContext.set(InputReader.slice());
                BoardPass.clear();
                BoardPass.sum();
                BoardPass.close();
            }
        }
        used -= gasleft();
        assembly ("memory-safe") {
            mcopy(book, ANSWER_BEFORE, 0xc0)
        }
    }

    /// @dev What is read must be what the loops find in calldata.
    function _read(PricingInput calldata input) private view {
        uint256 different;
        uint256 boards = TermsLayout.BOARDS;
        address target = TERMS;
        bytes calldata terms = input.terms;
        uint256[] calldata words = input.lots;
        SliceWord[] calldata each = input.slices;
        assembly ("memory-safe") {
            let copy := mload(0x40)
            extcodecopy(target, copy, add(boards, 1), BOARD_BYTES) // as DataContract.read
            different := xor(mload(add(copy, LAST)), calldataload(add(terms.offset, add(boards, LAST))))
            function miss(slot, place) -> bits {
                bits := xor(sload(slot), calldataload(place))
            }
            let word := each.offset
            different := or(different, or(miss(slices.slot, word), miss(add(slices.slot, 1), add(word, 0x20))))
            different := or(
                different,
                or(miss(add(slices.slot, 2), add(word, 0x40)), miss(add(slices.slot, 3), add(word, 0x60)))
            )
        }
        unchecked {
            for (uint256 b = 0; b < BOARDS; ++b) {
                (uint256 first, uint256 second) = lots[b].read(0);
                assembly ("memory-safe") {
                    let word := add(words.offset, shl(7, b))
                    different := or(
                        different,
                        or(xor(first, calldataload(word)), xor(second, calldataload(add(word, 0x20))))
                    )
                }
            }
        }
        if (different != 0) revert NotTheInput();
    }
}

/// @notice 64 series, four boards of eight strikes with a call and a put each, as a trade revalues them.
contract PassGasTest is Test {
    uint256 private constant BOARDS = 4;
    uint256 private constant STRIKES = 8;
    uint40 private constant NOW = 1_800_000_000;
    uint256 private constant SPOT = 2500e18;
    uint256 private constant COLD_CEILING = 90_000;
    uint256 private constant WARM_CEILING = 55_000;

    GreeksOfTheBook private pass;

    function setUp() public {
        pass = new GreeksOfTheBook(_input());
    }

    function test_GasOfValueAndGreeks() public {
        PricingInput memory input = _input();
        vm.cool(address(pass));
        vm.cool(vm.computeCreateAddress(address(pass), 1)); // the strikes
        (BookValue memory cold, uint256 coldGas) = pass.value(input, Wad.wrap(SPOT));
        (BookValue memory book, uint256 warmGas) = pass.value(input, Wad.wrap(SPOT));
        BookValue memory whole = new Pricer().value(input, Wad.wrap(SPOT));
        whole.requiredMargin = Wad.wrap(0);
        assertEq(abi.encode(book), abi.encode(whole), "the pricer's own figures");
        assertEq(abi.encode(cold), abi.encode(book), "cold as warm");
        assertTrue(SignedWad.unwrap(book.vega) != 0 && SignedWad.unwrap(book.gamma) != 0, "a live book");
        vm.snapshotValue("pass", "64 live, what is read counted: value and Greeks, cold", coldGas);
        vm.snapshotValue("pass", "64 live, what is read counted: value and Greeks, warm", warmGas);
        assertLe(coldGas, COLD_CEILING, "cold");
        assertLe(warmGas, WARM_CEILING, "warm");
        assertGt(coldGas, warmGas + 8 * 2000 + 2500 - 1, "8 slots and the strikes were cold");
    }

    function _input() private pure returns (PricingInput memory input) {
        input.timestamp = NOW;
        input.spot = SpotRead({mark: Wad.wrap(SPOT), average: Wad.wrap(SPOT), markUpdatedAt: NOW, mode: ORACLE_OPEN});
        input.equity = Wad.wrap(1_000_000e18);
        input.margin = DeployedTerms.margin();
        input.averagesSoFar = new Wad[](BOARDS);
        input.slices = new SliceWord[](BOARDS);
        input.lots = new uint256[](BOARDS * TermsLayout.LOT_WORDS);
        bytes memory terms = abi.encodePacked(termsHead(30 minutes, BOARDS), abi.encode(DeployedTerms.pricing()));
        uint40[BOARDS] memory days_ = [uint40(8), 15, 29, 57];
        for (uint256 b; b < BOARDS; ++b) {
            uint256[] memory nodes = new uint256[](STRIKES);
            for (uint256 i; i < STRIKES; ++i) {
                nodes[i] = Node.unwrap(nodeOf(Wad.wrap((2290 + 60 * i) * 1e18)));
                uint256 at = b * TermsLayout.LOT_WORDS + Lots.wordOf(i);
                input.lots[at] = Lots.set(input.lots[at], i, true, -int256(100 + 10 * i));
                input.lots[at] = Lots.set(input.lots[at], i, false, -int256(200 - 10 * i));
            }
            uint40 expiry = NOW + days_[b] * 1 days;
            terms = abi.encodePacked(terms, uint256(expiry), STRIKES, nodes);
            SurfaceSlice memory slice = SurfaceSlice({
                svi: sviSlice(SVI_ONE * int256(b + 1) / 400, SVI_ONE / 25, -SVI_ONE / 3, SVI_ONE / 50, SVI_ONE / 8),
                forwardRatio: Wad.wrap(1e18),
                spotAtReport: Wad.wrap(SPOT),
                expiry: expiry,
                reportedAt: NOW - 20
            });
            input.slices[b] = SliceWords.word(slice);
        }
        input.terms = abi.encodePacked(terms, new bytes(BOARDS * 0x20));
    }
}
