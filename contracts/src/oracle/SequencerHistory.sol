// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FeedReader, FeedRound} from "./FeedReader.sol";

/// @title Sequencer history
/// @notice Whether the sequencer was up throughout a window, from the uptime feed's own rounds, each of which starts
/// a status. Walks back from the latest, so the answer is the same however late it is asked, up to MAX_ROUNDS
/// changes of status later; beyond that it is no.
library SequencerHistory {
    using FeedReader for address;

    uint256 private constant MAX_ROUNDS = 32;

    function upThrough(address feed, uint256 from, uint256 to) internal view returns (bool) {
        if (feed == address(0)) return true;
        FeedRound memory status = feed.latest();
        for (uint256 i = 0; i < MAX_ROUNDS && status.ok && status.startedAt != 0; ++i) {
            if (status.startedAt < to && status.answer != 0) return false;
            if (status.startedAt <= from) return true;
            status = feed.round(status.id - 1);
        }
        return false;
    }
}
