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
import {VM} from "../../utils/Vm.sol";
import {CampaignConfig, PricingHandler} from "./PricingHandler.sol";

/// @dev From its artifact: every contract that names it after `new` would compile it again.
function deployHandler(CampaignConfig memory config) returns (PricingHandler) {
    return PricingHandler(VM.deployCode("PricingHandler.sol:PricingHandler", abi.encode(config)));
}

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
        handler = deployHandler(_config());
        address clearing_;
        (market, clearing_) = handler.core();
        clearing = IClearing(clearing_);
        targetContract(address(handler));
        _drawTradesMoreOften();
    }

    function _drawTradesMoreOften() private {
        bytes4[] memory all = new bytes4[](16);
        for (uint256 i; i < 5; ++i) {
            all[i] = PricingHandler.trade.selector;
        }
        (all[5], all[6]) = (PricingHandler.tradeInParts.selector, PricingHandler.comeBack.selector);
        all[7] = all[8] = PricingHandler.settleSkew.selector; // Psi is above the potential until somebody trades
        (all[9], all[10]) = (PricingHandler.sync.selector, PricingHandler.adjust.selector);
        (all[11], all[12]) = (PricingHandler.rebalance.selector, PricingHandler.raise.selector);
        (all[13], all[14]) = (PricingHandler.roll.selector, PricingHandler.report.selector);
        all[15] = PricingHandler.beginAgain.selector;
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
        uint256 forward = SPOT * handler.forwardRatioAt(first) / 1e18;
        for (uint256 i; i < count; i += 2) {
            // Call and put of a strike lie side by side; the deployed rate is zero
            assertApproxEqAbs(
                int256(Wad.unwrap(marks[i])) - int256(Wad.unwrap(marks[i + 1])),
                int256(forward) - int256(Wad.unwrap(all[i].strikeOf())),
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
        assertApproxEqAbs(
            handler.collected(), psi, uint256(rounding), "Price-2: Psi is what was collected and is not yet given"
        );
    }
}

/// @dev What a campaign can reach, it reaches in many of its runs: here with actions drawn one after another.
contract PricingReachTest is Test {
    uint256 private constant RUNS = 16;
    uint256 private constant DEPTH = 64; // as the campaigns
    uint256 private constant OFTEN = RUNS / 4;
    uint256 private constant LEAST_TRADES = 10; // pass the limits in a run

    PricingHandler private _handler;
    mapping(bytes4 action => uint256) private _runs; // in which it was done
    uint256 private _runsToppedUp;
    uint256 private _runsReleased;

    function test_DeployedTerms_ReachWhatAVaultWithCashDoes() public {
        _run(CampaignConfig({decimals: 6, anyTerms: false, deposits: 0, redemptions: 0.4e18}));
        _checkShared();
        _check(PricingHandler.roll.selector, "roll");
    }

    function test_ALineThatLacksCash_IsRaisedFor() public {
        _run(CampaignConfig({decimals: 6, anyTerms: false, deposits: 0, redemptions: 0.9e18}));
        _checkShared();
        _check(PricingHandler.raise.selector, "raise");
    }

    /// @dev Where delta is what is charged for most, a rebalance brings the potential below Psi.
    function test_AnyTerms_CutPsi() public {
        _run(CampaignConfig({decimals: 8, anyTerms: true, deposits: 1_000_000, redemptions: 0}));
        _checkShared();
        _check(PricingHandler.roll.selector, "roll");
        _check(PricingHandler.settleSkew.selector, "settleSkew");
    }

    function _checkShared() private view {
        _check(PricingHandler.trade.selector, "trade");
        _check(PricingHandler.tradeInParts.selector, "tradeInParts");
        _check(PricingHandler.comeBack.selector, "comeBack");
        _check(PricingHandler.sync.selector, "sync");
        _check(PricingHandler.adjust.selector, "adjust");
        _check(PricingHandler.rebalance.selector, "rebalance");
        _check(PricingHandler.report.selector, "report");
        _check(PricingHandler.beginAgain.selector, "beginAgain");
        assertGe(_runsToppedUp, OFTEN, "compartments are topped up in a quarter of the runs");
        assertGe(_runsReleased, OFTEN, "and released");
    }

    function _check(bytes4 action, string memory name) private view {
        assertGe(_runs[action], OFTEN, string.concat("done in less than a quarter of the runs: ", name));
    }

    function _run(CampaignConfig memory config) private {
        _handler = deployHandler(config);
        bytes4[11] memory all = [
            PricingHandler.trade.selector,
            PricingHandler.tradeInParts.selector,
            PricingHandler.comeBack.selector,
            PricingHandler.settleSkew.selector,
            PricingHandler.sync.selector,
            PricingHandler.adjust.selector,
            PricingHandler.rebalance.selector,
            PricingHandler.raise.selector,
            PricingHandler.roll.selector,
            PricingHandler.report.selector,
            PricingHandler.beginAgain.selector
        ];
        for (uint256 run; run < RUNS; ++run) {
            uint256 snapshot = vm.snapshotState();
            uint256 seed = uint256(keccak256(abi.encode(run)));
            for (uint256 i; i < DEPTH; ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                _act(seed % 15, seed >> 8);
            }
            // Memory outlives the state
            uint256[11] memory done;
            for (uint256 i; i < all.length; ++i) {
                done[i] = _handler.done(all[i]);
            }
            (bool toppedUp, bool released) = (_handler.toppedUp() != 0, _handler.released() != 0);
            vm.revertToStateAndDelete(snapshot);

            for (uint256 i; i < all.length; ++i) {
                if (done[i] >= (i == 0 ? LEAST_TRADES : 1)) ++_runs[all[i]];
            }
            if (toppedUp) ++_runsToppedUp;
            if (released) ++_runsReleased;
        }
    }

    /// @dev Drawn nearly as often as the campaigns draw them.
    function _act(uint256 action, uint256 seed) private {
        if (action < 4) _handler.trade(seed, seed >> 8, seed >> 16);
        else if (action == 4) _handler.tradeInParts(seed, seed >> 8, seed >> 16, seed >> 24);
        else if (action == 5) _handler.comeBack();
        else if (action < 8) _handler.settleSkew();
        else if (action == 8) _handler.sync(seed);
        else if (action == 9) _handler.adjust(seed, seed >> 8);
        else if (action == 10) _handler.rebalance(seed);
        else if (action == 11) _handler.raise(seed);
        else if (action == 12) _handler.roll();
        else if (action == 13) _handler.report();
        else _handler.beginAgain(seed);
    }
}

contract PricingDeployed6Test is PricingInvariants {
    function _config() internal pure override returns (CampaignConfig memory) {
        return CampaignConfig({decimals: 6, anyTerms: false, deposits: 0, redemptions: 0.4e18});
    }
}

contract PricingLeaving6Test is PricingInvariants {
    function _config() internal pure override returns (CampaignConfig memory) {
        return CampaignConfig({decimals: 6, anyTerms: false, deposits: 0, redemptions: 0.9e18});
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
