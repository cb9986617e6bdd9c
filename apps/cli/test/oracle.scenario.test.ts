import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signedFeedAbi } from '@keel/contracts/generated'
import { signedFeedBytecode } from '@keel/contracts/generated/bytecode'
import { localAggregatorAbi } from '@keel/contracts/generated/local'
import { localAggregatorBytecode } from '@keel/contracts/generated/local/bytecode'
import type { Chain, Foundation, World } from '@keel/lab'
import { createCast, foundKeel, openChain, openWorld, startAnvil } from '@keel/lab'
import type { SigningClient } from '@keel/sdk'
import {
  formatDeployment,
  formatPrice,
  prepareObserve,
  proveSettlement,
  ReportRefusedError,
  RescueNeededError,
  readContract,
  readSettlement,
  readSurface,
  relayReport,
  signReport,
  spotOracleAbi,
  unsignedReport,
  WouldStopOpeningError,
} from '@keel/sdk'
import type { Address } from 'viem'
import { createClient, encodeDeployData, encodeFunctionData, getAddress, http } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findCommand } from '../src/commands/table.ts'
import type { Io } from '../src/frame/io.ts'
import { runCommand } from '../src/frame/run.ts'
import { keel } from './keel.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 20, 9) / 1000
const EXPIRY = Date.UTC(2026, 2, 22, 8) / 1000
const SPOT = 2_000
/** What the spot oracle takes of an hourly feed. */
const HEARTBEAT = 65 * MINUTE
const WAD = 10n ** 18n
const SERIES = 'ETH-22MAR26-2000-C'
const PUBLIC_MNEMONIC = 'test test test test test test test test test test test junk'

const folder = mkdtempSync(join(tmpdir(), 'keel-oracle-'))
const file = join(folder, 'deployment.json')
const cast = createCast()
let chain: Chain
let foundation: Foundation
let world: World

// biome-ignore lint/suspicious/noExplicitAny: a document of a command, as a script would read it
type Document = any
type Finished = { readonly code: number | null; readonly document: Document; readonly stderr: string }

/** Whatever is sent meanwhile is mined at once, in blocks that follow the chain's clock by seconds. */
async function mining<T>(work: () => Promise<T>): Promise<T> {
  await chain.request('evm_setAutomine', [true])
  try {
    return await work()
  } finally {
    await chain.request('evm_setAutomine', [false])
  }
}

async function run(...args: readonly string[]): Promise<Finished> {
  const where = ['--rpc', chain.anvil.rpcUrl, '--deployment', file, '--json']
  const { command, rest } = findCommand([...args, ...where])!
  const signal = new AbortController().signal
  const io: Io = { json: true, env: {}, signal, print: () => {}, progress: () => {}, confirm: async () => {} }
  const { code, stdout, stderr } = await mining(() => runCommand(command, { args: rest, io }))
  return { code, stderr, document: JSON.parse(stdout) }
}

/** A command that goes through. */
async function done(...args: readonly string[]): Promise<Document> {
  const { code, stderr, document } = await run(...args)
  expect({ args, code, stderr, document }).toMatchObject({ code: 0, stderr: '' })
  return document
}

const clientOf = (index: number): SigningClient =>
  createClient({
    account: mnemonicToAccount(PUBLIC_MNEMONIC, { addressIndex: index }),
    transport: http(chain.anvil.rpcUrl),
    pollingInterval: 50,
  })

type FeedCall =
  | { readonly functionName: 'pushMany'; readonly args: readonly [bigint[], bigint[]] }
  | { readonly functionName: 'pushTo'; readonly args: readonly [number, bigint, bigint] }
  | { readonly functionName: 'nextPhase'; readonly args: readonly [] }

const feedCall = (call: FeedCall, label: string) => ({
  from: cast.keeper,
  to: foundation.feed,
  data: encodeFunctionData({ abi: localAggregatorAbi, ...call } as never),
  label,
})

const answer = (price: number) => BigInt(price) * 10n ** 8n
const observation = () => ({ ...prepareObserve(foundation.deployment, 1), from: cast.keeper })

type Print = { readonly at: number; readonly price: number }

