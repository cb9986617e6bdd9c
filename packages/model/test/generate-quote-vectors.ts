/**
 * Writes vectors/quote.json: what the model answers to seeded orders against seeded books. `contracts/test/parity`
 * holds the pricer to these very integers. Everything is a run of decimal integers, in the order of `inputWords` and
 * `outputWords`; a scenario names its parameters by their place in the two tables.
 * Run: node packages/model/test/generate-quote-vectors.ts
 */
import { writeFileSync } from 'node:fs'
import {
  type BookValue,
  encodeSlices,
  getLots,
  greeks,
  type LegInput,
  LOT_WORDS,
  type MarginParams,
  marks,
  type PricingParams,
  perOption,
  potential,
  quote,
  strikeOf,
  value,
} from '../src/index.ts'
import { MARGIN_SETS, PARAM_SETS } from './pricing/parameters.ts'
import { type Scenario, scenarioOf } from './pricing/scenario.ts'

const SCENARIOS = 300

type Word = bigint | number

const paramWords = (p: PricingParams): Word[] => [
  p.rate,
  p.hedgeCost,
  p.deltaCharge,
  p.vegaCharge,
  p.expiryVegaCharge,
  p.gammaCharge,
  p.utilisationCharge,
  p.utilisationKink,
  p.referenceVolatility,
  p.halfSpread,
  p.ageSpread,
  p.moveSpread,
  p.latency,
  p.hedgeCarry,
  p.collateralCarry,
  p.feeRate,
  p.minimumPremium,
  p.flatDelta,
  ...p.tenorKnots,
  ...p.tenorFactors,
  ...p.deltaFactors,
]

const marginWords = (m: MarginParams): Word[] => [
  m.spotShock,
  m.markFactor,
  m.spotFloor,
  m.callUpper,
  m.callLower,
  m.putUpper,
  m.putLower,
  ...m.knotTimes,
  ...m.knotValues,
]

/** The harness reads signed words. */
const signedWord = (word: bigint): bigint => BigInt.asIntN(256, word)

const inputWords = ({ input, legs, spot, paramSet, marginSet }: Scenario): Word[] => {
  const { terms } = input
  const { slices, previous } = encodeSlices(input)
  const boards = terms.boards.flatMap(({ expiry, nodes }, b) => [
    expiry,
    signedWord(slices[b]!),
    input.averagesSoFar[b]!,
    nodes.length,
    ...nodes.flatMap((node, i) => {
      const word = input.lots[b * LOT_WORDS + Math.floor(i / 4)]!
      const position = (call: boolean): bigint => getLots(word, { node: i, call })
      return [strikeOf(node), position(true), position(false)]
    }),
  ])
  return [
    paramSet,
    marginSet,
    input.timestamp,
    input.spot.mark,
    input.spot.average,
    input.spot.mode,
    input.equity,
    input.hedgeDelta,
    input.skew,
    terms.window,
    spot,
    terms.boards.length,
    ...boards,
    previous.length,
    ...previous.map(signedWord),
    legs.length,
    ...legs.flatMap(({ board, node, call, lots }) => [board, node, call ? 1 : 0, lots]),
  ]
}

const bookWords = (b: BookValue): Word[] => [b.value, b.delta, b.gamma, b.vega, b.theta, b.requiredMargin]

/** Of an option that has the leg's kind and expiry, and the other spot as its strike. */
const leastMargin = ({ input, spot }: Scenario, { board, call }: LegInput, mark: bigint): bigint =>
  perOption(input.margin, {
    series: { strike: spot, isCall: call },
    secondsLeft: input.terms.boards[Number(board)]!.expiry - input.timestamp,
    spot: input.spot.mark,
    mark,
  })

const outputWords = (scenario: Scenario): Word[] => {
  const { input, legs, spot } = scenario
  const { parts: p, before, afterwards, callDelta, collateral, vegaBefore, vegaAfter } = quote(input, legs)
  return [
    p.fair,
    p.potential,
    p.spread,
    p.latency,
    p.carry,
    p.fee,
    p.clamp,
    p.net,
    p.skewAfter,
    ...bookWords(before),
    ...bookWords(afterwards),
    ...callDelta,
    ...collateral,
    ...vegaBefore,
    ...vegaAfter,
    ...bookWords(value(input, spot)),
    potential(input, spot),
    ...marks(input, legs).flatMap((mark, l) => [mark, leastMargin(scenario, legs[l]!, mark)]),
    ...greeks(input, legs).flatMap(({ mark, delta, gamma, vega, theta }) => [mark, delta, gamma, vega, theta]),
  ]
}

const line = (words: readonly Word[]): string => words.map((word) => `"${word}"`).join(',')
const table = <T>(rows: readonly T[], words: (row: T) => Word[]): string =>
  `[\n${rows.map((row) => line(words(row))).join(',\n')}\n]`

const scenarios = Array.from({ length: SCENARIOS }, (_, seed) => scenarioOf(seed))
const text = `{"source":"packages/model/test/generate-quote-vectors.ts; tolerance: none, every integer equal",
"scenarios":"${SCENARIOS}",
"params":${table(PARAM_SETS, paramWords)},
"margins":${table(MARGIN_SETS, marginWords)},
"inputs":${table(scenarios, inputWords)},
"outputs":${table(scenarios, outputWords)}}
`
writeFileSync(new URL('../../../vectors/quote.json', import.meta.url), text)
