import { seriesId } from '@keel/model'
import type { Deployment, Leg } from '@keel/sdk'
import type { Market } from '../chain/connect.ts'
import { marketOf } from '../chain/connect.ts'
import type { Flags } from '../frame/command.ts'
import { MissingArgumentError, UsageError } from '../frame/errors.ts'
import type { Input } from '../frame/input.ts'
import { parseAmount } from '../values/decimal.ts'
import { parseSeriesName, seriesName } from '../values/seriesName.ts'

export const SIZE_DECIMALS = 18

export const LEG_FLAGS: Flags = {
  buy: { values: ['SIZE', 'SERIES'], multiple: true, help: 'buy options, e.g. --buy 1.5 ETH-27MAR26-2500-C' },
  sell: { values: ['SIZE', 'SERIES'], multiple: true, help: 'sell options back' },
}

/** Legs of one order, with the name of each as it will be shown. */
export type NamedLeg = Leg & { readonly name: string }

export class MixedMarketsError extends UsageError {
  override readonly name = 'Cli.MixedMarketsError'
  constructor(symbols: readonly string[]) {
    super(`The legs are of several markets (${symbols.join(', ')}). Trade each market in an order of its own.`)
  }
}

export class RepeatedSeriesError extends UsageError {
  override readonly name = 'Cli.RepeatedSeriesError'
  constructor(name: string) {
    super(`${name} stands in two legs. Put its whole size into one.`)
  }
}

export type ParsedLeg = ReturnType<typeof parseLegs>[number]

/** The legs of --buy and --sell, before it is known which market their symbol means. */
export function parseLegs(input: Input, command: string) {
  const side = (flag: 'buy' | 'sell', sign: bigint) =>
    input.pairs(flag).map(([size, name]) => {
      const series = parseSeriesName(name)
      const options = parseAmount(size, { decimals: SIZE_DECIMALS, what: `the size of ${name.toUpperCase()}` })
      return { series, name: seriesName(series), size: sign * options }
    })
  const legs = [...side('buy', 1n), ...side('sell', -1n)]
  if (legs.length === 0) throw new MissingArgumentError({ argument: '--buy or --sell', command })
  const symbols = [...new Set(legs.map(({ series }) => series.symbol))]
  if (symbols.length > 1) throw new MixedMarketsError(symbols)
  const repeated = legs.find(({ name }, i) => legs.findIndex((leg) => leg.name === name) !== i)
  if (repeated) throw new RepeatedSeriesError(repeated.name)
  return legs
}

/** The legs as the market of a deployment knows them. */
export function resolveLegs(
  deployment: Deployment,
  parsed: readonly ParsedLeg[],
): { readonly market: Market; readonly legs: readonly NamedLeg[] } {
  const market = marketOf(deployment, parsed[0]!.series.symbol)
  return { market, legs: legsOf(parsed, market.id) }
}

/** The legs as the market of this number knows them. */
export function legsOf(parsed: readonly ParsedLeg[], market: number): readonly NamedLeg[] {
  return parsed.map(({ series, name, size }) => ({ name, size, series: seriesId({ ...series, market }) }))
}
