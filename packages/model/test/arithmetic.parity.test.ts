import { arithmeticAbi } from '@keel/contracts/generated/local'
import { arithmeticBytecode } from '@keel/contracts/generated/local/bytecode'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { core, type OptionInput, price, priceAndGreeks } from '../src/math/black76.ts'
import { addBoard, type BoardContext, type BoardStrike, NO_SUMS } from '../src/math/bookPass.ts'
import { expWad, gaussianQ128 } from '../src/math/exp.ts'
import { solveVolatility } from '../src/math/impliedVol.ts'
import { lnRatioQ96, lnWad } from '../src/math/ln.ts'
import { cdfWad, millsQ64 } from '../src/math/normalCdf.ts'
import { closeSqrt, nearSqrt, sqrtWad } from '../src/math/sqrt.ts'
import { totalVariance, volatility, volatilityAt } from '../src/math/svi.ts'
import { packSlice } from '../src/sviSlice.ts'
import {
  boardOf,
  coreOf,
  gaussianOf,
  lnRatioOf,
  optionOf,
  pricedOf,
  signedOf,
  smileOf,
  wholeOf,
} from './math/points.ts'
import { type Deployed, deploy } from './pricing/deployed.ts'
import { type Random, randomOf } from './pricing/random.ts'

/** Points a function gets. */
const POINTS = Number(process.env.KEEL_PARITY_RUNS ?? 600)
const A_CALL = 100
const MS_A_POINT = 20

const WAD = 10n ** 18n

vi.setConfig({ testTimeout: 60_000 + POINTS * MS_A_POINT })

let chain: Deployed

beforeAll(async () => {
  chain = await deploy(arithmeticBytecode)
})

afterAll(() => chain?.stop())

type Name = Extract<(typeof arithmeticAbi)[number], { type: 'function' }>['name']

/** What the contract answers; which function takes what is for each comparison to know. */
const ask = (functionName: Name, args: readonly unknown[]): Promise<unknown> =>
  chain.client.readContract({ address: chain.address, abi: arithmeticAbi, functionName, args } as never)

type Comparison<Input> = {
  readonly draw: (random: Random) => Input
  readonly model: (input: Input) => unknown
  /** The answers for a batch of inputs. */
  readonly contract: (inputs: readonly Input[]) => Promise<unknown>
}

const compare = async <Input>({ draw, model, contract }: Comparison<Input>): Promise<void> => {
  const seeds = fc.array(fc.nat(), { minLength: A_CALL, maxLength: A_CALL })
  await fc.assert(
    fc.asyncProperty(seeds, async (batch) => {
      const inputs = batch.map((seed) => draw(randomOf(seed)))
      const answers = (await contract(inputs)) as readonly unknown[]
      expect(answers).toHaveLength(A_CALL)
      inputs.forEach((input, i) => {
        expect(model(input), `seed ${batch[i]}: ${text(input)}`).toEqual(answers[i])
      })
    }),
    { numRuns: Math.ceil(POINTS / A_CALL), endOnFailure: true },
  )
}

const text = (input: unknown): string =>
  JSON.stringify(input, (_, value) => (typeof value === 'bigint' ? String(value) : value))

/** Of a function with one argument. */
const single = (name: Name, draw: (random: Random) => bigint, model: (x: bigint) => bigint): Comparison<bigint> => ({
  draw,
  model,
  contract: (xs) => ask(name, [xs]),
})

