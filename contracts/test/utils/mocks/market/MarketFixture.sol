// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../../../../src/interfaces/IClearing.sol";
import {HedgePosition} from "../../../../src/interfaces/IHedger.sol";
import {CatalogueConfig, MarketLimits, Modules} from "../../../../src/interfaces/ICatalogue.sol";
import {MarketConfig, Order, Quote} from "../../../../src/interfaces/IMarket.sol";
import {Leg, PricingParams} from "../../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, OracleMode, SpotRead} from "../../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../../src/interfaces/ISurfaceOracle.sol";
import {Catalogue} from "../../../../src/market/Catalogue.sol";
import {Market} from "../../../../src/market/Market.sol";
import {Pricer} from "../../../../src/pricing/Pricer.sol";
import {Assets, SignedAssets} from "../../../../src/types/Assets.sol";
import {BACKING_STEP} from "../../../../src/types/Backing.sol";
import {MarketId, SeriesId, seriesId} from "../../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../../src/types/Size.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../../../src/types/Wad.sol";
import {Test} from "../../Test.sol";
import {
    MockAsset,
    MockAuthority,
    MockClearing,
    MockHedger,
    MockSettlementOracle,
    MockSpotOracle,
    MockSurfaceOracle,
    MockVault
} from "./MarketMocks.sol";

