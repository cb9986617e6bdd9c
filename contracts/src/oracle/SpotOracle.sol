// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {
    FAULT_CHECKPOINT,
    FAULT_DIVERGED,
    FAULT_PRIMARY,
    FAULT_QUICK,
    FAULT_QUICK_OUTAGE,
    FAULT_SECONDARY,
    FAULT_SEQUENCER,
    FAULT_WIDE,
    ISpotOracle,
    ORACLE_ATTACH,
    ORACLE_DOWN,
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
import {SpotLimits} from "./SpotLimits.sol";
import {Checkpoint, TradeLimits, TradeSlots, checkpoint, tradeLimits} from "./SpotSlots.sol";

/// @title SpotOracle
/// @notice Law.
///
/// Mark. The mark is the primary's live answer: positive, complete, not from the future, not older than its heartbeat.
/// If the primary cannot give one, the secondary is read live and the market is reduce-only. If neither can, or the
/// last checkpoint found the sequencer down or within its grace, there is no mark.
///
/// Quick. Where a quick source is configured, trades need its price, signed and relayed with the order or moments before.
/// At most `quickAge` old and within the second tier of that mark, it is the mark. If it is not, nothing trades, and
/// the mark stays as above for everything else. Once there has been none for `quickOutage`, the market is reduce-only on
/// the mark as above. It never enters the average: whoever relays it chose it.
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

    struct Quick {
        address feed;
        uint32 outage;
        uint8 exponent;
    }

    struct Phase {
        uint16 id;
        uint40 last; // seen
    }

    struct PhaseSpan {
        uint40 first; // seen
        uint40 last; // seen; zero while current
    }

    /// @dev Phases walked back at most by `phaseThrough`.
    uint256 private constant MAX_PHASES = 32;

    mapping(MarketId => TradeSlots) private _slots;
    mapping(MarketId => Secondary) private _secondary;
    mapping(MarketId => Sequencer) private _sequencer;
    mapping(MarketId => Quick) private _quick;
    mapping(MarketId => Ring) private _ring;
    mapping(address feed => mapping(MarketId => Phase)) private _phase;
    mapping(address feed => mapping(MarketId => mapping(uint16 phase => PhaseSpan))) private _span;

    constructor(address authority) AccessManaged(authority) {}

    // `calldata`, because a struct in memory would be allocated and zeroed first

    /// @inheritdoc ISpotOracle
    function read(MarketId market) external view returns (SpotRead calldata spot) {
        assembly ("memory-safe") {
            spot := 0
        }
        _answer(market);
    }

    /// @inheritdoc ISpotOracle
    function latest(uint256 market) external view returns (SpotRead calldata spot) {
        assembly ("memory-safe") {
            spot := 0
        }
        _answer(MarketId.wrap(uint16(market)));
    }

    /// @dev Ends the call with the answer. Every trade asks this.
    function _answer(MarketId market) private view {
        TradeSlots storage slots = _slots[market];
        TradeLimits limits = slots.limits;
        require(limits.primary() != address(0), UnknownMarket(market));

        (uint256 mark, uint256 updatedAt,, uint8 faults) = _mark(market, limits);
        if (limits.quickAge() != 0) (mark, updatedAt, faults) = _attach(market, limits, mark, updatedAt, faults);
        (Wad average, OracleMode mode,) = _assess(limits, slots.checkpoint, mark, faults);
        if (_isDown(mode)) (mark, updatedAt) = (0, 0);
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mstore(answer, mark)
            mstore(add(answer, 0x20), average)
            mstore(add(answer, 0x40), updatedAt)
            mstore(add(answer, 0x60), mode)
            return(answer, 0x80)
        }
    }

    /// @inheritdoc ISpotOracle
    function pushedMode(MarketId market) external view returns (OracleMode mode) {
        TradeLimits limits = _known(market);

        (uint256 mark,,, uint8 faults) = _mark(market, limits);
        (, mode,) = _assess(limits, _slots[market].checkpoint, mark, faults);
    }

    /// @inheritdoc ISpotOracle
    function observe(MarketId market) external returns (SpotRead memory spot) {
        TradeLimits limits = _known(market);
        Secondary memory second = _secondary[market];
        Checkpoint point = _slots[market].checkpoint;
        Ring storage ring = _ring[market];

        (uint256 mark, uint256 updatedAt, uint80 round, uint8 faults) = _mark(market, limits);
        (bool up,) = _sequencerUp(_sequencer[market]);
        (uint256 secondary,) = _secondaryPrice(second);
        uint8 seen = (up ? 0 : SpotFault.unwrap(FAULT_SEQUENCER))
            | (second.feed == address(0) || secondary != 0 ? 0 : SpotFault.unwrap(FAULT_SECONDARY));
        uint256 head = point.head();
        if (mark != 0 && up) head = ring.append(head, block.timestamp, mark);
        uint256 average = ring.average(head, block.timestamp - second.averageWindow, block.timestamp);
        point = checkpoint(average, secondary, block.timestamp, seen, head);

        _slots[market].checkpoint = point;
        if (round != 0) _seePhase(market, limits.primary(), FeedReader.phaseOf(round));
        (mark, updatedAt, faults) = _attach(market, limits, mark, updatedAt, faults);
        (spot,) = _spot(limits, point, mark, updatedAt, faults);
        emit Observed(market, spot.mark, spot.average, spot.mode);
    }

    /// @inheritdoc ISpotOracle
    function averageOver(MarketId market, uint40 from, uint40 to) external view returns (Wad) {
        _known(market);

        return
            Wad.wrap(
                _ring[market].averageCovered(_slots[market].checkpoint.head(), from, to, _secondary[market].maxGap)
            );
    }

    /// @inheritdoc ISpotOracle
    function observedAt(MarketId market, uint40 time) external view returns (Wad price, uint40 seenAt) {
        (uint256 p, uint256 t) = _ring[market].lastAt(_slots[market].checkpoint.head(), time);
        return (Wad.wrap(p), uint40(t));
    }

    /// @inheritdoc ISpotOracle
    function phaseThrough(MarketId market, uint40 from, uint40 to) external view returns (uint16) {
        address feed = _known(market).primary();
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
        TradeLimits limits = _known(market);
        Checkpoint point = _slots[market].checkpoint;
        (uint256 mark, uint256 updatedAt,, uint8 faults) = _mark(market, limits);

        (mark, updatedAt, faults) = _attach(market, limits, mark, updatedAt, faults);
        (h.read, h.faults) = _spot(limits, point, mark, updatedAt, faults);
        uint256 price;
        (price, updatedAt,) = limits.primary().live(limits.scale(), limits.heartbeat());
        (h.primary, h.primaryUpdatedAt) = (Wad.wrap(price), uint40(updatedAt));
        (price, updatedAt) = _secondaryPrice(_secondary[market]);
        (h.secondary, h.secondaryUpdatedAt) = (Wad.wrap(price), uint40(updatedAt));
        (bool up, uint256 since) = _sequencerUp(_sequencer[market]);
        (h.sequencerUp, h.sequencerSince) = (up, uint40(since));
        h.checkpointAt = uint40(point.takenAt());
        (, uint256 last) = _ring[market].lastAt(point.head(), block.timestamp);
        h.lastObservation = uint40(last);
        (uint256 quick, uint256 signedAt) = _quickPrice(_quick[market]);
        (h.quick, h.quickUpdatedAt) = (Wad.wrap(quick), uint40(signedAt));
    }

    /// @inheritdoc ISpotOracle
    function sources(MarketId market) public view returns (SpotSources memory) {
        TradeLimits limits = _slots[market].limits;
        Secondary memory second = _secondary[market];
        Sequencer memory sequencer = _sequencer[market];
        Quick memory quick = _quick[market];
        return SpotSources({
            primary: limits.primary(),
            heartbeat: uint32(limits.heartbeat()),
            secondary: second.feed,
            secondaryHeartbeat: second.heartbeat,
            sequencer: sequencer.feed,
            sequencerGrace: sequencer.grace,
            averageWindow: second.averageWindow,
            checkpointAge: uint32(limits.checkpointAge()),
            maxGap: second.maxGap,
            wideBeyond: Wad.wrap(limits.wideBeyond()),
            reduceBeyond: Wad.wrap(limits.reduceBeyond()),
            quick: quick.feed,
            quickAge: uint32(limits.quickAge()),
            quickOutage: quick.outage
        });
    }

    /// @inheritdoc ISpotOracle
    function setMarket(MarketId market, SpotSources calldata sources_) external restricted {
        SpotLimits.check(sources_);

        _slots[market].limits = tradeLimits(sources_, _exponent(sources_.primary));
        _secondary[market] = Secondary({
            feed: sources_.secondary,
            heartbeat: uint24(sources_.secondaryHeartbeat),
            averageWindow: uint24(sources_.averageWindow),
            maxGap: uint24(sources_.maxGap),
            exponent: sources_.secondary == address(0) ? 0 : _exponent(sources_.secondary)
        });
        _sequencer[market] = Sequencer(sources_.sequencer, sources_.sequencerGrace);
        _quick[market] = Quick({
            feed: sources_.quick,
            outage: sources_.quickOutage,
            exponent: sources_.quick == address(0) ? 0 : _exponent(sources_.quick)
        });
        emit SourcesSet(market, sources_);
    }

    /// @inheritdoc ISpotOracle
    function tightenMarket(
        MarketId market,
        uint32 sequencerGrace,
        uint32 checkpointAge,
        Wad wideBeyond,
        Wad reduceBeyond
    ) external restricted {
        uint256 exponent = _known(market).exponent();
        SpotSources memory s = sources(market);
        (s.sequencerGrace, s.checkpointAge) = (sequencerGrace, checkpointAge);
        (s.wideBeyond, s.reduceBeyond) = (wideBeyond, reduceBeyond);
        SpotLimits.checkTighter(sources(market), s);
        SpotLimits.check(s);

        _slots[market].limits = tradeLimits(s, exponent);
        _sequencer[market].grace = sequencerGrace;
        emit SourcesSet(market, s);
    }

    /// @inheritdoc ISpotOracle
    function tightenQuickAge(MarketId market, uint32 quickAge) external restricted {
        uint256 exponent = _known(market).exponent();
        SpotSources memory s = sources(market);
        s.quickAge = quickAge;
        SpotLimits.checkTighter(sources(market), s);
        SpotLimits.check(s);

        _slots[market].limits = tradeLimits(s, exponent);
        emit SourcesSet(market, s);
    }

    function _known(MarketId market) private view returns (TradeLimits limits) {
        limits = _slots[market].limits;
        require(limits.primary() != address(0), UnknownMarket(market));
    }

    /// @dev The primary live, or else the secondary live.
    /// @return price zero when neither gives one
    /// @return updatedAt the source's own time of it
    /// @return roundId of the primary; zero unless it gave a complete round
    /// @return faults FAULT_PRIMARY or none
    function _mark(MarketId market, TradeLimits limits)
        private
        view
        returns (uint256 price, uint256 updatedAt, uint80 roundId, uint8 faults)
    {
        (price, updatedAt, roundId) = limits.primary().live(limits.scale(), limits.heartbeat());
        if (price != 0) return (price, updatedAt, roundId, 0);

        faults = SpotFault.unwrap(FAULT_PRIMARY);
        (price, updatedAt) = _secondaryPrice(_secondary[market]);
    }

    /// @dev What a trade goes by: the quick price where there is to be one and it serves, or else the mark that was pushed.
    /// @param mark pushed; zero: none, and then no other either
    /// @param found faults of the mark
    function _attach(MarketId market, TradeLimits limits, uint256 mark, uint256 updatedAt, uint8 found)
        private
        view
        returns (uint256, uint256, uint8)
    {
        unchecked {
            uint256 age = limits.quickAge();
            if (age == 0 || mark == 0) return (mark, updatedAt, found);

            (uint256 quick, uint256 signedAt) = _quickPrice(_quick[market]);
            if (quick == 0) return (mark, updatedAt, found | SpotFault.unwrap(FAULT_QUICK_OUTAGE));
            if (block.timestamp - signedAt > age || _divergence(quick, mark) > limits.reduceBeyond()) {
                return (mark, updatedAt, found | SpotFault.unwrap(FAULT_QUICK));
            }
            return (quick, signedAt, found);
        }
    }

    /// @dev The quick source's price, zero unless it has one of the last `outage`.
    function _quickPrice(Quick memory quick) private view returns (uint256 price, uint256 signedAt) {
        if (quick.feed == address(0)) return (0, 0);
        (price, signedAt,) = quick.feed.live(10 ** quick.exponent, quick.outage);
    }

    function _secondaryPrice(Secondary memory second) private view returns (uint256 price, uint256 updatedAt) {
        if (second.feed == address(0)) return (0, 0);
        (price, updatedAt,) = second.feed.live(10 ** second.exponent, second.heartbeat);
    }

    /// @dev Chainlink's uptime feed answers 0 while the sequencer is up, since `startedAt`.
    function _sequencerUp(Sequencer memory sequencer) private view returns (bool up, uint256 since) {
        if (sequencer.feed == address(0)) return (true, 0);
        FeedRound memory r = sequencer.feed.latest();
        since = r.startedAt;
        up = r.ok && r.answer == 0 && since != 0 && since <= block.timestamp
            && block.timestamp - since >= sequencer.grace;
    }

    /// @dev What `_assess` says, as a struct.
    function _spot(TradeLimits limits, Checkpoint point, uint256 mark, uint256 updatedAt, uint8 found)
        private
        view
        returns (SpotRead memory spot, uint8 faults)
    {
        (spot.average, spot.mode, faults) = _assess(limits, point, mark, found);
        if (!_isDown(spot.mode)) (spot.mark, spot.markUpdatedAt) = (Wad.wrap(mark), uint40(updatedAt));
    }

    /// @param found faults of the mark: FAULT_PRIMARY, and FAULT_QUICK or FAULT_QUICK_OUTAGE
    function _assess(TradeLimits limits, Checkpoint point, uint256 mark, uint8 found)
        private
        view
        returns (Wad, OracleMode mode, uint8 faults)
    {
        unchecked {
            faults = found | point.faults();
            uint256 average = point.average();
            if (mark == 0 || faults & SpotFault.unwrap(FAULT_SEQUENCER) != 0) {
                return (Wad.wrap(average), ORACLE_DOWN, faults);
            }
            if (average == 0) average = mark;
            if (block.timestamp - point.takenAt() > limits.checkpointAge()) {
                faults |= SpotFault.unwrap(FAULT_CHECKPOINT);
            }
            uint256 most = limits.reduceBeyond();
            uint256 second = point.secondary();
            uint256 apart = _divergence(mark, average);
            if (apart > limits.wideBeyond()) faults |= SpotFault.unwrap(FAULT_WIDE);
            if (apart > most || second != 0 && _divergence(mark, second) > most) {
                faults |= SpotFault.unwrap(FAULT_DIVERGED);
            }

            if (faults == 0) return (Wad.wrap(average), mode, 0);
            if (faults & SpotFault.unwrap(FAULT_QUICK) != 0) mode = ORACLE_ATTACH;
            else mode = faults == SpotFault.unwrap(FAULT_WIDE) ? ORACLE_WIDE : ORACLE_REDUCE_ONLY;
            return (Wad.wrap(average), mode, faults);
        }
    }

    function _isDown(OracleMode mode) private pure returns (bool) {
        return OracleMode.unwrap(mode) == OracleMode.unwrap(ORACLE_DOWN);
    }

    /// @dev |price - from| / from, wad; both below 2^96, `from` not zero.
    function _divergence(uint256 price, uint256 from) private pure returns (uint256) {
        unchecked {
            uint256 apart;
            assembly ("memory-safe") {
                apart := sub(price, from)
                let sign := sar(255, apart)
                apart := div(mul(sub(xor(apart, sign), sign), 1000000000000000000), from)
            }
            return apart;
        }
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
