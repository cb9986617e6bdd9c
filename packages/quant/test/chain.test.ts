import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  black76Price,
  type ChainSnapshot,
  calendarFaults,
  estimateForward,
  fitChain,
  type OptionQuote,
  parseDeribitName,
  type SviSlice,
  sliceFaults,
  sortQuotes,
  sviVolatility,
} from '../src/index.ts'

const DAY = 86_400
const TIME = 1_770_000_000
const TICK = 0.0001

/** Total variance grows with time, so that the true surface has no arbitrage. */
const trueSlice = (years: number): SviSlice => {
  const root = Math.sqrt(years)
  return { a: 0.25 * years, b: 0.22 * root, rho: -0.25, m: 0.05 * root, sigma: 0.5 * root }
}

function chainOf(days: readonly number[], spread = 0.0004): OptionQuote[] {
  return days.flatMap((day) => {
    const years = day / 365
    const forward = 2000 * (1 + 0.04 * years)
    const deviation = 0.6 * Math.sqrt(years)
    const strikes = Array.from({ length: 21 }, (_, i) => Math.round(forward * Math.exp(deviation * (i - 10) * 0.3)))
    return strikes.flatMap((strike) =>
      (['call', 'put'] as const).map((kind) => {
        const volatility = sviVolatility(trueSlice(years), { k: Math.log(strike / forward), years })
        const coin = black76Price({ kind, forward, strike, years, volatility }) / forward
        const bid = Math.floor((coin - spread / 2) / TICK) * TICK
        const ask = Math.ceil((coin + spread / 2) / TICK) * TICK
        return { expiry: TIME + day * DAY, strike, kind, bid: bid > 0 ? bid : undefined, ask, future: forward }
      }),
    )
  })
}

const DAYS = [1, 2, 3, 7, 14, 28, 56, 84, 140, 230, 320]

/** Everything in a snapshot is either used or counted, once. */
function accounted({ quotes }: ChainSnapshot, surface: ReturnType<typeof fitChain>): void {
  const rejected = Object.values(surface.rejections).reduce((a, b) => a + b, 0)
  expect(surface.used + rejected).toBe(quotes.length)
}

function arbitrageFree(surface: ReturnType<typeof fitChain>): void {
  surface.expiries.forEach(({ slice }, i) => {
    expect(sliceFaults(slice)).toEqual([])
    if (i > 0) expect(calendarFaults({ earlier: surface.expiries[i - 1]!.slice, later: slice })).toEqual([])
  })
}

describe('a clean chain', () => {
  const snapshot = { time: TIME, quotes: chainOf(DAYS) }
  const surface = fitChain(snapshot)

  test('becomes one slice per expiry, without arbitrage, close to the truth', () => {
    expect(surface.expiries.map(({ expiry }) => (expiry - TIME) / DAY)).toEqual(DAYS)
    expect(surface.rejectedExpiries).toEqual([])
    arbitrageFree(surface)
    accounted(snapshot, surface)
    for (const { slice, years, quotes } of surface.expiries) {
      for (const { k } of quotes.filter((quote) => Math.abs(quote.k) < 0.6 * 1.5 * Math.sqrt(years))) {
        const miss = sviVolatility(slice, { k, years }) - sviVolatility(trueSlice(years), { k, years })
        expect(Math.abs(miss)).toBeLessThan(0.012)
      }
    }
  })

  test('gives the same bits twice, whatever the order of its rows', () => {
    expect(fitChain(snapshot)).toEqual(surface)
    expect(fitChain({ ...snapshot, quotes: [...snapshot.quotes].reverse() })).toEqual(surface)
  })

  test('needs no future: parity finds the forward within the spread', () => {
    const quotes = snapshot.quotes.map((quote) => ({ ...quote, future: undefined }))
    const blind = fitChain({ time: TIME, quotes })
    blind.expiries.forEach(({ forward, source }, i) => {
      expect(source).toBe('parity')
      expect(Math.abs(forward / surface.expiries[i]!.forward - 1)).toBeLessThan(5e-4)
    })
  })
})

