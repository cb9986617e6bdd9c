// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {MarketLimits} from "../interfaces/ICatalogue.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Leg} from "../interfaces/IPricer.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {LOT, SignedSize, sizeOfLots} from "../types/Size.sol";
import {Wad} from "../types/Wad.sol";
import {LegPlace} from "./LegPlace.sol";
import {OrderLegs} from "./OrderLegs.sol";
import {Answer, Scene, SceneBuilder} from "./Scene.sol";
import {Stops} from "./Stops.sol";
import {Terms} from "./Terms.sol";

using OrderLegs for Leg[];
using SignedMath for int256;
using Terms for bytes;

/// @title Openings
/// @notice What a leg needs that opens, and none that closes.
library Openings {
    function check(Scene memory scene, Leg[] calldata legs, Answer memory priced) internal view {
        unchecked {
            if (scene.closing) return;
            for (uint256 l = 0; l < legs.length; ++l) {
                int256 held = scene.positionOf(l);
                if (OrderLegs.closes(held, scene.legAt(l).lots())) continue;
                (SeriesId series, SignedSize size) = legs.at(l);
                _check(series, size, scene.legAt(l), held, SceneBuilder.wordAt(priced.callDelta, l), scene);
            }
        }
    }

    /// @dev Time, a fresh slice, size, moneyness, room in its series.
    function _check(SeriesId series, SignedSize given, LegPlace leg, int256 held, uint256 callDelta, Scene memory scene)
        private
        view
    {
        unchecked {
            MarketLimits memory l = scene.limits;
            uint40 expiry = series.expiryOf();
            require(
                block.timestamp + 2 * scene.window < expiry, IMarket.TradingClosed(expiry, expiry - 2 * scene.window)
            );
            uint256 board = leg.board();
            uint40 reported = scene.reportedAt(board);
            require(
                block.timestamp <= uint256(reported) + l.maxSliceAge,
                IMarket.SurfaceStale(expiry, reported, l.maxSliceAge)
            );
            require(!scene.stopped, IMarket.OpeningStopped(expiry));
            int256 lots = leg.lots();
            uint256 stops = scene.terms.stopsOf(board);
            require(
                stops == 0 || !Stops.stopped(stops, leg.node(), leg.isCall(), lots > 0), IMarket.SeriesStopped(series)
            );
            Wad size = Wad.wrap(lots.abs() * LOT);
            require(
                size >= l.minTradeSize && size <= l.maxTradeSize,
                IMarket.SizeNotAllowed(series, given, l.minTradeSize, l.maxTradeSize)
            );
            Wad delta = Wad.wrap(callDelta);
            require(delta >= l.minDelta && delta <= l.maxDelta, IMarket.MoneynessNotAllowed(series, delta));
            require(
                (held - lots).abs() * LOT <= Wad.unwrap(l.maxSeriesSize),
                IMarket.SeriesLimit(series, sizeOfLots(held - lots), l.maxSeriesSize)
            );
        }
    }
}
