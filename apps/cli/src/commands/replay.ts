import type { ReplayOptions, ReplayProgress, ReplayResult, Report } from '@keel/lab'
import { requireWritable, writeWhole } from '../files/writeWhole.ts'
import type { Command } from '../frame/command.ts'
import { InterruptedError, MissingArgumentError } from '../frame/errors.ts'
import type { Input } from '../frame/input.ts'
import { EmptySpanError } from '../run/errors.ts'
import { FEED_FLAGS, feedPolicyOf } from '../run/feedFlags.ts'
import { reportFiles } from '../run/reportFiles.ts'
import { progressLine, summaryJson, summaryLines } from '../run/showReplay.ts'
import { parseTime } from '../values/time.ts'

const DEFAULT_SEED = 1
const HOUR = 3_600
const DEFAULT_CHAIN_AGE = 14
const MOST_CHAIN_AGE = 24 * 31
export const MOST_SEED = 2 ** 32 - 1

export const replay: Command = replayWith({
  // The lab brings anvil and Uniswap along: loaded when it runs.
  runReplay: async (options) => (await import('@keel/lab')).runReplay(options),
  reportHtml: async (report) => (await import('@keel/lab')).reportHtml(report),
})

type Engine = {
  readonly runReplay: (options: ReplayOptions) => Promise<ReplayResult>
  readonly reportHtml: (report: Report) => Promise<string>
}

export function replayWith({ runReplay, reportHtml }: Engine): Command {
  return {
    name: 'replay',
    summary: 'Play price history against the real contracts, as fast as it goes, and report',
    details: [
      'FILE is CSV or CSV.GZ with the header ts,open,high,low,close,volume; ts in unix seconds, ascending. The same file, span\nand seed give the same report, byte for byte. Bars before --from serve as warm-up for the volatility.',
      'With --chain the surface is reported from recorded option chains: the newest snapshot not later than the report, fitted as\nkeel fit does, its volatilities carried to the time, spot and expiries of the market. Where that snapshot is older than\n--chain-age, trailing volatility stands in, and the report says how often.',
    ],
    arguments: [{ name: 'FILE', help: 'the history' }],
    flags: {
      from: { values: ['TIME'], help: 'first bar: 2020-03-01, 2020-03-01T08:00Z or unix seconds, UTC' },
      to: { values: ['TIME'], help: 'end of the last bar, not included' },
      chain: {
        values: ['FILE'],
        multiple: true,
        help: 'option chain history, as for keel fit; several also as FILE,FILE',
      },
      'chain-age': { values: ['HOURS'], help: `oldest snapshot to report from (default ${DEFAULT_CHAIN_AGE})` },
      seed: { values: ['N'], help: `seed of everything random (default ${DEFAULT_SEED})` },
      ...FEED_FLAGS,
      report: { values: ['OUT'], help: 'write OUT.json and OUT.html, both or neither' },
    },
    examples: [
      'keel replay ../shared/market/eth-spot-1h.csv.gz --from 2020-03-01 --to 2020-04-01 --report march',
      'keel replay ../shared/market/eth-spot-1h.csv.gz --from 2026-02-01 --to 2026-02-08 --report crash \\\n      --chain ../shared/market/deribit-eth-chain-2026-02.csv.gz',
      'keel replay history.csv --seed 7 --json',
    ],
    run: async (input, io) => {
      const file = input.argument('FILE')
      const span = readSpan(input)
      const chain = readChainFlags(input)
      const seed = input.whole('seed', { least: 0, most: MOST_SEED }) ?? DEFAULT_SEED
      const feedPolicy = feedPolicyOf(input)
      const out = input.text('report')
      const files = out === undefined ? undefined : reportFiles(out)
      for (const path of Object.values(files ?? {})) requireWritable(path)

      let last: ReplayProgress | undefined
      const onProgress = (progress: ReplayProgress) => {
        last = progress
        io.progress(progressLine(progress))
      }
      const interrupted = () =>
        new InterruptedError(
          `${last ? `stopped after hour ${last.hour} of ${last.hours}` : 'stopped before the first hour'}; no report was written. Start it again to replay from the beginning.`,
        )
      io.progress('Setting up the chain and Keel on it…')
      try {
        const { report, speed } = await runReplay({
          file,
          ...span,
          ...chain,
          seed,
          ...(feedPolicy && { feedPolicy }),
          onProgress,
          signal: io.signal,
        })
        const html = files && (await reportHtml(report))
        if (io.signal.aborted) throw interrupted()
        if (files && html !== undefined)
          writeWhole([
            { path: files.json, text: `${JSON.stringify(report)}\n` },
            { path: files.html, text: html },
          ])
        return {
          json: { ...summaryJson(report, speed), ...(files && { files: [files.json, files.html] }) },
          text: [...summaryLines(report, speed), ...(files ? [`Report       ${files.html} and ${files.json}`] : [])],
        }
      } catch (error) {
        throw io.signal.aborted ? interrupted() : error
      }
    },
  }
}

function readChainFlags(input: Input): { readonly chains?: readonly string[]; readonly chainAgeSecs?: number } {
  const hours = input.whole('chain-age', { least: 1, most: MOST_CHAIN_AGE })
  const chains = input.texts('chain').flatMap((text) => text.split(',').filter((file) => file !== ''))
  if (hours !== undefined && chains.length === 0)
    throw new MissingArgumentError({ argument: '--chain', command: 'replay' })
  return { ...(chains.length > 0 && { chains }), ...(hours !== undefined && { chainAgeSecs: hours * HOUR }) }
}

function readSpan(input: Input): { readonly from?: number; readonly to?: number } {
  const read = (flag: string) => {
    const text = input.text(flag)
    return text === undefined ? undefined : { text, time: parseTime(text, `--${flag}`) }
  }
  const [from, to] = [read('from'), read('to')]
  if (from && to && from.time >= to.time) throw new EmptySpanError(from.text, to.text)
  return { ...(from && { from: from.time }), ...(to && { to: to.time }) }
}
