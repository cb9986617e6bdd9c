import { createPublicClient } from 'viem'
import { ipc } from 'viem/node'
import { type Chain, type Hardfork, startChain } from './anvil.ts'

/** A contract on a bare local chain of its own. */
export type Deployed = {
  readonly address: `0x${string}`
  readonly client: ReturnType<typeof clientOf>
  /** Another contract beside it. */
  readonly create: (bytecode: `0x${string}`) => Promise<`0x${string}`>
  readonly stop: () => Promise<void>
}

const clientOf = (chain: Chain) => createPublicClient({ transport: ipc(chain.ipcPath), cacheTime: 0 })

export const deploy = async (bytecode: `0x${string}`, hardfork: Hardfork = 'osaka'): Promise<Deployed> => {
  const chain = await startChain(hardfork)
  const client = clientOf(chain)
  const request = client.request as (args: { method: string; params: unknown[] }) => Promise<unknown>
  const [from] = (await request({ method: 'eth_accounts', params: [] })) as `0x${string}`[]
  const create = async (data: `0x${string}`): Promise<`0x${string}`> => {
    const sent = { from, data, gas: '0x3b9aca00' }
    const receipt = (await request({ method: 'eth_sendTransactionSync', params: [sent] })) as {
      contractAddress: `0x${string}`
    }
    return receipt.contractAddress
  }
  const stop = async () => {
    const rpc = await client.transport.getRpcClient()
    rpc.close()
    await chain.stop()
  }
  return { address: await create(bytecode), client, create, stop }
}
