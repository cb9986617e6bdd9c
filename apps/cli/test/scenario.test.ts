import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testTokenAbi } from '@keel/contracts/generated/local'
import type { Chain, Foundation, World } from '@keel/lab'
import { createCast, foundKeel, openChain, openWorld, startAnvil } from '@keel/lab'
import { parseDeployment } from '@keel/sdk'
import { encodeFunctionData } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseDecimal } from '../src/values/decimal.ts'
import { keel } from './keel.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 20, 9) / 1000
/** A week of quiet, and one jump just before the first expiry. */
const SPOT = 2000
const SPOT_AT_EXPIRY = 2150
const DEPOSIT = '1000000'
const POCKET_MONEY = '1200000'
const UNIT_DECIMALS = 6

const folder = mkdtempSync(join(tmpdir(), 'keel-cli-'))
const file = join(folder, 'deployment.json')
const cast = createCast()
let chain: Chain
let foundation: Foundation
let world: World
let now = START

// biome-ignore lint/suspicious/noExplicitAny: a document of a command, as a script would read it
type Document = any

/** Runs a command as a process and returns its document. */
async function run(...args: readonly string[]): Promise<Document> {
  const rpc = ['--rpc', chain.anvil.rpcUrl]
  const where = args[0] === 'deploy' ? rpc : [...rpc, '--deployment', file]
  await chain.request('evm_setAutomine', [true])
  const { code, stdout, stderr } = await keel([...args, ...where, '--json'])
  await chain.request('evm_setAutomine', [false])
  expect({ args, code, stderr, stdout }).toMatchObject({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** Lets the world live, hour by hour, until a moment. */
async function liveUntil(time: number, price: number): Promise<void> {
  for (; now < time; now += HOUR) await world.step({ time: now + HOUR, price, isClose: true }, { trading: false })
}

const cash = async () => parseDecimal((await run('status')).account.cash, { decimals: UNIT_DECIMALS, what: 'cash' })
const units = (text: string) => parseDecimal(text, { decimals: UNIT_DECIMALS, what: 'amount', negative: true })

/** The same price from a snapshot alone, and from the model beside the chain. */
async function quotedWithoutTheChain(series: string, quoted: Document): Promise<void> {
  const order = ['--buy', '1.5', series]
  const checked = await run('quote', ...order, '--check')
  expect(checked).toEqual({ ...quoted, checked: true, refusal: null })

  const eth = join(folder, 'eth.json')
  expect(await run('snapshot', '--out', eth)).toMatchObject({ file: eth, market: 'ETH' })
  expect(await run('snapshot')).toEqual(JSON.parse(readFileSync(eth, 'utf8')))

  const offline = async (...more: readonly string[]) => {
    const { code, stdout, stderr } = await keel(['quote', '--snapshot', eth, '--json', ...more])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  expect(await offline(...order)).toEqual({ ...quoted, snapshotTime: quoted.time, refusal: null })
  const later = await offline(...order, '--at', '2026-03-21T10:40')
  expect(later.time).toBe('2026-03-21T10:40:00Z')
  expect(later.refusal.error).toBe('ReduceOnly')
  expect(units(later.netCash)).toBeLessThan(units(quoted.netCash))
}

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, accounts: 11 }))
  foundation = await foundKeel(chain, {
    cast,
    time: START - 900,
    spot: BigInt(SPOT) * 10n ** 18n,
    equity: 1_000_000n,
    poolDepth: 2_000_000n,
  })
})

