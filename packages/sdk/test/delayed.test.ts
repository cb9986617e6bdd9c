import { clearingAbi, delayedOrdersAbi } from '@keel/contracts/generated'
import { seriesId } from '@keel/model'
import type { Hex, Log } from 'viem'
import { decodeFunctionData, encodeAbiParameters, encodeEventTopics, erc20Abi } from 'viem'
import { describe, expect, test } from 'vitest'
import type { SignedPrice, WaitingOrder } from '../src/index.ts'
import {
  prepareDelayedOrder,
  prepareEscrow,
  prepareExecution,
  prepareOrderRefund,
  waitingOrders,
} from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const WAD = 10n ** 18n
const queue = addressOf(0x3000)
const [alice, bob] = [addressOf(0x4000), addressOf(0x4001)]
const series = (strike: bigint, isCall = true) => seriesId({ market: 1, expiry: 1_774_598_400, strike, isCall })
const order = {
  market: 1,
  legs: [
    { series: series(2_500n * WAD), size: WAD },
    { series: series(2_600n * WAD), size: -2n * WAD },
    { series: series(2_600n * WAD, false), size: -3n * WAD },
  ],
  limit: 250n,
  deadline: 1_770_000_100,
  recipient: bob,
}
const waiting = (id: bigint): WaitingOrder => ({
  queue,
  id,
  delayed: { trader: alice, pricedAt: 1_770_000_005, expiresAt: 1_770_000_035, tip: 7n, order },
})
const price: SignedPrice = {
  chainId: 31_337,
  feed: addressOf(0x3001),
  decimals: 8,
  answer: 2_500n * 10n ** 8n,
  signedAt: 1_770_000_005,
  signatures: [{ signer: addressOf(0x5000), signature: '0xab' }],
}

describe('what a delayed order may take', () => {
  const amounts = (limit: bigint, tip: bigint) =>
    prepareEscrow(DEPLOYMENT, { queue, order: { ...order, limit }, tip }).map(({ to, data }) =>
      to === DEPLOYMENT.asset.address
        ? decodeFunctionData({ abi: erc20Abi, data }).args
        : [to, ...decodeFunctionData({ abi: clearingAbi, data }).args!],
    )
  const { clearing } = DEPLOYMENT.contracts
  const sales = [
    [clearing, queue, series(2_600n * WAD), 2n * WAD],
    [clearing, queue, series(2_600n * WAD, false), 3n * WAD],
  ]

  test('is its limit and its tip, and the options it sells, to the unit', () => {
    expect(amounts(250n, 7n)).toEqual([[queue, 257n], ...sales])
  })

  test('is the tip alone where it is to be paid, and no cash without one', () => {
    expect(amounts(-250n, 7n)).toEqual([[queue, 7n], ...sales])
    expect(amounts(-250n, 0n)).toEqual(sales)
  })
})

describe('calls of the queue', () => {
  const decoded = (data: Hex) => decodeFunctionData({ abi: delayedOrdersAbi, data })

  test('say the order as it was asked, each time', () => {
    const asked = prepareDelayedOrder({ queue, order, tip: 7n })
    expect(asked.to).toBe(queue)
    expect(decoded(asked.data)).toEqual({ functionName: 'request', args: [order, 7n] })
    const { delayed } = waiting(3n)
    const report = { answer: price.answer, signedAt: price.signedAt }
    expect(decoded(prepareExecution(waiting(3n), price).data)).toEqual({
      functionName: 'execute',
      args: [3n, delayed, report, [addressOf(0x5000)], ['0xab']],
    })
    expect(decoded(prepareOrderRefund(waiting(3n)).data)).toEqual({ functionName: 'refund', args: [3n, delayed] })
  })
})

describe('orders that wait', () => {
  const requested = (id: bigint, address = queue): Log => {
    const input = delayedOrdersAbi.find((item) => item.type === 'event' && item.name === 'Requested')!.inputs[2]!
    return log(address, {
      topics: encodeEventTopics({ abi: delayedOrdersAbi, eventName: 'Requested', args: { id, trader: alice } }),
      data: encodeAbiParameters([input], [waiting(id).delayed] as never),
    })
  }
  const refunded = (id: bigint): Log =>
    log(queue, {
      topics: encodeEventTopics({ abi: delayedOrdersAbi, eventName: 'Refunded', args: { id, trader: alice } }),
      data: encodeAbiParameters([{ type: 'uint256' }], [257n]),
    })
  const executed = (id: bigint): Log =>
    log(queue, {
      topics: encodeEventTopics({
        abi: delayedOrdersAbi,
        eventName: 'Executed',
        args: { id, trader: alice, executor: bob },
      }),
      data: encodeAbiParameters([{ type: 'int256' }, { type: 'int256' }, { type: 'uint256' }], [1n, 2n, 3n]),
    })
  const log = (address: Hex, of: { topics: unknown; data: Hex }) => ({ address, ...of }) as unknown as Log

  test('are those asked for that neither executed nor came back, the oldest first', () => {
    const logs = [requested(10n), refunded(2n), requested(9n), requested(2n), executed(1n), requested(1n)]
    expect(waitingOrders({ queue, logs })).toEqual([waiting(9n), waiting(10n)])
  })

  test('are of this queue', () => {
    expect(waitingOrders({ queue, logs: [requested(1n, addressOf(0x3009))] })).toEqual([])
  })
})
