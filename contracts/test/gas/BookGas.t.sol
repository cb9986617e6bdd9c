// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clz} from "clz/Clz.sol";
import {Black76} from "../../src/math/Black76.sol";
import {BoardPacking} from "../../src/math/BoardPacking.sol";
import {BoardContext, BookPass, BookSums} from "../../src/math/BookPass.sol";
import {Svi} from "../../src/math/Svi.sol";
import {SviSlice, sviSlice} from "../../src/types/SviSlice.sol";
import {Test} from "../utils/Test.sol";

/// @notice A market's storage as the book pass wants it: per board a slot with the slice, lots four strikes a slot, and all nodes in one
///         data contract.
contract BookStore {
    uint256 internal constant BOARDS = 4;
    uint256 internal constant NODE_WORDS = 4;
    uint256 internal constant LOT_WORDS = 2;

    address internal immutable data;
    uint256[BOARDS] internal slices;
    uint256[LOT_WORDS][BOARDS] internal lots;

    constructor(SviSlice slice, uint256[] memory strikes, uint256[] memory words) {
        uint256[] memory nodes = BoardPacking.nodes(strikes);
        bytes memory creation = abi.encodePacked(hex"61020080600a3d393df3", nodes, nodes, nodes, nodes);
        address target;
        assembly ("memory-safe") {
            target := create(0, add(creation, 0x20), mload(creation))
        }
        data = target;
        for (uint256 i; i < BOARDS; ++i) {
            slices[i] = SviSlice.unwrap(slice);
            for (uint256 j; j < LOT_WORDS; ++j) {
                lots[i][j] = words[j];
            }
        }
    }

    /// @return sums of the book
    /// @return used gas from the first read to the last sum
    function value(uint256 spot) external view returns (BookSums memory sums, uint256 used) {
        used = gasleft();
        address target = data;
        uint256[] memory nodes = new uint256[](NODE_WORDS);
        uint256[] memory words = new uint256[](LOT_WORDS);
        BoardContext memory board;
        board.forward = spot;
        board.forwardRatio = 1e18;
        board.discount = 0.99e18;
        board.rate = 0.05e18;
        for (uint256 i; i < BOARDS; ++i) {
            assembly ("memory-safe") {
                extcodecopy(target, add(nodes, 0x20), mul(i, 0x80), 0x80)
                let slot := add(lots.slot, mul(i, LOT_WORDS))
                mstore(add(words, 0x20), sload(slot))
                mstore(add(words, 0x40), sload(add(slot, 1)))
            }
            board.slice = SviSlice.wrap(slices[i]);
            board.tau = (i + 1) * 7 days;
            BookPass.add(sums, board, nodes, words);
        }
        used -= gasleft();
    }
}

/// @notice One option as a market would quote it alone: spot, slice and strike in a slot each.
contract OptionStore {
    uint256 internal spot = 2000e18;
    SviSlice internal slice;
    uint256 internal strike = 2100e18;

    constructor(SviSlice slice_) {
        slice = slice_;
    }

    /// @return sum of the call, the put, and delta, gamma, vega and theta of both
    /// @return used gas from the first read to the last Greek
    function quote(uint256 tau) external view returns (int256 sum, uint256 used) {
        used = gasleft();
        (uint256 forward, uint256 k) = (spot, strike);
        sum = _sum(forward, k, Svi.volatilityAt(slice, forward, k, tau), tau);
        used -= gasleft();
    }

    function _sum(uint256 forward, uint256 k, uint256 volatility, uint256 tau) private pure returns (int256) {
        (uint256 a, uint256 b, int256 c, int256 d, uint256 e, uint256 f, int256 g, int256 h) =
            Black76.priceAndGreeks(forward, k, 0.99e18, volatility, tau);
        unchecked {
            return int256(a + b + e + f) + c + d + g + h;
        }
    }
}

/// @notice 64 series = 32 strikes × call and put on 4 expiries: value and four Greeks, storage reads included. And one option alone.
contract BookGasTest is Test {
    int256 internal constant Q40 = 2 ** 40;
    uint256 internal constant STRIKES = 8;
    uint256 internal constant COLD_CEILING = 90_000;
    uint256 internal constant WARM_CEILING = 54_500;
    /// @dev The bisection of the portable build, once a strike and twice a board.
    uint256 internal constant PORTABLE_EXTRA = 8_000;
    uint256 internal constant PORTABLE_OPTION = 1_500;

    BookStore internal store;
    OptionStore internal option;

    function setUp() public {
        uint256[] memory strikes = new uint256[](STRIKES);
        uint256[] memory lots = new uint256[](2);
        for (uint256 i; i < STRIKES; ++i) {
            strikes[i] = (1400 + 150 * i) * 1e18;
            (int32 call, int32 put) = (int32(int256(i * 1000)) - 3500, 550 - int32(int256(i * 100)));
            lots[i / 4] = BoardPacking.withLots(lots[i / 4], i % 4, call, put);
        }
        SviSlice slice = sviSlice(Q40 / 200, Q40 / 25, -Q40 / 3, Q40 / 50, Q40 / 8);
        store = new BookStore(slice, strikes, lots);
        option = new OptionStore(slice);
    }

    function test_GasOf64Series() public {
        (BookSums memory cold, uint256 coldGas) = store.value(2000e18);
        (BookSums memory warm, uint256 warmGas) = store.value(2000e18);
        assertEq(cold.value, warm.value);
        assertTrue(cold.vega != 0 && cold.gamma != 0, "a live book");
        string memory group = string.concat("book-", Clz.BUILD);
        vm.snapshotValue(group, "64 series, cold", coldGas);
        vm.snapshotValue(group, "64 series, warm", warmGas);
        uint256 extra = keccak256(bytes(Clz.BUILD)) == keccak256("osaka") ? 0 : PORTABLE_EXTRA;
        assertLe(coldGas, COLD_CEILING + extra, "cold");
        assertLe(warmGas, WARM_CEILING + extra, "warm");
        assertGt(coldGas, warmGas + 12 * 2000, "12 slots were cold");
    }

    function test_GasOfOneOption() public {
        (int256 cold, uint256 coldGas) = option.quote(30 days);
        (int256 warm, uint256 warmGas) = option.quote(30 days);
        assertTrue(cold == warm && cold != 0, "figures");
        string memory group = string.concat("book-", Clz.BUILD);
        vm.snapshotValue(group, "one option with surface and Greeks, cold", coldGas);
        vm.snapshotValue(group, "one option with surface and Greeks, warm", warmGas);
        uint256 extra = keccak256(bytes(Clz.BUILD)) == keccak256("osaka") ? 0 : PORTABLE_OPTION;
        assertLe(coldGas, 10_000 + extra, "cold");
        assertLe(warmGas, 3_500 + extra, "warm");
        assertGt(coldGas, warmGas + 3 * 2000 - 1, "three slots were cold");
    }
}
