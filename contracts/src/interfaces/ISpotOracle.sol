// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";

/// @notice What a market may do at the current spot, from the best to the worst; only ever compared with `>=`.
type OracleMode is uint8;

/// @dev Everything may trade.
OracleMode constant ORACLE_OPEN = OracleMode.wrap(0);
/// @dev Mark and average differ by more than the first divergence tier: the difference is added once more as spread.
OracleMode constant ORACLE_WIDE = OracleMode.wrap(1);
/// @dev Second tier, or a checkpoint too old, or the secondary source lost: only trades that reduce risk.
OracleMode constant ORACLE_REDUCE_ONLY = OracleMode.wrap(2);
/// @dev No usable mark at all: nothing that needs a live price.
OracleMode constant ORACLE_DOWN = OracleMode.wrap(3);

/// @notice Spot as one trade sees it.
struct SpotRead {
    Wad mark; // primary feed, live; collateral per one underlying; zero only in ORACLE_DOWN
    Wad average; // time-weighted over the market's window, as last checkpointed; equal to mark before there is a window
    uint40 markUpdatedAt; // the feed's own time of the mark
    OracleMode mode;
}

/// @title Spot prices
/// @notice Owns, per market: the sources, their limits, the cumulative ring of observations and the checkpoint that
/// trades read. Calls: feeds and the sequencer feed, each in a gas-capped call whose failure degrades the mode.
interface ISpotOracle {
    event Observed(MarketId indexed market, Wad price, Wad average, OracleMode mode);
    event SourcesSet(MarketId indexed market, address primary, address secondary, address sequencer);

    error UnknownMarket(MarketId market);

    /// @notice Spot now. Never reverts for a known market; at most two slots beside the live feed.
    function read(MarketId market) external view returns (SpotRead memory);

    /// @notice Credits the previous price for the elapsed time, checkpoints average, secondary and sequencer. Anyone.
    function observe(MarketId market) external returns (SpotRead memory);

    /// @notice Time-weighted average over [from, to] from the ring of observations.
    /// @return average zero when the ring does not cover the window
    function averageOver(MarketId market, uint40 from, uint40 to) external view returns (Wad average);
}
