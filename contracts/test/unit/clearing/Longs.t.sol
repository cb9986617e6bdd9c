// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";
import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";

/// longs
/// ├── any fraction moves between holders, before and after settlement, without touching the vault's book
/// └── when sent to the vault, the market or clearing: reverts
contract LongsTest is ClearingFixture {
    function testFuzz_LongsMoveInAnyFraction(uint256 amount, bool settled) public {
        _deploy(6);
        _trade(alice, call2000, int256(3 * ONE), 0, 0);
        if (settled) {
            _finalise(1500e18);
            clearing.settle(call2000);
        }
        amount = bound(amount, 0, 3 * ONE);
        vm.prank(alice);
        clearing.transfer(bob, SeriesId.unwrap(call2000), amount);
        assertEq(_longs(bob, call2000), amount, "received");
        assertEq(_longs(alice, call2000), 3 * ONE - amount, "sent");
        assertEq(_outstanding(call2000), 3 * ONE, "INV-CLR-02");
    }

    function testFuzz_RevertWhen_SentWhereNoneMayLie(uint256 which, uint256 amount, bool byOperator) public {
        _deploy(6);
        _trade(alice, call2000, int256(ONE), 0, 0);
        amount = bound(amount, 0, ONE);
        address to = [vault, address(market), address(clearing)][which % 3];
        vm.prank(alice);
        clearing.setOperator(bob, true);
        vm.expectRevert(IClearing.TransferToVault.selector);
        vm.prank(byOperator ? bob : alice);
        clearing.transferFrom(alice, to, SeriesId.unwrap(call2000), amount);
    }

    function test_SpeaksErc6909() public {
        _deploy(6);
        assertTrue(clearing.supportsInterface(type(IERC6909).interfaceId), "ERC-6909");
        assertTrue(clearing.supportsInterface(0x01ffc9a7), "ERC-165");
    }
}
