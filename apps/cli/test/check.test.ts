import type { MarketSnapshot, quoteOffline } from '@keel/sdk'
import { expect, test } from 'vitest'
import { MovingChainError, QuotesDifferError } from '../src/snapshot/errors.ts'
import { readTogether } from '../src/snapshot/readTogether.ts'
import { requireSame } from '../src/snapshot/requireSame.ts'

// That both agree where nothing is wrong is shown on a chain, in scenario.test.ts.

const book = { delta: 2n, gamma: 3n, vega: 4n, requiredMargin: 6n }
const parts = {
  fair: 7n,
  potential: 8n,
  spread: 9n,
  latency: 10n,
  carry: 11n,
  fee: 12n,
  clamp: 13n,
  net: 70n,
  skewAfter: 14n,
}
const quoted = { netCash: 15n, parts, before: book, afterwards: book }
const computed: quoteOffline.ReturnType = { ...quoted, callDelta: [], collateral: [] }

test('the same figures pass, whatever else the model knows', () => {
  expect(requireSame(quoted, computed)).toBe(computed)
})

test('any figure that differs by one unit is named, with both values', () => {
  const differing = [
    { ...computed, netCash: 16n },
    ...Object.entries(parts).map(([name, value]) => ({ ...computed, parts: { ...parts, [name]: value + 1n } })),
    ...Object.entries(book).map(([name, value]) => ({ ...computed, before: { ...book, [name]: value - 1n } })),
    ...Object.entries(book).map(([name, value]) => ({ ...computed, afterwards: { ...book, [name]: value + 1n } })),
  ]
  for (const model of differing) expect(() => requireSame(quoted, model)).toThrow(QuotesDifferError)
  expect(() => requireSame(quoted, { ...computed, parts: { ...parts, carry: 12n } })).toThrow(
    'The chain says parts.carry 11, the model 12.',
  )
})

/** A chain whose next blocks these are; it answers with the number of the block it is at. */
function chainOf(...blocks: readonly bigint[]) {
  let at = 0
  const next = async () => blocks[Math.min(at++, blocks.length - 1)]!
  return {
    ask: next,
    take: async () => ({ blockNumber: await next() }) as MarketSnapshot,
  }
}

test('a quote is checked against the state of its own block', async () => {
  const still = await readTogether(chainOf(1n))
  expect(still).toEqual({ answer: 1n, snapshot: { blockNumber: 1n } })
  // The first snapshot is of block 1; the first quote falls before block 3, the second does not.
  expect(await readTogether(chainOf(1n, 2n, 3n, 3n, 3n))).toEqual({ answer: 3n, snapshot: { blockNumber: 3n } })
})

test('a chain that never stands still is left alone', async () => {
  await expect(readTogether(chainOf(...Array.from({ length: 20 }, (_, i) => BigInt(i))))).rejects.toThrow(
    MovingChainError,
  )
})
