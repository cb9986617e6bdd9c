/** A float for people: `places` decimals, thousands apart, no minus before zero. */
export function formatNumber(value: number, { places = 2, sign = false }: { places?: number; sign?: boolean } = {}) {
  if (!Number.isFinite(value)) return '–'
  const [whole = '', fraction] = Math.abs(value).toFixed(places).split('.')
  const isZero = Number(whole) === 0 && Number(fraction ?? 0) === 0
  const prefix = isZero ? '' : value < 0 ? '-' : sign ? '+' : ''
  return `${prefix}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`
}
