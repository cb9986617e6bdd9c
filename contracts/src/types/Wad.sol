// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A non-negative number with 18 decimals: a price in collateral per one underlying, a ratio, a volatility.
type Wad is uint256;

/// @notice A signed number with 18 decimals. The sign convention is stated where the value is used.
type SignedWad is int256;

uint256 constant WAD = 1e18;

using {
    addWad as +,
    subWad as -,
    eqWad as ==,
    neWad as !=,
    ltWad as <,
    gtWad as >,
    leWad as <=,
    geWad as >=,
    mulDown,
    mulUp,
    divDown,
    divUp
} for Wad global;
using {
    addSigned as +,
    subSigned as -,
    negSigned as -,
    eqSigned as ==,
    ltSigned as <,
    gtSigned as >
} for SignedWad global;

function addWad(Wad x, Wad y) pure returns (Wad) {
    return Wad.wrap(Wad.unwrap(x) + Wad.unwrap(y));
}

function subWad(Wad x, Wad y) pure returns (Wad) {
    return Wad.wrap(Wad.unwrap(x) - Wad.unwrap(y));
}

function eqWad(Wad x, Wad y) pure returns (bool) {
    return Wad.unwrap(x) == Wad.unwrap(y);
}

function neWad(Wad x, Wad y) pure returns (bool) {
    return Wad.unwrap(x) != Wad.unwrap(y);
}

function ltWad(Wad x, Wad y) pure returns (bool) {
    return Wad.unwrap(x) < Wad.unwrap(y);
}

function gtWad(Wad x, Wad y) pure returns (bool) {
    return Wad.unwrap(x) > Wad.unwrap(y);
}

function leWad(Wad x, Wad y) pure returns (bool) {
    return Wad.unwrap(x) <= Wad.unwrap(y);
}

function geWad(Wad x, Wad y) pure returns (bool) {
    return Wad.unwrap(x) >= Wad.unwrap(y);
}

/// @dev Product of two wads, rounded down. Reverts on overflow of the 256-bit product: both factors < 2^128 is safe.
function mulDown(Wad x, Wad y) pure returns (Wad) {
    return Wad.wrap(Wad.unwrap(x) * Wad.unwrap(y) / WAD);
}

/// @dev Product of two wads, rounded up.
function mulUp(Wad x, Wad y) pure returns (Wad) {
    return Wad.wrap((Wad.unwrap(x) * Wad.unwrap(y) + (WAD - 1)) / WAD);
}

/// @dev Quotient of two wads, rounded down. Reverts on a zero divisor.
function divDown(Wad x, Wad y) pure returns (Wad) {
    return Wad.wrap(Wad.unwrap(x) * WAD / Wad.unwrap(y));
}

/// @dev Quotient of two wads, rounded up. Reverts on a zero divisor.
function divUp(Wad x, Wad y) pure returns (Wad) {
    return Wad.wrap((Wad.unwrap(x) * WAD + (Wad.unwrap(y) - 1)) / Wad.unwrap(y));
}

function addSigned(SignedWad x, SignedWad y) pure returns (SignedWad) {
    return SignedWad.wrap(SignedWad.unwrap(x) + SignedWad.unwrap(y));
}

function subSigned(SignedWad x, SignedWad y) pure returns (SignedWad) {
    return SignedWad.wrap(SignedWad.unwrap(x) - SignedWad.unwrap(y));
}

function negSigned(SignedWad x) pure returns (SignedWad) {
    return SignedWad.wrap(-SignedWad.unwrap(x));
}

function eqSigned(SignedWad x, SignedWad y) pure returns (bool) {
    return SignedWad.unwrap(x) == SignedWad.unwrap(y);
}

function ltSigned(SignedWad x, SignedWad y) pure returns (bool) {
    return SignedWad.unwrap(x) < SignedWad.unwrap(y);
}

function gtSigned(SignedWad x, SignedWad y) pure returns (bool) {
    return SignedWad.unwrap(x) > SignedWad.unwrap(y);
}
