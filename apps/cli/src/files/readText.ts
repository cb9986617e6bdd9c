import { readFileSync } from 'node:fs'
import { UnreadableFileError } from '../chain/errors.ts'

/** A file's text. Throws `missing` where there is no such file, if it is given, else `UnreadableFileError`. */
export function readText(path: string, missing?: (path: string) => Error): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' && missing ? missing(path) : new UnreadableFileError(path, code ?? message)
  }
}
