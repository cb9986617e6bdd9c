import { seriesId } from '@keel/model'
import fc from 'fast-check'
import type { Hex } from 'viem'
import { concatHex, getContractAddress, keccak256, pad, recoverTypedDataAddress, stringToHex, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import type { Deployment, SignedQuote } from '../src/index.ts'
import { quoteDigest, quoteTypedData, signQuote, surfaceSigner } from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const WAD = 10n ** 18n
const MOST_TIME = 2 ** 40 - 1
const MOST_WORD = (1n << 256n) - 1n

const word = (value: number | bigint): Hex => toHex(BigInt.asUintN(256, BigInt(value)), { size: 32 })
const text = (value: string): Hex => keccak256(stringToHex(value))

const LEG = 'Leg(uint256 series,int256 size)'
const QUOTE =
  'SignedQuote(address maker,address taker,uint16 market,Leg[] legs,int256 price,uint256 spotFrom,uint256 spotTo,uint40 deadline,uint256 salt)'
const DOMAIN = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'

/** EIP-712 written out: "\x19\x01", the domain's hash, the message's hash. */
function handDigest(chainId: number, orders: Hex, q: SignedQuote): Hex {
  const domain = keccak256(
    concatHex([text(DOMAIN), text('Keel Orders'), text('1'), word(chainId), pad(orders, { size: 32 })]),
  )
  const legs = q.legs.map(({ series, size }) => keccak256(concatHex([text(LEG), word(series), word(size)])))
  const message = keccak256(
    concatHex([
      text(`${QUOTE}${LEG}`),
      pad(q.maker, { size: 32 }),
      pad(q.taker, { size: 32 }),
      word(q.market),
      keccak256(legs.length === 0 ? '0x' : concatHex(legs)),
      word(q.price),
      word(q.spotFrom),
      word(q.spotTo),
      word(q.deadline),
      word(q.salt),
    ]),
  )
  return keccak256(concatHex(['0x1901', domain, message]))
}

const at = (chainId: number, orders: Hex): Deployment => ({
  ...DEPLOYMENT,
  chainId,
  contracts: { ...DEPLOYMENT.contracts, orders },
})

const uint256 = fc.bigInt({ min: 0n, max: MOST_WORD })
const int256 = fc.bigInt({ min: -(1n << 255n), max: (1n << 255n) - 1n })
const account = fc.nat(2 ** 31).map(addressOf)
const quote: fc.Arbitrary<SignedQuote> = fc.record({
  maker: account,
  taker: account,
  market: fc.integer({ min: 0, max: 0xffff }),
  legs: fc.array(fc.record({ series: uint256, size: int256 }), { maxLength: 8 }),
  price: int256,
  spotFrom: uint256,
  spotTo: uint256,
  deadline: fc.integer({ min: 0, max: MOST_TIME }),
  salt: uint256,
})

/**
 * The vectors of `OrdersTest.test_TakesWhatTheLibrarySigns` and `test_HashesAsTheLibraryDoes`, which hold the same values,
 * digests and signature. The orders contract is the first that 0xdea1 creates on Base.
 */
const maker = privateKeyToAccount(text('maker'))
const vectorDeployment = at(8453, getContractAddress({ from: addressOf(0xdea1), nonce: 0n }))
const start = 1_800_000_000
const series = (strike: bigint, isCall: boolean) =>
  seriesId({ market: 1, expiry: start + 30 * 86_400, strike: strike * WAD, isCall })
const strangle: SignedQuote = {
  maker: maker.address,
  taker: addressOf(0x7ade),
  market: 1,
  legs: [
    { series: series(1_800n, false), size: 10n * WAD },
    { series: series(2_200n, true), size: 10n * WAD },
  ],
  price: 1_410_000_000n,
  spotFrom: 1_900n * WAD,
  spotTo: 2_100n * WAD,
  deadline: start + 60,
  salt: 7n,
}
/** Sold, paid by the vault, to anyone, at the ends of every type. */
const extreme: SignedQuote = {
  ...strangle,
  taker: addressOf(0),
  market: 0xffff,
  legs: [{ series: MOST_WORD, size: -(1n << 255n) }],
  price: -1n,
  spotFrom: 0n,
  spotTo: MOST_WORD,
  deadline: MOST_TIME,
  salt: MOST_WORD,
}

describe('quoteDigest', () => {
  test('is the EIP-712 digest of the quote for this chain and orders contract', () => {
    fc.assert(
      fc.property(quote, fc.nat(2 ** 31), account, (q, chainId, orders) => {
        expect(quoteDigest(at(chainId, orders), q)).toBe(handDigest(chainId, orders, q))
      }),
    )
  })

  test('is what the contract’s own tests hold', () => {
    expect(vectorDeployment.contracts.orders).toBe('0x1dBe6136c5d58b82d0c68714d6F48a09ED125835')
    expect(quoteDigest(vectorDeployment, strangle)).toBe(
      '0xbf38d23c7f3a9efcce5f1beb6284db2ee9144eefa9f94bb2d4022ce175e6cdca',
    )
    expect(quoteDigest(vectorDeployment, extreme)).toBe(
      '0x56642c5344582c2f5780ccf7c3a6979603ca3238be57911a3715d52e214d047d',
    )
  })

  test('changes with every field, with every leg and their order, with the chain and with the contract', () => {
    const [put, call] = strangle.legs
    const others: readonly Partial<SignedQuote>[] = [
      { maker: addressOf(1) },
      { taker: addressOf(1) },
      { market: 2 },
      { legs: [call!, put!] },
      { legs: [put!] },
      { legs: [{ ...put!, size: -put!.size }, call!] },
      { legs: [{ ...put!, series: put!.series + 1n }, call!] },
      { price: -strangle.price },
      { spotFrom: 1n },
      { spotTo: 1n },
      { deadline: 1 },
      { salt: 1n },
    ]
    const digests = [
      quoteDigest(vectorDeployment, strangle),
      quoteDigest({ ...vectorDeployment, chainId: 1 }, strangle),
      quoteDigest(DEPLOYMENT, strangle),
      ...others.map((other) => quoteDigest(vectorDeployment, { ...strangle, ...other })),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })
})

describe('a signature', () => {
  test('is of the digest, and what the contract’s own tests hold', async () => {
    const { signature } = await signQuote(vectorDeployment, { quote: strangle, signer: surfaceSigner(maker) })
    expect(signature).toBe(
      '0x9af7ece6618f1311338f62cada61642825277859dca36c581d2ce894749945e4263a97f999f370f6c6d92626c08553b947dc8cef7039ef06323f8edd4206d5c41b',
    )
  })

  test('is what a wallet makes of the typed data', async () => {
    const typedData = quoteTypedData(vectorDeployment, strangle)
    const { signature } = await signQuote(vectorDeployment, { quote: strangle, signer: surfaceSigner(maker) })
    expect(await maker.signTypedData(typedData)).toBe(signature)
    expect(await recoverTypedDataAddress({ ...typedData, signature })).toBe(maker.address)
  })
})
