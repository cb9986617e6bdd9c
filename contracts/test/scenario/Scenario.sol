// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LocalAggregator} from "../../local/LocalAggregator.sol";
import {TestToken} from "../../local/TestToken.sol";
import {Clearing} from "../../src/clearing/Clearing.sol";
import {ICatalogue} from "../../src/interfaces/ICatalogue.sol";
import {Settlement} from "../../src/interfaces/IClearing.sol";
import {HedgeRule, IHedger} from "../../src/interfaces/IHedger.sol";
import {ILens} from "../../src/interfaces/ILens.sol";
import {IMarginPolicy} from "../../src/interfaces/IMarginPolicy.sol";
import {IMarket, Order, Quote} from "../../src/interfaces/IMarket.sol";
import {BookValue, Leg, QuoteParts} from "../../src/interfaces/IPricer.sol";
import {ISettlementOracle} from "../../src/interfaces/ISettlementOracle.sol";
import {ISpotOracle} from "../../src/interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SliceReport} from "../../src/interfaces/ISurfaceOracle.sol";
import {Accounts, Epoch, IVault} from "../../src/interfaces/IVault.sol";
import {Assets, SignedAssets} from "../../src/types/Assets.sol";
import {MarketId, SeriesId, seriesId} from "../../src/types/SeriesId.sol";
import {Shares} from "../../src/types/Shares.sol";
import {SignedSize, Size} from "../../src/types/Size.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../src/types/SviSlice.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";
import {DeployedKeel} from "../utils/DeployedKeel.sol";
import {DeployedPool} from "../utils/DeployedPool.sol";
import {Account, Test} from "../utils/Test.sol";
import {Audit} from "./Audit.sol";

/// @dev A round of the feed as this test gave it.
struct Given {
    uint256 at;
    uint256 price; // wad
    uint80 id;
}

