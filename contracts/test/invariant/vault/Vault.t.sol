// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Accounts} from "../../../src/interfaces/IVault.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {FuzzSelector} from "../../utils/InvariantTargets.sol";
import {VaultFixture} from "../../utils/mocks/vault/VaultFixture.sol";
import {HandlerConfig, VaultHandler} from "./VaultHandler.sol";

abstract contract VaultInvariants is VaultFixture {
    VaultHandler private handler;

    function decimals() internal pure virtual returns (uint8);

    function setUp() public override {
        deploy(decimals());
        HandlerConfig memory config = HandlerConfig({
            vault: vault,
            share: share,
            token: token,
            clearing: clearing,
            market: market,
            hedger: hedger,
            spotOracle: spotOracle,
            unit: unit
        });
        handler = VaultHandler(vm.deployCode("VaultHandler.sol:VaultHandler", abi.encode(config)));
        targetContract(address(handler));
        excludeHandlerEnd();
    }

    function excludeHandlerEnd() private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = VaultHandler.endOfTheWorld.selector;
        excludeSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
    }

    function invariant_INV_VLT_01_CashNamesAddUp() public view {
        Accounts memory a = vault.accounts();
        assertEq(
            Assets.unwrap(a.free) + Assets.unwrap(a.buffer), free(), "INV-VLT-01: free and buffer are clearing's cash"
        );
        assertEq(
            token.balanceOf(address(vault)),
            Assets.unwrap(a.pending) + Assets.unwrap(a.claimable) + handler.donatedToVault(),
            "INV-VLT-01: pending and claimable lie in the vault, to the unit"
        );
    }

    function invariant_INV_MKT_02_TheMarketHasEquity() public view {
        assertEq(
            market.backing().equity(), Assets.unwrap(vault.equity()) * 1e18 / unit, "INV-MKT-02: the market's copy is E"
        );
    }

    function invariant_INV_VLT_02_ClaimablesAreCovered() public view {
        uint256 claimable;
        uint256 pending;
        uint256 last = vault.currentEpoch();
        for (uint256 i; i < handler.PEOPLE(); ++i) {
            address person = handler.people(i);
            claimable += vault.maxWithdraw(person);
            for (uint256 id = 1; id <= last; ++id) {
                claimable += vault.claimableCancelDepositRequest(id, person);
                pending += vault.pendingDepositRequest(id, person);
            }
        }
        Accounts memory a = vault.accounts();
        assertLe(claimable, Assets.unwrap(a.claimable), "INV-VLT-02: claims exceed what is set aside");
        assertEq(pending, Assets.unwrap(a.pending), "INV-VLT-02: pending is the sum of requests");
    }

    function invariant_INV_VLT_03_RollsDoNotDiluteThoseWhoStay() public view {
        assertFalse(handler.dilutedAtMark(), "INV-VLT-03: a roll lowered the share price at mark");
        assertFalse(handler.dilutedAtAverage(), "INV-VLT-03: a roll lowered the share price at average");
    }

    function invariant_INV_VLT_04_SharesHeldAreCovered() public view {
        uint256 owed = handler.donatedShares();
        uint256 last = vault.currentEpoch();
        for (uint256 i; i < handler.PEOPLE(); ++i) {
            address person = handler.people(i);
            owed += vault.maxMint(person);
            for (uint256 id = 1; id <= last; ++id) {
                owed += vault.claimableCancelRedeemRequest(id, person);
                owed += vault.pendingRedeemRequest(id, person);
            }
        }
        // Each person's filled shares of an epoch round down, so what still pends rounds up.
        assertLe(owed, share.balanceOf(address(vault)) + handler.PEOPLE(), "INV-VLT-04: shares owed exceed those held");
    }

    /// @dev INV-VLT-05, once at the end of each run: everybody who asked gets out, and nothing but dust stays.
    function afterInvariant() public {
        handler.endOfTheWorld();

        uint256 last = vault.currentEpoch();
        for (uint256 i; i < handler.PEOPLE(); ++i) {
            address person = handler.people(i);
            assertEq(share.balanceOf(person), 0, "INV-VLT-05: shares left");
            for (uint256 id = 1; id <= last; ++id) {
                assertEq(vault.pendingDepositRequest(id, person), 0, "INV-VLT-05: deposit left");
                assertEq(vault.pendingRedeemRequest(id, person), 0, "INV-VLT-05: redemption left");
            }
        }
        uint256 dust = Assets.unwrap(vault.accounts().claimable);
        assertLe(dust, (last + 1) * (handler.PEOPLE() + 1), "INV-VLT-05: more than dust is stuck");
        invariant_INV_VLT_01_CashNamesAddUp();
        invariant_INV_VLT_03_RollsDoNotDiluteThoseWhoStay();
    }
}

contract VaultInvariants6Test is VaultInvariants {
    function decimals() internal pure override returns (uint8) {
        return 6;
    }
}

contract VaultInvariants18Test is VaultInvariants {
    function decimals() internal pure override returns (uint8) {
        return 18;
    }
}

contract VaultInvariants0Test is VaultInvariants {
    function decimals() internal pure override returns (uint8) {
        return 0;
    }
}
