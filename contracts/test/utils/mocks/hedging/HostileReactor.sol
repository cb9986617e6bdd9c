// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IHedger} from "../../../../src/interfaces/IHedger.sol";
import {IReactor, ReactorReport} from "../../../../src/interfaces/IReactor.sol";
import {Assets, SignedAssets} from "../../../../src/types/Assets.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {SignedWad, Wad} from "../../../../src/types/Wad.sol";

/// @notice A venue that can fail in every way the hedger guards against, otherwise a frictionless one at spot.
contract HostileReactor is IReactor {
    uint256 public constant HONEST = 0;
    uint256 public constant REVERTS = 1;
    uint256 public constant BURNS_GAS = 2;
    uint256 public constant CLAIMS_A_FILL = 3; // keeps the cash, reports no change
    uint256 public constant OVERFILLS = 4;
    uint256 public constant FILLS_BACKWARDS = 5;
    uint256 public constant KEEPS_THE_CHANGE = 6; // returns nothing and fills one per cent less than it was paid for
    uint256 public constant BOMBS = 7; // a megabyte of return data
    uint256 public constant REPORT_REVERTS = 8;
    uint256 public constant REPORT_BURNS_GAS = 9;
    uint256 public constant REPORT_ABSURD = 10;
    uint256 public constant REPORT_SHORT = 11;
    uint256 public constant REENTERS = 12;
    uint256 public constant SYNC_REVERTS = 13;

    IERC20 public immutable TOKEN;
    uint256 public immutable WAD_PER_UNIT;
    IHedger public hedger;
    uint256 public mode;
    int256 public held;
    int256 public reentryError;

    constructor(IERC20 token, uint256 wadPerUnit) {
        TOKEN = token;
        WAD_PER_UNIT = wadPerUnit;
    }

    function set(IHedger hedger_, uint256 mode_) external {
        (hedger, mode) = (hedger_, mode_);
    }

    function hedge(SignedWad amount, Wad spot, Wad) external returns (SignedWad filled, SignedWad inFlight) {
        if (mode == REVERTS) revert("no");
        if (mode == BURNS_GAS) _burn();
        if (mode == BOMBS) _bomb();
        if (mode == CLAIMS_A_FILL) return (amount, inFlight);
        if (mode == REENTERS) _reenter();

        int256 size = SignedWad.unwrap(amount);
        if (mode == OVERFILLS) size += size / 10;
        if (mode == FILLS_BACKWARDS) size = -size;
        held += mode == KEEPS_THE_CHANGE ? size * 99 / 100 : size;
        uint256 value = uint256(size < 0 ? -size : size) * Wad.unwrap(spot) / 1e18 / WAD_PER_UNIT;
        uint256 cash = TOKEN.balanceOf(address(this));
        uint256 back = size > 0 ? (cash > value ? cash - value : 0) : value;
        if (mode == KEEPS_THE_CHANGE) back = 0;
        TOKEN.transfer(msg.sender, back);
        return (SignedWad.wrap(size), inFlight);
    }

    function delta() public view returns (SignedWad) {
        return SignedWad.wrap(held);
    }

    function equity(Wad spot) public view returns (SignedAssets) {
        return SignedAssets.wrap(held * int256(Wad.unwrap(spot)) / 1e18 / int256(WAD_PER_UNIT));
    }

    function capacity(Wad, Wad) public pure returns (Wad up, Wad down) {
        return (Wad.wrap(1e24), Wad.wrap(1e24));
    }

    function report(Wad spot, Wad slippage) external view returns (ReactorReport memory r) {
        if (mode == REPORT_REVERTS) revert("no");
        if (mode == REPORT_BURNS_GAS) _burn();
        if (mode == REPORT_SHORT) {
            assembly {
                return(0, 32)
            }
        }
        r.delta = delta();
        r.equity = equity(spot);
        (r.capacityUp, r.capacityDown) = capacity(spot, slippage);
        if (mode == REPORT_ABSURD) r.equity = SignedAssets.wrap(type(int256).max);
    }

    function cashFor(SignedWad amount, Wad spot, Wad slippage) external view returns (Assets) {
        int256 size = SignedWad.unwrap(amount);
        if (size <= 0) return Assets.wrap(0);
        return
            Assets.wrap(uint256(size) * Wad.unwrap(spot) / 1e18 * (1e18 + Wad.unwrap(slippage)) / 1e18 / WAD_PER_UNIT);
    }

    function withdraw(Assets) external pure returns (Assets paid) {
        return paid;
    }

    function unwind(Wad spot, Wad slippage) external returns (Assets paid) {
        this.hedgeFor(msg.sender, -held, spot, slippage);
        return paid;
    }

    function hedgeFor(address to, int256 size, Wad spot, Wad) external {
        held += size;
        TOKEN.transfer(to, uint256(-size) * Wad.unwrap(spot) / 1e18 / WAD_PER_UNIT);
    }

    function sync() external view {
        if (mode == SYNC_REVERTS) revert("no sync");
    }

    function _reenter() private {
        try hedger.rebalance(MarketId.wrap(1)) {
            reentryError = 1;
        } catch {
            reentryError = -1;
        }
        try hedger.sync(MarketId.wrap(1)) {
            reentryError = 2;
        } catch {}
    }

    function _burn() private pure {
        assembly {
            invalid()
        }
    }

    function _bomb() private pure {
        assembly {
            revert(0, 1000000)
        }
    }
}
