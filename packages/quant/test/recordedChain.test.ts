import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { calendarFaults, fitChain, sliceFaults, sviVolatility } from '../src/index.ts'
import { readChain } from '../study/readChain.ts'

const FILE = 'deribit-eth-chain-2026-02.csv.gz'
const found = [process.env.KEEL_MARKET, '../../../../shared/market', '../../../../../shared/market']
  .filter((directory) => directory !== undefined)
  .map((directory) => fileURLToPath(new URL(`${directory}/${FILE}`, import.meta.url)))
  .find(existsSync)

// Recorded market data is not part of the repository; without it the synthetic chains of chain.test.ts stand alone.
describe.skipIf(found === undefined)('a recorded ETH chain with its dirt', () => {
  const snapshots = found === undefined ? [] : readChain(found)
  const at = (time: string) =>
    snapshots.find((snapshot) => new Date(snapshot.time * 1000).toISOString().startsWith(time))!

  // The put is in the money, so its strike is read from the call; the ask must not reach the forward by parity either.
  test('an ask of 8.9 coin moves neither the smile nor the forward', () => {
    const snapshot = at('2026-02-24T09:43')
    const surface = fitChain(snapshot)
    const expiry = Date.UTC(2026, 1, 27, 8) / 1000
    const fitted = surface.expiries.find((one) => one.expiry === expiry)!
    const clean = snapshot.quotes.filter(({ ask }) => !(ask! > 8))
    expect(clean.length).toBeLessThan(snapshot.quotes.length)
    const without = fitChain({ ...snapshot, quotes: clean }).expiries.find((one) => one.expiry === expiry)!
    expect(Math.abs(fitted.forward / without.forward - 1)).toBeLessThan(1e-4)
    expect(fitted.quotes.length).toBe(without.quotes.length)
    expect(surface.expiries.flatMap(({ quotes }) => quotes).every(({ askVolatility }) => askVolatility < 5)).toBe(true)
  })

  test('puts asked 0.94 to 1.39 coin in the middle of a crash are too wide to read', () => {
    const surface = fitChain(at('2026-02-05T15:51'))
    expect(surface.rejections.wide).toBeGreaterThan(3)
    expect(surface.rejectedExpiries.filter(({ quotes }) => quotes >= 8)).toEqual([])
  })

  test('every tenth snapshot gives a surface without arbitrage near its quotes, and accounts for every row', () => {
    for (const snapshot of snapshots.filter((_, i) => i % 10 === 0)) {
      const surface = fitChain(snapshot)
      const rejected = Object.values(surface.rejections).reduce((a, b) => a + b, 0)
      expect(surface.used + rejected).toBe(snapshot.quotes.length)
      const misses: number[] = []
      surface.expiries.forEach(({ slice, years, quotes }, i) => {
        expect(sliceFaults(slice)).toEqual([])
        const earlier = surface.expiries[i - 1]?.slice
        if (earlier !== undefined) expect(calendarFaults({ earlier, later: slice })).toEqual([])
        for (const { k, midVolatility } of quotes)
          misses.push(Math.abs(sviVolatility(slice, { k, years }) - midVolatility))
      })
      misses.sort((a, b) => a - b)
      expect(misses[misses.length >> 1]).toBeLessThan(0.005)
    }
  })
})
