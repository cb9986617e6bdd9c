'use strict'
const { createHash, randomUUID } = require('node:crypto')
const {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} = require('node:fs')
const { join } = require('node:path')
const { gunzipSync, gzipSync } = require('node:zlib')

const MAX_BYTES = 128 * 1024 * 1024

exports.keyOf = ({ version, input }) => createHash('sha256').update(version).update('\0').update(input).digest('hex')

/** Outputs on disk, least recently used dropped first. Several processes may share the directory. */
exports.openCache = (dir, { maxBytes = MAX_BYTES } = {}) => {
  const fileOf = (key) => join(dir, `${key}.json.gz`)

  function read(key) {
    try {
      const text = gunzipSync(readFileSync(fileOf(key))).toString()
      utimesSync(fileOf(key), new Date(), new Date())
      return text
    } catch {
      return undefined // absent, damaged, or just dropped by another process: all mean compile
    }
  }

  function write(key, text) {
    try {
      mkdirSync(dir, { recursive: true })
      // Never a partial file under its final name: another process may be reading.
      const partial = join(dir, `${randomUUID()}.partial`)
      writeFileSync(partial, gzipSync(text, { level: 1 }))
      renameSync(partial, fileOf(key))
      prune()
    } catch (error) {
      process.stderr.write(`solc cache not written: ${error.message}\n`)
    }
  }

  function prune() {
    const files = readdirSync(dir).flatMap((name) => {
      try {
        const { mtimeMs, size } = statSync(join(dir, name))
        return [{ path: join(dir, name), mtimeMs, size }]
      } catch {
        return []
      }
    })
    let total = 0
    for (const { path, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
      total += size
      if (total > maxBytes) rmSync(path, { force: true })
    }
  }

  return { read, write }
}
