import type { Address, Hex } from 'viem'
import { getAddress, parseAbi, recoverAddress } from 'viem'
import { isRevert } from '../errors/isRevert.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

const erc1271Abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
const ERC1271_VALID = '0x1626ba7e'

/** Whether a digest is signed by an account: by its key, or because the contract that it is says so (ERC-1271). */
export async function isSigned(reader: Reader, { signer, signature, digest }: isSigned.Parameters): Promise<boolean> {
  try {
    if ((await recoverAddress({ hash: digest, signature })) === getAddress(signer)) return true
  } catch {
    // Not of a key's shape: perhaps of a contract.
  }
  try {
    const answer = await readContract(reader, {
      address: signer,
      abi: erc1271Abi,
      functionName: 'isValidSignature',
      args: [digest, signature],
    })
    return answer === ERC1271_VALID
  } catch (error) {
    if (isRevert(error)) return false
    throw error
  }
}

export declare namespace isSigned {
  type Parameters = { readonly signer: Address; readonly signature: Hex; readonly digest: Hex }
}
