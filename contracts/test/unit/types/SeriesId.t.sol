// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId, SeriesId, StrikeOutOfRange, checkSeries, seriesId} from "../../../src/types/SeriesId.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

contract SeriesIdTest is Test {
    uint256 private constant TOO_LARGE = 1 << 112;

    /// @dev Outside, so that a revert is a call's.
    function pack(MarketId market, uint40 expiry, Wad strike, bool call) external pure returns (SeriesId) {
        return seriesId(market, expiry, strike, call);
    }

    function testFuzz_GivesBackWhatItWasMadeOf(uint16 market, uint40 expiry, uint256 strike, bool call) public view {
        strike = bound(strike, 1, TOO_LARGE - 1);
        SeriesId id = this.pack(MarketId.wrap(market), expiry, Wad.wrap(strike), call);
        checkSeries(id);
        assertEq(uint256(MarketId.unwrap(id.marketOf())), market);
        assertEq(uint256(id.expiryOf()), expiry);
        assertEq(Wad.unwrap(id.strikeOf()), strike);
        assertEq(id.isCall(), call);
    }

    /// @dev It would spill into the kind, and from there into the expiry.
    function testFuzz_RevertWhen_TheStrikeNeedsMoreBits(uint256 strike) public {
        strike = bound(strike, TOO_LARGE, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(StrikeOutOfRange.selector, strike));
        this.pack(MarketId.wrap(1), 1_800_000_000, Wad.wrap(strike), true);
    }

    function test_RevertWhen_TheStrikeIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(StrikeOutOfRange.selector, 0));
        this.pack(MarketId.wrap(1), 1_800_000_000, Wad.wrap(0), false);
    }
}
