import * as generated from '@keel/contracts/generated'
import type { Abi, Hex } from 'viem'
import {
  createPublicClient,
  custom,
  encodeErrorResult,
  encodeFunctionResult,
  erc20Abi,
  InvalidAddressError,
  parseAbi,
  toFunctionSelector,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { ADVICE } from '../src/errors/advice.ts'
import { ContractError, decodeContractError, explain, KeelError, revertDataOf } from '../src/index.ts'
import { addressOf } from './sample.ts'

const abi = parseAbi([
  'error DeadlinePassed(uint40 deadline, uint256 now_)',
  'error MarketPaused(uint16 market, uint8 level)',
  'error StrikeNotListed(uint256 series)',
  'error NotOfKeel(uint256 value)',
])
const deadlinePassed = encodeErrorResult({ abi, errorName: 'DeadlinePassed', args: [1_700_000_000, 1_700_000_009n] })
const paused = encodeErrorResult({ abi, errorName: 'MarketPaused', args: [1, 2] })
const unknown = encodeErrorResult({ abi, errorName: 'NotOfKeel', args: [1n] })

describe('decodeContractError', () => {
  test('gives the error’s name, its operands and what to do', () => {
    const error = decodeContractError(deadlinePassed)!
    expect(error).toBeInstanceOf(KeelError)
    expect(error.contractError).toBe('DeadlinePassed')
    expect(error.operands).toEqual([1_700_000_000, 1_700_000_009n])
    expect(error.message).toMatch(/^DeadlinePassed\(1700000000, 1700000009\)\. .*later deadline/)
  })

  test('says which errors may pass by themselves', () => {
    expect(decodeContractError(deadlinePassed)!.retryable).toBe(false)
    expect(decodeContractError(paused)!.retryable).toBe(true)
  })

  test('writes a series in hex, as it is read', () => {
    const id = 0x0001_00676e5e80_ca_0000000000bdbc41e0348b300000n
    const error = decodeContractError(encodeErrorResult({ abi, errorName: 'StrikeNotListed', args: [id] }))!
    expect(error.message).toContain('StrikeNotListed(0x100676e5e80ca0000000000bdbc41e0348b300000)')
  })

  const none: readonly (readonly [string, Hex | undefined])[] = [
    ['no data', undefined],
    ['empty data', '0x'],
    ['an error of somebody else', unknown],
    ['a known selector with half its operands', deadlinePassed.slice(0, 40) as Hex],
    ['a selector cut short', '0x1234'],
  ]
  test.each(none)('is undefined for %s', (_, data) => {
    expect(decodeContractError(data)).toBeUndefined()
  })
})

/** A client whose node answers every call with this error object. */
const clientOf = (error: object) =>
  createPublicClient({ transport: custom({ request: async () => Promise.reject(error) }, { retryCount: 0 }) })

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('explain', () => {
  const address = addressOf(1)
  const nodes: readonly (readonly [string, (data: Hex) => object])[] = [
    ['data beside the message', (data) => ({ code: 3, message: 'execution reverted', data })],
    [
      'data in an object',
      (data) => ({ code: -32_603, message: 'Internal error', data: { data, message: 'reverted' } }),
    ],
    ['data in a cause', (data) => ({ code: -32_000, message: 'reverted', cause: { code: 3, data } })],
  ]

  test.each(nodes)('finds the revert when a node gives %s', async (_, answer) => {
    const client = clientOf(answer(deadlinePassed))
    const works = [
      client.call({ to: address, data: '0x01020304' }),
      client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [address] }),
      client.estimateGas({ account: address, to: address, data: '0x01020304' }),
    ]
    for (const error of await Promise.all(works.map(thrownBy))) {
      expect(error).toBeInstanceOf(Error)
      expect(revertDataOf(error)).toBe(deadlinePassed)
      const explained = explain(error)
      expect(explained).toBeInstanceOf(ContractError)
      expect((explained as ContractError).contractError).toBe('DeadlinePassed')
    }
  })

  test('gives back what it cannot explain, as it was', async () => {
    const foreign = await thrownBy(clientOf({ code: 3, message: 'reverted', data: unknown }).call({ to: address }))
    const plain = new InvalidAddressError({ address: '0x' })
    for (const error of [foreign, plain, 'text', undefined, null, 5]) expect(explain(error)).toBe(error)
  })

  test('takes no result of a call for a revert', () => {
    const result = encodeFunctionResult({ abi: erc20Abi, functionName: 'balanceOf', result: 5n })
    expect(explain(result)).toBe(result)
  })
})

