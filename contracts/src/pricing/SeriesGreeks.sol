// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegInput, PricingInput, UnitGreeks} from "../interfaces/IPricer.sol";
import {Black76} from "../math/Black76.sol";
import {NormalCdf} from "../math/NormalCdf.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {BoardPass} from "./BoardPass.sol";
import {Context, ExpiryContext, Unit} from "./ExpiryContext.sol";
import {InputReader} from "./InputReader.sol";
import {Workspace} from "./Workspace.sol";

/// @notice Mark and Greeks of single options: what the book sums, before it is multiplied by positions.
library SeriesGreeks {
    uint256 internal constant NONE = type(uint256).max;
    int256 private constant ONE = 1e18;

    /// @notice One option of each leg's series, held; all zero for an expired board and for one beyond the terms.
    function ofLegs(Workspace memory w, PricingInput calldata input, LegInput[] calldata legs)
        internal
        pure
        returns (UnitGreeks[] memory units)
    {
        units = new UnitGreeks[](legs.length);
        uint256 current = NONE;
        for (uint256 l = 0; l < legs.length; ++l) {
            bool found;
            (current, found) = seek(w, input, legs[l], current);
            if (found) units[l] = ofUnit(w, legs[l].call);
        }
    }

    /// @notice Sets the unit of the workspace to the strike of a leg.
    /// @param current the board under way, `NONE` before the first
    /// @return board under way afterwards
    /// @return found false for an expired board and for one beyond the terms
    function seek(Workspace memory w, PricingInput calldata input, LegInput calldata leg, uint256 current)
        internal
        pure
        returns (uint256 board, bool found)
    {
        board = leg.board;
        if (board >= w.boards) return (current, false);
        if (board != current) {
            uint256 offset = w.firstBoard;
            for (uint256 b = 0; b <= board; ++b) {
                offset = InputReader.openBoard(b, offset);
            }
            if (w.expiry > w.timestamp) BoardPass.start(w, input);
        }
        if (w.expiry <= w.timestamp) return (board, false);
        ExpiryContext.setUnit(InputReader.node(w, leg.node));
        return (board, true);
    }

    /// @notice One option of the strike in the workspace. Spot delta and gamma; each figure is truncated towards zero or
    /// shifted down.
    function ofUnit(Workspace memory w, bool call) internal pure returns (UnitGreeks memory g) {
        unchecked {
            Unit memory u = w.unit;
            Context memory c = w.context;
            int256 discount = int256(c.discount);
            int256 scale = discount * int256(c.deltaScale) / ONE;
            int256 mark = int256(call ? u.call : u.put) * discount / ONE;
            g.mark = Wad.wrap(uint256(mark));
            g.delta = SignedWad.wrap((int256(u.delta) - (call ? int256(0) : int256(1) << 64)) * scale >> 64);
            scale = scale * int256(c.deltaScale) / ONE;
            int256 density = int256(((u.gaussian << 32) / u.volatility >> 32) * NormalCdf.INVERSE_ROOT_2_PI >> 64);
            g.gamma = SignedWad.wrap((density * scale >> 64) * ONE / int256(c.forward));
            g.vega = SignedWad.wrap(int256(u.density * w.context.vegaScale >> 64));
            int256 theta = w.rate * mark / ONE;
            if (c.decayTime != 0) {
                density = int256((u.gaussian * u.volatility >> 128) * NormalCdf.INVERSE_ROOT_2_PI >> 64);
                density = (density * int256(c.forward) >> 64) * discount / ONE;
                theta -= density * int256(Black76.YEAR << 31) / int256(c.decayTime);
            }
            g.theta = SignedWad.wrap(theta);
        }
    }
}
