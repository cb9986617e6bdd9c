// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing} from "../../src/interfaces/IClearing.sol";
import {IMarket, Order, PAUSE_TRADING} from "../../src/interfaces/IMarket.sol";
import {BookValue, Leg} from "../../src/interfaces/IPricer.sol";
import {SignedAssets} from "../../src/types/Assets.sol";
import {SeriesId} from "../../src/types/SeriesId.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";
import {Scenario} from "./Scenario.sol";

/// @notice What an expiry does to the rest, and what the rest may do to it.
///
/// given a board that has expired
/// ├── when nobody settles it for days
/// │   └── quotes, trades, hedges, rolls and values of the rest go on; it counts at the worse of mark and average, then
/// │       at its price
/// ├── when the market is paused to exits only
/// │   └── rounds are observed, surfaces relayed, prices proven, series settled and redeemed
/// └── when its price is not final
///     └── nothing is paid; frozen and replaced, it pays the replacement once that is final
contract ExpiredBoardTest is Scenario {
    uint256 private constant DEPOSIT = 200_000e6;
    int256 private constant PUTS = 5e18;
    /// @dev A payoff is rounded down to a base unit of the collateral: five of them.
    uint256 private constant PAYOFF_UNIT = 5e12;

    uint40 private near;
    uint40 private far;
    SeriesId private nearPut;
    SeriesId private farPut;

    function setUp() public override {
        super.setUp();
        _openVault(DEPOSIT);
        near = _list(3, [uint256(2200), 2400, 2500, 2600, 2800]);
        far = _list(15, [uint256(2200), 2400, 2500, 2600, 2800]);
        (nearPut, farPut) = (_series(near, 2600, false), _series(far, 2400, false));
        _walk(_day(1, 9 hours), SPOT);
        _trade(tara, _leg(nearPut, PUTS));
        _trade(theo, _leg(farPut, 4e18));
        _walk(_day(3, 7 hours), 2_480e18);
    }

    function test_NobodySettlesForDays_NothingElseIsHeldUp() public {
        _walk(_day(3, 8 hours + 31 minutes), 2_450e18);
        _nearIs(-PUTS * 150, "unproven, five puts of 2,600 count at intrinsic on 2,450");
        _roll();
        _trade(theo, _leg(farPut, 1e18));
        _trade(theo, _leg(farPut, -2e18));
        _rebalance();
        _walk(_day(4, 8 hours + 31 minutes), 2_500e18);
        _roll();
        _walk(_day(5, 8 hours + 31 minutes), 2_300e18);
        _roll();
        _assertSharePrice();
        _trade(theo, _leg(farPut, -3e18));
        _nearIs(-PUTS * 300, "still unproven, at intrinsic on 2,300");

        _proveAndCheck(near);
        _nearIs(-int256(_payoff(nearPut)) * 1e12 * PUTS / 1e18, "proven, at its price");
        _walk(_day(5, 11 hours), 2_300e18);
        _settle(nearPut);
        _nearIs(0, "settled, at nothing");
        _redeem(tara, nearPut);
        catalogue.removeBoard(ETH, near);
        _trade(theo, _leg(farPut, 1e18));
    }

    function test_PausedToExitsOnly_SettlementAndRedemptionGoOn() public {
        vm.prank(address(keel));
        market.pause(ETH, PAUSE_TRADING);
        Leg[] memory legs = _leg(farPut, -1e18);
        vm.prank(theo);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketPaused.selector, ETH, PAUSE_TRADING));
        market.trade(Order(ETH, legs, SignedAssets.wrap(0), uint40(vm.getBlockTimestamp()), theo));

        _walk(_day(3, 8 hours + 10 minutes), 2_450e18); // observes, relays and syncs
        _proveAndCheck(near);
        _walk(_day(3, 10 hours + 10 minutes), 2_450e18);
        _settle(nearPut);
        assertGt(_redeem(tara, nearPut), 0, "paid");
        catalogue.removeBoard(ETH, near);
    }

    function test_NothingIsPaidBeforeThePriceIsFinal() public {
        _walk(_day(3, 8 hours + 10 minutes), 2_450e18);
        vm.expectPartialRevert(IClearing.SettlementNotFinal.selector);
        clearing.settle(nearPut);
        _proveAndCheck(near);
        (Wad proven, uint40 finalAt) = settlementOracle.price(ETH, near);
        vm.warp(finalAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IClearing.SettlementNotFinal.selector, nearPut, finalAt));
        clearing.settle(nearPut);
        vm.expectPartialRevert(IClearing.NotSettled.selector);
        clearing.redeemFor(nearPut, tara);

        vm.startPrank(address(keel));
        settlementOracle.freeze(ETH, near);
        skip(1 days);
        (, uint40 frozenUntil) = settlementOracle.price(ETH, near);
        vm.expectRevert(abi.encodeWithSelector(IClearing.SettlementNotFinal.selector, nearPut, frozenUntil));
        clearing.settle(nearPut);
        uint256 replacement = Wad.unwrap(proven) * 99 / 100;
        settlementOracle.replace(ETH, near, Wad.wrap(replacement));
        vm.stopPrank();
        clearing.settle(nearPut);
        uint256 before = usdc.balanceOf(tara);
        clearing.redeemFor(nearPut, tara);
        uint256 payoff = (2_600e18 - replacement) / 1e12;
        assertEq(usdc.balanceOf(tara) - before, payoff * 5, "paid at the replacement");
    }

    /// @dev What the near board counts in the book: the whole less the far board's puts at their marks.
    function _nearIs(int256 expected, string memory what) private view {
        (BookValue memory atMark,) = market.bookValue(ETH);
        SeriesId[] memory one = new SeriesId[](1);
        one[0] = farPut;
        (, Wad[] memory marks) = market.marks(one);
        int256 held = int256(clearing.balanceOf(theo, SeriesId.unwrap(farPut)));
        int256 near_ = SignedWad.unwrap(atMark.value) + int256(Wad.unwrap(marks[0])) * held / 1e18;
        assertApproxEqAbs(near_, expected, PAYOFF_UNIT, what);
    }
}
