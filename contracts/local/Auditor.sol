// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import {IClearing} from "../src/interfaces/IClearing.sol";
import {Accounts, IVault} from "../src/interfaces/IVault.sol";
import {Assets} from "../src/types/Assets.sol";
import {SeriesId} from "../src/types/SeriesId.sol";
import {Size} from "../src/types/Size.sol";
import {LocalOnly} from "./LocalOnly.sol";

/// @notice What to count.
struct AuditScope {
    IClearing clearing;
    IVault vault;
    IERC20[] tokens; // each with all its holders counted
    address[] holders; // everybody who can hold tokens
    address[] longHolders; // everybody who can hold longs
    SeriesId[] series; // every series that was ever traded
}

/// @notice Supplies beside what is held, in base units: equal where every unit is accounted for.
struct Audit {
    uint256[] supply; // per token
    uint256[] held;
    uint256 clearingBalance;
    uint256 clearingAccounted; // free + compartments + pots
    uint256 vaultBalance;
    uint256 vaultAccounted; // pending + claimable
    uint256[] outstanding; // per series: longs there should be
    uint256[] longs; // and longs that are held
    bool[] finished; // per series: settled, redeemed to the last and its pot empty
}

/// @title Auditor
/// @notice Counts every unit of a local deployment in one call.
contract Auditor is LocalOnly {
    function audit(AuditScope calldata scope) external view returns (Audit memory result) {
        result.supply = new uint256[](scope.tokens.length);
        result.held = new uint256[](scope.tokens.length);
        for (uint256 i; i < scope.tokens.length; ++i) {
            result.supply[i] = scope.tokens[i].totalSupply();
            for (uint256 j; j < scope.holders.length; ++j) {
                result.held[i] += scope.tokens[i].balanceOf(scope.holders[j]);
            }
        }
        _cash(scope, result);
        _longs(scope, result);
    }

    function _cash(AuditScope calldata scope, Audit memory result) private view {
        IERC20 asset = IERC20(scope.vault.asset());
        result.clearingBalance = asset.balanceOf(address(scope.clearing));
        for (uint256 i; i < scope.holders.length; ++i) {
            (Assets free, Assets locked) = scope.clearing.balances(scope.holders[i]);
            result.clearingAccounted += Assets.unwrap(free) + Assets.unwrap(locked);
        }
        for (uint256 i; i < scope.series.length; ++i) {
            result.clearingAccounted += Assets.unwrap(scope.clearing.pot(scope.series[i]));
        }
        result.vaultBalance = asset.balanceOf(address(scope.vault));
        Accounts memory accounts = scope.vault.accounts();
        result.vaultAccounted = Assets.unwrap(accounts.pending) + Assets.unwrap(accounts.claimable);
    }

    function _longs(AuditScope calldata scope, Audit memory result) private view {
        result.outstanding = new uint256[](scope.series.length);
        result.longs = new uint256[](scope.series.length);
        result.finished = new bool[](scope.series.length);
        IERC6909 longs = IERC6909(address(scope.clearing));
        for (uint256 i; i < scope.series.length; ++i) {
            SeriesId series = scope.series[i];
            result.outstanding[i] = Size.unwrap(scope.clearing.outstanding(series));
            for (uint256 j; j < scope.longHolders.length; ++j) {
                result.longs[i] += longs.balanceOf(scope.longHolders[j], SeriesId.unwrap(series));
            }
            result.finished[i] = result.outstanding[i] == 0 && scope.clearing.settlement(series).settled
                && Assets.unwrap(scope.clearing.pot(series)) == 0;
        }
    }
}
