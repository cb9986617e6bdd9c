import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeAbiParameters,
  encodeFunctionData,
  erc20Abi,
  getContractAddress,
  type Hex,
  http,
} from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  depthOfLiquidity,
  liquidityForDepth,
  NonPositivePriceError,
  type Pair,
  type Pool,
  type PreparedTransaction,
  planDeployment,
  poolOf,
  prepareApproval,
  prepareArbitrage,
  prepareArbitrageur,
  prepareCreatePool,
  prepareLiquidity,
  prepareObservations,
  prepareSwap,
  priceFromSqrtPrice,
  quoteSwap,
  readPool,
  sendAll,
  sortPair,
  sqrtPriceAtTick,
  sqrtPriceFromPrice,
  TickOutOfRangeError,
  tickAtSqrtPrice,
  type UniswapV3,
  UnknownFeeTierError,
} from '../src/venues/uniswap/index.ts'

const WAD = 10n ** 18n
const USDC = 10n ** 6n
const LOW: Address = '0x0000000000000000000000000000000000000001'
const HIGH: Address = '0x0000000000000000000000000000000000000002'
const ethLow: Pair = { collateral: HIGH, underlying: LOW, collateralDecimals: 6, underlyingDecimals: 18 }
const ethHigh: Pair = { collateral: LOW, underlying: HIGH, collateralDecimals: 6, underlyingDecimals: 18 }

describe('price', () => {
  test('2500 USDC per ETH is the square root of a ratio of base units, in either order', () => {
    // 2500e6 USDC units per 1e18 wei: sqrt(2.5e-9) = 5e-5; the other way sqrt(4e8) = 2e4
    expect(sqrtPriceFromPrice(ethLow, 2500n * WAD)).toBe((5n * (1n << 96n)) / 100_000n)
    expect(sqrtPriceFromPrice(ethHigh, 2500n * WAD)).toBe(20_000n * (1n << 96n))
  })

  test('a price survives the round trip to 1e-15 for every decimals pair and order', () => {
    const decimals = fc.constantFrom(0, 6, 8, 18)
    fc.assert(
      fc.property(fc.bigInt(10n ** 14n, 10n ** 24n), decimals, decimals, fc.boolean(), (price, c, u, low) => {
        const pair = { ...(low ? ethLow : ethHigh), collateralDecimals: c, underlyingDecimals: u }
        const back = priceFromSqrtPrice(pair, sqrtPriceFromPrice(pair, price))
        const error = back > price ? back - price : price - back
        expect(error * 10n ** 15n <= price + 10n ** 15n).toBe(true)
      }),
    )
  })

  test('a price of zero is refused with what to do', () => {
    expect(() => sqrtPriceFromPrice(ethLow, 0n)).toThrow(NonPositivePriceError)
  })
})

describe('ticks', () => {
  test('the ends are those Uniswap publishes, within its Q128 rounding', () => {
    expect(4295128739n - sqrtPriceAtTick(-887_272)).toBeLessThanOrEqual(1n)
    const top = 1461446703485210103287273052203988822378723970342n
    expect(top - sqrtPriceAtTick(887_272)).toBeGreaterThanOrEqual(0n)
    expect((top - sqrtPriceAtTick(887_272)) * 10n ** 19n).toBeLessThan(top)
    expect(sqrtPriceAtTick(0)).toBe(1n << 96n)
  })

  test('tickAtSqrtPrice inverts sqrtPriceAtTick from above', () => {
    fc.assert(
      fc.property(fc.integer({ min: -887_271, max: 887_271 }), (tick) => {
        expect(tickAtSqrtPrice(sqrtPriceAtTick(tick))).toBe(tick)
        expect(tickAtSqrtPrice(sqrtPriceAtTick(tick + 1) - 1n)).toBe(tick)
      }),
      { numRuns: 20 },
    )
  })

  test('ticks and fee tiers that do not exist are refused', () => {
    expect(() => sqrtPriceAtTick(887_273)).toThrow(TickOutOfRangeError)
    const pool = { address: LOW, pair: ethLow, fee: 123 }
    const uniswap = planDeployment({ deployer: HIGH, nonce: 0 }).uniswap
    expect(() => prepareLiquidity(uniswap, { pool, price: WAD, depth: 1n, recipient: HIGH })).toThrow(
      UnknownFeeTierError,
    )
  })
})