/// @notice What people, keepers and the market do in a scenario, and the count of every unit after each of it. What is
/// expected is computed here from what was done, not asked from the contracts.
abstract contract Scenario is Test {
    MarketId internal constant ETH = MarketId.wrap(1);
    uint256 internal constant SPOT = 2_500e18;
    uint256 internal constant EQUITY = 1_000_000; // whole USDC the terms are made for
    uint256 internal constant SIGNERS = 3;
    /// @dev Midnight UTC. Everything begins at nine, after the day's cut-off.
    uint256 internal constant FIRST_DAY = 20_833 days;
    uint256 internal constant STEP = 20 minutes; // between two rounds of the feed
    uint256 internal constant WINDOW = 30 minutes;
    uint256 internal constant TRADER_CASH = 1_000_000 * 1e6;
    uint256 internal constant DEPOSITOR_CASH = 2_000_000 * 1e6;

    DeployedKeel internal keel; // the governor
    Audit internal audit;
    TestToken internal usdc;
    TestToken internal weth;
    LocalAggregator internal feed;
    DeployedPool internal pool;
    ISpotOracle internal spotOracle;
    ISurfaceOracle internal surfaceOracle;
    ISettlementOracle internal settlementOracle;
    IERC20 internal share;
    Clearing internal clearing;
    IMarginPolicy internal marginPolicy;
    ICatalogue internal catalogue;
    IMarket internal market;
    IHedger internal hedger;
    IVault internal vault;
    ILens internal lens;
    address internal reactor;
    Account[] internal signers; // ascending
    address internal keeper;

    address internal alice; // depositors
    address internal bob;
    address internal tara; // traders
    address internal theo;
    address[] internal people;
    SeriesId[] internal traded;
    Given[] internal rounds;
    uint40[] internal expiries; // listed, ascending
    uint256 internal volatility = 0.6e18;
    uint256 internal price = SPOT;

    function setUp() public virtual {
        vm.warp(FIRST_DAY + 9 hours);
        vm.roll(1_000);
        keeper = makeAddr("keeper");
        keel = new DeployedKeel();
        keel.deploy(SPOT, EQUITY, _makeSigners(), keeper, 6);
        (usdc, weth, feed, pool) = (keel.usdc(), keel.weth(), keel.feed(), keel.pool());
        (spotOracle, surfaceOracle, settlementOracle) =
        (keel.spotOracle(), keel.surfaceOracle(), keel.settlementOracle());
        (share, clearing) = (keel.share(), keel.clearing());
        (marginPolicy, catalogue) = (keel.marginPolicy(), keel.catalogue());
        (market, hedger, vault, lens) = (keel.market(), keel.hedger(), keel.vault(), keel.lens());
        reactor = address(keel.reactor());

        (alice, bob) = (makeAddr("alice"), makeAddr("bob"));
        (tara, theo) = (makeAddr("tara"), makeAddr("theo"));
        people = [alice, bob, tara, theo];
        for (uint256 i; i < people.length; ++i) {
            bool depositor = i < 2;
            usdc.mint(people[i], depositor ? DEPOSITOR_CASH : TRADER_CASH);
            vm.prank(people[i]);
            usdc.approve(depositor ? address(vault) : address(clearing), type(uint256).max);
        }
        _beginAudit();
        _round(SPOT);
        spotOracle.observe(ETH);
        _audit();
    }

    function _beginAudit() private {
        address[] memory contracts = new address[](6);
        (contracts[0], contracts[1], contracts[2]) = (address(vault), address(clearing), address(hedger));
        (contracts[3], contracts[4], contracts[5]) = (reactor, address(pool), address(pool.POOL()));
        audit = new Audit([IERC20(usdc), IERC20(weth)], clearing, market, vault, contracts);
    }

    function _makeSigners() private returns (address[] memory who) {
        who = new address[](SIGNERS);
        for (uint256 i; i < SIGNERS; ++i) {
            signers.push(makeAccount(string.concat("signer ", vm.toString(i))));
            for (uint256 j = i; j > 0 && signers[j - 1].addr > signers[j].addr; --j) {
                Account memory higher = signers[j - 1];
                signers[j - 1] = signers[j];
                signers[j] = higher;
            }
        }
        for (uint256 i; i < SIGNERS; ++i) {
            who[i] = signers[i].addr;
        }
    }

    // Time and market

    /// @dev A day of the scenario at so many seconds after midnight.
    function _day(uint256 day, uint256 timeOfDay) internal pure returns (uint256) {
        return FIRST_DAY + day * 1 days + timeOfDay;
    }

    /// @dev Lets the feed walk evenly to a price until a time; then everybody reports.
    function _walk(uint256 until, uint256 target) internal {
        _feedUntil(until, target, STEP);
        _keep();
    }

    /// @dev The feed alone, with its observers and the pool's arbitrageur.
    function _feedUntil(uint256 until, uint256 target, uint256 step) internal {
        uint256 began = vm.getBlockTimestamp();
        uint256 from = price;
        while (vm.getBlockTimestamp() < until) {
            skip(Math.min(step, until - vm.getBlockTimestamp()));
            uint256 done = vm.getBlockTimestamp() - began;
            uint256 to = target > from
                ? from + (target - from) * done / (until - began)
                : from - (from - target) * done / (until - began);
            _round(to / 1e10 * 1e10);
            spotOracle.observe(ETH);
        }
        pool.moveTo(price);
    }

    function _round(uint256 to) internal {
        vm.prank(keeper);
        uint80 id = feed.push(int256(to / 1e10));
        rounds.push(Given(vm.getBlockTimestamp(), to, id));
        price = to;
    }

    /// @dev Surface and hedges as of now.
    function _keep() internal {
        if (expiries.length != 0) _report();
        hedger.sync(ETH);
        _audit();
    }

    function _report() internal {
        uint256 open;
        for (uint256 i; i < expiries.length; ++i) {
            if (expiries[i] > vm.getBlockTimestamp()) ++open;
        }
        if (open == 0) return;
        SliceReport[] memory reports = new SliceReport[](open);
        open = 0;
        for (uint256 i; i < expiries.length; ++i) {
            if (expiries[i] <= vm.getBlockTimestamp()) continue;
            reports[open++] = SliceReport({
                market: ETH,
                expiry: expiries[i],
                reportedAt: uint40(vm.getBlockTimestamp()),
                svi: _smile(expiries[i]),
                forwardRatio: Wad.wrap(1e18),
                spotAtReport: Wad.wrap(price)
            });
        }
        bytes32 digest = surfaceOracle.digest(reports);
        address[] memory who = new address[](SIGNERS);
        bytes[] memory signatures = new bytes[](SIGNERS);
        for (uint256 i; i < SIGNERS; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(signers[i].key, digest);
            (who[i], signatures[i]) = (signers[i].addr, abi.encodePacked(r, s, v));
        }
        assertTrue(surfaceOracle.relay(reports, who, signatures), "the report was stored");
    }

    /// @dev Volatility at the money is `volatility` for every expiry; a mild skew and curvature.
    function _smile(uint40 expiry) private view returns (SviSlice) {
        uint256 w = volatility * volatility / 1e18 * (expiry - vm.getBlockTimestamp()) / 365 days;
        int256 atm = int256(w * uint256(SVI_ONE) / 1e18);
        return sviSlice(atm * 8 / 10, atm, -SVI_ONE / 5, 0, SVI_ONE / 5);
    }

    function _list(uint256 day, uint256[5] memory strikes) internal returns (uint40 expiry) {
        expiry = uint40(_day(day, 8 hours));
        Wad[] memory list = new Wad[](strikes.length);
        for (uint256 i; i < strikes.length; ++i) {
            list[i] = Wad.wrap(strikes[i] * 1e18);
        }
        vm.prank(keeper);
        catalogue.listBoard(ETH, expiry, list);
        expiries.push(expiry);
    }

    // Depositors

    /// @dev Alice's money at work from the first cut-off on, a dollar a share.
    function _openVault(uint256 amount) internal {
        _requestDeposit(alice, amount);
        _walk(_day(1, 8 hours + 31 minutes), SPOT);
        Epoch memory e = _roll();
        assertEq(Wad.unwrap(e.depositPrice), 1e18, "the first shares cost a dollar");
        assertEq(_claimShares(alice), amount * 1e12, "a share for a dollar");
        assertEq(Assets.unwrap(clearing.free(address(vault))), amount, "cash is at work in clearing");
    }

    function _requestDeposit(address who, uint256 amount) internal returns (uint256 id) {
        uint256 before = usdc.balanceOf(who);
        vm.prank(who);
        id = vault.requestDeposit(amount, who, who);
        assertEq(usdc.balanceOf(who), before - amount, "a request takes what it says");
        assertEq(vault.pendingDepositRequest(id, who), amount, "and it is pending");
        _audit();
    }

    function _claimShares(address who) internal returns (uint256 shares) {
        uint256 assets = vault.maxDeposit(who);
        vm.prank(who);
        shares = vault.deposit(assets, who);
        _audit();
    }

    function _requestRedeem(address who, uint256 shares) internal returns (uint256 id) {
        vm.prank(who);
        id = vault.requestRedeem(shares, who, who);
        _audit();
    }

    /// @dev Claims all that is claimable.
    function _claimAssets(address who) internal returns (uint256 assets) {
        uint256 before = usdc.balanceOf(who);
        uint256 shares = vault.maxRedeem(who);
        vm.prank(who);
        assets = vault.redeem(shares, who, who);
        assertEq(usdc.balanceOf(who), before + assets, "a claim pays what it says");
        _audit();
    }

    /// @dev Rolls, and holds the roll to its own prices: what it says it paid and minted.
    function _roll() internal returns (Epoch memory result) {
        uint256 supply = share.totalSupply();
        (Assets free, Assets locked) = clearing.balances(address(vault));
        Accounts memory a = vault.accounts();
        uint256 reserved = Assets.unwrap(vault.redemptionQueue().reserved);
        uint256 filled = Shares.unwrap(vault.redemptionQueue().filled);

        result = vault.rollEpoch();

        filled = Shares.unwrap(vault.redemptionQueue().filled) - filled;
        reserved = Assets.unwrap(vault.redemptionQueue().reserved) - reserved;
        uint256 minted = Shares.unwrap(result.minted);
        uint256 accepted = minted == 0 ? 0 : Assets.unwrap(result.deposited);
        assertEq(share.totalSupply(), supply + minted - filled, "a roll mints and burns what it says");
        (Assets freeAfter, Assets lockedAfter) = clearing.balances(address(vault));
        assertEq(Assets.unwrap(lockedAfter), Assets.unwrap(locked), "a roll leaves compartments alone");
        assertEq(
            Assets.unwrap(freeAfter) + reserved,
            Assets.unwrap(free) + accepted,
            "deposits less redemptions go to clearing"
        );
        assertEq(
            Assets.unwrap(vault.accounts().claimable),
            Assets.unwrap(a.claimable) + reserved + Assets.unwrap(result.deposited) - accepted,
            "redemptions and refunds become claimable"
        );
        _audit();
    }

    // Traders

    function _series(uint40 expiry, uint256 strike, bool call) internal pure returns (SeriesId) {
        return seriesId(ETH, expiry, Wad.wrap(strike * 1e18), call);
    }

    function _leg(SeriesId series, int256 size) internal pure returns (Leg[] memory legs) {
        legs = new Leg[](1);
        legs[0] = Leg(series, SignedSize.wrap(size));
    }

    function _legs(SeriesId first, int256 size, SeriesId second, int256 size2)
        internal
        pure
        returns (Leg[] memory legs)
    {
        legs = new Leg[](2);
        legs[0] = Leg(first, SignedSize.wrap(size));
        legs[1] = Leg(second, SignedSize.wrap(size2));
    }

    /// @dev Trades at exactly the quote: limit, cash and longs to the unit, parts to the wei.
    function _trade(address who, Leg[] memory legs) internal returns (int256 cash) {
        Quote memory q = market.quote(ETH, legs);
        _assertParts(q);
        uint256 before = usdc.balanceOf(who);
        uint256[] memory longs = new uint256[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            _remember(legs[i].series);
            longs[i] = clearing.balanceOf(who, SeriesId.unwrap(legs[i].series));
        }

        vm.prank(who);
        cash = SignedAssets.unwrap(market.trade(Order(ETH, legs, q.netCash, uint40(vm.getBlockTimestamp()), who)));

        assertEq(cash, SignedAssets.unwrap(q.netCash), "quote == trade");
        assertEq(int256(usdc.balanceOf(who)), int256(before) - cash, "the trader's cash moved by the quote");
        for (uint256 i; i < legs.length; ++i) {
            assertEq(
                int256(clearing.balanceOf(who, SeriesId.unwrap(legs[i].series))),
                int256(longs[i]) + SignedSize.unwrap(legs[i].size),
                "the trader's longs moved by the order"
            );
        }
        _audit();
    }

    function _assertParts(Quote memory q) private pure {
        QuoteParts memory p = q.parts;
        int256 sum = SignedWad.unwrap(p.fair) + SignedWad.unwrap(p.potential)
            + int256(
                Wad.unwrap(p.spread) + Wad.unwrap(p.latency) + Wad.unwrap(p.carry) + Wad.unwrap(p.fee)
                    + Wad.unwrap(p.clamp)
            );
        assertEq(SignedWad.unwrap(p.net), sum, "the parts of a quote are its sum");
        // up to a whole base unit of 1e12 wei
        int256 net = SignedWad.unwrap(p.net);
        int256 cash = SignedAssets.unwrap(q.netCash) * 1e12;
        assertTrue(cash >= net && cash < net + 1e12, "cash is the sum rounded up to a base unit");
    }

    function _remember(SeriesId series) private {
        for (uint256 i; i < traded.length; ++i) {
            if (traded[i] == series) return;
        }
        traded.push(series);
    }

    // Hedging

    /// @dev Options at mark and what the reactor holds.
    function _netDelta() internal view returns (int256) {
        (BookValue memory atMark,) = market.bookValue(ETH);
        return SignedWad.unwrap(atMark.delta) + int256(weth.balanceOf(reactor));
    }

    /// @dev Two blocks later; net delta must shrink by exactly what the reactor bought or sold.
    function _rebalance() internal returns (HedgeRule rule, int256 filled) {
        vm.roll(vm.getBlockNumber() + 2);
        int256 net = _netDelta();
        uint256 held = weth.balanceOf(reactor);
        SignedWad moved;
        (rule, moved) = hedger.rebalance(ETH);
        filled = SignedWad.unwrap(moved);
        assertEq(int256(weth.balanceOf(reactor)), int256(held) + filled, "filled is what the reactor got");
        assertEq(_netDelta(), net + filled, "net delta moved by what was filled");
        if (filled != 0) assertLt(_abs(net + filled), _abs(net), "net delta is down after a rebalance");
        assertEq(usdc.balanceOf(address(hedger)), 0, "no cash stays with the hedger");
        _audit();
    }

    // Expiry

    /// @dev The average of the feed over the window, from what this test pushed: wad.
    function _average(uint256 expiry) internal view returns (uint256) {
        uint256 sum;
        for (uint256 i; i < rounds.length; ++i) {
            uint256 from = Math.max(rounds[i].at, expiry - WINDOW);
            uint256 to = i + 1 < rounds.length ? Math.min(rounds[i + 1].at, expiry) : expiry;
            if (to > from) sum += rounds[i].price / 1e10 * (to - from);
        }
        return sum * 1e10 / WINDOW;
    }

    /// @dev Proves with the rounds of the window and the one before and after.
    function _prove(uint40 expiry) internal {
        uint256 first = type(uint256).max;
        uint256 last;
        for (uint256 i; i < rounds.length; ++i) {
            if (rounds[i].at <= expiry - WINDOW) first = i;
            if (rounds[i].at < expiry) last = i + 1;
        }
        settlementOracle.prove(ETH, expiry, rounds[first].id, last - first + 1);
    }

    function _proveAndCheck(uint40 expiry) internal {
        _prove(expiry);
        (Wad at, uint40 finalAt) = settlementOracle.price(ETH, expiry);
        assertEq(Wad.unwrap(at), _average(expiry), "the settlement price is the average of the feed");
        assertEq(uint256(finalAt), vm.getBlockTimestamp() + 2 hours, "and final after the dispute window");
    }

    /// @dev Payoff of one option in base units, from the rounds.
    function _payoff(SeriesId series) internal view returns (uint256) {
        uint256 at = _average(series.expiryOf());
        uint256 strike = Wad.unwrap(series.strikeOf());
        uint256 inner = series.isCall() ? (at > strike ? at - strike : 0) : (strike > at ? strike - at : 0);
        return inner / 1e12;
    }

    /// @dev Settles in full: the pot is the payoff of every long, out of compartment and free cash.
    function _settle(SeriesId series) internal {
        uint256 longs = _longs(series);
        (Assets free, Assets locked) = clearing.balances(address(vault));
        uint256 cash = Assets.unwrap(free) + Assets.unwrap(locked);
        Settlement memory s = clearing.settle(series);
        uint256 payoff = _payoff(series);
        uint256 owed = Math.ceilDiv(longs / 1e15 * payoff, 1000);
        assertEq(Wad.unwrap(s.payoff), payoff * 1e12, "payoff is arithmetic");
        assertEq(Wad.unwrap(s.scale), 1e18, "paid in full");
        assertEq(Assets.unwrap(clearing.pot(series)), owed, "the pot holds what is owed");
        (free, locked) = clearing.balances(address(vault));
        assertEq(Assets.unwrap(free) + Assets.unwrap(locked), cash - owed, "and the vault paid it");
        assertEq(Assets.unwrap(clearing.compartment(address(vault), series)), 0, "the compartment is closed");
        _audit();
    }

    function _redeem(address who, SeriesId series) internal returns (uint256 paid) {
        uint256 size = clearing.balanceOf(who, SeriesId.unwrap(series));
        uint256 before = usdc.balanceOf(who);
        vm.prank(who);
        paid = Assets.unwrap(clearing.redeem(series, Size.wrap(size), who));
        assertEq(paid, size * _payoff(series) / 1e18, "redeemed at the payoff");
        assertEq(usdc.balanceOf(who), before + paid, "and paid");
        _audit();
    }

    /// @dev Longs of everybody.
    function _longs(SeriesId series) internal view returns (uint256 sum) {
        for (uint256 i; i < people.length; ++i) {
            sum += clearing.balanceOf(people[i], SeriesId.unwrap(series));
        }
    }

    /// @dev Counts every unit there is.
    function _audit() internal view {
        audit.check(people, traded);
    }

    /// @dev With the hedges just synced: what shares are worth is what the vault has, counted by hand, over their number.
    function _assertSharePrice() internal {
        hedger.sync(ETH);
        (Assets free, Assets locked) = clearing.balances(address(vault));
        (BookValue memory atMark,) = market.bookValue(ETH);
        int256 options = SignedWad.unwrap(atMark.value);
        uint256 hedges = weth.balanceOf(reactor) * price / 1e30 + usdc.balanceOf(reactor);
        int256 worth = int256(Assets.unwrap(free) + Assets.unwrap(locked) + hedges) + options / 1e12;
        int256 told = SignedAssets.unwrap(vault.accounts().equityAtMark);
        assertApproxEqAbs(told, worth, 3, "equity counted by hand, to the rounding of three figures");
        uint256 perShare = Wad.unwrap(lens.viewVault().sharePrice);
        assertApproxEqAbs(perShare * share.totalSupply() / 1e30, uint256(told), 1, "share price times shares is equity");
    }

    function _abs(int256 x) internal pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
