import { quote } from '@keel/model'
import { createRandom } from '@keel/quant'
import { several } from './exhaust.ts'
import { inputOf } from './market.ts'
import type { Quoted } from './onChain.ts'
import { type Moment, profitOf } from './run.ts'
import { ratesOf, type Setting } from './setting.ts'
import type { Truth } from './truth.ts'

/** Collects random orders that the bot would not make, spread over a run. */
export function refusedAtRandom({ seed, count }: { readonly seed: number; readonly count: number }) {
  const random = createRandom(seed, 2)
  const orders: Quoted[] = []
  function look(moment: Moment, { setting, truth }: { readonly setting: Setting; readonly truth: Truth }): void {
    const { venue, bounds, time, price } = moment
    if (orders.length >= count || bounds.length === 0 || random.uniform() > (3 * count) / truth.ticks) return
    const input = inputOf(venue, setting, time)
    const legs = several(bounds, { random, most: ratesOf(setting).maxTradeSize })
    const priced = quote(input, legs)
    if (profitOf({ bounds, legs, priced, price, takerCost: setting.takerCost }) <= 0)
      orders.push({ input, legs, priced })
  }
  return { look, orders: (): readonly Quoted[] => orders }
}
