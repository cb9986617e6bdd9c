// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {IHedgePolicy} from "./IHedgePolicy.sol";
import {IReactor, ReactorReport} from "./IReactor.sol";

/// @notice The hedger's cache of one market, one slot. Written by each hedge and by `sync`.
struct HedgePosition {
    SignedWad delta; // underlying units, positive long; resolution 1e-6
    SignedAssets equity; // what the hedges are worth, signed; resolution 1e-6 of one collateral unit, rounded down
    Wad capacityUp; // further underlying the venues could add at the last sync; resolution 0.001, rounded down
    Wad capacityDown; // further underlying they could shed
    uint40 syncedAt; // when the stalest venue with a position was last read
}

/// @notice Which rule let a rebalance through.
type HedgeRule is uint8;

HedgeRule constant RULE_NONE = HedgeRule.wrap(0);
HedgeRule constant RULE_BAND = HedgeRule.wrap(1);
HedgeRule constant RULE_PERIOD = HedgeRule.wrap(2);
HedgeRule constant RULE_FORCE = HedgeRule.wrap(3);
HedgeRule constant RULE_RAISE = HedgeRule.wrap(4); // cash for the vault; net delta in the event is the hedges' alone

using {eqRule as ==, neRule as !=} for HedgeRule global;

function eqRule(HedgeRule x, HedgeRule y) pure returns (bool) {
    return HedgeRule.unwrap(x) == HedgeRule.unwrap(y);
}

function neRule(HedgeRule x, HedgeRule y) pure returns (bool) {
    return HedgeRule.unwrap(x) != HedgeRule.unwrap(y);
}

/// @notice Governed hedging limits of a market. Sizes are kept to 1e-6 underlying.
struct HedgeParams {
    Wad hedgeCost; // lambda: what trading one unit of delta notional costs; widens the band
    Wad riskAversion; // relative to E; narrows the band
    Wad bandOfEquity; // the band is never wider than this share of E in delta notional
    Wad force; // |net delta| S / E beyond which mark alone suffices
    Wad averageWeight; // a in a Delta(mark) + (1 - a) Delta(average)
    Wad maxSlippage; // against mark, fees included, per order
    Wad minOrder; // underlying; nothing smaller is traded
    Wad maxOrder; // underlying per order
    Wad maxPerBlock; // underlying per block
    Wad maxPerDay; // underlying per UTC day
    uint40 period; // since the last fill
    uint40 forceDelay; // between the two observations of a force breach at mark alone
}

/// @title Hedger
/// @notice Owns the cached hedge position, the reactors of each market, caps and rules. Calls reactors. Funded by
/// Vault.fund, repays by Vault.repay. Has Market.takeBacking copy the position whenever it changes. Trades and rolls never
/// reach a venue through it.
interface IHedger {
    event Rebalanced(
        MarketId indexed market,
        IReactor indexed reactor,
        HedgeRule indexed rule,
        SignedWad netDeltaBefore,
        SignedWad netDeltaAfter,
        SignedWad filled,
        SignedAssets cash // positive: received
    );
    event ForceObserved(MarketId indexed market, SignedWad netDelta);
    event Synced(MarketId indexed market, SignedWad delta, SignedAssets equity, Wad capacityUp, Wad capacityDown);
    event ReactorAdded(MarketId indexed market, IReactor reactor);
    event ReactorLeaving(MarketId indexed market, IReactor reactor, SignedWad left);
    event ReactorRemoved(MarketId indexed market, IReactor reactor);
    event ReactorAbandoned(MarketId indexed market, IReactor reactor, SignedWad delta, SignedAssets equity);
    event ReactorFailed(MarketId indexed market, IReactor reactor, bytes reason);
    event HedgeParamsSet(MarketId indexed market, HedgeParams params);
    event PolicySet(IHedgePolicy policy);
    event RebalancingPaused(bool paused);

    error BookJustTraded(uint256 tradeBlock, uint256 blockNumber);
    error RebalancingIsPaused();
    error NotSelf(address caller);
    error UnknownReactor(MarketId market, IReactor reactor);
    error ReactorExists(IReactor reactor);
    error TooManyReactors(uint256 most);
    error MovedWrongly(SignedWad moved, SignedWad asked);
    error CostTooHigh(SignedAssets cost, Assets most);
    error ReactorUnreadable(IReactor reactor);
    error NotEnoughGas(uint256 left, uint256 needed);
    error NoMark(MarketId market);

    // For anyone

    /// @notice Brings net delta towards zero if a rule fires, else does nothing. Reverts in the block in which a trade
    /// changed the book and in the next. A venue that fails is reported and the next one is tried. The caller brings
    /// enough gas for every venue, so that nobody can make one fail.
    /// @return rule what fired; RULE_NONE when nothing did
    /// @return filled underlying bought (positive) or sold
    function rebalance(MarketId market) external returns (HedgeRule rule, SignedWad filled);

    /// @notice Refreshes the cache from the venues. A failing venue keeps its last figures and is reported.
    function sync(MarketId market) external returns (HedgePosition memory);

    /// @notice Sells hedges until about so much cash is there, and repays all of it to the vault. Does nothing unless the
    /// vault's redemption line lacks cash, and then for at most what it lacks, `Vault.cashWanted`.
    /// @dev What anyone can do to the vault with it: choose the moment. Each order is held to the slippage bound, and its
    /// size counts against the same caps as a rebalance. Hedges sold here and bought back by `rebalance` before the roll,
    /// should the vault fund that from the line's cash, cost at most maxPerDay · mark · maxSlippage a day.
    function raise(MarketId market, Assets amount) external returns (Assets repaid);

    // For the authority

    function setPolicy(IHedgePolicy policy) external;

    /// @notice Sets what the policy's box lets through.
    function setHedgeParams(MarketId market, HedgeParams calldata params) external;

    /// @notice Lowers slippage and caps, at once: never above what stands.
    function tightenHedge(MarketId market, Wad maxSlippage, Wad maxOrder, Wad maxPerBlock, Wad maxPerDay) external;

    /// @notice Stops `rebalance`; `sync` and unwinding go on.
    function pauseRebalancing() external;

    function unpauseRebalancing() external;

    /// @notice Adds a venue behind those there are.
    function addReactor(MarketId market, IReactor reactor) external;

    /// @notice Unwinds a venue and removes it. What the slippage bound leaves unsold stays: the venue then only reduces,
    /// and another call goes on.
    /// @return removed whether nothing was left
    function removeReactor(MarketId market, IReactor reactor) external returns (bool removed);

    /// @notice Drops a venue that no longer answers, with whatever it holds.
    function abandonReactor(MarketId market, IReactor reactor) external;

    // Views

    /// @notice The cache. Never reverts.
    function position(MarketId market) external view returns (HedgePosition memory);

    /// @notice The rule that would fire now, with net delta at mark and the size it would trade within caps and
    /// capacity (positive: buy). RULE_NONE while `rebalance` would revert or could trade nothing; all zero in the block of a
    /// trade, in the next, and while paused.
    function due(MarketId market) external view returns (HedgeRule rule, SignedWad netDelta, SignedWad size);

    function policy() external view returns (IHedgePolicy);

    function hedgeParams(MarketId market) external view returns (HedgeParams memory);

    function reactors(MarketId market) external view returns (IReactor[] memory);

    function lastReport(IReactor reactor) external view returns (ReactorReport memory report, uint40 readAt);
}
