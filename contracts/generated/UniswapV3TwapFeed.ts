// Generated from the contracts by `npm run generate`. Do not edit.
export const uniswapV3TwapFeedAbi = [
  {"type":"constructor","inputs":[{"name":"config","type":"tuple","internalType":"struct UniswapV3TwapConfig","components":[{"name":"pool","type":"address","internalType":"contract IUniswapV3PoolObservations"},{"name":"underlying","type":"address","internalType":"address"},{"name":"collateral","type":"address","internalType":"address"},{"name":"window","type":"uint32","internalType":"uint32"},{"name":"minimumLiquidity","type":"uint128","internalType":"uint128"}]}],"stateMutability":"nonpayable"},
  {"type":"error","name":"ExpInputAboveMaximum","inputs":[{"name":"x","type":"int256","internalType":"int256"},{"name":"maximum","type":"int256","internalType":"int256"}]},
  {"type":"error","name":"LiquidityTooLow","inputs":[{"name":"liquidity","type":"uint256","internalType":"uint256"},{"name":"minimum","type":"uint128","internalType":"uint128"}]},
  {"type":"error","name":"NoRounds","inputs":[]},
  {"type":"error","name":"NotThePoolsTokens","inputs":[{"name":"underlying","type":"address","internalType":"address"},{"name":"collateral","type":"address","internalType":"address"}]},
  {"type":"error","name":"WindowOutOfBounds","inputs":[{"name":"window","type":"uint32","internalType":"uint32"},{"name":"least","type":"uint32","internalType":"uint32"},{"name":"most","type":"uint32","internalType":"uint32"}]},
  {"type":"function","name":"MINIMUM_LIQUIDITY","inputs":[],"outputs":[{"name":"","type":"uint128","internalType":"uint128"}],"stateMutability":"view"},
  {"type":"function","name":"POOL","inputs":[],"outputs":[{"name":"","type":"address","internalType":"contract IUniswapV3PoolObservations"}],"stateMutability":"view"},
  {"type":"function","name":"WINDOW","inputs":[],"outputs":[{"name":"","type":"uint32","internalType":"uint32"}],"stateMutability":"view"},
  {"type":"function","name":"decimals","inputs":[],"outputs":[{"name":"","type":"uint8","internalType":"uint8"}],"stateMutability":"view"},
  {"type":"function","name":"getRoundData","inputs":[{"name":"","type":"uint80","internalType":"uint80"}],"outputs":[{"name":"","type":"uint80","internalType":"uint80"},{"name":"","type":"int256","internalType":"int256"},{"name":"","type":"uint256","internalType":"uint256"},{"name":"","type":"uint256","internalType":"uint256"},{"name":"","type":"uint80","internalType":"uint80"}],"stateMutability":"pure"},
  {"type":"function","name":"latestRoundData","inputs":[],"outputs":[{"name":"","type":"uint80","internalType":"uint80"},{"name":"","type":"int256","internalType":"int256"},{"name":"","type":"uint256","internalType":"uint256"},{"name":"","type":"uint256","internalType":"uint256"},{"name":"","type":"uint80","internalType":"uint80"}],"stateMutability":"view"},
] as const
