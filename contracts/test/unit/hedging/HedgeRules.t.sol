// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgeChecks} from "../../../src/hedging/HedgeChecks.sol";
import {HedgeRules, RuleInput} from "../../../src/hedging/HedgeRules.sol";
import {HedgeStore} from "../../../src/hedging/HedgeStore.sol";
import {HedgeParams, HedgePosition, HedgeRule, RULE_NONE} from "../../../src/interfaces/IHedger.sol";
import {AssetScale, SignedAssets, assetScale} from "../../../src/types/Assets.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {Test} from "../../utils/Test.sol";

// the pure parts
// ├── a size never crosses zero, never exceeds either net delta but under a confirmed force
// ├── the band: Whalley and Wilmott's formula, its scaling, its cap, absurd inputs
// └── the cache: one slot, rounding down, saturation, for every collateral
contract HedgeRulesTest is Test {
    int256 private constant MOST_DELTA = 1e30;

    function testFuzz_Decide_ReducesWithoutCrossing(int256 mark, int256 averaged, uint256 seed) public pure {
        mark = bound(mark, -MOST_DELTA, MOST_DELTA);
        averaged = bound(averaged, -MOST_DELTA, MOST_DELTA);
        RuleInput memory x = RuleInput({
            netAtMark: mark,
            netAveraged: averaged,
            band: bound(seed, 0, 1e24),
            force: bound(seed >> 64, 0, 1e26),
            periodOver: seed & 1 == 0,
            forceConfirmed: seed & 2 == 0
        });
        (HedgeRule rule, int256 size, bool atMark) = HedgeRules.decide(x);
        int256 afterwards = mark + size;
        assertLe(_abs(afterwards), _abs(mark), "INV-HDG-01 net delta at mark shrinks");
        assertTrue(afterwards == 0 || (afterwards > 0) == (mark > 0), "INV-HDG-01 and never crosses zero");
        bool confirmed = atMark && x.forceConfirmed;
        if (!confirmed) assertLe(_abs(size), _abs(averaged), "no more than the averaged net delta");
        if (!confirmed && size != 0) assertTrue((mark > 0) == (averaged > 0), "nothing on opposite signs");
        assertEq(rule == RULE_NONE, size == 0, "a rule has a size");
    }

    function test_Band_IsWhalleyWilmott() public pure {
        // cbrt(1.5 · 0.001 · 2500 · 0.01² · 10 m / 10) = cbrt(375) = 7.2112478515…
        uint256 band = HedgeRules.band(0.01e18, 2_500e18, 10_000_000e18, _params());
        assertApproxEqRel(band, 7.211247851537042e18, 1e4, "cbrt(375)");
        assertEq(HedgeRules.band(-0.01e18, 2_500e18, 10_000_000e18, _params()), band, "of either sign of gamma");
        assertEq(HedgeRules.band(0, 2_500e18, 10_000_000e18, _params()), 0, "no gamma, no band");
        HedgeParams memory dear = _params();
        dear.hedgeCost = Wad.wrap(0.008e18);
        assertApproxEqRel(HedgeRules.band(0.01e18, 2_500e18, 10_000_000e18, dear), 2 * band, 1e4, "8 lambda, 2 H");
    }

    function testFuzz_Band_NeverWiderThanItsShareOfEquity(int256 gamma, uint256 spot, uint256 equity) public pure {
        spot = bound(spot, 1, 1e30);
        equity = bound(equity, 0, 1e36);
        uint256 band = HedgeRules.band(bound(gamma, -type(int256).max, type(int256).max), spot, equity, _params());
        assertLe(band, equity * 0.01e18 / spot, "1 % of E in delta notional");
    }

    function testFuzz_Cache_RoundsDownAndSaturates(int256 delta, int256 equity, uint256 capacity, uint256 decimals)
        public
        pure
    {
        decimals = [0, 6, 8, 18][decimals % 4];
        AssetScale scale = assetScale(uint8(decimals));
        int256 most = int256(HedgeChecks.MAX_FIGURE) - 1;
        delta = bound(delta, -most, most);
        equity = bound(equity, -most, most);
        HedgePosition memory p = HedgePosition({
            delta: SignedWad.wrap(delta),
            equity: SignedAssets.wrap(equity),
            capacityUp: Wad.wrap(capacity),
            capacityDown: Wad.wrap(capacity / 2),
            syncedAt: 1_800_000_000
        });
        HedgePosition memory q = HedgeStore.unpack(HedgeStore.pack(p, scale), scale);
        int256 keptEquity = SignedAssets.unwrap(q.equity);
        int256 step = decimals > 6 ? int256(10 ** (decimals - 6)) : int256(1);
        int256 fits = int256(type(int64).max) * step / (decimals < 6 ? int256(10 ** (6 - decimals)) : int256(1));

        if (delta < 9e30 && delta > -9e30) {
            assertLt(_abs(SignedWad.unwrap(q.delta) - delta), 1e12, "delta to 1e-6");
        }
        assertLe(_abs(SignedWad.unwrap(q.delta)), _abs(delta), "delta never grows");
        if (equity > -fits) assertLe(keptEquity, equity, "worth rounds down");
        if (equity < fits && equity > -fits) assertLt(equity - keptEquity, step, "by less than a step");
        assertLe(Wad.unwrap(q.capacityUp), capacity, "capacity rounds down");
        if (capacity < 1e27) assertLt(capacity - Wad.unwrap(q.capacityUp), 1e15, "to 0.001");
        assertEq(q.syncedAt, 1_800_000_000, "time");
    }

    function _params() private pure returns (HedgeParams memory p) {
        p.hedgeCost = Wad.wrap(0.001e18);
        p.riskAversion = Wad.wrap(10e18);
        p.bandOfEquity = Wad.wrap(0.01e18);
    }

    function _abs(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
