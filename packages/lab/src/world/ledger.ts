import { clearingAbi, hedgerAbi, marketAbi, vaultAbi } from '@keel/sdk'
import type { Address, Hex } from 'viem'
import { decodeEventLog, toEventSelector } from 'viem'
import type { Log, Receipt } from '../chain/chain.ts'

type Names = { readonly market: Address; readonly clearing: Address; readonly hedger: Address; readonly vault: Address }

function topicOf(abi: readonly unknown[], name: string): Hex {
  const event = (abi as readonly { type: string; name?: string }[]).find(
    (item) => item.type === 'event' && item.name === name,
  )
  return toEventSelector(event as never)
}

const TRADE = topicOf(marketAbi, 'Trade')
const REBALANCED = topicOf(hedgerAbi, 'Rebalanced')
const ROLLED = topicOf(vaultAbi, 'EpochRolled')
const SETTLED = topicOf(clearingAbi, 'Settled')
const REDEEMED = topicOf(clearingAbi, 'Redeemed')

const decode = <const abi extends readonly unknown[], const name extends string>(abi: abi, eventName: name, log: Log) =>
  decodeEventLog({ abi, eventName, topics: log.topics as never, data: log.data } as never) as never as {
    args: never
  }

/** What happened, in the order it did, with the chain's own integers. */
export type Happening =
  | {
      readonly kind: 'trade'
      readonly trader: Address
      readonly netCash: bigint
      /** Value at the vault's mark or average, wad, positive when the trader pays. */
      readonly fair: bigint
      readonly legs: readonly { readonly series: bigint; readonly size: bigint }[]
    }
  | { readonly kind: 'hedge'; readonly rule: number; readonly filled: bigint; readonly cash: bigint }
  | {
      readonly kind: 'roll'
      readonly epoch: bigint
      readonly depositPrice: bigint
      readonly redeemPrice: bigint
      readonly deposited: bigint
      readonly reserved: bigint
      readonly minted: bigint
      readonly burned: bigint
    }
  | {
      readonly kind: 'settled'
      readonly series: bigint
      readonly payoff: bigint
      readonly scale: bigint
      readonly longs: bigint
    }
  | { readonly kind: 'redeemed'; readonly owner: Address; readonly series: bigint; readonly paid: bigint }

type TradeArgs = { trader: Address; legs: { series: bigint; size: bigint }[]; netCash: bigint; parts: { fair: bigint } }
type HedgeArgs = { rule: number; filled: bigint; cash: bigint }
type RollArgs = {
  epoch: bigint
  result: {
    depositPrice: bigint
    redeemPrice: bigint
    deposited: bigint
    reserved: bigint
    minted: bigint
    burned: bigint
  }
}
type SettledArgs = { series: bigint; payoff: bigint; scale: bigint; longs: bigint }
type RedeemedArgs = { owner: Address; series: bigint; paid: bigint }

/** The events of the core that a run's report is made of. */
export function happenings(receipts: readonly Receipt[], names: Names): readonly Happening[] {
  const same = (a: Address, b: Address) => a.toLowerCase() === b.toLowerCase()
  return receipts.flatMap(({ logs }) =>
    logs.flatMap((log): Happening[] => {
      const topic = log.topics[0]
      if (topic === TRADE && same(log.address, names.market)) {
        const { trader, legs, netCash, parts } = decode(marketAbi, 'Trade', log).args as TradeArgs
        return [{ kind: 'trade', trader, legs, netCash, fair: parts.fair }]
      }
      if (topic === REBALANCED && same(log.address, names.hedger)) {
        const { rule, filled, cash } = decode(hedgerAbi, 'Rebalanced', log).args as HedgeArgs
        return [{ kind: 'hedge', rule, filled, cash }]
      }
      if (topic === ROLLED && same(log.address, names.vault)) {
        const { epoch, result } = decode(vaultAbi, 'EpochRolled', log).args as RollArgs
        return [{ kind: 'roll', epoch, ...result }]
      }
      if (topic === SETTLED && same(log.address, names.clearing))
        return [{ kind: 'settled', ...(decode(clearingAbi, 'Settled', log).args as SettledArgs) }]
      if (topic === REDEEMED && same(log.address, names.clearing))
        return [{ kind: 'redeemed', ...(decode(clearingAbi, 'Redeemed', log).args as RedeemedArgs) }]
      return []
    }),
  )
}
