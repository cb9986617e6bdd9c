// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A number of options, 18 decimals: one option covers one underlying.
type Size is uint256;

/// @notice A signed number of options, 18 decimals. Positions are positive when the vault is long; the legs of an
/// order are positive when the trader buys.
type SignedSize is int256;

/// @dev Trades, shorts and liquidations are whole lots of 0.001 option.
uint256 constant LOT = 1e15;

using {addSize as +, subSize as -, eqSize as ==, gtSize as >, leSize as <=, isWholeLots} for Size global;
using {
    addSignedSize as +,
    subSignedSize as -,
    negSignedSize as -,
    eqSignedSize as ==,
    magnitude,
    toLots
} for SignedSize global;

/// @notice |x|.
function magnitude(SignedSize x) pure returns (Size) {
    int256 v = SignedSize.unwrap(x);
    return Size.wrap(uint256(v < 0 ? -v : v));
}

function isWholeLots(Size x) pure returns (bool) {
    return Size.unwrap(x) % LOT == 0;
}

/// @notice Whole lots in x, truncated towards zero; exact where `isWholeLots` was checked.
function toLots(SignedSize x) pure returns (int256) {
    return SignedSize.unwrap(x) / int256(LOT);
}

/// @notice So many lots as a signed size.
function sizeOfLots(int256 lots) pure returns (SignedSize) {
    return SignedSize.wrap(lots * int256(LOT));
}

function addSize(Size x, Size y) pure returns (Size) {
    return Size.wrap(Size.unwrap(x) + Size.unwrap(y));
}

function subSize(Size x, Size y) pure returns (Size) {
    return Size.wrap(Size.unwrap(x) - Size.unwrap(y));
}

function eqSize(Size x, Size y) pure returns (bool) {
    return Size.unwrap(x) == Size.unwrap(y);
}

function gtSize(Size x, Size y) pure returns (bool) {
    return Size.unwrap(x) > Size.unwrap(y);
}

function leSize(Size x, Size y) pure returns (bool) {
    return Size.unwrap(x) <= Size.unwrap(y);
}

function addSignedSize(SignedSize x, SignedSize y) pure returns (SignedSize) {
    return SignedSize.wrap(SignedSize.unwrap(x) + SignedSize.unwrap(y));
}

function subSignedSize(SignedSize x, SignedSize y) pure returns (SignedSize) {
    return SignedSize.wrap(SignedSize.unwrap(x) - SignedSize.unwrap(y));
}

function negSignedSize(SignedSize x) pure returns (SignedSize) {
    return SignedSize.wrap(-SignedSize.unwrap(x));
}

function eqSignedSize(SignedSize x, SignedSize y) pure returns (bool) {
    return SignedSize.unwrap(x) == SignedSize.unwrap(y);
}
