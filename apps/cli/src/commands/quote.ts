import type { Deployment } from '@keel/sdk'
import { quoteOffline, readQuote, readSnapshot } from '@keel/sdk'
import { connect, DEPLOYMENT_FLAGS } from '../chain/connect.ts'
import type { Command, Outcome } from '../frame/command.ts'
import type { Input } from '../frame/input.ts'
import type { NamedLeg, ParsedLeg } from '../order/legs.ts'
import { LEG_FLAGS, legsOf, parseLegs, resolveLegs } from '../order/legs.ts'
import {
  cashPhrase,
  deltaLine,
  legLines,
  legsJson,
  partLines,
  quoteJson,
  refusalJson,
  verdictLine,
} from '../order/showQuote.ts'
import { FlagNeedsFlagError, OtherMarketError } from '../snapshot/errors.ts'
import { readSnapshotFile } from '../snapshot/readSnapshotFile.ts'
import { readTogether } from '../snapshot/readTogether.ts'
import { requireSame } from '../snapshot/requireSame.ts'
import { formatTime, isoTime, parseTime } from '../values/time.ts'

export const quote: Command = {
  name: 'quote',
  summary: 'Price an order as the vault would trade it now, with every part of the price',
  details: [
    'Legs are priced together, on what they do to the book as one. Nothing is sent.',
    'With --snapshot nothing is asked of a chain either: the price is computed from a file of keel snapshot, and is the\nchain’s to the unit. --at asks for a later moment, as if nothing but time had happened.',
  ],
  arguments: [],
  flags: {
    ...LEG_FLAGS,
    snapshot: { values: ['FILE'], help: 'quote from this snapshot, without a chain' },
    at: { values: ['TIME'], help: 'with --snapshot: when, in UTC (default: when it was taken)' },
    check: { help: 'compute the same from the chain’s state and fail if it differs' },
    ...DEPLOYMENT_FLAGS,
  },
  examples: [
    'keel quote --buy 1.5 ETH-27MAR26-2500-C',
    'keel quote --buy 1 ETH-27MAR26-2500-C --sell 1 ETH-27MAR26-2700-C --check',
    'keel quote --buy 1.5 ETH-27MAR26-2500-C --snapshot eth.json --at 2026-03-20T12:00',
  ],
  run: (input) => {
    for (const flag of ['rpc', 'deployment', 'check']) input.exclusive('snapshot', flag)
    if (input.has('at') && !input.has('snapshot')) throw new FlagNeedsFlagError('at', 'snapshot')
    const parsed = parseLegs(input, 'quote')
    const file = input.text('snapshot')
    return file === undefined ? fromChain(input, parsed) : fromSnapshot(input, { parsed, file })
  },
}

async function fromChain(input: Input, parsed: readonly ParsedLeg[]): Promise<Outcome> {
  const { deployment, reader, time } = await connect(input)
  const { market, legs } = resolveLegs(deployment, parsed)
  const order = { market: market.id, legs }
  const ask = () => readQuote(reader, deployment, order)
  const take = () => readSnapshot(reader, deployment, market.id)
  const both = input.has('check') ? await readTogether({ ask, take }) : undefined
  const quoted = both?.answer ?? (await ask())
  const checked = both && requireSame(quoted, quoteOffline(both.snapshot, { legs }))
  return {
    json: {
      ...documentOf({ symbol: market.symbol, time, legs, quoted, asset: deployment.asset }),
      ...(checked && { checked: true, refusal: refusalJson(checked.refusal) }),
    },
    text: [
      ...legLines(legs),
      `At ${formatTime(time)} ${cashPhrase(quoted.netCash, deployment)}:`,
      ...partLines(quoted.parts, deployment),
      deltaLine(quoted, market.symbol),
      ...(checked ? ['The model computes the same to the last unit.', verdictLine(checked.refusal)] : []),
    ],
  }
}

async function fromSnapshot(
  input: Input,
  { parsed, file }: { readonly parsed: readonly ParsedLeg[]; readonly file: string },
): Promise<Outcome> {
  const text = input.text('at')
  const snapshot = readSnapshotFile(file)
  const asked = parsed[0]!.series.symbol
  if (asked !== snapshot.symbol.toUpperCase()) throw new OtherMarketError({ asked, held: snapshot.symbol })
  const legs = legsOf(parsed, snapshot.market)
  const at = text === undefined ? snapshot.timestamp : parseTime(text, '--at')
  const quoted = quoteOffline(snapshot, { legs, at })
  return {
    json: {
      ...documentOf({ symbol: snapshot.symbol, time: at, legs, quoted, asset: snapshot.asset }),
      snapshotTime: isoTime(snapshot.timestamp),
      refusal: refusalJson(quoted.refusal),
    },
    text: [
      ...legLines(legs),
      `At ${formatTime(at)}, by the snapshot of ${formatTime(snapshot.timestamp)}, ${cashPhrase(quoted.netCash, snapshot)}:`,
      ...partLines(quoted.parts, snapshot),
      deltaLine(quoted, snapshot.symbol),
      verdictLine(quoted.refusal),
    ],
  }
}

function documentOf(of: {
  readonly symbol: string
  readonly time: number
  readonly legs: readonly NamedLeg[]
  readonly quoted: Parameters<typeof quoteJson>[0]
  readonly asset: Pick<Deployment['asset'], 'symbol' | 'decimals'>
}) {
  const { symbol, time, legs, quoted, asset } = of
  return { market: symbol, time: isoTime(time), legs: legsJson(legs), ...quoteJson(quoted, { asset }) }
}
