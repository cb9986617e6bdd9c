import { catalogueAbi, marketAbi } from '@keel/contracts/generated'
import { assetScale, quoteDistance } from '@keel/model'
import { createRandom } from '@keel/quant'
import type { Leg, MarketSnapshot } from '@keel/sdk'
import {
  ContractError,
  decodeContractError,
  prepareAllowOrders,
  quoteOffline,
  readContract,
  readSnapshot,
} from '@keel/sdk'
import type { Hex } from 'viem'
import { encodeFunctionData } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Call, Chain, Foundation, World } from '../src/index.ts'
import { createCast, foundKeel, MARKET, openChain, openWorld, RpcError, startAnvil } from '../src/index.ts'
import { drawOrder } from './offline/orders.ts'

/** A market that has lived for a day, asked as its orders module by how much a signed price may differ from its own. */

const HOUR = 3_600
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 20, 9) / 1000
const SPOT = 2_500
const WAD = 10n ** 18n
const ORDERS = Number(process.env.KEEL_PARITY_RUNS ?? 60)
const TOO_FAR = 10n ** 30n
const PRICES = [SPOT, SPOT * 1.004, SPOT * 0.99731]
/** Of notional: none, odd, deployed, and the most that governors may set. */
const LIMITS = [0n, 1n, 3_333_333_333_333_333n, WAD / 100n, WAD / 20n]

const cast = createCast()
const trader = cast.visitor
const random = createRandom(5)
let chain: Chain
let foundation: Foundation
let world: World
let hour = 0

const step = async (price: number) =>
  world.step({ time: START + ++hour * HOUR, price, isClose: true }, { trading: false })

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, accounts: 11 }))
  const spot = BigInt(SPOT) * WAD
  foundation = await foundKeel(chain, { cast, time: START - 900, spot, equity: 1_000_000n, poolDepth: 2_000_000n })
  const plan = { seed: 7, lastExpiry: START + 60 * DAY, volatilityAt: () => ({ short: 0.6, long: 0.6 }) }
  world = await openWorld(chain, { foundation, cast, plan })
  await world.mintFor(START, { accounts: [...cast.depositors, trader], amount: 10n ** 12n })
  await step(SPOT)
  for (const [i, who] of cast.depositors.entries())
    await world.requestDeposit(START + HOUR + 100 + i, who, 333_333_000_000n)
  while (hour < 25) await step(SPOT)
  await mine({ from: trader, ...prepareAllowOrders(foundation.deployment) })
}, 300_000)

afterAll(() => chain?.close())

async function mine(call: Omit<Call, 'label'>): Promise<void> {
  const { timestamp } = await chain.request('eth_getBlockByNumber', ['latest', false])
  const [receipt] = await chain.mine(Number(timestamp) + 1, [{ ...call, label: 'test' }])
  expect(receipt!.ok).toBe(true)
}

async function setDistance({ limits }: MarketSnapshot, distance: bigint): Promise<void> {
  const args = [MARKET, { ...limits, quoteDistance: distance }] as const
  const data = encodeFunctionData({ abi: catalogueAbi, functionName: 'setLimits', args })
  await mine({ from: cast.deployer, to: foundation.deployment.contracts.catalogue, data })
}

/** What the market says to its orders module about a price, or undefined where it takes it. */
async function refusalOf(legs: readonly Leg[], price: bigint, at: number): Promise<ContractError | undefined> {
  const { market, orders } = foundation.deployment.contracts
  const order = { market: MARKET, legs, limit: price, deadline: at, recipient: trader }
  const args = [order, trader, price] as const
  try {
    const reader = (call: Parameters<Chain['read']>[0]) => chain.read({ ...call, timestamp: at })
    await readContract(reader, { address: market, abi: marketAbi, functionName: 'tradeAt', args, from: orders })
    return undefined
  } catch (error) {
    const found = error instanceof RpcError ? decodeContractError(error.data as Hex) : undefined
    if (!(found instanceof ContractError)) throw error
    return found
  }
}

function inModel(snapshot: MarketSnapshot, legs: readonly Leg[]) {
  const { netCash } = quoteOffline(snapshot, { legs })
  const { spot, asset, limits } = snapshot
  const sizes = legs.map(({ size }) => size)
  const distance = quoteDistance({ sizes, spot: spot.read.mark, scale: assetScale(asset.decimals), limits })
  return { netCash, distance }
}

test('the model measures the distance that the market measures, to the unit', { timeout: 300_000 }, async () => {
  let compared = 0
  for (const price of PRICES) {
    await step(price)
    for (const limit of LIMITS) {
      await setDistance(await readSnapshot((call) => chain.read(call), foundation.deployment, MARKET), limit)
      const snapshot = await readSnapshot((call) => chain.read(call), foundation.deployment, MARKET)
      for (let i = 0; i < ORDERS / 5; i++) {
        const legs = drawOrder(random, snapshot)
        const far = await refusalOf(legs, TOO_FAR, snapshot.timestamp)
        if (far?.contractError !== 'QuoteTooFar') continue // a leg that nothing prices
        const { netCash, distance } = inModel(snapshot, legs)
        expect(far.operands).toEqual([TOO_FAR, netCash, distance])
        for (const sign of [1n, -1n]) {
          const [last, beyond] = [netCash + sign * distance, netCash + sign * (distance + 1n)]
          const at = await refusalOf(legs, last, snapshot.timestamp)
          expect(at?.contractError).not.toBe('QuoteTooFar')
          const past = await refusalOf(legs, beyond, snapshot.timestamp)
          expect(past?.operands).toEqual([beyond, netCash, distance])
        }
        compared++
      }
    }
  }
  expect(compared).toBeGreaterThan(ORDERS)
})
