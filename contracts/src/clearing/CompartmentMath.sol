// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../types/Assets.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What a compartment holds after a trade
library CompartmentMath {
    /// @notice A short that grows is filled up to what is demanded. One that shrinks lets go of the same share of its
    /// collateral as of its options, or of more where what is demanded is less: what remains is never less safe than
    /// the lesser of before and demanded, and closing never asks for cash. A flat one lets go of everything.
    /// @param held what the compartment holds
    /// @param demanded what the market asks of the short that is left
    /// @param before lots short before the trade
    /// @param left lots short after it
    function afterTrade(Assets held, Assets demanded, uint256 before, uint256 left) internal pure returns (Assets) {
        if (left == 0) return Assets.wrap(0);
        if (left > before) return held > demanded ? held : demanded;
        Assets share = Assets.wrap(Math.mulDiv(Assets.unwrap(held), left, before, Math.Rounding.Ceil));
        return share.min(demanded);
    }
}
