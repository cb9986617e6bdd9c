import {
  authorityAbi,
  catalogueAbi,
  clearingAbi,
  hedgePolicyAbi,
  hedgerAbi,
  lensAbi,
  marginPolicyAbi,
  marketAbi,
  ordersAbi,
  pricerAbi,
  settlementOracleAbi,
  shareAbi,
  spotOracleAbi,
  surfaceOracleAbi,
  vaultAbi,
} from '@keel/contracts/generated'
import {
  authorityBytecode,
  catalogueBytecode,
  clearingBytecode,
  hedgePolicyBytecode,
  hedgerBytecode,
  lensBytecode,
  marginPolicyBytecode,
  marketBytecode,
  ordersBytecode,
  pricerBytecode,
  settlementOracleBytecode,
  shareBytecode,
  spotOracleBytecode,
  surfaceOracleBytecode,
  vaultBytecode,
} from '@keel/contracts/generated/bytecode'
import type { Address, Hex } from 'viem'
import { encodeDeployData, getContractAddress } from 'viem'
import type { CoreContract } from './deployment.ts'
import { CORE_CONTRACTS } from './deployment.ts'

/** A contract creation, to be sent by the deployer at exactly this nonce. */
export type Creation = { readonly name: CoreContract; readonly nonce: number; readonly data: Hex }

/**
 * Addresses and creation calls of the whole core. Core contracts know each other as immutables, so every address is
 * computed from the deployer's nonce before the first is created: send the creations in order, at their nonces, with
 * nothing in between.
 */
export function planCore({ deployer, nonce, asset, shareName, shareSymbol }: planCore.Parameters): planCore.ReturnType {
  const at = Object.fromEntries(
    CORE_CONTRACTS.map((name, i) => [name, getContractAddress({ from: deployer, nonce: BigInt(nonce + i) })]),
  ) as Record<CoreContract, Address>
  const authority = at.authority
  const data: Record<CoreContract, Hex> = {
    authority: encodeDeployData({ abi: authorityAbi, bytecode: authorityBytecode, args: [deployer] }),
    spotOracle: encodeDeployData({ abi: spotOracleAbi, bytecode: spotOracleBytecode, args: [authority] }),
    surfaceOracle: encodeDeployData({
      abi: surfaceOracleAbi,
      bytecode: surfaceOracleBytecode,
      args: [authority],
    }),
    settlementOracle: encodeDeployData({
      abi: settlementOracleAbi,
      bytecode: settlementOracleBytecode,
      args: [authority, at.spotOracle],
    }),
    pricer: encodeDeployData({ abi: pricerAbi, bytecode: pricerBytecode }),
    share: encodeDeployData({
      abi: shareAbi,
      bytecode: shareBytecode,
      args: [shareName, shareSymbol, at.vault, asset],
    }),
    clearing: encodeDeployData({ abi: clearingAbi, bytecode: clearingBytecode, args: [{ ...at, asset }] }),
    marginPolicy: encodeDeployData({ abi: marginPolicyAbi, bytecode: marginPolicyBytecode, args: [at] }),
    catalogue: encodeDeployData({
      abi: catalogueAbi,
      bytecode: catalogueBytecode,
      args: [{ authority, market: at.market, modules: at }],
    }),
    orders: encodeDeployData({ abi: ordersAbi, bytecode: ordersBytecode, args: [at] }),
    hedgePolicy: encodeDeployData({ abi: hedgePolicyAbi, bytecode: hedgePolicyBytecode }),
    market: encodeDeployData({ abi: marketAbi, bytecode: marketBytecode, args: [{ ...at, asset }] }),
    hedger: encodeDeployData({
      abi: hedgerAbi,
      bytecode: hedgerBytecode,
      args: [{ ...at, asset, policy: at.hedgePolicy }],
    }),
    vault: encodeDeployData({ abi: vaultAbi, bytecode: vaultBytecode, args: [{ ...at, asset }] }),
    lens: encodeDeployData({ abi: lensAbi, bytecode: lensBytecode, args: [at] }),
  }
  const creations = CORE_CONTRACTS.map((name, i) => ({ name, nonce: nonce + i, data: data[name] }))
  return { contracts: at, creations }
}

export declare namespace planCore {
  type Parameters = {
    readonly deployer: Address
    /** The deployer's next nonce. */
    readonly nonce: number
    /** The collateral token. */
    readonly asset: Address
    readonly shareName: string
    readonly shareSymbol: string
  }
  type ReturnType = {
    readonly contracts: Readonly<Record<CoreContract, Address>>
    readonly creations: readonly Creation[]
  }
}
