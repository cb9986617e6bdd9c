import type * as Quant from '../src/index.ts'

/** Sixteen digits over the bits of doubles: FNV-1a from both ends of each, in a fixed byte order. */
function digest(values: Iterable<number>): string {
  const view = new DataView(new ArrayBuffer(8))
  let [forwards, backwards] = [0x811c9dc5, 0x01000193]
  for (const value of values) {
    // Which NaN it is is left to the engine, so all count as one.
    if (Number.isNaN(value)) view.setBigUint64(0, 0x7ff8_0000_0000_0000n)
    else view.setFloat64(0, value)
    for (let i = 0; i < 8; i++) {
      forwards = Math.imul(forwards ^ view.getUint8(i), 0x01000193)
      backwards = Math.imul(backwards ^ view.getUint8(7 - i), 0x01000193)
    }
  }
  return [forwards, backwards].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}

type Library = typeof Quant

/** What the library promises to be the same on every engine, over fixed grids: a digest for each part of it. */
export function digests(quant: Library): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(PARTS).map(([name, part]) => [name, digest(part(quant))]))
}

const DAY = 86_400

const PARTS: Readonly<Record<string, (quant: Library) => Iterable<number>>> = {
  numerics: ({ createRandom, exp, log, logRatio, normalCdf, normalPdf, erfcx, millsRatio, inverseNormalCdf }) => {
    const random = createRandom(99)
    return Array.from({ length: 5000 }, () => random.uniform()).flatMap((u) => [
      exp(1400 * u - 700),
      log(u * 1e6),
      logRatio(1 + u, 1.5),
      normalCdf(16 * u - 12),
      normalPdf(40 * u - 20),
      erfcx(30 * u - 4),
      millsRatio(50 * u * u),
      inverseNormalCdf(u),
      inverseNormalCdf(u * 1e-12),
    ])
  },

  prices: (quant) => options(quant, 101).flatMap((option) => Object.values(quant.black76(option))),

  'implied volatility': (quant) =>
    options(quant, 102).map((option) => quant.impliedVolatility({ ...option, price: quant.black76Price(option) })),

  batches: (quant) => {
    const rows = options(quant, 103)
    const black = quant.createBlackBatch(rows.length)
    const implied = quant.createImpliedBatch(rows.length)
    rows.forEach(({ kind, ...row }, i) => {
      const columns = { ...row, sign: kind === 'call' ? 1 : -1, discount: 1 }
      const price = quant.black76Price({ kind, ...row })
      for (const name of ['sign', 'forward', 'strike', 'years', 'volatility', 'discount'] as const)
        black.columns[name][i] = columns[name]
      for (const name of ['sign', 'forward', 'strike', 'years', 'price'] as const)
        implied.columns[name][i] = { ...columns, price }[name]
    })
    black.run(rows.length)
    implied.run(rows.length)
    return [...Object.values(black.results).flatMap((column: Float64Array) => [...column]), ...implied.volatility]
  },

  paths: ({ jumpDiffusionPath }) =>
    jumpDiffusionPath({
      seed: 4,
      start: 2000,
      steps: 5000,
      dtSecs: 300,
      drift: 0.02,
      volatility: 0.8,
      jumpsPerYear: 80,
      jumpMean: -0.02,
      jumpStd: 0.05,
    }),

  hedging: ({ simulateDeltaHedge }) =>
    (['call', 'put'] as const).flatMap((kind) => {
      const [forward, strike, years, steps, paths] = [2000, 2100, 0.1, 40, 300]
      const market = { kind, forward, strike, years, steps, paths, pathVolatility: 0.8, hedgeVolatility: 0.7 }
      const { profit, cost } = simulateDeltaHedge({ seed: 7, ...market, costRate: 0.0005, band: 0.02 })
      return [...profit, ...cost]
    }),

  venues: ({ simulateDeltaHedge }) => {
    const market = {
      kind: 'put',
      forward: 2000,
      strike: 2100,
      years: 0.1,
      pathVolatility: 0.8,
      hedgeVolatility: 0.7,
    } as const
    const venue = { costRate: 0.0005, impactRate: 0.0002, tradeCost: 0.4, fundingRate: 0.11 }
    const { profit, cost, funding } = simulateDeltaHedge({
      ...market,
      ...venue,
      steps: 40,
      paths: 300,
      seed: 8,
      band: 0.02,
    })
    return [...profit, ...cost, ...funding]
  },

  'a surface': (quant) => {
    const { expiries } = quant.fitChain({ time: 0, quotes: chain(quant) })
    return expiries.flatMap(({ slice: { a, b, rho, m, sigma }, forward }) => [a, b, rho, m, sigma, forward])
  },

  models: (quant) => {
    const { expiries } = quant.fitChain({ time: 0, quotes: chain(quant) })
    const smiles = expiries.map(({ quotes, years }) => ({
      k: Float64Array.from(quotes, ({ k }) => k),
      w: Float64Array.from(quotes, ({ midVolatility }) => midVolatility * midVolatility * years),
      weight: new Float64Array(quotes.length).fill(100),
    }))
    const [{ quotes, forward, years }] = expiries as unknown as [(typeof expiries)[number]]
    const points = {
      strike: quotes.map(({ strike }) => strike),
      volatility: quotes.map(({ midVolatility }) => midVolatility),
      weight: quotes.map(() => 50),
    }
    const { parameters } = quant.fitSabr(points, { forward, years, beta: 0.7 })
    return [
      ...quant.fitEssvi(smiles).flatMap(({ theta, rho, psi }) => [theta, rho, psi]),
      ...[parameters.alpha, parameters.rho, parameters.nu],
      ...Object.values(quant.whalleyWilmottBand({ spot: 2000, gamma: -0.001, costRate: 5e-4, riskAversion: 1e-3 })),
      ...Object.values(
        quant.zakamoulineBand(
          { spot: 2000, gamma: -0.001, costRate: 5e-4, riskAversion: 1e-3 },
          { volatility: 0.7, years: 0.1 },
        ),
      ),
    ]
  },

  history: (quant) => {
    const process = {
      start: 2000,
      dtSecs: 1800,
      drift: 0,
      volatility: 0.7,
      jumpsPerYear: 50,
      jumpMean: 0,
      jumpStd: 0.04,
    }
    const close = quant.jumpDiffusionPath({ seed: 11, steps: 48 * 400, ...process })
    const ts = Float64Array.from(close, (_, i) => i * 1800)
    const bars = daily(close)
    const { variance } = quant.realisedVariances({ ts, close })
    const models = (['log', 'variance'] as const).map((form) => quant.fitHar(variance.subarray(0, 350), { form }))
    const losses = models.map((model) =>
      Array.from({ length: 40 }, (_, i) => {
        const forecast = quant.forecastHar(model, variance.subarray(0, 350 + i))
        return quant.qlike({ forecast, realised: variance[350 + i]! })
      }),
    ) as [number[], number[]]
    const { statistic, pValue } = quant.dieboldMariano({ first: losses[0], second: losses[1] })
    return [
      quant.closeToCloseVolatility({ ts, close }),
      quant.parkinsonVolatility(bars),
      quant.garmanKlassVolatility(bars),
      quant.yangZhangVolatility(bars),
      ...quant.ewmaVolatility({ ts, close }, { halfLifeSecs: 11 * DAY }),
      ...models.flatMap(({ coefficients }) => [...coefficients]),
      ...losses.flat(),
      ...[statistic, pValue],
    ]
  },
}