describe('the model returns what the contract returns, to the wei', () => {
  it('exp', () => compare(single('exp', (random) => signedOf(random, 300n * WAD, 134n * WAD), expWad)))

  it('exp far below zero', () => compare(single('exp', (random) => -wholeOf(random, 255n), expWad)))

  it('exp(−d²/2)', () => compare(single('gaussian', gaussianOf, gaussianQ128)))

  it('ln', () => compare(single('ln', (random) => wholeOf(random, 128n) || 1n, lnWad)))

  it('ln of a ratio', () =>
    compare({
      draw: lnRatioOf,
      model: ({ a, b }) => lnRatioQ96(a, b),
      contract: (rows) => ask('lnRatio', [rows.map(({ a }) => a), rows.map(({ b }) => b)]),
    }))

  it('√', () => compare(single('sqrt', (random) => wholeOf(random, 128n), sqrtWad)))

  it('√ of any word', () => compare(single('nearSqrt', (random) => wholeOf(random, 256n), nearSqrt)))

  it('√ of any word, closely', () => compare(single('closeSqrt', (random) => wholeOf(random, 256n), closeSqrt)))

  it('Φ', () => compare(single('cdf', (random) => signedOf(random, 10n * WAD, 10n * WAD), cdfWad)))

  it('Φ far from zero', () =>
    compare(single('cdf', (random) => (random.chance(0.5) ? 1n : -1n) * wholeOf(random, 255n), cdfWad)))

  it('the Mills ratio', () => compare(single('mills', (random) => wholeOf(random, 192n), millsQ64)))

  it('call and put', () =>
    compare<OptionInput>({
      draw: optionOf,
      model: (option) => Object.values(price(option)),
      contract: (options) => ask('prices', [options]),
    }))

  it('call, put and their Greeks', () =>
    compare<OptionInput>({
      draw: optionOf,
      model: priceAndGreeks,
      contract: (options) => ask('greeks', [options]),
    }))

  it('the core of Black-76', () =>
    compare({
      draw: coreOf,
      model: ({ forward, strike, x, v }) => core(forward, strike, x, v),
      contract: (inputs) => ask('cores', [inputs]),
    }))

  it('implied volatility', () =>
    compare({
      draw: pricedOf,
      model: solveVolatility,
      contract: (rows) => ask('impliedVols', [rows]),
    }))

  it('SVI', () =>
    compare({
      draw: smileOf,
      model: ({ fields, k, tau, forward, strike }) => ({
        variance: totalVariance(fields, k),
        volatility: volatility(fields, k, tau),
        volatilityAt: volatilityAt(fields, { forward, strike }, tau),
      }),
      contract: (rows) => ask('smiles', [rows.map(({ fields, ...rest }) => ({ slice: packSlice(fields), ...rest }))]),
    }))

  it('the book pass', () =>
    compare<{ board: BoardContext; strikes: readonly BoardStrike[] }>({
      draw: boardOf,
      model: ({ board, strikes }) => addBoard(NO_SUMS, board, strikes),
      contract: (rows) =>
        Promise.all(
          rows.map(({ board, strikes }) =>
            ask('book', [
              { ...board, slice: packSlice(board.slice) },
              strikes.map(({ strike }) => strike),
              strikes.map(({ callLots, putLots }) => [callLots, putLots]),
            ]),
          ),
        ),
    }))
})

describe('the model throws where the contract reverts', () => {
  const option = { forward: WAD, strike: WAD, discount: WAD, volatility: WAD, tau: 1n }
  const slice = { a: 1n, b: 1n, rho: 0n, m: 0n, sigma: 1n }
  const priced = { forward: WAD, strike: WAD, discount: WAD, price: WAD / 2n, tau: 1n, isCall: true }
  const smile = { fields: slice, k: 0n, tau: 1n, forward: WAD, strike: WAD }

  const both = async (model: () => unknown, name: Name, row: unknown): Promise<void> => {
    expect(model, text(row)).toThrow()
    await expect(ask(name, [[row]]), text(row)).rejects.toThrow()
  }

  it('of one argument', async () => {
    await both(() => expWad(134n * WAD + 1n), 'exp', 134n * WAD + 1n)
    await both(() => lnWad(0n), 'ln', 0n)
    await both(() => lnWad(1n << 128n), 'ln', 1n << 128n)
    await both(() => sqrtWad(1n << 128n), 'sqrt', 1n << 128n)
  })

  it('of options', async () => {
    const beyond = { forward: 112n, strike: 112n, discount: 64n, volatility: 64n, tau: 32n }
    for (const [name, bits] of Object.entries(beyond)) {
      const row = { ...option, [name]: 1n << bits }
      await both(() => price(row), 'prices', row)
      await both(() => priceAndGreeks(row), 'greeks', row)
    }
  })

  it('of prices to be inverted', async () => {
    const beyond = { forward: 1n << 112n, strike: 1n << 112n, price: 1n << 112n, discount: 0n, tau: 0n }
    for (const [name, value] of [
      ...Object.entries(beyond),
      ['discount', (1n << 64n) + 1n],
      ['tau', (1n << 32n) + 1n],
    ]) {
      const row = { ...priced, [name as string]: value }
      await both(() => solveVolatility(row), 'impliedVols', row)
    }
  })

  it('of smiles', async () => {
    const beyond = [
      { k: 100n * WAD },
      { k: -100n * WAD },
      { tau: 0n },
      { tau: (1n << 32n) + 1n },
      { forward: 0n },
      { forward: (1n << 112n) + 1n },
      { strike: 0n },
      { strike: (1n << 112n) + 1n },
    ]
    for (const change of beyond) {
      const { fields, ...row } = { ...smile, ...change }
      const { k, tau, forward, strike } = row
      const model = () => [volatility(fields, k, tau), volatilityAt(fields, { forward, strike }, tau)]
      await both(model, 'smiles', { slice: packSlice(fields), ...row })
    }
  })
})
