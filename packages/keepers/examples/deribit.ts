// The volatility surface of a venue's option chain, now: node packages/keepers/examples/deribit.ts [ETH|BTC] [ADDRESS]
import { fitSurface, openDeribitFeed } from '@keel/keepers'
import { sviVolatility, yearsBetween } from '@keel/quant'

const [currency = 'ETH', url] = process.argv.slice(2)
const feed = openDeribitFeed({ currency, ...(url && { url }) })
try {
  const { snapshot, expectedRows, rejections } = await feed.read()
  const surface = fitSurface(snapshot, { expectedRows })
  for (const [i, { expiry, svi, forward }] of surface.slices.entries()) {
    const years = yearsBetween(surface.time, expiry)
    const [low, atm, high] = [-0.1, 0, 0.1].map((k) => (100 * sviVolatility(svi, { k, years })).toFixed(1))
    const { quotes, medianError } = surface.fits[i]!
    const day = new Date(expiry * 1000).toISOString().slice(0, 10)
    console.log(
      `${day}  forward ${forward.toFixed(2)}  ${low} ${atm} ${high} %`,
      `${quotes} quotes, ±${(100 * medianError).toFixed(2)}`,
    )
  }
  for (const { expiry, reason, detail } of surface.refused) console.log(`${expiry} refused: ${reason}, ${detail}`)
  console.log('left out:', { ...rejections, ...surface.rejections }, 'faults:', feed.faults)
} finally {
  feed.close()
}
