// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LocalAggregator} from "../../../local/LocalAggregator.sol";
import {TestToken} from "../../../local/TestToken.sol";
import {Clearing} from "../../../src/clearing/Clearing.sol";
import {ICatalogue} from "../../../src/interfaces/ICatalogue.sol";
import {IHedger} from "../../../src/interfaces/IHedger.sol";
import {IMarginPolicy} from "../../../src/interfaces/IMarginPolicy.sol";
import {IMarket} from "../../../src/interfaces/IMarket.sol";
import {ISpotOracle} from "../../../src/interfaces/ISpotOracle.sol";
import {ISurfaceOracle, SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {IVault} from "../../../src/interfaces/IVault.sol";
import {MarketId, SeriesId, seriesId} from "../../../src/types/SeriesId.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {DeployedKeel} from "../../utils/DeployedKeel.sol";
import {DeployedPool} from "../../utils/DeployedPool.sol";
import {Account, Test} from "../../utils/Test.sol";

/// @notice Keel deployed whole, with cash at work, three boards, and the day's cut-off just past: everything that a roll
/// reads is newer than the cut-off, so one roll may be made at any moment. From there on time and spot stand still. The day
/// before they did not: what was traded then has compartments off their targets.
abstract contract PricingWorld is Test {
    MarketId internal constant ETH = MarketId.wrap(1);
    uint256 internal constant SPOT = 2_500e18;
    /// @dev The day before: calls sold then lack margin now, and puts have too much.
    uint256 private constant SPOT_BEFORE = 2_150e18;
    uint256 internal constant EQUITY = 1_000_000;
    uint256 internal constant BOARDS = 3;
    uint256 internal constant STRIKES = 5;
    uint256 internal constant SERIES = BOARDS * STRIKES * 2;
    uint256 internal constant TRADERS = 3;
    uint256 private constant SIGNERS = 3;
    uint256 private constant FIRST_DAY = 20_833 days;
    uint256 private constant CUT_OFF = 8 hours + 30 minutes;
    uint256 private constant STEP = 20 minutes; // between two rounds of the feed
    uint256 private constant VARIANCE = 0.36e18; // 60 % a year
    /// @dev The first report is so old when time stops, and each later one a second younger.
    uint256 private constant OLDEST_REPORT = 50;

    DeployedKeel internal keel; // the governor
    TestToken internal token;
    LocalAggregator internal feed;
    DeployedPool internal pool;
    TestToken internal weth;
    ISpotOracle internal spotOracle;
    ISurfaceOracle internal surfaceOracle;
    ICatalogue internal catalogue;
    IMarket internal market;
    Clearing internal clearing;
    IMarginPolicy internal marginPolicy;
    IHedger internal hedger;
    IVault internal vault;
    address internal keeper;
    address internal alice; // depositors
    address internal bob;
    address[] internal traders;
    SeriesId[] internal series;
    uint256 internal unit;
    uint256 internal reportAge = OLDEST_REPORT;
    uint256 private _spot = SPOT_BEFORE;
    uint40[] private _expiries;
    Account[] private _signers; // ascending

    /// @param deposits whole units pending for the second roll
    /// @param redemptions share of the vault, wad, waiting for it
    function _open(uint8 decimals, uint256 deposits, uint256 redemptions) internal {
        unit = 10 ** decimals;
        vm.warp(FIRST_DAY + 9 hours);
        vm.roll(1_000);
        _deploy(decimals);
        _people();
        _deposit(alice, EQUITY * 6 / 10);
        _deposit(bob, EQUITY * 4 / 10);
        _listBoards();
        _pass(FIRST_DAY + 1 days + CUT_OFF + 1 minutes);
        vault.rollEpoch();
        _claim(alice);
        _claim(bob);
        if (deposits != 0) _deposit(alice, deposits);
        _redeem(alice, redemptions);
        _redeem(bob, redemptions);
    }

    /// @dev Past the second cut-off and at another spot, everything reported, nothing rolled.
    function _stopTheClock() internal {
        _spot = SPOT;
        _pass(FIRST_DAY + 2 days + CUT_OFF + 2 minutes);
        vm.roll(vm.getBlockNumber() + 2);
    }

    function _deploy(uint8 decimals) private {
        keeper = makeAddr("keeper");
        keel = new DeployedKeel();
        keel.deploy(SPOT, EQUITY, _makeSigners(), keeper, decimals);
        (token, weth, feed, pool) = (keel.usdc(), keel.weth(), keel.feed(), keel.pool());
        (spotOracle, surfaceOracle) = (keel.spotOracle(), keel.surfaceOracle());
        (catalogue, market, clearing) = (keel.catalogue(), keel.market(), keel.clearing());
        (marginPolicy, hedger, vault) = (keel.marginPolicy(), keel.hedger(), keel.vault());
    }

    function _people() private {
        (alice, bob) = (makeAddr("alice"), makeAddr("bob"));
        _fund(alice, address(vault), 100 * EQUITY);
        _fund(bob, address(vault), 100 * EQUITY);
        for (uint256 i; i < TRADERS; ++i) {
            traders.push(makeAddr(string.concat("trader ", vm.toString(i))));
            _fund(traders[i], address(clearing), 1000 * EQUITY);
        }
    }

    function _fund(address who, address spender, uint256 amount) private {
        token.mint(who, amount * unit);
        vm.prank(who);
        token.approve(spender, type(uint256).max);
    }

    function _makeSigners() private returns (address[] memory who) {
        who = new address[](SIGNERS);
        for (uint256 i; i < SIGNERS; ++i) {
            _signers.push(makeAccount(string.concat("signer ", vm.toString(i))));
            for (uint256 j = i; j > 0 && _signers[j - 1].addr > _signers[j].addr; --j) {
                Account memory higher = _signers[j - 1];
                _signers[j - 1] = _signers[j];
                _signers[j] = higher;
            }
        }
        for (uint256 i; i < SIGNERS; ++i) {
            who[i] = _signers[i].addr;
        }
    }

    function _deposit(address who, uint256 amount) private {
        vm.prank(who);
        vault.requestDeposit(amount * unit, who, who);
    }

    function _claim(address who) private {
        uint256 assets = vault.maxDeposit(who);
        vm.prank(who);
        vault.deposit(assets, who);
    }

    /// @dev A part, wad, of what somebody holds.
    function _redeem(address who, uint256 part) private {
        uint256 shares = keel.share().balanceOf(who) * part / 1e18;
        if (shares == 0) return;
        vm.prank(who);
        vault.requestRedeem(shares, who, who);
    }

    function _listBoards() private {
        uint256[BOARDS] memory days_ = [uint256(9), 30, 85];
        Wad[] memory strikes = new Wad[](STRIKES);
        for (uint256 i; i < STRIKES; ++i) {
            strikes[i] = Wad.wrap(2_100e18 + i * 200e18);
        }
        for (uint256 b; b < BOARDS; ++b) {
            uint40 expiry = uint40(FIRST_DAY + days_[b] * 1 days + 8 hours);
            _expiries.push(expiry);
            vm.prank(keeper);
            catalogue.listBoard(ETH, expiry, strikes);
            for (uint256 i; i < STRIKES; ++i) {
                series.push(seriesId(ETH, expiry, strikes[i], true));
                series.push(seriesId(ETH, expiry, strikes[i], false));
            }
        }
    }

    /// @dev Lets the time pass at an unchanged price, then reports everything.
    function _pass(uint256 until) private {
        _round();
        while (vm.getBlockTimestamp() < until) {
            uint256 left = until - vm.getBlockTimestamp();
            skip(left < STEP ? left : STEP);
            _round();
        }
        reportAge = OLDEST_REPORT;
        assertTrue(_report(), "the first report of a day");
        pool.moveTo(_spot);
        hedger.sync(ETH);
    }

    function _round() private {
        vm.prank(keeper);
        feed.push(int256(_spot / 1e10));
        spotOracle.observe(ETH);
    }

    /// @dev The same volatilities as ever, signed a second later than last time. False when the oracle refuses.
    function _report() internal returns (bool) {
        SliceReport[] memory reports = new SliceReport[](BOARDS);
        uint40 at_ = uint40(vm.getBlockTimestamp() - reportAge);
        for (uint256 b; b < BOARDS; ++b) {
            reports[b] = SliceReport({
                market: ETH,
                expiry: _expiries[b],
                reportedAt: at_,
                svi: _smile(_expiries[b] - at_),
                forwardRatio: _forwardRatio(b),
                spotAtReport: Wad.wrap(_spot)
            });
        }
        bytes32 digest = surfaceOracle.digest(reports);
        address[] memory who = new address[](SIGNERS);
        bytes[] memory signatures = new bytes[](SIGNERS);
        for (uint256 i; i < SIGNERS; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_signers[i].key, digest);
            (who[i], signatures[i]) = (_signers[i].addr, abi.encodePacked(r, s, v));
        }
        try surfaceOracle.relay(reports, who, signatures) returns (bool stored) {
            --reportAge;
            return stored;
        } catch {
            return false;
        }
    }

    /// @dev Of which a slot holds all: a 32nd and a 16th off spot.
    function _forwardRatio(uint256 board) internal pure returns (Wad) {
        return Wad.wrap([uint256(1e18), 0.96875e18, 1.0625e18][board]);
    }

    /// @dev Volatility at the money is the same for every expiry and at every report; a mild skew and curvature.
    function _smile(uint256 time) private pure returns (SviSlice) {
        int256 atm = int256(VARIANCE * time / 365 days * uint256(SVI_ONE) / 1e18);
        return sviSlice(atm * 8 / 10, atm, -SVI_ONE / 5, 0, SVI_ONE / 5);
    }
}
