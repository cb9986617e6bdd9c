// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVault, VaultParams} from "../interfaces/IVault.sol";
import {Assets} from "../types/Assets.sol";
import {Wad} from "../types/Wad.sol";

/// @notice Governed values of the vault in two words, from the low end: minimum request (88 bits), deposit cap (104),
/// exit spread (64); equity floor (96), buffer share (64), period (32), phase (32), information age (32).
struct PackedParams {
    uint256 requests;
    uint256 roll;
}

/// @title The box of the governed values
/// @notice Law. No value the governor may set can lock requests in, price them at will or stop rolls for good.
library VaultParamsStore {
    uint256 private constant ONE_PCT = 1e16;

    /// @dev In whole units of collateral: the least request must not shut out people.
    uint256 private constant MAX_MINIMUM_REQUEST_UNITS = 10_000;
    /// @dev Base units that still fit a claim's slot a hundred times over.
    uint256 private constant MAX_DEPOSIT_CAP = type(uint104).max;
    /// @dev Limits are ratios over E: a floor far above the vault's size would switch them off.
    uint256 private constant MAX_EQUITY_FLOOR_UNITS = 1_000_000;
    uint256 private constant MAX_BUFFER_SHARE = 100 * ONE_PCT;
    /// @dev Ten volatility points on the whole book; charged to those who come and go.
    uint256 private constant MAX_EXIT_SPREAD = 10 * ONE_PCT;
    uint256 private constant MIN_PERIOD = 1 hours;
    uint256 private constant MAX_PERIOD = 28 days;
    uint256 private constant MIN_INFORMATION_AGE = 5 minutes;
    uint256 private constant MAX_INFORMATION_AGE = 6 hours;

    /// @notice Daily cut-offs at 08:30 UTC, half an hour after expiries.
    function defaults(uint256 unit) internal pure returns (VaultParams memory) {
        return VaultParams({
            minimumRequest: Assets.wrap(unit),
            depositCap: Assets.wrap(10_000_000 * unit),
            equityFloor: Assets.wrap(1_000 * unit),
            bufferShare: Wad.wrap(10 * ONE_PCT),
            exitSpread: Wad.wrap(2 * ONE_PCT),
            period: 1 days,
            phase: 8 hours + 30 minutes,
            maxInformationAge: 1 hours
        });
    }

    /// @notice Packs values that lie in the box, or reverts.
    function pack(VaultParams memory p, uint256 unit) internal pure returns (PackedParams memory) {
        uint256 requests =
            _within("minimumRequest", Assets.unwrap(p.minimumRequest), 1, MAX_MINIMUM_REQUEST_UNITS * unit);
        requests |= _within("depositCap", Assets.unwrap(p.depositCap), 0, MAX_DEPOSIT_CAP) << 88;
        requests |= _within("exitSpread", Wad.unwrap(p.exitSpread), 0, MAX_EXIT_SPREAD) << 192;

        uint256 roll = _within("equityFloor", Assets.unwrap(p.equityFloor), unit, MAX_EQUITY_FLOOR_UNITS * unit);
        roll |= _within("bufferShare", Wad.unwrap(p.bufferShare), 0, MAX_BUFFER_SHARE) << 96;
        roll |= _within("period", p.period, MIN_PERIOD, MAX_PERIOD) << 160;
        roll |= _within("phase", p.phase, 0, p.period - 1) << 192;
        roll |= _within("maxInformationAge", p.maxInformationAge, MIN_INFORMATION_AGE, MAX_INFORMATION_AGE) << 224;
        return PackedParams(requests, roll);
    }

    function unpack(PackedParams memory p) internal pure returns (VaultParams memory) {
        return VaultParams({
            minimumRequest: minimumRequest(p.requests),
            depositCap: depositCap(p.requests),
            exitSpread: Wad.wrap(p.requests >> 192),
            equityFloor: Assets.wrap(uint96(p.roll)),
            bufferShare: bufferShare(p.roll),
            period: uint32(p.roll >> 160),
            phase: uint32(p.roll >> 192),
            maxInformationAge: uint32(p.roll >> 224)
        });
    }

    function minimumRequest(uint256 requests) internal pure returns (Assets) {
        return Assets.wrap(uint88(requests));
    }

    function depositCap(uint256 requests) internal pure returns (Assets) {
        return Assets.wrap(uint104(requests >> 88));
    }

    function bufferShare(uint256 roll) internal pure returns (Wad) {
        return Wad.wrap(uint64(roll >> 96));
    }

    function _within(bytes32 name, uint256 value, uint256 least, uint256 most) private pure returns (uint256) {
        require(value >= least && value <= most, IVault.ParamOutOfBounds(name, value, least, most));
        return value;
    }
}
