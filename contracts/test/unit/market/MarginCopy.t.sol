// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clearing} from "../../../src/clearing/Clearing.sol";
import {MarginParamLoosened} from "../../../src/clearing/MarginBounds.sol";
import {CatalogueConfig, MarketLimits, Modules} from "../../../src/interfaces/ICatalogue.sol";
import {ClearingConfig, IClearing, MarginParams} from "../../../src/interfaces/IClearing.sol";
import {IMarket, MarketConfig} from "../../../src/interfaces/IMarket.sol";
import {Leg, PricingInput, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {Catalogue} from "../../../src/market/Catalogue.sol";
import {Market} from "../../../src/market/Market.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";
import {MockAsset, MockAuthority} from "../../utils/mocks/market/MarketMocks.sol";

/// @dev A pricer to which every potential is the hash of the margin parameters it was given.
contract MarginSpy {
    function check(PricingParams calldata) external pure {}

    function potential(PricingInput calldata input, Wad) external pure returns (Wad) {
        return Wad.wrap(uint256(keccak256(abi.encode(input.margin))));
    }
}

/// The catalogue's copy of clearing's margin parameters, which trades read
/// ├── given clearing has none for a market: it cannot be added, and nothing trades
/// ├── given a market that is not added: clearing sets and tightens its parameters all the same
/// ├── given a market that is added
/// │   ├── it equals clearing's after every change of either, and the pricer is given it
/// │   ├── what clearing refuses changes nothing
/// │   └── the next quote demands what tightening asked for
/// └── when anyone asks for a copy: it is clearing's
contract MarginCopyTest is MarketFixture {
    uint256 private constant CHANGES = 12;
    uint256 private constant KINDS = 10;
    int256 private constant ONE = 1e18;
    MarketId private constant OTHER = MarketId.wrap(2);

    Clearing private owner;
    address private spy;

    // As last set
    MarketLimits private _limitsSet;
    PricingParams private _paramsSet;
    uint40[] private _expiries; // listed, in the catalogue's order
    uint256 private _listed; // so far

    function setUp() public {
        _deploy(6);
        address authority = address(new MockAuthority(address(this)));
        address asset = address(new MockAsset(6));
        uint256 nonce = vm.getNonce(address(this));
        address marketAt = vm.computeCreateAddress(address(this), nonce + 1);
        owner = new Clearing(
            ClearingConfig({
                authority: authority,
                asset: asset,
                market: marketAt,
                vault: address(vault),
                marginPolicy: address(0),
                settlementOracle: address(settlementOracle)
            })
        );
        market = new Market(
            MarketConfig({
                authority: authority,
                asset: asset,
                clearing: address(owner),
                vault: address(vault),
                hedger: address(hedger),
                catalogue: vm.computeCreateAddress(address(this), nonce + 2)
            })
        );
        catalogue = new Catalogue(CatalogueConfig({authority: authority, market: marketAt, modules: _modules(orders)}));
    }

    function test_RevertGiven_ClearingHasNone() public {
        vm.expectRevert(abi.encodeWithSelector(IClearing.MarginParamsNotSet.selector, ETH));
        catalogue.addMarket(ETH, _params(), _limits());
        catalogue.takeMargin(ETH);
        _expectRevert(_atm(), abi.encodeWithSelector(IMarket.UnknownMarket.selector, ETH));
        vm.expectRevert(abi.encodeWithSelector(IMarket.UnknownMarket.selector, ETH));
        market.quote(ETH, _atm());

        owner.setMarginParams(ETH, _margin());
        _add();
        _list(MIDDLE);
        market.quote(ETH, _atm());
    }

    function test_GivenAMarketNotAdded_ClearingSets() public {
        owner.setMarginParams(OTHER, _margin());
        MarginParams memory tighter = _tighter(_margin());
        owner.tightenMarginParams(OTHER, tighter);
        assertEq(abi.encode(owner.marginParams(OTHER)), abi.encode(tighter), "set");
        assertEq(market.markets().length, 0, "and no market comes of it");
        catalogue.addMarket(OTHER, _params(), _limits());
        assertEq(abi.encode(catalogue.marginParams(OTHER)), abi.encode(tighter), "copied when added");
    }

    function test_WhatClearingRefuses_ChangesNothing() public {
        owner.setMarginParams(ETH, _margin());
        _add();
        MarginParams memory looser = _margin();
        looser.putUpper = looser.putUpper - Wad.wrap(1e12);
        vm.expectPartialRevert(MarginParamLoosened.selector);
        owner.tightenMarginParams(ETH, looser);
        assertEq(abi.encode(catalogue.marginParams(ETH)), abi.encode(_margin()), "as before");
    }

    function test_TheNextQuoteDemandsWhatTighteningAskedFor() public {
        owner.setMarginParams(ETH, _margin());
        _add();
        _list(MIDDLE);
        Wad before = market.quote(ETH, _atm()).afterwards.requiredMargin;
        MarginParams memory p = _margin();
        p.callUpper = p.callUpper + p.callUpper;
        owner.tightenMarginParams(ETH, p);
        Wad afterwards = market.quote(ETH, _atm()).afterwards.requiredMargin;
        assertApproxEqRel(Wad.unwrap(afterwards), 2 * Wad.unwrap(before), 1e6, "twice the factor, twice the margin");
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_TheCopyIsClearings(uint256 seed) public {
        MarginParams memory others = _tighter(_margin());
        owner.setMarginParams(ETH, _margin());
        owner.setMarginParams(OTHER, others);
        _add();
        catalogue.addMarket(OTHER, _params(), _limits());
        spy = address(new MarginSpy());
        _setModules(ETH, orders);
        _setModules(OTHER, orders);
        for (uint256 i = 0; i < CHANGES; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _change(seed % KINDS, seed >> 8);
            _check();
            _is(OTHER, others);
        }
    }

    function _change(uint256 kind, uint256 r) private {
        if (kind < 2) owner.setMarginParams(ETH, _random(r));
        else if (kind == 2) owner.tightenMarginParams(ETH, _tighter(owner.marginParams(ETH)));
        else if (kind == 3) _open();
        else if (kind == 4) _expire();
        else if (kind == 5) _setLimits(r);
        else if (kind == 6) _setModules(ETH, address(uint160(r)));
        else if (kind == 7) _setParams(r);
        else if (kind == 8 && _expiries.length != 0) catalogue.setStops(ETH, _expiries[r % _expiries.length], r);
        else if (kind == 9) _takeAsAnyone(address(uint160(r)));
    }

    function _open() private {
        if (_expiries.length == catalogue.MAX_BOARDS()) return;
        uint40 expiry = START + uint40(400 + ++_listed) * 1 days;
        _list(expiry);
        _expiries.push(expiry);
    }

    /// @dev The board listed first of those there are; the others stay.
    function _expire() private {
        if (_expiries.length == 0) return;
        if (vm.getBlockTimestamp() < _expiries[0]) vm.warp(_expiries[0]);
        catalogue.removeBoard(ETH, _expiries[0]);
        for (uint256 i = 1; i < _expiries.length; ++i) {
            _expiries[i - 1] = _expiries[i];
        }
        _expiries.pop();
    }

    function _setLimits(uint256 r) private {
        _limitsSet.maxTradeSize = Wad.wrap(1000e18 + r % 1e18);
        catalogue.setLimits(ETH, _limitsSet);
    }

    function _setParams(uint256 r) private {
        _paramsSet.halfSpread = Wad.wrap(r % 0.01e18);
        catalogue.setPricingParams(ETH, _paramsSet);
    }

    function _setModules(MarketId id, address orders_) private {
        Modules memory m = _modules(orders_);
        m.pricer = spy;
        catalogue.setModules(id, m);
    }

    function _takeAsAnyone(address who) private {
        vm.prank(who);
        catalogue.takeMargin(ETH);
    }

    function _check() private view {
        _is(ETH, owner.marginParams(ETH));
        assertEq(abi.encode(catalogue.limits(ETH)), abi.encode(_limitsSet), "limits as last set");
        assertEq(abi.encode(catalogue.pricingParams(ETH)), abi.encode(_paramsSet), "parameters as last set");
        assertEq(market.boards(ETH).length, _expiries.length, "boards as listed");
        for (uint256 i = 0; i < _expiries.length; ++i) {
            assertEq(market.boards(ETH)[i].expiry, _expiries[i], "in their order");
        }
    }

    function _is(MarketId id, MarginParams memory expected) private view {
        bytes memory words = abi.encode(expected);
        assertEq(abi.encode(owner.marginParams(id)), words, "clearing's");
        assertEq(abi.encode(catalogue.marginParams(id)), words, "INV-MKT-03: the copy is clearing's");
        assertEq(Wad.unwrap(market.potential(id)), uint256(keccak256(words)), "INV-MKT-03: the pricer is given it");
    }

    function _add() private {
        (_limitsSet, _paramsSet) = (_limits(), _params());
        catalogue.addMarket(ETH, _paramsSet, _limitsSet);
    }

    function _atm() private pure returns (Leg[] memory) {
        return _legs(_leg(MIDDLE, 2000e18, true, ONE));
    }

    function _tighter(MarginParams memory p) private pure returns (MarginParams memory) {
        if (Wad.unwrap(p.spotFloor) < 0.2e18) p.spotFloor = p.spotFloor + Wad.wrap(1e12);
        return p;
    }

    /// @dev Inside the box.
    function _random(uint256 r) private pure returns (MarginParams memory p) {
        p.spotShock = Wad.wrap(0.2e18 + r % 750_000 * 1e12);
        p.markFactor = Wad.wrap(1e18 + (r >> 20) % 1_000_000 * 1e12);
        p.spotFloor = Wad.wrap((r >> 40) % 200_000 * 1e12);
        (p.callLower, p.putLower) = (Wad.wrap(1.02e18), Wad.wrap(1.02e18 + (r >> 60) % 160_000 * 1e12));
        p.callUpper = Wad.wrap(1.2e18 + (r >> 80) % 2_800_000 * 1e12);
        p.putUpper = Wad.wrap(1.2e18 + (r >> 100) % 2_800_000 * 1e12);
        for (uint256 i = 0; i < 6; ++i) {
            p.knotTimes[i] = uint32((i * 1000 + (r >> 120) % 1000) * 1 hours);
            p.knotValues[i] = uint64(0.15e18 + (i * 100_000 + (r >> 140) % 100_000) * 1e12);
        }
    }
}
