// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3} from "../../../../src/oracle/AggregatorV3.sol";

/// @notice Reads as many cold accounts and slots as Chainlink's proxy and off-chain aggregator do, for gas alone:
/// access controller and phase in the proxy; access list, hot variables and transmission in the aggregator.
contract ChainlinkShapedAggregator {
    mapping(address => bool) private _access;
    uint256 private _hot;
    mapping(uint32 => uint256) private _transmissions;

    constructor(address proxy) {
        _access[proxy] = true;
    }

    function transmit(int192 answer, uint64 time) external {
        transmitAs(uint32(_hot) + 1, answer, time);
    }

    function transmitAs(uint32 id, int192 answer, uint64 time) public {
        _hot = id;
        _transmissions[id] = uint256(uint192(answer)) << 64 | time;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        require(_access[msg.sender], "No access");
        return _round(uint32(_hot));
    }

    function getRoundData(uint80 id) external view returns (uint80, int256, uint256, uint256, uint80) {
        require(_access[msg.sender], "No access");
        return _round(uint32(id));
    }

    function _round(uint32 id) private view returns (uint80, int256, uint256, uint256, uint80) {
        uint256 t = _transmissions[id];
        return (id, int192(uint192(t >> 64)), uint64(t), uint64(t), id);
    }
}

contract ChainlinkShapedProxy is AggregatorV3 {
    uint8 public constant override decimals = 8;
    address private _accessController;
    uint16 private _phase = 1;
    ChainlinkShapedAggregator private _aggregator;
    mapping(uint16 => ChainlinkShapedAggregator) private _aggregators;

    function confirm(ChainlinkShapedAggregator aggregator) external {
        _aggregator = aggregator;
        _aggregators[_phase] = aggregator;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        require(_accessController == address(0), "No access");
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) =
            _aggregator.latestRoundData();
        uint80 phase = uint80(_phase) << 64;
        return (phase | id, answer, startedAt, updatedAt, phase | answeredIn);
    }

    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        require(_accessController == address(0), "No access");
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) =
            _aggregators[uint16(roundId >> 64)].getRoundData(uint64(roundId));
        uint80 phase = uint80(roundId >> 64 << 64);
        return (phase | id, answer, startedAt, updatedAt, phase | answeredIn);
    }
}
