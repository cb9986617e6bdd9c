import type { Of } from './codec.ts'
import { address, flag, listOf, natural, recordOf, text, tupleOf, whole } from './codec.ts'
import { UnknownSnapshotFormatError } from './errors.ts'

/** Number of the shape below; a file of another is refused. */
export const SNAPSHOT_FORMAT = 2

const slice = recordOf({
  svi: whole,
  forwardRatio: whole,
  spotAtReport: whole,
  expiry: natural,
  reportedAt: natural,
})

const board = recordOf({
  board: recordOf({ expiry: natural, strikes: listOf(whole), calls: listOf(whole), puts: listOf(whole) }),
  callCompartments: listOf(whole),
  putCompartments: listOf(whole),
  slices: recordOf({ inForce: slice, previous: listOf(slice), openingStopped: flag }),
  graceEnds: listOf(natural),
  stops: whole,
})

const params = recordOf({
  rate: whole,
  hedgeCost: whole,
  deltaCharge: whole,
  vegaCharge: whole,
  expiryVegaCharge: whole,
  gammaCharge: whole,
  utilisationCharge: whole,
  utilisationKink: whole,
  referenceVolatility: whole,
  halfSpread: whole,
  ageSpread: whole,
  moveSpread: whole,
  latency: whole,
  hedgeCarry: whole,
  collateralCarry: whole,
  feeRate: whole,
  minimumPremium: whole,
  flatDelta: whole,
  tenorKnots: tupleOf(natural, natural, natural, natural),
  tenorFactors: tupleOf(whole, whole, whole, whole),
  deltaFactors: tupleOf(whole, whole, whole, whole, whole),
})

const limits = recordOf({
  minDelta: whole,
  maxDelta: whole,
  maxNetDelta: whole,
  maxNetVega: whole,
  maxExpiryVega: whole,
  maxGamma: whole,
  maxUtilisation: whole,
  bufferShare: whole,
  minTradeSize: whole,
  maxTradeSize: whole,
  maxSeriesSize: whole,
  maxExpirySize: whole,
  vegaPerReport: whole,
  quoteDistance: whole,
  maxSyncAge: natural,
  maxSliceAge: natural,
})

const margin = recordOf({
  spotShock: whole,
  markFactor: whole,
  spotFloor: whole,
  callUpper: whole,
  callLower: whole,
  putUpper: whole,
  putLower: whole,
  knotTimes: tupleOf(natural, natural, natural, natural, natural, natural),
  knotValues: tupleOf(whole, whole, whole, whole, whole, whole),
})

const spot = recordOf({
  read: recordOf({ mark: whole, average: whole, markUpdatedAt: natural, mode: natural }),
  faults: natural,
  primary: whole,
  primaryUpdatedAt: natural,
  secondary: whole,
  secondaryUpdatedAt: natural,
  sequencerUp: flag,
  sequencerSince: natural,
  checkpointAt: natural,
  lastObservation: natural,
  quick: whole,
  quickUpdatedAt: natural,
})

const sources = recordOf({
  primary: address,
  heartbeat: natural,
  secondary: address,
  secondaryHeartbeat: natural,
  sequencer: address,
  sequencerGrace: natural,
  averageWindow: natural,
  checkpointAge: natural,
  maxGap: natural,
  wideBeyond: whole,
  reduceBeyond: whole,
  quick: address,
  quickAge: natural,
  quickOutage: natural,
})

/** What the lens returns: `MarketSnapshot` of ILens.sol, with its units. */
const onChain = {
  chainId: whole,
  blockNumber: whole,
  timestamp: natural,
  market: natural,
  pause: natural,
  modules: recordOf({
    pricer: address,
    spotOracle: address,
    surfaceOracle: address,
    settlementOracle: address,
    orders: address,
  }),
  window: natural,
  params,
  limits,
  margin,
  spot,
  sources,
  observations: listOf(recordOf({ price: whole, seenAt: natural })),
  equity: whole,
  hedge: recordOf({ delta: whole, equity: whole, capacityUp: whole, capacityDown: whole, syncedAt: natural }),
  skew: whole,
  vegaSince: natural,
  vegaOpened: whole,
  free: whole,
  locked: whole,
  boards: listOf(board),
}

const snapshot = recordOf({
  format: natural,
  /** Of the underlying, as series are named. */
  symbol: text,
  asset: recordOf({ symbol: text, decimals: natural }),
  vault: address,
  ...onChain,
})

/**
 * Everything that decides what an order on a market costs and whether the market takes it, at one block, apart from the
 * order and the trader's own balances. Plain data: `formatSnapshot` and `parseSnapshot` write and read it without loss.
 */
export type MarketSnapshot = Of<typeof snapshot>

export type BoardSnapshot = MarketSnapshot['boards'][number]

/** A snapshot as JSON; numbers beyond a float's are written as text. */
export function formatSnapshot(snapshot: MarketSnapshot): string {
  const write = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)
  return `${JSON.stringify(snapshot, write, 2)}\n`
}

/** Reads a snapshot. Throws `MalformedSnapshotError` with the first field that is not as it should be. */
export function parseSnapshot(json: string): MarketSnapshot {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    parsed = undefined
  }
  const { format } = recordOf({ format: natural })(parsed, '')
  if (format !== SNAPSHOT_FORMAT) throw new UnknownSnapshotFormatError({ found: format, known: SNAPSHOT_FORMAT })
  return snapshot(parsed, '')
}
