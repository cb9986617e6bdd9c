// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LiveSlices, SliceReport} from "../../../src/interfaces/ISurfaceOracle.sol";
import {SliceGrid} from "../../../src/oracle/SliceGrid.sol";
import {FuzzSelector} from "../../utils/InvariantTargets.sol";
import {OracleBase} from "../../unit/oracle/OracleBase.sol";

/// @notice Reports relayed, kept back, reordered and repeated at random.
/// INV-ORC-04: what is in force is the newest report ever accepted.
/// INV-ORC-05: a slice that was in force at any time of the last grace window is live, and no other.
/// INV-ORC-06: the surface in force has no calendar arbitrage on its grids.
contract SurfaceInvariantsTest is OracleBase {
    uint40 internal constant NEAR = uint40(START + 30 days);
    uint40 internal constant FAR = uint40(START + 60 days);
    uint256 internal constant GRACE = 2 minutes;

    SliceReport[] internal kept;
    uint256 internal newest;
    uint256[] internal acceptedAt; // block times
    uint256[] internal acceptedReport; // their reportedAt

    function setUp() public override {
        super.setUp();
        _try(_pair(0.6e18, 0.6e18));
        bytes4[] memory selectors = new bytes4[](3);
        (selectors[0], selectors[1], selectors[2]) = (this.send.selector, this.resend.selector, this.pass.selector);
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), selectors));
    }

    function send(uint256 nearVol, uint256 farVol, bool keep) external {
        SliceReport[] memory r = _pair(bound(nearVol, 0.5e18, 0.7e18), bound(farVol, 0.4e18, 0.75e18));
        if (!keep) return _try(r);
        kept.push(r[0]);
        kept.push(r[1]);
    }

    function resend(uint256 which) external {
        if (kept.length == 0) return;
        uint256 i = bound(which, 0, kept.length / 2 - 1) * 2;
        SliceReport[] memory r = new SliceReport[](2);
        (r[0], r[1]) = (kept[i], kept[i + 1]);
        _try(r);
    }

    function pass(uint256 secs) external {
        skip(bound(secs, 1, 90));
    }

    function invariant_ORC_04() public view {
        assertEq(surface.slices(ETH, list(NEAR))[0].reportedAt, newest, "INV-ORC-04: the newest accepted is in force");
    }

    function invariant_ORC_05() public view {
        LiveSlices memory found = surface.liveSlices(ETH, list(NEAR))[0];
        uint256 live;
        for (uint256 i = acceptedAt.length - 1; i > 0 && acceptedAt[i] + GRACE > vm.getBlockTimestamp(); --i) {
            assertEq(found.previous[live].reportedAt, acceptedReport[i - 1], "INV-ORC-05: replaced within the grace");
            ++live;
        }
        assertEq(found.previous.length, live, "INV-ORC-05: and no other");
    }

    function invariant_ORC_06() public view {
        (bool ok,) = SliceGrid.ordered(
            SliceGrid.build(surface.slices(ETH, list(NEAR))[0].svi),
            SliceGrid.build(surface.slices(ETH, list(FAR))[0].svi)
        );
        assertTrue(ok, "INV-ORC-06: variance does not fall with expiry");
    }

    function _try(SliceReport[] memory r) private {
        (address[] memory who, bytes[] memory signatures) = sign(r, 4);
        (bool ok, bytes memory result) = attempt(address(surface), abi.encodeCall(surface.relay, (r, who, signatures)));
        if (!ok || !abi.decode(result, (bool))) return;
        assertGt(r[0].reportedAt, newest, "INV-ORC-04: strictly newer");
        newest = r[0].reportedAt;
        acceptedAt.push(vm.getBlockTimestamp());
        acceptedReport.push(newest);
    }

    function _pair(uint256 nearVol, uint256 farVol) private view returns (SliceReport[] memory r) {
        r = new SliceReport[](2);
        (r[0], r[1]) = (report(nearVol, NEAR), report(farVol, FAR));
    }
}
