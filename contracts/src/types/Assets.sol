// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Wad, SignedWad} from "./Wad.sol";

/// @notice An amount of the collateral token in its base units.
type Assets is uint256;

/// @notice A signed amount of the collateral token in its base units.
type SignedAssets is int256;

/// @notice 10^(18 - decimals) of the collateral: base units times this are wads. Decimals above 18 are refused.
type AssetScale is uint256;

Assets constant NO_ASSETS = Assets.wrap(0);

using {
    addAssets as +,
    subAssets as -,
    eqAssets as ==,
    neAssets as !=,
    ltAssets as <,
    gtAssets as >,
    leAssets as <=,
    geAssets as >=,
    toWad,
    min
} for Assets global;
using {addSignedAssets as +, subSignedAssets as -, negSignedAssets as -} for SignedAssets global;

error CollateralDecimalsAbove18(uint8 decimals);

/// @notice The scale of a collateral with so many decimals.
function assetScale(uint8 decimals) pure returns (AssetScale) {
    require(decimals <= 18, CollateralDecimalsAbove18(decimals));
    return AssetScale.wrap(10 ** (18 - uint256(decimals)));
}

/// @notice Wad to base units, rounded down: what the vault or a pot pays.
function toAssetsDown(Wad value, AssetScale scale) pure returns (Assets) {
    return Assets.wrap(Wad.unwrap(value) / AssetScale.unwrap(scale));
}

/// @notice Wad to base units, rounded up: what the vault or a pot is paid.
function toAssetsUp(Wad value, AssetScale scale) pure returns (Assets) {
    uint256 s = AssetScale.unwrap(scale);
    uint256 v = Wad.unwrap(value);
    return Assets.wrap(v / s + (v % s == 0 ? 0 : 1));
}

/// @notice Signed wad to base units, rounded towards plus infinity: a charge positive when paid to the vault.
function toAssetsCeil(SignedWad value, AssetScale scale) pure returns (SignedAssets amount) {
    assembly ("memory-safe") {
        // A remainder has the sign of the value
        amount := add(sdiv(value, scale), sgt(smod(value, scale), 0))
    }
}

/// @notice Signed wad to base units, rounded towards minus infinity: a value of something the vault holds.
function toAssetsFloor(SignedWad value, AssetScale scale) pure returns (SignedAssets amount) {
    assembly ("memory-safe") {
        amount := sub(sdiv(value, scale), slt(smod(value, scale), 0))
    }
}

function toWad(Assets x, AssetScale scale) pure returns (Wad) {
    return Wad.wrap(Assets.unwrap(x) * AssetScale.unwrap(scale));
}

function addAssets(Assets x, Assets y) pure returns (Assets) {
    return Assets.wrap(Assets.unwrap(x) + Assets.unwrap(y));
}

function subAssets(Assets x, Assets y) pure returns (Assets) {
    return Assets.wrap(Assets.unwrap(x) - Assets.unwrap(y));
}

function eqAssets(Assets x, Assets y) pure returns (bool) {
    return Assets.unwrap(x) == Assets.unwrap(y);
}

function neAssets(Assets x, Assets y) pure returns (bool) {
    return Assets.unwrap(x) != Assets.unwrap(y);
}

function ltAssets(Assets x, Assets y) pure returns (bool) {
    return Assets.unwrap(x) < Assets.unwrap(y);
}

function gtAssets(Assets x, Assets y) pure returns (bool) {
    return Assets.unwrap(x) > Assets.unwrap(y);
}

function leAssets(Assets x, Assets y) pure returns (bool) {
    return Assets.unwrap(x) <= Assets.unwrap(y);
}

function geAssets(Assets x, Assets y) pure returns (bool) {
    return Assets.unwrap(x) >= Assets.unwrap(y);
}

function min(Assets x, Assets y) pure returns (Assets) {
    return Assets.unwrap(x) < Assets.unwrap(y) ? x : y;
}

function addSignedAssets(SignedAssets x, SignedAssets y) pure returns (SignedAssets) {
    return SignedAssets.wrap(SignedAssets.unwrap(x) + SignedAssets.unwrap(y));
}

function subSignedAssets(SignedAssets x, SignedAssets y) pure returns (SignedAssets) {
    return SignedAssets.wrap(SignedAssets.unwrap(x) - SignedAssets.unwrap(y));
}

function negSignedAssets(SignedAssets x) pure returns (SignedAssets) {
    return SignedAssets.wrap(-SignedAssets.unwrap(x));
}
