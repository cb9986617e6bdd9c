// Generated from the contracts by `npm run generate`. Do not edit.
export const expAbi = [
  {"type":"error","name":"ExpInputAboveMaximum","inputs":[{"name":"x","type":"int256","internalType":"int256"},{"name":"maximum","type":"int256","internalType":"int256"}]},
] as const
