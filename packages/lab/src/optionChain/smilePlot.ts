import type { SviSlice } from '@keel/quant'
import { sviVolatility } from '@keel/quant'
import { escapeHtml, niceTicks } from '../report/chart.ts'
import type { ExaminedExpiry } from './examine.ts'
import { fitErrorOf } from './examine.ts'
import type { JudgedQuote } from './judgeQuote.ts'
import { cross, diamond, limit, path, px, text, turned, whisker } from './svgShapes.ts'

const WIDTH = 960
const LEFT = 74
const RIGHT = 24
/** Of the smile, and of the errors below it. */
const SMILE = { top: 112, bottom: 448 }
const ERRORS = { top: 506, bottom: 626 }
const HEIGHT = 678
const LEGEND_AT = 96
const CURVE_POINTS = 160
/** Share of the bars that the lower picture shows whole; the widest wings would flatten the rest. */
const SHOWN_WHOLE = 0.8
/** Room beside the outermost used quotes, as a share of their span. */
const MARGIN = 0.06

const STYLE = `
text{font:13px system-ui,sans-serif;fill:#3d4a57}.title{font-size:19px;font-weight:600;fill:#16202b}.unit{font-size:13px;fill:#16202b}
.grid{stroke:#e4e9ee;fill:none}.axis{stroke:#8b98a5;fill:none}.forward{stroke:#8b98a5;stroke-dasharray:4 4;fill:none}
.smile{stroke:#0b6bcb;stroke-width:2.2;fill:none;stroke-linejoin:round}.bar{stroke:#44525f;stroke-width:1.6;fill:none}
.mid{fill:#16202b}.mark{fill:none;stroke:#c46210;stroke-width:1.6}.limit{fill:#2a8f5a}.out{stroke:#c8323c;stroke-width:1.6;fill:none}.zero{stroke:#0b6bcb;stroke-width:2.2;fill:none}
`

export type SmilePlotInput = {
  readonly underlying: string
  /** When the quotes were taken, unix seconds. */
  readonly time: number
  readonly expiry: ExaminedExpiry
}

type Scale = (value: number) => number
type Frame = {
  readonly x: Scale
  readonly y: Scale
  readonly least: number
  readonly most: number
  readonly low: number
  readonly high: number
}

/**
 * One expiry as an SVG document: bid–ask in volatility, the venue's mark, the fitted smile, quotes left out; below, bid–ask and
 * middle measured from the smile. The same input gives the same bytes.
 */
