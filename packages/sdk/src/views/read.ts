import type { Abi, Address, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType, Hex } from 'viem'
import { decodeFunctionResult, encodeFunctionData } from 'viem'

/** Reads one call's return data from a chain: an `eth_call`, by whatever client. */
export type Reader = (call: { readonly to: Address; readonly data: Hex; readonly from?: Address }) => Promise<Hex>

/** Anything with viem's `call`: a public client. */
export type CallClient = {
  readonly call: (call: { to: Address; data: Hex; account?: Address }) => Promise<{ data?: Hex | undefined }>
}

export function readerOf(client: CallClient): Reader {
  return async ({ to, data, from }) => (await client.call({ to, data, ...(from && { account: from }) })).data ?? '0x'
}

/** Calls a view and decodes what it returns, typed by its ABI. */
export async function readContract<
  const abi extends Abi,
  name extends ContractFunctionName<abi>,
  const args extends ContractFunctionArgs<abi, 'pure' | 'view' | 'nonpayable', name>,
>(
  reader: Reader,
  {
    address,
    from,
    ...call
  }: {
    readonly address: Address
    readonly abi: abi
    readonly functionName: name
    readonly args: args
    readonly from?: Address
  },
): Promise<ContractFunctionReturnType<abi, 'pure' | 'view' | 'nonpayable', name, args>> {
  const data = await reader({ to: address, data: encodeFunctionData(call as never), ...(from && { from }) })
  return decodeFunctionResult({ ...call, data } as never) as never
}
