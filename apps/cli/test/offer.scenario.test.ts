import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clearingAbi, marketAbi, ordersAbi } from '@keel/contracts/generated'
import type { Chain, Foundation, World } from '@keel/lab'
import { createCast, foundKeel, openChain, openWorld, startAnvil } from '@keel/lab'
import { parseSeriesId } from '@keel/model'
import type { Leg, Offer, QuotePart } from '@keel/sdk'
import {
  formatDeployment,
  parseOffer,
  partOf,
  prepareCancel,
  readBalance,
  readContract,
  readFilled,
  readLongs,
  readQuote,
  readSnapshot,
} from '@keel/sdk'
import type { Address, Hex } from 'viem'
import {
  bytesToHex,
  encodeAbiParameters,
  encodeFunctionData,
  erc20Abi,
  getAddress,
  keccak256,
  parseEventLogs,
  toHex,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCommand } from '../src/commands/table.ts'
import type { Io } from '../src/frame/io.ts'
import type { Ending } from '../src/frame/run.ts'
import { runCommand } from '../src/frame/run.ts'
import { nameOf } from '../src/show/series.ts'
import { formatExact, formatRounded } from '../src/values/decimal.ts'
import { seriesName } from '../src/values/seriesName.ts'

/** A market that has lived for a day, and offers in it from the signature to the last unit, by the commands alone. */

const HOUR = 3_600
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 20, 9) / 1000
const SPOT = 2_500
const WAD = 10n ** 18n
const UNIT = 10n ** 6n
const ANVIL_MNEMONIC = 'test test test test test test test test test test test junk'
const CONTRACT_MAKER = getAddress(toHex(0x1271, { size: 20 }))
/** Anvil's accounts by their numbers. */
const [MAKER, OTHER, TAKER] = ['8', '7', '9']

const folder = mkdtempSync(join(tmpdir(), 'keel-offer-'))
const [file, path] = [join(folder, 'deployment.json'), join(folder, 'offer.json')]
const cast = createCast()
const [maker, other, taker] = [cast.traders[3]!, cast.traders[2]!, cast.visitor]
let chain: Chain
let foundation: Foundation
let world: World
let call: string
let put: string

// biome-ignore lint/suspicious/noExplicitAny: a document of a command, as a script would read it
type Document = any

const keyOf = (account: string) =>
  bytesToHex(mnemonicToAccount(ANVIL_MNEMONIC, { addressIndex: Number(account) }).getHdKey().privateKey!)
const [makerKey, takerKey] = [keyOf(MAKER), keyOf(TAKER)]

async function runAs(json: boolean, args: readonly string[]): Promise<Ending & { readonly asked: readonly string[] }> {
  const where = ['--rpc', chain.anvil.rpcUrl, '--deployment', file]
  const { command, rest } = findCommand([...args, ...where, ...(json ? ['--json'] : [])])!
  const asked: string[] = []
  const confirm = async (question: string) => void asked.push(question)
  const signal = new AbortController().signal
  const io: Io = {
    json,
    env: { MAKER_KEY: makerKey, TAKER_KEY: takerKey },
    signal,
    print: () => {},
    progress: () => {},
    confirm,
  }
  await chain.request('evm_setAutomine', [true])
  const ending = await runCommand(command, { args: rest, io })
  await chain.request('evm_setAutomine', [false])
  return { ...ending, asked }
}

async function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly document: Document }> {
  const { code, stdout } = await runAs(true, args)
  return { code, document: JSON.parse(stdout) }
}

async function done(...args: readonly string[]): Promise<Document> {
  const { code, document } = await run(...args)
  expect({ args, code, document }).toMatchObject({ code: 0 })
  return document
}

/** What is said of an offer that would not be filled. */
async function refused(...args: readonly string[]): Promise<string> {
  const { code, document } = await run(...args)
  expect({ args, code, document }).toMatchObject({ code: 1, document: { error: { name: 'Offer.QuoteRefusedError' } } })
  return document.error.message
}

const reader = (of: Parameters<Chain['read']>[0]) => chain.read(of)
const offerIn = (at: string): Offer => parseOffer(readFileSync(at, 'utf8'))
const cashText = (amount: bigint) => formatExact(amount, 6)
const orders = () => ({ address: foundation.deployment.contracts.orders, abi: ordersAbi }) as const

