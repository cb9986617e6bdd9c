import {
  authorityAbi,
  catalogueAbi,
  clearingAbi,
  hedgerAbi,
  spotOracleAbi,
  surfaceOracleAbi,
  vaultAbi,
} from '@keel/contracts/generated'
import type { Address, Hex } from 'viem'
import { encodeFunctionData, toFunctionSelector, zeroAddress } from 'viem'
import type { PreparedCall } from '../calls/prepared.ts'
import type { Deployment } from './deployment.ts'
import type { Terms } from './terms.ts'

/** Role ids of `contracts/src/governance/Roles.sol`. */
export const ROLES = { governor: 0n, riskCouncil: 1n, guardian: 2n, lister: 3n } as const

const LIST_BOARD: Hex = toFunctionSelector('listBoard(uint16,uint40,uint256[])')

/**
 * The governor's calls that open one market: oracle sources and signers, margin, pricing and limits, hedging and its
 * venue, the vault's values, and the lister's role. For the account that deployed the authority, in this order.
 */
export function prepareConfiguration(
  deployment: Deployment,
  input: prepareConfiguration.Parameters,
): readonly PreparedCall[] {
  const { contracts } = deployment
  const { market, terms, feed, signers, threshold, reactors, lister } = input
  const spotSources = {
    primary: feed,
    heartbeat: terms.spot.heartbeatSecs,
    secondary: zeroAddress,
    secondaryHeartbeat: 0,
    sequencer: zeroAddress,
    sequencerGrace: 0,
    averageWindow: terms.spot.averageWindowSecs,
    checkpointAge: terms.spot.checkpointAgeSecs,
    maxGap: terms.spot.maxGapSecs,
    wideBeyond: terms.spot.wideBeyond,
    reduceBeyond: terms.spot.reduceBeyond,
    quick: zeroAddress,
    quickAge: 0,
    quickOutage: 0,
  }
  const surfaceParams = {
    freshness: terms.surface.freshnessSecs,
    grace: terms.surface.graceSecs,
    maxStep: terms.surface.maxStep,
  }
  const sorted = [...signers].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const step = BigInt(sorted.length)
  const call = (to: Address, label: string, data: Hex): PreparedCall => ({ to, data, label })
  return [
    call(
      contracts.spotOracle,
      'set spot sources',
      encodeFunctionData({ abi: spotOracleAbi, functionName: 'setMarket', args: [market, spotSources] }),
    ),
    call(
      contracts.surfaceOracle,
      'set signers',
      encodeFunctionData({
        abi: surfaceOracleAbi,
        functionName: 'setSigners',
        args: [sorted, BigInt(threshold), step],
      }),
    ),
    call(
      contracts.surfaceOracle,
      'set surface limits',
      encodeFunctionData({ abi: surfaceOracleAbi, functionName: 'setParams', args: [surfaceParams] }),
    ),
    call(
      contracts.clearing,
      'set margin',
      encodeFunctionData({ abi: clearingAbi, functionName: 'setMarginParams', args: [market, terms.margin] }),
    ),
    call(
      contracts.catalogue,
      'add market',
      encodeFunctionData({ abi: catalogueAbi, functionName: 'addMarket', args: [market, terms.pricing, terms.limits] }),
    ),
    call(
      contracts.catalogue,
      'set grid',
      encodeFunctionData({ abi: catalogueAbi, functionName: 'setGrid', args: [market, terms.grid] }),
    ),
    call(
      contracts.hedger,
      'set hedging',
      encodeFunctionData({ abi: hedgerAbi, functionName: 'setHedgeParams', args: [market, terms.hedge] }),
    ),
    ...reactors.map((reactor) =>
      call(
        contracts.hedger,
        'add reactor',
        encodeFunctionData({ abi: hedgerAbi, functionName: 'addReactor', args: [market, reactor] }),
      ),
    ),
    call(
      contracts.vault,
      'set vault values',
      encodeFunctionData({ abi: vaultAbi, functionName: 'setParams', args: [terms.vault] }),
    ),
    call(
      contracts.authority,
      'let listers list',
      encodeFunctionData({
        abi: authorityAbi,
        functionName: 'setTargetFunctionRole',
        args: [contracts.catalogue, [LIST_BOARD], ROLES.lister],
      }),
    ),
    call(
      contracts.authority,
      'grant lister',
      encodeFunctionData({ abi: authorityAbi, functionName: 'grantRole', args: [ROLES.lister, lister, 0] }),
    ),
  ]
}

export declare namespace prepareConfiguration {
  type Parameters = {
    readonly market: number
    readonly terms: Terms
    /** Chainlink-shaped price feed, collateral per underlying. */
    readonly feed: Address
    /** Surface signers; all of them are needed for a step beyond the limit. */
    readonly signers: readonly Address[]
    readonly threshold: number
    readonly reactors: readonly Address[]
    /** Who may list boards. */
    readonly lister: Address
  }
}
