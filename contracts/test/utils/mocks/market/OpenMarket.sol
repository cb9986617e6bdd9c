// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../../src/interfaces/ICatalogue.sol";
import {Leg, PricingParams} from "../../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, ORACLE_WIDE} from "../../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../../src/interfaces/ISurfaceOracle.sol";
import {Assets} from "../../../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../../../src/types/Wad.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @notice The market of the fixture with no limit that binds and a vault with cash for anything, so that prices are
/// met at random books, parameters, hedges, spots and slices in grace.
abstract contract OpenMarket is MarketFixture {
    int256 internal constant LOTS = 1e15; // one lot
    uint256 internal constant MAX_LOTS = 20_000;
    uint256 internal constant SERIES = 48; // three boards of eight strikes, two kinds
    uint256 private constant BOOK_TRADES = 4;
    uint256 private constant PLENTY = 1e12;
    uint256 private constant LEAST_MARK = 0.75e18; // of SPOT, at which the slices in force were reported
    uint256 private constant MOST_MARK = 1.3e18;

    function _deployOpen(uint8 decimals) internal {
        _deploy(decimals);
        catalogue.setLimits(ETH, _noLimits());
        clearing.setBalances(Assets.wrap(PLENTY * unit), Assets.wrap(0));
    }

    function _noLimits() internal pure returns (MarketLimits memory l) {
        l = _limits();
        l.maxNetDelta = l.maxNetVega = l.maxExpiryVega = l.maxGamma = l.vegaPerReport = Wad.wrap(100e18);
        l.maxSeriesSize = l.maxExpirySize = l.maxTradeSize = Wad.wrap(1_000_000e18);
        l.maxUtilisation = Wad.wrap(1e18);
        l.bufferShare = l.minDelta = l.minTradeSize = Wad.wrap(0);
        l.maxDelta = Wad.wrap(1e18);
    }

    function _next(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    /// @dev Random parameters, book, skew account, hedge, spot and slices in grace.
    function _randomMarket(uint256 seed) internal returns (uint256) {
        seed = _next(seed);
        catalogue.setPricingParams(ETH, _randomParams(seed));
        for (uint256 i = 0; i < BOOK_TRADES; ++i) {
            seed = _next(seed);
            _trade(_randomLegs(seed, 1 + (seed >> 250) % 3));
        }
        seed = _next(seed);
        _setHedge(int256(seed % 400e18) - 200e18);
        return _randomPrices(seed);
    }

    /// @dev Half of the time another mark, an average that differs from it, and on each board a replaced slice that does from
    /// the one in force: all independently. The options traded before stay in the book.
    function _randomPrices(uint256 seed) internal returns (uint256) {
        seed = _next(seed);
        uint256 mark = SPOT;
        if (seed & 1 == 0) mark = SPOT * (LEAST_MARK + (seed >> 8) % (MOST_MARK - LEAST_MARK)) / 1e18;
        uint256 average = mark;
        if (seed >> 1 & 1 == 0) average = mark * (9_900 + (seed >> 100) % 200) / 10_000;
        _setSpot(mark, average, seed >> 2 & 1 == 0 ? ORACLE_OPEN : ORACLE_WIDE);
        uint40[3] memory expiries = [NEAR, MIDDLE, FAR];
        for (uint256 b = 0; b < expiries.length; ++b) {
            if (seed >> 3 + b & 1 == 0) surfaceOracle.setPrevious(_replaced(expiries[b], _next(seed + b)));
        }
        return _next(seed);
    }

    /// @dev Of 40 to 85 % at the money where the one in force has 60, skewed either way, at another forward.
    function _replaced(uint40 expiry, uint256 seed) private view returns (SurfaceSlice memory slice) {
        slice = _slice(expiry, 0.16e18 + seed % 0.56e18);
        slice.forwardRatio = Wad.wrap(0.98e18 + (seed >> 64) % 0.04e18);
        slice.reportedAt -= 1 minutes;
    }

    /// @dev Each charge is zero one time in four; the rest anywhere up to far above the defaults.
    function _randomParams(uint256 seed) internal pure returns (PricingParams memory p) {
        p = _params();
        p.hedgeCost = _upTo(seed, 0, 0.02e18);
        p.deltaCharge = _upTo(seed, 1, 2e18);
        p.vegaCharge = _upTo(seed, 2, 5e18);
        p.expiryVegaCharge = _upTo(seed, 3, 5e18);
        p.gammaCharge = _upTo(seed, 4, 20e18);
        p.utilisationCharge = _upTo(seed, 5, 2e18);
        p.utilisationKink = _upTo(seed, 6, 1e18);
        p.halfSpread = _upTo(seed, 7, 0.05e18);
        p.ageSpread = _upTo(seed, 8, 1e18);
        p.moveSpread = _upTo(seed, 9, 1e18);
        p.latency = Wad.wrap(0.0001e18) + _upTo(seed, 10, 0.01e18);
        p.hedgeCarry = _upTo(seed, 11, 0.1e18);
        p.collateralCarry = _upTo(seed, 12, 0.1e18);
        p.feeRate = _upTo(seed, 13, 0.001e18);
        p.minimumPremium = _upTo(seed, 14, 2e18);
        p.flatDelta = _upTo(seed, 16, 0.5e18);
        p.rate = SignedWad.wrap(int256(uint256(keccak256(abi.encode(seed, 15))) % 0.2e18) - 0.1e18);
    }

    function _upTo(uint256 seed, uint256 salt, uint256 most) private pure returns (Wad) {
        uint256 x = uint256(keccak256(abi.encode(seed, salt)));
        return Wad.wrap(x >> 254 == 0 ? 0 : x % most);
    }

    /// @dev So many legs of different series, each of up to MAX_LOTS either way.
    function _randomLegs(uint256 seed, uint256 count) internal pure returns (Leg[] memory legs) {
        legs = new Leg[](count);
        uint256 at_ = seed % SERIES;
        uint256 step = [uint256(1), 5, 7, 11, 13, 17, 19, 23][seed >> 32 & 7]; // none divides 48: no series twice
        for (uint256 i = 0; i < count; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            int256 lots = int256(r % (2 * MAX_LOTS)) - int256(MAX_LOTS);
            legs[i] = _ofIndex(at_, (lots >= 0 ? lots + 1 : lots) * LOTS);
            at_ = (at_ + step) % SERIES;
        }
    }

    /// @dev The series numbered 0 to 47.
    function _ofIndex(uint256 index, int256 size) internal pure returns (Leg memory) {
        uint40 expiry = [NEAR, MIDDLE, FAR][index % 3];
        return _leg(expiry, 1600e18 + index / 3 % 8 * 100e18, index / 24 == 0, size);
    }
}
