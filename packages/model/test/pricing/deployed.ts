import { createPublicClient } from 'viem'
import { ipc } from 'viem/node'
import { type Chain, startChain } from './anvil.ts'

/** A contract on a bare local chain of its own. */
export type Deployed = {
  readonly address: `0x${string}`
  readonly client: ReturnType<typeof clientOf>
  readonly stop: () => Promise<void>
}

const clientOf = (chain: Chain) => createPublicClient({ transport: ipc(chain.ipcPath), cacheTime: 0 })

export const deploy = async (bytecode: `0x${string}`): Promise<Deployed> => {
  const chain = await startChain()
  const client = clientOf(chain)
  const request = client.request as (args: { method: string; params: unknown[] }) => Promise<unknown>
  const [from] = (await request({ method: 'eth_accounts', params: [] })) as `0x${string}`[]
  const sent = { from, data: bytecode, gas: '0x3b9aca00' }
  const receipt = (await request({ method: 'eth_sendTransactionSync', params: [sent] })) as {
    contractAddress: `0x${string}`
  }
  const stop = async () => {
    const rpc = await client.transport.getRpcClient()
    rpc.close()
    await chain.stop()
  }
  return { address: receipt.contractAddress, client, stop }
}