async function mined(from: Address, to: Address, data: Hex): Promise<void> {
  const { timestamp } = await chain.request('eth_getBlockByNumber', ['latest', false])
  const [receipt] = await chain.mine(Number(timestamp) + 1, [{ from, to, data, label: 'of the test' }])
  expect(receipt!.ok).toBe(true)
}

const govern = (data: Hex) => mined(cast.deployer, foundation.deployment.contracts.orders, data)

const allowMaker = (account: Address) =>
  govern(encodeFunctionData({ abi: ordersAbi, functionName: 'setMaker', args: [account, true] }))

/** Every figure that a fill moves. */
async function takeFigures(legs: readonly Leg[]) {
  const { deployment } = foundation
  const { clearing } = deployment.contracts
  const token = deployment.asset.address
  const { boards, free, locked } = await readSnapshot(reader, deployment, 1)
  const sold = legs.map(({ series }) => {
    const { expiry, strike, isCall } = parseSeriesId(series)
    const { board } = boards.find((each) => each.board.expiry === expiry)!
    return (isCall ? board.calls : board.puts)[board.strikes.indexOf(strike)]!
  })
  return {
    taker: await readBalance(reader, { token, owner: taker }),
    clearing: await readBalance(reader, { token, owner: clearing }),
    ofVault: free + locked,
    held: await Promise.all(legs.map(({ series }) => readLongs(reader, deployment, { owner: taker, series }))),
    sold,
  }
}

type Figures = Awaited<ReturnType<typeof takeFigures>>

/** Cash went from the taker through clearing to the vault, options the other way, as much as the part is. */
function expectMoved(before: Figures, afterwards: Figures, { legs, price }: QuotePart): void {
  expect(afterwards).toEqual({
    taker: before.taker - price,
    clearing: before.clearing + price,
    ofVault: before.ofVault + price,
    held: before.held.map((size, i) => size + legs[i]!.size),
    sold: before.sold.map((size, i) => size - legs[i]!.size),
  })
}

/** Fills a share by the command and follows every unit. */
async function filled(at: string, share: bigint, ...args: readonly string[]): Promise<QuotePart> {
  const { quote } = offerIn(at)
  const before = await takeFigures(quote.legs)
  const already = await readFilled(reader, foundation.deployment, quote)
  const document = await done('offer', 'fill', at, ...args, '--yes')
  const part = partOf(quote, share)
  expectMoved(before, await takeFigures(quote.legs), part)
  expect(await readFilled(reader, foundation.deployment, quote)).toBe(already + share)
  expect(document).toMatchObject({ netCash: cashText(part.price), price: cashText(part.price), account: taker })
  expect(document.legs.map(({ size }: { size: string }) => size)).toEqual(
    part.legs.map(({ size }) => formatExact(size, 18)),
  )
  const { logs } = await chain.request('eth_getTransactionReceipt', [document.transaction])
  const [trade] = parseEventLogs({ abi: marketAbi, eventName: 'Trade', logs })
  const [event] = parseEventLogs({ abi: ordersAbi, eventName: 'QuoteFilled', logs })
  expect(trade!.args).toMatchObject({ trader: taker, recipient: taker, netCash: part.price })
  expect(event!.args).toMatchObject({ hash: document.digest, maker: quote.maker, taker, share, netCash: part.price })
  return part
}

/** What the market asks for legs, base units. */
async function modelPrice(legs: readonly Leg[]): Promise<bigint> {
  return (await readQuote(reader, foundation.deployment, { market: 1, legs })).netCash
}

const strangle = (size: string) => ['--buy', size, call, '--buy', size, put]

/** Signs an offer where another may be. */
async function signOver(at: string, ...args: readonly string[]): Promise<Document> {
  rmSync(at, { force: true })
  return done('offer', 'sign', at, ...args)
}

/** Signs an offer for a strangle so much below the market's price, base units; odd, so that parts are rounded. */
async function sign(at: string, ...args: readonly string[]): Promise<Offer> {
  const draft = await signOver(at, ...strangle('5'), '--price', '1', ...args)
  const model = await modelPrice(offerIn(at).quote.legs)
  const price = ((model - 20n * UNIT) / 10n) * 10n + 1n
  const document = await signOver(at, ...strangle('5'), '--price', cashText(price), ...args)
  expect(document.digest).not.toBe(draft.digest)
  const offer = offerIn(at)
  expect(offer.quote.price).toBe(price)
  expect(await readContract(reader, { ...orders(), functionName: 'hashOf', args: [offer.quote] })).toBe(document.digest)
  return offer
}

