// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Line, RedemptionLine} from "../../../src/vault/RedemptionLine.sol";
import {Test} from "../../utils/Test.sol";

/// @dev A line kept the slow way beside the fast one: every roll hands its shares out epoch by epoch.
contract RedemptionLineTest is Test {
    using RedemptionLine for Line;

    uint256 private constant ROLLS = 24;
    uint256 private constant MAX_LENGTH = 1e24;
    uint256 private constant MAX_PRICE = 1e9;

    Line private line;

    uint256[ROLLS + 1] private starts;
    uint256[ROLLS + 1] private lengths;
    uint256[ROLLS + 1] private filledSlowly;
    /// @dev Assets times 1e18, so that the slow account's own rounding does not matter.
    uint256[ROLLS + 1] private paidSlowly;

    function test_EpochFilledAtOnceIsOwedItsWholeReserve() public {
        assertEq(line.join(100), 0);
        line.fill(1, 100, 250);

        (uint256 shares, uint256 assets) = line.filled(1, 0, 100, 1);

        assertEq(shares, 100);
        assertEq(assets, 250);
        assertEq(line.waiting(1), 0);
    }

    function test_EpochFilledOverTwoRollsIsPaidEachPartAtItsOwnPrice() public {
        line.join(100);
        line.fill(1, 40, 40);
        line.join(50);
        line.fill(2, 80, 160); // at 2: the other 60 of epoch 1, 20 of epoch 2

        (uint256 shares, uint256 assets) = line.filled(1, 0, 100, 2);
        assertEq(shares, 100);
        assertEq(assets, 40 + 60 * 2);

        (shares, assets) = line.filled(2, 100, 50, 2);
        assertEq(shares, 20, "the older epoch goes first");
        assertEq(assets, 20 * 2);
        assertEq(line.waiting(2), 30);
    }

    function test_EpochBehindAnUnfilledOneIsOwedNothing() public {
        line.join(100);
        line.fill(1, 100 - 1, 99);
        line.join(50);
        line.fill(2, 0, 0);

        (uint256 shares, uint256 assets) = line.filled(2, 100, 50, 2);

        assertEq(shares, 0);
        assertEq(assets, 0);
    }

    function test_EpochsThatShareARollShareNoUnit() public {
        line.join(1);
        line.fill(1, 0, 0);
        line.join(1);
        line.fill(2, 2, 3); // one and a half each

        (, uint256 first) = line.filled(1, 0, 1, 2);
        (, uint256 second) = line.filled(2, 1, 1, 2);

        assertEq(first, 1);
        assertEq(second, 1);
    }

    function testFuzz_FastAccountEqualsTheSlowOne(uint256 seed) public {
        uint256 waitingSlowly;
        for (uint256 e = 1; e <= ROLLS; ++e) {
            lengths[e] = _draw(seed, e, 0, 3) == 0 ? 0 : _draw(seed, e, 1, MAX_LENGTH);
            starts[e] = line.join(lengths[e]);
            waitingSlowly += lengths[e];

            // Nothing, a part, or all of it.
            uint256 kind = _draw(seed, e, 2, 3);
            uint256 shares = kind == 0 ? 0 : kind == 3 ? waitingSlowly : _draw(seed, e, 3, waitingSlowly);
            uint256 price = _draw(seed, e, 4, MAX_PRICE);
            line.fill(e, shares, shares * price);
            waitingSlowly -= shares;
            _handOut(e, shares, price);

            assertEq(line.waiting(e), waitingSlowly, "waiting");
            _compare(e);
        }
    }

    function _handOut(uint256 last, uint256 shares, uint256 price) private {
        for (uint256 e = 1; e <= last && shares != 0; ++e) {
            uint256 part = lengths[e] - filledSlowly[e];
            if (part > shares) part = shares;
            filledSlowly[e] += part;
            paidSlowly[e] += part * price;
            shares -= part;
        }
    }

    function _compare(uint256 last) private view {
        uint256 sum;
        for (uint256 e = 1; e <= last; ++e) {
            (uint256 shares, uint256 assets) = line.filled(e, starts[e], lengths[e], last);
            assertEq(shares, filledSlowly[e], "shares filled");
            assertEq(assets, paidSlowly[e], "assets owed");
            sum += assets;
        }
        assertEq(sum, line.points[last].assets, "all that is reserved is owed");
    }

    function _draw(uint256 seed, uint256 epoch, uint256 salt, uint256 most) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, epoch, salt))) % (most + 1);
    }
}
