// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";

/// @notice How far the price of an expiry has come.
type SettlementState is uint8;

/// @dev No price yet.
SettlementState constant SETTLEMENT_OPEN = SettlementState.wrap(0);
/// @dev No price yet, and a proof has shown that the feed's rounds cannot give one: the ring may.
SettlementState constant SETTLEMENT_ROUNDS_FAILED = SettlementState.wrap(1);
/// @dev A price, final from `finalAt`.
SettlementState constant SETTLEMENT_PROPOSED = SettlementState.wrap(2);
/// @dev As proposed, and frozen once by the guardian; final from the later `finalAt` unless replaced before.
SettlementState constant SETTLEMENT_FROZEN = SettlementState.wrap(3);
/// @dev Replaced by the governor; cannot be frozen or replaced again.
SettlementState constant SETTLEMENT_REPLACED = SettlementState.wrap(4);

/// @notice Everything stored of one expiry.
struct Settlement {
    Wad price; // as it would be paid
    Wad average; // as proven, before any replacement; zero when rescued
    uint40 finalAt;
    SettlementState state;
    uint80 nextRound; // round from which an unfinished proof goes on; zero when none has begun
}

/// @notice Governed values of the settlement oracle.
struct SettlementParams {
    uint40 disputeWindow; // seconds from proposal to finality; box [1 minute, 1 day]
    Wad replaceBound; // most a replacement may differ from the proven average, relative; box [0, 0.1]
    Wad rescueBound; // most a rescue price may differ from the last observation before expiry, relative; box [0, 0.5]
}

/// @title Settlement prices
/// @notice Owns one price per market and expiry: the time-weighted average of the feed over the W = 30 minutes that
/// end at expiry, fixed once, by anyone, from a proof, and final after the dispute window.
interface ISettlementOracle {
    event ProofAdvanced(MarketId indexed market, uint40 indexed expiry, uint80 nextRound);
    event RoundsFailed(MarketId indexed market, uint40 indexed expiry, uint80 round, SettlementFault fault);
    event SettlementProposed(MarketId indexed market, uint40 indexed expiry, Wad price, uint40 finalAt);
    event SettlementFrozen(MarketId indexed market, uint40 indexed expiry, uint40 finalAt);
    event SettlementReplaced(MarketId indexed market, uint40 indexed expiry, Wad price);
    event SettlementRescued(MarketId indexed market, uint40 indexed expiry, Wad price, uint40 finalAt);
    event ParamsSet(SettlementParams params);

    error NotExpired(uint40 expiry, uint256 now_);
    error AlreadyProposed(MarketId market, uint40 expiry);
    error ProofNotConsecutive(uint80 roundId);
    /// @notice The first round must be the last at or before the window's start.
    error ProofStartsLate(uint80 roundId, uint256 updatedAt, uint40 windowStart);
    error ProofStartsEarly(uint80 roundId, uint256 successorAt, uint40 windowStart);
    error RoundMissing(uint80 roundId);
    error RoundOfOtherPhase(uint80 roundId, uint16 phase);
    error TooManyRounds(uint256 given, uint256 most);
    error SuccessorStillPossible(uint256 now_, uint256 until);
    error WindowNotCovered(uint40 from, uint40 to);
    error RoundsStillServe(MarketId market, uint40 expiry);
    error NotProposed(MarketId market, uint40 expiry);
    error AlreadyFinal(MarketId market, uint40 expiry);
    error AlreadyFrozen(MarketId market, uint40 expiry);
    error AlreadyReplaced(MarketId market, uint40 expiry);
    error TooFar(Wad price, Wad from, Wad bound);
    error RescueTooEarly(uint40 expiry, uint256 from);
    error OutOfBounds(bytes32 what, uint256 value, uint256 least, uint256 most);
    error NotTighter(bytes32 what, uint256 given, uint256 current);

    /// @notice Averaging window W before expiry.
    function window() external view returns (uint40);

    /// @notice The price of an expiry and the time from which it is final; (0, 0) before it is proposed. Nothing may
    /// be paid before `finalAt`: a frozen or replaced price changes both.
    function price(MarketId market, uint40 expiry) external view returns (Wad settlementPrice, uint40 finalAt);

    /// @notice Fixes the price from consecutive feed rounds: from the last at or before the window's start to a
    /// successor at or after expiry (or the phase's latest once a heartbeat has passed). In chunks of at most 256
    /// rounds: a later chunk starts at `settlement.nextRound`. If the rounds themselves show that they cannot serve (an
    /// answer held beyond the heartbeat, not positive, or missing), that is recorded and the ring may serve.
    /// @param firstRound the proxy's round id: phase << 64 | aggregator round
    /// @param rounds how many, the first included; may reach beyond the successor, or one beyond the phase's latest
    function prove(MarketId market, uint40 expiry, uint80 firstRound, uint256 rounds) external;

    /// @notice Fixes the price from the spot oracle's own ring where the feed's rounds cannot serve: no phase was
    /// current throughout the window, the sequencer was down in it, or `prove` recorded that the rounds failed.
    function proveFromRing(MarketId market, uint40 expiry) external;

    /// @notice Keeps a proposed price from becoming final for seven days, once. Guardian, before finality.
    function freeze(MarketId market, uint40 expiry) external;

    /// @notice Replaces a price that is not final by one within `replaceBound` of the proven average (or of the rescue
    /// price), once. It is final after what is left of the dispute window as it stood before any freeze. Governor.
    function replace(MarketId market, uint40 expiry, Wad newPrice) external;

    /// @notice Six hours after an expiry that nobody could prove: proposes a price within `rescueBound` of the last
    /// observation at or before expiry, if there is one in the ring. The dispute window follows. Governor.
    function rescue(MarketId market, uint40 expiry, Wad rescuePrice) external;

    function settlement(MarketId market, uint40 expiry) external view returns (Settlement memory);

    function params() external view returns (SettlementParams memory);

    /// @notice The window holds for prices proposed from now on, the bounds at once. Governor.
    function setParams(SettlementParams calldata params_) external;

    /// @notice The same where the dispute window is no shorter, and the bounds no wider, than they are. Risk council.
    function tightenParams(SettlementParams calldata params_) external;
}

/// @notice What a proof found wrong with the feed's rounds.
type SettlementFault is uint8;

SettlementFault constant FAULT_HELD = SettlementFault.wrap(1); // an answer held beyond the heartbeat inside the window
SettlementFault constant FAULT_ANSWER = SettlementFault.wrap(2); // an answer not positive, or beyond 96 bits as a wad
SettlementFault constant FAULT_GAP = SettlementFault.wrap(3); // a round missing between others of its phase
