import { auditorAbi, localAggregatorAbi, testTokenAbi } from '@keel/contracts/generated/local'
import { auditorBytecode, localAggregatorBytecode, testTokenBytecode } from '@keel/contracts/generated/local/bytecode'
import type { Deployment, PreparedCall } from '@keel/sdk'
import { defaultTerms, planCore, planReactor, prepareConfiguration } from '@keel/sdk/deploy'
import type { Address, Hex } from 'viem'
import { encodeDeployData, encodeFunctionData, getContractAddress } from 'viem'
import type { Call, Chain } from '../chain/chain.ts'
import { sendAllOrThrow } from '../chain/send.ts'
import type { Pool, PreparedTransaction, UniswapV3 } from '../venues/uniswap/index.ts'
import {
  planDeployment,
  poolOf,
  prepareApproval,
  prepareArbitrageur,
  prepareCreatePool,
  prepareLiquidity,
  prepareObservations,
} from '../venues/uniswap/index.ts'
import type { Cast } from './cast.ts'
import { THRESHOLD } from './cast.ts'
import type { FeedPolicy } from './feed.ts'
import { answerOf, FEED_DECIMALS, FEED_POLICY, oracleHeartbeat } from './feed.ts'

export const MARKET = 1
export const ASSET_DECIMALS = 6
const POOL_FEE = 500
const UNIT = 10n ** BigInt(ASSET_DECIMALS)
const WAD = 10n ** 18n

/** Everything that stands on a fresh local chain. */
export type Foundation = {
  readonly deployment: Deployment
  readonly usdc: Address
  readonly weth: Address
  readonly feed: Address
  /** When the feed prints; absent: the default. */
  readonly feedPolicy?: FeedPolicy
  readonly auditor: Address
  readonly uniswap: UniswapV3
  readonly pool: Pool
  readonly reactor: Address
}

export type FoundationOptions = {
  readonly cast: Cast
  /** Unix seconds of the first block. */
  readonly time: number
  /** Wad. */
  readonly spot: bigint
  /** Whole units of collateral the vault is sized for. */
  readonly equity: bigint
  /** Whole units of collateral that move the pool by 1 %. */
  readonly poolDepth: bigint
  /** When the feed prints. */
  readonly feedPolicy?: FeedPolicy
}

function call(from: Address, { to, data }: { to?: Address; data: Hex }, label: string): Call {
  return { from, data, label, ...(to && { to }) }
}

function fromPrepared(from: Address, { to, data, label }: PreparedCall): Call {
  return { from, to, data, label }
}

function mint(from: Address, { token, to, amount }: { token: Address; to: Address; amount: bigint }): Call {
  const data = encodeFunctionData({ abi: testTokenAbi, functionName: 'mint', args: [to, amount] })
  return { from, to: token, data, label: 'mint' }
}