/** The feed prints at its times, and somebody observes at `time`, in one block. */
async function printed(time: number, prints: readonly Print[]): Promise<void> {
  const args = [prints.map(({ price }) => answer(price)), prints.map(({ at }) => BigInt(at))] as const
  const calls = prints.length > 0 ? [feedCall({ functionName: 'pushMany', args: args as never }, 'rounds')] : []
  const receipts = await chain.mine(time, [...calls, observation()])
  expect(receipts.map(({ ok }) => ok)).toEqual([...calls.map(() => true), true])
}

/** The feed's average over the window by the definition, second by second; wad, rounded down. */
function averageOf(prints: readonly Print[], expiry: number): bigint {
  let sum = 0n
  for (let second = expiry - 30 * MINUTE; second < expiry; second++)
    sum += answer(prints.findLast(({ at }) => at <= second)!.price)
  return (sum * 10n ** 10n) / BigInt(30 * MINUTE)
}

const decimal = (wad: bigint) => {
  const [whole, fraction] = [wad / WAD, (wad % WAD).toString().padStart(18, '0').replace(/0+$/, '')]
  return fraction === '' ? `${whole}` : `${whole}.${fraction}`
}

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, accounts: 11 }))
  foundation = await foundKeel(chain, {
    cast,
    time: START - 900,
    spot: BigInt(SPOT) * WAD,
    equity: 1_000_000n,
    poolDepth: 2_000_000n,
  })
  writeFileSync(file, formatDeployment(foundation.deployment))
  const plan = { seed: 1, lastExpiry: START + 20 * DAY, volatilityAt: () => ({ short: 0.6, long: 0.6 }) }
  world = await openWorld(chain, { foundation, cast, plan })
  await world.mintFor(START, { accounts: [...cast.depositors, cast.visitor], amount: 10n ** 13n })
  // a deposit, its roll, and an option of the first expiry
  await world.requestDeposit(START + 1, cast.depositors[0]!, 10n ** 12n)
  for (let now = START + HOUR; now <= START + DAY + HOUR; now += HOUR)
    await world.step({ time: now, price: SPOT, isClose: true }, { trading: false })
  await world.claim(START + DAY + HOUR + 10, cast.depositors[0]!)
  await done('trade', '--buy', '1.5', SERIES, '--slippage', '2', '--yes')
  for (let now = START + DAY + 2 * HOUR; now <= EXPIRY - HOUR; now += HOUR)
    await world.step({ time: now, price: SPOT, isClose: true }, { trading: false })
}, 240_000)

afterAll(async () => {
  await chain?.close()
  rmSync(folder, { recursive: true, force: true })
})

// The tests follow each other in chain time: reports first, then one expiry a day. The keepers are asleep.

