// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Grid, MarketLimits} from "../../src/interfaces/ICatalogue.sol";
import {MarginParams} from "../../src/interfaces/IClearing.sol";
import {HedgeParams} from "../../src/interfaces/IHedger.sol";
import {PricingParams} from "../../src/interfaces/IPricer.sol";
import {SpotSources} from "../../src/interfaces/ISpotOracle.sol";
import {SurfaceParams} from "../../src/interfaces/ISurfaceOracle.sol";
import {VaultParams} from "../../src/interfaces/IVault.sol";
import {Assets} from "../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";

/// @notice The term sheet of a deployment, number by number what the SDK's `defaultTerms` gives.
library DeployedTerms {
    uint256 private constant WAD = 1e18;
    uint256 private constant ONE_PCT = WAD / 100;
    uint256 private constant ONE_BP = WAD / 10_000;

    function spot(address feed) internal pure returns (SpotSources memory s) {
        s.primary = feed;
        s.heartbeat = 65 minutes;
        s.averageWindow = 30 minutes;
        s.checkpointAge = 30 minutes;
        s.maxGap = 1 hours;
        s.wideBeyond = Wad.wrap(30 * ONE_BP);
        s.reduceBeyond = Wad.wrap(150 * ONE_BP);
    }

    function surface() internal pure returns (SurfaceParams memory) {
        return SurfaceParams({freshness: 60, grace: 60, maxStep: Wad.wrap(25 * ONE_PCT)});
    }

    function pricing() internal pure returns (PricingParams memory p) {
        p.rate = SignedWad.wrap(0);
        p.hedgeCost = Wad.wrap(10 * ONE_BP);
        p.deltaCharge = Wad.wrap(5 * ONE_PCT);
        p.vegaCharge = Wad.wrap(50 * ONE_PCT);
        p.expiryVegaCharge = Wad.wrap(50 * ONE_PCT);
        p.gammaCharge = Wad.wrap(2 * WAD);
        p.utilisationCharge = Wad.wrap(10 * ONE_PCT);
        p.utilisationKink = Wad.wrap(50 * ONE_PCT);
        p.referenceVolatility = Wad.wrap(80 * ONE_PCT);
        p.halfSpread = Wad.wrap(ONE_PCT);
        p.ageSpread = Wad.wrap(50 * ONE_PCT);
        p.moveSpread = Wad.wrap(10 * ONE_PCT);
        p.latency = Wad.wrap(95 * ONE_BP);
        p.hedgeCarry = Wad.wrap(5 * ONE_PCT);
        p.collateralCarry = Wad.wrap(2 * ONE_PCT);
        p.feeRate = Wad.wrap(3 * ONE_BP);
        p.minimumPremium = Wad.wrap(ONE_PCT);
        p.flatDelta = Wad.wrap(5 * ONE_PCT);
        p.tenorKnots = [uint32(1 days), 7 days, 30 days, 90 days];
        p.tenorFactors = [Wad.wrap(3 * WAD / 2), Wad.wrap(WAD), Wad.wrap(WAD), Wad.wrap(6 * WAD / 5)];
        p.deltaFactors =
            [Wad.wrap(2 * WAD), Wad.wrap(6 * WAD / 5), Wad.wrap(WAD), Wad.wrap(6 * WAD / 5), Wad.wrap(2 * WAD)];
    }

    /// @param price wad of collateral per underlying
    /// @param equity whole units of collateral that the vault is expected to have
    function limits(uint256 price, uint256 equity) internal pure returns (MarketLimits memory l) {
        l.minDelta = Wad.wrap(5 * ONE_PCT);
        l.maxDelta = Wad.wrap(95 * ONE_PCT);
        l.maxNetDelta = Wad.wrap(20 * ONE_PCT);
        l.maxNetVega = Wad.wrap(60 * ONE_PCT);
        l.maxExpiryVega = Wad.wrap(40 * ONE_PCT);
        l.maxGamma = Wad.wrap(4 * ONE_PCT);
        l.maxUtilisation = Wad.wrap(75 * ONE_PCT);
        l.bufferShare = Wad.wrap(10 * ONE_PCT);
        l.minTradeSize = Wad.wrap(WAD / 1000);
        l.maxTradeSize = ofEquity(price, equity, 1000);
        l.maxSeriesSize = ofEquity(price, equity, 5000);
        l.maxExpirySize = ofEquity(price, equity, 20_000);
        l.vegaPerReport = Wad.wrap(20 * ONE_PCT);
        l.quoteDistance = Wad.wrap(ONE_PCT);
        l.maxSyncAge = 1 hours;
        l.maxSliceAge = 2 hours;
    }

    /// @dev A tick of a quarter of a tenth of the power of ten below the price.
    function grid(uint256 price) internal pure returns (Grid memory) {
        uint256 magnitude = 1;
        while (magnitude <= price / 10) magnitude *= 10;
        return
            Grid({tick: Wad.wrap(magnitude / 40), step: Wad.wrap(20 * ONE_PCT), strikes: 9, fridays: 3, lastFridays: 3});
    }

    function margin() internal pure returns (MarginParams memory m) {
        m.spotShock = Wad.wrap(60 * ONE_PCT);
        m.markFactor = Wad.wrap(115 * ONE_PCT);
        m.spotFloor = Wad.wrap(2 * ONE_PCT);
        m.callUpper = Wad.wrap(130 * ONE_PCT);
        m.callLower = Wad.wrap(110 * ONE_PCT);
        m.putUpper = Wad.wrap(120 * ONE_PCT);
        m.putLower = Wad.wrap(110 * ONE_PCT);
        m.knotTimes = [uint32(7 days), 14 days, 28 days, 42 days, 56 days, 84 days];
        m.knotValues = [
            uint64(1678 * ONE_BP),
            uint64(2370 * ONE_BP),
            uint64(3326 * ONE_BP),
            uint64(4032 * ONE_BP),
            uint64(4603 * ONE_BP),
            uint64(5000 * ONE_BP)
        ];
    }

    function hedge(uint256 price, uint256 equity) internal pure returns (HedgeParams memory h) {
        h.hedgeCost = Wad.wrap(10 * ONE_BP);
        h.riskAversion = Wad.wrap(30 * WAD);
        h.bandOfEquity = Wad.wrap(ONE_PCT);
        h.force = Wad.wrap(5 * ONE_PCT);
        h.averageWeight = Wad.wrap(50 * ONE_PCT);
        h.maxSlippage = Wad.wrap(2 * ONE_PCT);
        h.minOrder = Wad.wrap(WAD / 1000);
        h.maxOrder = ofEquity(price, equity, 2000);
        h.maxPerBlock = ofEquity(price, equity, 2000);
        h.maxPerDay = ofEquity(price, equity, 200_000);
        h.period = 2 hours;
        h.forceDelay = 10 minutes;
    }

    function vault(uint256 equity, uint256 unit) internal pure returns (VaultParams memory) {
        return VaultParams({
            minimumRequest: Assets.wrap(unit),
            depositCap: Assets.wrap(equity * unit * 1000),
            equityFloor: Assets.wrap(1000 * unit),
            bufferShare: Wad.wrap(10 * ONE_PCT),
            exitSpread: Wad.wrap(2 * ONE_PCT),
            period: 1 days,
            phase: 8 hours + 30 minutes,
            maxInformationAge: 1 hours
        });
    }

    /// @notice Underlying worth so many basis points of the vault, in whole lots.
    function ofEquity(uint256 price, uint256 equity, uint256 bp) internal pure returns (Wad) {
        uint256 size = equity * WAD * bp / 10_000 * WAD / price;
        return Wad.wrap((size / 1e15 + 1) * 1e15);
    }
}
