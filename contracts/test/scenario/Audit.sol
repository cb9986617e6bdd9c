// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import {IClearing} from "../../src/interfaces/IClearing.sol";
import {HedgePosition, IHedger} from "../../src/interfaces/IHedger.sol";
import {Board, IMarket} from "../../src/interfaces/IMarket.sol";
import {Accounts, IVault} from "../../src/interfaces/IVault.sol";
import {Assets, SignedAssets} from "../../src/types/Assets.sol";
import {Backing} from "../../src/types/Backing.sol";
import {MarketId, SeriesId, seriesId} from "../../src/types/SeriesId.sol";
import {SignedSize, Size} from "../../src/types/Size.sol";
import {SignedWad, Wad} from "../../src/types/Wad.sol";
import {Assertions} from "../utils/Assertions.sol";

interface IDeployedMarket {
    function hedger() external view returns (IHedger);
}

/// @notice Counts every unit of a deployment and holds the counts to each other.
contract Audit is Assertions {
    MarketId private constant ETH = MarketId.wrap(1);

    IERC20[2] public tokens; // collateral, underlying
    uint256[2] public supply; // when the audit began; nobody makes any afterwards
    IERC20 public immutable SHARE;
    IClearing public immutable CLEARING;
    IMarket public immutable MARKET;
    IVault public immutable VAULT;
    address[] private _contracts; // that may hold tokens

    constructor(
        IERC20[2] memory tokens_,
        IClearing clearing,
        IMarket market,
        IVault vault,
        address[] memory contracts
    ) {
        tokens = tokens_;
        supply = [tokens_[0].totalSupply(), tokens_[1].totalSupply()];
        (CLEARING, MARKET, VAULT) = (clearing, market, vault);
        SHARE = IERC20(vault.share());
        _contracts = contracts;
    }

    /// @param people whoever may hold tokens or longs
    /// @param traded every series that was ever traded
    function check(address[] calldata people, SeriesId[] calldata traded) external view {
        this.checkTokens(people);
        this.checkClearing(people, traded);
        this.checkBook(traded);
        this.checkVault();
        this.checkBacking();
    }

    function checkTokens(address[] calldata people) external view {
        for (uint256 i; i < 2; ++i) {
            assertEq(tokens[i].totalSupply(), supply[i], "nobody makes tokens");
            assertEq(_held(tokens[i], people), supply[i], "every token is somewhere known");
        }
        assertEq(_held(SHARE, people), SHARE.totalSupply(), "every share is somewhere known");
    }

    function checkClearing(address[] calldata people, SeriesId[] calldata traded) external view {
        (Assets free, Assets locked) = CLEARING.balances(address(VAULT));
        uint256 pots;
        uint256 compartments;
        for (uint256 i; i < traded.length; ++i) {
            pots += Assets.unwrap(CLEARING.pot(traded[i]));
            compartments += Assets.unwrap(CLEARING.compartment(address(VAULT), traded[i]));
            _checkSeries(people, traded[i]);
        }
        assertEq(Assets.unwrap(locked), compartments, "locked is the sum of compartments");
        uint256 accounted = Assets.unwrap(free) + compartments + pots;
        assertEq(tokens[0].balanceOf(address(CLEARING)), accounted, "free + compartments + pots == clearing's balance");
    }

    function checkBook(SeriesId[] calldata traded) external view {
        Board[] memory boards = MARKET.boards(ETH);
        uint256 packed;
        for (uint256 i; i < boards.length; ++i) {
            for (uint256 j; j < boards[i].strikes.length; ++j) {
                Wad strike = boards[i].strikes[j];
                int256 calls = _position(seriesId(ETH, boards[i].expiry, strike, true));
                int256 puts = _position(seriesId(ETH, boards[i].expiry, strike, false));
                assertEq(SignedSize.unwrap(boards[i].calls[j]), calls, "packed calls are clearing's");
                assertEq(SignedSize.unwrap(boards[i].puts[j]), puts, "packed puts are clearing's");
                packed += _abs(calls) + _abs(puts);
            }
        }
        uint256 cleared;
        for (uint256 i; i < traded.length; ++i) {
            cleared += _abs(_position(traded[i]));
        }
        assertEq(packed, cleared, "no position of clearing's is off the book");
    }

    function checkVault() external view {
        Accounts memory a = VAULT.accounts();
        (Assets free, Assets locked) = CLEARING.balances(address(VAULT));
        uint256 here = Assets.unwrap(a.pending) + Assets.unwrap(a.claimable);
        assertEq(tokens[0].balanceOf(address(VAULT)), here, "the vault holds what is pending and claimable");
        assertEq(
            Assets.unwrap(a.free) + Assets.unwrap(a.buffer), Assets.unwrap(free), "free + buffer is clearing's free"
        );
        int256 equity = int256(Assets.unwrap(free) + Assets.unwrap(locked)) + SignedAssets.unwrap(a.options)
            + SignedAssets.unwrap(a.hedges);
        assertEq(SignedAssets.unwrap(a.equityAtMark), equity, "equity is cash, compartments, options and hedges");
    }

    /// @dev What trades are priced with is what hedger and vault say.
    function checkBacking() external view {
        Backing backing = MARKET.backing(ETH);
        HedgePosition memory hedge = IDeployedMarket(address(MARKET)).hedger().position(ETH);
        assertEq(SignedWad.unwrap(backing.hedgeDelta()), SignedWad.unwrap(hedge.delta), "the hedges' delta");
        assertEq(backing.capacity(false), Wad.unwrap(hedge.capacityUp), "what venues could add");
        assertEq(backing.capacity(true), Wad.unwrap(hedge.capacityDown), "what venues could shed");
        assertEq(backing.syncedAt(), hedge.syncedAt, "when venues were read");
        uint256 unit = 10 ** IERC20Metadata(address(tokens[0])).decimals();
        assertEq(backing.equity(), Assets.unwrap(VAULT.equity()) * 1e18 / unit, "E");
    }

    function _checkSeries(address[] calldata people, SeriesId series) private view {
        uint256 longs;
        for (uint256 i; i < people.length; ++i) {
            longs += IERC6909(address(CLEARING)).balanceOf(people[i], SeriesId.unwrap(series));
        }
        assertEq(Size.unwrap(CLEARING.outstanding(series)), longs, "longs held are the longs there are");
        int256 short = CLEARING.settlement(series).settled ? int256(0) : -int256(longs);
        assertEq(_position(series), short, "the vault is short what others hold until it is settled");
    }

    function _held(IERC20 token, address[] calldata people) private view returns (uint256 sum) {
        for (uint256 i; i < people.length; ++i) {
            sum += token.balanceOf(people[i]);
        }
        for (uint256 i; i < _contracts.length; ++i) {
            sum += token.balanceOf(_contracts[i]);
        }
    }

    function _position(SeriesId series) private view returns (int256) {
        return SignedSize.unwrap(CLEARING.vaultPosition(series));
    }

    function _abs(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
