// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedWad, Wad, WadOverflow} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

contract WadTest is Test {
    uint256 private constant MOST = uint256(type(int256).max);

    /// @dev Outside, so that a revert is a call's.
    function signed(Wad x) external pure returns (SignedWad) {
        return x.toSigned();
    }

    function testFuzz_SignedIsTheSameNumber(uint256 x) public view {
        x = bound(x, 0, MOST);
        assertEq(SignedWad.unwrap(this.signed(Wad.wrap(x))), int256(x));
    }

    function testFuzz_RevertWhen_TheSignHasNoRoom(uint256 x) public {
        x = bound(x, MOST + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(WadOverflow.selector, x));
        this.signed(Wad.wrap(x));
    }
}
