import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deployment } from '@keel/sdk'
import { CORE_CONTRACTS, formatDeployment } from '@keel/sdk'
import type { Address } from 'viem'
import { zeroAddress } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findCommand } from '../src/commands/table.ts'
import type { Io } from '../src/frame/io.ts'
import { runCommand } from '../src/frame/run.ts'
import type { FakeRpc } from './fakeRpc.ts'
import { fakeRpc } from './fakeRpc.ts'
import { keel } from './keel.ts'

const LOCAL = 31_337
const MAINNET = 1
/** Anvil's account 3, which everybody knows. */
const PUBLIC_KEY = '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6'
const SERIES = 'ETH-27MAR26-2500-C'
const ADDRESS: Address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
/** Port 1 is reserved, and nothing listens there. */
const NOBODY = 'http://127.0.0.1:1'

const folder = mkdtempSync(join(tmpdir(), 'keel-bad-'))
const at = (name: string) => join(folder, name)

const deployment = (chainId: number): Deployment => ({
  chainId,
  contracts: Object.fromEntries(CORE_CONTRACTS.map((name) => [name, ADDRESS])) as Deployment['contracts'],
  asset: { address: ADDRESS, symbol: 'USDC', decimals: 6 },
  markets: [{ id: 1, symbol: 'ETH', underlying: ADDRESS, underlyingDecimals: 18, feed: ADDRESS, reactors: [ADDRESS] }],
})

const block = { number: '0x1', timestamp: '0x69000000', baseFeePerGas: '0x0', transactions: [] }
let local: FakeRpc
let mainnet: FakeRpc
let empty: FakeRpc
let odd: FakeRpc

beforeAll(async () => {
  const answers = { eth_getCode: '0x60', eth_getBlockByNumber: block, eth_call: '0x' }
  local = await fakeRpc({ eth_chainId: '0x7a69', ...answers })
  mainnet = await fakeRpc({ eth_chainId: '0x1', ...answers })
  empty = await fakeRpc({ eth_chainId: '0x7a69', eth_getCode: '0x' })
  odd = await fakeRpc({})
  writeFileSync(at('local.json'), formatDeployment(deployment(LOCAL)))
  writeFileSync(at('mainnet.json'), formatDeployment(deployment(MAINNET)))
  writeFileSync(at('not.json'), 'chainId: 1')
  writeFileSync(at('half.json'), JSON.stringify({ ...deployment(LOCAL), asset: { symbol: 'USDC' } }))
  writeFileSync(at('none.json'), JSON.stringify({ ...deployment(LOCAL), markets: [] }))
})

afterAll(() => {
  for (const rpc of [local, mainnet, empty, odd]) rpc.close()
  rmSync(folder, { recursive: true, force: true })
})

async function run(line: readonly string[], env: Io['env'] = {}) {
  const { command, rest: args } = findCommand(line)!
  const signal = new AbortController().signal
  const io: Io = { json: false, env, signal, print: () => {}, progress: () => {}, confirm: async () => {} }
  return runCommand(command, { args, io })
}

/** One line that begins with `error:`, the exit code, and nothing on standard output. */
async function expectError(
  line: readonly string[],
  { code, says, env }: { code: number; says: RegExp; env?: Io['env'] },
) {
  const ending = await run(line, env)
  expect(ending.stderr).toMatch(says)
  expect(ending.stderr).toMatch(/^error: [^\n]+[.?]\n$/)
  expect(ending).toMatchObject({ code, stdout: '' })
}

const OF_LOCAL = () => ['--rpc', local.url, '--deployment', at('local.json')]
const OF_MAINNET = () => ['--rpc', mainnet.url, '--deployment', at('mainnet.json')]

