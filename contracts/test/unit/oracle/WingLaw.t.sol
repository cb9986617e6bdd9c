// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {SurfaceFixture} from "../../utils/mocks/market/SurfaceFixture.sol";

/// @notice A slice that the surface oracle accepts, whose right wing rises so steeply beyond four standard deviations, where
/// its grid ends, that a call there falls with the spot. Mark and average are 0.3 % apart.
contract WingLawTest is SurfaceFixture {
    int256 private constant Q40 = 1 << 40;
    uint256 private constant MARK = 1541.7e18;
    uint256 private constant AVERAGE = 1537.1e18;
    int256 private constant TEN = 10e18;

    function setUp() public {
        _deployOnSurface(6, 0.12e18);
        MarketLimits memory l = _limits();
        l.maxNetDelta = l.maxNetVega = l.maxExpiryVega = l.maxGamma = l.vegaPerReport = Wad.wrap(100e18);
        l.maxUtilisation = Wad.wrap(1e18);
        l.minTradeSize = Wad.wrap(0);
        catalogue.setLimits(ETH, l);
        PricingParams memory p = _params();
        p.hedgeCost = p.deltaCharge = p.vegaCharge = p.expiryVegaCharge = p.gammaCharge = Wad.wrap(0);
        p.utilisationCharge = p.halfSpread = p.ageSpread = p.moveSpread = Wad.wrap(0);
        p.hedgeCarry = p.collateralCarry = p.feeRate = p.minimumPremium = Wad.wrap(0);
        p.latency = Wad.wrap(0.0001e18);
        catalogue.setPricingParams(ETH, p);
        skip(10 minutes);
        _setSpot(MARK, AVERAGE, ORACLE_OPEN);
        assertTrue(_put(_steep()), "the oracle takes it");
        skip(GRACE + 1);
        _setSpot(MARK, AVERAGE, ORACLE_OPEN);
    }

    /// @dev Between the two spots the wing is worth 2.45 less for a higher spot: each leg is asked at both all the same.
    function test_Price1_NoSplitByLegsIsCheaperThere() public view {
        Leg memory wing = _leg(FAR, 2300e18, true, TEN);
        assertGe(_apart(wing, _leg(FAR, 1600e18, false, 1e15)), 0, "Price-1");
    }

    function testFuzz_Price1_NoSplitByLegsIsCheaperThere(uint256 seed) public {
        vm.setSeed(seed);
        uint256 mark = vm.randomUint(1520e18, 1560e18);
        _setSpot(mark, mark * vm.randomUint(0.997e18, 1.003e18) / 1e18, ORACLE_OPEN);
        assertGe(_apart(_randomLeg(true), _randomLeg(false)), 0, "Price-1");
    }

    /// @return what both cost apart less what they cost in one order; none of the charges depends on the book here
    function _apart(Leg memory one, Leg memory other) private view returns (int256) {
        return _quoteCash(_legs(one)) + _quoteCash(_legs(other)) - _quoteCash(_legs(one, other));
    }

    function _randomLeg(bool call) private returns (Leg memory) {
        uint256[5] memory strikes = [uint256(1600e18), 1800e18, 2000e18, 2100e18, 2300e18];
        int256 size = int256(vm.randomUint(1, 10_000)) * 1e15;
        uint40 expiry = vm.randomBool() ? FAR : MIDDLE;
        return _leg(expiry, strikes[vm.randomUint(0, 4)], call, vm.randomBool() ? size : -size);
    }

    function test_ORC07_ASandwichOfAnUpdateNeverPays() public {
        int256 bought = _trade(_legs(_leg(FAR, 2300e18, true, TEN)));
        assertTrue(_put(_smile(0.6e18, FAR)), "an update");
        int256 sold = _trade(_legs(_leg(FAR, 2300e18, true, -TEN)));
        assertGe(bought + sold, 0, "INV-ORC-07");
    }

    function _steep() private pure returns (SviSlice) {
        return sviSlice(297_970_000, 1_108_353_180_000, 1_069_671_186_000, 389_050_967_000, 6_591_482_000);
    }

    function _put(SviSlice svi) private returns (bool) {
        SliceReport[] memory all = _reports([uint256(0.12e18), 0.12e18, 0.12e18], 0);
        SliceReport[] memory one = new SliceReport[](1);
        one[0] = all[2];
        one[0].svi = svi;
        return _relay(one, SIGNERS);
    }
}
