import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { hexToBigInt, hexToNumber } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Anvil, Call, Chain } from '../src/index.ts'
import { AnvilDiedError, createCast, openChain, PortBusyError, RpcError, startAnvil } from '../src/index.ts'
import { anvilsWith, until } from './anvils.ts'

const GENESIS = 1_704_672_000
const { depositors, traders } = createCast()

let opened: Chain[] = []
async function open(): Promise<Chain> {
  const chain = await openChain(await startAnvil({ timestamp: GENESIS }))
  opened.push(chain)
  return chain
}

afterEach(async () => {
  await Promise.all(opened.map((chain) => chain.close()))
  opened = []
})

/** Of each thread, as the kernel tells it: T once it stands still. */
const statesOf = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/task`).map((thread) => {
    const line = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    return line[line.lastIndexOf(')') + 2]!
  })

const send = (from: Call['from'], label: string): Call => ({ from, to: depositors[0]!, data: '0x', label })

/** Creation code of a contract with this runtime code, of at most 255 bytes. */
const creationOf = (runtime: string): Hex =>
  `0x60${(runtime.length / 2).toString(16).padStart(2, '0')}600c60003960${(runtime.length / 2).toString(16).padStart(2, '0')}6000f3${runtime}`

describe('a chain', () => {
  test('holds in a block what was asked for, in that order, whoever sends', async () => {
    const chain = await open()
    const people = [...depositors, ...traders]
    const before = await chain.request('eth_blockNumber')
    // Several senders, interleaved, each more than once: neither arrival nor sender may sort them.
    const calls = Array.from({ length: 40 }, (_, i) => send(people[(i * 5) % people.length]!, `call ${i}`))
    const receipts = await chain.mine(GENESIS + 100, calls)

    expect(receipts.map(({ call }) => call.label)).toEqual(calls.map(({ label }) => label))
    expect(receipts.every(({ ok }) => ok)).toBe(true)
    const block = await chain.request('eth_getBlockByNumber', ['latest', true])
    expect(hexToBigInt(block.number)).toBe(hexToBigInt(before) + 1n)
    expect(hexToNumber(block.timestamp)).toBe(GENESIS + 100)
    expect(block.transactions.map(({ from }: { from: Hex }) => from)).toEqual(
      calls.map(({ from }) => from.toLowerCase()),
    )
    expect(chain.sent()).toBe(40)
  })

  test('mines empty blocks and keeps counting nonces', async () => {
    const chain = await open()
    expect(await chain.mine(GENESIS + 10, [])).toEqual([])
    for (let i = 1; i <= 3; i++) {
      const [receipt] = await chain.mine(GENESIS + 10 + i, [send(traders[0]!, 'again')])
      expect(receipt!.ok).toBe(true)
    }
    expect(hexToNumber(await chain.request('eth_getTransactionCount', [traders[0]!, 'latest']))).toBe(3)
  })

  test('answers for its own calls only when somebody with a wallet is in the block', async () => {
    const chain = await open()
    const visitor = { from: traders[1]!, to: depositors[0]!, value: '0x1', gas: '0x5208', gasPrice: '0x77359400' }
    await chain.request('eth_sendTransaction', [visitor])
    const receipts = await chain.mine(GENESIS + 20, [send(traders[0]!, 'ours')])
    expect(receipts.map(({ call }) => call.label)).toEqual(['ours'])
    expect((await chain.request('eth_getBlockByNumber', ['latest', false])).transactions).toHaveLength(2)
  })

  test('reads the latest block while others are mined', async () => {
    const chain = await open()
    let mining = true
    const reader = async () => {
      const answers: Hex[] = []
      while (mining) answers.push(await chain.read({ to: depositors[0]!, data: '0x' }))
      return answers
    }
    const readers = Array.from({ length: 8 }, reader)
    for (let i = 1; i <= 150; i++) await chain.mine(GENESIS + i, [send(traders[0]!, `call ${i}`)])
    mining = false
    const answers = (await Promise.all(readers)).flat()
    expect(answers.length).toBeGreaterThan(0)
    expect(new Set(answers)).toEqual(new Set(['0x']))
  })

  test('says which call failed, and goes on', async () => {
    const chain = await open()
    const from = traders[0]!
    // PUSH0 PUSH0 REVERT
    const [created] = await chain.mine(GENESIS + 30, [{ from, data: creationOf('5f5ffd'), label: 'create' }])
    const to = created!.contractAddress!
    const receipts = await chain.mine(GENESIS + 31, [
      send(from, 'first'),
      { from, to, data: '0x', label: 'reverts' },
      send(from, 'last'),
    ])
    expect(receipts.map(({ ok, call }) => [call.label, ok])).toEqual([
      ['first', true],
      ['reverts', false],
      ['last', true],
    ])
    await expect(chain.read({ to, data: '0x' })).rejects.toThrow(RpcError)
  })

  test('reads at the latest block’s time, or at the time given', async () => {
    const chain = await open()
    // TIMESTAMP PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    const creation = { from: traders[0]!, data: creationOf('425f5260205ff3'), label: 'create clock' }
    const [created] = await chain.mine(GENESIS + 40, [creation])
    const to = created!.contractAddress!
    expect(hexToNumber(await chain.read({ to, data: '0x' }))).toBe(GENESIS + 40)
    expect(hexToNumber(await chain.read({ to, data: '0x', timestamp: GENESIS + 99 }))).toBe(GENESIS + 99)
  })

  test('refuses what anvil refuses, by name, and lives on', async () => {
    const chain = await open()
    await expect(chain.request('eth_noSuchMethod')).rejects.toThrow(/refused eth_noSuchMethod/)
    expect(hexToNumber(await chain.request('eth_chainId'))).toBe(31_337)
  })
})

describe('a chain that dies', () => {
  let folder: string
  let temporary: string | undefined
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keel-orphans-'))
    temporary = process.env.TMPDIR
    process.env.TMPDIR = folder
  })
  afterAll(() => {
    if (temporary === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = temporary
    rmSync(folder, { recursive: true, force: true })
  })

  test('fails what waits for it and everything after, with advice', async () => {
    const chain = await open()
    const [pid] = anvilsWith(chain.anvil.ipcPath)
    // Stopped first, every thread of it, so that the answer cannot be on its way when the end comes.
    process.kill(pid!, 'SIGSTOP')
    await until(() => statesOf(pid!).every((state) => state === 'T'), { secs: 5 })
    const waiting = expect(chain.request('eth_blockNumber')).rejects.toThrow(AnvilDiedError)
    process.kill(pid!, 'SIGKILL')
    await waiting
    await chain.anvil.exited
    await expect(chain.request('eth_blockNumber')).rejects.toThrow(AnvilDiedError)
    await expect(chain.mine(GENESIS + 60, [send(traders[0]!, 'late')])).rejects.toThrow(/Start the command again/)
  })

  test('leaves no process and no folder after a stop, and may be stopped twice', async () => {
    const anvil: Anvil = await startAnvil({ timestamp: GENESIS })
    expect(anvilsWith(anvil.ipcPath)).toHaveLength(1)
    await anvil.stop()
    await anvil.stop()
    expect(anvilsWith(anvil.ipcPath)).toEqual([])
  })

  test('does not outlive a process that is killed outright', async () => {
    const started = JSON.stringify(new URL('../src/chain/anvil.ts', import.meta.url).href)
    const script = `const { startAnvil } = await import(${started}); const { ipcPath } = await startAnvil({ timestamp: ${GENESIS} }); console.log(ipcPath); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ipcPath = await new Promise<string>((resolve) =>
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim())),
    )
    expect(anvilsWith(ipcPath)).toHaveLength(1)
    child.kill('SIGKILL')
    await until(() => anvilsWith(ipcPath).length === 0, { secs: 5 })
  })
})

test('a port in use is refused by name', async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  try {
    await expect(startAnvil({ port, timestamp: GENESIS })).rejects.toThrow(PortBusyError)
    await expect(startAnvil({ port, timestamp: GENESIS })).rejects.toThrow(`Port ${port}`)
  } finally {
    server.close()
  }
})
