import type { Address } from 'viem'
import { getCode } from 'viem/actions'
import { KeelError } from '../errors/KeelError.ts'
import type { ReadingClient, SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import type { Submitted } from './send.ts'
import { submit, waitFor } from './send.ts'

/** A creation at a nonce, and the address that nonce gives. */
export type PlannedCreation = {
  readonly name: string
  readonly nonce: number
  readonly address: Address
  readonly data: `0x${string}`
}

/**
 * Sends creations in order at exactly their nonces, all before the first is mined, then checks that each contract
 * stands where it was planned. None may read another of them in its constructor.
 * Errors: DisplacedCreation, MissingCode, and those of `send`.
 */
export async function sendCreations(
  client: SigningClient,
  { creations, onCreated }: sendCreations.Parameters,
): Promise<void> {
  const submitted: Submitted[] = []
  for (const { name, nonce, data } of creations)
    submitted.push(await submit(client, { data, label: `deploy ${name}` }, { nonce }))
  for (const [i, { name, address, nonce }] of creations.entries()) {
    const { contractAddress } = await waitFor(client, submitted[i]!)
    if (contractAddress?.toLowerCase() !== address.toLowerCase()) throw new DisplacedCreationError(name, nonce)
    await requireCode(client, { address, what: name })
    onCreated?.({ name, done: i + 1, of: creations.length })
  }
}

export declare namespace sendCreations {
  type Parameters = {
    readonly creations: readonly PlannedCreation[]
    readonly onCreated?: (created: { readonly name: string; readonly done: number; readonly of: number }) => void
  }
}

/** Throws `MissingCodeError` unless a contract stands at the address. */
export async function requireCode(
  client: ReadingClient,
  { address, what }: { readonly address: Address; readonly what: string },
): Promise<void> {
  let code: string | undefined
  try {
    code = await getCode(client, { address })
  } catch (error) {
    throw explainAction(error)
  }
  if (code === undefined || code === '0x') throw new MissingCodeError(what, address)
}

export class MissingCodeError extends KeelError {
  override readonly name = 'Deployment.MissingCodeError'
  constructor(what: string, address: Address) {
    super(
      `There is no contract (${what}) at ${address} on this chain. Check the address, and that the chain is the one.`,
    )
  }
}

export class DisplacedCreationError extends KeelError {
  override readonly name = 'Deployment.DisplacedCreationError'
  constructor(name: string, nonce: number) {
    super(
      `The deployer sent something else at nonce ${nonce}, so ${name} is not where it was planned. Let nothing else use the account and deploy again.`,
    )
  }
}
