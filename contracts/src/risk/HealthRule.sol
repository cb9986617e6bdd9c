// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Health} from "../interfaces/IMarginPolicy.sol";
import {Assets} from "../types/Assets.sol";
import {Wad, WAD} from "../types/Wad.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title When a compartment is topped up or released, and how far
/// @notice Between `lower` and `upper` by 10 % nothing moves: a price that wobbles does not move collateral.
library HealthRule {
    /// @dev A release starts only above upper times this.
    uint256 internal constant RELEASE_FACTOR = 1.1e18;
    Wad internal constant NO_SAFETY_NEEDED = Wad.wrap(type(uint256).max);

    /// @notice collateral / minimum, rounded down.
    function safety(Assets collateral, Assets minimum) internal pure returns (Wad) {
        if (Assets.unwrap(minimum) == 0) return NO_SAFETY_NEEDED;
        return Wad.wrap(Math.mulDiv(Assets.unwrap(collateral), WAD, Assets.unwrap(minimum)));
    }

    /// @notice What the compartment holds at its upper factor, rounded up.
    function target(Health memory h) internal pure returns (Assets) {
        return Assets.wrap(Math.mulDiv(Assets.unwrap(h.minimum), Wad.unwrap(h.upper), WAD, Math.Rounding.Ceil));
    }

    /// @notice What is missing to the upper factor once safety is below the lower one; otherwise nothing.
    function missing(Health memory h) internal pure returns (Assets) {
        if (!h.priced || h.safety >= h.lower) return Assets.wrap(0);
        return target(h) - h.collateral;
    }

    /// @notice What lies above the upper factor once it is exceeded by 10 %; otherwise nothing.
    function excess(Health memory h) internal pure returns (Assets) {
        if (!h.priced) return Assets.wrap(0);
        Assets keep = target(h);
        Assets trigger = Assets.wrap(Math.mulDiv(Assets.unwrap(keep), RELEASE_FACTOR, WAD, Math.Rounding.Ceil));
        return h.collateral > trigger ? h.collateral - keep : Assets.wrap(0);
    }
}
