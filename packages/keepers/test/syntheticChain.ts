import { black76Price, type ChainSnapshot, type OptionQuote, type SviSlice, sviVolatility } from '@keel/quant'

const DAY = 86_400
const TICK = 0.0001
export const INDEX = 2_000

/** 2 February 2026, 02:40 UTC. */
export const TIME = 1_770_000_000
/** 08:00 UTC of the n-th day after {@link TIME}. */
export const expiryAt = (day: number): number => Math.floor(TIME / DAY) * DAY + day * DAY + 28_800

/** A surface without arbitrage: total variance grows with time at every moneyness. */
export function trueSlice(years: number): SviSlice {
  const root = Math.sqrt(years)
  return { a: 0.25 * years, b: 0.22 * root, rho: -0.25, m: 0.05 * root, sigma: 0.5 * root }
}

export const trueForward = (years: number): number => INDEX * (1 + 0.04 * years)

/** A chain as a venue would quote the true surface: 21 strikes an expiry, prices in coin on its tick around the fair ones. */
export function chainOf(
  days: readonly number[],
  { time = TIME, spread = 0.0004 }: { time?: number; spread?: number } = {},
): ChainSnapshot {
  const quotes = days.flatMap((day): OptionQuote[] => {
    const years = (expiryAt(day) - time) / DAY / 365
    const forward = trueForward(years)
    const deviation = 0.6 * Math.sqrt(years)
    const strikes = Array.from({ length: 21 }, (_, i) => Math.round(forward * Math.exp(deviation * (i - 10) * 0.3)))
    return strikes.flatMap((strike) =>
      (['call', 'put'] as const).map((kind) => {
        const volatility = sviVolatility(trueSlice(years), { k: Math.log(strike / forward), years })
        const coin = black76Price({ kind, forward, strike, years, volatility }) / forward
        const bid = Math.floor((coin - spread / 2) / TICK) * TICK
        const ask = Math.ceil((coin + spread / 2) / TICK) * TICK
        return { expiry: expiryAt(day), strike, kind, bid: bid > 0 ? bid : undefined, ask, future: forward }
      }),
    )
  })
  return { time, quotes }
}

/** As if volatility had risen by about a sixth. */
export function dearer(quote: OptionQuote): OptionQuote {
  const { strike, future, kind, bid, ask } = quote
  const intrinsic = Math.max(0, kind === 'call' ? 1 - strike / future! : strike / future! - 1)
  const raised = (price: number | null | undefined) => (price ? intrinsic + (price - intrinsic) * 1.18 : price)
  return { ...quote, bid: raised(bid), ask: raised(ask) }
}
