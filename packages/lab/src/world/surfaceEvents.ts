import { sliceFieldToFloat, unpackSlice, wadToFloat } from '@keel/model'
import type { SviSlice } from '@keel/quant'
import { surfaceOracleAbi } from '@keel/sdk'
import type { Address } from 'viem'
import { decodeEventLog, encodeEventTopics } from 'viem'
import type { Log, Receipt } from '../chain/chain.ts'
import type { ReportedSlice } from './surfaceSource.ts'

type Names = { readonly surfaceOracle: Address }

const [UPDATED] = encodeEventTopics({ abi: surfaceOracleAbi, eventName: 'SliceUpdated' })
const [STOPPED] = encodeEventTopics({ abi: surfaceOracleAbi, eventName: 'OpeningStopped' })

function logsOf(receipts: readonly Receipt[], { surfaceOracle }: Names, topic: string): readonly Log[] {
  const isIts = ({ address, topics }: Log) =>
    topics[0] === topic && address.toLowerCase() === surfaceOracle.toLowerCase()
  return receipts.flatMap(({ logs }) => logs.filter(isIts))
}

/** Slices that came into force, in the order they did. */
export function slicesInForce(
  receipts: readonly Receipt[],
  names: Names,
): readonly (ReportedSlice & { readonly reportedAt: number })[] {
  return logsOf(receipts, names, UPDATED).map(({ topics, data }) => {
    const { args } = decodeEventLog({ abi: surfaceOracleAbi, eventName: 'SliceUpdated', topics: topics as never, data })
    const { a, b, rho, m, sigma } = unpackSlice(args.svi)
    const field = sliceFieldToFloat
    const svi: SviSlice = { a: field(a), b: field(b), rho: field(rho), m: field(m), sigma: field(sigma) }
    return { expiry: args.expiry, svi, forwardRatio: wadToFloat(args.forwardRatio), reportedAt: args.reportedAt }
  })
}

/** Expiries in which a report beyond the step limit stopped opening. */
export function openingStops(receipts: readonly Receipt[], names: Names): readonly number[] {
  return logsOf(receipts, names, STOPPED).map(({ topics, data }) => {
    const { args } = decodeEventLog({
      abi: surfaceOracleAbi,
      eventName: 'OpeningStopped',
      topics: topics as never,
      data,
    })
    return args.expiry
  })
}
