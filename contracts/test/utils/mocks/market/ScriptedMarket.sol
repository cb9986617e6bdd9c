// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Fill, IClearing} from "../../../../src/interfaces/IClearing.sol";
import {Order, Quote} from "../../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../../src/interfaces/IPricer.sol";
import {AggregatorV3} from "../../../../src/oracle/AggregatorV3.sol";
import {Assets, SignedAssets} from "../../../../src/types/Assets.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {MockMarket} from "../clearing/MockMarket.sol";

/// @notice A market that trades orders at whatever it was told to, whatever their limit, by the market that clearing knows;
/// and remembers what its quick source said meanwhile.
contract ScriptedMarket {
    error MarketRefuses();

    MockMarket private immutable _INNER;
    AggregatorV3 public source;
    SignedAssets public netCash;
    bool public refuses;
    int256 public seenAnswer;
    uint256 public seenAt;
    uint256 public trades;

    constructor(MockMarket inner) {
        _INNER = inner;
    }

    function set(AggregatorV3 source_) external {
        source = source_;
    }

    function price(int256 netCash_, bool refuses_) external {
        (netCash, refuses) = (SignedAssets.wrap(netCash_), refuses_);
    }

    function clearing() external view returns (IClearing) {
        return _INNER.clearing();
    }

    function trade(Order calldata order) external returns (SignedAssets) {
        (, seenAnswer,, seenAt,) = source.latestRoundData();
        require(!refuses, MarketRefuses());
        ++trades;
        Fill[] memory fills = new Fill[](order.legs.length);
        for (uint256 i; i < fills.length; ++i) {
            Leg calldata leg = order.legs[i];
            fills[i] = Fill({series: leg.series, size: leg.size, collateral: Assets.wrap(0)});
        }
        _INNER.trade(msg.sender, order.recipient, fills, netCash);
        return netCash;
    }

    /// @dev Net cash is the price that is there; the rest is empty.
    function quote(MarketId, Leg[] calldata) external view returns (Quote memory quoted) {
        (, int256 answer,, uint256 updatedAt,) = source.latestRoundData();
        require(updatedAt + 60 >= block.timestamp, MarketRefuses());
        quoted.netCash = SignedAssets.wrap(answer);
    }
}
