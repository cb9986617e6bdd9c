// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets, SignedAssets} from "../types/Assets.sol";
import {MarketId} from "../types/SeriesId.sol";
import {SignedWad, Wad} from "../types/Wad.sol";
import {IReactor} from "./IReactor.sol";

/// @notice The hedger's cache of one market, one slot. Written by each hedge and by `sync`.
struct HedgePosition {
    SignedWad delta; // underlying units, positive long; resolution 1e-6
    SignedAssets equity; // what the hedges are worth, signed; resolution 1e-6 of one collateral unit, rounded down
    Wad capacityUp; // further underlying the venues could add at the last sync
    Wad capacityDown; // further underlying they could shed
    uint40 syncedAt;
}

/// @notice Which rule let a rebalance through.
type HedgeRule is uint8;

HedgeRule constant RULE_NONE = HedgeRule.wrap(0);
HedgeRule constant RULE_BAND = HedgeRule.wrap(1);
HedgeRule constant RULE_PERIOD = HedgeRule.wrap(2);
HedgeRule constant RULE_FORCE = HedgeRule.wrap(3);

/// @notice Governed hedging limits of a market.
struct HedgeParams {
    Wad bandOfBook; // share of sum |contracts| |delta|
    Wad bandOfEquity; // share of E in delta notional
    Wad force; // |net delta| S / E beyond which mark alone suffices
    Wad averageWeight; // a in a Delta(mark) + (1 - a) Delta(average)
    Wad maxSlippage; // against mark, per order
    Wad maxOrder; // underlying per call
    Wad maxPerBlock; // underlying per block
    Wad maxPerDay; // underlying per UTC day
    uint40 period;
}

/// @title Hedger
/// @notice Owns the cached hedge position, the reactors of each market, caps and rules. Calls reactors. Funded by
/// Vault.fund, repays by Vault.repay. Trades and rolls never reach a venue through it.
interface IHedger {
    event Rebalanced(
        MarketId indexed market,
        address indexed reactor,
        HedgeRule rule,
        SignedWad netDeltaBefore,
        SignedWad netDeltaAfter,
        SignedWad filled,
        SignedAssets cash
    );
    event Synced(MarketId indexed market, SignedWad delta, SignedAssets equity, Wad capacityUp, Wad capacityDown);
    event ReactorAdded(MarketId indexed market, IReactor reactor);
    event ReactorRemoved(MarketId indexed market, IReactor reactor);
    event ReactorFailed(MarketId indexed market, IReactor reactor, bytes reason);

    error BookJustTraded(uint256 tradeBlock, uint256 blockNumber);
    error NoReactor(MarketId market);
    error NotVault(address caller);
    error ReactorExists(IReactor reactor);
    error TooManyReactors(uint256 most);

    /// @notice Brings net delta towards zero if a rule fires, else does nothing. Anyone.
    /// @return rule what fired; RULE_NONE when nothing did
    /// @return filled underlying bought (positive) or sold
    function rebalance(MarketId market) external returns (HedgeRule rule, SignedWad filled);

    /// @notice Refreshes the cache from the venues. Anyone; a failing venue keeps its last figures and is reported.
    function sync(MarketId market) external returns (HedgePosition memory);

    /// @notice The cache. Never reverts.
    function position(MarketId market) external view returns (HedgePosition memory);

    /// @notice Sells hedges until about so much cash can be repaid to the vault, and repays it. For the vault's roll
    /// line and wind-down; anyone may call when the vault has asked for cash.
    function raise(MarketId market, Assets amount) external returns (Assets repaid);

    /// @notice The rule that would fire now, with net delta at mark and the size it would trade (positive: buy).
    function due(MarketId market) external view returns (HedgeRule rule, SignedWad netDelta, SignedWad size);

    function hedgeParams(MarketId market) external view returns (HedgeParams memory);

    function reactors(MarketId market) external view returns (IReactor[] memory);
}
