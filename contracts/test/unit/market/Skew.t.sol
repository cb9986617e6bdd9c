// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Quote} from "../../../src/interfaces/IMarket.sol";
import {BookRisk, BookValue, Leg, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";

/// @notice Psi and what is not a trade. A rebalance, a roll or a notice of a position may bring the potential below Psi. The
/// design cuts Psi to it at once; the market cuts where Psi is next used, at a trade, and whenever anyone asks. The law
/// is the same where it matters: what an order is given, and what Psi is after it, come of min(Psi, Phi) of that moment.
///
/// Between the two lies one difference: a potential that falls below Psi and comes back, with neither a trade nor
/// `settleSkew` between, leaves Psi as it was. It gives nobody anything. Psi is no more than traders paid in; a discount
/// never takes an order below fair value, whatever Psi is; and who would rather see it cut calls `settleSkew`.
contract SkewTest is OpenMarket {
    /// @dev Wei of a wad: ratios to a million of E have 18 digits, five of which are in the potential.
    uint256 private constant ROUNDING = 1e8;

    function setUp() public {
        _deployOpen(18);
    }

    function _psi() private view returns (uint256) {
        return uint256(SignedWad.unwrap(market.skew(ETH)));
    }

    function _phi() private view returns (uint256) {
        return Wad.unwrap(market.potential(ETH));
    }

    function _lesser() private view returns (uint256) {
        return _psi() < _phi() ? _psi() : _phi();
    }

    /// @dev What bringing the net delta of a book home costs at the venue, which Psi has no part in.
    function _venueCost(BookRisk memory book) private view returns (int256) {
        int256 net = SignedWad.unwrap(book.delta + hedger.position(ETH).delta);
        uint256 mark = Wad.unwrap(spotOracle.read(ETH).mark);
        uint256 cost = Wad.unwrap(catalogue.pricingParams(ETH).hedgeCost);
        return int256(uint256(net < 0 ? -net : net) * mark / 1e18 * cost / 1e18);
    }

    /// @dev A book that paid into Psi, then something that is not a trade.
    function _changedMarket(uint256 seed, uint256 change) private returns (uint256) {
        seed = _randomMarket(seed);
        _trade(_randomLegs(seed, 3));
        _change(bound(change, 0, 2), seed);
        return _next(seed);
    }

    function _change(uint256 kind, uint256 seed) private {
        if (kind == 0) _levelDelta(seed % 100);
        else if (kind == 1) _setEquity(EQUITY * unit * (8 + seed % 50) / 10);
        else _settleSomePositions(seed);
    }

    /// @dev Leaves so many hundredths of net delta.
    function _levelDelta(uint256 left) private {
        (BookValue memory b,) = market.bookValue(ETH);
        int256 options = SignedWad.unwrap(b.delta);
        int256 net = options + SignedWad.unwrap(hedger.position(ETH).delta);
        _setHedge(net * int256(left) / 100 - options);
    }

    function _settleSomePositions(uint256 seed) private {
        for (uint256 i = 0; i < SERIES; ++i) {
            SeriesId series = _ofIndex(i, 0).series;
            int256 lots = clearing.position(series) / LOTS;
            if (lots == 0 || seed >> i & 3 == 0) continue;
            clearing.change(series, SignedSize.wrap(-lots / int256(seed >> i & 3) * LOTS));
        }
    }

    /// @dev Whatever happened before it, and however long ago.
    function test_NoOrderIsGivenMoreThanTheLesserOfPsiAndPhi(uint256 seed, uint256 change) public {
        seed = _changedMarket(seed, change);
        uint256 lesser = _lesser();
        Leg[] memory legs = _randomLegs(seed, 1 + (seed >> 250) % 4);
        Quote memory q = _quote(legs);
        int256 venueFall = _venueCost(q.before) - _venueCost(q.afterwards);
        int256 risk = SignedWad.unwrap(q.parts.potential) + venueFall;
        assertGe(risk, -int256(lesser + ROUNDING), "a discount is at most min(Psi, Phi) of its moment");
        _trade(legs);
        assertApproxEqAbs(
            int256(_psi()), int256(lesser) + risk, ROUNDING, "and Psi goes on from there, not from what it was"
        );
        // The venue part is in Phi and never in Psi: where a trade lowers it, Psi may be above Phi by that until it is cut next
        uint256 most = _phi() + (venueFall > 0 ? uint256(venueFall) : 0);
        assertGe(most + ROUNDING, _psi(), "so that it is within the potential but for the venue part given back");
    }

    function test_SettledPsiIsTheLesserOfPsiAndPhi(uint256 seed, uint256 change) public {
        _changedMarket(seed, change);
        uint256 lesser = _lesser();
        vm.prank(address(0xa11));
        market.settleSkew(ETH);
        assertEq(_psi(), lesser, "after settleSkew Psi is min(Psi, Phi)");
    }

    /// @dev A notice of clearing settles by itself.
    function test_APositionNoticeCutsAtOnce() public {
        Leg[] memory legs = _legs(_leg(MIDDLE, 2000e18, true, 300e18));
        _trade(legs);
        assertGt(_psi(), 0, "there is something to cut");
        clearing.change(legs[0].series, SignedSize.wrap(300e18));
        assertEq(_phi(), 0, "an empty book has no potential");
        assertEq(_psi(), 0, "and no Psi from the same moment on");
    }

    // The one difference

    /// @dev Delta is what is charged for. Psi is full, then the hedger levels all delta, and spot or another trade of the hedger
    /// brings it back.
    function _dip(bool settled) private returns (uint256 before) {
        PricingParams memory p = _params();
        p.deltaCharge = Wad.wrap(2e18);
        p.vegaCharge = p.expiryVegaCharge = p.gammaCharge = p.utilisationCharge = Wad.wrap(0);
        catalogue.setPricingParams(ETH, p);
        _trade(_legs(_leg(MIDDLE, 1800e18, true, 100e18), _leg(MIDDLE, 2200e18, false, -100e18)));
        before = _psi();
        assertGt(before, 1000e18, "traders paid for delta");
        _levelDelta(0);
        assertLt(_phi(), before / 1000, "the hedger undid it");
        if (settled) market.settleSkew(ETH);
        _setHedge(0);
        assertGt(_phi(), before, "and here it is again");
    }

    function test_ADipThatNobodySettles_LeavesPsiAsItWas() public {
        uint256 before = _dip(false);
        assertEq(_psi(), before, "Psi is what was paid in");
    }

    function test_ADipThatIsSettled_CutsPsi() public {
        uint256 before = _dip(true);
        assertLt(_psi(), before / 1000, "what the dip left of it");
    }

    /// @dev With Psi as it was or with none, who levels the delta pays fair value at least, and at most what it was charged
    /// for the same risk comes back; who then undoes it has paid for the trip.
    function test_ADip_GivesNobodyAnything(uint256 lots, bool settled) public {
        _dip(settled);
        int256 size = int256(bound(lots, 1, 100_000)) * LOTS;
        Leg[] memory levels = _legs(_leg(MIDDLE, 1800e18, true, -size));
        Leg[] memory back = _legs(_leg(MIDDLE, 1800e18, true, size));
        uint256 psi = _psi();
        Quote memory q = _quote(levels);
        assertGe(SignedWad.unwrap(q.parts.net), SignedWad.unwrap(q.parts.fair), "Price-2: no order is below fair value");
        int256 paid = _trade(levels);
        assertLe(_psi(), psi, "what levels is paid from Psi");
        assertGe(paid + _trade(back), 0, "Price-2: and the trip pays nobody");
    }
}
