// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISignerSet} from "./ISignerSet.sol";

/// @notice A price as its signers saw it.
struct PriceReport {
    int256 answer; // collateral per one underlying, in the feed's decimals; positive, at most 96 bits
    uint40 signedAt; // unix seconds
}

/// @title A price that comes with the order
/// @notice Owns one market's newest signed price and the rounds before it. Whoever needs a price relays a report that
/// enough signers signed moments ago. Calls: ERC-1271 signers.
interface ISignedFeed is ISignerSet {
    /// @notice As Chainlink's feeds; `updatedAt` is when it was signed.
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);
    event SignersSet(address[] signers, uint256 threshold);
    event FreshnessSet(uint256 freshness);

    error ReportTooOld(uint40 signedAt, uint256 oldest);
    error ReportFromFuture(uint40 signedAt, uint256 now_);
    error AnswerOutOfRange(int256 answer);
    error DecimalsAbove18(uint8 decimals);
    /// @notice No such round, or one of more than 1,024 rounds ago.
    error NoDataPresent(uint80 roundId);
    error NotTighter(bytes32 what, uint256 given, uint256 current);

    /// @notice Makes a report the latest round. A report that is not strictly newer than the latest round changes
    /// nothing and does not revert, so that a relay and a trade sent together are not undone by a relay in between: the
    /// trade has its limit price. Anyone.
    /// @param signers in ascending order, so that each counts once; ERC-1271 contracts are accepted
    /// @param signatures of `signers`, over `digest(report)`
    /// @return stored false where the feed already had this report or a newer one
    function relay(PriceReport calldata report, address[] calldata signers, bytes[] calldata signatures)
        external
        returns (bool stored);

    /// @notice Reverts unless a relay of the report would pass but for its age and for newer rounds: enough signers signed it,
    /// it is not from the future, and its answer is in range. Stores nothing.
    function verify(PriceReport calldata report, address[] calldata signers, bytes[] calldata signatures) external view;

    /// @notice EIP-712 digest that signers sign for a report: `PriceReport(int256 answer,uint40 signedAt)` in the domain
    /// "Keel Price", version "1", of this chain and contract.
    function digest(PriceReport calldata report) external view returns (bytes32);

    function signerSet() external view returns (address[] memory signers, uint256 threshold);

    /// @notice Seconds a report may be old when it is relayed.
    function freshness() external view returns (uint256);

    /// @notice Replaces the set; rounds stored stay. 1 to 32 signers, ascending, of whom `threshold` must sign. Governor.
    function setSigners(address[] calldata signers, uint256 threshold) external;

    /// @notice 1 to 60 seconds. Governor.
    function setFreshness(uint256 freshness_) external;

    /// @notice The same where it is no larger than it is. Risk council.
    function tightenFreshness(uint256 freshness_) external;
}
