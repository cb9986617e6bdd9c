// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BookValue} from "../../src/interfaces/IPricer.sol";
import {Epoch, RedemptionQueue} from "../../src/interfaces/IVault.sol";
import {Assets, SignedAssets} from "../../src/types/Assets.sol";
import {SeriesId} from "../../src/types/SeriesId.sol";
import {Shares} from "../../src/types/Shares.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";
import {Scenario} from "./Scenario.sol";

/// @notice Who comes and who goes.
///
/// given a vault with options and hedges
/// ├── when everybody wants more than its cash
/// │   └── the line is paid over two rolls, each part at its own roll's price
/// └── when a second depositor joins and leaves again
///     └── neither side loses more than the stated exit spread, and who stays loses nothing
contract DepositorsTest is Scenario {
    uint40 private board;
    SeriesId private call26;

    function test_RedemptionLine_LongerThanCash_IsPaidOverTwoRolls() public {
        _begin(150_000e6);
        for (uint256 i; i < 4; ++i) {
            _trade(tara, _leg(call26, 9e18));
            _rebalance();
            _walk(vm.getBlockTimestamp() + 1 hours, SPOT);
        }
        uint256 all = share.balanceOf(alice);
        uint256 id = _requestRedeem(alice, all);
        _walk(_day(2, 8 hours + 31 minutes), 2_520e18);
        uint256 wanted = Assets.unwrap(vault.cashWanted());
        assertGt(wanted, 0, "the line lacks cash");

        Epoch memory first = _roll();
        RedemptionQueue memory line = vault.redemptionQueue();
        uint256 filled = Shares.unwrap(line.filled);
        assertTrue(filled > 0 && filled < all, "the first roll fills a part");
        assertApproxEqAbs(
            Assets.unwrap(first.reserved), filled * Wad.unwrap(first.redeemPrice) / 1e30, 2, "at its own price"
        );
        assertEq(vault.pendingRedeemRequest(id, alice), all - filled, "the rest waits");
        uint256 paid = _claimAssets(alice);
        assertEq(paid, Assets.unwrap(first.reserved), "and the part is claimed");

        _expire();
        uint256 before = Assets.unwrap(vault.redemptionQueue().reserved);
        _walk(_day(9, 8 hours + 31 minutes), price);
        _roll();
        line = vault.redemptionQueue();
        uint256 second = Assets.unwrap(line.reserved) - before;
        // dust of hedges below the least order can keep a few shares in the line
        assertApproxEqRel(Shares.unwrap(line.filled), all, 1e14, "the second roll fills the rest");
        assertEq(_claimAssets(alice), second, "each part at its own roll's price");
    }

    function test_SecondDepositor_DilutesNobody() public {
        _begin(500_000e6);
        _trade(tara, _leg(call26, 20e18));
        _rebalance();
        _requestDeposit(bob, 300_000e6);
        _walk(_day(2, 8 hours + 31 minutes), 2_600e18);
        uint256 supply = share.totalSupply();
        int256 equity = SignedAssets.unwrap(vault.accounts().equityAtMark);
        uint256 spread = _halfSpread();
        _roll();
        uint256 shares = _claimShares(bob);

        int256 afterwards = SignedAssets.unwrap(vault.accounts().equityAtMark);
        assertEq(afterwards, equity + 300_000e6, "equity grew by the deposit");
        assertGe(uint256(afterwards) * supply, uint256(equity) * (supply + shares), "alice's shares are worth no less");
        uint256 bobs = uint256(afterwards) * shares / (supply + shares);
        // entry: half the exit spread of the whole book, and the difference of mark and average, on his part of the whole
        uint256 apart = _abs(equity - SignedAssets.unwrap(vault.accounts().equityAtAverage) + 300_000e6);
        uint256 cost = (spread + apart) * 300_000e6 / uint256(equity) + 2;
        assertLe(bobs, 300_000e6, "bob gains nothing by coming");
        assertGe(bobs + cost, 300_000e6, "and pays at most the stated spread");

        _requestRedeem(bob, shares);
        _walk(_day(3, 8 hours + 31 minutes), 2_600e18);
        equity = SignedAssets.unwrap(vault.accounts().equityAtMark);
        supply = share.totalSupply();
        Epoch memory e = _roll();
        assertEq(Shares.unwrap(e.burned), shares, "bob leaves in one roll");
        uint256 paid = _claimAssets(bob);
        assertLe(paid, Math.mulDiv(uint256(equity), shares, supply), "at no more than his part");
        afterwards = SignedAssets.unwrap(vault.accounts().equityAtMark);
        assertGe(
            uint256(afterwards) * supply,
            uint256(equity) * (supply - shares),
            "what alice has is worth no less than before"
        );
    }

    function _begin(uint256 amount) private {
        _openVault(amount);
        board = _list(8, [uint256(2200), 2400, 2500, 2600, 2800]);
        call26 = _series(board, 2600, true);
        _walk(_day(1, 9 hours), SPOT);
    }

    function _expire() private {
        _walk(_day(8, 8 hours + 10 minutes), 2_620e18);
        _proveAndCheck(board);
        _walk(_day(8, 10 hours + 10 minutes), 2_620e18);
        _settle(call26);
        _redeem(tara, call26);
        catalogue.removeBoard(ETH, board);
        for (uint256 i; i < 4 && weth.balanceOf(reactor) >= 1e15; ++i) {
            _rebalance();
            _walk(vm.getBlockTimestamp() + 2 hours, price);
        }
    }

    /// @dev The stated exit spread, from the book: half of 2 volatility points on the vega, the larger of mark and average.
    function _halfSpread() private view returns (uint256) {
        (BookValue memory atMark, BookValue memory atAverage) = market.bookValue(ETH);
        uint256 vega = Math.max(_abs(SignedWad.unwrap(atMark.vega)), _abs(SignedWad.unwrap(atAverage.vega)));
        return vega / 100 / 1e12 + 1;
    }
}
