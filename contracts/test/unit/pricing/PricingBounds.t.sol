// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPricer, PricingParams} from "../../../src/interfaces/IPricer.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @notice The knots of the tenor factors: positive, each beyond the one before.
contract PricingBoundsTest is MarketFixture {
    function setUp() public {
        _deploy(6);
    }

    function _expectKnots(PricingParams memory p, uint32 previous, uint32 next) private {
        vm.expectRevert(abi.encodeWithSelector(IPricer.KnotsNotAscending.selector, previous, next));
        catalogue.setPricingParams(ETH, p);
    }

    function test_RevertWhen_FirstKnotIsZero() public {
        PricingParams memory p = _params();
        p.tenorKnots[0] = 0;
        _expectKnots(p, 0, 0);
        p.tenorKnots[0] = 1;
        catalogue.setPricingParams(ETH, p);
        assertEq(catalogue.pricingParams(ETH).tenorKnots[0], 1, "one second is a knot");
    }

    function test_RevertWhen_AKnotIsNotBeyondTheOneBefore(uint256 at_, uint256 by) public {
        PricingParams memory p = _params();
        uint256 i = bound(at_, 1, 3);
        uint32 previous = p.tenorKnots[i - 1];
        p.tenorKnots[i] = previous - uint32(bound(by, 1, previous));
        _expectKnots(p, previous, p.tenorKnots[i]);
        p.tenorKnots[i] = previous; // the same twice
        _expectKnots(p, previous, previous);
        // One second beyond is enough, if the next is beyond that
        p.tenorKnots[i] = previous + 1;
        catalogue.setPricingParams(ETH, p);
        assertEq(catalogue.pricingParams(ETH).tenorKnots[i], previous + 1, "taken");
    }

    function test_RevertWhen_KnotsOfANewMarketDoNotAscend() public {
        PricingParams memory p = _params();
        p.tenorKnots = [uint32(1 days), 30 days, 7 days, 180 days];
        vm.expectRevert(abi.encodeWithSelector(IPricer.KnotsNotAscending.selector, 30 days, 7 days));
        catalogue.addMarket(MarketId.wrap(2), p, _limits());
        assertEq(market.markets().length, 1, "it is not added");
        p.tenorKnots = [uint32(1 days), 7 days, 30 days, 180 days];
        catalogue.addMarket(MarketId.wrap(2), p, _limits());
        assertEq(market.markets().length, 2, "in order, it is");
    }
}
