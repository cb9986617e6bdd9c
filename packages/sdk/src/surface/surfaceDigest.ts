import type { Hex } from 'viem'
import { hashTypedData } from 'viem'
import type { SliceReport } from '../calls/keeping.ts'
import type { Deployment } from '../deployment/deployment.ts'

const TYPES = {
  SurfaceReport: [{ name: 'slices', type: 'SliceReport[]' }],
  SliceReport: [
    { name: 'market', type: 'uint16' },
    { name: 'expiry', type: 'uint40' },
    { name: 'reportedAt', type: 'uint40' },
    { name: 'svi', type: 'uint256' },
    { name: 'forwardRatio', type: 'uint256' },
    { name: 'spotAtReport', type: 'uint256' },
  ],
} as const

/** The EIP-712 digest that surface signers sign: bound to the chain and the oracle's address. */
export function surfaceDigest({ chainId, contracts }: Deployment, slices: readonly SliceReport[]): Hex {
  return hashTypedData({
    domain: { name: 'Keel Surface', version: '1', chainId, verifyingContract: contracts.surfaceOracle },
    types: TYPES,
    primaryType: 'SurfaceReport',
    message: { slices },
  })
}
