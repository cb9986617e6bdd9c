/** A line of a chart. `y` may hold NaN where there is nothing to draw. */
export type Line = {
  readonly name: string
  readonly y: readonly number[]
  /** Drawn as a step: a value holds until the next. */
  readonly step?: boolean
  readonly fill?: boolean
}

/** A mark at a time, drawn as a dot on the chart's zero or value. */
export type Mark = { readonly time: number; readonly y: number; readonly up: boolean; readonly text: string }

export type Chart = {
  readonly title: string
  readonly unit: string
  /** Unix seconds, ascending, one per value of each line. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly marks?: readonly Mark[]
  /** Keeps zero inside the value axis. */
  readonly zero?: boolean
}

const WIDTH = 920
const HEIGHT = 250
const LEFT = 78
const RIGHT = 14
const TOP = 12
const BOTTOM = 28
const DAY = 86_400

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
}

/** At most `most` round values that span [low, high]. */
export function niceTicks(low: number, high: number, most = 5): readonly number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const rough = span / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= rough)!
  const ticks: number[] = []
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) ticks.push(i * step)
  return ticks
}

/** A number for an axis or a cell: grouped, with as many decimals as its size calls for. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  const digits = size >= 1000 || size === 0 ? 0 : size >= 10 ? 2 : size >= 0.01 ? 4 : 6
  const [whole, fraction = ''] = value.toFixed(digits).split('.') as [string, string?]
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ' ')
  const trimmed = fraction.replace(/0+$/, '')
  return trimmed ? `${grouped}.${trimmed}` : grouped
}

function formatDay(time: number): string {
  return new Date(time * 1000).toISOString().slice(5, 10)
}

function range(chart: Chart): readonly [number, number] {
  const values = chart.lines.flatMap((line) => line.y.filter(Number.isFinite))
  for (const mark of chart.marks ?? []) values.push(mark.y)
  let low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  let high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(low)) return [0, 1]
  if (chart.zero) [low, high] = [Math.min(low, 0), Math.max(high, 0)]
  const pad = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1
  return [low - pad, high + pad]
}

/** One chart as an SVG element. The same input gives the same bytes. */
export function chartSvg(chart: Chart): string {
  const { times, lines, marks = [] } = chart
  const first = times[0] ?? 0
  const last = times.at(-1) ?? 1
  const [low, high] = range(chart)
  const x = (time: number) => (LEFT + ((time - first) / (last - first || 1)) * (WIDTH - LEFT - RIGHT)).toFixed(1)
  const y = (value: number) => (TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM)).toFixed(1)
  const out = [`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(chart.title)}">`]
  for (const tick of niceTicks(low, high))
    out.push(
      `<path class="grid" d="M${LEFT} ${y(tick)}H${WIDTH - RIGHT}"/>`,
      `<text class="tick" x="${LEFT - 8}" y="${y(tick)}" dy="4" text-anchor="end">${formatNumber(tick)}</text>`,
    )
  const every = Math.max(1, Math.ceil((last - first) / DAY / 10)) * DAY
  for (let t = Math.ceil(first / DAY) * DAY; t <= last; t += every)
    out.push(`<text class="tick" x="${x(t)}" y="${HEIGHT - 8}" text-anchor="middle">${formatDay(t)}</text>`)
  if (low < 0 && high > 0) out.push(`<path class="zero" d="M${LEFT} ${y(0)}H${WIDTH - RIGHT}"/>`)
  for (const [i, line] of lines.entries()) {
    let path = ''
    let pen = false
    for (const [j, value] of line.y.entries()) {
      if (!Number.isFinite(value)) {
        pen = false
        continue
      }
      const at = x(times[j]!)
      path += pen ? (line.step ? `H${at}V${y(value)}` : `L${at} ${y(value)}`) : `M${at} ${y(value)}`
      pen = true
    }
    if (line.fill && path)
      out.push(
        `<path class="fill c${i}" d="${path}L${x(last)} ${y(Math.max(low, 0))}L${x(first)} ${y(Math.max(low, 0))}Z"/>`,
      )
    out.push(`<path class="line c${i}" d="${path}"/>`)
  }
  for (const mark of marks)
    out.push(
      `<circle class="${mark.up ? 'up' : 'down'}" cx="${x(mark.time)}" cy="${y(mark.y)}" r="2.6"><title>${escapeHtml(mark.text)}</title></circle>`,
    )
  out.push('</svg>')
  return out.join('')
}

/** Title, legend and chart as one figure. */
export function chartFigure(chart: Chart): string {
  const legend = chart.lines.map(({ name }, i) => `<span class="key c${i}">${escapeHtml(name)}</span>`).join('')
  return `<figure><figcaption><b>${escapeHtml(chart.title)}</b><i>${escapeHtml(chart.unit)}</i>${legend}</figcaption>${chartSvg(chart)}</figure>`
}
