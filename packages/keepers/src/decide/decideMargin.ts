import type { Intent } from './intent.ts'
import type { Snapshot } from './snapshot.ts'

const MOST_IDS = 128

/** Tops up and releases compartments outside their health factors, in calls of at most 128. */
export function decideMargin({ unhealthy }: Snapshot): readonly Intent[] {
  const intents: Intent[] = []
  for (let i = 0; i < unhealthy.length; i += MOST_IDS)
    intents.push({ kind: 'adjust', series: unhealthy.slice(i, i + MOST_IDS) })
  return intents
}
