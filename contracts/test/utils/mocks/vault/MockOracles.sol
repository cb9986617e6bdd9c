// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OracleMode, SpotRead} from "../../../../src/interfaces/ISpotOracle.sol";
import {SurfaceSlice} from "../../../../src/interfaces/ISurfaceOracle.sol";
import {MarketId} from "../../../../src/types/SeriesId.sol";
import {Wad} from "../../../../src/types/Wad.sol";

/// @notice A spot a test writes.
contract MockSpotOracle {
    SpotRead private _read;
    OracleMode private _pushed;

    function set(uint256 mark, uint256 average, uint40 updatedAt, OracleMode mode) external {
        _read = SpotRead({mark: Wad.wrap(mark), average: Wad.wrap(average), markUpdatedAt: updatedAt, mode: mode});
        _pushed = mode;
    }

    function setPushed(OracleMode mode) external {
        _pushed = mode;
    }

    function pushedMode(MarketId) external view returns (OracleMode) {
        return _pushed;
    }

    function read(MarketId) external view returns (SpotRead memory) {
        return _read;
    }
}

/// @notice Slices of which only the time of their report matters.
contract MockSurfaceOracle {
    mapping(uint40 expiry => uint40) private _reportedAt;

    function report(uint40 expiry, uint40 reportedAt) external {
        _reportedAt[expiry] = reportedAt;
    }

    function slices(MarketId, uint40[] calldata expiries) external view returns (SurfaceSlice[] memory result) {
        result = new SurfaceSlice[](expiries.length);
        for (uint256 i; i < expiries.length; ++i) {
            result[i].expiry = expiries[i];
            result[i].reportedAt = _reportedAt[expiries[i]];
        }
    }
}
