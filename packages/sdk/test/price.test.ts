import { signedFeedAbi } from '@keel/contracts/generated'
import { seriesId } from '@keel/model'
import type { Hex } from 'viem'
import {
  concat,
  decodeFunctionData,
  encodeAbiParameters,
  encodeErrorResult,
  encodeFunctionResult,
  hashDomain,
  keccak256,
  recoverAddress,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import type { MarketSnapshot, Reader, SignedPrice } from '../src/index.ts'
import {
  checkPrice,
  formatPrice,
  MalformedPriceError,
  parsePrice,
  prepareObserve,
  priceDigest,
  quoteOffline,
  signPrice,
  surfaceSigner,
  withPrice,
} from '../src/index.ts'
import { spotAt } from '../src/snapshot/spotAt.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'
import { EXPIRY, SNAPSHOT, SPOT, TAKEN } from './sampleSnapshot.ts'

const WAD = 10n ** 18n
const NOW = 1_774_000_000
const FEED = addressOf(9)
const accounts = [1, 2, 3].map((key) => privateKeyToAccount(toHex(key, { size: 32 })))
const signers = accounts.map((account) => surfaceSigner(account))
const price: SignedPrice = {
  chainId: 31_337,
  feed: FEED,
  decimals: 8,
  answer: 2_500_12_345_678n,
  signedAt: NOW - 2,
  signatures: [],
}

describe('the digest', () => {
  test('is that of EIP-712, spelt out', () => {
    const type = keccak256(toHex('PriceReport(int256 answer,uint40 signedAt)'))
    const word = { type: 'uint256' } as const
    const body = keccak256(
      encodeAbiParameters([{ type: 'bytes32' }, word, word], [type, price.answer, BigInt(price.signedAt)]),
    )
    const domain = hashDomain({
      domain: { name: 'Keel Price', version: '1', chainId: 31_337n, verifyingContract: FEED },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
          { name: 'verifyingContract', type: 'address' },
        ],
      },
    })
    expect(priceDigest(price)).toBe(keccak256(concat(['0x1901', domain, body])))
  })

  test('is another for another chain, feed, price and time', () => {
    const others = [{ chainId: 1 }, { feed: addressOf(8) }, { answer: 1n }, { signedAt: NOW }]
    expect(new Set([price, ...others.map((other) => ({ ...price, ...other }))].map(priceDigest)).size).toBe(5)
  })
})

test('signing adds each signer once, ascending', async () => {
  const once = await signPrice({ price, signers: [signers[2]!, signers[0]!] })
  const again = await signPrice({ price: once, signers: [signers[0]!, signers[1]!] })
  expect(again.signatures.map(({ signer }) => signer)).toEqual(
    accounts.map(({ address }) => address).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
  )
  for (const { signer, signature } of again.signatures)
    expect(await recoverAddress({ hash: priceDigest(price), signature })).toBe(signer)
})

describe('the file', () => {
  test('keeps a price without loss, signed or not', async () => {
    const signed = await signPrice({ price, signers })
    expect(parsePrice(formatPrice(signed))).toEqual(signed)
    const { signedAt: _, ...draft } = price
    expect(parsePrice(formatPrice(draft))).toEqual(draft)
    expect(JSON.parse(formatPrice(price)).price).toBe('2500.12345678')
  })

  const good = JSON.parse(formatPrice(price))
  const signature = { signer: FEED, signature: '0xab' }
  const { signedAt: _, ...open } = good
  test.each<[string, unknown]>([
    ['the file', 7],
    ['format', { ...good, format: 'other' }],
    ['chainId', { ...good, chainId: -1 }],
    ['feed', { ...good, feed: '0x12' }],
    ['decimals', { ...good, decimals: 19 }],
    ['price', { ...good, price: 2_500 }],
    ['price', { ...good, price: '-1' }],
    ['price', { ...good, price: '1.123456789' }],
    ['signedAt', { ...good, signedAt: 1.5 }],
    ['signedAt', { ...open, signatures: [signature] }],
    ['signatures', { ...good, signatures: 'none' }],
    ['signatures[0].signer', { ...good, signatures: [{ ...signature, signer: 'me' }] }],
    ['signatures[0].signature', { ...good, signatures: [{ ...signature, signature: 'ab' }] }],
  ])('is refused for its %s', (path, file) => {
    expect(() => parsePrice(JSON.stringify(file))).toThrow(MalformedPriceError)
    expect(() => parsePrice(JSON.stringify(file))).toThrow(`malformed: ${path} is not`)
  })

  test('is refused where it is not JSON', () => {
    expect(() => parsePrice('{')).toThrow('the file is not JSON')
  })
})