describe('depth', () => {
  test.each([ethLow, ethHigh])('of a liquidity gives the depth it was made for (%#)', (pair) => {
    const sqrtPriceX96 = sqrtPriceFromPrice(pair, 3000n * WAD)
    const depth = 2_000_000n * USDC
    const liquidity = liquidityForDepth(pair, { sqrtPriceX96, depth })
    const back = depthOfLiquidity(pair, { sqrtPriceX96, liquidity })
    expect(depth - back).toBeGreaterThanOrEqual(0n)
    expect(depth - back).toBeLessThanOrEqual(depth / 10n ** 9n)
  })
})

describe('on a chain', () => {
  const deployer: Address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  const transport = (url: string) => http(url)
  let anvil: ChildProcess
  let cache: string
  let url: string
  let nonce = 0
  let uniswap: UniswapV3
  let tokens: readonly [Address, Address]

  const reader = () => createPublicClient({ transport: transport(url) })
  const miner = () => createTestClient({ mode: 'anvil', transport: transport(url) })
  const send = async (transactions: readonly PreparedTransaction[]): Promise<readonly Hex[]> => {
    const wallet = createWalletClient({ account: deployer, transport: transport(url) })
    const hashes = await sendAll(wallet, { transactions, nonce })
    nonce += transactions.length
    await miner().mine({ blocks: 1 })
    return hashes
  }
  const transfer = (token: Address, [to, amount]: readonly [Address, bigint]): PreparedTransaction => ({
    to: token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] }),
    gas: 100_000n,
  })
  const balance = (token: Address, account: Address): Promise<bigint> =>
    reader().readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] })

  beforeAll(async () => {
    cache = mkdtempSync(join(tmpdir(), 'keel-anvil-'))
    const binary = fileURLToPath(new URL('../../../node_modules/.bin/anvil', import.meta.url))
    anvil = spawn(binary, ['--port', '0', '--no-mining', '--cache-path', cache, '--gas-limit', '1000000000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    url = await new Promise<string>((resolve, reject) => {
      let text = ''
      anvil.once('exit', (code) => reject(new AnvilDiedError({ code })))
      anvil.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1]
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
      })
    })

    // tokens and venue in one volley: every address is known beforehand
    const erc20 = createRequire(import.meta.resolve('@uniswap/v3-periphery/package.json'))(
      '@uniswap/v2-core/build/ERC20.json',
    ) as { bytecode: string }
    const data = `0x${erc20.bytecode}${encodeAbiParameters([{ type: 'uint256' }], [10n ** 40n]).slice(2)}` as Hex
    const [a, b] = [0n, 1n].map((n) => getContractAddress({ from: deployer, nonce: n })) as [Address, Address]
    tokens = BigInt(a) < BigInt(b) ? [a, b] : [b, a]
    const plan = planDeployment({ deployer, nonce: 2 })
    uniswap = plan.uniswap
    await send([{ data, gas: 2_000_000n }, { data, gas: 2_000_000n }, ...plan.transactions])
    expect(nonce).toBe(plan.nextNonce)
    await send([...tokens.map((token) => prepareApproval(token, uniswap.positionManager))])
    await send([...tokens.map((token) => prepareApproval(token, uniswap.router))])
    await send(tokens.map((token) => transfer(token, [uniswap.arbitrageur, 10n ** 32n])))
  }, 60_000)

  afterAll(() => {
    anvil.removeAllListeners('exit')
    anvil.kill()
    rmSync(cache, { recursive: true, force: true })
  })

  describe.each([
    { order: 'underlying first', underlying: 0, fee: 500 },
    { order: 'collateral first', underlying: 1, fee: 3000 },
  ] as const)('$order', ({ underlying, fee }) => {
    const price = 2_400n * WAD
    const depth = 2_000_000n * USDC
    let pair: Pair
    let pool: Pool

    beforeAll(async () => {
      pair = {
        underlying: tokens[underlying]!,
        collateral: tokens[1 - underlying]!,
        collateralDecimals: 6,
        underlyingDecimals: 18,
      }
      pool = poolOf(uniswap, { pair, fee })
      const liquidity = prepareLiquidity(uniswap, { pool, price, depth, recipient: deployer })
      await send([
        prepareCreatePool(uniswap, { pool, price }),
        liquidity.transaction,
        prepareArbitrageur(uniswap, pair),
        prepareObservations(pool, 8),
      ])
    }, 60_000)

    test('the pool stands at its price with the depth asked for, at the address computed', async () => {
      const state = await readPool(reader(), pool)
      expect(sortPair(pair).underlyingIsToken0).toBe(underlying === 0)
      expect(state.sqrtPriceX96).toBe(sqrtPriceFromPrice(pair, price))
      const error = state.depth > depth ? state.depth - depth : depth - state.depth
      expect(error).toBeLessThanOrEqual(depth / 10n ** 8n)
    })

    test('buying for the depth moves the price by 1 %', async () => {
      const before = (await readPool(reader(), pool)).price
      const amountIn = (depth * 1_000_000n) / (1_000_000n - BigInt(fee))
      await send([prepareSwap(uniswap, { pool, sell: 'collateral', amountIn, recipient: deployer })])
      const after = (await readPool(reader(), pool)).price
      const error = (after * 100n) / 101n - before
      expect(error < 0n ? -error : error).toBeLessThanOrEqual(before / 10n ** 7n)
    })

    test('a swap brings what the quoter said', async () => {
      const amountIn = 3n * WAD
      const quoted = await quoteSwap(reader(), { uniswap, pool, sell: 'underlying', amountIn })
      const before = await balance(pair.collateral, HIGH)
      await send([prepareSwap(uniswap, { pool, sell: 'underlying', amountIn, recipient: HIGH })])
      expect((await balance(pair.collateral, HIGH)) - before).toBe(quoted.amountOut)
      expect((await readPool(reader(), pool)).sqrtPriceX96).toBe(quoted.sqrtPriceX96After)
    })

    test.each([2_437n, 2_100n, 2_100n, 3_333n])('arbitrage to %s lands on it exactly', async (target) => {
      const targetPrice = target * WAD
      const [hash] = await send([prepareArbitrage(uniswap, { pool, targetPrice })])
      const receipt = await reader().getTransactionReceipt({ hash: hash! })
      expect(receipt.status).toBe('success')
      const { sqrtPriceX96, price: reached } = await readPool(reader(), pool)
      expect(sqrtPriceX96).toBe(sqrtPriceFromPrice(pair, targetPrice))
      expect(reached > targetPrice ? reached - targetPrice : targetPrice - reached).toBeLessThan(10n ** 6n)
    })

    test('a bounded position takes less money for the same depth', async () => {
      const state = await readPool(reader(), pool)
      const full = prepareLiquidity(uniswap, { pool, price: state.price, depth, recipient: deployer })
      const bounded = prepareLiquidity(uniswap, {
        pool,
        price: state.price,
        depth,
        recipient: deployer,
        between: [state.price / 2n, state.price * 2n],
      })
      expect(bounded.collateral * 2n).toBeLessThan(full.collateral)
      expect(bounded.underlying * 2n).toBeLessThan(full.underlying)
      await send([bounded.transaction])
      const after = await readPool(reader(), pool)
      expect(after.liquidity - state.liquidity - bounded.liquidity).toBeGreaterThanOrEqual(-1_000_000n)
    })

    test('three hundred prepared swaps and price moves fit one block', async () => {
      const height = await reader().getBlockNumber()
      const batch = Array.from({ length: 150 }, (_, i) => [
        prepareArbitrage(uniswap, { pool, targetPrice: (2_000n + BigInt(i)) * WAD }),
        prepareSwap(uniswap, { pool, sell: 'collateral', amountIn: 10_000n * USDC, recipient: deployer }),
      ]).flat()
      await send(batch)
      const block = await reader().getBlock()
      expect(block.number).toBe(height + 1n)
      expect(block.transactions.length).toBe(batch.length)
      const state = await readPool(reader(), pool)
      expect(state.price).toBeGreaterThan(2_149n * WAD)
    }, 60_000)
  })
})

class AnvilDiedError extends Error {
  override readonly name = 'Test.AnvilDiedError'
  constructor({ code }: { code: number | null }) {
    super(`anvil ended with code ${code} before it listened. Run node_modules/.bin/anvil by hand to see why.`)
  }
}
