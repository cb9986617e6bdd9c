import type { clearingAbi, marketAbi, ordersAbi } from '@keel/contracts/generated'
import type { ContractErrorArgs, ContractErrorName } from 'viem'
import { ContractError } from '../errors/ContractError.ts'

type Errors = typeof marketAbi | typeof clearingAbi | typeof ordersAbi

/** The error that a contract would give, as a call to it would have been explained. */
export function refusal<name extends ContractErrorName<Errors>>(
  contractError: name,
  operands: ContractErrorArgs<Errors, name>,
): ContractError {
  return new ContractError({ contractError, operands: (operands ?? []) as readonly unknown[] })
}
