// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    KnotTimesChanged,
    KnotTimesNotAscending,
    MarginParamLoosened,
    MarginParamOutOfBounds
} from "../../../src/clearing/MarginBounds.sol";
import {MarginParamNotStorable} from "../../../src/clearing/MarginTable.sol";
import {IClearing, MarginParams} from "../../../src/interfaces/IClearing.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {Size} from "../../../src/types/Size.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// setMarginParams
/// ├── when the caller has no role: reverts
/// ├── when any value is outside its box, too fine, or the knots do not ascend: reverts
/// └── when all are inside: reads back as given, for that market alone
/// tightenMarginParams
/// ├── when any value asks for less margin, or a knot time moves: reverts
/// └── when all ask for at least as much: sets
/// marginParams, minimumMargin
/// ├── given a market never set: reverts
/// └── rounds up to base units, by decimals
contract MarginParamsTest is ClearingFixture {
    uint64 private constant RISK_COUNCIL = 1;
    uint256 private constant FACTORS = 7;
    uint256 private constant KNOTS = 6;
    /// @dev Box by factor: shock, mark factor, spot floor, call upper and lower, put upper and lower.
    uint256[7] private LEAST = [uint256(0.2e18), 1e18, 0, 1.12e18, 1.02e18, 1.12e18, 1.02e18];
    uint256[7] private MOST = [uint256(0.95e18), 2e18, 0.2e18, 4e18, 1.28e18, 4e18, 1.18e18];

    function setUp() public {
        _deploy(6);
    }

    function testFuzz_RevertWhen_CallerHasNoRole(address caller) public {
        vm.assume(caller != address(this) && caller != address(authority));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        clearing.setMarginParams(ETH, _params());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        clearing.tightenMarginParams(ETH, _params());
    }

    function test_RiskCouncilTightensAndCannotSet() public {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IClearing.tightenMarginParams.selector;
        authority.setTargetFunctionRole(address(clearing), selectors, RISK_COUNCIL);
        authority.grantRole(RISK_COUNCIL, alice, 0);
        vm.startPrank(alice);
        clearing.tightenMarginParams(ETH, _params());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        clearing.setMarginParams(ETH, _params());
        vm.stopPrank();
    }

    function testFuzz_ReadsBackAsGiven(uint256[7] memory factors, uint256[6] memory values, uint32[6] memory times)
        public
    {
        MarginParams memory p;
        uint256 lowerCall = _micro(factors[4], 1.02e18, 3.98e18);
        uint256 lowerPut = _micro(factors[6], 1.02e18, 3.98e18);
        p.spotShock = Wad.wrap(_micro(factors[0], LEAST[0], MOST[0]));
        p.markFactor = Wad.wrap(_micro(factors[1], LEAST[1], MOST[1]));
        p.spotFloor = Wad.wrap(_micro(factors[2], LEAST[2], MOST[2]));
        p.callUpper = Wad.wrap(_micro(factors[3], lowerCall + 0.02e18, 4e18));
        p.callLower = Wad.wrap(lowerCall);
        p.putUpper = Wad.wrap(_micro(factors[5], lowerPut + 0.02e18, 4e18));
        p.putLower = Wad.wrap(lowerPut);
        for (uint256 i; i < KNOTS; ++i) {
            p.knotValues[i] = uint64(_micro(values[i], i == 0 ? 0.15e18 : p.knotValues[i - 1], 1e18));
            uint256 least = i == 0 ? 0 : p.knotTimes[i - 1] / 1 hours + 1;
            p.knotTimes[i] = uint32(bound(times[i], least, type(uint16).max - KNOTS + i) * 1 hours);
        }

        MarketId other = MarketId.wrap(7);
        vm.expectEmit(address(clearing));
        emit IClearing.MarginParamsSet(other, p);
        clearing.setMarginParams(other, p);

        assertEq(abi.encode(clearing.marginParams(other)), abi.encode(p), "as given");
        assertEq(abi.encode(clearing.marginParams(ETH)), abi.encode(_params()), "this market alone");
        assertEq(market.copies(other), abi.encode(p), "and the catalogue has them");
    }

    function testFuzz_RevertWhen_OutsideTheBox(uint256 which, uint256 value, bool above) public {
        which %= FACTORS;
        if (above) value = bound(value, MOST[which] + 1, type(uint256).max);
        else if (LEAST[which] == 0) return;
        else value = bound(value, 0, LEAST[which] - 1);
        MarginParams memory p = _with(_params(), which, value);
        vm.expectPartialRevert(MarginParamOutOfBounds.selector);
        clearing.setMarginParams(ETH, p);
    }

    function testFuzz_RevertWhen_AKnotIsOutsideTheBox(uint256 which, uint256 value) public {
        MarginParams memory p = _params();
        which %= KNOTS;
        bool above = value % 2 == 1;
        uint256 least = which == 0 ? 0.15e18 : p.knotValues[which - 1];
        if (above) p.knotValues[which] = uint64(bound(value, 1e18 + 1, type(uint64).max));
        else p.knotValues[which] = uint64(bound(value, 0, least - 1));
        vm.expectPartialRevert(MarginParamOutOfBounds.selector);
        clearing.setMarginParams(ETH, p);
    }

    function testFuzz_RevertWhen_KnotTimesDoNotAscend(uint256 which, uint256 time) public {
        MarginParams memory p = _params();
        which = bound(which, 1, KNOTS - 1);
        p.knotTimes[which] = uint32(bound(time, 0, p.knotTimes[which - 1]));
        vm.expectRevert(
            abi.encodeWithSelector(KnotTimesNotAscending.selector, p.knotTimes[which - 1], p.knotTimes[which])
        );
        clearing.setMarginParams(ETH, p);
    }

    function testFuzz_RevertWhen_FinerThanAMillionth(uint256 fraction) public {
        MarginParams memory p = _params();
        p.spotFloor = Wad.wrap(0.02e18 + bound(fraction, 1, 1e12 - 1));
        vm.expectRevert(abi.encodeWithSelector(MarginParamNotStorable.selector, p.spotFloor, 1e12));
        clearing.setMarginParams(ETH, p);
    }

    function testFuzz_RevertWhen_AKnotIsNoWholeHourOrBeyondTheRange(uint256 time) public {
        MarginParams memory p = _params();
        time = bound(time, p.knotTimes[4] + 1, type(uint32).max);
        if (time % 1 hours == 0 && time < 2 ** 16 * 1 hours) ++time;
        p.knotTimes[5] = uint32(time);
        vm.expectRevert(abi.encodeWithSelector(MarginParamNotStorable.selector, time, 1 hours));
        clearing.setMarginParams(ETH, p);
    }

    /// @dev Moves one factor by a millionth at a time; only towards more margin passes.
    function test_TightenPassesOneWayOnly() public {
        int256[7] memory tighter = [int256(-1), 1, 1, 1, 1, 1, 1];
        for (uint256 i; i < FACTORS; ++i) {
            uint256 now_ = _factor(_params(), i);
            MarginParams memory p = _with(_params(), i, uint256(int256(now_) - tighter[i] * 1e12));
            vm.expectPartialRevert(MarginParamLoosened.selector);
            clearing.tightenMarginParams(ETH, p);
            p = _with(_params(), i, uint256(int256(now_) + tighter[i] * 1e12));
            clearing.tightenMarginParams(ETH, p);
            assertEq(abi.encode(clearing.marginParams(ETH)), abi.encode(p), "set");
            clearing.setMarginParams(ETH, _params());
        }
        for (uint256 i; i < KNOTS; ++i) {
            MarginParams memory p = _params();
            p.knotValues[i] -= 1e12;
            vm.expectPartialRevert(MarginParamLoosened.selector);
            clearing.tightenMarginParams(ETH, p);
            p = _params();
            p.knotTimes[i] += 1;
            vm.expectRevert(abi.encodeWithSelector(KnotTimesChanged.selector, p.knotTimes[i], p.knotTimes[i] - 1));
            clearing.tightenMarginParams(ETH, p);
            p = _params();
            p.knotValues[i] += 1e12;
            clearing.tightenMarginParams(ETH, p);
            clearing.setMarginParams(ETH, _params());
        }
    }

    function test_TighteningStaysInsideTheBox() public {
        MarginParams memory p = _params();
        p.spotShock = Wad.wrap(0.199999e18);
        vm.expectPartialRevert(MarginParamOutOfBounds.selector);
        clearing.tightenMarginParams(ETH, p);
    }

    function test_RevertGiven_MarketNeverSet() public {
        MarketId other = MarketId.wrap(9);
        bytes memory expected = abi.encodeWithSelector(IClearing.MarginParamsNotSet.selector, other);
        vm.expectRevert(expected);
        clearing.marginParams(other);
        vm.expectRevert(expected);
        clearing.tightenMarginParams(other, _params());
    }

    /// @dev At 28 days, S = K = 2000: 1199.12 per option; a third of a lot short of three options.
    function test_MinimumMarginRoundsUpToBaseUnits() public {
        uint8[4] memory decimals = [uint8(0), 6, 8, 18];
        uint256[4] memory expected = [uint256(3598), 3_597_360_000, 359_736_000_000, 3597.36e18];
        for (uint256 i; i < 4; ++i) {
            _deploy(decimals[i]);
            assertEq(_minimum(3 * ONE), expected[i], "three options");
        }
        _deploy(6);
        assertEq(_minimum(1), 1, "never nothing for something");
    }

    function testFuzz_MinimumMarginIsNeverLessForMore(uint256 a, uint256 b) public view {
        a = bound(a, 0, 1e30);
        b = bound(b, 0, 1e30);
        assertGe(_minimum(a) + _minimum(b), _minimum(a + b), "two apart need no less than both together");
        assertGe(_minimum(a + b), _minimum(a), "more needs no less");
    }

    function _minimum(uint256 size) private view returns (uint256) {
        return Assets.unwrap(clearing.minimumMargin(call2000, Size.wrap(size), Wad.wrap(2000e18), Wad.wrap(100e18)));
    }

    function _micro(uint256 seed, uint256 least, uint256 most) private pure returns (uint256) {
        return bound(seed, least / 1e12, most / 1e12) * 1e12;
    }

    function _with(MarginParams memory p, uint256 which, uint256 value) private pure returns (MarginParams memory) {
        Wad v = Wad.wrap(value);
        if (which == 0) p.spotShock = v;
        else if (which == 1) p.markFactor = v;
        else if (which == 2) p.spotFloor = v;
        else if (which == 3) p.callUpper = v;
        else if (which == 4) p.callLower = v;
        else if (which == 5) p.putUpper = v;
        else p.putLower = v;
        return p;
    }

    function _factor(MarginParams memory p, uint256 which) private pure returns (uint256) {
        return
            Wad.unwrap(
                [p.spotShock, p.markFactor, p.spotFloor, p.callUpper, p.callLower, p.putUpper, p.putLower][which]
            );
    }
}
