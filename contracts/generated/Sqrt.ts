// Generated from the contracts by `npm run generate`. Do not edit.
export const sqrtAbi = [
  {"type":"error","name":"SqrtInputOutsideDomain","inputs":[{"name":"x","type":"uint256","internalType":"uint256"}]},
] as const