const asMaker = ['--key-env', 'MAKER_KEY']

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, hardfork: 'osaka', accounts: 11 }))
  const spot = BigInt(SPOT) * WAD
  foundation = await foundKeel(chain, { cast, time: START - 900, spot, equity: 1_000_000n, poolDepth: 2_000_000n })
  const { deployment } = foundation
  writeFileSync(file, formatDeployment(deployment))
  const plan = { seed: 7, lastExpiry: START + 30 * DAY, volatilityAt: () => ({ short: 0.6, long: 0.6 }) }
  world = await openWorld(chain, { foundation, cast, plan })
  await world.mintFor(START, { accounts: [...cast.depositors, taker, other], amount: 10n ** 12n })
  const step = (hour: number) =>
    world.step({ time: START + hour * HOUR, price: SPOT, isClose: true }, { trading: false })
  await step(1)
  for (const [i, who] of cast.depositors.entries())
    await world.requestDeposit(START + HOUR + 100 + i, who, 333_333_000_000n)
  for (let hour = 2; hour <= 26; hour++) await step(hour)
  // The world approves without limit; here the commands give what is needed.
  const { asset, contracts } = deployment
  const nothing = { abi: erc20Abi, functionName: 'approve', args: [contracts.clearing, 0n] } as const
  for (const each of [taker, other]) await mined(each, asset.address, encodeFunctionData(nothing))
  const { board } = (await readSnapshot(reader, deployment, 1)).boards.at(-1)!
  const strike = board.strikes.find((each) => each >= spot)!
  const named = (isCall: boolean) => seriesName({ symbol: 'ETH', expiry: board.expiry, strike, isCall })
  ;[call, put] = [named(true), named(false)]
}, 300_000)

afterAll(async () => {
  await chain?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('an offer is written whole or not at all, with what it says', async () => {
  const signed = await done('offer', 'sign', path, ...strangle('5'), '--price', '1000.5', '--band', '2', ...asMaker)
  expect(signed).toMatchObject({
    file: path,
    maker,
    taker: null,
    market: 'ETH',
    legs: [
      { series: call, size: '5' },
      { series: put, size: '5' },
    ],
    price: '1000.5',
    spotFrom: '2450',
    spotTo: '2550',
  })
  const { quote } = offerIn(path)
  expect(BigInt(signed.salt)).toBe(quote.salt)
  expect(quote.legs.map(({ series }) => nameOf(series, foundation.deployment))).toEqual([call, put])
  const taken = join(folder, 'taken')
  mkdirSync(taken)
  const inTheWay = await run('offer', 'sign', taken, ...strangle('5'), '--price', '1', ...asMaker)
  expect(inTheWay.document.error.message).toContain('it is a folder')
  const text = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...text, quote: { ...text.quote, price: 7 } }))
  expect((await run('offer', 'check', path)).document.error.message).toContain('quote.price is not')
  const upside = ['--spot-from', '3', '--spot-to', '2']
  const empty = await run('offer', 'sign', join(taken, 'x'), ...strangle('5'), '--price', '1', ...upside, ...asMaker)
  expect(empty).toMatchObject({ code: 2, document: { error: { name: 'Cli.EmptyBandError' } } })
})

test('an offer is never written over another, also when two are signed at once', async () => {
  const at = join(folder, 'once.json')
  const line = ['offer', 'sign', at, ...strangle('5'), '--price', '1', ...asMaker]
  const both = await Promise.all([run(...line), run(...line)])
  const [first, second] = both.toSorted((a, b) => a.code! - b.code!)
  expect(first).toMatchObject({ code: 0, document: { salt: toHex(offerIn(at).quote.salt) } })
  const text = readFileSync(at, 'utf8')
  for (const late of [second, await run(...line)])
    expect(late).toMatchObject({
      code: 1,
      document: {
        error: { name: 'Cli.OfferExistsError', message: expect.stringMatching(/another name, or remove it/) },
      },
    })
  expect(readFileSync(at, 'utf8')).toBe(text)
})

