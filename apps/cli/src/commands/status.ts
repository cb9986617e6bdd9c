import { readMarket, readVault } from '@keel/sdk'
import { ACCOUNT_FLAGS, isLocal, senderOf } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, marketOf } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { holdingLines, holdingsJson, readHoldings } from '../show/holdings.ts'
import { boardLines, marketLines, readMarks, statusJson, vaultLines } from '../show/market.ts'
import { parseAddress } from '../values/address.ts'

export const status: Command = {
  name: 'status',
  summary: 'Show spot, the vault, its risk, every listed series, and what an account holds',
  arguments: [],
  flags: {
    market: { values: ['SYMBOL'], help: 'which market (default: the first)' },
    address: { values: ['ADDR'], help: 'whose holdings to show, without needing a key' },
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel status', 'keel status --json --rpc https://rpc.example --deployment mainnet.json'],
  run: async (input, io) => {
    input.exclusive('address', 'account')
    input.exclusive('address', 'key-env')
    const given = input.text('address')
    const address = given === undefined ? undefined : parseAddress(given, '--address')
    const connection = await connect(input)
    const { deployment, reader, chainId } = connection
    const market = marketOf(deployment, input.text('market'))
    const asksSender = input.has('account') || input.has('key-env') || isLocal(chainId)
    const owner = address ?? (asksSender ? senderOf(input, { chainId, env: io.env }).address : undefined)
    const [reading, vault] = await Promise.all([
      readMarket(reader, deployment, market.id),
      readVault(reader, deployment),
    ])
    const marks = await readMarks(connection, { market, reading })
    const holdings = owner && (await readHoldings(connection, { owner, reading, market }))
    const view = { market, reading, vault, marks }
    return {
      json: { ...statusJson(view, connection), ...(holdings && { account: holdingsJson(holdings, connection) }) },
      text: [
        ...marketLines(view, connection),
        ...vaultLines(view, connection),
        ...boardLines(view, connection),
        ...(holdings ? holdingLines(holdings, connection) : []),
      ],
    }
  },
}
