// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ISignedFeed, PriceReport} from "../interfaces/ISignedFeed.sol";
import {AggregatorV3} from "./AggregatorV3.sol";
import {PHASE_SHIFT} from "./FeedReader.sol";
import {SignerSet} from "./SignerSet.sol";

/// @title SignedFeed
/// @notice Law.
///
/// Report. One price and the time it was signed at, an EIP-712 message bound to this chain and contract. It is stored
/// if `threshold` of the signers signed it, it is not from the future, at most `freshness` seconds old, and positive.
///
/// Order. Rounds are numbered from one and their times rise strictly. A report no newer than the latest round is
/// nothing: it is not stored, and nothing reverts.
///
/// Reading. The latest round is one slot. The 1,024 rounds before it can be read back. They prove no settlement: whoever
/// relays chooses which of the prices signed become rounds.
contract SignedFeed is ISignedFeed, AggregatorV3, SignerSet, AccessManaged {
    /// @dev One slot: the latest round, and what relaying the next one needs.
    struct Head {
        uint96 answer;
        uint40 signedAt;
        uint64 round; // zero: none yet
        uint16 freshness;
        uint8 threshold;
    }

    /// @dev One slot.
    struct Past {
        uint96 answer;
        uint40 signedAt;
        uint64 round;
    }

    bytes32 private constant REPORT_TYPE = keccak256("PriceReport(int256 answer,uint40 signedAt)");
    uint256 private constant ROUNDS = 1024; // slots are used again, which is less than half of a new one
    uint256 private constant MIN_FRESHNESS = 1 seconds;
    uint256 private constant MAX_FRESHNESS = 1 minutes;
    uint256 private constant DEFAULT_FRESHNESS = 5 seconds;
    uint256 private constant PHASE = 1 << PHASE_SHIFT; // the one there is

    uint8 public immutable override decimals;
    Head private _head;
    Past[ROUNDS] private _past;

    constructor(address authority, uint8 decimals_) AccessManaged(authority) EIP712("Keel Price", "1") {
        require(decimals_ <= 18, DecimalsAbove18(decimals_));
        decimals = decimals_;
        _head.freshness = uint16(DEFAULT_FRESHNESS);
    }

    /// @inheritdoc ISignedFeed
    function relay(PriceReport calldata report, address[] calldata signers, bytes[] calldata signatures)
        external
        returns (bool stored)
    {
        Head memory head = _head;
        (int256 answer, uint40 signedAt) = (report.answer, report.signedAt);
        if (signedAt <= head.signedAt) return false;
        require(signedAt <= block.timestamp, ReportFromFuture(signedAt, block.timestamp));
        require(block.timestamp - signedAt <= head.freshness, ReportTooOld(signedAt, block.timestamp - head.freshness));
        _check(report, signers, signatures, head.threshold);

        if (head.round != 0) _past[head.round % ROUNDS] = Past(head.answer, head.signedAt, head.round);
        (head.answer, head.signedAt) = (uint96(uint256(answer)), signedAt);
        ++head.round;
        _head = head;
        emit AnswerUpdated(answer, PHASE | head.round, signedAt);
        return true;
    }

    /// @inheritdoc ISignedFeed
    function verify(PriceReport calldata report, address[] calldata signers, bytes[] calldata signatures)
        external
        view
    {
        require(report.signedAt <= block.timestamp, ReportFromFuture(report.signedAt, block.timestamp));
        _check(report, signers, signatures, _head.threshold);
    }

    /// @inheritdoc AggregatorV3
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        Head memory head = _head;
        return _round(Past(head.answer, head.signedAt, head.round), uint80(PHASE | head.round));
    }

    /// @inheritdoc AggregatorV3
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        Head memory head = _head;
        uint256 round = uint64(roundId);
        Past memory past = round == head.round ? Past(head.answer, head.signedAt, head.round) : _past[round % ROUNDS];
        return _round(past, roundId);
    }

    /// @inheritdoc ISignedFeed
    function digest(PriceReport calldata report) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(REPORT_TYPE, report.answer, report.signedAt)));
    }

    /// @inheritdoc ISignedFeed
    function signerSet() external view returns (address[] memory, uint256) {
        return (_signerList(), _head.threshold);
    }

    /// @inheritdoc ISignedFeed
    function freshness() external view returns (uint256) {
        return _head.freshness;
    }

    /// @inheritdoc ISignedFeed
    function setSigners(address[] calldata signers, uint256 threshold) external restricted {
        _setSignerList(signers, threshold);

        _head.threshold = uint8(threshold);
        emit SignersSet(signers, threshold);
    }

    /// @inheritdoc ISignedFeed
    function setFreshness(uint256 freshness_) external restricted {
        _setFreshness(freshness_);
    }

    /// @inheritdoc ISignedFeed
    function tightenFreshness(uint256 freshness_) external restricted {
        uint256 current = _head.freshness;
        require(freshness_ <= current, NotTighter("freshness", freshness_, current));

        _setFreshness(freshness_);
    }

    /// @dev What does not depend on when it is asked.
    function _check(
        PriceReport calldata report,
        address[] calldata signers,
        bytes[] calldata signatures,
        uint256 threshold
    ) private view {
        int256 answer = report.answer;
        require(answer > 0 && answer <= int256(uint256(type(uint96).max)), AnswerOutOfRange(answer));
        _checkSignatures(digest(report), signers, signatures, threshold);
    }

    function _setFreshness(uint256 freshness_) private {
        require(
            freshness_ >= MIN_FRESHNESS && freshness_ <= MAX_FRESHNESS,
            OutOfBounds("freshness", freshness_, MIN_FRESHNESS, MAX_FRESHNESS)
        );

        _head.freshness = uint16(freshness_);
        emit FreshnessSet(freshness_);
    }

    /// @dev A round as feeds give it, if it is the one asked for.
    function _round(Past memory past, uint80 roundId) private pure returns (uint80, int256, uint256, uint256, uint80) {
        require(past.round != 0 && PHASE | past.round == roundId, NoDataPresent(roundId));
        return (roundId, int256(uint256(past.answer)), past.signedAt, past.signedAt, roundId);
    }
}