type Feed = { readonly latestAt?: number; readonly answer?: boolean | Hex }

function feedOf({ latestAt, answer = true }: Feed = {}): { readonly reader: Reader; readonly relayed: unknown[] } {
  const relayed: unknown[] = []
  const reader: Reader = async ({ to, data }) => {
    expect(to).toBe(FEED)
    const { functionName, args } = decodeFunctionData({ abi: signedFeedAbi, data })
    const give = (name: 'signerSet' | 'freshness' | 'latestRoundData' | 'relay', result: unknown): Hex =>
      encodeFunctionResult({ abi: signedFeedAbi, functionName: name, result: result as never })
    if (functionName === 'signerSet') return give('signerSet', [accounts.map(({ address }) => address), 2n])
    if (functionName === 'freshness') return give('freshness', 5n)
    if (functionName === 'latestRoundData') {
      if (latestAt === undefined) throw Object.assign(new Error('execution reverted'), { code: 3 })
      return give('latestRoundData', [1n, 1n, BigInt(latestAt), BigInt(latestAt), 1n])
    }
    relayed.push(args)
    if (typeof answer === 'string') throw Object.assign(new Error('execution reverted'), { data: answer })
    return give('relay', answer)
  }
  return { reader, relayed }
}

describe('checking a price', () => {
  const at = { chainId: 31_337, now: NOW }
  const signed = () => signPrice({ price, signers: [signers[0]!, signers[2]!] })

  test('finds one that would be stored, by the signatures of the feed’s signers alone', async () => {
    const stranger = surfaceSigner(privateKeyToAccount(toHex(9, { size: 32 })))
    const both = await signPrice({ price: await signed(), signers: [stranger] })
    const { reader, relayed } = feedOf()
    const check = await checkPrice(reader, { price: both, ...at })
    expect(check).toMatchObject({ outcome: 'stored', faults: [], threshold: 2 })
    expect(check.valid).toEqual((await signed()).signatures)
    expect(relayed).toHaveLength(1)
  })

  test.each([NOW - 2, NOW - 1])('finds one that the feed has, or has newer', async (latestAt) => {
    const { reader, relayed } = feedOf({ latestAt })
    expect(await checkPrice(reader, { price: await signed(), ...at })).toMatchObject({ outcome: 'known', faults: [] })
    expect(relayed).toEqual([])
  })

  test('names everything that is missing', async () => {
    const old = await signPrice({ price: { ...price, chainId: 1, signedAt: NOW - 6 }, signers: [signers[1]!] })
    const { outcome, faults } = await checkPrice(feedOf().reader, { price: old, ...at })
    expect(outcome).toBe('refused')
    expect(faults.map(({ kind, retryable }) => [kind, retryable])).toEqual([
      ['wrongChain', false],
      ['stale', false],
      ['tooFewSigners', false],
    ])
    const early = await signPrice({ price: { ...price, signedAt: NOW + 1 }, signers })
    expect((await checkPrice(feedOf().reader, { price: early, ...at })).faults).toMatchObject([
      { kind: 'fromFuture', retryable: true },
    ])
  })

  test('gives the contract’s own reason', async () => {
    const reason = encodeErrorResult({ abi: signedFeedAbi, errorName: 'BadSignature', args: [FEED] })
    const { outcome, faults } = await checkPrice(feedOf({ answer: reason }).reader, { price: await signed(), ...at })
    expect(outcome).toBe('refused')
    expect(faults).toMatchObject([{ kind: 'contract' }])
    expect(faults[0]!.text).toContain('BadSignature')
  })
})

