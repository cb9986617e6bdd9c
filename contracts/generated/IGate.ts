// Generated from the contracts by `npm run generate`. Do not edit.
export const iGateAbi = [
  {"type":"function","name":"allows","inputs":[{"name":"account","type":"address","internalType":"address"},{"name":"action","type":"bytes4","internalType":"bytes4"}],"outputs":[{"name":"","type":"bool","internalType":"bool"}],"stateMutability":"view"},
] as const
