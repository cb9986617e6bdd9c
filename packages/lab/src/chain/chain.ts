import type { Address, Hex } from 'viem'
import type { Anvil } from './anvil.ts'
import { RpcError } from './errors.ts'
import type { Request } from './ipc.ts'
import { connectIpc } from './ipc.ts'

/** A transaction as the world writes it; who sends it and what it is for are never left out. */
export type Call = {
  readonly from: Address
  /** Absent: a deployment. */
  readonly to?: Address
  readonly data: Hex
  readonly label: string
}

export type Log = { readonly address: Address; readonly topics: readonly Hex[]; readonly data: Hex }

export type Receipt = {
  readonly call: Call
  readonly ok: boolean
  readonly gasUsed: bigint
  readonly contractAddress: Address | null
  readonly logs: readonly Log[]
}

type RawReceipt = {
  transactionHash: Hex
  status: Hex
  gasUsed: Hex
  contractAddress: Address | null
  logs: Log[]
}

/** A chain that mines only when told, so that a block holds what the world put in it, in that order. */
export type Chain = {
  readonly request: Request
  readonly anvil: Anvil
  /** Calls mined so far. */
  readonly sent: () => number
  readonly close: () => Promise<void>
  /** Mines one block at `timestamp` that holds `calls` in their order, and returns their receipts in it. */
  readonly mine: (timestamp: number, calls: readonly Call[]) => Promise<readonly Receipt[]>
  /** Mines what others have sent, a second after the last block. */
  readonly mineWaiting: () => Promise<void>
  /** `eth_call` on the latest block, at that block's own time unless another is given. */
  readonly read: (
    call: Omit<Call, 'label' | 'from'> & { readonly from?: Address; readonly timestamp?: number },
  ) => Promise<Hex>
}

/**
 * System contracts that write a slot a block (EIP-2935, EIP-4788). Nothing here reads them, and the chain hashes all of an
 * account's storage again whenever a block touches it: left in place, block 3,000 takes thirty times as long as block 1.
 */
const SLOT_A_BLOCK = [
  '0x0000F90827F1C53a10cb7A02335B175320002935',
  '0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02',
] as const

const GAS = `0x${(16_000_000).toString(16)}` as const
/** Views may look at more than a transaction could. */
const READ_GAS = `0x${(2_000_000_000).toString(16)}` as const

/** No history is kept: the block found to be the latest may be gone, with its state, when another is mined before it is read. */
const READ_ATTEMPTS = 20
const isBlockGone = (error: unknown): boolean => error instanceof RpcError && error.message.includes('BlockOutOfRange')

export async function openChain(anvil: Anvil): Promise<Chain> {
  const { request, close } = await connectIpc(anvil.ipcPath)
  for (const address of SLOT_A_BLOCK) await request('anvil_setCode', [address, '0x'])
  const nonces = new Map<Address, number>()
  let sent = 0

  async function nonceOf(from: Address): Promise<number> {
    const known = nonces.get(from) ?? Number(await request('eth_getTransactionCount', [from, 'latest']))
    nonces.set(from, known + 1)
    return known
  }

  async function mine(timestamp: number, calls: readonly Call[]): Promise<readonly Receipt[]> {
    const hashes: Promise<Hex>[] = []
    for (const [i, { from, to, data }] of calls.entries()) {
      const nonce = `0x${(await nonceOf(from)).toString(16)}`
      // The pool orders by price: a falling price is the order asked for, whatever the arrival.
      const gasPrice = `0x${(1_000_000 + calls.length - i).toString(16)}`
      hashes.push(request('eth_sendTransaction', [{ from, ...(to && { to }), data, gas: GAS, gasPrice, nonce }]))
    }
    const byHash = new Map((await Promise.all(hashes)).map((hash, i) => [hash, calls[i]!]))
    await request('evm_mine', [{ timestamp, blocks: 1 }])
    sent += calls.length
    if (calls.length === 0) return []
    const raw: RawReceipt[] = await request('eth_getBlockReceipts', ['latest'])
    // Somebody with a wallet may be in the block too: those transactions are not ours to answer for.
    const ours = raw.filter(({ transactionHash }) => byHash.has(transactionHash))
    return ours.map((receipt) => ({
      call: byHash.get(receipt.transactionHash)!,
      ok: receipt.status === '0x1',
      gasUsed: BigInt(receipt.gasUsed),
      contractAddress: receipt.contractAddress,
      logs: receipt.logs,
    }))
  }

  const mineWaiting = async (): Promise<void> => {
    const { timestamp } = await request('eth_getBlockByNumber', ['latest', false])
    await request('evm_mine', [{ timestamp: Number(timestamp) + 1, blocks: 1 }])
  }

  async function read({ from, to, data, timestamp }: Parameters<Chain['read']>[0]): Promise<Hex> {
    const overrides = timestamp === undefined ? [] : [{}, { time: `0x${timestamp.toString(16)}` }]
    const params = [{ ...(from && { from }), to, data, gas: READ_GAS }, 'latest', ...overrides]
    for (let left = READ_ATTEMPTS; ; left--) {
      try {
        return await request('eth_call', params)
      } catch (error) {
        if (left <= 1 || !isBlockGone(error)) throw error
      }
    }
  }

  async function stop(): Promise<void> {
    close()
    await anvil.stop()
  }

  return { request, anvil, sent: () => sent, close: stop, mine, mineWaiting, read }
}