afterAll(async () => {
  await chain?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the whole life of a vault through the commands', { timeout: 300_000 }, async () => {
  // deploy
  const { usdc, weth, feed, pool } = foundation
  const signers = cast.signers.flatMap(({ address }) => ['--signer', address])
  const parts = ['--asset', usdc, '--underlying', weth, '--feed', feed, '--pool', pool.address]
  const deployed = await run('deploy', ...parts, ...signers, '--threshold', '2', '--lister', cast.keeper, '--out', file)
  const deployment = parseDeployment(readFileSync(file, 'utf8'))
  expect(deployed.contracts).toEqual(deployment.contracts)
  expect(deployment.contracts.vault).not.toBe(foundation.deployment.contracts.vault)
  const reactor = deployment.markets[0]!.reactors[0]!
  const plan = { seed: 1, lastExpiry: START + 20 * DAY, volatilityAt: () => ({ short: 0.6, long: 0.6 }) }
  world = await openWorld(chain, { foundation: { ...foundation, deployment, reactor }, cast, plan })
  const pocketMoney = encodeFunctionData({
    abi: testTokenAbi,
    functionName: 'mint',
    args: [cast.visitor, units(POCKET_MONEY)],
  })
  await chain.mine(START, [{ from: cast.keeper, to: usdc, data: pocketMoney, label: 'mint' }])

  // deposit, roll, claim
  await liveUntil(START + HOUR, SPOT)
  const deposited = await run('deposit', DEPOSIT, '--yes')
  expect(deposited).toMatchObject({ requestId: '1', amount: DEPOSIT, cutOff: '2026-03-21T08:30:00Z' })
  expect((await run('status')).vault).toMatchObject({ pending: DEPOSIT, free: '0' })
  await liveUntil(START + DAY + HOUR, SPOT)
  const shares = await run('claim')
  expect(shares.deposits.assets).toBe(DEPOSIT)
  expect((await run('status')).vault).toMatchObject({ pending: '0', free: DEPOSIT, shares: shares.deposits.shares })

  // buy at the quote, sell a part back
  const series = 'ETH-22MAR26-2000-C'
  const before = await cash()
  const quoted = await run('quote', '--buy', '1.5', series)
  expect(units(quoted.netCash)).toBeGreaterThan(0n)
  await quotedWithoutTheChain(series, quoted)
  const bought = await run('trade', '--buy', '1.5', series, '--slippage', '2', '--yes')
  expect(bought.legs).toMatchObject([{ series, size: '1.5' }])
  expect(await cash()).toBe(before - units(bought.netCash))
  expect((await run('status')).account.options).toEqual([{ series, size: '1.5' }])
  const sold = await run('trade', '--sell', '0.5', series, '--limit', '-1', '--yes')
  expect(units(sold.netCash)).toBeLessThan(0n)
  expect(await cash()).toBe(before - units(bought.netCash) - units(sold.netCash))

  // settle and redeem at the average before the expiry
  for (const { id } of bought.legs) world.series.add(BigInt(id))
  const expiry = Date.UTC(2026, 2, 22, 8) / 1000
  await liveUntil(expiry - 2 * HOUR, SPOT)
  await liveUntil(expiry + 3 * HOUR, SPOT_AT_EXPIRY)
  const redeemed = await run('claim', '--series', series)
  expect(redeemed.options).toEqual([{ series, size: '1', paid: String(SPOT_AT_EXPIRY - SPOT) }])
  const account = (await run('status')).account
  expect(account.options).toEqual([])

  // withdraw all, roll, claim
  const withdrawn = await run('withdraw', 'all', '--yes')
  expect(withdrawn.shares).toBe(shares.deposits.shares)
  await liveUntil(START + 3 * DAY + 3 * HOUR, SPOT_AT_EXPIRY)
  const out = await run('claim')
  expect(out.redemptions.shares).toBe(shares.deposits.shares)
  expect((await run('status')).vault).toMatchObject({ shares: '0', claimable: '0', pending: '0' })
  // Alone on both sides, the visitor wins or loses only what the vault's hedge did: one option's delta over the jump.
  const hedged = (await cash()) - units(POCKET_MONEY)
  expect(hedged).toBeGreaterThan(0n)
  expect(hedged).toBeLessThan(units(String(SPOT_AT_EXPIRY - SPOT)))
  expect((await run('claim')).transactions).toEqual([])
  await world.audit(now)
})
