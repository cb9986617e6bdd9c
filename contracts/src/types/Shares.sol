// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice An amount of the vault's share token, 18 decimals.
type Shares is uint256;

using {addShares as +, subShares as -, eqShares as ==, gtShares as >, leShares as <=} for Shares global;

function addShares(Shares x, Shares y) pure returns (Shares) {
    return Shares.wrap(Shares.unwrap(x) + Shares.unwrap(y));
}

function subShares(Shares x, Shares y) pure returns (Shares) {
    return Shares.wrap(Shares.unwrap(x) - Shares.unwrap(y));
}

function eqShares(Shares x, Shares y) pure returns (bool) {
    return Shares.unwrap(x) == Shares.unwrap(y);
}

function gtShares(Shares x, Shares y) pure returns (bool) {
    return Shares.unwrap(x) > Shares.unwrap(y);
}

function leShares(Shares x, Shares y) pure returns (bool) {
    return Shares.unwrap(x) <= Shares.unwrap(y);
}
