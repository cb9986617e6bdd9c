// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OpenMarket} from "../../utils/mocks/market/OpenMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {SignedAssets} from "../../../src/types/Assets.sol";
import {SignedSize} from "../../../src/types/Size.sol";

/// @notice However an order is cut up, by size, by leg or both, and in whatever order the parts are sent, the parts never
/// cost less than the whole. Over random books, parameters, marks, averages, slices in grace and hedges.
abstract contract SplittingTest is OpenMarket {
    uint256 private constant MOST_PARTS = 6;

    function _decimals() internal pure virtual returns (uint8);

    function setUp() public {
        _deployOpen(_decimals());
    }

    function test_Price1_NoSplitOfSeveralLegsHelps(uint256 seed, uint256 count, uint256 parts) public {
        seed = _randomMarket(seed);
        count = bound(count, 1, 8);
        parts = bound(parts, 2, MOST_PARTS);
        Leg[] memory whole = _randomLegs(seed, count);
        int256 once = SignedAssets.unwrap(_quote(whole).netCash);

        Leg[][] memory cut = _cut(whole, parts, _next(seed));
        int256 paid;
        for (uint256 i = 0; i < parts; ++i) {
            if (cut[i].length != 0) paid += _trade(cut[i]);
        }
        assertGe(paid, once, "Price-1: no split, by size or by leg, costs less");
    }

    /// @dev Spreads every leg's lots at random over the parts; a part holds the legs of which it got any.
    function _cut(Leg[] memory whole, uint256 parts, uint256 seed) private pure returns (Leg[][] memory cut) {
        int256[][] memory lots = new int256[][](parts);
        for (uint256 i = 0; i < parts; ++i) {
            lots[i] = new int256[](whole.length);
        }
        for (uint256 l = 0; l < whole.length; ++l) {
            int256 left = SignedSize.unwrap(whole[l].size) / LOTS;
            while (left != 0) {
                seed = _next(seed);
                // Whole legs in a part are as likely as slices of one
                int256 slice = seed & 1 == 0 ? left : left / int256(seed >> 8 & 7 | 1);
                if (slice == 0) slice = left;
                lots[(seed >> 16) % parts][l] += slice;
                left -= slice;
            }
        }
        cut = new Leg[][](parts);
        for (uint256 i = 0; i < parts; ++i) {
            uint256 held;
            for (uint256 l = 0; l < whole.length; ++l) {
                if (lots[i][l] != 0) ++held;
            }
            cut[i] = new Leg[](held);
            for (uint256 l = whole.length; l != 0; --l) {
                if (lots[i][l - 1] != 0) {
                    cut[i][--held] = Leg(whole[l - 1].series, SignedSize.wrap(lots[i][l - 1] * LOTS));
                }
            }
        }
    }
}

contract Splitting0Test is SplittingTest {
    function _decimals() internal pure override returns (uint8) {
        return 0;
    }
}

contract Splitting6Test is SplittingTest {
    function _decimals() internal pure override returns (uint8) {
        return 6;
    }
}

contract Splitting8Test is SplittingTest {
    function _decimals() internal pure override returns (uint8) {
        return 8;
    }
}

contract Splitting18Test is SplittingTest {
    function _decimals() internal pure override returns (uint8) {
        return 18;
    }
}
