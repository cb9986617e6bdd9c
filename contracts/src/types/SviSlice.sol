// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One raw SVI slice in one word: w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), total variance at
/// log-moneyness k = ln(K / F). Five two's-complement fields of 48 bits with 40 fraction bits (range ±128, step
/// 9.1e-13), from the high end: 16 zero bits, a, b, rho, m, sigma. Binary fixed point makes unpacking a shift.
type SviSlice is uint256;

using {a, b, rho, m, sigma, eqSlice as ==} for SviSlice global;

uint256 constant SVI_FIELD_BITS = 48;
uint256 constant SVI_FRACTION_BITS = 40;
/// @dev 1.0 in a slice's fields.
int256 constant SVI_ONE = int256(1) << SVI_FRACTION_BITS;

error SliceFieldOutOfRange(int256 value);

/// @notice Packs five Q40 numbers. Reverts when one does not fit 48 bits; ranges with meaning are the oracle's to check.
function sviSlice(int256 a_, int256 b_, int256 rho_, int256 m_, int256 sigma_) pure returns (SviSlice) {
    return SviSlice.wrap(_field(a_) << 192 | _field(b_) << 144 | _field(rho_) << 96 | _field(m_) << 48 | _field(sigma_));
}

/// @notice Level of total variance, Q40.
function a(SviSlice slice) pure returns (int256) {
    return int48(uint48(SviSlice.unwrap(slice) >> 192));
}

/// @notice Slope of the wings, Q40.
function b(SviSlice slice) pure returns (int256) {
    return int48(uint48(SviSlice.unwrap(slice) >> 144));
}

/// @notice Rotation, Q40, in (-1, 1) for a valid slice.
function rho(SviSlice slice) pure returns (int256) {
    return int48(uint48(SviSlice.unwrap(slice) >> 96));
}

/// @notice Horizontal shift in log-moneyness, Q40.
function m(SviSlice slice) pure returns (int256) {
    return int48(uint48(SviSlice.unwrap(slice) >> 48));
}

/// @notice Smoothness of the vertex, Q40, positive for a valid slice.
function sigma(SviSlice slice) pure returns (int256) {
    return int48(uint48(SviSlice.unwrap(slice)));
}

function eqSlice(SviSlice x, SviSlice y) pure returns (bool) {
    return SviSlice.unwrap(x) == SviSlice.unwrap(y);
}

function _field(int256 value) pure returns (uint256) {
    require(value == int48(value), SliceFieldOutOfRange(value));
    return uint48(int48(value));
}
