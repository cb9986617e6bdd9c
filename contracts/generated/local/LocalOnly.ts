// Generated from the contracts by `npm run generate`. Do not edit.
export const localOnlyAbi = [
  {"type":"error","name":"NotALocalChain","inputs":[{"name":"chainId","type":"uint256","internalType":"uint256"}]},
] as const
