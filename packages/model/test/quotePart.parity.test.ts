import { marketAbi, ordersAbi } from '@keel/contracts/generated'
import { ordersBytecode } from '@keel/contracts/generated/bytecode'
import fc from 'fast-check'
import {
  decodeErrorResult,
  decodeFunctionData,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  zeroAddress,
} from 'viem'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isPartWholeLots, LOT, PartLeavesWordError, partOfPrice, partOfSize, WAD } from '../src/index.ts'
import { type Deployed, deploy } from './pricing/deployed.ts'
import { type Random, randomOf } from './pricing/random.ts'

/**
 * The orders contract itself, between neighbours of a few bytes: what it hands to the market comes back as revert data, which
 * the caller returns. (Nodes repeat revert data as text, and no client of a socket takes every text.)
 */

const RUNS = Number(process.env.KEEL_PARITY_RUNS ?? 250)
const IN_FLIGHT = 25
const MS_A_RUN = 100

const CATALOGUE = '0x00000000000000000000000000000000000ca7a1'
const ORACLE = '0x00000000000000000000000000000000000c1e00'
const MARKET = '0x00000000000000000000000000000000000b00c0'
const AUTHORITY = '0x00000000000000000000000000000000000a0000'
const MAKER = '0x0000000000000000000000000000000000003a4e'
const CALLER = '0x000000000000000000000000000000000000ca11'

/** MSTORE of words one after another, RETURN of all. */
const returning = (...words: readonly Hex[]): Hex => {
  const stores = words.map((word, i) => `7f${word.slice(2).padStart(64, '0')}60${byte(32 * i)}52`)
  return `0x${stores.join('')}60${byte(32 * words.length)}5ff3`
}

/** CALL with everything, RETURN of what comes back, revert or not. */
const calling = (to: Hex): Hex => `0x365f5f375f5f365f5f73${to.slice(2)}5af1503d5f5f3e3d5ff3`

const byte = (value: number): string => value.toString(16).padStart(2, '0')

const CODE: Readonly<Record<Hex, Hex>> = {
  // Every module is the oracle.
  [CATALOGUE]: returning(ORACLE, ORACLE, ORACLE, ORACLE, ORACLE),
  // Mark, average, time and mode of zero.
  [ORACLE]: returning('0x0', '0x0', '0x0', '0x0'),
  // At once, for anybody.
  [AUTHORITY]: returning('0x1', '0x0'),
  // The magic value of ERC-1271, whatever it is asked.
  [MAKER]: returning(`0x1626ba7e${'0'.repeat(56)}`),
  // CALLDATACOPY of everything, REVERT with it.
  [MARKET]: '0x365f5f37365ffd',
}

vi.setConfig({ testTimeout: 60_000 + RUNS * MS_A_RUN })

let orders: Deployed

beforeAll(async () => {
  const config = { authority: AUTHORITY, market: MARKET, catalogue: CATALOGUE } as const
  orders = await deploy(encodeDeployData({ abi: ordersAbi, bytecode: ordersBytecode, args: [config] }))
  const request = orders.client.request as (args: { method: string; params: unknown[] }) => Promise<unknown>
  const code = { ...CODE, [CALLER]: calling(orders.address) }
  for (const params of Object.entries(code)) await request({ method: 'anvil_setCode', params })
  const [from] = (await request({ method: 'eth_accounts', params: [] })) as Hex[]
  const data = encodeFunctionData({ abi: ordersAbi, functionName: 'setMaker', args: [MAKER, true] })
  await request({ method: 'eth_sendTransactionSync', params: [{ from, to: orders.address, data }] })
})

afterAll(() => orders?.stop())

type Case = { readonly sizes: readonly bigint[]; readonly price: bigint; readonly share: bigint }

type Part =
  | { readonly sizes: readonly bigint[]; readonly price: bigint }
  | { readonly notWhole: bigint }
  | { readonly overflow: true }

const inModel = ({ sizes, price, share }: Case): Part => {
  try {
    for (const size of sizes) if (!isPartWholeLots(size, share)) return { notWhole: size }
    return { sizes: sizes.map((size) => partOfSize(size, share)), price: partOfPrice(price, share) }
  } catch (error) {
    if (error instanceof PartLeavesWordError) return { overflow: true }
    throw error
  }
}

