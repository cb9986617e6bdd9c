// Generated from the contracts by `npm run generate`. Do not edit.
export const sviAbi = [
  {"type":"error","name":"LogMoneynessOutsideDomain","inputs":[{"name":"k","type":"int256","internalType":"int256"},{"name":"limit","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"PriceOutsideDomain","inputs":[{"name":"forward","type":"uint256","internalType":"uint256"},{"name":"strike","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"TimeToExpiryOutsideDomain","inputs":[{"name":"tau","type":"uint256","internalType":"uint256"}]},
] as const
