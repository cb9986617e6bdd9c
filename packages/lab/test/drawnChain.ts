import { writeFileSync } from 'node:fs'
import { black76Price, type SviSlice, sviVolatility } from '@keel/quant'

const HOUR = 3_600
const DAY = 24 * HOUR
const YEAR = 365 * DAY
const TICK = 0.0001
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const HEADER = 'ts,instrument_name,underlying,bid_price,ask_price,implied_volatility,index_price'

/** A quote as a line of a chain history. */
type Row = {
  readonly time: number
  readonly name: string
  readonly forward: number
  readonly bid: number
  readonly ask: number
  readonly mark: number
  readonly index: number
}

/** The surface a drawn chain is quoted from: `level` is the volatility at the money, nearly. */
export function trueSlice(years: number, level: number): SviSlice {
  const unit = level * Math.sqrt(years)
  return { a: 0.68 * unit * unit, b: 0.36 * unit, rho: -0.25, m: 0.08 * unit, sigma: 0.85 * unit }
}

export const trueForward = (index: number, years: number): number => index * (1 + 0.04 * years)

/** 08:00 UTC of the n-th day after a time. */
export const expiryAfter = (time: number, day: number): number => (Math.floor(time / DAY) + day) * DAY + 8 * HOUR

/** The name of an option as the venue writes it. */
export function nameOf(expiry: number, strike: number, letter: 'C' | 'P'): string {
  const date = new Date(expiry * 1000)
  const year = String(date.getUTCFullYear()).slice(2)
  return `ETH-${date.getUTCDate()}${MONTHS[date.getUTCMonth()]}${year}-${strike}-${letter}`
}

/** Both options of 21 strikes of each expiry, in coin on the venue's tick around their true prices. */
export function drawnRows({
  time,
  index,
  level,
  days,
}: {
  time: number
  index: number
  level: number
  days: readonly number[]
}): readonly Row[] {
  return days.flatMap((day) => {
    const expiry = expiryAfter(time, day)
    const years = (expiry - time) / YEAR
    const forward = trueForward(index, years)
    const strikes = Array.from({ length: 21 }, (_, i) =>
      Math.round(forward * Math.exp(level * Math.sqrt(years) * (i - 10) * 0.3)),
    )
    return [...new Set(strikes)].flatMap((strike) =>
      (['call', 'put'] as const).map((kind): Row => {
        const mark = sviVolatility(trueSlice(years, level), { k: Math.log(strike / forward), years })
        const coin = black76Price({ kind, forward, strike, years, volatility: mark }) / forward
        const bid = Math.floor((coin - 0.0002) / TICK) * TICK
        const ask = Math.ceil((coin + 0.0002) / TICK) * TICK
        return { time, name: nameOf(expiry, strike, kind === 'call' ? 'C' : 'P'), forward, bid, ask, mark, index }
      }),
    )
  })
}

/** A chain history as CSV. */
export function chainCsv(rows: readonly Row[]): string {
  const lines = rows.map(({ time, name, forward, bid, ask, mark, index }) => {
    const moment = new Date(time * 1000).toISOString().slice(0, 23)
    return [moment, name, forward, bid > 0 ? bid.toFixed(4) : '', ask.toFixed(4), mark.toFixed(4), index].join(',')
  })
  return `${[HEADER, ...lines].join('\n')}\n`
}

/** Writes a chain with a snapshot every so often, whose level of volatility may move. */
export function writeDrawnChain(
  file: string,
  {
    from,
    to,
    every,
    index,
    levelAt,
    days = [1, 2, 3, 4, 6, 11, 18, 40],
  }: {
    from: number
    to: number
    every: number
    index: number
    levelAt: (time: number) => number
    days?: readonly number[]
  },
): void {
  const rows: Row[] = []
  for (let time = from; time < to; time += every) rows.push(...drawnRows({ time, index, level: levelAt(time), days }))
  writeFileSync(file, chainCsv(rows))
}
