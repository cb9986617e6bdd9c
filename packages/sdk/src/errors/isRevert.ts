import { revertDataOf } from './ContractError.ts'

/** Names of viem's errors for a call that ran and failed, or whose answer is not what its ABI says. */
const FAILED_CALL = [
  'ExecutionRevertedError',
  'AbiDecodingZeroDataError',
  'AbiDecodingDataSizeTooSmallError',
  'PositionOutOfBoundsError',
]
/** JSON-RPC's code of a failed execution. */
const REVERTED = 3

/**
 * Whether a view failed in the contract, or gave no answer of its shape, rather than on the way to it: only the former
 * says anything about the contract.
 */
export function isRevert(error: unknown): boolean {
  if (revertDataOf(error) !== undefined) return true
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    const { code, name, message } = at as { code?: unknown; name?: unknown; message?: unknown }
    if (code === REVERTED || FAILED_CALL.includes(String(name))) return true
    if (/\breverted\b|\bVM execution error\b|\bout of gas\b/i.test(String(message))) return true
  }
  return false
}
