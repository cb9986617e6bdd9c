import { marketAbi, vaultAbi } from '@keel/contracts/generated'
import { seriesId } from '@keel/model'
import type { Address } from 'viem'
import {
  BaseError,
  decodeFunctionData,
  encodeErrorResult,
  HttpRequestError,
  InsufficientFundsError,
  RawContractError,
  TimeoutError,
} from 'viem'
import { describe, expect, test } from 'vitest'
import type { Claims, Deployment } from '../src/index.ts'
import {
  CORE_CONTRACTS,
  ContractError,
  explainAction,
  NoGasMoneyError,
  prepareClaims,
  RefusedRpcError,
  UnreachableRpcError,
} from '../src/index.ts'

const URL = 'http://127.0.0.1:8545'
const ACCOUNT: Address = '0xa0Ee7A142d267C1f36714E4a8F75612F20a79720'

/** As viem nests what it throws. */
const nested = (cause: Error) => new BaseError('The call failed.', { cause: new BaseError('Inside.', { cause }) })

describe('what viem throws is explained', () => {
  test('a revert of a contract of Keel’s, with its advice', () => {
    const data = encodeErrorResult({ abi: marketAbi, errorName: 'LimitExceeded', args: [101n, 100n] })
    const error = explainAction(nested(new RawContractError({ data })))
    expect(error).toBeInstanceOf(ContractError)
    expect(error).toMatchObject({ contractError: 'LimitExceeded', operands: [101n, 100n], retryable: false })
    expect((error as Error).message).toContain('Quote again')
  })

  test('nobody at the address, or not in time', () => {
    const body = { method: 'eth_chainId' }
    expect(explainAction(nested(new HttpRequestError({ url: URL, body })))).toEqual(new UnreachableRpcError(URL))
    expect(explainAction(nested(new TimeoutError({ url: URL, body })))).toMatchObject({
      name: 'Rpc.UnreachableError',
      retryable: true,
      message: expect.stringContaining(URL),
    })
  })

  test('a gateway that refuses is not nobody', () => {
    const refused = new HttpRequestError({ url: URL, body: {}, status: 401, details: 'no key' })
    const error = explainAction(nested(refused))
    expect(error).toBeInstanceOf(RefusedRpcError)
    expect((error as Error).message).toMatch(/^The RPC refused: no key\. Check/)
  })

  test('an account without gas money', () => {
    const error = explainAction(nested(new InsufficientFundsError()), { account: ACCOUNT })
    expect(error).toBeInstanceOf(NoGasMoneyError)
    expect((error as Error).message).toContain(ACCOUNT)
  })

  test('what is ours already, or nothing of viem’s, passes as it is', () => {
    const ours = new UnreachableRpcError(URL)
    const defect = new TypeError('x')
    expect(explainAction(ours)).toBe(ours)
    expect(explainAction(defect)).toBe(defect)
  })
})

describe('claims', () => {
  const address = (i: number): Address =>
    `0x${String(i + 1)
      .repeat(40)
      .slice(0, 40)}`
  const deployment: Deployment = {
    chainId: 31_337,
    contracts: Object.fromEntries(CORE_CONTRACTS.map((name, i) => [name, address(i)])) as Deployment['contracts'],
    asset: { address: ACCOUNT, symbol: 'USDC', decimals: 6 },
    markets: [],
  }
  const series = (strike: bigint) => seriesId({ market: 1, expiry: 1_774_598_400, strike, isCall: true })
  const none: Claims = {
    options: [],
    deposits: { assets: 0n, shares: 0n },
    redemptions: { shares: 0n, assets: 0n },
    refunds: [],
  }
  const labels = (claims: Partial<Claims>) =>
    prepareClaims(deployment, { account: ACCOUNT, claims: { ...none, ...claims } }).map(({ label }) => label)

  test('of nothing are no calls', () => {
    expect(labels({})).toEqual([])
  })

  test('settle what is final first, and leave what is open', () => {
    const option = (state: 'open' | 'final' | 'settled') => ({ series: series(1n), size: 1n, state, payoff: 0n })
    expect(labels({ options: [option('open')] })).toEqual([])
    expect(labels({ options: [option('settled'), option('final')] })).toEqual([
      'redeem options',
      'settle series',
      'redeem options',
    ])
  })

  test('put money that cannot fail before options', () => {
    const calls = labels({
      deposits: { assets: 5n, shares: 5n },
      redemptions: { shares: 2n, assets: 2n },
      refunds: [{ requestId: 7n, assets: 3n }],
      options: [{ series: series(1n), size: 1n, state: 'settled', payoff: 0n }],
    })
    expect(calls).toEqual(['claim shares', 'claim collateral', 'claim refund', 'redeem options'])
  })

  test('of a refund go to the account, for its own request', () => {
    const refunds = [{ requestId: 7n, assets: 3n }]
    const [call] = prepareClaims(deployment, { account: ACCOUNT, claims: { ...none, refunds } })
    expect(call!.to).toBe(deployment.contracts.vault)
    expect(decodeFunctionData({ abi: vaultAbi, data: call!.data })).toEqual({
      functionName: 'claimCancelDepositRequest',
      args: [7n, ACCOUNT, ACCOUNT],
    })
  })
})
