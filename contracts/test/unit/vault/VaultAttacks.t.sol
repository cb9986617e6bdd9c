// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Epoch} from "../../../src/interfaces/IVault.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {Shares} from "../../../src/types/Shares.sol";
import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";

/// @notice What a clever first depositor, donor or sandwicher gets out of the vault: not more than it put in.
abstract contract VaultAttacks is VaultFixture {
    uint256 private constant MAX_UNITS = 10_000_000;
    /// @dev Virtual shares: a billion base units of shares at least.
    uint256 private constant VIRTUAL_SHARES = 1e9;

    function decimals() internal pure virtual returns (uint8);

    function setUp() public override {
        deploy(decimals());
        setDepositCap(type(uint104).max);
        setExitSpread(0);
    }

    /// @dev Deposit, keep one wei of shares, donate, let the victim's deposit execute, leave.
    function testFuzz_FirstDepositorCannotProfitFromADonation(uint256 kept, uint256 donation, uint256 victim) public {
        donation = bound(donation, 0, MAX_UNITS * unit);
        victim = bound(victim, unit, MAX_UNITS * unit);
        uint256 spent = unit + donation;
        uint256 shares = enter(alice, unit);
        kept = bound(kept, 1, shares);
        uint256 got;
        if (kept != shares) {
            vm.prank(alice);
            share.transfer(carol, shares - kept); // all of one's shares may leave, however few
            got = _leave(carol);
        }

        ask(bob, victim);
        _donate(donation);
        roll();
        got += _leave(alice);
        uint256 returned = _leave(bob);

        assertLe(got, spent, "the attacker gains");
        assertLe(got + returned, spent + victim, "more came out than went in");
        // What the victim can lose is a share wei's worth, and the donor paid for all of it.
        assertGe(returned + (victim + spent) / VIRTUAL_SHARES + 2, victim, "the victim loses");
    }

    /// @dev The same with the donation spread over both sides of the victim's request.
    function testFuzz_DonorInTheVaultCannotProfit(uint256 stake, uint256 first, uint256 second, uint256 victim) public {
        stake = bound(stake, unit, MAX_UNITS * unit);
        first = bound(first, 0, MAX_UNITS * unit);
        second = bound(second, 0, MAX_UNITS * unit);
        victim = bound(victim, unit, MAX_UNITS * unit);
        enter(alice, stake);
        _donate(first);
        ask(bob, victim);
        _donate(second);
        roll();
        uint256 got = _leave(alice);

        assertLe(got, stake + first + second, "the attacker gains");
        assertGe(_leave(bob) + (victim + stake + first + second) / VIRTUAL_SHARES + 2, victim, "the victim loses");
    }

    /// @dev In and out at once, around any gap between mark and average and any spread.
    function testFuzz_RoundTripNeverPays(uint256 stake, int256 atMark, int256 atAverage, uint256 spread) public {
        stake = bound(stake, unit, MAX_UNITS * unit);
        atMark = bound(atMark, -500, 500);
        atAverage = bound(atAverage, -500, 500);
        setExitSpread(bound(spread, 0, 0.1e18));
        enter(carol, 1_000 * unit);
        setBook(atMark, atAverage, 3_000);

        ask(alice, stake);
        roll();
        uint256 got = _leave(alice);

        assertLe(got, stake, "the round trip pays");
    }

    /// @dev Whatever comes and goes in a roll, who stays has at least what he had, at mark and at average.
    function testFuzz_ThoseWhoStayAreNotDiluted(uint256 comes, uint256 goes, int256 atMark, int256 atAverage) public {
        enter(carol, 1_000 * unit);
        uint256 shares = enter(alice, 1_000 * unit);
        atMark = bound(atMark, -1_900, 10_000);
        atAverage = bound(atAverage, -1_900, 10_000);
        setBook(atMark, atAverage, 0);
        askOut(alice, bound(goes, 1e18, shares));
        ask(bob, bound(comes, unit, MAX_UNITS * unit));
        (uint256 supply, int256 cash) = (share.totalSupply(), int256(free()));

        Epoch memory result = roll();

        int256 cashAfter = cash + int256(Assets.unwrap(result.deposited)) - int256(Assets.unwrap(result.reserved));
        if (Shares.unwrap(result.minted) == 0) cashAfter -= int256(Assets.unwrap(result.deposited));
        _assertNotDiluted(cash + atMark * int256(unit), cashAfter + atMark * int256(unit), supply);
        _assertNotDiluted(cash + atAverage * int256(unit), cashAfter + atAverage * int256(unit), supply);
    }

    function _assertNotDiluted(int256 before, int256 afterwards, uint256 supplyBefore) private view {
        uint256 scale = 1e18 / unit;
        uint256 ghosts = scale > VIRTUAL_SHARES ? scale : VIRTUAL_SHARES;
        int256 ghostAssets = int256(ghosts / scale);
        assertGe(
            (afterwards + ghostAssets) * int256(supplyBefore + ghosts),
            (before + ghostAssets) * int256(share.totalSupply() + ghosts),
            "a roll dilutes"
        );
    }

    function _donate(uint256 assets) private {
        token.mint(address(this), assets);
        token.approve(address(clearing), assets);
        clearing.deposit(address(vault), Assets.wrap(assets));
    }

    /// @dev Claims what there is, asks out with all of it, and counts what comes.
    function _leave(address who) private returns (uint256 got) {
        uint256 id = vault.currentEpoch() - 1;
        if (vault.maxDeposit(who) != 0) claimShares(who);
        if (vault.claimableCancelDepositRequest(id, who) != 0) {
            vm.prank(who);
            got = vault.claimCancelDepositRequest(id, who, who);
        }
        uint256 shares = share.balanceOf(who);
        if (shares == 0) return got;
        askOut(who, shares);
        roll();
        if (vault.maxRedeem(who) != 0) got += claimAssets(who);
    }
}

contract VaultAttacks0Test is VaultAttacks {
    function decimals() internal pure override returns (uint8) {
        return 0;
    }
}

contract VaultAttacks6Test is VaultAttacks {
    function decimals() internal pure override returns (uint8) {
        return 6;
    }
}

contract VaultAttacks8Test is VaultAttacks {
    function decimals() internal pure override returns (uint8) {
        return 8;
    }
}

contract VaultAttacks18Test is VaultAttacks {
    function decimals() internal pure override returns (uint8) {
        return 18;
    }
}
