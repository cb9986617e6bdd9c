// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BookView, LensConfig, SeriesView} from "../../../src/interfaces/ILens.sol";
import {BookValue, UnitGreeks} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_DOWN, ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {SliceRounding} from "../../../src/oracle/SliceRounding.sol";
import {Lens} from "../../../src/periphery/Lens.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {NaiveBook, NaiveGreeks, NaivePosition} from "../../utils/NaiveBook.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @notice The book series by series, as the lens gives it: each option alone, and that they sum to the book.
contract SeriesGreeksTest is OpenMarket {
    uint256 private constant WINDOW = 30 minutes;
    int256 private constant RATE = 0.04e18;
    /// @dev Per option, at a market of thousands: total variance is within 1e-16 of its terms, prices within 2e-16 of the greater.
    uint256 private constant TOLERANCE = 1e-10 * 1e18;
    /// @dev Rounding of one unit's figure, wei: vega's density is good to 2^-64 of a thousand.
    uint256 private constant ROUNDING = 1_000;

    Lens private lens;

    function setUp() public {
        _deployOpen(18);
        lens = new Lens(
            LensConfig({
                market: address(market),
                clearing: address(clearing),
                vault: address(vault),
                share: address(0),
                hedger: address(hedger),
                spotOracle: address(spotOracle),
                surfaceOracle: address(surfaceOracle),
                settlementOracle: address(settlementOracle)
            })
        );
    }

    function _place(uint256 seed, uint256 spot, uint256 average, uint256 time)
        private
        returns (uint256 mark, uint256 average_)
    {
        _randomMarket(seed);
        catalogue.setPricingParams(ETH, _params());
        time = bound(time, 0, 7 days - 1);
        if (seed & 3 == 0) time = 7 days - bound(time, 1, WINDOW); // the window is a small target
        vm.warp(START + time);
        (mark, average_) = (bound(spot, 1000e18, 4000e18), bound(average, 1000e18, 4000e18));
        _setSpot(mark, average_, ORACLE_OPEN);
        spotOracle.setAverageOver(Wad.wrap(average_));
    }

    function test_EachSeriesIsThatOfTheFormula(uint256 seed, uint256 spot, uint256 average, uint256 time) public {
        (spot, average) = _place(seed, spot, average, time);
        SeriesView[] memory list = lens.viewBook(ETH).series;
        assertEq(list.length, SERIES, "every listed series");
        for (uint256 i = 0; i < list.length; ++i) {
            NaiveGreeks memory n = NaiveBook.one(_naive(list[i].series, average), int256(spot), RATE);
            UnitGreeks memory g = list[i].one;
            assertApproxEqAbs(int256(Wad.unwrap(g.mark)), n.value, TOLERANCE, "mark");
            assertApproxEqAbs(SignedWad.unwrap(g.delta), n.delta, TOLERANCE / 1000, "delta");
            assertApproxEqAbs(SignedWad.unwrap(g.gamma), n.gamma, TOLERANCE / 1000, "gamma");
            assertApproxEqAbs(SignedWad.unwrap(g.vega), n.vega, TOLERANCE * 10, "vega");
            assertApproxEqAbs(SignedWad.unwrap(g.theta), n.theta, TOLERANCE * 10_000, "theta");
        }
    }

    function test_TheySumToTheBook(uint256 seed, uint256 spot, uint256 average, uint256 time) public {
        _place(seed, spot, average, time);
        BookView memory book = lens.viewBook(ETH);
        (BookValue memory atMark, BookValue memory atAverage) = market.bookValue(ETH);
        assertEq(abi.encode(book.atMark, book.atAverage), abi.encode(atMark, atAverage), "the market's sums");
        _checkSums(book);
    }

    /// @dev Marks are the market's, to the wei.
    function test_MarksAreTheMarkets(uint256 seed, uint256 spot, uint256 time) public {
        _place(seed, spot, spot, time);
        SeriesView[] memory list = lens.viewBook(ETH).series;
        SeriesId[] memory ids = new SeriesId[](list.length);
        for (uint256 i = 0; i < list.length; ++i) {
            ids[i] = list[i].series;
        }
        (, Wad[] memory marks) = market.marks(ids);
        for (uint256 i = 0; i < list.length; ++i) {
            assertEq(Wad.unwrap(list[i].one.mark), Wad.unwrap(marks[i]), "a mark");
        }
    }

    function test_AnExpiredOption_IsItsPayoff(uint256 seed) public {
        _randomMarket(seed);
        vm.warp(NEAR + 1 hours);
        settlementOracle.set(NEAR, Wad.wrap(1850e18));
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        BookView memory book = lens.viewBook(ETH);
        for (uint256 i = 0; i < book.series.length; ++i) {
            SeriesView memory s = book.series[i];
            if (s.series.expiryOf() != NEAR) continue;
            int256 ahead = 1850e18 - int256(Wad.unwrap(s.series.strikeOf()));
            if (!s.series.isCall()) ahead = -ahead;
            assertEq(int256(Wad.unwrap(s.one.mark)), ahead > 0 ? ahead : int256(0), "the payoff");
            assertEq(SignedWad.unwrap(s.one.delta) | SignedWad.unwrap(s.one.vega), 0, "and nothing moves it");
        }
        _checkSums(book);
    }

    function test_WithoutAMark_TheAverageServes() public {
        _setSpot(0, SPOT, ORACLE_DOWN);
        bytes memory down = abi.encode(lens.viewBook(ETH).series);
        _setSpot(0, 0, ORACLE_DOWN);
        assertEq(SignedWad.unwrap(lens.viewBook(ETH).series[0].one.delta), 0, "without either there is nothing");
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        assertEq(abi.encode(lens.viewBook(ETH).series), down, "as at the same mark");
    }

    function _checkSums(BookView memory book) private pure {
        int256[5] memory sum;
        uint256 slack = ROUNDING;
        for (uint256 i = 0; i < book.series.length; ++i) {
            int256 position = SignedSize.unwrap(book.series[i].position);
            UnitGreeks memory g = book.series[i].one;
            sum[0] += position * int256(Wad.unwrap(g.mark)) / 1e18;
            sum[1] += position * SignedWad.unwrap(g.delta) / 1e18;
            sum[2] += position * SignedWad.unwrap(g.gamma) / 1e18;
            sum[3] += position * SignedWad.unwrap(g.vega) / 1e18;
            sum[4] += position * SignedWad.unwrap(g.theta) / 1e18;
            slack += ROUNDING * uint256(position < 0 ? -position : position) / 1e18;
        }
        assertApproxEqAbs(sum[0], SignedWad.unwrap(book.atMark.value), slack, "value");
        assertApproxEqAbs(sum[1], SignedWad.unwrap(book.atMark.delta), slack, "delta");
        assertApproxEqAbs(sum[2], SignedWad.unwrap(book.atMark.gamma), slack, "gamma");
        assertApproxEqAbs(sum[3], SignedWad.unwrap(book.atMark.vega), slack, "vega");
        // A wei lost in the decay counts Y / (2 tau) times over: nearly 9,000 half an hour before expiry
        assertApproxEqAbs(sum[4], SignedWad.unwrap(book.atMark.theta), slack * 10_000, "theta");
    }

    /// @dev The fixture's slice of the expiry, as it was stored at the start.
    function _naive(SeriesId series, uint256 averageSoFar) private view returns (NaivePosition memory) {
        uint256 expiry = series.expiryOf();
        int256 w = int256(VOLATILITY_SQUARED * (expiry - START) / YEAR) * SVI_ONE / 1e18;
        int256 sigma = SVI_ONE * 2 / 10;
        SviSlice kept = SliceRounding.nearest(sviSlice(w / 2, w * SVI_ONE / (2 * sigma), -SVI_ONE / 10, 0, sigma));
        int256[5] memory svi = [kept.a(), kept.b(), kept.rho(), kept.m(), kept.sigma()];
        for (uint256 i = 0; i < 5; ++i) {
            svi[i] = svi[i] * 1e18 / SVI_ONE;
        }
        return NaivePosition({
            strike: Wad.unwrap(series.strikeOf()),
            call: series.isCall(),
            lots: 1000,
            left: expiry - block.timestamp,
            window: WINDOW,
            averageSoFar: averageSoFar,
            ratio: 1e18,
            reportAge: block.timestamp - START,
            svi: svi
        });
    }
}
