// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {
    FIGURE_EXPIRY_SIZE,
    IMarket,
    PAUSE_NEW_RISK,
    PAUSE_NONE,
    PAUSE_TRADING
} from "../../../src/interfaces/IMarket.sol";
import {IOrders, OrdersConfig, SignedQuote} from "../../../src/interfaces/IOrders.sol";
import {Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {Orders} from "../../../src/market/Orders.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {MarketId, SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";
import {MockAuthority} from "../../utils/mocks/market/MarketMocks.sol";
import {Account} from "../../utils/Test.sol";

/// @dev An ERC-1271 maker that approves of one hash.
contract ContractMaker {
    bytes32 public approved;

    function approve(bytes32 hash) external {
        approved = hash;
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        return hash == approved ? this.isValidSignature.selector : bytes4(0);
    }
}

contract OrdersTest is MarketFixture {
    Orders private book;
    Account private maker;
    uint256 private constant WHOLE = 1e18;
    /// @dev The vectors of packages/sdk/test/quoteDigest.test.ts, which holds them as well.
    bytes32 private constant STRANGLE_DIGEST = 0xbf38d23c7f3a9efcce5f1beb6284db2ee9144eefa9f94bb2d4022ce175e6cdca;
    bytes32 private constant EXTREME_DIGEST = 0x56642c5344582c2f5780ccf7c3a6979603ca3238be57911a3715d52e214d047d;
    bytes private constant STRANGLE_SIGNATURE = hex"9af7ece6618f1311338f62cada61642825277859dca36c581d2ce894749945e4"
        hex"263a97f999f370f6c6d92626c08553b947dc8cef7039ef06323f8edd4206d5c4" hex"1b";

    function setUp() public {
        _deploy(6);
        maker = makeAccount("maker");
        book = new Orders(OrdersConfig(address(new MockAuthority(address(this))), address(market), address(catalogue)));
        catalogue.setModules(ETH, _modules(address(book)));
        book.setMaker(maker.addr, true);
        vm.prank(trader);
        clearing.allowOrders(address(book));
    }

    function _strangle() private view returns (SignedQuote memory q) {
        q.maker = maker.addr;
        q.market = ETH;
        q.legs = _legs(_leg(MIDDLE, 1800e18, false, 10e18), _leg(MIDDLE, 2200e18, true, 10e18));
        q.price = SignedAssets.wrap(_quoteCash(q.legs) - int256(20 * unit));
        q.spotFrom = Wad.wrap(1900e18);
        q.spotTo = Wad.wrap(2100e18);
        q.deadline = uint40(block.timestamp + 60);
        q.salt = 7;
    }

    function _sign(SignedQuote memory q) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(maker.key, book.hashOf(q));
        return abi.encodePacked(r, s, v);
    }

    function _fill(SignedQuote memory q, uint256 share) private returns (int256) {
        bytes memory signature = _sign(q);
        vm.prank(trader);
        return SignedAssets.unwrap(book.fill(q, signature, Wad.wrap(share)));
    }

    function _expectFill(SignedQuote memory q, uint256 share, bytes memory data) private {
        bytes memory signature = _sign(q);
        vm.expectRevert(data);
        vm.prank(trader);
        book.fill(q, signature, Wad.wrap(share));
    }

    function test_FillsAStrangleInPartsAtTheSignedPrice() public {
        SignedQuote memory q = _strangle();
        int256 first = _fill(q, WHOLE / 4);
        assertEq(first, (SignedAssets.unwrap(q.price) + 3) / 4, "a part pays its share, rounded up");
        assertEq(clearing.paid(trader), first);
        assertEq(clearing.position(q.legs[0].series), -2.5e18, "both legs are booked");
        assertEq(clearing.position(q.legs[1].series), -2.5e18, "both legs are booked");
        _fill(q, WHOLE * 3 / 4);
        assertEq(Wad.unwrap(book.filled(book.hashOf(q))), WHOLE);
        _expectFill(q, 1, abi.encodeWithSelector(IOrders.OverFilled.selector, WHOLE, 1));
    }

    function test_GainsNoSkew(uint256 discount) public {
        SignedQuote memory q = _strangle();
        q.price = SignedAssets.wrap(_quoteCash(q.legs) - int256(bound(discount, 0, 80) * unit));
        int256 before = SignedWad.unwrap(market.skew(ETH));
        _fill(q, WHOLE);
        assertLe(SignedWad.unwrap(market.skew(ETH)), before, "a signed price adds nothing to Psi");
    }

    function test_RevertWhen_TooFarFromTheModel() public {
        SignedQuote memory q = _strangle();
        // 20 options of 2,000 at 0.5 %: 200
        int256 model = _quoteCash(q.legs);
        q.price = SignedAssets.wrap(model - int256(200 * unit) - 1);
        _expectFill(q, WHOLE, abi.encodeWithSelector(IMarket.QuoteTooFar.selector, q.price, model, 200 * unit));
        q.price = SignedAssets.wrap(model - int256(200 * unit));
        _fill(q, WHOLE);
    }

    function test_RevertWhen_OtherTaker() public {
        SignedQuote memory q = _strangle();
        q.taker = address(0xb0b);
        _expectFill(q, WHOLE, abi.encodeWithSelector(IOrders.NotTaker.selector, trader, q.taker));
        q.taker = trader;
        _fill(q, WHOLE);
    }

    function test_RevertWhen_Expired() public {
        SignedQuote memory q = _strangle();
        q.deadline = uint40(block.timestamp - 1);
        _expectFill(q, WHOLE, abi.encodeWithSelector(IOrders.QuoteExpired.selector, q.deadline, block.timestamp));
    }

    function test_RevertWhen_SpotOutsideBand() public {
        SignedQuote memory q = _strangle();
        _setSpot(2101e18, 2101e18, ORACLE_OPEN);
        _expectFill(q, WHOLE, abi.encodeWithSelector(IOrders.SpotOutsideBand.selector, 2101e18, 1900e18, 2100e18));
    }

    /// @dev T11: the lower edge. Both ends belong to the band.
    function test_RevertWhen_SpotBelowTheBand_ItsEndsPass() public {
        _setSpot(1900e18 - 1, 1900e18 - 1, ORACLE_OPEN);
        SignedQuote memory q = _strangle();
        _expectFill(q, WHOLE, abi.encodeWithSelector(IOrders.SpotOutsideBand.selector, 1900e18 - 1, 1900e18, 2100e18));
        _setSpot(1900e18, 1900e18, ORACLE_OPEN);
        q = _strangle();
        _fill(q, WHOLE / 2);
        assertEq(clearing.position(q.legs[0].series), -5e18, "at the lower end");
        _setSpot(2100e18, 2100e18, ORACLE_OPEN);
        q = _strangle();
        _fill(q, WHOLE / 2);
        assertEq(clearing.position(q.legs[0].series), -10e18, "and at the upper");
    }

    // What the market asks of any order, it asks of a signed one

    /// @dev Twenty options where fifteen are allowed.
    function test_RevertWhen_BeyondAPostTradeLimit() public {
        SignedQuote memory q = _strangle();
        MarketLimits memory l = _limits();
        l.maxExpirySize = Wad.wrap(15e18);
        catalogue.setLimits(ETH, l);
        _expectFill(
            q,
            WHOLE,
            abi.encodeWithSelector(IMarket.PostTradeLimit.selector, FIGURE_EXPIRY_SIZE, 0, 20e18, l.maxExpirySize)
        );
        assertEq(Wad.unwrap(book.filled(book.hashOf(q))), 0, "nothing is used up");
        _fill(q, WHOLE * 3 / 4);
        _expectFill(
            q,
            WHOLE / 4,
            abi.encodeWithSelector(IMarket.PostTradeLimit.selector, FIGURE_EXPIRY_SIZE, 15e18, 20e18, l.maxExpirySize)
        );
    }

    /// @dev A price that a maker signed below the model's is no way round the limit on delta: a call alone, with no room
    /// for any.
    function test_RevertWhen_BeyondTheNetDeltaLimit() public {
        SignedQuote memory q = _strangle();
        q.legs = _legs(_leg(MIDDLE, 2200e18, true, 10e18));
        q.price = SignedAssets.wrap(_quoteCash(q.legs) - int256(20 * unit));
        MarketLimits memory l = _limits();
        // Ten of delta 0.32319 at 2,000 on a million are 0.00646
        l.maxNetDelta = Wad.wrap(0.0064e18);
        catalogue.setLimits(ETH, l);
        bytes memory signature = _sign(q);
        vm.expectPartialRevert(IMarket.PostTradeLimit.selector);
        vm.prank(trader);
        book.fill(q, signature, Wad.wrap(WHOLE));
        l.maxNetDelta = Wad.wrap(0.0065e18);
        catalogue.setLimits(ETH, l);
        _fill(q, WHOLE);
    }

    /// @dev What a signed order adds in margin must leave the buffer whole as well.
    function test_RevertWhen_BufferIsShort() public {
        SignedQuote memory q = _strangle();
        uint256 snapshot = vm.snapshotState();
        _fill(q, WHOLE);
        (Assets free, Assets locked) = clearing.balances(address(vault));
        vm.revertToStateAndDelete(snapshot);
        uint256 buffer = (Assets.unwrap(locked) + 9) / 10; // a tenth, rounded up
        // So much less to begin with that it ends one base unit short
        uint256 begins = EQUITY * unit - Assets.unwrap(free) + buffer;
        clearing.setBalances(Assets.wrap(begins - 1), Assets.wrap(0));
        _expectFill(q, WHOLE, abi.encodeWithSelector(IMarket.BufferLimit.selector, buffer - 1, buffer));
        clearing.setBalances(Assets.wrap(begins), Assets.wrap(0));
        _fill(q, WHOLE);
    }

    function test_RevertWhen_PartBreaksARuleOnOpening() public {
        SignedQuote memory q = _strangle();
        MarketLimits memory l = _limits();
        (l.minTradeSize, l.maxTradeSize) = (Wad.wrap(2e18), Wad.wrap(5e18));
        catalogue.setLimits(ETH, l);
        SeriesId first = q.legs[0].series;
        // Ten of each leg are too many, one is too few
        _expectFill(q, WHOLE, abi.encodeWithSelector(IMarket.SizeNotAllowed.selector, first, 10e18, 2e18, 5e18));
        _expectFill(q, WHOLE / 10, abi.encodeWithSelector(IMarket.SizeNotAllowed.selector, first, 1e18, 2e18, 5e18));
        _fill(q, WHOLE / 2);
        _fill(q, WHOLE / 5);
        assertEq(clearing.position(first), -7e18, "five and two pass");
    }

    /// @dev N(d1) of the call of 2,200 in thirty days, from Black's formula and the fixture's smile, is 0.32319.
    function test_RevertWhen_MoneynessOutsideWindow_ClosingPasses() public {
        SignedQuote memory q = _strangle();
        _fill(q, WHOLE / 2);
        MarketLimits memory l = _limits();
        l.minDelta = Wad.wrap(0.3232e18);
        catalogue.setLimits(ETH, l);
        bytes memory signature = _sign(q);
        vm.expectPartialRevert(IMarket.MoneynessNotAllowed.selector);
        vm.prank(trader);
        book.fill(q, signature, Wad.wrap(WHOLE / 2));

        _fill(_back(q, 5e18), WHOLE);
        assertTrue(market.isFlat(ETH, MIDDLE), "closed at a signed price");

        l.minDelta = Wad.wrap(0.3231e18);
        catalogue.setLimits(ETH, l);
        _fill(q, WHOLE / 2);
    }

    function test_RevertGiven_NewRiskPaused_ClosingPasses() public {
        SignedQuote memory q = _strangle();
        _fill(q, WHOLE / 2);
        SignedQuote memory back = _back(q, 5e18);
        market.pause(ETH, PAUSE_NEW_RISK);
        _expectFill(q, WHOLE / 2, abi.encodeWithSelector(IMarket.MarketPaused.selector, ETH, PAUSE_NEW_RISK));
        _fill(back, WHOLE / 5);
        assertEq(clearing.position(q.legs[0].series), -4e18, "what closes passes");
        market.pause(ETH, PAUSE_TRADING);
        _expectFill(back, WHOLE / 5, abi.encodeWithSelector(IMarket.MarketPaused.selector, ETH, PAUSE_TRADING));
        market.unpause(ETH, PAUSE_NONE);
        _fill(q, WHOLE / 2);
    }

    /// @dev Others paid in for skew; the signed sale lowers the potential by as much as it gives back.
    function test_PsiFallsWithThePotential(uint256 part) public {
        PricingParams memory p = _params();
        p.hedgeCost = Wad.wrap(0); // costs at venues are in the potential and not in Psi
        catalogue.setPricingParams(ETH, p);
        SignedQuote memory q = _strangle();
        _trade(q.legs);
        SignedQuote memory back = _back(q, 10e18);
        part = bound(part, 1, 100);
        int256 psi = SignedWad.unwrap(market.skew(ETH));
        int256 phi = int256(Wad.unwrap(market.potential(ETH)));
        assertGt(psi, 0, "something was paid in");
        _fill(back, WHOLE * part / 100);
        int256 fell = phi - int256(Wad.unwrap(market.potential(ETH)));
        assertGt(fell, 0, "the potential fell");
        assertEq(psi - SignedWad.unwrap(market.skew(ETH)), fell, "and Psi by as much");
    }

    /// @dev And where it rises, Psi stays: what a signed price does not charge for is not there to be given back.
    function test_PsiStaysWhenThePotentialRises() public {
        SignedQuote memory q = _strangle();
        _trade(_legs(_leg(FAR, 2000e18, true, 10e18)));
        int256 psi = SignedWad.unwrap(market.skew(ETH));
        uint256 phi = Wad.unwrap(market.potential(ETH));
        assertGt(psi, 0, "something was paid in");
        _fill(q, WHOLE);
        assertGt(Wad.unwrap(market.potential(ETH)), phi, "the potential rises");
        assertEq(SignedWad.unwrap(market.skew(ETH)), psi, "Psi stays");
    }

    /// @dev A maker's quote to take back so many of each leg at about the model's price.
    function _back(SignedQuote memory q, int256 size) private view returns (SignedQuote memory back) {
        back = _strangle();
        back.legs = _legs(Leg(q.legs[0].series, SignedSize.wrap(-size)), Leg(q.legs[1].series, SignedSize.wrap(-size)));
        back.price = SignedAssets.wrap(_quoteCash(back.legs));
        back.salt = 8;
    }

    function test_RevertWhen_SignatureIsNotTheMakers() public {
        SignedQuote memory q = _strangle();
        bytes memory signature = _sign(q);
        q.salt = 8;
        vm.expectRevert(abi.encodeWithSelector(IOrders.BadSignature.selector, maker.addr));
        book.fill(q, signature, Wad.wrap(WHOLE));
    }

    function test_RevertWhen_MakerNotAllowed() public {
        SignedQuote memory q = _strangle();
        book.setMaker(maker.addr, false);
        _expectFill(q, WHOLE, abi.encodeWithSelector(IOrders.NotMaker.selector, maker.addr));
    }

    function test_RevertWhen_PartIsNotWholeLots() public {
        SignedQuote memory q = _strangle();
        _expectFill(
            q,
            WHOLE / 10 + 1,
            abi.encodeWithSelector(IOrders.PartNotWholeLots.selector, q.legs[0].series, q.legs[0].size)
        );
        _expectFill(q, 0, abi.encodeWithSelector(IOrders.NothingToFill.selector));
    }

    function test_RevertWhen_Cancelled() public {
        SignedQuote memory q = _strangle();
        vm.expectRevert(abi.encodeWithSelector(IOrders.NotMaker.selector, address(this)));
        book.cancel(q);
        vm.prank(maker.addr);
        book.cancel(q);
        _expectFill(q, WHOLE, abi.encodeWithSelector(IOrders.OverFilled.selector, WHOLE, WHOLE));
    }

    function test_AcceptsAContractMaker() public {
        ContractMaker contractMaker = new ContractMaker();
        book.setMaker(address(contractMaker), true);
        SignedQuote memory q = _strangle();
        q.maker = address(contractMaker);
        vm.expectRevert(abi.encodeWithSelector(IOrders.BadSignature.selector, q.maker));
        book.fill(q, "", Wad.wrap(WHOLE));
        contractMaker.approve(book.hashOf(q));
        vm.prank(trader);
        book.fill(q, "", Wad.wrap(WHOLE));
    }

    /// @dev Known issue: a module that replaces another may name any trader. It cannot trade for one that has not allowed it.
    function test_RevertGiven_TraderAllowedAnotherModule() public {
        SignedQuote memory q = _strangle();
        Orders other =
            new Orders(OrdersConfig(address(new MockAuthority(address(this))), address(market), address(catalogue)));
        other.setMaker(maker.addr, true);
        catalogue.setModules(ETH, _modules(address(other)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(maker.key, other.hashOf(q));
        bytes memory signature = abi.encodePacked(r, s, v);
        vm.expectRevert(abi.encodeWithSelector(IMarket.OrdersNotAllowed.selector, trader, address(other)));
        vm.prank(trader);
        other.fill(q, signature, Wad.wrap(WHOLE));

        // Nor can the one it allowed, which is the market's no longer
        _expectFill(q, WHOLE, abi.encodeWithSelector(IMarket.NotOrders.selector, address(book)));

        vm.prank(trader);
        clearing.allowOrders(address(other));
        assertEq(clearing.ordersOf(trader), address(other));
        vm.prank(trader);
        other.fill(q, signature, Wad.wrap(WHOLE));
        assertEq(clearing.position(q.legs[0].series), -10e18);
    }

    function test_RevertGiven_TraderAllowedNone() public {
        SignedQuote memory q = _strangle();
        vm.prank(trader);
        clearing.allowOrders(address(0));
        _expectFill(q, WHOLE, abi.encodeWithSelector(IMarket.OrdersNotAllowed.selector, trader, address(book)));
    }

    // What the library signs

    /// @dev An orders contract at a fixed address of a fixed chain: the first that 0xdea1 creates on Base.
    function _libraryBook() private returns (Orders fixedBook) {
        vm.chainId(8453);
        OrdersConfig memory config =
            OrdersConfig(address(new MockAuthority(address(this))), address(market), address(catalogue));
        vm.prank(address(0xdea1));
        fixedBook = new Orders(config);
        assertEq(address(fixedBook), 0x1dBe6136c5d58b82d0c68714d6F48a09ED125835, "where the library takes it to be");
    }

    function _libraryStrangle() private view returns (SignedQuote memory q) {
        q.maker = maker.addr;
        q.taker = trader;
        q.market = ETH;
        q.legs = _legs(_leg(MIDDLE, 1800e18, false, 10e18), _leg(MIDDLE, 2200e18, true, 10e18));
        q.price = SignedAssets.wrap(1_410_000_000);
        q.spotFrom = Wad.wrap(1900e18);
        q.spotTo = Wad.wrap(2100e18);
        q.deadline = START + 60;
        q.salt = 7;
    }

    function test_TakesWhatTheLibrarySigns() public {
        Orders fixedBook = _libraryBook();
        SignedQuote memory q = _libraryStrangle();
        assertEq(fixedBook.hashOf(q), STRANGLE_DIGEST);
        catalogue.setModules(ETH, _modules(address(fixedBook)));
        fixedBook.setMaker(maker.addr, true);
        vm.prank(trader);
        clearing.allowOrders(address(fixedBook));
        vm.prank(trader);
        SignedAssets paid = fixedBook.fill(q, STRANGLE_SIGNATURE, Wad.wrap(WHOLE / 4));
        assertEq(SignedAssets.unwrap(paid), 352_500_000);
        assertEq(clearing.position(q.legs[0].series), -2.5e18);
        assertEq(clearing.position(q.legs[1].series), -2.5e18);
    }

    /// @dev Sold, paid by the vault, to anyone, at the ends of every type.
    function test_HashesAsTheLibraryDoes() public {
        SignedQuote memory q = _libraryStrangle();
        q.taker = address(0);
        q.market = MarketId.wrap(type(uint16).max);
        q.legs = _legs(Leg(SeriesId.wrap(type(uint256).max), SignedSize.wrap(type(int256).min)));
        q.price = SignedAssets.wrap(-1);
        q.spotFrom = Wad.wrap(0);
        q.spotTo = Wad.wrap(type(uint256).max);
        q.deadline = type(uint40).max;
        q.salt = type(uint256).max;
        assertEq(_libraryBook().hashOf(q), EXTREME_DIGEST);
    }

    function test_SeveralQuotesInOneCall() public {
        SignedQuote memory q = _strangle();
        bytes memory signature = _sign(q);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(book.fill, (q, signature, Wad.wrap(WHOLE / 4)));
        calls[1] = abi.encodeCall(book.fill, (q, signature, Wad.wrap(WHOLE / 2)));
        vm.prank(trader);
        book.multicall(calls);
        assertEq(clearing.position(q.legs[0].series), -7.5e18, "both parts trade for who called");

        calls[1] = abi.encodeCall(book.setMaker, (trader, true));
        vm.expectRevert();
        vm.prank(trader);
        book.multicall(calls);
        assertFalse(book.isMaker(trader), "a batch has the powers of its sender, not more");
        assertEq(Wad.unwrap(book.filled(book.hashOf(q))), WHOLE * 3 / 4, "all or nothing");
    }

    function test_RevertWhen_TradeAtIsNotByOrders() public {
        SignedQuote memory q = _strangle();
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotOrders.selector, address(this)));
        market.tradeAt(_order(q.legs), trader, q.price);
    }
}
