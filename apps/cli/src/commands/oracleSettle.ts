import type { SettlementView } from '@keel/sdk'
import {
  NotProvableYetError,
  proveSettlement,
  RescueNeededError,
  readMarket,
  readSettlement,
  settleSeries,
} from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { listedExpiries } from '../chain/boards.ts'
import type { KeelConnection, Market } from '../chain/connect.ts'
import { connect, DEPLOYMENT_FLAGS, marketOf, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import type { Io } from '../frame/io.ts'
import { nameOf, unsettledSeries } from '../show/series.ts'
import { settlementJson, settlementPhrase } from '../show/settlement.ts'
import { expiryName, parseExpiry } from '../values/seriesName.ts'

const MOST_ROUNDS = 256
type SigningClient = ReturnType<typeof signing>

export const oracleSettle: Command = {
  name: 'oracle settle',
  summary: 'Prove the settlement price of an expiry, and settle its series once the price is final',
  details: [
    'From the feed’s rounds, or the oracle’s own ring where the contract finds that the rounds cannot serve; a proof under way is\ntaken further. Anybody may, late or twice: the price is the same. With all, every expired board of the market.',
  ],
  arguments: [{ name: 'EXPIRY', help: 'a day like 27MAR26, or all' }],
  flags: {
    market: { values: ['SYMBOL'], help: 'which market (default: the first)' },
    rounds: { values: ['N'], help: `rounds in a transaction, 2 to ${MOST_ROUNDS} (default ${MOST_ROUNDS})` },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel oracle settle 27MAR26', 'keel oracle settle all --yes --json'],
  run: async (input, io) => {
    const text = input.argument('EXPIRY')
    const given = text.toLowerCase() === 'all' ? undefined : parseExpiry(text, 'EXPIRY')
    const mostRounds = input.whole('rounds', { least: 2, most: MOST_ROUNDS }) ?? MOST_ROUNDS
    const connection = await connect(input)
    const { deployment, time } = connection
    const market = marketOf(deployment, input.text('market'))
    const expired = given ? [given] : (await listedExpiries(connection, market.id)).filter((expiry) => expiry <= time)
    if (expired.length === 0) return { json: { settled: [] }, text: ['No listed board has expired.'] }
    const client = signing(connection, { input, io })
    const names = expired.map(expiryName).join(', ')
    await confirmed(input, io, [`Prove and settle ${names} of ${market.symbol} from ${client.account.address}?`])
    const outcomes: Settled[] = []
    for (const expiry of expired)
      outcomes.push(
        await settleExpiry({ client, connection, market, expiry, mostRounds, io, mayWait: given === undefined }),
      )
    return {
      json: { market: market.symbol, settled: outcomes.map(outcomeJson) },
      text: outcomes.flatMap(outcomeLines),
    }
  },
}

type Settled = {
  readonly view: SettlementView
  readonly time: number
  readonly transactions: readonly string[]
  readonly series: readonly string[]
  readonly refused: readonly { readonly series: string; readonly message: string }[]
}

type Job = {
  readonly client: SigningClient
  readonly connection: KeelConnection
  readonly market: Market
  readonly expiry: number
  readonly mostRounds: number
  readonly io: Io
  /** An expiry that cannot be proven yet is shown, not thrown. */
  readonly mayWait: boolean
}

async function settleExpiry(job: Job): Promise<Settled> {
  const { client, connection, market, expiry, mostRounds, io, mayWait } = job
  const { deployment, reader } = connection
  const name = expiryName(expiry)
  let transactions: readonly string[] = []
  try {
    const onStep = ({ step }: SettlementView) =>
      io.progress(step.kind === 'prove' ? `${name}: ${step.proof.left} rounds to prove…` : `${name}: ${step.kind}…`)
    const proven = await proveSettlement(client, deployment, { market: market.id, expiry, mostRounds, onStep })
    transactions = proven.transactions
  } catch (error) {
    const waits = error instanceof NotProvableYetError || error instanceof RescueNeededError
    if (!mayWait || !waits) throw error
  }
  const time = await connection.now()
  const view = await readSettlement(reader, deployment, { market: market.id, expiry, now: time })
  const none = { view, time, transactions, series: [], refused: [] }
  if (view.step.kind !== 'final') return none
  io.progress(`${name}: settling its series…`)
  const left = unsettledSeries(await readMarket(reader, deployment, market.id), { market: market.id, expiry })
  const { settled, refused } = await settleSeries(client, deployment, { series: left.map(({ series }) => series) })
  return {
    ...none,
    series: settled.map((id) => nameOf(id, deployment)),
    refused: refused.map(({ series, error }) => ({ series: nameOf(series, deployment), message: error.message })),
  }
}

function outcomeJson({ view, time, ...rest }: Settled) {
  return { ...settlementJson(view, time), ...rest }
}

function outcomeLines({ view, time, transactions, series, refused }: Settled): readonly string[] {
  const proofs = transactions.length
  return [
    `${expiryName(view.expiry)}  ${settlementPhrase(view, time)}`,
    ...(proofs > 0
      ? [`  proven in ${proofs} transaction${proofs > 1 ? 's' : ''}, the last ${transactions.at(-1)}`]
      : []),
    ...(series.length > 0 ? [`  settled ${series.join(', ')}`] : []),
    ...refused.map((each) => `  ${each.series} not yet: ${each.message}`),
  ]
}
