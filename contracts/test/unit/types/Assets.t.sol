// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetScale, SignedAssets, assetScale, toAssetsCeil, toAssetsFloor} from "../../../src/types/Assets.sol";
import {SignedWad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

/// @notice Signed wads as base units: the nearest whole number above, or below, and the number itself where it is whole.
contract AssetsTest is Test {
    int256 private constant FAR = 2 ** 200;

    function test_CeilAndFloorAreTheNearestOnEitherSide(int256 value, uint256 decimals, bool whole) public pure {
        AssetScale scale = assetScale(uint8(bound(decimals, 0, 18)));
        int256 s = int256(AssetScale.unwrap(scale));
        value = value % FAR;
        if (whole) value -= value % s;
        int256 up = SignedAssets.unwrap(toAssetsCeil(SignedWad.wrap(value), scale));
        int256 down = SignedAssets.unwrap(toAssetsFloor(SignedWad.wrap(value), scale));
        assertTrue(up * s >= value && up * s < value + s, "above, by less than one");
        assertTrue(down * s <= value && down * s > value - s, "below, by less than one");
        assertTrue(value % s != 0 || up == down, "itself where it is whole");
    }

    function test_Ends() public pure {
        int256[2] memory ends = [type(int256).min, type(int256).max];
        for (uint256 i; i < ends.length; ++i) {
            SignedWad end = SignedWad.wrap(ends[i]);
            assertEq(SignedAssets.unwrap(toAssetsCeil(end, assetScale(18))), ends[i], "a base unit is a wad");
            assertEq(SignedAssets.unwrap(toAssetsFloor(end, assetScale(18))), ends[i], "a base unit is a wad");
        }
        assertEq(SignedAssets.unwrap(toAssetsCeil(SignedWad.wrap(ends[0]), assetScale(17))), ends[0] / 10, "up");
        assertEq(SignedAssets.unwrap(toAssetsFloor(SignedWad.wrap(ends[0]), assetScale(17))), ends[0] / 10 - 1, "down");
        assertEq(SignedAssets.unwrap(toAssetsCeil(SignedWad.wrap(ends[1]), assetScale(17))), ends[1] / 10 + 1, "up");
        assertEq(SignedAssets.unwrap(toAssetsFloor(SignedWad.wrap(ends[1]), assetScale(17))), ends[1] / 10, "down");
    }
}
