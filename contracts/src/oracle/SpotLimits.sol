// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISpotOracle, SpotSources} from "../interfaces/ISpotOracle.sol";
import {Wad} from "../types/Wad.sol";
import {RING_SPACING} from "./ObservationRing.sol";
import {TIER_UNIT} from "./SpotSlots.sol";

/// @title Spot limits
/// @notice The boxes of a market's spot configuration.
library SpotLimits {
    uint256 private constant MIN_HEARTBEAT = 1 minutes;
    uint256 private constant MAX_HEARTBEAT = 2 days;
    uint256 private constant MAX_GRACE = 1 days;
    uint256 private constant MIN_WINDOW = 5 minutes; // below it one block's wick is a third of the average
    uint256 private constant MAX_WINDOW = 4 hours; // half of what the ring remembers at its densest
    uint256 private constant MIN_CHECKPOINT_AGE = 1 minutes;
    uint256 private constant MAX_CHECKPOINT_AGE = 1 days;
    uint256 private constant MAX_GAP = 1 hours;
    uint256 private constant MIN_TIER = TIER_UNIT;
    uint256 private constant MAX_TIER = 0.2e18;
    uint256 private constant MIN_QUICK_AGE = 1 seconds;
    uint256 internal constant MAX_QUICK_AGE = 1 minutes; // what may happen meanwhile must be charged to every order
    uint256 private constant MIN_QUICK_OUTAGE = 1 minutes;
    uint256 private constant MAX_QUICK_OUTAGE = 1 hours; // nothing trades so long where the signers are gone

    function check(SpotSources memory s) internal pure {
        require(s.primary != address(0), ISpotOracle.NoPrimary());
        _within("heartbeat", s.heartbeat, MIN_HEARTBEAT, MAX_HEARTBEAT);
        if (s.secondary != address(0)) {
            _within("secondaryHeartbeat", s.secondaryHeartbeat, MIN_HEARTBEAT, MAX_HEARTBEAT);
        }
        _within("sequencerGrace", s.sequencerGrace, 0, MAX_GRACE);
        _within("averageWindow", s.averageWindow, MIN_WINDOW, MAX_WINDOW);
        _within("checkpointAge", s.checkpointAge, MIN_CHECKPOINT_AGE, MAX_CHECKPOINT_AGE);
        _within("maxGap", s.maxGap, 2 * RING_SPACING, MAX_GAP);
        _within("reduceBeyond", Wad.unwrap(s.reduceBeyond), MIN_TIER, MAX_TIER);
        _within("wideBeyond", Wad.unwrap(s.wideBeyond), MIN_TIER, Wad.unwrap(s.reduceBeyond));
        bool quick = s.quick != address(0);
        _within("quickAge", s.quickAge, quick ? MIN_QUICK_AGE : 0, quick ? MAX_QUICK_AGE : 0);
        _within("quickOutage", s.quickOutage, quick ? MIN_QUICK_OUTAGE : 0, quick ? MAX_QUICK_OUTAGE : 0);
    }

    /// @notice Reverts unless a trade may do no more under `s` than under `current`, of which the rest is the same.
    function checkTighter(SpotSources memory current, SpotSources memory s) internal pure {
        require(
            s.sequencerGrace >= current.sequencerGrace,
            ISpotOracle.NotTighter("sequencerGrace", s.sequencerGrace, current.sequencerGrace)
        );
        _atMost("checkpointAge", s.checkpointAge, current.checkpointAge);
        _atMost("quickAge", s.quickAge, current.quickAge);
        _atMost("wideBeyond", Wad.unwrap(s.wideBeyond), Wad.unwrap(current.wideBeyond));
        _atMost("reduceBeyond", Wad.unwrap(s.reduceBeyond), Wad.unwrap(current.reduceBeyond));
    }

    function _atMost(bytes32 what, uint256 given, uint256 current) private pure {
        require(given <= current, ISpotOracle.NotTighter(what, given, current));
    }

    function _within(bytes32 what, uint256 value, uint256 least, uint256 most) private pure {
        require(value >= least && value <= most, ISpotOracle.OutOfBounds(what, value, least, most));
    }
}
