import type { Address } from 'viem'
import { erc20Abi, formatUnits } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { QuoteFault } from '../errors/offer.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import { readBalance, readLongs } from '../views/views.ts'
import { amountOf } from './amountOf.ts'
import type { QuotePart } from './partOf.ts'
import { fault } from './termFaults.ts'

const WAD_DECIMALS = 18

/** What of the cash and options that a part takes its taker lacks. */
export async function holdingFaults(
  reader: Reader,
  deployment: Deployment,
  { taker, part }: { readonly taker: Address; readonly part: QuotePart | undefined },
): Promise<readonly QuoteFault[]> {
  if (!part) return []
  const asked = { reader, deployment, taker, part }
  return (await Promise.all([cashFaults(asked), optionFaults(asked)])).flat()
}

type Asked = {
  readonly reader: Reader
  readonly deployment: Deployment
  readonly taker: Address
  readonly part: QuotePart
}

async function cashFaults({ reader, deployment, taker, part: { price } }: Asked): Promise<readonly QuoteFault[]> {
  if (price <= 0n) return []
  const { asset, contracts } = deployment
  const args = [taker, contracts.clearing] as const
  const [allowance, balance] = await Promise.all([
    readContract(reader, { address: asset.address, abi: erc20Abi, functionName: 'allowance', args }),
    readBalance(reader, { token: asset.address, owner: taker }),
  ])
  const [costs, has, may] = [price, balance, allowance].map((cash) => amountOf(deployment, cash))
  const approve = 'Approve it for the price: what the market checks after payment is seen only then.'
  return [
    ...(balance < price ? [fault('cash', `It costs ${costs}, and ${taker} has ${has}. Fill a smaller share.`)] : []),
    ...(allowance < price ? [fault('allowance', `It costs ${costs}, and clearing may take ${may}. ${approve}`)] : []),
  ]
}

async function optionFaults({ reader, deployment, taker, part: { legs } }: Asked): Promise<readonly QuoteFault[]> {
  const faults = await Promise.all(
    legs.map(async ({ series, size }) => {
      const held = size < 0n ? await readLongs(reader, deployment, { owner: taker, series }) : 0n
      if (held >= -size) return []
      const [sold, has] = [-size, held].map((options) => formatUnits(options, WAD_DECIMALS))
      const text = `It sells ${sold} of 0x${series.toString(16)}, and ${taker} has ${has}. Fill a smaller share.`
      return [fault('options', text)]
    }),
  )
  return faults.flat()
}