describe('a surface report', { timeout: 240_000 }, () => {
  const path = join(folder, 'report.json')
  const report = (...more: readonly string[]) => run('oracle', 'relay', path, '--yes', ...more)
  /** A block so much after the last, so that a report can be signed at its time. */
  async function later(secs: number): Promise<number> {
    const { timestamp } = await chain.request('eth_getBlockByNumber', ['latest', false])
    await chain.mine(Number(timestamp) + secs, [])
    return Number(timestamp) + secs
  }
  // Out of the last report's second, and of its grace.
  beforeEach(async () => {
    await later(2 * MINUTE)
  })
  const force = async () => (await done('oracle')).surface.slices.map((slice: Document) => slice.reportedAt)

  test('is drafted, named what it lacks, signed by two and stored; the second time it is in force', async () => {
    const { draft, surface } = await done('oracle', '--draft', path)
    expect(draft).toBe(path)
    expect(surface).toMatchObject({ threshold: 2, stepThreshold: 3, freshnessSecs: 60 })
    const before = await force()

    const alone = await report('--signer', '20', '--signer', '5')
    expect(alone.code).toBe(1)
    expect(alone.document.error.name).toBe('Surface.ReportRefusedError')
    expect(alone.document.error.message).toMatch(/1 of the 2 signatures it needs are valid/)
    expect(alone.document.error.message).toMatch(/is no signer of this oracle\. Still to sign: 0x\w{40}, 0x\w{40}\.$/)
    expect(await force()).toEqual(before)

    const signed = join(folder, 'signed.json')
    await later(1)
    await done('oracle', 'relay', path, '--signer', '20', '--signer', '21', '--save', signed)
    expect(await done('oracle', 'relay', signed, '--dry-run')).toMatchObject({ outcome: 'stored', threshold: 2 })
    expect(await force()).toEqual(before)
    const stored = await done('oracle', 'relay', signed, '--yes')
    expect(stored).toMatchObject({ status: 'stored', ignored: [] })
    const reportedAt = stored.reports.map((each: Document) => each.reportedAt)
    expect(await force()).toEqual(reportedAt)
    expect(reportedAt).not.toEqual(before)
    expect((await done('oracle')).surface.slices[0].inGrace).toEqual([before[0]])

    expect(await done('oracle', 'relay', signed, '--yes')).toMatchObject({ status: 'inForce', transaction: null })
  })

  test('of another chain or oracle, or too old, is refused with a reason', async () => {
    const { deployment } = foundation
    const draft = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...draft, chainId: 1, surfaceOracle: deployment.contracts.vault }))
    const foreign = await report('--signer', '20')
    expect(foreign.document.error.message).toContain('made for chain 1, this is chain 31337')
    expect(foreign.document.error.message).toContain(`made for the oracle ${deployment.contracts.vault}`)
    const old = draft.reports.map((slice: Document) => ({ ...slice, reportedAt: START, spotAtReport: '2000' }))
    writeFileSync(path, JSON.stringify({ ...draft, reports: old }))
    const late = await report('--signer', '20', '--signer', '21')
    expect(late.document.error.message).toMatch(
      /Up to \d+ s old, where 60 s are taken.*Not newer than what is in force/,
    )
    writeFileSync(path, JSON.stringify(draft))
  })

  test('with a shape that can be arbitraged is refused, and says where', async () => {
    const draft = JSON.parse(readFileSync(path, 'utf8'))
    const last = draft.reports.at(-1)
    const flat = { ...last, svi: { a: 1e-6, b: 0, rho: 0, m: 0, sigma: 0.1 } }
    writeFileSync(path, JSON.stringify({ ...draft, reports: [...draft.reports.slice(0, -1), flat] }))
    const refused = await report('--signer', '20', '--signer', '21')
    expect(refused.document.error.message).toMatch(
      /CalendarArbitrage in 2026-\S+ and 2026-\S+, first at log-moneyness -?\d/,
    )
    writeFileSync(path, JSON.stringify(draft))
  })

  test('that steps too far for its signatures stops opening only with leave, and all signers start it again', async () => {
    const { deployment } = foundation
    const draft = JSON.parse(readFileSync(path, 'utf8'))
    // Nine times the variance of its last slice, which keeps the others below it, is three times its volatility.
    const reader = (call: Parameters<Chain['read']>[0]) => chain.read(call)
    const now = await later(1)
    const { slices } = await readSurface(reader, deployment, { market: 1, spot: 0n, now })
    const { expiry, atmVolatility } = slices.at(-1)!
    const years = (expiry - now) / (365 * DAY)
    const a = 9 * (Number(atmVolatility) / 1e18) ** 2 * years
    const steep = { market: 1, expiry, forwardRatio: '1', svi: { a, b: 0, rho: 0, m: 0, sigma: 0.1 } }
    writeFileSync(path, JSON.stringify({ ...draft, reports: [steep] }))

    const two = ['--signer', '20', '--signer', '21']
    const warned = await report(...two)
    expect(warned.document.error.name).toBe('Surface.WouldStopOpeningError')
    expect(warned.document.error.message).toContain('with 2 of 3 signatures')
    expect((await report(...two, '--dry-run')).document.outcome).toBe('stops')
    const isStopped = async () => (await done('oracle')).surface.slices.at(-1).isStopped
    expect(await isStopped()).toBe(false)

    expect((await report(...two, '--allow-stop')).document.status).toBe('stopped')
    expect(await isStopped()).toBe(true)
    expect((await report(...two, '--signer', '22')).document.status).toBe('stored')
    expect(await isStopped()).toBe(false)
  })

  test('through the library: refused with every fault as data, and a step too far as an error of its own', async () => {
    const { deployment } = foundation
    const client = clientOf(9)
    const one = { market: 1, expiry: EXPIRY - DAY, reportedAt: EXPIRY, svi: 1n, forwardRatio: WAD, spotAtReport: WAD }
    const made = await signReport(deployment, {
      report: unsignedReport(deployment, [one]),
      signers: [cast.signers[0]!],
    })
    const refused = await relayReport(client, deployment, { report: made }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ReportRefusedError)
    const kinds = (refused as ReportRefusedError).faults.map(({ kind }) => kind)
    expect(kinds).toEqual(['expired', 'fromFuture', 'tooFewSigners'])
    expect((refused as ReportRefusedError).retryable).toBe(false)
    expect(new WouldStopOpeningError({ signed: 2, needed: 3 }).retryable).toBe(false)
  })
})

