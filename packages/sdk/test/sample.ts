import type { Address } from 'viem'
import { getAddress, toHex } from 'viem'
import type { CoreContract, Deployment } from '../src/index.ts'
import { CORE_CONTRACTS } from '../src/index.ts'

export function addressOf(number: number): Address {
  return getAddress(toHex(number, { size: 20 }))
}

/** A deployment that stands nowhere. Contracts are at 0x1000 and on, in their order. */
export const DEPLOYMENT: Deployment = {
  chainId: 31_337,
  contracts: Object.fromEntries(CORE_CONTRACTS.map((name, i) => [name, addressOf(0x1000 + i)])) as Record<
    CoreContract,
    Address
  >,
  asset: { address: addressOf(0x2000), symbol: 'USDC', decimals: 6 },
  markets: [
    {
      id: 1,
      symbol: 'ETH',
      underlying: addressOf(0x2001),
      underlyingDecimals: 18,
      feed: addressOf(0x2002),
      reactors: [addressOf(0x2003), addressOf(0x2004)],
    },
  ],
}
