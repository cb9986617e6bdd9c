import type { Hex, LocalAccount } from 'viem'
import { bytesToHex } from 'viem'
import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import type { Flags } from '../frame/command.ts'
import type { Input } from '../frame/input.ts'
import type { Io } from '../frame/io.ts'
import {
  KeyAsNameError,
  MalformedKeyError,
  MissingKeyError,
  NoAccountError,
  PublicKeyOnPublicChainError,
} from './errors.ts'

export const ACCOUNT_FLAGS: Flags = {
  account: { values: ['N'], help: "anvil's public account N, on local chains only (default there: 9)" },
  'key-env': { values: ['NAME'], help: 'environment variable that holds the private key' },
}

export const SIGNER_FLAGS: Flags = {
  signer: { values: ['N'], multiple: true, help: "sign with anvil's public account N, on local chains only" },
  'signer-env': {
    values: ['NAME'],
    multiple: true,
    help: 'sign with the private key in this environment variable',
  },
}

/** Anvil's public mnemonic: its keys are known to everybody. */
const ANVIL_MNEMONIC = 'test test test test test test test test test test test junk'
const LOCAL_CHAINS = [31337, 1337]
/** Left free by the local world for the person at the keyboard. */
const DEFAULT_ACCOUNT = 9
/** As far as anybody goes down the mnemonic. */
const PUBLIC_ACCOUNTS = 256

export function isLocal(chainId: number): boolean {
  return LOCAL_CHAINS.includes(chainId)
}

/** Private keys of anvil's accounts, which are the children of one node. */
function anvilKey(index: number): Hex {
  const node = mnemonicToAccount(ANVIL_MNEMONIC, { path: "m/44'/60'/0'/0" }).getHdKey()
  return bytesToHex(node.deriveChild(index).privateKey!)
}

function isAnvilKey(key: Hex): boolean {
  const node = mnemonicToAccount(ANVIL_MNEMONIC, { path: "m/44'/60'/0'/0" }).getHdKey()
  return Array.from({ length: PUBLIC_ACCOUNTS }, (_, i) => bytesToHex(node.deriveChild(i).privateKey!)).includes(key)
}

/** The account that signs: `--account`, `--key-env`, or on a local chain the visitor's. Anvil's never on a public one. */
export function senderOf(input: Input, { chainId, env }: Pick<Io, 'env'> & { readonly chainId: number }): LocalAccount {
  input.exclusive('account', 'key-env')
  const variable = input.text('key-env')
  if (variable !== undefined) return keyedAccount(variable, { chainId, env })
  const index = input.whole('account', { least: 0, most: PUBLIC_ACCOUNTS - 1 })
  if (!isLocal(chainId))
    throw index === undefined ? new NoAccountError(chainId) : new PublicKeyOnPublicChainError(chainId)
  return privateKeyToAccount(anvilKey(index ?? DEFAULT_ACCOUNT))
}

/** The accounts that sign a report: every `--signer` and `--signer-env`. Anvil's never on a public chain. */
export function signersOf(
  input: Input,
  { chainId, env }: Pick<Io, 'env'> & { readonly chainId: number },
): readonly LocalAccount[] {
  const indices = input.wholes('signer', { least: 0, most: PUBLIC_ACCOUNTS - 1 })
  if (indices.length > 0 && !isLocal(chainId)) throw new PublicKeyOnPublicChainError(chainId)
  return [
    ...indices.map((index) => privateKeyToAccount(anvilKey(index))),
    ...input.texts('signer-env').map((variable) => keyedAccount(variable, { chainId, env })),
  ]
}

function keyedAccount(
  variable: string,
  { chainId, env }: Pick<Io, 'env'> & { readonly chainId: number },
): LocalAccount {
  if (/^(0x)?[0-9a-f]{64}$/i.test(variable)) throw new KeyAsNameError()
  const value = env[variable]?.trim()
  if (!value) throw new MissingKeyError(variable)
  if (!/^(0x)?[0-9a-f]{64}$/i.test(value)) throw new MalformedKeyError(variable)
  const key = `0x${value.replace(/^0x/i, '').toLowerCase()}` as Hex
  if (!isLocal(chainId) && isAnvilKey(key)) throw new PublicKeyOnPublicChainError(chainId)
  try {
    return privateKeyToAccount(key)
  } catch {
    throw new MalformedKeyError(variable) // zero, or beyond the curve's order
  }
}
