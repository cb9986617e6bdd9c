// Generated from the contracts by `npm run generate`. Do not edit.
export const impliedVolAbi = [
  {"type":"error","name":"ImpliedVolOutsideDomain","inputs":[{"name":"forward","type":"uint256","internalType":"uint256"},{"name":"strike","type":"uint256","internalType":"uint256"},{"name":"discount","type":"uint256","internalType":"uint256"},{"name":"price","type":"uint256","internalType":"uint256"},{"name":"tau","type":"uint256","internalType":"uint256"}]},
] as const
