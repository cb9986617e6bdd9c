// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../../../src/math/Black76.sol";
import {BoardPacking} from "../../../src/math/BoardPacking.sol";
import {BoardContext, BookPass, BookSums} from "../../../src/math/BookPass.sol";
import {Svi} from "../../../src/math/Svi.sol";
import {SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Test} from "../../utils/Test.sol";

contract BookPassHarness {
    function node(uint256 strike) external pure returns (uint128) {
        return BoardPacking.node(strike);
    }
}

contract BookPassTest is Test {
    uint256 internal constant STRIKES = 8;
    uint256 internal constant WAD = 1e18;
    int256 internal constant Q40 = 2 ** 40;

    struct Sized {
        int256 value;
        int256 delta;
        int256 gamma;
        int256 vega;
        int256 theta;
        uint256 lots;
    }

    function testFuzz_TheSumsAreThoseOfTheSingleOptions(uint256 seed, uint256 spot, uint256 tau, int256 shift)
        public
        pure
    {
        BoardContext memory board = boardOf(bound(spot, 1e18, 100_000e18), bound(tau, 1 days, 365 days));
        board.volatilityShift = bound(shift, -0.1e18, 1e18);
        (uint256[] memory strikes, uint256[] memory lots) = bookOf(seed, board.forward);
        BookSums memory sums;
        BookPass.add(sums, board, BoardPacking.nodes(strikes), lots);
        Sized memory expected;
        for (uint256 i; i < STRIKES; ++i) {
            addSingle(expected, board, strikes[i], lots, i);
        }

        // A volatility from ln K in Q56 and SVI is within 1e-13; sizes are in lots of 1e-3
        uint256 notional = expected.lots * board.forward / 1000;
        near(sums.value, expected.value, notional / 1e13, "value");
        near(sums.delta, expected.delta, expected.lots * 1e15 / 1e12, "delta");
        near(sums.gamma, expected.gamma, expected.lots * 1e15 / 1e10 * WAD / board.forward, "gamma");
        near(sums.vega, expected.vega, notional / 1e11, "vega");
        near(sums.theta, expected.theta, notional / 1e9, "theta");
    }

    function testFuzz_ABoardOfOppositePositionsIsWorthNothing(uint256 seed, uint256 spot, uint256 tau) public pure {
        BoardContext memory board = boardOf(bound(spot, 1e18, 100_000e18), bound(tau, 1, 365 days));
        (uint256[] memory strikes, uint256[] memory lots) = bookOf(seed, board.forward);
        uint256[] memory nodes = BoardPacking.nodes(strikes);
        BookSums memory sums;
        BookPass.add(sums, board, nodes, lots);
        for (uint256 i; i < STRIKES; ++i) {
            (int32 call, int32 put) = BoardPacking.lotsAt(lots[i / 4], i % 4);
            lots[i / 4] = BoardPacking.withLots(lots[i / 4], i % 4, -call, -put);
        }
        BookPass.add(sums, board, nodes, lots);
        near(sums.value, 0, 2, "value");
        near(sums.delta, 0, 2, "delta");
        near(sums.gamma, 0, 2 + 2 * WAD / board.forward, "gamma");
        near(sums.vega, 0, 2 + board.forward / 2 ** 62, "vega");
        // A unit of Q64 times the forward, and half a year over tau of it
        near(sums.theta, 0, 2 + (4 + board.forward / 2 ** 62) * 365 days / board.tau / 1000, "theta");
    }

    function testFuzz_AShockIsThePassAtTheShockedMarket(uint256 seed, uint256 factor, int256 shift) public pure {
        BoardContext memory board = boardOf(2000e18, 30 days);
        (uint256[] memory strikes, uint256[] memory lots) = bookOf(seed, board.forward);
        uint256[] memory nodes = BoardPacking.nodes(strikes);
        factor = bound(factor, 0.3e18, 3e18);
        shift = bound(shift, -0.5e18, 2e18);
        BookSums memory shocked;
        BookPass.add(shocked, BookPass.shocked(board, factor, shift), nodes, lots);
        board.forward = board.forward * factor / WAD;
        board.volatilityShift = shift;
        BookSums memory direct;
        BookPass.add(direct, board, nodes, lots);
        assertEq(shocked.value, direct.value);
        assertEq(shocked.delta, direct.delta);
    }

    function test_EmptyBoardsAndPaddingAddNothing() public pure {
        BookSums memory sums;
        BookPass.add(sums, boardOf(2000e18, 30 days), new uint256[](0), new uint256[](0));
        BookPass.add(sums, boardOf(2000e18, 30 days), new uint256[](4), new uint256[](2));
        assertEq(sums.value, 0);
        assertEq(sums.theta, 0);
    }

    function test_AVolatilityShiftedBelowZeroLeavesIntrinsic() public pure {
        BoardContext memory board = boardOf(2000e18, 30 days);
        board.volatilityShift = -50e18;
        uint256[] memory strikes = new uint256[](2);
        (strikes[0], strikes[1]) = (1500e18, 2500e18);
        uint256[] memory lots = new uint256[](1);
        lots[0] = BoardPacking.withLots(0, 0, 1000, 0);
        lots[0] = BoardPacking.withLots(lots[0], 1, 0, 2000);
        BookSums memory sums;
        BookPass.add(sums, board, BoardPacking.nodes(strikes), lots);
        // Forward 2040: one call is 540 in the money, two puts 460 each
        assertApproxEqAbs(sums.value, 1460 * int256(board.discount), 1e4);
        assertApproxEqAbs(sums.delta, -int256(board.discount * board.forwardRatio / WAD), 1e4);
    }

    function testFuzz_PackingIsUndone(uint256 word, uint256 place, int32 call, int32 put, uint256 ticks) public pure {
        place = bound(place, 0, 3);
        uint256 changed = BoardPacking.withLots(word, place, call, put);
        (int32 callBack, int32 putBack) = BoardPacking.lotsAt(changed, place);
        assertEq(callBack, call);
        assertEq(putBack, put);
        uint256 mask = uint256(type(uint64).max) << (192 - 64 * place);
        assertEq(changed & ~mask, word & ~mask, "the other places");

        uint256[] memory strikes = new uint256[](3);
        strikes[2] = bound(ticks, 1, type(uint64).max) * 1e10;
        (strikes[0], strikes[1]) = (1e10, 2000e18);
        uint256[] memory nodes = BoardPacking.nodes(strikes);
        for (uint256 i; i < 3; ++i) {
            assertEq(BoardPacking.strikeAt(nodes, i), strikes[i]);
        }
        assertEq(BoardPacking.strikeAt(nodes, 3), 0);
    }

    function test_RevertWhen_AStrikeHasNoNode() public {
        BookPassHarness harness = new BookPassHarness();
        vm.expectRevert(abi.encodeWithSelector(BoardPacking.StrikeNotOnTick.selector, 1e10 + 1, 1e10));
        harness.node(1e10 + 1);
        vm.expectRevert(abi.encodeWithSelector(BoardPacking.StrikeOutsideNode.selector, 0));
        harness.node(0);
        vm.expectRevert(abi.encodeWithSelector(BoardPacking.StrikeOutsideNode.selector, 2 ** 64 * 1e10));
        harness.node(2 ** 64 * 1e10);
    }

    function addSingle(Sized memory s, BoardContext memory board, uint256 strike, uint256[] memory lots, uint256 i)
        internal
        pure
    {
        (int256 call, int256 put) = BoardPacking.lotsAt(lots[i / 4], i % 4);
        uint256 volatility =
            uint256(int256(Svi.volatilityAt(board.slice, board.forward, strike, board.tau)) + board.volatilityShift);
        int256[8] memory g;
        {
            (uint256 c, uint256 p, int256 dc, int256 dp, uint256 gamma, uint256 vega,,) =
                Black76.priceAndGreeks(board.forward, strike, board.discount, volatility, board.tau);
            (g[0], g[1], g[2], g[3], g[4], g[5]) = (int256(c), int256(p), dc, dp, int256(gamma), int256(vega));
        }
        int256 ratio = int256(board.forwardRatio);
        s.value += (call * g[0] + put * g[1]) / 1000;
        s.delta += (call * g[2] + put * g[3]) * ratio / 1000e18;
        s.gamma += (call + put) * g[4] * ratio / 1e18 * ratio / 1000e18;
        s.vega += (call + put) * g[5] / 1000;
        // The decay is vega·σ/2τ
        int256 decay = g[5] * int256(volatility) / 2e18 * 365 days / int256(board.tau);
        s.theta += ((call * g[0] + put * g[1]) * board.rate / 1e18 - (call + put) * decay) / 1000;
        s.lots += uint256(call < 0 ? -call : call) + uint256(put < 0 ? -put : put) + 1;
    }

    function boardOf(uint256 spot, uint256 tau) internal pure returns (BoardContext memory) {
        SviSlice slice = sviSlice(Q40 / 50, Q40 / 10, -Q40 / 3, Q40 / 50, Q40 / 5);
        return BoardContext({
            forward: spot * 1.02e18 / WAD,
            forwardRatio: 1.02e18,
            discount: 0.97e18,
            rate: 0.05e18,
            tau: tau,
            slice: slice,
            volatilityShift: 0
        });
    }

    function bookOf(uint256 seed, uint256 forward)
        internal
        pure
        returns (uint256[] memory strikes, uint256[] memory lots)
    {
        strikes = new uint256[](STRIKES);
        lots = new uint256[](2);
        for (uint256 i; i < STRIKES; ++i) {
            strikes[i] = forward * (5 + 2 * i) / 1e11 * 1e10;
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            int32 call = random % 5 == 0 ? int32(0) : int32(uint32(random >> 8)) / 1000;
            int32 put = random % 7 == 0 ? int32(0) : int32(uint32(random >> 48)) / 1000;
            lots[i / 4] = BoardPacking.withLots(lots[i / 4], i % 4, call, put);
        }
    }

    function near(int256 found, int256 expected, uint256 tolerance, string memory text) internal pure {
        int256 gap = found - expected;
        assertTrue(uint256(gap < 0 ? -gap : gap) <= tolerance + 3, text);
    }
}
