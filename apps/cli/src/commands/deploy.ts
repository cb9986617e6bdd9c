import { existsSync } from 'node:fs'
import { formatDeployment } from '@keel/sdk'
import { ACCOUNT_FLAGS, isLocal } from '../chain/account.ts'
import { connectRpc, RPC_FLAGS, signing } from '../chain/connect.ts'
import { deployKeel, marketSymbol } from '../deploy/deployKeel.ts'
import { DeploymentExistsError, NoSignersError } from '../deploy/errors.ts'
import type { PartAddresses } from '../deploy/readParts.ts'
import { PARTS, readParts } from '../deploy/readParts.ts'
import { requireWritable, writeWhole } from '../files/writeWhole.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { BadValueError } from '../frame/errors.ts'
import { parseAddress } from '../values/address.ts'
import { parseAmount } from '../values/decimal.ts'

const DEFAULT_OUT = '.keel/deployment.json'
const DEFAULT_EQUITY = '1000000'
const MOST_SIGNERS = 32

export const deploy: Command = {
  name: 'deploy',
  summary: 'Deploy Keel onto tokens, a feed and a Uniswap v3 pool, and open its first market',
  details: [
    'Every address is planned from the account’s nonces, so let nothing else use the account meanwhile. The account becomes\nthe governor; limits follow a default term sheet scaled to --equity and the feed’s price.',
  ],
  arguments: [],
  flags: {
    asset: { values: ['ADDR'], help: 'collateral token (required)' },
    underlying: { values: ['ADDR'], help: 'token of the underlying (required)' },
    feed: { values: ['ADDR'], help: 'Chainlink-shaped price feed, collateral per underlying (required)' },
    pool: { values: ['ADDR'], help: 'Uniswap v3 pool of the two tokens, to hedge on (required)' },
    signer: { values: ['ADDR'], multiple: true, help: 'signs the volatility surface (local default: the account)' },
    threshold: { values: ['N'], help: 'signatures a surface needs (default: more than half of the signers)' },
    lister: { values: ['ADDR'], help: 'who may list boards (default: the account)' },
    equity: { values: ['UNITS'], help: `collateral the limits are scaled to (default ${DEFAULT_EQUITY})` },
    out: { values: ['FILE'], help: `where to write the deployment file (default ${DEFAULT_OUT})` },
    force: { help: 'replace that file' },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...RPC_FLAGS,
  },
  examples: [
    'keel deploy --asset 0x… --underlying 0x… --feed 0x… --pool 0x… --account 0',
    'keel deploy --rpc https://rpc.example --asset 0x… --underlying 0x… --feed 0x… --pool 0x… \\\n    --signer 0x… --signer 0x… --signer 0x… --threshold 2 --key-env DEPLOYER_KEY --out mainnet.json',
  ],
  run: async (input, io) => {
    const addresses = Object.fromEntries(
      PARTS.map((part) => [part, parseAddress(input.required(part), `--${part}`)]),
    ) as PartAddresses
    const equity = parseAmount(input.text('equity') ?? DEFAULT_EQUITY, { decimals: 0, what: '--equity' })
    const out = input.text('out') ?? DEFAULT_OUT
    const signersGiven = input.texts('signer').map((text) => parseAddress(text, '--signer'))
    const thresholdGiven = input.whole('threshold', { least: 1, most: MOST_SIGNERS })
    const listerGiven = input.text('lister')
    if (existsSync(out) && !input.has('force')) throw new DeploymentExistsError(out)
    requireWritable(out)

    const connection = await connectRpc(input)
    const { chainId } = connection
    const client = signing(connection, { input, io })
    const account = client.account.address
    if (signersGiven.length === 0 && !isLocal(chainId)) throw new NoSignersError(chainId)
    const signers = signersGiven.length > 0 ? [...new Set(signersGiven)] : [account]
    const threshold = thresholdGiven ?? Math.floor(signers.length / 2) + 1
    if (threshold > signers.length)
      throw new BadValueError({
        what: '--threshold',
        given: String(threshold),
        wanted: 'at most the number of signers',
      })
    const lister = listerGiven === undefined ? account : parseAddress(listerGiven, '--lister')

    const parts = await readParts(client, addresses)
    const symbol = marketSymbol(parts.underlyingToken.symbol)
    if (!isLocal(chainId))
      await confirmed(input, io, [
        `Deploy a ${symbol}/${parts.assetToken.symbol} market on chain ${chainId} from ${account}?`,
      ])
    const onProgress = io.progress
    const deployment = await deployKeel(client, { chainId, parts, equity, signers, threshold, lister, onProgress })
    writeWhole([{ path: out, text: formatDeployment(deployment) }])
    return {
      json: { file: out, governor: account, signers, threshold, lister, ...deployment },
      text: [
        `Keel is on chain ${chainId}: a ${symbol}/${parts.assetToken.symbol} market, governed by ${account}.`,
        ...Object.entries(deployment.contracts).map(([name, address]) => `  ${name.padEnd(17)} ${address}`),
        `  ${'reactor'.padEnd(17)} ${deployment.markets[0]?.reactors[0]}`,
        `Written to ${out}. Boards are listed by ${lister}, surfaces signed by ${threshold} of ${signers.length}.`,
      ],
    }
  },
}
