import { catalogueAbi, surfaceOracleAbi } from '@keel/contracts/generated'
import { packSlice, sliceFieldFromFloat } from '@keel/model'
import fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { concatHex, decodeFunctionData, encodeErrorResult, encodeFunctionResult, parseAbi, recoverAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import type { Reader, ReportDraft, SignedReport, SliceReport, SurfaceSigner } from '../src/index.ts'
import {
  checkReport,
  completeReport,
  formatReport,
  MalformedReportError,
  parseReport,
  ReportRefusedError,
  readSurface,
  signReport,
  surfaceDigest,
  surfaceSigner,
  unsignedReport,
} from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const WAD = 10n ** 18n
const NOW = 1_774_000_000
const EXPIRY = 1_774_598_400
const ORACLE = DEPLOYMENT.contracts.surfaceOracle
const erc1271Abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])

const keys = [1, 2, 3].map(() => surfaceSigner(privateKeyToAccount(generatePrivateKey())))
const [first, second, third] = keys as [SurfaceSigner, SurfaceSigner, SurfaceSigner]
const stranger = surfaceSigner(privateKeyToAccount(generatePrivateKey()))
/** A signer that is a contract: it takes one signature only. */
const CONTRACT = addressOf(0x1271)
const CONTRACT_SIGNATURE: Hex = '0xc0de'

/** Every number is one that the oracle keeps. */
const slice = (changes: Partial<SliceReport> = {}): SliceReport => ({
  market: 1,
  expiry: EXPIRY,
  reportedAt: NOW,
  svi: 0x70000n,
  forwardRatio: WAD,
  spotAtReport: 2_500n << 60n,
  ...changes,
})

type Oracle = {
  readonly inForce?: Partial<SliceReport>
  /** What `relay` does once times and signatures are right. */
  readonly relay?: 'stored' | 'stops' | { readonly error: string; readonly args: readonly unknown[] }
}

/** An oracle of two of four signers; three for a large step. It refuses nothing on its own but what `relay` says. */
function oracleOf({ inForce = {}, relay = 'stored' }: Oracle = {}): Reader & { readonly relayed: unknown[] } {
  const abi = surfaceOracleAbi
  const relayed: unknown[] = []
  const reader: Reader = async ({ to, data }) => {
    if (to === CONTRACT) {
      const { args } = decodeFunctionData({ abi: erc1271Abi, data })
      const result = args[1] === CONTRACT_SIGNATURE ? '0x1626ba7e' : '0xffffffff'
      return encodeFunctionResult({ abi: erc1271Abi, functionName: 'isValidSignature', result })
    }
    if (to !== ORACLE) return '0x'
    const { functionName, args } = decodeFunctionData({ abi, data })
    if (functionName === 'signerSet') {
      const signers = [...keys.map(({ address }) => address), CONTRACT].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
      return encodeFunctionResult({ abi, functionName, result: [signers, 2n, 3n] })
    }
    if (functionName === 'params')
      return encodeFunctionResult({
        abi,
        functionName,
        result: { freshness: 60, grace: 120, maxStep: WAD / 10n },
      })
    if (functionName === 'slices') {
      const [, expiries] = args as readonly [number, readonly number[]]
      const empty = { svi: 0n, forwardRatio: 0n, spotAtReport: 0n, reportedAt: 0 }
      const { market: _, ...known } = inForce
      const result = expiries.map((expiry) => ({ ...empty, ...known, expiry }))
      return encodeFunctionResult({ abi, functionName, result })
    }
    relayed.push(args)
    if (typeof relay === 'string')
      return encodeFunctionResult({ abi, functionName: 'relay', result: relay === 'stored' })
    const cause = { code: 3, data: encodeErrorResult({ abi, errorName: relay.error, args: relay.args } as never) }
    throw Object.assign(new ReportRefusedError([]), { cause })
  }
  return Object.assign(reader, { relayed })
}

const signed = (reports: readonly SliceReport[], signers: readonly SurfaceSigner[]): Promise<SignedReport> =>
  signReport(DEPLOYMENT, { report: unsignedReport(DEPLOYMENT, reports), signers })

const check = (report: SignedReport, oracle: Oracle = {}, now = NOW + 5) =>
  checkReport(oracleOf(oracle), DEPLOYMENT, { report, now })

