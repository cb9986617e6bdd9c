import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UnwritableFileError } from '../chain/errors.ts'

/**
 * Writes files all at once: each under a temporary name beside its own, renamed when all are written. Whoever looks
 * meanwhile, or afterwards if it fails, sees whole files or none.
 */
export function writeWhole(files: readonly { readonly path: string; readonly text: string }[]): void {
  const written: { readonly temporary: string; readonly path: string }[] = []
  let at = ''
  try {
    for (const { path, text } of files) {
      at = path
      mkdirSync(dirname(resolve(path)), { recursive: true })
      const temporary = `${path}.${process.pid}.part`
      written.push({ temporary, path })
      writeFileSync(temporary, text, { flush: true })
    }
    for (const { temporary, path } of written) {
      at = path
      renameSync(temporary, path)
    }
  } catch (error) {
    for (const { temporary } of written) rmSync(temporary, { force: true })
    throw unwritable(at, error)
  }
}

/** Throws now what `writeWhole` would throw after the work is done: a folder in the way, or one that is not there. */
export function requireWritable(path: string): void {
  let at = resolve(path)
  try {
    if (statSync(at, { throwIfNoEntry: false })?.isDirectory()) throw new UnwritableFileError(path, 'it is a folder')
    do at = dirname(at)
    while (!statSync(at, { throwIfNoEntry: false }))
    const probe = `${at}/.keel-${process.pid}.part`
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** What a file system said, as an error of ours. */
export function unwritable(path: string, error: unknown): unknown {
  if (error instanceof UnwritableFileError) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new UnwritableFileError(path, code ?? message)
}
