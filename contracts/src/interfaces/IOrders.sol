// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedAssets} from "../types/Assets.sol";
import {MarketId, SeriesId} from "../types/SeriesId.sol";
import {SignedSize} from "../types/Size.sol";
import {Wad} from "../types/Wad.sol";
import {Leg} from "./IPricer.sol";

/// @notice A price for legs against the vault, offered by a governed maker to a taker (EIP-712), partially fillable.
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

/// @notice Constructor arguments.
struct OrdersConfig {
    address authority;
    address market;
    address catalogue; // tells the spot oracle of a market
}

/// @title Custom orders
/// @notice Owns makers, fills and cancellations of signed quotes. Calls Market.tradeAt, which holds the price to the
/// governed distance from the model's and every limit. ERC-1271 makers are accepted.
interface IOrders {
    event QuoteFilled(
        bytes32 indexed hash, address indexed maker, address indexed taker, Wad share, SignedAssets netCash
    );
    event QuoteCancelled(bytes32 indexed hash, address indexed maker);
    event MakerSet(address indexed maker, bool allowed);

    error QuoteExpired(uint40 deadline, uint256 now_);
    error NotTaker(address caller, address taker);
    error NotMaker(address account);
    error BadSignature(address maker);
    error SpotOutsideBand(Wad spot, Wad from, Wad to);
    error OverFilled(Wad filled, Wad share);
    error NothingToFill();
    error PartNotWholeLots(SeriesId series, SignedSize size);

    /// @param share part of the whole to fill, wad; every leg of the part must be whole lots
    /// @return netCash what the taker paid, positive
    function fill(SignedQuote calldata quote, bytes calldata signature, Wad share)
        external
        returns (SignedAssets netCash);

    /// @notice Makes a quote unfillable. For its maker.
    function cancel(SignedQuote calldata quote) external;

    /// @notice Lets an account offer prices in the vault's name, or stops it. Governor.
    function setMaker(address maker, bool allowed) external;

    function isMaker(address account) external view returns (bool);

    /// @notice Share of the quote already filled, wad; 1e18 when cancelled.
    function filled(bytes32 hash) external view returns (Wad);

    /// @notice EIP-712 digest that a maker signs.
    function hashOf(SignedQuote calldata quote) external view returns (bytes32);
}
