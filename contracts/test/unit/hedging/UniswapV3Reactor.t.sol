// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUniswapV3Pool} from "../../../src/hedging/IUniswapV3Pool.sol";
import {UniswapV3Reactor, UniswapV3ReactorConfig} from "../../../src/hedging/UniswapV3Reactor.sol";
import {IReactor, ReactorReport} from "../../../src/interfaces/IReactor.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {HedgeFixture} from "../../utils/mocks/hedging/HedgeFixture.sol";
import {HostilePool} from "../../utils/mocks/hedging/HostilePool.sol";

// the reactor on a real pool
// ├── a buy inside the bound: exactly the size, at the price of the constant product, the change returned
// ├── a buy beyond the bound: what the bound allows; no unit costs more
// ├── a sale inside and beyond the bound, and of more than is held
// ├── a pool already beyond the bound: nothing moves
// ├── capacity: what an order without end fills
// ├── worth and delta, with gifts of either token
// ├── unwind and withdraw
// └── guards: the hedger's functions, the pool's callback, the payment asked, the pool's tokens
contract UniswapV3ReactorTest is HedgeFixture {
    Wad private constant MARK = Wad.wrap(SPOT);
    Wad private constant MAX_SLIPPAGE = Wad.wrap(SLIPPAGE);
    uint256 private constant MOST = 10_000e18;
    /// @dev Of amounts computed here in whole wads against a pool that rounds to base units.
    uint256 private constant TOLERANCE = 1e9; // 1e-9 relative

    UniswapV3Reactor private direct; // this test is its hedger

    /// @dev Every decimals of the collateral, both orders of the tokens: one state each, which a test picks.
    uint8[4] private DECIMALS = [0, 6, 8, 18];
    uint256 private constant SHAPES = 8;
    uint256[SHAPES] private states;

    function setUp() public {
        uint256[SHAPES] memory made;
        for (uint256 i; i < SHAPES; ++i) {
            _deploy(DECIMALS[i / 2], i % 2 == 0);
            direct = _directReactor(venue.POOL());
            made[i] = vm.snapshotState();
        }
        states = made;
    }

    modifier shaped(uint256 shape) {
        vm.revertToState(states[shape % SHAPES]);
        _;
    }

    function testFuzz_Buy_InsideBound(uint256 shape, uint256 size) public shaped(shape) {
        size = bound(size, 1e15, 300e18);
        uint256 paid = _buy(size);
        assertEq(underlying.balanceOf(address(direct)), size, "exactly the size");
        assertEq(collateral.balanceOf(address(direct)), 0, "the change goes back");
        // cost = v / (1 - v/D) / (1 - fee), D = L times the root of the price: depth / (sqrt(1.01) - 1)
        uint256 value = size * SPOT / 1e18;
        uint256 cost = value * 1e18 / (1e18 - value * 1e18 / _fullDepth()) * 1e6 / (1e6 - FEE);
        assertApproxEqAbs(paid, cost * unit / 1e18, cost * unit / 1e18 / 1e8 + 2, "the price of the constant product");
    }

    function testFuzz_Buy_BeyondBound_StopsAtIt(uint256 shape, uint256 size) public shaped(shape) {
        size = bound(size, 400e18, MOST);
        uint256 paid = _buy(size);
        uint256 bought = underlying.balanceOf(address(direct));
        assertLt(bought, size, "only part");
        assertLe(paid, _value(bought) * (1e18 + SLIPPAGE) / 1e18 + 2, "INV-HDG-03 the average is within the bound");
        uint256 marginal = SPOT * (1e18 + SLIPPAGE) / 1e18 * (1e6 - FEE) / 1e6;
        (uint160 price,,,,,,) = venue.POOL().slot0();
        assertApproxEqRel(uint256(price), uint256(_sqrtPrice(marginal)), 1e12, "the last unit costs the bound");
    }

    function testFuzz_Sell_InsideBound(uint256 shape, uint256 size) public shaped(shape) {
        size = bound(size, 1e15, 300e18);
        underlying.mint(address(direct), size);
        (uint256 got, uint256 sold) = _sell(size);
        assertEq(sold, size, "all of it");
        // got = v(1 - fee) / (1 + v(1 - fee)/D)
        uint256 value = size * SPOT / 1e18 * (1e6 - FEE) / 1e6;
        uint256 worth = value * 1e18 / (1e18 + value * 1e18 / _fullDepth());
        assertApproxEqAbs(got, worth * unit / 1e18, worth * unit / 1e18 / 1e8 + 2, "the price of the constant product");
    }

    function testFuzz_Sell_BeyondBound_StopsAtIt(uint256 shape, uint256 size) public shaped(shape) {
        size = bound(size, 400e18, MOST);
        underlying.mint(address(direct), size);
        (uint256 got, uint256 sold) = _sell(size);
        assertLt(sold, size, "only part");
        assertGe(got + 2, _value(sold) * (1e18 - SLIPPAGE) / 1e18, "INV-HDG-03 the average is within the bound");
    }

    function testFuzz_Sell_MoreThanHeld_SellsWhatThereIs(uint256 shape) public shaped(shape) {
        underlying.mint(address(direct), 3e18);
        (, uint256 sold) = _sell(10e18);
        assertEq(sold, 3e18, "what there is");
        (, uint256 again) = _sell(10e18);
        assertEq(again, 0, "nothing");
    }

    function testFuzz_GivenPoolBeyondBound_MovesNothing(uint256 shape) public shaped(shape) {
        underlying.mint(address(direct), 3e18);
        venue.moveTo(_sqrtPrice(SPOT * 106 / 100));
        assertEq(_buy(1e18), 0, "too dear to buy");
        venue.moveTo(_sqrtPrice(SPOT * 94 / 100));
        (uint256 got, uint256 sold) = _sell(1e18);
        assertEq(got + sold, 0, "too cheap to sell");
    }

    function testFuzz_Capacity_IsWhatAnEndlessOrderFills(uint256 shape, uint256 push, uint256 held)
        public
        shaped(shape)
    {
        push = bound(push, 0.992e18, 1.008e18);
        held = bound(held, 0, MOST);
        venue.moveTo(_sqrtPrice(SPOT * push / 1e18));
        underlying.mint(address(direct), held);
        (Wad up, Wad down) = direct.capacity(MARK, MAX_SLIPPAGE);

        uint256 snapshot = vm.snapshotState();
        _buy(MOST);
        _assertNear(Wad.unwrap(up), underlying.balanceOf(address(direct)) - held, "up");
        vm.revertToState(snapshot);
        (, uint256 sold) = _sell(MOST);
        _assertNear(Wad.unwrap(down), sold, "down");
    }

    function testFuzz_Gifts_AreTheVaults(uint256 shape, uint256 tokens, uint256 cash) public shaped(shape) {
        tokens = bound(tokens, 0, 100e18);
        cash = bound(cash, 0, 1_000_000 * unit);
        underlying.mint(address(direct), tokens);
        collateral.mint(address(direct), cash);
        ReactorReport memory r = direct.report(MARK, MAX_SLIPPAGE);
        assertEq(SignedWad.unwrap(r.delta), int256(tokens), "a gift of underlying is delta");
        assertApproxEqAbs(SignedAssets.unwrap(r.equity), int256(_value(tokens) + cash), 1, "and both are worth");
        assertEq(SignedWad.unwrap(r.inFlight), 0, "nothing is in flight on a pool");

        uint256 before = collateral.balanceOf(address(this));
        (uint256 got,) = _sell(tokens == 0 ? 1e18 : tokens);
        assertEq(collateral.balanceOf(address(this)) - before, got, "what left is counted");
        assertGe(got, cash, "a gift of collateral leaves with the next order");
        assertEq(collateral.balanceOf(address(direct)), 0, "all of it");
    }

    function testFuzz_Unwind_SellsAllAndPays(uint256 shape) public shaped(shape) {
        underlying.mint(address(direct), 5e18);
        collateral.mint(address(direct), 7 * unit);
        uint256 before = collateral.balanceOf(address(this));
        uint256 paid = Assets.unwrap(direct.unwind(MARK, MAX_SLIPPAGE));
        assertEq(collateral.balanceOf(address(this)) - before, paid, "says what it paid");
        assertGe(paid, _value(5e18) * (1e18 - SLIPPAGE) / 1e18 + 7 * unit - 2, "within the bound, cash included");
        assertEq(underlying.balanceOf(address(direct)) + collateral.balanceOf(address(direct)), 0, "nothing stays");
    }

    function testFuzz_Withdraw_PaysIdleCollateralUpToAmount(uint256 shape) public shaped(shape) {
        collateral.mint(address(direct), 7 * unit);
        assertEq(Assets.unwrap(direct.withdraw(Assets.wrap(3 * unit))), 3 * unit, "what was asked");
        assertEq(Assets.unwrap(direct.withdraw(Assets.wrap(9 * unit))), 4 * unit, "what there was");
        assertEq(collateral.balanceOf(address(this)), 7 * unit, "to the hedger");
    }

    function testFuzz_RevertWhen_CallerIsNotTheHedger(uint256 shape) public shaped(shape) {
        address stranger = makeAddr("stranger");
        bytes[4] memory calls = [
            abi.encodeCall(IReactor.hedge, (SignedWad.wrap(1e18), MARK, MAX_SLIPPAGE)),
            abi.encodeCall(IReactor.withdraw, (Assets.wrap(1))),
            abi.encodeCall(IReactor.unwind, (MARK, MAX_SLIPPAGE)),
            abi.encodeCall(IReactor.sync, ())
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(stranger);
            (bool ok, bytes memory reason) = attempt(address(direct), calls[i]);
            assertFalse(ok, "refused");
            assertEq(reason, abi.encodeWithSelector(IReactor.NotHedger.selector, stranger), "and says why");
        }
    }

    function testFuzz_RevertWhen_CallbackIsNotFromThePool(uint256 shape) public shaped(shape) {
        collateral.mint(address(direct), 7 * unit);
        underlying.mint(address(direct), 7e18);
        vm.expectRevert(abi.encodeWithSelector(UniswapV3Reactor.NotPool.selector, address(this)));
        direct.uniswapV3SwapCallback(1, 1, "");
    }

    function testFuzz_RevertWhen_PoolAsksOutsideASwap(uint256 shape) public shaped(shape) {
        (HostilePool pool, UniswapV3Reactor victim) = _hostile();
        pool.setAsk(1, 0);
        vm.expectPartialRevert(UniswapV3Reactor.UnexpectedPayment.selector);
        pool.callBack(victim);
    }

    function testFuzz_RevertWhen_PoolAsksMoreOrTheOtherTokenOrBoth(uint256 shape) public shaped(shape) {
        (HostilePool pool, UniswapV3Reactor victim) = _hostile();
        uint256 cash = Assets.unwrap(victim.cashFor(SignedWad.wrap(1e18), MARK, MAX_SLIPPAGE));
        collateral.mint(address(victim), cash);
        int256 most = int256(cash);
        int256[2][3] memory asks = underlyingFirst
            ? [[int256(0), most + 1], [int256(1), 0], [int256(1), most]]
            : [[most + 1, int256(0)], [int256(0), 1], [most, int256(1)]];
        for (uint256 i; i < asks.length; ++i) {
            pool.setAsk(asks[i][0], asks[i][1]);
            vm.expectPartialRevert(UniswapV3Reactor.UnexpectedPayment.selector);
            victim.hedge(SignedWad.wrap(1e18), MARK, MAX_SLIPPAGE);
        }
    }

    function testFuzz_RevertWhen_PoolTakesAndGivesNothing(uint256 shape) public shaped(shape) {
        (HostilePool pool, UniswapV3Reactor victim) = _hostile();
        collateral.mint(address(victim), _value(2e18));
        int256 price = int256(_value(1e18));
        (int256 ask0, int256 ask1) = underlyingFirst ? (int256(-1e18), price) : (price, int256(-1e18));
        pool.setAsk(ask0, ask1);
        vm.expectPartialRevert(IReactor.SlippageExceeded.selector);
        victim.hedge(SignedWad.wrap(1e18), MARK, MAX_SLIPPAGE);

        underlying.mint(address(victim), 1e18);
        (ask0, ask1) = underlyingFirst ? (int256(1e18), -price) : (-price, int256(1e18));
        pool.setAsk(ask0, ask1);
        vm.expectPartialRevert(IReactor.SlippageExceeded.selector);
        victim.hedge(SignedWad.wrap(-1e18), MARK, MAX_SLIPPAGE);
    }

    function testFuzz_RevertWhen_PoolIsOfOtherTokens(uint256 shape) public shaped(shape) {
        HostilePool pool = new HostilePool(address(collateral), address(0xbeef), _sqrtPrice(SPOT));
        vm.expectRevert(
            abi.encodeWithSelector(UniswapV3Reactor.PoolOfOtherTokens.selector, address(collateral), address(0xbeef))
        );
        _directReactor(IUniswapV3Pool(address(pool)));
    }

    function _buy(uint256 size) private returns (uint256 paid) {
        uint256 cash = Assets.unwrap(direct.cashFor(SignedWad.wrap(int256(size)), MARK, MAX_SLIPPAGE));
        uint256 held = underlying.balanceOf(address(direct));
        collateral.mint(address(direct), cash);
        uint256 before = collateral.balanceOf(address(this));
        (SignedWad filled,) = direct.hedge(SignedWad.wrap(int256(size)), MARK, MAX_SLIPPAGE);
        assertEq(SignedWad.unwrap(filled), int256(underlying.balanceOf(address(direct)) - held), "says what it bought");
        return cash - (collateral.balanceOf(address(this)) - before);
    }

    function _sell(uint256 size) private returns (uint256 got, uint256 sold) {
        uint256 held = underlying.balanceOf(address(direct));
        uint256 before = collateral.balanceOf(address(this));
        assertEq(
            Assets.unwrap(direct.cashFor(SignedWad.wrap(-int256(size)), MARK, MAX_SLIPPAGE)), 0, "no cash for a sale"
        );
        (SignedWad filled,) = direct.hedge(SignedWad.wrap(-int256(size)), MARK, MAX_SLIPPAGE);
        sold = held - underlying.balanceOf(address(direct));
        assertEq(SignedWad.unwrap(filled), -int256(sold), "says what it sold");
        got = collateral.balanceOf(address(this)) - before;
    }

    function _hostile() private returns (HostilePool pool, UniswapV3Reactor victim) {
        (address a, address b) = (address(venue.TOKEN0()), address(venue.TOKEN1()));
        pool = new HostilePool(a, b, _sqrtPrice(SPOT));
        victim = _directReactor(IUniswapV3Pool(address(pool)));
    }

    function _directReactor(IUniswapV3Pool pool) private returns (UniswapV3Reactor) {
        return new UniswapV3Reactor(
            UniswapV3ReactorConfig({hedger: address(this), pool: pool, asset: collateral, underlying: underlying})
        );
    }

    /// @dev L·sqrt(P) in wad of collateral.
    function _fullDepth() private pure returns (uint256) {
        return DEPTH * 1e36 / ONE_PCT_OF_SQRT;
    }

    function _assertNear(uint256 estimate, uint256 filled, string memory text) private view {
        // one base unit of collateral is so much underlying: the pool's rounding at the far end of an order
        uint256 rounding = 4e36 / (SPOT * unit);
        assertApproxEqAbs(estimate, filled, filled / TOLERANCE + rounding, text);
    }
}