export function smilePlot({ underlying, time, expiry }: SmilePlotInput): string {
  const frame = frameOf(expiry)
  const title = `${underlying} ${dayOf(expiry.expiry)}, ${(expiry.years * 365).toFixed(1)} days, quotes of ${momentOf(time)}`
  const body = frame
    ? [
        ...axes(frame, expiry),
        ...labels(underlying),
        ...smileOf(expiry, frame),
        ...quotesOf(expiry, frame),
        ...errorsOf(expiry, frame),
        legend(expiry),
      ]
    : [text('No quote of this expiry can be drawn.', { x: LEFT, y: SMILE.top })]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">
<style>${STYLE}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${text(title, { x: LEFT, y: 30, as: 'title' })}
${text(accountOf(expiry, frame), { x: LEFT, y: 52 })}
${text(errorOf(expiry), { x: LEFT, y: 71 })}
${body.join('\n')}
</svg>
`
}

function accountOf({ forward, forwardSource, used, bounds, quotes }: ExaminedExpiry, frame: Frame | undefined): string {
  const left = quotes.filter(({ verdict }) => verdict !== 'used' && verdict !== 'bound')
  const hidden = left.filter(({ k }) => frame !== undefined && (k < frame.least || k > frame.most)).length
  const beyond = hidden > 0 ? `, ${hidden} of them beyond the strikes shown` : ''
  const from = forward === undefined ? 'No forward' : `Forward ${forward.toFixed(2)} (${forwardSource})`
  const held = bounds > 0 ? ` and ${bounds} floors and ceilings` : ''
  return `${from}; ${used - bounds} quotes${held} used, ${left.length} out of the money left out${beyond}`
}

function errorOf({ slice, refused, misses }: ExaminedExpiry): string {
  if (slice === undefined) return `No slice: ${refused ? `${refused.reason}, ${refused.detail}` : 'not fitted'}`
  const { median, p95, inside } = fitErrorOf(misses)
  return `Error ${median.toFixed(2)} vol points in the median, ${p95.toFixed(2)} at 95 %; ${(100 * inside).toFixed(0)} % inside bid–ask`
}

function frameOf({ quotes, slice, years }: ExaminedExpiry): Frame | undefined {
  const used = quotes.filter(({ verdict }) => verdict === 'used')
  const seen = used.length > 0 ? used : quotes.filter(({ askVolatility }) => askVolatility !== undefined)
  if (seen.length === 0) return undefined
  const ks = seen.map(({ k }) => k)
  const [first, last] = [Math.min(...ks), Math.max(...ks)]
  const margin = Math.max((last - first) * MARGIN, 0.01)
  const [least, most] = [first - margin, last + margin]
  const heights = seen.flatMap(({ bidVolatility, askVolatility }) => [bidVolatility, askVolatility])
  if (slice) for (const k of [least, most, 0]) heights.push(sviVolatility(slice, { k, years }))
  const values = heights.filter((value) => value !== undefined).map((value) => 100 * value)
  const pad = (Math.max(...values) - Math.min(...values)) * 0.08 || 5
  const [low, high] = [Math.max(0, Math.min(...values) - pad), Math.max(...values) + pad]
  return {
    least,
    most,
    low,
    high,
    x: (k) => LEFT + ((k - least) / (most - least)) * (WIDTH - LEFT - RIGHT),
    y: (volatility) => SMILE.top + ((high - volatility) / (high - low)) * (SMILE.bottom - SMILE.top),
  }
}

function axes({ x, y, least, most, low, high }: Frame, { forward }: ExaminedExpiry): readonly string[] {
  const right = WIDTH - RIGHT
  const out: string[] = []
  for (const tick of niceTicks(low, high, 7))
    out.push(
      path('grid', `M${LEFT} ${px(y(tick))}H${right}`),
      text(tidy(tick), { x: LEFT - 8, y: y(tick) + 4, anchor: 'end' }),
    )
  for (const { strike, at } of strikeTicks(forward, { x, least, most }))
    out.push(
      path('grid', `M${px(at)} ${SMILE.top}V${SMILE.bottom}M${px(at)} ${ERRORS.top}V${ERRORS.bottom}`),
      text(tidy(strike), { x: at, y: SMILE.bottom + 18, anchor: 'middle' }),
    )
  for (const k of niceTicks(least, most, 9))
    out.push(
      path('axis', `M${px(x(k))} ${ERRORS.bottom}v4`),
      text(tidy(k), { x: x(k), y: ERRORS.bottom + 18, anchor: 'middle' }),
    )
  if (least < 0 && most > 0) out.push(path('forward', `M${px(x(0))} ${SMILE.top}V${ERRORS.bottom}`))
  out.push(
    path('axis', `M${LEFT} ${SMILE.top}V${SMILE.bottom}H${right}M${LEFT} ${ERRORS.top}V${ERRORS.bottom}H${right}`),
  )
  return out
}

/** Round strikes, at least so far apart that their labels do not touch. */
function strikeTicks(
  forward: number | undefined,
  { x, least, most }: Pick<Frame, 'x' | 'least' | 'most'>,
): readonly { readonly strike: number; readonly at: number }[] {
  if (forward === undefined) return []
  const ticks: { strike: number; at: number }[] = []
  for (const strike of niceTicks(forward * Math.exp(least), forward * Math.exp(most), 12)) {
    const at = x(Math.log(strike / forward))
    if (at - (ticks.at(-1)?.at ?? 0) >= 46) ticks.push({ strike, at })
  }
  return ticks
}

function labels(underlying: string): readonly string[] {
  const middle = (LEFT + WIDTH - RIGHT) / 2
  return [
    turned('Implied volatility, % a year', (SMILE.top + SMILE.bottom) / 2),
    turned('From smile, vol points', (ERRORS.top + ERRORS.bottom) / 2),
    text(`Strike, quote currency per ${underlying}`, { x: middle, y: SMILE.bottom + 38, anchor: 'middle', as: 'unit' }),
    text('Log-moneyness, ln(strike / forward)', { x: middle, y: ERRORS.bottom + 40, anchor: 'middle', as: 'unit' }),
  ]
}

function smileOf({ slice, years }: ExaminedExpiry, frame: Frame): readonly string[] {
  return slice ? [path('smile', curve(slice, years, frame))] : []
}

function curve(slice: SviSlice, years: number, { x, y, least, most }: Frame): string {
  const points = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => least + ((most - least) * i) / CURVE_POINTS)
  return points
    .map((k, i) => `${i === 0 ? 'M' : 'L'}${px(x(k))} ${px(y(100 * sviVolatility(slice, { k, years })))}`)
    .join('')
}

function quotesOf({ quotes }: ExaminedExpiry, { x, y, least, most, low, high }: Frame): readonly string[] {
  const held = (volatility: number) => Math.min(high, Math.max(low, 100 * volatility))
  const out: string[] = []
  for (const quote of quotes) {
    const { k, bidVolatility: bid, askVolatility: ask, midVolatility: mid, markVolatility: mark, verdict } = quote
    if (!(k >= least && k <= most)) continue
    const at = px(x(k))
    if (verdict === 'used') {
      out.push(`<g>${tooltip(quote)}${path('bar', whisker(at, y(100 * bid!), y(100 * ask!)))}`)
      out.push(`<circle class="mid" cx="${at}" cy="${px(y(100 * mid!))}" r="2.4"/></g>`)
    } else if (verdict === 'bound') {
      out.push(
        `<g>${tooltip(quote)}${limit(at, ask === undefined ? { y: y(held(bid!)), isFloor: true } : { y: y(held(ask)), isFloor: false })}</g>`,
      )
    } else {
      const known = mid ?? ask ?? bid
      if (known !== undefined) out.push(`<g>${tooltip(quote)}${cross(at, y(held(known)))}</g>`)
    }
    if (mark !== undefined && 100 * mark >= low && 100 * mark <= high) out.push(diamond(at, y(100 * mark)))
  }
  return out
}

function errorsOf({ quotes, slice, years }: ExaminedExpiry, { x }: Frame): readonly string[] {
  if (slice === undefined) return []
  const used = quotes.filter(({ verdict }) => verdict === 'used')
  const rows = used.map(({ k, bidVolatility, askVolatility, midVolatility }) => {
    const volatility = sviVolatility(slice, { k, years })
    const from = (value: number | undefined) => 100 * (value! - volatility)
    return { k, bid: from(bidVolatility), mid: from(midVolatility), ask: from(askVolatility) }
  })
  const sizes = rows.map(({ bid, ask }) => Math.max(Math.abs(bid), Math.abs(ask))).sort((a, b) => a - b)
  const most = Math.max(1.2 * (sizes[Math.floor(SHOWN_WHOLE * (sizes.length - 1))] ?? 0), 0.2)
  const y = (points: number) => (ERRORS.top + ERRORS.bottom) / 2 - (points / most) * ((ERRORS.bottom - ERRORS.top) / 2)
  const held = (points: number) => y(Math.min(most, Math.max(-most, points)))
  const out = niceTicks(-most, most, 4).flatMap((tick) => [
    path('grid', `M${LEFT} ${px(y(tick))}H${WIDTH - RIGHT}`),
    text(tidy(tick), { x: LEFT - 8, y: y(tick) + 4, anchor: 'end' }),
  ])
  out.push(path('zero', `M${LEFT} ${px(y(0))}H${WIDTH - RIGHT}`))
  for (const { k, bid, mid, ask } of rows)
    out.push(
      path('bar', whisker(px(x(k)), held(bid), held(ask))),
      `<circle class="mid" cx="${px(x(k))}" cy="${px(held(mid))}" r="2.4"/>`,
    )
  return out
}

function legend({ slice, quotes }: ExaminedExpiry): string {
  const y = LEGEND_AT
  const entries: (readonly [string, string, number])[] = []
  if (slice) entries.push([path('smile', `M0 ${y - 4}h22`), 'fitted smile', 122])
  entries.push([
    `${path('bar', whisker('11', y - 12, y + 4))}<circle class="mid" cx="11" cy="${y - 4}" r="2.4"/>`,
    'bid, middle, ask',
    146,
  ])
  if (quotes.some(({ markVolatility }) => markVolatility !== undefined))
    entries.push([diamond('11', y - 4), 'venue’s mark', 128])
  if (quotes.some(({ verdict }) => verdict === 'bound'))
    entries.push([limit('11', { y: y - 2, isFloor: false }), 'one side only: ceiling or floor', 226])
  entries.push([cross('11', y - 4), 'left out', 84])
  entries.push([path('forward', `M11 ${y - 12}V${y + 4}`), 'forward', 80])
  let at = LEFT
  return entries
    .map(([drawing, name, width]) => {
      const entry = `<g transform="translate(${at} 0)">${drawing}${text(name, { x: 28, y })}</g>`
      at += width
      return entry
    })
    .join('\n')
}

function tooltip({ strike, kind, verdict, bidVolatility, askVolatility, markVolatility }: JudgedQuote): string {
  const percent = (value: number | undefined) => (value === undefined ? '–' : (100 * value).toFixed(2))
  const sides = `bid ${percent(bidVolatility)}, ask ${percent(askVolatility)}, mark ${percent(markVolatility)} %`
  return `<title>${escapeHtml(`${strike} ${kind}: ${verdict}; ${sides}`)}</title>`
}

function tidy(value: number): string {
  return String(Number(value.toFixed(6)))
}

const momentOf = (time: number) => `${new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
const dayOf = (time: number) => new Date(time * 1000).toISOString().slice(0, 10)
