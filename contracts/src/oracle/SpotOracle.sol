// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {
    FAULT_CHECKPOINT,
    FAULT_DIVERGED,
    FAULT_PRIMARY,
    FAULT_SECONDARY,
    FAULT_SEQUENCER,
    FAULT_WIDE,
    ISpotOracle,
    ORACLE_DOWN,
    ORACLE_OPEN,
    ORACLE_REDUCE_ONLY,
    ORACLE_WIDE,
    OracleMode,
    SpotFault,
    SpotHealth,
    SpotRead,
    SpotSources
} from "../interfaces/ISpotOracle.sol";
import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";
import {AggregatorV3} from "./AggregatorV3.sol";
import {FeedReader, FeedRound} from "./FeedReader.sol";
import {Ring} from "./ObservationRing.sol";
import {SpotLimits, TIER_UNIT} from "./SpotLimits.sol";

/// @title SpotOracle
/// @notice Law.
///
/// Mark. The mark is the primary's live answer: positive, complete, not from the future, not older than its heartbeat.
/// If the primary cannot give one, the secondary is read live and the market is reduce-only. If neither can, or the
/// last checkpoint found the sequencer down or within its grace, there is no mark.
///
/// Average. Each observation credits the price seen before it for the time since. What is first seen now weighs
/// nothing yet. Observations closer than RING_SPACING to the last one only refresh the checkpoint.
///
/// Checkpoint. `observe` stores average, secondary and sequencer status in one slot. A trade reads it and the slot of
/// limits, never the ring. A checkpoint older than its limit means reduce-only until anyone observes.
///
/// Tiers. Divergence is |mark - average| and |mark - secondary|, each over the latter. The first tier looks at the
/// average only; the second at both.
///
/// Failure. No answer of any source, and no amount of gas it burns, makes `read` or `observe` revert.
contract SpotOracle is ISpotOracle, AccessManaged {
    using FeedReader for address;
    using FeedReader for FeedRound;

    /// @dev What a trade reads of the configuration: one slot.
    struct Limits {
        address primary;
        uint24 heartbeat;
        uint24 checkpointAge;
        uint16 wideBeyond; // in TIER_UNIT
        uint16 reduceBeyond;
        uint8 exponent; // 18 - decimals of the primary
    }

    /// @dev What a trade reads of the past: one slot. Prices are wads.
    struct Checkpoint {
        uint96 average;
        uint96 secondary;
        uint40 takenAt;
        uint8 faults; // FAULT_SECONDARY, FAULT_SEQUENCER
        uint16 head; // of the ring
    }

    struct Secondary {
        address feed;
        uint24 heartbeat;
        uint24 averageWindow;
        uint24 maxGap;
        uint8 exponent;
    }

    struct Sequencer {
        address feed;
        uint32 grace;
    }

    struct Phase {
        uint16 id;
        uint40 last; // seen
    }

    struct PhaseSpan {
        uint40 first; // seen
        uint40 last; // seen; zero while current
    }

    /// @dev A mark and where it came from.
    struct Mark {
        uint256 price;
        uint256 updatedAt;
        uint80 roundId; // of the primary; zero when it failed
        uint8 faults;
    }

    /// @dev Phases walked back at most by `phaseThrough`.
    uint256 private constant MAX_PHASES = 32;

    mapping(MarketId => Limits) private _limits;
    mapping(MarketId => Checkpoint) private _checkpoint;
    mapping(MarketId => Secondary) private _secondary;
    mapping(MarketId => Sequencer) private _sequencer;
    mapping(MarketId => Ring) private _ring;
    mapping(address feed => mapping(MarketId => Phase)) private _phase;
    mapping(address feed => mapping(MarketId => mapping(uint16 phase => PhaseSpan))) private _span;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ISpotOracle
    function read(MarketId market) external view returns (SpotRead memory spot) {
        Limits memory limits = _known(market);

        (spot,) = _assess(limits, _checkpoint[market], _mark(market, limits));
    }

    /// @inheritdoc ISpotOracle
    function observe(MarketId market) external returns (SpotRead memory spot) {
        Limits memory limits = _known(market);
        Secondary memory second = _secondary[market];
        Checkpoint memory point = _checkpoint[market];
        Ring storage ring = _ring[market];

        Mark memory mark = _mark(market, limits);
        (bool up,) = _sequencerUp(_sequencer[market]);
        (uint256 secondary,) = _secondaryPrice(second);
        point.faults = (up ? 0 : SpotFault.unwrap(FAULT_SEQUENCER))
            | (second.feed == address(0) || secondary != 0 ? 0 : SpotFault.unwrap(FAULT_SECONDARY));
        point.secondary = uint96(secondary);
        point.takenAt = uint40(block.timestamp);

        if (mark.price != 0 && up) {
            point.head = uint16(ring.append(point.head, block.timestamp, mark.price));
        }
        uint256 from = block.timestamp - second.averageWindow;
        point.average = uint96(ring.average(point.head, from, block.timestamp));
        _checkpoint[market] = point;
        if (mark.roundId != 0) _seePhase(market, limits.primary, FeedReader.phaseOf(mark.roundId));

        (spot,) = _assess(limits, point, mark);
        emit Observed(market, spot.mark, spot.average, spot.mode);
    }

    /// @inheritdoc ISpotOracle
    function averageOver(MarketId market, uint40 from, uint40 to) external view returns (Wad) {
        _known(market);

        return Wad.wrap(_ring[market].averageCovered(_checkpoint[market].head, from, to, _secondary[market].maxGap));
    }

    /// @inheritdoc ISpotOracle
    function observedAt(MarketId market, uint40 time) external view returns (Wad price, uint40 seenAt) {
        (uint256 p, uint256 t) = _ring[market].lastAt(_checkpoint[market].head, time);
        return (Wad.wrap(p), uint40(t));
    }

    /// @inheritdoc ISpotOracle
    function phaseThrough(MarketId market, uint40 from, uint40 to) external view returns (uint16) {
        address feed = _known(market).primary;
        Phase memory current = _phase[feed][market];

        uint16 id = current.id;
        for (uint256 i = 0; i < MAX_PHASES && id != 0; ++i) {
            PhaseSpan memory span = _span[feed][market][id];
            if (span.first != 0 && span.first <= from) {
                uint256 last = span.last == 0 ? current.last : span.last;
                if (last >= to) return id;
                FeedRound memory live = feed.latest();
                return live.ok && FeedReader.phaseOf(live.id) == id ? id : 0;
            }
            --id;
        }
        return 0;
    }

    /// @inheritdoc ISpotOracle
    function health(MarketId market) external view returns (SpotHealth memory h) {
        Limits memory limits = _known(market);
        Checkpoint memory point = _checkpoint[market];
        Mark memory mark = _mark(market, limits);
        FeedRound memory primary = limits.primary.latest();

        (h.read, h.faults) = _assess(limits, point, mark);
        h.primary = Wad.wrap(primary.price(10 ** limits.exponent, limits.heartbeat));
        h.primaryUpdatedAt = uint40(primary.updatedAt);
        (uint256 secondary, uint256 updatedAt) = _secondaryPrice(_secondary[market]);
        (h.secondary, h.secondaryUpdatedAt) = (Wad.wrap(secondary), uint40(updatedAt));
        (bool up, uint256 since) = _sequencerUp(_sequencer[market]);
        (h.sequencerUp, h.sequencerSince) = (up, uint40(since));
        h.checkpointAt = point.takenAt;
        (, uint256 last) = _ring[market].lastAt(point.head, block.timestamp);
        h.lastObservation = uint40(last);
    }

    /// @inheritdoc ISpotOracle
    function sources(MarketId market) external view returns (SpotSources memory) {
        Limits memory limits = _limits[market];
        Secondary memory second = _secondary[market];
        Sequencer memory sequencer = _sequencer[market];
        return SpotSources({
            primary: limits.primary,
            heartbeat: limits.heartbeat,
            secondary: second.feed,
            secondaryHeartbeat: second.heartbeat,
            sequencer: sequencer.feed,
            sequencerGrace: sequencer.grace,
            averageWindow: second.averageWindow,
            checkpointAge: limits.checkpointAge,
            maxGap: second.maxGap,
            wideBeyond: Wad.wrap(limits.wideBeyond * TIER_UNIT),
            reduceBeyond: Wad.wrap(limits.reduceBeyond * TIER_UNIT)
        });
    }

    /// @inheritdoc ISpotOracle
    function setMarket(MarketId market, SpotSources calldata sources_) external restricted {
        SpotLimits.check(sources_);

        _limits[market] = Limits({
            primary: sources_.primary,
            heartbeat: uint24(sources_.heartbeat),
            checkpointAge: uint24(sources_.checkpointAge),
            wideBeyond: uint16(Wad.unwrap(sources_.wideBeyond) / TIER_UNIT),
            reduceBeyond: uint16(Wad.unwrap(sources_.reduceBeyond) / TIER_UNIT),
            exponent: _exponent(sources_.primary)
        });
        _secondary[market] = Secondary({
            feed: sources_.secondary,
            heartbeat: uint24(sources_.secondaryHeartbeat),
            averageWindow: uint24(sources_.averageWindow),
            maxGap: uint24(sources_.maxGap),
            exponent: sources_.secondary == address(0) ? 0 : _exponent(sources_.secondary)
        });
        _sequencer[market] = Sequencer(sources_.sequencer, sources_.sequencerGrace);
        emit SourcesSet(market, sources_);
    }

    function _known(MarketId market) private view returns (Limits memory limits) {
        limits = _limits[market];
        require(limits.primary != address(0), UnknownMarket(market));
    }

    /// @dev The primary live, or else the secondary live.
    function _mark(MarketId market, Limits memory limits) private view returns (Mark memory mark) {
        FeedRound memory r = limits.primary.latest();
        mark.price = r.price(10 ** limits.exponent, limits.heartbeat);
        (mark.updatedAt, mark.roundId) = (r.updatedAt, r.id);
        if (mark.price != 0) return mark;

        mark.faults = SpotFault.unwrap(FAULT_PRIMARY);
        mark.roundId = 0;
        (mark.price, mark.updatedAt) = _secondaryPrice(_secondary[market]);
    }

    function _secondaryPrice(Secondary memory second) private view returns (uint256 price, uint256 updatedAt) {
        if (second.feed == address(0)) return (0, 0);
        FeedRound memory r = second.feed.latest();
        price = r.price(10 ** second.exponent, second.heartbeat);
        updatedAt = r.updatedAt;
    }

    /// @dev Chainlink's uptime feed answers 0 while the sequencer is up, since `startedAt`.
    function _sequencerUp(Sequencer memory sequencer) private view returns (bool up, uint256 since) {
        if (sequencer.feed == address(0)) return (true, 0);
        FeedRound memory r = sequencer.feed.latest();
        since = r.startedAt;
        up = r.ok && r.answer == 0 && since != 0 && since <= block.timestamp
            && block.timestamp - since >= sequencer.grace;
    }

    function _assess(Limits memory limits, Checkpoint memory point, Mark memory mark)
        private
        view
        returns (SpotRead memory spot, uint8 faults)
    {
        faults = mark.faults | point.faults;
        spot.average = Wad.wrap(point.average);
        if (mark.price == 0 || point.faults & SpotFault.unwrap(FAULT_SEQUENCER) != 0) {
            spot.mode = ORACLE_DOWN;
            return (spot, faults);
        }
        spot.mark = Wad.wrap(mark.price);
        spot.markUpdatedAt = uint40(mark.updatedAt);
        if (point.average == 0) spot.average = spot.mark;

        if (block.timestamp - point.takenAt > limits.checkpointAge) faults |= SpotFault.unwrap(FAULT_CHECKPOINT);
        uint256 fromAverage = _divergence(mark.price, Wad.unwrap(spot.average));
        if (fromAverage > limits.wideBeyond * TIER_UNIT) faults |= SpotFault.unwrap(FAULT_WIDE);
        if (
            fromAverage > limits.reduceBeyond * TIER_UNIT || point.secondary != 0
                && _divergence(mark.price, point.secondary) > limits.reduceBeyond * TIER_UNIT
        ) faults |= SpotFault.unwrap(FAULT_DIVERGED);

        if (faults == 0) spot.mode = ORACLE_OPEN;
        else if (faults == SpotFault.unwrap(FAULT_WIDE)) spot.mode = ORACLE_WIDE;
        else spot.mode = ORACLE_REDUCE_ONLY;
    }

    function _divergence(uint256 price, uint256 from) private pure returns (uint256) {
        return (price > from ? price - from : from - price) * 1e18 / from;
    }

    function _seePhase(MarketId market, address feed, uint16 id) private {
        Phase memory current = _phase[feed][market];
        _phase[feed][market] = Phase(id, uint40(block.timestamp));
        if (current.id == id) return;

        if (current.id != 0) _span[feed][market][current.id].last = current.last;
        _span[feed][market][id] = PhaseSpan(uint40(block.timestamp), 0);
        emit PhaseSeen(market, feed, id);
    }

    function _exponent(address feed) private view returns (uint8) {
        uint8 decimals = AggregatorV3(feed).decimals();
        require(decimals <= 18, FeedDecimalsAbove18(feed, decimals));
        return 18 - decimals;
    }
}
