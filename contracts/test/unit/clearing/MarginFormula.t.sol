// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginFormula} from "../../../src/clearing/MarginFormula.sol";
import {MarginParams} from "../../../src/interfaces/IClearing.sol";
import {MarketId, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

/// shareAt
/// ├── when at or before the first knot: its value
/// ├── when at or beyond the last knot: its value
/// ├── when on a knot: that knot's value
/// └── when between two knots: linear, rounded up
/// shockedMargin
/// ├── published figures
/// ├── the exact rational, rounded up by less than two units of 1e-18
/// └── never below intrinsic, never above full collateral
/// perOption
/// └── the greater of the shocked margin and the floor
contract MarginFormulaTest is Test {
    uint256 private constant MAX_PRICE = 1e30;
    uint256 private constant SHOCK = 0.6e18;
    /// @dev The table .1678 .2370 .3326 .4032 .4603 .5000 at 7, 14, 28, 42, 56, 84 days, read as steps at 5, 20, 80.
    uint256 private constant U5 = 0.1678e18;
    uint256 private constant U20 = 0.3326e18;
    uint256 private constant U80 = 0.5e18;

    function test_PublishedFigures() public pure {
        // for four contracts, in hundredths of a dollar
        _published(2000, 2000, U5, 400_544, 400_544);
        _published(2000, 2000, U20, 479_648, 479_648);
        _published(2000, 2000, U80, 560_000, 560_000);
        _published(1500, 1500, U20, 359_736, 359_736);
        _published(2000, 1500, U20, 559_736, 279_648);
        _published(2000, 3000, U20, 319_472, 879_648);
    }

    function _published(uint256 spot, uint256 strike, uint256 u, uint256 callCents, uint256 putCents) private pure {
        assertEq(4 * _shocked(true, strike * 1e18, spot * 1e18, SHOCK, u), callCents * 1e16, "call");
        assertEq(4 * _shocked(false, strike * 1e18, spot * 1e18, SHOCK, u), putCents * 1e16, "put");
    }

    function testFuzz_PutIsTheExactRationalRoundedUp(uint256 strike, uint256 spot, uint256 s, uint256 u) public pure {
        (strike, spot) = (bound(strike, 1, MAX_PRICE), bound(spot, 0, MAX_PRICE));
        (s, u) = (bound(s, 0, 1e18), bound(u, 0, 1e18));
        // in units of 1e-54: U min(K, sS) + max(K - sS, 0)
        (uint256 k, uint256 shocked) = (strike * 1e18, spot * s);
        uint256 exact = u * (shocked < k ? shocked : k) + (k > shocked ? k - shocked : 0) * 1e18;
        uint256 margin = _shocked(false, strike, spot, s, u);
        assertGe(margin * 1e36, exact, "rounded up");
        assertLt(margin * 1e36, exact + 2e36, "by less than two units");
    }

    function testFuzz_CallIsTheExactRationalRoundedUp(uint256 strike, uint256 spot, uint256 s, uint256 u) public pure {
        (strike, spot) = (bound(strike, 1, MAX_PRICE), bound(spot, 0, MAX_PRICE));
        (s, u) = (bound(s, 0, 1e18), bound(u, 0, 1e18));
        // in units of 1e-54: U min(S, sK) + max(S - sK, 0)
        (uint256 most, uint256 shocked) = (spot * 1e18, strike * s);
        uint256 exact = u * (shocked < most ? shocked : most) + (most > shocked ? most - shocked : 0) * 1e18;
        uint256 margin = _shocked(true, strike, spot, s, u);
        assertGe(margin * 1e36, exact, "rounded up");
        assertLt(margin * 1e36, exact + 2e36, "by less than two units");
    }

    function testFuzz_BetweenIntrinsicAndFullCollateral(bool call, uint256 strike, uint256 spot, uint256 s, uint256 u)
        public
        pure
    {
        (strike, spot) = (bound(strike, 1, MAX_PRICE), bound(spot, 0, MAX_PRICE));
        (s, u) = (bound(s, 0, 1e18), bound(u, 0, 1e18));
        (uint256 up, uint256 down) = call ? (spot, strike) : (strike, spot);
        uint256 margin = _shocked(call, strike, spot, s, u);
        assertGe(margin, up > down ? up - down : 0, "intrinsic");
        assertLe(margin, up + 1, "full collateral");
    }

    function test_ShareIsHeldBeyondBothEnds() public pure {
        MarginParams memory p = _params();
        assertEq(_share(p, 0), 0.1678e18, "at expiry");
        assertEq(_share(p, 7 days), 0.1678e18, "first knot");
        assertEq(_share(p, 84 days), 0.5e18, "last knot");
        assertEq(_share(p, 84 days + 1), 0.5e18, "beyond");
        assertEq(_share(p, type(uint256).max), 0.5e18, "for ever");
    }

    function test_ShareMeetsEveryKnot() public pure {
        MarginParams memory p = _params();
        for (uint256 i; i < 6; ++i) {
            assertEq(_share(p, p.knotTimes[i]), p.knotValues[i], "knot");
        }
    }

    function test_ShareIsLinearBetweenKnots() public pure {
        MarginParams memory p = _params();
        assertEq(_share(p, 10.5 days), 0.2024e18, "half way from .1678 to .2370");
        assertEq(_share(p, 35 days), 0.3679e18, "half way from .3326 to .4032");
        // one second after the first knot: 0.0692 / 604800 = 114417989417.98..., rounded up
        assertEq(_share(p, 7 days + 1), 0.1678e18 + 114_417_989_418, "rounded up");
    }

    function testFuzz_ShareNeverFallsWithTime(uint256 sooner, uint256 later) public pure {
        MarginParams memory p = _params();
        later = bound(later, 0, 100 days);
        sooner = bound(sooner, 0, later);
        assertLe(_share(p, sooner), _share(p, later), "increasing table");
    }

    function test_FloorOnMarkAndSpot() public pure {
        MarginParams memory p = _params();
        SeriesId put = seriesId(MarketId.wrap(1), 1 days, Wad.wrap(1000e18), false);
        // S 3000, K 1000, U .1678: formula 167.80; floor at mark 100: 115 + 60 = 175; at mark 90: 103.5 + 60 = 163.5
        assertEq(_perOption(p, put, 3000e18, 100e18), 175e18, "floor above formula");
        assertEq(_perOption(p, put, 3000e18, 90e18), 167.8e18, "formula above floor");
    }

    function testFuzz_NeverBelowFloorOrFormula(bool call, uint256 strike, uint256 spot, uint256 mark) public pure {
        MarginParams memory p = _params();
        (strike, spot) = (bound(strike, 1, MAX_PRICE), bound(spot, 0, MAX_PRICE));
        mark = bound(mark, 0, MAX_PRICE);
        uint256 margin = _perOption(p, seriesId(MarketId.wrap(1), 1 days, Wad.wrap(strike), call), spot, mark);
        uint256 formula = _shocked(call, strike, spot, SHOCK, U5);
        uint256 floorTimes100 = mark * 115 + spot * 2;
        assertGe(margin, formula, "formula");
        assertGe(margin * 100, floorTimes100, "floor");
        assertTrue(margin == formula || margin * 100 < floorTimes100 + 200, "one of the two");
    }

    function _shocked(bool call, uint256 strike, uint256 spot, uint256 s, uint256 u) private pure returns (uint256) {
        return Wad.unwrap(MarginFormula.shockedMargin(call, Wad.wrap(strike), Wad.wrap(spot), Wad.wrap(s), Wad.wrap(u)));
    }

    function _share(MarginParams memory p, uint256 left) private pure returns (uint256) {
        return Wad.unwrap(MarginFormula.shareAt(p, left));
    }

    function _perOption(MarginParams memory p, SeriesId series, uint256 spot, uint256 mark)
        private
        pure
        returns (uint256)
    {
        return Wad.unwrap(MarginFormula.perOption(p, series, 5 days, Wad.wrap(spot), Wad.wrap(mark)));
    }

    function _params() private pure returns (MarginParams memory p) {
        p.spotShock = Wad.wrap(SHOCK);
        p.markFactor = Wad.wrap(1.15e18);
        p.spotFloor = Wad.wrap(0.02e18);
        p.knotTimes = [uint32(7 days), 14 days, 28 days, 42 days, 56 days, 84 days];
        p.knotValues = [uint64(0.1678e18), 0.237e18, 0.3326e18, 0.4032e18, 0.4603e18, 0.5e18];
    }
}
