#!/usr/bin/env node
'use strict'
// A solc for Forge on top of the npm package. Forge asks for `--version` many times and sends standard JSON on stdin;
// its other flags (--allow-paths, --base-path) are ignored, because every source travels inside the input.
const { readFileSync, writeSync } = require('node:fs')
const { join } = require('node:path')
const { compileInShares } = require('./solc/compile.cjs')
const { VERSION } = require('./solc/version.cjs')

function print(text) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      // A full pipe refuses the write: wait for the reader instead of burning its CPU.
      if (error.code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    }
  }
}

if (process.argv.includes('--version')) {
  print(`solc, the solidity compiler commandline interface\nVersion: ${VERSION}\n`)
} else {
  compileInShares({ input: readFileSync(0, 'utf8'), cacheDir: join(__dirname, '..', '.cache', 'solc') }).then(
    print,
    (error) => {
      process.stderr.write(`${error.stack}\n`)
      process.exitCode = 1
    },
  )
}
