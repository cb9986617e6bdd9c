// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICatalogue} from "../../../src/interfaces/ICatalogue.sol";
import {Board, Quote} from "../../../src/interfaces/IMarket.sol";
import {BookValue, Leg} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SliceRounding} from "../../../src/oracle/SliceRounding.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {NaiveBook, NaiveGreeks, NaiveMargin, NaivePosition} from "../../utils/NaiveBook.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @notice The packed book against a sum over its series made without any of it, and boards that come and go.
contract NaiveBookTest is OpenMarket {
    uint40 private constant WIDE = START + 60 days; // a board of the most strikes
    uint256 private constant WIDE_STRIKES = 16;
    uint256 private constant TRADES = 8;
    uint256 private constant WINDOW = 30 minutes;
    /// @dev Per option, at a market of thousands: total variance is within 1e-16 of its terms, prices within 2e-16 of the greater.
    uint256 private constant TOLERANCE = 1e-10 * 1e18;

    uint256 private _shape; // the seed of the surface in force
    uint40 private _reportedAt;

    function setUp() public {
        _deployOpen(18);
        Wad[] memory strikes = new Wad[](WIDE_STRIKES);
        for (uint256 i = 0; i < WIDE_STRIKES; ++i) {
            strikes[i] = Wad.wrap(1250e18 + i * 100e18);
        }
        catalogue.listBoard(ETH, WIDE, strikes);
        _reportAll(uint256(keccak256("first")));
    }

    /// @dev At any spot, average and time, inside the first board's averaging window too.
    function test_BookEqualsTheSumOfItsSeries(uint256 seed, uint256 spot, uint256 average, uint256 time) public {
        _fill(seed);
        time = bound(time, 0, 7 days - 1);
        if (_next(seed) & 3 == 0) time = 7 days - bound(time, 1, WINDOW); // the window is a small target
        vm.warp(START + time);
        if (time < 6 days) _reportAll(_next(seed));
        spot = bound(spot, 1000e18, 4000e18);
        average = bound(average, 1000e18, 4000e18);
        _setSpot(spot, average, ORACLE_OPEN);
        spotOracle.setAverageOver(Wad.wrap(average));

        (BookValue memory atMark, BookValue memory atAverage) = market.bookValue(ETH);
        (NaiveGreeks memory naive, uint256 options) = _naive(spot, average);
        _compare(atMark, naive, options, "at mark");
        (naive, options) = _naive(average, average);
        _compare(atAverage, naive, options, "at average");
    }

    /// @dev A board comes, another expires, is settled and goes: every figure of the rest stays, to the wei.
    function test_BoardsComeAndGo_AndLeaveTheOthersAlone(uint256 seed, uint256 count) public {
        _fill(seed);
        count = bound(count, 1, WIDE_STRIKES);
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, 5e18), _leg(FAR, 1800e18, false, -3e18));
        Quote memory before = _quote(legs);
        (BookValue memory bookBefore,) = market.bookValue(ETH);
        Wad[] memory strikes = new Wad[](count);
        for (uint256 i = 0; i < count; ++i) {
            strikes[i] = Wad.wrap(500e18 + i * 17e18);
        }
        catalogue.listBoard(ETH, START + 14 days, strikes);
        assertEq(abi.encode(_quote(legs)), abi.encode(before), "a new board changes no price");
        (BookValue memory bookAfter,) = market.bookValue(ETH);
        assertEq(abi.encode(bookAfter), abi.encode(bookBefore), "nor any figure of the book");

        vm.warp(NEAR);
        bytes memory others = _otherBoards();
        int256 worth = _unexpired();
        Board[] memory boards = market.boards(ETH);
        for (uint256 i = 0; i < boards[0].strikes.length; ++i) {
            _settle(_series(NEAR, Wad.unwrap(boards[0].strikes[i]), true), boards[0].calls[i]);
            _settle(_series(NEAR, Wad.unwrap(boards[0].strikes[i]), false), boards[0].puts[i]);
        }
        catalogue.removeBoard(ETH, NEAR);
        assertEq(market.boards(ETH).length, boards.length - 1, "one board is gone");
        assertEq(_otherBoards(), others, "the others keep their place, strikes and positions");
        assertEq(_unexpired(), worth, "and their worth");
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.NoSuchBoard.selector, ETH, NEAR));
        catalogue.removeBoard(ETH, NEAR);
    }

    function test_RevertWhen_ListingIsOutOfBounds() public {
        Wad[] memory strikes = new Wad[](0);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.TooManyStrikes.selector, 0, 16));
        catalogue.listBoard(ETH, START + 14 days, strikes);
        strikes = new Wad[](1);
        strikes[0] = Wad.wrap(2000e18);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.BoardExpired.selector, START));
        catalogue.listBoard(ETH, START, strikes);
        uint40 late = START + 5 * 365 days;
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.BoardExpired.selector, late));
        catalogue.listBoard(ETH, late, strikes);
        catalogue.listBoard(ETH, late - 1 days, strikes);
    }

    function _settle(SeriesId series, SignedSize position) private {
        if (SignedSize.unwrap(position) != 0) clearing.change(series, -position);
    }

    /// @dev Every board but the first, as it is.
    function _otherBoards() private view returns (bytes memory packed) {
        Board[] memory boards = market.boards(ETH);
        for (uint256 b = 0; b < boards.length; ++b) {
            if (boards[b].expiry != NEAR) packed = abi.encode(packed, boards[b]);
        }
    }

    /// @dev Sum of the marks of all positions that have not expired.
    function _unexpired() private view returns (int256 sum) {
        Board[] memory boards = market.boards(ETH);
        for (uint256 b = 0; b < boards.length; ++b) {
            if (boards[b].expiry <= block.timestamp) continue;
            for (uint256 i = 0; i < boards[b].strikes.length; ++i) {
                sum += _markOf(boards[b].expiry, boards[b].strikes[i], true) * SignedSize.unwrap(boards[b].calls[i]);
                sum += _markOf(boards[b].expiry, boards[b].strikes[i], false) * SignedSize.unwrap(boards[b].puts[i]);
            }
        }
    }

    function _markOf(uint40 expiry, Wad strike, bool call) private view returns (int256) {
        SeriesId[] memory one = new SeriesId[](1);
        one[0] = _series(expiry, Wad.unwrap(strike), call);
        (, Wad[] memory marks) = market.marks(one);
        return int256(Wad.unwrap(marks[0]));
    }

    function _fill(uint256 seed) private {
        for (uint256 i = 0; i < TRADES; ++i) {
            seed = _next(seed);
            int256 lots = int256(seed % (2 * MAX_LOTS)) - int256(MAX_LOTS);
            if (lots == 0) lots = 1;
            if (seed >> 100 & 3 == 0) {
                _trade(
                    _legs(_leg(WIDE, 1250e18 + (seed >> 32) % WIDE_STRIKES * 100e18, seed >> 60 & 1 == 0, lots * LOTS))
                );
            } else {
                _trade(_legs(_ofIndex((seed >> 32) % SERIES, lots * LOTS)));
            }
        }
    }

    /// @dev One random shape, scaled to each expiry's time: between 20 % and 120 % a year, skewed either way.
    function _reportAll(uint256 seed) private {
        (_shape, _reportedAt) = (seed, uint40(block.timestamp));
        for (uint256 b = 0; b < 4; ++b) {
            uint40 expiry = [NEAR, MIDDLE, FAR, WIDE][b];
            int256[5] memory q = _quantised(seed, expiry);
            surfaceOracle.set(
                SurfaceSlice({
                    svi: sviSlice(q[0], q[1], q[2], q[3], q[4]),
                    forwardRatio: Wad.wrap(_ratio()),
                    spotAtReport: Wad.wrap(SPOT),
                    expiry: expiry,
                    reportedAt: _reportedAt
                })
            );
        }
    }

    /// @dev Forward over spot, of every expiry: within 10 % of one.
    function _ratio() private view returns (uint256) {
        return Wad.unwrap(SliceRounding.nearest(Wad.wrap(0.9e18 + (_shape >> 96) % 0.2e18)));
    }

    /// @dev Parameters of a slice in units of SVI_ONE, as they are stored.
    function _quantised(uint256 seed, uint40 expiry) private view returns (int256[5] memory q) {
        int256 atm = int256((0.04e18 + seed % 1.4e18) * (expiry - _reportedAt) / YEAR) * SVI_ONE / 1e18;
        q[0] = atm / 2;
        q[1] = atm * 2;
        q[2] = (int256(seed >> 64 & 0xff) - 128) * SVI_ONE / 256;
        q[3] = (int256(seed >> 72 & 0xff) - 128) * SVI_ONE / 1280;
        q[4] = SVI_ONE / 10 + int256(seed >> 80 & 0xff) * SVI_ONE / 1024;
        SviSlice kept = SliceRounding.nearest(sviSlice(q[0], q[1], q[2], q[3], q[4]));
        q = [kept.a(), kept.b(), kept.rho(), kept.m(), kept.sigma()];
    }

    function _naive(uint256 spot, uint256 averageSoFar) private view returns (NaiveGreeks memory sum, uint256 options) {
        Board[] memory boards = market.boards(ETH);
        for (uint256 b = 0; b < boards.length; ++b) {
            int256[5] memory svi = _quantised(_shape, boards[b].expiry);
            for (uint256 i = 0; i < 5; ++i) {
                svi[i] = svi[i] * 1e18 / SVI_ONE;
            }
            for (uint256 i = 0; i < 2 * boards[b].strikes.length; ++i) {
                bool call = i % 2 == 0;
                int256 size = SignedSize.unwrap(call ? boards[b].calls[i / 2] : boards[b].puts[i / 2]);
                if (size == 0) continue;
                NaivePosition memory p = NaivePosition({
                    strike: Wad.unwrap(boards[b].strikes[i / 2]),
                    call: call,
                    lots: size / LOTS,
                    left: boards[b].expiry - block.timestamp,
                    window: WINDOW,
                    averageSoFar: averageSoFar,
                    ratio: _ratio(),
                    reportAge: block.timestamp - _reportedAt,
                    svi: svi
                });
                NaiveBook.add(sum, p, int256(spot), 0.04e18, _marginAt(p.left, call));
                options += uint256(size < 0 ? -size : size);
            }
        }
    }

    /// @dev The fixture's margin: 60 % shock, six knots.
    function _marginAt(uint256 left, bool call) private pure returns (NaiveMargin memory m) {
        uint256[6] memory at_ = [uint256(1 days), 7 days, 14 days, 30 days, 60 days, 90 days];
        uint256[6] memory u = [uint256(0.15e18), 0.18e18, 0.22e18, 0.28e18, 0.33e18, 0.36e18];
        m = NaiveMargin({
            uncertainty: u[5], shock: 0.6e18, markFactor: 1.15e18, spotFloor: 0.02e18, upper: call ? 1.3e18 : 1.2e18
        });
        if (left <= at_[0]) m.uncertainty = u[0];
        for (uint256 i = 0; i < 5; ++i) {
            if (left > at_[i] && left <= at_[i + 1]) {
                m.uncertainty = u[i] + (u[i + 1] - u[i]) * (left - at_[i]) / (at_[i + 1] - at_[i]);
            }
        }
    }

    function _compare(BookValue memory book, NaiveGreeks memory n, uint256 options, string memory where) private pure {
        uint256 each = options * TOLERANCE / 1e18 + 100;
        assertApproxEqAbs(SignedWad.unwrap(book.value), n.value, each, string.concat("value ", where));
        assertApproxEqAbs(SignedWad.unwrap(book.delta), n.delta, each / 1000, string.concat("delta ", where));
        assertApproxEqAbs(SignedWad.unwrap(book.gamma), n.gamma, each / 1000, string.concat("gamma ", where));
        assertApproxEqAbs(SignedWad.unwrap(book.vega), n.vega, each * 10, string.concat("vega ", where));
        assertApproxEqAbs(SignedWad.unwrap(book.theta), n.theta, each * 10_000, string.concat("theta ", where));
        assertApproxEqAbs(
            int256(Wad.unwrap(book.requiredMargin)), n.margin, each, string.concat("required margin ", where)
        );
    }
}