describe('dirt', () => {
  const clean = chainOf(DAYS)
  const spoil = (change: (quote: OptionQuote, i: number) => OptionQuote): ChainSnapshot => ({
    time: TIME,
    quotes: clean.map(change),
  })
  const otm = ({ kind, strike, future }: OptionQuote): boolean => (kind === 'call') === strike >= future!

  test.each([
    ['unquoted', (q: OptionQuote) => ({ ...q, bid: undefined, ask: null })],
    ['crossed', (q: OptionQuote) => ({ ...q, bid: q.ask, ask: q.bid })],
    ['malformed', (q: OptionQuote) => ({ ...q, ask: -1 })],
    ['malformed', (q: OptionQuote) => ({ ...q, strike: Number.NaN })],
    ['expired', (q: OptionQuote) => ({ ...q, expiry: TIME - DAY })],
    ['out-of-bounds', (q: OptionQuote) => ({ ...q, ask: 8.9285 })],
  ] as const)('%s rows are counted as such and nothing is made of them', (reason, change) => {
    const snapshot = spoil((quote, i) => (i % 9 === 4 && otm(quote) && quote.bid !== undefined ? change(quote) : quote))
    const changed = snapshot.quotes.filter((quote, i) => quote !== clean[i]).length
    const surface = fitChain(snapshot)
    expect(changed).toBeGreaterThan(10)
    expect(surface.rejections[reason] - fitChain({ time: TIME, quotes: clean }).rejections[reason]).toBe(changed)
    expect(surface.expiries.length).toBe(DAYS.length)
    arbitrageFree(surface)
    accounted(snapshot, surface)
  })

  test('asks of 0.94 to 1.39 coin on low puts are too wide to read', () => {
    const snapshot = spoil((quote, i) =>
      quote.kind === 'put' && otm(quote) && i % 7 === 0 ? { ...quote, ask: 0.6 } : quote,
    )
    const surface = fitChain(snapshot)
    expect(surface.rejections.wide + surface.rejections['out-of-bounds']).toBeGreaterThan(5)
    arbitrageFree(surface)
    accounted(snapshot, surface)
  })

  describe('an option quoted on one side', () => {
    const expiry = TIME + 28 * DAY
    const at = (surface: ReturnType<typeof fitChain>) => surface.expiries.find((one) => one.expiry === expiry)!
    const two = clean.filter(({ bid }) => bid !== undefined)
    const base = fitChain({ time: TIME, quotes: two })
    /** A row of a strike nobody quotes, out of the money, at the base slice's volatility moved by `points`. */
    const row = (side: 'bid' | 'ask', points: number, share = 1.42): OptionQuote => {
      const { forward, slice, years } = at(base)
      const strike = Math.round(forward * share)
      const volatility = sviVolatility(slice, { k: Math.log(strike / forward), years }) + points / 100
      const coin = black76Price({ kind: 'call', forward, strike, years, volatility }) / forward
      return { expiry, strike, kind: 'call', [side]: coin, future: forward }
    }
    const fitWith = (extra: readonly OptionQuote[]) => {
      const snapshot = { time: TIME, quotes: [...two, ...extra] }
      const surface = fitChain(snapshot)
      arbitrageFree(surface)
      accounted(snapshot, surface)
      return surface
    }
    const volatilityAt = (surface: ReturnType<typeof fitChain>, { strike }: OptionQuote): number => {
      const { slice, years, forward } = at(surface)
      return sviVolatility(slice, { k: Math.log(strike / forward), years })
    }

    test('is a row used, and moves nothing while the smile keeps to its side', () => {
      const surface = fitWith([row('ask', 3), row('bid', -3, 1.38)])
      expect(at(surface).bounds.map(({ side }) => side)).toEqual(['bid', 'ask'])
      expect(surface.used).toBe(base.used + 2)
      expect(surface.expiries.map(({ slice }) => slice)).toEqual(base.expiries.map(({ slice }) => slice))
    })

    test.each([
      ['ask', -3, -1],
      ['bid', 3, 1],
    ] as const)('on the wrong side of the smile, an %s moves the smile towards it', (side, points, direction) => {
      const quote = row(side, points)
      const moved = volatilityAt(fitWith([quote]), quote) - volatilityAt(base, quote)
      expect(direction * moved).toBeGreaterThan(0.002)
      expect(direction * moved).toBeLessThan(0.031)
    })

    test('far on the wrong side is counted as an outlier and moves nothing', () => {
      const surface = fitWith([row('bid', 40)])
      expect(surface.rejections.outlier).toBe(1)
      expect(at(surface).slice).toEqual(at(base).slice)
    })

    test('is counted and left out in the money, at an impossible price, or on an expiry without a smile', () => {
      const { forward } = at(base)
      const inTheMoney = { expiry, strike: Math.round(forward * 0.7), kind: 'call', ask: 0.5, future: forward } as const
      const beyond = { ...row('ask', 0), ask: 8.9285 }
      const alone = { ...row('ask', 0), expiry: TIME + 29 * DAY }
      for (const quote of [inTheMoney, beyond, alone, { ...alone, future: undefined }]) {
        const surface = fitWith([quote])
        expect(surface.rejections['one-sided']).toBe(base.rejections['one-sided'] + 1)
        expect(surface.expiries.map(({ slice }) => slice)).toEqual(base.expiries.map(({ slice }) => slice))
      }
    })
  })

  test('a tight quote at the wrong price is an outlier', () => {
    const wrong = clean.findIndex(
      (q) => q.expiry === TIME + 56 * DAY && q.kind === 'call' && q.strike > q.future! * 1.15,
    )
    const { bid, ask } = clean[wrong]!
    const snapshot = spoil((quote, i) => (i === wrong ? { ...quote, bid: bid! * 2.2, ask: ask! * 2.2 } : quote))
    const surface = fitChain(snapshot)
    expect(surface.rejections.outlier).toBe(1)
    expect(surface.expiries.find(({ expiry }) => expiry === TIME + 56 * DAY)!.outliers[0]!.strike).toBe(
      clean[wrong]!.strike,
    )
  })

  test('an expiry of three quotes makes no slice', () => {
    const thin = clean.filter((quote) => quote.expiry === TIME + 28 * DAY && otm(quote)).slice(8, 11)
    const snapshot = { time: TIME, quotes: [...clean.filter((quote) => quote.expiry !== TIME + 28 * DAY), ...thin] }
    const surface = fitChain(snapshot)
    expect(surface.rejectedExpiries).toMatchObject([{ expiry: TIME + 28 * DAY, reason: 'thin-expiry', quotes: 3 }])
    expect(surface.rejections['thin-expiry']).toBe(3)
    accounted(snapshot, surface)
  })

  test('a stale future is held to what parity allows', () => {
    const snapshot = spoil((quote) => ({ ...quote, future: 1900 }))
    const surface = fitChain(snapshot)
    for (const { forward, source, years } of surface.expiries) {
      expect(source).toBe('future-bounded')
      expect(Math.abs(forward / (2000 * (1 + 0.04 * years)) - 1)).toBeLessThan(2e-3)
    }
  })

  test('duplicates count once, and an empty, expired or timeless snapshot is an empty surface', () => {
    const snapshot = { time: TIME, quotes: [...clean, ...clean] }
    expect(fitChain(snapshot).rejections.duplicate).toBe(clean.length)
    expect(fitChain({ time: TIME, quotes: [] }).expiries).toEqual([])
    expect(fitChain({ time: TIME + 10_000 * DAY, quotes: clean }).rejections.expired).toBe(clean.length)
    expect(fitChain({ time: Number.NaN, quotes: clean }).rejections.malformed).toBe(clean.length)
  })

  test('whatever is done to a chain, it is accounted for and what comes out has no arbitrage', () => {
    const bad = fc.constantFrom(undefined, null, Number.NaN, 0, -0.5, 8.9285, 0.94, 0.0001, 1e-9, Infinity)
    const damage = fc.record({
      row: fc.nat(clean.length - 1),
      side: fc.constantFrom('bid', 'ask', 'future', 'strike'),
      value: bad,
    })
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 120 }), fc.nat(clean.length), (damages, cut) => {
        const quotes: OptionQuote[] = clean.slice(0, cut)
        for (const { row, side, value } of damages) {
          if (row < cut) quotes[row] = { ...quotes[row]!, [side]: value } as OptionQuote
        }
        const surface = fitChain({ time: TIME, quotes })
        arbitrageFree(surface)
        accounted({ time: TIME, quotes }, surface)
      }),
      { numRuns: 30 },
    )
  })
})

