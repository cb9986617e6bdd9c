// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits} from "../../../src/interfaces/ICatalogue.sol";
import {IMarket, Order, Quote} from "../../../src/interfaces/IMarket.sol";
import {MarginParams} from "../../../src/interfaces/IClearing.sol";
import {BookRisk, Leg, PricingParams, QuoteParts} from "../../../src/interfaces/IPricer.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {Backing} from "../../../src/types/Backing.sol";
import {SeriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {PricingWorld} from "./PricingWorld.sol";

/// @dev What a campaign runs on.
struct CampaignConfig {
    uint8 decimals;
    bool anyTerms; // parameters drawn at random, zero spreads among them; else the deployed term sheet
    uint256 deposits; // whole units pending for the roll
    uint256 redemptions; // share of the vault waiting for it, wad
}

/// @notice Three traders act as one, at a market that stands still: they trade whatever they like and call everything that
/// anyone may call. The ledger keeps what they paid since the start, what the potential's risk part took and gave, and
/// the book they started from.
contract PricingHandler is PricingWorld {
    int256 private constant LOT_ = 1e15;
    uint256 private constant MAX_LEGS = 8;
    uint256 private constant MAX_LOTS = 20_000; // 50,000 dollars of 2.5 m notional
    uint256 private constant MOST_PARTS = 4;
    uint256 private constant STRANGERS_TRADES = 4;
    uint256 private constant TRADES_BEFORE = 16; // on the day before, at another spot
    uint256 private constant MOST_GIVEN = 5e18; // underlying

    bool private immutable _anyTerms;
    bool private immutable _mostLeave;
    address private _stranger;

    /// @dev Base units the traders paid since the start, less what they were paid.
    int256 public paid;
    /// @dev Psi at the start, plus what the potential charged since beyond venue costs, less what it gave; wad.
    int256 public collected;
    /// @dev Trades since the start.
    uint256 public trades;
    mapping(SeriesId => int256) private _start;
    /// @dev What was reached: a campaign that never rolls proves nothing of rolls. An action is done when it moved something.
    mapping(bytes4 action => uint256) public done;
    uint256 public toppedUp; // compartments
    uint256 public released;

    constructor(CampaignConfig memory config) {
        (_anyTerms, _mostLeave) = (config.anyTerms, config.redemptions > 0.5e18);
        _open(config.decimals, config.deposits, config.redemptions);
        _stranger = traders[TRADERS - 1];
        _strangersBook(uint256(keccak256("book")), TRADES_BEFORE);
        _stopTheClock();
        _begin();
    }

    // What traders do

    function trade(uint256 who, uint256 seed, uint256 count) external {
        address trader = _traderOf(who);
        Leg[] memory legs = _legsFor(trader, seed, bound(count, 1, MAX_LEGS));
        if (legs.length != 0) _trade(trader, legs);
    }

    /// @dev Price-1 where it is hardest: on a book with history. Parts by size and by leg, in random order.
    function tradeInParts(uint256 who, uint256 seed, uint256 count, uint256 parts) external {
        address trader = _traderOf(who);
        Leg[] memory legs = _legsFor(trader, seed, bound(count, 1, 4));
        parts = bound(parts, 2, MOST_PARTS);
        if (legs.length == 0) return;
        int256 once = SignedAssets.unwrap(market.quote(ETH, legs).netCash);
        int256 sum;
        int256[] memory left = new int256[](legs.length);
        for (uint256 l; l < legs.length; ++l) {
            left[l] = SignedSize.unwrap(legs[l].size);
        }
        for (uint256 i; i < parts; ++i) {
            for (uint256 l; l < legs.length; ++l) {
                seed = uint256(keccak256(abi.encode(seed)));
                int256 lots = i + 1 == parts ? left[l] / LOT_ : left[l] / LOT_ / int256(seed % 4 + 1);
                if (lots == 0) continue;
                Leg[] memory one = new Leg[](1);
                one[0] = Leg(legs[l].series, SignedSize.wrap(lots * LOT_));
                (bool ok, int256 cash) = _trade(trader, one);
                if (!ok) return; // a limit stopped a part: nothing to compare
                sum += cash;
                left[l] -= lots * LOT_;
            }
        }
        assertGe(sum, once, "Price-1: no split costs less than the whole");
        ++done[msg.sig];
    }

    // What anyone may do

    /// @dev What it cuts is lost to the traders.
    function settleSkew() external {
        int256 before = _psi();
        market.settleSkew(ETH);
        collected -= before - _psi();
        if (_psi() != before) ++done[msg.sig];
    }

    /// @dev Anyone may give the venue underlying, and so move what trades are priced with. The gift is no part of what the
    /// traders paid: it must not pay them even so.
    function sync(uint256 gift) external {
        gift = bound(gift, 0, MOST_GIVEN);
        if (gift & 1 == 0) weth.mint(address(keel.reactor()), gift);
        Backing before = market.backing(ETH);
        hedger.sync(ETH);
        if (Backing.unwrap(market.backing(ETH)) != Backing.unwrap(before)) ++done[msg.sig];
    }

    /// @dev Some of the series, from anywhere.
    function adjust(uint256 first, uint256 count) external {
        SeriesId[] memory some = new SeriesId[](bound(count, 1, SERIES));
        uint256[] memory held = new uint256[](some.length);
        for (uint256 i; i < some.length; ++i) {
            some[i] = series[(first % SERIES + i) % SERIES];
            held[i] = _compartment(some[i]);
        }
        uint256 moved = toppedUp + released;
        uint256 phi = Wad.unwrap(market.potential(ETH));
        marginPolicy.adjust(some);
        for (uint256 i; i < some.length; ++i) {
            uint256 holds = _compartment(some[i]);
            if (holds > held[i]) ++toppedUp;
            if (holds < held[i]) ++released;
        }
        assertEq(Wad.unwrap(market.potential(ETH)), phi, "what compartments hold is in no price");
        if (toppedUp + released != moved) ++done[msg.sig];
    }

    function rebalance(uint256 blocks) external {
        vm.roll(vm.getBlockNumber() + bound(blocks, 1, 3));
        (bool ok, bytes memory result) = attempt(address(hedger), abi.encodeCall(hedger.rebalance, (ETH)));
        if (!ok) return;
        (, int256 filled) = abi.decode(result, (uint8, int256));
        if (filled != 0) ++done[msg.sig];
        pool.moveTo(SPOT);
    }

    /// @dev Sells hedges for a line of redemptions that lacks cash, whatever that does to net delta.
    function raise(uint256 amount) external {
        Assets repaid = hedger.raise(ETH, Assets.wrap(bound(amount, 1, EQUITY) * unit));
        if (Assets.unwrap(repaid) != 0) ++done[msg.sig];
        pool.moveTo(SPOT);
    }

    /// @dev Not where most of the vault leaves: E would be so small afterwards that the way back fails at its utilisation, a
    /// limit that cannot be switched off.
    function roll() external {
        if (_mostLeave) return;
        (bool ok,) = attempt(address(vault), abi.encodeCall(vault.rollEpoch, ()));
        if (ok) ++done[msg.sig];
    }

    function report() external {
        if (reportAge > 1 && _report()) ++done[msg.sig];
    }

    /// @dev Now and then everything starts again: other terms where the campaign draws them, and a book with strangers in it.
    function beginAgain(uint256 seed) external {
        if (seed % 8 != 0) return;
        if (_anyTerms) {
            _drawTerms(seed);
            _drawMargin(seed);
            _setLimits(_noLimits());
        }
        _strangersBook(seed, STRANGERS_TRADES);
        if (_anyTerms) _drawLimits(seed);
        _begin();
        ++done[msg.sig];
    }

    /// @notice Brings the book back to where it started, whatever it takes, without limits in the way; then a new sequence
    /// begins.
    function comeBack() public {
        MarketLimits memory l = catalogue.limits(ETH);
        _setLimits(_noLimits());
        for (uint256 i; i < TRADERS; ++i) {
            _bringBack(traders[i], i == 0);
        }
        _setLimits(l);
        for (uint256 i; i < SERIES; ++i) {
            assertEq(_position(series[i]), _start[series[i]], "the book is back where it was");
        }
        assertGe(paid, 0, "Price-2: a sequence that returns the book to its start pays nobody");
        if (trades != 0) ++done[this.comeBack.selector];
        _begin();
    }

    function seriesCount() external pure returns (uint256) {
        return SERIES;
    }

    function seriesAt(uint256 i) external view returns (SeriesId) {
        return series[i];
    }

    /// @dev Over spot, for the board of the i-th series.
    function forwardRatioAt(uint256 i) external pure returns (uint256) {
        return Wad.unwrap(_forwardRatio(i / (SERIES / BOARDS)));
    }

    function longsOf(SeriesId id) external view returns (uint256 sum) {
        for (uint256 i; i < TRADERS; ++i) {
            sum += clearing.balanceOf(traders[i], SeriesId.unwrap(id));
        }
    }

    function core() external view returns (IMarket, address) {
        return (market, address(clearing));
    }

    // Trading

    function _traderOf(uint256 who) private view returns (address) {
        return traders[who % TRADERS];
    }

    /// @dev Legs in different series; what the trader holds it may sell as well.
    function _legsFor(address trader, uint256 seed, uint256 count) private view returns (Leg[] memory legs) {
        legs = new Leg[](count);
        uint256 place = seed % SERIES;
        uint256 found;
        for (uint256 i; i < count; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            SeriesId id = series[place];
            uint256 held = clearing.balanceOf(trader, SeriesId.unwrap(id));
            int256 size = int256(r % MAX_LOTS + 1) * LOT_ / int256(1 << (r >> 200) % 8);
            if (held != 0 && r >> 128 & 1 == 0) size = -int256(r >> 129 & 1 == 0 ? held : (held * (r >> 130 & 7)) / 7);
            size = size / LOT_ * LOT_;
            if (size != 0) legs[found++] = Leg(id, SignedSize.wrap(size));
            place = (place + 7) % SERIES; // 7 and 30 have no common divisor
        }
        assembly ("memory-safe") {
            mstore(legs, found)
        }
    }

    /// @dev Trades if no limit stops it. The price must be the quote's, itemised, and cash and longs must move by it.
    function _trade(address trader, Leg[] memory legs) private returns (bool ok, int256 cash) {
        Quote memory q = market.quote(ETH, legs);
        int256 psi = _psi();
        uint256 phi = Wad.unwrap(market.potential(ETH));
        uint256 before = token.balanceOf(trader);
        Order memory order = Order(ETH, legs, q.netCash, uint40(vm.getBlockTimestamp()), trader);
        vm.prank(trader);
        try market.trade(order) returns (SignedAssets charged) {
            cash = SignedAssets.unwrap(charged);
        } catch {
            return (false, 0);
        }
        assertEq(cash, SignedAssets.unwrap(q.netCash), "Price-3: the quote is what the trade charges");
        assertEq(int256(token.balanceOf(trader)), int256(before) - cash, "Price-3: the trader's cash moves by it");
        assertEq(_psi(), SignedWad.unwrap(q.parts.skewAfter), "Price-3: so does Psi");
        _checkParts(q);

        // Psi follows a potential that has fallen since, and that is lost to the traders
        if (psi > int256(phi)) collected -= psi - int256(phi);
        collected += SignedWad.unwrap(q.parts.potential) - _venueCost(q.afterwards) + _venueCost(q.before);
        paid += cash;
        ++trades;
        ++done[this.trade.selector];
        return (true, cash);
    }

    /// @dev What bringing net delta home costs: charged and given in full, and no part of Psi.
    function _venueCost(BookRisk memory book) private view returns (int256) {
        int256 net = SignedWad.unwrap(book.delta + hedger.position(ETH).delta);
        return (net < 0 ? -net : net) * int256(SPOT / 1e18) * int256(Wad.unwrap(catalogue.pricingParams(ETH).hedgeCost))
            / 1e18;
    }

    function _checkParts(Quote memory q) private view {
        QuoteParts memory p = q.parts;
        int256 sum = SignedWad.unwrap(p.fair) + SignedWad.unwrap(p.potential)
            + int256(
                Wad.unwrap(p.spread) + Wad.unwrap(p.latency) + Wad.unwrap(p.carry) + Wad.unwrap(p.fee)
                    + Wad.unwrap(p.clamp)
            );
        assertEq(SignedWad.unwrap(p.net), sum, "Price-3: the parts of a quote are its sum");
        int256 scale = int256(1e18 / unit);
        int256 charged = SignedAssets.unwrap(q.netCash) * scale;
        assertTrue(charged >= sum && charged < sum + scale, "Price-9: a price is rounded up, by less than a base unit");
    }

    /// @dev Sells what a trader holds above the start, or buys back what is missing.
    function _bringBack(address trader, bool buys) private {
        Leg[] memory legs = new Leg[](MAX_LEGS);
        uint256 found;
        for (uint256 i; i < SERIES; ++i) {
            int256 missing = _position(series[i]) - _start[series[i]];
            int256 held = int256(clearing.balanceOf(trader, SeriesId.unwrap(series[i])));
            if (missing < -held) missing = -held;
            if (missing == 0 || missing > 0 && !buys) continue;
            legs[found++] = Leg(series[i], SignedSize.wrap(missing));
            if (found == MAX_LEGS) {
                _must(trader, legs);
                (legs, found) = (new Leg[](MAX_LEGS), 0);
            }
        }
        assembly ("memory-safe") {
            mstore(legs, found)
        }
        if (found != 0) _must(trader, legs);
    }

    function _must(address trader, Leg[] memory legs) private {
        (bool ok,) = _trade(trader, legs);
        assertTrue(ok, "without limits every trade passes");
    }

    // Beginnings

    function _strangersBook(uint256 seed, uint256 count) private {
        for (uint256 i; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            Leg[] memory legs = _legsFor(_stranger, seed, 1 + seed % 4);
            if (legs.length != 0) _trade(_stranger, legs);
        }
    }

    function _begin() private {
        (paid, trades) = (0, 0);
        collected = _psi();
        for (uint256 i; i < SERIES; ++i) {
            _start[series[i]] = _position(series[i]);
        }
    }

    /// @dev Each charge is zero one time in four.
    function _drawTerms(uint256 seed) private {
        PricingParams memory p = catalogue.pricingParams(ETH);
        p.hedgeCost = _upTo(seed, 0, 0.02e18);
        p.latency = Wad.wrap(0.0001e18) + _upTo(seed, 1, 0.01e18);
        p.deltaCharge = _upTo(seed, 2, 5e18);
        p.vegaCharge = _upTo(seed, 3, 5e18);
        p.expiryVegaCharge = _upTo(seed, 4, 5e18);
        p.gammaCharge = _upTo(seed, 5, 20e18);
        p.utilisationCharge = _upTo(seed, 6, 2e18);
        p.utilisationKink = _upTo(seed, 7, 1e18);
        p.halfSpread = _upTo(seed, 8, 0.03e18);
        p.ageSpread = _upTo(seed, 9, 1e18);
        p.moveSpread = _upTo(seed, 10, 1e18);
        p.hedgeCarry = _upTo(seed, 11, 0.1e18);
        p.collateralCarry = _upTo(seed, 12, 0.1e18);
        p.feeRate = _upTo(seed, 13, 0.001e18);
        p.minimumPremium = _upTo(seed, 14, 2e18);
        p.flatDelta = _upTo(seed, 16, 0.5e18);
        vm.prank(address(keel));
        catalogue.setPricingParams(ETH, p);
    }

    /// @dev Other margin than that which open compartments were filled to.
    function _drawMargin(uint256 seed) private {
        MarginParams memory m = clearing.marginParams(ETH);
        m.spotShock = Wad.wrap((40 + uint256(keccak256(abi.encode(seed, 30))) % 41) * 0.01e18);
        m.markFactor = Wad.wrap((100 + uint256(keccak256(abi.encode(seed, 31))) % 51) * 0.01e18);
        m.spotFloor = Wad.wrap(uint256(keccak256(abi.encode(seed, 32))) % 11 * 0.01e18);
        vm.prank(address(keel));
        clearing.setMarginParams(ETH, m);
    }

    /// @dev Tight ones, loose ones and none.
    function _drawLimits(uint256 seed) private {
        MarketLimits memory l = _noLimits();
        l.maxNetDelta = Wad.wrap(0.05e18) + _upTo(seed, 20, 2e18);
        l.maxNetVega = Wad.wrap(0.05e18) + _upTo(seed, 21, 2e18);
        l.maxExpiryVega = Wad.wrap(0.05e18) + _upTo(seed, 22, 2e18);
        l.maxGamma = Wad.wrap(0.01e18) + _upTo(seed, 23, 0.5e18);
        l.bufferShare = _upTo(seed, 24, 0.3e18);
        l.minDelta = _upTo(seed, 25, 0.1e18);
        if (seed >> 40 & 1 == 0) _setLimits(l);
    }

    function _upTo(uint256 seed, uint256 salt, uint256 most) private pure returns (Wad) {
        uint256 x = uint256(keccak256(abi.encode(seed, salt)));
        return Wad.wrap(x >> 254 == 0 || most == 0 ? 0 : x % most);
    }

    function _noLimits() private view returns (MarketLimits memory l) {
        l = catalogue.limits(ETH);
        l.maxNetDelta = l.maxNetVega = l.maxExpiryVega = l.maxGamma = l.vegaPerReport = Wad.wrap(100e18);
        l.maxSeriesSize = l.maxExpirySize = l.maxTradeSize = Wad.wrap(1_000_000e18);
        l.maxUtilisation = l.maxDelta = Wad.wrap(1e18);
        l.bufferShare = l.minDelta = l.minTradeSize = Wad.wrap(0);
    }

    function _setLimits(MarketLimits memory l) private {
        vm.prank(address(keel));
        catalogue.setLimits(ETH, l);
    }

    function _psi() private view returns (int256) {
        return SignedWad.unwrap(market.skew(ETH));
    }

    function _compartment(SeriesId id) private view returns (uint256) {
        return Assets.unwrap(clearing.compartment(address(vault), id));
    }

    function _position(SeriesId id) private view returns (int256) {
        return SignedSize.unwrap(clearing.vaultPosition(id));
    }
}
