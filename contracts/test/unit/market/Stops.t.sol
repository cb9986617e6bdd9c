// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICatalogue} from "../../../src/interfaces/ICatalogue.sol";
import {IMarket} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {SignedSize} from "../../../src/types/Size.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// setStops, addStops
/// ├── given a series stopped for buying
/// │   ├── when opened by a buyer: reverts, in an order of several legs too
/// │   ├── when opened by a seller, or another series is bought: trades
/// │   └── when sold back: trades
/// ├── given a series stopped for selling: the mirror of that
/// ├── adding stops leaves those there are
/// ├── given no such board: reverts
/// └── another board's stops stay with it when one is listed or removed
contract StopsTest is MarketFixture {
    int256 private constant ONE = 1e18;
    uint256 private constant NODES = 8;
    uint256 private constant SELLS = 128;
    /// @dev 2,000 is the fifth strike.
    uint256 private constant ATM_CALL = 8;

    function setUp() public {
        _deploy(6);
    }

    function _atm(int256 size) private pure returns (Leg[] memory) {
        return _legs(_leg(MIDDLE, 2000e18, true, size));
    }

    function _stopped(Leg[] memory legs) private {
        _expectRevert(legs, abi.encodeWithSelector(IMarket.SeriesStopped.selector, legs[0].series));
    }

    function test_RevertGiven_BuyingStopped() public {
        _trade(_atm(2 * ONE));
        catalogue.setStops(ETH, MIDDLE, 1 << ATM_CALL);
        _stopped(_atm(ONE));
        _stopped(_legs(_atm(ONE)[0], _leg(MIDDLE, 2000e18, false, ONE)));
        _trade(_legs(_leg(MIDDLE, 2000e18, false, ONE)));
        _trade(_legs(_leg(MIDDLE, 1900e18, true, ONE)));
        _trade(_legs(_leg(FAR, 2000e18, true, ONE)));
        // Back to flat: closing. Beyond it the trader opens by selling, which is not stopped
        _trade(_atm(-2 * ONE));
        _trade(_atm(-ONE));
        // The vault is long: buying that back closes
        _trade(_atm(ONE));
        _stopped(_atm(ONE));
    }

    function test_RevertGiven_SellingStopped() public {
        catalogue.setStops(ETH, MIDDLE, 1 << ATM_CALL + SELLS);
        _stopped(_atm(-ONE));
        _trade(_atm(2 * ONE));
        _trade(_atm(-2 * ONE));
        _stopped(_atm(-ONE));
    }

    /// @dev Every bit is one series and side, and no other.
    function test_EachBitIsOneSeriesAndSide(uint256 node, bool call, bool buys, uint256 other) public {
        node = bound(node, 0, NODES - 1);
        uint256 bit = 2 * node + (call ? 0 : 1) + (buys ? 0 : SELLS);
        catalogue.setStops(ETH, FAR, 1 << bit);
        int256 size = buys ? ONE : -ONE;
        _stopped(_legs(_leg(FAR, 1600e18 + node * 100e18, call, size)));

        catalogue.setStops(ETH, FAR, ~(uint256(1) << bit));
        _trade(_legs(_leg(FAR, 1600e18 + node * 100e18, call, size)));
        other = bound(other, 0, 4 * NODES - 1);
        uint256 place = other / 4;
        bool otherCall = other & 1 == 0;
        bool otherBuys = other & 2 == 0;
        if (place == node && otherCall == call && otherBuys == buys) return;
        // What has just been opened may be closed
        if (place == node && otherCall == call) return;
        _stopped(_legs(_leg(FAR, 1600e18 + place * 100e18, otherCall, otherBuys ? ONE : -ONE)));
    }

    function test_AddingKeepsWhatIsStopped(uint256 first, uint256 second) public {
        catalogue.setStops(ETH, MIDDLE, first);
        catalogue.addStops(ETH, MIDDLE, second);
        assertEq(catalogue.stops(ETH, MIDDLE), first | second, "adding clears nothing");
        catalogue.setStops(ETH, MIDDLE, second);
        assertEq(catalogue.stops(ETH, MIDDLE), second, "setting does");
    }

    function test_StopsStayWithTheirBoard(uint256 near, uint256 middle, uint256 far, uint256 gone) public {
        catalogue.setStops(ETH, NEAR, near);
        catalogue.setStops(ETH, MIDDLE, middle);
        catalogue.setStops(ETH, FAR, far);
        _list(START + 60 days);
        assertEq(catalogue.stops(ETH, START + 60 days), 0, "a new board stops nothing");
        catalogue.setStops(ETH, START + 60 days, near ^ far);
        uint40[4] memory expiries = [NEAR, MIDDLE, FAR, START + 60 days];
        uint256[4] memory given = [near, middle, far, near ^ far];
        gone = bound(gone, 0, 3);
        vm.warp(expiries[gone]);
        catalogue.removeBoard(ETH, expiries[gone]);
        for (uint256 b = 0; b < 4; ++b) {
            if (b != gone) assertEq(catalogue.stops(ETH, expiries[b]), given[b], "others keep theirs");
        }
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.NoSuchBoard.selector, ETH, expiries[gone]));
        catalogue.stops(ETH, expiries[gone]);
    }

    function test_RevertGiven_NoSuchBoard() public {
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.NoSuchBoard.selector, ETH, NEAR + 1));
        catalogue.setStops(ETH, NEAR + 1, 1);
        vm.expectRevert(abi.encodeWithSelector(ICatalogue.NoSuchBoard.selector, ETH, NEAR + 1));
        catalogue.addStops(ETH, NEAR + 1, 1);
    }

    function test_RevertWhen_NotAllowed() public {
        vm.startPrank(trader);
        vm.expectRevert();
        catalogue.setStops(ETH, NEAR, 1);
        vm.expectRevert();
        catalogue.addStops(ETH, NEAR, 1);
        vm.stopPrank();
        assertEq(catalogue.stops(ETH, NEAR), 0);
    }

    /// @dev The run of words behind the boards changes no price.
    function test_StopsDoNotMovePrices(uint256 stops) public {
        Leg[] memory legs = _legs(Leg(_atm(ONE)[0].series, SignedSize.wrap(3 * ONE)));
        int256 before = _quoteCash(legs);
        catalogue.setStops(ETH, NEAR, stops);
        assertEq(_quoteCash(legs), before, "a quote looks at no stops");
    }
}
