// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";

/// @title Settlement prices
/// @notice Owns one price per market and expiry: the time-weighted average of the feed over the W = 30 minutes that
/// end at expiry, fixed once, by anyone, from a proof, and final after the dispute window.
interface ISettlementOracle {
    event SettlementProposed(MarketId indexed market, uint40 indexed expiry, Wad price, uint40 finalAt);
    event SettlementReplaced(MarketId indexed market, uint40 indexed expiry, Wad price);

    error NotExpired(uint40 expiry, uint256 now_);
    error AlreadyProposed(MarketId market, uint40 expiry);
    error ProofNotConsecutive(uint80 roundId);
    error WindowNotCovered(uint40 from, uint40 to);

    /// @notice Averaging window W before expiry.
    function window() external view returns (uint40);

    /// @notice The price of an expiry and the time from which it is final; (0, 0) before it is proposed.
    function price(MarketId market, uint40 expiry) external view returns (Wad settlementPrice, uint40 finalAt);

    /// @notice Fixes the price from consecutive feed rounds: from the last at or before the window's start to a
    /// successor after expiry (or the phase's latest once a heartbeat has passed). In chunks of at most 256 rounds.
    function prove(MarketId market, uint40 expiry, uint80 firstRound, uint256 rounds) external;

    /// @notice Fixes the price from the spot oracle's own ring where the feed's rounds cannot serve.
    function proveFromRing(MarketId market, uint40 expiry) external;
}
