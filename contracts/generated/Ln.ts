// Generated from the contracts by `npm run generate`. Do not edit.
export const lnAbi = [
  {"type":"error","name":"LnInputOutsideDomain","inputs":[{"name":"x","type":"uint256","internalType":"uint256"}]},
] as const
