import type { Command } from '../frame/command.ts'
import { claim } from './claim.ts'
import { deploy } from './deploy.ts'
import { deposit } from './deposit.ts'
import { fit } from './fit.ts'
import { offerCancel } from './offerCancel.ts'
import { offerCheck } from './offerCheck.ts'
import { offerFill } from './offerFill.ts'
import { offerSign } from './offerSign.ts'
import { oracle } from './oracle.ts'
import { oracleObserve } from './oracleObserve.ts'
import { oracleRelay } from './oracleRelay.ts'
import { oracleRelayPrice } from './oracleRelayPrice.ts'
import { oracleSettle } from './oracleSettle.ts'
import { orderExecute } from './orderExecute.ts'
import { orderRefund } from './orderRefund.ts'
import { orderRequest } from './orderRequest.ts'
import { quote } from './quote.ts'
import { replay } from './replay.ts'
import { snapshot } from './snapshot.ts'
import { status } from './status.ts'
import { trade } from './trade.ts'
import { up } from './up.ts'
import { withdraw } from './withdraw.ts'

/** Every command, in the order the help shows them. A name of two words is a command of the first one. */
export const COMMANDS: readonly Command[] = [
  up,
  replay,
  fit,
  deploy,
  status,
  quote,
  snapshot,
  trade,
  deposit,
  withdraw,
  claim,
  oracle,
  oracleObserve,
  oracleSettle,
  oracleRelay,
  oracleRelayPrice,
  orderRequest,
  orderExecute,
  orderRefund,
  offerSign,
  offerCheck,
  offerFill,
  offerCancel,
]

/** The command whose name the arguments begin with, the longest first, and what is left for it. */
export function findCommand(
  args: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ')
    const command = COMMANDS.find((each) => each.name === name)
    if (command && args.length >= words) return { command, rest: args.slice(words) }
  }
  return undefined
}

/** Commands of a command: `oracle observe` is one of `oracle`. */
export function hasOwnCommands({ name }: Command): boolean {
  return COMMANDS.some((each) => each.name.startsWith(`${name} `))
}
