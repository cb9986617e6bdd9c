// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    FAULT_ANSWER,
    FAULT_GAP,
    FAULT_HELD,
    ISettlementOracle,
    SettlementFault
} from "../interfaces/ISettlementOracle.sol";
import {AggregatorV3} from "./AggregatorV3.sol";
import {FEED_GAS, FeedReader, FeedRound} from "./FeedReader.sol";

/// @notice Where a proof stands.
struct Walk {
    uint80 round; // last round taken; zero before the first
    uint256 sum; // answers x seconds inside the window up to that round's time
    bool starting; // the next round decides whether the first one is the right one
}

/// @notice The window a proof is about.
struct WalkWindow {
    address feed;
    uint256 maxAnswer; // MAX_PRICE in the feed's decimals
    uint256 heartbeat;
    uint256 from;
    uint256 to;
}

/// @notice The last round taken.
struct Held {
    uint256 id;
    uint256 since; // its time
    uint256 answer; // as unsigned: negative is huge
}

/// @title Round walk
/// @notice Adds up the answers of consecutive rounds, each for the time it was the latest inside the window.
library RoundWalk {
    using FeedReader for address;

    /// @notice Takes up to `rounds` more rounds after `walk.round`.
    /// @return done the window is complete and `walk.sum` final
    /// @return fault why the rounds cannot serve, or zero
    function advance(Walk memory walk, WalkWindow memory w, uint256 rounds)
        internal
        view
        returns (bool done, SettlementFault fault)
    {
        FeedRound memory held = w.feed.round(walk.round);
        require(held.ok, ISettlementOracle.RoundMissing(walk.round));
        require(
            !walk.starting || held.updatedAt <= w.from,
            ISettlementOracle.ProofStartsLate(walk.round, held.updatedAt, uint40(w.from))
        );

        Held memory last = Held(walk.round, held.updatedAt, uint256(held.answer));
        unchecked {
            while (rounds != 0) {
                FeedReader.roundInto(held, w.feed, last.id + 1);
                if (!held.ok) return _end(walk, w, last);

                uint256 time = held.updatedAt;
                require(time >= last.since, ISettlementOracle.ProofNotConsecutive(held.id));
                if (walk.starting) {
                    require(time > w.from, ISettlementOracle.ProofStartsEarly(walk.round, time, uint40(w.from)));
                    walk.starting = false;
                }
                done = time >= w.to;
                fault = _credit(walk, w, last, done ? w.to : time);
                if (done || SettlementFault.unwrap(fault) != 0) break;

                (last.id, last.since, last.answer) = (held.id, time, uint256(held.answer));
                rounds = _skim(walk, w, last, held, rounds - 1);
            }
        }
        walk.round = uint80(last.id);
    }

    /// @dev Takes plain rounds inside the window, where most of a proof's gas goes: each readable, later than the last,
    /// before the window's end, within a heartbeat, and the last with an answer that counts. Stops before anything else
    /// and leaves it to `advance`. The last is inside the window.
    /// @return left rounds not taken
    function _skim(Walk memory walk, WalkWindow memory w, Held memory last, FeedRound memory buffer, uint256 rounds)
        private
        view
        returns (uint256 left)
    {
        bytes4 selector = AggregatorV3.getRoundData.selector;
        assembly ("memory-safe") {
            left := rounds
            let feed := mload(w)
            let most := mload(add(w, 0x20))
            let heartbeat := mload(add(w, 0x40))
            let to := mload(add(w, 0x80))
            let sum := mload(add(walk, 0x20))
            let id := mload(last)
            let since := mload(add(last, 0x20))
            let answer := mload(add(last, 0x40))
            mstore(0, selector)
            for {} left { left := sub(left, 1) } {
                let next := add(id, 1)
                mstore(4, next)
                let ok := staticcall(FEED_GAS, feed, 0, 36, buffer, 160)
                let time := mload(add(buffer, 0x60))
                let elapsed := sub(time, since) // huge where out of order
                ok := and(ok, gt(returndatasize(), 159))
                ok := and(ok, eq(mload(buffer), next))
                ok := and(ok, iszero(lt(mload(add(buffer, 0x80)), next)))
                ok := and(ok, lt(time, to))
                ok := and(ok, iszero(gt(elapsed, heartbeat)))
                ok := and(ok, lt(sub(answer, 1), most))
                if iszero(ok) { break }
                sum := add(sum, mul(answer, elapsed))
                id := next
                since := time
                answer := mload(add(buffer, 0x20))
            }
            mstore(add(walk, 0x20), sum)
            mstore(last, id)
            mstore(add(last, 0x20), since)
            mstore(add(last, 0x40), answer)
        }
    }

    /// @dev No round after the last: either it is its phase's latest and holds to the end, or the feed lost one.
    function _end(Walk memory walk, WalkWindow memory w, Held memory last)
        private
        view
        returns (bool, SettlementFault)
    {
        uint80 id = uint80(last.id);
        walk.round = id;
        FeedRound memory live = w.feed.latest();
        bool gap =
            live.ok && FeedReader.phaseOf(live.id) == FeedReader.phaseOf(id) ? live.id > id : w.feed.round(id + 2).ok;
        require(!gap || !walk.starting, ISettlementOracle.RoundMissing(id + 1)); // no proof yet that it is the first
        require(
            gap || block.timestamp >= w.to + w.heartbeat,
            ISettlementOracle.SuccessorStillPossible(block.timestamp, w.to + w.heartbeat)
        );
        return gap ? (false, FAULT_GAP) : (true, _credit(walk, w, last, w.to));
    }

    /// @dev Adds the last answer for its time until `until` that lies inside the window.
    /// @return fault why it cannot count, or zero
    function _credit(Walk memory walk, WalkWindow memory w, Held memory last, uint256 until)
        private
        pure
        returns (SettlementFault fault)
    {
        unchecked {
            (uint256 since, uint256 answer) = (last.since, last.answer);
            if (until - since > w.heartbeat) return FAULT_HELD;
            if (since < w.from) since = w.from;
            if (until <= since) return fault;
            if (answer - 1 >= w.maxAnswer) return FAULT_ANSWER; // zero and negative are huge here
            walk.sum += answer * (until - since); // below 2^96 x 2^11
        }
    }
}
