// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgePosition, IHedger} from "../../../../src/interfaces/IHedger.sol";
import {BookValue} from "../../../../src/interfaces/IPricer.sol";
import {OracleMode, SpotRead} from "../../../../src/interfaces/ISpotOracle.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {Backing, toBacking} from "../../../../src/types/Backing.sol";
import {SignedWad, Wad} from "../../../../src/types/Wad.sol";

/// @notice What the hedger reads of the market and of the spot oracle, set by the test.
contract HedgeMarketMock {
    int256 public deltaAtMark;
    int256 public deltaAtAverage;
    int256 public gamma;
    uint256 public lastTrade;
    uint256 public mark;
    Backing public backing;

    function setDelta(int256 atMark, int256 atAverage) external {
        (deltaAtMark, deltaAtAverage) = (atMark, atAverage);
    }

    function setGamma(int256 gamma_) external {
        gamma = gamma_;
    }

    function setMark(uint256 mark_) external {
        mark = mark_;
    }

    function trade() external {
        lastTrade = block.number;
    }

    function lastTradeBlock(MarketId) external view returns (uint256) {
        return lastTrade;
    }

    /// @dev As the market takes it, and as a hedger would be caught that told it too early.
    function takeBacking(MarketId market) external {
        HedgePosition memory p = IHedger(msg.sender).position(market);
        uint256 hedge;
        assembly ("memory-safe") {
            hedge := p
        }
        backing = toBacking(hedge, 0);
    }

    function bookValue(MarketId) external view returns (BookValue memory atMark, BookValue memory atAverage) {
        atMark.delta = SignedWad.wrap(deltaAtMark);
        atMark.gamma = SignedWad.wrap(gamma);
        atAverage.delta = SignedWad.wrap(deltaAtAverage);
        atAverage.gamma = SignedWad.wrap(gamma);
    }

    function read(MarketId) external view returns (SpotRead memory) {
        return SpotRead(Wad.wrap(mark), Wad.wrap(mark), uint40(block.timestamp), OracleMode.wrap(mark == 0 ? 3 : 0));
    }
}
