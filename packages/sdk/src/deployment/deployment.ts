import type { Address } from 'viem'
import { fieldsOf } from '../files/fields.ts'
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

const fields = fieldsOf(MalformedDeploymentError)
const { record, list, address } = fields

function natural(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MalformedDeploymentError(path, 'a natural number')
  return value
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new MalformedDeploymentError(path, 'a text')
  return value
}

/** Reads a deployment file. Throws `MalformedDeploymentError` naming the first field that is not as it should be. */
export function parseDeployment(json: string): Deployment {
  const root = fields.root(json)
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
