// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgeChecks} from "../../../src/hedging/HedgeChecks.sol";
import {HedgePosition, IHedger} from "../../../src/interfaces/IHedger.sol";
import {Backing} from "../../../src/types/Backing.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {HedgeFixture} from "../../utils/mocks/hedging/HedgeFixture.sol";
import {HostileReactor} from "../../utils/mocks/hedging/HostileReactor.sol";

/// @notice Trades, prices, pool moves, sandwiches, gifts, failures and everything anyone may call, in any order. What an
/// invariant is about is checked where it happens; sums are kept for the invariants between calls.
contract HedgingHandler is HedgeFixture {
    int256 private constant MOST_BOOK = 400e18;
    /// @dev A venue that does not answer counts with its last figures, kept to 1e-6.
    uint256 private constant RESOLUTION = 1e12;

    HostileReactor public second;
    uint256 public unsweptGifts; // collateral sent to the hedger since it last held none
    uint256 public usedInBlock;
    uint256 public usedToday;
    uint256 private _block;
    uint256 private _day;

    constructor(uint8 decimals, bool underlyingFirst_) {
        _deploy(decimals, underlyingFirst_);
        second = new HostileReactor(collateral, 10 ** (18 - uint256(decimals)));
        hedger.addReactor(ETH, second);
        market.setGamma(0.01e18);
    }

    function positions() external view returns (HedgePosition memory own, Backing taken) {
        return (hedger.position(ETH), market.backing());
    }

    // The world

    function trade(int256 atMark, int256 divergence) external {
        atMark = bound(atMark, -MOST_BOOK, MOST_BOOK);
        divergence = bound(divergence, -20e18, 20e18);
        market.setDelta(atMark, atMark + divergence);
        market.trade();
    }

    function drift(int256 atMark) external {
        atMark = bound(atMark, -MOST_BOOK, MOST_BOOK);
        market.setDelta(atMark, atMark);
    }

    function price(uint256 seed) external {
        market.setMark(bound(seed, 0.98e18, 1.02e18) * SPOT / 1e18);
    }

    function movePool(uint256 seed) public {
        venue.moveTo(_sqrtPrice(market.mark() * bound(seed, 0.98e18, 1.02e18) / 1e18));
    }

    function levelPool() external {
        venue.moveTo(_sqrtPrice(market.mark()));
    }

    function pass(uint256 secs) external {
        skip(bound(secs, 12, 6 hours));
        vm.roll(vm.getBlockNumber() + 1);
    }

    function lower(uint256 seed) external {
        vault.setBuffer(bound(seed, 0, VAULT_CASH * unit));
    }

    function fail(uint256 mode) external {
        second.set(hedger, bound(mode, 0, 13));
    }

    function gift(uint256 tokens, uint256 cash, uint256 to) external {
        cash = bound(cash, 0, 1_000 * unit);
        if (to & 1 == 0) unsweptGifts += cash;
        collateral.mint(to & 1 == 0 ? address(hedger) : address(reactor), cash);
        underlying.mint(address(reactor), bound(tokens, 0, 1e18));
    }

    // What anyone may call

    function rebalance() public {
        if (vm.getBlockNumber() <= market.lastTrade() + 1) {
            vm.expectPartialRevert(IHedger.BookJustTraded.selector);
            hedger.rebalance(ETH);
            return;
        }
        int256 book = market.deltaAtMark();
        int256 before = _live();
        (uint256 wealth, uint256 held) = (_wealth(), _held());
        (, SignedWad filled) = hedger.rebalance(ETH);
        int256 moved = _live() - before;

        assertEq(SignedWad.unwrap(filled), moved, "INV-HDG-01 what it says it filled is what moved");
        assertLe(_abs(moved), MAX_ORDER, "INV-HDG-02 no more than the cap per order");
        int256 net = book + before;
        assertLe(_abs(net + moved), _abs(net) + RESOLUTION, "INV-HDG-01 |net delta| never grows");
        if (_abs(net + moved) > RESOLUTION) {
            assertTrue(net > 0 == net + moved > 0, "INV-HDG-01 net delta never crosses zero");
        }
        _assertBound(wealth, held, moved);
        _count(_abs(moved));
    }

    function sandwich(uint256 seed) external {
        (uint160 price_,,,,,,) = venue.POOL().slot0();
        movePool(seed);
        rebalance();
        venue.moveTo(price_);
    }

    function sync() external {
        uint256 wealth = _wealth();
        HedgePosition memory p = hedger.sync(ETH);
        assertEq(_wealth(), wealth, "INV-HDG-04 a sync moves no wealth");
        assertEq(hedgerCash(), 0, "INV-HDG-05 a sync sweeps what lies about");
        assertLe(_abs(SignedWad.unwrap(p.delta) - _live()), 3 * RESOLUTION, "INV-HDG-07 the cache is what venues hold");
        unsweptGifts = 0;
    }

    function raise(uint256 amount) external {
        (int256 before, uint256 wealth, uint256 held) = (_live(), _wealth(), _held());
        amount = bound(amount, 0, 200_000 * unit);
        vault.setWanted(amount / 2);
        hedger.raise(ETH, Assets.wrap(amount));
        int256 moved = _live() - before;
        assertLe(_abs(moved), 2 * MAX_ORDER, "INV-HDG-02 no more than the cap per order, of two venues");
        _assertBound(wealth, held, moved);
        _count(_abs(moved));
    }

    // Sums

    /// @dev Vault, hedger and venues at mark, in base units. What the mock venue holds in cash backs its worth.
    function _wealth() private view returns (uint256) {
        Wad mark = Wad.wrap(market.mark());
        return uint256(
            int256(collateral.balanceOf(address(vault)) + hedgerCash()) + SignedAssets.unwrap(reactor.equity(mark))
                + SignedAssets.unwrap(second.equity(mark))
        );
    }

    /// @dev What orders may cost: the bound on what moved at each venue, and rounding.
    function _assertBound(uint256 wealth, uint256 heldBefore, int256 moved) private view {
        int256 onPool = int256(_held()) - int256(heldBefore);
        uint256 size = _abs(onPool) + _abs(moved - onPool);
        uint256 most = size * market.mark() / 1e18 * SLIPPAGE / 1e18 * unit / 1e18;
        uint256 rounding = 12 + 4 * HedgeChecks.DUST * market.mark() / 1e18 * unit / 1e18;
        assertGe(_wealth() + most + rounding, wealth, "INV-HDG-03 no order costs more than the slippage bound");
    }

    function _count(uint256 size) private {
        if (_block != vm.getBlockNumber()) (_block, usedInBlock) = (vm.getBlockNumber(), 0);
        uint256 today = vm.getBlockTimestamp() / 1 days;
        if (_day != today) (_day, usedToday) = (today, 0);
        usedInBlock += size;
        usedToday += size;
        if (hedgerCash() == 0) unsweptGifts = 0;
    }

    function _live() private view returns (int256) {
        return int256(_held()) + second.held();
    }

    function _abs(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }

    // For the invariants

    function hedgerCash() public view returns (uint256) {
        return collateral.balanceOf(address(hedger));
    }

    function reactorCash() external view returns (uint256) {
        return collateral.balanceOf(address(reactor));
    }

    function vaultFlows() external view returns (uint256 cash, uint256 funded, uint256 repaid) {
        return (collateral.balanceOf(address(vault)), vault.funded(), vault.repaid());
    }

    function startingCash() external view returns (uint256) {
        return VAULT_CASH * unit;
    }

    function caps() external pure returns (uint256 perBlock, uint256 perDay) {
        return (MAX_PER_BLOCK, MAX_PER_DAY);
    }
}
