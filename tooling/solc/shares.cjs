'use strict'
// Code generation is most of a via-IR build and independent per contract, so the requested output is dealt out over
// several compilers. Each gets every source (equal AST and source ids) but only its share of `outputSelection`.

/** Below this many bytes of source with code, starting a second compiler costs more than it saves. */
const SMALL = 60_000

const IMPORT = /^\s*(?:import|\}\s*from)\b[^;'"]*["']([^'"]+)["']/gm
const HAS_CODE = /^\s*(?:contract|library)\s+[A-Za-z_$]/m

function resolveImport({ from, to, remappings }) {
  if (!to.startsWith('.')) {
    for (const [prefix, target] of remappings) if (to.startsWith(prefix)) return target + to.slice(prefix.length)
    return to
  }
  const path = from.split('/').slice(0, -1)
  for (const part of to.split('/')) {
    if (part === '..') path.pop()
    else if (part !== '.') path.push(part)
  }
  return path.join('/')
}

/**
 * Tests are code nobody measures, but for those which take the arithmetic in or count the gas left around Solidity of their
 * own; and for the mocks that a measured call meets, which fixtures deploy from their artifacts.
 */
const TEST = /^contracts\/test\//
const MEASURED_TESTS = [
  /\/gas\/(?:Book|Math)Gas\.t\.sol$/,
  /\/unit\/(?:math|types)\/\w+\.t\.sol$/,
  /\/unit\/oracle\/(?:\w+Gas|(?:Slice|Observation)\w+|OracleLibraries)\.t\.sol$/,
  /\/unit\/pricing\/PassGas\.t\.sol$/,
  /\/utils\/mocks\/(?:clearing|vault)\/Mock\w+\.sol$/,
  /\/utils\/mocks\/hedging\/Hedge(?:MarketMock|Token|VaultMock)\.sol$/,
  /\/utils\/mocks\/oracle\/ChainlinkShaped\.sol$/,
]

/**
 * The compiler's older pipeline, unoptimized: a test of sixty kilobytes takes it a second or two instead of a minute. What
 * it makes is larger and slower, which matters to nobody there: the contracts under test have artifacts of their own.
 */
const OLDER = { viaIR: false, optimizer: { enabled: false } }

function findImports({ sources, settings }) {
  const remappings = (settings.remappings ?? []).map((line) => line.replace(/^[^=]*:/, '').split('='))
  const imports = new Map()
  for (const [file, { content = '' }] of Object.entries(sources)) {
    const found = [...content.matchAll(IMPORT)].map((match) => resolveImport({ from: file, to: match[1], remappings }))
    imports.set(
      file,
      found.filter((to) => to in sources),
    )
  }
  return imports
}

/** The files and all that they import. */
function reach(files, imports) {
  const seen = new Set(files)
  for (const each of seen) for (const to of imports.get(each)) seen.add(to)
  return seen
}

/** Estimated work per file: the bytes of everything it imports when it declares something with code, next to none otherwise. */
function weigh({ sources }, imports) {
  const weightOf = (file) => {
    if (!HAS_CODE.test(sources[file].content ?? '')) return 1
    return [...reach([file], imports)].reduce((sum, each) => sum + (sources[each].content?.length ?? 0), 0)
  }
  return new Map(Object.keys(sources).map((file) => [file, weightOf(file)]))
}

function requestedPerFile({ sources, settings }) {
  const selection = settings.outputSelection ?? {}
  const requested = new Map()
  for (const file of Object.keys(sources)) {
    const merged = {}
    for (const contracts of [selection['*'], selection[file]]) {
      for (const [name, outputs] of Object.entries(contracts ?? {})) {
        merged[name] = [...new Set([...(merged[name] ?? []), ...outputs])]
      }
    }
    if (Object.values(merged).some((outputs) => outputs.length > 0)) requested.set(file, merged)
  }
  return requested
}

/** Standard JSON inputs whose outputs, merged, are the output of `input`. One element: not worth splitting. */
exports.split = (input, workers) => {
  const plain = input.language === 'Solidity' && !input.settings?.modelChecker && !input.settings?.stopAfter
  if (!plain) return [input]
  const requested = requestedPerFile(input)
  const imports = findImports(input)
  const weights = weigh(input, imports)
  const byWeight = [...requested.keys()].sort((a, b) => weights.get(b) - weights.get(a) || (a < b ? -1 : 1))
  if (byWeight.length < 2 || byWeight.reduce((sum, file) => sum + weights.get(file), 0) < SMALL) return [input]
  const measured = reach(
    byWeight.filter((file) => !TEST.test(file) || MEASURED_TESTS.some((each) => each.test(file))),
    imports,
  )
  const deal = (files, settings) =>
    dealOut({ files, weights, requested, count: workers }).map((outputSelection) => ({
      ...input,
      settings: { ...input.settings, ...settings, outputSelection },
    }))
  return [
    ...deal(byWeight.filter((file) => measured.has(file))),
    ...deal(
      byWeight.filter((file) => !measured.has(file)),
      OLDER,
    ),
  ]
}

/** At most `count` output selections of about equal weight; the heaviest file comes first. */
function dealOut({ files, weights, requested, count }) {
  const shares = Array.from({ length: Math.min(count, files.length) }, () => ({ weight: 0, outputSelection: {} }))
  for (const file of files) {
    const lightest = shares.reduce((least, share) => (share.weight < least.weight ? share : least))
    lightest.weight += weights.get(file)
    lightest.outputSelection[file] = requested.get(file)
  }
  return shares.map(({ outputSelection }) => outputSelection)
}

const sorted = (record) => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Joins outputs of `split` inputs. Analysis ran in each, so its errors and source ids come back several times. */
exports.merge = (outputs) => {
  if (outputs.length === 1) return outputs[0]
  const merged = {}
  const errors = new Map()
  for (const { errors: found = [], sources = {}, contracts = {}, ...rest } of outputs) {
    Object.assign(merged, rest)
    for (const error of found) errors.set(JSON.stringify(error), error)
    for (const [file, source] of Object.entries(sources)) {
      const before = merged.sources?.[file]
      if (before && before.id !== source.id) {
        throw new TypeError(`The compilers disagree on the id of ${file}. Every share must hold every source.`)
      }
      merged.sources = { ...merged.sources, [file]: { ...before, ...source } }
    }
    merged.contracts = { ...merged.contracts, ...contracts }
  }
  if (errors.size > 0) merged.errors = [...errors.values()]
  if (merged.contracts) merged.contracts = sorted(merged.contracts)
  if (merged.sources) merged.sources = sorted(merged.sources)
  return merged
}
