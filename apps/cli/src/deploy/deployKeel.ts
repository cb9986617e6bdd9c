import type { Deployment, SigningClient } from '@keel/sdk'
import { requireCode, send, sendCreations } from '@keel/sdk'
import { defaultTerms, planCore, planReactor, prepareConfiguration } from '@keel/sdk/deploy'
import type { Address } from 'viem'
import { getTransactionCount } from 'viem/actions'
import type { Parts } from './readParts.ts'

const FIRST_MARKET = 1

export type DeployOptions = {
  readonly chainId: number
  readonly parts: Parts
  /** Whole units of collateral the limits are scaled to. */
  readonly equity: bigint
  readonly signers: readonly Address[]
  readonly threshold: number
  readonly lister: Address
  readonly onProgress: (line: string) => void
}

/** The symbol of what a wrapped token wraps. */
export function marketSymbol(token: string): string {
  return /^W[A-Z0-9]{3,}$/.test(token) ? token.slice(1) : token.toUpperCase()
}

/** Deploys the core and a spot reactor at addresses planned from the account's nonces, and opens the first market. */
export async function deployKeel(client: SigningClient, options: DeployOptions): Promise<Deployment> {
  const { chainId, parts, equity, signers, threshold, lister, onProgress } = options
  const { asset, underlying, feed, pool, assetToken, underlyingToken, spot } = parts
  const deployer = client.account.address
  const nonce = await getTransactionCount(client, { address: deployer, blockTag: 'pending' })
  const symbol = marketSymbol(underlyingToken.symbol)
  const core = planCore({ deployer, nonce, asset, shareName: `Keel ${symbol} Vault`, shareSymbol: `k${symbol}` })
  const next = nonce + core.creations.length
  const { hedger } = core.contracts
  const reactor = planReactor({ deployer, nonce: next, hedger, pool, asset, underlying })
  const deployment: Deployment = {
    chainId,
    contracts: core.contracts,
    asset: assetToken,
    markets: [
      {
        id: FIRST_MARKET,
        symbol,
        underlying,
        underlyingDecimals: underlyingToken.decimals,
        feed,
        reactors: [reactor.address],
      },
    ],
  }
  const creations = [
    ...core.creations.map((creation) => ({ ...creation, address: core.contracts[creation.name] })),
    { name: 'reactor', nonce: next, address: reactor.address, data: reactor.data },
  ]
  onProgress(`Sending ${creations.length} contracts…`)
  await sendCreations(client, {
    creations,
    onCreated: ({ name, done, of }) => onProgress(`Deployed ${name} (${done} of ${of})…`),
  })
  const calls = prepareConfiguration(deployment, {
    market: FIRST_MARKET,
    terms: defaultTerms({ spot, equity, assetDecimals: assetToken.decimals }),
    feed,
    signers,
    threshold,
    reactors: [reactor.address],
    lister,
  })
  for (const [i, call] of calls.entries()) {
    onProgress(`${call.label} (${i + 1} of ${calls.length})…`)
    await send(client, call, { nonce: next + 1 + i })
  }
  for (const { name, address } of creations) await requireCode(client, { address, what: name })
  return deployment
}
