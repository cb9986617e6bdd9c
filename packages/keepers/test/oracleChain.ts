import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { authorityAbi, surfaceOracleAbi } from '@keel/contracts/generated'
import { authorityBytecode, surfaceOracleBytecode } from '@keel/contracts/generated/bytecode'
import { wadFromFloat, wadToFloat } from '@keel/model'
import { CORE_CONTRACTS, type Deployment, explain, type PreparedCall } from '@keel/sdk'
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  getContractAddress,
  type Hex,
  http,
  type Log,
  toHex,
  zeroAddress,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type SliceInForce, slicesInForce } from '../src/index.ts'

const MNEMONIC = 'test test test test test test test test test test test junk'
const account = (addressIndex: number) => mnemonicToAccount(MNEMONIC, { addressIndex })
/** The chain is started by a shell that kills it once its own standard input closes, however this process ends. */
const GUARD =
  'exec 3<&0; "$0" "$@" </dev/null & pid=$!; { cat <&3; kill -9 $pid; } >/dev/null 2>&1 & exec 3<&-; wait $pid'

/** A local chain with the real surface oracle on it, and nothing else. */
export type OracleChain = {
  readonly deployment: Deployment
  /** Three keys, ascending by address; two must sign, three for a step beyond the limit. */
  readonly keys: readonly { readonly address: Address; readonly sign: (digest: Hex) => Promise<Hex> }[]
  /** Sends a call in a block of this time, from an account without any role. Throws the contract's error as the SDK reads it. */
  relay(call: PreparedCall, time: number): Promise<readonly Log[]>
  /** Total variance the oracle gives at its latest block, as a float. */
  varianceAt(time: number, k: number): Promise<number>
  /** Every slice in force. */
  inForce(): Promise<readonly SliceInForce[]>
  close(): void
}

export async function openOracleChain({ market, time }: { market: number; time: number }): Promise<OracleChain> {
  const { url, close } = await startAnvil(time)
  const transport = http(url)
  const reader = createPublicClient({ transport })
  const miner = createTestClient({ mode: 'anvil', transport })
  const [governor, stranger] = [account(0), account(5)]
  const wallet = createWalletClient({ account: governor, transport })
  const authority = getContractAddress({ from: governor.address, nonce: 0n })
  const oracle = getContractAddress({ from: governor.address, nonce: 1n })
  const chain = null
  await wallet.deployContract({ chain, abi: authorityAbi, bytecode: authorityBytecode, args: [governor.address] })
  await wallet.deployContract({ chain, abi: surfaceOracleAbi, bytecode: surfaceOracleBytecode, args: [authority] })

  const keys = [20, 21, 22]
    .map(account)
    .map(({ address, sign }) => ({ address, sign: (hash: Hex) => sign({ hash }) }))
    .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
  const address = oracle
  const abi = surfaceOracleAbi
  const setSigners = [keys.map((key) => key.address), 2n, 3n] as const
  await wallet.writeContract({ chain, address, abi, functionName: 'setSigners', args: setSigners })

  const contracts = Object.fromEntries(CORE_CONTRACTS.map((name, i) => [name, toHex(i + 1, { size: 20 })]))
  const deployment: Deployment = {
    chainId: 31_337,
    contracts: { ...(contracts as Deployment['contracts']), surfaceOracle: oracle, authority },
    asset: { address: zeroAddress, symbol: 'USDC', decimals: 6 },
    markets: [],
  }
  return {
    deployment,
    keys,
    async relay({ to, data }, timestamp) {
      await miner.setNextBlockTimestamp({ timestamp: BigInt(timestamp) })
      try {
        await reader.call({ account: stranger.address, to, data, blockOverrides: { time: BigInt(timestamp) } })
      } catch (error) {
        throw explain(error)
      }
      const sender = createWalletClient({ account: stranger, transport })
      const hash = await sender.sendTransaction({ chain, to, data, gas: 5_000_000n })
      return (await reader.waitForTransactionReceipt({ hash, pollingInterval: 5 })).logs
    },
    async varianceAt(time, k) {
      const wad = wadFromFloat(k)
      const variance = await reader.readContract({
        address,
        abi,
        functionName: 'totalVariance',
        args: [market, time, wad],
      })
      return wadToFloat(variance)
    },
    async inForce() {
      const expiries = await reader.readContract({ address, abi, functionName: 'expiries', args: [market] })
      const held = await reader.readContract({ address, abi, functionName: 'slices', args: [market, expiries] })
      return slicesInForce(held)
    },
    close,
  }
}

async function startAnvil(time: number): Promise<{ url: string; close: () => void }> {
  const cache = mkdtempSync(join(tmpdir(), 'keel-oracle-'))
  const binary = fileURLToPath(new URL('../../../node_modules/.bin/anvil', import.meta.url))
  const options = ['--port', '0', '--timestamp', String(time), '--hardfork', 'osaka', '--cache-path', cache]
  const child = spawn('sh', ['-c', GUARD, binary, ...options, '--accounts', '30', '--prune-history'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new AnvilDiedError(code)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /Listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      child.removeAllListeners('exit')
      child.stdin.end()
      rmSync(cache, { recursive: true, force: true })
    },
  }
}

class AnvilDiedError extends Error {
  override readonly name = 'Test.AnvilDiedError'
  constructor(code: number | null) {
    super(`anvil ended with code ${code} before it listened. Run node_modules/.bin/anvil by hand to see why.`)
  }
}
