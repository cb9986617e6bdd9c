// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearing, MarginParams} from "../interfaces/IClearing.sol";
import {
    ADJUST_EXPIRED,
    ADJUST_FAILED,
    ADJUST_NONE,
    ADJUST_NO_POSITION,
    ADJUST_NO_PRICE,
    ADJUST_PARTIAL,
    ADJUST_RELEASED,
    ADJUST_TOPPED_UP,
    AdjustCode,
    Health,
    IMarginPolicy,
    MarginPolicyConfig
} from "../interfaces/IMarginPolicy.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Assets} from "../types/Assets.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {SignedSize, Size} from "../types/Size.sol";
import {Wad} from "../types/Wad.sol";
import {HealthRule} from "./HealthRule.sol";

/// @title Margin policy of the vault
///
/// LAW
/// - Moves cash only between the vault's free balance and its compartments, inside clearing; no token moves.
/// - Tops up from free cash alone, of which the buffer is a part. Releases come first, so that what one compartment
///   has too much can serve another in the same call.
/// - When cash is short the least safe is served first and in full as far as it goes; equals in the order given.
/// - A compartment is released only on a mark: without one the margin formula alone may still ask for more, never less.
/// - An expired series is left alone: its payoff no longer moves with spot, and settlement covers it.
/// - Bad, unknown, unpriced and repeated ids get a code and cost the others nothing.
contract MarginPolicy is IMarginPolicy {
    using HealthRule for Health;

    uint256 public constant MAX_IDS = 128;

    IClearing public immutable clearing;
    IMarket public immutable market;
    address public immutable vault;

    /// @dev A compartment under judgement.
    struct Item {
        AdjustCode code; // why it cannot be judged, or none
        bool marked; // there is a mark to release on
        Health health;
    }

    constructor(MarginPolicyConfig memory config) {
        clearing = IClearing(config.clearing);
        market = IMarket(config.market);
        vault = config.vault;
    }

    /// @inheritdoc IMarginPolicy
    function adjust(SeriesId[] calldata ids) external returns (AdjustCode[] memory codes) {
        require(ids.length <= MAX_IDS, TooManyIds(ids.length, MAX_IDS));
        codes = new AdjustCode[](ids.length);
        Item[] memory items = _judge(ids);

        uint256 wanting;
        uint256[] memory order = new uint256[](ids.length);
        Assets needed;
        for (uint256 i; i < ids.length; ++i) {
            codes[i] = items[i].code;
            Assets missing = items[i].health.missing();
            if (Assets.unwrap(missing) != 0) {
                needed = needed + missing;
                order[wanting++] = i;
            } else if (items[i].marked) {
                codes[i] = _release(ids[i], items[i].health);
            }
        }
        if (wanting == 0) return codes;

        if (needed > clearing.free(vault)) _sortBySafety(order, wanting, items);
        for (uint256 i; i < wanting; ++i) {
            codes[order[i]] = _topUp(ids[order[i]], items[order[i]].health);
        }
    }

    /// @inheritdoc IMarginPolicy
    function health(SeriesId[] calldata ids) external view returns (Health[] memory result) {
        Item[] memory items = _judge(ids);
        result = new Health[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            result[i] = items[i].health;
        }
    }

    /// @dev Looks at each id alone. Only those with a position ever reach the market.
    function _judge(SeriesId[] calldata ids) private view returns (Item[] memory items) {
        items = new Item[](ids.length);
        SeriesId[] memory open = new SeriesId[](ids.length);
        uint256 count;
        for (uint256 i; i < ids.length; ++i) {
            items[i].health.safety = HealthRule.NO_SAFETY_NEEDED;
            if (SignedSize.unwrap(clearing.vaultPosition(ids[i])) >= 0) items[i].code = ADJUST_NO_POSITION;
            else if (block.timestamp >= ids[i].expiryOf()) items[i].code = ADJUST_EXPIRED;
            else open[count++] = ids[i];
        }
        assembly ("memory-safe") {
            mstore(open, count)
        }

        (Wad[] memory spot, Wad[] memory mark) = _marks(open);
        count = 0;
        for (uint256 i; i < ids.length; ++i) {
            if (items[i].code == ADJUST_NONE) {
                _measure(items[i], ids[i], spot[count], mark[count]);
                ++count;
            }
        }
    }

    function _measure(Item memory item, SeriesId series, Wad spot, Wad mark) private view {
        Size size = clearing.vaultPosition(series).magnitude();
        item.health.collateral = clearing.compartment(vault, series);
        item.code = ADJUST_NO_PRICE;
        if (Wad.unwrap(spot) == 0) return;
        try clearing.minimumMargin(series, size, spot, mark) returns (Assets minimum) {
            MarginParams memory params = clearing.marginParams(series.marketOf());
            bool call = series.isCall();
            item.code = ADJUST_NONE;
            item.marked = Wad.unwrap(mark) != 0;
            item.health.minimum = minimum;
            item.health.safety = HealthRule.safety(item.health.collateral, minimum);
            item.health.lower = call ? params.callLower : params.putLower;
            item.health.upper = call ? params.callUpper : params.putUpper;
            item.health.priced = true;
        } catch {}
    }

    /// @dev Zeros where the market fails or answers with too little.
    function _marks(SeriesId[] memory open) private view returns (Wad[] memory spot, Wad[] memory mark) {
        if (open.length == 0) return (spot, mark);
        try market.marks(open) returns (Wad[] memory spots, Wad[] memory values) {
            if (spots.length == open.length && values.length == open.length) return (spots, values);
        } catch {}
        return (new Wad[](open.length), new Wad[](open.length));
    }

    /// @dev Reads the compartment again: an id given twice was served the first time.
    function _release(SeriesId series, Health memory h) private returns (AdjustCode) {
        h.collateral = clearing.compartment(vault, series);
        Assets excess = h.excess();
        if (Assets.unwrap(excess) == 0) return ADJUST_NONE;
        try clearing.release(series, excess) {
            emit Adjusted(series, ADJUST_RELEASED, h.collateral, h.collateral - excess, h.minimum);
            return ADJUST_RELEASED;
        } catch {
            return ADJUST_FAILED;
        }
    }

    function _topUp(SeriesId series, Health memory h) private returns (AdjustCode code) {
        h.collateral = clearing.compartment(vault, series);
        h.safety = HealthRule.safety(h.collateral, h.minimum);
        Assets missing = h.missing();
        if (Assets.unwrap(missing) == 0) return ADJUST_NONE;
        Assets cash = clearing.free(vault);
        code = cash < missing ? ADJUST_PARTIAL : ADJUST_TOPPED_UP;
        Assets amount = missing.min(cash);
        if (Assets.unwrap(amount) == 0) return code;
        try clearing.lock(series, amount) {
            emit Adjusted(series, code, h.collateral, h.collateral + amount, h.minimum);
        } catch {
            return ADJUST_FAILED;
        }
    }

    /// @dev Insertion sort of the first `count` indices, least safe first, stable; at most MAX_IDS² / 2 steps.
    function _sortBySafety(uint256[] memory order, uint256 count, Item[] memory items) private pure {
        for (uint256 i = 1; i < count; ++i) {
            uint256 moving = order[i];
            Wad safety = items[moving].health.safety;
            uint256 j = i;
            for (; j > 0 && items[order[j - 1]].health.safety > safety; --j) {
                order[j] = order[j - 1];
            }
            order[j] = moving;
        }
    }
}
