import { hedgerAbi, vaultAbi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import { encodeFunctionData } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { PreparedCall } from './prepared.ts'

type Amount = { readonly amount: bigint; readonly account: Address }

/** Asks to deposit `amount` of the collateral (base units) at the price of the next roll. Approve the vault first. */
export function prepareDepositRequest({ contracts }: Deployment, { amount, account }: Amount): PreparedCall {
  return {
    to: contracts.vault,
    data: encodeFunctionData({ abi: vaultAbi, functionName: 'requestDeposit', args: [amount, account, account] }),
    label: 'request deposit',
  }
}

/** Asks to redeem `amount` shares (18 decimals) at the price of the next roll. */
export function prepareRedeemRequest({ contracts }: Deployment, { amount, account }: Amount): PreparedCall {
  return {
    to: contracts.vault,
    data: encodeFunctionData({ abi: vaultAbi, functionName: 'requestRedeem', args: [amount, account, account] }),
    label: 'request redemption',
  }
}

/** Claims the shares of executed deposits: `amount` is the deposited collateral, at most `maxDeposit`. */
export function prepareDepositClaim({ contracts }: Deployment, { amount, account }: Amount): PreparedCall {
  return {
    to: contracts.vault,
    data: encodeFunctionData({ abi: vaultAbi, functionName: 'deposit', args: [amount, account, account] }),
    label: 'claim shares',
  }
}

/** Claims the collateral of executed redemptions: `amount` is in shares, at most `maxRedeem`. */
export function prepareRedeemClaim({ contracts }: Deployment, { amount, account }: Amount): PreparedCall {
  return {
    to: contracts.vault,
    data: encodeFunctionData({ abi: vaultAbi, functionName: 'redeem', args: [amount, account, account] }),
    label: 'claim collateral',
  }
}

export function prepareRoll({ contracts }: Deployment): PreparedCall {
  return {
    to: contracts.vault,
    data: encodeFunctionData({ abi: vaultAbi, functionName: 'rollEpoch' }),
    label: 'roll epoch',
  }
}

/** Sells hedges for cash the redemption line waits for, base units. */
export function prepareRaise(
  { contracts }: Deployment,
  { market, amount }: { market: number; amount: bigint },
): PreparedCall {
  return {
    to: contracts.hedger,
    data: encodeFunctionData({ abi: hedgerAbi, functionName: 'raise', args: [market, amount] }),
    label: 'raise cash',
  }
}
