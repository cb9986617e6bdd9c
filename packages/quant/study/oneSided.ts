// What options quoted on one side add to a fit, as Markdown: with them as floors and ceilings, and without.
// node study/oneSided.ts deribit-eth-chain-2026-01.csv.gz …
import { type ChainSnapshot, type FittedExpiry, fitChain, type OptionQuote, sviVolatility } from '../src/index.ts'
import { readChain } from './readChain.ts'

/** Furthest from a limit a slice may lie and still count as keeping it, in volatility: rounding. */
const ROUNDING = 0.005

const crossings = { limits: 0, without: 0, with: 0 }
const wings = { without: newWing(), with: newWing() }

for (const file of process.argv.slice(2)) {
  for (const snapshot of readChain(file)) {
    countCrossings(snapshot)
    hideWings(snapshot)
  }
}
print()

interface Wing {
  readonly errors: number[]
  inside: number
}

function newWing(): Wing {
  return { errors: [], inside: 0 }
}

/** Limits that slices fitted with and without them lie beyond. */
function countCrossings({ time, quotes }: ChainSnapshot): void {
  const within = fitChain({ time, quotes }).expiries
  const without = fitChain({ time, quotes: quotes.filter(({ bid, ask }) => isQuoted(bid) === isQuoted(ask)) }).expiries
  for (const { expiry, years, slice, bounds } of within) {
    const other = without.find((one) => one.expiry === expiry)
    if (other === undefined) continue
    for (const { k, side, volatility } of bounds) {
      const beyond = (at: FittedExpiry['slice']): boolean =>
        (sviVolatility(at, { k, years }) - volatility) * (side === 'ask' ? 1 : -1) > ROUNDING
      crossings.limits++
      if (beyond(other.slice)) crossings.without++
      if (beyond(slice)) crossings.with++
    }
  }
}

/** Fits with the outermost quotes of each smile hidden, and with only their asks shown, and looks at what was hidden. */
function hideWings({ time, quotes }: ChainSnapshot): void {
  const outermost = new Map<OptionQuote, FittedExpiry>()
  for (const fitted of fitChain({ time, quotes }).expiries) {
    if (fitted.quotes.length < 10) continue
    for (const { strike, k } of [fitted.quotes[0]!, fitted.quotes.at(-1)!]) {
      const kind = k >= 0 ? 'call' : 'put'
      const quote = quotes.find((one) => one.expiry === fitted.expiry && one.strike === strike && one.kind === kind)
      if (quote !== undefined) outermost.set(quote, fitted)
    }
  }
  const hidden = fitChain({ time, quotes: quotes.filter((quote) => !outermost.has(quote)) }).expiries
  const asks = fitChain({
    time,
    quotes: quotes.map((quote) => (outermost.has(quote) ? { ...quote, bid: undefined } : quote)),
  }).expiries
  for (const [{ strike }, { expiry, years, quotes: seen }] of outermost) {
    const { k, midVolatility, bidVolatility, askVolatility } = seen.find((one) => one.strike === strike)!
    for (const [wing, expiries] of [
      [wings.without, hidden],
      [wings.with, asks],
    ] as const) {
      const fitted = expiries.find((one) => one.expiry === expiry)
      if (fitted === undefined) continue
      const volatility = sviVolatility(fitted.slice, { k, years })
      wing.errors.push(100 * Math.abs(volatility - midVolatility))
      if (volatility >= bidVolatility && volatility <= askVolatility) wing.inside++
    }
  }
}

function isQuoted(price: number | null | undefined): boolean {
  return typeof price === 'number' && price > 0
}

function print(): void {
  const { limits } = crossings
  console.log(`${limits} one-sided quotes on fitted expiries\n\n| fitted | slice beyond the limit |\n|---|--:|`)
  console.log(`| without them | ${crossings.without} |\n| with them | ${crossings.with} |`)
  console.log('\n| outermost quotes | number | median error | p95 | inside their bid–ask |\n|---|--:|--:|--:|--:|')
  for (const [name, { errors, inside }] of [
    ['hidden', wings.without],
    ['their asks shown', wings.with],
  ] as const) {
    errors.sort((a, b) => a - b)
    const at = (p: number): string => (errors[Math.floor(p * errors.length)] ?? Number.NaN).toFixed(2)
    const share = ((100 * inside) / errors.length).toFixed(2)
    console.log(`| ${name} | ${errors.length} | ${at(0.5)} | ${at(0.95)} | ${share} % |`)
  }
}
