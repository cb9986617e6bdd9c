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
            int256(1365973306130579458305),
            14712747387928315730,
            23488360935217348991,
            63900983552817861779,
            29645200973374756652,
            6000000000000000000,
            1503720598979917741457,
            -5325081962734821815,
            -2271016730949870671788,
            14768000000000000000000
        ];
        _check(_quote(_legs(_leg(MIDDLE, 2000e18, true, 10e18))), x);
    }

    function test_NearPutsOutOfTheMoney() public view {
        int256[10] memory x = [
            int256(223494494067907761190),
            9494541274352022619,
            31627689144036960878,
            31219523602271296780,
            6690563152656612580,
            15000000000000000000,
            317526811241224654046,
            2601626966855941398,
            -1249438462818300930245,
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
            int256(1097306554822568167815),
            1927132650309992837,
            35056853258794965052,
            33986432817704796895,
            50393866644674901206,
            4950000000000000000,
            1223620840194052823805,
            -698015131223595427,
            -2747717961708640771672,
            10669760000000000000000
        ];
        _check(_quote(legs), x);
    }
}
