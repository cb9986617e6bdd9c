import { surfaceOracleAbi } from '@keel/contracts/generated'
import {
  nearestRatio,
  nearestSlice,
  nearestSpot,
  sliceFieldToFloat,
  unpackSlice,
  wadFromFloat,
  wadToFloat,
} from '@keel/model'
import { CORE_CONTRACTS, type Deployment, surfaceDigest } from '@keel/sdk'
import { type Address, decodeFunctionData, getAddress, type Hex, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import {
  type CollectedReport,
  collectSignatures,
  fitSurface,
  NotEnoughSignaturesError,
  packReport,
  prepareCollected,
  REVIEW_POLICY,
  type ReportSigner,
  reviewReport,
  surfaceAt,
  unpackFloats,
} from '../src/index.ts'
import { createFakeClock } from './fakeClock.ts'
import { chainOf, expiryAt, INDEX, TIME } from './syntheticChain.ts'

const MARKET = 3
const DAYS = [2, 5, 12]
const own = fitSurface({ ...chainOf(DAYS), index: INDEX })
const { slices } = surfaceAt(own, { time: TIME, expiries: DAYS.map(expiryAt) })
const reports = packReport(slices, { market: MARKET, reportedAt: TIME, spotAtReport: wadFromFloat(INDEX) })
const deployment: Deployment = {
  chainId: 31_337,
  contracts: Object.fromEntries(
    CORE_CONTRACTS.map((name, i) => [name, getAddress(toHex(i + 1, { size: 20 }))]),
  ) as Deployment['contracts'],
  asset: { address: getAddress(toHex(99, { size: 20 })), symbol: 'USDC', decimals: 6 },
  markets: [],
}

describe('packReport', () => {
  test('loses nothing of a rounded slice, and the contract nothing of what it writes, ascending in expiry', () => {
    const shuffled = packReport([...slices].reverse(), {
      market: MARKET,
      reportedAt: TIME,
      spotAtReport: wadFromFloat(1999.5),
    })
    shuffled.forEach((report, i) => {
      const { a, b, rho, m, sigma } = unpackSlice(report.svi)
      const float = sliceFieldToFloat
      expect({ a: float(a), b: float(b), rho: float(rho), m: float(m), sigma: float(sigma) }).toEqual(slices[i]!.svi)
      expect(unpackFloats(report.svi)).toEqual(slices[i]!.svi)
      expect(Math.abs(wadToFloat(report.forwardRatio) - slices[i]!.forwardRatio)).toBeLessThan(2 ** -27)
      expect(nearestSlice(report.svi)).toBe(report.svi)
      expect(nearestRatio(report.forwardRatio)).toBe(report.forwardRatio)
      expect(report).toMatchObject({ market: MARKET, expiry: slices[i]!.expiry, reportedAt: TIME })
      expect(report.spotAtReport).toBe(1_999_500_281_260_604_915_712n)
      expect(nearestSpot(report.spotAtReport)).toBe(report.spotAtReport)
    })
  })
})

describe('reviewReport', () => {
  const review = (change: Partial<(typeof reports)[0]> | undefined, surface = own) =>
    reviewReport(change === undefined ? reports : [reports[0]!, { ...reports[1]!, ...change }, reports[2]!], {
      market: MARKET,
      own: surface,
    })
  const shifted = (points: number) => {
    const { svi, expiry } = slices[1]!
    const years = (expiry - TIME) / (365 * 86_400)
    // w = σ²τ, so that dw = 2στ·dσ at σ of about 60 %
    return packReport([{ ...slices[1]!, svi: { ...svi, a: svi.a + 2 * 0.6 * years * (points / 100) } }], {
      market: MARKET,
      reportedAt: TIME,
      spotAtReport: wadFromFloat(INDEX),
    })[0]!
  }

  test('has nothing against what the signer sees itself', () => {
    expect(review(undefined)).toEqual([])
  })

  test('nor against what a signer sees a moment later, in other quotes of the same market', () => {
    const later = TIME + 20
    const other = fitSurface({ ...chainOf(DAYS, { time: later, spread: 0.0006 }), index: INDEX * 1.002 })
    expect(review(undefined, other)).toEqual([])
  })

  test.each([
    ['one vol point', 1, 0],
    ['five vol points', 5, 1],
    ['five vol points down', -5, 1],
  ])('a slice off by %s: %d → %d objections', (_, points, count) => {
    expect(review({ svi: shifted(points).svi })).toHaveLength(count)
  })

  test.each<[string, Partial<(typeof reports)[0]>, RegExp]>([
    ['a wrong forward', { forwardRatio: (reports[1]!.forwardRatio * 101n) / 100n }, /forward ratio/],
    ['a wrong spot', { spotAtReport: (reports[1]!.spotAtReport * 102n) / 100n }, /spot/],
    ['a spot of nothing', { spotAtReport: 0n }, /spot/],
    ['another market', { market: MARKET + 1 }, /market/],
    ['another time', { reportedAt: TIME - 1 }, /reported at/],
    ['an expiry the signer cannot see', { expiry: expiryAt(300) }, /no slice of its own/],
  ])('%s is objected to', (_, change, text) => {
    const objections = review(change)
    expect(objections).toHaveLength(1)
    expect(objections[0]).toMatch(text)
  })

  test('a report of another time than its own quotes, an empty one, and any without quotes of its own', () => {
    expect(review(undefined, { ...own, time: TIME + REVIEW_POLICY.mostApartSecs + 1 })).toHaveLength(1)
    expect(reviewReport([], { market: MARKET, own })).toEqual(['the report is empty'])
    expect(review(undefined, fitSurface({ time: TIME, quotes: [] }))).not.toEqual([])
  })
})

describe('collectSignatures', () => {
  const accounts = Array.from({ length: 4 }, () => privateKeyToAccount(generatePrivateKey()))
  const honest: readonly ReportSigner[] = accounts.map(({ address, sign }) => ({
    address,
    sign: (hash) => sign({ hash }),
  }))
  const [a, b, c, d] = honest as [ReportSigner, ReportSigner, ReportSigner, ReportSigner]
  const refuses = (signer: ReportSigner): ReportSigner => ({
    ...signer,
    sign: async () => {
      throw new RefusalError()
    },
  })
  const signersOf = (signatures: CollectedReport['signatures']) => new Set(signatures.map(({ signer }) => signer))
  const collect = (signers: readonly ReportSigner[], threshold = 2) =>
    collectSignatures(deployment, { reports, signers, threshold })

  test('gives signers ascending, each with its signature of the digest', async () => {
    const { chainId, surfaceOracle, signatures, absent } = await collect([d, b, a, c])
    expect([chainId, surfaceOracle]).toEqual([deployment.chainId, deployment.contracts.surfaceOracle])
    const order = signatures.map(({ signer }) => BigInt(signer))
    expect(order).toEqual([...order].sort((x, y) => (x < y ? -1 : 1)))
    expect(signersOf(signatures)).toEqual(new Set(accounts.map(({ address }) => address)))
    const digest = surfaceDigest(deployment, reports)
    for (const { signer, signature } of signatures)
      expect(signature).toBe(await accounts.find(({ address }) => address === signer)!.sign({ hash: digest }))
    expect(absent).toEqual([])
  })

  test('becomes the call that relays it', async () => {
    const collected = await collect([c, a])
    const { to, data } = prepareCollected(deployment, collected)
    expect(to).toBe(deployment.contracts.surfaceOracle)
    const { args } = decodeFunctionData({ abi: surfaceOracleAbi, data })
    expect(args).toEqual([
      reports,
      collected.signatures.map(({ signer }) => signer),
      collected.signatures.map(({ signature }) => signature),
    ])
  })

  test('does without those that refuse, and says why', async () => {
    const { signatures, absent } = await collect([a, refuses(b), c])
    expect(signersOf(signatures)).toEqual(new Set([a.address, c.address]))
    expect(absent).toEqual([{ signer: b.address, why: 'own volatility differs' }])
  })

  test('does without one that never answers', async () => {
    const clock = createFakeClock()
    const silent = { ...b, sign: () => new Promise<Hex>(() => {}) }
    const collecting = collectSignatures(deployment, { reports, signers: [a, silent, c], threshold: 2, clock })
    await clock.advance(10_000)
    const { signatures, absent } = await collecting
    expect(signatures).toHaveLength(2)
    expect(absent).toEqual([{ signer: b.address, why: 'no answer within 10000 ms' }])
  })

  test('leaves out signatures of another key or no signature at all: one wrong one would spoil the report', async () => {
    const impostor = { ...a, sign: b.sign }
    const babbler = { ...d, sign: async (): Promise<Hex> => '0x1234' }
    const { signatures, absent } = await collect([impostor, b, c, babbler])
    expect(signersOf(signatures)).toEqual(new Set([b.address, c.address]))
    expect(absent.map(({ signer }) => signer)).toEqual([a.address, d.address])
    expect(absent[0]!.why).toBe(`signed as ${b.address}`)
  })

  test('counts one signer once, however its address is written', async () => {
    const lower = { ...a, address: a.address.toLowerCase() as Address }
    await expect(collect([a, lower, a])).rejects.toBeInstanceOf(NotEnoughSignaturesError)
  })

  test('takes the answer of a contract, or of a key of its own process, as it is', async () => {
    for (const kind of ['contract', 'own'] as const) {
      const { signatures, absent } = await collect([{ address: a.address, kind, sign: async () => '0xabcd' }, b])
      expect(signatures).toContainEqual({ signer: a.address, signature: '0xabcd' })
      expect(absent).toEqual([])
    }
  })

  test('below the threshold there is no report, and the error names who is missing', async () => {
    const error = await collect([a, refuses(b), refuses(c)]).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(NotEnoughSignaturesError)
    expect(error).toMatchObject({ retryable: true })
    expect((error as Error).message).toContain('1 of 2 signatures')
    expect((error as Error).message).toContain(`${b.address}: own volatility differs`)
  })
})

class RefusalError extends Error {
  override readonly name = 'Test.RefusalError'
  constructor() {
    super('own volatility differs')
  }
}
