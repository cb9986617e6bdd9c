// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    FAULT_ANSWER,
    FAULT_GAP,
    FAULT_HELD,
    ISettlementOracle,
    SettlementFault
} from "../interfaces/ISettlementOracle.sol";
import {FeedReader, FeedRound, MAX_PRICE} from "./FeedReader.sol";

/// @notice Where a proof stands. One slot in storage.
struct Walk {
    uint80 round; // last round taken; zero before the first
    uint128 sum; // answers x seconds inside the window up to that round's time
    bool starting; // in memory only: the next round decides whether the first one is the right one
}

/// @notice The window a proof is about.
struct WalkWindow {
    address feed;
    uint256 scale; // answer to wad
    uint256 heartbeat;
    uint256 from;
    uint256 to;
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

        for (uint256 i = 0; i < rounds; ++i) {
            FeedRound memory next = w.feed.round(held.id + 1);
            if (!next.ok) return _end(walk, w, held);

            require(next.updatedAt >= held.updatedAt, ISettlementOracle.ProofNotConsecutive(next.id));
            require(
                !walk.starting || next.updatedAt > w.from,
                ISettlementOracle.ProofStartsEarly(walk.round, next.updatedAt, uint40(w.from))
            );
            walk.starting = false;
            done = next.updatedAt >= w.to;
            fault = _credit(walk, w, held, done ? w.to : next.updatedAt);
            if (done || SettlementFault.unwrap(fault) != 0) return (done, fault);

            walk.round = next.id;
            held = next;
        }
    }

    /// @dev No round after `held`: either it is its phase's latest and holds to the end, or the feed lost one.
    function _end(Walk memory walk, WalkWindow memory w, FeedRound memory held)
        private
        view
        returns (bool, SettlementFault)
    {
        FeedRound memory live = w.feed.latest();
        bool gap = live.ok && FeedReader.phaseOf(live.id) == FeedReader.phaseOf(held.id)
            ? live.id > held.id
            : w.feed.round(held.id + 2).ok;
        require(!gap || !walk.starting, ISettlementOracle.RoundMissing(held.id + 1)); // no proof yet that it is the first
        require(
            gap || block.timestamp >= w.to + w.heartbeat,
            ISettlementOracle.SuccessorStillPossible(block.timestamp, w.to + w.heartbeat)
        );
        return gap ? (false, FAULT_GAP) : (true, _credit(walk, w, held, w.to));
    }

    function _credit(Walk memory walk, WalkWindow memory w, FeedRound memory held, uint256 until)
        private
        pure
        returns (SettlementFault)
    {
        if (until - held.updatedAt > w.heartbeat) return FAULT_HELD;
        uint256 since = held.updatedAt > w.from ? held.updatedAt : w.from;
        if (until <= since) return SettlementFault.wrap(0);
        if (held.answer <= 0 || uint256(held.answer) > MAX_PRICE / w.scale) return FAULT_ANSWER;
        walk.sum += uint128(uint256(held.answer) * (until - since));
        return SettlementFault.wrap(0);
    }
}
