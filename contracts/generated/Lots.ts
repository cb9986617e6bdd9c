// Generated from the contracts by `npm run generate`. Do not edit.
export const lotsAbi = [
  {"type":"error","name":"PositionOutOfRange","inputs":[{"name":"lots","type":"int256","internalType":"int256"}]},
] as const
