// Generated from the contracts by `npm run generate`. Do not edit.
export const iRiskEngineAbi = [
  {"type":"event","name":"BreakerTripped","inputs":[{"name":"until","type":"uint40","indexed":false,"internalType":"uint40"},{"name":"reason","type":"bytes32","indexed":false,"internalType":"bytes32"}],"anonymous":false},
  {"type":"event","name":"RiskStateChanged","inputs":[{"name":"before","type":"uint8","indexed":false,"internalType":"RiskState"},{"name":"afterwards","type":"uint8","indexed":false,"internalType":"RiskState"},{"name":"adequacy","type":"uint256","indexed":false,"internalType":"Wad"}],"anonymous":false},
  {"type":"function","name":"assess","inputs":[],"outputs":[{"name":"state","type":"uint8","internalType":"RiskState"},{"name":"adequacy","type":"uint256","internalType":"Wad"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"breakerUntil","inputs":[],"outputs":[{"name":"","type":"uint40","internalType":"uint40"}],"stateMutability":"view"},
  {"type":"function","name":"grid","inputs":[{"name":"market","type":"uint16","internalType":"MarketId"},{"name":"spotFactors","type":"uint256[]","internalType":"Wad[]"},{"name":"volatilityShifts","type":"int256[]","internalType":"SignedWad[]"}],"outputs":[{"name":"changes","type":"int256[]","internalType":"SignedWad[]"}],"stateMutability":"view"},
  {"type":"function","name":"state","inputs":[],"outputs":[{"name":"","type":"uint8","internalType":"RiskState"}],"stateMutability":"view"},
] as const
