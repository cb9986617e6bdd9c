import { clearingAbi } from '@keel/contracts/generated'
import { encodeFunctionData, isAddressEqual } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import { KeelError } from '../errors/KeelError.ts'
import type { PreparedCall } from './prepared.ts'

const BATCHING = ['clearing', 'vault', 'orders'] as const

export class NoBatchError extends KeelError {
  override readonly name = 'Batch.NoBatchError'
  constructor(reason: string) {
    super(`These calls make no batch: ${reason}. Batch the calls of clearing, of the vault, or of orders, each apart.`)
  }
}

/**
 * Several calls of clearing, of the vault, or of orders as one, all or none, each as if the sender had made it alone. The
 * results come back in their order.
 */
export function prepareBatch({ contracts }: Deployment, calls: readonly PreparedCall[]): PreparedCall {
  const [first, ...rest] = calls
  if (!first) throw new NoBatchError('there is none')
  const stray = rest.find(({ to }) => !isAddressEqual(to, first.to))
  if (stray) throw new NoBatchError(`"${first.label}" and "${stray.label}" go to different contracts`)
  const takes = BATCHING.some((name) => isAddressEqual(contracts[name], first.to))
  if (!takes) throw new NoBatchError(`"${first.label}" goes to a contract that takes none`)
  return {
    to: first.to,
    // The same function on all three.
    data: encodeFunctionData({ abi: clearingAbi, functionName: 'multicall', args: [calls.map(({ data }) => data)] }),
    label: calls.map(({ label }) => label).join(', '),
  }
}
