// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CollateralDecimalsAbove18} from "../../../src/types/Assets.sol";
import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";

/// @notice One story for every collateral: in, gains, out; nobody loses more than rounding.
contract VaultDecimalsTest is VaultFixture {
    function test_StoryWith0Decimals() public {
        _story(0);
    }

    function test_StoryWith6Decimals() public {
        _story(6);
    }

    function test_StoryWith8Decimals() public {
        _story(8);
    }

    function test_StoryWith18Decimals() public {
        _story(18);
    }

    function test_RevertWhen_CollateralHasMoreThan18Decimals() public {
        vm.expectRevert(abi.encodeWithSelector(CollateralDecimalsAbove18.selector, 19));
        this.deployWith(19);
    }

    function deployWith(uint8 decimals) external {
        deploy(decimals);
    }

    function _story(uint8 decimals) private {
        deploy(decimals);
        assertEq(enter(alice, 3_000 * unit), 3_000e18, "a share costs one at first");
        enter(bob, 1_000 * unit);
        clearing.gain(address(vault), 400 * unit); // a tenth

        askOut(bob, 1_000e18);
        roll();
        assertApproxEqAbs(claimAssets(bob), 1_100 * unit, unit / 1e5 + 1, "bob's tenth");

        ask(carol, 1_100 * unit);
        roll();
        assertApproxEqRel(claimShares(carol), 1_000e18, 1e15, "carol's price");

        askOut(alice, 3_000e18);
        roll();
        assertApproxEqAbs(claimAssets(alice), 3_300 * unit, unit / 1e5 + 2, "alice's tenth");
    }
}
