// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../types/Assets.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";

/// @notice Health of one compartment of the vault.
struct Health {
    Assets collateral;
    Assets minimum;
    Wad safety; // collateral / minimum, rounded down; 2^256 - 1 when there is no position
    Wad lower; // topped up below it
    Wad upper; // topped up to it; released above it by 10 %
    bool priced; // false without a position, a live expiry or a spot price: minimum is unknown then
}

/// @notice What `adjust` did with one id.
type AdjustCode is uint8;

using {eqAdjustCode as ==} for AdjustCode global;

AdjustCode constant ADJUST_NONE = AdjustCode.wrap(0);
AdjustCode constant ADJUST_TOPPED_UP = AdjustCode.wrap(1);
AdjustCode constant ADJUST_RELEASED = AdjustCode.wrap(2);
AdjustCode constant ADJUST_PARTIAL = AdjustCode.wrap(3); // topped up with all the cash there was, possibly none
AdjustCode constant ADJUST_NO_PRICE = AdjustCode.wrap(4);
AdjustCode constant ADJUST_NO_POSITION = AdjustCode.wrap(5);
AdjustCode constant ADJUST_EXPIRED = AdjustCode.wrap(6); // settlement covers it
AdjustCode constant ADJUST_FAILED = AdjustCode.wrap(7); // clearing refused

function eqAdjustCode(AdjustCode x, AdjustCode y) pure returns (bool) {
    return AdjustCode.unwrap(x) == AdjustCode.unwrap(y);
}

/// @notice What a margin policy is wired to, fixed at construction.
struct MarginPolicyConfig {
    address clearing;
    address market;
    address vault;
}

/// @title Margin policy of the vault
/// @notice Owns the top-up order and nothing else. Calls Market.marks, Clearing.lock and Clearing.release, for the
/// vault only; moves no tokens.
interface IMarginPolicy {
    event Adjusted(SeriesId indexed series, AdjustCode code, Assets before, Assets afterwards, Assets minimum);

    error TooManyIds(uint256 given, uint256 most);

    /// @notice Releases compartments above upper by 10 % down to upper, then tops up those below lower to upper from
    /// free cash, the least safe first when there is not enough for all. At most 128 ids; an id that cannot be served
    /// gets its code and never stops the others. Anyone.
    function adjust(SeriesId[] calldata ids) external returns (AdjustCode[] memory codes);

    /// @notice What `adjust` would judge by, now. Never reverts for a bad id.
    function health(SeriesId[] calldata ids) external view returns (Health[] memory);
}
