#!/usr/bin/env node
'use strict'
const { readFileSync, writeSync } = require('node:fs')
const args = process.argv.slice(2)
const solc = () => require('solc')
const out = (text) => {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    try { at += writeSync(1, bytes, at) } catch (e) { if (e.code !== 'EAGAIN') throw e }
  }
}
if (args.includes('--version')) {
  out('solc, the solidity compiler commandline interface\nVersion: 0.8.37+commit.00000000.Linux.g++\n')
} else out(solc().compile(readFileSync(0, 'utf8')))
