// Generated from the contracts by `npm run generate`. Do not edit.
export const iSafetyFundAbi = [
  {"type":"error","name":"NotClearing","inputs":[{"name":"caller","type":"address","internalType":"address"}]},
  {"type":"event","name":"Drawn","inputs":[{"name":"series","type":"uint256","indexed":true,"internalType":"SeriesId"},{"name":"amount","type":"uint256","indexed":false,"internalType":"Assets"}],"anonymous":false},
  {"type":"event","name":"Fed","inputs":[{"name":"from","type":"address","indexed":true,"internalType":"address"},{"name":"amount","type":"uint256","indexed":false,"internalType":"Assets"}],"anonymous":false},
  {"type":"function","name":"available","inputs":[{"name":"series","type":"uint256","internalType":"SeriesId"}],"outputs":[{"name":"","type":"uint256","internalType":"Assets"}],"stateMutability":"view"},
  {"type":"function","name":"draw","inputs":[{"name":"series","type":"uint256","internalType":"SeriesId"},{"name":"amount","type":"uint256","internalType":"Assets"}],"outputs":[{"name":"paid","type":"uint256","internalType":"Assets"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"feed","inputs":[{"name":"amount","type":"uint256","internalType":"Assets"}],"outputs":[],"stateMutability":"nonpayable"},
] as const
