// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Svi} from "../../../src/math/Svi.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Test} from "../../utils/Test.sol";

contract SviHarness {
    function totalVariance(SviSlice slice, int256 k) external pure returns (uint256) {
        return Svi.totalVariance(slice, k);
    }

    function volatility(SviSlice slice, int256 k, uint256 tau) external pure returns (uint256) {
        return Svi.volatility(slice, k, tau);
    }

    function volatilityAt(SviSlice slice, uint256 forward, uint256 strike, uint256 tau)
        external
        pure
        returns (uint256)
    {
        return Svi.volatilityAt(slice, forward, strike, tau);
    }
}

/// @notice Where the domain of a slice ends, and that nothing reverts before.
contract SviTest is Test {
    int256 private constant K_LIMIT = 100e18;
    uint256 private constant MAX_PRICE = 1 << 112;
    uint256 private constant MAX_TAU = 1 << 32;
    /// @dev The least unit of Q40, relative, and of a wad: what a quarter of total variance may lack.
    uint256 private constant HAIR = 1e6;

    SviHarness private svi = new SviHarness();

    /// @dev A total variance of a quarter whatever the strike.
    function _flat() private pure returns (SviSlice) {
        return sviSlice(SVI_ONE / 4, 0, 0, 0, SVI_ONE);
    }

    function test_RevertWhen_LogMoneynessOutsideDomain(uint256 beyond) public {
        int256 k = int256(bound(beyond, uint256(K_LIMIT), uint256(type(int256).max)));
        _expectLogMoneyness(k);
        _expectLogMoneyness(-k);
        _expectLogMoneyness(type(int256).min);
        _expectLogMoneyness(K_LIMIT);
        _expectLogMoneyness(-K_LIMIT);
        assertApproxEqAbs(svi.totalVariance(_flat(), K_LIMIT - 1), 0.25e18, HAIR, "the last inside");
        assertApproxEqAbs(svi.totalVariance(_flat(), 1 - K_LIMIT), 0.25e18, HAIR, "and the first");
    }

    function _expectLogMoneyness(int256 k) private {
        bytes memory reason = abi.encodeWithSelector(Svi.LogMoneynessOutsideDomain.selector, k, K_LIMIT);
        vm.expectRevert(reason);
        svi.totalVariance(_flat(), k);
        vm.expectRevert(reason);
        svi.volatility(_flat(), k, 365 days);
    }

    function test_RevertWhen_TimeToExpiryOutsideDomain(uint256 beyond) public {
        _expectTime(bound(beyond, MAX_TAU + 1, type(uint256).max));
        _expectTime(MAX_TAU + 1);
        _expectTime(0);
        // A quarter over a year is a half squared; over one second and 2^32 of them, sqrt(31,536,000 / 4) and sqrt(that / 2^32)
        assertApproxEqAbs(svi.volatility(_flat(), 0, 365 days), 0.5e18, HAIR, "a year");
        assertApproxEqRel(svi.volatility(_flat(), 0, 1), 2807_846149631421668147, 1e6, "the least");
        assertApproxEqRel(svi.volatility(_flat(), 0, MAX_TAU), 42844332117178675, HAIR, "and the most");
    }

    function _expectTime(uint256 tau) private {
        bytes memory reason = abi.encodeWithSelector(Svi.TimeToExpiryOutsideDomain.selector, tau);
        vm.expectRevert(reason);
        svi.volatility(_flat(), 0, tau);
        vm.expectRevert(reason);
        svi.volatilityAt(_flat(), 2000e18, 2100e18, tau);
    }

    function test_RevertWhen_PriceOutsideDomain(uint256 beyond, uint256 inside) public {
        beyond = bound(beyond, MAX_PRICE + 1, type(uint256).max);
        inside = bound(inside, 1, MAX_PRICE);
        _expectPrice(beyond, inside);
        _expectPrice(inside, beyond);
        _expectPrice(MAX_PRICE + 1, inside);
        _expectPrice(inside, MAX_PRICE + 1);
        _expectPrice(0, inside);
        _expectPrice(inside, 0);
        _expectPrice(0, 0);
        _expectPrice(beyond, beyond);
        assertApproxEqAbs(svi.volatilityAt(_flat(), MAX_PRICE, inside, 365 days), 0.5e18, HAIR, "the most");
        assertApproxEqAbs(svi.volatilityAt(_flat(), inside, MAX_PRICE, 365 days), 0.5e18, HAIR, "as a strike");
        assertApproxEqAbs(svi.volatilityAt(_flat(), 1, MAX_PRICE, 365 days), 0.5e18, HAIR, "and the least");
    }

    function _expectPrice(uint256 forward, uint256 strike) private {
        vm.expectRevert(abi.encodeWithSelector(Svi.PriceOutsideDomain.selector, forward, strike));
        svi.volatilityAt(_flat(), forward, strike, 365 days);
    }
}
