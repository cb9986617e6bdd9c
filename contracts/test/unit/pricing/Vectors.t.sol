// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Quote} from "../../../src/interfaces/IMarket.sol";
import {Leg} from "../../../src/interfaces/IPricer.sol";
import {SignedWad, Wad} from "../../../src/types/Wad.sol";
import {MarketFixture} from "../../utils/mocks/market/MarketFixture.sol";

/// @dev Expected values: vectors/market/quotes.py, 50 digits. Tolerance 1e-12 relative: a potential, a wad of the share of E,
/// ends six digits early on an E of a million.
contract VectorsTest is MarketFixture {
    uint256 private constant TOLERANCE = 1e6;

    function setUp() public {
        _deploy(18);
    }

    function _check(int256 left, int256 right, string memory what) private pure {
        assertApproxEqRel(left, right, TOLERANCE, what);
    }

    function _check(Quote memory q, int256[10] memory x) private pure {
        _check(SignedWad.unwrap(q.parts.fair), x[0], "fair");
        _check(SignedWad.unwrap(q.parts.potential), x[1], "potential");
        _check(int256(Wad.unwrap(q.parts.spread)), x[2], "spread");
        _check(int256(Wad.unwrap(q.parts.latency)), x[3], "latency");
        _check(int256(Wad.unwrap(q.parts.carry)), x[4], "carry");
        _check(int256(Wad.unwrap(q.parts.fee)), x[5], "fee");
        _check(SignedWad.unwrap(q.parts.net), x[6], "net");
        _check(SignedWad.unwrap(q.afterwards.delta), x[7], "delta");
        _check(SignedWad.unwrap(q.afterwards.vega), x[8], "vega");
        _check(int256(Wad.unwrap(q.afterwards.requiredMargin)), x[9], "margin");
        assertEq(Wad.unwrap(q.parts.clamp), 0, "clamp");
    }

    function test_TenCallsAtTheMoney() public view {
        int256[10] memory x = [
            int256(1365973314757678819568),
            14712747387704341286,
            23488258278155088381,
            63900983578699159863,
            29645200980465523250,
            6000000000000000000,
            1503720504982702932348,
            -5325081964891596655,
            -2271016730843558414586,
            14768000000000000000000
        ];
        _check(_quote(_legs(_leg(MIDDLE, 2000e18, true, 10e18))), x);
    }

    function test_NearPutsOutOfTheMoney() public view {
        int256[10] memory x = [
            int256(223494478360801108407),
            9494540901986683903,
            31627631967159846517,
            31219522329114537682,
            6690563071267596016,
            15000000000000000000,
            317526736630329772525,
            2601626860759544807,
            -1249438425879751028040,
            24480000000000000000000
        ];
        _check(_quote(_legs(_leg(NEAR, 1800e18, false, 25e18))), x);
    }

    function test_ThreeLegsOnTwoBoards() public view {
        Leg[] memory legs = new Leg[](3);
        legs[0] = _leg(FAR, 2200e18, true, 3.5e18);
        legs[1] = _leg(FAR, 1700e18, false, 4.25e18);
        legs[2] = _leg(NEAR, 2000e18, true, 0.5e18);
        int256[10] memory x = [
            int256(1097306573243625831647),
            1927132665895855780,
            35056729039310966180,
            33986432974702755512,
            50393866774634234255,
            4950000000000000000,
            1223620734698169643374,
            -698015138690622361,
            -2747717965249783244367,
            10669760000000000000000
        ];
        _check(_quote(legs), x);
    }
}
