import { type ChainSnapshot, calendarFaults, type OptionQuote, sliceFaults, sviVolatility } from '@keel/quant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countRows, type FittedSurface, fitSurface, roundSlice } from '../src/index.ts'
import { chainOf, expiryAt, TIME, trueForward, trueSlice } from './syntheticChain.ts'

const DAYS = [1, 2, 5, 12, 25, 53]
const YEAR = 365 * 86_400
const yearsTo = (expiry: number) => (expiry - TIME) / YEAR
const whole = chainOf(DAYS)

const with_ = (change: (quote: OptionQuote, i: number) => OptionQuote): ChainSnapshot => ({
  ...whole,
  quotes: whole.quotes.map(change),
})

/** The contract's own rules hold for what is in the surface, and every row is accounted for once. */
function expectSound(surface: FittedSurface): void {
  surface.slices.forEach(({ expiry, svi }, i) => {
    expect(roundSlice(svi)).toEqual(svi)
    expect(sliceFaults(svi, { years: (expiry - surface.time) / YEAR })).toEqual([])
    if (i > 0) expect(calendarFaults({ earlier: surface.slices[i - 1]!.svi, later: svi })).toEqual([])
  })
  expect(surface.fits.map(({ expiry }) => expiry)).toEqual(surface.slices.map(({ expiry }) => expiry))
  expect(surface.used + Object.values(surface.rejections).reduce((a, b) => a + b, 0)).toBe(surface.rows)
}

/** Within a deviation of the money, where the tick of 0.0001 coin still says something about volatility. */
function worstMiss({ slices }: FittedSurface): number {
  const misses = slices.flatMap(({ expiry, svi }) => {
    const years = yearsTo(expiry)
    return [-1, -0.5, 0, 0.5, 1].map((z) => {
      const k = z * 0.6 * Math.sqrt(years)
      return Math.abs(sviVolatility(svi, { k, years }) - sviVolatility(trueSlice(years), { k, years }))
    })
  })
  return Math.max(...misses)
}

describe('fitSurface of a whole chain', () => {
  const surface = fitSurface(whole)

  test('finds the surface the quotes were made from within a vol point', () => {
    expect(surface.slices.map(({ expiry }) => expiry)).toEqual(DAYS.map(expiryAt))
    expect(surface.refused).toEqual([])
    expectSound(surface)
    expect(worstMiss(surface)).toBeLessThan(0.01)
    for (const { expiry, forward } of surface.slices) expect(forward / trueForward(yearsTo(expiry))).toBeCloseTo(1, 4)
  })

  test('says how well each slice fits', () => {
    for (const { quotes, outliers, below, above, medianError, worstError, insideSpread } of surface.fits) {
      expect(quotes).toBeGreaterThan(10)
      expect(outliers).toBe(0)
      expect(below + above).toBe(quotes)
      expect(medianError).toBeLessThanOrEqual(worstError)
      expect(medianError).toBeLessThan(0.01)
      expect(insideSpread).toBeGreaterThan(0.9)
    }
  })

  test('starting from the surface before finds the same', () => {
    const again = fitSurface(whole, { previous: surface })
    expectSound(again)
    expect(worstMiss(again)).toBeLessThan(0.01)
  })
})

