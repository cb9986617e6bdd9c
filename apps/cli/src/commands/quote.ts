import { readQuote } from '@keel/sdk'
import { connect, DEPLOYMENT_FLAGS } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { LEG_FLAGS, parseLegs, resolveLegs } from '../order/legs.ts'
import { cashPhrase, legLines, legsJson, partLines, quoteJson } from '../order/showQuote.ts'
import { formatRounded } from '../values/decimal.ts'
import { formatTime, isoTime } from '../values/time.ts'

export const quote: Command = {
  name: 'quote',
  summary: 'Price an order as the vault would trade it now, with every part of the price',
  details: ['Legs are priced together, on what they do to the book as one. Nothing is sent.'],
  arguments: [],
  flags: { ...LEG_FLAGS, ...DEPLOYMENT_FLAGS },
  examples: [
    'keel quote --buy 1.5 ETH-27MAR26-2500-C',
    'keel quote --buy 1 ETH-27MAR26-2500-C --sell 1 ETH-27MAR26-2700-C',
  ],
  run: async (input) => {
    const parsed = parseLegs(input, 'quote')
    const { deployment, reader, time } = await connect(input)
    const { market, legs } = resolveLegs(deployment, parsed)
    const quoted = await readQuote(reader, deployment, { market: market.id, legs })
    const { before, afterwards, netCash, parts } = quoted
    const delta = (value: bigint) => formatRounded(value, { decimals: 18, places: 3, sign: true })
    return {
      json: { market: market.symbol, time: isoTime(time), legs: legsJson(legs), ...quoteJson(quoted, deployment) },
      text: [
        ...legLines(legs),
        `At ${formatTime(time)} ${cashPhrase(netCash, deployment)}:`,
        ...partLines(parts, deployment),
        `Delta of the vault's options ${delta(before.delta)} → ${delta(afterwards.delta)} ${market.symbol}.`,
      ],
    }
  },
}
