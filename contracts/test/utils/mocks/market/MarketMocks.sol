// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Fill, MarginParams} from "../../../../src/interfaces/IClearing.sol";
import {HedgePosition} from "../../../../src/interfaces/IHedger.sol";
import {IMarket} from "../../../../src/interfaces/IMarket.sol";
import {SpotRead} from "../../../../src/interfaces/ISpotOracle.sol";
import {LiveSlices, SurfaceSlice} from "../../../../src/interfaces/ISurfaceOracle.sol";
import {Assets, SignedAssets} from "../../../../src/types/Assets.sol";
import {MarketId, SeriesId} from "../../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../../src/types/Size.sol";
import {SliceWord} from "../../../../src/types/SliceWord.sol";
import {Wad} from "../../../../src/types/Wad.sol";
import {SliceWords} from "../../SliceWords.sol";

/// @dev Lets one address do everything.
contract MockAuthority {
    address public immutable governor;

    constructor(address governor_) {
        governor = governor_;
    }

    function canCall(address caller, address, bytes4) external view returns (bool, uint32) {
        return (caller == governor, 0);
    }
}

contract MockAsset {
    uint8 public immutable decimals;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }
}

contract MockSpotOracle {
    SpotRead private _read;
    Wad private _averageOver;

    function set(SpotRead calldata read_) external {
        _read = read_;
    }

    function setAverageOver(Wad average) external {
        _averageOver = average;
    }

    function read(MarketId) public view returns (SpotRead memory) {
        return _read;
    }

    function latest(uint256 market) external view returns (SpotRead memory) {
        return read(MarketId.wrap(uint16(market)));
    }

    function averageOver(MarketId, uint40, uint40) external view returns (Wad) {
        return _averageOver;
    }
}

contract MockSurfaceOracle {
    using SliceWords for SurfaceSlice;

    mapping(uint40 => SurfaceSlice) private _slices;
    mapping(uint40 => SurfaceSlice[]) private _previous;
    bool public stopped;

    function setPrevious(SurfaceSlice calldata slice) external {
        _previous[slice.expiry].push(slice.rounded());
    }

    function setStopped(bool stopped_) external {
        stopped = stopped_;
    }

    function liveSlices(MarketId, uint40[] calldata expiries) external view returns (LiveSlices[] memory live) {
        live = new LiveSlices[](expiries.length);
        for (uint256 i = 0; i < expiries.length; ++i) {
            live[i] = LiveSlices(_slices[expiries[i]], _previous[expiries[i]], stopped);
        }
    }

    function set(SurfaceSlice calldata slice) external {
        _slices[slice.expiry] = slice.rounded();
    }

    /// @dev The arguments are those of `boardSlices`, and the answer.
    function surfaceOf(uint256, uint256, uint256) external view {
        (bool ok, bytes memory answer) =
            address(this).staticcall(abi.encodePacked(this.boardSlices.selector, msg.data[4:]));
        assert(ok);
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }

    function boardSlices(MarketId, uint40[] calldata expiries, uint256 traded)
        external
        view
        returns (SliceWord[] memory inForce, SliceWord[] memory previous, bool openingStopped)
    {
        inForce = new SliceWord[](expiries.length);
        uint256 count;
        for (uint256 i = 0; i < expiries.length; ++i) {
            inForce[i] = _slices[expiries[i]].word();
            if (traded >> i & 1 == 0) continue;
            count += _previous[expiries[i]].length;
            openingStopped = stopped;
        }
        previous = new SliceWord[](count);
        for (uint256 i = 0; i < expiries.length; ++i) {
            if (traded >> i & 1 == 0) continue;
            SurfaceSlice[] storage live = _previous[expiries[i]];
            for (uint256 j = 0; j < live.length; ++j) {
                previous[--count] = live[j].word().withTag(i);
            }
        }
    }

    function slices(MarketId, uint40[] calldata expiries) external view returns (SurfaceSlice[] memory found) {
        found = new SurfaceSlice[](expiries.length);
        for (uint256 i = 0; i < expiries.length; ++i) {
            found[i] = _slices[expiries[i]];
        }
    }
}

contract MockSettlementOracle {
    uint40 public window = 30 minutes;
    mapping(uint40 => Wad) private _prices;

    function set(uint40 expiry, Wad price_) external {
        _prices[expiry] = price_;
    }

    function setWindow(uint40 window_) external {
        window = window_;
    }

    function price(MarketId, uint40 expiry) external view returns (Wad, uint40) {
        return (_prices[expiry], expiry);
    }
}

contract MockHedger {
    HedgePosition private _position;

    function set(HedgePosition calldata position_) external {
        _position = position_;
    }

    function position(MarketId) external view returns (HedgePosition memory) {
        return _position;
    }
}

contract MockVault {
    Assets public equity;

    function setEquity(Assets equity_) external {
        equity = equity_;
    }
}

/// @dev Books positions and cash like clearing, without tokens: what a trader paid in all is `paid[trader]`.
contract MockClearing {
    MarginParams private _margin;
    Assets private _free;
    Assets private _locked;
    mapping(SeriesId => int256) public position;
    mapping(SeriesId => uint256) public compartment;
    mapping(address => int256) public paid;
    mapping(address => address) public ordersOf;
    bytes public reentry;
    address public market;

    function allowOrders(address orders) external {
        ordersOf[msg.sender] = orders;
    }

    function setMarket(address market_) external {
        market = market_;
    }

    function setMargin(MarginParams calldata margin) external {
        _margin = margin;
    }

    function setBalances(Assets free_, Assets locked_) external {
        (_free, _locked) = (free_, locked_);
    }

    /// @dev Calls the market with this data in the middle of the next trade.
    function setReentry(bytes calldata data) external {
        reentry = data;
    }

    function marginParams(MarketId) external view returns (MarginParams memory) {
        return _margin;
    }

    function balances(address) external view returns (Assets, Assets) {
        return (_free, _locked);
    }

    function trade(address trader, address, Fill[] calldata fills, SignedAssets netCash)
        external
        returns (Assets freeBefore, Assets lockedBefore, Assets freeAfter, Assets lockedAfter)
    {
        (freeBefore, lockedBefore) = (_free, _locked);
        if (reentry.length != 0) {
            (bool ok, bytes memory result) = market.call(reentry);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(result, 0x20), mload(result))
                }
            }
        }
        int256 has = int256(Assets.unwrap(_free)) + SignedAssets.unwrap(netCash);
        int256 holds = int256(Assets.unwrap(_locked));
        for (uint256 i = 0; i < fills.length; ++i) {
            position[fills[i].series] -= SignedSize.unwrap(fills[i].size);
            int256 moved = int256(Assets.unwrap(fills[i].collateral)) - int256(compartment[fills[i].series]);
            compartment[fills[i].series] = Assets.unwrap(fills[i].collateral);
            (has, holds) = (has - moved, holds + moved);
        }
        require(has >= 0, "clearing: free");
        (_free, _locked) = (Assets.wrap(uint256(has)), Assets.wrap(uint256(holds)));
        (freeAfter, lockedAfter) = (_free, _locked);
        paid[trader] += SignedAssets.unwrap(netCash);
    }

    /// @dev Settlement or liquidation: the position changes without a trade.
    function change(SeriesId series, SignedSize by) external {
        position[series] += SignedSize.unwrap(by);
        IMarket(market).onVaultPosition(series, by);
    }
}