test('a maker’s offer is filled in parts, and no more of it than there is', { timeout: 120_000 }, async () => {
  const { quote } = await sign(path, ...asMaker)
  const early = await refused('offer', 'check', path)
  expect(early).toContain(`does not allow ${maker}`)
  expect(early).toContain(`${taker} does not let the orders module trade for it`)
  await allowMaker(maker)

  expect(await refused('offer', 'fill', path, '--share', '0.4', '--yes')).toContain('--allow-orders')
  const first = await filled(path, (4n * WAD) / 10n, '--share', '0.4', '--allow-orders')
  expect(first.price).toBe((quote.price * 4n) / 10n + 1n)
  const { clearing } = foundation.deployment.contracts
  const given = { address: clearing, abi: clearingAbi, functionName: 'ordersOf', args: [taker] } as const
  expect(await readContract(reader, given)).toBe(orders().address)

  const more = await refused('offer', 'fill', path, '--share', '0.7', '--yes')
  expect(more).toContain('60 % of it is left, 70 % is asked for')
  expect(await refused('offer', 'check', path, '--share', '0.00001')).toContain('is not in whole lots of 0.001')
  const rest = await done('offer', 'check', path)
  expect(rest).toMatchObject({
    outcome: 'approvalMissing',
    share: '0.6',
    price: cashText(partOf(quote, (6n * WAD) / 10n).price),
  })

  const stranger = await run('offer', 'cancel', path, '--account', OTHER, '--yes')
  expect(stranger.document.error.message).toContain('NotMaker')
  expect(await done('offer', 'cancel', path, ...asMaker, '--yes')).toMatchObject({ maker })
  expect(await refused('offer', 'fill', path, '--yes')).toContain('its maker cancelled it')
  expect(await refused('offer', 'fill', path, '--share', '0.1', '--yes')).toContain('its maker cancelled it')
})

test('one without a share is filled to its end; what was bought is taken back', { timeout: 120_000 }, async () => {
  await sign(path, ...asMaker)
  await filled(path, WAD / 4n, '--share', '0.25')
  await filled(path, (3n * WAD) / 4n)
  expect(await refused('offer', 'check', path)).toContain('Nothing of it is left')

  const back = ['--sell', '5', call, '--sell', '4', put]
  await signOver(path, ...back, '--price', '-1', ...asMaker)
  const { legs } = offerIn(path).quote
  const price = ((await modelPrice(legs)) / 10n) * 10n - 1n
  await signOver(path, ...back, '--price', cashText(price), ...asMaker)
  expect(await done('offer', 'check', path, '--share', '0.5')).toMatchObject({ outcome: 'fills' })
  const part = await filled(path, WAD / 2n, '--share', '0.5')
  expect(part.price).toBe(price / 2n)
  expect(2n * part.price).toBe(price + 1n)
  const sold = await refused('offer', 'check', path, '--share', '0.5', '--taker', other)
  expect(sold).toContain(`and ${other} has 0`)
})

test('people read the same, and are asked before anything is sent', { timeout: 120_000 }, async () => {
  const { quote } = await sign(path, ...asMaker)
  const part = partOf(quote, WAD / 5n)
  const [paid, legs] = [
    `pay ${formatRounded(part.price, { decimals: 6, places: 6 })} USDC`,
    `buy  1 ${call}\nbuy  1 ${put}`,
  ]
  const checked = await runAs(false, ['offer', 'check', path, '--share', '0.2'])
  expect(checked.stdout).toContain(
    `${legs}\nFor 20 % of the whole you ${paid}. Nothing is seen to be missing but the approval. What the market checks after payment is seen only once clearing may take the price.\nBy the market's own price`,
  )
  expect(checked.stdout).toContain('while spot is from 2475 to 2525.')
  const done = await runAs(false, ['offer', 'fill', path, '--share', '0.2'])
  expect(done.asked).toEqual([`${legs}\nFill 20 % of the offer, for which you ${paid}?`])
  expect(done.stdout).toContain(`${legs}\nDone: you paid`)
  rmSync(path)
  const signed = await runAs(false, ['offer', 'sign', path, ...strangle('5'), '--price', '-1', ...asMaker])
  expect(signed.stdout).toContain(`${path} offers that for the whole you receive 1.000000 USDC. Nothing was sent.`)
  const bad = await runAs(false, ['offer', 'check', path, '--share', '0.2', '--taker', other])
  expect(bad).toMatchObject({ code: 1, stdout: '' })
  expect(bad.stderr).toMatch(
    /^error: The signed quote would not be filled\. Its price is -0\.2 USDC.*orders module.*\n$/,
  )
  const cancelled = await runAs(false, ['offer', 'cancel', path, ...asMaker])
  expect(cancelled.asked).toEqual([`Cancel the offer from ${maker}?`])
  expect(cancelled.stdout).toContain('Nothing more of the offer can be filled.')
})

