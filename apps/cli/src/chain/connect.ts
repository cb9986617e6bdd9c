import type { Deployment, Reader, SigningClient } from '@keel/sdk'
import { MalformedDeploymentError, parseDeployment, readerOf, requireCode, WrongChainError } from '@keel/sdk'
import type { Account, Client, Transport } from 'viem'
import { createClient, http } from 'viem'
import { call, getBlock, getChainId } from 'viem/actions'
import { readText } from '../files/readText.ts'
import type { Flags } from '../frame/command.ts'
import { BadValueError } from '../frame/errors.ts'
import type { Input } from '../frame/input.ts'
import type { Io } from '../frame/io.ts'
import { senderOf } from './account.ts'
import { MissingDeploymentError, UnknownMarketError } from './errors.ts'

export const RPC_FLAGS: Flags = {
  rpc: { values: ['URL'], help: 'JSON-RPC of the chain (default http://127.0.0.1:8545)' },
}

export const DEPLOYMENT_FLAGS: Flags = {
  ...RPC_FLAGS,
  deployment: { values: ['FILE'], help: 'where Keel is on that chain (default .keel/deployment.json)' },
}

const DEFAULT_RPC = 'http://127.0.0.1:8545'
const DEFAULT_DEPLOYMENT = '.keel/deployment.json'
const POLL_MS = 150
const TIMEOUT_MS = 20_000

/** A chain that answers, and its clock. */
export type Connection = {
  readonly rpc: string
  readonly client: Client<Transport, undefined, undefined>
  readonly chainId: number
}

/** A connection to a chain that Keel is on. */
export type KeelConnection = Connection & {
  readonly deployment: Deployment
  readonly reader: Reader
  /** The chain's time when it was connected to, unix seconds. */
  readonly time: number
  /** The chain's time now. */
  readonly now: () => Promise<number>
}

export async function connectRpc(input: Input): Promise<Connection> {
  const rpc = input.text('rpc') ?? DEFAULT_RPC
  const isHttp = URL.canParse(rpc) && /^https?:$/.test(new URL(rpc).protocol)
  if (!isHttp) throw new BadValueError({ what: '--rpc', given: rpc, wanted: 'an http or https address' })
  const client = createClient({ transport: transportOf(rpc), pollingInterval: POLL_MS })
  return { rpc, client, chainId: await getChainId(client) }
}

/** Connects, and makes sure that the deployment file is of this chain and that the chain still has it. */
export async function connect(input: Input): Promise<KeelConnection> {
  const deployment = readDeployment(input.text('deployment') ?? DEFAULT_DEPLOYMENT)
  const connection = await connectRpc(input)
  const { client, chainId } = connection
  if (deployment.chainId !== chainId) throw new WrongChainError({ expected: deployment.chainId, found: chainId })
  await requireCode(client, { address: deployment.contracts.lens, what: 'the lens of the deployment file' })
  const now = async () => Number((await getBlock(client)).timestamp)
  const reader = readerOf({ call: (parameters) => call(client, parameters) })
  return { ...connection, deployment, reader, time: await now(), now }
}

function transportOf(rpc: string) {
  return http(rpc, { retryCount: 1, timeout: TIMEOUT_MS })
}

/** A client of the same chain with an account that signs. */
export function signing({ rpc, chainId }: Connection, { input, io }: { input: Input; io: Io }): SigningClient {
  const account: Account = senderOf(input, { chainId, env: io.env })
  return createClient({ account, transport: transportOf(rpc), pollingInterval: POLL_MS })
}

function readDeployment(file: string): Deployment {
  const deployment = parseDeployment(readText(file, (path) => new MissingDeploymentError(path)))
  if (deployment.markets.length === 0) throw new MalformedDeploymentError('markets', 'a list with a market')
  return deployment
}

export type Market = Deployment['markets'][number]

/** A market by its symbol; without one, the first. */
export function marketOf({ markets }: Deployment, symbol = markets[0]?.symbol): Market {
  const found = markets.find((market) => market.symbol.toUpperCase() === symbol?.toUpperCase())
  if (!found)
    throw new UnknownMarketError(
      symbol ?? '',
      markets.map((market) => market.symbol),
    )
  return found
}
