// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ISignedFeed, PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {ISignerSet} from "../../../src/interfaces/ISignerSet.sol";
import {SignedFeed} from "../../../src/oracle/SignedFeed.sol";
import {ContractSigner} from "../../utils/mocks/oracle/ContractSigner.sol";
import {QuickBase} from "./QuickBase.sol";

/// @notice Behaviour.
/// relay
/// ├── given signed by the threshold, newer, fresh and positive: the latest round, and the one before is kept
/// ├── when no newer than the latest (replayed, reordered): nothing, without reverting, whatever the signatures
/// ├── when from the future, older than `freshness`, not positive, beyond 96 bits: reverts
/// └── when signed by too few, by a stranger, by one key twice, for another price, chain or contract: reverts
/// verify
/// ├── given enough good signatures, however old the report or newer the rounds: passes, and stores nothing
/// └── when from the future, out of range, or signed as relay would not take it: reverts
/// latestRoundData, getRoundData
/// ├── given no round, or one that is not there, or 1,025 rounds old: reverts
/// └── given any other: what was relayed
/// setSigners, setFreshness, tightenFreshness
/// ├── when called by a stranger: reverts
/// └── when outside the box, or looser: reverts
contract SignedFeedTest is QuickBase {
    uint256 internal constant KEPT = 1024;
    uint80 internal constant FIRST = uint80(1 << 64 | 1);

    function test_TheLatestRoundIsWhatWasRelayed() public {
        assertTrue(relayPrice(3000), "stored");
        _isRound(FIRST, 3000e8, START);
        skip(2);
        assertTrue(relayPrice(3010), "stored");
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = quick.latestRoundData();
        assertEq(id, FIRST + 1, "the next round");
        assertEq(answer, 3010e8, "answer");
        assertEq(startedAt, START + 2, "signed");
        assertEq(updatedAt, START + 2, "signed");
        assertEq(answeredIn, id, "complete");
        _isRound(FIRST, 3000e8, START);
        _isRound(FIRST + 1, 3010e8, START + 2);
    }

    function testFuzz_RoundsAreKeptAndTheirTimesRise(uint256 seed, uint256 count) public {
        count = bound(count, 1, 40);
        uint40[] memory times = new uint40[](count);
        int256[] memory answers = new int256[](count);
        for (uint256 i = 0; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            skip(1 + seed % 7);
            uint256 now_ = vm.getBlockTimestamp();
            uint256 least = i == 0 ? START : times[i - 1] + 1;
            uint256 signedAt = now_ - (seed >> 8) % 5;
            times[i] = uint40(signedAt < least ? least : signedAt);
            answers[i] = int256(1 + (seed >> 16) % type(uint96).max);
            assertTrue(_relay(PriceReport(answers[i], times[i]), 2), "stored");
        }
        for (uint256 i = 0; i < count; ++i) {
            _isRound(FIRST + uint80(i), answers[i], times[i]);
        }
        (uint80 latest,,,,) = quick.latestRoundData();
        assertEq(latest, FIRST + uint80(count) - 1, "the last is the latest");
    }

    function test_ARoundIsReadBackUntilItsPlaceIsUsedAgain() public {
        for (uint256 i = 0; i <= KEPT; ++i) {
            relayPrice(3000 + i);
            skip(1);
        }
        _isRound(FIRST, 3000e8, START);
        relayPrice(9000);
        _isMissing(FIRST);
        _isRound(FIRST + 1, 3001e8, START + 1);
    }

    function test_RevertGiven_NoSuchRound() public {
        vm.expectRevert(abi.encodeWithSelector(ISignedFeed.NoDataPresent.selector, uint80(1 << 64)));
        quick.latestRoundData();
        _isMissing(uint80(1 << 64)); // round zero
        _isMissing(0);
        relayPrice(3000);
        _isMissing(FIRST + 1);
        _isMissing(FIRST + uint80(KEPT));
        _isMissing(1); // of no phase
        _isMissing(uint80(2 << 64 | 1));
    }

    // Order

    function test_NothingWhen_Replayed() public {
        relayPrice(3000);
        assertFalse(_relay(PriceReport(3000e8, uint40(START)), 2), "it is there already");
        assertFalse(_relay(PriceReport(4000e8, uint40(START)), 2), "another price of the same second");
        _isRound(FIRST, 3000e8, START);
        _isMissing(FIRST + 1);
    }

    function test_NothingWhen_Reordered() public {
        PriceReport memory older = PriceReport(4000e8, uint40(START));
        skip(1);
        relayPrice(3000);
        assertFalse(_relay(older, 2), "a price kept back behind a newer one");
        assertFalse(quick.relay(older, new address[](0), new bytes[](0)), "with or without signatures");
        (, int256 answer,,,) = quick.latestRoundData();
        assertEq(answer, 3000e8, "the newer stays");
    }

    function testFuzz_RevertWhen_KeptBackAndRelayedLate(uint256 late) public {
        late = bound(late, 6, 30 days);
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        skip(late);
        _refuse(report, 2, abi.encodeWithSelector(ISignedFeed.ReportTooOld.selector, START, START + late - 5));
        vm.warp(START + 5);
        assertTrue(_relay(report, 2), "the last second in which it may come");
    }

    function testFuzz_RevertWhen_FromTheFuture(uint40 ahead) public {
        ahead = uint40(bound(ahead, 1, type(uint40).max - START));
        PriceReport memory report = PriceReport(3000e8, uint40(START + ahead));
        _refuse(report, 2, abi.encodeWithSelector(ISignedFeed.ReportFromFuture.selector, START + ahead, START));
    }

    function testFuzz_RevertWhen_NotPositiveOrTooLarge(int256 answer) public {
        if (answer > 0) answer = bound(answer, int256(uint256(type(uint96).max)) + 1, type(int256).max);
        _refuse(
            PriceReport(answer, uint40(START)), 2, abi.encodeWithSelector(ISignedFeed.AnswerOutOfRange.selector, answer)
        );
    }

    // Signatures

    function test_RevertWhen_TooFewSigned() public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        _refuse(report, 1, abi.encodeWithSelector(ISignerSet.TooFewSignatures.selector, 1, 2));
        _refuse(report, 0, abi.encodeWithSelector(ISignerSet.TooFewSignatures.selector, 0, 2));
        assertTrue(_relay(report, 5), "more than needed are welcome");
    }

    function test_RevertGiven_NoSigners() public {
        SignedFeed other = new SignedFeed(address(manager), 8);
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.TooFewSignatures.selector, 0, 0));
        other.relay(report, new address[](0), new bytes[](0));
    }

    function test_RevertWhen_OneKeySignedTwice() public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        (who[1], signatures[1]) = (who[0], signatures[0]);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.SignersNotAscending.selector, who[0], who[0]));
        quick.relay(report, who, signatures);
    }

    function test_RevertWhen_AStrangerSigned() public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        uint256 key = 0xbad;
        while (vm.addr(key) < who[0]) ++key;
        (who[1], signatures[1]) = (vm.addr(key), signature(key, quick.digest(report)));
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.NotASigner.selector, who[1]));
        quick.relay(report, who, signatures);
    }

    function test_RevertWhen_CountsDiffer() public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        (address[] memory who,) = signPrice(report, 2);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.SignatureCountMismatch.selector, 2, 1));
        quick.relay(report, who, new bytes[](1));
    }

    function testFuzz_RevertWhen_AnotherMessageWasSigned(int256 answer, uint40 signedAt) public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        answer = bound(answer, 1, type(int96).max);
        signedAt = uint40(bound(signedAt, START - 5, START));
        if (answer == report.answer && signedAt == report.signedAt) return;
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        quick.relay(PriceReport(answer, signedAt), who, signatures);
    }

    function test_RevertWhen_SignedForAnotherChain() public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        vm.chainId(10);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        quick.relay(report, who, signatures);
    }

    function test_RevertWhen_SignedForAnotherContract() public {
        SignedFeed other = new SignedFeed(address(manager), 8);
        other.setSigners(signerAddresses(5), 2);
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        other.relay(report, who, signatures);
    }

    function test_AContractSignerCounts() public {
        ContractSigner safe = new ContractSigner();
        address[] memory set = new address[](1);
        set[0] = address(safe);
        quick.setSigners(set, 1);
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, address(safe)));
        quick.relay(report, set, new bytes[](1));
        safe.accept(quick.digest(report));
        assertTrue(quick.relay(report, set, new bytes[](1)), "ERC-1271");
    }

    // Verifying

    function testFuzz_VerifiesWhateverItsAge(uint256 later, bool newer) public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 2);
        skip(bound(later, 0, 30 days));
        if (newer) relayPrice(3100);
        vm.record();
        quick.verify(report, who, signatures);
        (, bytes32[] memory writes) = vm.accesses(address(quick));
        assertEq(writes.length, 0, "nothing is stored");
        if (newer) _isRound(FIRST, 3100e8, vm.getBlockTimestamp());
        else _isMissing(FIRST);
    }

    function test_RevertWhen_WhatIsVerifiedIsNotGood() public {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        (address[] memory who, bytes[] memory signatures) = signPrice(report, 1);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.TooFewSignatures.selector, 1, 2));
        quick.verify(report, who, signatures);
        (who, signatures) = signPrice(report, 2);
        report.answer += 1;
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.BadSignature.selector, who[0]));
        quick.verify(report, who, signatures);
        report = PriceReport(3000e8, uint40(START + 1));
        (who, signatures) = signPrice(report, 2);
        vm.expectRevert(abi.encodeWithSelector(ISignedFeed.ReportFromFuture.selector, START + 1, START));
        quick.verify(report, who, signatures);
        report = PriceReport(0, uint40(START));
        (who, signatures) = signPrice(report, 2);
        vm.expectRevert(abi.encodeWithSelector(ISignedFeed.AnswerOutOfRange.selector, 0));
        quick.verify(report, who, signatures);
    }

    function test_DigestIsEip712() public view {
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Keel Price"),
                keccak256("1"),
                block.chainid,
                address(quick)
            )
        );
        bytes32 body = vm.eip712HashStruct("PriceReport(int256 answer,uint40 signedAt)", abi.encode(report));
        assertEq(quick.digest(report), keccak256(abi.encodePacked(hex"1901", domain, body)), "EIP-712");
    }

    // Governed

    function test_ReplacedSignersCountNoMore() public {
        address[] memory set = new address[](1);
        set[0] = signers[4].addr;
        quick.setSigners(set, 1);
        (address[] memory now_, uint256 threshold) = quick.signerSet();
        assertEq(now_.length, 1, "one");
        assertEq(now_[0], set[0], "that one");
        assertEq(threshold, 1, "alone");
        PriceReport memory report = PriceReport(3000e8, uint40(START));
        _refuse(report, 2, abi.encodeWithSelector(ISignerSet.NotASigner.selector, signers[0].addr));
    }

    function test_RevertWhen_OutsideTheBox() public {
        address[] memory two = signerAddresses(2);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("threshold"), 3, 1, 2));
        quick.setSigners(two, 3);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("threshold"), 0, 1, 2));
        quick.setSigners(two, 0);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("signers"), 0, 1, 32));
        quick.setSigners(new address[](0), 1);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("freshness"), 0, 1, 60));
        quick.setFreshness(0);
        vm.expectRevert(abi.encodeWithSelector(ISignerSet.OutOfBounds.selector, bytes32("freshness"), 61, 1, 60));
        quick.setFreshness(61);
        vm.expectRevert(abi.encodeWithSelector(ISignedFeed.DecimalsAbove18.selector, 19));
        new SignedFeed(address(manager), 19);
    }

    function test_FreshnessIsTightenedAndNotLoosened() public {
        assertEq(quick.freshness(), 5, "as made");
        quick.tightenFreshness(2);
        assertEq(quick.freshness(), 2, "tighter");
        vm.expectRevert(abi.encodeWithSelector(ISignedFeed.NotTighter.selector, bytes32("freshness"), 3, 2));
        quick.tightenFreshness(3);
        quick.setFreshness(60);
        assertEq(quick.freshness(), 60, "the governor may");
        assertTrue(relayPrice(3000), "and the rest of the slot is as it was");
    }

    function test_RevertWhen_AStrangerGoverns() public {
        address stranger = address(0xbad);
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        quick.setSigners(signerAddresses(2), 1);
        vm.expectRevert(refusal);
        quick.setFreshness(5);
        vm.expectRevert(refusal);
        quick.tightenFreshness(5);
    }

    function _refuse(PriceReport memory report, uint256 count, bytes memory reason) private {
        (address[] memory who, bytes[] memory signatures) = signPrice(report, count);
        vm.expectRevert(reason);
        quick.relay(report, who, signatures);
    }

    function _relay(PriceReport memory report, uint256 count) private returns (bool) {
        (address[] memory who, bytes[] memory signatures) = signPrice(report, count);
        return quick.relay(report, who, signatures);
    }

    function _isRound(uint80 id, int256 answer, uint256 signedAt) private view {
        (uint80 found, int256 a,, uint256 t, uint80 answeredIn) = quick.getRoundData(id);
        assertEq(found, id, "round");
        assertEq(a, answer, "answer of the round");
        assertEq(t, signedAt, "time of the round");
        assertEq(answeredIn, id, "answered in it");
    }

    function _isMissing(uint80 id) private {
        vm.expectRevert(abi.encodeWithSelector(ISignedFeed.NoDataPresent.selector, id));
        quick.getRoundData(id);
    }
}
