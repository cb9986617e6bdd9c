// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {IMarket, Order, Quote} from "./IMarket.sol";
import {Leg} from "./IPricer.sol";
import {ISignedFeed, PriceReport} from "./ISignedFeed.sol";

/// @notice An order that waits for a price signed after it. Only its hash is stored; `Requested` has the rest.
struct DelayedOrder {
    address trader; // who asked, paid the escrow and gets back what is left of it
    uint40 pricedAt; // the second whose signed price it trades at
    uint40 expiresAt; // last second in which it may execute; from the next on it is refunded
    Assets tip; // to whoever executes it
    Order order;
}

/// @notice What an order is asked under. Governed.
struct DelayedTerms {
    uint16 delay; // seconds from the order to the price it trades at
    uint16 window; // seconds after that within which it may execute
    uint128 leastTip; // collateral, base units
}

/// @notice Constructor arguments.
struct DelayedConfig {
    address authority;
    IMarket market;
    ISignedFeed feed;
    MarketId id; // the market of every order
    DelayedTerms terms;
}

/// @title Orders at a price signed after them
/// @notice Owns the orders that wait, and the cash and longs that back them. It is its market's quick price source: spot
/// is there only while an order of its own executes. Calls: the signed feed, Market.trade, clearing for longs, the
/// collateral token.
/// Law INV-DLY-01: tokens and longs here cover every order that waits, to the unit.
/// Law INV-DLY-02: outside the call that executes an order no price of the last minute is given to anybody.
interface IDelayedOrders {
    event Requested(uint256 indexed id, address indexed trader, DelayedOrder delayed);
    /// @dev `refunded` is what of the limit was not needed.
    event Executed(
        uint256 indexed id,
        address indexed trader,
        address indexed executor,
        int256 answer,
        SignedAssets netCash,
        Assets refunded
    );
    /// @dev `cash` has the limit, the tip, and the payoff of longs that were settled meanwhile.
    event Refunded(uint256 indexed id, address indexed trader, Assets cash);
    event TermsSet(DelayedTerms terms);

    /// @notice A governed value outside its box.
    error OutOfBounds(bytes32 what, uint256 value, uint256 least, uint256 most);
    error OtherMarket(MarketId given, MarketId expected);
    error TipTooLow(Assets tip, Assets least);
    /// @dev A deadline within the window would let the trader's own clock decide whether the order executes.
    error DeadlineTooSoon(uint40 deadline, uint40 earliest);
    error RecipientNotAllowed(address recipient);
    /// @dev Never asked for, or not in these words, or done.
    error NotWaiting(uint256 id);
    error PriceOfAnotherSecond(uint40 signedAt, uint40 pricedAt);
    error OrderExpired(uint40 expiresAt, uint256 now_);
    error OrderNotExpired(uint40 expiresAt, uint256 now_);
    error PaidBeyondLimit(Assets paid, Assets limit);

    // For anyone

    /// @notice Commits the caller to an order, and takes what it may cost: a positive limit, the tip, and the longs it
    /// sells, the latter by an ERC-6909 allowance or as operator. It cannot be taken back while it can execute.
    /// @param order its deadline may not be before the order expires by itself, `delay + window` seconds from now
    /// @param tip collateral for whoever executes, at least `leastTip`
    function request(Order calldata order, Assets tip) external returns (uint256 id);

    /// @notice Executes an order at the price signed for its second, and pays the tip to the caller. Reverts with the
    /// market's error where the market refuses; the order then waits on.
    /// @param delayed the order as `Requested` told it
    /// @param report of the second `delayed.pricedAt`; it need not be the feed's latest
    /// @param signers ascending, as for `ISignedFeed.relay`
    /// @return netCash positive: paid from the escrow; negative: what the order's recipient was paid
    function execute(
        uint256 id,
        DelayedOrder calldata delayed,
        PriceReport calldata report,
        address[] calldata signers,
        bytes[] calldata signatures
    ) external returns (SignedAssets netCash);

    /// @notice Gives an expired order's escrow back to its trader, whole. Of longs that are settled by then it pays the
    /// payoff, rounded down.
    function refund(uint256 id, DelayedOrder calldata delayed) external;

    /// @notice What the market would quote if the price were that of `report`, which nobody needs to have signed. Not a view,
    /// as the price must be there for the time of the call; nothing is left of it. For `eth_call`.
    function quoteAt(Leg[] calldata legs, PriceReport calldata report) external returns (Quote memory);

    // Governed

    /// @notice For orders yet to come. 1 to 60 seconds each, and a tip of at most 100 collateral. Governor.
    function setTerms(DelayedTerms calldata terms_) external;

    // Views

    function terms() external view returns (DelayedTerms memory);

    /// @notice Orders asked for so far, which is the id of the last.
    function requests() external view returns (uint256);

    /// @notice Hash of an order that waits; zero: none under this id.
    function commitmentOf(uint256 id) external view returns (bytes32);

    /// @notice What is stored for an order while it waits.
    function hashOf(DelayedOrder calldata delayed) external pure returns (bytes32);

    function market() external view returns (IMarket);

    /// @notice Where its prices are signed for, and which tells how long there has been none.
    function feed() external view returns (ISignedFeed);
}
