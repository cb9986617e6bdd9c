import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LiveOptions, LiveStatus, ReplayOptions, Report } from '@keel/lab'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { replayWith } from '../src/commands/replay.ts'
import { upWith } from '../src/commands/up.ts'
import type { Io } from '../src/frame/io.ts'
import { runCommand } from '../src/frame/run.ts'
import { reportFiles } from '../src/run/reportFiles.ts'
import { statusLine } from '../src/run/showLive.ts'

/** What the command looks at; it hands on the rest untouched. */
const report = {
  title: 'A month',
  history: { file: 'h.csv', from: 1_583_020_800, to: 1_585_699_200, bars: 744, gaps: [] },
  seed: 7,
  volatility: 'trailing',
  totals: {
    transactions: 10,
    trades: 3,
    premium: 1234.5,
    paidOut: 100,
    hedgeTrades: 2,
    hedgeVolume: 1.5,
    settledSeries: 2,
    epochs: 30,
    conservationChecks: 744,
  },
  pnl: { edge: 10, options: -5, hedges: 2, hedgeCost: -1, residual: 0, total: 6 },
  hours: { sharePrice: [1, 1.01] },
  depositors: [{ deposited: 1, withdrawn: 1, out: true }],
} as unknown as Report
const speed = { transactions: 10, wallSecs: 2, setupSecs: 1 }
const progress = { hour: 5, hours: 744, time: 1_583_020_800, spot: 200, sharePrice: 1, transactions: 4, trades: 1 }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-replay-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function ioOf({ json = false, stop = new AbortController() } = {}) {
  const printed: string[] = []
  const shown: string[] = []
  const io: Io = {
    json,
    env: {},
    signal: stop.signal,
    print: (line) => printed.push(line),
    progress: (line) => shown.push(line),
    confirm: async () => {},
  }
  return { io, printed, shown }
}

const replaying = (runReplay: (options: ReplayOptions) => Promise<{ report: Report; speed: typeof speed }>) =>
  replayWith({ runReplay, reportHtml: async () => '<html>' })

describe('keel replay', () => {
  test('passes file, span and seed on, and sums up without writing a file', async () => {
    let asked: ReplayOptions | undefined
    const command = replaying(async (options) => {
      asked = options
      options.onProgress?.(progress)
      return { report, speed }
    })
    const { io, shown } = ioOf()
    const args = ['h.csv', '--from', '2020-03-01', '--to', '2020-04-01', '--seed', '7']
    const { code, stdout } = await runCommand(command, { args, io })
    expect(code).toBe(0)
    expect(asked).toMatchObject({ file: 'h.csv', from: 1_583_020_800, to: 1_585_699_200, seed: 7, signal: io.signal })
    expect(stdout).toContain('5 a second')
    expect(stdout).toContain('1 of 1 out')
    expect(shown.at(-1)).toBe('  0 %  2020-03-01 00:00  spot 200.00  share 1.0000  1 trades  4 sent')
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    [[], undefined],
    [['--feed-deviation', '0.05'], { deviation: 0.0005, heartbeatSecs: 3_600 }],
    [['--feed-heartbeat', '86400', '--feed-deviation', '1'], { deviation: 0.01, heartbeatSecs: 86_400 }],
  ])('with %j gives the feed its policy', async (flags, feedPolicy) => {
    let asked: ReplayOptions | undefined
    const command = replaying(async (options) => {
      asked = options
      return { report, speed }
    })
    expect((await runCommand(command, { args: ['h.csv', ...flags], io: ioOf().io })).code).toBe(0)
    expect(asked?.feedPolicy).toEqual(feedPolicy)
  })

  test('passes option chains on, and says where the surface came from', async () => {
    const asked: ReplayOptions[] = []
    const surface = {
      files: ['feb.csv', 'march.csv'],
      snapshots: { given: 9, used: 8 },
      reports: { chain: 45, mixed: 3, trailing: 12 },
      steps: { held: 2, mostHeldBack: 12.34, stopped: 0 },
    }
    const command = replaying(async (options) => {
      asked.push(options)
      return { report: { ...report, surface } as unknown as Report, speed }
    })
    const { io } = ioOf()
    const args = ['h.csv', '--chain', 'jan.csv,feb.csv', '--chain', 'march.csv', '--chain-age', '8']
    const { code, stdout } = await runCommand(command, { args, io })
    expect(code).toBe(0)
    expect(asked[0]).toMatchObject({ chains: ['jan.csv', 'feb.csv', 'march.csv'], chainAgeSecs: 8 * 3_600 })
    expect(stdout).toContain('8 snapshots: of 60 reports 75.0 % from the chain, 5.0 % partly, 20.0 % from trailing')
    expect(stdout).toContain('2 reports held back by the step limit, by 12.3 vol points at most')

    await runCommand(command, { args: ['h.csv'], io })
    expect(Object.keys(asked[1]!)).not.toContain('chains')
    const alone = await runCommand(command, { args: ['h.csv', '--chain-age', '8'], io })
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('needs --chain') })
  })

  test.each(['march', 'march.json', 'march.html', 'march.HTML'])('--report %s writes both files', async (name) => {
    const { io } = ioOf({ json: true })
    const args = ['h.csv', '--report', join(folder, name)]
    const { code, stdout } = await runCommand(
      replaying(async () => ({ report, speed })),
      { args, io },
    )
    expect(code).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(['march.html', 'march.json'])
    expect(JSON.parse(readFileSync(join(folder, 'march.json'), 'utf8'))).toEqual(report)
    expect(JSON.parse(stdout)).toMatchObject({
      seed: 7,
      speed: { transactionsPerSecond: 5 },
      files: [join(folder, 'march.json'), join(folder, 'march.html')],
    })
  })

  test('stopped in the middle it exits with 130 and leaves no report', async () => {
    const stop = new AbortController()
    const command = replaying(async ({ onProgress, signal }) => {
      onProgress?.(progress)
      stop.abort('SIGINT')
      signal?.throwIfAborted()
      return { report, speed }
    })
    const { io } = ioOf({ stop })
    const { code, stderr } = await runCommand(command, { args: ['h.csv', '--report', join(folder, 'r')], io })
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr:
        'Interrupted: stopped after hour 5 of 744; no report was written. Start it again to replay from the beginning.\n',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  test('stopped between the last hour and the files it leaves no report either', async () => {
    const stop = new AbortController()
    const command = replaying(async () => {
      stop.abort('SIGTERM')
      return { report, speed }
    })
    const { io } = ioOf({ stop })
    const { code } = await runCommand(command, { args: ['h.csv', '--report', join(folder, 'r')], io })
    expect(code).toBe(143)
    expect(readdirSync(folder)).toEqual([])
  })

  test('refuses what cannot be written before it begins', async () => {
    writeFileSync(join(folder, 'plain'), '')
    const command = replaying(async () => expect.unreachable())
    const { io } = ioOf()
    const { code, stderr } = await runCommand(command, { args: ['h.csv', '--report', join(folder, 'plain/r')], io })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: Cannot write .*plain\/r\.json: \w+\. Choose/)
  })

  test('files of a report', () => {
    expect(reportFiles('a/b.json')).toEqual({ json: 'a/b.json', html: 'a/b.html' })
    expect(reportFiles('v1.2')).toEqual({ json: 'v1.2.json', html: 'v1.2.html' })
  })
})

