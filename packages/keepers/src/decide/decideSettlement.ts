import type { Intent } from './intent.ts'
import type { Snapshot } from './snapshot.ts'

/** Proves expired boards, settles their series once the price is final, removes them once nothing is left. */
export function decideSettlement({ time, boards }: Snapshot): readonly Intent[] {
  const intents: Intent[] = []
  for (const { expiry, series, settlementPrice, settlementFinalAt } of boards) {
    if (expiry > time) continue
    if (settlementPrice === 0n) {
      intents.push({ kind: 'proveSettlement', expiry })
      continue
    }
    if (time < settlementFinalAt) continue
    const held = series.filter(({ position, settled }) => position !== 0n && !settled)
    for (const { series: id } of held) intents.push({ kind: 'settle', series: id })
    if (held.length === 0) intents.push({ kind: 'removeBoard', expiry })
  }
  return intents
}
