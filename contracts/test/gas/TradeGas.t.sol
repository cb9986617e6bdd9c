// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Order} from "../../src/interfaces/IMarket.sol";
import {Leg, LegInput, Priced, PricingInput} from "../../src/interfaces/IPricer.sol";
import {ORACLE_OPEN, ORACLE_WIDE, OracleMode, SpotRead} from "../../src/interfaces/ISpotOracle.sol";
import {Pricer} from "../../src/pricing/Pricer.sol";
import {SignedAssets} from "../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";
import {Scenario} from "../scenario/Scenario.sol";
import {intrinsicGas} from "../utils/IntrinsicGas.sol";
import {MarketInput} from "../utils/MarketInput.sol";
import {ChainlinkShapedAggregator, ChainlinkShapedProxy} from "../utils/mocks/oracle/ChainlinkShaped.sol";

/// a trade, whole, with every neighbour real
/// ├── 64 live series: 4 boards of 8 strikes, call and put of each
/// ├── every account and slot cold, intrinsic gas and calldata counted
/// └── buying a series that exists, by somebody who already holds it
/// @dev Each test is one transaction with one measured call: `cool` empties the access list before it.
contract TradeGasTest is Scenario {
    uint256 private constant BOARDS = 4;
    uint256 private constant STRIKES = 8;
    uint256 private constant FIRST_STRIKE = 2290;
    uint256 private constant STRIKE_STEP = 60;
    uint256 private constant TRADED = 1; // the board
    uint256 private constant BOUGHT = FIRST_STRIKE + 4 * STRIKE_STEP;
    int256 private constant SIZE = 0.1e18;
    // Bought besides what is there, of which a lane then holds
    int256 private constant LARGE = 17e18; // more than 15 bits
    int256 private constant TO_THE_BRIM = 16.284e18; // 2^14 lots, the most of 15 bits
    int256 private constant TO_THE_NEXT = 32.6e18; // almost 2^15, from where the bits above the low ones change
    uint256 private constant TRADE = 250_000;
    uint256 private constant QUOTE_WARM = 80_000;
    uint256 private constant NEIGHBOURS = 27_000;
    uint256 private constant QUOTE_COLD = 120_000;
    // What may come on top of a quote: a second slot of each board, and a feed behind a proxy
    uint256 private constant SECOND_SLOTS = 9_000;
    uint256 private constant PROXY = 9_500;
    uint256 private constant BOOK = 60_000;

    ChainlinkShapedAggregator private aggregator; // where the feed is behind a proxy

    function setUp() public override {
        super.setUp();
        _openVault(1_000_000 * 1e6);
        uint256[BOARDS] memory days_ = [uint256(8), 15, 29, 57];
        for (uint256 b; b < BOARDS; ++b) {
            Wad[] memory strikes = new Wad[](STRIKES);
            for (uint256 i; i < STRIKES; ++i) {
                strikes[i] = Wad.wrap((FIRST_STRIKE + STRIKE_STEP * i) * 1e18);
            }
            expiries.push(uint40(_day(days_[b], 8 hours)));
            vm.prank(keeper);
            catalogue.listBoard(ETH, expiries[b], strikes);
        }
        _walk(vm.getBlockTimestamp() + 20 minutes, SPOT);
        for (uint256 b; b < BOARDS; ++b) {
            for (uint256 i; i < STRIKES; ++i) {
                uint256 strike = FIRST_STRIKE + STRIKE_STEP * i;
                _trade(tara, _legs(_series(expiries[b], strike, true), SIZE, _series(expiries[b], strike, false), SIZE));
            }
        }
        _walk(vm.getBlockTimestamp() + 20 minutes, SPOT);
        vm.roll(vm.getBlockNumber() + 1);
        skip(12);
    }

    function _buy(string memory name) private returns (uint256) {
        Order memory order = Order({
            market: ETH,
            legs: _leg(_series(expiries[TRADED], BOUGHT, true), SIZE),
            limit: SignedAssets.wrap(1_000_000 * 1e6),
            deadline: uint40(vm.getBlockTimestamp()),
            recipient: tara
        });
        uint256 intrinsic = intrinsicGas(abi.encodeCall(market.trade, (order)));
        _cool();
        vm.prank(tara);
        market.trade(order);
        uint256 used = vm.snapshotGasLastCall("market", name);
        vm.snapshotValue("market", "buy, intrinsic gas and calldata", intrinsic);
        return used + intrinsic;
    }

    function _cool() private {
        address[13] memory all = [
            address(market),
            address(keel.pricer()),
            address(clearing),
            address(vault),
            address(hedger),
            address(spotOracle),
            address(surfaceOracle),
            address(catalogue),
            address(feed),
            address(usdc),
            address(marginPolicy),
            reactor,
            vm.computeCreateAddress(address(catalogue), vm.getNonce(address(catalogue)) - 1)
        ];
        for (uint256 i; i < all.length; ++i) {
            vm.cool(all[i]);
        }
        if (address(aggregator) != address(0)) vm.cool(address(aggregator));
    }

    /// @dev What forge runs before a test, each in a transaction of its own.
    function beforeTestSetup(bytes4 test) public view returns (bytes[] memory calls) {
        if (test == this.test_BuyAbove.selector || test == this.test_QuoteAbove.selector) {
            return _one(abi.encodeCall(this.moveSpot, (2505e18, ORACLE_OPEN)));
        }
        if (test == this.test_BuyBelow.selector || test == this.test_QuoteBelow.selector) {
            return _one(abi.encodeCall(this.moveSpot, (2495e18, ORACLE_OPEN)));
        }
        if (test == this.test_QuoteOutOfGrace.selector || test == this.test_BuyOutOfGrace.selector) {
            return _one(abi.encodeCall(this.outlast, (2 minutes)));
        }
        bytes memory widen = abi.encodeCall(this.moveSpot, (2512.5e18, ORACLE_WIDE));
        if (test == this.test_BuyWide.selector || test == this.test_QuoteWide.selector) return _one(widen);
        if (test == this.test_BuyOnLargePositions.selector || test == this.test_QuoteOnLargePositions.selector) {
            return _one(abi.encodeCall(this.enlarge, (LARGE)));
        }
        if (test == this.test_BuyThatOverflows.selector) return _one(abi.encodeCall(this.fill, (TO_THE_BRIM)));
        if (test == this.test_BuyBehindAProxy.selector || test == this.test_QuoteBehindAProxy.selector) {
            return _one(abi.encodeCall(this.shapeFeed, ()));
        }
        if (test == this.test_BuyWideBehindAProxy.selector) {
            calls = new bytes[](2);
            (calls[0], calls[1]) = (widen, abi.encodeCall(this.shapeFeed, ()));
        }
        bool overflows = test == this.test_BuyThatOverflowsAtItsDearest.selector;
        if (overflows || test == this.test_BuyAtItsDearest.selector) {
            calls = new bytes[](3);
            calls[0] = abi.encodeCall(this.enlarge, (overflows ? TO_THE_BRIM : TO_THE_NEXT));
            (calls[1], calls[2]) = (widen, abi.encodeCall(this.shapeFeed, ()));
        }
    }

    function _one(bytes memory call) private pure returns (bytes[] memory calls) {
        calls = new bytes[](1);
        calls[0] = call;
    }

    /// @notice Lets so much time pass without a report that no slice is in grace any more.
    function outlast(uint256 grace) external {
        uint40 expiry = uint40(expiries[TRADED]);
        assertEq(surfaceOracle.graceEnds(ETH, expiry).length, 1, "a slice in grace");
        skip(grace);
        assertEq(surfaceOracle.graceEnds(ETH, expiry).length, 0, "slices in grace");
        assertEq(OracleMode.unwrap(spotOracle.read(ETH).mode), OracleMode.unwrap(ORACLE_OPEN), "mode");
    }

    /// @notice Moves the spot off its average, and off the spot that its surface was reported at.
    function moveSpot(uint256 spot, OracleMode mode) external {
        vm.warp(vm.getBlockTimestamp() - 12);
        _round(spot);
        skip(12);
        SpotRead memory read = spotOracle.read(ETH);
        assertTrue(read.mark != read.average, "apart");
        assertEq(OracleMode.unwrap(read.mode), OracleMode.unwrap(mode), "mode");
    }

    /// @notice Has the vault hold, on each board, more of a series than the low bits of `LotStore` take.
    /// @param bought on the board of the measured trade
    function enlarge(int256 bought) external {
        for (uint256 b; b < BOARDS; ++b) {
            if (b != TRADED) _add(b, LARGE);
        }
        fill(bought);
    }

    function fill(int256 bought) public {
        _add(TRADED, bought);
        vm.roll(vm.getBlockNumber() + 1);
    }

    function _add(uint256 b, int256 size) private {
        _trade(tara, _legs(_series(expiries[b], BOUGHT, true), size, _series(expiries[b], BOUGHT, false), size));
    }

    /// @notice Puts the feed behind a proxy: it answers what it answered, over as many cold accounts and slots as Chainlink's.
    function shapeFeed() external {
        (uint80 id, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        // By their artifacts, which are optimized as Chainlink's are; `new` would compile them as this test is
        aggregator =
            ChainlinkShapedAggregator(vm.deployCode("ChainlinkShaped.sol:ChainlinkShapedAggregator", abi.encode(feed)));
        aggregator.transmitAs(uint32(id), int192(answer), uint64(updatedAt));
        vm.etch(address(feed), vm.deployCode("ChainlinkShaped.sol:ChainlinkShapedProxy").code);
        vm.store(address(feed), 0, bytes32(uint256(id >> 64) << 160)); // no access controller, the phase
        ChainlinkShapedProxy(address(feed)).confirm(aggregator);
        (uint80 same, int256 answered,, uint256 at,) = feed.latestRoundData();
        assertTrue(same == id && answered == answer && at == updatedAt, "the same round");
    }

    function test_Buy() public {
        _buyWithin("buy one existing series, 64 live, cold");
    }

    /// @dev A fifth of a percent: the call is priced at both, and dearer at the mark.
    function test_BuyAbove() public {
        _buyWithin("buy one existing series, 64 live, cold, spot above its average");
    }

    /// @dev And dearer at the average.
    function test_BuyBelow() public {
        _buyWithin("buy one existing series, 64 live, cold, spot below its average");
    }

    /// @dev Half a percent: what lies between is charged.
    function test_BuyWide() public {
        _buyWithin("buy one existing series, 64 live, cold, spot wide of its average");
    }

    /// @dev Two slots a board instead of one.
    function test_BuyOnLargePositions() public {
        _buyWithin("buy one existing series, 64 live, cold, positions in two slots a board");
    }

    function test_BuyBehindAProxy() public {
        _buyWithin("buy one existing series, 64 live, cold, feed behind a proxy");
    }

    function test_BuyWideBehindAProxy() public {
        _buyWithin("buy one existing series, 64 live, cold, spot wide of its average, feed behind a proxy");
    }

    function test_BuyOutOfGrace() public {
        _buyWithin("buy one existing series, 64 live, cold, no slice in grace");
    }

    /// @dev From here on the board has a second slot.
    function test_BuyThatOverflows() public {
        _buyWithin("buy one existing series, 64 live, cold, a position outgrows its slot");
    }

    /// @dev All of it at once.
    function test_BuyAtItsDearest() public {
        _buyWithin("buy one existing series, 64 live, cold, two slots a board, spot wide, feed behind a proxy");
    }

    function test_BuyThatOverflowsAtItsDearest() public {
        _buyWithin("buy one existing series, 64 live, cold, a position outgrows its slot, and all of the above");
    }

    function _buyWithin(string memory name) private {
        assertLe(_buy(name), TRADE, "buying a series, all in");
    }

    function test_Quote() public {
        _quoteWithin("a slice in grace", QUOTE_COLD, QUOTE_WARM);
        market.potential(ETH);
        uint256 used = vm.snapshotGasLastCall("market", "potential of the book, 64 live, warm");
        assertLe(used, QUOTE_WARM, "and no order");
    }

    /// @dev The slice before the one in force no longer counts; everything else is fresh enough to trade on.
    function test_QuoteOutOfGrace() public {
        _quoteWithin("no slice in grace", QUOTE_COLD, QUOTE_WARM);
    }

    /// @dev Priced three times: under both slices at mark, and at average.
    function test_QuoteAbove() public {
        _quoteWithin("a slice in grace, spot above its average", QUOTE_COLD, QUOTE_WARM);
    }

    function test_QuoteBelow() public {
        _quoteWithin("a slice in grace, spot below its average", QUOTE_COLD, QUOTE_WARM);
    }

    function test_QuoteWide() public {
        _quoteWithin("a slice in grace, spot wide of its average", QUOTE_COLD, QUOTE_WARM);
    }

    function test_QuoteOnLargePositions() public {
        _quoteWithin("a slice in grace, positions in two slots a board", QUOTE_COLD + SECOND_SLOTS, QUOTE_WARM);
    }

    function test_QuoteBehindAProxy() public {
        _quoteWithin("a slice in grace, feed behind a proxy", QUOTE_COLD + PROXY, QUOTE_WARM);
    }

    function _quoteWithin(string memory state, uint256 cold, uint256 warm) private {
        Leg[] memory legs = _leg(_series(expiries[TRADED], BOUGHT, true), SIZE);
        _cool();
        market.quote(ETH, legs);
        uint256 used = vm.snapshotGasLastCall("market", string.concat("quote, 64 live, cold, ", state));
        assertLe(used, cold, "a quote, cold");
        market.quote(ETH, legs);
        used = vm.snapshotGasLastCall("market", string.concat("quote, 64 live, warm, ", state));
        assertLe(used, warm, "a quote, warm");
    }

    /// @dev What a trade asks of its neighbours before it is priced, as they alone see it. What clearing does with it is in
    /// clearing.json; what is left of a trade is the market's and the pricer's.
    function test_Parts() public {
        _cool();
        spotOracle.read(ETH);
        uint256 parts = vm.snapshotGasLastCall("market", "of a trade: spot, one feed");
        surfaceOracle.boardSlices(ETH, expiries, 1 << 1);
        parts += vm.snapshotGasLastCall("market", "of a trade: slices, one of them in grace");
        assertLe(parts, NEIGHBOURS, "what the neighbours answer");
    }

    /// @dev The pricer's part of the trade above, and what the whole book's value, Greeks and margin take of it: the call that
    /// the market makes, put together from public views. The pricer reads no storage.
    function test_Pricer() public {
        Leg[] memory bought = _leg(_series(expiries[TRADED], BOUGHT, true), SIZE);
        (PricingInput memory input, LegInput[] memory legs) = MarketInput.read(market, catalogue, ETH, bought[0]);
        Pricer pricer = keel.pricer();
        vm.cool(address(pricer));
        Priced memory priced = pricer.quote(input, legs);
        vm.snapshotGasLastCall("market", "of a trade: pricer");
        assertEq(
            SignedWad.unwrap(priced.parts.net), SignedWad.unwrap(market.quote(ETH, bought).parts.net), "the very call"
        );
        pricer.value(input, input.spot.mark);
        uint256 used = vm.snapshotGasLastCall("market", "the deployed book pass, 64 live: value, Greeks, margin");
        assertLe(used, BOOK, "the book");
    }
}
