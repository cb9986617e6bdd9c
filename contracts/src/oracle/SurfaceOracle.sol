// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ISpotOracle} from "../interfaces/ISpotOracle.sol";
import {ISurfaceOracle, LiveSlices, SliceReport, SurfaceParams, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Svi} from "../math/Svi.sol";
import {EXPIRY_TIME_OF_DAY, MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";
import {ExpiryList, MAX_EXPIRIES} from "./ExpiryList.sol";
import {ReportSigners} from "./ReportSigners.sol";
import {SliceRanges} from "./SliceRanges.sol";
import {SliceMeta, SliceRecord, SliceStore} from "./SliceStore.sol";

contract SurfaceOracle is ReportSigners, AccessManaged {
    using ExpiryList for uint256;
    using SliceStore for SliceRecord;
    using SliceStore for SliceMeta;

    /// @dev One slot.
    struct Stored {
        uint16 freshness;
        uint16 grace;
        uint64 maxStep;
        uint128 vegaCap;
    }

    uint256 private constant MIN_FRESHNESS = 10 seconds;
    uint256 private constant MAX_FRESHNESS = 10 minutes;
    uint256 private constant MAX_GRACE = 10 minutes;
    uint256 private constant MIN_STEP = 0.01e18;
    uint256 private constant MAX_STEP = 1e18;

    ISpotOracle public immutable SPOT;

    Stored private _params = Stored(60 seconds, 2 minutes, 0.1e18, 0.05e18);
    mapping(MarketId => uint256) private _expiries;
    mapping(MarketId => mapping(uint40 expiry => SliceRecord)) private _records;

    constructor(address authority, ISpotOracle spot) AccessManaged(authority) {
        SPOT = spot;
    }

    /// @inheritdoc ISurfaceOracle
    function relay(SliceReport[] calldata reports, address[] calldata signers, bytes[] calldata signatures)
        external
        returns (bool stored)
    {
        require(reports.length != 0, NoReports());
        require(reports.length <= MAX_EXPIRIES, TooManyReports(reports.length, MAX_EXPIRIES));
        MarketId market = reports[0].market;
        Stored memory p = _params;
        uint256 list = _checkTimes(reports, market, p.freshness);
        _checkSignatures(reports, signers, signatures);
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceRanges.check(reports[i]);
        }

        for (uint256 i = 0; i < reports.length; ++i) {
            _records[market][reports[i].expiry].put(reports[i], p.grace);
            _emit(reports[i]);
        }
        if (list != _expiries[market]) _expiries[market] = list;
        return true;
    }

    /// @inheritdoc ISurfaceOracle
    function slices(MarketId market, uint40[] calldata expiries_) external view returns (SurfaceSlice[] memory found) {
        found = new SurfaceSlice[](expiries_.length);
        for (uint256 i = 0; i < expiries_.length; ++i) {
            found[i] = _records[market][expiries_[i]].load(expiries_[i]);
        }
    }

    /// @inheritdoc ISurfaceOracle
    function liveSlices(MarketId market, uint40[] calldata expiries_)
        external
        view
        returns (LiveSlices[] memory found)
    {
        found = new LiveSlices[](expiries_.length);
        for (uint256 i = 0; i < expiries_.length; ++i) {
            SliceRecord storage record = _records[market][expiries_[i]];
            found[i] = LiveSlices(record.load(expiries_[i]), record.live(expiries_[i]), record.stopped());
        }
    }

    /// @inheritdoc ISurfaceOracle
    function expiries(MarketId market) external view returns (uint40[] memory found) {
        uint256 list = _expiries[market].prune(block.timestamp);
        found = new uint40[](list.length());
        for (uint256 i = 0; i < found.length; ++i) {
            found[i] = list.get(i);
        }
    }

    /// @inheritdoc ISurfaceOracle
    function totalVariance(MarketId market, uint40 expiry, int256 k) external view returns (Wad) {
        require(expiry > block.timestamp, ExpiryPassed(expiry, block.timestamp));
        uint256 list = _expiries[market].prune(block.timestamp);
        uint256 index = list.indexOf(expiry);
        uint40 far = list.get(index);
        uint40 near = index == 0 ? 0 : list.get(index - 1);
        uint256 wFar = far == 0 ? 0 : _variance(market, far, k);
        uint256 wNear = near == 0 ? 0 : _variance(market, near, k);
        if (near == 0 && far == 0) return Wad.wrap(0);

        uint256 elapsed = expiry - block.timestamp;
        if (near == 0) return Wad.wrap(wFar * elapsed / (far - block.timestamp));
        if (far == 0) return Wad.wrap(wNear * elapsed / (near - block.timestamp));
        return Wad.wrap((wNear * (far - expiry) + wFar * (expiry - near)) / (far - near));
    }

    /// @inheritdoc ISurfaceOracle
    function params() external view returns (SurfaceParams memory) {
        Stored memory p = _params;
        return SurfaceParams(p.freshness, p.grace, Wad.wrap(p.maxStep), Wad.wrap(p.vegaCap));
    }

    /// @inheritdoc ISurfaceOracle
    function setSigners(address[] calldata signers, uint256 threshold, uint256 stepThreshold) external restricted {
        _setSigners(signers, threshold, stepThreshold);
    }

    /// @inheritdoc ISurfaceOracle
    function setParams(SurfaceParams calldata params_) external restricted {
        uint256 step = Wad.unwrap(params_.maxStep);
        uint256 vega = Wad.unwrap(params_.vegaCap);
        _within("freshness", params_.freshness, MIN_FRESHNESS, MAX_FRESHNESS);
        _within("grace", params_.grace, 0, MAX_GRACE);
        _within("maxStep", step, MIN_STEP, MAX_STEP);
        _within("vegaCap", vega, 0, type(uint128).max);

        _params = Stored(uint16(params_.freshness), uint16(params_.grace), uint64(step), uint128(vega));
        emit ParamsSet(params_);
    }

    /// @dev One market, expiries ascending at 08:00 in the future, each newer than what is known of it, fresh.
    /// @return list the market's expiries with the report's
    function _checkTimes(SliceReport[] calldata reports, MarketId market, uint256 freshness)
        private
        view
        returns (uint256 list)
    {
        list = _expiries[market].prune(block.timestamp);
        uint40 previous;
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceReport calldata r = reports[i];
            require(r.market == market, MixedMarkets(market, r.market));
            require(r.expiry > previous, ReportsNotAscending(previous, r.expiry));
            require(r.expiry > block.timestamp, ExpiryPassed(r.expiry, block.timestamp));
            require(r.reportedAt <= block.timestamp, ReportFromFuture(r.reportedAt, block.timestamp));
            require(
                r.reportedAt + freshness >= block.timestamp, ReportTooOld(r.reportedAt, block.timestamp - freshness)
            );
            SliceMeta memory meta = _records[market][r.expiry].inForce.meta;
            require(r.reportedAt > meta.newest(), ReportNotNewer(r.reportedAt, meta.newest()));
            previous = r.expiry;

            uint256 index = list.indexOf(r.expiry);
            if (list.get(index) == r.expiry) continue;
            require(r.expiry % 1 days == EXPIRY_TIME_OF_DAY, ExpiryNotAtEight(r.expiry));
            require(list.get(MAX_EXPIRIES - 1) == 0, TooManyExpiries(MAX_EXPIRIES));
            list = list.insert(index, r.expiry);
        }
    }

    function _variance(MarketId market, uint40 expiry, int256 k) private view returns (uint256) {
        return Svi.totalVariance(_records[market][expiry].load(expiry).svi, k);
    }

    function _emit(SliceReport calldata r) private {
        emit SliceUpdated(r.market, r.expiry, r.reportedAt, r.svi, r.forwardRatio, r.spotAtReport);
    }

    function _within(bytes32 what, uint256 value, uint256 least, uint256 most) private pure {
        require(value >= least && value <= most, OutOfBounds(what, value, least, most));
    }
}
