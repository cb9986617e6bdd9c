// Generated from the contracts by `npm run generate`. Do not edit.
export const iSignerSetAbi = [
  {"type":"error","name":"BadSignature","inputs":[{"name":"signer","type":"address","internalType":"address"}]},
  {"type":"error","name":"NotASigner","inputs":[{"name":"signer","type":"address","internalType":"address"}]},
  {"type":"error","name":"OutOfBounds","inputs":[{"name":"what","type":"bytes32","internalType":"bytes32"},{"name":"value","type":"uint256","internalType":"uint256"},{"name":"least","type":"uint256","internalType":"uint256"},{"name":"most","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"SignatureCountMismatch","inputs":[{"name":"signers","type":"uint256","internalType":"uint256"},{"name":"signatures","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"SignersNotAscending","inputs":[{"name":"previous","type":"address","internalType":"address"},{"name":"signer","type":"address","internalType":"address"}]},
  {"type":"error","name":"TooFewSignatures","inputs":[{"name":"valid","type":"uint256","internalType":"uint256"},{"name":"threshold","type":"uint256","internalType":"uint256"}]},
] as const
