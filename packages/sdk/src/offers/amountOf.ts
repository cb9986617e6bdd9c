import { formatUnits } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'

/** An amount of the collateral, base units, as a fault says it. */
export const amountOf = ({ asset }: Deployment, cash: bigint): string =>
  `${formatUnits(cash, asset.decimals)} ${asset.symbol}`