describe('keel up', () => {
  const status: LiveStatus = {
    time: 1_583_020_800,
    spot: 2512.3,
    sharePrice: 1.0042,
    equity: 5_000_000,
    rpcUrl: 'http://127.0.0.1:9000',
    netDeltaBefore: 1.234,
    netDeltaAfter: -0.02,
    openInterest: 120.5,
    premium: 4210.4,
    pnl: -1032,
    trades: 12,
    epoch: 3,
  }

  test('prints where the RPC is, then a line for each status', async () => {
    let asked: LiveOptions | undefined
    const command = upWith({
      runLive: async (options) => {
        asked = options
        const deploymentFile = join(options.dataDir, 'deployment.json')
        options.onReady?.({ rpcUrl: 'http://127.0.0.1:9000', deploymentFile, resumed: true })
        options.onStatus(status)
        options.onStatus(status)
      },
    })
    const { io, printed } = ioOf()
    const { code, stdout } = await runCommand(command, { args: ['--port', '9000', '--data-dir', folder], io })
    expect(code).toBe(0)
    expect(asked).toMatchObject({ port: 9000, dataDir: folder, seed: 1 })
    expect(printed[0]).toMatch(
      /^Continuing the saved market\. RPC http:\/\/127\.0\.0\.1:9000, deployment .*deployment\.json/,
    )
    expect(printed.slice(2)).toEqual([statusLine(status), statusLine(status)])
    expect(stdout).toContain(`the state is in ${folder}`)
  })

  test('a status is one line with everything in it', () => {
    expect(statusLine(status)).toBe(
      '2020-03-01 00:00 UTC  spot  2,512.30  share 1.0042  net delta    +1.23 →   -0.02  open    120.5  premium     4,210  P&L    -1,032',
    )
  })

  const untilAborted = async ({ onStatus, signal }: LiveOptions) => {
    onStatus(status)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    signal.throwIfAborted()
  }

  test('stops by itself after --for', async () => {
    const { io } = ioOf({ json: true })
    const { code, stdout } = await runCommand(upWith({ runLive: untilAborted }), { args: ['--for', '1'], io })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ dataDir: '.keel', last: { spot: 2512.3 } })
  })

  test('stops on Ctrl-C with 130', async () => {
    const stop = new AbortController()
    const { io } = ioOf({ stop })
    const ending = runCommand(upWith({ runLive: untilAborted }), { args: [], io })
    stop.abort('SIGINT')
    expect(await ending).toMatchObject({ code: 130, stderr: expect.stringContaining('keel up continues it') })
  })

  test('what fails without being stopped is an error', async () => {
    const broken = upWith({
      runLive: async () => {
        throw new TypeError('a defect')
      },
    })
    const { code, stderr } = await runCommand(broken, { args: [], io: ioOf().io })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: a defect\. This is a defect of keel: .*\n$/)
  })
})
