import {
  catalogueAbi,
  clearingAbi,
  hedgerAbi,
  marginPolicyAbi,
  settlementOracleAbi,
  signedFeedAbi,
  spotOracleAbi,
  surfaceOracleAbi,
} from '@keel/contracts/generated'
import type { SeriesId } from '@keel/model'
import type { Address, Hex } from 'viem'
import { encodeFunctionData } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { SignedPrice } from '../price/signedPrice.ts'
import type { PreparedCall } from './prepared.ts'

/** One slice as its signers see it. `svi` is packed, prices and ratios are wads. */
export type SliceReport = {
  readonly market: number
  readonly expiry: number
  readonly reportedAt: number
  readonly svi: bigint
  readonly forwardRatio: bigint
  readonly spotAtReport: bigint
}

export function prepareObserve({ contracts }: Deployment, market: number): PreparedCall {
  const data = encodeFunctionData({ abi: spotOracleAbi, functionName: 'observe', args: [market] })
  return { to: contracts.spotOracle, data, label: 'observe' }
}

/** `signers` ascending, one signature each. */
export function prepareRelay(
  { contracts }: Deployment,
  { reports, signers, signatures }: prepareRelay.Parameters,
): PreparedCall {
  const data = encodeFunctionData({
    abi: surfaceOracleAbi,
    functionName: 'relay',
    args: [reports, signers, signatures],
  })
  return { to: contracts.surfaceOracle, data, label: 'relay surface' }
}

export declare namespace prepareRelay {
  type Parameters = {
    readonly reports: readonly SliceReport[]
    readonly signers: readonly Address[]
    readonly signatures: readonly Hex[]
  }
}

/**
 * Makes a signed price the feed's latest; where the feed has a newer one, nothing, without failing. `signatures` are
 * relayed as they are: all must be of signers of the feed, ascending.
 */
export function prepareRelayPrice({ feed, answer, signedAt, signatures }: SignedPrice): PreparedCall {
  const data = encodeFunctionData({
    abi: signedFeedAbi,
    functionName: 'relay',
    args: [{ answer, signedAt }, signatures.map(({ signer }) => signer), signatures.map(({ signature }) => signature)],
  })
  return { to: feed, data, label: 'relay price' }
}

export function prepareSync({ contracts }: Deployment, market: number): PreparedCall {
  const data = encodeFunctionData({ abi: hedgerAbi, functionName: 'sync', args: [market] })
  return { to: contracts.hedger, data, label: 'sync hedges' }
}

export function prepareRebalance({ contracts }: Deployment, market: number): PreparedCall {
  const data = encodeFunctionData({ abi: hedgerAbi, functionName: 'rebalance', args: [market] })
  return { to: contracts.hedger, data, label: 'rebalance' }
}

export function prepareAdjust({ contracts }: Deployment, series: readonly SeriesId[]): PreparedCall {
  const data = encodeFunctionData({ abi: marginPolicyAbi, functionName: 'adjust', args: [series] })
  return { to: contracts.marginPolicy, data, label: 'adjust margin' }
}

export function prepareListBoard(
  { contracts }: Deployment,
  { market, expiry, strikes }: { market: number; expiry: number; strikes: readonly bigint[] },
): PreparedCall {
  const data = encodeFunctionData({ abi: catalogueAbi, functionName: 'listBoard', args: [market, expiry, strikes] })
  return { to: contracts.catalogue, data, label: 'list board' }
}

/** Lists a board of the market's grid, around the spot. For anyone. */
export function prepareOpenBoard(
  { contracts }: Deployment,
  { market, expiry }: { market: number; expiry: number },
): PreparedCall {
  const data = encodeFunctionData({ abi: catalogueAbi, functionName: 'openBoard', args: [market, expiry] })
  return { to: contracts.catalogue, data, label: 'open board' }
}

export function prepareRemoveBoard(
  { contracts }: Deployment,
  { market, expiry }: { market: number; expiry: number },
): PreparedCall {
  const data = encodeFunctionData({ abi: catalogueAbi, functionName: 'removeBoard', args: [market, expiry] })
  return { to: contracts.catalogue, data, label: 'remove board' }
}

/** Fixes a settlement price from `rounds` consecutive feed rounds, the first at or before the window's start. */
export function prepareProof({ contracts }: Deployment, proof: prepareProof.Parameters): PreparedCall {
  const { market, expiry, firstRound, rounds } = proof
  const data = encodeFunctionData({
    abi: settlementOracleAbi,
    functionName: 'prove',
    args: [market, expiry, firstRound, rounds],
  })
  return { to: contracts.settlementOracle, data, label: 'prove settlement' }
}

export declare namespace prepareProof {
  type Parameters = {
    readonly market: number
    readonly expiry: number
    readonly firstRound: bigint
    readonly rounds: bigint
  }
}

/** Fixes a settlement price from the oracle's own ring, where the feed's rounds cannot serve. */
export function prepareRingProof(
  { contracts }: Deployment,
  { market, expiry }: { market: number; expiry: number },
): PreparedCall {
  const data = encodeFunctionData({ abi: settlementOracleAbi, functionName: 'proveFromRing', args: [market, expiry] })
  return { to: contracts.settlementOracle, data, label: 'prove settlement from ring' }
}

export function prepareSettle({ contracts }: Deployment, series: SeriesId): PreparedCall {
  const data = encodeFunctionData({ abi: clearingAbi, functionName: 'settle', args: [series] })
  return { to: contracts.clearing, data, label: 'settle series' }
}

/** Pays a holder for all its longs of a settled series; anybody may send it. */
export function prepareRedeemFor(
  { contracts }: Deployment,
  { series, owner }: { series: SeriesId; owner: Address },
): PreparedCall {
  const data = encodeFunctionData({ abi: clearingAbi, functionName: 'redeemFor', args: [series, owner] })
  return { to: contracts.clearing, data, label: 'redeem options' }
}
