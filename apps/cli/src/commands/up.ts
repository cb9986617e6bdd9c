import { relative } from 'node:path'
import type { LiveOptions, LiveStatus } from '@keel/lab'
import type { Command } from '../frame/command.ts'
import { InterruptedError } from '../frame/errors.ts'
import { FEED_FLAGS, feedPolicyOf } from '../run/feedFlags.ts'
import { liveJson, statusLine } from '../run/showLive.ts'
import { MOST_SEED } from './replay.ts'

const DEFAULT_PORT = 8545
const DEFAULT_DIR = '.keel'
const DEFAULT_SEED = 1
/** Chain seconds in a wall second: an hour every four. */
const DEFAULT_SPEED = 900
const MOST_SECS = 30 * 86_400

export const up: Command = upWith({
  // The lab brings anvil and Uniswap along: loaded when it runs.
  runLive: async (options) => (await import('@keel/lab')).runLive(options),
})

type Ready = Parameters<NonNullable<LiveOptions['onReady']>>[0]

type Engine = { readonly runLive: (options: LiveOptions) => Promise<void> }

export function upWith({ runLive }: Engine): Command {
  return {
    name: 'up',
    summary: 'Run a local chain with Keel on it and a live market, until stopped',
    details: [
      'Starts anvil with tokens, a Uniswap v3 pool, feeds and Keel, and lets depositors, traders, an arbitrageur and the keepers\nlive on it in accelerated time. The RPC stays open for wallets, cast and the other commands; account 9 is yours. State is\nkept in the data folder, and the next start continues it.',
    ],
    arguments: [],
    flags: {
      port: { values: ['N'], help: `port of the RPC (default ${DEFAULT_PORT})` },
      'data-dir': { values: ['DIR'], help: `where state and deployment.json are kept (default ${DEFAULT_DIR})` },
      seed: { values: ['N'], help: `seed of the market (default ${DEFAULT_SEED})` },
      replay: { values: ['FILE'], help: 'follow this history instead of a simulated market' },
      ...FEED_FLAGS,
      speed: { values: ['X'], help: `chain seconds in a second (default ${DEFAULT_SPEED})` },
      for: { values: ['SECONDS'], help: 'stop by itself after so long' },
    },
    examples: [
      'keel up',
      'keel up --port 9545 --data-dir /tmp/keel --seed 7 --speed 3600',
      'keel up --replay history.csv.gz',
    ],
    run: async (input, io) => {
      const port = input.whole('port', { least: 1, most: 65_535 }) ?? DEFAULT_PORT
      const dataDir = input.text('data-dir') ?? DEFAULT_DIR
      const seed = input.whole('seed', { least: 0, most: MOST_SEED }) ?? DEFAULT_SEED
      const speed = input.positive('speed') ?? DEFAULT_SPEED
      const secs = input.whole('for', { least: 1, most: MOST_SECS })
      const replay = input.text('replay')
      const feedPolicy = feedPolicyOf(input)

      let last: LiveStatus | undefined
      const onReady = ({ rpcUrl, deploymentFile, resumed }: Ready) => {
        const how = resumed ? 'Continuing the saved market' : 'A new market'
        io.print(`${how}. RPC ${rpcUrl}, deployment ${fromHere(deploymentFile)}; Ctrl-C stops.`)
        io.print('Money in USDC; net delta before → after hedging and open interest in ETH.')
      }
      const onStatus = (status: LiveStatus) => {
        last = status
        io.print(statusLine(status))
      }
      const timer = new AbortController()
      const timeout = secs === undefined ? undefined : setTimeout(() => timer.abort(), secs * 1000)
      const signal = AbortSignal.any([io.signal, timer.signal])
      io.progress('Starting the chain…')
      try {
        const market = { ...(replay !== undefined && { replay }), ...(feedPolicy && { feedPolicy }) }
        await runLive({ dataDir, port, seed, speed, ...market, onReady, onStatus, signal })
      } catch (error) {
        if (!signal.aborted) throw error
      } finally {
        clearTimeout(timeout)
      }
      const state = `the state is in ${dataDir}, and keel up continues it.`
      if (io.signal.aborted) throw new InterruptedError(`the market stopped; ${state}`)
      return { json: { dataDir, last: last ? liveJson(last) : null }, text: [`Stopped; ${state}`] }
    },
  }
}

/** A path from here, where it lies below. */
function fromHere(path: string): string {
  const below = relative('.', path)
  return below.startsWith('..') ? path : below
}
