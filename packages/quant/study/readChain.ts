import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type ChainSnapshot, type OptionQuote, parseDeribitName } from '../src/index.ts'

/** Snapshots of a recorded chain: gzipped CSV with `ts`, `instrument_name`, `underlying`, `bid_price`, `ask_price` columns. */
export function readChain(file: string): readonly ChainSnapshot[] {
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')
  const names = header!.split(',')
  const [ts, instrument, underlying, bid, ask] = ['ts', 'instrument_name', 'underlying', 'bid_price', 'ask_price'].map(
    (name) => names.indexOf(name),
  ) as [number, number, number, number, number]
  const snapshots = new Map<string, OptionQuote[]>()
  for (const line of lines) {
    const cells = line.split(',')
    const option = parseDeribitName(cells[instrument]!)
    if (option === undefined) continue
    const { expiry, strike, kind } = option
    const quote = {
      expiry,
      strike,
      kind,
      bid: price(cells[bid]!),
      ask: price(cells[ask]!),
      future: price(cells[underlying]!),
    }
    const quotes = snapshots.get(cells[ts]!)
    if (quotes === undefined) snapshots.set(cells[ts]!, [quote])
    else quotes.push(quote)
  }
  return [...snapshots].map(([time, quotes]) => ({ time: Date.parse(`${time}Z`) / 1000, quotes }))
}

function price(cell: string): number | undefined {
  return cell === '' ? undefined : Number(cell)
}
