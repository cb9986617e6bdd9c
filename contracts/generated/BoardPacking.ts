// Generated from the contracts by `npm run generate`. Do not edit.
export const boardPackingAbi = [
  {"type":"error","name":"StrikeNotOnTick","inputs":[{"name":"strike","type":"uint256","internalType":"uint256"},{"name":"wadPerTick","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"StrikeOutsideNode","inputs":[{"name":"strike","type":"uint256","internalType":"uint256"}]},
] as const
