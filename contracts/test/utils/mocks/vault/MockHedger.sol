// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgePosition} from "../../../../src/interfaces/IHedger.sol";
import {IVault} from "../../../../src/interfaces/IVault.sol";
import {Assets, SignedAssets} from "../../../../src/types/Assets.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {SignedWad} from "../../../../src/types/Wad.sol";
import {MockToken} from "./MockToken.sol";

/// @notice A cache a test writes, and the two calls the hedger makes.
contract MockHedger {
    HedgePosition private _position;

    function setPosition(int256 delta, int256 equity, uint40 syncedAt) external {
        _position.delta = SignedWad.wrap(delta);
        _position.equity = SignedAssets.wrap(equity);
        _position.syncedAt = syncedAt;
    }

    function position(MarketId) external view returns (HedgePosition memory) {
        return _position;
    }

    function draw(IVault vault, uint256 amount) external {
        vault.fund(Assets.wrap(amount));
    }

    function giveBack(IVault vault, MockToken asset, uint256 amount) external {
        asset.approve(address(vault), amount);
        vault.repay(Assets.wrap(amount));
    }
}
