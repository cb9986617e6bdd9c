import { uniswapV3ReactorAbi } from '@keel/contracts/generated'
import { uniswapV3ReactorBytecode } from '@keel/contracts/generated/bytecode'
import type { Address, Hex } from 'viem'
import { encodeDeployData, getContractAddress } from 'viem'

/** Address and creation of a spot reactor on a Uniswap v3 pool. The pool must exist when the creation runs. */
export function planReactor(parameters: planReactor.Parameters): { readonly address: Address; readonly data: Hex } {
  const { deployer, nonce, ...config } = parameters
  return {
    address: getContractAddress({ from: deployer, nonce: BigInt(nonce) }),
    data: encodeDeployData({ abi: uniswapV3ReactorAbi, bytecode: uniswapV3ReactorBytecode, args: [config] }),
  }
}

export declare namespace planReactor {
  type Parameters = {
    readonly deployer: Address
    readonly nonce: number
    readonly hedger: Address
    readonly pool: Address
    readonly asset: Address
    readonly underlying: Address
  }
}
