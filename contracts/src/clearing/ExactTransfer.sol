// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing} from "../interfaces/IClearing.sol";
import {Assets} from "../types/Assets.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Transfers that move exactly what was asked
/// @notice The own balance is measured before and after: a token that takes a fee, pays too little or takes too much
/// reverts the whole call. One that returns false reverts too.
library ExactTransfer {
    using SafeERC20 for IERC20;

    function pullExactly(IERC20 token, address from, Assets amount) internal {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), Assets.unwrap(amount));
        _expect(amount, token.balanceOf(address(this)), before);
    }

    function payExactly(IERC20 token, address to, Assets amount) internal {
        uint256 before = token.balanceOf(address(this));
        token.safeTransfer(to, Assets.unwrap(amount));
        _expect(amount, before, token.balanceOf(address(this)));
    }

    function _expect(Assets amount, uint256 more, uint256 less) private pure {
        Assets moved = Assets.wrap(Math.saturatingSub(more, less));
        require(moved == amount, IClearing.UnexpectedTokenBehaviour(amount, moved));
    }
}
