// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {AggregatorV3} from "../src/oracle/AggregatorV3.sol";
import {LocalOnly} from "./LocalOnly.sol";

/// @title Local aggregator
/// @notice A feed that behaves like Chainlink's proxy: round ids carry the phase, a new phase starts at round 1, an
/// old phase can go on reporting, rounds are sparse, a round that is not there reverts. Its owner, the feeder, decides
/// when a round is due: every price (`push`), or only beyond a deviation or after a heartbeat (`update`).
contract LocalAggregator is AggregatorV3, Ownable, LocalOnly {
    /// @dev One slot a round.
    struct Round {
        int192 answer;
        uint64 updatedAt;
    }

    uint256 private constant PHASE_SHIFT = 64;

    uint8 public immutable override decimals;
    uint16 public phaseId = 1; // with the owner and the current phase's latest round in one slot
    uint64 private _latest;
    mapping(uint16 phase => uint64) private _latestOf; // of phases that are not current
    mapping(uint16 phase => mapping(uint64 round => Round)) private _rounds;

    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    error NoDataPresent();
    error RoundOutOfOrder(uint256 updatedAt, uint256 previous);
    error RoundFromFuture(uint256 updatedAt, uint256 now_);

    constructor(address owner, uint8 decimals_) Ownable(owner) {
        decimals = decimals_;
    }

    function version() external pure returns (uint256) {
        return 4;
    }

    function description() external pure returns (string memory) {
        return "local";
    }

    /// @notice A round of the current phase, now.
    function push(int256 answer) external onlyOwner returns (uint80) {
        return _push(phaseId, answer, block.timestamp);
    }

    /// @notice A round of the current phase at a given time, not before its last and not in the future.
    function pushAt(int256 answer, uint256 updatedAt) external onlyOwner returns (uint80) {
        return _push(phaseId, answer, updatedAt);
    }

    /// @notice Several rounds of the current phase at given times, in order.
    function pushMany(int256[] calldata answers, uint256[] calldata updatedAt) external onlyOwner {
        for (uint256 i = 0; i < answers.length; ++i) {
            _push(phaseId, answers[i], updatedAt[i]);
        }
    }

    /// @notice A round of any phase: a replaced aggregator that goes on reporting, or a proposed one before its time.
    function pushTo(uint16 phase, int256 answer, uint256 updatedAt) external onlyOwner returns (uint80) {
        return _push(phase, answer, updatedAt);
    }

    /// @notice A round now if the answer moved by at least `deviation` (1e18 = 100 %) from the last or the last is
    /// `heartbeat` seconds old; else nothing.
    function update(int256 answer, uint256 deviation, uint256 heartbeat) external onlyOwner returns (bool pushed) {
        Round memory last = _rounds[phaseId][_latest];
        pushed = last.updatedAt == 0 || block.timestamp >= last.updatedAt + heartbeat
            || SignedMath.abs(answer - last.answer) * 1e18 >= deviation * SignedMath.abs(last.answer);
        if (pushed) _push(phaseId, answer, block.timestamp);
    }

    /// @notice Replaces the aggregator behind the proxy.
    function nextPhase() external onlyOwner returns (uint16 phase) {
        _latestOf[phaseId] = _latest;
        phase = ++phaseId;
        _latest = _latestOf[phase];
    }

    /// @notice The last round of a phase; zero: none.
    function latestRound(uint16 phase) public view returns (uint64) {
        return phase == phaseId ? _latest : _latestOf[phase];
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return _data(phaseId, _latest);
    }

    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        return _data(uint16(roundId >> PHASE_SHIFT), uint64(roundId));
    }

    function _push(uint16 phase, int256 answer, uint256 updatedAt) private returns (uint80 roundId) {
        uint64 round = latestRound(phase);
        uint256 previous = _rounds[phase][round].updatedAt;
        require(updatedAt >= previous, RoundOutOfOrder(updatedAt, previous));
        require(updatedAt <= block.timestamp, RoundFromFuture(updatedAt, block.timestamp));

        ++round;
        if (phase == phaseId) _latest = round;
        else _latestOf[phase] = round;
        _rounds[phase][round] = Round(int192(answer), uint64(updatedAt));
        roundId = _id(phase, round);
        emit AnswerUpdated(answer, roundId, updatedAt);
    }

    function _data(uint16 phase, uint64 round) private view returns (uint80, int256, uint256, uint256, uint80) {
        Round memory r = _rounds[phase][round];
        require(r.updatedAt != 0, NoDataPresent());
        uint80 id = _id(phase, round);
        return (id, r.answer, r.updatedAt, r.updatedAt, id);
    }

    function _id(uint16 phase, uint64 round) private pure returns (uint80) {
        return uint80(uint256(phase) << PHASE_SHIFT | round);
    }
}
