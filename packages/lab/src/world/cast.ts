import type { Address, Hex } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'

/** Anvil's public mnemonic: known to everybody, worthless, refused on public chains by `refuseUnlessLocal`. */
const ANVIL_MNEMONIC = 'test test test test test test test test test test test junk'

/** Signatures an ordinary surface report needs; a step beyond the limit needs all. */
export const THRESHOLD = 2

export type Signer = { readonly address: Address; readonly sign: (digest: Hex) => Promise<Hex> }

/** Who is who among anvil's accounts. Account 9 stays free for the person at the keyboard. */
export type Cast = {
  readonly deployer: Address
  readonly keeper: Address
  readonly liquidity: Address
  readonly depositors: readonly Address[]
  readonly traders: readonly Address[]
  readonly visitor: Address
  /** Ascending by address, as the surface oracle wants signatures. */
  readonly signers: readonly Signer[]
}

function account(index: number) {
  return mnemonicToAccount(ANVIL_MNEMONIC, { addressIndex: index })
}

function address(index: number): Address {
  return account(index).address
}

export function createCast(): Cast {
  const signers = [20, 21, 22].map((index) => {
    const { address, sign } = account(index)
    return { address, sign: (digest: Hex) => sign({ hash: digest }) }
  })
  return {
    deployer: address(0),
    keeper: address(1),
    depositors: [address(2), address(3), address(4)],
    traders: [address(5), address(6), address(7), address(8)],
    visitor: address(9),
    liquidity: address(10),
    signers: signers.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1)),
  }
}
