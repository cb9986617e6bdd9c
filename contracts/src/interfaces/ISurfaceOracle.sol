// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../types/SeriesId.sol";
import {SviSlice} from "../types/SviSlice.sol";
import {Wad} from "../types/Wad.sol";

/// @notice A slice in force, as a trade reads it.
struct SurfaceSlice {
    SviSlice svi; // total variance at ln(K / F)
    Wad forwardRatio; // signed forward over spot; F = spot now x this
    Wad spotAtReport; // the spot the slice was fitted at
    uint40 expiry;
    uint40 reportedAt; // zero when the expiry has never been reported
}

/// @notice One slice of a signed report.
struct SliceReport {
    MarketId market;
    uint40 expiry;
    uint40 reportedAt; // signers' clock, strictly newer than the slice in force
    SviSlice svi;
    Wad forwardRatio;
    Wad spotAtReport;
}

/// @title Volatility surface
/// @notice Owns, per market and expiry: the slice in force, the slices live in the grace window, signers and limits.
/// A report is an EIP-712 message signed by k of n distinct signers; anyone relays it.
interface ISurfaceOracle {
    event SliceUpdated(
        MarketId indexed market,
        uint40 indexed expiry,
        uint40 reportedAt,
        SviSlice svi,
        Wad forwardRatio,
        Wad spotAtReport
    );
    event SignersSet(address[] signers, uint256 threshold);

    error ReportTooOld(uint40 reportedAt, uint256 oldestAllowed);
    error ReportFromFuture(uint40 reportedAt, uint256 now_);
    error ReportNotNewer(uint40 reportedAt, uint40 inForce);
    error TooFewSignatures(uint256 valid, uint256 threshold);
    error SignersNotAscending(address previous, address signer);
    error NotASigner(address signer);
    error SliceOutOfRange(MarketId market, uint40 expiry);

    /// @notice Checks and stores several slices, all or none. Anyone may relay.
    /// @param signers in ascending order, so that each counts once; ERC-1271 contracts are accepted
    /// @param signatures of `signers`, over the EIP-712 hash of the reports
    function relay(SliceReport[] calldata reports, address[] calldata signers, bytes[] calldata signatures) external;

    /// @notice The slices in force, one per asked expiry; an expiry never reported has reportedAt 0.
    function slices(MarketId market, uint40[] calldata expiries) external view returns (SurfaceSlice[] memory);

    /// @notice EIP-712 digest that signers sign for these reports.
    function digest(SliceReport[] calldata reports) external view returns (bytes32);
}
