// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {HedgeParams, HedgePosition, IHedger} from "../../../src/interfaces/IHedger.sol";
import {IHedgePolicy} from "../../../src/interfaces/IHedgePolicy.sol";
import {IReactor} from "../../../src/interfaces/IReactor.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {HedgeFixture} from "../../utils/mocks/hedging/HedgeFixture.sol";
import {HostileReactor} from "../../utils/mocks/hedging/HostileReactor.sol";

// the authority, the vault, and what anyone may refresh
// ├── parameters: held to the box, stored as given, only tightened by `tightenHedge`
// ├── reactors: added once, at most four, removed after unwinding, leaving while something is left, abandoned
// ├── raise: for the vault and the authority; brings about the amount, within caps and slippage
// ├── sync: figures of the venues, resolutions of the cache
// └── gifts to the hedger go to the vault
contract AdministrationTest is HedgeFixture {
    function setUp() public {
        _deploy(6, true);
    }

    function test_RevertWhen_CallerHasNoRole() public {
        address stranger = makeAddr("stranger");
        HedgeParams memory p = _params();
        bytes[8] memory calls = [
            abi.encodeCall(IHedger.setHedgeParams, (ETH, p)),
            abi.encodeCall(IHedger.tightenHedge, (ETH, p.maxSlippage, p.maxOrder, p.maxPerBlock, p.maxPerDay)),
            abi.encodeCall(IHedger.pauseRebalancing, ()),
            abi.encodeCall(IHedger.unpauseRebalancing, ()),
            abi.encodeCall(IHedger.addReactor, (ETH, reactor)),
            abi.encodeCall(IHedger.removeReactor, (ETH, reactor)),
            abi.encodeCall(IHedger.abandonReactor, (ETH, reactor)),
            abi.encodeCall(IHedger.setPolicy, (hedger.policy()))
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(stranger);
            (bool ok, bytes memory reason) = attempt(address(hedger), calls[i]);
            assertFalse(ok, "refused");
            assertEq(
                reason,
                abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger),
                "by the authority"
            );
        }
    }

    function testFuzz_Params_AreStoredAsGiven(uint256 seed) public {
        HedgeParams memory p = _params();
        p.hedgeCost = Wad.wrap(bound(seed, 0, 0.05e18));
        p.riskAversion = Wad.wrap(bound(seed, 0.1e18, 10_000e18));
        p.maxSlippage = Wad.wrap(bound(seed, 0.0001e18, 0.05e18));
        p.minOrder = Wad.wrap(bound(seed, 1, 1e9) * 1e12);
        p.maxOrder = Wad.wrap(Wad.unwrap(p.minOrder) + bound(seed, 0, 1e12) * 1e12);
        p.maxPerBlock = Wad.wrap(Wad.unwrap(p.maxOrder) + bound(seed, 0, 1e12) * 1e12);
        p.maxPerDay = Wad.wrap(Wad.unwrap(p.maxPerBlock) + bound(seed, 0, 1e12) * 1e12);
        p.period = uint40(bound(seed, 10 minutes, 7 days));
        p.forceDelay = uint40(bound(seed, 1 minutes, 1 hours));
        hedger.setHedgeParams(ETH, p);
        assertEq(abi.encode(hedger.hedgeParams(ETH)), abi.encode(p), "all twelve");
    }

    function test_RevertWhen_ParamIsOutOfItsBox() public {
        for (uint256 i; i < 12; ++i) {
            HedgeParams memory p = _params();
            uint256 word = i < 10 ? 0.6e18 : 30 days;
            if (i == 1) word = 0;
            if (i == 4) word = 1.1e18;
            if (i == 6) word = 0;
            if (i == 7) word = MIN_ORDER - 1e12;
            if (i == 8) word = MAX_ORDER - 1e12;
            if (i == 9) word = MAX_PER_BLOCK - 1e12;
            assembly {
                mstore(add(p, mul(i, 32)), word)
            }
            vm.expectPartialRevert(IHedgePolicy.ParamOutOfBounds.selector);
            hedger.setHedgeParams(ETH, p);
        }
    }

    function test_Tighten_OnlyLowers() public {
        HedgeParams memory p = _params();
        Wad less = Wad.wrap(20e18);
        hedger.tightenHedge(ETH, Wad.wrap(0.004e18), less, less, less);
        HedgeParams memory now_ = hedger.hedgeParams(ETH);
        assertEq(Wad.unwrap(now_.maxSlippage), 0.004e18, "slippage");
        assertEq(Wad.unwrap(now_.maxPerDay), 20e18, "caps");
        vm.expectPartialRevert(IHedgePolicy.NotTighter.selector);
        hedger.tightenHedge(ETH, p.maxSlippage, less, less, less);
        vm.expectPartialRevert(IHedgePolicy.NotTighter.selector);
        hedger.tightenHedge(ETH, now_.maxSlippage, less, less, p.maxPerDay);
    }

    function test_Reactors_AddedOnceAndAtMostFour() public {
        vm.expectRevert(abi.encodeWithSelector(IHedger.ReactorExists.selector, reactor));
        hedger.addReactor(ETH, reactor);
        for (uint256 i; i < 3; ++i) {
            hedger.addReactor(ETH, new HostileReactor(collateral, 1e12));
        }
        HostileReactor fifth = new HostileReactor(collateral, 1e12);
        vm.expectRevert(abi.encodeWithSelector(IHedger.TooManyReactors.selector, 4));
        hedger.addReactor(ETH, fifth);
        assertEq(hedger.reactors(ETH).length, 4, "four");
        vm.expectRevert(abi.encodeWithSelector(IHedger.UnknownReactor.selector, ETH, fifth));
        hedger.removeReactor(ETH, fifth);
        vm.expectRevert(abi.encodeWithSelector(IHedger.UnknownReactor.selector, ETH, fifth));
        hedger.abandonReactor(ETH, fifth);
    }

    function test_Remove_UnwindsFirst() public {
        _hold(30e18);
        uint256 before = collateral.balanceOf(address(vault));
        assertTrue(hedger.removeReactor(ETH, reactor), "nothing was left");
        assertEq(hedger.reactors(ETH).length, 0, "gone");
        assertEq(_held(), 0, "sold");
        uint256 got = collateral.balanceOf(address(vault)) - before;
        assertGe(got + 2, _value(30e18) * (1e18 - SLIPPAGE) / 1e18, "INV-HDG-03 within the bound");
        assertEq(_delta(), 0, "the cache is empty");
        assertEq(SignedAssets.unwrap(hedger.position(ETH).equity), 0, "of worth too");
        hedger.addReactor(ETH, reactor);
    }

    function test_Remove_WhenPoolCannotTakeAll_LeavesAndOnlyReduces() public {
        _hold(30e18);
        venue.moveTo(_sqrtPrice(SPOT * 0.9955e18 / 1e18)); // nearly all the bound is used up
        assertFalse(hedger.removeReactor(ETH, reactor), "something is left");
        uint256 left = _held();
        assertGt(left, 0, "some");
        assertLt(left, 30e18, "not all");

        venue.moveTo(_sqrtPrice(SPOT));
        _nextBlock();
        market.setDelta(-100e18, -100e18);
        (, SignedWad filled) = hedger.rebalance(ETH);
        assertEq(SignedWad.unwrap(filled), 0, "a leaving venue buys no more");
        assertEq(Wad.unwrap(hedger.sync(ETH).capacityUp), 0, "and says so");
        assertTrue(hedger.removeReactor(ETH, reactor), "the rest");
    }

    function test_Remove_DustDoesNotHoldUp() public {
        underlying.mint(address(reactor), 385);
        assertTrue(hedger.removeReactor(ETH, reactor), "a gift of dust is sold or lost, not in the way");
    }

    function test_Abandon_DropsAVenueThatDoesNotAnswer() public {
        HostileReactor dead = new HostileReactor(collateral, 1e12);
        hedger.removeReactor(ETH, reactor);
        hedger.addReactor(ETH, dead);
        market.setDelta(-20e18, -20e18);
        hedger.rebalance(ETH);
        assertEq(_delta(), 20e18, "it holds");
        dead.set(hedger, dead.REPORT_REVERTS());
        vm.expectRevert(abi.encodeWithSelector(IHedger.ReactorUnreadable.selector, dead));
        hedger.removeReactor(ETH, dead);
        hedger.abandonReactor(ETH, dead);
        assertEq(_delta(), 0, "written off");
        assertEq(SignedAssets.unwrap(hedger.position(ETH).equity), 0, "worth too");
        assertEq(hedger.position(ETH).syncedAt, vm.getBlockTimestamp(), "and nothing is stale");
    }

    function testFuzz_Raise_BringsAboutTheAmount(uint256 amount) public {
        _hold(40e18);
        amount = bound(amount, 100 * unit, 90_000 * unit);
        vault.setWanted(amount);
        uint256 before = collateral.balanceOf(address(vault));
        vm.prank(makeAddr("anyone"));
        uint256 repaid = Assets.unwrap(hedger.raise(ETH, Assets.wrap(type(uint256).max)));
        assertEq(collateral.balanceOf(address(vault)) - before, repaid, "to the vault");
        assertGe(repaid, amount - 2, "at least the amount");
        assertLe(repaid, amount * (1e18 + 2 * SLIPPAGE) / 1e18 + 30 * unit, "about it: bound, and the least order");
    }

    function test_Raise_GivenTheLineLacksNothing_DoesNothing() public {
        _hold(10e18);
        assertEq(Assets.unwrap(hedger.raise(ETH, Assets.wrap(1_000 * unit))), 0, "nobody asked for cash");
        vault.setWanted(1_000 * unit);
        assertGe(Assets.unwrap(hedger.raise(ETH, Assets.wrap(300 * unit))), 300 * unit - 2, "less than is wanted");
        uint256 rest = Assets.unwrap(vault.cashWanted());
        assertGe(Assets.unwrap(hedger.raise(ETH, Assets.wrap(5_000 * unit))), rest - 2, "no more than is wanted");
        assertGt(_held(), 9.5e18, "the rest of the hedge stays");
        assertEq(Assets.unwrap(hedger.raise(ETH, Assets.wrap(5_000 * unit))), 0, "and then nothing again");
    }

    function test_Raise_IsHeldToTheCaps() public {
        _hold(70e18);
        vault.setWanted(1_000_000 * unit);
        uint256 before = _held();
        hedger.raise(ETH, Assets.wrap(1_000_000 * unit));
        assertEq(before - _held(), MAX_ORDER, "INV-HDG-02 per order");
        hedger.raise(ETH, Assets.wrap(1_000_000 * unit));
        assertEq(_held(), 0, "the rest of the block's cap is enough for the rest");
    }

    function test_RevertGiven_NoMark_WhenRaising() public {
        market.setMark(0);
        vault.setWanted(1);
        vm.expectRevert(abi.encodeWithSelector(IHedger.NoMark.selector, ETH));
        hedger.raise(ETH, Assets.wrap(1));
    }

    function test_Sync_ShowsGiftsAndPrices() public {
        _hold(10e18);
        underlying.mint(address(reactor), 2e18 + 123);
        market.setMark(2_600e18);
        skip(10 minutes);
        HedgePosition memory p = hedger.sync(ETH);
        assertEq(SignedWad.unwrap(p.delta), 12e18, "held and given, to 1e-6");
        assertEq(SignedAssets.unwrap(p.equity), 12 * 2_600e6, "at the new mark");
        assertEq(p.syncedAt, vm.getBlockTimestamp(), "now");
        assertEq(Wad.unwrap(p.capacityDown) % 1e15, 0, "capacity to 0.001");
        assertLe(Wad.unwrap(p.capacityDown), 12e18, "never more than is held");
        assertEq(SignedWad.unwrap(market.backing().hedgeDelta()), 12e18, "and the market has it");
        assertEq(market.backing().syncedAt(), vm.getBlockTimestamp(), "from now");
        assertEq(market.backing().capacity(true), Wad.unwrap(p.capacityDown), "with what venues could shed");
    }

    function test_Sync_GivenNoMark_KeepsTheCache() public {
        _hold(10e18);
        HedgePosition memory before = hedger.position(ETH);
        market.setMark(0);
        skip(10 minutes);
        assertEq(abi.encode(hedger.sync(ETH)), abi.encode(before), "as it was");
    }

    function test_GiftsToTheHedger_GoToTheVault() public {
        collateral.mint(address(hedger), 777);
        uint256 before = collateral.balanceOf(address(vault));
        hedger.sync(ETH);
        assertEq(collateral.balanceOf(address(vault)) - before, 777, "swept");
        assertEq(collateral.balanceOf(address(hedger)), 0, "INV-HDG-05 no cash stays");
    }

    function test_GiftOfUnderlying_IsSoldForTheVault() public {
        underlying.mint(address(reactor), 20e18);
        uint256 before = collateral.balanceOf(address(vault));
        (, SignedWad filled) = hedger.rebalance(ETH);
        assertEq(SignedWad.unwrap(filled), -20e18, "net delta was 20");
        assertGe(
            collateral.balanceOf(address(vault)) - before + 2,
            _value(20e18) * (1e18 - SLIPPAGE) / 1e18,
            "the vault gains it"
        );
    }
}
