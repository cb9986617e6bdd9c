// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ISignerSet} from "../../../src/interfaces/ISignerSet.sol";
import {
    ISurfaceOracle,
    LiveSlices,
    SliceReport,
    SurfaceParams,
    SurfaceSlice
} from "../../../src/interfaces/ISurfaceOracle.sol";
import {Svi} from "../../../src/math/Svi.sol";
import {SliceRounding} from "../../../src/oracle/SliceRounding.sol";
import {SurfaceOracle} from "../../../src/oracle/SurfaceOracle.sol";
import {MarketId} from "../../../src/types/SeriesId.sol";
import {SliceWord} from "../../../src/types/SliceWord.sol";
import {SVI_ONE, SviSlice, sviSlice} from "../../../src/types/SviSlice.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {ContractSigner} from "../../utils/mocks/oracle/ContractSigner.sol";
import {OracleBase} from "./OracleBase.sol";

/// @notice Behaviour.
/// relay
/// ├── when signed by fewer than the threshold, twice by one key, by a stranger, for another chain or contract: reverts
/// ├── when older than the freshness, from the future, or not newer than any report seen: reverts
/// ├── when a number is out of its range, or the slice or the surface has arbitrage: reverts
/// ├── when any slice of several fails: none is stored
/// ├── when at-the-money volatility steps beyond the limit
/// │   ├── with the higher quorum: stored
/// │   └── without: nothing is stored, opening stops until a newer report is accepted
/// ├── when a live slice would be dropped from the history: reverts
/// └── else: in force at once; the slice before it stays live for the grace window
contract SurfaceOracleTest is OracleBase {
    uint40 internal constant WEEK = uint40(START + 7 days);
    uint40 internal constant FORTNIGHT = uint40(START + 14 days);
    uint40 internal constant MONTH = uint40(START + 28 days);
    uint256 internal constant VOL = 0.6e18;
    uint256 internal constant SPOT_STEP = uint256(1e18) / 2 ** 21 + 1; // relative
    uint256 internal constant RATIO_STEP = uint256(1e18) / 2 ** 27 + 1;

    // Signatures

    function test_StoresWhatWasSigned() public {
        SliceReport[] memory r = reports(VOL, WEEK);
        vm.prank(address(0xbeef)); // anyone relays
        _relayPrepared(r, 3);
        SurfaceSlice memory slice = surface.slices(ETH, list(WEEK))[0];
        assertTrue(slice.svi == SliceRounding.nearest(r[0].svi), "shape");
        assertApproxEqAbs(Wad.unwrap(slice.forwardRatio), 1.001e18, RATIO_STEP / 2, "forward ratio");
        assertApproxEqRel(Wad.unwrap(slice.spotAtReport), 3000e18, SPOT_STEP / 2, "spot");
        assertEq(slice.expiry, WEEK, "expiry");
        assertEq(slice.reportedAt, START, "time");
        assertEq(surface.slices(ETH, list(FORTNIGHT))[0].reportedAt, 0, "never reported");
    }

    function testFuzz_PacksEveryNumber(uint64 ratio, uint96 spotAt, uint40 late) public {
        SliceReport[] memory r = reports(VOL, WEEK);
        r[0].forwardRatio = Wad.wrap(bound(ratio, 0.5e18, 2e18));
        r[0].spotAtReport = Wad.wrap(bound(spotAt, 1, uint256(2 ** 22 - 1) << 74));
        r[0].reportedAt = uint40(START - bound(late, 0, 60));
        relay(r, 3);
        SurfaceSlice memory slice = surface.slices(ETH, list(WEEK))[0];
        assertApproxEqAbs(
            Wad.unwrap(slice.forwardRatio), Wad.unwrap(r[0].forwardRatio), RATIO_STEP / 2, "forward ratio"
        );
        assertApproxEqRel(Wad.unwrap(slice.spotAtReport), Wad.unwrap(r[0].spotAtReport), SPOT_STEP / 2, "spot");
        assertEq(slice.reportedAt, r[0].reportedAt, "time");
    }

    /// @dev What was rounded is what the event says, and reporting it again changes nothing more.
    function test_SaysWhatItStores() public {
        SliceReport[] memory r = reports(VOL, WEEK);
        (SviSlice svi, Wad ratio) = (SliceRounding.nearest(r[0].svi), SliceRounding.nearest(r[0].forwardRatio));
        assertTrue(!(svi == r[0].svi), "not on the grid as signed");
        (address[] memory who, bytes[] memory signatures) = sign(r, 3);
        vm.expectEmit(address(surface));
        emit ISurfaceOracle.SliceUpdated(ETH, WEEK, uint40(START), svi, ratio, SliceRounding.nearestSpot(wad(3000)));
        surface.relay(r, who, signatures);

        skip(1);
        (r[0].svi, r[0].forwardRatio, r[0].reportedAt) = (svi, ratio, uint40(START + 1));
        relay(r, 3);
        SurfaceSlice memory slice = surface.slices(ETH, list(WEEK))[0];
        assertTrue(slice.svi == svi, "shape");
        assertEq(Wad.unwrap(slice.forwardRatio), Wad.unwrap(ratio), "forward ratio");
    }

    /// @dev Steps are checked as they are stored: what rounding brings over a border is refused, what it brings back is not.
    function test_RoundsBeforeItChecks() public {
        int256 one = SVI_ONE;
        _outOfRange(sviSlice(one / 100, one / 50, one - 2 ** 15, 0, one / 5)); // rho rounds to 1
        SliceReport[] memory r = reports(VOL, WEEK);
        r[0].forwardRatio = Wad.wrap(2e18 + 1); // rounds to 2
        relay(r, 3);
        assertEq(Wad.unwrap(surface.slices(ETH, list(WEEK))[0].forwardRatio), 2e18, "two");
        r = reports(VOL, FORTNIGHT);
        r[0].forwardRatio = Wad.wrap(type(uint256).max);
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.SliceOutOfRange.selector, 1, FORTNIGHT));
    }

    function test_RevertWhen_TheExpiryIsFurtherThanAReportCanSay() public {
        uint40 last = uint40(START + uint256(2 ** 28 - 1) / 1 days * 1 days);
        relay(reports(VOL / 3, last), 3);
        assertEq(surface.slices(ETH, list(last))[0].reportedAt, START, "to the second");
        _refused(
            reports(VOL / 3, last + 1 days),
            abi.encodeWithSelector(ISurfaceOracle.SliceOutOfRange.selector, 1, last + 1 days)
        );
    }

    function test_RevertWhen_TooFewSigned() public {
        (address[] memory who, bytes[] memory signatures) = sign(reports(VOL, WEEK), 2);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.TooFewSignatures.selector, 2, 3));
        surface.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_RevertWhen_OneKeySignedTwice() public {
        (address[] memory who, bytes[] memory signatures) = sign(reports(VOL, WEEK), 3);
        (who[2], signatures[2]) = (who[1], signatures[1]);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.SignersNotAscending.selector, who[1], who[1]));
        surface.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_RevertWhen_AStrangerSigned() public {
        (address[] memory who, bytes[] memory signatures) = sign(reports(VOL, WEEK), 3);
        uint256 key = 0xbad;
        who[2] = vm.addr(key);
        while (who[2] < who[1]) who[2] = vm.addr(++key);
        signatures[2] = signature(key, surface.digest(reports(VOL, WEEK)));
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.NotASigner.selector, who[2]));
        surface.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_RevertWhen_AnotherMessageWasSigned() public {
        (address[] memory who, bytes[] memory signatures) = sign(reports(VOL + 1e15, WEEK), 3);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        surface.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_RevertWhen_SignedForAnotherChain() public {
        (address[] memory who, bytes[] memory signatures) = sign(reports(VOL, WEEK), 3);
        vm.chainId(10);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        surface.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_RevertWhen_SignedForAnotherContract() public {
        SurfaceOracle other = new SurfaceOracle(address(manager));
        other.setSigners(_addresses(5), 3, 4);
        (address[] memory who, bytes[] memory signatures) = sign(reports(VOL, WEEK), 3);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        other.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_RevertWhen_OnlyAPartOfAReportIsRelayed() public {
        (address[] memory who, bytes[] memory signatures) = sign(_three(VOL), 3);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        surface.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_AContractSignerCounts() public {
        ContractSigner safe = new ContractSigner();
        address[] memory set = new address[](1);
        set[0] = address(safe);
        surface.setSigners(set, 1, 1);
        SliceReport[] memory r = reports(VOL, WEEK);
        bytes[] memory signatures = new bytes[](1);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, address(safe)));
        surface.relay(r, set, signatures);
        safe.accept(surface.digest(r));
        assertTrue(surface.relay(r, set, signatures), "ERC-1271");
    }

    function test_KeysAndContractsSignTogether() public {
        ContractSigner safe = new ContractSigner();
        SliceReport[] memory r = reports(VOL, WEEK);
        safe.accept(surface.digest(r));
        (address[] memory who, bytes[] memory signatures) = sign(r, 3);
        uint256 place = 2;
        for (; place != 0 && who[place - 1] > address(safe); --place) {
            (who[place], signatures[place]) = (who[place - 1], signatures[place - 1]);
        }
        (who[place], signatures[place]) = (address(safe), "");
        surface.setSigners(who, 3, 3);
        assertTrue(surface.relay(r, who, signatures), "two keys and a contract");

        skip(1);
        r = reports(VOL, WEEK);
        bytes32 digest = surface.digest(r);
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 3; ++j) {
                if (signers[i].addr == who[j]) signatures[j] = signature(signers[i].key, digest);
            }
        }
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, address(safe)));
        surface.relay(r, who, signatures);
    }

    function test_DigestIsEip712() public view {
        SliceReport[] memory r = _three(VOL);
        bytes32[] memory hashes = new bytes32[](3);
        for (uint256 i = 0; i < 3; ++i) {
            hashes[i] = vm.eip712HashStruct(
                "SliceReport(uint16 market,uint40 expiry,uint40 reportedAt,uint256 svi,uint256 forwardRatio,uint256 spotAtReport)",
                abi.encode(r[i])
            );
        }
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Keel Surface"),
                keccak256("1"),
                block.chainid,
                address(surface)
            )
        );
        bytes32 body = keccak256(
            abi.encode(
                keccak256(
                    "SurfaceReport(SliceReport[] slices)SliceReport(uint16 market,uint40 expiry,uint40 reportedAt,uint256 svi,uint256 forwardRatio,uint256 spotAtReport)"
                ),
                keccak256(abi.encodePacked(hashes))
            )
        );
        assertEq(surface.digest(r), keccak256(abi.encodePacked(hex"1901", domain, body)), "EIP-712");
    }

    // Time

    function test_RevertWhen_Replayed() public {
        SliceReport[] memory r = reports(VOL, WEEK);
        relay(r, 3);
        (address[] memory who, bytes[] memory signatures) = sign(r, 3);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportNotNewer.selector, START, START));
        surface.relay(r, who, signatures);
    }

    function test_RevertWhen_Reordered() public {
        SliceReport[] memory older = reports(VOL, WEEK);
        skip(10);
        relay(reports(VOL, WEEK), 3);
        (address[] memory who, bytes[] memory signatures) = sign(older, 3);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportNotNewer.selector, START, START + 10));
        surface.relay(older, who, signatures);
    }

    function test_RevertWhen_KeptBackAndRelayedLate() public {
        SliceReport[] memory r = reports(VOL, WEEK);
        (address[] memory who, bytes[] memory signatures) = sign(r, 3);
        skip(61);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportTooOld.selector, START, START + 1));
        surface.relay(r, who, signatures);
        vm.warp(START + 60);
        surface.relay(r, who, signatures);
    }

    function test_RevertWhen_FromTheFuture() public {
        SliceReport[] memory r = reports(VOL, WEEK);
        r[0].reportedAt += 1;
        (address[] memory who, bytes[] memory signatures) = sign(r, 3);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportFromFuture.selector, START + 1, START));
        surface.relay(r, who, signatures);
    }

    function test_RevertWhen_ExpiredOrNotAtEightOrUnordered() public {
        SliceReport[] memory r = reports(VOL, WEEK);
        r[0].expiry = uint40(START);
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.ExpiryPassed.selector, START, START));
        r[0].expiry = WEEK + 1;
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.ExpiryNotAtEight.selector, WEEK + 1));
        r = _three(VOL);
        (r[0], r[1]) = (r[1], r[0]);
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.ReportsNotAscending.selector, FORTNIGHT, WEEK));
        r = _three(VOL);
        r[1].market = MarketId.wrap(2);
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.MixedMarkets.selector, 1, 2));
        _refused(new SliceReport[](0), abi.encodeWithSelector(ISurfaceOracle.NoReports.selector));
    }

    function test_SixteenExpiriesThenNoMoreUntilOnePasses() public {
        for (uint256 i = 1; i <= 16; ++i) {
            relay(reports(VOL, uint40(START + i * 1 days)), 3);
        }
        assertEq(surface.expiries(ETH).length, 16, "sixteen");
        _refused(
            reports(VOL, uint40(START + 17 days)), abi.encodeWithSelector(ISurfaceOracle.TooManyExpiries.selector, 16)
        );
        vm.warp(START + 1 days);
        relay(reports(VOL, uint40(START + 17 days)), 3);
        uint40[] memory found = surface.expiries(ETH);
        assertEq(found.length, 16, "the passed one is gone");
        assertEq(found[0], START + 2 days, "ascending");
        assertEq(found[15], START + 17 days, "to the last");
    }

    // Shape

    function test_RevertWhen_ANumberIsOutOfRange() public {
        int256 one = SVI_ONE;
        _outOfRange(sviSlice(one / 100, one / 50, one, 0, one / 5)); // rho = 1
        _outOfRange(sviSlice(one / 100, one / 50, -one, 0, one / 5));
        _outOfRange(sviSlice(one / 100, -(2 ** 12) - 1, 0, 0, one / 5)); // b < 0, by more than half of its step
        _outOfRange(sviSlice(one / 100, one / 50, 0, 0, 0)); // sigma = 0
        _outOfRange(sviSlice(one / 100, one / 50, 0, 5 * one, one / 5)); // m
        _outOfRange(sviSlice(one / 100, one * 3 / 2, one / 2, 0, one / 5)); // Lee: 1.5 · 1.5 > 2
        _outOfRange(sviSlice(-one / 10, one / 50, 0, 0, one / 5)); // variance negative at the vertex
        _outOfRange(SviSlice.wrap(SviSlice.unwrap(smile(VOL, WEEK)) | 1 << 240)); // dirty high bits
        _outOfRange(smile(0.009e18, WEEK)); // below 1 %
        _outOfRange(smile(10.1e18, WEEK)); // above 1000 %
        SliceReport[] memory r = reports(VOL, WEEK);
        r[0].forwardRatio = Wad.wrap(2e18 + RATIO_STEP);
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.SliceOutOfRange.selector, 1, WEEK));
        r = reports(VOL, WEEK);
        r[0].spotAtReport = Wad.wrap(0);
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.SliceOutOfRange.selector, 1, WEEK));
    }

    /// @dev The slice's density is negative fifteen steps in, see SliceGridTest.
    function test_RevertWhen_TheSliceHasAButterfly() public {
        SliceReport[] memory r = reports(VOL, WEEK);
        r[0].svi = sviSlice(22683132813, 302929621132, 844136242456, 92584028303, 24314168166);
        (address[] memory who, bytes[] memory signatures) = sign(r, 5);
        vm.expectPartialRevert(ISurfaceOracle.ButterflyArbitrage.selector);
        surface.relay(r, who, signatures);
    }

    function test_RevertWhen_VarianceFallsWithExpiry() public {
        relay(_three(VOL), 3);
        skip(1 minutes);
        // Half the volatility at twice the time, with every signature there is
        _calendar(reports(VOL / 2, FORTNIGHT), WEEK, FORTNIGHT);
        // and the nearer one raised above the farther
        _calendar(reports(VOL * 3 / 2, WEEK), WEEK, FORTNIGHT);
        // inside one report
        SliceReport[] memory r = _three(VOL);
        r[2].svi = smile(VOL / 2, MONTH);
        _calendar(r, FORTNIGHT, MONTH);
    }

    function test_AllTogetherMayRiseWhereOneAloneMayNot() public {
        relay(_three(VOL), 3);
        skip(1 minutes);
        _calendar(reports(0.95e18, WEEK), WEEK, FORTNIGHT);
        assertTrue(relay(_three(0.95e18), 4), "checked as they are after the report");
    }

    function test_NoneIsStoredWhenOneFails() public {
        SliceReport[] memory r = _three(VOL);
        r[2].svi = smile(VOL / 2, MONTH);
        _calendar(r, FORTNIGHT, MONTH);
        assertEq(surface.slices(ETH, list(WEEK))[0].reportedAt, 0, "nothing stored");
        assertEq(surface.expiries(ETH).length, 0, "nothing listed");
    }

    // Step

    function test_AJumpStopsOpeningInsteadOfLeavingTheOldVolatilityOnSale() public {
        relay(_three(VOL), 3);
        skip(1 minutes);
        assertFalse(relay(_three(1.1e18), 3), "a jump of 50 points by the lower quorum");
        for (uint256 i = 0; i < 3; ++i) {
            LiveSlices memory found = surface.liveSlices(ETH, list([WEEK, FORTNIGHT, MONTH][i]))[0];
            assertTrue(found.openingStopped, "opening stopped");
            assertEq(found.inForce.reportedAt, START, "the old slice is in force, to close at");
        }
        skip(1 minutes);
        assertTrue(relay(_three(1.1e18), 4), "stored by the higher quorum");
        assertFalse(surface.liveSlices(ETH, list(WEEK))[0].openingStopped, "and open again");
    }

    /// @dev What trades read in one call is what `slices` and `liveSlices` say, in every state that reports can leave,
    /// however late they come, whatever the grace, and with a grace that changes.
    function testFuzz_TradeSlicesAreTheOthersAtOnce(uint256 seed, uint256 traded) public {
        relay(_three(VOL), 3);
        uint256 last = START; // the newest report
        for (uint256 i = 0; i < 12; ++i) {
            if (i == 0 || seed >> 80 & 7 == 0) {
                surface.setParams(SurfaceParams(600, uint40((seed >> 96) % 601), Wad.wrap(0.1e18)));
            }
            skip(1 + seed % (seed >> 112 & 1 == 0 ? 70 : 900));
            while (surface.graceEnds(ETH, WEEK).length == 4 || surface.graceEnds(ETH, MONTH).length == 4) {
                skip(1 minutes);
            }
            // Up to ten minutes late, newer than any before
            uint256 late = vm.getBlockTimestamp() - last - 1;
            late = (seed >> 24) % ((late < 600 ? late : 600) + 1);
            last = vm.getBlockTimestamp() - late;
            SliceReport[] memory r = _three(VOL + seed % 1e15);
            // A jump by the lower quorum stops opening in its expiry; by the higher it starts again
            bool jumps = seed >> 16 & 3 == 0;
            if (jumps) r = reports(1.2e18, MONTH);
            for (uint256 j = 0; j < r.length; ++j) {
                r[j].reportedAt = uint40(last);
            }
            bool stored = relay(r, 3);
            _assertBoardSlices(traded);
            if (!stored && seed >> 120 & 1 == 0) {
                relay(r, 4);
                _assertBoardSlices(traded);
            }
            seed = uint256(keccak256(abi.encode(seed)));
            skip(seed % (seed >> 64 & 1 == 0 ? 130 : 700));
            _assertBoardSlices(traded);
        }
    }

    /// @dev A slice is live to the end that it was given, though a shorter grace has come since.
    function test_AShorterGraceEndsNoneThatHasBegun() public {
        surface.setParams(SurfaceParams(60, 600, Wad.wrap(0.1e18)));
        relay(reports(VOL, WEEK), 3);
        skip(1 minutes);
        relay(reports(VOL + 1e15, WEEK), 3);
        uint256 first = vm.getBlockTimestamp() + 600; // the end of the first
        surface.setParams(SurfaceParams(60, 0, Wad.wrap(0.1e18)));
        skip(1 minutes);
        relay(reports(VOL, WEEK), 3);
        skip(1);
        assertEq(
            surface.liveSlices(ETH, list(WEEK))[0].previous.length, 2, "the first, and so the one that came after it"
        );
        vm.warp(first - 1);
        assertEq(surface.liveSlices(ETH, list(WEEK))[0].previous.length, 2, "to its end");
        vm.warp(first);
        assertEq(surface.liveSlices(ETH, list(WEEK))[0].previous.length, 0, "and no longer");
    }

    /// @dev A replaced slice says until when the one before it may be live, so that nobody reads that one to find out.
    function test_TradesReadNoSlotOfASliceThatIsNotLive() public {
        for (uint256 i = 0; i < 3; ++i) {
            skip(5 minutes);
            relay(_three(VOL + i * 1e14), 3);
        }
        skip(1);
        uint40[] memory all = new uint40[](3);
        (all[0], all[1], all[2]) = (WEEK, FORTNIGHT, MONTH);
        vm.record();
        (, SliceWord[] memory previous,) = surface.boardSlices(ETH, all, 1);
        (bytes32[] memory reads,) = vm.accesses(address(surface));
        assertEq(previous.length, 1, "one is live");
        assertEq(reads.length, 3 + 1, "one slot of each expiry, and of the slice that was replaced last");
    }

    function _assertWord(SliceWord word, SurfaceSlice memory slice, string memory what) private pure {
        SurfaceSlice memory found;
        (found.svi, found.forwardRatio, found.spotAtReport) = (word.svi(), word.forwardRatio(), word.spotAtReport());
        (found.expiry, found.reportedAt) = (slice.expiry, uint40(word.reportedAt(slice.expiry)));
        assertEq(keccak256(abi.encode(found)), keccak256(abi.encode(slice)), what);
    }

    function _assertBoardSlices(uint256 traded) private view {
        uint40[] memory all = new uint40[](4);
        (all[0], all[1], all[2], all[3]) = (WEEK, FORTNIGHT, MONTH, MONTH + 28 days);
        traded &= 15;
        (SliceWord[] memory inForce, SliceWord[] memory previous, bool stopped) = surface.boardSlices(ETH, all, traded);
        SurfaceSlice[] memory expected = surface.slices(ETH, all);
        assertEq(inForce.length, all.length, "one each");
        (bool ok, bytes memory answer) =
            address(surface).staticcall(abi.encodeWithSelector(surface.surfaceOf.selector, ETH, all, traded));
        assertTrue(ok && keccak256(answer) == keccak256(abi.encode(inForce, previous, stopped)), "as the market asks");
        for (uint256 b = 0; b < all.length; ++b) {
            _assertWord(inForce[b], expected[b], "in force");
        }
        LiveSlices[] memory live = surface.liveSlices(ETH, all);
        uint256 found;
        bool any;
        for (uint256 b = 0; b < all.length; ++b) {
            if (traded >> b & 1 == 0) continue;
            any = any || live[b].openingStopped;
            // What it goes by is kept apart from what the others go by
            assertEq(live[b].previous.length, surface.graceEnds(ETH, all[b]).length, "all that have not ended");
            for (uint256 i = 0; i < live[b].previous.length; ++i) {
                assertEq(previous[found].tag(), b, "of its expiry");
                _assertWord(previous[found++], live[b].previous[i], "still live");
            }
        }
        assertEq(previous.length, found, "and no others");
        assertEq(stopped, any, "stopped where any traded expiry is");
    }

    function test_RevertWhen_AnOlderReportWouldStartOpeningAgain() public {
        relay(reports(VOL, WEEK), 3);
        skip(20);
        SliceReport[] memory mild = reports(VOL, WEEK);
        (address[] memory who, bytes[] memory signatures) = sign(mild, 3);
        skip(20);
        relay(reports(1.1e18, WEEK), 3);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportNotNewer.selector, START + 20, START + 40));
        surface.relay(mild, who, signatures);

        skip(1);
        assertTrue(relay(reports(VOL, WEEK), 3), "a newer one within the limit may");
        assertFalse(surface.liveSlices(ETH, list(WEEK))[0].openingStopped, "open");
    }

    /// @dev Who relays a jump with fewer of its signatures first stops opening, but cannot keep the jump out.
    function test_StrippedSignaturesDoNotKeepAJumpOut() public {
        relay(_three(VOL), 3);
        skip(1 minutes);
        SliceReport[] memory jump = _three(1.1e18);
        uint40 now_ = uint40(vm.getBlockTimestamp());
        assertFalse(relay(jump, 3), "stripped: opening stops");
        (address[] memory who, bytes[] memory signatures) = sign(_three(VOL), 3);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportNotNewer.selector, now_, now_));
        surface.relay(_three(VOL), who, signatures);

        assertTrue(relay(jump, 4), "the same with all its signatures");
        assertFalse(surface.liveSlices(ETH, list(WEEK))[0].openingStopped, "open");
        (who, signatures) = sign(jump, 5);
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportNotNewer.selector, now_, now_));
        surface.relay(jump, who, signatures);
    }

    /// @dev A slice in force for days, then a jump: what was signed before the jump stays refused.
    function test_RevertWhen_AnOlderReportWouldStartOpeningAgain_HoweverOldTheSlice() public {
        relay(reports(VOL, WEEK), 3);
        skip(3 days);
        SliceReport[] memory mild = reports(VOL, WEEK);
        (address[] memory who, bytes[] memory signatures) = sign(mild, 3);
        skip(20);
        uint40 now_ = uint40(vm.getBlockTimestamp());
        assertFalse(relay(reports(1.1e18, WEEK), 3), "opening stops");
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.ReportNotNewer.selector, now_ - 20, now_));
        surface.relay(mild, who, signatures);
        assertTrue(surface.liveSlices(ETH, list(WEEK))[0].openingStopped, "still stopped");

        skip(1);
        assertTrue(relay(reports(VOL, WEEK), 3), "a newer one may");
        assertFalse(surface.liveSlices(ETH, list(WEEK))[0].openingStopped, "open");
    }

    function test_AStopLeavesReplacedSlicesLive() public {
        relay(reports(VOL, WEEK), 3);
        skip(10 minutes);
        relay(reports(0.65e18, WEEK), 3);
        skip(30);
        assertFalse(relay(reports(1.1e18, WEEK), 3), "opening stops");
        LiveSlices memory found = surface.liveSlices(ETH, list(WEEK))[0];
        assertTrue(found.openingStopped, "stopped");
        assertEq(found.previous.length, 1, "the one before");
        assertEq(found.previous[0].reportedAt, START, "is live");
        skip(2 minutes - 31);
        assertEq(surface.liveSlices(ETH, list(WEEK))[0].previous.length, 1, "to the end of the grace");
        skip(1);
        found = surface.liveSlices(ETH, list(WEEK))[0];
        assertEq(found.previous.length, 0, "and no longer");
        assertTrue(found.openingStopped, "stopped all the same");

        relay(reports(0.65e18, WEEK), 3);
        found = surface.liveSlices(ETH, list(WEEK))[0];
        assertFalse(found.openingStopped, "a newer one starts it");
        assertEq(found.previous.length, 1, "and what it replaced is live");
    }

    function test_TenSmallStepsInARowPastTheCap() public {
        relay(reports(VOL, WEEK), 3);
        skip(1 hours);
        uint256 stored = VOL;
        for (uint256 i = 1; i <= 10; ++i) {
            if (relay(reports(VOL + i * 0.02e18, WEEK), 3)) stored = VOL + i * 0.02e18;
            skip(40);
        }
        assertLe(stored, VOL + 0.1e18 + 1e14, "ten points in ten minutes, not two a report");
    }

    function testFuzz_NeverFurtherThanTheLimitInTenMinutes(uint256 seed) public {
        vm.setSeed(seed);
        uint256[] memory times = new uint256[](60);
        uint256[] memory vol = new uint256[](60);
        uint256 n;
        uint256 level = VOL;
        for (uint256 i = 0; i < 60; ++i) {
            level = bound(level + vm.randomUint(0, 0.04e18) - 0.012e18, 0.3e18, 1.2e18);
            if (relay(reports(level, WEEK), 3)) (times[n], vol[n], n) = (vm.getBlockTimestamp(), level, n + 1);
            skip(vm.randomUint(30, 4 minutes));
        }
        // Against what was in force ten minutes before, give or take a sample: no more than two limits in 13:20
        for (uint256 i = 0; i < n; ++i) {
            for (uint256 j = i + 1; j < n && times[j] <= times[i] + 10 minutes; ++j) {
                uint256 step = vol[j] > vol[i] ? vol[j] - vol[i] : vol[i] - vol[j];
                assertLe(step, 0.2e18 + 1e14, "two limits at the most between any two within ten minutes");
            }
        }
        assertGt(n, 1, "some were stored");
    }

    // Grace

    function test_TheOldSliceStaysLiveForTheGrace() public {
        relay(reports(VOL, WEEK), 3);
        assertEq(surface.liveSlices(ETH, list(WEEK))[0].previous.length, 0, "nothing before the first");
        skip(10 minutes);
        relay(reports(0.65e18, WEEK), 3);
        SurfaceSlice[] memory previous = surface.liveSlices(ETH, list(WEEK))[0].previous;
        assertEq(previous.length, 1, "the one before");
        assertEq(previous[0].reportedAt, START, "is live");
        skip(2 minutes - 1);
        assertEq(surface.liveSlices(ETH, list(WEEK))[0].previous.length, 1, "to the end of the grace");
        skip(1);
        assertEq(surface.liveSlices(ETH, list(WEEK))[0].previous.length, 0, "and no longer");
    }

    function test_TwoUpdatesInOneBlockDoNotPushTheOldSliceOutOfMemory() public {
        relay(reports(VOL, WEEK), 3);
        skip(10 minutes);
        for (uint256 i = 0; i < 4; ++i) {
            SliceReport[] memory r = reports(0.61e18 + i * 0.01e18, WEEK);
            r[0].reportedAt -= uint40(4 - i);
            relay(r, 3);
        }
        SurfaceSlice[] memory previous = surface.liveSlices(ETH, list(WEEK))[0].previous;
        assertEq(previous.length, 4, "all that were in force within the grace");
        assertEq(previous[3].reportedAt, START, "the one from before the block");

        _refused(
            reports(VOL, WEEK),
            abi.encodeWithSelector(ISurfaceOracle.UpdateTooSoon.selector, 1, WEEK, vm.getBlockTimestamp() + 2 minutes)
        );
        skip(2 minutes);
        relay(reports(VOL, WEEK), 3);
        assertEq(surface.liveSlices(ETH, list(WEEK))[0].previous.length, 1, "the slot is free after the grace");
    }

    /// @dev Buy before the update, sell after it, inside one grace window: both are priced at both slices, so the seller
    /// gets at most what the buyer paid. The market takes the worst of what is handed over here.
    function testFuzz_AnUpdateSandwichedByTradesSeesBothSlices(uint256 next, uint256 wait) public {
        relay(reports(VOL, WEEK), 3);
        skip(1 hours);
        next = bound(next, VOL - 0.09e18, VOL + 0.09e18);
        SliceReport[] memory r = reports(next, WEEK);
        relay(r, 3);
        skip(bound(wait, 0, 2 minutes - 1));
        LiveSlices memory found = surface.liveSlices(ETH, list(WEEK))[0];
        assertTrue(found.inForce.svi == SliceRounding.nearest(r[0].svi), "the new slice");
        assertEq(found.previous.length, 1, "and the old");
        assertEq(found.previous[0].reportedAt, START, "still");
    }

    // Interpolation

    function test_TotalVarianceIsLinearBetweenExpiriesAndFlatInVolatilityBeyond() public {
        relay(_three(VOL), 3);
        uint256 near = _variance(WEEK);
        uint256 far = _variance(FORTNIGHT);
        assertApproxEqAbs(_variance(WEEK + 2 days), near + (far - near) * 2 / 7, 1, "between");
        assertApproxEqAbs(_variance(uint40(START + 1 days)), near / 7, 1, "before the first");
        assertApproxEqAbs(_variance(uint40(START + 56 days)), 2 * _variance(MONTH), 1, "beyond the last");
        assertApproxEqRel(near, VOL * VOL / 1e18 * 7 / 365, 1e13, "and what was reported at an expiry");
        assertEq(Wad.unwrap(surface.totalVariance(MarketId.wrap(9), WEEK, 0)), 0, "nothing of an unknown market");
    }

    function test_RevertWhen_TotalVarianceIsAskedForOutsideTheDomain() public {
        relay(_three(VOL), 3);
        int256 limit = 100e18;
        int256[4] memory outside = [limit, -limit, type(int256).max, type(int256).min];
        for (uint256 i = 0; i < outside.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Svi.LogMoneynessOutsideDomain.selector, outside[i], limit));
            surface.totalVariance(ETH, WEEK, outside[i]);
        }
        // Far from the money a smile is a straight line: one unit of k further, w is b (1 +- rho) more
        SviSlice svi = surface.slices(ETH, list(WEEK))[0].svi;
        (int256 b, int256 rho) = (svi.b(), svi.rho());
        uint256 last = Wad.unwrap(surface.totalVariance(ETH, WEEK, limit - 1));
        uint256 before = Wad.unwrap(surface.totalVariance(ETH, WEEK, limit - 1 - 1e18));
        uint256 slope = uint256(b * (SVI_ONE + rho)) * 1e18 / uint256(SVI_ONE) / uint256(SVI_ONE);
        assertApproxEqRel(last - before, slope, 1e13, "the last inside");
        last = Wad.unwrap(surface.totalVariance(ETH, WEEK, 1 - limit));
        before = Wad.unwrap(surface.totalVariance(ETH, WEEK, 1 - limit + 1e18));
        slope = uint256(b * (SVI_ONE - rho)) * 1e18 / uint256(SVI_ONE) / uint256(SVI_ONE);
        assertApproxEqRel(last - before, slope, 1e13, "and the first");
    }

    // Governance

    function test_RevertWhen_CallerHasNoRole() public {
        bytes memory denied = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbeef));
        address[] memory set = _addresses(2);
        vm.startPrank(address(0xbeef));
        vm.expectRevert(denied);
        surface.setSigners(set, 1, 1);
        vm.expectRevert(denied);
        surface.setParams(SurfaceParams(60, 120, Wad.wrap(0.1e18)));
        vm.expectRevert(denied);
        surface.tightenParams(SurfaceParams(60, 120, Wad.wrap(0.1e18)));
        vm.stopPrank();
    }

    function test_RevertWhen_TheSignerSetIsOutOfBounds() public {
        address[] memory set = _addresses(3);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("threshold"), 4, 1, 3));
        surface.setSigners(set, 4, 4);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("threshold"), 0, 1, 3));
        surface.setSigners(set, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("stepThreshold"), 1, 2, 3));
        surface.setSigners(set, 2, 1);
        set[2] = set[1];
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.SignersNotAscending.selector, set[1], set[1]));
        surface.setSigners(set, 2, 3);
    }

    function test_ARemovedSignerCountsNoMore() public {
        (address[] memory who, bytes[] memory signatures) = sign(reports(VOL, WEEK), 3);
        address[] memory rest = new address[](2);
        (rest[0], rest[1]) = (who[1], who[2]);
        surface.setSigners(rest, 2, 2);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.NotASigner.selector, who[0]));
        surface.relay(reports(VOL, WEEK), who, signatures);
    }

    function test_RevertGiven_NoSignersAtAll() public {
        SurfaceOracle fresh = new SurfaceOracle(address(manager));
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.TooFewSignatures.selector, 0, 0));
        fresh.relay(reports(VOL, WEEK), new address[](0), new bytes[](0));
    }

    function test_RevertWhen_AParameterIsOutsideItsBox() public {
        _box(SurfaceParams(9, 120, Wad.wrap(0.1e18)), "freshness", 9, 10, 10 minutes);
        _box(SurfaceParams(60, 601, Wad.wrap(0.1e18)), "grace", 601, 0, 10 minutes);
        _box(SurfaceParams(60, 120, Wad.wrap(0.009e18)), "maxStep", 0.009e18, 0.01e18, 1e18);
        surface.setParams(SurfaceParams(30, 60, Wad.wrap(0.2e18)));
        SurfaceParams memory p = surface.params();
        assertEq(keccak256(abi.encode(p)), keccak256(abi.encode(30, 60, 0.2e18)), "set");
    }

    function test_TighteningOnlyTightens() public {
        _looser(SurfaceParams(61, 120, Wad.wrap(0.1e18)), "freshness", 61, 60);
        _looser(SurfaceParams(60, 119, Wad.wrap(0.1e18)), "grace", 119, 120);
        _looser(SurfaceParams(60, 120, Wad.wrap(0.1e18 + 1)), "maxStep", 0.1e18 + 1, 0.1e18);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("freshness"), 9, 10, 600));
        surface.tightenParams(SurfaceParams(9, 120, Wad.wrap(0.1e18)));
        surface.tightenParams(SurfaceParams(60, 120, Wad.wrap(0.1e18)));
        surface.tightenParams(SurfaceParams(10, 600, Wad.wrap(0.01e18)));
        assertEq(keccak256(abi.encode(surface.params())), keccak256(abi.encode(10, 600, 0.01e18)), "set");
    }

    // Helpers

    function _looser(SurfaceParams memory p, bytes32 what, uint256 given, uint256 current) private {
        vm.expectRevert(abi.encodeWithSelector(ISurfaceOracle.NotTighter.selector, what, given, current));
        surface.tightenParams(p);
    }

    function _three(uint256 vol) private view returns (SliceReport[] memory r) {
        r = new SliceReport[](3);
        (r[0], r[1], r[2]) = (report(vol, WEEK), report(vol, FORTNIGHT), report(vol, MONTH));
    }

    function _relayPrepared(SliceReport[] memory r, uint256 count) private {
        (address[] memory who, bytes[] memory signatures) = sign(r, count);
        surface.relay(r, who, signatures);
    }

    function _variance(uint40 expiry) private view returns (uint256) {
        return Wad.unwrap(surface.totalVariance(ETH, expiry, 0));
    }

    function _outOfRange(SviSlice svi) private {
        SliceReport[] memory r = reports(VOL, WEEK);
        r[0].svi = svi;
        _refused(r, abi.encodeWithSelector(ISurfaceOracle.SliceOutOfRange.selector, 1, WEEK));
    }

    function _calendar(SliceReport[] memory r, uint40 near, uint40 far) private {
        (address[] memory who, bytes[] memory signatures) = sign(r, 5);
        (bool ok, bytes memory result) = attempt(address(surface), abi.encodeCall(surface.relay, (r, who, signatures)));
        assertFalse(ok, "refused whoever signed");
        bytes memory start = abi.encodeWithSelector(ISurfaceOracle.CalendarArbitrage.selector, 1, near, far);
        for (uint256 i = 0; i < start.length; ++i) {
            assertTrue(result[i] == start[i], "calendar arbitrage between these two");
        }
    }

    function _refused(SliceReport[] memory r, bytes memory reason) private {
        (address[] memory who, bytes[] memory signatures) = sign(r, 5);
        vm.expectRevert(reason);
        surface.relay(r, who, signatures);
    }

    function _box(SurfaceParams memory p, bytes32 what, uint256 value, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, what, value, least, most));
        surface.setParams(p);
    }
}
