import { catalogueAbi, ordersAbi, spotOracleAbi } from '@keel/contracts/generated'
import { assetScale, magnitude, quoteDistance } from '@keel/model'
import type { Address, Hex } from 'viem'
import { formatUnits, isAddressEqual } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { QuoteFault } from '../errors/offer.ts'
import { isSignedByAccount } from '../views/isSigned.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import { readQuote } from '../views/views.ts'
import { amountOf } from './amountOf.ts'
import { holdingFaults } from './holdingFaults.ts'
import { leaveFaults, readLeave } from './leave.ts'
import type { QuotePart } from './partOf.ts'
import { readFilled } from './readFilled.ts'
import type { QuoteWithSignature } from './signedQuote.ts'
import { quoteDigest } from './signedQuote.ts'
import { contractFault, simulateFill } from './simulateFill.ts'
import { fault, partOrFaults, shareFaults, termFaults } from './termFaults.ts'

const WAD_DECIMALS = 18

/** What a fill would do now. */
export type QuoteCheck = {
  readonly outcome: 'fills' | 'refused'
  readonly faults: readonly QuoteFault[]
  /**
   * How far the contracts themselves were asked: not where anything but an approval is missing; until payment where clearing
   * may not take the price yet, so that what the market checks after it (its buffer) is still to be seen.
   */
  readonly simulated: 'not' | 'untilPayment' | 'whole'
  readonly digest: Hex
  /** Of the whole, wad; all of it where its maker cancelled. */
  readonly filled: bigint
  /** What the share trades; absent where there is no such part. */
  readonly part?: QuotePart
  /** What the market would ask for the part itself; absent where it asks for nothing. */
  readonly model?: ModelPrice
  /** The module that the taker lets trade for it instead, absent where there is none: to allow the deployment's ends that. */
  readonly replaces?: Address
}

/** Base units. */
export type ModelPrice = {
  readonly netCash: bigint
  /** How far from it a signed price may be, either way. */
  readonly distance: bigint
}

type Rim = { readonly reader: Reader; readonly deployment: Deployment }
type Asked = Rim & checkQuote.Parameters

/**
 * Checks a fill as the orders contract, the market and clearing would, and names everything that is missing rather than the
 * first. Sends nothing.
 */
export async function checkQuote(
  reader: Reader,
  deployment: Deployment,
  parameters: checkQuote.Parameters,
): Promise<QuoteCheck> {
  const asked = { ...parameters, reader, deployment }
  const { quote, share, taker } = parameters
  const { part, faults: indivisible } = partOrFaults(quote, share)
  const [filled, makerIs, market, leave, holdings] = await Promise.all([
    readFilled(reader, deployment, quote),
    makerFaults(asked),
    readMarketSide(asked, part),
    readLeave(reader, deployment, taker),
    holdingFaults(reader, deployment, { taker, part }),
  ])
  const faults = [
    ...termFaults(quote, asked),
    ...makerIs,
    ...shareFaults(share, filled),
    ...indivisible,
    ...market.faults,
    ...leaveFaults(taker, leave),
    ...holdings,
  ]
  const isApproved = faults.length === 0
  const simulation = faults.every(isApproval)
    ? await simulateFill(reader, deployment, { ...asked, isApproved })
    : undefined
  const all = [...faults, ...(simulation?.faults ?? [])]
  return {
    outcome: all.length > 0 ? 'refused' : 'fills',
    faults: all,
    simulated: simulation?.reached ?? 'not',
    digest: quoteDigest(deployment, quote),
    filled,
    ...(part && { part }),
    ...(market.model && { model: market.model }),
    ...(leave.replaces && { replaces: leave.replaces }),
  }
}

export declare namespace checkQuote {
  type Parameters = QuoteWithSignature & {
    /** Of the whole, wad. */
    readonly share: bigint
    readonly taker: Address
    /** The chain's time, unix seconds. */
    readonly now: number
  }
}

