import {
  catalogueAbi,
  clearingAbi,
  delayedOrdersAbi,
  hedgerAbi,
  marginPolicyAbi,
  marketAbi,
  ordersAbi,
  settlementOracleAbi,
  shareAbi,
  signedFeedAbi,
  spotOracleAbi,
  surfaceOracleAbi,
  vaultAbi,
} from '@keel/contracts/generated'
import type { Abi, Hex } from 'viem'
import { decodeErrorResult, erc20Abi, parseAbi } from 'viem'
import { ADVICE } from './advice.ts'
import { isoOf } from './iso.ts'
import { KeelError } from './KeelError.ts'

const tokenErrors = parseAbi([
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC6909InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 id)',
  'error AccessManagedUnauthorized(address caller)',
])

const ERRORS: Abi = [
  marketAbi,
  catalogueAbi,
  ordersAbi,
  clearingAbi,
  vaultAbi,
  hedgerAbi,
  marginPolicyAbi,
  spotOracleAbi,
  signedFeedAbi,
  delayedOrdersAbi,
  surfaceOracleAbi,
  settlementOracleAbi,
  shareAbi,
  erc20Abi,
  tokenErrors,
].flatMap((abi) => (abi as Abi).filter((item) => item.type === 'error'))

/** A contract of Keel, or a token it moves, refused a call. `contractError` is the Solidity error's name. */
export class ContractError extends KeelError {
  override readonly name = 'Contract.Error'
  readonly contractError: string
  readonly operands: readonly unknown[]
  override readonly retryable: boolean
  constructor({ contractError, operands }: { contractError: string; operands: readonly unknown[] }) {
    const { text, retryable, since } = ADVICE[contractError] ?? {
      text: 'Read the operands against the natspec of that error.',
      retryable: false,
    }
    const when = since === undefined ? '' : ` It can go through from ${isoOf(Number(operands[since]))} on.`
    super(`${contractError}(${operands.map(show).join(', ')}). ${text}${when}`)
    this.contractError = contractError
    this.operands = operands
    this.retryable = retryable
  }
}

function show(operand: unknown): string {
  if (typeof operand === 'bigint' && operand > 1n << 120n) return `0x${operand.toString(16)}`
  return typeof operand === 'object'
    ? JSON.stringify(operand, (_, v) => (typeof v === 'bigint' ? v.toString() : v))
    : String(operand)
}

/** The revert data as an error that says what to do; undefined when it is none of ours. */
export function decodeContractError(data: Hex | undefined): ContractError | undefined {
  if (!data || data === '0x') return undefined
  try {
    const { errorName, args } = decodeErrorResult({ abi: ERRORS, data })
    return new ContractError({ contractError: errorName, operands: (args ?? []) as readonly unknown[] })
  } catch {
    return undefined
  }
}

/** The first revert data found along an error's causes, as viem nests them. */
export function revertDataOf(error: unknown): Hex | undefined {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    const { data, raw } = at as { data?: unknown; raw?: unknown }
    for (const found of [raw, data, (data as { data?: unknown } | undefined)?.data])
      if (typeof found === 'string' && /^0x[0-9a-f]{8,}$/i.test(found)) return found as Hex
  }
  return undefined
}

/** The error as one of ours when it carries a known revert, else as it came. */
export function explain(error: unknown): unknown {
  return decodeContractError(revertDataOf(error)) ?? error
}