describe('signReport', () => {
  test('adds signatures that recover, ascending by address, and replaces a signer’s own', async () => {
    const one = await signed([slice()], [first])
    const all = await signReport(DEPLOYMENT, { report: one, signers: [third, second, first] })
    expect(all.signatures.map(({ signer }) => BigInt(signer))).toEqual(
      keys.map(({ address }) => BigInt(address)).sort((a, b) => (a < b ? -1 : 1)),
    )
    const hash = surfaceDigest(DEPLOYMENT, [slice()])
    for (const { signer, signature } of all.signatures) expect(await recoverAddress({ hash, signature })).toBe(signer)
  })

  test('signs nothing that was made for another chain or oracle', async () => {
    const report = { ...unsignedReport(DEPLOYMENT, [slice()]), chainId: 1, surfaceOracle: addressOf(9) }
    const error = await signReport(DEPLOYMENT, { report, signers: [first] }).catch((thrown: unknown) => thrown)
    expect((error as ReportRefusedError).faults.map(({ kind }) => kind)).toEqual(['wrongChain', 'wrongContract'])
  })
})

describe('checkReport', () => {
  test('of a good report is stored, with its signatures in order', async () => {
    const report = await signed([slice(), slice({ expiry: EXPIRY + 86_400 })], [second, first])
    expect(await check(report)).toMatchObject({ outcome: 'stored', faults: [], ignored: [] })
    const { signatures } = report
    const reversed = { ...report, signatures: signatures.toReversed() }
    const oracle = oracleOf()
    const { valid } = await checkReport(oracle, DEPLOYMENT, { report: reversed, now: NOW })
    expect(valid).toEqual(signatures)
    expect(oracle.relayed).toEqual([
      [report.reports, signatures.map(({ signer }) => signer), signatures.map(({ signature }) => signature)],
    ])
  })

  test('takes a contract’s signature by ERC-1271, and only the one it takes', async () => {
    const { reports, signatures, ...place } = await signed([slice()], [first])
    const withContract = (signature: Hex) => ({
      ...place,
      reports,
      signatures: [...signatures, { signer: CONTRACT, signature }],
    })
    expect(await check(withContract(CONTRACT_SIGNATURE))).toMatchObject({ outcome: 'stored' })
    expect(await check(withContract('0xdead'))).toMatchObject({
      outcome: 'refused',
      ignored: [{ signer: CONTRACT, reason: 'invalid' }],
    })
  })

  test('counts each signer once, and leaves out strangers and signatures of something else', async () => {
    const report = await signed([slice()], [first, stranger])
    const own = report.signatures.find(({ signer }) => signer === first.address)!
    const [other] = (await signed([slice({ svi: 8n })], [second])).signatures
    const { outcome, ignored, faults } = await check({ ...report, signatures: [...report.signatures, own, other!] })
    expect(outcome).toBe('refused')
    expect(ignored).toEqual(
      expect.arrayContaining([
        { signer: stranger.address, reason: 'noSigner' },
        { signer: first.address, reason: 'twice' },
        { signer: second.address, reason: 'invalid' },
      ]),
    )
    expect(faults.map(({ kind }) => kind)).toEqual(['tooFewSigners'])
    expect(faults[0]!.text).toMatch(/^1 of the 2 signatures it needs are valid\./)
    for (const missing of [second.address, third.address, CONTRACT]) expect(faults[0]!.text).toContain(missing)
    expect(faults[0]!.text.split('Still to sign')[1]).not.toContain(first.address)
  })

  test.each<readonly [string, readonly SliceReport[], Oracle, readonly string[]]>([
    ['too old', [slice({ reportedAt: NOW - 56 })], {}, ['stale']],
    ['as old as is taken', [slice({ reportedAt: NOW - 55 })], {}, []],
    ['from the future', [slice({ reportedAt: NOW + 6 })], {}, ['fromFuture']],
    ['of an expiry that has passed', [slice({ expiry: NOW + 5 })], {}, ['expired']],
    ['not newer', [slice()], { inForce: { reportedAt: NOW } }, ['notNewer']],
    ['of two markets', [slice(), slice({ market: 2, expiry: EXPIRY + 1 })], {}, ['mixedMarkets']],
    ['with an expiry twice', [slice(), slice()], {}, ['unordered']],
    ['of nothing', [], {}, ['noReports']],
    ['wrong in several ways', [slice({ reportedAt: 1 })], { inForce: { reportedAt: 2 } }, ['stale', 'notNewer']],
  ])('names everything that is wrong: %s', async (_, reports, oracle, kinds) => {
    const { faults, outcome } = await check(await signed(reports, [first, second]), oracle)
    expect(faults.map(({ kind }) => kind)).toEqual(kinds)
    expect(outcome).toBe(kinds.length === 0 ? 'stored' : 'refused')
  })

  test('is told by the oracle itself what of its shape is wrong, in numbers a person can look up', async () => {
    const report = await signed([slice()], [first, second])
    const args = [1, EXPIRY, EXPIRY + 86_400, -(1n << 62n)]
    const { faults } = await check(report, { relay: { error: 'CalendarArbitrage', args } })
    expect(faults).toMatchObject([{ kind: 'contract', retryable: false }])
    expect(faults[0]!.text).toBe(
      'CalendarArbitrage in 2026-03-27T08:00:00Z and 2026-03-28T08:00:00Z, first at log-moneyness -0.25. Fit it again.',
    )
    const soon = await check(report, { relay: { error: 'UpdateTooSoon', args: [1, EXPIRY, NOW + 99] } })
    expect(soon.faults).toMatchObject([{ kind: 'contract', retryable: true }])
    expect(soon.faults[0]!.text).toContain('It can go through from 2026-03-20T09:48:19Z on.')
  })

  test('tells a report that stops opening from one that is stored, and knows one that is in force', async () => {
    const report = await signed([slice()], [first, second])
    expect(await check(report, { relay: 'stops' })).toMatchObject({ outcome: 'stops', faults: [] })
    expect(await check(report, { inForce: slice() })).toMatchObject({ outcome: 'inForce', faults: [] })
    // in force, and long past the time in which it could be relayed
    expect(await check(report, { inForce: slice() }, NOW + 9_999)).toMatchObject({ outcome: 'inForce' })
    expect(await check(report, { inForce: slice({ svi: 0x80000n }) })).toMatchObject({ outcome: 'refused' })
    // signed finer than it is stored
    const { spotAtReport } = slice()
    const finer = { svi: 0x6ffffn, forwardRatio: WAD + 9n, spotAtReport: spotAtReport + 9n }
    const fine = await signed([slice(finer)], [first, second])
    expect(await check(fine, { inForce: slice() })).toMatchObject({ outcome: 'inForce' })
    const elsewhere = slice({ spotAtReport: spotAtReport + (1n << 50n) })
    expect(await check(report, { inForce: elsewhere })).toMatchObject({ outcome: 'refused' })
  })

  test('of another place is not looked at further', async () => {
    const report = { ...(await signed([slice()], [first, second])), chainId: 1 }
    expect((await check(report)).faults.map(({ kind }) => kind)).toEqual(['wrongChain'])
  })
})

