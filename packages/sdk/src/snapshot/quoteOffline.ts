import type { BookRisk, QuoteParts } from '@keel/model'
import { assetScale, quote, toAssetsCeil } from '@keel/model'
import type { Leg } from '../calls/trading.ts'
import { ContractError } from '../errors/ContractError.ts'
import { checkTrade } from './checkTrade.ts'
import type { MarketSnapshot } from './marketSnapshot.ts'
import { resolveLegs } from './resolveLegs.ts'
import { sceneAt, withPrevious } from './sceneAt.ts'
import type { AttachedPrice } from './spotAt.ts'

/**
 * What `Market.quote` returns, computed from a snapshot without the chain and equal to it to the unit, and what
 * `Market.trade` would say to it. `at` is the snapshot's time or a later one: then as if nothing but time had happened.
 *
 * Throws the `ContractError` that `quote` reverts with where nothing can trade, `BeforeSnapshotError`, and
 * `OutlivedSnapshotError`.
 */
export function quoteOffline(
  snapshot: MarketSnapshot,
  { legs, at = snapshot.timestamp, price }: quoteOffline.Parameters,
): quoteOffline.ReturnType {
  const scene = sceneAt(snapshot, { at, price })
  const resolved = resolveLegs(scene, legs)
  const priced = quote(withPrevious(scene, resolved), resolved)
  const netCash = toAssetsCeil(priced.parts.net, assetScale(snapshot.asset.decimals))
  const { parts, callDelta, collateral } = priced
  const [before, afterwards] = [riskOf(priced.before), riskOf(priced.afterwards)]
  const refusal = refusalOf(() => checkTrade({ scene, legs: resolved, priced, netCash }))
  return { netCash, parts, before, afterwards, callDelta, collateral, ...(refusal && { refusal }) }
}

export declare namespace quoteOffline {
  type Parameters = {
    readonly legs: readonly Leg[]
    /** Unix seconds. Absent: when the snapshot was taken. */
    readonly at?: number
    /** Relayed with the order, where the market has a signed feed. Absent: the one that the feed has. */
    readonly price?: AttachedPrice
  }
  type ReturnType = {
    /** Base units: what the trader pays (positive) or is paid (negative). */
    readonly netCash: bigint
    /** Wads of collateral; `net` is their sum. */
    readonly parts: QuoteParts
    readonly before: BookRisk
    readonly afterwards: BookRisk
    /** Per leg, N(d1) at mark, wad. */
    readonly callDelta: readonly bigint[]
    /** Per leg, what the vault's compartment must hold afterwards, wad of collateral. */
    readonly collateral: readonly bigint[]
    /** Why the market would refuse the trade, whoever sends it; absent when it would not. */
    readonly refusal?: ContractError
  }
}

/** Without what no price depends on, and the market therefore does not compute for a quote. */
const riskOf = ({ delta, gamma, vega, requiredMargin }: BookRisk): BookRisk => ({ delta, gamma, vega, requiredMargin })

function refusalOf(check: () => void): ContractError | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof ContractError) return error
    throw error
  }
}
