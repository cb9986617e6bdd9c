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
/// @dev Second tier, or a checkpoint too old, or a configured source lost: only trades that reduce risk.
OracleMode constant ORACLE_REDUCE_ONLY = OracleMode.wrap(2);
/// @dev A price must come with the order and none that serves is there: nothing trades until one is relayed. The mark
/// is the pushed one, and everything but trades goes on with it.
OracleMode constant ORACLE_ATTACH = OracleMode.wrap(3);
/// @dev No usable mark at all: nothing that needs a live price.
OracleMode constant ORACLE_DOWN = OracleMode.wrap(4);

/// @notice Why the mode is not ORACLE_OPEN: bits, several may be set.
type SpotFault is uint8;

/// @dev The primary reverted, lied, or its answer is older than its heartbeat; the secondary, read live, is the mark.
SpotFault constant FAULT_PRIMARY = SpotFault.wrap(1);
/// @dev A secondary is configured and gave no usable answer at the last checkpoint (or now, where it is needed now).
SpotFault constant FAULT_SECONDARY = SpotFault.wrap(2);
/// @dev The sequencer was down, or within its grace, at the last checkpoint.
SpotFault constant FAULT_SEQUENCER = SpotFault.wrap(4);
/// @dev The last checkpoint is older than its limit: anyone may call `observe`.
SpotFault constant FAULT_CHECKPOINT = SpotFault.wrap(8);
/// @dev Mark and average differ beyond the first tier.
SpotFault constant FAULT_WIDE = SpotFault.wrap(16);
/// @dev Mark and average, or mark and secondary, differ beyond the second tier.
SpotFault constant FAULT_DIVERGED = SpotFault.wrap(32);
/// @dev The quick price is older than `quickAge`, or further than the second tier from the pushed one: relay a new one.
SpotFault constant FAULT_QUICK = SpotFault.wrap(64);
/// @dev A quick source is configured and has no price of the last `quickOutage`, or none that could be one.
SpotFault constant FAULT_QUICK_OUTAGE = SpotFault.wrap(128);

/// @notice Spot as one trade sees it.
struct SpotRead {
    Wad mark; // quick or else primary feed, live; collateral per one underlying; zero only in ORACLE_DOWN, and always there
    Wad average; // time-weighted over the market's window, as last checkpointed; equal to mark before there is a window
    uint40 markUpdatedAt; // the feed's own time of the mark
    OracleMode mode;
}

/// @notice Where a market's spot comes from, and its limits. Governed.
struct SpotSources {
    address primary; // AggregatorV3, at most 18 decimals
    uint32 heartbeat; // seconds an answer of the primary may be old, its publisher's own slack included
    address secondary; // AggregatorV3 or an adapter to it; zero: none
    uint32 secondaryHeartbeat;
    address sequencer; // Chainlink's sequencer uptime feed; zero: the chain has none
    uint32 sequencerGrace; // seconds after the sequencer is back
    uint32 averageWindow; // seconds of the checkpointed average
    uint32 checkpointAge; // seconds after which a checkpoint means reduce-only
    uint32 maxGap; // seconds between two observations beyond which the ring serves no settlement
    Wad wideBeyond; // first divergence tier, of the average
    Wad reduceBeyond; // second divergence tier
    address quick; // AggregatorV3 whose price is relayed with the order, see ISignedFeed; zero: none
    uint32 quickAge; // seconds a quick price may be old and be traded on
    uint32 quickOutage; // seconds without a quick price after which the market goes on reduce-only without it
}

/// @notice Every source of a market as it answers now, for people and machines that ask why.
struct SpotHealth {
    SpotRead read;
    uint8 faults; // SpotFault bits
    Wad primary; // zero: unusable now
    uint40 primaryUpdatedAt;
    Wad secondary; // zero: none or unusable now
    uint40 secondaryUpdatedAt;
    bool sequencerUp; // true where the chain has none
    uint40 sequencerSince; // zero where the chain has none
    uint40 checkpointAt;
    uint40 lastObservation; // of the ring
    Wad quick; // zero: none configured, or none of the last `quickOutage`
    uint40 quickUpdatedAt;
}

/// @title Spot prices
/// @notice Owns, per market: the sources, their limits, the cumulative ring of observations and the checkpoint that
/// trades read. Calls: feeds and the sequencer feed, each in a gas-capped call whose failure degrades the mode. The
/// pushed mark is the primary's price, or the secondary's where the primary has none.
interface ISpotOracle {
    event Observed(MarketId indexed market, Wad price, Wad average, OracleMode mode);
    event SourcesSet(MarketId indexed market, SpotSources sources);
    event PhaseSeen(MarketId indexed market, address indexed feed, uint16 phase);

    error UnknownMarket(MarketId market);
    error NoPrimary();
    error FeedDecimalsAbove18(address feed, uint8 decimals);
    /// @notice A governed value outside its box.
    error OutOfBounds(bytes32 what, uint256 value, uint256 least, uint256 most);
    error NotTighter(bytes32 what, uint256 given, uint256 current);

    /// @notice Spot now. Never reverts for a known market that is given enough gas; at most two slots beside the live
    /// feed, unless the primary fails: then the secondary is read live, and the mode is at best reduce-only. With a quick
    /// source one slot and that feed more.
    function read(MarketId market) external view returns (SpotRead memory);

    /// @notice The same for the market. By its selector it is found early.
    /// @param market a `MarketId`
    function latest(uint256 market) external view returns (SpotRead memory);

    /// @notice The mode as `read` would give it without a quick source: what may stop anything that is not a trade.
    function pushedMode(MarketId market) external view returns (OracleMode);

    /// @notice Credits the previous pushed price for the elapsed time, checkpoints average, secondary and sequencer. Anyone.
    function observe(MarketId market) external returns (SpotRead memory);

    /// @notice Time-weighted average over [from, to] from the ring of observations.
    /// @return average zero when the ring does not cover the window, or has a gap above the market's `maxGap` in it
    function averageOver(MarketId market, uint40 from, uint40 to) external view returns (Wad average);

    /// @notice The last price observed at or before `time`, and when it was first seen; zero when the ring does not reach so far back.
    function observedAt(MarketId market, uint40 time) external view returns (Wad price, uint40 seenAt);

    /// @notice The phase of the primary that was current throughout [from, to]: seen at or before `from`, and at or
    /// after `to` (or current now). Zero when none was, or none was seen.
    /// @dev Phases of a proxy only rise, so one seen on both sides was never interrupted.
    function phaseThrough(MarketId market, uint40 from, uint40 to) external view returns (uint16 phase);

    /// @notice Every source as it answers now, and the bits that made the mode.
    function health(MarketId market) external view returns (SpotHealth memory);

    function sources(MarketId market) external view returns (SpotSources memory);

    /// @notice Adds a market or replaces its sources; the ring is kept. Governor.
    function setMarket(MarketId market, SpotSources calldata sources_) external;

    /// @notice Narrows what trades may do on this spot: a grace no shorter, the others no larger than they are. What a
    /// settlement is proven by (sources, heartbeats, window, gap) cannot be touched. Risk council.
    function tightenMarket(
        MarketId market,
        uint32 sequencerGrace,
        uint32 checkpointAge,
        Wad wideBeyond,
        Wad reduceBeyond
    ) external;

    /// @notice Shortens the age up to which a quick price is traded on; at least a second. Risk council.
    function tightenQuickAge(MarketId market, uint32 quickAge) external;
}