const CORE = [
  'market',
  'catalogue',
  'orders',
  'clearing',
  'vault',
  'hedger',
  'marginPolicy',
  'spotOracle',
  'surfaceOracle',
  'settlementOracle',
  'share',
  'delayedOrders',
]
const errorsOf = (name: string): readonly { readonly name: string; readonly inputs: readonly { type: string }[] }[] =>
  (generated as unknown as Record<string, Abi>)[`${name}Abi`]!.filter((item) => item.type === 'error') as never

/** Errors no function a user or keeper calls can throw on any input, or none that its caller could do anything about. */
const WITHOUT_ADVICE: Readonly<Record<string, readonly string[]>> = {
  'between core contracts only': [
    'NotCatalogue',
    'NotClearing',
    'NotOrders',
    'NotMarginPolicy',
    'NotMarket',
    'NotHedger',
    'NotVault',
    'NotSelf',
    'InsufficientCompartment',
    'VaultNotShort',
  ],
  'governor, guardian and council only': [
    'AccessManagedInvalidAuthority',
    'AccessManagedRequiredDelay',
    'PauseLevelNotHigher',
    'LimitNotTighter',
    'LimitOutOfBounds',
    'MarketExists',
    'InvalidMarket',
    'WindowChanged',
    'KnotTimesChanged',
    'KnotTimesNotAscending',
    'MarginParamLoosened',
    'MarginParamNotStorable',
    'MarginParamOutOfBounds',
    'ParamOutOfBounds',
    'OutOfBounds',
    'ReactorExists',
    'TooManyReactors',
    'UnknownReactor',
    'NoPrimary',
    'NotTighter',
    'FeedDecimalsAbove18',
    'AlreadyFinal',
    'AlreadyFrozen',
    'AlreadyReplaced',
    'NotProposed',
    'RescueTooEarly',
    'TooFar',
  ],
  'the lister only': ['NodeStrikeOutOfRange', 'NotAtEight', 'StrikesNotAscending', 'TooManyStrikes'],
  'at deployment only': ['CollateralDecimalsAbove18', 'InvalidShortString', 'StringTooLong', 'NotAContract'],
  'a market not yet configured': ['MarginParamsNotSet'],
  'defects, whose operands go into a report': [
    'DataContractFailed',
    'DataContractMissing',
    'ModuleFailed',
    'PositionOutOfRange',
    'SqrtInputOutsideDomain',
    'ReentrancyGuardReentrantCall',
    'SafeCastOverflowedIntDowncast',
    'SafeCastOverflowedIntToUint',
    'SafeCastOverflowedUintDowncast',
    'LogMoneynessOutsideDomain',
    'TimeToExpiryOutsideDomain',
  ],
  'addresses of zero and signatures no wallet makes': [
    'ERC6909InvalidApprover',
    'ERC6909InvalidReceiver',
    'ERC6909InvalidSender',
    'ERC6909InvalidSpender',
    'ERC20InvalidApprover',
    'ERC20InvalidReceiver',
    'ERC20InvalidSender',
    'ERC20InvalidSpender',
    'ECDSAInvalidSignature',
    'ECDSAInvalidSignatureLength',
    'ECDSAInvalidSignatureS',
    'InvalidAccountNonce',
  ],
}

describe('advice', () => {
  const thrown = new Set(CORE.flatMap((name) => errorsOf(name).map((error) => error.name)))
  const excused = Object.values(WITHOUT_ADVICE).flat()

  test('is there for every error of the core, but for those listed with a reason', () => {
    const missing = [...thrown].filter((name) => !(name in ADVICE) && !excused.includes(name))
    expect(missing).toEqual([])
  })

  test('is not excused where it is given, nor twice', () => {
    expect(excused.filter((name) => name in ADVICE)).toEqual([])
    expect(excused).toHaveLength(new Set(excused).size)
  })

  test('is for errors there are', () => {
    expect(Object.keys(ADVICE).filter((name) => !thrown.has(name))).toEqual([])
    expect(excused.filter((name) => !thrown.has(name))).toEqual([])
  })

  test.each(CORE)('is found for every error of %s by its selector', (contract) => {
    for (const { name, inputs } of errorsOf(contract)) {
      const types = inputs.map(({ type }) => type)
      if (types.some((type) => !/^(u?int|address|bytes32|bool)/.test(type))) continue
      const words = types.map(() => '0'.repeat(63).concat('1')).join('')
      const data = `${toFunctionSelector(`${name}(${types.join(',')})`)}${words}` as Hex
      expect(decodeContractError(data)?.contractError).toBe(name)
    }
  })

  test('is one or more whole sentences', () => {
    for (const { text } of Object.values(ADVICE)) expect(text).toMatch(/^[A-Z].*\.$/s)
  })
})
