/** `null`, absent and zero mean that there is none. Anything else must be a price. */
export function readPrice(value: unknown): number | undefined | 'unreadable' {
  if (value === null || value === undefined || value === 0) return undefined
  return positive(value) ?? 'unreadable'
}

export function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY ? value : undefined
}
