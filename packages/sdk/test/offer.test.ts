import { catalogueAbi, clearingAbi, marketAbi, ordersAbi, spotOracleAbi } from '@keel/contracts/generated'
import { PartLeavesWordError, seriesId } from '@keel/model'
import fc from 'fast-check'
import type { Abi, Address, Hex } from 'viem'
import { decodeFunctionData, encodeErrorResult, encodeFunctionResult, erc20Abi, parseAbi, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import type { QuoteFault, Reader, SignedQuote } from '../src/index.ts'
import {
  ContractError,
  checkQuote,
  faultsBeyondApproval,
  formatOffer,
  MalformedOfferError,
  offerOf,
  offerPlaceFaults,
  parseOffer,
  partOf,
  prepareCancel,
  prepareFill,
  QuoteRefusedError,
  quoteDigest,
  signQuote,
  surfaceSigner,
} from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const WAD = 10n ** 18n
const NOW = 1_774_000_000
const EXPIRY = 1_774_598_400
const SPOT = 2_500n * WAD
const maker = privateKeyToAccount(toHex(1, { size: 32 }))
const TAKER = addressOf(0x7ade)
const { contracts, asset } = DEPLOYMENT
const seriesOf = (strike: bigint) => seriesId({ market: 1, expiry: EXPIRY, strike: strike * WAD, isCall: true })
const [BOUGHT, SOLD] = [seriesOf(2_500n), seriesOf(2_700n)]
const quote: SignedQuote = {
  maker: maker.address,
  taker: TAKER,
  market: 1,
  legs: [
    { series: BOUGHT, size: 10n * WAD },
    { series: SOLD, size: -5n * WAD },
  ],
  price: 1_000_000_001n,
  spotFrom: 2_400n * WAD,
  spotTo: 2_600n * WAD,
  deadline: NOW + 60,
  salt: 7n,
}
const signed = (of: SignedQuote = quote) => signQuote(DEPLOYMENT, { quote: of, signer: surfaceSigner(maker) })

describe('a part', () => {
  test('is its share of every leg, and of the price rounded towards the vault', () => {
    expect(partOf(quote, WAD)).toEqual({ legs: quote.legs, price: quote.price })
    expect(partOf(quote, WAD / 5n)).toEqual({
      legs: [
        { series: BOUGHT, size: 2n * WAD },
        { series: SOLD, size: -WAD },
      ],
      price: 200_000_001n,
    })
    expect(partOf({ ...quote, price: -1_000_000_001n }, WAD / 5n).price).toBe(-200_000_000n)
  })

  test('and the rest cost no less together than the whole, and no more than a unit beyond', () => {
    const price = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
    fc.assert(
      fc.property(price, fc.bigInt({ min: 1n, max: 999n }), (whole, thousandths) => {
        const parts = [thousandths, 1_000n - thousandths].map((n) => (n * WAD) / 1_000n)
        const sum = parts.reduce((paid, share) => paid + partOf({ ...quote, price: whole }, share).price, 0n)
        expect(sum - whole === 0n || sum - whole === 1n).toBe(true)
      }),
    )
  })

  test.each<[string, bigint, readonly unknown[]]>([
    ['NothingToFill', 0n, []],
    ['OverFilled', WAD + 1n, [0n, WAD + 1n]],
    ['PartNotWholeLots', WAD / 3n, [BOUGHT, 10n * WAD]],
  ])('is refused with %s, as by the contract', (contractError, share, operands) => {
    const ask = () => partOf(quote, share)
    expect(ask).toThrow(ContractError)
    expect(ask).toThrow(expect.objectContaining({ contractError, operands }))
  })

  test('is none where the contract panics', () => {
    expect(() => partOf({ ...quote, price: 1n << 200n }, WAD)).toThrow(PartLeavesWordError)
  })
})

describe('calls', () => {
  test('say the quote as it was signed', async () => {
    const { signature } = await signed()
    const fill = prepareFill(DEPLOYMENT, { quote, signature, share: WAD / 5n })
    expect(fill.to).toBe(contracts.orders)
    expect(decodeFunctionData({ abi: ordersAbi, data: fill.data })).toEqual({
      functionName: 'fill',
      args: [quote, signature, WAD / 5n],
    })
    const cancel = prepareCancel(DEPLOYMENT, quote)
    expect(cancel.to).toBe(contracts.orders)
    expect(decodeFunctionData({ abi: ordersAbi, data: cancel.data })).toEqual({ functionName: 'cancel', args: [quote] })
  })
})

describe('the file', () => {
  const offerFor = async (of: SignedQuote = quote) => offerOf(DEPLOYMENT, await signed(of))

  test('keeps an offer without loss', async () => {
    const most = (1n << 256n) - 1n
    const odd: Partial<SignedQuote>[] = [
      { price: -1n },
      { legs: [] },
      { price: -(1n << 255n), spotTo: most, salt: most, deadline: 2 ** 40 - 1 },
      { legs: [{ series: SOLD, size: -(1n << 255n) }], spotFrom: 0n, salt: 0n },
    ]
    for (const change of [{}, ...odd]) {
      const offer = await offerFor({ ...quote, ...change })
      expect(parseOffer(formatOffer(offer))).toEqual(offer)
    }
  })

  test('reads as people write', async () => {
    const { format, quote: written } = JSON.parse(formatOffer(await offerFor()))
    expect(format).toBe('keel-offer-1')
    expect(written).toMatchObject({ price: '1000.000001', spotFrom: '2400', salt: '0x7' })
    expect(written.legs).toMatchObject([{ size: '10' }, { size: '-5' }])
  })

  test('is refused for each field that is not as it should be', async () => {
    const good = JSON.parse(formatOffer(await offerFor()))
    const [leg] = good.quote.legs
    const legs = (change: object) => ({ quote: { ...good.quote, legs: [{ ...leg, ...change }] } })
    const terms = (change: object) => ({ quote: { ...good.quote, ...change } })
    const bad: readonly (readonly [string, unknown])[] = [
      ['the file', 7],
      ['format', { ...good, format: 'keel-price-report-1' }],
      ['chainId', { ...good, chainId: -1 }],
      ['orders', { ...good, orders: '0x12' }],
      ['decimals', { ...good, decimals: 19 }],
      ['signature', { ...good, signature: 'ab' }],
      ['signature', { ...good, signature: `${good.signature}0` }],
      ['quote', { ...good, quote: [] }],
      ['quote.maker', { ...good, ...terms({ maker: 'me' }) }],
      ['quote.taker', { ...good, ...terms({ taker: undefined }) }],
      ['quote.market', { ...good, ...terms({ market: 65_536 }) }],
      ['quote.legs', { ...good, ...terms({ legs: {} }) }],
      ['quote.legs[0]', { ...good, ...terms({ legs: [1] }) }],
      ['quote.legs[0].series', { ...good, ...legs({ series: '0x12' }) }],
      ['quote.legs[0].series', { ...good, ...legs({ series: '12' }) }],
      ['quote.legs[0].series', { ...good, ...terms({ market: 2 }) }],
      ['quote.legs[0].size', { ...good, ...legs({ size: 10 }) }],
      ['quote.legs[0].size', { ...good, ...legs({ size: '1.0000000000000000001' }) }],
      ['quote.price', { ...good, ...terms({ price: '1.0000001' }) }],
      ['quote.price', { ...good, ...terms({ price: `${1n << 255n}` }) }],
      ['quote.price', { ...good, ...terms({ price: '1e3' }) }],
      ['quote.spotFrom', { ...good, ...terms({ spotFrom: '-1' }) }],
      ['quote.spotTo', { ...good, ...terms({ spotTo: `${1n << 255n}` }) }],
      ['quote.deadline', { ...good, ...terms({ deadline: 2 ** 40 }) }],
      ['quote.salt', { ...good, ...terms({ salt: `0x1${'0'.repeat(64)}` }) }],
      ['quote.salt', { ...good, ...terms({ salt: 7 }) }],
    ]
    for (const [path, file] of bad) {
      const read = () => parseOffer(JSON.stringify(file))
      expect(read, path).toThrow(MalformedOfferError)
      expect(read, path).toThrow(`malformed: ${path} is not`)
    }
    expect(() => parseOffer('{')).toThrow('the file is not JSON')
  })

  test('says where it was made for', async () => {
    const offer = await offerFor()
    expect(offerPlaceFaults(DEPLOYMENT, offer)).toEqual([])
    const elsewhere = { ...offer, chainId: 1, orders: addressOf(1), decimals: 18 }
    const kinds = offerPlaceFaults(DEPLOYMENT, elsewhere).map(({ kind }) => kind)
    expect(kinds).toEqual(['wrongChain', 'wrongContract', 'wrongDecimals'])
  })
})

/** A chain on which a fill of a fifth goes through, but for what is said otherwise. */
type World = {
  readonly filled?: bigint
  readonly isMaker?: boolean
  readonly approves?: boolean
  readonly module?: Address
  readonly mark?: bigint
  readonly ordersOf?: Address
  readonly netCash?: bigint | Hex
  readonly allowance?: bigint
  readonly balance?: bigint
  readonly longs?: bigint
  readonly fills?: Hex
  readonly modules?: Hex
}

const erc1271Abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
const tokenAbi = parseAbi(['error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)'])
const oracle = addressOf(0x3001)
const reverted = (data: Hex) => Object.assign(new Error('execution reverted'), { code: 3, data })

function chainOf(world: World): { readonly reader: Reader; readonly simulated: readonly unknown[] } {
  const simulated: unknown[] = []
  const book = { delta: 0n, gamma: 0n, vega: 0n, requiredMargin: 0n }
  const parts = {
    fair: 0n,
    potential: 0n,
    spread: 0n,
    latency: 0n,
    carry: 0n,
    fee: 0n,
    clamp: 0n,
    net: 0n,
    skewAfter: 0n,
  }
  const limits = Object.fromEntries(
    catalogueAbi
      .find((item) => item.type === 'function' && item.name === 'limits')!
      .outputs[0]!.components.map(({ name }) => [name, name === 'quoteDistance' ? WAD / 100n : 0n]),
  )
  const module = world.module ?? contracts.orders
  const answers: Readonly<Record<Address, readonly [Abi, Readonly<Record<string, unknown>>]>> = {
    [contracts.orders]: [ordersAbi, { filled: world.filled ?? 0n, isMaker: world.isMaker ?? true, fill: 1n }],
    [contracts.catalogue]: [
      catalogueAbi,
      {
        modules: {
          pricer: oracle,
          spotOracle: oracle,
          surfaceOracle: oracle,
          settlementOracle: oracle,
          orders: module,
        },
        limits,
      },
    ],
    [oracle]: [spotOracleAbi, { read: { mark: world.mark ?? SPOT, average: SPOT, markUpdatedAt: NOW, mode: 0 } }],
    [contracts.market]: [
      marketAbi,
      { quote: { netCash: world.netCash ?? 200_000_000n, parts, before: book, afterwards: book } },
    ],
    [contracts.clearing]: [
      clearingAbi,
      { ordersOf: world.ordersOf ?? contracts.orders, balanceOf: world.longs ?? WAD },
    ],
    [asset.address]: [erc20Abi, { allowance: world.allowance ?? 10n ** 12n, balanceOf: world.balance ?? 10n ** 12n }],
  }
  const reader: Reader = async ({ to, data, from }) => {
    const known = answers[to]
    if (!known) {
      if (world.approves === undefined) return '0x'
      const result = world.approves ? '0x1626ba7e' : '0xffffffff'
      return encodeFunctionResult({ abi: erc1271Abi, functionName: 'isValidSignature', result })
    }
    const [abi, of] = known
    const { functionName, args } = decodeFunctionData({ abi, data })
    if (functionName === 'fill') {
      simulated.push([from, ...args!])
      if (world.fills) throw reverted(world.fills)
    }
    if (functionName === 'modules' && world.modules) throw reverted(world.modules)
    if (functionName === 'quote' && typeof world.netCash === 'string') throw reverted(world.netCash)
    return encodeFunctionResult({ abi, functionName, result: of[functionName] } as never)
  }
  return { reader, simulated }
}

describe('checking a quote', () => {
  const check = async (world: World = {}, change: Partial<checkQuote.Parameters> = {}) =>
    checkQuote(chainOf(world).reader, DEPLOYMENT, {
      ...(await signed()),
      share: WAD / 5n,
      taker: TAKER,
      now: NOW,
      ...change,
    })
  const kinds = ({ faults }: { readonly faults: readonly QuoteFault[] }) => faults.map(({ kind }) => kind)

  test('finds one that fills, asks the contract itself as the taker, and says what it trades', async () => {
    const { reader, simulated } = chainOf({})
    const { signature } = await signed()
    const asked = { quote, signature, share: WAD / 5n, taker: TAKER, now: NOW }
    expect(await checkQuote(reader, DEPLOYMENT, asked)).toEqual({
      outcome: 'fills',
      faults: [],
      simulated: 'whole',
      digest: quoteDigest(DEPLOYMENT, quote),
      filled: 0n,
      part: partOf(quote, WAD / 5n),
      // 3 options of 2,500 at 1 %
      model: { netCash: 200_000_000n, distance: 75_000_000n },
    })
    expect(simulated).toEqual([[TAKER, quote, signature, WAD / 5n]])
  })

  test.each<[string, World, Partial<checkQuote.Parameters>, RegExp]>([
    ['expired', {}, { now: NOW + 61 }, /held until 2026-03-20T09:47:40Z/],
    ['wrongTaker', {}, { taker: addressOf(1) }, /not for 0x0{39}1/],
    ['notMaker', { isMaker: false }, {}, /does not allow/],
    ['badSignature', {}, { signature: '0x' }, /not of 0x/],
    ['badSignature', {}, { quote: { ...quote, salt: 8n } }, /sign for this chain/],
    ['badSignature', { approves: false }, { signature: '0x12' }, /not of 0x/],
    ['badSignature', { approves: false }, {}, /not of 0x/], // of its key, but it has code, and that says no
    ['nothingToFill', {}, { share: 0n }, /greater/],
    ['overFilled', { filled: (9n * WAD) / 10n }, {}, /^10 % of it is left, 20 % is asked for/],
    ['overFilled', {}, { share: WAD + 1n }, /^100 % of it is left, 100\.0000000000000001 %/],
    ['overFilled', { filled: WAD }, {}, /cancelled/],
    ['notWholeLots', {}, { share: WAD / 3n }, new RegExp(`0x${BOUGHT.toString(16)}, 0x${SOLD.toString(16)}`)],
    [
      'outsideBand',
      { mark: 2_600n * WAD + 1n },
      {},
      /Spot is 2600\.000000000000000001, and it fills from 2400 to 2600/,
    ],
    ['outsideBand', { mark: 2_400n * WAD - 1n }, {}, /Spot is 2399\.9/],
    ['notModule', { module: addressOf(2) }, {}, /of 0x0{39}2 only/],
    ['notAllowed', { ordersOf: addressOf(0) }, {}, /prepareAllowOrders/],
    [
      'tooFar',
      { netCash: 275_000_002n },
      {},
      /^Its price is 200\.000001 USDC, the market's own 275\.000002 USDC: .* 75 USDC/,
    ],
    ['tooFar', { netCash: 125_000_000n }, {}, /125 USDC/],
    ['allowance', { allowance: 200_000_000n }, {}, /may take 200 USDC\. .* after payment is seen only then/],
    ['cash', { balance: 0n }, {}, /has 0 USDC/],
    ['options', { longs: WAD - 1n }, {}, /^It sells 1 of/],
  ])('refuses one for %s alone', async (kind, world, change, words) => {
    const { reader, simulated } = chainOf(world)
    const asked = { ...(await signed()), share: WAD / 5n, taker: TAKER, now: NOW, ...change }
    const found = await checkQuote(reader, DEPLOYMENT, asked)
    expect(kinds(found)).toEqual([kind])
    expect(found.outcome).toBe('refused')
    expect(found.faults[0]!.text).toMatch(words)
    expect(found.faults[0]!.retryable).toBe(kind === 'outsideBand')
    expect(simulated).toHaveLength(kind === 'allowance' ? 1 : 0)
  })

  test('looks beyond an approval that is missing, and takes what the token says of it for that', async () => {
    const words = parseAbi(['error Error(string)'])
    const short = encodeErrorResult({ abi: tokenAbi, errorName: 'ERC20InsufficientAllowance', args: [TAKER, 0n, 1n] })
    const spoken = encodeErrorResult({ abi: words, errorName: 'Error', args: ['transfer amount exceeds allowance'] })
    const paused = encodeErrorResult({ abi: marketAbi, errorName: 'MarketPaused', args: [1, 2] })
    for (const fills of [short, spoken, '0xdeadbeef'] as const) {
      const found = await check({ allowance: 0n, fills })
      expect(kinds(found)).toEqual(['allowance'])
      expect(faultsBeyondApproval(found)).toEqual([])
      expect(found.simulated).toBe('untilPayment')
    }
    expect(kinds(await check({ allowance: 0n, fills: paused }))).toEqual(['allowance', 'contract'])
    expect((await check({ allowance: 0n })).simulated).toBe('whole')
    expect(kinds(await check({ fills: short }))).toEqual(['contract'])
    await expect(check({ fills: '0xdeadbeef' })).rejects.toThrow('execution reverted')
  })

  test('names the module whose place the orders module would take', async () => {
    const found = await check({ ordersOf: addressOf(9), allowance: 0n, fills: '0xdeadbeef' })
    expect(kinds(found)).toEqual(['notAllowed', 'allowance'])
    expect(found.faults[0]!.text).toContain(`That ends the leave of ${addressOf(9)}, another module.`)
    expect(found).toMatchObject({ replaces: addressOf(9), simulated: 'not' })
    const none = await check({ ordersOf: addressOf(0) })
    expect(none.faults[0]!.text).toMatch(/--allow-orders\.$/)
    for (const each of [none, await check()]) expect(each.replaces).toBeUndefined()
  })

  test.each<[string, World, Partial<checkQuote.Parameters>]>([
    ['in its last second', {}, { now: NOW + 60 }],
    ['at the lower end of the band', { mark: 2_400n * WAD, netCash: 200_000_001n - 72_000_000n }, {}],
    ['at the upper end of the band', { mark: 2_600n * WAD }, {}],
    ['as far from the market’s own as may be', { netCash: 275_000_001n }, {}],
    ['as far the other way', { netCash: 125_000_001n }, {}],
    ['with what is left', { filled: (4n * WAD) / 5n }, {}],
    ['with exactly what it takes', { allowance: 200_000_001n, balance: 200_000_001n, longs: WAD }, {}],
    ['signed by a contract', { approves: true }, { signature: '0x' }],
  ])('lets one pass %s', async (_, world, change) => {
    expect(kinds(await check(world, change))).toEqual([])
  })

  test('lets anyone take what is for anyone, and pays without an allowance', async () => {
    const open = await signed({ ...quote, taker: addressOf(0), price: -1_000_000_000n })
    const world = { netCash: -200_000_000n, allowance: 0n, balance: 0n }
    expect(kinds(await check(world, { ...open, taker: addressOf(5) }))).toEqual([])
  })

  test('names everything that is missing, not the first', async () => {
    const world: World = {
      filled: WAD,
      isMaker: false,
      module: addressOf(2),
      mark: 3_000n * WAD,
      ordersOf: addressOf(0),
      netCash: 900_000_000n,
      allowance: 0n,
      balance: 0n,
      longs: 0n,
    }
    const found = await check(world, { now: NOW + 61, taker: addressOf(1), signature: '0x' })
    expect(kinds(found)).toEqual([
      'expired',
      'wrongTaker',
      'notMaker',
      'badSignature',
      'overFilled',
      'notModule',
      'outsideBand',
      'tooFar',
      'notAllowed',
      'cash',
      'allowance',
      'options',
    ])
    const error = new QuoteRefusedError(found.faults)
    for (const { text } of found.faults) expect(error.message).toContain(text)
    expect(error.retryable).toBe(false)
    expect(new QuoteRefusedError(found.faults, { stays: 'It stays.' }).message).toBe(`${error.message} It stays.`)
  })

  test('has no part of what leaves the word', async () => {
    const huge = await signed({ ...quote, price: 1n << 240n })
    expect(kinds(await check({}, huge))).toEqual(['tooLarge'])
  })

  test('gives the market’s own reason, from its price, its terms and the fill', async () => {
    const paused = encodeErrorResult({ abi: marketAbi, errorName: 'MarketPaused', args: [1, 2] })
    const unlisted = encodeErrorResult({ abi: marketAbi, errorName: 'StrikeNotListed', args: [BOUGHT] })
    const unknown = encodeErrorResult({ abi: catalogueAbi, errorName: 'NoSuchMarket', args: [1] })
    const [byFill, byPrice, byTerms] = await Promise.all(
      [{ fills: paused }, { netCash: unlisted }, { modules: unknown }].map((world) => check(world)),
    )
    expect(byFill!.faults).toMatchObject([
      { kind: 'contract', retryable: true, text: expect.stringMatching(/^MarketPaused/) },
    ])
    expect(byPrice!.faults).toMatchObject([{ kind: 'contract', text: expect.stringMatching(/^StrikeNotListed/) }])
    expect(byPrice!.model).toBeUndefined()
    expect(byTerms!.faults).toMatchObject([{ kind: 'contract', text: expect.stringMatching(/^NoSuchMarket/) }])
  })

  test('throws on what is no answer of a contract', async () => {
    const { signature } = await signed()
    const gone: Reader = async () => Promise.reject(new TypeError('no such host'))
    const asked = { quote, signature, share: WAD, taker: TAKER, now: NOW }
    await expect(checkQuote(gone, DEPLOYMENT, asked)).rejects.toThrow('no such host')
  })
})
