import type { Address } from 'viem'

/** Something a depositor does once a time has come. `share` is of the collateral planned, or of the shares held. */
export type Deed = {
  readonly time: number
  readonly depositor: Address
  readonly kind: 'deposit' | 'redeem'
  readonly share: number
}

/**
 * Three depositors over a span: two come at once, one comes a third of the way in, one takes half out later, and all
 * leave when nothing new is sold any more.
 */
export function depositorDeeds(
  [first, second, third]: readonly Address[],
  { from, until, leaveAt }: { readonly from: number; readonly until: number; readonly leaveAt: number },
): readonly Deed[] {
  const span = until - from
  const at = (part: number) => Math.min(from + Math.floor(span * part), leaveAt - 1)
  return [
    { time: from, depositor: first!, kind: 'deposit', share: 0.5 },
    { time: from, depositor: second!, kind: 'deposit', share: 0.3 },
    { time: at(0.33), depositor: third!, kind: 'deposit', share: 0.2 },
    { time: at(0.6), depositor: second!, kind: 'redeem', share: 0.5 },
    { time: leaveAt, depositor: first!, kind: 'redeem', share: 1 },
    { time: leaveAt, depositor: second!, kind: 'redeem', share: 1 },
    { time: leaveAt, depositor: third!, kind: 'redeem', share: 1 },
  ]
}
