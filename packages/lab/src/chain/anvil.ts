import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { AnvilNotStartedError, PortBusyError } from './errors.ts'

export type AnvilOptions = {
  /** 0 or absent: any free port. */
  readonly port?: number
  /** Unix seconds of the genesis block. */
  readonly timestamp: number
  readonly hardfork?: 'cancun' | 'osaka'
  readonly accounts?: number
}

/** A running local chain that cannot outlive this process, however this process ends. */
export type Anvil = {
  readonly port: number
  readonly ipcPath: string
  readonly rpcUrl: string
  /** Resolves with a description once the chain is gone; never rejects. */
  readonly exited: Promise<string>
  readonly stop: () => Promise<void>
}

/** The chain is started by a shell that kills it when its own standard input closes: the kernel closes it for us. */
const GUARD =
  'exec 3<&0; "$0" "$@" </dev/null & pid=$!; { cat <&3; kill -9 $pid; } >/dev/null 2>&1 & exec 3<&-; wait $pid'

function binary(): string {
  const require = createRequire(import.meta.url)
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const os = process.platform
  try {
    const name = `@foundry-rs/anvil-${os}-${cpu}/package.json`
    const path = join(
      dirname(createRequire(require.resolve('@foundry-rs/anvil/package.json')).resolve(name)),
      'bin',
      'anvil',
    )
    if (existsSync(path)) return path
  } catch {}
  throw new AnvilNotStartedError(`there is no anvil binary for ${os} ${cpu} among the installed packages`)
}

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortBusyError(port) : error),
    )
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

/** Starts anvil. Errors: PortBusy, AnvilNotStarted. */
export async function startAnvil({
  port = 0,
  timestamp,
  hardfork = 'osaka',
  accounts = 10,
}: AnvilOptions): Promise<Anvil> {
  const path = binary()
  const freePort = await listen(port)
  const folder = mkdtempSync(join(tmpdir(), 'keel-chain-'))
  const ipcPath = join(folder, 'anvil.ipc')
  const args = ['--host', '127.0.0.1', '--port', String(freePort), '--ipc', ipcPath, '--timestamp', String(timestamp)]
  args.push('--hardfork', hardfork, '--accounts', String(accounts), '--balance', '1000000000', '--chain-id', '31337')
  args.push('--no-mining', '--order', 'fees', '--auto-impersonate', '--prune-history', '--no-request-size-limit')
  args.push(
    '--block-base-fee-per-gas',
    '0',
    '--disable-min-priority-fee',
    '--gas-limit',
    '1000000000000',
    '--cache-path',
    folder,
  )
  args.push('--transaction-block-keeper', '64', '--disable-console-log', '--threads', '2')
  const child: ChildProcess = spawn('/bin/sh', ['-c', GUARD, path, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stdout?.resume()
  child.stderr?.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-2000)
  })
  child.stdin?.on('error', () => {})
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(stderr.trim().split('\n').at(-1) || `exit ${code ?? signal}`))
  })
  const stop = async () => {
    child.stdin?.end()
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  let gone: string | undefined
  exited.then((reason) => {
    gone = reason
    child.stdin?.end()
  })
  for (let tries = 0; !existsSync(ipcPath); tries++) {
    if (gone !== undefined || tries > 600) {
      await stop()
      throw new AnvilNotStartedError(gone ?? 'no answer within 30 seconds')
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { port: freePort, ipcPath, rpcUrl: `http://127.0.0.1:${freePort}`, exited, stop }
}
