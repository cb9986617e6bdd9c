import type { Address, Hex } from 'viem'
import { call, getBlock } from 'viem/actions'
import type { Reader } from '../views/read.ts'
import { readerOf } from '../views/read.ts'
import type { ReadingClient } from './client.ts'
import { explainAction } from './errors.ts'

/** A client as a reader. */
export function clientReader(client: ReadingClient): Reader {
  return readerOf({ call: (parameters: { to: Address; data: Hex; account?: Address }) => call(client, parameters) })
}

/** The chain's own time, unix seconds. */
export async function chainTime(client: ReadingClient): Promise<number> {
  try {
    return Number((await getBlock(client)).timestamp)
  } catch (error) {
    throw explainAction(error)
  }
}
