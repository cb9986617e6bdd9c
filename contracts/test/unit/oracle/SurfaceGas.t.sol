// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {OracleBase} from "./OracleBase.sol";

/// @notice What a surface update and a trade's read of the surface cost on a chain that has been running: every slot
/// used, every account and slot cold. Ceilings are those of the specification.
contract SurfaceGasTest is OracleBase {
    uint256 internal constant UPDATE_CEILING = 350_000;
    uint256 internal constant INTRINSIC = 21_000;
    uint256 internal constant EXPIRIES = 4;

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
        bytes memory data = abi.encodeCall(surface.relay, (_four(), who, signatures));
        vm.cool(address(surface));

        uint256 before = gasleft();
        (bool ok,) = address(surface).call(data);
        uint256 used = before - gasleft() + INTRINSIC + _calldataGas(data);

        assertTrue(ok, "relayed");
        vm.snapshotValue("oracles", "surface: update 4 slices, 3 signatures, cold", used);
        assertLe(used, UPDATE_CEILING, "4 slices with 3 signatures within 350k");
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
        assertLe(used, 37_000, "two slots a slice, and what it takes to hand them over");
    }

    function _four() private view returns (SliceReport[] memory r) {
        r = new SliceReport[](EXPIRIES);
        for (uint256 i = 0; i < EXPIRIES; ++i) {
            r[i] = report(0.6e18 + i * 0.01e18, uint40(START + (i + 1) * 7 days));
        }
    }

    function _calldataGas(bytes memory data) private pure returns (uint256 gas) {
        for (uint256 i = 0; i < data.length; ++i) {
            gas += data[i] == 0 ? 4 : 16;
        }
    }
}
