// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../types/Assets.sol";
import {SeriesId} from "../types/SeriesId.sol";

/// @title Safety fund
/// @notice Owns the reserve fed by penalties and a share of fees. Clearing draws on it when a series is short.
interface ISafetyFund {
    event Fed(address indexed from, Assets amount);
    event Drawn(SeriesId indexed series, Assets amount);

    error NotClearing(address caller);

    function feed(Assets amount) external;

    /// @notice Pays up to `amount` to clearing, less if the series' cap or the fund is smaller. Clearing only.
    function draw(SeriesId series, Assets amount) external returns (Assets paid);

    function available(SeriesId series) external view returns (Assets);
}
