// Generated from the contracts by `npm run generate`. Do not edit.
export const dataContractAbi = [
  {"type":"error","name":"DataContractFailed","inputs":[]},
  {"type":"error","name":"DataContractMissing","inputs":[{"name":"nonce","type":"uint256","internalType":"uint256"}]},
] as const
