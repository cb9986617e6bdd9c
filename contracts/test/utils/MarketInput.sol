// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICatalogue, Modules} from "../../src/interfaces/ICatalogue.sol";
import {Board, IMarket} from "../../src/interfaces/IMarket.sol";
import {Leg, LegInput, PricingInput} from "../../src/interfaces/IPricer.sol";
import {ISpotOracle} from "../../src/interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../../src/interfaces/ISurfaceOracle.sol";
import {BookInput} from "../../src/periphery/BookInput.sol";
import {Lots} from "../../src/pricing/Lots.sol";
import {TermsLayout} from "../../src/pricing/TermsLayout.sol";
import {MarketId} from "../../src/types/SeriesId.sol";
import {Wad} from "../../src/types/Wad.sol";

/// @notice The call that a market makes to its pricer for an order of one leg, put together from public views.
library MarketInput {
    error NotListed();

    function read(IMarket market, ICatalogue catalogue, MarketId id, Leg memory leg)
        internal
        view
        returns (PricingInput memory input, LegInput[] memory legs)
    {
        Modules memory modules = catalogue.modules(id);
        Board[] memory boards = market.boards(id);
        legs = new LegInput[](1);
        legs[0] = _find(boards, leg);
        input = BookInput.read(id, catalogue, modules, boards, ISpotOracle(modules.spotOracle).read(id));
        input.margin = catalogue.marginParams(id);
        input.equity = Wad.wrap(market.backing(id).equity());
        input.hedgeDelta = market.backing(id).hedgeDelta();
        input.skew = market.skew(id);
        input.lots = new uint256[](boards.length * TermsLayout.LOT_WORDS);
        uint40[] memory expiries = new uint40[](boards.length);
        for (uint256 b; b < boards.length; ++b) {
            expiries[b] = boards[b].expiry;
            for (uint256 i; i < boards[b].strikes.length; ++i) {
                uint256 w = b * TermsLayout.LOT_WORDS + Lots.wordOf(i);
                input.lots[w] = Lots.set(input.lots[w], i, true, boards[b].calls[i].toLots());
                input.lots[w] = Lots.set(input.lots[w], i, false, boards[b].puts[i].toLots());
            }
        }
        (, input.previous,) = ISurfaceOracle(modules.surfaceOracle).boardSlices(id, expiries, 1 << legs[0].board);
    }

    function _find(Board[] memory boards, Leg memory leg) private pure returns (LegInput memory) {
        for (uint256 b; b < boards.length; ++b) {
            if (boards[b].expiry != leg.series.expiryOf()) continue;
            for (uint256 i; i < boards[b].strikes.length; ++i) {
                if (boards[b].strikes[i] != leg.series.strikeOf()) continue;
                return LegInput({board: b, node: i, call: leg.series.isCall(), lots: leg.size.toLots()});
            }
        }
        revert NotListed();
    }
}
