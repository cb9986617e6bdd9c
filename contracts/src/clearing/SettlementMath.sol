// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetScale, Assets, toAssetsDown} from "../types/Assets.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {LOT, Size} from "../types/Size.sol";
import {Wad, WAD} from "../types/Wad.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What an expired series owes and pays
/// @notice The payoff of one option is rounded down to a base unit, once. What the shorts owe is rounded up, what a
/// holder is paid is rounded down: the payments of a series never add up to more than its pot.
library SettlementMath {
    /// @dev Lots in one option.
    uint256 internal constant LOTS_PER_OPTION = WAD / LOT;

    /// @notice Payoff of one option at settlement price, a whole number of base units written as a wad.
    /// @dev A price beyond 128 bits counts as 2^128 - 1, so that no price an oracle can give stops a settlement.
    function payoff(SeriesId series, Wad price, AssetScale scale) internal pure returns (Wad) {
        uint256 s = Math.min(Wad.unwrap(price), type(uint128).max);
        uint256 k = Wad.unwrap(series.strikeOf());
        uint256 inner = series.isCall() ? Math.saturatingSub(s, k) : Math.saturatingSub(k, s);
        return Wad.wrap(inner - inner % AssetScale.unwrap(scale));
    }

    /// @notice What so many lots short owe, rounded up.
    function owed(uint256 lots, Wad payoff_, AssetScale scale) internal pure returns (Assets) {
        return Assets.wrap(Math.ceilDiv(lots * Assets.unwrap(toAssetsDown(payoff_, scale)), LOTS_PER_OPTION));
    }

    /// @notice Share of the payoff that a pot filled with `paid` of `due` can pay, rounded down.
    function payableShare(Assets paid, Assets due) internal pure returns (Wad) {
        if (paid >= due) return Wad.wrap(WAD);
        return Wad.wrap(Math.mulDiv(Assets.unwrap(paid), WAD, Assets.unwrap(due)));
    }

    /// @notice What `size` options are paid, rounded down.
    function redeemed(Size size, Wad payoff_, Wad share, AssetScale scale) internal pure returns (Assets) {
        uint256 full = Math.mulDiv(Size.unwrap(size), Assets.unwrap(toAssetsDown(payoff_, scale)), WAD);
        return Assets.wrap(Math.mulDiv(full, Wad.unwrap(share), WAD));
    }
}