describe('bad words', () => {
  test.each([
    [['trade'], 'needs --buy or --sell'],
    [['quote', '--buy', '1.5', 'ETH'], 'a name like ETH-27MAR26-2500-C'],
    [['quote', '--buy', 'much', SERIES], 'a decimal number such as'],
    [['quote', '--buy', '0', SERIES], 'above zero'],
    [['quote', '--buy', '-1', SERIES], 'zero or more'],
    [['quote', '--buy', '0.0000000000000000001', SERIES], 'at most 18 decimals'],
    [['quote', '--buy', '1', SERIES, '--sell', '1', SERIES.toLowerCase()], 'stands in two legs'],
    [['quote', '--buy', '1', SERIES, '--buy', '1', 'BTC-27MAR26-90000-C'], 'several markets'],
    [['quote', '--buy', '1', SERIES, '--at', '2026-03-20'], '--at only goes with --snapshot'],
    [['quote', '--buy', '1', SERIES, '--snapshot', 'eth.json', '--check'], 'exclude each other'],
    [['quote', '--buy', '1', SERIES, '--snapshot', 'eth.json', '--rpc', NOBODY], 'exclude each other'],
    [['trade', '--buy', '1', SERIES, '--deadline-secs', '0'], '--deadline-secs is "0"'],
    [['deploy', '--asset', ADDRESS], 'needs --underlying'],
    [['deploy', '--asset', '0x1234'], '--asset is "0x1234", which is not an address'],
    [['status', '--address', 'vitalik.eth'], '--address is "vitalik.eth"'],
    [['status', '--address', ADDRESS, '--account', '1'], 'exclude each other'],
    [['withdraw', 'everything'], 'SHARES is "everything"'],
    [['replay', 'h.csv', '--from', '2020-04-01', '--to', '2020-03-01'], 'is not before'],
    [['replay', 'h.csv', '--from', 'march'], '--from is "march"'],
    [['replay', 'h.csv', '--seed', '-1'], '--seed is "-1"'],
    [['up', '--speed', '0'], '--speed is "0"'],
    [['up', '--port', '70000'], '--port is "70000"'],
    [['up', '--for', '0'], '--for is "0"'],
    [['up', '--feed-deviation', '0'], '--feed-deviation is "0"'],
    [['replay', 'h.csv', '--feed-deviation', '11'], 'a percentage up to 10'],
    [['replay', 'h.csv', '--feed-heartbeat', '59'], 'a whole number from 60 to 86400'],
    [['oracle', '--expiry', '31FEB26'], 'a day like 27MAR26'],
    [['oracle', 'settle', 'tomorrow'], 'EXPIRY is "tomorrow"'],
    [['oracle', 'settle', 'all', '--rounds', '1'], 'a whole number from 2 to 256'],
    [['oracle', 'settle'], 'keel oracle settle needs EXPIRY'],
    [['oracle', 'relay'], 'keel oracle relay needs FILE'],
    [['oracle', 'relay-price'], 'keel oracle relay-price needs FILE'],
    [['order', 'request'], 'keel order request needs --buy or --sell'],
    [['order', 'execute', '7'], 'keel order execute needs FILE'],
    [['order', 'refund'], 'keel order refund needs ID'],
  ])('%j', async (line, says) => {
    await expectError(line, { code: 2, says: new RegExp(says.replace(/[.$()]/g, '\\$&')) })
  })

  test('limits that contradict the order, or the collateral', async () => {
    const trade = (...more: string[]) => ['trade', ...OF_LOCAL(), ...more]
    await expectError(trade('--sell', '1', SERIES, '--limit', '80'), { code: 2, says: /only sells is paid/ })
    await expectError(trade('--buy', '1', SERIES, '--limit', '-80'), { code: 2, says: /only buys pays/ })
    await expectError(trade('--buy', '1', SERIES, '--limit', '0.0000001'), { code: 2, says: /at most 6 decimals/ })
    await expectError(trade('--buy', '1', SERIES, '--slippage', '100'), { code: 2, says: /percentage below 100/ })
    await expectError(trade('--buy', '1', SERIES, '--limit', '1', '--slippage', '1'), { code: 2, says: /exclude/ })
    await expectError(trade('--buy', '1', 'BTC-27MAR26-2500-C'), { code: 2, says: /no market BTC .* It has ETH/ })
  })
})

describe('bad deployment files', () => {
  const status = (file: string) => ['status', '--rpc', local.url, '--deployment', at(file)]

  test.each([
    ['missing.json', /There is no deployment file .*missing\.json\. Start keel up/],
    ['.', /Cannot read .*: EISDIR/],
    ['not.json', /the file is not JSON\. Write the file with keel deploy/],
    ['half.json', /asset\.address is not an address/],
    ['none.json', /markets is not a list with a market/],
  ])('%s', async (file, says) => {
    await expectError(status(file), { code: 1, says })
  })

  test('of another chain', async () => {
    await expectError(status('mainnet.json'), { code: 1, says: /of chain 1, the RPC serves chain 31337/ })
  })

  test('of a chain that was started anew', async () => {
    const line = ['status', '--rpc', empty.url, '--deployment', at('local.json')]
    await expectError(line, { code: 1, says: /There is no contract \(the lens of the deployment file\) at 0x/ })
  })
})

