// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice How a pool's price relates to a market's. Units are 10^decimals.
struct PoolPair {
    bool underlyingIsToken0;
    uint256 underlyingUnit;
    uint256 collateralUnit;
}

/// @title Prices and amounts of a Uniswap v3 pool
/// @notice Pure. A pool's price is token1 per token0 in base units, kept as its square root times 2^96. Within a range of
/// constant liquidity L, token0 moves by L·(1/√p − 1/√p') and token1 by L·(√p' − √p).
library UniswapV3Math {
    /// @dev The pool refuses limits at or beyond the ends.
    uint256 internal constant LEAST_SQRT_PRICE = 4295128739 + 1;
    uint256 internal constant MOST_SQRT_PRICE = 1461446703485210103287273052203988822378723970342 - 1;
    uint256 internal constant FEE_ONE = 1e6;

    uint256 private constant WAD = 1e18;
    uint256 private constant Q96 = 1 << 96;

    /// @notice The square root price at a price in wad of collateral per underlying. Rounded so that the market price is at
    /// most (`up` false) or at least (`up` true) the one given.
    function sqrtPriceAt(PoolPair memory pair, uint256 price, bool up) internal pure returns (uint160) {
        (uint256 numerator, uint256 denominator) = (price * pair.collateralUnit, WAD * pair.underlyingUnit);
        if (!pair.underlyingIsToken0) (numerator, denominator) = (denominator, numerator);
        if (denominator == 0) return uint160(MOST_SQRT_PRICE);

        // 192 fraction bits where they fit, else 128: above 2^63 there are digits to spare
        uint256 root = numerator / denominator < 1 << 63
            ? Math.sqrt(Math.mulDiv(numerator, 1 << 192, denominator))
            : Math.sqrt(Math.mulDiv(numerator, 1 << 128, denominator)) << 32;
        // flooring lowers the pool's price: that is the market's price, or its inverse
        if (up == pair.underlyingIsToken0) root += numerator / denominator < 1 << 63 ? 1 : 1 << 32;
        return uint160(Math.min(Math.max(root, LEAST_SQRT_PRICE), MOST_SQRT_PRICE));
    }

    /// @notice Underlying base units that leave (market price up) or enter (down, fee included) a pool between two square
    /// root prices at constant liquidity, rounded down. Zero when the price is already beyond the limit.
    function underlyingTo(
        PoolPair memory pair,
        uint128 liquidity,
        uint160 sqrtPrice,
        uint160 limit,
        bool up,
        uint24 fee
    ) internal pure returns (uint256 amount) {
        if (sqrtPrice == 0 || beyond(pair, sqrtPrice, limit, up)) return 0;
        (uint256 low, uint256 high) = sqrtPrice < limit ? (sqrtPrice, limit) : (limit, sqrtPrice);
        amount = pair.underlyingIsToken0
            ? Math.mulDiv(uint256(liquidity) << 96, high - low, high) / low
            : Math.mulDiv(liquidity, high - low, Q96);
        if (!up) amount = Math.mulDiv(amount, FEE_ONE, FEE_ONE - fee);
    }

    /// @notice Whether the pool's price is at or beyond a limit in the direction of the market's price.
    function beyond(PoolPair memory pair, uint160 sqrtPrice, uint160 limit, bool up) internal pure returns (bool) {
        return up == pair.underlyingIsToken0 ? sqrtPrice >= limit : sqrtPrice <= limit;
    }
}