const onChain = async ({ sizes, price, share }: Case): Promise<Part> => {
  const legs = sizes.map((size, i) => ({ series: BigInt(i), size }))
  const quote = {
    maker: MAKER,
    taker: zeroAddress,
    market: 1,
    legs,
    price,
    spotFrom: 0n,
    spotTo: 0n,
    deadline: 2 ** 40 - 1,
    salt: 0n,
  } as const
  const fill = encodeFunctionData({ abi: ordersAbi, functionName: 'fill', args: [quote, '0x', share] })
  const data = (await orders.client.call({ to: CALLER, data: fill })).data!
  if (data.startsWith('0x4e487b71')) return { overflow: true } // Panic(uint256)
  if (data.startsWith(TRADE_AT)) {
    const { args } = decodeFunctionData({ abi: marketAbi, data })
    const [order, , paid] = args as readonly [{ legs: readonly { size: bigint }[]; limit: bigint }, Hex, bigint]
    expect(order.limit).toBe(paid)
    return { sizes: order.legs.map(({ size }) => size), price: paid }
  }
  const { errorName, args } = decodeErrorResult({ abi: ordersAbi, data })
  expect(errorName).toBe('PartNotWholeLots')
  return { notWhole: args![1] as bigint }
}

const TRADE_AT = encodeFunctionData({
  abi: marketAbi,
  functionName: 'tradeAt',
  args: [{ market: 0, legs: [], limit: 0n, deadline: 0, recipient: zeroAddress }, zeroAddress, 0n],
}).slice(0, 10)

const signOf = (random: Random): bigint => (random.chance(0.5) ? 1n : -1n)

/** Shares of a hundredth and of a wad; sizes that they divide and sizes that they do not; prices of every length. */
const caseOf = (seed: number): Case => {
  const random = randomOf(seed)
  const share = random.pick([
    () => BigInt(random.whole(1, 100)) * (WAD / 100n),
    () => BigInt(random.whole(1, 8)) * (WAD / 8n),
    () => (random.bits(60n) % WAD) + 1n,
    () => WAD,
  ])()
  const size = () =>
    random.pick([
      () => BigInt(random.whole(0, 1_000)) * 100n * LOT,
      () => BigInt(random.whole(1, 5_000)) * LOT,
      () => random.bits(62n),
      () => ((1n << BigInt(random.whole(190, 254))) / (100n * LOT)) * (100n * LOT),
    ])() * signOf(random)
  const sizes = Array.from({ length: random.whole(0, 3) }, size)
  const price = signOf(random) * (random.bits(64n) << BigInt(random.whole(0, 140)))
  return { sizes, price, share }
}

describe('the model makes of a quote the part that the contract makes', () => {
  it('to the unit, or refuses the same', async () => {
    const kinds = new Set<string>()
    const seeds = fc.array(fc.nat(), { minLength: IN_FLIGHT, maxLength: IN_FLIGHT })
    await fc.assert(
      fc.asyncProperty(seeds, async (batch) => {
        const cases = batch.map(caseOf)
        const answers = await Promise.all(cases.map(onChain))
        cases.forEach((each, i) => {
          const part = inModel(each)
          kinds.add(Object.keys(part)[0]!)
          expect(part, `seed ${batch[i]}`).toEqual(answers[i])
        })
      }),
      { numRuns: Math.ceil(RUNS / IN_FLIGHT) },
    )
    expect([...kinds].sort()).toEqual(['notWhole', 'overflow', 'sizes'])
  })

  it.each<[string, Case, Part]>([
    ['a third', { sizes: [3n * LOT], price: 100n, share: WAD / 3n }, { notWhole: 3n * LOT }],
    ['paid to the vault, up', { sizes: [], price: 101n, share: WAD / 2n }, { sizes: [], price: 51n }],
    ['paid by the vault, down', { sizes: [], price: -101n, share: WAD / 2n }, { sizes: [], price: -50n }],
    ['less than a unit', { sizes: [], price: -1n, share: WAD / 2n }, { sizes: [], price: 0n }],
    ['the least price', { sizes: [], price: -(1n << 255n), share: 1n }, { sizes: [], price: -(1n << 255n) / WAD }],
    ['twice the least', { sizes: [], price: -(1n << 255n), share: 2n }, { overflow: true }],
    ['sold', { sizes: [-10n * LOT], price: 0n, share: WAD / 5n }, { sizes: [-2n * LOT], price: 0n }],
  ])('%s', async (_, each, part) => {
    expect(inModel(each)).toEqual(part)
    expect(await onChain(each)).toEqual(part)
  })
})
