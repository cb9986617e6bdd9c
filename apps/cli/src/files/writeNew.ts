import { randomUUID } from 'node:crypto'
import { linkSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { unwritable } from './writeWhole.ts'

/**
 * Writes a file where there is none, whole or not at all: under a temporary name beside its own, then linked to it, which of
 * several at once only one can. False where something is at that path already: it is left as it is.
 */
export function writeNew({ path, text }: { readonly path: string; readonly text: string }): boolean {
  const temporary = `${path}.${randomUUID()}.part`
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true })
    try {
      writeFileSync(temporary, text, { flush: true })
      linkSync(temporary, path)
      return true
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isThere(path)) return false
    throw unwritable(path, error)
  }
}

/** Whether anything is at a path, be it a link to nothing. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw unwritable(path, error)
  }
}
