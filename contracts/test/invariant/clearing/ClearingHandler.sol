// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clearing} from "../../../src/clearing/Clearing.sol";
import {Fill, Settlement} from "../../../src/interfaces/IClearing.sol";
import {MarginPolicy} from "../../../src/risk/MarginPolicy.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {MarketId, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize, Size} from "../../../src/types/Size.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";
import {MockCollateral} from "../../utils/mocks/clearing/MockCollateral.sol";
import {MockMarket} from "../../utils/mocks/clearing/MockMarket.sol";
import {MockSettlementOracle} from "../../utils/mocks/clearing/MockSettlementOracle.sol";

/// @notice Does what anyone could do to clearing, in any order, and keeps its own ledger of what must have come of it.
contract ClearingHandler is Test {
    MarketId private constant ETH = MarketId.wrap(1);
    uint256 private constant LOT_ = 1e15;
    uint256 private constant MAX_LOTS = 20_000;
    uint256 private constant EXPIRIES = 3;
    uint40 private constant WEEK = 7 days;

    Clearing private immutable clearing;
    MarginPolicy private immutable policy;
    MockCollateral private immutable token;
    MockMarket private immutable market;
    MockSettlementOracle private immutable oracle;
    address private immutable vault;
    uint256 private immutable unit;

    address[] public people;
    SeriesId[] public series;

    /// @dev The ledger: tokens given away to clearing, and per owner what it put in less what it took out.
    uint256 public donated;
    mapping(address owner => int256) public net;
    mapping(SeriesId => uint256) public paidOut;
    mapping(SeriesId => uint256) public potAtSettlement;
    mapping(SeriesId => bytes32) public settlementHash;
    /// @dev What was reached: a campaign that never settles proves nothing of settlements.
    mapping(bytes4 action => uint256) public done;
    uint256 public scaledSettlements;
    uint256 public dustReturned;

    constructor(Clearing clearing_, MarginPolicy policy_, MockMarket market_, MockSettlementOracle oracle_) {
        (clearing, policy, market, oracle) = (clearing_, policy_, market_, oracle_);
        token = MockCollateral(clearing_.asset());
        vault = clearing_.vault();
        unit = 10 ** token.decimals();
        for (uint256 i; i < 4; ++i) {
            people.push(makeAddr(string.concat("person ", vm.toString(i))));
            vm.prank(people[i]);
            token.approve(address(clearing_), type(uint256).max);
        }
        vm.prank(vault);
        token.approve(address(clearing_), type(uint256).max);
        uint40 start = uint40(block.timestamp - block.timestamp % 1 days + 8 hours);
        for (uint40 i = 1; i <= EXPIRIES; ++i) {
            series.push(seriesId(ETH, start + i * WEEK, Wad.wrap(2000e18), true));
            series.push(seriesId(ETH, start + i * WEEK, Wad.wrap(1900e18), false));
        }
        for (uint256 i; i < series.length; ++i) {
            market_.setMark(series[i], Wad.wrap(2000e18), Wad.wrap(100e18));
        }
    }

    function seriesCount() external view returns (uint256) {
        return series.length;
    }

    function peopleCount() external view returns (uint256) {
        return people.length;
    }

    // Cash

    function deposit(uint256 who, uint256 amount) external {
        address payer = who % 3 == 0 ? people[who % people.length] : vault;
        amount = bound(amount, 0, 200_000 * unit);
        token.mint(payer, amount);
        vm.prank(payer);
        clearing.deposit(payer, Assets.wrap(amount));
        net[payer] += int256(amount);
        ++done[msg.sig];
    }

    function withdraw(uint256 who, uint256 amount) external {
        address owner = who % 2 == 0 ? people[who % people.length] : vault;
        amount = bound(amount, 0, _free(owner) / (owner == vault ? 4 : 1));
        vm.prank(owner);
        clearing.withdraw(owner, Assets.wrap(amount));
        net[owner] -= int256(amount);
        ++done[msg.sig];
    }

    function donate(uint256 amount) external {
        amount = bound(amount, 0, 1000 * unit);
        token.mint(address(clearing), amount);
        donated += amount;
        ++done[msg.sig];
    }

    // Trades

    function buy(uint256 who, uint256 which, uint256 lots, uint256 demand, uint256 premium) external {
        SeriesId id = series[which % series.length];
        if (block.timestamp >= id.expiryOf()) return;
        address trader = people[who % people.length];
        lots = bound(lots, 1, MAX_LOTS);
        premium = bound(premium, 0, lots * unit / 5);
        uint256 held = _compartment(id);
        demand = bound(demand, 0, held + (_free(vault) + premium) / 8);
        token.mint(trader, premium);
        _trade(trader, people[demand % people.length], id, int256(lots * LOT_), demand, int256(premium));
        net[vault] += int256(premium);
        ++done[msg.sig];
    }

    function sell(uint256 who, uint256 which, uint256 lots, uint256 demand, uint256 proceeds) external {
        SeriesId id = series[which % series.length];
        address trader = people[who % people.length];
        uint256 most = clearing.balanceOf(trader, SeriesId.unwrap(id)) / LOT_;
        if (most == 0 || block.timestamp >= id.expiryOf()) return;
        lots = bound(lots, 1, most);
        proceeds = bound(proceeds, 0, _free(vault) / 8);
        demand = bound(demand, 0, 2 * _compartment(id));
        _trade(trader, people[proceeds % people.length], id, -int256(lots * LOT_), demand, -int256(proceeds));
        net[vault] -= int256(proceeds);
        ++done[msg.sig];
    }

    function transferLongs(uint256 from, uint256 to, uint256 which, uint256 amount) external {
        SeriesId id = series[which % series.length];
        address sender = people[from % people.length];
        amount = bound(amount, 0, clearing.balanceOf(sender, SeriesId.unwrap(id)));
        vm.prank(sender);
        clearing.transfer(people[to % people.length], SeriesId.unwrap(id), amount);
        ++done[msg.sig];
    }

    // Time, prices, margin

    function passTime(uint256 secs) external {
        skip(bound(secs, 1 hours, 4 days));
        ++done[msg.sig];
    }

    function movePrice(uint256 which, uint256 spot, uint256 mark) external {
        spot = bound(spot, 0, 8000e18);
        market.setMark(series[which % series.length], Wad.wrap(spot), Wad.wrap(bound(mark, 0, spot)));
        ++done[msg.sig];
    }

    /// @dev INV-MGN-01: adjusting moves no token, changes no owner's total and leaves every position alone.
    function adjust(uint256 seed) external {
        SeriesId[] memory ids = new SeriesId[](series.length + 1);
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = series[(seed >> (8 * i)) % series.length];
        }
        ids[seed % ids.length] = SeriesId.wrap(seed);
        uint256 balance = token.balanceOf(address(clearing));
        uint256 total = _free(vault) + Assets.unwrap(clearing.locked(vault));
        policy.adjust(ids);
        assertEq(token.balanceOf(address(clearing)), balance, "INV-MGN-01: no token moves");
        assertEq(_free(vault) + Assets.unwrap(clearing.locked(vault)), total, "INV-MGN-01: the vault's total stays");
        ++done[msg.sig];
    }

    function failMarket(uint256 how) external {
        market.setNotice(how % 3 == 1, how % 3 == 2);
        ++done[msg.sig];
    }

    /// @dev The market recovers and hears what it missed of the first series that has something to tell.
    function retryNotice(uint256 which) external {
        for (uint256 i; i < series.length; ++i) {
            SeriesId id = series[(which % series.length + i) % series.length];
            if (SignedSize.unwrap(clearing.pendingNotice(id)) == 0) continue;
            market.setNotice(false, false);
            clearing.retryNotice(id);
            ++done[msg.sig];
            return;
        }
    }

    // Expiry

    function settle(uint256 which, uint256 price, bool late) external {
        for (uint256 i; i < series.length; ++i) {
            SeriesId id = series[(which % series.length + i) % series.length];
            if (block.timestamp < id.expiryOf() || clearing.settlement(id).settled) continue;
            _settle(id, bound(price, 0, 30_000e18), late);
            return;
        }
    }

    function redeem(uint256 seed, uint256 size) external {
        (SeriesId id, address owner, uint256 held) = _holding(seed);
        if (held == 0) return;
        size = bound(size, 1, held);
        vm.prank(owner);
        _redeemed(id, Assets.unwrap(clearing.redeem(id, Size.wrap(size), people[size % people.length])));
        ++done[msg.sig];
    }

    function redeemFor(uint256 seed) external {
        (SeriesId id, address owner, uint256 held) = _holding(seed);
        if (held == 0) return;
        uint256 before = token.balanceOf(owner);
        uint256 paid = Assets.unwrap(clearing.redeemFor(id, owner));
        assertEq(token.balanceOf(owner), before + paid, "the holder is paid");
        _redeemed(id, paid);
        ++done[msg.sig];
    }

    function _settle(SeriesId id, uint256 price, bool late) private {
        (, uint40 finalAt) = oracle.price(ETH, id.expiryOf());
        if (finalAt == 0) oracle.setPrice(ETH, id.expiryOf(), Wad.wrap(price), uint40(block.timestamp));
        if (late) skip(1 days);
        try clearing.settle(id) returns (Settlement memory s) {
            settlementHash[id] = keccak256(abi.encode(s));
            potAtSettlement[id] = Assets.unwrap(clearing.pot(id));
            net[vault] -= int256(potAtSettlement[id]);
            if (Wad.unwrap(s.scale) < 1e18) ++scaledSettlements;
            ++done[msg.sig];
        } catch {
            assertFalse(late, "INV-CLR-07: after a day of grace nothing stops a settlement");
        }
    }

    /// @dev The first longs of a settled series, looked for from a random place.
    function _holding(uint256 seed) private view returns (SeriesId id, address owner, uint256 held) {
        uint256 places = series.length * people.length;
        for (uint256 i; i < places; ++i) {
            uint256 place = (seed % places + i) % places;
            (id, owner) = (series[place / people.length], people[place % people.length]);
            held = clearing.balanceOf(owner, SeriesId.unwrap(id));
            if (held != 0 && clearing.settlement(id).settled) return (id, owner, held);
        }
        held = 0;
    }

    function _redeemed(SeriesId id, uint256 paid) private {
        paidOut[id] += paid;
        if (Size.unwrap(clearing.outstanding(id)) == 0) {
            uint256 dust = potAtSettlement[id] - paidOut[id];
            net[vault] += int256(dust);
            if (dust != 0) ++dustReturned;
        }
    }

    function _trade(address trader, address recipient, SeriesId id, int256 size, uint256 demand, int256 cash) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill({series: id, size: SignedSize.wrap(size), collateral: Assets.wrap(demand)});
        market.trade(trader, recipient, fills, SignedAssets.wrap(cash));
    }

    function _free(address owner) private view returns (uint256) {
        return Assets.unwrap(clearing.free(owner));
    }

    function _compartment(SeriesId id) private view returns (uint256) {
        return Assets.unwrap(clearing.compartment(vault, id));
    }
}
