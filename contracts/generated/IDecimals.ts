// Generated from the contracts by `npm run generate`. Do not edit.
export const iDecimalsAbi = [
  {"type":"function","name":"decimals","inputs":[],"outputs":[{"name":"","type":"uint8","internalType":"uint8"}],"stateMutability":"view"},
] as const
