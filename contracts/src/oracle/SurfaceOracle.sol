// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ISurfaceOracle, LiveSlices, SliceReport, SurfaceParams, SurfaceSlice} from "../interfaces/ISurfaceOracle.sol";
import {Svi} from "../math/Svi.sol";
import {EXPIRY_TIME_OF_DAY, MarketId} from "../types/SeriesId.sol";
import {SliceWord} from "../types/SliceWord.sol";
import {Wad} from "../types/Wad.sol";
import {ExpiryList, MAX_EXPIRIES} from "./ExpiryList.sol";
import {ReportSigners} from "./ReportSigners.sol";
import {Grid, SliceGrid} from "./SliceGrid.sol";
import {SliceRanges} from "./SliceRanges.sol";
import {SliceRounding} from "./SliceRounding.sol";
import {SliceRecord} from "./SliceStore.sol";
import {TermStructure} from "./TermStructure.sol";
import {VolTrail} from "./VolTrail.sol";

/// @title SurfaceOracle
/// @notice Law.
///
/// Report. A report is one EIP-712 message over all its slices, signed by `threshold` distinct signers, of one market,
/// each slice newer than any report seen of its expiry, at most `freshness` old, not from the future. All are stored or
/// none. Anyone relays.
///
/// Rounding. The ratio and the five numbers of a slice are rounded to what a word holds, see SliceWord, and then checked,
/// stored, reported and priced.
///
/// Shape. Every slice is inside its ranges and Lee's bound; on its grid total variance is positive and Durrleman's g
/// is not negative; against either neighbour, as they are after the report, total variance does not fall with expiry at
/// either grid. A slice that breaks this is refused, whoever signed it.
///
/// Step. At-the-money volatility moves at most `maxStep` against the slice in force ten minutes ago, unless
/// `stepThreshold` signed. Otherwise nothing is stored and opening stops in the report's expiries, until a newer report
/// is accepted: the old volatility is not left on sale. The same report may follow with all its signatures, so that
/// nobody keeps a jump out by relaying it with fewer.
///
/// Grace. A replaced slice stays live for `grace`; who trades is priced at the worst live slice. An update that would
/// drop a live slice is refused, so no run of updates shortens the window.
contract SurfaceOracle is ReportSigners, AccessManaged {
    using ExpiryList for uint256;
    using SliceGrid for Grid;

    /// @dev One slot.
    struct Stored {
        uint16 freshness;
        uint16 grace;
        uint64 maxStep;
    }

    uint256 private constant MIN_FRESHNESS = 10 seconds;
    uint256 private constant MAX_FRESHNESS = 10 minutes;
    uint256 private constant MAX_GRACE = 10 minutes;
    uint256 private constant MIN_STEP = 0.01e18;
    uint256 private constant MAX_STEP = 1e18;
    uint256 private constant MIN_VOLATILITY = 0.01e18;
    uint256 private constant MAX_VOLATILITY = 10e18;

    Stored private _params = Stored(60 seconds, 2 minutes, 0.1e18);
    mapping(MarketId => uint256) private _expiries;
    mapping(MarketId => mapping(uint40 expiry => SliceRecord)) private _records;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ISurfaceOracle
    function relay(SliceReport[] calldata signed, address[] calldata signers, bytes[] calldata signatures)
        external
        returns (bool stored)
    {
        require(signed.length != 0, NoReports());
        require(signed.length <= MAX_EXPIRIES, TooManyReports(signed.length, MAX_EXPIRIES));
        Stored memory p = _params;
        bool enough = _checkReport(signed, signers, signatures);
        SliceReport[] memory reports = _rounded(signed);
        MarketId market = reports[0].market;
        uint256 list = _checkTimes(reports, market, p.freshness, enough);
        _checkShapes(reports, market, list);
        (uint256[] memory trails, bool beyond) = _step(reports, market, p.maxStep);

        if (beyond && !enough) {
            _stop(reports, market);
            return false;
        }
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceReport memory r = reports[i];
            SliceRecord storage record = _records[market][r.expiry];
            record.put(r, p.grace);
            if (record.trail != trails[i]) record.trail = trails[i];
            emit SliceUpdated(market, r.expiry, r.reportedAt, r.svi, r.forwardRatio, r.spotAtReport);
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
            found[i] = _records[market][expiries_[i]].live(expiries_[i]);
        }
    }

    /// @inheritdoc ISurfaceOracle
    function graceEnds(MarketId market, uint40 expiry) external view returns (uint40[] memory) {
        return _records[market][expiry].graceEnds();
    }

    /// @inheritdoc ISurfaceOracle
    function boardSlices(MarketId market, uint40[] calldata expiries_, uint256 traded)
        external
        view
        returns (SliceWord[] memory, SliceWord[] memory, bool)
    {
        uint256 count = expiries_.length;
        _answer(market, expiries_, count < 256 ? traded & ((1 << count) - 1) : traded);
    }

    /// @inheritdoc ISurfaceOracle
    function surfaceOf(uint256 market, uint256 expiriesAt, uint256 traded) external view {
        uint40[] calldata found;
        assembly ("memory-safe") {
            found.offset := add(expiriesAt, 0x24)
            found.length := calldataload(add(expiriesAt, 4))
        }
        _answer(MarketId.wrap(uint16(market)), found, traded);
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
        return Wad.wrap(
            TermStructure.between(
                block.timestamp, expiry, near, _variance(market, near, k), far, _variance(market, far, k)
            )
        );
    }

    /// @inheritdoc ISurfaceOracle
    function params() external view returns (SurfaceParams memory) {
        Stored memory p = _params;
        return SurfaceParams(p.freshness, p.grace, Wad.wrap(p.maxStep));
    }

    /// @inheritdoc ISurfaceOracle
    function setSigners(address[] calldata signers, uint256 threshold, uint256 stepThreshold) external restricted {
        _setSigners(signers, threshold, stepThreshold);
    }

    /// @inheritdoc ISurfaceOracle
    function setParams(SurfaceParams calldata params_) external restricted {
        _setParams(params_);
    }

    /// @inheritdoc ISurfaceOracle
    function tightenParams(SurfaceParams calldata params_) external restricted {
        Stored memory p = _params;
        uint256 step = Wad.unwrap(params_.maxStep);
        require(params_.freshness <= p.freshness, NotTighter("freshness", params_.freshness, p.freshness));
        require(params_.grace >= p.grace, NotTighter("grace", params_.grace, p.grace));
        require(step <= p.maxStep, NotTighter("maxStep", step, p.maxStep));

        _setParams(params_);
    }

    /// @dev Every trade asks this, so the answer is written as it is returned: offsets of both arrays, the flag, then each
    /// array as its length and its words. A word that is no expiry finds no slice.
    /// @param traded no bit beyond the expiries
    function _answer(MarketId market, uint40[] calldata expiries_, uint256 traded) private view {
        unchecked {
            mapping(uint40 => SliceRecord) storage records = _records[market];
            uint256 count = expiries_.length;
            uint256 answer;
            uint256 first; // of the previous
            assembly ("memory-safe") {
                answer := mload(0x40)
                let place := add(answer, 0x80)
                let last := add(place, shl(5, count))
                mstore(0x20, records.slot)
                for { let from := expiries_.offset } lt(place, last) { from := add(from, 0x20) } {
                    mstore(0x00, calldataload(from))
                    mstore(place, sload(keccak256(0x00, 0x40))) // inForce
                    place := add(place, 0x20)
                }
                first := add(place, 0x20)
                mstore(answer, 0x60)
                mstore(add(answer, 0x20), sub(place, answer))
                mstore(add(answer, 0x60), count)
            }
            uint256 end = first;
            bool stopped;
            for (uint256 i = 0; traded != 0; ++i) {
                if (traded & 1 != 0) {
                    SliceWord word;
                    uint256 expiry;
                    assembly ("memory-safe") {
                        word := mload(add(add(answer, 0x80), shl(5, i)))
                        expiry := calldataload(add(expiries_.offset, shl(5, i)))
                    }
                    bool isStopped_;
                    (end, isStopped_) = records[uint40(expiry)].writePrevious(word, expiry, i, end);
                    assembly ("memory-safe") {
                        stopped := or(stopped, isStopped_)
                    }
                }
                traded >>= 1;
            }
            assembly ("memory-safe") {
                mstore(add(answer, 0x40), stopped)
                mstore(sub(first, 0x20), shr(5, sub(end, first)))
                return(answer, sub(end, answer))
            }
        }
    }

    function _rounded(SliceReport[] calldata signed) private pure returns (SliceReport[] memory reports) {
        reports = signed;
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceReport memory r = reports[i];
            (r.svi, r.forwardRatio) = (SliceRounding.nearest(r.svi), SliceRounding.nearest(r.forwardRatio));
            r.spotAtReport = SliceRounding.nearestSpot(r.spotAtReport);
        }
    }

    /// @dev One market, expiries ascending at 08:00 in the future, each newer than what is known of it, fresh.
    /// @param enough signed for a step beyond the limit: then as new as the report that stopped opening will do
    /// @return list the market's expiries with the report's
    function _checkTimes(SliceReport[] memory reports, MarketId market, uint256 freshness, bool enough)
        private
        view
        returns (uint256 list)
    {
        list = _expiries[market].prune(block.timestamp);
        uint40 previous;
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceReport memory r = reports[i];
            require(r.market == market, MixedMarkets(market, r.market));
            require(r.expiry > previous, ReportsNotAscending(previous, r.expiry));
            require(r.expiry > block.timestamp, ExpiryPassed(r.expiry, block.timestamp));
            require(r.reportedAt <= block.timestamp, ReportFromFuture(r.reportedAt, block.timestamp));
            require(
                r.reportedAt + freshness >= block.timestamp, ReportTooOld(r.reportedAt, block.timestamp - freshness)
            );
            (uint40 newest, bool stopped) = _records[market][r.expiry].newestSeen(r.expiry);
            bool again = enough && stopped && r.reportedAt == newest;
            require(again || r.reportedAt > newest, ReportNotNewer(r.reportedAt, newest));
            previous = r.expiry;

            uint256 index = list.indexOf(r.expiry);
            if (list.get(index) == r.expiry) continue;
            require(r.expiry % 1 days == EXPIRY_TIME_OF_DAY, ExpiryNotAtEight(r.expiry));
            require(list.get(MAX_EXPIRIES - 1) == 0, TooManyExpiries(MAX_EXPIRIES));
            list = list.insert(index, r.expiry);
        }
    }

    /// @dev Ranges, butterflies, and calendars against both neighbours, which are in the report or in force.
    function _checkShapes(SliceReport[] memory reports, MarketId market, uint256 list) private view {
        Grid memory near; // of the expiry before, where it has been built
        uint40 nearAt;
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceReport memory r = reports[i];
            SliceRanges.check(r);
            (Grid memory grid, bool ok, int256 k) = SliceGrid.buildChecked(r.svi);
            require(ok, ButterflyArbitrage(market, r.expiry, k));

            uint256 index = list.indexOf(r.expiry);
            uint40 before = index == 0 ? 0 : list.get(index - 1);
            if (before != 0) {
                if (before != nearAt) near = SliceGrid.build(_records[market][before].inForce.svi());
                _requireOrdered(market, before, near, r.expiry, grid);
            }
            uint40 next = list.get(index + 1);
            bool reported = i + 1 < reports.length && reports[i + 1].expiry == next;
            if (next != 0 && !reported) {
                _requireOrdered(market, r.expiry, grid, next, SliceGrid.build(_records[market][next].inForce.svi()));
            }
            (near, nearAt) = (grid, r.expiry);
        }
    }

    function _requireOrdered(MarketId market, uint40 nearAt, Grid memory near, uint40 farAt, Grid memory far)
        private
        pure
    {
        (bool ok, int256 k) = near.ordered(far);
        require(ok, CalendarArbitrage(market, nearAt, farAt, k));
    }

    /// @return trails each expiry's trail with the report's volatility
    /// @return beyond a slice steps further than allowed
    function _step(SliceReport[] memory reports, MarketId market, uint256 maxStep)
        private
        view
        returns (uint256[] memory trails, bool beyond)
    {
        trails = new uint256[](reports.length);
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceReport memory r = reports[i];
            uint256 volatility = Svi.volatility(r.svi, 0, r.expiry - r.reportedAt);
            require(volatility >= MIN_VOLATILITY && volatility <= MAX_VOLATILITY, SliceOutOfRange(market, r.expiry));
            uint256 trail = _records[market][r.expiry].trail;
            uint256 last = VolTrail.before(trail, block.timestamp);
            uint256 step = volatility > last ? volatility - last : last - volatility;
            beyond = beyond || last != 0 && step > maxStep;
            trails[i] = VolTrail.push(trail, block.timestamp, volatility);
        }
    }

    function _stop(SliceReport[] memory reports, MarketId market) private {
        for (uint256 i = 0; i < reports.length; ++i) {
            SliceRecord storage record = _records[market][reports[i].expiry];
            if (record.inForce.isEmpty()) continue;
            record.stop(reports[i].reportedAt);
            emit OpeningStopped(market, reports[i].expiry, reports[i].reportedAt);
        }
    }

    function _setParams(SurfaceParams calldata params_) private {
        uint256 step = Wad.unwrap(params_.maxStep);
        _within("freshness", params_.freshness, MIN_FRESHNESS, MAX_FRESHNESS);
        _within("grace", params_.grace, 0, MAX_GRACE);
        _within("maxStep", step, MIN_STEP, MAX_STEP);

        _params = Stored(uint16(params_.freshness), uint16(params_.grace), uint64(step));
        emit ParamsSet(params_);
    }

    function _variance(MarketId market, uint40 expiry, int256 k) private view returns (uint256) {
        return expiry == 0 ? 0 : Svi.totalVariance(_records[market][expiry].inForce.svi(), k);
    }

    function _within(bytes32 what, uint256 value, uint256 least, uint256 most) private pure {
        require(value >= least && value <= most, OutOfBounds(what, value, least, most));
    }
}
