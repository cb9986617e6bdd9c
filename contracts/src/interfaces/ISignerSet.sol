// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Signers of reports
/// @notice What a set of signers refuses, shared by the surface oracle and by signed feeds.
interface ISignerSet {
    error SignatureCountMismatch(uint256 signers, uint256 signatures);
    error TooFewSignatures(uint256 valid, uint256 threshold);
    error SignersNotAscending(address previous, address signer);
    error NotASigner(address signer);
    error BadSignature(address signer);
    /// @notice A governed value outside its box.
    error OutOfBounds(bytes32 what, uint256 value, uint256 least, uint256 most);
}
