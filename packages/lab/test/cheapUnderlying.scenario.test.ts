import { catalogueAbi } from '@keel/contracts/generated'
import { readContract } from '@keel/sdk'
import { afterEach, expect, test } from 'vitest'
import type { Chain } from '../src/index.ts'
import { createCast, foundKeel, MARKET, openChain, startAnvil } from '../src/index.ts'

/** Sizes follow from equity over spot: where the underlying is cheap they meet what a book can hold. */

const START = Date.UTC(2026, 2, 20, 9) / 1000
const WAD = 10n ** 18n

let chain: Chain | undefined

afterEach(() => chain?.close())

test('the default terms of a cheap underlying are taken, their sizes the most there are', async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, accounts: 11 }))
  const [spot, equity, poolDepth] = [WAD / 2n, 20_000_000n, 2_000_000n]
  const { deployment } = await foundKeel(chain, { cast: createCast(), time: START, spot, equity, poolDepth })
  const { read } = chain
  const limits = await readContract((call) => read({ ...call, timestamp: START }), {
    address: deployment.contracts.catalogue,
    abi: catalogueAbi,
    functionName: 'limits',
    args: [MARKET],
  })
  expect(limits).toMatchObject({
    maxTradeSize: 1_000_000n * WAD,
    maxSeriesSize: 1_000_000n * WAD,
    maxExpirySize: 2_000_000n * WAD,
  })
}, 120_000)
