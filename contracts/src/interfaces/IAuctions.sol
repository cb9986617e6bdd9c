// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../types/Assets.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize, Size} from "../types/Size.sol";

/// @title Dutch auctions
/// @notice Owns running auctions of three kinds: liquidation of a short account, vega buy-back or sale, hedge flow.
/// Calls Clearing.seize, Market and Hedger. A price rises or falls linearly in time; anyone bids.
interface IAuctions {
    event AuctionStarted(
        uint256 indexed id, address indexed owner, SeriesId indexed series, Size size, Assets start, Assets end
    );
    event AuctionTaken(uint256 indexed id, address indexed bidder, Size size, Assets price);

    /// @notice Starts the liquidation of an account at or below its minimum margin, at mark and at average. Anyone.
    function startLiquidation(address owner, SeriesId series) external returns (uint256 id);

    /// @notice Brings longs of the series and takes collateral at the current price; partial with a dust guard.
    function bidLiquidation(uint256 id, Size size, Assets least) external returns (Assets paid);

    /// @notice Starts a vega auction when |net vega| is beyond its limit. Anyone.
    function startVega(MarketId market, SeriesId series) external returns (uint256 id);

    function bidVega(uint256 id, Size size, Assets limit) external returns (Assets paid);

    /// @notice Offers hedge flow of a market to bidders before it goes to a venue. Anyone, when a rule fires.
    function startHedge(MarketId market) external returns (uint256 id);

    function bidHedge(uint256 id, SignedSize size, Assets limit) external returns (Assets paid);
}
