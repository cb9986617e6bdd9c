// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLimits, Modules} from "../interfaces/IMarket.sol";
import {PricingParams} from "../interfaces/IPricer.sol";
import {DataContract} from "./DataContract.sol";

/// @notice A listed expiry and its strikes, as `Node`s.
struct BoardTerms {
    uint40 expiry;
    uint256[] nodes;
}

/// @notice Everything about a market that no trade changes.
struct Terms {
    Modules modules;
    uint40 window; // W of the settlement oracle
    MarketLimits limits;
    PricingParams pricing;
    BoardTerms[] boards; // in the order of listing
}

/// @notice Keeps the terms of a market in the code of a data contract: a trade reads them all for the price of one cold
/// account instead of two thousand gas a slot. Each change writes a new contract.
library TermsStore {
    function write(Terms memory terms) internal returns (uint32 nonce) {
        return DataContract.write(abi.encode(terms));
    }

    function read(uint32 nonce) internal view returns (Terms memory) {
        return abi.decode(DataContract.read(nonce), (Terms));
    }
}
