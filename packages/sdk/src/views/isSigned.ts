import type { Address, Hex } from 'viem'
import { encodeFunctionData, getAddress, parseAbi, recoverAddress } from 'viem'
import { isRevert } from '../errors/isRevert.ts'
import type { Reader } from './read.ts'

const erc1271Abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
const ERC1271_VALID = '0x1626ba7e'

/**
 * Whether a digest is signed by an account, as contracts see it: by its key, or where it has code because that says so (ERC-1271).
 * An account whose code answers nothing at all is taken for one without.
 */
export async function isSigned(reader: Reader, { signer, signature, digest }: isSigned.Parameters): Promise<boolean> {
  const data = encodeFunctionData({ abi: erc1271Abi, args: [digest, signature] })
  const answer = await answerOf(reader, { to: signer, data })
  if (answer !== '0x') return answer?.slice(0, 10) === ERC1271_VALID
  try {
    return (await recoverAddress({ hash: digest, signature })) === getAddress(signer)
  } catch {
    return false // not of a key's shape
  }
}

export declare namespace isSigned {
  type Parameters = { readonly signer: Address; readonly signature: Hex; readonly digest: Hex }
}

/** Absent where it reverts. */
async function answerOf(reader: Reader, call: Parameters<Reader>[0]): Promise<Hex | undefined> {
  try {
    return await reader(call)
  } catch (error) {
    if (isRevert(error)) return undefined
    throw error
  }
}
