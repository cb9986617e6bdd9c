// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {Leg} from "../interfaces/IPricer.sol";
import {ORACLE_ATTACH, OracleMode} from "../interfaces/ISpotOracle.sol";
import {MarketId, SeriesId, checkSeries} from "../types/SeriesId.sol";
import {LOT, SignedSize} from "../types/Size.sol";
import {Wad} from "../types/Wad.sol";
import {Scene} from "./Scene.sol";
import {NOT_LISTED, Terms} from "./Terms.sol";

using Terms for bytes;

/// @title Order legs
/// @notice The legs of an order as the order gives them, and their way into a scene.
library OrderLegs {
    uint256 internal constant MAX_LEGS = 8;
    /// @dev No leg may be larger, whatever the limits: sums of it stay inside a word.
    uint256 private constant MAX_LEG_LOTS = 1099511627776; // 2^40

    function checkCount(Leg[] calldata legs) internal pure {
        require(legs.length != 0, IMarket.NoLegs());
        require(legs.length <= MAX_LEGS, IMarket.TooManyLegs(legs.length, MAX_LEGS));
    }

    /// @notice Reads all legs: listed, priced, still open, each series once, whole lots. And the slices they need.
    function read(Leg[] calldata legs, Scene memory scene, MarketId market) internal view {
        unchecked {
            require(
                OracleMode.unwrap(scene.spot.mode) < OracleMode.unwrap(ORACLE_ATTACH), IMarket.SpotUnavailable(market)
            );
            uint256 traded;
            scene.closing = true;
            for (uint256 l = 0; l < legs.length; ++l) {
                traded |= 1 << _read(legs, l, scene, market);
            }
            scene.traded = traded;
            scene.readSlices(market);
            for (uint256 l = 0; l < legs.length; ++l) {
                uint256 board = scene.legAt(l).board();
                require(scene.isReported(board), IMarket.NoSurface(market, uint40(scene.expiryOf(board))));
            }
        }
    }

    /// @notice A leg, inside the array: no check.
    function at(Leg[] calldata legs, uint256 l) internal pure returns (SeriesId series, SignedSize size) {
        assembly ("memory-safe") {
            let place := add(legs.offset, shl(6, l))
            series := calldataload(place)
            size := calldataload(add(place, 0x20))
        }
    }

    /// @notice A leg closes when the vault's position comes nearer to zero without crossing it.
    function closes(int256 position, int256 lots) internal pure returns (bool) {
        return position < 0 ? lots < 0 && lots >= position : lots > 0 && lots <= position;
    }

    /// @return board of the leg
    function _read(Leg[] calldata legs, uint256 l, Scene memory scene, MarketId market)
        private
        view
        returns (uint256 board)
    {
        unchecked {
            (SeriesId series, SignedSize size) = at(legs, l);
            checkSeries(series);
            require(series.marketOf() == market, IMarket.MixedMarkets(market, series.marketOf()));
            for (uint256 k = 0; k < l; ++k) {
                (SeriesId other,) = at(legs, k);
                require(other != series, IMarket.DuplicateLeg(series));
            }
            uint40 expiry = series.expiryOf();
            board = scene.boardOf(expiry);
            require(board != NOT_LISTED, IMarket.BoardNotListed(market, expiry));
            require(block.timestamp + scene.window < expiry, IMarket.TradingClosed(expiry, expiry - scene.window));
            uint256 node = scene.terms.findNode(scene.startOf(board), series.strikeOf());
            require(node != NOT_LISTED, IMarket.StrikeNotListed(series));
            int256 lots = _wholeLots(series, size);
            bool isCall = series.isCall();
            scene.legAt(l).set(board, node, isCall, lots);
            int256 held = scene.heldAt(board, node, isCall);
            scene.setPosition(l, held);
            if (!closes(held, lots)) scene.closing = false;
        }
    }

    function _wholeLots(SeriesId series, SignedSize size) private pure returns (int256 lots) {
        bool whole;
        assembly ("memory-safe") {
            lots := sdiv(size, LOT)
            // Not zero, nothing left over, and within the bound either way
            whole := and(eq(mul(lots, LOT), size), lt(add(lots, MAX_LEG_LOTS), add(shl(1, MAX_LEG_LOTS), 1)))
            whole := and(whole, iszero(iszero(lots)))
        }
        require(whole, IMarket.SizeNotAllowed(series, size, Wad.wrap(LOT), Wad.wrap(MAX_LEG_LOTS * LOT)));
    }
}
