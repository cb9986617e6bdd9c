import { signedFeedAbi } from '@keel/contracts/generated'
import { getAddress } from 'viem'
import { ContractError, explain } from '../errors/ContractError.ts'
import { isoOf } from '../errors/iso.ts'
import { isRevert } from '../errors/isRevert.ts'
import type { PriceFault } from '../errors/price.ts'
import type { ReportSignature } from '../surface/signedReport.ts'
import { inOrder } from '../surface/signedReport.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import type { SignedPrice } from './signedPrice.ts'

/** What the signed feed would do with a price now. */
export type PriceCheck = {
  /** `stored`: it becomes the latest; `known`: the feed has it or a newer one, a relay changes nothing. */
  readonly outcome: 'stored' | 'known' | 'refused'
  readonly faults: readonly PriceFault[]
  /** Those by signers of the feed, ascending: those to relay. */
  readonly valid: readonly ReportSignature[]
  readonly threshold: number
}

/** Checks a price as the feed would, and names everything that is missing. Sends nothing. */
export async function checkPrice(reader: Reader, { price, chainId, now }: checkPrice.Parameters): Promise<PriceCheck> {
  const feed = { address: price.feed, abi: signedFeedAbi } as const
  const [[signers, needed], freshness, latestAt] = await Promise.all([
    readContract(reader, { ...feed, functionName: 'signerSet', args: [] }),
    readContract(reader, { ...feed, functionName: 'freshness', args: [] }),
    latestTime(reader, price),
  ])
  const known = new Set(signers.map((each) => getAddress(each)))
  const valid = inOrder(price.signatures.filter(({ signer }) => known.has(getAddress(signer))))
  const threshold = Number(needed)
  const base = { valid, threshold }
  if (price.chainId === chainId && price.signedAt <= latestAt) return { ...base, outcome: 'known', faults: [] }
  const faults = [
    ...placeFaults(price, chainId),
    ...timeFaults(price, { now, freshness: Number(freshness) }),
    ...(valid.length < threshold
      ? [fault('tooFewSigners', `${valid.length} of its signers signed it, ${threshold} must. Collect more.`)]
      : []),
  ]
  if (faults.length > 0) return { ...base, outcome: 'refused', faults }
  return { ...base, ...(await simulate(reader, { price, valid })) }
}

export declare namespace checkPrice {
  type Parameters = {
    readonly price: SignedPrice
    readonly chainId: number
    /** The chain's time, unix seconds. */
    readonly now: number
  }
}

const fault = (kind: PriceFault['kind'], text: string, retryable = false): PriceFault => ({ kind, text, retryable })

/** Zero before there is a round. */
async function latestTime(reader: Reader, { feed }: SignedPrice): Promise<number> {
  try {
    const latest = await readContract(reader, {
      address: feed,
      abi: signedFeedAbi,
      functionName: 'latestRoundData',
      args: [],
    })
    return Number(latest[3])
  } catch (error) {
    if (isRevert(error)) return 0
    throw error
  }
}

function placeFaults(price: SignedPrice, chainId: number): readonly PriceFault[] {
  if (price.chainId === chainId) return []
  return [
    fault('wrongChain', `It was made for chain ${price.chainId}, this is chain ${chainId}. Sign it for this one.`),
  ]
}

function timeFaults(
  { signedAt }: SignedPrice,
  { now, freshness }: { readonly now: number; readonly freshness: number },
): readonly PriceFault[] {
  if (signedAt > now)
    return [fault('fromFuture', `It is dated ${isoOf(signedAt)}, ahead of the chain. Wait, or set the clock.`, true)]
  if (now - signedAt > freshness)
    return [fault('stale', `It is ${now - signedAt} s old, at most ${freshness} s will do. Sign a new one.`)]
  return []
}

async function simulate(
  reader: Reader,
  { price, valid }: { readonly price: SignedPrice; readonly valid: readonly ReportSignature[] },
): Promise<Pick<PriceCheck, 'outcome' | 'faults'>> {
  const { feed, answer, signedAt } = price
  try {
    const stored = await readContract(reader, {
      address: feed,
      abi: signedFeedAbi,
      functionName: 'relay',
      args: [{ answer, signedAt }, valid.map(({ signer }) => signer), valid.map(({ signature }) => signature)],
    })
    return { outcome: stored ? 'stored' : 'known', faults: [] }
  } catch (error) {
    const explained = explain(error)
    if (!(explained instanceof ContractError)) throw error
    return { outcome: 'refused', faults: [fault('contract', explained.message, explained.retryable)] }
  }
}