describe('parts', () => {
  test('names', () => {
    expect(parseDeribitName('ETH-27FEB26-2500-P')).toEqual({
      underlying: 'ETH',
      expiry: Date.UTC(2026, 1, 27, 8) / 1000,
      strike: 2500,
      kind: 'put',
    })
    expect(parseDeribitName('XRP_USDC-3JUN25-0d64-C')?.strike).toBe(0.64)
    for (const other of ['ETH-PERPETUAL', 'ETH-27FEB26', 'ETH-31FEB26-2500-P', 'ETH-27XXX26-1-C', '']) {
      expect(parseDeribitName(other)).toBeUndefined()
    }
  })

  test('a forward needs a pair or a future', () => {
    const expiry = TIME + DAY
    const call = { expiry, strike: 2000, kind: 'call', bid: 0.02, ask: 0.021 } as const
    const put = { expiry, strike: 2000, kind: 'put', bid: 0.015, ask: 0.016 } as const
    const of = (quotes: readonly OptionQuote[]) =>
      estimateForward(sortQuotes(quotes, { earliest: TIME, earliestExpiry: TIME }).expiries[0]!)
    expect(of([call])).toBeUndefined()
    expect(of([{ ...call, future: 2010 }])).toEqual({ forward: 2010, source: 'future', pairs: 0 })
    // call − put = 1 − K/F, between 0.004 and 0.006 coin.
    expect(of([call, put])!.forward).toBeCloseTo((2000 / 0.996 + 2000 / 0.994) / 2, 9)
    expect(of([call, { ...put, future: 2009 }])!.source).toBe('future')
  })
})