describe('an observation', { timeout: 240_000 }, () => {
  test('is a line of text for people, by the process they start', async () => {
    const where = ['--rpc', chain.anvil.rpcUrl, '--deployment', file]
    const { code, stdout, stderr } = await mining(() => keel(['oracle', 'observe', '--yes', ...where]))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Spot {8}open\n/)
    expect(stdout).toMatch(/Checkpoint {2}\ds old, at most 30m\nTransaction 0x\w{64}\n$/)
    const shown = await keel(['oracle', ...where])
    expect(shown.stdout).toMatch(/^ETH oracles on chain 31337 at 2026-03-22/)
    expect(shown.stdout).toMatch(/^ {12}22MAR26 +expires in /m)
  })

  test('refreshes the checkpoint, and again', async () => {
    const { spot } = await done('oracle', 'observe', '--yes')
    expect(spot).toMatchObject({ mode: 'open', faults: [], mark: '2000', secondary: null, sequencer: null })
    expect(spot.primary).toMatchObject({ answer: '2000', heartbeatSecs: HEARTBEAT, isUsable: true })
    const again = await done('oracle', 'observe', '--yes')
    expect(again.spot.checkpoint.at >= spot.checkpoint.at).toBe(true)
  })
})

describe('a settlement', { timeout: 240_000 }, () => {
  // A sparse feed: one round before the window, two in it, none at its end.
  const prints: Print[] = [
    { at: EXPIRY - 40 * MINUTE, price: 2_010 },
    { at: EXPIRY - 19 * MINUTE, price: 2_100 },
    { at: EXPIRY - 7 * MINUTE, price: 2_151 },
  ]
  const settlement = async (expiry = EXPIRY) =>
    (await done('oracle', '--expiry', String(expiry))).settlements.find(
      (each: Document) => Date.parse(each.expiry) === expiry * 1000,
    )

  test('waits for the round that ends the window, is then proven by whoever comes first, and pays once final', async () => {
    const { deployment } = foundation
    await printed(EXPIRY - 35 * MINUTE, prints.slice(0, 1))
    expect((await settlement()).next).toMatchObject({ kind: 'notExpired', until: '2026-03-22T08:00:00Z' })
    await printed(EXPIRY - 5 * MINUTE, prints.slice(1))
    expect((await settlement()).next.says).toMatch(/^averaging since 2026-03-22 07:30 UTC, expires in/)

    await printed(EXPIRY + MINUTE, [])
    const early = await run('oracle', 'settle', '22MAR26', '--yes')
    expect(early).toMatchObject({ code: 1, document: { error: { name: 'Settlement.NotProvableYetError' } } })
    expect(early.document.error.message).toMatch(
      /the round after it has not been posted\. The last round \(\d+\) is 4[89]\d s old, the feed's heartbeat is 3900 s\. Wait for a round, at the latest until 2026-03-22T09:05:00Z\./,
    )
    expect((await done('oracle', 'settle', 'all', '--yes')).settled).toMatchObject([{ next: { kind: 'wait' } }])

    await printed(EXPIRY + 20 * MINUTE, [{ at: EXPIRY + 11 * MINUTE, price: 2_222 }])
    expect((await settlement()).next).toMatchObject({ kind: 'prove', rounds: '4', left: '4' })
    // Two at once, and then a third: one price, proven once.
    const both = await mining(() =>
      Promise.all([9, 8].map((i) => proveSettlement(clientOf(i), deployment, { market: 1, expiry: EXPIRY }))),
    )
    const expected = averageOf(prints, EXPIRY)
    expect(both.map(({ view }) => view.price)).toEqual([expected, expected])
    const proven = await done('oracle', 'settle', '22MAR26', '--yes')
    expect(proven.settled).toMatchObject([
      { state: 'proposed', price: decimal(expected), transactions: [], series: [], next: { kind: 'dispute' } },
    ])

    const { finalAt } = both[0]!.view
    expect(Date.parse(proven.settled[0].finalAt)).toBe(finalAt * 1000)
    await printed(finalAt + 1, [])
    expect((await done('oracle', 'settle', 'all', '--yes')).settled).toMatchObject([
      { next: { kind: 'final' }, series: [SERIES], refused: [] },
    ])
    expect((await done('oracle', 'settle', 'all', '--yes')).settled).toMatchObject([{ series: [] }])
    const paid = (15n * (expected - BigInt(SPOT) * WAD)) / 10n / 10n ** 12n
    const [redeemed] = (await done('claim', '--series', SERIES)).options
    expect(redeemed).toMatchObject({ series: SERIES, size: '1.5' })
    // Payoff per option is rounded down to a base unit before it is multiplied.
    expect(Math.abs(Number(redeemed.paid) - Number(paid) / 1e6)).toBeLessThanOrEqual(2e-6)
  })

  test('of a dense feed takes chunks, and goes on where somebody stopped', async () => {
    const expiry = EXPIRY + DAY
    const dense = Array.from({ length: 361 }, (_, i) => ({ at: expiry - 30 * MINUTE + 5 * i, price: 2_000 + (i % 90) }))
    await printed(expiry - 35 * MINUTE, [{ at: expiry - 36 * MINUTE, price: 1_990 }])
    await printed(
      expiry - 10 * MINUTE,
      dense.filter(({ at }) => at <= expiry - 10 * MINUTE),
    )
    await printed(
      expiry + 5,
      dense.filter(({ at }) => at > expiry - 10 * MINUTE),
    )

    const { document } = await run('oracle', 'settle', '23MAR26', '--yes', '--rounds', '100')
    expect(document.settled[0].transactions).toHaveLength(4)
    expect(document.settled[0].price).toBe(decimal(averageOf(dense, expiry)))
  })

  test('keeps to the phase that was current: a replaced aggregator goes on reporting and is not heard', async () => {
    const expiry = EXPIRY + 2 * DAY
    await chain.mine(expiry - 2 * HOUR, [feedCall({ functionName: 'nextPhase', args: [] }, 'next phase')])
    const own = [
      { at: expiry - 50 * MINUTE, price: 2_020 },
      { at: expiry - 12 * MINUTE, price: 2_060 },
      { at: expiry + MINUTE, price: 2_090 },
    ]
    await printed(expiry - 49 * MINUTE, own.slice(0, 1))
    const stale = Array.from({ length: 20 }, (_, i) => expiry - 28 * MINUTE + 60 * i)
    await chain.mine(
      expiry - 8 * MINUTE,
      stale.map((at) => feedCall({ functionName: 'pushTo', args: [1, answer(9_999), BigInt(at)] }, 'replaced')),
    )
    await printed(expiry + 2 * MINUTE, own.slice(1))
    const { settled } = await done('oracle', 'settle', '24MAR26', '--yes')
    expect(settled).toMatchObject([{ price: decimal(averageOf(own, expiry)) }])
    expect(settled[0].transactions).toHaveLength(1)
  })

  test('whose feed was replaced inside the window comes from the ring, after the observation that closes it', async () => {
    const expiry = EXPIRY + 3 * DAY
    const before = expiry - 31 * MINUTE
    await printed(before, [{ at: before, price: 2_100 }])
    await printed(expiry - 16 * MINUTE, [])
    const switched = expiry - 15 * MINUTE
    await chain.mine(switched, [feedCall({ functionName: 'nextPhase', args: [] }, 'next phase')])
    await printed(switched + 1, [{ at: switched + 1, price: 2_200 }])
    await chain.mine(expiry + 40, [])
    expect((await settlement(expiry)).next).toMatchObject({ kind: 'observe' })

    const { settled } = await done('oracle', 'settle', '25MAR26', '--yes')
    expect(settled[0].transactions).toHaveLength(2)
    // seen from the first observation on, each until the next; the feed had nothing for one second
    const seen = [
      { at: before, price: 2_100 },
      { at: switched + 1, price: 2_200 },
    ]
    expect(settled[0].price).toBe(decimal(averageOf(seen, expiry)))
  })

  test('that nobody can prove names who may propose a price, and from when', async () => {
    const { deployment } = foundation
    const expiry = EXPIRY + 4 * DAY
    await printed(expiry - 20 * MINUTE, [{ at: expiry - 21 * MINUTE, price: 2_100 }])
    await chain.mine(expiry - 19 * MINUTE, [feedCall({ functionName: 'nextPhase', args: [] }, 'next phase')])
    await printed(expiry + 5 * MINUTE, [{ at: expiry + 2 * MINUTE, price: 2_300 }])
    const sent = mining(() => proveSettlement(clientOf(9), deployment, { market: 1, expiry }))
    await expect(sent).rejects.toThrow(RescueNeededError)
    await expect(sent).rejects.toMatchObject({ since: expiry + 6 * HOUR, retryable: false })
    expect(await settlement(expiry)).toMatchObject({
      bounds: { least: '1575', most: '2625' }, // a quarter about 2100, the last that was seen
      next: { kind: 'rescue', since: '2026-03-26T14:00:00Z' },
    })
    const reader = (call: Parameters<Chain['read']>[0]) => chain.read(call)
    const now = expiry + 6 * MINUTE
    expect((await readSettlement(reader, deployment, { market: 1, expiry, now })).state).toBe('open')
  })

  test('whose window the sequencer was down in comes from the ring, however good the rounds', async () => {
    const expiry = EXPIRY + 5 * DAY
    const { deployment, feed } = foundation
    const { spotOracle } = deployment.contracts
    const start = expiry - 2 * HOUR
    const sequencer = await deployFeed(start)
    const secondary = await deployFeed(start + 1)
    const reader = (call: Parameters<Chain['read']>[0]) => chain.read(call)
    const before = await readContract(reader, {
      address: spotOracle,
      abi: spotOracleAbi,
      functionName: 'sources',
      args: [1],
    })
    const sources = { ...before, sequencer, sequencerGrace: 600, secondary, secondaryHeartbeat: 2 * HOUR }
    const setMarket = encodeFunctionData({ abi: spotOracleAbi, functionName: 'setMarket', args: [1, sources] })
    const status = (at: number, isDown: bigint) => ({
      ...feedCall({ functionName: 'pushMany', args: [[isDown], [BigInt(at)]] }, 'status'),
      to: sequencer,
    })
    const other = feedCall({ functionName: 'pushMany', args: [[answer(2_104)], [BigInt(start + 2)]] }, 'secondary')
    const [up] = await chain.mine(start + 2, [
      { from: cast.deployer, to: spotOracle, data: setMarket, label: 'sources' },
      status(start + 2, 0n),
      { ...other, to: secondary },
    ])
    expect(up!.ok).toBe(true)

    await printed(expiry - 40 * MINUTE, [{ at: expiry - 41 * MINUTE, price: 2_100 }])
    const { spot } = await done('oracle')
    expect(spot).toMatchObject({
      secondary: { address: secondary, answer: '2104', isUsable: true },
      sequencer: { address: sequencer, isUp: true, graceSecs: 600 },
      primary: { address: feed },
    })
    await printed(expiry - 20 * MINUTE, [{ at: expiry - 20 * MINUTE, price: 2_130 }])
    await chain.mine(expiry - 18 * MINUTE, [status(expiry - 18 * MINUTE, 1n)])
    await printed(expiry - 16 * MINUTE, [{ at: expiry - 16 * MINUTE, price: 1_900 }])
    const down = await done('oracle')
    expect(down.spot).toMatchObject({ mode: 'down', sequencer: { isUp: false } })
    expect(down.spot.faults[0]).toMatchObject({ fault: 'sequencer', reason: expect.stringMatching(/was down/) })
    await chain.mine(expiry - 12 * MINUTE, [status(expiry - 12 * MINUTE, 0n)])
    await printed(expiry + 5 * MINUTE, [{ at: expiry + MINUTE, price: 2_140 }])

    const { settled } = await done('oracle', 'settle', '27MAR26', '--yes')
    // The ring took nothing while the sequencer was down, so it knows nothing of 1900.
    const seen = [
      { at: expiry - 40 * MINUTE, price: 2_100 },
      { at: expiry - 20 * MINUTE, price: 2_130 },
    ]
    expect(settled).toMatchObject([{ price: decimal(averageOf(seen, expiry)) }])
  })
})

