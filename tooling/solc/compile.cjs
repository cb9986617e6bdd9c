'use strict'
const { availableParallelism } = require('node:os')
const { join } = require('node:path')
const { Worker } = require('node:worker_threads')
const { keyOf, openCache } = require('./cache.cjs')
const { merge, split } = require('./shares.cjs')
const { VERSION } = require('./version.cjs')

/** More workers than this repeat the analysis too often and hold a wasm heap each. */
const MAX_WORKERS = 4

/**
 * The compiler recurses on the JavaScript stack, and a deep syntax tree overflows the 1 MB of a main thread. A worker's
 * stack is ours to choose, so even a single share runs in one.
 */
const STACK_MB = 64

function compileInWorker(input) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(__dirname, 'worker.cjs'), {
      workerData: input,
      resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: 4096 },
    })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new TypeError(`The compiler thread stopped with code ${code} and no output.`)))
  })
}

/** The text of the standard JSON output for the text of a standard JSON input. */
exports.compileInShares = async ({ input, cacheDir, workers = workersWanted() }) => {
  const cache = openCache(cacheDir)
  const through = async (text, make) => {
    const key = keyOf({ version: VERSION, input: text })
    const hit = cache.read(key)
    if (hit !== undefined) return hit
    const output = await make()
    cache.write(key, output)
    return output
  }
  const shares = split(JSON.parse(input), workers).map((share) => JSON.stringify(share))
  if (shares.length === 1) return through(input, () => compileInWorker(input))
  // Keyed by the shares, because how they are dealt out decides what is compiled how.
  return through(shares.join('\n'), async () => {
    const outputs = new Array(shares.length)
    const waiting = shares.entries()
    const worker = async () => {
      for (const [at, share] of waiting) outputs[at] = await through(share, () => compileInWorker(share))
    }
    await Promise.all(Array.from({ length: workers }, worker))
    return JSON.stringify(merge(outputs.map((output) => JSON.parse(output))))
  })
}

function workersWanted() {
  return Number(process.env.KEEL_SOLC_WORKERS) || Math.min(availableParallelism(), MAX_WORKERS)
}
