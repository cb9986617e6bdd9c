// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3} from "../../../../src/oracle/AggregatorV3.sol";

/// @notice A feed that does whatever a broken or malicious one could.
contract HostileFeed {
    uint256 public constant HONEST = 0;
    uint256 public constant REVERTS = 1;
    uint256 public constant RETURNS_NOTHING = 2;
    uint256 public constant RETURNS_TOO_LITTLE = 3;
    uint256 public constant RETURNS_GARBAGE = 4; // five words of ones
    uint256 public constant RETURNS_MEGABYTES = 5;
    uint256 public constant REVERTS_WITH_MEGABYTES = 6;
    uint256 public constant BURNS_GAS = 7;
    uint256 public constant INVALID_OPCODE = 8;
    uint256 public constant FAULTS = 9;

    uint256 private constant MEGABYTES = 1 << 16;

    uint8 public immutable decimals;
    uint256 public fault;
    uint80 public id = 1;
    int256 public answer;
    uint256 public updatedAt;
    uint80 public answeredIn = 1;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function setFault(uint256 fault_) external {
        fault = fault_;
    }

    function set(uint80 id_, int256 answer_, uint256 updatedAt_, uint80 answeredIn_) external {
        (id, answer, updatedAt, answeredIn) = (id_, answer_, updatedAt_, answeredIn_);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint256 f = fault;
        if (f == REVERTS) revert("no");
        if (f == INVALID_OPCODE) {
            assembly {
                invalid()
            }
        }
        if (f == BURNS_GAS) while (gasleft() > 0) {}
        assembly {
            if eq(f, 2) { return(0, 0) }
            if eq(f, 3) { return(0, 159) }
            if eq(f, 4) {
                for { let i := 0 } lt(i, 160) { i := add(i, 32) } { mstore(add(0x80, i), not(0)) }
                return(0x80, 160)
            }
            if eq(f, 5) { return(0x80, MEGABYTES) }
            if eq(f, 6) { revert(0x80, MEGABYTES) }
        }
        return (id, answer, updatedAt, updatedAt, answeredIn);
    }
}

/// @notice A feed whose rounds are set one by one, out of order if need be.
contract RoundTable is AggregatorV3 {
    struct Row {
        int256 answer;
        uint256 updatedAt;
    }

    uint8 public constant override decimals = 8;
    uint80 public latest;
    mapping(uint80 => Row) public rows;

    function set(uint80 id, int256 answer, uint256 updatedAt) external {
        rows[id] = Row(answer, updatedAt);
        if (id > latest) latest = id;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return getRoundData(latest);
    }

    function getRoundData(uint80 id) public view returns (uint80, int256, uint256, uint256, uint80) {
        Row memory row = rows[id];
        require(row.updatedAt != 0, "No data present");
        return (id, row.answer, row.updatedAt, row.updatedAt, id);
    }
}
