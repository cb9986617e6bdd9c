import { pricerAbi } from '@keel/contracts/generated'
import { pricerBytecode } from '@keel/contracts/generated/bytecode'
import { encodeSlices, encodeTerms, type LegInput, type Priced, type PricingInput } from '@keel/model'
import type { Hex } from 'viem'
import { decodeFunctionResult, encodeFunctionData } from 'viem'
import { startAnvil } from '../../src/chain/anvil.ts'
import { openChain } from '../../src/chain/chain.ts'
import { createCast } from '../../src/world/cast.ts'

/** An order with the price the model gave it. */
export type Quoted = { readonly input: PricingInput; readonly legs: readonly LegInput[]; readonly priced: Priced }

/** How many of the orders the pricer's own bytecode prices as the model did, every part to the unit. */
export async function confirm(orders: readonly Quoted[]): Promise<{ readonly equal: number; readonly asked: number }> {
  const anvil = await startAnvil({ timestamp: 1_700_000_000, hardfork: 'osaka', accounts: 1 })
  const chain = await openChain(anvil)
  try {
    const deploy = { from: createCast().deployer, data: pricerBytecode as Hex, label: 'deploy pricer' }
    const [receipt] = await chain.mine(1_700_000_100, [deploy])
    const to = receipt!.contractAddress!
    let equal = 0
    for (const { input, legs, priced } of orders) {
      const tuple = { ...input, ...encodeSlices(input), terms: encodeTerms(input.terms) }
      const data = encodeFunctionData({ abi: pricerAbi, functionName: 'quote', args: [tuple, legs] })
      const answer = decodeFunctionResult({
        abi: pricerAbi,
        functionName: 'quote',
        data: await chain.read({ to, data }),
      })
      if (textOf(answer) === textOf(priced)) equal++
    }
    return { equal, asked: orders.length }
  } finally {
    await chain.close()
  }
}

/** In the order of names, so that two objects with the same contents have the same text. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (typeof each === 'bigint') return `${each}n`
    if (each === null || typeof each !== 'object' || Array.isArray(each)) return each
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
