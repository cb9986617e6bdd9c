import type { Address, Hex } from 'viem'
import { encodeFunctionData, getAddress, pad, parseAbi, recoverAddress, size, slice } from 'viem'
import { isRevert } from '../errors/isRevert.ts'
import type { Reader } from './read.ts'

const erc1271Abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
const ERC1271_VALID = pad('0x1626ba7e', { dir: 'right', size: 32 })
/** Half the order of secp256k1: contracts refuse the other signature of a pair. */
const MOST_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** Whether a digest is signed by an account's key, or because the account's code says so (ERC-1271): as sets of signers see it. */
export async function isSigned(reader: Reader, parameters: isSigned.Parameters): Promise<boolean> {
  return (await isOfKey(parameters)) || isValid(await codesAnswer(reader, parameters))
}

/**
 * Whether a digest is signed by an account as OpenZeppelin's `SignatureChecker` sees it: by its key if it has no code, else because its
 * code says so. An account whose code answers nothing at all is taken for one without.
 */
export async function isSignedByAccount(reader: Reader, parameters: isSigned.Parameters): Promise<boolean> {
  const answer = await codesAnswer(reader, parameters)
  return answer === '0x' ? isOfKey(parameters) : isValid(answer)
}

export declare namespace isSigned {
  type Parameters = { readonly signer: Address; readonly signature: Hex; readonly digest: Hex }
}

/** 65 bytes, s in the lower half, v 27 or 28. */
async function isOfKey({ signer, signature, digest }: isSigned.Parameters): Promise<boolean> {
  if (size(signature) !== 65) return false
  const [s, v] = [slice(signature, 32, 64), slice(signature, 64)]
  if (BigInt(s) > MOST_S || (v !== '0x1b' && v !== '0x1c')) return false
  try {
    return (await recoverAddress({ hash: digest, signature })) === getAddress(signer)
  } catch {
    return false // of no key
  }
}

/** Absent where it reverts. */
async function codesAnswer(
  reader: Reader,
  { signer, signature, digest }: isSigned.Parameters,
): Promise<Hex | undefined> {
  try {
    return await reader({ to: signer, data: encodeFunctionData({ abi: erc1271Abi, args: [digest, signature] }) })
  } catch (error) {
    if (isRevert(error)) return undefined
    throw error
  }
}

const isValid = (answer: Hex | undefined): boolean => answer?.slice(0, ERC1271_VALID.length) === ERC1271_VALID
