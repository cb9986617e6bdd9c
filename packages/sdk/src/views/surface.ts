import { catalogueAbi, surfaceOracleAbi } from '@keel/contracts/generated'
import type { PricingParams, SurfaceSlice } from '@keel/model'
import { deltaFactor, spreadOfExpiry, sviVolatility, unpackSlice } from '@keel/model'
import type { Address } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

const WAD = 10n ** 18n
/** A call delta of one half, Q64. */
const AT_THE_MONEY = 1n << 63n

/** Who signs surface reports, and the limits they are held to. */
export type SurfaceRules = {
  /** Ascending. */
  readonly signers: readonly Address[]
  readonly threshold: number
  /** For a step of at-the-money volatility beyond `maxStep`. */
  readonly stepThreshold: number
  readonly freshnessSecs: number
  readonly graceSecs: number
  /** Wad of volatility. */
  readonly maxStep: bigint
}

/** The slice of one expiry. Wads and unix seconds. */
export type SliceView = {
  readonly expiry: number
  readonly reportedAt: number
  /** Packed. */
  readonly svi: bigint
  readonly forwardRatio: bigint
  readonly spotAtReport: bigint
  /** At k = 0, annualised over the time left. */
  readonly atmVolatility: bigint
  /** In volatility, at the money, at this time and spot; undefined while there is no spot. */
  readonly halfSpread: bigint | undefined
  /** A valid report beyond the step limit stopped opening, until a newer one is accepted. */
  readonly isStopped: boolean
  /** When the replaced slices that still count were reported, the newest first. */
  readonly inGrace: readonly number[]
}

export type SurfaceView = { readonly rules: SurfaceRules; readonly slices: readonly SliceView[] }

export async function readSurfaceRules(reader: Reader, { contracts }: Deployment): Promise<SurfaceRules> {
  const oracle = { address: contracts.surfaceOracle, abi: surfaceOracleAbi } as const
  const [[signers, threshold, stepThreshold], params] = await Promise.all([
    readContract(reader, { ...oracle, functionName: 'signerSet', args: [] }),
    readContract(reader, { ...oracle, functionName: 'params', args: [] }),
  ])
  return {
    signers,
    threshold: Number(threshold),
    stepThreshold: Number(stepThreshold),
    freshnessSecs: params.freshness,
    graceSecs: params.grace,
    maxStep: params.maxStep,
  }
}

/** Every slice of a market in force now, with its half-spread at a spot (wad; 0n: there is none). */
export async function readSurface(
  reader: Reader,
  deployment: Deployment,
  { market, spot, now }: readSurface.Parameters,
): Promise<SurfaceView> {
  const { contracts } = deployment
  const oracle = { address: contracts.surfaceOracle, abi: surfaceOracleAbi } as const
  const [rules, expiries, pricing] = await Promise.all([
    readSurfaceRules(reader, deployment),
    readContract(reader, { ...oracle, functionName: 'expiries', args: [market] }),
    readContract(reader, {
      address: contracts.catalogue,
      abi: catalogueAbi,
      functionName: 'pricingParams',
      args: [market],
    }),
  ])
  const live = await readContract(reader, { ...oracle, functionName: 'liveSlices', args: [market, expiries] })
  const slices = live
    .filter(({ inForce }) => inForce.reportedAt > 0 && inForce.expiry > now)
    .map(({ inForce, previous, openingStopped }): SliceView => {
      const { expiry } = inForce
      return {
        ...inForce,
        atmVolatility: sviVolatility(unpackSlice(inForce.svi), 0n, BigInt(expiry - now)),
        halfSpread: spot > 0n ? halfSpread(pricing, { slice: inForce, expiry, spot, timestamp: now }) : undefined,
        isStopped: openingStopped,
        inGrace: previous.map(({ reportedAt }) => reportedAt),
      }
    })
  return { rules, slices }
}

export declare namespace readSurface {
  type Parameters = {
    readonly market: number
    /** Mark, wad. */
    readonly spot: bigint
    /** The chain's time, unix seconds. */
    readonly now: number
  }
}

function halfSpread(
  pricing: PricingParams,
  at: { readonly slice: SurfaceSlice; readonly expiry: number; readonly spot: bigint; readonly timestamp: number },
): bigint {
  const { level, surcharge } = spreadOfExpiry(pricing, at)
  return (level * deltaFactor(pricing, AT_THE_MONEY)) / WAD + surcharge
}
