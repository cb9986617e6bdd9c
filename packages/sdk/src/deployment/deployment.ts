import type { Address } from 'viem'
import { getAddress, isAddress } from 'viem'
import { MalformedDeploymentError } from './errors.ts'

/** Contracts of the core, in the order they are deployed in. */
export const CORE_CONTRACTS = [
  'authority',
  'spotOracle',
  'surfaceOracle',
  'settlementOracle',
  'pricer',
  'share',
  'clearing',
  'marginPolicy',
  'catalogue',
  'orders',
  'market',
  'hedgePolicy',
  'hedger',
  'vault',
  'lens',
] as const

export type CoreContract = (typeof CORE_CONTRACTS)[number]

/** Where Keel lives on a chain, and what a client must know to use it. */
export type Deployment = {
  readonly chainId: number
  readonly contracts: Readonly<Record<CoreContract, Address>>
  readonly asset: { readonly address: Address; readonly symbol: string; readonly decimals: number }
  readonly markets: readonly {
    readonly id: number
    readonly symbol: string
    readonly underlying: Address
    readonly underlyingDecimals: number
    readonly feed: Address
    readonly reactors: readonly Address[]
  }[]
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedDeploymentError(path, 'an object')
  return value as Record<string, unknown>
}

function address(value: unknown, path: string): Address {
  if (typeof value !== 'string' || !isAddress(value)) throw new MalformedDeploymentError(path, 'an address')
  return getAddress(value)
}

function natural(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MalformedDeploymentError(path, 'a natural number')
  return value
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new MalformedDeploymentError(path, 'a text')
  return value
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new MalformedDeploymentError(path, 'a list')
  return value
}

/** Reads a deployment file. Throws `MalformedDeploymentError` naming the first field that is not as it should be. */
export function parseDeployment(json: string): Deployment {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new MalformedDeploymentError('the file', 'JSON')
  }
  const root = record(parsed, 'the file')
  const contracts = record(root.contracts, 'contracts')
  const asset = record(root.asset, 'asset')
  return {
    chainId: natural(root.chainId, 'chainId'),
    contracts: Object.fromEntries(
      CORE_CONTRACTS.map((name) => [name, address(contracts[name], `contracts.${name}`)]),
    ) as Deployment['contracts'],
    asset: {
      address: address(asset.address, 'asset.address'),
      symbol: text(asset.symbol, 'asset.symbol'),
      decimals: natural(asset.decimals, 'asset.decimals'),
    },
    markets: list(root.markets, 'markets').map((entry, i) => {
      const market = record(entry, `markets[${i}]`)
      return {
        id: natural(market.id, `markets[${i}].id`),
        symbol: text(market.symbol, `markets[${i}].symbol`),
        underlying: address(market.underlying, `markets[${i}].underlying`),
        underlyingDecimals: natural(market.underlyingDecimals, `markets[${i}].underlyingDecimals`),
        feed: address(market.feed, `markets[${i}].feed`),
        reactors: list(market.reactors, `markets[${i}].reactors`).map((r, j) =>
          address(r, `markets[${i}].reactors[${j}]`),
        ),
      }
    }),
  }
}

export function formatDeployment(deployment: Deployment): string {
  return `${JSON.stringify(deployment, null, 2)}\n`
}