describe('what cannot be trusted is refused with its reason, and the rest is fitted without it', () => {
  const broken = expiryAt(5)
  const others = DAYS.map(expiryAt).filter((expiry) => expiry !== broken)

  function expectRefused(surface: FittedSurface, reason: FittedSurface['refused'][number]['reason']): void {
    expect(surface.refused.map(({ expiry, reason }) => ({ expiry, reason }))).toEqual([{ expiry: broken, reason }])
    expect(surface.slices.map(({ expiry }) => expiry)).toEqual(others)
    expectSound(surface)
    expect(worstMiss(surface)).toBeLessThan(0.01)
  }

  test('an expiry with three quotes', () => {
    const strikes = [...new Set(whole.quotes.filter(({ expiry }) => expiry === broken).map(({ strike }) => strike))]
    const three = new Set(strikes.slice(9, 12))
    const quotes = whole.quotes.filter(({ expiry, strike }) => expiry !== broken || three.has(strike))
    expectRefused(fitSurface({ ...whole, quotes }), 'thin-expiry')
  })

  test('an expiry of which only the strikes above the forward arrived', () => {
    const forward = trueForward(yearsTo(broken))
    const quotes = whole.quotes.filter(({ expiry, strike }) => expiry !== broken || strike > forward)
    expectRefused(fitSurface({ ...whole, quotes }), 'one-sided')
  })

  test('an expiry that lost more rows than a cut chain may', () => {
    let seen = 0
    const quotes = whole.quotes.filter(({ expiry }) => expiry !== broken || seen++ % 3 > 0)
    const surface = fitSurface({ ...whole, quotes }, { expectedRows: countRows(whole) })
    expectRefused(surface, 'incomplete')
    expect(surface.rejections['refused-expiry']).toBe(28)
    expect(surface.refused[0]!.detail).toBe('28 of 42 rows')
  })

  test('an expiry whose quotes are no smile at all', () => {
    const strikes = [...new Set(whole.quotes.filter(({ expiry }) => expiry === broken).map(({ strike }) => strike))]
    const dear = new Set(strikes.filter((_, i) => i % 2 === 0))
    const surface = fitSurface(
      with_((quote) =>
        quote.expiry === broken && dear.has(quote.strike) && quote.bid
          ? { ...quote, bid: quote.bid * 1.8, ask: quote.ask! * 1.8 }
          : quote,
      ),
    )
    expectRefused(surface, 'poor-fit')
  })

  test('a snapshot cut in the middle keeps the expiries that arrived whole and refuses the others', () => {
    const cut = { ...whole, quotes: whole.quotes.slice(0, 42 * 3 + 25) }
    const surface = fitSurface(cut, { expectedRows: countRows(whole) })
    expect(surface.slices.map(({ expiry }) => expiry)).toEqual(DAYS.slice(0, 3).map(expiryAt))
    expect(surface.refused.map(({ reason }) => reason)).toEqual(['incomplete', 'incomplete', 'incomplete'])
    expectSound(surface)
  })
})

describe('dirt in single rows is counted and bends nothing', () => {
  test.each([
    ['missing bids', (quote: OptionQuote) => ({ ...quote, bid: null }), 'one-sided'],
    ['missing quotes', (quote: OptionQuote) => ({ ...quote, bid: undefined, ask: Number.NaN }), 'unquoted'],
    ['crossed quotes', (quote: OptionQuote) => ({ ...quote, bid: 0.2, ask: 0.1 }), 'crossed'],
    ['an ask of 8.9 coin', (quote: OptionQuote) => ({ ...quote, bid: 0.0265, ask: 8.9285 }), undefined],
    ['a strike of NaN', (quote: OptionQuote) => ({ ...quote, strike: Number.NaN }), 'malformed'],
    ['a negative bid', (quote: OptionQuote) => ({ ...quote, bid: -1 }), 'malformed'],
    ['an expiry in the past', (quote: OptionQuote) => ({ ...quote, expiry: TIME - 1 }), 'expired'],
    ['an expiry of NaN', (quote: OptionQuote) => ({ ...quote, expiry: Number.NaN }), 'malformed'],
  ] as const)('%s', (_, change, reason) => {
    const touched = whole.quotes.filter((_, i) => i % 9 === 4).length
    const surface = fitSurface(with_((quote, i) => (i % 9 === 4 ? change(quote) : quote)))
    expectSound(surface)
    expect(surface.slices.map(({ expiry }) => expiry)).toEqual(DAYS.map(expiryAt))
    expect(worstMiss(surface)).toBeLessThan(0.012)
    if (reason !== undefined) {
      const before = fitSurface(whole).rejections[reason]
      expect(surface.rejections[reason]).toBeGreaterThan(before)
      expect(surface.rejections[reason]).toBeLessThanOrEqual(before + touched)
    }
  })

  test('whatever is done to any rows, nothing throws and what comes out passes the checks', () => {
    const bad = fc.constantFrom(undefined, null, Number.NaN, 0, -1, 8.9285, 1e300, Number.POSITIVE_INFINITY)
    const edit = fc.record({ at: fc.nat(whole.quotes.length - 1), bid: bad, ask: bad, future: bad })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 120 }), (edits) => {
        const quotes = [...whole.quotes]
        for (const { at, ...change } of edits) quotes[at] = { ...quotes[at]!, ...change }
        expectSound(fitSurface({ ...whole, quotes }))
      }),
      { numRuns: 60 },
    )
  })

  test('a clock of NaN makes no slice', () => {
    const surface = fitSurface({ ...whole, time: Number.NaN })
    expect(surface.slices).toEqual([])
    expectSound(surface)
  })
})
