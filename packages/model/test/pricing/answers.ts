import { pricerAbi } from '@keel/contracts/generated'
import { encodeFunctionData } from 'viem'
import { encodeSlices, encodeTerms } from '../../src/index.ts'
import type { Deployed } from './deployed.ts'
import type { Scenario } from './scenario.ts'

const tupleOf = ({ input }: Scenario) => ({ ...input, ...encodeSlices(input), terms: encodeTerms(input.terms) })

/** All that a pricer answers to a scenario. */
export const onChain = ({ client, address }: Deployed, scenario: Scenario) => {
  const { legs, spot } = scenario
  const tuple = tupleOf(scenario)
  const contract = { address, abi: pricerAbi } as const
  return Promise.all([
    client.readContract({ ...contract, functionName: 'quote', args: [tuple, legs] }),
    client.readContract({ ...contract, functionName: 'value', args: [tuple, spot] }),
    client.readContract({ ...contract, functionName: 'potential', args: [tuple, spot] }),
    client.readContract({ ...contract, functionName: 'marks', args: [tuple, legs] }),
    client.readContract({ ...contract, functionName: 'greeks', args: [tuple, legs] }),
  ])
}

/** What a transaction that asks for the scenario's quote carries. */
export const quoteCall = (scenario: Scenario): `0x${string}` =>
  encodeFunctionData({ abi: pricerAbi, functionName: 'quote', args: [tupleOf(scenario), scenario.legs] })
