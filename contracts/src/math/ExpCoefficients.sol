// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The five coefficients of `Exp`, Q64: 2.8853900817777…, 8.6561702453342…, 14.426950411018…, 20.197738598684…, 25.990172965122…
uint256 constant B0 = 53226052391377291388;
uint256 constant B1 = 159678157174140385858;
uint256 constant B2 = 266130261996587512704;
uint256 constant B3 = 372582514797622249925;
uint256 constant B4 = 479434069119057165918;
/// @dev log2(e)/2 in Q120: a Q64 number squared becomes Q248 of −log2 of exp(−d²/2), its integer part in the top byte.
uint256 constant HALF_LOG2_E = 958835318864837042473377629465025855;
