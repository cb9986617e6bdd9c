// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Multicallable} from "solady/utils/Multicallable.sol";
import {ICatalogue} from "../interfaces/ICatalogue.sol";
import {IMarket, Order} from "../interfaces/IMarket.sol";
import {IOrders, OrdersConfig, SignedQuote} from "../interfaces/IOrders.sol";
import {Leg} from "../interfaces/IPricer.sol";
import {ISpotOracle} from "../interfaces/ISpotOracle.sol";
import {SignedAssets} from "../types/Assets.sol";
import {LOT, SignedSize} from "../types/Size.sol";
import {WAD, Wad} from "../types/Wad.sol";

/// @title Orders
/// @notice
/// Offers. A maker, allowed by the governor, signs a price at which a taker may trade legs against the vault. The taker
/// may be fixed. The quote holds until its deadline, while spot is in its band, and until its maker cancels it.
///
/// Fills. In parts, as long as every leg of a part is whole lots; never more than the whole. A part's price is its share
/// of the whole's, rounded up. The market holds the price to the governed distance from its model, and every limit.
contract Orders is IOrders, AccessManaged, EIP712, Multicallable {
    bytes32 private constant LEG_TYPEHASH = keccak256("Leg(uint256 series,int256 size)");
    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "SignedQuote(address maker,address taker,uint16 market,Leg[] legs,int256 price,uint256 spotFrom,"
        "uint256 spotTo,uint40 deadline,uint256 salt)Leg(uint256 series,int256 size)"
    );
    Wad private constant WHOLE = Wad.wrap(WAD);

    IMarket private immutable _market;
    ICatalogue private immutable _catalogue;

    /// @inheritdoc IOrders
    mapping(bytes32 hash => Wad) public filled;
    /// @inheritdoc IOrders
    mapping(address account => bool) public isMaker;

    constructor(OrdersConfig memory config) AccessManaged(config.authority) EIP712("Keel Orders", "1") {
        _market = IMarket(config.market);
        _catalogue = ICatalogue(config.catalogue);
    }

    /// @inheritdoc IOrders
    function fill(SignedQuote calldata quote, bytes calldata signature, Wad share)
        external
        returns (SignedAssets netCash)
    {
        bytes32 hash = hashOf(quote);
        require(block.timestamp <= quote.deadline, QuoteExpired(quote.deadline, block.timestamp));
        require(quote.taker == address(0) || quote.taker == msg.sender, NotTaker(msg.sender, quote.taker));
        require(isMaker[quote.maker], NotMaker(quote.maker));
        require(SignatureChecker.isValidSignatureNow(quote.maker, hash, signature), BadSignature(quote.maker));
        require(share != Wad.wrap(0), NothingToFill());
        require(share <= WHOLE && filled[hash] + share <= WHOLE, OverFilled(filled[hash], share));
        _checkSpot(quote);
        Order memory order = _part(quote, share);
        netCash = order.limit;

        filled[hash] = filled[hash] + share;
        emit QuoteFilled(hash, quote.maker, msg.sender, share, netCash);

        _market.tradeAt(order, msg.sender, netCash);
    }

    /// @inheritdoc IOrders
    function cancel(SignedQuote calldata quote) external {
        require(msg.sender == quote.maker, NotMaker(msg.sender));
        bytes32 hash = hashOf(quote);
        filled[hash] = WHOLE;
        emit QuoteCancelled(hash, quote.maker);
    }

    /// @inheritdoc IOrders
    function setMaker(address maker, bool allowed) external restricted {
        isMaker[maker] = allowed;
        emit MakerSet(maker, allowed);
    }

    /// @inheritdoc IOrders
    function hashOf(SignedQuote calldata quote) public view returns (bytes32) {
        bytes32[] memory legs = new bytes32[](quote.legs.length);
        for (uint256 i = 0; i < legs.length; ++i) {
            legs[i] = keccak256(abi.encode(LEG_TYPEHASH, quote.legs[i]));
        }
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    QUOTE_TYPEHASH,
                    quote.maker,
                    quote.taker,
                    quote.market,
                    keccak256(abi.encodePacked(legs)),
                    quote.price,
                    quote.spotFrom,
                    quote.spotTo,
                    quote.deadline,
                    quote.salt
                )
            )
        );
    }

    function _checkSpot(SignedQuote calldata quote) private view {
        Wad spot = ISpotOracle(_catalogue.modules(quote.market).spotOracle).read(quote.market).mark;
        require(spot >= quote.spotFrom && spot <= quote.spotTo, SpotOutsideBand(spot, quote.spotFrom, quote.spotTo));
    }

    /// @dev The order for a part, its price as the limit.
    function _part(SignedQuote calldata quote, Wad share) private view returns (Order memory) {
        Leg[] memory legs = new Leg[](quote.legs.length);
        for (uint256 i = 0; i < legs.length; ++i) {
            int256 product = SignedSize.unwrap(quote.legs[i].size) * int256(Wad.unwrap(share));
            require(product % int256(WAD * LOT) == 0, PartNotWholeLots(quote.legs[i].series, quote.legs[i].size));
            legs[i] = Leg(quote.legs[i].series, SignedSize.wrap(product / int256(WAD)));
        }
        int256 price = SignedAssets.unwrap(quote.price) * int256(Wad.unwrap(share));
        int256 part = price / int256(WAD);
        if (price > 0 && price % int256(WAD) != 0) ++part;
        return Order(quote.market, legs, SignedAssets.wrap(part), quote.deadline, msg.sender);
    }
}
