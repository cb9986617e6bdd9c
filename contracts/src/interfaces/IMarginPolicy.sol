// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../types/Assets.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";

/// @notice Health of one compartment of the vault.
struct Health {
    Assets collateral;
    Assets minimum;
    Wad safety; // collateral / minimum, rounded down; type(uint256).max when nothing is owed
    Wad lower;
    Wad upper;
}

/// @notice What `adjust` did with one id.
type AdjustCode is uint8;

AdjustCode constant ADJUST_NONE = AdjustCode.wrap(0);
AdjustCode constant ADJUST_TOPPED_UP = AdjustCode.wrap(1);
AdjustCode constant ADJUST_RELEASED = AdjustCode.wrap(2);
AdjustCode constant ADJUST_PARTIAL = AdjustCode.wrap(3); // topped up with all the cash there was
AdjustCode constant ADJUST_NO_PRICE = AdjustCode.wrap(4);
AdjustCode constant ADJUST_NO_POSITION = AdjustCode.wrap(5);

/// @title Margin policy of the vault
/// @notice Owns the top-up order. Calls Clearing.lock and Clearing.release, for the vault only; moves no tokens.
interface IMarginPolicy {
    event Adjusted(SeriesId indexed series, AdjustCode code, Assets before, Assets afterwards, Assets minimum);

    error TooManyIds(uint256 given, uint256 most);

    /// @notice Tops up compartments below their lower factor to upper, releases above upper by 10 %, the least safe
    /// first when cash is short. At most 128 ids; one bad id never stops the others. Anyone.
    function adjust(SeriesId[] calldata ids) external returns (AdjustCode[] memory codes);

    function health(SeriesId[] calldata ids) external view returns (Health[] memory);
}
