// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICatalogue, Modules} from "../interfaces/ICatalogue.sol";
import {Board} from "../interfaces/IMarket.sol";
import {LegInput, PricingInput} from "../interfaces/IPricer.sol";
import {ISettlementOracle} from "../interfaces/ISettlementOracle.sol";
import {ISpotOracle, SpotRead} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../interfaces/ISurfaceOracle.sol";
import {Node, nodeOf} from "../pricing/Node.sol";
import {TermsLayout} from "../pricing/TermsLayout.sol";
import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";

/// @notice What the pricer needs to value single options, put together from public views as the market would.
library BookInput {
    /// @dev Positions, margin and what the potential needs stay empty: Greeks of one option do not depend on them.
    function read(
        MarketId market,
        ICatalogue catalogue,
        Modules memory modules,
        Board[] memory boards,
        SpotRead memory spot
    ) internal view returns (PricingInput memory input) {
        input.timestamp = uint40(block.timestamp);
        input.spot = spot;
        uint256 window = ISettlementOracle(modules.settlementOracle).window();
        bytes memory head = abi.encodePacked(new bytes(TermsLayout.WINDOW), window, boards.length);
        head = abi.encodePacked(head, new bytes(TermsLayout.PARAMS - TermsLayout.LIMITS));
        input.terms = abi.encodePacked(head, abi.encode(catalogue.pricingParams(market)));
        input.averagesSoFar = new Wad[](boards.length);
        uint40[] memory expiries = new uint40[](boards.length);
        for (uint256 b = 0; b < boards.length; ++b) {
            expiries[b] = boards[b].expiry;
            input.terms = abi.encodePacked(input.terms, _board(boards[b]));
            input.averagesSoFar[b] = _averageSoFar(market, ISpotOracle(modules.spotOracle), expiries[b], window);
        }
        (input.slices,,) = ISurfaceOracle(modules.surfaceOracle).boardSlices(market, expiries, 0);
    }

    /// @return legs one for each series: board by board, strike by strike, the call before the put
    function everySeries(Board[] memory boards) internal pure returns (LegInput[] memory legs) {
        uint256 count;
        for (uint256 b = 0; b < boards.length; ++b) {
            count += 2 * boards[b].strikes.length;
        }
        legs = new LegInput[](count);
        count = 0;
        for (uint256 b = 0; b < boards.length; ++b) {
            for (uint256 i = 0; i < 2 * boards[b].strikes.length; ++i) {
                legs[count++] = LegInput({board: b, node: i / 2, call: i % 2 == 0, lots: 0});
            }
        }
    }

    function _board(Board memory board) private pure returns (bytes memory) {
        uint256[] memory nodes = new uint256[](board.strikes.length);
        for (uint256 i = 0; i < nodes.length; ++i) {
            nodes[i] = Node.unwrap(nodeOf(board.strikes[i]));
        }
        return abi.encodePacked(uint256(board.expiry), nodes.length, nodes);
    }

    /// @dev Inside the averaging window of an expiry, spot's average since it began.
    function _averageSoFar(MarketId market, ISpotOracle oracle, uint40 expiry, uint256 window)
        private
        view
        returns (Wad average)
    {
        if (block.timestamp >= expiry || block.timestamp + window <= expiry) return average;
        return oracle.averageOver(market, uint40(expiry - window), uint40(block.timestamp));
    }
}
