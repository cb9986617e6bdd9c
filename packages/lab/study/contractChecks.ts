import { packSlice, sliceFieldFromFloat } from '@keel/model'
import type { SviSlice } from '@keel/quant'
import type { SliceReport } from '@keel/sdk'
import { decodeContractError, KeelError, prepareRelay, surfaceDigest } from '@keel/sdk'
import type { Hex } from 'viem'
import { startAnvil } from '../src/chain/anvil.ts'
import { openChain } from '../src/chain/chain.ts'
import { RpcError } from '../src/chain/errors.ts'
import { createCast } from '../src/world/cast.ts'
import { foundKeel, MARKET } from '../src/world/found.ts'

const WAD = 10n ** 18n

/** What the surface contract says to a report: nothing, or the rule it found broken and the expiry it found it in. */
export type ContractVerdict =
  | { readonly accepted: true }
  | {
      readonly accepted: false
      readonly rule: 'SliceOutOfRange' | 'ButterflyArbitrage' | 'CalendarArbitrage'
      /** Unix seconds; of a calendar the later one. */
      readonly expiry: number
    }

/** The surface contract's own bytecode, asked what it would do with a report, signed as reports are. Nothing is stored. */
export type ContractChecks = {
  readonly judge: (input: {
    /** When it is reported and relayed, unix seconds. */
    readonly time: number
    /** At most 16, ascending in expiry, each at 08:00 UTC. */
    readonly slices: readonly { readonly expiry: number; readonly slice: SviSlice }[]
  }) => Promise<ContractVerdict>
  readonly close: () => Promise<void>
}

class UnexpectedAnswerError extends KeelError {
  override readonly name = 'Study.UnexpectedAnswerError'
  constructor(answer: string) {
    super(`The surface contract answered ${answer}, which says nothing about a slice. Check times and expiries.`)
  }
}

const RULES = ['SliceOutOfRange', 'ButterflyArbitrage', 'CalendarArbitrage'] as const

/** Deploys Keel on a chain of its own that starts at `time`. Reports are judged at any time from then on, in any order. */
export async function openContractChecks({ time }: { readonly time: number }): Promise<ContractChecks> {
  const chain = await openChain(await startAnvil({ timestamp: time - 1_000, accounts: 11 }))
  const cast = createCast()
  const { deployment } = await foundKeel(chain, {
    cast,
    time: time - 900,
    spot: 2_000n * WAD,
    equity: 1_000_000n,
    poolDepth: 1_000_000n,
  })
  const enough = cast.signers.slice(0, 2)

  async function judge({ time: at, slices }: Parameters<ContractChecks['judge']>[0]): Promise<ContractVerdict> {
    const reports: SliceReport[] = slices.map(({ expiry, slice }) => ({
      market: MARKET,
      expiry,
      reportedAt: at,
      svi: packed(slice),
      forwardRatio: WAD,
      spotAtReport: 2_000n * WAD,
    }))
    const digest = surfaceDigest(deployment, reports)
    const signatures = await Promise.all(enough.map(({ sign }) => sign(digest)))
    const { to, data } = prepareRelay(deployment, {
      reports,
      signers: enough.map(({ address }) => address),
      signatures,
    })
    try {
      const answer = await chain.read({ to, data, timestamp: at })
      if (BigInt(answer) !== 1n) throw new UnexpectedAnswerError(answer)
      return { accepted: true }
    } catch (error) {
      if (!(error instanceof RpcError) || typeof error.data !== 'string') throw error
      const found = decodeContractError(error.data as Hex)
      const rule = RULES.find((name) => name === found?.contractError)
      if (!found || !rule) throw new UnexpectedAnswerError(found?.message ?? error.data)
      // (market, expiry), (market, expiry, k) and (market, near, far, k)
      return { accepted: false, rule, expiry: Number(found.operands[rule === 'CalendarArbitrage' ? 2 : 1]) }
    }
  }

  return { judge, close: chain.close }
}

function packed({ a, b, rho, m, sigma }: SviSlice): bigint {
  const field = sliceFieldFromFloat
  return packSlice({ a: field(a), b: field(b), rho: field(rho), m: field(m), sigma: field(sigma) })
}
