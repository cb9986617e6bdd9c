// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {MarketLimits} from "../interfaces/ICatalogue.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {ORACLE_REDUCE_ONLY, OracleMode} from "../interfaces/ISpotOracle.sol";
import {AssetScale, Assets, SignedAssets, toAssetsUp} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {LOT} from "../types/Size.sol";
import {SignedWad, WAD, Wad} from "../types/Wad.sol";
import {LegPlace} from "./LegPlace.sol";
import {PostTrade, Verdict} from "./PostTrade.sol";
import {Answer, Scene, SceneBuilder} from "./Scene.sol";

using SignedMath for int256;

/// @title Trade limits
/// @notice Holds what the pricer says of a trade to the limits of its market.
library TradeLimits {
    /// @notice Figures of the book after the trade, and the reduce-only rule. Where every figure is within its limit and
    /// nobody asks whether one improved, there is nothing to weigh.
    /// @return opened by how much |vega| of the boards rises in all
    function check(Scene memory scene, MarketId market, Answer memory priced) internal view returns (uint256 opened) {
        unchecked {
            uint256 equity = scene.equity < WAD ? WAD : scene.equity;
            MarketLimits memory l = scene.limits;
            bool within = true;
            uint256 left = scene.traded;
            for (uint256 b = 0; left != 0; ++b) {
                if (left & 1 != 0) {
                    (SignedWad before, SignedWad afterwards) = _vegaOf(priced, b);
                    uint256 was = SignedWad.unwrap(before).abs();
                    uint256 is_ = SignedWad.unwrap(afterwards).abs();
                    if (is_ > was) opened += is_ - was;
                    (, int256 size) = _expirySize(scene, b);
                    within = within && PostTrade.expiryWithin(l, is_, uint256(size), equity);
                }
                left >>= 1;
            }
            bool unsure = OracleMode.unwrap(scene.spot.mode) >= OracleMode.unwrap(ORACLE_REDUCE_ONLY)
                || block.timestamp > scene.backing.syncedAt() + l.maxSyncAge;
            unsure = unsure && !scene.closing;
            within = within && !unsure
                && PostTrade.bookWithin(
                    l,
                    priced.before,
                    priced.afterwards,
                    scene.backing,
                    Wad.unwrap(scene.spot.mark),
                    equity,
                    scene.closing
                );
            if (!within) _weigh(market, scene, priced, equity, unsure);
        }
    }

    /// @notice A signed price stays within a share of notional of the model's.
    function checkDistance(Scene memory scene, SignedAssets price, SignedAssets model, AssetScale scale) internal pure {
        unchecked {
            uint256 lots;
            for (uint256 i = 0; i < scene.legCount; ++i) {
                lots += scene.legAt(i).lots().abs();
            }
            Wad notional = Wad.wrap(lots * LOT).mulDown(scene.spot.mark);
            Assets distance = toAssetsUp(notional.mulDown(scene.limits.quoteDistance), scale);
            require(
                SignedAssets.unwrap(price - model).abs() <= Assets.unwrap(distance),
                IMarket.QuoteTooFar(price, model, distance)
            );
        }
    }

    /// @dev What a trade with a figure beyond its limit, or one in doubt, does to each figure.
    /// @param unsure only what improves a figure and worsens none may pass
    function _weigh(MarketId market, Scene memory scene, Answer memory priced, uint256 equity, bool unsure)
        private
        pure
    {
        unchecked {
            MarketLimits memory l = scene.limits;
            Verdict memory v;
            PostTrade.addBook(
                v,
                l,
                priced.before,
                priced.afterwards,
                scene.backing,
                Wad.unwrap(scene.spot.mark),
                equity,
                scene.closing
            );
            uint256 left = scene.traded;
            for (uint256 b = 0; left != 0; ++b) {
                if (left & 1 != 0) {
                    (int256 sizeBefore, int256 sizeAfter) = _expirySize(scene, b);
                    (SignedWad vegaBefore, SignedWad vegaAfter) = _vegaOf(priced, b);
                    PostTrade.addExpiry(v, l, vegaBefore, vegaAfter, sizeBefore, sizeAfter, equity);
                }
                left >>= 1;
            }
            PostTrade.close(v);
            require(!unsure || (v.improved && !v.worsened), IMarket.ReduceOnly(market));
        }
    }

    /// @dev Sum of |position| of a board in wad, before and after.
    function _expirySize(Scene memory scene, uint256 board) private pure returns (int256 before, int256 afterwards) {
        unchecked {
            uint256 count = scene.legCount;
            for (uint256 i = 0; i < count; ++i) {
                LegPlace leg = scene.legAt(i);
                if (leg.board() != board) continue;
                int256 held = scene.positionOf(i);
                afterwards += int256((held - leg.lots()).abs()) - int256(held.abs());
            }
            before = int256(scene.lotsOnBoard(board) * LOT);
            afterwards = before + afterwards * int256(LOT);
        }
    }

    /// @dev Of a board, before and after.
    function _vegaOf(Answer memory priced, uint256 board)
        private
        pure
        returns (SignedWad before, SignedWad afterwards)
    {
        before = SignedWad.wrap(int256(SceneBuilder.wordAt(priced.vegaBefore, board)));
        afterwards = SignedWad.wrap(int256(SceneBuilder.wordAt(priced.vegaAfter, board)));
    }
}
