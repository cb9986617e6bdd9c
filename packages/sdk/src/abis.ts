/** ABIs of the core, for reading events and for calls this package does not prepare. */
export {
  clearingAbi,
  delayedOrdersAbi,
  hedgerAbi,
  marketAbi,
  ordersAbi,
  settlementOracleAbi,
  spotOracleAbi,
  surfaceOracleAbi,
  vaultAbi,
} from '@keel/contracts/generated'
