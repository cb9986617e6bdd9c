// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {Board, IMarket} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {MarketId, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {SignedSize, Size} from "../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {FuzzSelector} from "../../utils/InvariantTargets.sol";
import {Test} from "../../utils/Test.sol";
import {CampaignConfig, PricingHandler} from "./PricingHandler.sol";

/// @notice The laws of prices on the contracts as they are deployed, together.
abstract contract PricingInvariants is Test {
    MarketId private constant ETH = MarketId.wrap(1);
    uint256 private constant SPOT = 2_500e18;
    /// @dev Wei of collateral's wad: ratios to a million of E have 18 digits.
    int256 private constant ROUNDING = 1e8;

    PricingHandler internal handler;
    IMarket private market;
    IClearing private clearing;

    function _config() internal pure virtual returns (CampaignConfig memory);

    function setUp() public {
        handler = new PricingHandler(_config());
        address clearing_;
        (market, clearing_) = handler.core();
        clearing = IClearing(clearing_);
        targetContract(address(handler));
        _drawTradesMoreOften();
    }

    function _drawTradesMoreOften() private {
        bytes4[] memory all = new bytes4[](14);
        for (uint256 i; i < 5; ++i) {
            all[i] = PricingHandler.trade.selector;
        }
        (all[5], all[6]) = (PricingHandler.tradeInParts.selector, PricingHandler.comeBack.selector);
        (all[7], all[8]) = (PricingHandler.settleSkew.selector, PricingHandler.sync.selector);
        (all[9], all[10]) = (PricingHandler.adjust.selector, PricingHandler.rebalance.selector);
        (all[11], all[12]) = (PricingHandler.roll.selector, PricingHandler.report.selector);
        all[13] = PricingHandler.beginAgain.selector;
        targetSelector(FuzzSelector({addr: address(handler), selectors: all}));
    }

    /// @dev Every run ends at its start.
    function afterInvariant() public {
        handler.comeBack();
        _checkSkew();
    }

    function invariant_Price2_ExtractionNeverExceedsPsi() public view {
        _checkSkew();
    }

    /// @dev One board of the three at a time.
    function invariant_Price4_Price5_EverythingIsMarkedAtParity() public view {
        uint256 count = handler.seriesCount() / 3;
        uint256 first = handler.trades() % 3 * count;
        SeriesId[] memory all = new SeriesId[](count);
        for (uint256 i; i < count; ++i) {
            all[i] = handler.seriesAt(first + i);
        }
        Leg[] memory one = new Leg[](1);
        one[0] = Leg(all[handler.trades() % count], SignedSize.wrap(1e15));
        market.quote(ETH, one);
        one[0].size = SignedSize.wrap(-1e24);
        market.quote(ETH, one);
        market.bookValue(ETH);
        (, Wad[] memory marks) = market.marks(all);
        for (uint256 i; i < count; i += 2) {
            // Call and put of a strike lie side by side; the deployed rate is zero
            assertApproxEqAbs(
                int256(Wad.unwrap(marks[i])) - int256(Wad.unwrap(marks[i + 1])),
                int256(SPOT) - int256(Wad.unwrap(all[i].strikeOf())),
                SPOT / 1e12,
                "Price-5: put-call parity"
            );
        }
    }

    function invariant_INV_MKT_01_TheBookIsClearings() public view {
        Board[] memory boards = market.boards(ETH);
        for (uint256 b; b < boards.length; ++b) {
            for (uint256 i; i < boards[b].strikes.length; ++i) {
                _checkSeries(seriesId(ETH, boards[b].expiry, boards[b].strikes[i], true), boards[b].calls[i]);
                _checkSeries(seriesId(ETH, boards[b].expiry, boards[b].strikes[i], false), boards[b].puts[i]);
            }
        }
    }

    function _checkSeries(SeriesId id, SignedSize booked) private view {
        int256 position = SignedSize.unwrap(clearing.vaultPosition(id));
        assertEq(SignedSize.unwrap(booked), position, "INV-MKT-01: the packed positions are clearing's");
        assertEq(int256(handler.longsOf(id)), -position, "INV-CLR-02: and the longs are the vault's shorts");
    }

    function _checkSkew() private view {
        int256 psi = SignedWad.unwrap(market.skew(ETH));
        assertGe(psi, 0, "Price-2: Psi is never negative");
        int256 rounding = int256(handler.trades() + 1) * ROUNDING;
        assertGe(handler.collected() + rounding, psi, "Price-2: nothing is given that was not collected");
    }
}

/// @dev What a campaign can reach, it reaches: here with actions drawn one after another.
contract PricingReachTest is Test {
    uint256 private constant ACTIONS = 400;

    function test_TheCampaignReachesEveryAction() public {
        PricingHandler handler =
            new PricingHandler(CampaignConfig({decimals: 6, anyTerms: false, deposits: 0, redemptions: 0.4e18}));
        uint256 seed = 1;
        for (uint256 i; i < ACTIONS; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _act(handler, seed % 12, seed >> 8);
        }
        bytes4[10] memory all = [
            PricingHandler.trade.selector,
            PricingHandler.tradeInParts.selector,
            PricingHandler.comeBack.selector,
            PricingHandler.settleSkew.selector,
            PricingHandler.sync.selector,
            PricingHandler.adjust.selector,
            PricingHandler.rebalance.selector,
            PricingHandler.roll.selector,
            PricingHandler.report.selector,
            PricingHandler.beginAgain.selector
        ];
        for (uint256 i; i < all.length; ++i) {
            assertGt(handler.done(all[i]), 0, string.concat("not reached: action ", vm.toString(i)));
        }
        assertGt(handler.done(PricingHandler.trade.selector), 50, "trades pass the limits often enough");
    }

    function _act(PricingHandler handler, uint256 action, uint256 seed) private {
        if (action < 4) handler.trade(seed, seed >> 8, seed >> 16);
        else if (action == 4) handler.tradeInParts(seed, seed >> 8, seed >> 16, seed >> 24);
        else if (action == 5) handler.comeBack();
        else if (action == 6) handler.settleSkew();
        else if (action == 7) handler.sync();
        else if (action == 8) handler.adjust();
        else if (action == 9) handler.rebalance(seed);
        else if (action == 10) handler.report();
        else if (seed & 15 == 0) handler.roll();
        else handler.beginAgain(seed);
    }
}

contract PricingDeployed6Test is PricingInvariants {
    function _config() internal pure override returns (CampaignConfig memory) {
        return CampaignConfig({decimals: 6, anyTerms: false, deposits: 0, redemptions: 0.4e18});
    }
}

contract PricingDeployed18Test is PricingInvariants {
    function _config() internal pure override returns (CampaignConfig memory) {
        return CampaignConfig({decimals: 18, anyTerms: false, deposits: 1_000_000, redemptions: 0});
    }
}

contract PricingAnyTerms0Test is PricingInvariants {
    function _config() internal pure override returns (CampaignConfig memory) {
        return CampaignConfig({decimals: 0, anyTerms: true, deposits: 0, redemptions: 0.3e18});
    }
}

contract PricingAnyTerms8Test is PricingInvariants {
    function _config() internal pure override returns (CampaignConfig memory) {
        return CampaignConfig({decimals: 8, anyTerms: true, deposits: 1_000_000, redemptions: 0});
    }
}
