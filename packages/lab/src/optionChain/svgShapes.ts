import { escapeHtml } from '../report/chart.ts'

export const px = (value: number) => value.toFixed(1)
export const path = (as: string, d: string) => `<path class="${as}" d="${d}"/>`

export function whisker(x: string, from: number, to: number): string {
  const [a, b] = [px(from), px(to)]
  return `M${x} ${a}V${b}M${(Number(x) - 3).toFixed(1)} ${a}h6M${(Number(x) - 3).toFixed(1)} ${b}h6`
}

export function cross(x: string, y: number): string {
  const at = Number(x)
  return path('out', `M${px(at - 4)} ${px(y - 4)}l8 8M${px(at - 4)} ${px(y + 4)}l8 -8`)
}

/** A bar no smile should cross: from above when it is a ceiling, from below when it is a floor. */
export function limit(x: string, { y, isFloor }: { y: number; isFloor: boolean }): string {
  return path('limit', `M${(Number(x) - 5).toFixed(1)} ${px(y)}h10l-5 ${isFloor ? 6 : -6}Z`)
}

export function diamond(x: string, y: number): string {
  return path('mark', `M${x} ${px(y - 5)}l5 5l-5 5l-5 -5Z`)
}

export function text(
  words: string,
  { x, y, anchor = 'start', as }: { x: number; y: number; anchor?: 'start' | 'middle' | 'end'; as?: string },
): string {
  return `<text${as ? ` class="${as}"` : ''} x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escapeHtml(words)}</text>`
}

export function turned(words: string, y: number): string {
  return `<text class="unit" transform="translate(18 ${px(y)}) rotate(-90)" text-anchor="middle">${escapeHtml(words)}</text>`
}
