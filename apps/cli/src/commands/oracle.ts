import type { SurfaceView } from '@keel/sdk'
import { formatReport, readSettlement, readSpot, readSurface } from '@keel/sdk'
import { listedExpiries } from '../chain/boards.ts'
import type { KeelConnection } from '../chain/connect.ts'
import { connect, DEPLOYMENT_FLAGS, marketOf } from '../chain/connect.ts'
import { writeWhole } from '../files/writeWhole.ts'
import type { Command } from '../frame/command.ts'
import { NothingToDraftError } from '../oracle/errors.ts'
import { settlementJson, settlementLines } from '../show/settlement.ts'
import { spotJson, spotLines } from '../show/spot.ts'
import { surfaceJson, surfaceLines } from '../show/surface.ts'
import { parseExpiry } from '../values/seriesName.ts'
import { formatTime, isoTime } from '../values/time.ts'

export const oracle: Command = {
  name: 'oracle',
  summary: 'Show every price source with its age and mode, each volatility slice, and how far each settlement is',
  details: [
    'Says why the market is not open where it is not, and of each expiry what comes next. The half-spread is at the money, in\npoints of volatility, at this spot and age. Expiries are those of the boards the market lists; name others with --expiry.',
  ],
  arguments: [],
  flags: {
    market: { values: ['SYMBOL'], help: 'which market (default: the first)' },
    expiry: { values: ['DAY'], multiple: true, help: 'also show the settlement of this expiry, e.g. 27MAR26' },
    draft: { values: ['FILE'], help: 'also write the slices in force as a report to be signed, for keel oracle relay' },
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel oracle', 'keel oracle --expiry 27MAR26 --json', 'keel oracle --draft report.json'],
  run: async (input) => {
    const named = input.texts('expiry').map((text) => parseExpiry(text, '--expiry'))
    const draft = input.text('draft')
    const connection = await connect(input)
    const { deployment, reader, chainId, time } = connection
    const market = marketOf(deployment, input.text('market'))
    const [spot, listed] = await Promise.all([
      readSpot(reader, deployment, market.id),
      listedExpiries(connection, market.id),
    ])
    const expiries = [...new Set([...listed, ...named])].toSorted((a, b) => a - b)
    const [surface, settlements] = await Promise.all([
      readSurface(reader, deployment, { market: market.id, spot: spot.mark, now: time }),
      Promise.all(
        expiries.map((expiry) => readSettlement(reader, deployment, { market: market.id, expiry, now: time })),
      ),
    ])
    if (draft !== undefined) writeDraft(draft, { connection, market: market.id, surface })
    return {
      json: {
        chainId,
        time: isoTime(time),
        market: market.symbol,
        spot: spotJson(spot, connection),
        surface: surfaceJson(surface, connection),
        settlements: settlements.map((view) => settlementJson(view, time)),
        ...(draft !== undefined && { draft }),
      },
      text: [
        `${market.symbol} oracles on chain ${chainId} at ${formatTime(time)}`,
        ...spotLines(spot, connection),
        ...surfaceLines(surface, connection),
        ...settlementLines(settlements, connection),
        ...(draft === undefined
          ? []
          : ['', `${draft} has the slices in force, to be signed: keel oracle relay ${draft}`]),
      ],
    }
  },
}

type Draft = { readonly connection: KeelConnection; readonly market: number; readonly surface: SurfaceView }

/** The slices as they are, without a time and a spot: whoever signs gives both. */
function writeDraft(path: string, { connection, market, surface }: Draft): void {
  const { chainId, contracts } = connection.deployment
  const reports = surface.slices.map(({ expiry, svi, forwardRatio }) => ({ market, expiry, svi, forwardRatio }))
  if (reports.length === 0) throw new NothingToDraftError()
  const text = formatReport({ chainId, surfaceOracle: contracts.surfaceOracle, reports, signatures: [] })
  writeWhole([{ path, text }])
}
