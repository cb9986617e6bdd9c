import { readBalance, readVault, requestRedeem } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { formatExact, formatRounded, parseAmount } from '../values/decimal.ts'
import { epochJson, epochPhrase } from '../vault/epoch.ts'
import { NoSharesError } from '../vault/errors.ts'
import { SHARE_DECIMALS } from '../vault/shares.ts'

export const withdraw: Command = {
  name: 'withdraw',
  summary: 'Ask to redeem shares of the vault at the price of the next roll',
  details: ['After the roll, keel claim collects the collateral. Unclaimed shares are claimed first, with keel claim.'],
  arguments: [{ name: 'SHARES', help: 'number of shares, e.g. 1000.5, or all' }],
  flags: { ...YES_FLAG, ...ACCOUNT_FLAGS, ...DEPLOYMENT_FLAGS },
  examples: ['keel withdraw all', 'keel withdraw 1000.5 --key-env DEPOSITOR_KEY --rpc https://rpc.example --yes'],
  run: async (input, io) => {
    const text = input.argument('SHARES')
    const asked = text === 'all' ? undefined : parseAmount(text, { decimals: SHARE_DECIMALS, what: 'SHARES' })
    const connection = await connect(input)
    const { deployment, reader, time } = connection
    const client = signing(connection, { input, io })
    const owner = client.account.address
    const amount = asked ?? (await readBalance(reader, { token: deployment.contracts.share, owner }))
    if (amount === 0n) throw new NoSharesError(owner)
    const shown = `${formatRounded(amount, { decimals: SHARE_DECIMALS, places: 6 })} shares`
    await confirmed(input, io, [`Ask to redeem ${shown} from ${owner}?`])
    io.progress('Sending the request…')
    const { requestId, transactionHash } = await requestRedeem(client, deployment, { amount })
    const vault = await readVault(reader, deployment)
    return {
      json: {
        transaction: transactionHash,
        account: owner,
        requestId: requestId.toString(),
        shares: formatExact(amount, SHARE_DECIMALS),
        ...epochJson(vault, time),
      },
      text: [
        `Asked to redeem ${shown} in ${epochPhrase(vault, time)}.`,
        'After its roll, keel claim collects the collateral.',
        `Transaction ${transactionHash}`,
      ],
    }
  },
}
