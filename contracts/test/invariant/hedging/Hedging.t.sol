// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgePosition} from "../../../src/interfaces/IHedger.sol";
import {Backing} from "../../../src/types/Backing.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {FuzzSelector} from "../../utils/InvariantTargets.sol";
import {Test} from "../../utils/Test.sol";
import {HedgingHandler} from "./HedgingHandler.sol";

/// @notice INV-HDG-01 a rebalance never increases |net delta| and never crosses zero (checked in the handler);
/// 02 caps per order, block and day are never exceeded; 03 no order costs more than the slippage bound, fees included
/// (handler); 04 cash is conserved between vault, hedger and venues; 05 the hedger holds no cash between calls but
/// unswept gifts; 07 after a sync the cache is what the venues hold (handler); 08 no failing venue and no sequence stops
/// rebalance, sync or raise (a revert in the handler fails the run). 06, re-entrancy, is in the unit tests.
abstract contract HedgingInvariantTest is Test {
    HedgingHandler internal handler;

    function _shape() internal pure virtual returns (uint8 decimals, bool underlyingFirst);

    function setUp() public {
        (uint8 decimals, bool first) = _shape();
        bytes memory arguments = abi.encode(decimals, first);
        handler = HedgingHandler(vm.deployCode("HedgingHandler.sol:HedgingHandler", arguments));
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](15);
        selectors[0] = HedgingHandler.trade.selector;
        selectors[1] = HedgingHandler.drift.selector;
        selectors[2] = HedgingHandler.price.selector;
        selectors[3] = HedgingHandler.movePool.selector;
        selectors[4] = HedgingHandler.levelPool.selector;
        selectors[5] = HedgingHandler.pass.selector;
        selectors[6] = HedgingHandler.lower.selector;
        selectors[7] = HedgingHandler.fail.selector;
        selectors[8] = HedgingHandler.gift.selector;
        selectors[9] = HedgingHandler.rebalance.selector;
        selectors[10] = HedgingHandler.rebalance.selector;
        selectors[11] = HedgingHandler.rebalance.selector;
        selectors[12] = HedgingHandler.sandwich.selector;
        selectors[13] = HedgingHandler.sync.selector;
        selectors[14] = HedgingHandler.raise.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    function invariant_INV_HDG_02_CapsHold() public view {
        (uint256 perBlock, uint256 perDay) = handler.caps();
        assertLe(handler.usedInBlock(), perBlock, "INV-HDG-02 per block");
        assertLe(handler.usedToday(), perDay, "INV-HDG-02 per day");
    }

    function invariant_INV_HDG_04_CashIsConserved() public view {
        (uint256 cash, uint256 funded, uint256 repaid) = handler.vaultFlows();
        assertEq(cash + funded, handler.startingCash() + repaid, "INV-HDG-04 the vault's cash is what flowed");
    }

    function invariant_INV_MKT_02_TheMarketHasThePosition() public view {
        (HedgePosition memory own, Backing taken) = handler.positions();
        assertEq(SignedWad.unwrap(taken.hedgeDelta()), SignedWad.unwrap(own.delta), "INV-MKT-02 delta");
        assertEq(taken.capacity(false), Wad.unwrap(own.capacityUp), "INV-MKT-02 what venues could add");
        assertEq(taken.capacity(true), Wad.unwrap(own.capacityDown), "INV-MKT-02 what venues could shed");
        assertEq(taken.syncedAt(), own.syncedAt, "INV-MKT-02 when they were read");
    }

    function invariant_INV_HDG_05_NoCashStays() public view {
        assertLe(handler.hedgerCash(), handler.unsweptGifts(), "INV-HDG-05 no cash stays with the hedger");
    }
}

contract HedgingUsdcInvariantTest is HedgingInvariantTest {
    function _shape() internal pure override returns (uint8, bool) {
        return (6, true);
    }
}

contract HedgingEighteenDecimalsInvariantTest is HedgingInvariantTest {
    function _shape() internal pure override returns (uint8, bool) {
        return (18, false);
    }
}
