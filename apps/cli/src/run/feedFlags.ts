import type { FeedPolicy } from '@keel/lab'
import type { Flags } from '../frame/command.ts'
import { BadValueError } from '../frame/errors.ts'
import type { Input } from '../frame/input.ts'

const DEFAULT = { percent: 0.5, heartbeatSecs: 3_600 }
const MOST_PERCENT = 10
const HEARTBEAT = { least: 60, most: 86_400 }

export const FEED_FLAGS: Flags = {
  'feed-deviation': {
    values: ['PERCENT'],
    help: `the feed prints when the price has moved so far (default ${DEFAULT.percent})`,
  },
  'feed-heartbeat': {
    values: ['SECS'],
    help: `…or its last answer is so old, chain time (default ${DEFAULT.heartbeatSecs})`,
  },
}

/** When the feed prints; undefined where neither flag is given. */
export function feedPolicyOf(input: Input): FeedPolicy | undefined {
  const percent = input.positive('feed-deviation')
  const heartbeatSecs = input.whole('feed-heartbeat', HEARTBEAT)
  if (percent !== undefined && percent > MOST_PERCENT)
    throw new BadValueError({
      what: '--feed-deviation',
      given: String(percent),
      wanted: `a percentage up to ${MOST_PERCENT}`,
    })
  if (percent === undefined && heartbeatSecs === undefined) return undefined
  return {
    deviation: (percent ?? DEFAULT.percent) / 100,
    heartbeatSecs: heartbeatSecs ?? DEFAULT.heartbeatSecs,
  }
}
