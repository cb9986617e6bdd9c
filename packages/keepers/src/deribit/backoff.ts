/** Waits between attempts, milliseconds. */
export type BackoffPolicy = { readonly firstMs: number; readonly mostMs: number }

/**
 * How long to wait before attempt `attempt` + 1, counted from 0: doubling up to a limit, and a random part of it from one half
 * up, so that many clients cut off at once do not come back at once. `random` gives [0, 1).
 */
export function backoffMs(
  attempt: number,
  { policy, random }: { readonly policy: BackoffPolicy; readonly random: () => number },
): number {
  const whole = Math.min(policy.mostMs, policy.firstMs * 2 ** Math.min(attempt, 30))
  return whole * (0.5 + 0.5 * random())
}
