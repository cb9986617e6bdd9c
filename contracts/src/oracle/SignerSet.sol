// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISignerSet} from "../interfaces/ISignerSet.sol";

/// @title Signer set
/// @notice A set of keys and ERC-1271 contracts, and whether enough of them signed a hash. How many are enough is the
/// derived contract's.
abstract contract SignerSet is ISignerSet, EIP712 {
    uint256 internal constant MAX_SIGNERS = 32;

    address[] private _signers;
    mapping(address => bool) private _isSigner;

    function _signerList() internal view returns (address[] memory) {
        return _signers;
    }

    /// @dev Every signature given must be good, and there must be `threshold` of them; a threshold of zero is no set.
    /// @param signers ascending, so that each counts once
    function _checkSignatures(bytes32 hash, address[] calldata signers, bytes[] calldata signatures, uint256 threshold)
        internal
        view
    {
        uint256 count = signers.length;
        require(count == signatures.length, SignatureCountMismatch(count, signatures.length));
        require(count >= threshold && threshold != 0, TooFewSignatures(count, threshold));

        address previous;
        for (uint256 i = 0; i < count; ++i) {
            address signer = signers[i];
            require(signer > previous, SignersNotAscending(previous, signer));
            require(_isSigner[signer], NotASigner(signer));
            require(_signed(signer, hash, signatures[i]), BadSignature(signer));
            previous = signer;
        }
    }

    /// @dev Replaces the set. `threshold` must be one that it can reach.
    function _setSignerList(address[] calldata signers, uint256 threshold) internal {
        uint256 count = signers.length;
        require(count != 0 && count <= MAX_SIGNERS, OutOfBounds("signers", count, 1, MAX_SIGNERS));
        require(threshold != 0 && threshold <= count, OutOfBounds("threshold", threshold, 1, count));

        for (uint256 i = 0; i < _signers.length; ++i) {
            delete _isSigner[_signers[i]];
        }
        address previous;
        for (uint256 i = 0; i < count; ++i) {
            require(signers[i] > previous, SignersNotAscending(previous, signers[i]));
            _isSigner[signers[i]] = true;
            previous = signers[i];
        }
        _signers = signers;
    }

    /// @dev A key's own signature first, as it needs no look at the account; then ERC-1271.
    function _signed(address signer, bytes32 hash, bytes calldata signature) private view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(hash, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, hash, signature);
    }
}
