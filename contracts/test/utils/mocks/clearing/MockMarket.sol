// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Fill, IClearing} from "../../../../src/interfaces/IClearing.sol";
import {SignedAssets} from "../../../../src/types/Assets.sol";
import {MarketId, SeriesId} from "../../../../src/types/SeriesId.sol";
import {SignedSize} from "../../../../src/types/Size.sol";
import {Wad} from "../../../../src/types/Wad.sol";

/// @notice The market and its catalogue as clearing and the margin policy see them: forwards trades unjudged, keeps the book it was told
/// of, copies margin parameters, answers marks it was given, and fails on demand.
contract MockMarket {
    error MarketFails();

    IClearing public clearing;
    mapping(SeriesId series => int256) public book;
    mapping(SeriesId series => Wad) public spotOf;
    mapping(SeriesId series => Wad) public markOf;
    mapping(MarketId market => bytes) public copies;
    uint256 public notices;
    bool public noticeReverts;
    bool public noticeBurnsGas;
    uint256 public noticeWork;
    bool public marksRevert;
    bool public marksTooShort;

    function catalogue() external view returns (address) {
        return address(this);
    }

    function takeMargin(MarketId market) external {
        copies[market] = abi.encode(clearing.marginParams(market));
    }

    function setClearing(IClearing clearing_) external {
        clearing = clearing_;
    }

    function setMark(SeriesId series, Wad spot, Wad mark) external {
        (spotOf[series], markOf[series]) = (spot, mark);
    }

    function setNotice(bool reverts, bool burnsGas) external {
        (noticeReverts, noticeBurnsGas) = (reverts, burnsGas);
    }

    /// @dev Gas a notice takes on top of its own.
    function setNoticeWork(uint256 gas_) external {
        noticeWork = gas_;
    }

    function setMarksFailing(bool reverts, bool tooShort) external {
        (marksRevert, marksTooShort) = (reverts, tooShort);
    }

    function trade(address trader, address recipient, Fill[] calldata fills, SignedAssets netCash) external {
        for (uint256 i; i < fills.length; ++i) {
            book[fills[i].series] -= SignedSize.unwrap(fills[i].size);
        }
        clearing.trade(trader, recipient, fills, netCash);
    }

    function onVaultPosition(SeriesId series, SignedSize change) external {
        require(msg.sender == address(clearing), MarketFails());
        require(!noticeReverts, MarketFails());
        if (noticeBurnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        uint256 work = noticeWork;
        for (uint256 start = gasleft(); start - gasleft() < work;) {}
        book[series] += SignedSize.unwrap(change);
        ++notices;
    }

    function marks(SeriesId[] calldata series) external view returns (Wad[] memory spot, Wad[] memory value) {
        require(!marksRevert, MarketFails());
        uint256 length = marksTooShort ? 0 : series.length;
        (spot, value) = (new Wad[](length), new Wad[](length));
        for (uint256 i; i < length; ++i) {
            (spot[i], value[i]) = (spotOf[series[i]], markOf[series[i]]);
        }
    }
}
