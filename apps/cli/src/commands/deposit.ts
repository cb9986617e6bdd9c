import { readVault, requestDeposit } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { formatExact, formatRounded, parseAmount } from '../values/decimal.ts'
import { epochJson, epochPhrase } from '../vault/epoch.ts'

export const deposit: Command = {
  name: 'deposit',
  summary: 'Ask to deposit collateral in the vault at the price of the next roll',
  details: ['The vault is allowed to pull exactly the amount. After the roll, keel claim collects the shares.'],
  arguments: [{ name: 'AMOUNT', help: 'of the collateral, e.g. 2500.50' }],
  flags: { ...YES_FLAG, ...ACCOUNT_FLAGS, ...DEPLOYMENT_FLAGS },
  examples: ['keel deposit 10000', 'keel deposit 2500.50 --key-env DEPOSITOR_KEY --rpc https://rpc.example --yes'],
  run: async (input, io) => {
    const text = input.argument('AMOUNT')
    const connection = await connect(input)
    const { deployment, reader, time } = connection
    const { decimals, symbol } = deployment.asset
    const amount = parseAmount(text, { decimals, what: 'AMOUNT' })
    const client = signing(connection, { input, io })
    const shown = `${formatRounded(amount, { decimals, places: decimals })} ${symbol}`
    await confirmed(input, io, [`Ask to deposit ${shown} from ${client.account.address}?`])
    io.progress('Sending the request…')
    const { requestId, transactionHash } = await requestDeposit(client, deployment, { amount })
    const vault = await readVault(reader, deployment)
    return {
      json: {
        transaction: transactionHash,
        account: client.account.address,
        requestId: requestId.toString(),
        amount: formatExact(amount, decimals),
        currency: symbol,
        ...epochJson(vault, time),
      },
      text: [
        `Asked to deposit ${shown} in ${epochPhrase(vault, time)}.`,
        'After its roll, keel claim collects the shares.',
        `Transaction ${transactionHash}`,
      ],
    }
  },
}
