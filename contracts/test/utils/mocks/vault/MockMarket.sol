// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Board} from "../../../../src/interfaces/IMarket.sol";
import {BookValue} from "../../../../src/interfaces/IPricer.sol";
import {IVault} from "../../../../src/interfaces/IVault.sol";
import {Assets} from "../../../../src/types/Assets.sol";
import {Backing, toBacking} from "../../../../src/types/Backing.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../../src/types/Size.sol";
import {SignedWad, Wad} from "../../../../src/types/Wad.sol";

/// @notice One market whose book is worth what a test says.
contract MockMarket {
    MarketId private constant MARKET = MarketId.wrap(1);

    int256 private _atMark;
    int256 private _atAverage;
    int256 private _vega;
    Board[] private _boards;
    address public vault;
    Backing public backing;
    uint256 public unit;

    function setBook(int256 atMark, int256 atAverage, int256 vega) external {
        (_atMark, _atAverage, _vega) = (atMark, atAverage, vega);
    }

    /// @notice Lists a board of one strike; a position of zero is a board without one.
    function addBoard(uint40 expiry, int256 calls, int256 puts) external {
        Board storage board = _boards.push();
        board.expiry = expiry;
        board.strikes.push(Wad.wrap(1));
        board.calls.push(SignedSize.wrap(calls));
        board.puts.push(SignedSize.wrap(puts));
    }

    /// @dev Asked for by the vault's actuary: the vault is what it was made by.
    function takeBacking(MarketId) external {
        Assets e = IVault(vault).equity();
        backing = toBacking(_none(), Assets.unwrap(e) * 1e18 / unit);
    }

    function setVault(address vault_, uint256 unit_) external {
        (vault, unit) = (vault_, unit_);
    }

    /// @return hedge where five zeros lie: no hedges
    function _none() private pure returns (uint256 hedge) {
        uint256[5] memory words;
        assembly ("memory-safe") {
            hedge := words
        }
    }

    function clearBoards() external {
        delete _boards;
    }

    function markets() external pure returns (MarketId[] memory ids) {
        ids = new MarketId[](1);
        ids[0] = MARKET;
    }

    function bookValue(MarketId) external view returns (BookValue memory atMark, BookValue memory atAverage) {
        atMark.value = SignedWad.wrap(_atMark);
        atAverage.value = SignedWad.wrap(_atAverage);
        (atMark.vega, atAverage.vega) = (SignedWad.wrap(_vega), SignedWad.wrap(_vega));
    }

    function boards(MarketId) external view returns (Board[] memory) {
        return _boards;
    }
}
