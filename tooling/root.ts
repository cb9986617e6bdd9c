import { join } from 'node:path'

/** The repository, wherever it was cloned to. */
export const root = join(import.meta.dirname, '..')
