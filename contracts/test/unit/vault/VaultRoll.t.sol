// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ORACLE_ATTACH,
    ORACLE_DOWN,
    ORACLE_OPEN,
    ORACLE_REDUCE_ONLY,
    ORACLE_WIDE,
    OracleMode
} from "../../../src/interfaces/ISpotOracle.sol";
import {Epoch, IVault} from "../../../src/interfaces/IVault.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {Shares} from "../../../src/types/Shares.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";

contract VaultRollTest is VaultFixture {
    uint256 private constant MAX_ROLL_DELAY = 24 hours;
    uint40 private constant EXPIRY_AHEAD = 30 days;

    // When

    function testFuzz_RevertGiven_TheCutOffIsAhead(uint256 early) public {
        uint40 cutOff = vault.cutOff();
        vm.warp(bound(early, START, cutOff - 1));

        vm.expectRevert(abi.encodeWithSelector(IVault.EpochNotOver.selector, cutOff, vm.getBlockTimestamp()));
        vault.rollEpoch();
    }

    function test_RollByAnyoneOpensTheNextEpoch() public {
        uint40 first = vault.cutOff();
        passCutOff();

        vm.prank(carol);
        vault.rollEpoch();

        assertEq(vault.currentEpoch(), 2);
        assertEq(vault.cutOff(), first + 1 days);
    }

    function testFuzz_LateRollCatchesUpInOneCall(uint256 late) public {
        uint40 first = vault.cutOff();
        late = bound(late, 0, 100 days);
        vm.warp(first + late);

        vault.rollEpoch();

        assertEq(vault.currentEpoch(), 2, "one roll executes one epoch");
        assertGt(uint256(vault.cutOff()), vm.getBlockTimestamp(), "the next cut-off is ahead");
        assertLe(uint256(vault.cutOff()), vm.getBlockTimestamp() + 1 days);
        assertEq((vault.cutOff() - first) % 1 days, 0, "and on the calendar");
    }

    // Deposits

    function testFuzz_FirstDepositsBuyAtOne(uint256 assets) public {
        assets = bound(assets, unit, MAX_MONEY_UNITS * unit);
        ask(alice, assets);
        passCutOff();

        Epoch memory result = vault.rollEpoch();

        assertEq(Shares.unwrap(result.minted), assets * 1e18 / unit);
        assertEq(Wad.unwrap(result.depositPrice), 1e18);
        assertEq(Assets.unwrap(result.deposited), assets);
        assertEq(free(), assets, "cash went to clearing");
        assertEq(token.balanceOf(address(vault)), 0);
        assertEq(vault.claimableDepositRequest(1, alice), assets);
        assertEq(vault.pendingDepositRequest(1, alice), 0);
        assertEq(vault.totalAssets(), assets);
    }

    function test_DepositsBuyAtTheHigherPricePlusHalfTheSpread() public {
        setExitSpread(0.02e18);
        enter(alice, 1_000 * unit);
        setBook(100, 60, -5_000); // half of 0.02 x 5000 is 50
        ask(bob, 1_150 * unit);

        Epoch memory result = roll();

        // 1000 + 100 + 50 for 1000 shares: 1.15 each, virtual shares apart.
        assertApproxEqRel(Shares.unwrap(result.minted), 1_000e18, 1e12);
        assertApproxEqRel(Wad.unwrap(result.depositPrice), 1.15e18, 1e12);
        assertEq(Assets.unwrap(vault.equity()), (1_000 + 60 + 1_150) * unit, "E at the lower price");
        assertEq(market.backing().equity(), (1_000 + 60 + 1_150) * 1e18, "and the market has it");
    }

    function test_DepositsArePricedAtTheAverageWhenThatIsHigher() public {
        setExitSpread(0);
        enter(alice, 1_000 * unit);
        setBook(-200, 250, 0);
        ask(bob, 125 * unit);

        Epoch memory result = roll();

        assertApproxEqRel(Wad.unwrap(result.depositPrice), 1.25e18, 1e12);
        assertApproxEqRel(Shares.unwrap(result.minted), 100e18, 1e12);
    }

    // Redemptions

    function test_RedemptionsArePaidTheLowerPriceLessHalfTheSpread() public {
        setExitSpread(0.02e18);
        enter(alice, 1_000 * unit);
        setBook(100, -150, -5_000); // 1000 - 150 - 50
        askOut(alice, 100e18);

        Epoch memory result = roll();

        assertEq(Assets.unwrap(result.reserved), 80 * unit);
        assertEq(Wad.unwrap(result.redeemPrice), 0.8e18);
        assertEq(Shares.unwrap(result.burned), 100e18);
        assertEq(share.totalSupply(), 900e18);
        assertEq(claimAssets(alice), 80 * unit);
    }

    function test_DepositsOfTheRollPayItsRedemptions() public {
        enter(alice, 1_000 * unit);
        clearing.lock(address(vault), 1_000 * unit); // no free cash at all
        ask(bob, 400 * unit);
        askOut(alice, 250e18);

        roll();

        // The buffer is a tenth of what is locked: 400 - 100 are there, 250 are needed.
        assertEq(claimAssets(alice), 250 * unit);
        assertEq(free(), 150 * unit, "only the difference moved");
    }

    function test_RedemptionsBeyondCashStayInTheLine() public {
        enter(alice, 1_000 * unit);
        clearing.lock(address(vault), 800 * unit); // 200 free, of which 80 buffer
        askOut(alice, 300e18);

        Epoch memory result = roll();

        assertEq(Assets.unwrap(result.reserved), 120 * unit, "what cash above the buffer pays");
        assertEq(vault.claimableRedeemRequest(2, alice), 120e18);
        assertEq(vault.pendingRedeemRequest(2, alice), 180e18);
        assertEq(vault.maxWithdraw(alice), 120 * unit);
        assertEq(Assets.unwrap(vault.cashWanted()), 180 * unit, "what the line lacks");
    }

    function test_DepositsAreNotHeldUpByTheLine() public {
        enter(alice, 1_000 * unit);
        clearing.lock(address(vault), 1_000 * unit);
        askOut(alice, 1_000e18);
        roll();
        ask(bob, 300 * unit);

        Epoch memory result = roll();

        assertEq(vault.maxMint(bob), 300e18);
        assertEq(Assets.unwrap(result.reserved), 200 * unit, "their cash above the buffer goes to the line");
    }

    function test_OldestEpochOfTheLineIsFilledFirst() public {
        enter(alice, 1_000 * unit);
        vm.prank(alice);
        share.transfer(bob, 500e18);
        clearing.lock(address(vault), 1_000 * unit);

        askOut(alice, 500e18);
        roll();
        askOut(bob, 500e18);
        roll();
        clearing.release(address(vault), 400 * unit);
        roll(); // 400 less the buffer of 60

        assertEq(vault.maxWithdraw(alice), 340 * unit);
        assertEq(vault.maxWithdraw(bob), 0);

        clearing.release(address(vault), 600 * unit);
        roll();
        assertEq(vault.maxWithdraw(alice), 500 * unit);
        assertEq(vault.maxWithdraw(bob), 500 * unit);
    }

    function test_EachPartIsPaidAtItsOwnRollsPrice() public {
        setExitSpread(0);
        enter(alice, 1_000 * unit);
        clearing.lock(address(vault), 950 * unit);
        setBufferShare(0);
        askOut(alice, 100e18);
        roll(); // 50 shares at 1.0
        clearing.release(address(vault), 950 * unit);
        setBook(475, 475, 0); // 950 left in 950 shares, now 1425: 1.5 each
        roll();

        assertEq(vault.maxRedeem(alice), 100e18);
        assertApproxEqAbs(vault.maxWithdraw(alice), 50 * unit + 75 * unit, 1);
    }

    function test_ProRataWithinAnEpoch() public {
        enter(alice, 1_000 * unit);
        vm.prank(alice);
        share.transfer(bob, 250e18);
        clearing.lock(address(vault), 1_000 * unit);
        askOut(alice, 750e18);
        askOut(bob, 250e18);
        roll();
        clearing.release(address(vault), 500 * unit); // buffer 50: 450 to share out
        roll();

        assertApproxEqAbs(vault.maxWithdraw(alice), 337.5e6, 1);
        assertApproxEqAbs(vault.maxWithdraw(bob), 112.5e6, 1);
    }

    // No equity

    function testFuzz_DepositsAreRefundableAtNoEquity(uint256 loss) public {
        enter(alice, 1_000 * unit);
        askOut(alice, 500e18);
        ask(bob, 300 * unit);
        loss = bound(loss, 1_000, 1e9);
        setBook(0, -int256(loss), 0);
        passCutOff();

        vm.expectEmit(address(vault));
        emit IVault.DepositsRefundable(2, Assets.wrap(300 * unit));
        Epoch memory result = vault.rollEpoch();

        assertEq(Wad.unwrap(result.depositPrice), 0);
        assertEq(Shares.unwrap(result.burned), 0, "nobody is paid nothing");
        assertEq(vault.maxDeposit(bob), 0);
        assertEq(vault.claimableCancelDepositRequest(2, bob), 300 * unit);
        assertEq(Assets.unwrap(vault.equity()), 1_000 * unit, "E keeps its floor");
        vm.prank(bob);
        assertEq(vault.claimCancelDepositRequest(2, bob, bob), 300 * unit);
        assertEq(vault.pendingRedeemRequest(2, alice), 500e18, "the line waits");
    }

    function test_RefundSurvivesTheNextRequestInItsPlace() public {
        enter(alice, 1_000 * unit);
        ask(bob, 300 * unit);
        setBook(-1_000, -1_000, 0);
        roll(); // 2 refunds
        setBook(0, 0, 0);
        roll(); // 3
        ask(bob, 50 * unit); // 4 has the place of 2

        assertEq(vault.claimableCancelDepositRequest(2, bob), 300 * unit);
        roll();
        assertEq(vault.maxDeposit(bob), 50 * unit);
        vm.prank(bob);
        assertEq(vault.claimCancelDepositRequest(2, bob, bob), 300 * unit);
    }

    function test_DepositTooSmallForAShareIsRefundable() public {
        // All shares are gone and a fortune stays behind: one share wei costs more than the deposit.
        enter(alice, unit);
        askOut(alice, 1e18);
        roll();
        clearing.gain(address(vault), 1e15 * unit);
        ask(bob, unit);

        roll();

        assertEq(vault.maxMint(bob), 0);
        assertEq(vault.claimableCancelDepositRequest(3, bob), unit);
    }

    // Information

    function test_RevertGiven_SpotOfBeforeTheCutOff() public {
        uint40 cutOff = _withPosition();
        vm.warp(cutOff);
        surfaceOracle.report(cutOff + EXPIRY_AHEAD, cutOff);
        spotOracle.set(SPOT, SPOT, cutOff - 1, ORACLE_OPEN);
        _expectRevert(abi.encodeWithSelector(IVault.SpotNotFresh.selector, 1, cutOff - 1, cutOff));

        spotOracle.set(SPOT, SPOT, cutOff, ORACLE_OPEN);
        vault.rollEpoch();
    }

    function test_RevertGiven_SurfaceOfBeforeTheCutOff() public {
        uint40 cutOff = _withPosition();
        passCutOff();
        surfaceOracle.report(cutOff + EXPIRY_AHEAD, cutOff - 1);
        _expectRevert(
            abi.encodeWithSelector(IVault.SurfaceNotFresh.selector, 1, cutOff + EXPIRY_AHEAD, cutOff - 1, cutOff)
        );
    }

    function test_RevertGiven_SurfaceOlderThanInformationMayBe() public {
        uint40 cutOff = _withPosition();
        surfaceOracle.report(cutOff + EXPIRY_AHEAD, cutOff + 1);
        vm.warp(cutOff + 2 hours);
        refresh();
        _expectRevert(
            abi.encodeWithSelector(
                IVault.SurfaceNotFresh.selector, 1, cutOff + EXPIRY_AHEAD, cutOff + 1, cutOff + 1 hours
            )
        );
    }

    function test_RevertGiven_HedgesSyncedBeforeTheCutOff() public {
        uint40 cutOff = vault.cutOff();
        hedger.setPosition(1e18, int256(3_000 * unit), cutOff - 1);
        passCutOff();
        _expectRevert(abi.encodeWithSelector(IVault.HedgerNotSynced.selector, 1, cutOff - 1, cutOff));

        hedger.setPosition(1e18, int256(3_000 * unit), cutOff);
        vault.rollEpoch();
    }

    function test_RevertGiven_TheSpotIsUncertain() public {
        uint40 cutOff = _withPosition();
        vm.warp(cutOff);
        surfaceOracle.report(cutOff + EXPIRY_AHEAD, cutOff);
        spotOracle.set(SPOT, SPOT, cutOff, ORACLE_REDUCE_ONLY);
        _expectRevert(abi.encodeWithSelector(IVault.SpotUncertain.selector, 1, OracleMode.unwrap(ORACLE_REDUCE_ONLY)));

        spotOracle.set(SPOT, SPOT, cutOff, ORACLE_WIDE);
        vault.rollEpoch();
    }

    /// @dev A roll is an exit: it does not wait for a price that only trades need, nor for its signers.
    function test_TheWantOfAQuickPriceKeepsNoRollBack() public {
        OracleMode[2] memory wanting = [ORACLE_ATTACH, ORACLE_REDUCE_ONLY];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            uint40 cutOff = _withPosition();
            vm.warp(cutOff);
            surfaceOracle.report(cutOff + EXPIRY_AHEAD, cutOff);
            spotOracle.set(SPOT, SPOT, cutOff, wanting[i]);
            _expectRevert(abi.encodeWithSelector(IVault.SpotUncertain.selector, 1, wanting[i]));
            spotOracle.setPushed(ORACLE_WIDE);
            vault.rollEpoch();
            vm.revertToState(snapshot);
        }
    }

    function test_EmptyMarketNeedsNoInformation() public {
        uint40 cutOff = vault.cutOff();
        market.addBoard(cutOff + EXPIRY_AHEAD, 0, 0);
        spotOracle.set(0, 0, 0, ORACLE_DOWN);
        vm.warp(cutOff);

        vault.rollEpoch();

        assertEq(vault.currentEpoch(), 2);
    }

    function test_ExpiredBoardNeedsNoSurface() public {
        uint40 cutOff = vault.cutOff();
        market.addBoard(cutOff, -1e18, 0);
        passCutOff();

        vault.rollEpoch();

        assertEq(vault.currentEpoch(), 2);
    }

    function test_BreakersDelayARollByADayAtMost() public {
        enter(alice, 1_000 * unit);
        uint40 cutOff = _withPosition();
        setExitSpread(0);
        setBook(-100, -300, 0);
        askOut(alice, 100e18);
        spotOracle.set(SPOT, SPOT, cutOff - 1, ORACLE_REDUCE_ONLY);
        vm.warp(cutOff + MAX_ROLL_DELAY - 1);
        _expectRevert(abi.encodeWithSelector(IVault.SurfaceNotFresh.selector));

        vm.warp(cutOff + MAX_ROLL_DELAY);
        Epoch memory result = vault.rollEpoch();

        assertEq(Assets.unwrap(result.reserved), 70 * unit, "at the careful price");
    }

    function test_WithoutAnyMarkALateRollMovesNobody() public {
        enter(alice, 1_000 * unit);
        uint40 cutOff = _withPosition();
        askOut(alice, 100e18);
        ask(bob, 50 * unit);
        spotOracle.set(0, 0, 0, ORACLE_DOWN);
        vm.warp(cutOff + MAX_ROLL_DELAY);

        vault.rollEpoch();

        assertEq(vault.pendingRedeemRequest(2, alice), 100e18);
        assertEq(vault.claimableCancelDepositRequest(2, bob), 50 * unit);
    }

    // Value

    function testFuzz_HedgesMoveWithTheAverage(int256 gap) public {
        gap = bound(gap, -1_000, 1_000);
        setExitSpread(0);
        enter(alice, 100_000 * unit);
        uint40 cutOff = vault.cutOff();
        vm.warp(cutOff);
        spotOracle.set(SPOT, uint256(int256(SPOT) + gap * 1e18), cutOff, ORACLE_OPEN);
        // Short ten calls of delta one half, long five underlying: level at either price.
        hedger.setPosition(5e18, int256(15_000 * unit), cutOff);
        market.setBook(-1_000e18, -1_000e18 - 5 * gap * 1e18, 0);

        vault.rollEpoch();

        assertEq(Assets.unwrap(vault.equity()), (100_000 + 15_000 - 1_000) * unit);
    }

    function test_NegativeHedgesCountInFull() public {
        enter(alice, 100_000 * unit);
        uint40 cutOff = vault.cutOff();
        hedger.setPosition(0, -int256(30_000 * unit), cutOff);
        passCutOff();
        vault.rollEpoch();

        assertEq(Assets.unwrap(vault.equity()), 70_000 * unit);
    }

    function _withPosition() private returns (uint40 cutOff) {
        cutOff = vault.cutOff();
        market.addBoard(cutOff + EXPIRY_AHEAD, 0, -1e18);
    }

    function _expectRevert(bytes memory reason) private {
        if (reason.length == 4) vm.expectPartialRevert(bytes4(reason));
        else vm.expectRevert(reason);
        vault.rollEpoch();
    }
}