function options({ createRandom }: Library, seed: number) {
  const random = createRandom(seed)
  return Array.from({ length: 5000 }, () => ({
    kind: random.uniform() < 0.5 ? ('call' as const) : ('put' as const),
    forward: 2000,
    strike: 4000 * random.uniform(),
    years: random.uniform(),
    volatility: 2 * random.uniform(),
  }))
}

function chain({ createRandom, black76Price }: Library): readonly Quant.OptionQuote[] {
  const random = createRandom(101)
  return [2, 9, 40, 150].flatMap((days) =>
    Array.from({ length: 25 }, (_, i) => 1400 + 50 * i).flatMap((strike) =>
      (['call', 'put'] as const).map((kind) => {
        const volatility = 0.6 + ((strike - 2000) / 4000) * ((strike - 2000) / 1500) + 0.01 * random.normal()
        const coin = black76Price({ kind, forward: 2000, strike, years: days / 365, volatility }) / 2000
        const bid = random.uniform() < 0.1 ? undefined : 0.96 * coin
        return { expiry: days * DAY, strike, kind, bid, ask: 1.04 * coin, future: 2000 }
      }),
    ),
  )
}

function daily(close: Float64Array) {
  const days = Math.floor((close.length - 1) / 48)
  const each = (of: (day: Float64Array) => number): number[] =>
    Array.from({ length: days }, (_, day) => of(close.subarray(48 * day, 48 * day + 49)))
  return {
    ts: each((day) => day.byteOffset / 8 / 48).map((day) => day * DAY),
    open: each((day) => day[0]!),
    high: each((day) => Math.max(...day)),
    low: each((day) => Math.min(...day)),
    close: each((day) => day.at(-1)!),
  }
}
