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

type Expected = { readonly to: sdk.CoreContract | 'quick'; readonly call: string; readonly args: readonly unknown[] }

// One entry a kind: a new kind of intent does not compile without its line here.
const EXPECTED: { readonly [kind in PlainIntent['kind']]: Expected & { readonly intent: PlainIntent } } = {
  observe: { intent: { kind: 'observe' }, to: 'spotOracle', call: 'observe(uint16)', args: [7] },
  relayPrice: {
    intent: { kind: 'relayPrice', price },
    to: 'quick',
    call: 'relay((int256,uint40),address[],bytes[])',
    args: [[price.answer, price.signedAt], [addressOf(8)], ['0xab']],
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
    expect(prepared.to).toBe(to === 'quick' ? price.feed : deployment.contracts[to])
    const decoded = decodeFunctionData({ abi: abiOf(call), data: prepared.data })
    expect(decoded.args ?? []).toEqual(args)
    expect(prepared.label).not.toBe('')
  })
})
