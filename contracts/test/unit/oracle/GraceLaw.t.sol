// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {BookValue, Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, ORACLE_WIDE} from "../../../src/interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SliceReport, SurfaceParams} from "../../../src/interfaces/ISurfaceOracle.sol";
import {Assets} from "../../../src/types/Assets.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {SurfaceFixture} from "../../utils/mocks/market/SurfaceFixture.sol";

/// @notice INV-ORC-07: no sequence of trades that starts and ends with the same options inside one grace window profits,
/// however the surface is updated meanwhile. On the real market, pricer and surface oracle, clearing mocked: it lets the
/// trader sell what he has not got, so that sequences begin with sales too. Spot stands still.
contract GraceLawTest is SurfaceFixture {
    uint256 private constant VOL = 0.6e18;
    uint256 private constant MAX_LOTS = 20_000;
    uint256 private constant STEPS = 10;
    uint256 private constant HISTORY = 4;
    uint256 private constant WIDE_STEP = 0.25e18;

    Leg[] private _done;
    uint40 private _reportedAt; // of the newest report
    uint256 private _stored; // updates in the sequence

    function setUp() public {
        _deployOnSurface(6, VOL);
        MarketLimits memory l = _limits();
        l.maxNetDelta = l.maxNetVega = l.maxExpiryVega = l.maxGamma = l.vegaPerReport = Wad.wrap(100e18);
        l.maxSeriesSize = l.maxExpirySize = l.maxTradeSize = Wad.wrap(1_000_000e18);
        l.maxUtilisation = Wad.wrap(1e18);
        l.bufferShare = l.minDelta = l.minTradeSize = Wad.wrap(0);
        l.maxDelta = Wad.wrap(1e18);
        catalogue.setLimits(ETH, l);
    }

    /// @dev Every charge as governed: potential, spread, latency, carry and fee.
    function testFuzz_ORC07_NoSequenceInsideOneGraceWindowProfits(uint256 seed) public {
        vm.setSeed(seed);
        _othersTrade();
        _sequence();
        assertGe(clearing.paid(trader), 0, "INV-ORC-07: flat to flat inside one grace window never pays");
    }

    /// @dev No charge but the least latency of a basis point: the live slices alone must hold the law.
    function testFuzz_ORC07_NorDoesItWithoutCharges(uint256 seed) public {
        vm.setSeed(seed);
        _dropCharges();
        _othersTrade();
        _sequence();
        assertGe(clearing.paid(trader), 0, "INV-ORC-07: nor at fair values alone");
    }

    /// @dev A potential a hundred times the deployed one, and no charge but a basis point to make up for what updates do to it.
    function testFuzz_ORC07_NorAtAHeavyPotential(uint256 seed) public {
        vm.setSeed(seed);
        _dropCharges();
        PricingParams memory p = catalogue.pricingParams(ETH);
        p.deltaCharge = Wad.wrap(5e18);
        p.vegaCharge = p.expiryVegaCharge = Wad.wrap(50e18);
        p.gammaCharge = Wad.wrap(200e18);
        p.utilisationCharge = Wad.wrap(10e18);
        catalogue.setPricingParams(ETH, p);
        _othersTrade();
        _sequence();
        assertGe(clearing.paid(trader), 0, "INV-ORC-07: nor whatever the potential charges");
    }

    /// @dev Mark and average apart, as far as trades are open or the difference is charged: one leg is asked at one of them only.
    function testFuzz_ORC07_NorOffTheAverage(uint256 seed) public {
        vm.setSeed(seed);
        _dropCharges();
        uint256 average = SPOT * vm.randomUint(9_850, 10_150) / 10_000;
        uint256 apart = average > SPOT ? average - SPOT : SPOT - average;
        _setSpot(SPOT, average, apart * 1000 > SPOT * 3 ? ORACLE_WIDE : ORACLE_OPEN);
        _othersTrade();
        _sequence();
        assertGe(clearing.paid(trader), 0, "INV-ORC-07: nor off the average");
    }

    /// @dev The potential is that of the slice in force, so the update changes it: most where the book is large and its
    /// delta far from level. One trade, one update within the widest step a signer set is given, the trade undone.
    function testFuzz_ORC07_NorDoesAnUpdateThatMovesThePotential(uint256 seed) public {
        vm.setSeed(seed);
        clearing.setBalances(Assets.wrap(100_000_000 * unit), Assets.wrap(0));
        address attacker = trader;
        trader = address(0x07e7);
        for (uint256 i = 0; i < 3; ++i) {
            Leg memory leg = _any();
            leg.size = SignedSize.wrap(SignedSize.unwrap(leg.size) * int256(vm.randomUint(1, 20)));
            _trade(_legs(leg));
        }
        trader = attacker;
        skip(10 minutes);
        (BookValue memory atMark,) = market.bookValue(ETH);
        int256 net = int256(vm.randomUint(0, 500e18)) - 250e18; // half of E at 2,000
        _setHedge(net - SignedWad.unwrap(atMark.delta));
        _tradeAny();
        _update(vm.randomUint(VOL - WIDE_STEP, VOL + WIDE_STEP));
        _undo();
        assertGe(clearing.paid(trader), 0, "INV-ORC-07: nor by what an update does to the potential");
    }

    /// @dev One trade, as many updates as one block takes, and the trade undone, all in that block.
    function testFuzz_ORC07_NoSandwichOfAnUpdatePays(uint256 seed, uint256 updates) public {
        vm.setSeed(seed);
        _dropCharges();
        skip(10 minutes);
        _tradeAny();
        updates = bound(updates, 1, HISTORY + 2);
        for (uint256 i = 0; i < updates; ++i) {
            _update(vm.randomUint(0.3e18, 1.2e18));
        }
        assertLe(_stored, HISTORY, "no update pushes a live slice out of memory");
        _undo();
        assertGe(clearing.paid(trader), 0, "INV-ORC-07: a sandwich of updates never pays");
    }

    /// @dev The law is the grace window's: without it the same sandwich takes the whole move of volatility.
    function test_WithoutAGraceTheSandwichPays() public {
        _dropCharges();
        surface.setParams(SurfaceParams(60, 0, Wad.wrap(0.1e18)));
        skip(10 minutes);
        _trade(_legs(_leg(MIDDLE, 2000e18, true, 10e18)));
        _report([VOL + 0.1e18, VOL + 0.1e18, VOL + 0.1e18], SIGNERS);
        int256 vega = 2000 * 398 * 287; // S · phi(0) · sqrt(30 / 365), each to three digits: collateral per 1.00
        assertLt(_trade(_legs(_leg(MIDDLE, 2000e18, true, -10e18))), 0, "sold");
        int256 profit = -clearing.paid(trader);
        assertApproxEqRel(profit, vega * 10 / 10, 0.05e18, "ten points of volatility on ten options");
    }

    /// @dev Others leave the vault with a book, a skew account and an unhedged delta, long before.
    function _othersTrade() private {
        address attacker = trader;
        trader = address(0x07e7);
        for (uint256 i = 0; i < 4; ++i) {
            _trade(_legs(_any()));
        }
        trader = attacker;
        skip(10 minutes);
        _setHedge(int256(vm.randomUint(0, 400e18)) - 200e18);
    }

    function _sequence() private {
        uint256 left = GRACE - 1;
        for (uint256 i = 0; i < STEPS; ++i) {
            uint256 what = vm.randomUint(0, 5);
            if (what < 3) {
                _tradeAny();
            } else if (what < 5) {
                _update(vm.randomUint(0.3e18, 1.2e18));
            } else {
                uint256 time = vm.randomUint(0, left / 2);
                skip(time);
                left -= time;
                market.settleSkew(ETH);
            }
        }
        _undo();
    }

    function _tradeAny() private {
        Leg memory leg = _any();
        _trade(_legs(leg));
        _done.push(leg);
    }

    /// @dev What was traded, the other way round, in any order.
    function _undo() private {
        while (_done.length != 0) {
            uint256 i = vm.randomUint(0, _done.length - 1);
            Leg memory leg = _done[i];
            _done[i] = _done[_done.length - 1];
            _done.pop();
            leg.size = -leg.size;
            _trade(_legs(leg));
        }
    }

    /// @dev Newer than any before, up to five in one second; refused only because live slices fill the memory.
    function _update(uint256 volatility) private {
        uint40 time = uint40(vm.getBlockTimestamp()) - 5;
        if (time <= _reportedAt) time = _reportedAt + 1;
        if (time > vm.getBlockTimestamp()) return;
        SliceReport[] memory r = _reports([volatility, volatility, volatility], uint40(vm.getBlockTimestamp()) - time);
        for (uint256 i = 0; i < r.length; ++i) {
            r[i].forwardRatio = Wad.wrap(vm.randomUint(0.98e18, 1.02e18));
        }
        (address[] memory who, bytes[] memory signatures) = _sign(r, SIGNERS);
        bytes memory call = abi.encodeCall(surface.relay, (r, who, signatures));
        (bool ok, bytes memory result) = attempt(address(surface), call);
        if (ok) {
            (_reportedAt, _stored) = (time, _stored + 1);
        } else {
            assertEq(bytes32(bytes4(result)), bytes32(ISurfaceOracle.UpdateTooSoon.selector), "the memory is full");
            assertGe(_stored, HISTORY, "of live slices");
        }
    }

    function _any() private view returns (Leg memory) {
        int256 lots = int256(vm.randomUint(0, MAX_LOTS)) - int256(MAX_LOTS / 2);
        if (lots == 0) lots = 1;
        uint40 expiry = [NEAR, MIDDLE, FAR][vm.randomUint(0, 2)];
        return _leg(expiry, 1600e18 + vm.randomUint(0, 7) * 100e18, vm.randomUint(0, 1) == 0, lots * 1e15);
    }

    function _dropCharges() private {
        PricingParams memory p = _params();
        p.hedgeCost = p.deltaCharge = p.vegaCharge = p.expiryVegaCharge = p.gammaCharge = Wad.wrap(0);
        p.utilisationCharge = p.halfSpread = p.ageSpread = p.moveSpread = Wad.wrap(0);
        p.hedgeCarry = p.collateralCarry = p.feeRate = p.minimumPremium = Wad.wrap(0);
        p.latency = Wad.wrap(0.0001e18);
        catalogue.setPricingParams(ETH, p);
    }
}
