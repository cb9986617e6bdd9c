// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IVault} from "../interfaces/IVault.sol";

/// @notice Executed requests of one controller, not yet claimed: so many assets against so many shares. One slot.
struct Claim {
    uint112 assets;
    uint112 shares;
    uint32 id; // the newest request merged into it
}

/// @title Claims taken in parts
/// @notice A part is worth its proportion of the claim; what is given rounds down, what is used up rounds up. The
/// last part takes all the rest.
library ClaimMath {
    using SafeCast for uint256;

    function merge(Claim memory claim, uint256 assets, uint256 shares, uint256 id) internal pure {
        claim.assets = (claim.assets + assets).toUint112();
        claim.shares = (claim.shares + shares).toUint112();
        if (id > claim.id) claim.id = uint32(id);
    }

    /// @notice Uses up `assets` of the claim for shares.
    function takeAssets(Claim memory claim, uint256 assets, Math.Rounding rounding)
        internal
        pure
        returns (uint256 shares)
    {
        require(assets <= claim.assets, IVault.ClaimExceedsClaimable(assets, claim.assets));
        if (assets == claim.assets) shares = claim.shares;
        else shares = Math.mulDiv(assets, claim.shares, claim.assets, rounding);
        _take(claim, assets, shares);
    }

    /// @notice Uses up `shares` of the claim for assets.
    function takeShares(Claim memory claim, uint256 shares, Math.Rounding rounding)
        internal
        pure
        returns (uint256 assets)
    {
        require(shares <= claim.shares, IVault.ClaimExceedsClaimable(shares, claim.shares));
        if (shares == claim.shares) assets = claim.assets;
        else assets = Math.mulDiv(shares, claim.assets, claim.shares, rounding);
        _take(claim, assets, shares);
    }

    function _take(Claim memory claim, uint256 assets, uint256 shares) private pure {
        unchecked {
            claim.assets -= uint112(assets);
            claim.shares -= uint112(shares);
        }
    }
}
