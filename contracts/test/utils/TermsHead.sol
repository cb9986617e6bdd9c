// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TermsLayout} from "../../src/pricing/TermsLayout.sol";

/// @notice Terms of a market as far as the pricer reads them: the pricing parameters and the boards follow.
/// @param window W, seconds
/// @param boards how many of them
function termsHead(uint256 window, uint256 boards) pure returns (bytes memory) {
    bytes memory head = abi.encodePacked(new bytes(TermsLayout.WINDOW), window, boards);
    return abi.encodePacked(head, new bytes(TermsLayout.PARAMS - TermsLayout.LIMITS));
}
