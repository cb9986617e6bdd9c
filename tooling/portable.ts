// All contracts as built for chains without the CLZ opcode: the size of each beside the build with it, and the pricer's
// answers to the scenarios of vectors/quote.json, asked of both builds on chains of their kind. Minutes, so it is no part of `npm test`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { concat, pad } from 'viem'
import { pricerBytecode } from '../contracts/generated/bytecode.ts'
import { onChain, quoteCall } from '../packages/model/test/pricing/answers.ts'
import { type Deployed, deploy } from '../packages/model/test/pricing/deployed.ts'
import { type Scenario, scenarioOf } from '../packages/model/test/pricing/scenario.ts'
import { type Artifact, buildArtifacts } from './artifacts.ts'
import { SIZED_AREA, SIZES_FILE } from './generate.config.ts'
import { findTooLarge, sizes } from './generated.ts'
import { root } from './root.ts'

/**
 * Calls the address in the first word of its calldata with the rest of it, and returns what gas that took, 0 if it failed:
 * calldatacopy(0, 32, n − 32), gas, staticcall(gas, calldataload(0), 0, n − 32, 0, 0), gas, return their difference.
 */
const METER = '0x602580600b6000396000f3602036038060206000375a600060008360006000355afa5a918290030260005260206000f3'
const FOLDER = '.cache/portable'

class NotBuiltError extends TypeError {
  override readonly name = 'Tooling.NotBuiltError'
  constructor(name: string) {
    super(`The build has no bytecode of ${name}. Delete ${FOLDER} and run again.`)
  }
}

function printSizes(artifacts: readonly Artifact[]): void {
  const withClz: Readonly<Record<string, number>> = JSON.parse(readFileSync(join(root, SIZES_FILE), 'utf8'))
  console.log('Bytes of runtime code, and what they are more than with CLZ')
  for (const [name, bytes] of Object.entries(sizes(artifacts))) {
    console.log(`  ${name.padEnd(20)} ${String(bytes).padStart(6)} ${signed(bytes - (withClz[name] ?? 0))}`)
  }
}

const signed = (x: number): string => `${x < 0 ? '' : '+'}${x}`.padStart(6)

type Metered = Deployed & { readonly meter: `0x${string}` }

async function metered(bytecode: `0x${string}`, hardfork: 'osaka' | 'cancun'): Promise<Metered> {
  const deployed = await deploy(bytecode, hardfork)
  return { ...deployed, meter: await deployed.create(METER) }
}

/** Of a call from a contract that has not called the pricer before. */
async function quoteGas({ client, address, meter }: Metered, scenario: Scenario): Promise<number> {
  const { data } = await client.call({ to: meter, data: concat([pad(address), quoteCall(scenario)]) })
  return Number(data)
}

/** Sentences about scenarios that the two builds answer differently. */
async function compareQuotes(portable: Metered, usual: Metered): Promise<readonly string[]> {
  const count = Number(JSON.parse(readFileSync(join(root, 'vectors/quote.json'), 'utf8')).scenarios)
  const different: string[] = []
  const gas: { readonly without: number; readonly withClz: number }[] = []
  for (let seed = 0; seed < count; seed++) {
    const scenario = scenarioOf(seed)
    const [found, expected] = await Promise.all([onChain(portable, scenario), onChain(usual, scenario)])
    if (!isDeepStrictEqual(found, expected)) different.push(`scenario ${seed}: the builds answer differently.`)
    gas.push({ without: await quoteGas(portable, scenario), withClz: await quoteGas(usual, scenario) })
  }
  const mean = (numbers: readonly number[]): string => (numbers.reduce((a, b) => a + b) / count).toFixed(0)
  const shares = gas.map(({ without, withClz }) => (100 * (without - withClz)) / withClz)
  console.log(`${count} scenarios, ${count - different.length} answered alike`)
  console.log(`Gas of a quote, on average: ${mean(gas.map(({ without }) => without))} without CLZ,`)
  console.log(
    `  ${mean(gas.map(({ withClz }) => withClz))} with it; ${Math.min(...shares).toFixed(1)} to ${Math.max(...shares).toFixed(1)} % more`,
  )
  return different
}

const artifacts = await buildArtifacts([SIZED_AREA], { folder: FOLDER, env: { FOUNDRY_PROFILE: 'portable-contracts' } })
printSizes(artifacts)
const bytecode = artifacts.find(({ name }) => name === 'Pricer')?.bytecode
if (!bytecode) throw new NotBuiltError('Pricer')
const portable = await metered(bytecode, 'cancun')
const usual = await metered(pricerBytecode, 'osaka')
const complaints = [...findTooLarge(artifacts), ...(await compareQuotes(portable, usual))]
await Promise.all([portable.stop(), usual.stop()])
for (const complaint of complaints) console.log(complaint)
if (complaints.length > 0) process.exitCode = 1