describe('the file of a report', () => {
  const word = fc.bigInt({ min: 1n, max: (1n << 240n) - 1n })
  const price = fc.bigInt({ min: 1n, max: 1n << 96n })
  const time = fc.integer({ min: 0, max: 2 ** 40 - 1 })
  const report = fc.record({
    market: fc.integer({ min: 0, max: 0xffff }),
    expiry: time,
    reportedAt: time,
    svi: word,
    forwardRatio: price,
    spotAtReport: price,
  })
  const signature = fc.record({
    signer: fc.nat(2 ** 31).map((n): Address => addressOf(n)),
    signature: fc.uint8Array({ minLength: 65, maxLength: 65 }).map((bytes): Hex => {
      return concatHex([...bytes].map((byte): Hex => `0x${byte.toString(16).padStart(2, '0')}`))
    }),
  })

  test('says exactly what the report says', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 5 }), fc.array(signature, { maxLength: 3 }), (reports, signatures) => {
        const whole: ReportDraft = { ...unsignedReport(DEPLOYMENT, reports), signatures }
        expect(parseReport(formatReport(whole))).toEqual(whole)
      }),
    )
  })

  test('takes a slice as five numbers, and leaves out what is filled in when it is signed', () => {
    const svi = { a: 0.01, b: 0.2, rho: -0.3, m: 0.02, sigma: 0.4 }
    const text = JSON.stringify({
      format: 'keel-surface-report-1',
      chainId: DEPLOYMENT.chainId,
      surfaceOracle: ORACLE,
      reports: [{ market: 1, expiry: EXPIRY, svi, forwardRatio: '1.002' }],
    })
    const draft = parseReport(text)
    expect(completeReport(draft, { now: NOW, spot: 5n }).reports).toEqual([
      {
        market: 1,
        expiry: EXPIRY,
        reportedAt: NOW,
        spotAtReport: 5n,
        forwardRatio: 1_002n * 10n ** 15n,
        svi: packSlice({
          a: sliceFieldFromFloat(0.01),
          b: sliceFieldFromFloat(0.2),
          rho: sliceFieldFromFloat(-0.3),
          m: sliceFieldFromFloat(0.02),
          sigma: sliceFieldFromFloat(0.4),
        }),
      },
    ])
  })

  const good = () => JSON.parse(formatReport(unsignedReport(DEPLOYMENT, [slice()])))
  test.each<readonly [string, (root: ReturnType<typeof good>) => void, string]>([
    ['an expiry before 1970', (root) => (root.reports[0].expiry = -1), 'reports[0].expiry is not a whole number'],
    ['a market beyond 16 bits', (root) => (root.reports[0].market = 65_536), 'reports[0].market'],
    ['a price with a comma', (root) => (root.reports[0].spotAtReport = '2,500'), 'reports[0].spotAtReport'],
    ['a price below zero', (root) => (root.reports[0].forwardRatio = '-1'), 'reports[0].forwardRatio'],
    ['19 decimals', (root) => (root.reports[0].forwardRatio = '1.0000000000000000001'), 'a decimal text'],
    ['an svi too large', (root) => (root.reports[0].svi = { a: 200, b: 0, rho: 0, m: 0, sigma: 1 }), 'within ±128'],
    ['no oracle', (root) => delete root.surfaceOracle, 'surfaceOracle is not an address'],
    ['slices that are no list', (root) => (root.reports = {}), 'reports is not a list'],
    ['a signature that is no hex', (root) => (root.signatures = [{ signer: ORACLE, signature: 'x' }]), 'signatures[0]'],
  ])('with %s is refused by name', (_, change, says) => {
    const root = good()
    change(root)
    expect(() => parseReport(JSON.stringify(root))).toThrow(MalformedReportError)
    expect(() => parseReport(JSON.stringify(root))).toThrow(says)
  })
})

