// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ORACLE_OPEN, OracleMode, SpotRead} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {OracleBase} from "./OracleBase.sol";

/// @notice The path of one day, once through: observe, relay, settle by sparse hourly rounds.
contract SmokeTest is OracleBase {
    function test_ADayOfHourlyRounds() public {
        uint40 expiry = uint40(START + 1 days);
        uint80 round;
        for (uint256 h = 0; h <= 24; ++h) {
            vm.warp(START + h * 1 hours);
            round = pushBoth(3000 + h);
            SpotRead memory read = spot.observe(ETH);
            assertEq(Wad.unwrap(read.mark), (3000 + h) * 1e18, "the mark is the primary");
            assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(ORACLE_OPEN), "open");
            if (h < 24) relay(reports(0.6e18, expiry), 3);
        }
        SurfaceSlice[] memory found = surface.slices(ETH, list(expiry));
        assertEq(found[0].reportedAt, START + 23 hours, "the last report is in force");

        settlement.prove(ETH, expiry, round - 1, 2);
        (Wad price, uint40 finalAt) = settlement.price(ETH, expiry);
        assertEq(Wad.unwrap(price), 3023e18, "the only answer inside the window");
        assertEq(finalAt, START + 26 hours, "two hours of dispute");
    }
}
