// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ORACLE_OPEN} from "../../../src/interfaces/ISpotOracle.sol";
import {Accounts, Epoch} from "../../../src/interfaces/IVault.sol";
import {Share} from "../../../src/vault/Share.sol";
import {Vault} from "../../../src/vault/Vault.sol";
import {Assets, SignedAssets} from "../../../src/types/Assets.sol";
import {Shares} from "../../../src/types/Shares.sol";
import {Test} from "../../utils/Test.sol";
import {MockClearing} from "../../utils/mocks/vault/MockClearing.sol";
import {MockHedger} from "../../utils/mocks/vault/MockHedger.sol";
import {MockMarket} from "../../utils/mocks/vault/MockMarket.sol";
import {MockSpotOracle} from "../../utils/mocks/vault/MockOracles.sol";
import {MockToken} from "../../utils/mocks/vault/MockToken.sol";

struct HandlerConfig {
    Vault vault;
    Share share;
    MockToken token;
    MockClearing clearing;
    MockMarket market;
    MockHedger hedger;
    MockSpotOracle spotOracle;
    uint256 unit;
}

/// @notice People, markets and accidents around one vault. Every call is one that should succeed.
contract VaultHandler is Test {
    uint256 public constant PEOPLE = 5;
    uint256 private constant MAX_DEPOSIT_UNITS = 100_000;
    uint256 private constant MAX_DONATION_UNITS = 10_000;
    uint256 private constant MAX_BOOK_UNITS = 200_000;
    uint256 private constant MAX_VEGA_UNITS = 1_000_000;
    uint256 private constant MAX_WAIT = 3 days;
    uint256 private constant SPOT = 3_000e18;

    Vault private immutable _VAULT;
    Share private immutable _SHARE;
    MockToken private immutable _TOKEN;
    MockClearing private immutable _CLEARING;
    MockMarket private immutable _MARKET;
    MockHedger private immutable _HEDGER;
    MockSpotOracle private immutable _SPOT_ORACLE;
    uint256 private immutable _UNIT;
    uint256 private immutable _VIRTUAL_SHARES;
    uint256 private immutable _VIRTUAL_ASSETS;

    address[] public people;
    uint256 public donatedToVault;
    uint256 public donatedShares;
    uint256 public rolls;
    bool public dilutedAtMark;
    bool public dilutedAtAverage;

    constructor(HandlerConfig memory config) {
        (_VAULT, _SHARE, _TOKEN) = (config.vault, config.share, config.token);
        (_CLEARING, _MARKET, _HEDGER) = (config.clearing, config.market, config.hedger);
        (_SPOT_ORACLE, _UNIT) = (config.spotOracle, config.unit);
        uint256 scale = 1e18 / config.unit;
        _VIRTUAL_SHARES = scale > 1e9 ? scale : 1e9;
        _VIRTUAL_ASSETS = _VIRTUAL_SHARES / scale;
        for (uint256 i; i < PEOPLE; ++i) {
            people.push(makeAddr(string.concat("person ", vm.toString(i))));
        }
    }

    // People

    function requestDeposit(uint256 who, uint256 forWhom, uint256 assets) external {
        address person = _person(who);
        assets = bound(assets, _UNIT, MAX_DEPOSIT_UNITS * _UNIT);
        _TOKEN.mint(person, assets);
        vm.startPrank(person);
        _TOKEN.approve(address(_VAULT), assets);
        _VAULT.requestDeposit(assets, _person(forWhom), person);
        vm.stopPrank();
    }

    function requestRedeem(uint256 who, uint256 shares) external {
        address person = _person(who);
        uint256 balance = _SHARE.balanceOf(person);
        if (balance == 0 || _hasRedemptionElsewhere(person)) return;
        shares = bound(shares, 1, balance);
        if (_VAULT.convertToAssets(shares) < _UNIT) shares = balance;
        vm.prank(person);
        _VAULT.requestRedeem(shares, person, person);
    }

    function cancel(uint256 who) external {
        address person = _person(who);
        uint256 id = _VAULT.currentEpoch();
        vm.startPrank(person);
        if (_VAULT.pendingDepositRequest(id, person) != 0) _VAULT.cancelDepositRequest(id, person);
        if (_VAULT.pendingRedeemRequest(id, person) != 0) _VAULT.cancelRedeemRequest(id, person);
        vm.stopPrank();
    }

    function claimCancelled(uint256 who, uint256 id) external {
        _claimCancelled(_person(who), bound(id, 1, _VAULT.currentEpoch()));
    }

    function claimShares(uint256 who, uint256 assets) external {
        address person = _person(who);
        uint256 most = _VAULT.maxDeposit(person);
        if (most == 0) return;
        vm.prank(person);
        _VAULT.deposit(bound(assets, 1, most), person, person);
    }

    function claimMintedShares(uint256 who, uint256 shares) external {
        address person = _person(who);
        uint256 most = _VAULT.maxMint(person);
        if (most == 0) return;
        vm.prank(person);
        _VAULT.mint(bound(shares, 1, most), person, person);
    }

    function claimRedeemed(uint256 who, uint256 shares) external {
        address person = _person(who);
        uint256 most = _VAULT.maxRedeem(person);
        if (most == 0) return;
        vm.prank(person);
        _VAULT.redeem(bound(shares, 1, most), person, person);
    }

    function claimWithdrawn(uint256 who, uint256 assets) external {
        address person = _person(who);
        uint256 most = _VAULT.maxWithdraw(person);
        if (most == 0) return;
        vm.prank(person);
        _VAULT.withdraw(bound(assets, 1, most), person, person);
    }

    function transferShares(uint256 from, uint256 to, uint256 shares) external {
        address person = _person(from);
        shares = bound(shares, 0, _SHARE.balanceOf(person));
        vm.prank(person);
        _SHARE.transfer(_person(to), shares);
    }

    // Time

    function roll(uint256 late) external {
        vm.warp(_VAULT.cutOff() + bound(late, 0, MAX_WAIT));
        _roll();
    }

    function wait(uint256 secs) external {
        vm.warp(vm.getBlockTimestamp() + bound(secs, 1, 1 days));
    }

    // Markets and accidents

    function moveBook(int256 atMark, int256 atAverage, uint256 vega) external {
        int256 most = int256(MAX_BOOK_UNITS * 1e18);
        _MARKET.setBook(
            bound(atMark, -most, most), bound(atAverage, -most, most), int256(bound(vega, 0, MAX_VEGA_UNITS * 1e18))
        );
    }

    function earn(uint256 assets) external {
        _CLEARING.gain(address(_VAULT), bound(assets, 0, MAX_DEPOSIT_UNITS * _UNIT));
    }

    function lose(uint256 assets) external {
        (Assets free,) = _CLEARING.balances(address(_VAULT));
        _CLEARING.lose(address(_VAULT), bound(assets, 0, Assets.unwrap(free)));
    }

    function lock(uint256 assets) external {
        (Assets free,) = _CLEARING.balances(address(_VAULT));
        _CLEARING.lock(address(_VAULT), bound(assets, 0, Assets.unwrap(free)));
    }

    function release(uint256 assets) external {
        (, Assets locked) = _CLEARING.balances(address(_VAULT));
        _CLEARING.release(address(_VAULT), bound(assets, 0, Assets.unwrap(locked)));
    }

    /// @dev The hedger takes what it may and brings back what it likes; its cache says what it holds.
    function hedge(uint256 draw, uint256 back) external {
        Accounts memory a = _VAULT.accounts();
        _HEDGER.draw(_VAULT, bound(draw, 0, Assets.unwrap(a.free)));
        _HEDGER.giveBack(_VAULT, _TOKEN, bound(back, 0, _TOKEN.balanceOf(address(_HEDGER))));
        _syncHedges();
    }

    function donateToVault(uint256 assets) external {
        assets = bound(assets, 0, MAX_DONATION_UNITS * _UNIT);
        donatedToVault += assets;
        _TOKEN.mint(address(_VAULT), assets);
    }

    function donateSharesToVault(uint256 who, uint256 shares) external {
        address person = _person(who);
        shares = bound(shares, 0, _SHARE.balanceOf(person));
        donatedShares += shares;
        vm.prank(person);
        _SHARE.transfer(address(_VAULT), shares);
    }

    function donateToEquity(uint256 assets) external {
        assets = bound(assets, 0, MAX_DONATION_UNITS * _UNIT);
        _TOKEN.mint(address(this), assets);
        _TOKEN.approve(address(_CLEARING), assets);
        _CLEARING.deposit(address(_VAULT), Assets.wrap(assets));
    }

    // The end of the world, for INV-VLT-05: everything comes home, everybody leaves.

    function endOfTheWorld() external {
        _MARKET.setBook(0, 0, 0);
        _HEDGER.giveBack(_VAULT, _TOKEN, _TOKEN.balanceOf(address(_HEDGER)));
        (, Assets locked) = _CLEARING.balances(address(_VAULT));
        _CLEARING.release(address(_VAULT), Assets.unwrap(locked));
        _CLEARING.gain(address(_VAULT), _UNIT); // so that there is a price to leave at

        for (uint256 round; round < 3; ++round) {
            _rollAtCutOff();
            for (uint256 i; i < PEOPLE; ++i) {
                _claimAll(people[i]);
                uint256 shares = _SHARE.balanceOf(people[i]);
                if (round == 2 || shares == 0) continue;
                vm.prank(people[i]);
                _VAULT.requestRedeem(shares, people[i], people[i]);
            }
        }
    }

    function _claimAll(address person) private {
        uint256 assets = _VAULT.maxDeposit(person);
        uint256 shares = _VAULT.maxRedeem(person);
        vm.startPrank(person);
        if (assets != 0) _VAULT.deposit(assets, person, person);
        if (shares != 0) _VAULT.redeem(shares, person, person);
        vm.stopPrank();
        for (uint256 id = 1; id <= _VAULT.currentEpoch(); ++id) {
            _claimCancelled(person, id);
        }
    }

    function _claimCancelled(address person, uint256 id) private {
        vm.startPrank(person);
        if (_VAULT.claimableCancelDepositRequest(id, person) != 0) {
            _VAULT.claimCancelDepositRequest(id, person, person);
        }
        if (_VAULT.claimableCancelRedeemRequest(id, person) != 0) {
            _VAULT.claimCancelRedeemRequest(id, person, person);
        }
        vm.stopPrank();
    }

    function _rollAtCutOff() private {
        if (vm.getBlockTimestamp() < _VAULT.cutOff()) vm.warp(_VAULT.cutOff());
        _roll();
    }

    function _roll() private {
        _syncHedges();
        _SPOT_ORACLE.set(SPOT, SPOT, uint40(vm.getBlockTimestamp()), ORACLE_OPEN);
        (Accounts memory before, uint256 supplyBefore) = (_VAULT.accounts(), _SHARE.totalSupply());

        Epoch memory result = _VAULT.rollEpoch();

        (Accounts memory afterwards, uint256 supplyAfter) = (_VAULT.accounts(), _SHARE.totalSupply());
        assertEq(supplyAfter, supplyBefore + Shares.unwrap(result.minted) - Shares.unwrap(result.burned), "supply");
        dilutedAtMark = dilutedAtMark || _falls(before.equityAtMark, supplyBefore, afterwards.equityAtMark, supplyAfter);
        dilutedAtAverage =
            dilutedAtAverage || _falls(before.equityAtAverage, supplyBefore, afterwards.equityAtAverage, supplyAfter);
        ++rolls;
    }

    /// @dev Whether value per share fell, virtual shares counted, compared across without a division.
    function _falls(SignedAssets before, uint256 supplyBefore, SignedAssets afterwards, uint256 supplyAfter)
        private
        view
        returns (bool)
    {
        int256 left =
            (SignedAssets.unwrap(before) + int256(_VIRTUAL_ASSETS)) * int256(supplyAfter + _VIRTUAL_SHARES);
        int256 right =
            (SignedAssets.unwrap(afterwards) + int256(_VIRTUAL_ASSETS)) * int256(supplyBefore + _VIRTUAL_SHARES);
        return right < left;
    }

    function _syncHedges() private {
        _HEDGER.setPosition(0, int256(_TOKEN.balanceOf(address(_HEDGER))), uint40(vm.getBlockTimestamp()));
    }

    function _hasRedemptionElsewhere(address person) private view returns (bool) {
        uint256 open = _VAULT.currentEpoch();
        for (uint256 id = 1; id < open; ++id) {
            if (_VAULT.pendingRedeemRequest(id, person) != 0) return true;
        }
        return false;
    }

    function _person(uint256 seed) private view returns (address) {
        return people[seed % PEOPLE];
    }
}
