// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Backing, toBacking} from "../../../src/types/Backing.sol";
import {SignedWad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

contract BackingTest is Test {
    /// @dev Whatever the hedger's own fields hold: 64 bits of delta, 40 of each capacity and of the time.
    function testFuzz_GivesBackWhatItWasMadeOf(int64 delta, uint40 up, uint40 down, uint40 at, uint72 e) public pure {
        _check(delta, up, down, at, e);
    }

    function test_BordersOfEveryField() public pure {
        uint40 most = type(uint40).max;
        _check(type(int64).min, most, 0, most, 0);
        _check(type(int64).max, 0, most, 0, type(uint72).max);
        _check(-1, most, most, most, type(uint72).max);
        _check(0, 0, 0, 0, 0);
    }

    /// @dev 4.7e15 units: beyond, E counts for no more.
    function test_EquityIsHeldAtItsLargest() public pure {
        Backing backing = toBacking(_words(-7, 1, 2, 3), type(uint256).max);
        assertEq(backing.equity(), uint256(type(uint72).max) * 1e12, "held");
        assertEq(SignedWad.unwrap(backing.hedgeDelta()), -7e12, "and spills nowhere");
    }

    function testFuzz_EquityRoundsDownToAMillionth(uint96 e) public pure {
        assertEq(toBacking(_words(0, 0, 0, 0), e).equity(), uint256(e) - uint256(e) % 1e12, "down");
    }

    function _check(int64 delta, uint40 up, uint40 down, uint40 at, uint72 e) private pure {
        Backing backing = toBacking(_words(delta, up, down, at), uint256(e) * 1e12);
        assertEq(SignedWad.unwrap(backing.hedgeDelta()), int256(delta) * 1e12, "delta");
        assertEq(backing.capacity(false), uint256(up) * 1e15, "what could be added");
        assertEq(backing.capacity(true), uint256(down) * 1e15, "what could be shed");
        assertEq(backing.syncedAt(), at, "time");
        assertEq(backing.equity(), uint256(e) * 1e12, "E");
    }

    /// @dev As `HedgePosition` lies in memory.
    function _words(int64 delta, uint40 up, uint40 down, uint40 at) private pure returns (uint256 place) {
        uint256[5] memory words = [uint256(int256(delta) * 1e12), 0, uint256(up) * 1e15, uint256(down) * 1e15, at];
        assembly ("memory-safe") {
            place := words
        }
    }
}
