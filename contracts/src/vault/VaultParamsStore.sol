// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVault, VaultParams} from "../interfaces/IVault.sol";
import {Assets} from "../types/Assets.sol";
import {Wad} from "../types/Wad.sol";

/// @notice Governed values of the vault in two slots.
struct PackedParams {
    uint88 minimumRequest;
    uint104 depositCap;
    uint64 exitSpread;
    uint96 equityFloor;
    uint64 bufferShare;
    uint32 period;
    uint32 phase;
    uint32 maxInformationAge;
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

    function pack(VaultParams memory p, uint256 unit) internal pure returns (PackedParams memory) {
        return PackedParams({
            minimumRequest: uint88(
                _within("minimumRequest", Assets.unwrap(p.minimumRequest), 1, MAX_MINIMUM_REQUEST_UNITS * unit)
            ),
            depositCap: uint104(_within("depositCap", Assets.unwrap(p.depositCap), 0, MAX_DEPOSIT_CAP)),
            exitSpread: uint64(_within("exitSpread", Wad.unwrap(p.exitSpread), 0, MAX_EXIT_SPREAD)),
            equityFloor: uint96(
                _within("equityFloor", Assets.unwrap(p.equityFloor), unit, MAX_EQUITY_FLOOR_UNITS * unit)
            ),
            bufferShare: uint64(_within("bufferShare", Wad.unwrap(p.bufferShare), 0, MAX_BUFFER_SHARE)),
            period: uint32(_within("period", p.period, MIN_PERIOD, MAX_PERIOD)),
            phase: uint32(_within("phase", p.phase, 0, p.period - 1)),
            maxInformationAge: uint32(
                _within("maxInformationAge", p.maxInformationAge, MIN_INFORMATION_AGE, MAX_INFORMATION_AGE)
            )
        });
    }

    function unpack(PackedParams memory p) internal pure returns (VaultParams memory) {
        return VaultParams({
            minimumRequest: Assets.wrap(p.minimumRequest),
            depositCap: Assets.wrap(p.depositCap),
            equityFloor: Assets.wrap(p.equityFloor),
            bufferShare: Wad.wrap(p.bufferShare),
            exitSpread: Wad.wrap(p.exitSpread),
            period: p.period,
            phase: p.phase,
            maxInformationAge: p.maxInformationAge
        });
    }

    function _within(bytes32 name, uint256 value, uint256 least, uint256 most) private pure returns (uint256) {
        require(value >= least && value <= most, IVault.ParamOutOfBounds(name, value, least, most));
        return value;
    }
}
