// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black76} from "../../../src/math/Black76.sol";
import {ImpliedVol} from "../../../src/math/ImpliedVol.sol";
import {Test} from "../../utils/Test.sol";

contract ImpliedVolHarness {
    function solve(uint256 forward, uint256 strike, uint256 discount, uint256 price, uint256 tau, bool isCall)
        external
        pure
        returns (uint256)
    {
        return ImpliedVol.solve(forward, strike, discount, price, tau, isCall);
    }
}

contract ImpliedVolTest is Test {
    uint256 internal constant MAX_PRICE = 2 ** 112 - 1;
    uint256 internal constant WAD = 1e18;

    ImpliedVolHarness internal harness = new ImpliedVolHarness();

    function testFuzz_NothingInTheDomainReverts(
        uint256 forward,
        uint256 strike,
        uint256 discount,
        uint256 price,
        uint256 tau,
        bool isCall
    ) public view {
        harness.solve(
            bound(forward, 0, MAX_PRICE),
            bound(strike, 0, MAX_PRICE),
            bound(discount, 1, 2 ** 64),
            bound(price, 0, MAX_PRICE),
            bound(tau, 1, 2 ** 32),
            isCall
        );
    }

    function testFuzz_TheAnswerGivesThePriceBack(
        uint256 forward,
        uint256 ratio,
        uint256 share,
        uint256 tau,
        bool isCall
    ) public pure {
        forward = bound(forward, 1e14, 1e24);
        uint256 strike = forward * bound(ratio, 0.0025e18, 400e18) / WAD;
        uint256 least = forward < strike ? forward : strike;
        uint256 value = least * bound(share, 1, WAD - 1) / WAD;
        if (value == 0) return;
        uint256 ahead = isCall ? (forward > strike ? forward - strike : 0) : (strike > forward ? strike - forward : 0);
        tau = bound(tau, 1, 25 * 365 days);
        uint256 volatility = ImpliedVol.solve(forward, strike, WAD, value + ahead, tau, isCall);
        if (volatility >> 64 != 0) return; // higher than a price may be asked for
        (uint256 call, uint256 put) = Black76.price(forward, strike, WAD, volatility, tau);
        // One wei of volatility moves the price by at most F·√τ·φ(0) of a wei
        uint256 tolerance = (forward > strike ? forward : strike) / 2e15 + forward / 1e17 + 5;
        assertApproxEqAbs(isCall ? call : put, value + ahead, tolerance);
    }

    function testFuzz_TheVolatilityComesBack(uint256 volatility, uint256 z, uint256 tau, bool isCall) public pure {
        volatility = bound(volatility, 0.05e18, 3e18);
        tau = bound(tau, 1 hours, 365 days);
        uint256 forward = 2000e18;
        uint256 v = volatility * (Black76.rootYearsQ96(tau) >> 32) >> 64;
        // Within three standard deviations to first order
        uint256 reach = 3 * v < 0.9e18 ? 3 * v : 0.9e18;
        uint256 strike = forward - forward * reach / WAD + 2 * forward * reach / WAD * bound(z, 0, 1e18) / WAD;
        (uint256 call, uint256 put) = Black76.price(forward, strike, WAD, volatility, tau);
        uint256 found = ImpliedVol.solve(forward, strike, WAD, isCall ? call : put, tau, isCall);
        (,,,,, uint256 vega,,) = Black76.priceAndGreeks(forward, strike, WAD, volatility, tau);
        // 1e-13 beside what 4e-16 of the price can tell
        assertApproxEqAbs(found, volatility, volatility / 1e13 + forward * 1e18 / 2e15 / (vega + 1) + 1e5);
    }

    function test_APriceWithoutTimeValueHasNoVolatility() public pure {
        assertEq(ImpliedVol.solve(2000e18, 1900e18, 1e18, 100e18, 1 days, true), ImpliedVol.NO_TIME_VALUE);
        assertEq(ImpliedVol.solve(2000e18, 1900e18, 1e18, 90e18, 1 days, true), ImpliedVol.NO_TIME_VALUE);
        assertEq(ImpliedVol.solve(1900e18, 2000e18, 1e18, 100e18, 1 days, false), ImpliedVol.NO_TIME_VALUE);
        assertEq(ImpliedVol.solve(2000e18, 2100e18, 1e18, 0, 1 days, true), ImpliedVol.NO_TIME_VALUE);
    }

    function test_APriceAtItsBoundIsUnreachable() public pure {
        assertEq(ImpliedVol.solve(2000e18, 1900e18, 1e18, 2000e18, 1 days, true), ImpliedVol.UNREACHABLE);
        assertEq(ImpliedVol.solve(2000e18, 1900e18, 1e18, 1900e18, 1 days, false), ImpliedVol.UNREACHABLE);
        assertEq(ImpliedVol.solve(2000e18, 2100e18, 0.5e18, 1000e18, 1 days, true), ImpliedVol.UNREACHABLE);
    }

    function test_RevertWhen_AnInputIsOutsideTheDomain() public {
        reverts(MAX_PRICE + 1, 1, 1, 1, 1);
        reverts(1, MAX_PRICE + 1, 1, 1, 1);
        reverts(1, 1, 0, 1, 1);
        reverts(1, 1, 2 ** 64 + 1, 1, 1);
        reverts(1, 1, 1, MAX_PRICE + 1, 1);
        reverts(1, 1, 1, 1, 0);
        reverts(1, 1, 1, 1, 2 ** 32 + 1);
    }

    function reverts(uint256 forward, uint256 strike, uint256 discount, uint256 price, uint256 tau) internal {
        vm.expectRevert(
            abi.encodeWithSelector(ImpliedVol.ImpliedVolOutsideDomain.selector, forward, strike, discount, price, tau)
        );
        harness.solve(forward, strike, discount, price, tau, true);
    }
}