test('a maker that is a contract answers for the signature', { timeout: 120_000 }, async () => {
  await allowMaker(CONTRACT_MAKER)
  const offer = await sign(path, '--maker', CONTRACT_MAKER, ...asMaker)
  expect(await refused('offer', 'check', path)).toContain(`not of ${CONTRACT_MAKER}`)
  const digest = await readContract(reader, { ...orders(), functionName: 'hashOf', args: [offer.quote] })
  // EQ of the digest and the first argument, times the magic value, returned.
  const code = `0x7f${digest.slice(2)}600435147f1626ba7e${'0'.repeat(56)}025f5260205ff3`
  await chain.request('anvil_setCode', [CONTRACT_MAKER, code])
  await filled(path, WAD / 5n, '--share', '0.2')
  const { to, data } = prepareCancel(foundation.deployment, offer.quote)
  await chain.read({ from: CONTRACT_MAKER, to, data })
  await sign(path, '--maker', CONTRACT_MAKER, ...asMaker)
  expect(await refused('offer', 'fill', path, '--yes')).toContain(`not of ${CONTRACT_MAKER}`)
})

test('everything that is missing is named at once', { timeout: 120_000 }, async () => {
  const narrow = ['--taker', other, '--spot-from', '2600', '--spot-to', '2700', '--deadline-secs', '5']
  await sign(path, ...narrow, ...asMaker)
  const wrong = await refused('offer', 'fill', path, '--yes')
  expect(wrong).toContain(`It is for ${other}, not for ${taker}`)
  expect(wrong).toContain('Spot is 2500, and it fills from 2600 to 2700')
  const { timestamp } = await chain.request('eth_getBlockByNumber', ['latest', false])
  await chain.mine(Number(timestamp) + 6, [])
  const offer = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...offer, quote: { ...offer.quote, price: '9000' } }))
  const all = await refused('offer', 'check', path, '--account', '9')
  const forItsTaker = await refused('offer', 'check', path)
  expect(forItsTaker).toContain('It held until')
  expect(forItsTaker).not.toContain('It is for')
  for (const words of ['It held until', 'It is for', 'not of', 'Spot is', 'Its price is 9000 USDC'])
    expect(all).toContain(words)
  writeFileSync(path, JSON.stringify({ ...offer, chainId: 1 }))
  expect(await refused('offer', 'fill', path, '--yes')).toContain('It was made for chain 1')
})

test('an offer waits while spot is out of its band', { timeout: 120_000 }, async () => {
  await sign(path, ...asMaker)
  expect(await done('offer', 'check', path)).toMatchObject({ outcome: 'approvalMissing' })
  await world.step({ time: START + 27 * HOUR, price: SPOT * 1.012, isClose: true }, { trading: false })
  expect(await refused('offer', 'fill', path, '--yes')).toContain('Spot is 2530, and it fills from 2475 to 2525')
  await world.step({ time: START + 28 * HOUR, price: SPOT, isClose: true }, { trading: false })
  await filled(path, WAD / 5n, '--share', '0.2')
})

