import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDERS = ['../../../../shared/market', '../../../../../shared/market']

/** Path of a recorded market file, which is not part of the repository: beside it, or in the folder KEEL_MARKET names. */
export function recordedMarket(file: string): string | undefined {
  const folders = FOLDERS.map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  return [process.env.KEEL_MARKET, ...folders]
    .filter((folder) => folder !== undefined)
    .map((folder) => `${folder}/${file}`)
    .find(existsSync)
}
