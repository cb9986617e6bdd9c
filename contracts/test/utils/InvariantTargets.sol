// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @title What an invariant campaign may call, and as whom
/// @notice Call the internal functions in `setUp`; the runner reads the public ones after it.
abstract contract InvariantTargets {
    address[] private _targetContracts;
    address[] private _excludedContracts;
    address[] private _targetSenders;
    address[] private _excludedSenders;
    FuzzSelector[] private _targetSelectors;
    FuzzSelector[] private _excludedSelectors;

    function targetContract(address target) internal {
        _targetContracts.push(target);
    }

    function excludeContract(address excluded) internal {
        _excludedContracts.push(excluded);
    }

    function targetSender(address sender) internal {
        _targetSenders.push(sender);
    }

    function excludeSender(address sender) internal {
        _excludedSenders.push(sender);
    }

    /// @dev Selectors add up over calls; a selector given twice is drawn twice as often.
    function targetSelector(FuzzSelector memory target) internal {
        _targetSelectors.push(target);
    }

    function excludeSelector(FuzzSelector memory excluded) internal {
        _excludedSelectors.push(excluded);
    }

    function targetContracts() public view returns (address[] memory) {
        return _targetContracts;
    }

    function excludeContracts() public view returns (address[] memory) {
        return _excludedContracts;
    }

    function targetSenders() public view returns (address[] memory) {
        return _targetSenders;
    }

    function excludeSenders() public view returns (address[] memory) {
        return _excludedSenders;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return _targetSelectors;
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory) {
        return _excludedSelectors;
    }
}
