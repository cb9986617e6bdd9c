// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../../../src/math/Black76.sol";
import {Exp} from "../../../src/math/Exp.sol";
import {Test} from "../../utils/Test.sol";

contract Black76Harness {
    function price(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau)
        external
        pure
        returns (uint256 call, uint256 put)
    {
        return Black76.price(forward, strike, discount, volatility, tau);
    }

    function priceAndGreeks(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau)
        external
        pure
        returns (uint256, uint256, int256, int256, uint256, uint256, int256, int256)
    {
        return Black76.priceAndGreeks(forward, strike, discount, volatility, tau);
    }
}

contract Black76Test is Test {
    uint256 internal constant MAX_PRICE = 2 ** 112 - 1;
    uint256 internal constant MAX_RATE = 2 ** 64 - 1;
    uint256 internal constant MAX_TAU = 2 ** 32 - 1;
    uint256 internal constant WAD = 1e18;

    Black76Harness internal black76 = new Black76Harness();

    function testFuzz_NothingInTheDomainReverts(
        uint256 forward,
        uint256 strike,
        uint256 discount,
        uint256 volatility,
        uint256 tau
    ) public view {
        (forward, strike) = (bound(forward, 0, MAX_PRICE), bound(strike, 0, MAX_PRICE));
        (discount, volatility) = (bound(discount, 0, MAX_RATE), bound(volatility, 0, MAX_RATE));
        tau = bound(tau, 0, MAX_TAU);
        (uint256 call, uint256 put) = black76.price(forward, strike, discount, volatility, tau);
        (uint256 sameCall, uint256 samePut,,,,,,) = black76.priceAndGreeks(forward, strike, discount, volatility, tau);
        assertEq(call, sameCall);
        assertEq(put, samePut);
    }

    function testFuzz_PutCallParityHoldsToOneWei(
        uint256 forward,
        uint256 strike,
        uint256 discount,
        uint256 volatility,
        uint256 tau
    ) public pure {
        (forward, strike) = (bound(forward, 0, MAX_PRICE), bound(strike, 0, MAX_PRICE));
        (discount, volatility) = (bound(discount, 0, MAX_RATE), bound(volatility, 0, MAX_RATE));
        (uint256 call, uint256 put) = Black76.price(forward, strike, discount, volatility, bound(tau, 0, MAX_TAU));
        uint256 gap = (forward > strike ? forward - strike : strike - forward) * discount / WAD;
        (uint256 dear, uint256 cheap) = forward > strike ? (call, put) : (put, call);
        assertTrue(dear - cheap >= gap && dear - cheap <= gap + 1, "parity");
    }

    function testFuzz_PricesLieBetweenDiscountedIntrinsicAndTheirBounds(
        uint256 forward,
        uint256 strike,
        uint256 discount,
        uint256 volatility,
        uint256 tau
    ) public pure {
        (forward, strike) = (bound(forward, 0, MAX_PRICE), bound(strike, 0, MAX_PRICE));
        (discount, volatility) = (bound(discount, 0, MAX_RATE), bound(volatility, 0, MAX_RATE));
        (uint256 call, uint256 put) = Black76.price(forward, strike, discount, volatility, bound(tau, 0, MAX_TAU));
        assertGe(call, (forward > strike ? forward - strike : 0) * discount / WAD, "call below intrinsic");
        assertGe(put, (strike > forward ? strike - forward : 0) * discount / WAD, "put below intrinsic");
        assertLe(call, forward * discount / WAD + 1, "call above the forward");
        assertLe(put, strike * discount / WAD + 1, "put above the strike");
    }

    /// @dev Strictly, from steps of 1e-15 of the strike on; below, see the last digits.
    function testFuzz_AHigherStrikeMakesTheCallCheaperAndThePutDearer(
        uint256 forward,
        int256 deviations,
        uint256 part,
        uint256 places,
        uint256 volatility,
        uint256 tau
    ) public pure {
        uint256 strike;
        (forward, strike, volatility, tau) = boundOption(forward, deviations, volatility, tau);
        uint256 higher = strike + fraction(strike, part, places);
        (uint256 call, uint256 put) = Black76.price(forward, strike, WAD, volatility, tau);
        (uint256 callAbove, uint256 putAbove) = Black76.price(forward, higher, WAD, volatility, tau);
        assertLe(callAbove, call, "call");
        assertLe(put, putAbove, "put");
    }

    /// @dev Likewise, from steps of 1e-15 of sigma sqrt(tau) on.
    function testFuzz_AHigherVolatilityMakesBothDearer(
        uint256 forward,
        int256 deviations,
        uint256 volatility,
        uint256 part,
        uint256 places,
        uint256 tau
    ) public pure {
        uint256 strike;
        (forward, strike, volatility, tau) = boundOption(forward, deviations, volatility, tau);
        uint256 least = (1000 << 96) / Black76.rootYearsQ96(tau);
        uint256 higher = volatility + fraction(volatility, part, places) + least;
        (uint256 call, uint256 put) = Black76.price(forward, strike, WAD, volatility, tau);
        (uint256 callAbove, uint256 putAbove) = Black76.price(forward, strike, WAD, higher, tau);
        assertLe(call, callAbove, "call");
        assertLe(put, putAbove, "put");
    }

    /// @dev Where d1 or d2 changes its sign the fit's error does, so that prices may wobble by 1e-16 there: within a step of
    /// 1e-15 they have made up for it.
    function test_NoStepIsLostWhereADeviationChangesItsSign() public pure {
        for (uint256 tau = 1; tau < 1e8; tau *= 10) {
            uint256 variance = 0.36e18 * tau / 365 days;
            for (int256 side = -1; side <= 1; side += 2) {
                uint256 middle = 2000e18 * uint256(Exp.expWad(side * int256(variance / 2))) / WAD;
                uint256 step = middle / 1e15;
                uint256 strike = middle - 40 * step;
                (uint256 call, uint256 put) = Black76.price(2000e18, strike, WAD, 0.6e18, tau);
                for (uint256 i; i < 80; ++i) {
                    strike += step;
                    (uint256 callAbove, uint256 putAbove) = Black76.price(2000e18, strike, WAD, 0.6e18, tau);
                    assertLt(callAbove, call, "call");
                    assertLt(put, putAbove, "put");
                    (call, put) = (callAbove, putAbove);
                }
            }
        }
    }

    /// @dev Steps of any size, down to one wei.
    function testFuzz_TheLastDigitsWobbleByLessThanTheError(
        uint256 forward,
        int256 deviations,
        uint256 step,
        uint256 volatility,
        uint256 tau
    ) public pure {
        uint256 strike;
        (forward, strike, volatility, tau) = boundOption(forward, deviations, volatility, tau);
        step = bound(step, 1, strike / 1e14 + 1);
        (uint256 call, uint256 put) = Black76.price(forward, strike, WAD, volatility, tau);
        (uint256 callAbove, uint256 putAbove) = Black76.price(forward, strike + step, WAD, volatility, tau);
        assertLe(callAbove, call + noise(forward, strike), "call, dearer strike");
        assertLe(put, putAbove + noise(forward, strike), "put, dearer strike");
        (callAbove, putAbove) = Black76.price(forward, strike, WAD, volatility + step % 1e6 + 1, tau);
        assertLe(call, callAbove + noise(forward, strike), "call, higher volatility");
        assertLe(put, putAbove + noise(forward, strike), "put, higher volatility");
    }

    /// @dev The strike lies so many sigma sqrt(tau) from the forward, at most a factor of 400 away.
    function boundOption(uint256 forward, int256 deviations, uint256 volatility, uint256 tau)
        internal
        pure
        returns (uint256, uint256, uint256, uint256)
    {
        forward = bound(forward, 1e14, 1e24);
        volatility = bound(volatility, 1e15, 6e18);
        tau = bound(tau, 1, 25 * 365 days);
        int256 total = int256(volatility * Black76.rootYearsQ96(tau) >> 96);
        int256 x = bound(deviations, -10e18, 10e18) * total / 1e18;
        x = x < -6e18 ? -6e18 : x > 6e18 ? int256(6e18) : x;
        return (forward, forward * uint256(Exp.expWad(x)) / WAD, volatility, tau);
    }

    /// @dev At least 1e-15 of x and at most twice it, at every order of magnitude alike.
    function fraction(uint256 x, uint256 part, uint256 places) internal pure returns (uint256) {
        return x * bound(part, 1e18, 2e18) / 1e18 / 10 ** bound(places, 0, 15) + 1;
    }

    function testFuzz_GreeksHaveTheirSignsAndLimits(
        uint256 forward,
        uint256 strike,
        uint256 discount,
        uint256 volatility,
        uint256 tau
    ) public pure {
        (forward, strike) = (bound(forward, 0, MAX_PRICE), bound(strike, 0, MAX_PRICE));
        (discount, volatility) = (bound(discount, 0, MAX_RATE), bound(volatility, 0, MAX_RATE));
        (,, int256 callDelta, int256 putDelta,, uint256 vega,,) =
            Black76.priceAndGreeks(forward, strike, discount, volatility, bound(tau, 0, MAX_TAU));
        assertEq(callDelta - putDelta, int256(discount), "call delta - put delta");
        assertTrue(callDelta >= -1 && callDelta <= int256(discount) + 1, "call delta in [0, discount]");
        // discount · forward · φ(0) · √(136.2 years)
        assertLe(vega, forward * discount / WAD * 5 + 5, "vega");
    }

    function test_NoTimeOrNoVolatilityIsIntrinsic() public pure {
        (uint256 call, uint256 put) = Black76.price(2000e18, 1900e18, 0.5e18, 0.6e18, 0);
        assertEq(call, 50e18);
        assertEq(put, 0);
        (call, put) = Black76.price(1900e18, 2000e18, 0.5e18, 0, 30 days);
        assertEq(call, 0);
        assertEq(put, 50e18);
    }

    function test_TheLastSecondKeepsItsTimeValue() public pure {
        // 2000·(2Φ(v/2) − 1) with v = 0.6·√(1/31536000), by mpmath; 2e-16 of the forward
        (uint256 call, uint256 put) = Black76.price(2000e18, 2000e18, 1e18, 0.6e18, 1);
        assertEq(call, put);
        assertApproxEqAbs(call, 85248747748671008, 4e5);
    }

    function test_RevertWhen_AnInputIsOutsideTheDomain() public {
        reverts(MAX_PRICE + 1, 1, 1, 1, 1);
        reverts(1, MAX_PRICE + 1, 1, 1, 1);
        reverts(1, 1, MAX_RATE + 1, 1, 1);
        reverts(1, 1, 1, MAX_RATE + 1, 1);
        reverts(1, 1, 1, 1, MAX_TAU + 1);
    }

    function reverts(uint256 forward, uint256 strike, uint256 discount, uint256 volatility, uint256 tau) internal {
        bytes memory reason =
            abi.encodeWithSelector(Black76.OptionOutsideDomain.selector, forward, strike, discount, volatility, tau);
        vm.expectRevert(reason);
        black76.price(forward, strike, discount, volatility, tau);
        vm.expectRevert(reason);
        black76.priceAndGreeks(forward, strike, discount, volatility, tau);
    }

    /// @dev What the fit may wobble by: 2e-16 of the greater price, and rounding.
    function noise(uint256 forward, uint256 strike) internal pure returns (uint256) {
        return (forward > strike ? forward : strike) / 5e15 + 2;
    }
}
