// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../types/SeriesId.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {Wad} from "../types/Wad.sol";
import {ISignerSet} from "./ISignerSet.sol";

/// @notice A slice in force, as a trade reads it.
struct SurfaceSlice {
    SviSlice svi; // total variance at ln(K / F)
    Wad forwardRatio; // signed forward over spot; F = spot now x this
    Wad spotAtReport; // the spot the slice was fitted at
    uint40 expiry;
    uint40 reportedAt; // zero when the expiry has never been reported
}

/// @notice Every slice a trade of one expiry must be priced at: the worst for the trader counts.
struct LiveSlices {
    SurfaceSlice inForce;
    SurfaceSlice[] previous; // replaced, and still within the grace window; the newest first; mostly empty
    bool openingStopped; // a valid report beyond the step limit was seen and no newer one accepted since
}

/// @notice One slice of a signed report. Its numbers are stored rounded to the nearest of what a slot holds: a to 2^-33, b and
/// the ratio to 2^-27, m to 2^-26, sigma to 2^-25, rho to 2^-24, the spot to 22 significant bits. Checks, views and events see
/// the rounded ones.
struct SliceReport {
    MarketId market;
    uint40 expiry;
    uint40 reportedAt; // signers' clock, strictly newer than the slice in force
    SviSlice svi;
    Wad forwardRatio;
    Wad spotAtReport;
}

/// @notice Governed values of the surface oracle.
struct SurfaceParams {
    uint40 freshness; // seconds a report may be old when relayed; box [10 s, 10 min]
    uint40 grace; // seconds a replaced slice stays live; box [0, 10 min]
    Wad maxStep; // of at-the-money volatility against the slice in force ten minutes ago; box [0.01, 1]
}

/// @title Volatility surface
/// @notice Owns, per market and expiry: the slice in force, the slices live in the grace window, signers and limits.
/// A report is an EIP-712 message signed by k of n distinct signers; anyone relays it.
interface ISurfaceOracle is ISignerSet {
    event SliceUpdated(
        MarketId indexed market,
        uint40 indexed expiry,
        uint40 reportedAt,
        SviSlice svi,
        Wad forwardRatio,
        Wad spotAtReport
    );
    event OpeningStopped(MarketId indexed market, uint40 indexed expiry, uint40 reportedAt);
    event SignersSet(address[] signers, uint256 threshold, uint256 stepThreshold);
    event ParamsSet(SurfaceParams params);

    error NoReports();
    error TooManyReports(uint256 given, uint256 most);
    error ReportTooOld(uint40 reportedAt, uint256 oldestAllowed);
    error ReportFromFuture(uint40 reportedAt, uint256 now_);
    /// @notice Also when a newer report has stopped opening: an older one cannot start it again.
    error ReportNotNewer(uint40 reportedAt, uint40 inForce);
    error ReportsNotAscending(uint40 previous, uint40 expiry);
    error MixedMarkets(MarketId expected, MarketId found);
    error UpdateTooSoon(MarketId market, uint40 expiry, uint40 slotFreeAt);
    error TooManyExpiries(uint256 most);
    error ExpiryNotAtEight(uint40 expiry);
    error ExpiryPassed(uint40 expiry, uint256 now_);
    error SliceOutOfRange(MarketId market, uint40 expiry);
    error ButterflyArbitrage(MarketId market, uint40 expiry, int256 k);
    error CalendarArbitrage(MarketId market, uint40 nearExpiry, uint40 farExpiry, int256 k);
    error NotTighter(bytes32 what, uint256 given, uint256 current);

    /// @notice Checks and stores several slices of one market, in ascending order of expiry, all or none. Anyone may
    /// relay. If a slice steps further than `maxStep` and fewer than `stepThreshold` signed, nothing is stored and
    /// opening stops in every expiry of the report until a newer one is accepted, or the same with `stepThreshold`.
    /// @param signers in ascending order, so that each counts once; ERC-1271 contracts are accepted
    /// @param signatures of `signers`, over the EIP-712 hash of the reports
    /// @return stored false where opening was stopped instead
    function relay(SliceReport[] calldata reports, address[] calldata signers, bytes[] calldata signatures)
        external
        returns (bool stored);

    /// @notice The slices in force, one per asked expiry; an expiry never reported has reportedAt 0. One slot each.
    function slices(MarketId market, uint40[] calldata expiries) external view returns (SurfaceSlice[] memory);

    /// @notice The slices a trade must be priced at, one entry per asked expiry. One slot each, and two more for each
    /// slice live in the grace window and for the first that is not.
    function liveSlices(MarketId market, uint40[] calldata expiries) external view returns (LiveSlices[] memory);

    /// @notice Until when each replaced slice is live, unix seconds exclusive, in the order `liveSlices` gives them.
    function graceEnds(MarketId market, uint40 expiry) external view returns (uint40[] memory);

    /// @notice Both at once, for a trade, as they are stored: the slices in force of all these expiries, in their order, and
    /// those of the expiries it trades that were replaced and are still live, in any order. One slot each, two from the
    /// second replaced one of an expiry on.
    /// @param traded bit i for `expiries[i]`
    /// @return inForce an expiry never reported has zero; their tags are the oracle's
    /// @return previous of the traded expiries, each with the place of its expiry among these as its tag
    /// @return openingStopped whether any of the traded expiries accepts no opening
    function boardSlices(MarketId market, uint40[] calldata expiries, uint256 traded)
        external
        view
        returns (SliceWord[] memory inForce, SliceWord[] memory previous, bool openingStopped);

    /// @notice The same for the market: arguments and answer are those of `boardSlices` to the byte, and neither is declared or
    /// decoded. By its selector it is found early. No bit of `traded` may lie beyond the expiries.
    /// @param market a `MarketId`
    /// @param expiries offset of the expiries, as ABI-encoded
    function surfaceOf(uint256 market, uint256 expiries, uint256 traded) external view;

    /// @notice Expiries that have been reported and have not passed, ascending.
    function expiries(MarketId market) external view returns (uint40[] memory);

    /// @notice Total variance (wad) at log-moneyness `k` (wad) for any time, reported or not: linear in total variance
    /// at equal forward moneyness between two expiries; flat in volatility before the first and beyond the last.
    function totalVariance(MarketId market, uint40 expiry, int256 k) external view returns (Wad);

    /// @notice EIP-712 digest that signers sign for these reports.
    function digest(SliceReport[] calldata reports) external view returns (bytes32);

    function signerSet() external view returns (address[] memory signers, uint256 threshold, uint256 stepThreshold);

    function params() external view returns (SurfaceParams memory);

    /// @param threshold signatures that store a slice
    /// @param stepThreshold signatures that store a slice beyond `maxStep`; at least `threshold`
    function setSigners(address[] calldata signers, uint256 threshold, uint256 stepThreshold) external;

    /// @notice Governor.
    function setParams(SurfaceParams calldata params_) external;

    /// @notice The same where freshness and step are no larger, and grace no shorter, than they are. Risk council.
    function tightenParams(SurfaceParams calldata params_) external;
}
