// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../src/interfaces/ICatalogue.sol";
import {IClearing, Settlement} from "../../src/interfaces/IClearing.sol";
import {ADJUST_NO_PRICE, AdjustCode, Health} from "../../src/interfaces/IMarginPolicy.sol";
import {IMarket, Order} from "../../src/interfaces/IMarket.sol";
import {Leg} from "../../src/interfaces/IPricer.sol";
import {SETTLEMENT_ROUNDS_FAILED, ISettlementOracle, SettlementState} from "../../src/interfaces/ISettlementOracle.sol";
import {ORACLE_DOWN, ORACLE_REDUCE_ONLY, OracleMode} from "../../src/interfaces/ISpotOracle.sol";
import {Epoch, IVault} from "../../src/interfaces/IVault.sol";
import {Assets, SignedAssets} from "../../src/types/Assets.sol";
import {SeriesId} from "../../src/types/SeriesId.sol";
import {Wad} from "../../src/types/Wad.sol";
import {Scenario} from "./Scenario.sol";

/// @notice Prices fall, feeds fail, nothing bricks.
///
/// given puts outstanding
/// ├── when spot falls by 40 % in an hour
/// │   └── openers are refused, closers and top-ups go on, and every holder is paid in full
/// ├── when it falls further than the vault can pay
/// │   └── settling waits a day for cash, then scales every holder alike; new deposits are given back
/// ├── when the feed freezes in the crash
/// │   └── trading stops, what is settled is redeemed, the roll waits a day and moves nobody, the governor rescues
/// ├── when the feed is silent for longer than its heartbeat inside the window
/// │   └── the ring gives the price
/// └── when nobody settles for days
///     └── price and payments are those of settling on time
contract CrashTest is Scenario {
    uint256 private constant DEPOSIT = 200_000e6;

    uint40 private near;
    uint40 private far;
    SeriesId private put24;
    SeriesId private put25;

    function setUp() public override {
        super.setUp();
        _openVault(DEPOSIT);
        near = _list(3, [uint256(2200), 2400, 2500, 2600, 2800]);
        far = _list(8, [uint256(2200), 2400, 2500, 2600, 2800]);
        (put24, put25) = (_series(far, 2400, false), _series(far, 2500, false));
        _walk(_day(1, 9 hours), SPOT);
    }

    function test_Crash_EverybodyIsPaidInFull() public {
        _trade(tara, _leg(put24, 15e18));
        _trade(theo, _leg(put25, 5e18)); // the venue is long only: more is refused
        _walk(_day(5, 12 hours), SPOT);
        _crash();

        assertGe(_mode(), OracleMode.unwrap(ORACLE_REDUCE_ONLY), "mark and average are far apart");
        _assertCannotOpen();
        assertLt(_trade(tara, _leg(put24, -5e18)), 0, "who sells is paid in the crash");
        marginPolicy.adjust(_ids());
        Health[] memory health = marginPolicy.health(_ids());
        assertGe(Wad.unwrap(health[0].safety), Wad.unwrap(health[0].lower), "puts in the money are topped up");
        assertGe(Wad.unwrap(health[1].safety), Wad.unwrap(health[1].lower), "all of them");
        _audit();
        _rebalance();
        _assertSharePrice();

        _walk(_day(6, 8 hours + 31 minutes), 1_480e18);
        _roll();
        _walk(_day(8, 8 hours + 10 minutes), 1_450e18);
        _proveAndCheck(far);
        _walk(_day(8, 10 hours + 10 minutes), 1_450e18);
        _settle(put24);
        _settle(put25);
        assertGt(_redeem(tara, put24), 10 * 900e6, "puts deep in the money pay");
        assertGt(_redeem(theo, put25), 5 * 1_000e6, "all of them");
        catalogue.removeBoard(ETH, far);
        _roll();
        _requestRedeem(alice, share.balanceOf(alice));
        _walk(_day(9, 8 hours + 31 minutes), 1_450e18);
        _roll();
        assertGt(_claimAssets(alice), DEPOSIT * 8 / 10, "alice lost what the options paid, and leaves");
    }

    function test_CrashBeyondTheVault_HoldersAreScaledAlike() public {
        _loosenLimits();
        _trade(tara, _leg(put24, 70e18));
        _trade(theo, _leg(put24, 45e18));
        _walk(_day(6, 9 hours), 1_000e18);
        marginPolicy.adjust(_ids());
        _walk(_day(8, 7 hours), 210e18);
        _walk(_day(8, 8 hours + 10 minutes), 200e18);
        _proveAndCheck(far);
        _walk(_day(8, 10 hours + 10 minutes), 200e18);

        (Assets free, Assets locked) = clearing.balances(address(vault));
        uint256 available = Assets.unwrap(free) + Assets.unwrap(locked);
        uint256 owed = 115 * _payoff(put24);
        assertLt(available, owed, "the vault cannot pay");
        vm.expectPartialRevert(IClearing.CoverIncomplete.selector);
        clearing.settle(put24);
        _walk(_day(9, 10 hours + 11 minutes), 200e18);
        Settlement memory s = clearing.settle(put24);
        assertEq(Wad.unwrap(s.scale), available * 1e18 / owed, "scaled to what there is");
        _audit();

        uint256 tarasShare = _redeemScaled(tara, 70 * _payoff(put24) * Wad.unwrap(s.scale) / 1e18);
        uint256 theosShare = _redeemScaled(theo, 45 * _payoff(put24) * Wad.unwrap(s.scale) / 1e18);
        assertApproxEqAbs(tarasShare * 45, theosShare * 70, 115, "alike, to a base unit an option");
        assertEq(usdc.balanceOf(address(clearing)), Assets.unwrap(clearing.free(address(vault))), "the pot is closed");
        catalogue.removeBoard(ETH, far);

        _roll();
        uint256 id = _requestDeposit(bob, 10_000e6);
        _walk(_day(10, 8 hours + 31 minutes), 200e18);
        Epoch memory e = _roll();
        if (Wad.unwrap(e.depositPrice) == 0) {
            vm.prank(bob);
            assertEq(vault.claimCancelDepositRequest(id, bob, bob), 10_000e6, "a deposit without a price is given back");
        } else {
            assertGt(_claimShares(bob), 0, "a deposit with a price gets shares");
        }
        _audit();
    }

    function test_FrozenFeed_TradingStopsAndRedemptionGoesOn() public {
        SeriesId settled = _series(near, 2600, false);
        _trade(tara, _leg(settled, 5e18));
        _trade(tara, _leg(put24, 10e18));
        _walk(_day(3, 8 hours + 10 minutes), 2_450e18);
        _proveAndCheck(near);
        _walk(_day(3, 10 hours + 10 minutes), 2_450e18);
        _settle(settled);
        _walk(_day(5, 12 hours), 2_450e18);
        _roll();
        _crash();
        uint256 shares = share.balanceOf(alice) / 10;
        uint256 id = _requestRedeem(alice, shares);
        skip(66 minutes);

        assertEq(_mode(), OracleMode.unwrap(ORACLE_DOWN), "an answer beyond its heartbeat is no mark");
        Leg[] memory legs = _leg(put24, -1e18);
        vm.expectPartialRevert(IMarket.SpotUnavailable.selector);
        market.quote(ETH, legs);
        vm.prank(tara);
        vm.expectPartialRevert(IMarket.SpotUnavailable.selector);
        market.trade(Order(ETH, legs, SignedAssets.wrap(0), uint40(vm.getBlockTimestamp()), tara));
        assertGt(_redeem(tara, settled), 0, "what is settled is redeemed");
        AdjustCode[] memory codes = marginPolicy.adjust(_ids());
        assertTrue(codes[0] == ADJUST_NO_PRICE, "no top-up without a price, and no revert");
        (, int256 filled) = _rebalance();
        assertEq(filled, 0, "no hedge without a price, and no revert");
        _rollWithoutPrice(id, shares);
        _rescue();
    }

    function test_SettlesByRing_AfterAGapOfTheFeed() public {
        _trade(tara, _leg(put25, 8e18));
        _walk(_day(8, 6 hours + 40 minutes), 2_380e18);
        for (uint256 i; i < 7; ++i) {
            skip(10 minutes);
            spotOracle.observe(ETH);
        }
        skip(5 minutes);
        assertEq(vm.getBlockTimestamp(), far - 5 minutes, "the feed speaks five minutes before expiry");
        _round(2_440e18);
        spotOracle.observe(ETH);
        skip(10 minutes);
        _round(2_450e18);
        spotOracle.observe(ETH);

        _prove(far);
        (Wad none,) = settlementOracle.price(ETH, far);
        assertEq(Wad.unwrap(none), 0, "rounds with a gap give no price");
        assertEq(_state(far), SettlementState.unwrap(SETTLEMENT_ROUNDS_FAILED), "and say so");
        settlementOracle.proveFromRing(ETH, far);
        (Wad byRing,) = settlementOracle.price(ETH, far);
        uint256 expected = (uint256(2_380e18) * 25 + uint256(2_440e18) * 5) / 30;
        assertEq(Wad.unwrap(byRing), expected, "the ring gives the average of what was seen");
        _walk(_day(8, 10 hours + 10 minutes), 2_450e18);
        _settle(put25);
        _redeem(tara, put25);
        catalogue.removeBoard(ETH, far);
    }

    function test_SettlingLate_GivesThePriceOfSettlingOnTime() public {
        _trade(tara, _leg(put25, 8e18));
        _walk(_day(8, 7 hours), 2_400e18);
        _feedUntil(_day(8, 8 hours), 2_300e18, 7 minutes);
        _feedUntil(_day(8, 8 hours + 10 minutes), 2_350e18, 10 minutes);
        uint256 id = vm.snapshotState();
        _proveAndCheck(far);
        (Wad onTime,) = settlementOracle.price(ETH, far);
        _walk(_day(8, 10 hours + 10 minutes), 2_350e18);
        _settle(put25);
        uint256 paidOnTime = _redeem(tara, put25);

        vm.revertToState(id);
        _feedUntil(_day(14, 9 hours), 3_500e18, 50 minutes);
        _keep();
        _proveAndCheck(far);
        (Wad late,) = settlementOracle.price(ETH, far);
        assertEq(Wad.unwrap(late), Wad.unwrap(onTime), "the same price");
        _walk(_day(14, 11 hours), 3_500e18);
        _settle(put25);
        assertEq(_redeem(tara, put25), paidOnTime, "and the same payment");
    }

    // The pieces

    /// @dev -40 % in an hour, twelve rounds; volatility doubles with all signers behind it.
    function _crash() private {
        _feedUntil(vm.getBlockTimestamp() + 1 hours, price * 6 / 10, 5 minutes);
        volatility = 1.2e18;
        _keep();
    }

    function _rollWithoutPrice(uint256 id, uint256 shares) private {
        uint256 cutOff = vault.cutOff();
        vm.warp(cutOff + 1 minutes);
        vm.expectPartialRevert(IVault.SurfaceNotFresh.selector);
        vault.rollEpoch();
        vm.warp(cutOff + 24 hours);
        Epoch memory e = _roll();
        assertEq(Wad.unwrap(e.redeemPrice), 0, "a day late it rolls, and without a mark at no price");
        assertEq(vault.pendingRedeemRequest(id, alice), shares, "alice still waits");
    }

    /// @dev Nobody can prove; six hours later the governor proposes the last price there was.
    function _rescue() private {
        vm.warp(far + 1 minutes);
        vm.expectPartialRevert(ISettlementOracle.SuccessorStillPossible.selector);
        this.prove(far);
        vm.warp(far + 66 minutes);
        _prove(far);
        assertEq(_state(far), SettlementState.unwrap(SETTLEMENT_ROUNDS_FAILED), "a frozen answer is none");
        vm.expectPartialRevert(ISettlementOracle.WindowNotCovered.selector);
        settlementOracle.proveFromRing(ETH, far);
        vm.warp(far + 6 hours);
        vm.prank(address(keel));
        settlementOracle.rescue(ETH, far, Wad.wrap(price));
        skip(2 hours);
        _settle(put24);
        assertEq(_redeem(tara, put24), 10 * (2_400e6 - price / 1e12), "holders are paid at the rescued price");
        catalogue.removeBoard(ETH, far);
        _audit();
    }

    function prove(uint40 expiry) external {
        _prove(expiry);
    }

    function _loosenLimits() private {
        MarketLimits memory l = catalogue.limits(ETH);
        (l.maxNetDelta, l.maxNetVega, l.maxExpiryVega) = (Wad.wrap(5e18), Wad.wrap(5e18), Wad.wrap(5e18));
        (l.maxGamma, l.maxUtilisation, l.vegaPerReport) = (Wad.wrap(5e18), Wad.wrap(1e18), Wad.wrap(5e18));
        l.maxTradeSize = Wad.wrap(100e18);
        vm.prank(address(keel));
        catalogue.setLimits(ETH, l);
    }

    function _redeemScaled(address who, uint256 expected) private returns (uint256 paid) {
        uint256 before = usdc.balanceOf(who);
        paid = Assets.unwrap(clearing.redeemFor(put24, who));
        assertEq(paid, expected, "paid the payoff times the scale");
        assertEq(usdc.balanceOf(who), before + paid, "and paid");
        _audit();
    }

    function _assertCannotOpen() private {
        Leg[] memory legs = _leg(put24, 1e18);
        vm.prank(tara);
        vm.expectRevert();
        market.trade(Order(ETH, legs, SignedAssets.wrap(1e12), uint40(vm.getBlockTimestamp()), tara));
    }

    function _ids() private view returns (SeriesId[] memory ids) {
        ids = new SeriesId[](2);
        (ids[0], ids[1]) = (put24, put25);
    }

    function _mode() private view returns (uint8) {
        return OracleMode.unwrap(spotOracle.read(ETH).mode);
    }

    function _state(uint40 expiry) private view returns (uint8) {
        return SettlementState.unwrap(settlementOracle.settlement(ETH, expiry).state);
    }
}