test('a price goes ahead of what needs it', () => {
  const call = prepareObserve(DEPLOYMENT, 1)
  const [relay, ...rest] = withPrice(price, [call])
  expect(rest).toEqual([call])
  expect(relay!.to).toBe(FEED)
  expect(decodeFunctionData({ abi: signedFeedAbi, data: relay!.data }).args[0]).toEqual({
    answer: price.answer,
    signedAt: price.signedAt,
  })
})

describe('a snapshot of a market with a signed feed', () => {
  const withFeed = (quick: bigint, ago: number): MarketSnapshot => ({
    ...SNAPSHOT,
    sources: { ...SNAPSHOT.sources, quick: FEED, quickAge: 5, quickOutage: 600 },
    spot: { ...SNAPSHOT.spot, quick, quickUpdatedAt: quick === 0n ? 0 : TAKEN - ago },
  })
  const of = (percent: bigint): bigint => (SPOT * (1_000n + percent)) / 1_000n
  const [OPEN, WIDE, REDUCE, ATTACH] = [0, 1, 2, 3]

  test.each<[string, MarketSnapshot, number, { wad: bigint; signedAt: number } | undefined, [bigint, number, number]]>([
    ['its price', withFeed(of(1n), 2), 3, undefined, [of(1n), TAKEN - 2, OPEN]],
    ['one wide of the average', withFeed(of(4n), 0), 0, undefined, [of(4n), TAKEN, WIDE]],
    ['a price too old', withFeed(of(1n), 2), 4, undefined, [SPOT, TAKEN - 30, ATTACH]],
    ['a price too far', withFeed(of(16n), 0), 0, undefined, [SPOT, TAKEN - 30, ATTACH]],
    ['an outage', withFeed(of(1n), 0), 601, undefined, [SPOT, TAKEN - 30, REDUCE]],
    ['no price ever', withFeed(0n, 0), 0, undefined, [SPOT, TAKEN - 30, REDUCE]],
    ['one that is attached', withFeed(of(1n), 60), 4, { wad: of(2n), signedAt: TAKEN }, [of(2n), TAKEN, OPEN]],
    ['the first one', withFeed(0n, 0), 0, { wad: of(-2n), signedAt: TAKEN }, [of(-2n), TAKEN, OPEN]],
    ['one that is no newer', withFeed(of(1n), 0), 0, { wad: of(2n), signedAt: TAKEN }, [of(1n), TAKEN, OPEN]],
    ['an attached one that is old', withFeed(0n, 0), 7, { wad: SPOT, signedAt: TAKEN + 1 }, [SPOT, TAKEN - 30, ATTACH]],
  ])('trades on %s', (_, snapshot, later, attached, [mark, markUpdatedAt, mode]) => {
    expect(spotAt(snapshot, { at: TAKEN + later, price: attached })).toEqual({
      mark,
      average: SPOT,
      markUpdatedAt,
      mode,
    })
  })

  test('is as it was where there is none', () => {
    const attached = { wad: of(2n), signedAt: TAKEN }
    expect(spotAt(SNAPSHOT, { at: TAKEN, price: attached })).toEqual(SNAPSHOT.spot.read)
  })

  const legs = [{ series: seriesId({ market: 1, expiry: EXPIRY, strike: 2_500n * WAD, isCall: true }), size: WAD }]
  test('quotes at the attached price, and refuses without one', () => {
    const snapshot = withFeed(of(1n), 60)
    expect(() => quoteOffline(snapshot, { legs })).toThrow('SpotUnavailable')
    const attached = { wad: of(2n), signedAt: TAKEN }
    const dearer = quoteOffline(snapshot, { legs, price: attached })
    const level = quoteOffline(snapshot, { legs, price: { ...attached, wad: SPOT } })
    expect(dearer.parts.fair).toBeGreaterThan(level.parts.fair)
    expect(level.parts).toEqual(quoteOffline(SNAPSHOT, { legs }).parts)
  })
})
