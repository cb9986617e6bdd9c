// Generated from the contracts by `npm run generate`. Do not edit.
export const signerSetAbi = [
  {"type":"error","name":"BadSignature","inputs":[{"name":"signer","type":"address","internalType":"address"}]},
  {"type":"error","name":"InvalidShortString","inputs":[]},
  {"type":"error","name":"NotASigner","inputs":[{"name":"signer","type":"address","internalType":"address"}]},
  {"type":"error","name":"OutOfBounds","inputs":[{"name":"what","type":"bytes32","internalType":"bytes32"},{"name":"value","type":"uint256","internalType":"uint256"},{"name":"least","type":"uint256","internalType":"uint256"},{"name":"most","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"SignatureCountMismatch","inputs":[{"name":"signers","type":"uint256","internalType":"uint256"},{"name":"signatures","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"SignersNotAscending","inputs":[{"name":"previous","type":"address","internalType":"address"},{"name":"signer","type":"address","internalType":"address"}]},
  {"type":"error","name":"StringTooLong","inputs":[{"name":"str","type":"string","internalType":"string"}]},
  {"type":"error","name":"TooFewSignatures","inputs":[{"name":"valid","type":"uint256","internalType":"uint256"},{"name":"threshold","type":"uint256","internalType":"uint256"}]},
  {"type":"event","name":"EIP712DomainChanged","inputs":[],"anonymous":false},
  {"type":"function","name":"eip712Domain","inputs":[],"outputs":[{"name":"fields","type":"bytes1","internalType":"bytes1"},{"name":"name","type":"string","internalType":"string"},{"name":"version","type":"string","internalType":"string"},{"name":"chainId","type":"uint256","internalType":"uint256"},{"name":"verifyingContract","type":"address","internalType":"address"},{"name":"salt","type":"bytes32","internalType":"bytes32"},{"name":"extensions","type":"uint256[]","internalType":"uint256[]"}],"stateMutability":"view"},
] as const
