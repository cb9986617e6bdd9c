// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Fill, IClearing} from "../../../src/interfaces/IClearing.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {MarketId, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";
import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";

/// trade
/// ├── when the caller is not the market: reverts
/// ├── given an expired series: reverts
/// ├── when the size is zero or not whole lots: reverts
/// ├── when the trader sells more than it holds: reverts
/// ├── when the sale exceeds the vault's short: reverts VaultHasNoLong
/// ├── when the cash after it would be negative: reverts, whatever the order of the legs
/// ├── when the trader buys
/// │   ├── mints to the recipient, deepens the short, pulls the premium from the trader
/// │   ├── fills the compartment up to what is demanded
/// │   ├── leaves a compartment above that alone
/// │   └── lets the premium back the short
/// ├── when the trader sells
/// │   ├── burns from the trader, pays the recipient
/// │   ├── releases pro rata when below the demand
/// │   ├── releases down to the demand when above
/// │   └── releases all when flat
/// └── when several legs
///     ├── nets compartments against one another
///     └── the same series twice counts twice
contract TradeTest is ClearingFixture {
    uint256 private constant MAX_CASH = 1e30;
    uint256 private constant MAX_LOTS = 1e9;

    function testFuzz_RevertWhen_CallerIsNotTheMarket(address caller) public {
        _deploy(6);
        vm.assume(caller != address(market));
        vm.expectRevert(abi.encodeWithSelector(IClearing.NotMarket.selector, caller));
        vm.prank(caller);
        clearing.trade(caller, caller, new Fill[](0), SignedAssets.wrap(0));
    }

    function testFuzz_RevertGiven_ExpiredSeries(uint256 late) public {
        _deploy(6);
        vm.warp(EXPIRY - 1);
        _trade(alice, call2000, int256(ONE), 0, 0);
        vm.warp(EXPIRY + bound(late, 0, 365 days));
        bytes memory expected = abi.encodeWithSelector(IClearing.SeriesExpired.selector, call2000);
        vm.expectRevert(expected);
        _trade(alice, call2000, int256(ONE), 0, 0);
        vm.expectRevert(expected);
        _trade(alice, call2000, -int256(ONE), 0, 0);
    }

    function testFuzz_RevertWhen_NotWholeLots(int256 size) public {
        _deploy(6);
        size = bound(size, -1e36, 1e36);
        if (size % int256(LOT_) == 0 && size != 0) size += 1;
        vm.expectRevert(abi.encodeWithSelector(IClearing.NotWholeLots.selector, SignedSize.wrap(size)));
        _trade(alice, call2000, size, 0, 0);
    }

    function test_RevertWhen_PositionNeeds65Bits() public {
        _deploy(6);
        int256 most = int256(2 ** 63 - 1) * int256(LOT_);
        _trade(alice, call2000, most, 0, 0);
        assertEq(_position(call2000), -most, "the last that fits");
        vm.expectPartialRevert(bytes4(keccak256("SafeCastOverflowedIntDowncast(uint8,int256)")));
        _trade(alice, call2000, int256(LOT_), 0, 0);
    }

    function testFuzz_RevertWhen_SellingMoreThanHeld(uint256 held, uint256 more) public {
        _deploy(6);
        held = bound(held, 1, MAX_LOTS) * LOT_;
        more = bound(more, 1, MAX_LOTS) * LOT_;
        _trade(bob, call2000, int256(held + more), 0, 0);
        _trade(alice, call2000, int256(held), 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ERC6909.ERC6909InsufficientBalance.selector, alice, held, held + more, SeriesId.unwrap(call2000)
            )
        );
        _trade(alice, call2000, -int256(held + more), 0, 0);
    }

    function testFuzz_RevertWhen_SaleExceedsTheShort(uint256 short, uint256 more) public {
        _deploy(6);
        short = bound(short, 0, MAX_LOTS) * LOT_;
        more = bound(more, 1, MAX_LOTS) * LOT_;
        if (short != 0) _trade(alice, call2000, int256(short), 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClearing.VaultHasNoLong.selector,
                call2000,
                SignedSize.wrap(-int256(short)),
                SignedSize.wrap(int256(short + more))
            )
        );
        _trade(alice, call2000, -int256(short + more), 0, 0);
    }

    function testFuzz_Buy(uint256 seed, uint256 cash, uint256 lots, uint256 demand, uint256 premium) public {
        _deploy(_decimals(seed));
        cash = bound(cash, 0, MAX_CASH);
        int256 size = int256(bound(lots, 1, MAX_LOTS) * LOT_);
        premium = bound(premium, 0, MAX_CASH);
        demand = bound(demand, 0, cash + premium);
        _deposit(vault, cash);
        _fund(alice, premium);

        vm.expectEmit(address(clearing));
        emit IClearing.VaultPositionSet(call2000, SignedSize.wrap(-size), Assets.wrap(demand));
        market.trade(alice, bob, _fills(_fill(call2000, size, demand)), SignedAssets.wrap(int256(premium)));

        assertEq(_longs(bob, call2000), uint256(size), "minted to the recipient");
        assertEq(_longs(alice, call2000), 0, "not to the trader");
        assertEq(_position(call2000), -size, "vault short");
        assertEq(_outstanding(call2000), uint256(size), "INV-CLR-02");
        assertEq(_compartment(call2000), demand, "filled to the demand");
        assertEq(_locked(vault), demand, "sum of compartments");
        assertEq(_free(vault), cash + premium - demand, "premium in, collateral out");
        assertEq(token.balanceOf(alice), 0, "premium paid");
        assertEq(token.balanceOf(address(clearing)), cash + premium, "INV-CLR-01");
    }

    function testFuzz_RevertWhen_CollateralExceedsCashAndPremium(uint256 cash, uint256 premium, uint256 excess) public {
        _deploy(6);
        cash = bound(cash, 0, MAX_CASH);
        premium = bound(premium, 0, MAX_CASH);
        excess = bound(excess, 1, MAX_CASH);
        _deposit(vault, cash);
        _fund(alice, premium);
        vm.expectRevert(_insufficientFree(vault, cash, cash + excess));
        _trade(alice, call2000, int256(ONE), cash + premium + excess, int256(premium));
    }

    function testFuzz_BuyMoreLeavesARichCompartmentAlone(uint256 first, uint256 second) public {
        _deploy(6);
        first = bound(first, 0, MAX_CASH);
        second = bound(second, 0, MAX_CASH);
        _deposit(vault, MAX_CASH);
        _trade(alice, call2000, int256(ONE), first, 0);
        _trade(alice, call2000, int256(ONE), second, 0);
        assertEq(_compartment(call2000), first > second ? first : second, "at least what is demanded");
    }

    function testFuzz_RevertGiven_TraderCannotPay(uint256 premium) public {
        _deploy(6);
        premium = bound(premium, 1, MAX_CASH);
        _fund(alice, premium - 1);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientBalance(address,uint256,uint256)")));
        _trade(alice, call2000, int256(ONE), 0, int256(premium));
    }

    function testFuzz_Sell(uint256 seed, uint256 lots, uint256 sold, uint256 proceeds) public {
        _deploy(_decimals(seed));
        int256 size = int256(bound(lots, 1, MAX_LOTS) * LOT_);
        int256 closing = int256(bound(sold, 1, uint256(size) / LOT_) * LOT_);
        proceeds = bound(proceeds, 0, MAX_CASH);
        _deposit(vault, MAX_CASH);
        _trade(alice, put2000, size, 0, 0);

        market.trade(alice, bob, _fills(_fill(put2000, -closing, 0)), SignedAssets.wrap(-int256(proceeds)));

        assertEq(_longs(alice, put2000), uint256(size - closing), "burned from the trader");
        assertEq(_position(put2000), closing - size, "short reduced");
        assertEq(token.balanceOf(bob), proceeds, "recipient paid");
        assertEq(_free(vault), MAX_CASH - proceeds, "by the vault");
    }

    /// @dev 100 held for 3 lots; 2 left. Pro rata, rounded up: 67. The demand decides when it is less.
    function test_SellReleasesProRataOrDownToTheDemand() public {
        assertEq(_afterSale(100, 3, 1, 1000), 67, "pro rata, rounded up");
        assertEq(_afterSale(100, 3, 1, 67), 67, "the same");
        assertEq(_afterSale(100, 3, 1, 66), 66, "down to the demand");
        assertEq(_afterSale(100, 3, 3, 1000), 0, "flat");
        assertEq(_afterSale(0, 3, 1, 1000), 0, "a sale asks for no collateral");
    }

    function testFuzz_SaleNeverMakesWhatRemainsLessSafe(uint256 held, uint256 lots, uint256 sold, uint256 demand)
        public
    {
        held = bound(held, 0, MAX_CASH);
        lots = bound(lots, 2, MAX_LOTS);
        sold = bound(sold, 1, lots - 1);
        demand = bound(demand, 0, MAX_CASH);
        uint256 keeps = _afterSale(held, lots, sold, demand);
        assertTrue(keeps >= demand || keeps * lots >= held * (lots - sold), "safe as before, or as demanded");
        assertTrue(keeps <= held && keeps <= demand, "releases what it may");
    }

    function _afterSale(uint256 held, uint256 lots, uint256 sold, uint256 demand) private returns (uint256) {
        _deploy(6);
        _deposit(vault, held);
        _trade(alice, call2000, int256(lots * LOT_), held, 0);
        _trade(alice, call2000, -int256(sold * LOT_), demand, 0);
        assertEq(_free(vault) + _compartment(call2000), held, "nothing lost");
        assertEq(_locked(vault), _compartment(call2000), "sum of compartments");
        return _compartment(call2000);
    }

    function testFuzz_RevertWhen_ProceedsExceedFreeAndReleased(uint256 held, uint256 excess) public {
        _deploy(6);
        held = bound(held, 0, MAX_CASH);
        excess = bound(excess, 1, MAX_CASH);
        _deposit(vault, held);
        _trade(alice, call2000, int256(2 * LOT_), held, 0);
        vm.expectPartialRevert(IClearing.InsufficientFree.selector);
        _trade(alice, call2000, -int256(2 * LOT_), 0, -int256(held + excess));
        _trade(alice, call2000, -int256(2 * LOT_), 0, -int256(held));
        assertEq(token.balanceOf(alice), held, "the last collateral pays the last holder");
    }

    function test_LegsNetTheirCollateral() public {
        _deploy(6);
        _deposit(vault, 100);
        _trade(alice, call2000, int256(ONE), 100, 0);
        Fill[] memory fills = new Fill[](2);
        // the put is locked before the call is released: only the net must be there
        fills[0] = _fill(put2000, int256(ONE), 90);
        fills[1] = _fill(call2000, -int256(ONE), 0);
        market.trade(alice, alice, fills, SignedAssets.wrap(-10));
        assertEq(_compartment(put2000), 90, "put");
        assertEq(_compartment(call2000), 0, "call");
        assertEq(_free(vault), 0, "all used");
        assertEq(token.balanceOf(alice), 10, "paid");
    }

    function test_TheSameSeriesTwiceCountsTwice() public {
        _deploy(6);
        _deposit(vault, 100);
        Fill[] memory fills = new Fill[](2);
        fills[0] = _fill(put2000, int256(ONE), 30);
        fills[1] = _fill(put2000, int256(2 * ONE), 70);
        market.trade(alice, alice, fills, SignedAssets.wrap(0));
        assertEq(_position(put2000), -int256(3 * ONE), "three short");
        assertEq(_compartment(put2000), 70, "the last demand");
        assertEq(_longs(alice, put2000), 3 * ONE, "three long");
    }

    function testFuzz_SeriesHaveTheirOwnCompartments(uint256 strike, bool call, uint256 a, uint256 b) public {
        _deploy(6);
        SeriesId other = seriesId(MarketId.wrap(2), EXPIRY + 1 days, Wad.wrap(bound(strike, 1, 2 ** 112 - 1)), call);
        a = bound(a, 0, MAX_CASH);
        b = bound(b, 0, MAX_CASH);
        _deposit(vault, a + b);
        _trade(alice, call2000, int256(ONE), a, 0);
        _trade(alice, other, int256(LOT_), b, 0);
        assertEq(_compartment(call2000), a, "one");
        assertEq(_compartment(other), b, "other");
        assertEq(_locked(vault), a + b, "sum");
    }

    function test_RevertWhen_RecipientMayNotHoldLongs() public {
        _deploy(6);
        address[3] memory refused = [vault, address(market), address(clearing)];
        for (uint256 i; i < refused.length; ++i) {
            vm.expectRevert(IClearing.TransferToVault.selector);
            market.trade(alice, refused[i], _fills(_fill(call2000, int256(ONE), 0)), SignedAssets.wrap(0));
        }
    }
}
