// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ISurfaceOracle, SliceReport} from "../interfaces/ISurfaceOracle.sol";
import {SignerSet} from "./SignerSet.sol";

/// @title Report signers
/// @notice Who may sign surface reports, and whether enough of them did. The domain binds chain and contract; the
/// message is the whole list, so no part of a report can be relayed alone.
abstract contract ReportSigners is ISurfaceOracle, SignerSet {
    bytes32 private constant SLICE_TYPE = keccak256(
        "SliceReport(uint16 market,uint40 expiry,uint40 reportedAt,uint256 svi,uint256 forwardRatio,uint256 spotAtReport)"
    );
    bytes32 private constant REPORT_TYPE = keccak256(
        "SurfaceReport(SliceReport[] slices)SliceReport(uint16 market,uint40 expiry,uint40 reportedAt,uint256 svi,uint256 forwardRatio,uint256 spotAtReport)"
    );
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
        return (_signerList(), _threshold, _stepThreshold);
    }

    /// @return enough signatures for a step beyond the limit
    function _checkReport(SliceReport[] calldata reports, address[] calldata signers, bytes[] calldata signatures)
        internal
        view
        returns (bool enough)
    {
        _checkSignatures(digest(reports), signers, signatures, _threshold);
        return signers.length >= _stepThreshold;
    }

    function _setSigners(address[] calldata signers, uint256 threshold, uint256 stepThreshold) internal {
        _setSignerList(signers, threshold);
        require(
            stepThreshold >= threshold && stepThreshold <= signers.length,
            OutOfBounds("stepThreshold", stepThreshold, threshold, signers.length)
        );

        (_threshold, _stepThreshold) = (uint8(threshold), uint8(stepThreshold));
        emit SignersSet(signers, threshold, stepThreshold);
    }
}
