import { join } from 'node:path'
import type { Examination, ExaminedExpiry } from '@keel/lab'
import { requireWritable, writeWhole } from '../files/writeWhole.ts'
import { chooseSnapshots, readChoice } from '../fit/choose.ts'
import { dayOf, examinationJson, examinationLines } from '../fit/showFit.ts'
import { summaryJson, summaryLines } from '../fit/summary.ts'
import type { Command } from '../frame/command.ts'
import { InterruptedError } from '../frame/errors.ts'
import { formatTime, isoTime } from '../values/time.ts'

export const fit: Command = {
  name: 'fit',
  summary: 'Fit the volatility surface to an option chain, and show how well',
  details: [
    'FILE is a chain history as CSV or CSV.GZ with the columns ts, instrument_name, underlying, bid_price and ask_price (prices in\ncoin), or one JSON reply to Deribit’s public/get_book_summary_by_currency. The fit is the keepers’ own: what is refused here\nwould not be reported. Errors are measured on out-of-the-money quotes between 0.5 and 2 times the forward;\nbounds are options with one side, floors and ceilings of the smile.',
  ],
  arguments: [{ name: 'FILE', help: 'the chain' }],
  flags: {
    at: {
      values: ['TIME'],
      help: 'the newest snapshot not after this; default the last: 2026-02-05T16:00Z or unix seconds',
    },
    from: { values: ['TIME'], help: 'every snapshot from here on, and a summary' },
    to: { values: ['TIME'], help: 'end of the run, not included' },
    plots: { values: ['DIR'], help: 'write a picture (SVG) of every expiry there' },
  },
  examples: [
    'keel fit ../shared/market/deribit-eth-chain-2026-02.csv.gz --at 2026-02-05T16:00Z --plots plots',
    'keel fit ../shared/market/deribit-eth-chain-2026-02.csv.gz --from 2026-02-01 --to 2026-02-08 --json',
  ],
  run: async (input, io) => {
    const file = input.argument('FILE')
    const choice = readChoice(input)
    const folder = input.text('plots')
    if (folder !== undefined) requireWritable(join(folder, 'plot.svg'))
    // The lab brings anvil and Uniswap along: loaded when it runs.
    const { readChainHistory, examineSnapshot, fitErrorOf, smilePlot } = await import('@keel/lab')

    io.progress(`Reading ${file}…`)
    const history = readChainHistory(file)
    const { underlying, unread } = history
    const chosen = chooseSnapshots(file, history, choice)
    const examinations: Examination[] = []
    for (const [i, snapshot] of chosen.entries()) {
      if (io.signal.aborted) throw new InterruptedError('nothing was written.')
      io.progress(`Fitting ${i + 1} of ${chosen.length}: ${formatTime(snapshot.time)}`)
      examinations.push(examineSnapshot(snapshot))
      await new Promise(setImmediate)
    }

    const plotOf = ({ time }: Examination, expiry: ExaminedExpiry): string | undefined => {
      if (folder === undefined) return undefined
      const moment = isoTime(Math.floor(time)).slice(0, 16).replace(/[-:]/g, '')
      return join(folder, `${underlying}-${dayOf(expiry)}-at-${moment}.svg`)
    }
    const plots = examinations.flatMap((examination) =>
      examination.expiries.flatMap((expiry) => {
        const path = plotOf(examination, expiry)
        return path === undefined ? [] : [{ path, text: smilePlot({ underlying, time: examination.time, expiry }) }]
      }),
    )
    writeWhole(plots)

    const errorOf = ({ misses }: ExaminedExpiry) => fitErrorOf(misses)
    const isRun = choice.kind === 'span'
    return {
      json: {
        file,
        underlying,
        unreadRows: unread,
        snapshots: examinations.map((examination) =>
          examinationJson({ examination, errorOf, plotOf: (expiry) => plotOf(examination, expiry) }),
        ),
        ...(isRun && { summary: summaryJson(examinations, fitErrorOf) }),
      },
      text: [
        ...(isRun
          ? summaryLines(examinations, fitErrorOf)
          : examinationLines(underlying, { examination: examinations[0]!, errorOf })),
        ...(unread > 0 ? [`Rows         ${unread} could not be read and are left out`] : []),
        ...(folder === undefined ? [] : [`Plots        ${plots.length} in ${folder}`]),
      ],
    }
  },
}
