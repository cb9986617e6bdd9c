// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {QuoteParts, Leg} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_WIDE} from "../../../src/interfaces/ISpotOracle.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {SurfaceFixture} from "../../utils/mocks/market/SurfaceFixture.sol";

/// @notice From mode wide on what mark and average differ by is charged. What a replaced slice and the one in force differ by
/// is not: an order of one leg is charged no more for it than the same order with a lot of something else.
contract WideGraceTest is SurfaceFixture {
    uint256 private constant MARK = 2008e18;

    function setUp() public {
        _deployOnSurface(6, 0.6e18);
        MarketLimits memory l = _limits();
        l.minTradeSize = Wad.wrap(0);
        catalogue.setLimits(ETH, l);
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 1e18)));
        _trade(_legs(_leg(MIDDLE, 2300e18, true, 1e18)));
        skip(10 minutes);
        assertTrue(_report([uint256(0.7e18), 0.7e18, 0.7e18], SIGNERS), "an update");
    }

    function test_AboveTheAverage() public {
        _setSpot(MARK, SPOT, ORACLE_WIDE);
        _check();
    }

    function test_BelowTheAverage() public {
        _setSpot(SPOT, MARK, ORACLE_WIDE);
        _check();
    }

    function _check() private view {
        for (uint256 i = 0; i < 4; ++i) {
            Leg memory leg = _leg(MIDDLE, i < 2 ? 2000e18 : 2300e18, true, i % 2 == 0 ? int256(1e18) : -1e18);
            QuoteParts memory alone = _quote(_legs(leg)).parts;
            QuoteParts memory beside = _quote(_legs(leg, _leg(MIDDLE, 1600e18, false, 1e15))).parts;
            assertLe(Wad.unwrap(alone.spread), Wad.unwrap(beside.spread) + 0.1e18, "the update is not charged again");
            if (i % 2 == 1) assertLt(SignedWad.unwrap(alone.net), 0, "nobody pays to sell");
        }
    }
}
