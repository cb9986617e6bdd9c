// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";

/// @notice Ceilings on cold storage. The neighbours are mocks: their storage is theirs, the calls to them are counted.
contract VaultGasTest is VaultFixture {
    uint256 private constant ROLL_CEILING = 300_000;
    uint256 private constant REQUEST_CEILING = 160_000;
    uint256 private constant CLAIM_CEILING = 110_000;

    function test_RollOfBothSides() public {
        _someHistory();
        ask(bob, 500 * unit);
        askOut(alice, 300e18);
        passCutOff();
        _cool();

        vault.rollEpoch();

        assertLe(_spent("rollEpoch"), ROLL_CEILING, "roll");
    }

    /// @dev The same roll for a hundred requests of each side costs what it costs for one.
    function test_RollDoesNotDependOnHolders() public {
        _someHistory();
        for (uint256 i = 1; i <= 100; ++i) {
            address person = address(uint160(0xbeef0000 + i));
            vm.prank(alice);
            share.transfer(person, 2e18);
            ask(person, 5 * unit);
            askOut(person, 2e18);
        }
        passCutOff();
        _cool();

        vault.rollEpoch();

        assertLe(_spent("rollEpoch of 100 depositors and 100 redeemers"), ROLL_CEILING, "roll");
    }

    function test_RequestDeposit() public {
        _someHistory();
        token.mint(bob, 10 * unit);
        vm.startPrank(bob);
        token.approve(address(vault), 10 * unit);
        _cool();

        vault.requestDeposit(10 * unit, bob, bob);

        assertLe(_spent("requestDeposit"), REQUEST_CEILING, "request");
    }

    function test_RequestRedeem() public {
        _someHistory();
        _cool();

        vm.prank(alice);
        vault.requestRedeem(100e18, alice, alice);

        assertLe(_spent("requestRedeem"), REQUEST_CEILING, "request");
    }

    function test_ClaimShares() public {
        _someHistory();
        ask(bob, 10 * unit);
        roll();
        _cool();

        vm.prank(bob);
        vault.deposit(10 * unit, bob, bob);

        assertLe(_spent("deposit"), CLAIM_CEILING, "claim");
    }

    function test_ClaimAssets() public {
        _someHistory();
        askOut(alice, 100e18);
        roll();
        _cool();

        vm.prank(alice);
        vault.redeem(100e18, alice, alice);

        assertLe(_spent("redeem"), CLAIM_CEILING, "claim");
    }

    function test_ClaimAssetsAYearOfRollsLater() public {
        _someHistory();
        askOut(alice, 100e18);
        for (uint256 i; i < 365; ++i) {
            roll();
        }
        _cool();

        vm.prank(alice);
        vault.redeem(100e18, alice, alice);

        assertLe(_spent("redeem after 365 rolls"), CLAIM_CEILING, "claim");
    }

    function _someHistory() private {
        enter(alice, 1_000 * unit);
        enter(carol, 1_000 * unit);
        askOut(carol, 50e18);
        ask(carol, 50 * unit);
        roll();
    }

    function _cool() private {
        vm.cool(address(vault));
        vm.cool(address(share));
        vm.cool(address(token));
        vm.cool(address(clearing));
        vm.cool(address(market));
        vm.cool(address(hedger));
        vm.cool(address(spotOracle));
    }

    function _spent(string memory name) private returns (uint256) {
        return vm.snapshotGasLastCall("vault", name);
    }
}
