// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../src/interfaces/IMarket.sol";
import {IOrders, OrdersConfig, SignedQuote} from "../../../src/interfaces/IOrders.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {Orders} from "../../../src/market/Orders.sol";
import {SignedAssets} from "../../../src/types/Assets.sol";
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
