// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {
    ISettlementOracle,
    SETTLEMENT_FROZEN,
    SETTLEMENT_OPEN,
    SETTLEMENT_PROPOSED,
    SETTLEMENT_REPLACED,
    SETTLEMENT_ROUNDS_FAILED,
    Settlement,
    SettlementFault,
    SettlementParams,
    SettlementState
} from "../interfaces/ISettlementOracle.sol";
import {ISpotOracle, SpotSources} from "../interfaces/ISpotOracle.sol";
import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";
import {AggregatorV3} from "./AggregatorV3.sol";
import {FeedReader, MAX_PRICE} from "./FeedReader.sol";
import {RoundWalk, Walk, WalkWindow} from "./RoundWalk.sol";
import {SequencerHistory} from "./SequencerHistory.sol";

/// @title SettlementOracle
/// @notice Law.
///
/// Price. The price of an expiry is the feed's time-weighted average over [expiry - W, expiry], each answer weighted by
/// the time it was the latest. It does not depend on who proves it, or when.
///
/// Rounds first. The phase is one that the spot oracle saw current before and after the window. The first round is the
/// last at or before the window's start, and each next id follows, so no round can be left out.
///
/// Ring second. The spot oracle's own average serves only where the rounds provably cannot: no phase was current
/// throughout, the sequencer was down in the window, or the rounds showed a fault of their own. Nobody chooses.
///
/// Finality. A proposed price is final after the dispute window. Until then the guardian may freeze it once, for
/// MAX_FREEZE at most, and the governor may replace it once, within a bound of the average. Neither can keep it from
/// becoming final. Six hours after an expiry without a price the governor may propose one, within a bound of the last
/// observation before expiry.
contract SettlementOracle is ISettlementOracle, AccessManaged {
    using FeedReader for address;

    /// @dev One slot.
    struct Stored {
        uint96 price;
        uint96 average;
        uint40 finalAt;
        SettlementState state;
    }

    /// @dev One slot, dead once there is a price.
    struct Progress {
        uint80 round;
        uint128 sum;
        uint40 undisputedAt; // finality as it was before a freeze
    }

    uint40 private constant WINDOW = 30 minutes;
    uint256 private constant MAX_ROUNDS = 256;
    uint256 private constant RESCUE_AFTER = 6 hours;
    uint256 private constant MAX_FREEZE = 7 days; // longer than a governor's timelock
    uint256 private constant MIN_DISPUTE = 1 minutes;
    uint256 private constant MAX_DISPUTE = 1 days;
    uint256 private constant MAX_REPLACE_BOUND = 0.1e18;
    uint256 private constant MAX_RESCUE_BOUND = 0.5e18;

    ISpotOracle public immutable SPOT;

    SettlementParams private _params = SettlementParams(2 hours, Wad.wrap(0.02e18), Wad.wrap(0.25e18));
    mapping(MarketId => mapping(uint40 expiry => Stored)) private _stored;
    mapping(MarketId => mapping(uint40 expiry => Progress)) private _progress;

    constructor(address authority, ISpotOracle spot) AccessManaged(authority) {
        SPOT = spot;
    }

    /// @inheritdoc ISettlementOracle
    function window() external pure returns (uint40) {
        return WINDOW;
    }

    /// @inheritdoc ISettlementOracle
    function price(MarketId market, uint40 expiry) external view returns (Wad, uint40) {
        Stored memory stored = _stored[market][expiry];
        return (Wad.wrap(stored.price), stored.finalAt);
    }

    /// @inheritdoc ISettlementOracle
    function prove(MarketId market, uint40 expiry, uint80 firstRound, uint256 rounds) external {
        _requireOpen(market, expiry);
        require(rounds != 0 && rounds <= MAX_ROUNDS, TooManyRounds(rounds, MAX_ROUNDS));
        uint40 from = expiry - WINDOW;
        SpotSources memory sources = SPOT.sources(market);
        uint16 phase = SPOT.phaseThrough(market, from, expiry);
        require(phase != 0, WindowNotCovered(from, expiry));
        require(FeedReader.phaseOf(firstRound) == phase, RoundOfOtherPhase(firstRound, phase));
        require(SequencerHistory.upThrough(sources.sequencer, from, expiry), WindowNotCovered(from, expiry));

        Progress storage progress = _progress[market][expiry];
        Walk memory walk = Walk(progress.round, progress.sum, progress.round == 0);
        require(walk.starting || firstRound == walk.round, ProofNotConsecutive(firstRound));
        walk.round = firstRound;
        uint256 scale = 10 ** (18 - AggregatorV3(sources.primary).decimals());
        WalkWindow memory w = WalkWindow(sources.primary, MAX_PRICE / scale, sources.heartbeat, from, expiry);
        (bool done, SettlementFault fault) = RoundWalk.advance(walk, w, rounds - (walk.starting ? 1 : 0));

        if (SettlementFault.unwrap(fault) != 0) {
            _stored[market][expiry].state = SETTLEMENT_ROUNDS_FAILED;
            emit RoundsFailed(market, expiry, walk.round, fault);
        } else if (done) {
            _propose(market, expiry, walk.sum * scale / WINDOW);
        } else {
            require(!walk.starting, ProofNotConsecutive(firstRound)); // a lone round proves nothing yet
            (progress.round, progress.sum) = (walk.round, uint128(walk.sum));
            emit ProofAdvanced(market, expiry, walk.round);
        }
    }

    /// @inheritdoc ISettlementOracle
    function proveFromRing(MarketId market, uint40 expiry) external {
        bool failed = _requireOpenState(market, expiry) == SettlementState.unwrap(SETTLEMENT_ROUNDS_FAILED);
        uint40 from = expiry - WINDOW;
        require(
            failed || SPOT.phaseThrough(market, from, expiry) == 0
                || !SequencerHistory.upThrough(SPOT.sources(market).sequencer, from, expiry),
            RoundsStillServe(market, expiry)
        );
        uint256 average = Wad.unwrap(SPOT.averageOver(market, from, expiry));
        require(average != 0, WindowNotCovered(from, expiry));

        _propose(market, expiry, average);
    }

    /// @inheritdoc ISettlementOracle
    function freeze(MarketId market, uint40 expiry) external restricted {
        Stored storage stored = _disputable(market, expiry);
        require(
            SettlementState.unwrap(stored.state) == SettlementState.unwrap(SETTLEMENT_PROPOSED),
            AlreadyFrozen(market, expiry)
        );

        _progress[market][expiry].undisputedAt = stored.finalAt;
        stored.state = SETTLEMENT_FROZEN;
        stored.finalAt = uint40(block.timestamp + MAX_FREEZE);
        emit SettlementFrozen(market, expiry, stored.finalAt);
    }

    /// @inheritdoc ISettlementOracle
    function replace(MarketId market, uint40 expiry, Wad newPrice) external restricted {
        Stored storage stored = _disputable(market, expiry);
        require(
            SettlementState.unwrap(stored.state) != SettlementState.unwrap(SETTLEMENT_REPLACED),
            AlreadyReplaced(market, expiry)
        );
        _requireNear(newPrice, Wad.wrap(stored.average != 0 ? stored.average : stored.price), _params.replaceBound);

        bool frozen = SettlementState.unwrap(stored.state) == SettlementState.unwrap(SETTLEMENT_FROZEN);
        uint40 undisputedAt = frozen ? _progress[market][expiry].undisputedAt : stored.finalAt;
        stored.price = uint96(Wad.unwrap(newPrice));
        stored.state = SETTLEMENT_REPLACED;
        stored.finalAt = undisputedAt > block.timestamp ? undisputedAt : uint40(block.timestamp);
        emit SettlementReplaced(market, expiry, newPrice);
    }

    /// @inheritdoc ISettlementOracle
    function rescue(MarketId market, uint40 expiry, Wad rescuePrice) external restricted {
        _requireOpenState(market, expiry);
        require(block.timestamp >= expiry + RESCUE_AFTER, RescueTooEarly(expiry, expiry + RESCUE_AFTER));
        (Wad last,) = SPOT.observedAt(market, expiry);
        uint256 p = Wad.unwrap(rescuePrice);
        require(p != 0 && p <= type(uint96).max, OutOfBounds("rescuePrice", p, 1, type(uint96).max));
        if (Wad.unwrap(last) != 0) _requireNear(rescuePrice, last, _params.rescueBound);

        _propose(market, expiry, p);
        _stored[market][expiry].average = 0;
        emit SettlementRescued(market, expiry, rescuePrice, _stored[market][expiry].finalAt);
    }

    /// @inheritdoc ISettlementOracle
    function settlement(MarketId market, uint40 expiry) external view returns (Settlement memory) {
        Stored memory stored = _stored[market][expiry];
        return Settlement(
            Wad.wrap(stored.price),
            Wad.wrap(stored.average),
            stored.finalAt,
            stored.state,
            _progress[market][expiry].round
        );
    }

    /// @inheritdoc ISettlementOracle
    function params() external view returns (SettlementParams memory) {
        return _params;
    }

    /// @inheritdoc ISettlementOracle
    function setParams(SettlementParams calldata params_) external restricted {
        _setParams(params_);
    }

    /// @inheritdoc ISettlementOracle
    function tightenParams(SettlementParams calldata params_) external restricted {
        SettlementParams memory p = _params;
        (uint256 replaceBound, uint256 rescueBound) =
            (Wad.unwrap(params_.replaceBound), Wad.unwrap(params_.rescueBound));
        require(
            params_.disputeWindow >= p.disputeWindow,
            NotTighter("disputeWindow", params_.disputeWindow, p.disputeWindow)
        );
        require(
            params_.replaceBound <= p.replaceBound, NotTighter("replaceBound", replaceBound, Wad.unwrap(p.replaceBound))
        );
        require(params_.rescueBound <= p.rescueBound, NotTighter("rescueBound", rescueBound, Wad.unwrap(p.rescueBound)));

        _setParams(params_);
    }

    function _propose(MarketId market, uint40 expiry, uint256 average) private {
        uint40 finalAt = uint40(block.timestamp) + _params.disputeWindow;
        _stored[market][expiry] = Stored(uint96(average), uint96(average), finalAt, SETTLEMENT_PROPOSED);
        emit SettlementProposed(market, expiry, Wad.wrap(average), finalAt);
    }

    /// @dev Expired, without a price, and not shown to be beyond the rounds' help.
    function _requireOpen(MarketId market, uint40 expiry) private view {
        require(
            _requireOpenState(market, expiry) == SettlementState.unwrap(SETTLEMENT_OPEN),
            WindowNotCovered(expiry - WINDOW, expiry)
        );
    }

    function _requireOpenState(MarketId market, uint40 expiry) private view returns (uint8 state) {
        require(block.timestamp >= expiry && expiry > WINDOW, NotExpired(expiry, block.timestamp));
        state = SettlementState.unwrap(_stored[market][expiry].state);
        require(state < SettlementState.unwrap(SETTLEMENT_PROPOSED), AlreadyProposed(market, expiry));
    }

    function _disputable(MarketId market, uint40 expiry) private view returns (Stored storage stored) {
        stored = _stored[market][expiry];
        require(stored.finalAt != 0, NotProposed(market, expiry));
        require(block.timestamp < stored.finalAt, AlreadyFinal(market, expiry));
    }

    function _requireNear(Wad value, Wad from, Wad bound) private pure {
        (uint256 v, uint256 f) = (Wad.unwrap(value), Wad.unwrap(from));
        uint256 most = f * Wad.unwrap(bound) / 1e18;
        require(v != 0 && v + most >= f && v <= f + most && v <= type(uint96).max, TooFar(value, from, bound));
    }

    function _setParams(SettlementParams calldata params_) private {
        _within("disputeWindow", params_.disputeWindow, MIN_DISPUTE, MAX_DISPUTE);
        _within("replaceBound", Wad.unwrap(params_.replaceBound), 0, MAX_REPLACE_BOUND);
        _within("rescueBound", Wad.unwrap(params_.rescueBound), 0, MAX_RESCUE_BOUND);

        _params = params_;
        emit ParamsSet(params_);
    }

    function _within(bytes32 what, uint256 value, uint256 least, uint256 most) private pure {
        require(value >= least && value <= most, OutOfBounds(what, value, least, most));
    }
}
