import type { Command } from '../frame/command.ts'
import { claim } from './claim.ts'
import { deploy } from './deploy.ts'
import { deposit } from './deposit.ts'
import { fit } from './fit.ts'
import { quote } from './quote.ts'
import { replay } from './replay.ts'
import { status } from './status.ts'
import { trade } from './trade.ts'
import { up } from './up.ts'
import { withdraw } from './withdraw.ts'

/** Every command, in the order the help shows them. */
export const COMMANDS: readonly Command[] = [up, replay, fit, deploy, status, quote, trade, deposit, withdraw, claim]