/** Deploys tokens, feed, Uniswap v3 with a deep pool, the whole core and one spot reactor, and opens the market. */
export async function foundKeel(chain: Chain, options: FoundationOptions): Promise<Foundation> {
  const { cast, time, spot, equity, poolDepth, feedPolicy = FEED_POLICY } = options
  const { deployer, keeper, liquidity } = cast
  const nonce = Number(await chain.request('eth_getTransactionCount', [deployer, 'latest']))
  const at = (offset: number) => getContractAddress({ from: deployer, nonce: BigInt(nonce + offset) })
  const [usdc, weth, feed, auditor] = [at(0), at(1), at(2), at(3)]
  const token = (name: string, symbol: string, decimals: number) =>
    encodeDeployData({ abi: testTokenAbi, bytecode: testTokenBytecode, args: [name, symbol, decimals] })
  const venue = planDeployment({ deployer, nonce: nonce + 4 })
  const pair = { collateral: usdc, underlying: weth, collateralDecimals: ASSET_DECIMALS, underlyingDecimals: 18 }
  const pool = poolOf(venue.uniswap, { pair, fee: POOL_FEE })
  const core = planCore({
    deployer,
    nonce: venue.nextNonce,
    asset: usdc,
    shareName: 'Keel ETH Vault',
    shareSymbol: 'kETH',
  })
  const reactor = planReactor({
    deployer,
    nonce: venue.nextNonce + core.creations.length,
    hedger: core.contracts.hedger,
    pool: pool.address,
    asset: usdc,
    underlying: weth,
  })
  const local = [
    token('USD Coin (local)', 'USDC', ASSET_DECIMALS),
    token('Wrapped Ether (local)', 'WETH', 18),
    encodeDeployData({ abi: localAggregatorAbi, bytecode: localAggregatorBytecode, args: [keeper, FEED_DECIMALS] }),
    encodeDeployData({ abi: auditorAbi, bytecode: auditorBytecode }),
  ].map((data) => call(deployer, { data }, 'deploy local'))
  await sendAllOrThrow(chain, {
    timestamp: time,
    calls: [...local, ...venue.transactions.map((t) => call(deployer, t, 'deploy Uniswap'))],
  })
  const creations = core.creations.map(({ name, data }) => call(deployer, { data }, `deploy ${name}`))

  const deployment: Deployment = {
    chainId: Number(await chain.request('eth_chainId')),
    contracts: core.contracts,
    asset: { address: usdc, symbol: 'USDC', decimals: ASSET_DECIMALS },
    markets: [
      { id: MARKET, symbol: 'ETH', underlying: weth, underlyingDecimals: 18, feed, reactors: [reactor.address] },
    ],
  }
  // The pool must stand before the reactor looks at it.
  const openPool = call(liquidity, prepareCreatePool(venue.uniswap, { pool, price: spot }), 'create pool')
  await sendAllOrThrow(chain, {
    timestamp: time + 1,
    calls: [...creations, call(deployer, { data: reactor.data }, 'deploy reactor')],
    before: [openPool],
  })

  const liquid = prepareLiquidity(venue.uniswap, { pool, price: spot, depth: poolDepth * UNIT, recipient: liquidity })
  const arbitrageMoney = poolDepth * UNIT * 10_000n
  const fund: Call[] = [
    mint(liquidity, { token: usdc, to: liquidity, amount: liquid.collateral }),
    mint(liquidity, { token: weth, to: liquidity, amount: liquid.underlying }),
    mint(liquidity, { token: usdc, to: venue.uniswap.arbitrageur, amount: arbitrageMoney }),
    mint(liquidity, { token: weth, to: venue.uniswap.arbitrageur, amount: (arbitrageMoney * WAD * WAD) / UNIT / spot }),
  ]
  const prepare = (transaction: PreparedTransaction, label: string) => call(liquidity, transaction, label)
  const open: Call[] = [
    prepare(prepareApproval(usdc, venue.uniswap.positionManager), 'approve'),
    prepare(prepareApproval(weth, venue.uniswap.positionManager), 'approve'),
    prepare(liquid.transaction, 'add liquidity'),
    prepare(prepareObservations(pool, 64), 'grow observations'),
    prepare(prepareArbitrageur(venue.uniswap, pair), 'equip arbitrageur'),
  ]
  const defaults = defaultTerms({ spot, equity, assetDecimals: ASSET_DECIMALS })
  const terms = { ...defaults, spot: { ...defaults.spot, heartbeatSecs: oracleHeartbeat(feedPolicy) } }
  const configure = prepareConfiguration(deployment, {
    market: MARKET,
    terms,
    feed,
    signers: cast.signers.map(({ address }) => address),
    threshold: THRESHOLD,
    reactors: [reactor.address],
    lister: keeper,
  }).map((prepared) => fromPrepared(deployer, prepared))
  const firstRound = encodeFunctionData({
    abi: localAggregatorAbi,
    functionName: 'push',
    args: [answerOf(spot)],
  })
  await sendAllOrThrow(chain, {
    timestamp: time + 2,
    calls: [...fund, ...open, { from: keeper, to: feed, data: firstRound, label: 'first round' }, ...configure],
  })
  return { deployment, usdc, weth, feed, feedPolicy, auditor, uniswap: venue.uniswap, pool, reactor: reactor.address }
}
