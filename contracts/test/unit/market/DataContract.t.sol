// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DataContract} from "../../../src/market/DataContract.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @dev A creator of its own: its first creation has nonce 1.
contract DataKeeper {
    function write(bytes memory data) external returns (uint32) {
        return DataContract.write(data);
    }

    function read(uint32 nonce) external view returns (bytes memory) {
        return DataContract.read(address(this), nonce);
    }
}

/// @notice Bytes kept as code.
contract DataContractTest is MarketFixture {
    uint256 private constant MOST = 0x6000 - 1; // EIP-170 less the byte that stops who runs it

    DataKeeper private _keeper;

    function setUp() public {
        _deploy(6);
        _keeper = new DataKeeper();
    }

    function testFuzz_ReadsWhatWasWritten(bytes memory first, bytes memory second) public {
        assertEq(uint256(_keeper.write(first)), 1);
        assertEq(uint256(_keeper.write(second)), 2, "numbered as created");
        assertEq(_keeper.read(1), first);
        assertEq(_keeper.read(2), second);
    }

    /// @dev What is left pays for the error: 63 of 64 parts of the gas went into the creation. On a chain it fails as
    /// well where the data are larger than EIP-170 lets code be: forge's tests have no such limit, and eight boards of
    /// sixteen strikes take less than a third of it.
    function test_RevertWhen_TheCreationFails() public {
        vm.expectRevert(DataContract.DataContractFailed.selector);
        _keeper.write{gas: 2_000_000}(new bytes(MOST));
        assertEq(uint256(_keeper.write(new bytes(MOST))), 1, "what failed has no number");
        assertEq(_keeper.read(1).length, MOST);
    }

    function test_RevertGiven_NothingWasWritten() public {
        vm.expectRevert(abi.encodeWithSelector(DataContract.DataContractMissing.selector, 1));
        _keeper.read(1);
    }

    /// @dev Not from the catalogue, which tells the market of terms that it wrote.
    function test_RevertGiven_TheMarketWasToldOfTermsThatAreNot() public {
        vm.prank(address(catalogue));
        vm.expectRevert(abi.encodeWithSelector(DataContract.DataContractMissing.selector, 999));
        market.setTerms(ETH, 999, 0);
    }
}
