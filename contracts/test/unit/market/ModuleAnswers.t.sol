// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Modules} from "../../../src/interfaces/ICatalogue.sol";
import {IClearing} from "../../../src/interfaces/IClearing.sol";
import {IMarket} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {ISpotOracle} from "../../../src/interfaces/ISpotOracle.sol";
import {ISurfaceOracle} from "../../../src/interfaces/ISurfaceOracle.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @notice Answers of modules that are not of the shape they must have. The market reads them by hand, where the compiler
/// would have checked: it says whose answer it was.
contract ModuleAnswersTest is MarketFixture {
    uint256 private constant BOARDS = 3;

    Leg[] private _one;

    function setUp() public {
        _deploy(6);
        _one.push(_leg(NEAR, 2000e18, true, 1e18));
    }

    function _expectFailureOf(address module) private {
        vm.expectRevert(abi.encodeWithSelector(IMarket.ModuleFailed.selector, module));
        market.quote(ETH, _one);
    }

    // The spot

    function _answerSpot(uint256 time, uint256 mode) private {
        vm.mockCall(
            address(spotOracle),
            abi.encodeCall(ISpotOracle.latest, (MarketId.unwrap(ETH))),
            abi.encode(SPOT, SPOT, time, mode)
        );
    }

    function test_RevertWhen_ASpotHasMoreThan112Bits() public {
        bytes memory question = abi.encodeCall(ISpotOracle.latest, (MarketId.unwrap(ETH)));
        vm.mockCall(address(spotOracle), question, abi.encode(uint256(1) << 112, SPOT, START, uint256(0)));
        _expectFailureOf(address(spotOracle));
        vm.mockCall(address(spotOracle), question, abi.encode(SPOT, uint256(1) << 112, START, uint256(0)));
        _expectFailureOf(address(spotOracle));
    }

    function test_RevertWhen_TheSpotsTimeHasMoreThan40Bits() public {
        _answerSpot(1 << 40, 0);
        _expectFailureOf(address(spotOracle));
        _answerSpot((1 << 40) - 1, 0);
        market.quote(ETH, _one);
    }

    function test_RevertWhen_TheSpotsModeHasMoreThan8Bits() public {
        _answerSpot(START, 1 << 8);
        _expectFailureOf(address(spotOracle));
        vm.expectRevert(abi.encodeWithSelector(IMarket.ModuleFailed.selector, address(spotOracle)));
        market.bookValue(ETH);
    }

    // The average inside the window

    function test_RevertWhen_TheAverageIsShortOrRefused() public {
        vm.warp(NEAR - 10 minutes);
        _one[0] = _leg(MIDDLE, 2000e18, true, 1e18);
        bytes memory question =
            abi.encodeCall(ISpotOracle.averageOver, (ETH, NEAR - 30 minutes, uint40(block.timestamp)));
        vm.mockCall(address(spotOracle), question, new bytes(0x1f));
        _expectFailureOf(address(spotOracle));
        vm.mockCallRevert(address(spotOracle), question, "no");
        _expectFailureOf(address(spotOracle));
        vm.mockCall(address(spotOracle), question, new bytes(0x20));
        market.quote(ETH, _one);
    }

    // The slices

    /// @dev As `boardSlices` answers: offsets of both arrays, the flag, then the arrays.
    function _slicesOf(uint256 first, uint256 second, uint256 count, uint256 found, uint256 words)
        private
        pure
        returns (bytes memory answer)
    {
        answer = abi.encodePacked(first, second, uint256(0), count, new bytes(BOARDS * 0x20), found);
        return abi.encodePacked(answer, new bytes(words * 0x20));
    }

    function _answerSlices(bytes memory answer) private {
        vm.mockCall(address(surfaceOracle), abi.encodePacked(ISurfaceOracle.surfaceOf.selector), answer);
    }

    function test_RevertWhen_TheSlicesAreNotOfTheirShape() public {
        uint256 second = 0x80 + BOARDS * 0x20;
        bytes[6] memory answers = [
            bytes(""),
            _slicesOf(0x80, second, BOARDS, 0, 0), // offset of the first array
            _slicesOf(0x60, second + 0x20, BOARDS, 0, 0), // of the second
            _slicesOf(0x60, second, BOARDS - 1, 0, 0), // another number of slices than boards
            _slicesOf(0x60, second, BOARDS, 1, 0), // a replaced slice that ends too soon
            _slicesOf(0x60, second, BOARDS, 5, 5) // five of one leg's board, where four can be in grace
        ];
        for (uint256 i; i < answers.length; ++i) {
            _answerSlices(answers[i]);
            _expectFailureOf(address(surfaceOracle));
        }
        // In shape, but of boards that have never been reported
        _answerSlices(_slicesOf(0x60, second, BOARDS, 4, 4));
        vm.expectRevert(abi.encodeWithSelector(IMarket.NoSurface.selector, ETH, NEAR));
        market.quote(ETH, _one);
    }

    function test_RevertWhen_TheSurfaceRefuses() public {
        vm.mockCallRevert(address(surfaceOracle), abi.encodePacked(ISurfaceOracle.surfaceOf.selector), "no");
        _expectFailureOf(address(surfaceOracle));
    }

    // Clearing, which is no module but answers by hand as they do

    function test_RevertWhen_ClearingAnswersWithLessThanFourBalances() public {
        vm.mockCall(address(clearing), abi.encodePacked(IClearing.trade.selector), new bytes(0x7f));
        _expectRevert(_one, abi.encodeWithSelector(IMarket.ModuleFailed.selector, address(clearing)));
    }
}
