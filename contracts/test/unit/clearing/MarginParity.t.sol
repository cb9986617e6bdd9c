// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginFormula} from "../../../src/clearing/MarginFormula.sol";
import {MarginParams} from "../../../src/interfaces/IClearing.sol";
import {MARGIN_UNCERTAINTY} from "../../../src/pricing/Desk.sol";
import {RequiredMargin} from "../../../src/pricing/RequiredMargin.sol";
import {Workspaces} from "../../../src/pricing/Workspace.sol";
import {MarketId, seriesId} from "../../../src/types/SeriesId.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";

/// The pricer demands a compartment at the upper factor by its own arithmetic; the policy judges it by clearing's.
/// The two must agree, or a fresh compartment would be born below its target.
contract MarginParityTest is ClearingFixture {
    uint256 private constant MAX_PRICE = 1e24;
    /// @dev Per lot, in wei of a wad: what the roundings of both may add up to.
    uint256 private constant ROUNDING = 8;

    function testFuzz_ThePricersDemandIsTheFormulaAtTheUpperFactor(
        uint256 strike,
        uint256 spot,
        uint256 mark,
        uint256 left,
        bool call
    ) public view {
        (strike, spot) = (bound(strike, 1e12, MAX_PRICE), bound(spot, 1e12, MAX_PRICE));
        mark = bound(mark, 0, spot + strike);
        left = bound(left, 0, 120 days);
        MarginParams memory p = _params();
        uint256 formula = Wad.unwrap(
            MarginFormula.perOption(
                p, seriesId(MarketId.wrap(1), 1 days, Wad.wrap(strike), call), left, Wad.wrap(spot), Wad.wrap(mark)
            )
        );
        uint256 upper = formula * Wad.unwrap(call ? p.callUpper : p.putUpper) / 1e21;
        uint256 demanded = this.demandPerLot(p, left, spot, strike, mark, call);
        // the pricer rounds U down by 1e-18: that much of the strike or the spot
        assertApproxEqAbs(demanded, upper, ROUNDING + (strike + spot) * 2 / 1e21, "demanded == upper x minimum");
    }

    function demandPerLot(MarginParams calldata p, uint256 left, uint256 spot, uint256 strike, uint256 mark, bool call)
        external
        pure
        returns (uint256)
    {
        Workspaces.allocate(0, 0);
        RequiredMargin.set(p, spot);
        uint256 part = RequiredMargin.uncertainty(p, left);
        assembly ("memory-safe") {
            mstore(MARGIN_UNCERTAINTY, part)
        }
        return call ? RequiredMargin.callPerLot(strike, mark) : RequiredMargin.putPerLot(strike, mark);
    }
}
