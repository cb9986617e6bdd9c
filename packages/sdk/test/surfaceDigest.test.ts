import fc from 'fast-check'
import type { Hex } from 'viem'
import { concatHex, keccak256, pad, stringToHex, toHex } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Deployment, SliceReport } from '../src/index.ts'
import { surfaceDigest } from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const word = (value: number | bigint): Hex => toHex(value, { size: 32 })
const text = (value: string): Hex => keccak256(stringToHex(value))

const SLICE =
  'SliceReport(uint16 market,uint40 expiry,uint40 reportedAt,uint256 svi,uint256 forwardRatio,uint256 spotAtReport)'
const DOMAIN = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'

/** EIP-712 written out: "\x19\x01", the domain's hash, the message's hash. */
function handDigest(chainId: number, oracle: Hex, reports: readonly SliceReport[]): Hex {
  const domain = keccak256(
    concatHex([text(DOMAIN), text('Keel Surface'), text('1'), word(chainId), pad(oracle, { size: 32 })]),
  )
  const slices = reports.map((r) =>
    keccak256(
      concatHex([
        text(SLICE),
        word(r.market),
        word(r.expiry),
        word(r.reportedAt),
        word(r.svi),
        word(r.forwardRatio),
        word(r.spotAtReport),
      ]),
    ),
  )
  const list = keccak256(slices.length === 0 ? '0x' : concatHex(slices))
  const message = keccak256(concatHex([text(`SurfaceReport(SliceReport[] slices)${SLICE}`), list]))
  return keccak256(concatHex(['0x1901', domain, message]))
}

const seconds = fc.integer({ min: 0, max: 2 ** 40 - 1 })
const uint256 = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })
const report: fc.Arbitrary<SliceReport> = fc.record({
  market: fc.integer({ min: 0, max: 0xffff }),
  expiry: seconds,
  reportedAt: seconds,
  svi: uint256,
  forwardRatio: uint256,
  spotAtReport: uint256,
})

describe('surfaceDigest', () => {
  test('is the EIP-712 digest of the reports for this chain and oracle', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 8 }), fc.nat(2 ** 31), fc.nat(2 ** 31), (reports, chainId, oracle) => {
        const surfaceOracle = addressOf(oracle)
        const deployment: Deployment = {
          ...DEPLOYMENT,
          chainId,
          contracts: { ...DEPLOYMENT.contracts, surfaceOracle },
        }
        expect(surfaceDigest(deployment, reports)).toBe(handDigest(chainId, surfaceOracle, reports))
      }),
    )
  })

  test('changes with every field, with the order, with the chain and with the oracle', () => {
    const one: SliceReport = { market: 1, expiry: 2, reportedAt: 3, svi: 4n, forwardRatio: 5n, spotAtReport: 6n }
    const two = { ...one, expiry: 7 }
    const digests = [
      surfaceDigest(DEPLOYMENT, [one, two]),
      surfaceDigest(DEPLOYMENT, [two, one]),
      surfaceDigest(DEPLOYMENT, [one]),
      surfaceDigest({ ...DEPLOYMENT, chainId: 1 }, [one]),
      surfaceDigest({ ...DEPLOYMENT, contracts: { ...DEPLOYMENT.contracts, surfaceOracle: addressOf(9) } }, [one]),
      ...Object.keys(one).map((key) => {
        const value = one[key as keyof SliceReport]
        return surfaceDigest(DEPLOYMENT, [{ ...one, [key]: typeof value === 'bigint' ? value + 10n : value + 10 }])
      }),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })
})
