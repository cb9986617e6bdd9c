// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SliceRounding} from "../../../src/oracle/SliceRounding.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @notice What lies between buying and selling widens when volatility, or the spot it was fitted at, has just moved.
contract SpreadMovesTest is MarketFixture {
    int256 private constant ONE = 1e18;
    uint256 private constant LOTS = 1000;

    function setUp() public {
        _deploy(6);
        // Long and short alike are far from every kink of the potential
        _setHedge(0);
    }

    function _atm(int256 size) private pure returns (Leg[] memory) {
        return _legs(_leg(MIDDLE, 2000e18, true, size));
    }

    /// @dev Fair value bought less fair value sold.
    function _gap() private view returns (int256) {
        return SignedWad.unwrap(_quote(_atm(ONE)).parts.fair) + SignedWad.unwrap(_quote(_atm(-ONE)).parts.fair);
    }

    /// @dev By how much of it, wad, a report's spot is stored above what it was: at most 2^-22.
    function _storedTooHigh(uint256 spot) private pure returns (int256) {
        int256 kept = int256(Wad.unwrap(SliceRounding.nearestSpot(Wad.wrap(spot))));
        return (kept - int256(spot)) * 1e18 / int256(spot);
    }

    function _mark() private view returns (int256) {
        SeriesId[] memory one = new SeriesId[](1);
        one[0] = _atm(ONE)[0].series;
        (, Wad[] memory values) = market.marks(one);
        return int256(Wad.unwrap(values[0]));
    }

    /// @dev While the slice before is in grace the gap is what the option's value moved with volatility: the buyer pays
    /// the dearer, the seller gets the cheaper.
    function test_AStepOfVolatilityIsTheGap(uint256 variance) public {
        variance = bound(variance, 0.04e18, 1e18);
        assertApproxEqAbs(_gap(), 0, 2 * LOTS, "no step, no gap but for rounding");
        int256 now_ = _mark();
        SurfaceSlice memory inForce = _slice(MIDDLE, VOLATILITY_SQUARED);
        surfaceOracle.set(_slice(MIDDLE, variance));
        int256 before = _mark();
        surfaceOracle.set(inForce);
        surfaceOracle.setPrevious(_slice(MIDDLE, variance));
        int256 step = now_ > before ? now_ - before : before - now_;
        assertApproxEqAbs(_gap(), step, 2 * LOTS, "the gap is the step");
    }

    /// @dev And it grows with the step, to either side.
    function test_TheGapGrowsWithTheStep(uint256 step, uint256 more, bool up) public {
        step = bound(step, 0.0001e18, 0.1e18);
        more = bound(more, 0.0001e18, 0.2e18);
        uint256 id = vm.snapshotState();
        surfaceOracle.setPrevious(_slice(MIDDLE, up ? VOLATILITY_SQUARED + step : VOLATILITY_SQUARED - step));
        int256 small = _gap();
        assertTrue(vm.revertToState(id));
        step += more;
        surfaceOracle.setPrevious(_slice(MIDDLE, up ? VOLATILITY_SQUARED + step : VOLATILITY_SQUARED - step));
        assertGt(_gap(), small, "a larger step, a wider gap");
        assertGt(small, 0);
    }

    /// @dev Half-spread: beta · |ln(S / S at report)| of vega is added, at every trade, on either side. Here beta is 0.5 and
    /// the spot 5 % up or 4 % down from the report's.
    function test_AMovedSpotWidensTheHalfSpread(bool up, bool sells) public {
        uint256 spot = up ? 2100e18 : 1920e18;
        _setSpot(spot, spot, ORACLE_OPEN);
        int256 size = sells ? -ONE : ONE;
        SurfaceSlice memory slice = _slice(MIDDLE, VOLATILITY_SQUARED);
        Quote memory moved = _quote(_atm(size));
        slice.spotAtReport = Wad.wrap(spot);
        surfaceOracle.set(slice);
        Quote memory still = _quote(_atm(size));
        int256 vega = SignedWad.unwrap(still.afterwards.vega - still.before.vega);
        // |ln 1.05| or |ln 0.96|; of a spot at report that is stored so much too high, as much less or more of it
        int256 logarithm = up ? int256(0.048790164169432003e18) : -0.040821994520255129e18;
        logarithm -= _storedTooHigh(SPOT);
        int256 rest = _storedTooHigh(spot);
        logarithm = (up ? logarithm : -logarithm) - (rest < 0 ? -rest : rest);
        uint256 expected = uint256(vega < 0 ? -vega : vega) * uint256(logarithm / 2) / 1e18;
        uint256 widened = Wad.unwrap(moved.parts.spread) - Wad.unwrap(still.parts.spread);
        assertApproxEqRel(widened, expected, 1e12, "beta times the move, of vega");
        assertGt(widened, 0);
    }
}
