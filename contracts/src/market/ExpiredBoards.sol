// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettlementOracle} from "../interfaces/ISettlementOracle.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {LOT} from "../types/Size.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {LotStore} from "./LotStore.sol";
import {Scene} from "./Scene.sol";
import {Terms} from "./Terms.sol";

using Terms for bytes;

/// @title Expired boards
/// @notice What boards are worth that have expired and are still listed.
library ExpiredBoards {
    /// @notice The vault's expired options that clearing has not taken off the book.
    function value(
        Scene memory scene,
        MarketId market,
        mapping(uint40 => LotStore) storage books,
        uint256 mark,
        uint256 average
    ) internal view returns (SignedWad) {
        unchecked {
            int256 total;
            for (uint256 b = 0; b < scene.boardCount; ++b) {
                uint40 expiry = uint40(scene.expiryOf(b));
                if (expiry > block.timestamp) continue;
                uint256 settled = _settled(scene, market, expiry);
                if (settled != 0) {
                    total += _intrinsic(scene, books[expiry], b, settled);
                    continue;
                }
                int256 atMark = _intrinsic(scene, books[expiry], b, mark);
                int256 atAverage = _intrinsic(scene, books[expiry], b, average);
                total += atMark < atAverage ? atMark : atAverage;
            }
            return SignedWad.wrap(total);
        }
    }

    /// @notice Of an expired option at its settlement price, or at mark until there is one.
    function payoff(Scene memory scene, MarketId market, SeriesId series) internal view returns (uint256) {
        unchecked {
            uint256 spot = _settled(scene, market, series.expiryOf());
            if (spot == 0) spot = Wad.unwrap(scene.spot.mark);
            uint256 strike = Wad.unwrap(series.strikeOf());
            if (series.isCall()) return spot > strike ? spot - strike : 0;
            return strike > spot && spot != 0 ? strike - spot : 0;
        }
    }

    function _settled(Scene memory scene, MarketId market, uint40 expiry) private view returns (uint256) {
        (Wad price,) = ISettlementOracle(scene.modules.settlementOracle).price(market, expiry);
        return Wad.unwrap(price);
    }

    function _intrinsic(Scene memory scene, LotStore storage store, uint256 board, uint256 spot)
        private
        view
        returns (int256 total)
    {
        unchecked {
            uint256 count = scene.nodeCount(board);
            for (uint256 i = 0; i < count; ++i) {
                (int256 calls, int256 puts) = store.pair(i);
                int256 above = int256(spot) - int256(scene.terms.node(scene.startOf(board), i).strike());
                total += above > 0 ? calls * above : -puts * above;
            }
            total /= int256(WAD / LOT);
        }
    }
}