test('the runbook’s commands work as they are written', { timeout: 120_000 }, async () => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/runbooks/makers.md', import.meta.url)), 'utf8')
  const [, block] = /```sh\n(.*?)```/s.exec(text)!
  const at = join(folder, 'runbook.json')
  const [bought] = offerIn(path).quote.legs
  expect(nameOf(bought!.series, foundation.deployment)).toBe(call)
  const price = cashText(await modelPrice([{ series: bought!.series, size: 10n * WAD }]))
  const here: Readonly<Record<string, string>> = {
    'offer.json': at,
    'ETH-27MAR26-2500-C': call,
    '950': price,
    $TAKER: taker,
  }
  const lines = block!
    .trim()
    .split('\n')
    .map((line) => line.replace(/ *#.*/, '').split(' ').slice(1))
  expect(lines.map(([, verb]) => verb)).toEqual(['sign', 'check', 'fill', 'fill', 'cancel'])
  for (const line of lines) {
    const { code, stderr } = await runAs(
      false,
      line.map((word) => here[word] ?? word),
    )
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' })
  }
})

const transactionsOf = async (who: Address) => Number(await chain.request('eth_getTransactionCount', [who, 'latest']))

const allowanceOf = (owner: Address) => {
  const { asset, contracts } = foundation.deployment
  const call = { address: asset.address, abi: erc20Abi, functionName: 'allowance' } as const
  return readContract(reader, { ...call, args: [owner, contracts.clearing] })
}

async function undone(steps: () => Promise<void>): Promise<void> {
  const before = await chain.request('evm_snapshot', [])
  await steps()
  await chain.request('evm_revert', [before])
}

test('leave for the orders module comes first, and stays where the market then refuses', {
  timeout: 120_000,
}, async () => {
  await sign(path, ...asMaker)
  const { deployment } = foundation
  const allowOrders = { abi: clearingAbi, functionName: 'allowOrders', args: [CONTRACT_MAKER] } as const
  const pause = { abi: marketAbi, functionName: 'pause', args: [1, 2] } as const
  await undone(async () => {
    await mined(other, deployment.contracts.clearing, encodeFunctionData(allowOrders))
    await mined(cast.deployer, deployment.contracts.market, encodeFunctionData(pause))
    const sent = await transactionsOf(other)
    const line = ['offer', 'fill', path, '--share', '0.2', '--account', OTHER, '--allow-orders']
    const { code, stderr, asked } = await runAs(false, line)
    expect(asked[0]).toContain('First the orders module is let trade for you, from now on. That stays')
    expect(asked[0]).toContain(`takes the place of ${CONTRACT_MAKER},`)
    expect(stderr).toMatch(/would not be filled\. MarketPaused.* may trade for you was sent and stays\.\n$/)
    expect({ code, sent: await transactionsOf(other) }).toEqual({ code: 1, sent: sent + 1 })
    expect(await allowanceOf(other)).toBe(0n)
  })
  const document = await done('offer', 'fill', path, '--share', '0.2', '--account', OTHER, '--allow-orders', '--yes')
  expect(document.replaced).toBeNull()
})

test('what the market checks after payment is named before the fill is sent', { timeout: 120_000 }, async () => {
  const { quote } = await sign(path, ...asMaker)
  await undone(async () => {
    await lockForVault()
    expect(await done('offer', 'check', path, '--share', '0.2')).toMatchObject({ outcome: 'approvalMissing' })
    const sent = await transactionsOf(taker)
    const said = await refused('offer', 'fill', path, '--share', '0.2', '--yes')
    const { price } = partOf(quote, WAD / 5n)
    expect(said).toContain('BufferLimit')
    expect(said).toContain(`The approval of ${cashText(price)} USDC for clearing was sent and stays.`)
    expect({ sent: await transactionsOf(taker), may: await allowanceOf(taker) }).toEqual({ sent: sent + 1, may: price })
    expect(await refused('offer', 'check', path, '--share', '0.2')).toContain('BufferLimit')
  })
})

/** Makes clearing believe that the vault has twenty times as much locked as free, whose buffer is more than it has. */
async function lockForVault(): Promise<void> {
  const { clearing, vault } = foundation.deployment.contracts
  const { free, locked } = await readSnapshot(reader, foundation.deployment, 1)
  const word = (of: bigint) => toHex((of << 128n) | free, { size: 32 })
  for (let slot = 0; slot < 32; slot++) {
    const at = keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [vault, BigInt(slot)]))
    if ((await chain.request('eth_getStorageAt', [clearing, at, 'latest'])) !== word(locked)) continue
    await chain.request('anvil_setStorageAt', [clearing, at, word(20n * free)])
    return
  }
  expect.unreachable('no slot holds the cash of the vault')
}
