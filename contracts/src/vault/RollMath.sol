// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {AssetScale} from "../types/Assets.sol";

/// @notice What a roll meets. Assets in base units, shares with 18 decimals.
struct RollInput {
    int256 lower; // the lower of equity at mark and at average, rounded down
    int256 upper; // the higher, rounded up
    uint256 halfSpread; // half the gross exit spread of the book, rounded up
    bool priced; // false when there is no price at all
    uint256 supply;
    uint256 waiting; // shares in the redemption line, this epoch's included
    uint256 deposits; // pending in this epoch
    uint256 free; // cash in clearing, the buffer included
    uint256 buffer;
}

/// @notice What a roll does.
struct RollResult {
    uint256 filled; // shares of the line burned
    uint256 paid; // assets reserved for them
    uint256 accepted; // deposits taken; none means the epoch's are refundable
    uint256 minted;
    uint256 depositPrice; // wad, saturated at 104 bits, zero when refused
    uint256 redeemPrice; // wad, saturated at 104 bits, zero when there was none
}

/// @notice Shares that belong to nobody and the assets that stand for them.
struct Virtual {
    uint256 shares;
    uint256 assets;
}

/// @title The arithmetic of a roll
/// @notice Law. Redemptions are paid at the lower equity less half the exit spread, as far as cash above the buffer
/// and the roll's own deposits go; deposits buy at the upper equity plus half the spread, after the redemptions. Both
/// round against the one who comes or goes, so equity per share of those who stay does not fall.
/// Virtual shares and assets open the price at 1.0 and make a donation go to nobody instead of to its donor.
library RollMath {
    /// @dev Supply stays below it, so that no price can overflow what is stored.
    uint256 internal constant MAX_SUPPLY = 1 << 112;

    uint256 private constant MAX_PRICE = type(uint104).max;
    uint256 private constant LEAST_VIRTUAL_SHARES = 1e9;

    /// @notice At least 1e9 base units of shares, at par with whole base units of assets.
    function virtualOf(AssetScale scale) internal pure returns (Virtual memory v) {
        uint256 perAsset = AssetScale.unwrap(scale);
        v.shares = Math.max(perAsset, LEAST_VIRTUAL_SHARES);
        v.assets = v.shares / perAsset;
    }

    /// @notice The roll. Deposits without a price, at no equity, or too small or too many for a share are refused.
    function roll(RollInput memory input, AssetScale scale) internal pure returns (RollResult memory result) {
        Virtual memory v = virtualOf(scale);
        bool solvent = input.priced && (input.lower > 0 || input.lower == 0 && input.supply == 0);
        result = _execute(input, v, scale, solvent, input.deposits);
        if (input.deposits != 0 && result.accepted == 0) result = _execute(input, v, scale, false, 0);
    }

    /// @notice Cash the line lacks above the buffer and the deposits.
    function shortfall(RollInput memory input, AssetScale scale) internal pure returns (uint256) {
        (uint256 shares, uint256 assets) = redeemRatio(input, virtualOf(scale));
        uint256 wanted = Math.mulDiv(input.waiting, assets, shares);
        if (wanted == 0) return 0;
        return Math.saturatingSub(wanted + input.buffer, input.free + input.deposits);
    }

    /// @notice Shares and assets whose ratio redemptions are paid at: with the virtual ones above par, without below it,
    /// whichever pays less. A zero `assets` means there is no price.
    function redeemRatio(RollInput memory input, Virtual memory v)
        internal
        pure
        returns (uint256 shares, uint256 assets)
    {
        int256 lower = input.lower - int256(input.halfSpread);
        if (!input.priced || lower <= 0 || input.supply == 0) return (1, 0);
        (shares, assets) = (input.supply, uint256(lower));
        if (assets * v.shares > v.assets * shares) (shares, assets) = (shares + v.shares, assets + v.assets);
    }

    function _execute(RollInput memory input, Virtual memory v, AssetScale scale, bool solvent, uint256 deposits)
        private
        pure
        returns (RollResult memory result)
    {
        (uint256 shares, uint256 assets) = redeemRatio(input, v);
        if (assets != 0) {
            result.redeemPrice = _price(assets, shares, scale, Math.Rounding.Floor);
            uint256 cash = Math.saturatingSub(input.free + (solvent ? deposits : 0), input.buffer);
            result.filled = input.waiting;
            result.paid = Math.mulDiv(result.filled, assets, shares);
            if (result.paid > cash) {
                result.filled = Math.mulDiv(cash, shares, assets);
                result.paid = Math.mulDiv(result.filled, assets, shares);
            }
        }
        if (!solvent) return result;

        assets = uint256(input.upper + int256(input.halfSpread)) - result.paid + v.assets;
        shares = input.supply - result.filled + v.shares;
        result.depositPrice = _price(assets, shares, scale, Math.Rounding.Ceil);
        uint256 minted = Math.mulDiv(deposits, shares, assets);
        if (minted == 0 || minted >= MAX_SUPPLY - Math.min(shares, MAX_SUPPLY)) return result;
        (result.accepted, result.minted) = (deposits, minted);
    }

    function _price(uint256 assets, uint256 shares, AssetScale scale, Math.Rounding rounding)
        private
        pure
        returns (uint256)
    {
        return Math.min(Math.mulDiv(assets * AssetScale.unwrap(scale), 1e18, shares, rounding), MAX_PRICE);
    }
}