async function deployFeed(time: number): Promise<Address> {
  const data = encodeDeployData({ abi: localAggregatorAbi, bytecode: localAggregatorBytecode, args: [cast.keeper, 8] })
  const [receipt] = await chain.mine(time, [{ from: cast.deployer, data, label: 'feed' }])
  return getAddress(receipt!.contractAddress!)
}

test('a signed price is written, signed, checked, relayed and shown', async () => {
  const { contracts } = foundation.deployment
  const { timestamp } = await chain.request('eth_getBlockByNumber', ['latest', false])
  const time = Number(timestamp) + 10
  const args = [contracts.authority, 8] as const
  const creation = encodeDeployData({ abi: signedFeedAbi, bytecode: signedFeedBytecode, args })
  const [created] = await chain.mine(time, [{ from: cast.deployer, data: creation, label: 'signed feed' }])
  const quick = getAddress(created!.contractAddress!)
  const ofFeed = (functionName: 'setSigners' | 'setFreshness', given: readonly unknown[]) => ({
    from: cast.deployer,
    to: quick,
    data: encodeFunctionData({ abi: signedFeedAbi, functionName, args: given } as never),
    label: functionName,
  })
  const oracle = { address: contracts.spotOracle, abi: spotOracleAbi } as const
  const before = await readContract((call) => chain.read(call), { ...oracle, functionName: 'sources', args: [1] })
  const sources = { ...before, quick, quickAge: 60, quickOutage: 600 }
  const data = encodeFunctionData({ abi: spotOracleAbi, functionName: 'setMarket', args: [1, sources] })
  const receipts = await chain.mine(time + 1, [
    ofFeed('setSigners', [cast.signers.map(({ address }) => address), 2n]),
    ofFeed('setFreshness', [60n]),
    { from: cast.deployer, to: contracts.spotOracle, data, label: 'sources' },
  ])
  expect(receipts.every(({ ok }) => ok)).toBe(true)
  expect((await done('oracle')).spot.faults).toContainEqual({
    fault: 'quickOutage',
    reason: 'the signed feed has no price of the last 10m: relay one',
  })

  const [path, signed] = [join(folder, 'price.json'), join(folder, 'signed-price.json')]
  const { chainId } = foundation.deployment
  writeFileSync(path, formatPrice({ chainId, feed: quick, decimals: 8, answer: 2_150n * 10n ** 8n, signatures: [] }))
  const few = await run('oracle', 'relay-price', path, '--signer', '20', '--yes')
  expect(few.code).toBe(1)
  expect(few.document.error.message).toMatch(/1 of its signers signed it, 2 must/)
  await done('oracle', 'relay-price', path, '--signer', '20', '--signer', '21', '--save', signed)
  expect(await done('oracle', 'relay-price', signed, '--dry-run')).toMatchObject({ outcome: 'stored', threshold: 2 })
  const stored = await done('oracle', 'relay-price', signed, '--yes')
  expect(stored).toMatchObject({ status: 'stored', feed: quick, price: '2150' })
  expect(await done('oracle', 'relay-price', signed, '--yes')).toMatchObject({ status: 'known' })
  expect((await done('oracle')).spot.quick).toMatchObject({ address: quick, answer: '2150', maxAgeSecs: 60 })
})
