// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedAssets} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";
import {Leg} from "./IPricer.sol";

/// @notice A signed quote (EIP-712) between a maker and the vault's market, partially fillable.
struct SignedQuote {
    address maker;
    address taker; // zero: anyone
    MarketId market;
    Leg[] legs;
    SignedAssets price; // for the whole, positive: the taker pays
    Wad spotFrom; // executes only while spot is within the band
    Wad spotTo;
    uint40 deadline;
    uint256 salt;
}

/// @title Custom orders
/// @notice Owns fills and cancellations of signed quotes. Calls Market. ERC-1271 makers are accepted.
interface IOrders {
    event QuoteFilled(
        bytes32 indexed hash, address indexed maker, address indexed taker, Wad share, SignedAssets netCash
    );
    event QuoteCancelled(bytes32 indexed hash, address indexed maker);

    /// @param share part of the whole to fill, wad; every leg of the part must be whole lots
    function fill(SignedQuote calldata quote, bytes calldata signature, Wad share)
        external
        returns (SignedAssets netCash);

    function cancel(SignedQuote calldata quote) external;

    /// @notice Share of the quote already filled, wad; 1e18 when cancelled.
    function filled(bytes32 hash) external view returns (Wad);
}
