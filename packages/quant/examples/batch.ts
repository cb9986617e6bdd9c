// A million options without allocating: fill columns, run, read columns.
import { createBlackBatch, createRandom } from '@keel/quant'

const capacity = 4096
const batch = createBlackBatch(capacity)
const random = createRandom(1)
let vega = 0
for (let done = 0; done < 1_000_000; done += capacity) {
  for (let i = 0; i < capacity; i++) {
    batch.columns.sign[i] = i % 2 === 0 ? 1 : -1
    batch.columns.forward[i] = 2000
    batch.columns.strike[i] = 1000 + 2000 * random.uniform()
    batch.columns.years[i] = 0.25
    batch.columns.volatility[i] = 0.7
    batch.columns.discount[i] = 1
  }
  batch.run(capacity)
  for (let i = 0; i < capacity; i++) vega += batch.results.vegaPerUnitVol[i]!
}
console.log(`total vega ${vega.toFixed(0)} by ${batch.engine}`)
