// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibRLP} from "solady/utils/LibRLP.sol";

/// @notice Bytes kept as the code of a contract that this contract creates, known by the nonce it was created with: its
/// address follows from the nonce, which leaves room beside it in a slot.
library DataContract {
    /// @dev PUSH1 11, CODESIZE, SUB, DUP1, PUSH1 11, PUSH0, CODECOPY, PUSH0, RETURN: all but these eleven bytes becomes
    /// the code. What follows starts with a zero byte (STOP), so that nobody can run it.
    bytes private constant PREFIX = hex"600b380380600b5f395ff300";

    /// @dev Where the number of creations is kept.
    bytes32 private constant COUNT_SLOT = keccak256("keel.DataContract.count");

    error DataContractFailed();
    error DataContractMissing(uint256 nonce);

    /// @return nonce of the creation
    function write(bytes memory data) internal returns (uint32 nonce) {
        bytes memory creation = abi.encodePacked(PREFIX, data);
        address created;
        assembly ("memory-safe") {
            created := create(0, add(creation, 0x20), mload(creation))
        }
        require(created != address(0), DataContractFailed());
        nonce = _nextNonce();
        assert(created == locate(address(this), nonce));
    }

    function read(address creator, uint32 nonce) internal view returns (bytes memory data) {
        (address code, uint256 size) = source(creator, nonce);
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(data, size)
            mstore(0x40, and(add(add(data, size), 0x3f), not(0x1f)))
            extcodecopy(code, add(data, 0x20), 1, size)
        }
    }

    /// @return code whose bytes from the second on are the data
    /// @return size of the data
    function source(address creator, uint32 nonce) internal view returns (address code, uint256 size) {
        code = locate(creator, nonce);
        size = code.code.length;
        require(size != 0, DataContractMissing(nonce));
        unchecked {
            --size;
        }
    }

    function locate(address creator, uint32 nonce) internal pure returns (address) {
        return LibRLP.computeAddress(creator, nonce);
    }

    /// @dev EIP-161: a contract's first creation has nonce 1.
    function _nextNonce() private returns (uint32 nonce) {
        bytes32 slot = COUNT_SLOT;
        assembly ("memory-safe") {
            nonce := add(sload(slot), 1)
            sstore(slot, nonce)
        }
    }
}