describe('bad snapshots', () => {
  const quote = (file: string) => ['quote', '--buy', '1', SERIES, '--snapshot', at(file)]

  test.each([
    ['missing.json', /There is no snapshot .*missing\.json\. Write one with keel snapshot --out FILE/],
    ['.', /Cannot read .*: EISDIR/],
    ['not.json', /In the snapshot the file is not an object\. Take a new one with keel snapshot/],
    ['local.json', /In the snapshot format is not a natural number/],
    ['future.json', /The snapshot has format 99, and this version reads format 2/],
  ])('%s', async (file, says) => {
    writeFileSync(at('future.json'), JSON.stringify({ format: 99 }))
    await expectError(quote(file), { code: 1, says })
  })

  test('taken into a folder', async () => {
    await expectError(['snapshot', ...OF_LOCAL(), '--out', folder], {
      code: 1,
      says: /Cannot write .*: it is a folder/,
    })
  })
})

describe('bad RPCs', () => {
  const status = (rpc: string) => ['status', '--rpc', rpc, '--deployment', at('local.json')]

  test('nobody there', async () => {
    const says = /^error: No RPC answers at http:\/\/127\.0\.0\.1:1\/?\. Start keel up, or pass the --rpc/
    await expectError(status(NOBODY), { code: 1, says })
  })

  test('no chain behind it', async () => {
    await expectError(status(odd.url), { code: 1, says: /The RPC refused: no eth_chainId here\. Check/ })
  })

  test.each(['localhost:8545', 'ftp://x', 'nonsense'])('%s is no address', async (rpc) => {
    await expectError(status(rpc), { code: 2, says: /an http or https address/ })
  })
})

describe('bad reports', () => {
  const relay = (file: string, ...more: string[]) => ['oracle', 'relay', at(file), ...OF_LOCAL(), ...more]
  const slice = { market: 1, expiry: 1_774_598_400, svi: '0x1', forwardRatio: '1' }
  const draft = { format: 'keel-surface-report-1', chainId: LOCAL, surfaceOracle: ADDRESS, reports: [slice] }
  const signed = { signer: ADDRESS, signature: '0x00' }

  const price = { format: 'keel-price-report-1', chainId: LOCAL, feed: ADDRESS, decimals: 8, price: '2500' }

  test.each<readonly [string, unknown, RegExp]>([
    ['a price too exact', { ...price, price: '1.123456789' }, /price is not a decimal text of at most 8 places/],
    [
      'a price signed without its time',
      { ...price, signatures: [signed] },
      /signedAt is not there, though it is signed/,
    ],
    ['a price of nobody', price, /no signature and none is added/],
  ])('%s', async (name, content, says) => {
    writeFileSync(at(`${name}.json`), JSON.stringify(content))
    const line = ['oracle', 'relay-price', at(`${name}.json`), ...OF_LOCAL()]
    await expectError(line, { code: name === 'a price of nobody' ? 2 : 1, says })
  })

  test.each<readonly [string, unknown, RegExp]>([
    ['of another format', { ...draft, format: 'report' }, /format is not "keel-surface-report-1"/],
    [
      'a price as a number',
      { ...draft, reports: [{ ...slice, forwardRatio: 1 }] },
      /reports\[0\]\.forwardRatio is not a decimal text/,
    ],
    [
      'a slice without rho',
      { ...draft, reports: [{ ...slice, svi: { a: 0.1, b: 0.1 } }] },
      /reports\[0\]\.svi\.rho is not a number/,
    ],
    [
      'signed before it was complete',
      { ...draft, signatures: [signed] },
      /reports is not complete, though it is signed/,
    ],
    ['of nobody', draft, /no signature and none is added\. Pass --signer-env NAME/],
  ])('%s', async (name, report, says) => {
    writeFileSync(at(`${name}.json`), JSON.stringify(report))
    const code = name === 'of nobody' ? 2 : 1
    await expectError(relay(`${name}.json`), { code, says })
  })

  test('missing, and signed with public keys on a public chain', async () => {
    await expectError(relay('none-such.json'), { code: 1, says: /Cannot read .*none-such\.json: ENOENT/ })
    writeFileSync(at('draft.json'), JSON.stringify(draft))
    const line = ['oracle', 'relay', at('draft.json'), ...OF_MAINNET(), '--signer', '20']
    await expectError(line, { code: 1, says: /everybody knows the keys/ })
  })
})

