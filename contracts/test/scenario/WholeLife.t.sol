// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgeRule, RULE_NONE} from "../../src/interfaces/IHedger.sol";
import {ADJUST_NONE, ADJUST_TOPPED_UP, AdjustCode, Health} from "../../src/interfaces/IMarginPolicy.sol";
import {Epoch} from "../../src/interfaces/IVault.sol";
import {Assets} from "../../src/types/Assets.sol";
import {SeriesId} from "../../src/types/SeriesId.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";
import {Scenario} from "./Scenario.sol";

/// @notice One life from the first deposit to the last claim, every unit counted after every step.
///
/// given an empty vault
/// └── when alice deposits, tara and theo trade two boards, both expire and everybody leaves
///     ├── it opens at one dollar a share
///     ├── it trades at its quotes, hedges on the pool, tops compartments up and settles at the average
///     └── it ends with nothing but roundings, and what one gained the others lost
contract WholeLifeTest is Scenario {
    uint256 private constant DEPOSIT = 600_000e6;
    /// @dev What the reactor may be left with: less than the least order, in USDC, and roundings.
    uint256 private constant DUST = 10e6;

    uint40 private near;
    uint40 private far;
    SeriesId private call26;
    SeriesId private call25;
    SeriesId private put24;
    SeriesId private farPut;

    function test_WholeLife() public {
        _open();
        _tradeAndHedge();
        _spotRises();
        _sellBack();
        _expire();
        _farBoard();
        _leave();
    }

    /// @dev The hedger keeps what it holds to a millionth.
    function _assertLensSeesNetDelta() private view {
        assertApproxEqAbs(SignedWad.unwrap(lens.viewMarket(ETH).netDelta), _netDelta(), 1e12, "net delta");
    }

    function _open() private {
        _openVault(DEPOSIT);

        near = _list(8, [uint256(2200), 2400, 2500, 2600, 2800]);
        far = _list(29, [uint256(2000), 2300, 2500, 2700, 3000]);
        (call26, call25) = (_series(near, 2600, true), _series(near, 2500, true));
        (put24, farPut) = (_series(near, 2400, false), _series(far, 2300, false));
        _walk(_day(1, 9 hours), SPOT);
    }

    function _tradeAndHedge() private {
        _trade(tara, _leg(call26, 20e18));
        _trade(tara, _leg(put24, 6e18));
        _trade(theo, _legs(call25, 5e18, farPut, 2e18));
        _assertSharePrice();
        assertLt(_netDelta(), 0, "calls sold leave the vault short of delta");
        _assertLensSeesNetDelta(); // in the block of a trade, in which nothing is due
        (, int256 filled) = _rebalance();
        _assertLensSeesNetDelta();
        assertGt(filled, 0, "the hedger bought");
        pool.moveTo(price);
        _assertSharePrice();
    }

    /// @dev Twelve per cent in a day: calls eat their margin and are topped up; the hedger buys more.
    function _spotRises() private {
        _walk(_day(2, 9 hours), 2_800e18);
        _roll();
        SeriesId[] memory ids = new SeriesId[](4);
        (ids[0], ids[1], ids[2], ids[3]) = (call26, call25, put24, farPut);
        Health[] memory before = marginPolicy.health(ids);
        uint256 free = Assets.unwrap(clearing.free(address(vault)));
        AdjustCode[] memory codes = marginPolicy.adjust(ids);
        Health[] memory afterwards = marginPolicy.health(ids);
        for (uint256 i; i < ids.length; ++i) {
            if (before[i].safety < before[i].lower) {
                assertTrue(codes[i] == ADJUST_TOPPED_UP, "below lower is topped up");
            }
            assertGe(Wad.unwrap(afterwards[i].safety), Wad.unwrap(afterwards[i].lower), "nobody is below lower");
        }
        assertTrue(codes[0] == ADJUST_TOPPED_UP, "the calls that rose were topped up");
        assertNotEq(Assets.unwrap(clearing.free(address(vault))), free, "from free cash");
        _audit();
        codes = marginPolicy.adjust(ids);
        for (uint256 i; i < ids.length; ++i) {
            assertTrue(codes[i] == ADJUST_NONE, "a second adjustment finds nothing to do");
        }
        (HedgeRule rule, int256 filled) = _rebalance();
        assertTrue(rule != RULE_NONE, "a rule fired");
        assertGt(filled, 0, "and the hedger bought");
        pool.moveTo(price);
        _assertSharePrice();
    }

    function _sellBack() private {
        _walk(_day(4, 12 hours), 2_760e18);
        int256 cash = _trade(tara, _leg(call26, -8e18));
        assertLt(cash, 0, "who sells is paid");
        (, int256 filled) = _rebalance();
        assertLt(filled, 0, "and the hedger sells what backed it");
        pool.moveTo(price);
        _assertSharePrice();
    }

    function _expire() private {
        _walk(_day(8, 7 hours), 2_740e18);
        _feedUntil(_day(8, 8 hours), 2_752e18, 7 minutes);
        _feedUntil(_day(8, 8 hours + 10 minutes), 2_690e18, 5 minutes);
        _keep();
        _proveAndCheck(near);
        _assertSharePrice();
        _feedUntil(_day(8, 10 hours + 10 minutes), 2_700e18, STEP);
        _keep();
        _settle(call26);
        _settle(call25);
        _settle(put24);
        assertGt(_redeem(tara, call26), 0, "calls in the money pay");
        assertEq(_redeem(tara, put24), 0, "puts out of the money do not");
        uint256 before = usdc.balanceOf(theo);
        clearing.redeemFor(call25, theo);
        assertEq(usdc.balanceOf(theo), before + 5 * _payoff(call25), "redeemed for theo, to theo");
        _audit();
        catalogue.removeBoard(ETH, near);
        _audit();
        assertEq(market.boards(ETH).length, 1, "one board is left");
    }

    function _farBoard() private {
        _roll();
        _trade(theo, _leg(farPut, -2e18));
        assertTrue(market.isFlat(ETH, far), "theo closed; the book is flat");
        (, int256 filled) = _rebalance();
        assertLt(filled, 0, "without options there is nothing to hedge");
        assertLt(weth.balanceOf(reactor), 1e15, "less than the least order is left");
        pool.moveTo(price);
        _assertSharePrice();
    }

    function _leave() private {
        _requestRedeem(alice, share.balanceOf(alice));
        _walk(_day(9, 8 hours + 31 minutes), price);
        Epoch memory e = _roll();
        uint256 paid = _claimAssets(alice);
        assertEq(paid, Assets.unwrap(e.reserved), "alice is paid what the roll reserved");
        assertApproxEqRel(
            paid * 1e30 / Wad.unwrap(e.redeemPrice), DEPOSIT * 1e12, 1e13, "all her shares at one price, but for dust"
        );
        uint256 left = Assets.unwrap(clearing.free(address(vault)));
        assertLe(left + weth.balanceOf(reactor) * price / 1e30, DUST, "nothing but roundings is left");
        assertEq(usdc.balanceOf(address(clearing)), left, "no pot and no compartment is");
        uint256 depositors = usdc.balanceOf(alice) + usdc.balanceOf(bob);
        uint256 traders = usdc.balanceOf(tara) + usdc.balanceOf(theo);
        uint256 venue = usdc.balanceOf(address(pool)) + usdc.balanceOf(address(pool.POOL()));
        uint256 dust = usdc.balanceOf(address(vault)) + usdc.balanceOf(reactor) + left;
        assertEq(depositors + traders + venue + dust, usdc.totalSupply(), "what one gained the others lost");
    }
}
