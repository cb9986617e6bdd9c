import type { PriceCheck, PriceDraft, SignedPrice } from '@keel/sdk'
import { checkPrice, formatPrice, PriceRefusedError, parsePrice, relayPrice, signPrice, surfaceSigner } from '@keel/sdk'
import { formatUnits } from 'viem'
import { ACCOUNT_FLAGS, SIGNER_FLAGS, signersOf } from '../chain/account.ts'
import type { KeelConnection } from '../chain/connect.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import { readText } from '../files/readText.ts'
import { requireWritable, writeWhole } from '../files/writeWhole.ts'
import type { Command, Outcome } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import type { Input } from '../frame/input.ts'
import type { Io } from '../frame/io.ts'
import { ReportCompleteError } from '../oracle/errors.ts'

export const oracleRelayPrice: Command = {
  name: 'oracle relay-price',
  summary: 'Check a signed price, sign it where asked to, and relay it to its signed feed',
  details: [
    'FILE is JSON as docs/runbooks/price-signers.md shows. Without signedAt it is signed as of the chain’s time now. Everything\nthat is missing is named before anything is sent. A price the feed has, or a newer one, is done. A price is old in seconds:\norders relay it themselves, this keeps a feed from counting as out.',
  ],
  arguments: [{ name: 'FILE', help: 'the price, signed or to be signed' }],
  flags: {
    ...SIGNER_FLAGS,
    save: { values: ['OUT'], help: 'write the price with its signatures, and send nothing' },
    'dry-run': { help: 'check it and send nothing' },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: [
    'keel oracle relay-price price.json --signer-env SIGNER_1 --signer-env SIGNER_2 --yes',
    'keel oracle relay-price signed.json --dry-run',
  ],
  run: async (input, io) => {
    const draft = parsePrice(readText(input.argument('FILE')))
    input.exclusive('save', 'dry-run')
    const out = input.text('save')
    if (out !== undefined) requireWritable(out)
    const connection = await connect(input)
    const price = await sign(draft, { connection, input, io })
    if (out !== undefined) return saved(price, out)
    if (input.has('dry-run')) return checked(price, connection)
    const client = signing(connection, { input, io })
    await confirmed(input, io, [`Relay ${shown(price)} from ${client.account.address}?`])
    const { status, transactionHash } = await relayPrice(client, { price })
    return relayed({ status, transactionHash, price })
  },
}

type Signing = { readonly connection: KeelConnection; readonly input: Input; readonly io: Io }

async function sign(draft: PriceDraft, { connection, input, io }: Signing): Promise<SignedPrice> {
  const signers = signersOf(input, { chainId: connection.chainId, env: io.env })
  if (signers.length === 0 && draft.signatures.length === 0) throw new ReportCompleteError()
  const price = { ...draft, signedAt: draft.signedAt ?? (await connection.now()) }
  // What others signed stays as it is, to be named by the check.
  if (signers.length === 0) return price
  return signPrice({ price, signers: signers.map(({ address, sign: own }) => surfaceSigner({ address, sign: own! })) })
}

const shown = ({ answer, decimals, signatures }: SignedPrice): string =>
  `${formatUnits(answer, decimals)} with ${signatures.length} signatures`

function saved(price: SignedPrice, out: string): Outcome {
  writeWhole([{ path: out, text: formatPrice(price) }])
  const signers = price.signatures.map(({ signer }) => signer)
  return { json: { file: out, signers }, text: [`${out} is signed by ${signers.join(', ')}. Nothing was sent.`] }
}

const OUTCOMES: Readonly<Record<PriceCheck['outcome'], string>> = {
  stored: 'It would be the feed’s latest.',
  known: 'The feed has it, or a newer one.',
  refused: 'It would be refused.',
}

async function checked(price: SignedPrice, { reader, chainId, now }: KeelConnection): Promise<Outcome> {
  const check = await checkPrice(reader, { price, chainId, now: await now() })
  if (check.outcome === 'refused') throw new PriceRefusedError(check.faults)
  const { outcome, valid, threshold } = check
  return {
    json: { outcome, signers: valid.map(({ signer }) => signer), threshold },
    text: [OUTCOMES[outcome], `${valid.length} signatures of its signers, of ${threshold} that it needs.`],
  }
}

function relayed({
  status,
  transactionHash,
  price,
}: Pick<Awaited<ReturnType<typeof relayPrice>>, 'status'> & {
  readonly transactionHash: `0x${string}` | undefined
  readonly price: SignedPrice
}): Outcome {
  const { feed, answer, decimals, signedAt } = price
  return {
    json: { status, feed, price: formatUnits(answer, decimals), signedAt, ...(transactionHash && { transactionHash }) },
    text: [status === 'stored' ? `The feed ${feed} has ${shown(price)}.` : OUTCOMES.known],
  }
}
