// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PriceReport} from "../../../src/interfaces/ISignedFeed.sol";
import {
    ORACLE_ATTACH,
    ORACLE_DOWN,
    ORACLE_REDUCE_ONLY,
    OracleMode,
    SpotRead
} from "../../../src/interfaces/ISpotOracle.sol";
import {Wad} from "../../../src/types/Wad.sol";
import {QuickBase} from "../../unit/oracle/QuickBase.sol";
import {FuzzSelector} from "../../utils/InvariantTargets.sol";

/// @notice Feeds that move and fail, signers that sign anything of any time, anybody who relays any of it in any order.
/// INV-ORC-08: what trades is a price signed at most `quickAge` ago and within the second tier of the pushed mark, or,
/// reduce-only and after an outage, the pushed mark itself.
/// INV-ORC-09: rounds of a signed feed are numbered without gaps, their times rise strictly, and none of them changes.
contract QuickInvariantsTest is QuickBase {
    uint256 internal constant TIER = 0.015e18;
    uint256 internal constant LEAST = 2900;
    uint256 internal constant MOST = 3100;

    PriceReport[] internal signed;
    PriceReport[] internal rounds;
    uint256 internal pushed; // whole collateral; zero: none
    uint256 internal second;

    function setUp() public override {
        super.setUp();
        spot.setMarket(ETH, quickSources());
        push(3000, 0);
        spot.observe(ETH);
        bytes4[] memory selectors = new bytes4[](5);
        (selectors[0], selectors[1], selectors[2]) = (this.push.selector, this.sign_.selector, this.relay_.selector);
        (selectors[3], selectors[4]) = (this.observe.selector, this.pass.selector);
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), selectors));
    }

    function push(uint256 price, uint256 which) public {
        price = bound(price, LEAST, MOST);
        if (which % 8 != 1) {
            primary.push(which % 8 == 7 ? int256(0) : int256(price * ONE));
            pushed = which % 8 == 7 ? 0 : price;
        }
        if (which % 8 != 2) {
            secondary.push(which % 8 == 6 ? int256(0) : int256(price * 1e18));
            second = which % 8 == 6 ? 0 : price;
        }
    }

    /// @dev Up to a minute off, either way.
    function sign_(uint256 price, uint256 off) external {
        uint256 at = vm.getBlockTimestamp() + bound(off, 0, 70) - 60;
        signed.push(PriceReport(int256(bound(price, LEAST, MOST) * ONE), uint40(at)));
    }

    function relay_(uint256 which, uint256 count, bool now_) external {
        if (now_ || signed.length == 0) {
            signed.push(PriceReport(int256(bound(which, LEAST, MOST) * ONE), uint40(vm.getBlockTimestamp())));
            which = signed.length - 1;
        }
        PriceReport memory report = signed[which % signed.length];
        (address[] memory who, bytes[] memory signatures) = signPrice(report, bound(count, 0, 5));
        (bool ok, bytes memory result) = attempt(address(quick), abi.encodeCall(quick.relay, (report, who, signatures)));
        if (!ok || !abi.decode(result, (bool))) return;
        assertGe(who.length, 2, "INV-ORC-09: signed by the threshold");
        assertLe(report.signedAt, vm.getBlockTimestamp(), "INV-ORC-09: not from the future");
        assertGe(report.signedAt + 5, vm.getBlockTimestamp(), "INV-ORC-09: not kept back");
        rounds.push(report);
    }

    function observe() external {
        spot.observe(ETH);
    }

    function pass(uint256 secs) external {
        skip(secs % 3 == 0 ? bound(secs, 0, 12 minutes) : bound(secs, 0, 8));
    }

    function invariant_ORC_08() public view {
        SpotRead memory read = spot.read(ETH);
        uint256 mark = Wad.unwrap(read.mark);
        uint8 mode = OracleMode.unwrap(read.mode);
        if (mode == OracleMode.unwrap(ORACLE_DOWN)) return;
        uint256 base = (pushed != 0 ? pushed : second) * 1e18;
        if (mode == OracleMode.unwrap(ORACLE_ATTACH)) {
            assertEq(mark, base, "INV-ORC-08: attach is at the pushed mark");
            return;
        }
        PriceReport memory last = rounds.length == 0 ? PriceReport(0, 0) : rounds[rounds.length - 1];
        uint256 age = vm.getBlockTimestamp() - last.signedAt;
        if (age > QUICK_OUTAGE) {
            assertEq(mode, OracleMode.unwrap(ORACLE_REDUCE_ONLY), "INV-ORC-08: an outage reduces only");
            assertEq(mark, base, "INV-ORC-08: at the pushed mark");
            return;
        }
        assertLe(age, QUICK_AGE, "INV-ORC-08: no older price trades");
        assertEq(mark, uint256(last.answer) * 1e10, "INV-ORC-08: the newest of them");
        assertLe((mark > base ? mark - base : base - mark) * 1e18 / base, TIER, "INV-ORC-08: near the pushed one");
    }

    function invariant_ORC_09() public view {
        for (uint256 i = 0; i < rounds.length; ++i) {
            (uint80 id, int256 answer,, uint256 at,) = quick.getRoundData(uint80(1 << 64 | i + 1));
            assertEq(id, 1 << 64 | i + 1, "INV-ORC-09: numbered without gaps");
            assertEq(answer, rounds[i].answer, "INV-ORC-09: answers stay");
            assertEq(at, rounds[i].signedAt, "INV-ORC-09: times stay");
            if (i != 0) assertGt(at, rounds[i - 1].signedAt, "INV-ORC-09: times rise");
        }
        if (rounds.length == 0) return;
        (uint80 latest,,,,) = quick.latestRoundData();
        assertEq(latest, 1 << 64 | rounds.length, "INV-ORC-09: the newest is the latest");
    }
}