/// @notice A market of ether against a dollar with three boards around a spot of 2,000, on mocks of all neighbours.
abstract contract MarketFixture is Test {
    MarketId internal constant ETH = MarketId.wrap(1);
    uint256 internal constant SPOT = 2000e18;
    uint256 internal constant VOLATILITY_SQUARED = 0.36e18; // 60 %
    uint256 internal constant EQUITY = 1_000_000;
    uint256 internal constant YEAR = 365 days;
    uint40 internal constant START = 1_800_000_000; // an 08:00 UTC
    uint40 internal constant NEAR = START + 7 days;
    uint40 internal constant MIDDLE = START + 30 days;
    uint40 internal constant FAR = START + 90 days;

    address internal trader = address(0x7ade);
    address internal orders = address(0x0de5);
    Catalogue internal catalogue;
    Market internal market;
    Pricer internal pricer;
    MockClearing internal clearing;
    MockVault internal vault;
    MockHedger internal hedger;
    MockSpotOracle internal spotOracle;
    MockSurfaceOracle internal surfaceOracle;
    MockSettlementOracle internal settlementOracle;
    uint256 internal unit; // one collateral

    function _deploy(uint8 decimals) internal {
        vm.warp(START);
        unit = 10 ** decimals;
        pricer = new Pricer();
        clearing = new MockClearing();
        vault = new MockVault();
        hedger = new MockHedger();
        spotOracle = new MockSpotOracle();
        surfaceOracle = new MockSurfaceOracle();
        settlementOracle = new MockSettlementOracle();
        address authority = address(new MockAuthority(address(this)));
        // The catalogue is deployed next
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 2);
        market = new Market(
            MarketConfig({
                authority: authority,
                asset: address(new MockAsset(decimals)),
                clearing: address(clearing),
                vault: address(vault),
                hedger: address(hedger),
                catalogue: next
            })
        );
        catalogue =
            new Catalogue(CatalogueConfig({authority: authority, market: address(market), modules: _modules(orders)}));
        clearing.setMarket(address(market));
        clearing.setMargin(_margin());
        clearing.setBalances(Assets.wrap(EQUITY * unit), Assets.wrap(0));
        vault.setEquity(Assets.wrap(EQUITY * unit)); // taken when the market is added
        _setHedge(0);
        _setSpot(SPOT, SPOT, ORACLE_OPEN);
        catalogue.addMarket(ETH, _params(), _limits());
        _list(NEAR);
        _list(MIDDLE);
        _list(FAR);
    }

    function _modules(address orders_) internal view returns (Modules memory) {
        return Modules({
            pricer: address(pricer),
            spotOracle: address(spotOracle),
            surfaceOracle: address(surfaceOracle),
            settlementOracle: address(settlementOracle),
            orders: orders_
        });
    }

    function _list(uint40 expiry) internal {
        Wad[] memory strikes = new Wad[](8);
        for (uint256 i = 0; i < 8; ++i) {
            strikes[i] = Wad.wrap(1600e18 + i * 100e18);
        }
        catalogue.listBoard(ETH, expiry, strikes);
        _setSlice(expiry, uint40(block.timestamp));
    }

    /// @dev A smile around 60 % at the money: total variance of 30 days, say, is 0.0296.
    function _setSlice(uint40 expiry, uint40 reportedAt) internal {
        int256 w = int256(VOLATILITY_SQUARED * (expiry - reportedAt) / YEAR) * SVI_ONE / 1e18;
        // a = w/2, b sigma = w/2 at k = m = 0, slightly skewed
        int256 sigma = SVI_ONE * 2 / 10;
        surfaceOracle.set(
            SurfaceSlice({
                svi: sviSlice(w / 2, w * SVI_ONE / (2 * sigma), -SVI_ONE / 10, 0, sigma),
                forwardRatio: Wad.wrap(1e18),
                spotAtReport: Wad.wrap(SPOT),
                expiry: expiry,
                reportedAt: reportedAt
            })
        );
    }

    function _slice(uint40 expiry, uint256 volatilitySquared) internal view returns (SurfaceSlice memory) {
        int256 w = int256(volatilitySquared * (expiry - block.timestamp) / YEAR) * SVI_ONE / 1e18;
        int256 sigma = SVI_ONE * 2 / 10;
        return SurfaceSlice({
            svi: sviSlice(w / 2, w * SVI_ONE / (2 * sigma), -SVI_ONE / 10, 0, sigma),
            forwardRatio: Wad.wrap(1e18),
            spotAtReport: Wad.wrap(SPOT),
            expiry: expiry,
            reportedAt: uint40(block.timestamp)
        });
    }

    function _refreshSlices() internal {
        _setSlice(NEAR, uint40(block.timestamp));
        _setSlice(MIDDLE, uint40(block.timestamp));
        _setSlice(FAR, uint40(block.timestamp));
    }

    function _setSpot(uint256 mark, uint256 average, OracleMode mode) internal {
        spotOracle.set(SpotRead(Wad.wrap(mark), Wad.wrap(average), uint40(block.timestamp), mode));
    }

    /// @param delta truncated to the hedger's resolution
    function _setHedge(int256 delta) internal {
        hedger.set(
            HedgePosition({
                delta: SignedWad.wrap(delta - delta % int256(BACKING_STEP)),
                equity: SignedAssets.wrap(0),
                capacityUp: Wad.wrap(1000e18),
                capacityDown: Wad.wrap(1000e18),
                syncedAt: uint40(block.timestamp)
            })
        );
        market.takeBacking(ETH);
    }

    function _setEquity(uint256 assets) internal {
        vault.setEquity(Assets.wrap(assets));
        market.takeBacking(ETH);
    }

    function _params() internal pure virtual returns (PricingParams memory p) {
        p.rate = SignedWad.wrap(0.04e18);
        p.hedgeCost = Wad.wrap(0.001e18);
        p.deltaCharge = Wad.wrap(0.05e18);
        p.vegaCharge = Wad.wrap(0.5e18);
        p.expiryVegaCharge = Wad.wrap(0.25e18);
        p.gammaCharge = Wad.wrap(5e18);
        p.utilisationCharge = Wad.wrap(0.05e18);
        p.utilisationKink = Wad.wrap(0.5e18);
        p.referenceVolatility = Wad.wrap(0.6e18);
        p.halfSpread = Wad.wrap(0.01e18);
        p.ageSpread = Wad.wrap(0.5e18);
        p.moveSpread = Wad.wrap(0.5e18);
        p.latency = Wad.wrap(0.006e18);
        p.hedgeCarry = Wad.wrap(0.02e18);
        p.collateralCarry = Wad.wrap(0.01e18);
        p.feeRate = Wad.wrap(0.0003e18);
        p.minimumPremium = Wad.wrap(0.5e18);
        p.flatDelta = Wad.wrap(0.05e18);
        p.tenorKnots = [uint32(1 days), 7 days, 30 days, 180 days];
        p.tenorFactors = [Wad.wrap(2e18), Wad.wrap(1.5e18), Wad.wrap(1e18), Wad.wrap(1.25e18)];
        p.deltaFactors = [Wad.wrap(2e18), Wad.wrap(1.25e18), Wad.wrap(1e18), Wad.wrap(1.25e18), Wad.wrap(2e18)];
    }

    function _limits() internal pure virtual returns (MarketLimits memory) {
        return MarketLimits({
            minDelta: Wad.wrap(0.05e18),
            maxDelta: Wad.wrap(0.95e18),
            maxNetDelta: Wad.wrap(0.5e18),
            maxNetVega: Wad.wrap(0.5e18),
            maxExpiryVega: Wad.wrap(0.4e18),
            maxGamma: Wad.wrap(0.05e18),
            maxUtilisation: Wad.wrap(0.8e18),
            bufferShare: Wad.wrap(0.1e18),
            minTradeSize: Wad.wrap(0.01e18),
            maxTradeSize: Wad.wrap(1000e18),
            maxSeriesSize: Wad.wrap(1000e18),
            maxExpirySize: Wad.wrap(3000e18),
            vegaPerReport: Wad.wrap(0.3e18),
            quoteDistance: Wad.wrap(0.005e18),
            maxSyncAge: 1 hours,
            maxSliceAge: 15 minutes
        });
    }

    function _margin() internal pure virtual returns (MarginParams memory m) {
        m.spotShock = Wad.wrap(0.6e18);
        m.markFactor = Wad.wrap(1.15e18);
        m.spotFloor = Wad.wrap(0.02e18);
        (m.callUpper, m.callLower) = (Wad.wrap(1.3e18), Wad.wrap(1.1e18));
        (m.putUpper, m.putLower) = (Wad.wrap(1.2e18), Wad.wrap(1.1e18));
        m.knotTimes = [uint32(1 days), 7 days, 14 days, 30 days, 60 days, 90 days];
        m.knotValues = [uint64(0.15e18), 0.18e18, 0.22e18, 0.28e18, 0.33e18, 0.36e18];
    }

    function _series(uint40 expiry, uint256 strike, bool call) internal pure returns (SeriesId) {
        return seriesId(ETH, expiry, Wad.wrap(strike), call);
    }

    function _leg(uint40 expiry, uint256 strike, bool call, int256 size) internal pure returns (Leg memory) {
        return Leg(_series(expiry, strike, call), SignedSize.wrap(size));
    }

    function _legs(Leg memory a) internal pure returns (Leg[] memory legs) {
        legs = new Leg[](1);
        legs[0] = a;
    }

    function _legs(Leg memory a, Leg memory b) internal pure returns (Leg[] memory legs) {
        legs = new Leg[](2);
        (legs[0], legs[1]) = (a, b);
    }

    function _order(Leg[] memory legs) internal view returns (Order memory) {
        return Order({
            market: ETH,
            legs: legs,
            limit: SignedAssets.wrap(type(int256).max),
            deadline: uint40(block.timestamp),
            recipient: trader
        });
    }

    function _trade(Leg[] memory legs) internal returns (int256) {
        Order memory order = _order(legs);
        vm.prank(trader);
        return SignedAssets.unwrap(market.trade(order));
    }

    function _quote(Leg[] memory legs) internal view returns (Quote memory) {
        return market.quote(ETH, legs);
    }

    function _quoteCash(Leg[] memory legs) internal view returns (int256) {
        return SignedAssets.unwrap(market.quote(ETH, legs).netCash);
    }

    function _expectRevert(Leg[] memory legs, bytes memory data) internal {
        Order memory order = _order(legs);
        vm.expectRevert(data);
        vm.prank(trader);
        market.trade(order);
    }
}
