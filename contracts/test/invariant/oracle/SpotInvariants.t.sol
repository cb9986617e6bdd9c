// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SETTLEMENT_PROPOSED, Settlement, SettlementState} from "../../../src/interfaces/ISettlementOracle.sol";
import {ORACLE_DOWN, OracleMode, SpotRead} from "../../../src/interfaces/ISpotOracle.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {FuzzSelector} from "../../utils/InvariantTargets.sol";
import {OracleBase} from "../../unit/oracle/OracleBase.sol";

/// @notice A feed that moves, lags, lies and is replaced, observed whenever; an expiry proven by whoever, in any chunks.
/// INV-ORC-01: the average lies between the lowest and the highest price ever given.
/// INV-ORC-02: the mark is zero exactly when the market is down.
/// INV-ORC-03: a proven price lies between the lowest and the highest answer ever given, and proofs never change it.
contract SpotInvariantsTest is OracleBase {
    uint40 internal constant EXPIRY = uint40(START + 2 hours);
    uint256 internal constant LEAST = 100;
    uint256 internal constant MOST = 10_000;

    uint256 internal low = type(uint256).max;
    uint256 internal high;
    uint256 internal proven;

    function setUp() public override {
        super.setUp();
        move(3000, 0);
        spot.observe(ETH);
        bytes4[] memory selectors = new bytes4[](6);
        (selectors[0], selectors[1], selectors[2]) = (this.move.selector, this.lie.selector, this.supplant.selector);
        (selectors[3], selectors[4], selectors[5]) = (this.observe.selector, this.pass.selector, this.prove.selector);
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), selectors));
    }

    function move(uint256 price, uint256 which) public {
        price = bound(price, LEAST, MOST);
        if (which % 3 != 1) primary.push(int256(price * ONE));
        if (which % 3 != 2) secondary.push(int256(price * 1e18));
        low = price < low ? price : low;
        high = price > high ? price : high;
    }

    function lie(int256 answer) external {
        primary.push(bound(answer, -1e12, 0));
    }

    function supplant() external {
        primary.nextPhase();
    }

    function observe() external {
        spot.observe(ETH);
    }

    function pass(uint256 secs) external {
        skip(bound(secs, 0, 20 minutes));
    }

    function prove(uint256 round, uint256 rounds, bool ring) external {
        if (vm.getBlockTimestamp() < EXPIRY) vm.warp(EXPIRY);
        uint16 phase = primary.phaseId();
        uint80 first = uint80(uint256(phase) << 64 | bound(round, 1, uint256(primary.latestRound(phase)) + 1));
        bytes memory call = ring
            ? abi.encodeCall(settlement.proveFromRing, (ETH, EXPIRY))
            : abi.encodeCall(settlement.prove, (ETH, EXPIRY, first, bound(rounds, 2, 20)));
        attempt(address(settlement), call);
        Settlement memory s = settlement.settlement(ETH, EXPIRY);
        if (SettlementState.unwrap(s.state) != SettlementState.unwrap(SETTLEMENT_PROPOSED)) return;
        if (proven == 0) proven = Wad.unwrap(s.price);
        assertEq(Wad.unwrap(s.price), proven, "INV-ORC-03: proofs never change a price");
        assertGe(proven, low * 1e18, "INV-ORC-03: not below the lowest answer");
        assertLe(proven, high * 1e18, "INV-ORC-03: not above the highest answer");
    }

    function invariant_ORC_01_02() public view {
        SpotRead memory read = spot.read(ETH);
        assertGe(Wad.unwrap(read.average), low * 1e18, "INV-ORC-01: not below the lowest given");
        assertLe(Wad.unwrap(read.average), high * 1e18, "INV-ORC-01: not above the highest given");
        assertEq(
            Wad.unwrap(read.mark) == 0,
            OracleMode.unwrap(read.mode) == OracleMode.unwrap(ORACLE_DOWN),
            "INV-ORC-02: no mark exactly when down"
        );
    }
}
