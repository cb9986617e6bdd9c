// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISurfaceOracle, SliceReport} from "../interfaces/ISurfaceOracle.sol";

/// @title Report signers
/// @notice Who may sign surface reports, and whether enough of them did. The domain binds chain and contract; the
/// message is the whole list, so no part of a report can be relayed alone.
abstract contract ReportSigners is ISurfaceOracle, EIP712 {
    bytes32 private constant SLICE_TYPE = keccak256(
        "SliceReport(uint16 market,uint40 expiry,uint40 reportedAt,uint256 svi,uint256 forwardRatio,uint256 spotAtReport)"
    );
    bytes32 private constant REPORT_TYPE = keccak256(
        "SurfaceReport(SliceReport[] slices)SliceReport(uint16 market,uint40 expiry,uint40 reportedAt,uint256 svi,uint256 forwardRatio,uint256 spotAtReport)"
    );
    uint256 internal constant MAX_SIGNERS = 32;

    address[] private _signers;
    mapping(address => bool) private _isSigner;
    uint8 private _threshold;
    uint8 private _stepThreshold;

    constructor() EIP712("Keel Surface", "1") {}

    /// @inheritdoc ISurfaceOracle
    function digest(SliceReport[] calldata reports) public view returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](reports.length);
        for (uint256 i = 0; i < reports.length; ++i) {
            hashes[i] = keccak256(abi.encode(SLICE_TYPE, reports[i]));
        }
        return _hashTypedDataV4(keccak256(abi.encode(REPORT_TYPE, keccak256(abi.encodePacked(hashes)))));
    }

    /// @inheritdoc ISurfaceOracle
    function signerSet() external view returns (address[] memory, uint256, uint256) {
        return (_signers, _threshold, _stepThreshold);
    }

    /// @return enough signatures for a step beyond the limit
    function _checkSignatures(SliceReport[] calldata reports, address[] calldata signers, bytes[] calldata signatures)
        internal
        view
        returns (bool enough)
    {
        uint256 count = signers.length;
        require(count == signatures.length, SignatureCountMismatch(count, signatures.length));
        uint256 threshold = _threshold;
        require(count >= threshold && threshold != 0, TooFewSignatures(count, threshold));

        bytes32 hash = digest(reports);
        address previous;
        for (uint256 i = 0; i < count; ++i) {
            address signer = signers[i];
            require(signer > previous, SignersNotAscending(previous, signer));
            require(_isSigner[signer], NotASigner(signer));
            require(_signed(signer, hash, signatures[i]), BadSignature(signer));
            previous = signer;
        }
        return count >= _stepThreshold;
    }

    /// @dev A key's own signature first, as it needs no look at the account; then ERC-1271.
    function _signed(address signer, bytes32 hash, bytes calldata signature) private view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(hash, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, hash, signature);
    }

    function _setSigners(address[] calldata signers, uint256 threshold, uint256 stepThreshold) internal {
        uint256 count = signers.length;
        require(count != 0 && count <= MAX_SIGNERS, OutOfBounds("signers", count, 1, MAX_SIGNERS));
        require(threshold != 0 && threshold <= count, OutOfBounds("threshold", threshold, 1, count));
        require(
            stepThreshold >= threshold && stepThreshold <= count,
            OutOfBounds("stepThreshold", stepThreshold, threshold, count)
        );

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
        (_threshold, _stepThreshold) = (uint8(threshold), uint8(stepThreshold));
        emit SignersSet(signers, threshold, stepThreshold);
    }
}
