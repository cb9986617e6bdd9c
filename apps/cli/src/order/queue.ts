import type { WaitingOrder } from '@keel/sdk'
import { delayedOrdersAbi, isRevert, KeelError, readContract, spotOracleAbi, waitingOrders } from '@keel/sdk'
import type { Address } from 'viem'
import { zeroAddress } from 'viem'
import { getBlockNumber, getLogs } from 'viem/actions'
import type { KeelConnection, Market } from '../chain/connect.ts'
import type { Flags } from '../frame/command.ts'
import { BadValueError } from '../frame/errors.ts'
import type { Input } from '../frame/input.ts'

const DEFAULT_BLOCKS = 10_000
const MOST_BLOCKS = 10_000_000

/** Which order, of which market. */
export const ORDER_FLAGS: Flags = {
  market: { values: ['SYMBOL'], help: 'which market (default: the first)' },
  blocks: { values: ['N'], help: 'look for its events in the last N blocks (default 10000)' },
}

export class NoDelayedOrdersError extends KeelError {
  override readonly name = 'Cli.NoDelayedOrdersError'
  constructor(symbol: string) {
    super(`Orders of ${symbol} do not wait for their price. Use keel trade.`)
  }
}

export class OrderNotFoundError extends KeelError {
  override readonly name = 'Cli.OrderNotFoundError'
  constructor(id: bigint, blocks: number) {
    super(
      `No order ${id} was asked for in the last ${blocks} blocks and is still waiting. Look further back with --blocks, or see whether it is done.`,
    )
  }
}

/** The contract where a market's orders wait, and what is left of a price in its decimals. */
export type Queue = { readonly address: Address; readonly decimals: number; readonly leastTip: bigint }

/** Where the market's orders wait; throws where its price source is no such thing. */
export async function queueOf({ reader, deployment }: KeelConnection, market: Market): Promise<Queue> {
  const oracle = { address: deployment.contracts.spotOracle, abi: spotOracleAbi } as const
  const { quick } = await readContract(reader, { ...oracle, functionName: 'sources', args: [market.id] })
  if (quick === zeroAddress) throw new NoDelayedOrdersError(market.symbol)
  const at = { address: quick, abi: delayedOrdersAbi } as const
  try {
    const [{ leastTip }, decimals] = await Promise.all([
      readContract(reader, { ...at, functionName: 'terms', args: [] }),
      readContract(reader, { ...at, functionName: 'decimals', args: [] }),
    ])
    return { address: quick, decimals, leastTip }
  } catch (error) {
    if (isRevert(error)) throw new NoDelayedOrdersError(market.symbol)
    throw error
  }
}

/** The waiting order of the argument ID, as its event told it. */
export async function findOrder({ client }: KeelConnection, of: { queue: Queue; input: Input }): Promise<WaitingOrder> {
  const { queue, input } = of
  const given = input.argument('ID')
  if (!/^\d{1,19}$/.test(given)) throw new BadValueError({ what: 'ID', given, wanted: 'the number of an order' })
  const blocks = input.whole('blocks', { least: 1, most: MOST_BLOCKS }) ?? DEFAULT_BLOCKS
  const latest = await getBlockNumber(client, { cacheTime: 0 })
  const fromBlock = latest > BigInt(blocks) ? latest - BigInt(blocks) : 0n
  const logs = await getLogs(client, { address: queue.address, fromBlock, toBlock: latest })
  const found = waitingOrders({ queue: queue.address, logs }).find(({ id }) => id === BigInt(given))
  if (!found) throw new OrderNotFoundError(BigInt(given), blocks)
  return found
}
