// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The time that variance still has before an option on an average is fixed.
/// @dev The payoff is the average over the last W seconds. Before the window its variance is that of tau - W + W / 3
/// seconds; inside, with r seconds left, of r^3 / (3 W^2) seconds of the spot's variance, and the forward of the average is
/// (elapsed * average so far + r * F) / W. Both agree at r = W.
library VarianceTime {
    /// @notice Seconds of variance left, Q32.
    /// @param tau seconds to expiry, positive
    /// @param window W; zero means that the payoff is the price at expiry
    function left(uint256 tau, uint256 window) internal pure returns (uint256) {
        unchecked {
            if (tau >= window) return (tau << 32) - (window << 33) / 3;
            return (tau * tau * tau << 32) / (3 * window * window);
        }
    }

    /// @notice Variance over the speed at which it is lost, in seconds, Q32: what theta divides by.
    function decay(uint256 tau, uint256 window) internal pure returns (uint256) {
        unchecked {
            return tau >= window ? left(tau, window) : (tau << 32) / 3;
        }
    }

    /// @notice Forward of the average, and the share of a move in the spot that it still follows, wad.
    /// @param forward of the price at expiry
    /// @param averageSoFar since the window began; zero where it is not known, which counts as `spot`
    function forwardOfAverage(uint256 forward, uint256 spot, uint256 averageSoFar, uint256 tau, uint256 window)
        internal
        pure
        returns (uint256 mixed, uint256 share)
    {
        unchecked {
            if (tau >= window) return (forward, 1e18);
            if (averageSoFar == 0) averageSoFar = spot;
            return (((window - tau) * averageSoFar + tau * forward) / window, tau * 1e18 / window);
        }
    }
}