describe('readSurface', () => {
  const svi = packSlice({
    a: sliceFieldFromFloat(0.04),
    b: 0n,
    rho: 0n,
    m: 0n,
    sigma: sliceFieldFromFloat(0.1),
  })
  const YEAR = 365 * 86_400
  const [near, far] = [NOW + YEAR / 4, NOW + YEAR]
  /** Spread: one point, half a point per root year of age, a tenth of the move; both factors one. */
  const pricing = {
    ...Object.fromEntries(
      [
        ...['rate', 'hedgeCost', 'deltaCharge', 'vegaCharge', 'expiryVegaCharge', 'gammaCharge', 'utilisationCharge'],
        ...['utilisationKink', 'referenceVolatility', 'latency', 'hedgeCarry', 'collateralCarry', 'feeRate'],
        'minimumPremium',
        'flatDelta',
      ].map((name) => [name, 0n]),
    ),
    halfSpread: WAD / 100n,
    ageSpread: WAD / 2n,
    moveSpread: WAD / 10n,
    tenorKnots: [1, 2, 3, 4],
    tenorFactors: [WAD, WAD, WAD, WAD],
    deltaFactors: [WAD, WAD, WAD, WAD, WAD],
  }

  const readerOfSlices =
    (reportedAt: number): Reader =>
    async ({ to, data }) => {
      if (to === DEPLOYMENT.contracts.catalogue)
        return encodeFunctionResult({ abi: catalogueAbi, functionName: 'pricingParams', result: pricing as never })
      const abi = surfaceOracleAbi
      const { functionName } = decodeFunctionData({ abi, data })
      if (functionName === 'expiries') return encodeFunctionResult({ abi, functionName, result: [near, far] })
      if (functionName !== 'liveSlices') return oracleOf()({ to, data })
      const base = { svi, forwardRatio: WAD, spotAtReport: 2_000n * WAD }
      return encodeFunctionResult({
        abi,
        functionName,
        result: [
          { inForce: { ...base, expiry: near, reportedAt }, previous: [], openingStopped: true },
          {
            inForce: { ...base, expiry: far, reportedAt },
            previous: [{ ...base, expiry: far, reportedAt: reportedAt - 60 }],
            openingStopped: false,
          },
        ],
      })
    }

  test('gives age, volatility, half-spread at this spot and age, stops and slices in grace', async () => {
    const reportedAt = NOW - YEAR / 100
    const spot = 2_100n * WAD
    const view = await readSurface(readerOfSlices(reportedAt), DEPLOYMENT, { market: 1, spot, now: NOW })
    expect(view.rules).toMatchObject({ threshold: 2, stepThreshold: 3, freshnessSecs: 60, graceSecs: 120 })
    expect(view.slices.map(({ isStopped, inGrace }) => ({ isStopped, inGrace }))).toEqual([
      { isStopped: true, inGrace: [] },
      { isStopped: false, inGrace: [reportedAt - 60] },
    ])
    // total variance 0.04: a year at 20 %, a quarter at 40 %
    expect(view.slices.map(({ atmVolatility }) => Number(atmVolatility) / 1e18)).toEqual([
      expect.closeTo(0.4, 9),
      expect.closeTo(0.2, 9),
    ])
    const expected = 0.01 + 0.5 * Math.sqrt(1 / 100) + 0.1 * Math.log(2_100 / 2_000)
    for (const { halfSpread } of view.slices) expect(Number(halfSpread) / 1e18).toBeCloseTo(expected, 9)
  })

  test('gives no half-spread without a spot, and no slice that has expired', async () => {
    const view = await readSurface(readerOfSlices(NOW), DEPLOYMENT, { market: 1, spot: 0n, now: near })
    expect(view.slices.map(({ expiry, halfSpread }) => ({ expiry, halfSpread }))).toEqual([
      { expiry: far, halfSpread: undefined },
    ])
  })
})
