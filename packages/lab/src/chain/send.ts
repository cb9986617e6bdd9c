import { decodeContractError } from '@keel/sdk'
import type { Hex } from 'viem'
import type { Call, Chain, Receipt } from './chain.ts'
import { RpcError, TransactionRevertedError } from './errors.ts'

/** Why a mined call failed: its revert data, replayed on the state it left, in words. */
export async function revertReason(chain: Chain, { from, to, data }: Call): Promise<string> {
  try {
    await chain.read({ ...(to ? { to } : {}), data, from } as Parameters<Chain['read']>[0])
    return 'it succeeds when replayed after its block'
  } catch (error) {
    if (error instanceof RpcError && typeof error.data === 'string')
      return decodeContractError(error.data as Hex)?.message ?? `revert data ${error.data.slice(0, 138)}`
    return error instanceof Error ? error.message : String(error)
  }
}

/** Mines the calls in one block and throws for the first that did not succeed. `before` goes first. */
export async function sendAllOrThrow(
  chain: Chain,
  {
    timestamp,
    calls,
    before = [],
  }: { readonly timestamp: number; readonly calls: readonly Call[]; readonly before?: readonly Call[] },
): Promise<readonly Receipt[]> {
  const receipts = await chain.mine(timestamp, [...before, ...calls])
  for (const { ok, call } of receipts)
    if (!ok) throw new TransactionRevertedError(call.label, await revertReason(chain, call))
  return receipts
}
