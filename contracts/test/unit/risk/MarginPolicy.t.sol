// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ADJUST_EXPIRED,
    ADJUST_FAILED,
    ADJUST_NONE,
    ADJUST_NO_POSITION,
    ADJUST_NO_PRICE,
    ADJUST_PARTIAL,
    ADJUST_RELEASED,
    ADJUST_TOPPED_UP,
    AdjustCode,
    Health,
    IMarginPolicy
} from "../../../src/interfaces/IMarginPolicy.sol";
import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {MarketId, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {Size} from "../../../src/types/Size.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";

/// adjust
/// ├── when more than 128 ids: reverts
/// ├── given safety below lower
/// │   ├── with cash: tops up to upper, rounded up
/// │   └── with too little cash: the least safe first, the last served with what is left
/// ├── given safety within [lower, upper by 10 %]: leaves it alone
/// ├── given more than upper by 10 %
/// │   ├── with a mark: releases down to upper, before anything is topped up
/// │   └── without a mark: leaves it alone
/// ├── given no position, an expired series, no spot, a market that fails, params never set: a code
/// ├── when an id comes twice: serves it once
/// └── never moves a token, whoever calls
/// health
/// └── shows what adjust judges by
contract MarginPolicyTest is ClearingFixture {
    uint256 private constant SPOT = 2000e18;
    /// @dev At 28 days U = .3326: a call and a put at the money ask 0.3326·1200 + 800 = 1199.12.
    uint256 private constant MINIMUM = 1199.12e6;
    uint256 private constant CASH = 1_000_000e6;

    function setUp() public {
        _deploy(6);
        _deposit(vault, CASH);
        _mark(call2000, SPOT, 100e18);
        _mark(put2000, SPOT, 100e18);
    }

    function test_RevertWhen_TooManyIds() public {
        vm.expectRevert(abi.encodeWithSelector(IMarginPolicy.TooManyIds.selector, 129, 128));
        policy.adjust(new SeriesId[](129));
    }

    /// @dev Published: margin 1,000 at upper 1.3 posts 1,300; safety 1.0744 after a fall tops back up to upper.
    function test_PublishedHealthFactors() public {
        // a call with minimum margin 1,000: U·min(S, 0.6K) + max(S - 0.6K, 0) with K so deep that U·S is 1,000
        uint256 spot = 4000e18;
        SeriesId deep = seriesId(ETH, EXPIRY, Wad.wrap(100_000e18), true);
        _mark(deep, spot, 0);
        vm.warp(EXPIRY - 10 days);
        uint256 u = Assets.unwrap(clearing.minimumMargin(deep, Size.wrap(ONE), Wad.wrap(spot), Wad.wrap(0)));
        uint256 options = 1000e6 * ONE / u / LOT_ * LOT_;
        uint256 minimum = Assets.unwrap(clearing.minimumMargin(deep, Size.wrap(options), Wad.wrap(spot), Wad.wrap(0)));
        _trade(alice, deep, int256(options), minimum * 10_744 / 10_000, 0);
        assertEq(AdjustCode.unwrap(_adjust(deep)), AdjustCode.unwrap(ADJUST_TOPPED_UP), "1.0744 is below 1.1");
        assertEq(_compartment(deep), (minimum * 13 + 9) / 10, "back to 1.3");
    }

    function testFuzz_TopsUpBelowLowerToUpper(uint256 held, bool call) public {
        SeriesId series = call ? call2000 : put2000;
        uint256 lower = MINIMUM * 11 / 10;
        held = bound(held, 0, lower - 1);
        _trade(alice, series, int256(ONE), held, 0);
        uint256 upper = (MINIMUM * (call ? 13 : 12) + 9) / 10;

        vm.expectEmit(address(policy));
        emit IMarginPolicy.Adjusted(
            series, ADJUST_TOPPED_UP, Assets.wrap(held), Assets.wrap(upper), Assets.wrap(MINIMUM)
        );
        assertEq(AdjustCode.unwrap(_adjust(series)), AdjustCode.unwrap(ADJUST_TOPPED_UP), "code");
        assertEq(_compartment(series), upper, "to upper");
        assertEq(_free(vault), CASH - upper, "from free");
        assertEq(token.balanceOf(address(clearing)), CASH, "no token moved");
    }

    function testFuzz_LeavesAloneWithinTheHysteresis(uint256 held, bool call) public {
        SeriesId series = call ? call2000 : put2000;
        uint256 upper = (MINIMUM * (call ? 13 : 12) + 9) / 10;
        held = bound(held, MINIMUM * 11 / 10 + 1, upper * 11 / 10);
        _trade(alice, series, int256(ONE), held, 0);
        assertEq(AdjustCode.unwrap(_adjust(series)), AdjustCode.unwrap(ADJUST_NONE), "code");
        assertEq(_compartment(series), held, "untouched");
    }

    function testFuzz_ReleasesAboveUpperByATenth(uint256 held, bool call) public {
        SeriesId series = call ? call2000 : put2000;
        uint256 upper = (MINIMUM * (call ? 13 : 12) + 9) / 10;
        held = bound(held, upper * 11 / 10 + 2, CASH);
        _trade(alice, series, int256(ONE), held, 0);
        assertEq(AdjustCode.unwrap(_adjust(series)), AdjustCode.unwrap(ADJUST_RELEASED), "code");
        assertEq(_compartment(series), upper, "to upper");
        assertEq(_free(vault), CASH - upper, "to free");
        assertEq(AdjustCode.unwrap(_adjust(series)), AdjustCode.unwrap(ADJUST_NONE), "settled");
    }

    function test_ReleasesNothingWithoutAMark() public {
        _trade(alice, call2000, int256(ONE), CASH, 0);
        _mark(call2000, SPOT, 0);
        assertEq(AdjustCode.unwrap(_adjust(call2000)), AdjustCode.unwrap(ADJUST_NONE), "code");
        assertEq(_compartment(call2000), CASH, "untouched");
    }

    function test_ToppedUpWithoutAMark() public {
        _trade(alice, call2000, int256(ONE), 0, 0);
        _mark(call2000, SPOT, 0);
        assertEq(AdjustCode.unwrap(_adjust(call2000)), AdjustCode.unwrap(ADJUST_TOPPED_UP), "code");
    }

    /// @dev Safeties 0.9, 0.3, 0.6 in the order given; cash for the least safe and half of the next.
    function test_LeastSafeFirstWhenCashIsShort() public {
        SeriesId[] memory ids = _three();
        uint256[3] memory tenths = [uint256(9), 3, 6];
        for (uint256 i; i < 3; ++i) {
            _trade(alice, ids[i], int256(ONE), MINIMUM * tenths[i] / 10, 0);
        }
        uint256 upper = (MINIMUM * 13 + 9) / 10;
        uint256 cash = upper - MINIMUM * 3 / 10 + 200e6;
        _leaveFree(cash);

        AdjustCode[] memory codes = policy.adjust(ids);
        assertEq(AdjustCode.unwrap(codes[1]), AdjustCode.unwrap(ADJUST_TOPPED_UP), "0.3 first");
        assertEq(AdjustCode.unwrap(codes[2]), AdjustCode.unwrap(ADJUST_PARTIAL), "0.6 with the rest");
        assertEq(AdjustCode.unwrap(codes[0]), AdjustCode.unwrap(ADJUST_PARTIAL), "0.9 with nothing");
        assertEq(_compartment(ids[1]), upper, "0.3");
        assertEq(_compartment(ids[2]), MINIMUM * 6 / 10 + 200e6, "0.6");
        assertEq(_compartment(ids[0]), MINIMUM * 9 / 10, "0.9");
        assertEq(_free(vault), 0, "all cash used");
    }

    function testFuzz_WhenCashIsShortNoneSaferIsServedBeforeOneLessSafe(uint256[5] memory held, uint256 cash) public {
        SeriesId[] memory ids = new SeriesId[](5);
        uint256[] memory before = new uint256[](5);
        for (uint256 i; i < 5; ++i) {
            ids[i] = seriesId(ETH, EXPIRY, Wad.wrap(2000e18 + i), true);
            _mark(ids[i], SPOT, 100e18);
            before[i] = bound(held[i], 0, MINIMUM);
            _trade(alice, ids[i], int256(ONE), before[i], 0);
        }
        _leaveFree(bound(cash, 0, 5 * MINIMUM));
        policy.adjust(ids);
        for (uint256 i; i < 5; ++i) {
            for (uint256 j; j < 5; ++j) {
                // strikes differ by 1e-18: minimum margins by a base unit at most
                if (before[i] + 2 < before[j] && _compartment(ids[j]) > before[j]) {
                    assertGe(_compartment(ids[i]) + 2, (MINIMUM * 13 + 9) / 10, "the less safe is whole");
                }
            }
        }
    }

    function test_ReleasesServeTopUpsOfTheSameCall() public {
        SeriesId[] memory ids = _three();
        _trade(alice, ids[0], int256(ONE), 0, 0);
        _trade(alice, ids[1], int256(ONE), 10 * MINIMUM, 0);
        _leaveFree(0);
        AdjustCode[] memory codes = policy.adjust(ids);
        assertEq(AdjustCode.unwrap(codes[0]), AdjustCode.unwrap(ADJUST_TOPPED_UP), "served");
        assertEq(AdjustCode.unwrap(codes[1]), AdjustCode.unwrap(ADJUST_RELEASED), "by what was released");
        assertEq(AdjustCode.unwrap(codes[2]), AdjustCode.unwrap(ADJUST_NO_POSITION), "third is flat");
    }

    /// @dev Every kind of bad id before, between and behind a good one.
    function test_BadIdsNeverStopTheOthers() public {
        SeriesId expired = seriesId(ETH, START + 1 days, Wad.wrap(2000e18), true);
        SeriesId unpriced = seriesId(ETH, EXPIRY, Wad.wrap(2500e18), true);
        SeriesId absurd = seriesId(ETH, EXPIRY, Wad.wrap(2600e18), true);
        SeriesId noParams = seriesId(MarketId.wrap(2), EXPIRY, Wad.wrap(2000e18), true);
        SeriesId[4] memory bad = [expired, unpriced, absurd, noParams];
        for (uint256 i; i < 4; ++i) {
            _trade(alice, bad[i], int256(ONE), 1e6, 0);
        }
        _trade(alice, call2000, int256(ONE), 0, 0);
        _mark(absurd, type(uint256).max, type(uint256).max);
        _mark(noParams, SPOT, 100e18);
        vm.warp(START + 1 days);

        SeriesId[] memory ids = new SeriesId[](8);
        ids[0] = SeriesId.wrap(type(uint256).max);
        (ids[1], ids[2], ids[3]) = (expired, unpriced, absurd);
        ids[4] = call2000;
        (ids[5], ids[6], ids[7]) = (noParams, call2000, SeriesId.wrap(0));
        AdjustCode[] memory codes = policy.adjust(ids);
        assertEq(AdjustCode.unwrap(codes[0]), AdjustCode.unwrap(ADJUST_NO_POSITION), "garbage");
        assertEq(AdjustCode.unwrap(codes[1]), AdjustCode.unwrap(ADJUST_EXPIRED), "expired");
        assertEq(AdjustCode.unwrap(codes[2]), AdjustCode.unwrap(ADJUST_NO_PRICE), "no spot");
        assertEq(AdjustCode.unwrap(codes[3]), AdjustCode.unwrap(ADJUST_NO_PRICE), "absurd spot");
        assertEq(AdjustCode.unwrap(codes[4]), AdjustCode.unwrap(ADJUST_TOPPED_UP), "the good one");
        assertEq(AdjustCode.unwrap(codes[5]), AdjustCode.unwrap(ADJUST_NO_PRICE), "no parameters");
        assertEq(AdjustCode.unwrap(codes[6]), AdjustCode.unwrap(ADJUST_NONE), "repeated: served once");
        assertEq(AdjustCode.unwrap(codes[7]), AdjustCode.unwrap(ADJUST_NO_POSITION), "zero");
        for (uint256 i; i < 4; ++i) {
            assertEq(_compartment(bad[i]), 1e6, "bad ones untouched");
        }
    }

    function testFuzz_AFailingMarketGivesCodes(bool reverts) public {
        _trade(alice, call2000, int256(ONE), CASH, 0);
        market.setMarksFailing(reverts, !reverts);
        assertEq(AdjustCode.unwrap(_adjust(call2000)), AdjustCode.unwrap(ADJUST_NO_PRICE), "code");
        assertEq(_compartment(call2000), CASH, "untouched");
    }

    function test_AnIdGivenTwiceIsReleasedOnce() public {
        _trade(alice, call2000, int256(ONE), CASH, 0);
        SeriesId[] memory ids = new SeriesId[](2);
        (ids[0], ids[1]) = (call2000, call2000);
        AdjustCode[] memory codes = policy.adjust(ids);
        assertEq(AdjustCode.unwrap(codes[0]), AdjustCode.unwrap(ADJUST_RELEASED), "first");
        assertEq(AdjustCode.unwrap(codes[1]), AdjustCode.unwrap(ADJUST_NONE), "second");
        assertEq(_compartment(call2000), (MINIMUM * 13 + 9) / 10, "upper");
    }

    function test_ARefusalOfClearingIsACode() public {
        _trade(alice, call2000, int256(ONE), 0, 0);
        vm.mockCallRevert(address(clearing), abi.encodeWithSelector(IClearing.lock.selector), "");
        assertEq(AdjustCode.unwrap(_adjust(call2000)), AdjustCode.unwrap(ADJUST_FAILED), "code");
    }

    function test_HealthShowsWhatAdjustJudgesBy() public {
        _trade(alice, put2000, int256(2 * ONE), MINIMUM, 0);
        SeriesId[] memory ids = new SeriesId[](2);
        (ids[0], ids[1]) = (put2000, call2000);
        Health[] memory h = policy.health(ids);
        assertEq(Assets.unwrap(h[0].collateral), MINIMUM, "collateral");
        assertEq(Assets.unwrap(h[0].minimum), 2 * MINIMUM, "minimum");
        assertEq(Wad.unwrap(h[0].safety), 0.5e18, "safety");
        assertEq(Wad.unwrap(h[0].lower), 1.1e18, "lower");
        assertEq(Wad.unwrap(h[0].upper), 1.2e18, "upper");
        assertTrue(h[0].priced, "priced");
        assertFalse(h[1].priced, "flat");
        assertEq(Wad.unwrap(h[1].safety), type(uint256).max, "nothing owed");
    }

    /// @dev The dearest call there can be must fit a block by far: 128 ids, unsafe in falling order, cash for none.
    function test_WorstCaseGasOf128Ids() public {
        SeriesId[] memory ids = new SeriesId[](128);
        for (uint256 i; i < 128; ++i) {
            ids[i] = seriesId(ETH, EXPIRY, Wad.wrap(2000e18 + i), true);
            _mark(ids[i], SPOT, 100e18);
            _trade(alice, ids[i], int256(ONE), 1000e6 - i * 1e6, 0);
        }
        _leaveFree(1);
        uint256 before = gasleft();
        policy.adjust(ids);
        uint256 used = before - gasleft();
        assertLt(used, 12_000_000, "128 ids, sorted from the reverse");
    }

    function _three() private returns (SeriesId[] memory ids) {
        ids = new SeriesId[](3);
        for (uint256 i; i < 3; ++i) {
            ids[i] = seriesId(MarketId.wrap(1), EXPIRY, Wad.wrap(2000e18 + i), true);
            _mark(ids[i], SPOT, 100e18);
        }
    }

    function _leaveFree(uint256 cash) private {
        uint256 excess = _free(vault) - cash;
        vm.prank(vault);
        clearing.withdraw(vault, Assets.wrap(excess));
    }

    function _mark(SeriesId series, uint256 spot, uint256 mark) private {
        market.setMark(series, Wad.wrap(spot), Wad.wrap(mark));
    }

    function _adjust(SeriesId series) private returns (AdjustCode) {
        SeriesId[] memory ids = new SeriesId[](1);
        ids[0] = series;
        return policy.adjust(ids)[0];
    }
}
