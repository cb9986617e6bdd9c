// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clearing} from "../../../src/clearing/Clearing.sol";
import {IClearing, Settlement} from "../../../src/interfaces/IClearing.sol";
import {ISettlementOracle} from "../../../src/interfaces/ISettlementOracle.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {MalformedSeries, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize, Size} from "../../../src/types/Size.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";
import {MockMarket} from "../../utils/mocks/clearing/MockMarket.sol";
import {MockSettlementOracle} from "../../utils/mocks/clearing/MockSettlementOracle.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";

/// settle
/// ├── given a malformed id, before expiry, without a price, before finality, twice: reverts
/// ├── given enough cash
/// │   ├── payoff is intrinsic, rounded down to a base unit
/// │   ├── the compartment pays first, then free; what is left of the compartment is free again
/// │   └── the market's book drops the position
/// ├── given too little cash
/// │   ├── within the grace: reverts
/// │   └── after it: pays what there is, scale fixed, nothing of other compartments touched
/// ├── given another oracle set by the governor: asks that one; what is settled stays
/// └── given a market that reverts or burns its gas
///     ├── settles, keeps the notice, hands it over later, once
///     └── when the caller brings too little gas: reverts instead of losing the notice
/// redeem
/// ├── given no settlement: reverts
/// ├── when zero or more than held: reverts
/// ├── pays the receiver rounded down, in any parts, for ever
/// └── the last long burned closes the pot to the vault
/// redeemFor
/// └── pays the holder, whoever calls
contract ExpiryTest is ClearingFixture {
    uint256 private constant MAX_LOTS = 1e9;
    uint256 private constant MAX_PRICE = 1e30;
    uint256 private constant STRIKE = 2000e18;

    // settle: guards

    function testFuzz_RevertGiven_MalformedSeries(uint256 id) public {
        _deploy(6);
        id = id << 176 | SeriesId.unwrap(call2000);
        vm.assume(id != SeriesId.unwrap(call2000));
        vm.expectRevert(abi.encodeWithSelector(MalformedSeries.selector, id));
        clearing.settle(SeriesId.wrap(id));
    }

    function testFuzz_RevertGiven_NotExpired(uint256 time) public {
        _deploy(6);
        oracle.setPrice(ETH, EXPIRY, Wad.wrap(STRIKE), 1);
        _refusedUntil(
            EXPIRY, bound(time, 1, EXPIRY - 1), abi.encodeWithSelector(IClearing.NotExpired.selector, call2000)
        );
    }

    function test_RevertGiven_NoPrice() public {
        _deploy(6);
        vm.warp(EXPIRY + 365 days);
        vm.expectRevert(abi.encodeWithSelector(IClearing.SettlementNotFinal.selector, call2000, 0));
        clearing.settle(call2000);
    }

    function testFuzz_RevertGiven_PriceNotFinal(uint256 time) public {
        _deploy(6);
        _finalise(STRIKE);
        uint256 finalAt = EXPIRY + DISPUTE;
        _refusedUntil(
            finalAt,
            bound(time, EXPIRY, finalAt - 1),
            abi.encodeWithSelector(IClearing.SettlementNotFinal.selector, call2000, finalAt)
        );
    }

    /// @dev Refused at `some` time before and in the last second, taken in the first.
    function _refusedUntil(uint256 first, uint256 some, bytes memory refusal) private {
        vm.warp(some);
        vm.expectRevert(refusal);
        clearing.settle(call2000);
        vm.warp(first - 1);
        vm.expectRevert(refusal);
        clearing.settle(call2000);
        vm.warp(first);
        assertTrue(clearing.settle(call2000).settled, "in the first second");
    }

    function test_RevertGiven_AlreadySettled() public {
        _deploy(6);
        _finalise(STRIKE);
        clearing.settle(call2000);
        oracle.setPrice(ETH, EXPIRY, Wad.wrap(3000e18), EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(IClearing.AlreadySettled.selector, call2000));
        clearing.settle(call2000);
    }

    // settle: enough cash

    function testFuzz_PayoffIsIntrinsicRoundedDown(uint256 seed, uint256 price, bool call) public {
        uint8 decimals = _decimals(seed);
        _deploy(decimals);
        price = bound(price, 0, MAX_PRICE);
        _finalise(price);
        Settlement memory s = clearing.settle(call ? call2000 : put2000);
        uint256 inner = call ? (price > STRIKE ? price - STRIKE : 0) : (STRIKE > price ? STRIKE - price : 0);
        uint256 baseUnit = 10 ** (18 - decimals);
        assertLe(Wad.unwrap(s.payoff), inner, "rounded down");
        assertGt(Wad.unwrap(s.payoff) + baseUnit, inner, "by less than a base unit");
        assertEq(Wad.unwrap(s.payoff) % baseUnit, 0, "to a base unit");
        assertEq(Wad.unwrap(s.scale), ONE, "full");
        assertTrue(s.settled, "settled");
    }

    function testFuzz_NoPriceStopsASettlement(uint256 price, bool call) public {
        _deploy(18);
        SeriesId series = call ? call2000 : put2000;
        _trade(alice, series, int256(2 ** 63 - 1) * int256(LOT_), 0, 0);
        _finalise(price);
        skip(1 days);
        assertTrue(clearing.settle(series).settled, "settled at any price");
        assertEq(market.book(series), 0, "and any size");
    }

    /// @dev 3 calls struck at 2000, price 2100: 300 owed.
    function test_CompartmentPaysFirstThenFree() public {
        _caseCover({held: 500, cash: 50, potIs: 300, freeIs: 250});
        _caseCover({held: 300, cash: 50, potIs: 300, freeIs: 50});
        _caseCover({held: 299, cash: 50, potIs: 300, freeIs: 49});
        _caseCover({held: 0, cash: 300, potIs: 300, freeIs: 0});
    }

    function _caseCover(uint256 held, uint256 cash, uint256 potIs, uint256 freeIs) private {
        _deploy(6);
        _deposit(vault, (held + cash) * unit);
        _trade(alice, call2000, int256(3 * ONE), held * unit, 0);
        _finalise(2100e18);
        vm.expectEmit(address(clearing));
        emit IClearing.ShortCovered(
            vault,
            call2000,
            Size.wrap(3 * ONE),
            Assets.wrap(300 * unit),
            Assets.wrap(300 * unit),
            Assets.wrap(held * unit)
        );
        vm.expectEmit(address(clearing));
        emit IClearing.Settled(call2000, Wad.wrap(100e18), Wad.wrap(ONE), Size.wrap(3 * ONE));
        clearing.settle(call2000);
        assertEq(_pot(call2000), potIs * unit, "pot");
        assertEq(_free(vault), freeIs * unit, "free");
        assertEq(_compartment(call2000), 0, "compartment closed");
        assertEq(_locked(vault), 0, "nothing locked");
        assertEq(_position(call2000), 0, "position closed");
        assertEq(_outstanding(call2000), 3 * ONE, "INV-CLR-02");
        assertEq(market.book(call2000), 0, "book told");
        assertEq(SignedSize.unwrap(clearing.pendingNotice(call2000)), 0, "nothing pending");
    }

    function test_WorthlessGivesAllBack() public {
        _deploy(6);
        _deposit(vault, 500 * unit);
        _trade(alice, call2000, int256(3 * ONE), 400 * unit, 0);
        _finalise(STRIKE);
        clearing.settle(call2000);
        assertEq(_free(vault), 500 * unit, "all free");
        assertEq(_pot(call2000), 0, "empty pot");
        vm.prank(alice);
        assertEq(Assets.unwrap(clearing.redeem(call2000, Size.wrap(3 * ONE), alice)), 0, "nothing");
        assertEq(_outstanding(call2000), 0, "burned");
    }

    function test_ASeriesNeverTradedSettlesEmpty() public {
        _deploy(6);
        _deposit(vault, 1);
        _finalise(2500e18);
        clearing.settle(call2000);
        assertEq(market.notices(), 0, "no notice of no change");
        assertEq(_free(vault), 1, "nothing taken");
    }

    // settle: too little cash

    function testFuzz_ShortfallScalesEveryHolderAlike(uint256 seed, uint256 held, uint256 cash, uint256 part) public {
        _deploy(_decimals(seed));
        // 8 options at a payoff of 100 owe 800; the rest of the vault's cash backs another series
        held = bound(held, 0, 799 * unit);
        cash = bound(cash, 0, 799 * unit - held);
        _deposit(vault, held + cash + 1000 * unit);
        _trade(bob, put2000, int256(ONE), 1000 * unit, 0);
        _trade(alice, call2000, int256(4 * ONE), 0, 0);
        _trade(bob, call2000, int256(4 * ONE), held, 0);
        _finalise(2100e18);

        vm.expectRevert(
            abi.encodeWithSelector(
                IClearing.CoverIncomplete.selector,
                call2000,
                Assets.wrap(held + cash),
                Assets.wrap(800 * unit),
                EXPIRY + DISPUTE + 1 days
            )
        );
        clearing.settle(call2000);
        vm.warp(EXPIRY + DISPUTE + 1 days - 1);
        vm.expectPartialRevert(IClearing.CoverIncomplete.selector);
        clearing.settle(call2000);
        vm.warp(EXPIRY + DISPUTE + 1 days);
        Settlement memory s = clearing.settle(call2000);

        assertEq(_pot(call2000), held + cash, "all there is");
        assertEq(Wad.unwrap(s.scale), (held + cash) * ONE / (800 * unit), "scale");
        assertEq(_free(vault), 0, "nothing left");
        assertEq(_compartment(put2000), 1000 * unit, "another compartment is never touched");

        // alice in two parts, bob whole, with cash coming in between: nobody gains from when or how
        part = bound(part, 1, 4 * ONE - 1);
        _deposit(vault, 1000 * unit);
        vm.startPrank(alice);
        uint256 aliceGets = Assets.unwrap(clearing.redeem(call2000, Size.wrap(part), alice));
        aliceGets += Assets.unwrap(clearing.redeem(call2000, Size.wrap(4 * ONE - part), alice));
        vm.stopPrank();
        uint256 bobGets = Assets.unwrap(clearing.redeemFor(call2000, bob));
        assertLe(aliceGets, bobGets, "parts round down more often");
        assertLe(bobGets - aliceGets, 4, "by a unit or two a part");
        assertLe(aliceGets + bobGets, held + cash, "never beyond the pot");
        // the scale has 18 decimals: of 800 owed it can lose 800e-18, and each payment two units
        assertGe(aliceGets + bobGets + 800 * unit / ONE + 7, held + cash, "and all of it but dust");
    }

    function test_CashBroughtWithinTheGracePaysInFull() public {
        _deploy(6);
        _trade(alice, call2000, int256(ONE), 0, 0);
        _finalise(2100e18);
        vm.expectPartialRevert(IClearing.CoverIncomplete.selector);
        clearing.settle(call2000);
        _deposit(vault, 100 * unit);
        assertEq(Wad.unwrap(clearing.settle(call2000).scale), ONE, "full");
    }

    // settle: another oracle

    function test_AnotherOraclePricesWhatIsNotSettled() public {
        _deploy(6);
        _deposit(vault, 1000 * unit);
        _trade(alice, call2000, int256(ONE), 0, 0);
        _trade(alice, put2000, int256(ONE), 0, 0);
        _finalise(2100e18);
        clearing.settle(call2000);
        MockSettlementOracle other = new MockSettlementOracle();
        other.setPrice(ETH, EXPIRY, Wad.wrap(1950e18), 1);

        vm.expectEmit(address(clearing));
        emit IClearing.SettlementOracleSet(ISettlementOracle(address(other)));
        clearing.setSettlementOracle(ISettlementOracle(address(other)));

        assertEq(Wad.unwrap(clearing.settle(put2000).payoff), 50e18, "by the new one");
        assertEq(Wad.unwrap(clearing.settlement(call2000).payoff), 100e18, "settled by the old one, for ever");
    }

    function testFuzz_RevertWhen_AnotherOracleIsSetByAnyone(address caller) public {
        _deploy(6);
        vm.assume(caller != address(this) && caller != address(authority));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        clearing.setSettlementOracle(ISettlementOracle(address(oracle)));
    }

    function test_RevertWhen_AnotherOracleHasNoCode() public {
        _deploy(6);
        vm.expectRevert(abi.encodeWithSelector(IClearing.NotAContract.selector, alice));
        clearing.setSettlementOracle(ISettlementOracle(alice));
    }

    // settle: the market's notice

    function testFuzz_AFailingMarketDoesNotStopASettlement(bool burns) public {
        _deploy(6);
        _deposit(vault, 200 * unit);
        _trade(alice, call2000, int256(2 * ONE), 0, 0);
        market.setNotice(!burns, burns);
        _finalise(2100e18);

        vm.expectEmit(address(clearing));
        emit IClearing.NoticeFailed(call2000, SignedSize.wrap(int256(2 * ONE)));
        clearing.settle(call2000);
        assertEq(Assets.unwrap(clearing.redeemFor(call2000, alice)), 200 * unit, "holders are paid");
        assertEq(market.book(call2000), -int256(2 * ONE), "book not told");
        assertEq(SignedSize.unwrap(clearing.pendingNotice(call2000)), int256(2 * ONE), "kept");

        market.setNotice(true, false);
        vm.expectRevert(MockMarket.MarketFails.selector);
        clearing.retryNotice(call2000);
        market.setNotice(false, false);
        clearing.retryNotice(call2000);
        assertEq(market.book(call2000), 0, "told");
        vm.expectRevert(abi.encodeWithSelector(IClearing.NoNoticePending.selector, call2000));
        clearing.retryNotice(call2000);
    }

    function testFuzz_TooLittleGasNeverLosesTheNotice(uint256 gas_) public {
        _deploy(6);
        _deposit(vault, 200 * unit);
        _trade(alice, call2000, int256(2 * ONE), 0, 0);
        _finalise(2100e18);
        market.setNoticeWork(800_000);
        gas_ = bound(gas_, 10_000, 3_000_000);
        (bool ok,) = address(clearing).call{gas: gas_}(abi.encodeCall(Clearing.settle, (call2000)));
        assertEq(clearing.settlement(call2000).settled, ok, "settled or not");
        assertEq(market.book(call2000), ok ? int256(0) : -int256(2 * ONE), "told exactly when settled");
        if (gas_ > 1_500_000) assertTrue(ok, "enough is enough");
    }

    // redeem

    function test_RevertGiven_NotSettled() public {
        _deploy(6);
        _trade(alice, call2000, int256(ONE), 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IClearing.NotSettled.selector, call2000));
        vm.prank(alice);
        clearing.redeem(call2000, Size.wrap(1), alice);
        vm.expectRevert(abi.encodeWithSelector(IClearing.NotSettled.selector, call2000));
        clearing.redeemFor(call2000, alice);
    }

    function testFuzz_RevertWhen_RedeemingMoreThanHeld(uint256 size) public {
        _deploy(6);
        _deposit(vault, 1000 * unit);
        _trade(alice, call2000, int256(ONE), 0, 0);
        _trade(bob, call2000, int256(ONE), 0, 0);
        _finalise(2100e18);
        clearing.settle(call2000);
        size = bound(size, ONE + 1, type(uint256).max);
        vm.expectPartialRevert(ERC6909.ERC6909InsufficientBalance.selector);
        vm.prank(alice);
        clearing.redeem(call2000, Size.wrap(size), alice);
    }

    function test_RevertWhen_NothingToRedeem() public {
        _deploy(6);
        _finalise(2100e18);
        clearing.settle(call2000);
        vm.expectRevert(abi.encodeWithSelector(IClearing.NothingToRedeem.selector, bob, call2000));
        clearing.redeemFor(call2000, bob);
        vm.expectRevert(abi.encodeWithSelector(IClearing.NothingToRedeem.selector, bob, call2000));
        vm.prank(bob);
        clearing.redeem(call2000, Size.wrap(0), bob);
    }

    function testFuzz_RedeemPaysRoundedDown(uint256 seed, uint256 price, uint256 lots, uint256 part) public {
        uint8 decimals = _decimals(seed);
        _deploy(decimals);
        uint256 size = bound(lots, 1, MAX_LOTS) * LOT_;
        price = bound(price, 0, 1e24);
        part = bound(part, 1, size);
        _deposit(vault, 1e36);
        _trade(alice, call2000, int256(size), 0, 0);
        _finalise(price);
        clearing.settle(call2000);
        uint256 payoff = price > STRIKE ? (price - STRIKE) / 10 ** (18 - decimals) : 0;
        uint256 due = part * payoff / ONE;
        uint256 potBefore = _pot(call2000);

        vm.expectEmit(address(clearing));
        emit IClearing.Redeemed(alice, call2000, bob, Size.wrap(part), Assets.wrap(due));
        vm.prank(alice);
        clearing.redeem(call2000, Size.wrap(part), bob);

        assertEq(token.balanceOf(bob), due, "receiver");
        assertEq(_longs(alice, call2000), size - part, "burned");
        assertEq(_outstanding(call2000), size - part, "INV-CLR-02");
        if (part < size) assertEq(_pot(call2000), potBefore - due, "from the pot");
        else assertEq(_pot(call2000), 0, "closed");
    }

    /// @dev One lot of one wei-of-collateral payoff: 0.001 base unit owed, one put into the pot, none ever paid.
    function test_TheLastBurnReturnsDust() public {
        _deploy(0);
        _deposit(vault, 5);
        _trade(alice, call2000, int256(LOT_), 0, 0);
        _finalise(2001e18);
        clearing.settle(call2000);
        assertEq(_pot(call2000), 1, "owed is rounded up");
        vm.prank(alice);
        clearing.redeem(call2000, Size.wrap(LOT_ - 1), alice);
        assertEq(_pot(call2000), 1, "dust stays while a long lives");
        vm.expectEmit(address(clearing));
        emit IClearing.PotClosed(call2000, Assets.wrap(1));
        vm.prank(alice);
        clearing.redeem(call2000, Size.wrap(1), alice);
        assertEq(_pot(call2000), 0, "closed");
        assertEq(_free(vault), 5, "to the vault");
    }

    function testFuzz_RedeemForPaysTheHolder(address caller, uint256 late) public {
        _deploy(6);
        _deposit(vault, 1000 * unit);
        _trade(alice, call2000, int256(ONE), 0, 0);
        _finalise(2100e18);
        clearing.settle(call2000);
        skip(bound(late, 0, 36_500 days));
        vm.assume(caller != alice);
        uint256 before = token.balanceOf(caller);
        vm.prank(caller);
        clearing.redeemFor(call2000, alice);
        assertEq(token.balanceOf(alice), 100 * unit, "holder");
        assertEq(token.balanceOf(caller), caller == address(clearing) ? before - 100 * unit : before, "not the caller");
    }

    function testFuzz_PutAndCallOfAStrikeAreApart(uint256 price) public {
        _deploy(6);
        price = bound(price, 0, 4000e18);
        _deposit(vault, 10_000 * unit);
        _trade(alice, call2000, int256(ONE), 0, 0);
        _trade(alice, put2000, int256(ONE), 0, 0);
        _finalise(price);
        clearing.settle(put2000);
        assertFalse(clearing.settlement(call2000).settled, "call untouched");
        clearing.settle(call2000);
        uint256 both = Assets.unwrap(clearing.redeemFor(call2000, alice));
        both += Assets.unwrap(clearing.redeemFor(put2000, alice));
        uint256 distance = price > STRIKE ? price - STRIKE : STRIKE - price;
        assertEq(both, distance / 1e12, "a straddle pays the distance");
    }
}
