import type { Deployment, quoteOffline, readQuote } from '@keel/sdk'
import { formatExact, formatRounded } from '../values/decimal.ts'
import type { NamedLeg } from './legs.ts'
import { SIZE_DECIMALS } from './legs.ts'

const WAD_DECIMALS = 18

export type Quote = Awaited<ReturnType<typeof readQuote>>
export type Parts = Quote['parts']

/** What amounts are of: a deployment, or a snapshot of one. */
export type InCurrency = { readonly asset: Pick<Deployment['asset'], 'symbol' | 'decimals'> }

/** The parts of a price, in the order they add up; each with what it is. */
const PARTS = [
  ['fair', 'fair value, the worse of mark and average'],
  ['potential', 'what the trade adds to the risk of the book'],
  ['spread', 'half-spread in volatility'],
  ['latency', 'the feed lags the market'],
  ['carry', 'hedge and collateral until expiry'],
  ['fee', 'fee'],
  ['clamp', 'kept to minimum premium and intrinsic value'],
] as const satisfies readonly (readonly [keyof Parts, string])[]

export function quoteJson({ netCash, parts, before, afterwards }: Quote, { asset }: InCurrency) {
  const wad = (value: bigint) => formatExact(value, WAD_DECIMALS)
  const book = ({ delta, gamma, vega, requiredMargin }: Quote['before']) => ({
    delta: wad(delta),
    gamma: wad(gamma),
    vega: wad(vega),
    requiredMargin: wad(requiredMargin),
  })
  return {
    netCash: formatExact(netCash, asset.decimals),
    currency: asset.symbol,
    parts: partsJson(parts),
    bookBefore: book(before),
    bookAfter: book(afterwards),
  }
}

export function partsJson(parts: Parts) {
  const { skewAfter, net } = parts
  return {
    ...Object.fromEntries(PARTS.map(([name]) => [name, formatExact(parts[name], WAD_DECIMALS)])),
    net: formatExact(net, WAD_DECIMALS),
    skewAfter: formatExact(skewAfter, WAD_DECIMALS),
  }
}

export function legsJson(legs: readonly NamedLeg[]) {
  return legs.map(({ name, size, series }) => ({
    series: name,
    id: series.toString(),
    size: formatExact(size, SIZE_DECIMALS),
  }))
}

export function legLines(legs: readonly NamedLeg[]): readonly string[] {
  return legs.map(({ name, size }) =>
    size > 0n
      ? `buy  ${formatExact(size, SIZE_DECIMALS)} ${name}`
      : `sell ${formatExact(-size, SIZE_DECIMALS)} ${name}`,
  )
}

/** What would be paid or received, in a sentence without its end. */
export function cashPhrase(netCash: bigint, deployment: InCurrency): string {
  return `you ${netCash < 0n ? 'receive' : 'pay'} ${amountOf(netCash, deployment)}`
}

/** What was. */
export function paidPhrase(netCash: bigint, deployment: InCurrency): string {
  return `you ${netCash < 0n ? 'received' : 'paid'} ${amountOf(netCash, deployment)}`
}

/** An amount without its sign. */
export function amountOf(netCash: bigint, { asset }: InCurrency): string {
  const amount = formatRounded(netCash < 0n ? -netCash : netCash, { decimals: asset.decimals, places: asset.decimals })
  return `${amount} ${asset.symbol}`
}

export function partLines(parts: Parts, { asset }: InCurrency): readonly string[] {
  const shown = PARTS.map(([name, what]) => {
    const value = formatRounded(parts[name], { decimals: WAD_DECIMALS, places: asset.decimals, sign: true })
    return { name, value, what }
  })
  const width = Math.max(...shown.map(({ value }) => value.length))
  return shown.map(({ name, value, what }) => `  ${name.padEnd(10)}${value.padStart(width)}  ${what}`)
}

/** How an order moves the delta of the vault's options. */
export function deltaLine({ before, afterwards }: Quote, symbol: string): string {
  const delta = (value: bigint) => formatRounded(value, { decimals: WAD_DECIMALS, places: 3, sign: true })
  return `Delta of the vault's options ${delta(before.delta)} → ${delta(afterwards.delta)} ${symbol}.`
}

type Refusal = quoteOffline.ReturnType['refusal']

/** What the market would say to a trade, as far as the trader's own balances do not matter. */
export function verdictLine(refusal: Refusal): string {
  return refusal ? `The market would refuse the trade: ${refusal.message}` : 'The market would take the trade.'
}

export function refusalJson(refusal: Refusal) {
  return refusal ? { error: refusal.contractError, operands: refusal.operands, message: refusal.message } : null
}
