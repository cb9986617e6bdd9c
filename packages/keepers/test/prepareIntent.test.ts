import { seriesId } from '@keel/model'
import * as sdk from '@keel/sdk'
import type { Abi, AbiFunction, Address } from 'viem'
import { decodeFunctionData, getAddress, parseAbiItem, toHex } from 'viem'
import { describe, expect, test } from 'vitest'
import type { PlainIntent } from '../src/index.ts'
import { prepareIntent } from '../src/index.ts'

const addressOf = (number: number): Address => getAddress(toHex(number, { size: 20 }))
const deployment: sdk.Deployment = {
  chainId: 31_337,
  contracts: Object.fromEntries(
    sdk.CORE_CONTRACTS.map((name, i) => [name, addressOf(0x1000 + i)]),
  ) as sdk.Deployment['contracts'],
  asset: { address: addressOf(1), symbol: 'USDC', decimals: 6 },
  markets: [],
}
const expiry = 1_735_286_400
const strikes = [2_400n * 10n ** 18n, 2_500n * 10n ** 18n]
const series = seriesId({ market: 7, expiry, strike: strikes[0]!, isCall: true })

const price: sdk.SignedPrice = {
  chainId: 31_337,
  feed: addressOf(9),
  decimals: 8,
  answer: 2_500n * 10n ** 8n,
  signedAt: expiry,
  signatures: [{ signer: addressOf(8), signature: '0xab' }],
}

const waiting: sdk.WaitingOrder = {
  queue: addressOf(10),
  id: 3n,
  delayed: {
    trader: addressOf(11),
    pricedAt: expiry - 20,
    expiresAt: expiry - 10,
    tip: 2n,
    order: { market: 7, legs: [{ series, size: -5n }], limit: -6n, deadline: expiry, recipient: addressOf(12) },
  },
}
const TOLD = '(address,uint40,uint40,uint256,(uint16,(uint256,int256)[],int256,uint40,address))'
const told = [addressOf(11), expiry - 20, expiry - 10, 2n, [7, [[series, -5n]], -6n, expiry, addressOf(12)]]

type Expected = {
  readonly to: sdk.CoreContract | 'quick' | 'queue'
  readonly call: string
  readonly args: readonly unknown[]
}

// One entry a kind: a new kind of intent does not compile without its line here.
const EXPECTED: { readonly [kind in PlainIntent['kind']]: Expected & { readonly intent: PlainIntent } } = {
  observe: { intent: { kind: 'observe' }, to: 'spotOracle', call: 'observe(uint16)', args: [7] },
  relayPrice: {
    intent: { kind: 'relayPrice', price },
    to: 'quick',
    call: 'relay((int256,uint40),address[],bytes[])',
    args: [[price.answer, price.signedAt], [addressOf(8)], ['0xab']],
  },
  executeOrder: {
    intent: { kind: 'executeOrder', waiting, price },
    to: 'queue',
    call: `execute(uint256,${TOLD},(int256,uint40),address[],bytes[])`,
    args: [3n, told, [price.answer, price.signedAt], [addressOf(8)], ['0xab']],
  },
  refundOrder: {
    intent: { kind: 'refundOrder', waiting },
    to: 'queue',
    call: `refund(uint256,${TOLD})`,
    args: [3n, told],
  },
  sync: { intent: { kind: 'sync' }, to: 'hedger', call: 'sync(uint16)', args: [7] },
  rebalance: { intent: { kind: 'rebalance' }, to: 'hedger', call: 'rebalance(uint16)', args: [7] },
  adjust: {
    intent: { kind: 'adjust', series: [series] },
    to: 'marginPolicy',
    call: 'adjust(uint256[])',
    args: [[series]],
  },
  listBoard: {
    intent: { kind: 'listBoard', expiry, strikes },
    to: 'catalogue',
    call: 'listBoard(uint16,uint40,uint256[])',
    args: [7, expiry, strikes],
  },
  removeBoard: {
    intent: { kind: 'removeBoard', expiry },
    to: 'catalogue',
    call: 'removeBoard(uint16,uint40)',
    args: [7, expiry],
  },
  settle: { intent: { kind: 'settle', series }, to: 'clearing', call: 'settle(uint256)', args: [series] },
  raise: { intent: { kind: 'raise', amount: 5n }, to: 'hedger', call: 'raise(uint16,uint256)', args: [7, 5n] },
  roll: { intent: { kind: 'roll' }, to: 'vault', call: 'rollEpoch()', args: [] },
}

/** The call's own words for itself: `name(type,…)`. */
function abiOf(call: string): Abi {
  return [parseAbiItem([`function ${call}`] as never) as AbiFunction]
}

describe('prepareIntent', () => {
  test.each(Object.values(EXPECTED))('carries out $intent.kind by $call of $to', ({ intent, to, call, args }) => {
    const prepared = prepareIntent(deployment, { market: 7, intent })
    const others = { quick: price.feed, queue: waiting.queue }
    expect(prepared.to).toBe(to === 'quick' || to === 'queue' ? others[to] : deployment.contracts[to])
    const decoded = decodeFunctionData({ abi: abiOf(call), data: prepared.data })
    expect(decoded.args ?? []).toEqual(args)
    expect(prepared.label).not.toBe('')
  })
})
