// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title The test runner's cheatcodes that this repository uses
/// @notice Signatures must equal the runner's to the letter; a missing one is added here, nothing else is.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    enum CallerMode {
        None,
        Broadcast,
        RecurrentBroadcast,
        Prank,
        RecurrentPrank
    }

    // block and transaction
    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function fee(uint256 baseFee) external;
    function txGasPrice(uint256 price) external;
    function chainId(uint256 id) external;
    function coinbase(address account) external;
    function prevrandao(bytes32 value) external;
    function setBlockhash(uint256 number, bytes32 hash) external;
    /// @dev Not folded by the optimizer, which treats `block.timestamp` as constant inside one function, even across a `warp`.
    function getBlockTimestamp() external view returns (uint256);
    function getBlockNumber() external view returns (uint256);
    function getChainId() external view returns (uint256);

    // who calls
    function prank(address sender) external;
    function prank(address sender, address origin) external;
    function startPrank(address sender) external;
    function startPrank(address sender, address origin) external;
    function stopPrank() external;
    function readCallers() external view returns (CallerMode mode, address sender, address origin);

    // accounts and storage
    function deal(address account, uint256 balance) external;
    function etch(address account, bytes calldata code) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
    function store(address account, bytes32 slot, bytes32 value) external;
    function getNonce(address account) external view returns (uint64);
    function setNonce(address account, uint64 nonce) external;
    function setNonceUnsafe(address account, uint64 nonce) external;
    function label(address account, string calldata name) external;
    function getLabel(address account) external view returns (string memory);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function computeCreate2Address(bytes32 salt, bytes32 initCodeHash, address deployer) external pure returns (address);
    function record() external;
    function stopRecord() external;
    function accesses(address account) external view returns (bytes32[] memory reads, bytes32[] memory writes);
    function cool(address account) external;
    function coolSlot(address account, bytes32 slot) external;
    function warmSlot(address account, bytes32 slot) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);
    function revertToStateAndDelete(uint256 id) external returns (bool);
    function deleteStateSnapshot(uint256 id) external returns (bool);

    // code
    function getCode(string calldata artifact) external view returns (bytes memory);
    function getDeployedCode(string calldata artifact) external view returns (bytes memory);
    function deployCode(string calldata artifact) external returns (address);
    function deployCode(string calldata artifact, bytes calldata arguments) external returns (address);
    function deployCode(string calldata artifact, bytes calldata arguments, uint256 value) external returns (address);

    // keys
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function signCompact(uint256 key, bytes32 digest) external pure returns (bytes32 r, bytes32 vs);
    function deriveKey(string calldata mnemonic, uint32 index) external pure returns (uint256 key);
    function rememberKey(uint256 key) external returns (address);
    function eip712HashType(string calldata typeNameOrDefinition) external pure returns (bytes32);
    function eip712HashStruct(string calldata typeNameOrDefinition, bytes calldata encoded)
        external
        pure
        returns (bytes32);
    function eip712HashTypedData(string calldata json) external pure returns (bytes32);

    // expectations about the next call
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(address reverter) external;
    function expectRevert(bytes4 selector, address reverter) external;
    function expectRevert(bytes calldata data, address reverter) external;
    function expectRevert(uint64 count) external;
    function expectRevert(bytes4 selector, uint64 count) external;
    function expectRevert(bytes calldata data, uint64 count) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectPartialRevert(bytes4 selector, address reverter) external;
    function expectEmit() external;
    function expectEmit(address emitter) external;
    function expectEmit(uint64 count) external;
    function expectEmit(address emitter, uint64 count) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter, uint64 count) external;
    function expectCall(address callee, bytes calldata data) external;
    function expectCall(address callee, bytes calldata data, uint64 count) external;
    function expectCall(address callee, uint256 value, bytes calldata data) external;
    function expectCreate(bytes calldata code, address deployer) external;
    function expectSafeMemory(uint64 start, uint64 end) external;

    // mocks and logs
    function mockCall(address callee, bytes calldata data, bytes calldata result) external;
    function mockCall(address callee, uint256 value, bytes calldata data, bytes calldata result) external;
    function mockCalls(address callee, bytes calldata data, bytes[] calldata results) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
    function mockFunction(address callee, address target, bytes calldata data) external;
    function clearMockedCalls() external;
    function recordLogs() external;
    function getRecordedLogs() external view returns (Log[] memory);

    // fuzzing
    function assume(bool condition) external pure;
    function assumeNoRevert() external pure;
    function randomUint() external view returns (uint256);
    function randomUint(uint256 min, uint256 max) external view returns (uint256);
    function randomInt() external view returns (int256);
    function randomAddress() external view returns (address);
    function randomBool() external view returns (bool);
    function randomBytes(uint256 length) external view returns (bytes memory);
    function setSeed(uint256 seed) external;
    function skip(bool condition) external;
    function skip(bool condition, string calldata reason) external;

    // gas
    function lastCallGas() external view returns (Gas memory);
    function snapshotGasLastCall(string calldata name) external returns (uint256 gasUsed);
    function snapshotGasLastCall(string calldata group, string calldata name) external returns (uint256 gasUsed);
    function snapshotValue(string calldata name, uint256 value) external;
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;
    function startSnapshotGas(string calldata name) external;
    function startSnapshotGas(string calldata group, string calldata name) external;
    function stopSnapshotGas() external returns (uint256 gasUsed);
    function stopSnapshotGas(string calldata name) external returns (uint256 gasUsed);
    function stopSnapshotGas(string calldata group, string calldata name) external returns (uint256 gasUsed);
    function pauseGasMetering() external;
    function resumeGasMetering() external;
    function resetGasMetering() external;

    // files, JSON, environment
    function projectRoot() external view returns (string memory);
    function readFile(string calldata path) external view returns (string memory);
    function readLine(string calldata path) external view returns (string memory);
    function closeFile(string calldata path) external;
    function writeFile(string calldata path, string calldata data) external;
    function exists(string calldata path) external view returns (bool);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonKeys(string calldata json, string calldata key) external pure returns (string[] memory);
    function parseJson(string calldata json) external pure returns (bytes memory);
    function parseJson(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonInt(string calldata json, string calldata key) external pure returns (int256);
    function parseJsonIntArray(string calldata json, string calldata key) external pure returns (int256[] memory);
    function parseJsonBool(string calldata json, string calldata key) external pure returns (bool);
    function parseJsonBoolArray(string calldata json, string calldata key) external pure returns (bool[] memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonAddressArray(string calldata json, string calldata key) external pure returns (address[] memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonStringArray(string calldata json, string calldata key) external pure returns (string[] memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytesArray(string calldata json, string calldata key) external pure returns (bytes[] memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);
    function envExists(string calldata name) external view returns (bool);
    function envOr(string calldata name, bool fallback_) external view returns (bool);
    function envOr(string calldata name, uint256 fallback_) external view returns (uint256);
    function envOr(string calldata name, int256 fallback_) external view returns (int256);
    function envOr(string calldata name, address fallback_) external view returns (address);
    function envOr(string calldata name, bytes32 fallback_) external view returns (bytes32);
    function envOr(string calldata name, string calldata fallback_) external view returns (string memory);

    // text
    function toString(address value) external pure returns (string memory);
    function toString(bytes calldata value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
    function toString(bool value) external pure returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function toString(int256 value) external pure returns (string memory);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function parseAddress(string calldata text) external pure returns (address);
    function parseUint(string calldata text) external pure returns (uint256);
    function parseInt(string calldata text) external pure returns (int256);
    function parseBytes32(string calldata text) external pure returns (bytes32);
    function parseBool(string calldata text) external pure returns (bool);
    function split(string calldata text, string calldata delimiter) external pure returns (string[] memory);
    function trim(string calldata text) external pure returns (string memory);
    function replace(string calldata text, string calldata from, string calldata to)
        external
        pure
        returns (string memory);
    function indexOf(string calldata text, string calldata part) external pure returns (uint256);
    function contains(string calldata text, string calldata part) external view returns (bool);

    // assertions: each reverts with the two values and the given text
    function assertTrue(bool condition, string calldata text) external pure;
    function assertFalse(bool condition, string calldata text) external pure;
    function assertEq(bool left, bool right, string calldata text) external pure;
    function assertEq(uint256 left, uint256 right, string calldata text) external pure;
    function assertEq(int256 left, int256 right, string calldata text) external pure;
    function assertEq(address left, address right, string calldata text) external pure;
    function assertEq(bytes32 left, bytes32 right, string calldata text) external pure;
    function assertEq(string calldata left, string calldata right, string calldata text) external pure;
    function assertEq(bytes calldata left, bytes calldata right, string calldata text) external pure;
    function assertEq(uint256[] calldata left, uint256[] calldata right, string calldata text) external pure;
    function assertEq(int256[] calldata left, int256[] calldata right, string calldata text) external pure;
    function assertEq(address[] calldata left, address[] calldata right, string calldata text) external pure;
    function assertEq(bytes32[] calldata left, bytes32[] calldata right, string calldata text) external pure;
    function assertNotEq(bool left, bool right, string calldata text) external pure;
    function assertNotEq(uint256 left, uint256 right, string calldata text) external pure;
    function assertNotEq(int256 left, int256 right, string calldata text) external pure;
    function assertNotEq(address left, address right, string calldata text) external pure;
    function assertNotEq(bytes32 left, bytes32 right, string calldata text) external pure;
    function assertNotEq(string calldata left, string calldata right, string calldata text) external pure;
    function assertNotEq(bytes calldata left, bytes calldata right, string calldata text) external pure;
    function assertLt(uint256 left, uint256 right, string calldata text) external pure;
    function assertLt(int256 left, int256 right, string calldata text) external pure;
    function assertLe(uint256 left, uint256 right, string calldata text) external pure;
    function assertLe(int256 left, int256 right, string calldata text) external pure;
    function assertGt(uint256 left, uint256 right, string calldata text) external pure;
    function assertGt(int256 left, int256 right, string calldata text) external pure;
    function assertGe(uint256 left, uint256 right, string calldata text) external pure;
    function assertGe(int256 left, int256 right, string calldata text) external pure;
    function assertApproxEqAbs(uint256 left, uint256 right, uint256 maxDelta, string calldata text) external pure;
    function assertApproxEqAbs(int256 left, int256 right, uint256 maxDelta, string calldata text) external pure;
    function assertApproxEqRel(uint256 left, uint256 right, uint256 maxPercentDelta, string calldata text) external pure;
    function assertApproxEqRel(int256 left, int256 right, uint256 maxPercentDelta, string calldata text) external pure;
    function assertEqDecimal(uint256 left, uint256 right, uint256 decimals, string calldata text) external pure;
}

/// @dev The runner answers at keccak256("hevm cheat code").
Vm constant VM = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
