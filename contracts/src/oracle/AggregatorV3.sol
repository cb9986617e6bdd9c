// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The feed interface that Chainlink's proxies answer. A proxy's round id is `phase << 64 | aggregator round`;
/// a new aggregator starts a new phase, and the old one may go on reporting under the old phase.
interface AggregatorV3 {
    function decimals() external view returns (uint8);

    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);

    function getRoundData(uint80 roundId)
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
