// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {Board, IMarket, Order} from "../../../src/interfaces/IMarket.sol";
import {BookValue, Leg} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, ORACLE_REDUCE_ONLY, OracleMode} from "../../../src/interfaces/ISpotOracle.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @dev The figures of a book over E, wads; gamma and margin as the limits take them.
struct Measured {
    int256 delta;
    int256 vega;
    int256 gamma;
    int256 margin;
    int256[3] sizes; // options per board
    int256[3] expiryVegas;
}

/// @notice Whatever the limits and the order: a trade that passed left every figure within its limit, or a breached one
/// smaller and on its side while no other went further. And one that was refused would have broken that.
/// @dev Figures are measured on the market's views before and after, an expiry's vega on the difference to a book without
/// it; within a hair of a limit nothing is asserted.
contract LimitsTest is OpenMarket {
    int256 private constant HAIR = 1e9;
    uint256 private constant BOARDS = 3;

    function setUp() public {
        _deployOpen(6);
    }

    function test_NoTradeBypassesALimit(uint256 seed, uint256 count) public {
        seed = _prepare(seed);
        Leg[] memory legs = _randomLegs(seed, bound(count, 1, 4));
        // One order in four levels what is there: closing and reducing are where the exceptions are
        if (seed >> 240 & 3 == 0) legs = _closing(legs);
        if (legs.length == 0) return;
        bool closing = _closes(legs);
        MarketLimits memory l = catalogue.limits(ETH);
        Measured memory before = _measure();

        Order memory order = _order(legs);
        vm.prank(trader);
        (bool ok, bytes memory reason) = attempt(address(market), abi.encodeCall(market.trade, (order)));
        if (ok) {
            _checkPassed(l, before, _measure(), legs, closing);
            return;
        }
        if (bytes4(reason) != IMarket.PostTradeLimit.selector) return;
        // The same without limits: the book it would have left
        catalogue.setLimits(ETH, _noLimits());
        vm.prank(trader);
        (ok,) = attempt(address(market), abi.encodeCall(market.trade, (order)));
        if (!ok) return;
        _checkRefused(l, before, _measure(), legs, closing);
    }

    /// @dev With a spot that is unsure, only what closes, or worsens nothing and improves something.
    function test_UnsureOracle_OnlyReduces(uint256 seed, uint256 count) public {
        seed = _randomMarket(seed);
        Leg[] memory legs = _randomLegs(seed, bound(count, 1, 4));
        bool closing = _closes(legs);
        _setSpot(SPOT, SPOT, ORACLE_REDUCE_ONLY);
        Measured memory before = _measure();
        Order memory order = _order(legs);
        vm.prank(trader);
        (bool ok,) = attempt(address(market), abi.encodeCall(market.trade, (order)));
        if (!ok || closing) return;
        Measured memory afterwards = _measure();
        assertLe(_size(afterwards.delta), _size(before.delta) + uint256(HAIR), "net delta does not grow");
        assertLe(_size(afterwards.vega), _size(before.vega) + uint256(HAIR), "nor net vega");
        assertLe(_size(afterwards.gamma), _size(before.gamma) + uint256(HAIR), "nor short gamma");
        assertLe(afterwards.margin, before.margin + HAIR, "nor margin");
    }

    function _prepare(uint256 seed) private returns (uint256) {
        seed = _randomMarket(seed);
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        Measured memory m = _measure();
        MarketLimits memory l = _noLimits();
        // Each limit near what the figure is, on either side of it
        l.maxNetDelta = _near(m.delta, seed, 0);
        l.maxNetVega = _near(m.vega, seed, 1);
        l.maxExpiryVega = _near(m.expiryVegas[seed % BOARDS], seed, 2);
        l.maxGamma = _near(m.gamma, seed, 3);
        l.maxUtilisation = _near(m.margin, seed, 4);
        if (Wad.unwrap(l.maxUtilisation) > 1e18) l.maxUtilisation = Wad.wrap(1e18);
        l.maxExpirySize = Wad.wrap(Wad.unwrap(_near(m.sizes[seed % BOARDS], seed, 5)));
        catalogue.setLimits(ETH, l);
        return seed;
    }

    function _near(int256 figure, uint256 seed, uint256 salt) private pure returns (Wad) {
        uint256 r = uint256(keccak256(abi.encode(seed, salt, "limit")));
        if (r >> 254 == 0) return Wad.wrap(100e18);
        return Wad.wrap(_size(figure) * (50 + r % 100) / 100 % 100e18);
    }

    /// @dev The legs turned to bring positions nearer to zero; those without a position are left out.
    function _closing(Leg[] memory legs) private view returns (Leg[] memory kept) {
        kept = new Leg[](legs.length);
        uint256 found;
        for (uint256 i = 0; i < legs.length; ++i) {
            int256 position = clearing.position(legs[i].series);
            if (position == 0) continue;
            uint256 most = _size(position);
            uint256 size = _size(SignedSize.unwrap(legs[i].size));
            if (size > most) size = most;
            kept[found++] = Leg(legs[i].series, SignedSize.wrap(position > 0 ? int256(size) : -int256(size)));
        }
        assembly ("memory-safe") {
            mstore(kept, found)
        }
    }

    function _closes(Leg[] memory legs) private view returns (bool) {
        for (uint256 i = 0; i < legs.length; ++i) {
            int256 position = clearing.position(legs[i].series);
            int256 left = position - SignedSize.unwrap(legs[i].size);
            bool nearer = _size(left) < _size(position) && (left == 0 || (left < 0) == (position < 0));
            if (!nearer) return false;
        }
        return true;
    }

    // Measuring

    function _measure() private returns (Measured memory m) {
        BookValue memory b = _book();
        int256 hedge = SignedWad.unwrap(hedger.position(ETH).delta);
        int256 equity = int256(EQUITY);
        m.delta = (SignedWad.unwrap(b.delta) + hedge) * int256(SPOT / 1e18) / equity;
        m.vega = SignedWad.unwrap(b.vega) / equity;
        int256 gamma = SignedWad.unwrap(b.gamma) * int256(SPOT / 1e18) * int256(SPOT / 1e18) / 100 / equity;
        m.gamma = gamma < 0 ? gamma : int256(0);
        m.margin = int256(Wad.unwrap(b.requiredMargin)) / equity;
        Board[] memory boards = market.boards(ETH);
        for (uint256 e = 0; e < BOARDS; ++e) {
            for (uint256 i = 0; i < boards[e].strikes.length; ++i) {
                m.sizes[e] += int256(_size(SignedSize.unwrap(boards[e].calls[i])));
                m.sizes[e] += int256(_size(SignedSize.unwrap(boards[e].puts[i])));
            }
            m.expiryVegas[e] = _vegaOf(boards[e], m.vega);
        }
    }

    function _book() private view returns (BookValue memory b) {
        (b,) = market.bookValue(ETH);
    }

    /// @dev Total vega less that of the book without the board's positions.
    function _vegaOf(Board memory board, int256 total) private returns (int256) {
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < board.strikes.length; ++i) {
            _take(_series(board.expiry, Wad.unwrap(board.strikes[i]), true), board.calls[i]);
            _take(_series(board.expiry, Wad.unwrap(board.strikes[i]), false), board.puts[i]);
        }
        int256 rest = SignedWad.unwrap(_book().vega) / int256(EQUITY);
        vm.revertToStateAndDelete(snapshot);
        return total - rest;
    }

    function _take(SeriesId series, SignedSize position) private {
        if (SignedSize.unwrap(position) != 0) clearing.change(series, -position);
    }

    // Judging

    function _checkPassed(
        MarketLimits memory l,
        Measured memory before,
        Measured memory afterwards,
        Leg[] memory legs,
        bool closing
    ) private pure {
        (bool over, bool reduced, bool wrong,) = _judge(l, before, afterwards, legs, closing, HAIR);
        assertFalse(wrong, "no figure beyond its limit that was not, grew, or crossed over");
        if (over) assertTrue(reduced, "beyond a limit only for reducing one");
    }

    function _checkRefused(
        MarketLimits memory l,
        Measured memory before,
        Measured memory afterwards,
        Leg[] memory legs,
        bool closing
    ) private pure {
        (bool over, bool reduced, bool wrong, bool close) = _judge(l, before, afterwards, legs, closing, -HAIR);
        if (close || _beyondVenues(afterwards)) return;
        assertTrue(wrong || over && !reduced, "a refusal has its reason");
    }

    function _judge(
        MarketLimits memory l,
        Measured memory before,
        Measured memory afterwards,
        Leg[] memory legs,
        bool closing,
        int256 hair
    ) private pure returns (bool over, bool reduced, bool wrong, bool close) {
        (int256[10] memory b, int256[10] memory a) = (_figures(before), _figures(afterwards));
        int256[10] memory limits = _limitsOf(l);
        for (uint256 i = 0; i < 10; ++i) {
            if (i == 0 && closing) continue;
            if (i > 3 && !_touches(legs, (i - 4) % 3)) continue;
            int256 was = int256(_size(b[i]));
            int256 now_ = int256(_size(a[i]));
            if (int256(_size(was - limits[i])) < HAIR || int256(_size(now_ - limits[i])) < HAIR) close = true;
            if (int256(_size(now_ - was)) < HAIR && now_ != was) close = true;
            if (was > limits[i] - hair && now_ < was + hair) reduced = true;
            if (now_ <= limits[i] + hair) continue;
            over = true;
            if (was <= limits[i] - hair || now_ > was + hair || (b[i] < 0) != (a[i] < 0)) wrong = true;
        }
    }

    function _figures(Measured memory m) private pure returns (int256[10] memory f) {
        (f[0], f[1], f[2], f[3]) = (m.delta, m.vega, m.gamma, m.margin);
        for (uint256 e = 0; e < BOARDS; ++e) {
            (f[4 + e], f[7 + e]) = (m.expiryVegas[e], m.sizes[e]);
        }
    }

    function _limitsOf(MarketLimits memory l) private pure returns (int256[10] memory f) {
        f[0] = int256(Wad.unwrap(l.maxNetDelta));
        f[1] = int256(Wad.unwrap(l.maxNetVega));
        f[2] = int256(Wad.unwrap(l.maxGamma));
        f[3] = int256(Wad.unwrap(l.maxUtilisation));
        for (uint256 e = 0; e < BOARDS; ++e) {
            (f[4 + e], f[7 + e]) = (int256(Wad.unwrap(l.maxExpiryVega)), int256(Wad.unwrap(l.maxExpirySize)));
        }
    }

    function _touches(Leg[] memory legs, uint256 board) private pure returns (bool) {
        uint40 expiry = [NEAR, MIDDLE, FAR][board];
        for (uint256 i = 0; i < legs.length; ++i) {
            if (legs[i].series.expiryOf() == expiry) return true;
        }
        return false;
    }

    /// @dev The fixture's venues can take 1,000 underlying either way: two of E.
    function _beyondVenues(Measured memory m) private pure returns (bool) {
        return _size(m.delta) > 1.9e18;
    }

    function _size(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
