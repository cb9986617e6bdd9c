import { pricerBytecode } from '@keel/contracts/generated/bytecode'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { greeks, marks, potential, quote, value } from '../src/index.ts'
import { onChain } from './pricing/answers.ts'
import { type Deployed, deploy } from './pricing/deployed.ts'
import { type Scenario, scenarioOf } from './pricing/scenario.ts'

const RUNS = Number(process.env.KEEL_PARITY_RUNS ?? 250)
const IN_FLIGHT = 10
const MS_A_RUN = 100

vi.setConfig({ testTimeout: 60_000 + RUNS * MS_A_RUN })

let pricer: Deployed

beforeAll(async () => {
  pricer = await deploy(pricerBytecode)
})

afterAll(() => pricer?.stop())

const inModel = ({ input, legs, spot }: Scenario) => [
  quote(input, legs),
  value(input, spot),
  potential(input, spot),
  marks(input, legs),
  greeks(input, legs),
]

describe('the model returns what the pricer returns, to the wei', () => {
  it('for random books, orders and parameters', async () => {
    const seeds = fc.array(fc.nat(), { minLength: IN_FLIGHT, maxLength: IN_FLIGHT })
    await fc.assert(
      fc.asyncProperty(seeds, async (batch) => {
        const scenarios = batch.map(scenarioOf)
        const answers = await Promise.all(scenarios.map((scenario) => onChain(pricer, scenario)))
        scenarios.forEach((scenario, i) => {
          expect(inModel(scenario), `seed ${batch[i]}`).toEqual(answers[i])
        })
      }),
      { numRuns: Math.ceil(RUNS / IN_FLIGHT) },
    )
  })
})