describe('accounts', () => {
  const deposit = ['deposit', '10', '--yes']

  test('anvil’s keys are refused on a public chain, by number and by value', async () => {
    const says = /Chain 1 is public, and everybody knows the keys/
    await expectError([...deposit, ...OF_MAINNET(), '--account', '0'], { code: 1, says })
    const env = { KEY: PUBLIC_KEY }
    await expectError([...deposit, ...OF_MAINNET(), '--key-env', 'KEY'], { code: 1, says, env })
    await expectError([...deposit, ...OF_MAINNET(), '--key-env', 'KEY'], {
      code: 1,
      says,
      env: { KEY: PUBLIC_KEY.slice(2).toUpperCase() },
    })
    expect(mainnet.methods).not.toContain('eth_sendRawTransaction')
  })

  test('keel deploy refuses them before anything is read or sent', async () => {
    const parts = ['asset', 'underlying', 'feed', 'pool'].flatMap((part) => [`--${part}`, ADDRESS])
    const line = ['deploy', '--rpc', mainnet.url, ...parts, '--out', at('new.json'), '--yes']
    await expectError([...line, '--account', '1'], { code: 1, says: /everybody knows the keys/ })
    const env = { KEY: generatePrivateKey() }
    await expectError([...line, '--key-env', 'KEY'], { code: 2, says: /say who signs/, env })
    await expectError([...line, '--out', at('local.json')].toSpliced(line.indexOf('--out'), 2), {
      code: 1,
      says: /is there already\. Pass --out/,
    })
  })

  test('a public chain has no account by default', async () => {
    await expectError([...deposit, ...OF_MAINNET()], { code: 2, says: /Pass --key-env NAME/ })
  })

  test('an offer for anyone is checked for somebody who is named there, one for a taker for that one', async () => {
    const orders = ADDRESS
    const quote = {
      maker: ADDRESS,
      market: 1,
      legs: [],
      price: '1',
      spotFrom: '1',
      spotTo: '2',
      deadline: 1,
      salt: '0x1',
    }
    const offer = { format: 'keel-offer-1', chainId: MAINNET, orders, decimals: 6, signature: '0x00' }
    const checkFor = async (taker: Address) => {
      writeFileSync(at('offer.json'), JSON.stringify({ ...offer, quote: { ...quote, taker } }))
      return run(['offer', 'check', at('offer.json'), ...OF_MAINNET()])
    }
    const open = await checkFor(zeroAddress)
    expect(open).toMatchObject({ code: 2, stderr: expect.stringMatching(/for anyone.* pass --taker ADDRESS/) })
    expect((await checkFor(ADDRESS)).stderr).not.toMatch(/account|--taker/)
    const line = ['offer', 'fill', at('offer.json'), ...OF_MAINNET(), '--yes']
    await expectError(line, { code: 2, says: /Pass --key-env NAME/ })
  })

  test('a key is never repeated', async () => {
    const key = generatePrivateKey()
    const line = [...deposit, ...OF_LOCAL(), '--key-env']
    const cases = [
      { name: key, env: {}, says: /takes the name of an environment variable/ },
      { name: 'KEY', env: {}, says: /KEY is not set/ },
      { name: 'KEY', env: { KEY: `${key}ff` }, says: /holds no private key/ },
      { name: 'KEY', env: { KEY: `0x${'0'.repeat(64)}` }, says: /holds no private key/ },
    ]
    for (const { name, env, says } of cases) {
      await expectError([...line, name], { code: 2, says, env })
      expect((await run([...line, name], env)).stderr).not.toContain(key.slice(2))
    }
  })
})

describe('as a process', () => {
  test('an error is one line on standard error, and a document with --json', async () => {
    const plain = await keel(['stauts'])
    expect(plain).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: There is no command stauts. Did you mean keel status?\n',
    })
    const { code, stdout, stderr } = await keel(['status', '--json', '--deployment', at('missing.json')])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: There is no deployment file[^\n]*\n$/)
    expect(JSON.parse(stdout)).toEqual({
      error: { name: 'Cli.MissingDeploymentError', message: stderr.slice('error: '.length).trim() },
    })
  })

  test('a command of a command is found, helped with, and missed by its whole name', async () => {
    expect((await keel(['help', 'oracle', 'relay'])).stdout).toContain('Usage: keel oracle relay FILE')
    expect((await keel(['oracle', 'settle', '--help'])).stdout).toContain('Usage: keel oracle settle EXPIRY')
    expect(await keel(['oracle', 'obsreve'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: There is no command oracle obsreve. Did you mean keel oracle observe?\n',
    })
  })

  test('KEEL_DEBUG=1 adds the stack', async () => {
    const { stderr } = await keel(['status', '--deployment', at('missing.json')], { env: { KEEL_DEBUG: '1' } })
    expect(stderr).toMatch(/\n\s+at .*connect\.ts/)
  })

  test('nobody to ask means nothing is sent', async () => {
    const { code, stderr } = await keel(['deposit', '10', ...OF_LOCAL()])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: This sends transactions and nobody can be asked here. Pass --yes to go ahead.\n',
    })
  })

  test('help goes to standard output', async () => {
    for (const args of [[], ['--help'], ['help'], ['help', 'trade'], ['trade', '--help']]) {
      const { code, stdout, stderr } = await keel(args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain('Usage: keel')
    }
  })
})
