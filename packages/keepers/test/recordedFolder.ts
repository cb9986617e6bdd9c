import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where recorded market data lies beside a checkout, if it does: it is not part of the repository. */
export const recordedFolder: string | undefined = ['../../../../shared/market', '../../../../../shared/market']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync)