/** The faults that an approval of clearing does not heal; `fillQuote` gives it. */
export function faultsBeyondApproval({ faults }: Pick<QuoteCheck, 'faults'>): readonly QuoteFault[] {
  return faults.filter((each) => !isApproval(each))
}

const isApproval = ({ kind }: QuoteFault): boolean => kind === 'allowance'

/** Whether the governor allows the maker, and whether it signed. */
async function makerFaults({ reader, deployment, quote, signature }: Asked): Promise<readonly QuoteFault[]> {
  const { maker } = quote
  const orders = { address: deployment.contracts.orders, abi: ordersAbi } as const
  const [isMaker, isOfMaker] = await Promise.all([
    readContract(reader, { ...orders, functionName: 'isMaker', args: [maker] }),
    isSignedByAccount(reader, { signer: maker, signature, digest: quoteDigest(deployment, quote) }),
  ])
  return [
    ...(isMaker ? [] : [fault('notMaker', `The governor does not allow ${maker} to offer prices. Ask another maker.`)]),
    ...(isOfMaker
      ? []
      : [fault('badSignature', `The signature is not of ${maker} over these values. Ask it to sign for this chain.`)]),
  ]
}

type MarketSide = { readonly faults: readonly QuoteFault[]; readonly model?: ModelPrice }

/** Whether spot is in the band, the market takes quotes of this contract, and the price is near enough to its own. */
async function readMarketSide(asked: Asked, part: QuotePart | undefined): Promise<MarketSide> {
  const { reader, deployment, quote } = asked
  const { market } = quote
  const catalogue = { address: deployment.contracts.catalogue, abi: catalogueAbi } as const
  try {
    const [modules, limits] = await Promise.all([
      readContract(reader, { ...catalogue, functionName: 'modules', args: [market] }),
      readContract(reader, { ...catalogue, functionName: 'limits', args: [market] }),
    ])
    const oracle = { address: modules.spotOracle, abi: spotOracleAbi } as const
    const { mark } = await readContract(reader, { ...oracle, functionName: 'read', args: [market] })
    const faults = [...moduleFaults(asked, modules.orders), ...bandFaults(asked, mark)]
    if (!part) return { faults }
    const scale = assetScale(deployment.asset.decimals)
    const distance = quoteDistance({ sizes: part.legs.map(({ size }) => size), spot: mark, scale, limits })
    const priced = await readPrice(asked, { part, distance })
    return { ...priced, faults: [...faults, ...priced.faults] }
  } catch (error) {
    return { faults: [contractFault(error)] }
  }
}

function moduleFaults({ deployment }: Rim, orders: Address): readonly QuoteFault[] {
  if (isAddressEqual(orders, deployment.contracts.orders)) return []
  return [fault('notModule', `The market takes signed quotes of ${orders} only. Take the deployment file of that one.`)]
}

function bandFaults({ quote: { spotFrom, spotTo } }: Asked, mark: bigint): readonly QuoteFault[] {
  if (mark >= spotFrom && mark <= spotTo) return []
  const [spot, from, to] = [mark, spotFrom, spotTo].map((price) => formatUnits(price, WAD_DECIMALS))
  const text = `Spot is ${spot}, and it fills from ${from} to ${to}. Wait until spot is back, or ask for a new one.`
  return [fault('outsideBand', text, true)]
}

async function readPrice(
  { reader, deployment, quote }: Asked,
  { part, distance }: { readonly part: QuotePart; readonly distance: bigint },
): Promise<MarketSide> {
  try {
    const { netCash } = await readQuote(reader, deployment, { market: quote.market, legs: part.legs })
    const model = { netCash, distance }
    if (magnitude(part.price - netCash) <= distance) return { model, faults: [] }
    const [price, own, most] = [part.price, netCash, distance].map((cash) => amountOf(deployment, cash))
    const text = `Its price is ${price}, the market's own ${own}: they may be ${most} apart. Ask for one nearer to it.`
    return { model, faults: [fault('tooFar', text)] }
  } catch (error) {
    return { faults: [contractFault(error)] }
  }
}
