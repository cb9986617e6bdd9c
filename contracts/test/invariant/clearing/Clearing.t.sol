// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SettlementMath} from "../../../src/clearing/SettlementMath.sol";
import {Settlement} from "../../../src/interfaces/IClearing.sol";
import {Assets, assetScale} from "../../../src/types/Assets.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize, Size} from "../../../src/types/Size.sol";
import {ClearingFixture} from "../../utils/mocks/clearing/ClearingFixture.sol";
import {ClearingHandler} from "./ClearingHandler.sol";

/// INV-CLR-01  Σ free + Σ compartments + Σ pots == token balance − donations
/// INV-CLR-02  supply of longs == the vault's short; after settlement == the longs not yet redeemed
/// INV-CLR-03  locked[vault] == Σ compartments of the vault
/// INV-CLR-04  a pot covers every holder of its series; nobody was ever paid out of another's
/// INV-CLR-05  payoff and scale never change once fixed
/// INV-CLR-06  the market's book == the vault's positions, less what it has still to be told
/// INV-CLR-07  after a day of grace nothing stops a settlement (in the handler)
/// INV-CLR-08  what an owner has is what it put in, less what it took out
/// INV-MGN-01  adjusting moves no token and changes no total (in the handler)
abstract contract ClearingInvariants is ClearingFixture {
    ClearingHandler internal handler;

    function _start(uint8 decimals) internal {
        _deploy(decimals);
        bytes memory arguments = abi.encode(clearing, policy, market, oracle);
        handler = ClearingHandler(vm.deployCode("ClearingHandler.sol:ClearingHandler", arguments));
        targetContract(address(handler));
    }

    /// @dev Each of many short random campaigns in turn: between them everything must have happened.
    function test_TheHandlerReachesEverything() public {
        bytes4[14] memory actions = _actions();
        uint256[16] memory reached;
        for (uint256 run; run < 12; ++run) {
            uint256 snapshot = vm.snapshotState();
            for (uint256 i; i < 128; ++i) {
                uint256 seed = uint256(keccak256(abi.encode(run, i)));
                bytes memory noise = abi.encode(seed, seed >> 16, seed >> 32, seed >> 64, seed >> 80);
                if (actions[seed % 14] == ClearingHandler.settle.selector) {
                    noise = abi.encode(seed, seed >> 16, seed >> 255);
                }
                (bool ok, bytes memory result) = attempt(address(handler), abi.encodePacked(actions[seed % 14], noise));
                if (!ok) _rethrow(result);
            }
            for (uint256 i; i < 14; ++i) {
                reached[i] += handler.done(actions[i]);
            }
            reached[14] += handler.scaledSettlements();
            reached[15] += handler.dustReturned();
            vm.revertToState(snapshot);
        }
        for (uint256 i; i < 14; ++i) {
            assertGt(reached[i], 0, string.concat("never reached: action ", vm.toString(i)));
        }
        assertGt(reached[14], 0, "never reached: a settlement out of too little");
        // with 18 decimals a payoff times a size leaves no rounding
        if (token.decimals() < 18) assertGt(reached[15], 0, "never reached: dust of a pot");
    }

    function _rethrow(bytes memory reason) private pure {
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function _actions() private pure returns (bytes4[14] memory) {
        return [
            ClearingHandler.deposit.selector,
            ClearingHandler.withdraw.selector,
            ClearingHandler.donate.selector,
            ClearingHandler.buy.selector,
            ClearingHandler.sell.selector,
            ClearingHandler.transferLongs.selector,
            ClearingHandler.passTime.selector,
            ClearingHandler.movePrice.selector,
            ClearingHandler.adjust.selector,
            ClearingHandler.failMarket.selector,
            ClearingHandler.retryNotice.selector,
            ClearingHandler.settle.selector,
            ClearingHandler.redeem.selector,
            ClearingHandler.redeemFor.selector
        ];
    }

    /// @dev One campaign for all: each of them looks after every call.
    function invariant_CLR01_CLR02_CLR03_CLR04_CLR05_CLR06_CLR08() public view {
        _CLR01_Conservation();
        _CLR02_SupplyOfLongs();
        _CLR03_LockedIsTheSumOfCompartments();
        _CLR04_PotsCoverTheirHolders();
        _CLR05_SettlementsAreForEver();
        _CLR06_TheBookFollows();
        _CLR08_OwnersHaveWhatTheyPutIn();
    }

    function _CLR01_Conservation() private view {
        uint256 sum = _free(vault) + _locked(vault);
        for (uint256 i; i < handler.peopleCount(); ++i) {
            sum += _free(handler.people(i)) + _locked(handler.people(i));
        }
        for (uint256 i; i < handler.seriesCount(); ++i) {
            sum += _pot(handler.series(i));
        }
        assertEq(sum + handler.donated(), token.balanceOf(address(clearing)), "INV-CLR-01: conservation");
    }

    function _CLR02_SupplyOfLongs() private view {
        for (uint256 i; i < handler.seriesCount(); ++i) {
            SeriesId id = handler.series(i);
            uint256 held;
            for (uint256 j; j < handler.peopleCount(); ++j) {
                held += _longs(handler.people(j), id);
            }
            assertEq(held, _outstanding(id), "INV-CLR-02: longs held == longs outstanding");
            if (!clearing.settlement(id).settled) {
                assertEq(-int256(held), _position(id), "INV-CLR-02: longs == the vault's short");
            } else {
                assertEq(_position(id), 0, "INV-CLR-02: no position outlives settlement");
            }
        }
    }

    function _CLR03_LockedIsTheSumOfCompartments() private view {
        uint256 sum;
        for (uint256 i; i < handler.seriesCount(); ++i) {
            SeriesId id = handler.series(i);
            sum += _compartment(id);
            if (_position(id) == 0) assertEq(_compartment(id), 0, "INV-CLR-03: a flat series holds nothing");
        }
        assertEq(sum, _locked(vault), "INV-CLR-03: locked == sum of compartments");
    }

    function _CLR04_PotsCoverTheirHolders() private view {
        for (uint256 i; i < handler.seriesCount(); ++i) {
            SeriesId id = handler.series(i);
            Settlement memory s = clearing.settlement(id);
            uint256 due;
            for (uint256 j; j < handler.peopleCount(); ++j) {
                due += Assets.unwrap(
                    SettlementMath.redeemed(
                        Size.wrap(_longs(handler.people(j), id)), s.payoff, s.scale, assetScale(token.decimals())
                    )
                );
            }
            assertLe(due, _pot(id), "INV-CLR-04: the pot covers its holders");
            assertLe(handler.paidOut(id), handler.potAtSettlement(id), "INV-CLR-04: paid from the own pot");
            if (s.settled && _outstanding(id) == 0) assertEq(_pot(id), 0, "INV-CLR-04: closed with the last long");
        }
    }

    function _CLR05_SettlementsAreForEver() private view {
        for (uint256 i; i < handler.seriesCount(); ++i) {
            SeriesId id = handler.series(i);
            Settlement memory s = clearing.settlement(id);
            if (s.settled) assertEq(keccak256(abi.encode(s)), handler.settlementHash(id), "INV-CLR-05: fixed once");
        }
    }

    function _CLR06_TheBookFollows() private view {
        for (uint256 i; i < handler.seriesCount(); ++i) {
            SeriesId id = handler.series(i);
            int256 pending = SignedSize.unwrap(clearing.pendingNotice(id));
            assertEq(market.book(id) + pending, _position(id), "INV-CLR-06: book + pending == position");
        }
    }

    function _CLR08_OwnersHaveWhatTheyPutIn() private view {
        assertEq(int256(_free(vault) + _locked(vault)), handler.net(vault), "INV-CLR-08: the vault");
        for (uint256 i; i < handler.peopleCount(); ++i) {
            address person = handler.people(i);
            assertEq(int256(_free(person)), handler.net(person), "INV-CLR-08: a person");
        }
    }
}

/// forge-config: default.invariant.depth = 128
contract Clearing6DecimalsInvariantTest is ClearingInvariants {
    function setUp() public {
        _start(6);
    }
}

/// forge-config: default.invariant.depth = 128
/// forge-config: default.invariant.runs = 12
contract Clearing0DecimalsInvariantTest is ClearingInvariants {
    function setUp() public {
        _start(0);
    }
}

/// forge-config: default.invariant.depth = 128
/// forge-config: default.invariant.runs = 12
contract Clearing18DecimalsInvariantTest is ClearingInvariants {
    function setUp() public {
        _start(18);
    }
}
