// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {OracleBase} from "./OracleBase.sol";
import {intrinsicGas} from "../../utils/IntrinsicGas.sol";

/// @notice A contract wallet of one owner.
contract OwnedWallet {
    address private _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recoverCalldata(digest, signature) == _owner ? this.isValidSignature.selector : bytes4(0);
    }
}

/// @notice What a surface update and a trade's read of the surface cost on a chain that has been running: every slot
/// used, every account and slot cold. Ceilings are those of the specification.
contract SurfaceGasTest is OracleBase {
    uint256 internal constant UPDATE_CEILING = 350_000;
    uint256 internal constant EXPIRIES = 4;

    uint256 private _walletPlace;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 12; ++i) {
            vm.warp(START + i * 5 minutes);
            relay(_four(), 3);
        }
        vm.warp(START + 1 hours);
    }

    function test_UpdateOfFourSlicesWithThreeSignatures() public {
        (address[] memory who, bytes[] memory signatures) = sign(_four(), 3);
        uint256 used = _update(who, signatures);
        vm.snapshotValue("oracles", "surface: update 4 slices, 3 signatures, cold", used);
        assertLe(used, UPDATE_CEILING, "4 slices with 3 signatures within 350k");
    }

    function test_UpdateOfFourSlicesWithTwoKeysAndAContract() public {
        (address[] memory who, bytes[] memory signatures) = _withAWallet();
        vm.cool(who[_walletPlace]);
        uint256 used = _update(who, signatures);
        vm.snapshotValue("oracles", "surface: update 4 slices, 2 keys and an ERC-1271 wallet, cold", used);
        assertLe(used, UPDATE_CEILING, "4 slices with 3 signatures within 350k, one of them a contract's");
    }

    /// @dev What is measured above is a chain that has been running: of each slice the one in force, the place in the
    /// history it is moved to and the trail are written, and none of these slots was empty.
    function test_EverySlotOfTheUpdateWasInUse() public {
        uint256 state = vm.snapshotState();
        (address[] memory who, bytes[] memory signatures) = sign(_four(), 3);
        vm.record();
        surface.relay(_four(), who, signatures);
        (, bytes32[] memory writes) = vm.accesses(address(surface));
        vm.revertToState(state);
        assertEq(writes.length, 4 * EXPIRIES, "the slot in force, two of history and a trail for each slice");
        for (uint256 i = 0; i < writes.length; ++i) {
            assertTrue(vm.load(address(surface), writes[i]) != 0, "in use");
        }
    }

    function test_ReadOfFourSlicesOutsideTheGrace() public {
        uint40[] memory expiries = new uint40[](EXPIRIES);
        for (uint256 i = 0; i < EXPIRIES; ++i) {
            expiries[i] = uint40(START + (i + 1) * 7 days);
        }
        vm.cool(address(surface));
        uint256 before = gasleft();
        surface.liveSlices(ETH, expiries);
        uint256 used = before - gasleft();
        vm.snapshotValue("oracles", "surface: read 4 live slices, cold", used);
        assertLe(used, 30_000, "a slot a slice, and what it takes to unpack and hand them over");
    }

    function _update(address[] memory who, bytes[] memory signatures) private returns (uint256 used) {
        bytes memory data = abi.encodeCall(surface.relay, (_four(), who, signatures));
        vm.cool(address(surface));

        uint256 before = gasleft();
        (bool ok, bytes memory result) = address(surface).call(data);
        used = before - gasleft() + intrinsicGas(data);

        assertTrue(ok && abi.decode(result, (bool)), "relayed and stored");
    }

    /// @dev A wallet of the first key in its place, and the next two keys, in order.
    function _withAWallet() private returns (address[] memory who, bytes[] memory signatures) {
        address wallet = address(new OwnedWallet(signers[0].addr));
        bytes32 digest = surface.digest(_four());
        (who, signatures) = (new address[](3), new bytes[](3));
        (who[0], signatures[0]) = (signers[1].addr, signature(signers[1].key, digest));
        (who[1], signatures[1]) = (signers[2].addr, signature(signers[2].key, digest));
        _walletPlace = 2;
        while (_walletPlace != 0 && who[_walletPlace - 1] > wallet) {
            (who[_walletPlace], signatures[_walletPlace]) = (who[_walletPlace - 1], signatures[_walletPlace - 1]);
            --_walletPlace;
        }
        (who[_walletPlace], signatures[_walletPlace]) = (wallet, signature(signers[0].key, digest));
        surface.setSigners(who, 3, 3);
    }

    function _four() private view returns (SliceReport[] memory r) {
        r = new SliceReport[](EXPIRIES);
        for (uint256 i = 0; i < EXPIRIES; ++i) {
            r[i] = report(0.6e18 + i * 0.01e18, uint40(START + (i + 1) * 7 days));
        }
    }
}
