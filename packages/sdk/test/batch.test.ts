import { clearingAbi, ordersAbi, vaultAbi } from '@keel/contracts/generated'
import { decodeFunctionData, toFunctionSelector } from 'viem'
import { expect, test } from 'vitest'
import { NoBatchError, prepareBatch, prepareDepositClaim, prepareRedeemClaim, prepareTrade } from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const account = addressOf(7)
const claims = [
  prepareDepositClaim(DEPLOYMENT, { amount: 5n, account }),
  prepareRedeemClaim(DEPLOYMENT, { amount: 6n, account }),
]

test('calls of one contract become one call of it that holds them in their order', () => {
  const batch = prepareBatch(DEPLOYMENT, claims)
  expect(batch.to).toBe(DEPLOYMENT.contracts.vault)
  expect(batch.label).toBe(claims.map(({ label }) => label).join(', '))
  const { functionName, args } = decodeFunctionData({ abi: vaultAbi, data: batch.data })
  expect(functionName).toBe('multicall')
  expect(args).toEqual([claims.map(({ data }) => data)])
})

test('the three contracts that take batches take them by the same function', () => {
  for (const abi of [clearingAbi, vaultAbi, ordersAbi]) {
    const [found] = abi.filter((item) => item.type === 'function' && item.name === 'multicall')
    expect(toFunctionSelector(found as never)).toBe('0xac9650d8')
  }
})

test('nothing, or calls of several contracts, make no batch', () => {
  const trade = prepareTrade(DEPLOYMENT, { market: 1, legs: [], limit: 0n, deadline: 0, recipient: account })
  expect(() => prepareBatch(DEPLOYMENT, [])).toThrow(NoBatchError)
  expect(() => prepareBatch(DEPLOYMENT, [...claims, trade])).toThrow(/go to different contracts/)
  expect(() => prepareBatch(DEPLOYMENT, [trade])).toThrow(/goes to a contract that takes none/)
})
