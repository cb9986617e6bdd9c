import { packSlice, SVI_ONE } from '@keel/model'
import { zeroAddress } from 'viem'
import type { BoardSnapshot, MarketSnapshot } from '../src/index.ts'
import { SNAPSHOT_FORMAT } from '../src/index.ts'
import { addressOf } from './sample.ts'

const WAD = 10n ** 18n
const DAY = 86_400
const PCT = WAD / 100n

export const TAKEN = Date.UTC(2026, 2, 20, 9) / 1000
/** 27 March 2026, 08:00 UTC. */
export const EXPIRY = TAKEN + 7 * DAY - 3_600
export const SPOT = 2_500n * WAD

/** One board of three strikes a week from expiry at 60 %, the vault short two calls at the money, a quiet feed. */
const board: BoardSnapshot = {
  board: {
    expiry: EXPIRY,
    strikes: [2_400n * WAD, 2_500n * WAD, 2_600n * WAD],
    calls: [0n, -2n * WAD, 0n],
    puts: [0n, 0n, 0n],
  },
  callCompartments: [0n, 1_300_000_000n, 0n],
  putCompartments: [0n, 0n, 0n],
  slices: {
    inForce: {
      // w = a + b·σ at the money: 0.36 · 7/365, half in each
      svi: packSlice({
        a: (SVI_ONE * 345n) / 100_000n,
        b: (SVI_ONE * 1_725n) / 100_000n,
        rho: -SVI_ONE / 10n,
        m: 0n,
        sigma: SVI_ONE / 5n,
      }),
      forwardRatio: WAD,
      spotAtReport: SPOT,
      expiry: EXPIRY,
      reportedAt: TAKEN - 60,
    },
    previous: [],
    openingStopped: false,
  },
  graceEnds: [],
  stops: 0n,
}

export const SNAPSHOT: MarketSnapshot = {
  format: SNAPSHOT_FORMAT,
  symbol: 'ETH',
  asset: { symbol: 'USDC', decimals: 6 },
  vault: addressOf(0x1000),
  chainId: 31_337n,
  blockNumber: 77n,
  timestamp: TAKEN,
  market: 1,
  pause: 0,
  modules: {
    pricer: addressOf(1),
    spotOracle: addressOf(2),
    surfaceOracle: addressOf(3),
    settlementOracle: addressOf(4),
    orders: addressOf(5),
  },
  window: 1_800,
  params: {
    rate: 0n,
    hedgeCost: PCT / 10n,
    deltaCharge: 5n * PCT,
    vegaCharge: 50n * PCT,
    expiryVegaCharge: 50n * PCT,
    gammaCharge: 2n * WAD,
    utilisationCharge: 10n * PCT,
    utilisationKink: 50n * PCT,
    referenceVolatility: 80n * PCT,
    halfSpread: PCT,
    ageSpread: 50n * PCT,
    moveSpread: 10n * PCT,
    latency: (6n * PCT) / 10n,
    hedgeCarry: 5n * PCT,
    collateralCarry: 2n * PCT,
    feeRate: (3n * PCT) / 100n,
    minimumPremium: PCT,
    flatDelta: 5n * PCT,
    tenorKnots: [DAY, 7 * DAY, 30 * DAY, 90 * DAY],
    tenorFactors: [(3n * WAD) / 2n, WAD, WAD, (6n * WAD) / 5n],
    deltaFactors: [2n * WAD, (6n * WAD) / 5n, WAD, (6n * WAD) / 5n, 2n * WAD],
  },
  limits: {
    minDelta: 5n * PCT,
    maxDelta: 95n * PCT,
    maxNetDelta: 20n * PCT,
    maxNetVega: 60n * PCT,
    maxExpiryVega: 40n * PCT,
    maxGamma: 4n * PCT,
    maxUtilisation: 75n * PCT,
    bufferShare: 10n * PCT,
    minTradeSize: WAD / 1000n,
    maxTradeSize: 40n * WAD,
    maxSeriesSize: 200n * WAD,
    maxExpirySize: 800n * WAD,
    vegaPerReport: 20n * PCT,
    quoteDistance: PCT,
    maxSyncAge: 3_600,
    maxSliceAge: 7_200,
  },
  margin: {
    spotShock: 60n * PCT,
    markFactor: 115n * PCT,
    spotFloor: 2n * PCT,
    callUpper: 130n * PCT,
    callLower: 110n * PCT,
    putUpper: 120n * PCT,
    putLower: 110n * PCT,
    knotTimes: [7 * DAY, 14 * DAY, 28 * DAY, 42 * DAY, 56 * DAY, 84 * DAY],
    knotValues: [17n * PCT, 24n * PCT, 33n * PCT, 40n * PCT, 46n * PCT, 50n * PCT],
  },
  spot: {
    read: { mark: SPOT, average: SPOT, markUpdatedAt: TAKEN - 30, mode: 0 },
    faults: 0,
    primary: SPOT,
    primaryUpdatedAt: TAKEN - 30,
    secondary: 0n,
    secondaryUpdatedAt: 0,
    sequencerUp: true,
    sequencerSince: 0,
    checkpointAt: TAKEN - 20,
    lastObservation: TAKEN - 20,
    quick: 0n,
    quickUpdatedAt: 0,
  },
  sources: {
    primary: addressOf(6),
    heartbeat: 3_900,
    secondary: zeroAddress,
    secondaryHeartbeat: 0,
    sequencer: zeroAddress,
    sequencerGrace: 0,
    averageWindow: 1_800,
    checkpointAge: 1_800,
    maxGap: 3_600,
    wideBeyond: (3n * PCT) / 10n,
    reduceBeyond: (15n * PCT) / 10n,
    quick: zeroAddress,
    quickAge: 0,
    quickOutage: 0,
  },
  observations: [
    { price: SPOT, seenAt: TAKEN - 20 },
    { price: SPOT, seenAt: TAKEN - 3_620 },
  ],
  equity: 1_000_000_000_000n,
  hedge: { delta: WAD, equity: 2_500_000_000n, capacityUp: 400n * WAD, capacityDown: WAD, syncedAt: TAKEN - 600 },
  skew: 0n,
  vegaSince: TAKEN - 60,
  vegaOpened: 0n,
  free: 990_000_000_000n,
  locked: 1_300_000_000n,
  boards: [board],
}
