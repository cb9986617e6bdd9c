// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {CatalogueConfig, Grid, ICatalogue, MarketLimits, Modules} from "../interfaces/ICatalogue.sol";
import {MarginParams} from "../interfaces/IClearing.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {IPricer, PricingParams} from "../interfaces/IPricer.sol";
import {ISettlementOracle} from "../interfaces/ISettlementOracle.sol";
import {ISpotOracle, ORACLE_OPEN, OracleMode, SpotRead} from "../interfaces/ISpotOracle.sol";
import {Node, nodeOf} from "../pricing/Node.sol";
import {TermsLayout} from "../pricing/TermsLayout.sol";
import {EXPIRY_TIME_OF_DAY, MarketId} from "../types/SeriesId.sol";
import {Wad} from "../types/Wad.sol";
import {BoardGrid} from "./BoardGrid.sol";
import {DataContract} from "./DataContract.sol";
import {LimitBounds} from "./LimitBounds.sol";
import {Terms} from "./Terms.sol";

using Terms for bytes;

/// @title Catalogue
/// @notice
/// Terms. What no trade changes about a market (modules, limits, parameters, boards and strikes with their logarithms)
/// lies in one data contract, which a trade reads at once. Every change here writes a new one and tells the market.
///
/// Margin. Clearing owns the margin parameters. The terms hold a copy, made when a market is added and again in the
/// transaction in which clearing sets them. A market for which clearing has none cannot be added.
///
/// Boxes. Limits are held to `LimitBounds`, pricing parameters to the box of the pricer in force. The risk council may
/// only make limits stricter and stop more, at once; everything else is the governor's or the lister's.
///
/// Boards. At most eight, of at most sixteen strikes, expiring at 08:00 UTC. The lister lists any; anyone lists those of
/// the grid. One is removed by anyone once it has expired and the vault's positions are off it; the others are not
/// touched by that.
///
/// Stops. Each series of a board may be stopped for opening, buying and selling apart. Nothing stops closing.
contract Catalogue is ICatalogue, AccessManaged {
    uint256 public constant MAX_BOARDS = 8;
    uint256 public constant MAX_STRIKES = 16;
    /// @dev Options are listed for at most five years.
    uint256 private constant MAX_TENOR = 5 * 365 days;

    IMarket private immutable _market;
    Modules private _initialModules;
    mapping(MarketId => uint32 nonce) private _nonces;
    mapping(MarketId => Grid) private _grids;

    constructor(CatalogueConfig memory config) AccessManaged(config.authority) {
        _market = IMarket(config.market);
        _initialModules = config.modules;
    }

    // For anyone

    /// @inheritdoc ICatalogue
    function removeBoard(MarketId market, uint40 expiry) external {
        bytes memory terms = _terms(market);
        uint256 start = terms.findBoard(expiry);
        require(start != 0, NoSuchBoard(market, expiry));
        require(block.timestamp >= expiry, BoardStillOpen(expiry));
        require(_market.isFlat(market, expiry), BoardHasPositions(expiry));

        terms.removeBoard(start);
        _store(market, terms);
        emit BoardRemoved(market, expiry);
    }

    /// @inheritdoc ICatalogue
    function openBoard(MarketId market, uint40 expiry) external {
        bytes memory terms = _terms(market);
        Grid memory g = _grids[market];
        require(BoardGrid.has(g, expiry), NotOnGrid(market, expiry));
        SpotRead memory spot = ISpotOracle(terms.modules().spotOracle).read(market);
        require(OracleMode.unwrap(spot.mode) == OracleMode.unwrap(ORACLE_OPEN), SpotNotOpen(market));

        _list(market, terms, expiry, BoardGrid.strikesOf(g, expiry, Wad.unwrap(spot.mark)));
    }

    /// @inheritdoc ICatalogue
    function takeMargin(MarketId market) external {
        if (_nonces[market] == 0) return;
        bytes memory terms = _terms(market);
        bytes32 before = keccak256(terms);
        terms.setMargin(_marginOf(market));
        if (keccak256(terms) != before) _store(market, terms);
    }

    // Governed

    /// @inheritdoc ICatalogue
    function addMarket(MarketId market, PricingParams calldata params, MarketLimits calldata limits_)
        external
        restricted
    {
        require(MarketId.unwrap(market) != 0, InvalidMarket(market));
        require(_nonces[market] == 0, MarketExists(market));
        Modules memory m = _initialModules;
        IPricer(m.pricer).check(params);
        LimitBounds.check(limits_);
        uint40 window = ISettlementOracle(m.settlementOracle).window();

        _store(market, Terms.create(m, window, limits_, _marginOf(market), params));
        emit MarketAdded(market);
        emit PricingParamsSet(market, params);
        emit LimitsSet(market, limits_);
    }

    /// @inheritdoc ICatalogue
    function listBoard(MarketId market, uint40 expiry, Wad[] calldata strikes) external restricted {
        require(expiry % 1 days == EXPIRY_TIME_OF_DAY, NotAtEight(expiry));
        require(expiry > block.timestamp && expiry < block.timestamp + MAX_TENOR, BoardExpired(expiry));

        _list(market, _terms(market), expiry, strikes);
    }

    /// @inheritdoc ICatalogue
    function setStops(MarketId market, uint40 expiry, uint256 stops_) external restricted {
        _setStops(market, expiry, 0, stops_);
    }

    /// @inheritdoc ICatalogue
    function addStops(MarketId market, uint40 expiry, uint256 stops_) external restricted {
        _setStops(market, expiry, type(uint256).max, stops_);
    }

    /// @inheritdoc ICatalogue
    function setGrid(MarketId market, Grid calldata grid_) external restricted {
        require(_nonces[market] != 0, NoSuchMarket(market));
        BoardGrid.check(grid_);

        _grids[market] = grid_;
        emit GridSet(market, grid_);
    }

    /// @inheritdoc ICatalogue
    function setPricingParams(MarketId market, PricingParams calldata params) external restricted {
        bytes memory terms = _terms(market);
        IPricer(terms.modules().pricer).check(params);

        terms.setParams(params);
        _store(market, terms);
        emit PricingParamsSet(market, params);
    }

    /// @inheritdoc ICatalogue
    function setLimits(MarketId market, MarketLimits calldata limits_) external restricted {
        bytes memory terms = _terms(market);
        LimitBounds.check(limits_);

        terms.setLimits(limits_);
        _store(market, terms);
        emit LimitsSet(market, limits_);
    }

    /// @inheritdoc ICatalogue
    function tightenLimits(MarketId market, MarketLimits calldata limits_) external restricted {
        bytes memory terms = _terms(market);
        LimitBounds.check(limits_);
        LimitBounds.checkTighter(terms.limits(), limits_);

        terms.setLimits(limits_);
        _store(market, terms);
        emit LimitsSet(market, limits_);
    }

    /// @inheritdoc ICatalogue
    function setModules(MarketId market, Modules calldata modules_) external restricted {
        bytes memory terms = _terms(market);
        uint40 window = ISettlementOracle(modules_.settlementOracle).window();
        uint256 before = terms.word(TermsLayout.WINDOW);
        require(window == before || terms.boardCount() == 0, WindowChanged(uint40(before), window));

        terms.setModules(modules_, window);
        _store(market, terms);
        emit ModulesSet(market, modules_);
    }

    // Views

    /// @inheritdoc ICatalogue
    function pricingParams(MarketId market) external view returns (PricingParams memory) {
        _return(_terms(market), TermsLayout.PARAMS, TermsLayout.BOARDS);
    }

    /// @inheritdoc ICatalogue
    function limits(MarketId market) external view returns (MarketLimits memory) {
        _return(_terms(market), TermsLayout.LIMITS, TermsLayout.MARGIN);
    }

    /// @inheritdoc ICatalogue
    function marginParams(MarketId market) external view returns (MarginParams memory) {
        _return(_terms(market), TermsLayout.MARGIN, TermsLayout.PARAMS);
    }

    /// @inheritdoc ICatalogue
    function modules(MarketId market) external view returns (Modules memory) {
        _return(_terms(market), TermsLayout.MODULES, TermsLayout.WINDOW);
    }

    /// @inheritdoc ICatalogue
    function stops(MarketId market, uint40 expiry) external view returns (uint256) {
        bytes memory terms = _terms(market);
        return terms.stopsOf(_boardOf(terms, market, expiry));
    }

    /// @inheritdoc ICatalogue
    function grid(MarketId market) external view returns (Grid memory) {
        return _grids[market];
    }

    function _list(MarketId market, bytes memory terms, uint40 expiry, Wad[] memory strikes) private {
        require(terms.boardCount() < MAX_BOARDS, TooManyBoards(MAX_BOARDS));
        require(terms.findBoard(expiry) == 0, BoardAlreadyListed(market, expiry));
        require(strikes.length != 0 && strikes.length <= MAX_STRIKES, TooManyStrikes(strikes.length, MAX_STRIKES));
        uint256[] memory nodes = new uint256[](strikes.length);
        for (uint256 i = 0; i < strikes.length; ++i) {
            if (i != 0) require(strikes[i - 1] < strikes[i], StrikesNotAscending(strikes[i - 1], strikes[i]));
            nodes[i] = Node.unwrap(nodeOf(strikes[i]));
        }

        _store(market, terms.addBoard(expiry, nodes), expiry);
        emit BoardListed(market, expiry, strikes);
    }

    /// @param kept of the stops as they stand
    function _setStops(MarketId market, uint40 expiry, uint256 kept, uint256 stops_) private {
        bytes memory terms = _terms(market);
        uint256 board = _boardOf(terms, market, expiry);
        stops_ |= terms.stopsOf(board) & kept;

        terms.setStops(board, stops_);
        _store(market, terms);
        emit StopsSet(market, expiry, stops_);
    }

    function _boardOf(bytes memory terms, MarketId market, uint40 expiry) private pure returns (uint256) {
        uint256 start = terms.findBoard(expiry);
        require(start != 0, NoSuchBoard(market, expiry));
        return terms.indexOf(start);
    }

    /// @dev Reverts with MarginParamsNotSet where there are none.
    function _marginOf(MarketId market) private view returns (MarginParams memory) {
        return _market.clearing().marginParams(market);
    }

    function _store(MarketId market, bytes memory terms) private {
        _store(market, terms, 0);
    }

    /// @param listed expiry of a board that is new in them; zero for none
    function _store(MarketId market, bytes memory terms, uint40 listed) private {
        uint32 nonce = DataContract.write(terms);
        _nonces[market] = nonce;
        _market.setTerms(market, nonce, listed);
    }

    function _terms(MarketId market) private view returns (bytes memory) {
        uint32 nonce = _nonces[market];
        require(nonce != 0, NoSuchMarket(market));
        return DataContract.read(address(this), nonce);
    }

    /// @dev Ends the call with a part of the terms, which is the encoding of a static struct.
    function _return(bytes memory terms, uint256 from, uint256 to) private pure {
        assembly ("memory-safe") {
            return(add(add(terms, 0x20), from), sub(to, from))
        }
    }
}
