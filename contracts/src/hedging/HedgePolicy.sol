// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HedgeParams, RULE_FORCE} from "../interfaces/IHedger.sol";
import {IHedgePolicy, PolicyDecision, PolicyInput} from "../interfaces/IHedgePolicy.sol";
import {SignedWad, Wad, WAD} from "../types/Wad.sol";
import {HedgeRules, RuleInput} from "./HedgeRules.sol";
import {DELTA_STEP} from "./HedgeStore.sol";

/// @title Band, period and force
/// @notice The law of the rules.
///
/// # Two deltas
/// Net delta is taken at mark and at a·Δ(mark) + (1 − a)·Δ(average). A rule fires only if both breach it with the
/// same sign, and the size is the smaller: a price pushed for a block does not move both.
///
/// # Force
/// Beyond the force limit mark alone suffices, after an observation of the same breach at least `forceDelay` and at most
/// `forceDelay` and an hour ago. An observation is dropped by the first call that does not see the breach, or sees the
/// other sign.
contract HedgePolicy is IHedgePolicy {
    uint256 public constant FORCE_MEMORY = 1 hours;

    uint256 private constant ONE_PCT = WAD / 100;
    /// @dev Fits what the hedger counts usage in, with room for a day's sum.
    uint256 private constant MAX_SIZE = 1e9 * WAD;

    /// @inheritdoc IHedgePolicy
    function decide(PolicyInput calldata x) external pure returns (PolicyDecision memory d) {
        (int256 atMark, int256 averaged) = _netDeltas(x);
        uint256 age = x.timestamp - x.forceSeenAt;
        bool open = x.forceSeenAt != 0 && x.forceLong == (atMark > 0) && age <= x.params.forceDelay + FORCE_MEMORY;
        int256 size;
        bool forceAtMark;
        (d.rule, size, forceAtMark) = HedgeRules.decide(
            RuleInput({
                netAtMark: atMark,
                netAveraged: averaged,
                band: HedgeRules.band(SignedWad.unwrap(x.gamma), Wad.unwrap(x.mark), Wad.unwrap(x.equity), x.params),
                force: Wad.unwrap(x.equity) * Wad.unwrap(x.params.force) / Wad.unwrap(x.mark),
                periodOver: x.timestamp >= uint256(x.lastFillAt) + x.params.period,
                forceConfirmed: open && age >= x.params.forceDelay
            })
        );
        d.size = SignedWad.wrap(size);
        if (forceAtMark) (d.forceSeenAt, d.forceLong) = (open ? x.forceSeenAt : x.timestamp, atMark > 0);
    }

    /// @inheritdoc IHedgePolicy
    function check(HedgeParams calldata p) external pure {
        _within("hedgeCost", p.hedgeCost, 0, 5 * ONE_PCT);
        _within("riskAversion", p.riskAversion, WAD / 10, 10_000 * WAD);
        _within("bandOfEquity", p.bandOfEquity, 0, 10 * ONE_PCT);
        _within("force", p.force, Wad.unwrap(p.bandOfEquity), 50 * ONE_PCT);
        _within("averageWeight", p.averageWeight, 0, WAD);
        _within("maxSlippage", p.maxSlippage, WAD / 10_000, 5 * ONE_PCT);
        _within("minOrder", p.minOrder, DELTA_STEP, MAX_SIZE);
        _within("maxOrder", p.maxOrder, Wad.unwrap(p.minOrder), MAX_SIZE);
        _within("maxPerBlock", p.maxPerBlock, Wad.unwrap(p.maxOrder), MAX_SIZE);
        _within("maxPerDay", p.maxPerDay, Wad.unwrap(p.maxPerBlock), MAX_SIZE);
        _within("period", Wad.wrap(p.period), 10 minutes, 7 days);
        _within("forceDelay", Wad.wrap(p.forceDelay), 1 minutes, 1 hours);
    }

    /// @inheritdoc IHedgePolicy
    function checkTighter(HedgeParams calldata current, HedgeParams calldata next) external pure {
        _tighter("maxSlippage", next.maxSlippage, current.maxSlippage);
        _tighter("maxOrder", next.maxOrder, current.maxOrder);
        _tighter("maxPerBlock", next.maxPerBlock, current.maxPerBlock);
        _tighter("maxPerDay", next.maxPerDay, current.maxPerDay);
    }

    function _netDeltas(PolicyInput calldata x) private pure returns (int256 atMark, int256 averaged) {
        int256 weight = int256(Wad.unwrap(x.params.averageWeight));
        int256 book = SignedWad.unwrap(x.deltaAtMark);
        int256 hedges = SignedWad.unwrap(x.hedges);
        atMark = book + hedges;
        averaged = (book * weight + SignedWad.unwrap(x.deltaAtAverage) * (int256(WAD) - weight)) / int256(WAD) + hedges;
    }

    function _within(bytes32 name, Wad value, uint256 least, uint256 most) private pure {
        uint256 x = Wad.unwrap(value);
        require(x >= least && x <= most, ParamOutOfBounds(name, x, least, most));
    }

    function _tighter(bytes32 name, Wad value, Wad current) private pure {
        require(value <= current, NotTighter(name, Wad.unwrap(value), Wad.unwrap(current)));
    }
}
