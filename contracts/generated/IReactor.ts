// Generated from the contracts by `npm run generate`. Do not edit.
export const iReactorAbi = [
  {"type":"error","name":"NotHedger","inputs":[{"name":"caller","type":"address","internalType":"address"}]},
  {"type":"error","name":"SlippageExceeded","inputs":[{"name":"got","type":"uint256","internalType":"uint256"},{"name":"least","type":"uint256","internalType":"uint256"}]},
  {"type":"function","name":"capacity","inputs":[{"name":"spot","type":"uint256","internalType":"Wad"},{"name":"maxSlippage","type":"uint256","internalType":"Wad"}],"outputs":[{"name":"up","type":"uint256","internalType":"Wad"},{"name":"down","type":"uint256","internalType":"Wad"}],"stateMutability":"view"},
  {"type":"function","name":"delta","inputs":[],"outputs":[{"name":"","type":"int256","internalType":"SignedWad"}],"stateMutability":"view"},
  {"type":"function","name":"equity","inputs":[{"name":"spot","type":"uint256","internalType":"Wad"}],"outputs":[{"name":"","type":"int256","internalType":"SignedAssets"}],"stateMutability":"view"},
  {"type":"function","name":"hedge","inputs":[{"name":"amount","type":"int256","internalType":"SignedWad"},{"name":"spot","type":"uint256","internalType":"Wad"},{"name":"maxSlippage","type":"uint256","internalType":"Wad"}],"outputs":[{"name":"filled","type":"int256","internalType":"SignedWad"},{"name":"inFlight","type":"int256","internalType":"SignedWad"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"sync","inputs":[],"outputs":[],"stateMutability":"nonpayable"},
  {"type":"function","name":"unwind","inputs":[{"name":"spot","type":"uint256","internalType":"Wad"},{"name":"maxSlippage","type":"uint256","internalType":"Wad"}],"outputs":[{"name":"paid","type":"uint256","internalType":"Assets"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"withdraw","inputs":[{"name":"amount","type":"uint256","internalType":"Assets"}],"outputs":[{"name":"paid","type":"uint256","internalType":"Assets"}],"stateMutability":"nonpayable"},
] as const
