// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketId} from "../../../../src/types/SeriesId.sol";
import {Wad} from "../../../../src/types/Wad.sol";

/// @notice Expiry prices as given.
contract MockSettlementOracle {
    struct Price {
        Wad price;
        uint40 finalAt;
    }

    mapping(MarketId market => mapping(uint40 expiry => Price)) private _prices;

    function setPrice(MarketId market, uint40 expiry, Wad price_, uint40 finalAt) external {
        _prices[market][expiry] = Price(price_, finalAt);
    }

    function price(MarketId market, uint40 expiry) external view returns (Wad, uint40) {
        Price memory p = _prices[market][expiry];
        return (p.price, p.finalAt);
    }
}
