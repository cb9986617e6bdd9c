// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarginParams} from "../interfaces/IClearing.sol";
import {Wad} from "../types/Wad.sol";

/// @notice Margin parameters as stored, in two slots: a trade reads them. Ratios in units of 1e-6.
struct PackedMarginParams {
    uint24 spotShock;
    uint24 markFactor;
    uint24 spotFloor;
    uint24 callUpper;
    uint24 callLower;
    uint24 putUpper;
    uint24 putLower;
    uint24 value0;
    uint32 time0;
    uint32 time1;
    // second slot
    uint24 value1;
    uint24 value2;
    uint24 value3;
    uint24 value4;
    uint24 value5;
    uint32 time2;
    uint32 time3;
    uint32 time4;
    uint32 time5;
}

using {unpack, isSet} for PackedMarginParams global;

/// @dev Resolution of a stored ratio.
uint256 constant MARGIN_UNIT = 1e12;

error MarginRatioTooFine(Wad ratio);

function pack(MarginParams memory p) pure returns (PackedMarginParams memory packed) {
    packed.spotShock = _ratio(p.spotShock);
    packed.markFactor = _ratio(p.markFactor);
    packed.spotFloor = _ratio(p.spotFloor);
    packed.callUpper = _ratio(p.callUpper);
    packed.callLower = _ratio(p.callLower);
    packed.putUpper = _ratio(p.putUpper);
    packed.putLower = _ratio(p.putLower);
    (packed.value0, packed.time0) = (_ratio(Wad.wrap(p.knotValues[0])), p.knotTimes[0]);
    (packed.value1, packed.time1) = (_ratio(Wad.wrap(p.knotValues[1])), p.knotTimes[1]);
    (packed.value2, packed.time2) = (_ratio(Wad.wrap(p.knotValues[2])), p.knotTimes[2]);
    (packed.value3, packed.time3) = (_ratio(Wad.wrap(p.knotValues[3])), p.knotTimes[3]);
    (packed.value4, packed.time4) = (_ratio(Wad.wrap(p.knotValues[4])), p.knotTimes[4]);
    (packed.value5, packed.time5) = (_ratio(Wad.wrap(p.knotValues[5])), p.knotTimes[5]);
}

function unpack(PackedMarginParams memory packed) pure returns (MarginParams memory p) {
    p.spotShock = _wad(packed.spotShock);
    p.markFactor = _wad(packed.markFactor);
    p.spotFloor = _wad(packed.spotFloor);
    p.callUpper = _wad(packed.callUpper);
    p.callLower = _wad(packed.callLower);
    p.putUpper = _wad(packed.putUpper);
    p.putLower = _wad(packed.putLower);
    (p.knotValues[0], p.knotTimes[0]) = (_value(packed.value0), packed.time0);
    (p.knotValues[1], p.knotTimes[1]) = (_value(packed.value1), packed.time1);
    (p.knotValues[2], p.knotTimes[2]) = (_value(packed.value2), packed.time2);
    (p.knotValues[3], p.knotTimes[3]) = (_value(packed.value3), packed.time3);
    (p.knotValues[4], p.knotTimes[4]) = (_value(packed.value4), packed.time4);
    (p.knotValues[5], p.knotTimes[5]) = (_value(packed.value5), packed.time5);
}

/// @dev A spot shock of zero is out of bounds, so zero means never set.
function isSet(PackedMarginParams memory packed) pure returns (bool) {
    return packed.spotShock != 0;
}

function _ratio(Wad ratio) pure returns (uint24) {
    uint256 units = Wad.unwrap(ratio) / MARGIN_UNIT;
    require(units <= type(uint24).max && units * MARGIN_UNIT == Wad.unwrap(ratio), MarginRatioTooFine(ratio));
    return uint24(units);
}

function _wad(uint24 units) pure returns (Wad) {
    return Wad.wrap(units * MARGIN_UNIT);
}

function _value(uint24 units) pure returns (uint64) {
    return uint64(units * MARGIN_UNIT);
}
