import { formatSnapshot, readSnapshot } from '@keel/sdk'
import { connect, DEPLOYMENT_FLAGS, marketOf } from '../chain/connect.ts'
import { requireWritable, writeWhole } from '../files/writeWhole.ts'
import type { Command } from '../frame/command.ts'
import { formatTime, isoTime } from '../values/time.ts'

export const snapshot: Command = {
  name: 'snapshot',
  summary: 'Write down everything a price depends on, for keel quote --snapshot',
  details: ['Read in one call, so all of it is of one block. Without --out it goes to standard output.'],
  arguments: [],
  flags: {
    market: { values: ['SYMBOL'], help: 'which market (default: the first)' },
    out: { values: ['FILE'], help: 'write it there instead, whole or not at all' },
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel snapshot --out eth.json', 'keel snapshot > eth.json'],
  run: async (input) => {
    const out = input.text('out')
    if (out !== undefined) requireWritable(out)
    const { deployment, reader } = await connect(input)
    const market = marketOf(deployment, input.text('market'))
    const taken = await readSnapshot(reader, deployment, market.id)
    const text = formatSnapshot(taken)
    if (out === undefined) return { json: taken, text: [text.trimEnd()] }
    writeWhole([{ path: out, text }])
    const { symbol, blockNumber, timestamp, boards } = taken
    return {
      json: { file: out, market: symbol, block: blockNumber, time: isoTime(timestamp), boards: boards.length },
      text: [`Wrote ${out}: the ${symbol} market at ${formatTime(timestamp)}, ${boards.length} boards.`],
    }
  },
}
