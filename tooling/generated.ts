// The text of every generated file, from artifacts alone: the same contracts always give the same bytes.
import type { AbiItem, Artifact } from './artifacts.ts'
import { AREAS, SIZE_LIMIT, SIZE_SHARE, SIZED_AREA, SIZES_FILE } from './generate.config.ts'

const HEADER = '// Generated from the contracts by `npm run generate`. Do not edit.\n'

export class DuplicateContractError extends TypeError {
  override readonly name = 'Tooling.DuplicateContractError'
  constructor({ name, sources }: { readonly name: string; readonly sources: readonly string[] }) {
    super(`${name} is declared in ${sources.join(' and ')}. Rename one: generated files are named after the contract.`)
  }
}

/** Path to text. */
export function generatedFiles(artifacts: readonly Artifact[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const { from, to } of AREAS) {
    const chosen = artifacts
      .filter(({ source, abi, bytecode }) => source.startsWith(from) && (abi.length > 0 || bytecode !== undefined))
      .sort((a, b) => compare(a.name, b.name))
    refuseDuplicates(chosen)
    const deployable = chosen.filter(({ bytecode }) => bytecode !== undefined)
    for (const { name, abi } of chosen) files.set(`${to}/${name}.ts`, abiFile({ name, abi }))
    for (const { name, bytecode } of deployable) {
      files.set(
        `${to}/${name}Bytecode.ts`,
        `${HEADER}export const ${variable(name)}Bytecode: \`0x\${string}\` =\n  '${bytecode}'\n`,
      )
    }
    files.set(`${to}/index.ts`, indexFile(chosen.map(({ name }) => [`${variable(name)}Abi`, name])))
    files.set(
      `${to}/bytecode.ts`,
      indexFile(deployable.map(({ name }) => [`${variable(name)}Bytecode`, `${name}Bytecode`])),
    )
  }
  files.set(SIZES_FILE, `${JSON.stringify(sizes(artifacts), null, 2)}\n`)
  return files
}

/** Sentences about contracts that leave too little room below the size limit. */
export function findTooLarge(artifacts: readonly Artifact[]): readonly string[] {
  const most = Math.floor(SIZE_LIMIT * SIZE_SHARE)
  return Object.entries(sizes(artifacts))
    .filter(([, bytes]) => bytes > most)
    .map(
      ([name, bytes]) => `${name}: ${bytes} bytes of runtime code, at most ${most}. Move code into another contract.`,
    )
}

/** Bytes of runtime code by contract. */
export function sizes(artifacts: readonly Artifact[]): Readonly<Record<string, number>> {
  const sized = artifacts.filter(({ source, bytecode }) => source.startsWith(SIZED_AREA) && bytecode !== undefined)
  return Object.fromEntries(
    sized.map(({ name, runtimeBytes }) => [name, runtimeBytes] as const).sort(([a], [b]) => compare(a, b)),
  )
}

function refuseDuplicates(artifacts: readonly Artifact[]): void {
  for (const [at, { name, source }] of artifacts.entries()) {
    const next = artifacts[at + 1]
    if (next?.name === name) throw new DuplicateContractError({ name, sources: [source, next.source] })
  }
}

/** One line per item, so that a changed function is one changed line. */
function abiFile({ name, abi }: Pick<Artifact, 'name' | 'abi'>): string {
  const lines = [...abi].sort((a, b) => compare(orderOf(a), orderOf(b))).map((item) => `  ${JSON.stringify(item)},\n`)
  return `${HEADER}export const ${variable(name)}Abi = [\n${lines.join('')}] as const\n`
}

const orderOf = ({ type, name = '', inputs = [] }: AbiItem): string =>
  `${type} ${name}(${inputs.map((input) => input.type).join()})`

function indexFile(exports: readonly (readonly [name: string, file: string])[]): string {
  const lines = exports.map(([name, file]) => `export { ${name} } from './${file}.ts'\n`)
  return HEADER + (lines.join('') || 'export {}\n')
}

/** `SpotOracle` → `spotOracle`, `IMarket` → `iMarket`, `ERC20Token` → `erc20Token`. */
const variable = (name: string): string =>
  name.replace(/^[A-Z]+(?=[A-Z][a-z]|[^A-Za-z]|$)|^[A-Z]/, (head) => head.toLowerCase())

/** By code unit: the order must not depend on the machine's language. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
