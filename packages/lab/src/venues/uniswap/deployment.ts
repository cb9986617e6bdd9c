import factoryArtifact from '@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json' with {
  type: 'json',
}
import poolArtifact from '@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json' with {
  type: 'json',
}
import quoterArtifact from '@uniswap/v3-periphery/artifacts/contracts/lens/QuoterV2.sol/QuoterV2.json' with {
  type: 'json',
}
import multicallArtifact from '@uniswap/v3-periphery/artifacts/contracts/lens/UniswapInterfaceMulticall.sol/UniswapInterfaceMulticall.json' with {
  type: 'json',
}
import managerArtifact from '@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json' with {
  type: 'json',
}
import routerArtifact from '@uniswap/v3-periphery/artifacts/contracts/SwapRouter.sol/SwapRouter.json' with {
  type: 'json',
}
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  encodePacked,
  getContractAddress,
  type Hex,
  keccak256,
  zeroAddress,
} from 'viem'
import { type Pair, type Pool, sortPair } from './pair.ts'
import type { PreparedTransaction } from './transaction.ts'

/** Uniswap v3 as it stands on one chain. */
export interface UniswapV3 {
  readonly factory: Address
  readonly router: Address
  readonly positionManager: Address
  readonly quoter: Address
  /** Holds the arbitrage money and calls the router in both directions; see `prepareArbitrage`. */
  readonly arbitrageur: Address
}

/**
 * The five deployments of Uniswap v3 from the bytecode its authors published, for a deployer's consecutive nonces.
 * Every address follows from (deployer, nonce): pools can be created and used in the same block. There is no wrapped
 * ether and no token descriptor (both are zero): pay in tokens and do not ask for a position's picture.
 */
export function planDeployment({ deployer, nonce }: planDeployment.Parameters): planDeployment.ReturnType {
  const at = (offset: number): Address => getContractAddress({ from: deployer, nonce: BigInt(nonce + offset) })
  const uniswap: UniswapV3 = {
    factory: at(0),
    router: at(1),
    positionManager: at(2),
    quoter: at(3),
    arbitrageur: at(4),
  }
  const { factory } = uniswap

  return {
    uniswap,
    transactions: [
      deployment(factoryArtifact.bytecode, { arguments: [], gas: 6_000_000n }),
      deployment(routerArtifact.bytecode, { arguments: [factory, zeroAddress], gas: 3_500_000n }),
      deployment(managerArtifact.bytecode, { arguments: [factory, zeroAddress, zeroAddress], gas: 6_500_000n }),
      deployment(quoterArtifact.bytecode, { arguments: [factory, zeroAddress], gas: 2_500_000n }),
      deployment(multicallArtifact.bytecode, { arguments: [], gas: 700_000n }),
    ],
    nextNonce: nonce + 5,
  }
}

export declare namespace planDeployment {
  interface Parameters {
    readonly deployer: Address
    readonly nonce: number
  }
  interface ReturnType {
    readonly uniswap: UniswapV3
    readonly transactions: readonly PreparedTransaction[]
    readonly nextNonce: number
  }
}

/** The pool of a pair and fee, by its CREATE2 address. */
export function poolOf({ factory }: UniswapV3, { pair, fee }: { pair: Pair; fee: number }): Pool {
  const { token0, token1 } = sortPair(pair)
  const salt = keccak256(
    encodeAbiParameters([{ type: 'address' }, { type: 'address' }, { type: 'uint24' }], [token0, token1, fee]),
  )
  const bytecodeHash = poolBytecodeHash()
  const digest = keccak256(
    encodePacked(['bytes1', 'address', 'bytes32', 'bytes32'], ['0xff', factory, salt, bytecodeHash]),
  )
  return { address: `0x${digest.slice(-40)}`, pair, fee }
}

let cachedBytecodeHash: Hex | undefined
function poolBytecodeHash(): Hex {
  cachedBytecodeHash ??= keccak256(poolArtifact.bytecode as Hex)
  return cachedBytecodeHash
}

function deployment(
  bytecode: string,
  { arguments: addresses, gas }: { arguments: readonly Address[]; gas: bigint },
): PreparedTransaction {
  const encoded = encodeAbiParameters(
    addresses.map(() => ({ type: 'address' }) as const),
    addresses,
  )
  return { data: concatHex([bytecode as Hex, encoded]), gas }
}
